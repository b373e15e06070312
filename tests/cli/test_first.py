"""``first``: the list, the sheet for one call, and what is decided about it, as text and as JSON."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from tests.cli.conftest import Run
from tests.support.contacts import log_contact
from tests.support.desks import as_role

HOSTILE = "\x1b[31m[/x]\x1b[0m"


@pytest.fixture
def db(desk: Desk, clock: FixedClock) -> str:
    """One call on which a message waits for an answer; its customer has a contact."""
    with desk.store.write() as connection:
        connection.execute(
            sa.insert(t.contact).values(
                customer_id=1, name="Uta Groß", goes_by=f"Uta{HOSTILE}", mobile="+49 151 1", version=1
            )
        )
    call = calls.open_call(desk, title="Compressor trips", unit_id=1, priority=2).call
    clock.advance(timedelta(minutes=20))
    log_contact(
        desk, call.id, direction="in", channel="email", two_way=False, said=f"When do you come? {HOSTILE}"
    )
    clock.advance(timedelta(minutes=10))
    return desk.store.location.url if desk.store.location.path is None else str(desk.store.location.path)


def test_the_list_says_whom_why_and_until_when(run: Run, db: str) -> None:
    listed = run("first", "--db", db, "--json").json
    assert (listed["now"], listed["late"]) == (1, 0)
    (one,) = listed["prompts"]
    assert (one["customer"], one["state"], one["call_ids"]) == ("Acme Cold Store", "now", [1])
    assert (one["prompt_at"], one["useful_until"]) == ("2026-03-04T09:20:00Z", "2026-03-04T10:20:00Z")
    assert [reason["kind"] for reason in one["reasons"]] == ["unanswered"]
    minutes = {part["part"]: part["minutes"] for part in one["rank"] if part["minutes"]}
    assert minutes == {"impact": 120, "trust": 60}
    assert one["rank_at"] == "2026-03-04T07:20:00Z"
    text = run("first", "--db", db).out
    assert "Acme Cold Store" in text
    assert "50m" in text
    assert "\x1b" not in text


def test_what_is_left_is_never_less_than_nothing_by_no_second(run: Run, db: str, clock: FixedClock) -> None:
    clock.advance(timedelta(minutes=50, milliseconds=500))
    text = run("first", "--db", db).out
    assert " 0s " in text
    assert "-0s" not in text
    clock.advance(timedelta(minutes=2))
    assert " -2m " in run("first", "--db", db).out


def test_the_sheet_has_whom_to_reach_and_what_to_say(run: Run, db: str) -> None:
    sheet = run("first", "show", "1", "--db", db, "--json").json["sheet"]
    assert sheet["ways"] == [{"way": "mobile", "to": "+49 151 1"}]
    assert sheet["last_word"]["said"].startswith("When do you come?")
    assert {"part": "Apology", "say": "I am sorry that you had to wait for an answer."} in sheet["talk"]
    text = run("first", "show", "1", "--db", db).out
    assert "mobile +49 151 1" in text
    assert "I am sorry that you had to wait" in text
    assert "\x1b" not in text


def test_an_override_needs_its_reason_and_empties_the_list(run: Run, db: str) -> None:
    assert run("first", "override", "1", "--db", db).code == 2
    done = run("first", "override", "1", "--why", "they are here", "--db", db, "--json")
    assert (done.code, done.json["status"]) == (0, "overridden")
    assert run("first", "--db", db).out == "Nobody is to be called now.\n"
    gone = run("first", "override", "99", "--why", "twice", "--db", db)
    assert gone.code == 3
    assert "dealt with meanwhile" in gone.err


def test_a_new_time_is_ahead_and_explained_where_it_is_late(run: Run, db: str) -> None:
    late = run("first", "retime", "1", "--until", "2026-03-04T12:00Z", "--db", db)
    assert (late.code, "after the last minute" in late.err) == (2, True)
    past = run("first", "retime", "1", "--until", "2026-03-04T09:00Z", "--db", db)
    assert (past.code, "not in the future" in past.err) == (2, True)
    assert run("first", "retime", "1", "--until", "2026-03-04T10:00Z", "--db", db).code == 0
    assert run("first", "--db", db, "--json").json["now"] == 0


def test_an_offer_is_answered_by_the_other(run: Run, db: str, desk: Desk) -> None:
    other = as_role(desk, "dispatcher", "berta")
    assert run("first", "offer", "1", "nobody", "--db", db).code == 3
    made = run("first", "offer", "1", "berta", "--note", "you know them", "--db", db, "--json")
    assert made.json["offer"] == 1
    assert run("first", "offers", "--db", db).out == "Nothing is offered to you.\n"
    mine = run("first", "accept", "1", "--db", db)
    assert (mine.code, "only the other" in mine.err) == (2, True)
    assert other.operator.account == "berta"
    assert run("first", "withdraw", "1", "--db", db).code == 0
    assert run("first", "withdraw", "1", "--db", db).code == 6
