"""``dispatch-tui log``: all fields, what is refused, tries with their e-mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.desk import promises
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables
from dispatch_tui.store.prompts import prompts_of
from tests.cli.conftest import Run


def stored(desk: Desk, name: str) -> list[dict[str, Any]]:
    table = tables.metadata.tables[name]
    with desk.store.read() as connection:
        return [dict(one) for one in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]


def log(run: Run, desk: Desk, *arguments: str) -> Any:
    return run("log", *arguments, "--db", desk.store.location.url)


def test_everything_that_can_be_said(run: Run, worked: Desk) -> None:
    ran = log(
        run,
        worked,
        *("C-1", "--in", "--mood", "upset", "--said", "It leaks [/x] again"),
        *("--believes", "it was mended", "--true", "the seal is wrong", "--bad-news", "--plan", "a new seal"),
        *("--next-update", "2h", "--promise", "a seal by 3h", "--promise", "arrival by 4h"),
        *("--listen", "stock", "--observe", "short", "--think", "a loaner", "--speak", "today"),
        *("--told-before", "the road is shut", "--json"),
    )
    assert ran.code == 0, ran.err
    one = stored(worked, "interaction")[-1]
    assert ran.json == {
        "id": one["id"],
        "call": "C-1",
        "customer": "Acme Cold Store",
        "retry": None,
        "mail": None,
    }
    assert (one["direction"], one["channel"], one["two_way"], one["mood"]) == ("in", "phone", 1, "upset")
    assert (one["said"], one["truth"]) == ("It leaks [/x] again", "the seal is wrong")
    assert (one["listen"], one["observe"], one["think"], one["speak"]) == (
        "stock",
        "short",
        "a loaner",
        "today",
    )
    assert (one["next_update_at"] - one["happened_at"]).total_seconds() == 7200
    assert [(row["what"], row["about"]) for row in stored(worked, "promise")] == [
        ("a seal", ""),
        ("arrival", "arrival"),
    ]
    assert stored(worked, "told_in_advance")[0]["what"] == "the road is shut"


def test_a_try_says_when_the_next_is_due_and_drafts_the_email(run: Run, worked: Desk) -> None:
    ran = log(run, worked, "C-1", "--by", "voicemail", "--said", "The seal is here")
    assert ran.code == 0, ran.err
    assert "C-1 contact logged." in ran.out
    assert "The next try is due at 2026-03-04 13:00 CET." in ran.out
    assert "Subject: Our call about Pump leaks (C-1)" in ran.out
    again = log(run, worked, "1", "--no-answer", "--json").json
    assert again["retry"]["nth"] == 2
    assert again["mail"]["to"] == ""


@pytest.mark.parametrize("channel", ["phone", "video", "visit"])
def test_who_was_not_met_was_told_nothing(run: Run, worked: Desk, channel: str) -> None:
    promises.promise(worked, 1, "a price", worked.clock.now() + timedelta(minutes=5))
    with worked.store.read() as connection:
        (prompt,) = (one for one in prompts_of(connection, 1) if "promise" in one.kinds)
    ran = log(run, worked, "--prompt", str(prompt.id), "--by", channel, "--no-answer", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["retry"]["nth"] == 1
    assert {row["act"] for row in stored(worked, "decision")} == {"retimed"}


def test_a_customer_without_a_call(run: Run, worked: Desk) -> None:
    ran = log(run, worked, "--customer", "Acme Cold Store", "--said", "hello")
    assert ran.out == "Acme Cold Store contact logged.\n"
    assert stored(worked, "interaction")[-1]["call_id"] is None


def test_of_two_customers_of_one_name_none_is_guessed(run: Run, worked: Desk) -> None:
    with worked.act("import") as writer:
        for name in ("Twin", "TWIN", "Twin", "3M"):
            writer.insert("customer", {"name": name}, act="import")
    before = stored(worked, "interaction")
    for name, fits in (("Twin", "Twin (2), Twin (4)"), ("twin", "Twin (2), TWIN (3), Twin (4)")):
        ran = log(run, worked, "--customer", name, "--said", "hello")
        assert ran.code == 2
        said = " ".join(ran.err.split())
        assert all(one in said for one in ("several fit:", *fits.split(", "), "Give the number behind")), said
    assert stored(worked, "interaction") == before
    for number in (4, 3):
        assert log(run, worked, "--customer", str(number), "--said", "hello").code == 0
        assert stored(worked, "interaction")[-1]["customer_id"] == number


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Give a call, --customer or --prompt."),
        (("C-1", "--customer", "Acme Cold Store"), 2, "one thing says with whom"),
        (("C-99",), 3, "There is no call C-99"),
        (("--customer", "Nobody"), 3, "Nobody"),
        (("--customer", " "), 3, "There is no customer"),
        (("--prompt", "99"), 3, "There is no prompt 99"),
        (("C-1", "--contact", "Ida"), 3, "There is no contact Ida. Known are: nobody."),
        (("C-1", "--bad-news", "--plan", "x"), 2, "bad news needs the time of the next update"),
        (("C-1", "--next-update", "noon"), 2, "--next-update: cannot read 'noon'"),
        (("C-1", "--promise", "a loaner"), 2, "a promise says what, and by when"),
        (("C-1", "--at", "2030-01-01T00:00Z"), 2, "lies in the future"),
        (("C-1", "--by", "smoke"), 2, "channel: is none of"),
        (("C-1", "--mood", "odd"), 2, "mood: is none of"),
    ],
)
def test_what_is_refused(run: Run, worked: Desk, arguments: tuple[str, ...], code: int, words: str) -> None:
    before = len(stored(worked, "interaction"))
    ran = log(run, worked, *arguments)
    assert (ran.code, words in " ".join(ran.err.split())) == (code, True), ran.err
    assert len(stored(worked, "interaction")) == before
