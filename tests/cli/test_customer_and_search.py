"""``customer`` and ``search``: what is known of a customer, and where words stand."""

from __future__ import annotations

import pytest

from dispatch_tui.desk import contacts, dealings
from dispatch_tui.desk.desk import Desk
from tests.cli.conftest import Ran, Run
from tests.support.dealings import HOSTILE, PLAIN_HOSTILE


@pytest.fixture
def ask(run: Run, db_url: str) -> Run:
    """Run a command on the test's database."""

    def asked(command: str, *arguments: str) -> Ran:
        return run(command, "--db", db_url, *arguments)

    return asked


@pytest.fixture
def known(worked: Desk) -> Desk:
    """The company with a contact, a plan, and something that was made good."""
    contacts.add_contact(worked, 1, {"name": "Annemarie Berg", "goes_by": "Annie", "mobile": "0170 1"})
    dealings.add_note(worked, 1, "plan", "A second cold room")
    wrong = dealings.record_gone_wrong(worked, 1, "The wrong seal was fitted")
    dealings.make_good(worked, wrong, "credit", "a free visit", cost_minor=9_950)
    return worked


@pytest.mark.usefixtures("known")
def test_a_customer_as_text(ask: Run) -> None:
    ran = ask("customer", "Acme")
    assert ran.code == 0
    assert "Acme Cold Store" in ran.out.splitlines()[0]
    assert "Annie · mobile 0170 1" in ran.out
    assert "2026-03-04  plan: A second cold room" in ran.out
    assert "The wrong seal was fitted: credit a free visit 99.50 EUR" in ran.out
    assert "+6  now +6.0  made good: a free visit" in ran.out


@pytest.mark.usefixtures("known")
def test_a_customer_as_json(ask: Run) -> None:
    said = ask("customer", "1", "--json").json
    assert said["customer"]["name"] == "Acme Cold Store"
    trust = said["trust"]
    assert trust["buffer"] == pytest.approx(trust["balance"] - trust["at_risk_below"])
    assert trust["balance"] == pytest.approx(sum(one["weight"] for one in trust["entries"]), abs=0.05)
    assert said["gone_wrong"][0]["amends"][0]["cost_minor"] == 9_950
    assert {"customer_note", "gone_wrong", "call"} <= {one["kind"] for one in said["timeline"]}


@pytest.mark.usefixtures("known")
def test_a_customer_that_there_is_not(ask: Run) -> None:
    ran = ask("customer", "Nobody & Sons")
    assert (ran.code, ran.out) == (3, "")
    assert "There is no customer Nobody & Sons." in ran.err


def test_of_several_that_fit_none_is_guessed(ask: Run, known: Desk) -> None:
    with known.act("import") as writer:
        for name in ("Acme North", "Acme South"):
            writer.insert("customer", {"name": name}, act="import")
    ran = ask("customer", "Acme")
    assert ran.code == 2
    assert "several fit: Acme Cold Store (1), Acme North (2), Acme South (3)" in ran.err
    assert ask("customer", "acme north").code == 0
    assert ask("customer", "3").code == 0


@pytest.mark.usefixtures("known")
def test_search(ask: Run) -> None:
    found = ask("search", "cold", "room").out.splitlines()
    assert found == ["customer note  2026-03-04  Acme Cold Store  A second cold room"]
    assert ask("search", "cold", "--kind", "customer").out == "customer  Acme Cold Store\n"
    said = ask("search", "seal", "--customer", "Acme", "--json").json
    assert {one["kind"] for one in said["hits"]} == {"gone_wrong", "visit"}
    assert ask("search", "nosuchword").out == "Nothing has all these words.\n"
    assert ask("search", "seal", "--customer", "Berg").code == 3


def test_hostile_text_is_printed_plain(ask: Run, known: Desk) -> None:
    dealings.add_note(known, 1, "idea", HOSTILE)
    for ran in (ask("search", "evil"), ask("customer", "1")):
        assert PLAIN_HOSTILE in ran.out
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out
