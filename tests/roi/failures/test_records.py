"""Records put in order: windows, failures outside them, two at one instant, meters that run backwards."""

from __future__ import annotations

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.records import Span, UnitRecord, ages_on_meter, unit_record


def codes(record: UnitRecord) -> list[str]:
    return [flag.code for flag in record.flags]


def test_windows_and_failures_are_put_in_order() -> None:
    record = unit_record("A", [Span(5, 7), Span(1, 2), Span(2, 3)], [6.0, 1.5])
    assert record.windows == (Span(1, 3), Span(5, 7))
    assert record.failures == (1.5, 6.0)
    assert (record.count, record.oldest, record.flags) == (2, 7, ())


def test_a_failure_while_nobody_watched_is_left_out_and_flagged() -> None:
    record = unit_record("A", [Span(2, 4), Span(6, 8)], [1.0, 3.0, 5.0, 7.0])
    assert record.failures == (3.0, 7.0)
    assert codes(record) == ["outside_window"]
    assert "2 failures" in record.flags[0].text


def test_two_at_one_instant_are_kept_and_flagged() -> None:
    record = unit_record("A", [Span(0, 4)], [3.0, 3.0, 1.0])
    assert record.failures == (1.0, 3.0, 3.0)
    assert codes(record) == ["same_instant"]


def test_what_was_known_earlier() -> None:
    record = unit_record("A", [Span(0, 2), Span(3, 6), Span(8, 9)], [1.0, 4.0, 5.5, 8.5])
    then = record.until(5.0)
    assert then.windows == (Span(0, 2), Span(3, 5))
    assert then.failures == (1.0, 4.0)


@pytest.mark.parametrize("age", [-1.0, float("nan"), float("inf")])
def test_an_age_that_is_none_is_refused_by_name(age: float) -> None:
    with pytest.raises(InvalidInput) as caught:
        unit_record("A", [Span(0, 4)], [age])
    assert caught.value.field == "failures"


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (3, 3), (4, 3), (0, float("nan"))])
def test_a_window_that_is_none_is_refused_by_name(start: float, end: float) -> None:
    with pytest.raises(InvalidInput) as caught:
        Span(start, end)
    assert caught.value.field == "windows"


def test_hours_run_straight_between_readings_and_on_at_the_mean_pace() -> None:
    ages, flags = ages_on_meter([(2.0, 4000.0), (1.0, 1000.0)], [0.5, 1.5, 2.0, 3.0])
    assert ages == pytest.approx((500.0, 2500.0, 4000.0, 6000.0))
    assert flags == ()


def test_a_meter_that_ran_backwards_counts_no_use_for_that_step_and_says_so() -> None:
    """1,000 hours, a new meter that shows 100, then 600: 1,500 hours of use are on record."""
    ages, flags = ages_on_meter([(1.0, 1000.0), (1.5, 100.0), (2.0, 600.0)], [1.5, 2.0])
    assert ages == pytest.approx((1000.0, 1500.0))
    assert [flag.code for flag in flags] == ["meter_backwards"]


@pytest.mark.parametrize("readings", [[], [(1.0, 0.0)], [(0.0, 500.0)], [(1.0, float("nan"))]])
def test_a_meter_without_use_gives_no_hours(readings: list[tuple[float, float]]) -> None:
    with pytest.raises(InvalidInput) as caught:
        ages_on_meter(readings, [1.0])
    assert caught.value.field == "readings"
