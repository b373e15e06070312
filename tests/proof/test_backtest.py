"""Rolling-origin backtest on real repair logs: the limits that docs/proofs.md states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.backtest import (
    AGAINST_FLEET,
    AGAINST_UNIT,
    COVERAGE,
    FLEET,
    OURS,
    UNIT,
    Backtest,
    Result,
    all_cut,
    crps,
    inside,
    limits,
    older_fleet,
)
from bench.repair_logs import FOLDER, LOGS, SERVICED, RepairLog, read
from dispatch_tui.roi.failures.fleet import fit_fleet
from tests.conftest import Shared

pytestmark = pytest.mark.xdist_group("backtest")  # what its fixtures read is read once


@pytest.fixture(scope="module")
def folder(shared: Shared) -> Path:
    for log in (*LOGS, SERVICED):
        assert (shared / f"{FOLDER}/{log.name}.csv").is_file()
    return shared.root


@pytest.fixture(scope="module")
def cut(folder: Path) -> Backtest:
    return all_cut(folder)


@pytest.fixture(scope="module")
def older(folder: Path) -> Backtest:
    return older_fleet(folder)


def held(test: Backtest) -> None:
    assert len(test.logs) >= 3
    assert [limit for limit in limits(test.together) if not limit.holds] == []
    for log in test.logs:
        if log.forecasts >= 30:
            assert COVERAGE[0] <= log.of("pooled, ours").inside <= COVERAGE[1], log.title


def test_with_every_unit_cut_the_limits_hold(cut: Backtest) -> None:
    held(cut)
    assert cut.together.forecasts == 273


def test_beside_an_older_fleet_the_limits_hold(older: Backtest) -> None:
    held(older)
    assert older.together.forecasts == 528


PER_LOG = {
    # CRPS over that of the fleet's Poisson law, and over that of the unit-only power law
    ("all cut", "valve seats of 41 engines"): (0.93, 0.09),
    ("all cut", "cylinders of 120 engines"): (0.10, 0.49),
    ("all cut", "10 computers of a laboratory"): (1.04, 0.18),
    ("older fleet", "valve seats of 41 engines"): (0.97, 0.09),
    ("older fleet", "cylinders of 120 engines"): (0.98, 0.63),
    ("older fleet", "10 computers of a laboratory"): (1.045, 0.16),
    ("older fleet", "5 workstations"): (1.06, 0.02),
}
MISSED = {
    # The limits that one log alone misses: the docs name them.
    ("all cut", "10 computers of a laboratory", 0),
    ("older fleet", "10 computers of a laboratory", 0),
    ("older fleet", "5 workstations", 0),
    ("older fleet", "cylinders of 120 engines", 1),
}


def test_each_log_alone_scores_as_the_docs_say(cut: Backtest, older: Backtest) -> None:
    found, missed = {}, set()
    for test in (cut, older):
        for log in test.logs:
            _, fleet, unit = limits(log)
            found[test.title, log.title] = (fleet.value, unit.value)
            missed |= {(test.title, log.title, k) for k, one in enumerate((fleet, unit)) if not one.holds}
    assert found.keys() == PER_LOG.keys()
    for key, values in found.items():
        assert values == pytest.approx(PER_LOG[key], abs=0.006), key
    assert missed == MISSED


@pytest.mark.parametrize("fewest", [2, 3, 5, 8, 10, 15, 20, 25, 30])
def test_the_limits_hold_wherever_the_line_of_too_few_failures_is_drawn(folder: Path, fewest: int) -> None:
    """It was first drawn with the figures in view, so that nothing may hang on where."""
    assert [limit for limit in limits(all_cut(folder, fewest).together) if not limit.holds] == []


def test_where_next_to_nothing_is_known_the_intervals_are_too_narrow(folder: Path) -> None:
    """Without any line coverage is missed: by the two early origins of the cylinders alone, with 0 and 1 failures."""
    coverage, *scores = limits(all_cut(folder, 0).together)
    assert round(coverage.value, 2) == 0.59
    assert all(one.holds for one in scores)


def test_no_single_log_carries_the_limits(cut: Backtest, older: Backtest) -> None:
    """Left out one after the other, over those that remain."""
    for test in (cut, older):
        for left in test.logs:
            others = [one for one in test.logs if one is not left]
            weight = sum(one.forecasts for one in others)

            def mean(law: str, others: list[Result] = others, weight: int = weight) -> float:
                return sum(one.of(law).crps * one.forecasts for one in others) / weight

            assert mean(OURS) <= AGAINST_FLEET * mean(FLEET), (test.title, left.title)
            assert mean(OURS) <= AGAINST_UNIT * mean(UNIT), (test.title, left.title)


@pytest.mark.parametrize("log", [*LOGS, SERVICED], ids=lambda log: log.name)
def test_only_the_log_that_holds_service_is_flagged_as_such(folder: Path, log: RepairLog) -> None:
    fit = fit_fleet(read(folder, log), use_per_year=log.per_year)
    assert ("scheduled_service" in {flag.code for flag in fit.flags}) is (log is SERVICED)


def test_the_logs_are_read_as_published(folder: Path) -> None:
    """41 engines with 48 replacements; 120 with 156 visits; 10 computers, 91; 5 stations, 7."""
    found = [(len(units), sum(unit.count for unit in units)) for units in (read(folder, log) for log in LOGS)]
    assert found == [(41, 48), (120, 156), (10, 91), (5, 7)]


# -- the scores themselves, by hand -----------------------------------------------------------


def test_crps_of_a_count_by_hand() -> None:
    """Law .5 .3 .2, observed 1: (.5 - 0)^2 + (.8 - 1)^2 + 0."""
    assert crps(np.array([0.5, 0.3, 0.2]), 1) == pytest.approx(0.29)
    assert crps(np.array([1.0]), 3) == pytest.approx(3.0)
    assert crps(np.array([0.0, 1.0]), 1) == 0


def test_the_middle_of_a_true_law_holds_its_share() -> None:
    law = np.array([0.35, 0.25, 0.2, 0.15, 0.05])
    assert sum(p * inside(law, k) for k, p in enumerate(law)) == pytest.approx(0.8)
    assert inside(law, 0) == pytest.approx(0.25 / 0.35)
    assert inside(law, 2) == 1
    assert inside(law, 9) == 0
