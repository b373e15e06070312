"""What a clock counts as and when, and the periods that it counts in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.sla.attainment import (
    PERIODS,
    SHOWN,
    Counted,
    Period,
    Tally,
    counted,
    earlier,
    first_of,
    following,
    percent,
    period_name,
    periods_between,
    shown_until,
)

DUE = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOW = DUE + timedelta(days=3)


@pytest.mark.parametrize(
    ("due", "paused", "ended", "now", "expected"),
    [
        pytest.param(DUE, None, DUE, NOW, Counted("met", DUE), id="done at due is met"),
        pytest.param(DUE, None, DUE - SECOND, NOW, Counted("met", DUE - SECOND), id="done before due"),
        pytest.param(DUE, None, DUE + SECOND, NOW, Counted("missed", DUE), id="done late counts when due"),
        pytest.param(DUE, None, None, DUE, Counted("running", None), id="at due it still runs"),
        pytest.param(DUE, None, None, DUE + SECOND, Counted("missed", DUE), id="past due"),
        pytest.param(DUE, DUE, None, NOW, Counted("running", None), id="paused at due: no breach"),
        pytest.param(DUE, DUE + SECOND, None, NOW, Counted("missed", DUE), id="past due, then paused"),
        pytest.param(None, DUE, None, NOW, Counted("running", None), id="paused, nobody knows when due"),
        pytest.param(None, None, None, NOW, Counted("never", None), id="never due"),
        pytest.param(None, None, DUE, NOW, Counted("never", DUE), id="never due, ended"),
    ],
)
def test_what_a_clock_counts_as(
    due: datetime | None,
    paused: datetime | None,
    ended: datetime | None,
    now: datetime,
    expected: Counted,
) -> None:
    assert counted(due, paused, ended, cancelled=False, now=now) == expected


def test_a_cancellation_leaves_out_only_what_it_ended() -> None:
    assert counted(DUE, None, DUE + SECOND, cancelled=True, now=NOW) == Counted("cancelled", DUE + SECOND)
    assert counted(DUE, None, None, cancelled=True, now=NOW) == Counted("missed", DUE)


def test_only_a_whole_hundred_is_written_so() -> None:
    assert percent(Tally(met=2999, missed=1)) == "99.9 %"
    assert percent(Tally(met=3)) == "100.0 %"
    assert percent(Tally(missed=3)) == "0.0 %"
    assert percent(Tally(running=5, never=1, cancelled=2)) == ""
    assert Tally(met=3, missed=1, running=9).share == 0.75
    assert Tally(running=9).share is None


@pytest.mark.parametrize(
    ("period", "first", "name", "after"),
    [
        ("day", "2026-03-04", "2026-03-04", "2026-03-05"),
        ("week", "2026-03-02", "2026-W10", "2026-03-09"),
        ("month", "2026-03-01", "2026-03", "2026-04-01"),
    ],
)
def test_periods(period: Period, first: str, name: str, after: str) -> None:
    began = first_of(date(2026, 3, 4), period)
    assert began.isoformat() == first
    assert period_name(began, period) == name
    assert following(began, period).isoformat() == after


def test_a_week_across_new_year_has_the_name_of_most_of_its_days() -> None:
    assert period_name(first_of(date(2027, 1, 1), "week"), "week") == "2026-W53"
    assert period_name(first_of(date(2024, 12, 30), "week"), "week") == "2025-W01"


@given(st.dates(date(1970, 1, 1), date(2200, 1, 1)), st.integers(0, 200), st.sampled_from(PERIODS))
def test_periods_cover_every_date_once(first: date, days: int, period: Period) -> None:
    last = first + timedelta(days=days)
    starts = periods_between(first, last, period)
    assert starts == sorted({first_of(first + timedelta(days=n), period) for n in range(days + 1)})
    assert all(following(one, period) == other for one, other in pairwise(starts))
    assert earlier(starts[-1], period, len(starts) - 1) == starts[0]
    assert len(periods_between(shown_until(last, period), last, period)) == SHOWN[period]
