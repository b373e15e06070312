"""The best age to replace, against brute force over a fine grid; and where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures import optimum
from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.weibull import Weibull


def least(rate: Callable[[float], float], around: float) -> tuple[float, float]:
    """The least of a rate over a grid of 0.1 % steps from a hundredth to a hundred times an age."""
    ages = around * np.exp(np.arange(-4.6, 4.6, 0.001))
    rates = np.array([rate(float(age)) for age in ages])
    best = int(rates.argmin())
    return float(ages[best]), float(rates[best])


@settings(max_examples=25, deadline=None)
@given(st.floats(1.3, 6), st.floats(0.01, 1e5), st.floats(1.5, 50))
def test_age_replacement_is_the_least_of_all_ages(shape: float, scale: float, failure: float) -> None:
    law = Weibull(shape, scale)

    def rate(age: float) -> float:
        survival = law.survival(age)
        return (survival + failure * (1 - survival)) / law.lived_until(age)

    best = optimum.age_replacement(law, 1.0, failure)
    age, cost = least(rate, scale)
    assert best.cost_rate == pytest.approx(cost, rel=1e-5)
    if best.age is not None and best.age < 50 * scale:
        assert rate(best.age) <= cost * (1 + 1e-9)
        assert best.cost_rate == pytest.approx(rate(best.age), rel=1e-7)
        if best.age < 2 * scale:
            assert best.age == pytest.approx(age, rel=0.02)


@given(st.floats(1.05, 5), st.floats(1e-3, 1e4), st.floats(1, 1e5), st.floats(1, 1e4))
def test_minimal_repair_is_the_least_of_all_ages(
    beta: float, scale: float, new: float, repair: float
) -> None:
    law = PowerLaw(scale, beta)
    best = optimum.minimal_repair(law, new, repair)
    assert best.age is not None

    def rate(age: float) -> float:
        return (new + repair * law.expected(age)) / age

    assert best.cost_rate == pytest.approx(rate(best.age), rel=1e-9)
    assert all(rate(best.age * f) >= rate(best.age) * (1 - 1e-12) for f in (0.5, 0.99, 1.01, 2))
    # the rate of repairs there is the average cost rate
    assert repair * law.rate(best.age) == pytest.approx(rate(best.age), rel=1e-9)


@pytest.mark.parametrize("unit", [1e-3, 8766.0])
def test_another_unit_of_age_and_of_money_scales(unit: float) -> None:
    one = optimum.age_replacement(Weibull(2.5, 1000), 1, 5)
    other = optimum.age_replacement(Weibull(2.5, 1000 * unit), 100, 500)
    assert one.age is not None
    assert one.cost_rate is not None
    assert other.age == pytest.approx(one.age * unit)
    assert other.cost_rate == pytest.approx(one.cost_rate * 100 / unit)


def test_never_on_failures_alone() -> None:
    assert optimum.minimal_repair(PowerLaw(10, 0.9), 1000, 100).age is None
    steady = optimum.minimal_repair(PowerLaw(10, 1.0), 1000, 100)
    assert (steady.age, steady.cost_rate) == (None, pytest.approx(10.0))
    assert optimum.age_replacement(Weibull(1.0, 100), 1, 50).age is None
    assert optimum.age_replacement(Weibull(0.8, 100), 1, 50).cost_rate == pytest.approx(
        50 / Weibull(0.8, 100).mean
    )
    assert optimum.age_replacement(Weibull(3.0, 100), 5, 5).age is None
    assert optimum.block_replacement(Weibull(0.9, 100), 1, 50).age is None
    assert optimum.block_replacement(Weibull(1.5, 100), 1, 1.05).age is None


def test_costs_that_cannot_be_are_refused() -> None:
    for planned, failure in ((-1, 5), (1, -5), (float("nan"), 5), (0, 5)):
        with pytest.raises(InvalidInput):
            optimum.age_replacement(Weibull(2, 100), planned, failure)
        with pytest.raises(InvalidInput):
            optimum.minimal_repair(PowerLaw(100, 2), planned, failure)


def test_renewals_of_lives_known_in_closed_form() -> None:
    """Exponential lives: t / mean. Rayleigh lives: near t / mean - (1 - cv^2) / 2 for large t."""
    ages = np.linspace(0, 300, 3001)
    assert optimum.renewals(Weibull(1.0, 100), ages)[-1] == pytest.approx(3.0, rel=1e-4)
    law = Weibull(2.0, 100)
    cv2 = math.gamma(2) / math.gamma(1.5) ** 2 - 1
    ages = np.linspace(0, 1000, 4001)
    assert optimum.renewals(law, ages)[-1] == pytest.approx(1000 / law.mean - (1 - cv2) / 2, rel=1e-4)


@pytest.mark.parametrize(
    ("shape", "failure"), [(2.5, 5.0), (1.2, 50.0), (1.5, 10.0), (4.0, 20.0), (10.0, 5.0), (2.5, 1e6)]
)
def test_the_best_block_is_that_of_a_far_finer_grid(shape: float, failure: float) -> None:
    law = Weibull(shape, 1000)
    best = optimum.block_replacement(law, 1, failure)
    assert best.age is not None
    ages = np.linspace(0, 1.05 * best.age, 8001)
    rates = (1 + failure * optimum.renewals(law, ages)[1:]) / ages[1:]
    lowest = int(np.argmin(rates))
    assert best.age == pytest.approx(ages[lowest + 1], rel=2e-4)  # the grid's own step is 1.3e-4
    assert best.cost_rate == pytest.approx(rates[lowest], rel=1e-6)


def test_the_best_block_of_the_known_case() -> None:
    best = optimum.block_replacement(Weibull(2.5, 1000), 1, 5)
    assert best.age == pytest.approx(478.413, rel=1e-5)
    # so seldom that a second failure does not count: as with minimal repair
    rare = optimum.block_replacement(Weibull(2.5, 1000), 1, 1e6)
    assert rare.age == pytest.approx(1000 * (1e-6 / 1.5) ** 0.4, rel=1e-4)


def test_block_replacement_against_simulated_blocks() -> None:
    law, rng = Weibull(2.5, 1000), np.random.default_rng(61)
    best = optimum.block_replacement(law, 1, 5)
    assert best.age is not None
    ends = np.cumsum(law.scale * rng.exponential(size=(40_000, 12)) ** (1 / law.shape), axis=1)

    def rate(block: float) -> float:
        return float(1 + 5 * (ends <= block).sum(axis=1).mean()) / block

    assert best.cost_rate == pytest.approx(rate(best.age), rel=0.02)
    assert all(rate(best.age * f) > rate(best.age) for f in (0.6, 1.6))
    aged = optimum.age_replacement(law, 1, 5)
    assert aged.cost_rate is not None
    assert best.cost_rate is not None
    assert aged.cost_rate < best.cost_rate  # blocks also throw new ones away
