"""``measures``, ``escalation`` and ``rules``: what they say, their shapes, and what is refused."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, escalation_parts, escalations
from dispatch_tui.desk.care_rules import kept_rules
from dispatch_tui.desk.desk import Desk
from tests.cli.conftest import SN1, Run, later
from tests.support.contacts import log_contact

# -- measures ----------------------------------------------------------------------------------


def test_figures_for_people_with_their_definitions(run: Run, worked: Desk, db_url: str) -> None:
    shown = run("measures", "--db", db_url)
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert lines[0] == "Looking back on everybody"
    assert "Measure Of 2026-03-01 to 2026-03-04" in lines
    assert "MTTR: time to resolve 1 0s" in lines
    assert "First-time fix 0 –" in lines
    assert any(
        line.startswith("Who called first: we did: Of the matters that a customer had") for line in lines
    )


def test_by_week_for_a_team_as_json_and_csv(run: Run, worked: Desk, db_url: str, tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    asked = ("--team", "north", "--period", "week", "--since", "2026-02-23", "--csv", str(file))
    found = run("measures", *asked, "--json", "--db", db_url).json
    assert found["whose"] == {
        "name": "North",
        "team_id": 1,
        "customer_id": None,
        "operator_id": None,
        "technician_id": None,
    }
    assert found["zone"] == "Europe/Berlin"
    assert [one["name"] for one in found["periods"]] == ["2026-W09", "2026-W10"]
    assert found["periods"][0]["since"] == "2026-02-22T23:00:00Z"
    (backlog,) = [one for one in found["periods"][1]["measures"] if one["key"] == "backlog_age"]
    assert (backlog["of"], backlog["unit"]) == (1, "days")  # C-1, which Tess of North has
    assert set(found["definitions"]) == {one["key"] for one in found["periods"][0]["measures"]}
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 2 * len(found["definitions"])


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        (("--team", "East"), 3, "There is no team East"),
        (("--person", "nobody"), 3, "There is no person nobody"),
        (("--customer", "Nobody"), 3, "There is no customer Nobody"),
        (("--since", "2026-03-05", "--until", "2026-03-04"), 2, "2026-03-05 is after 2026-03-04"),
        (("--since", "March"), 2, "cannot read 'March' as a date"),
        (("--team", "North", "--customer", "Acme Cold Store"), 2, "not allowed with"),
    ],
)
def test_what_cannot_be_looked_back_on(
    run: Run, worked: Desk, db_url: str, asked: tuple[str, ...], code: int, says: str
) -> None:
    ended = run("measures", *asked, "--db", db_url)
    assert ended.code == code
    assert says in ended.err


def test_a_technician_without_an_account_is_a_person(run: Run, worked: Desk, db_url: str) -> None:
    found = run("measures", "--person", "tess", "--json", "--db", db_url).json
    assert (found["whose"]["operator_id"], found["whose"]["technician_id"]) == (None, 1)


# -- escalation --------------------------------------------------------------------------------


def test_a_matter_from_the_command_line_to_its_end(
    run: Run, worked: Desk, db_url: str, clock: FixedClock
) -> None:
    assert "Nothing is escalated." in run("escalation", "list", "--db", db_url).out
    made = run("escalation", "open", "--call", "1", "Leaks [/x]\x1b[31m again", "--json", "--db", db_url).json
    matter = made["escalation"]
    assert (matter["title"], matter["status"], matter["call"], matter["customer"]) == (
        "Leaks [/x] again",
        "open",
        "C-1",
        "Acme Cold Store",
    )
    listed = run("escalation", "list", "--db", db_url).out.splitlines()
    assert listed[1].split()[:4] == ["1", "Leaks", "[/x]", "again"]
    assert "nobody owns it" in listed[1]
    run("escalation", "move", "1", "take", "--db", db_url)
    run("escalation", "log", "1", "Ordered the seal", "--db", db_url)
    check = escalation_parts.add_check(worked, 1, "Dry for an hour")
    option = escalation_parts.add_option(
        worked,
        1,
        "New pump",
        cost_minor=90_000,
        currency="EUR",
        ready_at=clock.now() + timedelta(days=1),
        risk="low",
    )
    escalation_parts.choose_option(worked, option)
    run("escalation", "move", "1", "fix", "--db", db_url)
    escalation_parts.look_at(worked, check, passed=True)
    shown = run("escalation", "move", "1", "check", "--db", db_url)
    assert "to report back" in shown.out
    assert "New pump · 900.00 EUR · low risk, ready 2026-03-05 12:00 CET, chosen" in shown.out
    assert "Dry for an hour: passed" in shown.out
    assert "Ordered the seal" in shown.out
    log_contact(worked, 1, direction="out", said="Runs again")
    talks = run("escalation", "show", "1", "--json", "--db", db_url).json["escalation"]["conversations"]
    ended = run("escalation", "report-back", "1", str(talks[0]["id"]), "--json", "--db", db_url).json
    assert ended["escalation"]["status"] == "closed"
    assert run("escalation", "list", "--json", "--db", db_url).json["escalations"] == []
    assert len(run("escalation", "list", "--all", "--json", "--db", db_url).json["escalations"]) == 1


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        (("show", "9"), 3, "There is no escalation 9"),
        (("open", "--call", "99", "x"), 3, "There is no call 99"),
        (("open", "--customer", "Nobody", "x"), 3, "There is no customer Nobody"),
        (("open", "x"), 2, "required"),
        (("move", "1", "check"), 5, "Cannot check: it is open."),
        (("move", "1", "fix"), 5, "That act needs: working."),
        (("log", "1", " "), 2, "text: says nothing"),
        (("report-back", "1", "77"), 3, "There is no interaction 77"),
    ],
)
def test_what_is_refused(
    run: Run, worked: Desk, db_url: str, asked: tuple[str, ...], code: int, says: str
) -> None:
    escalations.escalate(worked, "Leaks again", call_id=1)
    ended = run("escalation", *asked, "--db", db_url)
    assert (ended.code, says in ended.err) == (code, True), ended.err


# -- rules -------------------------------------------------------------------------------------


def test_rules_are_checked_with_their_effect_then_set(
    run: Run, desk: Desk, db_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    calls.open_call(desk, title="Compressor trips", priority=5, unit_id=SN1)
    later(clock, 13 * 60)
    assert "The rules are the defaults." in run("rules", "show", "--db", db_url).out
    file = tmp_path / "rules.toml"
    file.write_text('[update]\nunattended = "12h"\n')
    tried = run("rules", "check", str(file), "--db", db_url)
    assert "update.unattended  1d" in tried.out
    assert "0 new, 0 gone, 1 earlier, 0 later; to call now 0, by these rules 1." in " ".join(
        tried.out.split()
    )
    assert "Nothing is saved" in tried.out
    with desk.store.read() as connection:
        assert kept_rules(connection).version == 0
    done = run("rules", "set", str(file), "--json", "--db", db_url).json
    assert (done["saved"], done["version"], done["to_call_now"]) == (True, 1, 1)
    assert [one["kind"] for one in done["earlier"]] == ["unattended"]
    assert done["earlier"][0]["customer"] == "Acme Cold Store"
    shown = run("rules", "show", "--json", "--db", db_url).json
    assert shown["changes"] == [{"field": "update.unattended", "was": "1d", "now": "12h"}]
    assert run("rules", "export", "--db", db_url).out == '[update]\nunattended = "12h"\n'
    assert "update.unattended = 12h" in run("rules", "show", "--all", "--db", db_url).out


def test_the_defaults_are_a_file_that_can_be_set(run: Run, desk: Desk, db_url: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(run("rules", "export", "--defaults").out)
    assert "# trust that a new customer brings" in file.read_text()
    assert "These are the rules that hold already." in run("rules", "check", str(file), "--db", db_url).out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[slip]\nfinish_chance = 0.4\narrival_chance = 7\n",
            "line 3: slip.arrival_chance: it should be less than 1",
        ),
        ("[slip\n", "line 1: Expected ']'"),
        ("[slips]\nagain = '1h'\n", "line 1: slips: there is no such rule"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    run: Run, desk: Desk, db_url: str, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    for act in ("check", "set"):
        ended = run("rules", act, str(file), "--db", db_url)
        assert ended.code == 2
        assert f"{file}, {says}" in ended.err
    assert run("rules", "check", str(tmp_path / "none.toml"), "--db", db_url).code == 2
