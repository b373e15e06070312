"""``call``: one call as text and JSON, now and as it was."""

from __future__ import annotations

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from tests.cli.conftest import Run


def test_text(run: Run, worked: Desk, db_url: str) -> None:
    lines = run("call", "1", "--db", db_url).out.splitlines()
    assert lines[:3] == ["C-1  Pump leaks", "Since", "Monday"]
    assert "  Opened        2026-03-04 10:00 CET" in lines
    assert "  Customer      Acme Cold Store" in lines
    assert "  2026-03-04 11:30 CET  done, Tess, good, New seal" in lines
    story = lines[lines.index("Story, the latest first") + 1 :]
    assert story[0] == f"  2026-03-04 11:30 CET  {worked.operator.account}  Tess: visit done, good: New seal"
    assert story[-1].endswith("opened, priority 3")


def test_json(run: Run, worked: Desk, db_url: str) -> None:
    answer = run("call", "c-1", "--db", db_url, "--json").json
    assert answer["call"]["number"] == "C-1"
    assert answer["description"] == "Since\nMonday"
    assert answer["unit"]["serial"] == "SN-1"
    assert [(one["status"], one["done_at"], one["technician"]) for one in answer["visits"]] == [
        ("done", "2026-03-04T10:30:00Z", "Tess")
    ]
    assert {one["kind"]: one["state"] for one in answer["clocks"]}["first_response"] == "met"
    assert [one["act"] for one in answer["story"]] == [
        "finish_visit",
        "start",
        "arrive",
        "start_travel",
        "plan_visit",
        "log_contact",
        "assign",
        "take",
        "open",
    ]
    assert answer["interactions"][0]["said"] == "Tess is coming"


def test_as_it_was(run: Run, worked: Desk, db_url: str) -> None:
    answer = run("call", "2", "--db", db_url, "--json", "--at", "2026-03-04T09:35Z").json
    assert set(answer) == {"at", "call", "story"}
    assert (answer["call"]["status"], answer["call"]["held_reason"]) == ("new", "")
    assert [one["act"] for one in answer["story"]] == ["open"]
    held = run("call", "2", "--db", db_url, "--at", "2026-03-04T09:45Z").out
    assert held.startswith("As it was at 2026-03-04 10:45 CET\nC-2  Door stuck\n")
    assert "on hold: waits for a hinge" in held


def test_before_it_was_opened(run: Run, worked: Desk, db_url: str) -> None:
    ran = run("call", "3", "--db", db_url, "--at", "2026-03-04T09:00Z")
    assert ran.code == 3
    assert "opened after" in ran.err


def test_numbers_that_are_not_there(run: Run, worked: Desk, db_url: str) -> None:
    for number in ("4711", "C-4711", "", "x'; drop table call; --", "[/red]", "\x1b[2J"):
        ran = run("call", number, "--db", db_url)
        assert ran.code == 3
        assert ran.out == ""
        assert ran.err.startswith("dispatch-tui: There is no call")
        assert "\x1b" not in ran.err


HOSTILE = "\x1b]52;c;aGk=\x07[/foo][@click=app.bell]\x9b31m\u202eabc\u2066\r\n\t\x00%s{0}"
DANGEROUS = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r", "\x00", "\\u202e", "\\u001b", "\\u009b")


def make_hostile(desk: Desk) -> None:
    """Put the hostile text into every free text column of every record."""
    kept = {
        ("call", "status"),
        ("call", "number"),
        ("call", "clock"),
        ("visit", "status"),
        ("visit", "outcome"),
    }
    kept |= {
        ("operator", "account"),
        ("operator", "role"),
        ("unit", "serial"),
        ("promise", "outcome"),
        ("change", "act"),
    }
    kept |= {
        ("change", "kind"),
        ("site", "tz"),
        ("clock", "kind"),
        ("interaction", "direction"),
        ("visit", "currency"),
    }
    kept |= {("unit", "currency"), ("customer", "currency")}
    text = HOSTILE if desk.store.location.kind == "sqlite" else HOSTILE.replace("\x00", "")
    names = (
        "call",
        "visit",
        "unit",
        "site",
        "customer",
        "contact",
        "technician",
        "team",
        "model",
        "interaction",
    )
    with desk.store.write() as connection:
        for name in (*names, "operator", "agreement", "change"):
            table = t.metadata.tables[name]
            free = {
                column.name: text
                for column in table.columns
                if isinstance(column.type, sa.Text)
                and not column.unique
                and not column.primary_key
                and not column.name.endswith("_json")
                and (name, column.name) not in kept
            }
            connection.execute(sa.update(table).values(free))


COMMANDS = (
    ("queue",),
    ("queue", "--at", "2026-03-04T10:45Z"),
    ("call", "1"),
    ("call", "1", "--at", "2026-03-04T10:45Z"),
    ("unit", "SN-1"),
    ("operator", "list"),
)


def test_hostile_text_is_harmless_everywhere(run: Run, worked: Desk, db_url: str) -> None:
    make_hostile(worked)
    for command in COMMANDS:
        for form in ((), ("--json",)):
            ran = run(*command, "--db", db_url, *form)
            assert ran.code == 0, ran.err
            assert "[/foo]" in ran.out, command
            assert not [sign for sign in DANGEROUS if sign in ran.out], command
