"""The power law: closed forms, known truths found again, units of age, and what has no answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures import bounds, goodness, grouped, power_law
from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.systems import System, system
from tests.roi.failures import simulated

ages = st.lists(st.floats(0.5, 900), min_size=3, max_size=30, unique=True)


@given(ages)
def test_one_system_from_new_has_a_closed_form(found: list[float]) -> None:
    log = system(sorted(found), 1000)
    fit = power_law.fit([log])
    beta = len(found) / sum(math.log(1000 / age) for age in found)
    assert fit.law.beta == pytest.approx(beta, rel=1e-9)
    assert fit.law.lam == pytest.approx(len(found) / 1000**beta, rel=1e-7)
    assert fit.law.expected(1000) == pytest.approx(len(found))
    assert fit.law.scale == pytest.approx(fit.law.lam ** (-1 / beta), rel=1e-7)


@given(ages, st.floats(0.1, 0.4), st.sampled_from([1e-3, 60.0, 8760.0]))
def test_another_unit_of_age_scales(found: list[float], late: float, unit: float) -> None:
    logs = [
        system(sorted(found), 1000),
        system([age for age in sorted(found) if age > 1000 * late], 950, 1000 * late),
    ]
    scaled = [
        System(tuple(age * unit for age in log.failures), log.end * unit, log.start * unit) for log in logs
    ]
    one, other = power_law.fit(logs), power_law.fit(scaled)
    assert other.law.beta == pytest.approx(one.law.beta, rel=1e-8)
    assert other.law.scale == pytest.approx(one.law.scale * unit, rel=1e-7)
    assert other.law.mtbf(500 * unit) == pytest.approx(one.law.mtbf(500) * unit, rel=1e-7)


@pytest.mark.parametrize(
    "truth",
    [
        PowerLaw.from_lam(0.05, 0.6),
        PowerLaw.from_lam(0.02, 1.0),
        PowerLaw.from_lam(3e-4, 1.8),
        PowerLaw.from_lam(2e-6, 3.0),
    ],
)
def test_truth_is_found_again(truth: PowerLaw) -> None:
    """300 systems with windows of their own: within three standard errors, which the information gives."""
    rng = np.random.default_rng(41)
    logs = [
        simulated.log(truth, float(end), rng, start=float(start))
        for start, end in zip(rng.uniform(0, 60, 300), rng.uniform(70, 200, 300), strict=True)
    ]
    fit = power_law.fit(logs)
    assert abs(math.log(fit.law.beta / truth.beta)) < 3 * fit.log_beta_se
    assert fit.log_beta_se < 0.25
    expected = sum(truth.expected(log.end, log.start) for log in logs)
    assert abs(fit.failures - expected) < 3 * math.sqrt(expected)


def test_the_window_matters() -> None:
    """A record that begins late: taking its start for new makes a steady rate look like ageing."""
    rng = np.random.default_rng(5)
    logs = [simulated.log(PowerLaw.from_lam(0.05, 1.0), 300, rng, start=150) for _ in range(60)]
    right = power_law.fit(logs)
    wrong = power_law.fit([System(log.failures, log.end) for log in logs])
    assert abs(math.log(right.law.beta)) < 3 * right.log_beta_se
    assert wrong.law.beta > 2


def test_bias_is_taken_out() -> None:
    """Mean of the plain and the modified estimate over 800 logs of ten failures or so."""
    rng, truth = np.random.default_rng(7), PowerLaw.from_lam(0.1, 1.0)
    fits = [power_law.fit([simulated.log(truth, 100, rng)]) for _ in range(800)]
    plain = np.array([fit.law.beta for fit in fits])
    modified = np.array([power_law.unbiased(fit).beta for fit in fits if fit.failures > 1])
    assert plain.mean() > 1.05
    assert modified.mean() == pytest.approx(1.0, abs=3 * modified.std() / math.sqrt(len(modified)))
    ended = [power_law.fit([simulated.until(truth, 6, rng)]) for _ in range(800)]
    modified = np.array([power_law.unbiased(fit).beta for fit in ended])
    assert modified.mean() == pytest.approx(1.0, abs=3 * modified.std() / math.sqrt(len(modified)))


def test_systems_with_rates_of_their_own_share_a_shape() -> None:
    rng = np.random.default_rng(2)
    logs = [simulated.log(PowerLaw.from_lam(lam, 1.7), 50, rng) for lam in rng.gamma(0.5, 0.02, 400)]
    failures = sum(len(log.failures) for log in logs)
    assert power_law.common_shape(logs) == pytest.approx(1.7, abs=3 * 1.7 / math.sqrt(failures))


def test_what_has_no_answer_is_refused() -> None:
    for logs, word in (
        ([system([], 100)], "none on record"),
        ([system([40])], "also ended the record"),
        ([system([100, 100], 100)], "very end"),
        ([system([50.001, 50.002], 100, 50)], "thin out"),
    ):
        with pytest.raises(InvalidInput, match=word):
            power_law.fit(logs)
    with pytest.raises(InvalidInput, match="one age"):
        power_law.unbiased(power_law.fit([system([3, 9], 10), system([5], 20)]))


def test_one_failure_and_two_at_an_instant_are_flagged() -> None:
    one = power_law.fit([system([50], 100)])
    assert one.law.beta == pytest.approx(1 / math.log(2))
    assert [flag.code for flag in one.flags] == ["thin_history"]
    twice = power_law.fit([system([50, 50, 80], 100)])
    assert [flag.code for flag in twice.flags] == ["together"]
    assert math.isfinite(twice.law.lam)


# Factors on the estimate, MIL-HDBK-189 app. C: (failures, ended by failure, confidence, lower, upper)
FACTORS = [
    (2, False, 0.80, 0.261, 18.66),
    (2, False, 0.90, 0.200, 38.66),
    (2, False, 0.95, 0.159, 78.66),
    (2, False, 0.98, 0.124, 198.7),
    (2, True, 0.80, 0.8065, 33.76),
    (2, True, 0.90, 0.5552, 72.67),
    (2, True, 0.95, 0.4099, 151.5),
    (2, True, 0.98, 0.2944, 389.9),
]


@pytest.mark.parametrize(("count", "ended", "confidence", "lower", "upper"), FACTORS)
def test_bounds_on_the_mean_time_are_the_published_factors(
    count: int, ended: bool, confidence: float, lower: float, upper: float
) -> None:
    failures = [20.0 * (k + 1) for k in range(count)]
    fit = power_law.fit([system(failures) if ended else system(failures, 100)])
    estimate = fit.law.mtbf(fit.systems[0].end)
    found = bounds.mtbf_bounds(fit, confidence)
    assert found.lower / estimate == pytest.approx(lower, abs=6e-4)
    assert found.upper is not None
    assert found.upper / estimate == pytest.approx(upper, rel=5e-4)


@pytest.mark.parametrize("ended", [False, True])
def test_bounds_hold_as_often_as_they_say(ended: bool) -> None:
    """Of 300 logs, 80 % bounds cover the true mean time and shape in 80 % (three binomial errors)."""
    rng, truth = np.random.default_rng(11), PowerLaw.from_lam(0.02, 1.4)
    covered = np.zeros((300, 2), dtype=bool)
    for row in covered:
        log = simulated.until(truth, 8, rng) if ended else simulated.log(truth, 60, rng)
        if log.free < 2:
            continue
        fit = power_law.fit([log])
        mtbf, shape = bounds.mtbf_bounds(fit, 0.8), bounds.shape_bounds(fit, 0.8)
        row[:] = (
            mtbf.lower < truth.mtbf(log.end) < (mtbf.upper or math.inf),
            shape.lower < truth.beta < (shape.upper or math.inf),
        )
    error = 3 * math.sqrt(0.16 / 300)
    # given w the count is discrete, so that bounds for a window set beforehand cover a little more than they say
    assert 0.8 - error < covered[:, 0].mean() < 0.8 + error + (0 if ended else 0.04)
    assert covered[:, 1].mean() == pytest.approx(0.8, abs=error)


def test_the_approximate_bounds_are_near_the_exact_ones_for_many_failures() -> None:
    log = system([10.0 * (k + 1) for k in range(80)], 805)
    fit = power_law.fit([log])
    exact, near = bounds.mtbf_bounds(fit, 0.8), bounds.mtbf_bounds_approximate(fit, 0.8)
    assert near.lower == pytest.approx(exact.lower, rel=0.02)
    assert near.upper == pytest.approx(exact.upper, rel=0.03)
    single = bounds.mtbf_bounds(power_law.fit([system([40], 100)]), 0.8)
    assert single.upper is None
    assert single.lower > 0


def test_counts_in_fine_intervals_tell_what_the_ages_tell() -> None:
    rng = np.random.default_rng(3)
    log = simulated.log(PowerLaw.from_lam(0.01, 1.5), 400, rng)
    ends = np.linspace(0, 400, 4001)[1:]
    counts = np.histogram(log.failures, bins=[0, *ends])[0]
    by_counts = grouped.fit_counts(ends.tolist(), counts.tolist())
    by_ages = power_law.fit([log])
    assert by_counts.law.beta == pytest.approx(by_ages.law.beta, rel=2e-3)
    assert sum(by_counts.expected) == pytest.approx(len(log.failures))


def test_counts_that_cannot_be_are_refused() -> None:
    for ends, counts, word in (
        ([10, 20], [3], "one count"),
        ([20, 10], [3, 4], "ascend"),
        ([10, 20], [-1, 4], "zero or more"),
        ([10, 20], [0, 0], "no failure"),
        ([10, 20], [5, 0], "first interval"),
        ([10, 20], [0, 5], "last interval"),
    ):
        with pytest.raises(InvalidInput, match=word):
            grouped.fit_counts(ends, counts)


def test_the_fit_test_rejects_as_often_as_its_limit_says() -> None:
    """Under a power law 10 % of logs exceed the limit at .10; with a jump in the rate most do."""
    rng, truth = np.random.default_rng(17), PowerLaw.from_lam(0.05, 1.3)
    logs = [log for log in (simulated.log(truth, 80, rng) for _ in range(700)) if len(log.failures) > 2]
    rejected = np.mean([not goodness.cramer_von_mises([log]).fits for log in logs])
    assert rejected == pytest.approx(0.10, abs=3 * math.sqrt(0.09 / len(logs)))
    jump = system([1, 2, 3, 4, 5, 6, 7, 8, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90], 100)
    assert not goodness.cramer_von_mises([jump], 0.01).fits


def test_grouped_check_pools_small_intervals() -> None:
    found = grouped.fit_counts([20, 40, 60, 80, 100], [13, 16, 5, 8, 7])
    check = grouped.check_counts(found)
    assert check.freedom == 3
    assert check.statistic == pytest.approx(
        sum((n - e) ** 2 / e for n, e in zip(found.counts, found.expected, strict=True))
    )
    assert grouped.check_counts(found, least=20).freedom == 0
    assert grouped.check_counts(found, least=20).p_value is None
