"""Rust's bus engines: what we fit and foretell, beside what he published and what was done (docs/proofs.md)."""

from __future__ import annotations

import json
import math
from statistics import fmean, stdev
from typing import Any

import pytest

from dispatch_tui.roi.failures import replaced
from tests.conftest import Shared
from tests.roi.rust import Bus, buses, month
from tests.roi.rust_forecast import CUTS, Told, brier, engines, told_at
from tests.roi.rust_structural import implied

STATED = 0.0830
"""Brier score of a constant rate, as the issue states it."""


@pytest.fixture(scope="module")
def fleet(shared: Shared) -> list[Bus]:
    return buses(shared / "data/rust_bus_engines")


@pytest.fixture(scope="module")
def published(shared: Shared) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (shared / "data/rust_bus_engines/published_estimates.json").read_text()
    )
    return found


@pytest.fixture(scope="module")
def told(fleet: list[Bus]) -> list[Told]:
    return [one for cut in CUTS for one in told_at(fleet, cut)]


def test_the_importer_finds_what_the_paper_counts(fleet: list[Bus], published: dict[str, Any]) -> None:
    done = [engine for bus in fleet for engine in bus.engines if engine.replaced is not None]
    summary = published["computed_replacement_summary"]
    assert (len(fleet), sum(len(bus.readings) for bus in fleet)) == (162, 15_568)
    assert len(done) == summary["total"] == 124
    assert round(fmean(engine.miles for engine in done)) == summary["mean_miles"]
    assert round(stdev(engine.miles for engine in done)) == summary["sd"]
    for group, (count, mean) in summary["by_group"].items():
        miles = [engine.miles for engine in done if engine.group == int(group)]
        assert (len(miles), round(fmean(miles))) == (count, mean)


def test_expected_mileage_agrees_with_the_structural_estimates(
    fleet: list[Bus], published: dict[str, Any]
) -> None:
    """Two unlike ways to the same engines: his dynamic programme, our hazard. Group 3 stands for 1 to 3."""
    hazard = replaced.fit(*engines(fleet, month(1985, 5)))
    for group, table in (("3", "groups123"), ("4", "group4")):
        his = published["tableIX"][table]
        rust = implied(his["RC"], his["theta11"], (his["theta30"], his["theta31"]), published["beta"])
        assert hazard.expected_age(group) == pytest.approx(rust.miles, rel=0.06)
        observed = published["computed_replacement_summary"]["by_group"][group][1]
        # what was replaced by 1985 had died young: both ways expect more of those that still run
        assert observed < hazard.expected_age(group)


def test_expected_life_in_months_agrees_too(fleet: list[Bus], published: dict[str, Any]) -> None:
    hazard = replaced.fit(*engines(fleet, month(1985, 5)))
    his = published["tableIX"]["group4"]
    rust = implied(his["RC"], his["theta11"], (his["theta30"], his["theta31"]), published["beta"])
    four = [bus for bus in fleet if bus.group == 4]
    miles_a_month = sum(bus.readings[-1] - bus.readings[0] for bus in four) / sum(
        bus.last - bus.first for bus in four
    )
    assert hazard.expected_age("4") / miles_a_month == pytest.approx(rust.months, rel=0.06)


def test_forecast_beats_a_constant_rate(told: list[Told]) -> None:
    ours = brier([(one.chance, one.happened) for one in told])
    constant = brier([(one.constant, one.happened) for one in told])
    assert ours < 0.075 < constant < STATED
    # without the two groups in which no engine was ever replaced
    some = [one for one in told if one.group > 2]
    assert brier([(one.chance, one.happened) for one in some]) < 0.92 * STATED


def test_totals_are_calibrated(told: list[Told]) -> None:
    """Expected and observed within two standard errors; the cuts of December and of June do not overlap."""
    for start in (0, 1):
        here = [one for one in told if one.cut in CUTS[start::2]]
        expected, happened = sum(one.chance for one in here), sum(one.happened for one in here)
        error = math.sqrt(sum(one.chance * (1 - one.chance) for one in here))
        assert abs(expected - happened) < 2 * error
    assert sum(one.chance for one in told) == pytest.approx(sum(one.happened for one in told), rel=0.15)


def test_nothing_later_than_the_cut_is_known_to_the_forecast(fleet: list[Bus]) -> None:
    """The same chances from a fleet whose record stops at the cut."""
    cut = CUTS[4]
    cropped = [
        Bus(
            bus.bus,
            bus.group,
            bus.bought,
            tuple(done for done in bus.replacements if done[0] <= cut),
            bus.first,
            bus.readings[: max(0, min(cut, bus.last) - bus.first + 1)],
        )
        for bus in fleet
        if bus.first <= cut
    ]
    assert [one.chance for one in told_at(cropped, cut)] == [one.chance for one in told_at(fleet, cut)]
