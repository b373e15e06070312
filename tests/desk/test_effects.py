"""What an edit would do, as it is shown before saving, is what re-applying then stores: whatever has become of the
call, whichever the terms and the hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.agreements import NewAgreement, make_agreement, revise_agreement
from dispatch_tui.desk.calendars import NewCalendar, make_calendar, revise_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.effects import (
    ClockEffect,
    Effect,
    effect_of_agreement,
    effect_of_calendar,
)
from dispatch_tui.desk.promises import promise
from dispatch_tui.desk.reapplying import reapply
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NothingToUndo
from dispatch_tui.store import tables as t
from tests.support.contacts import log_contact
from tests.support.databases import KINDS, fresh_database
from tests.support.desks import TERMS, company

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HOURS: dict[str, Any] = TERMS["calendar"]  # type: ignore[assignment]
CALENDARS: tuple[dict[str, Any], ...] = (
    HOURS,
    {**HOURS, "holidays": ["2026-03-05"]},
    {**HOURS, "overrides": {"2026-03-04": [["08:00", "10:30"]], "2026-03-07": [["09:00", "12:00"]]}},
    {
        **HOURS,
        "tz": "Australia/Lord_Howe",
        "hours": {"wed": [["22:00", "06:00"]], "sun": [["00:00", "24:00"]]},
    },
    {"tz": "Europe/Berlin", "hours": {}},
)
"""The last is never open."""
BOTH = {"first_response": 120, "resolution": 960, "next_update": 240}
DEALS: tuple[dict[str, Any], ...] = (
    {"budgets": {"1": {"resolution": 240}, "3": BOTH}},
    {"budgets": {"1": BOTH, "3": BOTH}, "pauses": {"resolution": [], "first_response": ["on_hold", "new"]}},
    {"budgets": {"1": {"resolution": 0}, "3": {"resolution": "2d", "customer_waiting": 60}}},
    {"budgets": {"3": {"first_response": 45}}, "warnings": [{"minutes_before": 30}]},
    {"budgets": {}},
)
ACTS = {
    "acknowledge": lambda desk, one, at: calls.acknowledge(desk, one, happened_at=at),
    "start": lambda desk, one, at: calls.start(desk, one, happened_at=at),
    "hold": lambda desk, one, at: calls.hold(desk, one, "part ordered", happened_at=at),
    "resume": lambda desk, one, at: calls.resume(desk, one, happened_at=at),
    "resolve": lambda desk, one, at: calls.resolve(desk, one, "done", happened_at=at),
    "reopen": lambda desk, one, at: calls.reopen(desk, one, "leaks again", happened_at=at),
    "urgent": lambda desk, one, at: calls.set_priority(desk, one, 1, happened_at=at),
    "usual": lambda desk, one, at: calls.set_priority(desk, one, 3, happened_at=at),
    "talk": lambda desk, one, at: log_contact(desk, one, direction="out", happened_at=at),
    "write": lambda desk, one, at: log_contact(desk, one, direction="out", two_way=False, happened_at=at),
    "asked": lambda desk, one, at: log_contact(desk, one, direction="in", two_way=False, happened_at=at),
    "promise": lambda desk, one, at: promise(
        desk, one, "we ring back", desk.clock.now() + timedelta(minutes=100), happened_at=at
    ),
    "undo": lambda desk, one, at: undo(desk),
}
REFUSALS = (Conflict, IllegalTransition, InvalidInput, NothingToUndo)

stories = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 2000), st.sampled_from([0, 0, 0, 45, 300])),
    max_size=7,
)
"""An act, the minutes that pass before it, and how many minutes late it is reported."""
edits = st.lists(
    st.tuples(st.sampled_from(DEALS), st.sampled_from(CALENDARS), st.integers(0, 3000)),
    min_size=1,
    max_size=3,
)
"""Other terms, other hours, and the minutes that pass before."""

Dues = dict[int, dict[str, datetime | None]]


@pytest.fixture(scope="module", params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A unit's own agreement (id 2) with a shared calendar (id 1)."""
    with fresh_database(request, tmp_path_factory) as url:
        opened = company(url, FixedClock(START))
        hours = make_calendar(opened, NewCalendar("Berlin office", HOURS))
        make_agreement(opened, NewAgreement(1, "Gold", DEALS[0], unit_id=1, calendar_id=hours))
        yield opened
        opened.store.close()


def going_on(desk: Desk) -> Dues:
    """Due times of the clocks that go on, by running call."""
    query = (
        sa.select(t.call.c.id, t.clock.c.kind, t.clock.c.due_at)
        .select_from(
            t.call.outerjoin(t.clock, sa.and_(t.clock.c.call_id == t.call.c.id, t.clock.c.ended_at.is_(None)))
        )
        .where(t.call.c.live == 1, t.call.c.status != "resolved")
    )
    found: Dues = {}
    with desk.store.read() as connection:
        for call_id, kind, due_at in connection.execute(query):
            clocks = found.setdefault(call_id, {})
            if kind is not None:
                clocks[kind] = due_at
    return found


