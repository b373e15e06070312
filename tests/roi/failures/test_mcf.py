"""The mean cumulative function against naive counts, brute force over units, and simulated truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.mcf import mcf
from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.systems import System, system
from tests.roi.failures import simulated

units = st.lists(st.lists(st.integers(1, 50), max_size=8).map(sorted), min_size=2, max_size=12)


@given(units)
def test_equal_windows_give_the_naive_count(logs: list[list[int]]) -> None:
    curve = mcf([system(log, 60) for log in logs])
    for age in range(61):
        assert curve.at(age) == pytest.approx(sum(one <= age for log in logs for one in log) / len(logs))


@given(units)
def test_equal_windows_give_the_spread_of_the_units_counts(logs: list[list[int]]) -> None:
    curve = mcf([system(log, 60) for log in logs])
    for age in (10, 30, 60):
        counts = np.array([sum(one <= age for one in log) for log in logs], dtype=float)
        assert curve.se_at(age) == pytest.approx(
            math.sqrt(((counts - counts.mean()) ** 2).sum()) / len(logs), abs=1e-12
        )


@given(units, st.data())
def test_windows_of_their_own_by_brute_force(logs: list[list[int]], data: st.DataObject) -> None:
    systems = []
    for log in logs:
        start = data.draw(st.integers(0, 20))
        end = data.draw(st.integers(start + 1, 60))
        systems.append(system([age for age in log if start < age <= end], end, start))
    curve = mcf(systems)
    for age in (5, 25, 60):
        steps = sorted({one for unit in systems for one in unit.failures if one <= age})
        watching = {at: [unit for unit in systems if unit.start < at <= unit.end] for at in steps}
        mean = sum(sum(unit.failures.count(at) for unit in watching[at]) / len(watching[at]) for at in steps)
        assert curve.at(age) == pytest.approx(mean)
        squares = 0.0
        for unit in systems:
            own = 0.0
            for at in steps:
                if unit in watching[at]:
                    step = sum(one.failures.count(at) for one in watching[at]) / len(watching[at])
                    own += (unit.failures.count(at) - step) / len(watching[at])
            squares += own**2
        assert curve.se_at(age) == pytest.approx(math.sqrt(squares), abs=1e-12)


def test_band_covers_the_truth_where_units_differ() -> None:
    """40 units whose rates differ by a gamma factor: a 90 % band covers in 84 % to 95 % of 400 fleets."""
    rng, law = np.random.default_rng(47), PowerLaw.from_lam(0.002, 1.5)
    covered = 0
    for _ in range(400):
        factors = rng.gamma(2.0, 0.5, 40)
        curve = mcf([simulated.log(PowerLaw.from_lam(law.lam * u, 1.5), 150, rng) for u in factors])
        low, high = curve.band(0.9)
        covered += low[-1] < law.expected(150) < high[-1]
    assert 0.84 <= covered / 400 <= 0.95


def test_cost_takes_the_place_of_the_count() -> None:
    systems = [system([5, 20], 30), system([5], 40)]
    curve = mcf(systems, [[100.0, 250.0], [50.0]])
    assert (curve.at(5), curve.at(20)) == (75.0, 200.0)
    with pytest.raises(InvalidInput, match="each failure"):
        mcf(systems, [[100.0], [50.0]])
    with pytest.raises(InvalidInput, match="zero or more"):
        mcf(systems, [[100.0, -1.0], [50.0]])


def test_edges() -> None:
    none = mcf([system([], 10), system([], 20)])
    assert (none.at(15), none.se_at(15), none.failures) == (0.0, 0.0, 0)
    assert [flag.code for flag in none.flags] == ["no_failures"]
    at_end = mcf([System((10.0,), 10.0), System((), 20.0)])
    assert at_end.at(10) == 0.5  # a failure at the very end was seen
    apart = mcf([system([5], 10), system([40], 50, 30)])
    assert "gap" in [flag.code for flag in apart.flags]
    with pytest.raises(InvalidInput):
        mcf([])
