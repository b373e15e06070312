"""Hours or years: whichever really drives the failures scores better on what was held out."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.clock_choice import HeldOut, choose_clock
from dispatch_tui.roi.failures.records import AgeClock, Span, unit_record


def fleet(driven_by: AgeClock, seed: int = 5, same_use: bool = False) -> list[HeldOut]:
    """60 units of six years, used between 200 and 5,000 hours a year; cut after three."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(60):
        pace = 2000.0 if same_use else float(np.exp(rng.uniform(np.log(200), np.log(5000))))
        rate = 1.0 if driven_by is AgeClock.YEARS else pace / 2000
        years = np.sort(rng.uniform(0, 6, rng.poisson(6 * rate)))
        found.append(
            HeldOut(
                hours=unit_record(str(k), [Span(0, 6 * pace)], (years * pace).tolist()),
                years=unit_record(str(k), [Span(0, 6)], years.tolist()),
                cut_hours=3 * pace,
                cut_years=3.0,
            )
        )
    return found


@pytest.mark.parametrize("clock", list(AgeClock))
def test_the_clock_that_drives_the_failures_wins_clearly(clock: AgeClock) -> None:
    choice = choose_clock(fleet(clock), use_per_year=2000)
    assert choice.clock is clock
    assert choice.clear
    assert (choice.hours > choice.years) is (clock is AgeClock.HOURS)


def test_where_all_are_used_alike_nothing_tells_them_apart_and_hours_stay() -> None:
    choice = choose_clock(fleet(AgeClock.YEARS, same_use=True), use_per_year=2000)
    assert choice.clock is AgeClock.HOURS
    assert choice.hours == pytest.approx(choice.years, abs=1e-3)


def test_the_order_of_the_units_does_not_matter() -> None:
    units = fleet(AgeClock.HOURS)
    one, other = (choose_clock(some, use_per_year=2000) for some in (units, units[::-1]))
    assert one.hours == pytest.approx(other.hours)
    assert one.standard_error == pytest.approx(other.standard_error)


def test_too_few_units_cannot_tell() -> None:
    with pytest.raises(InvalidInput) as caught:
        choose_clock(fleet(AgeClock.HOURS)[:2], use_per_year=2000)
    assert caught.value.field == "units"
