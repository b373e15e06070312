"""The calendar against the slow reference, on random calendars where time is odd.

500 examples in the ordinary run; 20,000 with ``-m nightly``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_tui.sla.calendar import BusinessCalendar
from tests.sla.stepping import SteppingCalendar
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


def check_changes(data: st.DataObject) -> None:
    mapping, moment = data.draw(calendars())
    reference, calendar = SteppingCalendar(mapping), BusinessCalendar.from_mapping(mapping)
    at = data.draw(seconds_around(moment, 2, 2)).replace(second=0)
    was_open = calendar.is_open(at)
    assert was_open == reference.is_open(at)
    horizon = at + timedelta(days=4)
    assert sooner(calendar.next_change(at), horizon) == first_change(reference, at, horizon)


def sooner(change: datetime | None, horizon: datetime) -> datetime:
    return horizon if change is None else min(change, horizon)


def first_change(reference: SteppingCalendar, at: datetime, horizon: datetime) -> datetime:
    was_open, minute = reference.is_open(at), at
    while minute < horizon and reference.is_open(minute) == was_open:
        minute += timedelta(minutes=1)
    return minute


@ORDINARY
@given(st.data())
def test_due_agrees_with_the_reference(data: st.DataObject) -> None:
    check_due(data)


@ORDINARY
@given(st.data())
def test_elapsed_agrees_with_the_reference(data: st.DataObject) -> None:
    check_elapsed(data)


@ORDINARY
@given(st.data())
def test_openings_agree_with_the_reference(data: st.DataObject) -> None:
    check_changes(data)


@pytest.mark.nightly
@NIGHTLY
@given(st.data())
def test_due_agrees_with_the_reference_nightly(data: st.DataObject) -> None:
    check_due(data)


@pytest.mark.nightly
@NIGHTLY
@given(st.data())
def test_elapsed_agrees_with_the_reference_nightly(data: st.DataObject) -> None:
    check_elapsed(data)


@pytest.mark.nightly
@NIGHTLY
@given(st.data())
def test_openings_agree_with_the_reference_nightly(data: st.DataObject) -> None:
    check_changes(data)
