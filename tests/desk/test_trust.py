"""Trust ledgers, made anew from what was recorded: each kind of event on both sides of its edge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.care.ledger import Ledger
from dispatch_tui.care.rules_file import default_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.trust import ledgers_for
from dispatch_tui.store import tables

RULES = default_rules()
START = datetime.fromisoformat("2026-03-04T09:00:00+00:00")
Rows = tuple[tuple[str, dict[str, Any]], ...]


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def put(desk: Desk, rows: Rows) -> None:
    """Store records as they are; those that name no customer are of the first."""
    with desk.store.write() as connection:
        for kind, values in rows:
            table = tables.metadata.tables[kind]
            own = {"customer_id": 1} if "customer_id" in table.c else {}
            connection.execute(sa.insert(table).values(own | values))


def ledger(desk: Desk, hours: float = 1000.0) -> Ledger:
    with desk.store.read() as connection:
        return ledgers_for(connection, [1], at(hours), RULES)[1]


def entries(desk: Desk, hours: float = 1000.0) -> list[tuple[str, int]]:
    """Kind and points of each entry, the newest first; the opening apart."""
    return [(one.event.kind, one.points) for one in ledger(desk, hours).entries if one.event is not None]


def call(number: str, opened: float, **more: Any) -> tuple[str, dict[str, Any]]:
    values = {"number": number, "title": "Compressor leaks", "status": "new", "priority": 3, "unit_id": 1}
    return "call", values | {"opened_at": at(opened), "happened_at": at(opened)} | more


def word(hours: float, direction: str, channel: str = "phone", **more: Any) -> tuple[str, dict[str, Any]]:
    values = {"happened_at": at(hours), "direction": direction, "channel": channel}
    return "interaction", values | {"two_way": int(channel == "phone"), "call_id": 1} | more


def promise(outcome: str, settled: float | None) -> tuple[str, dict[str, Any]]:
    settled_at = None if settled is None else at(settled)
    values = {"what": "a new seal", "made_at": at(1), "due_at": at(5), "outcome": outcome}
    return "promise", values | {"settled_at": settled_at}


def visit(outcome: str, status: str = "done") -> Rows:
    done = {"call_id": 1, "status": status, "outcome": outcome, "done_at": at(3), "happened_at": at(3)}
    return (call("C-1", 0), ("visit", done))


def note(kind: str) -> tuple[str, dict[str, Any]]:
    return "customer_note", {"kind": kind, "what": "about the noise", "happened_at": at(2)}


def amends(*kinds: str) -> Rows:
    wrong = ("gone_wrong", {"what": "a wrong part", "happened_at": at(1)})
    return (
        wrong,
        *(
            ("amend", {"gone_wrong_id": 1, "kind": kind, "happened_at": at(2 + place)})
            for place, kind in enumerate(kinds)
        ),
    )


def rating(points: int, rater: str = "customer") -> tuple[str, dict[str, Any]]:
    return "rating", {"rater": rater, "points": points, "happened_at": at(2)}


DAY = 24
KINDS: dict[str, tuple[Rows, list[tuple[str, int]]]] = {
    "we called with bad news": ((call("C-1", 0), word(1, "out", bad_news=1)), [("called_first", 3)]),
    "a word without news": ((call("C-1", 0), word(1, "out")), []),
    "they had to ask after an update was due": (
        (call("C-1", 0), word(1, "out", next_update_at=at(3)), word(4, "in", "email")),
        [("had_to_call", -4)],
    ),
    "they wrote before it was due": (
        (call("C-1", 0), word(1, "out", next_update_at=at(3)), word(2, "in", "email")),
        [],
    ),
    "they had to ask about a promise": (
        (
            call("C-1", 0),
            word(1, "out"),
            ("promise", {"call_id": 1, "made_at": at(1), "due_at": at(5), "what": "a seal"}),
            word(6, "in", "email"),
        ),
        [("had_to_call", -4)],
    ),
    "a promise kept": ((promise("kept", 4),), [("promise_kept", 4)]),
    "partly kept": ((promise("partly", 6),), [("promise_partly", -2)]),
    "broken": ((promise("broken", 6),), [("promise_broken", -8)]),
    "waived": ((promise("waived", 4),), []),
    "still open": ((promise("open", None),), []),
    "a good visit": (visit("good"), [("visit_good", 4)]),
    "a bad visit": (visit("bad"), [("visit_bad", -8)]),
    "an incomplete visit": (visit("incomplete"), [("visit_incomplete", -4)]),
    "a visit of which nothing is said": (visit(""), []),
    "a visit called off": (visit("bad", "called_off"), []),
    "the same again within the month": (
        (call("C-1", 0), call("C-2", 30 * DAY, title=" compressor  LEAKS")),
        [("repeat_call", -5)],
    ),
    "the same after more than a month": ((call("C-1", 0), call("C-2", 30 * DAY + 0.01)), []),
    "another problem": ((call("C-1", 0), call("C-2", DAY, title="Door jammed")), []),
    "no unit named": ((call("C-1", 0, unit_id=None), call("C-2", DAY, unit_id=None)), []),
    "a complaint": ((note("complaint"),), [("complaint", -10)]),
    "a commendation": ((note("commendation"),), [("commendation", 8)]),
    "a delight": ((note("delight"),), [("delight", 5)]),
    "a plan": ((note("plan"),), []),
    "an apology alone": (amends("apology"), []),
    "a credit": (amends("apology", "credit", "replacement"), [("made_good", 6)]),
    "escalated": (
        (("escalation", {"title": "noise", "status": "open", "opened_at": at(1)}),),
        [("escalated", -6)],
    ),
    "reported back": (
        (("escalation", {"title": "noise", "status": "closed", "opened_at": at(1), "closed_at": at(9)}),),
        [("reported_back", 5), ("escalated", -6)],
    ),
    "rated well": ((rating(4),), [("rated_well", 6)]),
    "rated so-so": ((rating(3),), []),
    "rated badly": ((rating(2),), [("rated_badly", -8)]),
    "rated by us": ((rating(1, "us"),), []),
    "a loaner": ((("loaner", {"unit_id": 1, "out_at": at(1)}),), [("loaner_lent", 4)]),
    "told before": (
        (("told_in_advance", {"what": "customs may hold the part", "told_at": at(1)}),),
        [("told_in_advance", 3)],
    ),
    "by hand": (
        (("ledger_entry", {"points": -7, "reason": "old quarrel", "happened_at": at(1)}),),
        [("by_hand", -7)],
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_event_becomes_its_entry(desk: Desk, name: str) -> None:
    rows, expected = KINDS[name]
    put(desk, rows)
    assert entries(desk) == expected


def test_every_kind_that_the_rules_give_points_has_a_source() -> None:
    made = {kind for _rows, expected in KINDS.values() for kind, _points in expected}
    assert set(RULES.ledger.points) <= made


def test_the_buffer_is_what_its_entries_add_up_to(desk: Desk) -> None:
    put(desk, (*visit("good"), promise("broken", 6)))
    found = ledger(desk, 6)
    assert [one.words for one in found.entries] == [
        "promise broken: a new seal",
        "visit good: C-1 Compressor leaks",
        "opening balance",
    ]
    day = 180 * 24
    weights = [-16.0, 4 * 0.5 ** (3 / day), 50.0]
    assert [one.weight for one in found.entries] == pytest.approx(weights)
    assert found.buffer == pytest.approx(sum(weights) - 20)


def test_it_is_as_of_an_instant(desk: Desk) -> None:
    put(desk, (*visit("good"), promise("kept", 6)))
    assert entries(desk, 2.9) == []
    assert entries(desk, 3) == [("visit_good", 4)]
    assert entries(desk, 6) == [("promise_kept", 4), ("visit_good", 4)]


def test_what_is_long_past_is_left_out(desk: Desk) -> None:
    put(desk, visit("bad"))
    ten = 10 * 180 * 24
    assert entries(desk, 3 + ten) == [("visit_bad", -8)]
    assert entries(desk, 3.1 + ten) == []


def test_each_customer_has_its_own(desk: Desk) -> None:
    put(desk, (("customer", {"name": "Berg", "opening_trust": 30}), *visit("good")))
    with desk.store.read() as connection:
        found = ledgers_for(connection, [1, 2, 99], at(3), RULES)
    assert {customer: one.balance for customer, one in found.items()} == {1: 54.0, 2: 30.0}


def test_a_kind_that_the_firm_gives_no_points_does_not_count(desk: Desk) -> None:
    put(desk, (note("delight"), note("complaint")))
    points = {kind: one for kind, one in RULES.ledger.points.items() if kind != "delight"}
    rules = RULES.model_copy(update={"ledger": RULES.ledger.model_copy(update={"points": points})})
    with desk.store.read() as connection:
        found = ledgers_for(connection, [1], at(3), rules)[1]
    assert [one.words for one in found.entries] == ["complaint: about the noise", "opening balance"]
