"""Rolling-origin backtest on real repair logs: the limits that docs/proofs.md states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.backtest import COVERAGE, Backtest, all_cut, crps, inside, limits, older_fleet
from bench.repair_logs import FOLDER, LOGS, SERVICED, RepairLog, read
from dispatch_tui.roi.failures.fleet import fit_fleet
from tests.conftest import Shared


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
    assert [limit for limit in limits(test) if not limit.holds] == []
    for log in test.logs:
        if log.forecasts >= 30:
            assert COVERAGE[0] <= log.of("pooled, ours").inside <= COVERAGE[1], log.title


def test_with_every_unit_cut_the_limits_hold(cut: Backtest) -> None:
    held(cut)
    assert cut.together.forecasts == 273


def test_beside_an_older_fleet_the_limits_hold(older: Backtest) -> None:
    held(older)
    assert older.together.forecasts == 528


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
