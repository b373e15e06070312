"""Trend tests: as often wrong as they say at a steady rate, and right where a trend is."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.systems import from_gaps, system
from dispatch_tui.roi.failures.trend import laplace, lewis_robinson, military_handbook, reverse_arrangements
from tests.roi.failures import simulated

NIST = [5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]
"""NIST/SEMATECH e-Handbook 8.2.3.4: 33 reversals among ten repairs in 1,500 hours."""


def test_the_handbooks_example() -> None:
    log = system(NIST, 1500)
    reversals = reverse_arrangements(log)
    assert reversals.statistic == 33
    assert reversals.p_falling < 0.05
    assert laplace([log]).statistic == pytest.approx(-1.327, abs=5e-4)
    assert military_handbook([log]).statistic == pytest.approx(37.228, abs=5e-4)
    assert military_handbook([log]).p_falling < 0.02


@pytest.mark.parametrize("test", [laplace, military_handbook])
def test_as_often_wrong_as_they_say(test: object) -> None:
    """At a steady rate, windows of three systems that begin late: 10 % of 1,000 fleets have p below .10."""
    assert callable(test)
    rng = np.random.default_rng(53)
    law = PowerLaw.from_lam(0.08, 1.0)
    p_values = [
        test([simulated.log(law, end, rng, start) for end, start in ((90, 0), (120, 40), (200, 60))]).p_value
        for _ in range(1000)
    ]
    assert np.mean(np.array(p_values) < 0.10) == pytest.approx(0.10, abs=3 * math.sqrt(0.09 / 1000))


@pytest.mark.parametrize(("beta", "rising"), [(2.5, True), (0.4, False)])
def test_a_trend_is_told(beta: float, rising: bool) -> None:
    log = simulated.log(PowerLaw(100 / 40 ** (1 / beta), beta), 100, np.random.default_rng(59))
    for found in (laplace([log]), military_handbook([log]), reverse_arrangements(log)):
        assert (found.p_rising < found.p_falling) is rising
        assert found.p_value < 0.1


def test_reversals_by_every_order() -> None:
    """Five spans in all 120 orders: the chance of as many ascending pairs or more, counted."""
    spans = [3.0, 7.0, 11.0, 20.0, 35.0]
    ascending = [
        sum(order[j] > order[i] for i in range(5) for j in range(i + 1, 5)) for order in permutations(spans)
    ]
    for order in ([3.0, 7.0, 11.0, 20.0, 35.0], [20.0, 3.0, 7.0, 35.0, 11.0], [35.0, 20.0, 11.0, 7.0, 3.0]):
        found = reverse_arrangements(from_gaps(order))
        assert found.p_falling == pytest.approx(sum(one >= found.statistic for one in ascending) / 120)
        assert found.p_rising == pytest.approx(sum(one <= found.statistic for one in ascending) / 120)


def test_another_unit_of_age_changes_nothing() -> None:
    hours, thousands = system(NIST, 1500), system([age / 1000 for age in NIST], 1.5)
    assert laplace([hours]).statistic == pytest.approx(laplace([thousands]).statistic)
    assert military_handbook([hours]).statistic == pytest.approx(military_handbook([thousands]).statistic)
    assert reverse_arrangements(hours) == reverse_arrangements(thousands)


def test_no_failure_no_trend() -> None:
    for logs in ([system([], 10)], [system([10])]):
        with pytest.raises(InvalidInput):
            laplace(logs)
        with pytest.raises(InvalidInput):
            military_handbook(logs)
    for log in (system([5], 10), system([5, 10], 12)):
        with pytest.raises(InvalidInput):
            (lewis_robinson if len(log.failures) > 1 else reverse_arrangements)(log)


def test_spans_that_are_merely_uneven_are_no_trend() -> None:
    """Renewals with wild spans (gamma of shape .3): Laplace calls a trend far too often, Lewis and Robinson do not."""
    rng = np.random.default_rng(89)
    called = np.zeros((600, 2))
    for row in called:
        log = from_gaps(rng.gamma(0.3, 1 / 0.3, 60).tolist())
        row[:] = (laplace([log]).p_value < 0.1, lewis_robinson(log).p_value < 0.1)
    assert called[:, 0].mean() > 0.25
    assert called[:, 1].mean() == pytest.approx(0.1, abs=0.05)
