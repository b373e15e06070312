"""Histories by year, trends and use, against hand-computed figures."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.history import YEAR, CostEvent, History, Window, history, trend
from dispatch_tui.roi.usage import Reading, recorded_usage, usage_ratio

START = datetime(2022, 7, 1, tzinfo=UTC)


def event(
    ref: str, day: datetime, amount: int = 10_000, *, failure: bool = True, **more: object
) -> CostEvent:
    return CostEvent(
        ref, day, amount, str(more.get("currency", "EUR")), failure, "", float(str(more.get("down", 0)))
    )


def four_years(*events: CostEvent) -> History:
    return history(events, Window(START, START + 4 * YEAR), "EUR")


def failures_at(*years: float, amount: int = 10_000) -> History:
    return four_years(*(event(str(k), START + one * YEAR, amount) for k, one in enumerate(years)))


def test_years_add_up_and_partial_ones_say_so() -> None:
    window = Window(datetime(2022, 7, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    record = history(
        [
            event("a", datetime(2022, 8, 1, tzinfo=UTC), 100),
            event("b", datetime(2023, 3, 1, tzinfo=UTC), 250, down=4.5),
            event("c", datetime(2023, 12, 31, 23, 59, tzinfo=UTC), -50),
            event("d", datetime(2024, 2, 1, tzinfo=UTC), 700, failure=False),
        ],
        window,
        "EUR",
    )
    table = [(one.year, one.repairs, one.other, one.failures, one.downtime_hours) for one in record.years]
    assert table == [(2022, 100, 0, 1, 0.0), (2023, 200, 0, 2, 4.5), (2024, 0, 700, 0, 0.0)]
    assert [one.partial for one in record.years] == [True, False, False]
    assert record.years[0].observed == pytest.approx(184 / 365)
    assert record.per_year == pytest.approx(1000 / (915 / 365.25))
    assert sum(one.total for one in record.years) == 1000


def test_a_year_that_starts_late_is_not_a_cheap_year() -> None:
    late = history([event("a", START, 500)], Window(START, START + YEAR / 2), "EUR")
    assert late.per_year == pytest.approx(1000)


def test_what_cannot_be_counted_is_kept_apart_and_flagged() -> None:
    record = four_years(
        event("before", START - timedelta(days=1)),
        event("dollars", START, currency="USD"),
        event("in", START),
    )
    assert [one.ref for one in record.events] == ["in"]
    assert [one.ref for one in record.left_out] == ["before", "dollars"]
    assert [flag.code for flag in record.flags] == ["outside_window", "other_currency"]


def test_equal_events_both_count() -> None:
    assert len(four_years(event("x", START), event("x", START)).failures) == 2


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        Window(START, START)
    assert refused.value.field == "window"


def test_trend_by_hand() -> None:
    # T = 4, times .5 2 3 3.5: mean 2.25; U = .25 / (4 sqrt(1/48))
    found = trend(failures_at(0.5, 2, 3, 3.5))
    assert found.statistic == pytest.approx(0.25 / (4 * math.sqrt(1 / 48)))
    assert found.direction == 0


def test_trend_sees_both_directions_and_keeps_silent_on_few() -> None:
    late = (3.0, 3.4, 3.6, 3.8, 3.9, 3.95)
    assert trend(failures_at(*late)).direction == 1
    assert trend(failures_at(*(4 - one for one in late))).direction == -1
    assert trend(failures_at(3.9, 3.95, 3.99)).statistic is None


def test_usage() -> None:
    assert usage_ratio(1000, 1500) == (1.5, ())
    assert usage_ratio(1000, None) == (1.0, ())
    for recorded, code in ((None, "usage_unknown"), (0.0, "no_usage")):
        ratio, flags = usage_ratio(recorded, 800)
        assert (ratio, [flag.code for flag in flags]) == (1.0, [code])
    with pytest.raises(InvalidInput) as refused:
        usage_ratio(1000, 0)
    assert refused.value.field == "expected_usage"


def test_recorded_usage() -> None:
    def meter(*values: float) -> list[Reading]:
        return [Reading(START + k * YEAR, value) for k, value in enumerate(values)]

    assert recorded_usage(meter(100, 1100, 2100)) == (pytest.approx(1000), ())
    usage, flags = recorded_usage(meter(5000, 6000, 200, 1200))
    assert usage == pytest.approx(2000 / 3)
    assert [flag.code for flag in flags] == ["meter_backwards"]
    assert recorded_usage(meter(5)) == (None, ())
    assert recorded_usage([]) == (None, ())
