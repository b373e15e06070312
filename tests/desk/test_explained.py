"""What the desk says to explain a call: which agreement and calendar in which version, and why no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.agreements import NewAgreement, make_agreement, revise_agreement
from dispatch_tui.desk.calendars import NewCalendar, make_calendar, revise_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.explained import MOST_CHANGES, CallWhy, Followed, NotThis, call_explained
from dispatch_tui.desk.reapplying import reapply
from tests.support.desks import TERMS

HOURS: dict[str, Any] = dict(TERMS["calendar"])


def why(desk: Desk, call_id: int) -> CallWhy:
    with desk.store.read() as connection:
        return call_explained(connection, call_id)


def opened(desk: Desk, **about: Any) -> int:
    return calls.open_call(desk, title="Too warm", **about).call.id


def test_each_clock_names_the_version_of_its_agreement_and_of_its_calendar(
    desk: Desk, clock: FixedClock
) -> None:
    hours = make_calendar(desk, NewCalendar("Berlin office", HOURS))
    budgets = {"budgets": TERMS["budgets"]}
    gold = make_agreement(desk, NewAgreement(1, "Gold", budgets, unit_id=1, calendar_id=hours))
    one = opened(desk, unit_id=1)
    assert {found.follows for found in why(desk, one).clocks} == {
        Followed(gold, "Gold", 1, "Berlin office", 1)
    }
    clock.advance(timedelta(minutes=5))
    revise_calendar(desk, hours, 1, {**HOURS, "holidays": ["2026-03-05"]})
    assert {found.follows for found in why(desk, one).clocks} == {
        Followed(gold, "Gold", 1, "Berlin office", 1)
    }, "a running clock keeps its version"
    reapply(desk, call_ids=[one])
    assert {found.follows for found in why(desk, one).clocks} == {
        Followed(gold, "Gold", 2, "Berlin office", 2)
    }
    own = opened(desk, customer_id=1)
    assert {found.follows for found in why(desk, own).clocks} == {Followed(1, "Silver", 1, "", None)}


def test_the_agreements_that_do_not_cover_a_call_say_why(desk: Desk, clock: FixedClock) -> None:
    now, day = clock.now(), timedelta(days=1)
    unit = make_agreement(desk, NewAgreement(1, "Unit", TERMS, unit_id=1))
    slower = {**TERMS, "budgets": {"3": {"resolution": 2000}}}
    slow = make_agreement(desk, NewAgreement(1, "Slow", slower, unit_id=1))
    over = make_agreement(
        desk, NewAgreement(1, "Over", TERMS, starts_at=now - 9 * day, ends_at=now - day, unit_id=1)
    )
    urgent = make_agreement(
        desk, NewAgreement(1, "Urgent [/x]\x1b[31m", TERMS | {"conditions": {"priority": [1]}}, site_id=1)
    )
    house = make_agreement(desk, NewAgreement(None, "House", TERMS))
    one = opened(desk, unit_id=1)
    expected = (
        NotThis(slow, "Slow", "less strict: resolution of Unit is due earlier"),
        NotThis(over, "Over", "it ended on 2026-03-03"),
        NotThis(urgent, "Urgent [/x]", "it is for priority 1, the call has 3"),
        NotThis(1, "Silver", "the unit's own agreement comes before the customer's own agreement"),
        NotThis(house, "House", "the unit's own agreement comes before the agreement for everybody"),
    )
    assert why(desk, one).call.agreement_id == unit
    assert why(desk, one).others == expected
    calls.set_priority(desk, one, 1)
    assert why(desk, one).others == expected, "as it came in, not as it is now"


def test_one_that_was_made_since_is_said_to_be(desk: Desk, clock: FixedClock) -> None:
    one = opened(desk, unit_id=1)
    later = make_agreement(desk, NewAgreement(1, "Later", TERMS, unit_id=1))
    assert why(desk, one).others == (
        NotThis(later, "Later", "it would cover the call today, and was made or changed since"),
    )


def test_a_call_without_an_agreement_says_which_could_have_been(desk: Desk) -> None:
    blank = TERMS | {"conditions": {"skill": []}}
    revise_agreement(desk, 1, None, blank)
    one = opened(desk, unit_id=1)
    found = why(desk, one)
    assert (found.call.agreement_id, found.clocks) == (None, ())
    assert found.others == (NotThis(1, "Silver", "its condition on skill is blank, which matches nothing"),)


def test_of_many_changes_the_latest_are_told(desk: Desk, clock: FixedClock) -> None:
    one = opened(desk, unit_id=1)
    for number in range(MOST_CHANGES + 3):
        clock.advance(timedelta(minutes=1))
        calls.set_priority(desk, one, 1 if number % 2 == 0 else 3)
    resolution = next(found for found in why(desk, one).clocks if found.kind == "resolution")
    assert len(resolution.changes) == MOST_CHANGES
    last = resolution.changes[-1]
    assert (last.at, last.was, last.now, last.due_after) == (clock.now(), "3", "1", resolution.due_at)