def ended(desk: Desk) -> set[tuple[Any, ...]]:
    """The clocks that have ended, whole."""
    with desk.store.read() as connection:
        return {
            tuple(row)
            for row in connection.execute(sa.select(t.clock).where(t.clock.c.ended_at.is_not(None)))
        }


def as_foreseen(effect: Effect, before: Dues) -> Dues:
    """The due times after re-applying, if the effect tells the truth. A clock that is not told of stays; one without
    a due time may be there or not: :func:`known` leaves both out."""
    after = {call_id: dict(clocks) for call_id, clocks in before.items()}
    for one in effect.calls:
        assert {
            clock.kind: clock.was_due for clock in one.clocks if clock.kind in before[one.call_id]
        } == before[one.call_id]
        after[one.call_id] = {clock.kind: clock.new_due for clock in one.clocks}
    return after


def known(dues: Dues) -> dict[int, dict[str, datetime]]:
    return {
        call_id: {kind: due for kind, due in clocks.items() if due is not None}
        for call_id, clocks in dues.items()
    }


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=st.lists(stories, min_size=1, max_size=3), revisions=edits)
def test_what_is_foreseen_is_what_reapplying_stores(
    desk: Desk, told: list[list[tuple[str, int, int]]], revisions: list[tuple[Any, Any, int]]
) -> None:
    follow(desk, told, revisions)


STORIES: dict[str, list[tuple[str, int, int]]] = {
    "new": [],
    "on hold": [("hold", 30, 0)],
    "held before": [("hold", 30, 0), ("resume", 400, 0), ("urgent", 5, 0)],
    "answered": [("talk", 30, 0), ("asked", 900, 300)],
    "reopened": [("acknowledge", 5, 0), ("resolve", 30, 0), ("reopen", 900, 0)],
    "promised": [("promise", 30, 0), ("hold", 45, 0)],
}


@pytest.mark.parametrize("deal", range(len(DEALS)))
def test_of_these_calls_too(desk: Desk, deal: int) -> None:
    follow(desk, list(STORIES.values()), [(DEALS[deal], hours, 60) for hours in CALENDARS])


def follow(desk: Desk, told: list[list[tuple[str, int, int]]], revisions: list[tuple[Any, Any, int]]) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.set(START)
    for story in told:
        one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
        for act, minutes, late in story:
            desk.clock.advance(timedelta(minutes=minutes))
            at = desk.clock.now() - timedelta(minutes=late) if late else None
            try:
                ACTS[act](desk, one.id, at)
            except REFUSALS:
                continue
    for terms, hours, minutes in revisions:
        desk.clock.advance(timedelta(minutes=minutes))
        before, over = going_on(desk), ended(desk)
        present = partial(effect_of_agreement, desk, 2, terms, calendar_id=1)
        effect = present()
        revise_agreement(desk, 2, None, terms, calendar_id=1)
        assert present() == effect
        reapplied_as(desk, effect, before, over)
        nothing_left = present()
        assert (nothing_left.calls, nothing_left.unchanged) == ((), effect.checked)
        before = going_on(desk)
        effect = effect_of_calendar(desk, 1, hours)
        revise_calendar(desk, 1, None, hours)
        assert present() == effect
        reapplied_as(desk, effect, before, over)
        nothing_left = present()
        assert (nothing_left.calls, nothing_left.unchanged) == ((), effect.checked)
    for call_id in going_on(desk):
        calls.cancel(desk, call_id, "twice reported")


def reapplied_as(desk: Desk, effect: Effect, before: Dues, over: set[tuple[Any, ...]]) -> None:
    assert effect.checked == len(before)
    assert effect.earlier + effect.later == len(effect.calls) == effect.checked - effect.unchanged
    reapply(desk, agreement_ids=[2])
    assert known(going_on(desk)) == known(as_foreseen(effect, before))
    assert ended(desk) == over, "what has ended stays as it is"


def test_a_paused_clock_changes_by_what_is_left_of_it(desk: Desk) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.set(START)
    revise_calendar(desk, 1, None, HOURS)
    revise_agreement(desk, 2, None, {"budgets": {"3": {"resolution": 960}}}, calendar_id=1)
    one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    desk.clock.advance(timedelta(minutes=60))
    calls.hold(desk, one.id, "part ordered")
    halved = effect_of_agreement(desk, 2, {"budgets": {"3": {"resolution": 480}}}, calendar_id=1)
    assert (halved.checked, halved.earlier, halved.later) == (1, 1, 0)
    hours = timedelta(hours=1)
    assert halved.calls[0].clocks == (ClockEffect("resolution", None, None, 15 * hours, 7 * hours),)
    longer = effect_of_agreement(desk, 2, {"budgets": {"3": {"resolution": 1020}}}, calendar_id=1)
    assert (longer.earlier, longer.later, longer.calls[0].clocks[0].new_left) == (0, 1, 16 * hours)
    same = effect_of_agreement(desk, 2, {"budgets": {"3": {"resolution": 960}}}, calendar_id=1)
    assert (same.unchanged, same.calls) == (1, ())
    calls.cancel(desk, one.id, "twice reported")
