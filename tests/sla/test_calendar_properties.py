"""The calendar against slow references, on random calendars where time is odd.

500 examples in the ordinary run; 20,000 in the hypothesis profile ``nightly``, with ``-m nightly``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_tui.sla.calendar import BusinessCalendar
from tests.sla.stepping import SteppingCalendar
from tests.sla.stepping_days import due_days
from tests.sla.strategies import calendars, pause_lists, seconds_around

settings.register_profile(
    "sla",
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("nightly", settings.get_profile("sla"), max_examples=20_000)
ORDINARY, NIGHTLY = settings.get_profile("sla"), settings.get_profile("nightly")


def check_due(data: st.DataObject) -> None:
    mapping, moment = data.draw(calendars())
    start = data.draw(seconds_around(moment, 2, 1))
    pauses = data.draw(pause_lists(moment))
    reference = SteppingCalendar(mapping)
    if data.draw(st.booleans(), "runs out where counting stops"):
        end = start + timedelta(minutes=data.draw(st.integers(0, 4320)))
        minutes = reference.elapsed(start, end, pauses) / timedelta(minutes=1)
    else:
        minutes = data.draw(st.one_of(st.just(0), st.integers(1, 90), st.integers(1, 2400)))
    horizon = start + timedelta(days=7)
    expected = reference.due(start, timedelta(minutes=minutes), pauses, horizon)
    due = BusinessCalendar.from_mapping(mapping).due(start, minutes, pauses)
    assert due == expected or (expected is None and due is not None and due >= horizon)


def check_elapsed(data: st.DataObject) -> None:
    mapping, moment = data.draw(calendars())
    start, end = data.draw(seconds_around(moment, 2, 2)), data.draw(seconds_around(moment, 2, 3))
    pauses = data.draw(pause_lists(moment))
    expected = SteppingCalendar(mapping).elapsed(start, end, pauses)
    assert BusinessCalendar.from_mapping(mapping).elapsed(start, end, pauses) == expected


def check_days(data: st.DataObject) -> None:
    mapping, moment = data.draw(calendars())
    start = data.draw(seconds_around(moment, 3, 1))
    days, pauses = data.draw(st.integers(0, 4)), data.draw(pause_lists(moment))
    horizon = start + timedelta(days=10)
    expected = due_days(SteppingCalendar(mapping), start, days, pauses, horizon)
    due = BusinessCalendar.from_mapping(mapping).due_days(start, days, pauses)
    assert due == expected or (expected is None and due is not None and due >= horizon - timedelta(days=2))


def check_long(data: st.DataObject) -> None:
    """What no reference can step through: budgets of years, anywhere in the years that calendars answer for."""
    mapping, moment = data.draw(calendars())
    calendar = BusinessCalendar.from_mapping(mapping)
    years = st.datetimes(datetime(1900, 1, 1), datetime(2299, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
    start = data.draw(st.one_of(years, seconds_around(moment, 2, 2)))
    seconds = data.draw(st.integers(1, 40_000 * 3600))
    pauses = data.draw(pause_lists(moment))
    due = calendar.due(start, seconds / 60, pauses)
    if due is None:
        forever = datetime(2299, 12, 31, 23, 59, tzinfo=UTC)
        assert calendar.elapsed(start, forever, pauses) <= timedelta(seconds=seconds)
        return
    assert calendar.elapsed(start, due, pauses) == timedelta(seconds=seconds)
    assert calendar.elapsed(start, due - timedelta(microseconds=1), pauses) < timedelta(seconds=seconds)
    between = start + (due - start) * data.draw(st.floats(0, 1))
    halves = calendar.elapsed(start, between, pauses), calendar.elapsed(between, due, pauses)
    assert sum(halves, timedelta(0)) == timedelta(seconds=seconds)


def check_changes(data: st.DataObject) -> None:
    mapping, moment = data.draw(calendars())
    reference, calendar = SteppingCalendar(mapping), BusinessCalendar.from_mapping(mapping)
    at = data.draw(seconds_around(moment, 2, 2))
    was_open = calendar.is_open(at)
    assert was_open == reference.is_open(at)
    horizon = at.replace(second=0, microsecond=0) + timedelta(days=4)
    assert sooner(calendar.next_change(at), horizon) == first_change(reference, at, horizon)


def sooner(change: datetime | None, horizon: datetime) -> datetime:
    return horizon if change is None else min(change, horizon)


def first_change(reference: SteppingCalendar, at: datetime, horizon: datetime) -> datetime:
    was_open, minute = reference.is_open(at), at.replace(second=0, microsecond=0)
    while minute < horizon and reference.is_open(minute) == was_open:
        minute += timedelta(minutes=1)
    return minute


CHECKS = pytest.mark.parametrize("check", [check_due, check_elapsed, check_days, check_changes, check_long])


@CHECKS
@ORDINARY
@given(st.data())
def test_the_calendar_agrees(check: Callable[[st.DataObject], None], data: st.DataObject) -> None:
    check(data)


@pytest.mark.nightly
@CHECKS
@NIGHTLY
@given(st.data())
def test_the_calendar_agrees_all_night(check: Callable[[st.DataObject], None], data: st.DataObject) -> None:
    check(data)
