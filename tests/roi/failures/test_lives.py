"""Weibull, lognormal and exponential lives: known truths, closed forms, units of age, and what has no answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures import chance, exponential, lognormal, weibull
from dispatch_tui.roi.failures.lives import Lives, lives
from dispatch_tui.roi.failures.weibull import Weibull

some = st.lists(st.floats(1, 1000), min_size=2, max_size=20, unique=True)


def drawn(law: Weibull, count: int, rng: np.random.Generator, *, late: float = 0.0) -> Lives:
    """Lives watched until an age of their own; those that ended before ``late`` to twice of it are never seen."""
    age = law.scale * rng.exponential(size=count) ** (1 / law.shape)
    until = rng.uniform(0.6, 1.6, count) * law.scale
    entered = rng.uniform(late, 2 * late, count)
    seen = np.minimum(age, until) > entered
    age, until, entered = age[seen], until[seen], entered[seen]
    ended = age <= until
    order = np.argsort(~ended, kind="stable")
    return lives(age[ended], until[~ended], entered[order])


@pytest.mark.parametrize("law", [Weibull(0.7, 400.0), Weibull(1.0, 90.0), Weibull(3.8, 263_000.0)])
@pytest.mark.parametrize("late", [0.0, 0.2])
def test_weibull_truth_is_found_again(law: Weibull, late: float) -> None:
    known = drawn(law, 3000, np.random.default_rng(23), late=late * law.scale)
    fit = weibull.fit(known)
    assert 0 < known.failures < len(known.age)
    assert abs(math.log(fit.law.shape / law.shape)) < 3 * fit.log_shape_se
    assert abs(math.log(fit.law.scale / law.scale)) < 3 * fit.log_scale_se
    lower, upper = fit.shape_bounds(0.99)
    assert upper is not None
    assert lower < law.shape < upper


def test_lives_watched_late_must_say_so() -> None:
    known = drawn(Weibull(1.0, 100.0), 3000, np.random.default_rng(29), late=40.0)
    told = weibull.fit(known)
    untold = weibull.fit(Lives(known.age, known.ended, np.zeros(len(known.age))))
    assert told.law.shape == pytest.approx(1.0, abs=0.1)
    assert untold.law.shape > 1.5


def test_weibull_errors_are_those_of_the_curvature() -> None:
    """Standard errors against second differences of the log-likelihood in (ln shape, ln scale)."""
    known = drawn(Weibull(2.0, 50.0), 60, np.random.default_rng(31), late=5.0)
    fit = weibull.fit(known)

    def value(a: float, b: float) -> float:
        law = Weibull(fit.law.shape * math.exp(a), fit.law.scale * math.exp(b))
        return weibull.log_likelihood(law, known)

    h = 1e-4
    aa = (value(h, 0) - 2 * value(0, 0) + value(-h, 0)) / h**2
    bb = (value(0, h) - 2 * value(0, 0) + value(0, -h)) / h**2
    ab = (value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)) / (4 * h**2)
    covariance = np.linalg.inv(-np.array([[aa, ab], [ab, bb]]))
    assert fit.log_shape_se == pytest.approx(math.sqrt(covariance[0, 0]), rel=1e-4)
    assert fit.log_scale_se == pytest.approx(math.sqrt(covariance[1, 1]), rel=1e-4)


@given(some, some, st.sampled_from([1e-3, 24.0, 8766.0]))
def test_another_unit_of_age_scales(ended: list[float], going: list[float], unit: float) -> None:
    ended[0] = 0.3
    one = lives(ended, going)
    other = lives([age * unit for age in ended], [age * unit for age in going])
    assert weibull.fit(other).law.shape == pytest.approx(weibull.fit(one).law.shape, rel=1e-8)
    assert weibull.fit(other).law.scale == pytest.approx(weibull.fit(one).law.scale * unit, rel=1e-8)
    a, b = lognormal.fit(one), lognormal.fit(other)
    assert b.mu == pytest.approx(a.mu + math.log(unit), rel=1e-6, abs=1e-6)
    assert b.sigma == pytest.approx(a.sigma, rel=1e-6)


@given(some)
def test_lognormal_of_lives_that_all_ended_is_mean_and_spread_of_the_logarithm(ended: list[float]) -> None:
    law = lognormal.fit(lives(ended))
    logs = np.log(ended)
    assert law.mu == pytest.approx(float(logs.mean()), rel=1e-9, abs=1e-9)
    assert law.sigma == pytest.approx(float(logs.std()), rel=1e-7)


def test_lognormal_truth_is_found_again() -> None:
    rng = np.random.default_rng(37)
    age, until = np.exp(rng.normal(6.2, 0.9, 4000)), rng.uniform(100, 1500, 4000)
    law = lognormal.fit(lives(age[age <= until], until[age > until]))
    ended = int((age <= until).sum())
    assert law.mu == pytest.approx(6.2, abs=3 * 0.9 * 1.3 / math.sqrt(ended))
    assert law.sigma == pytest.approx(0.9, abs=3 * 0.9 / math.sqrt(ended))
    assert law.survival(law.median) == pytest.approx(0.5)
    assert law.survival(law.quantile(0.1)) == pytest.approx(0.9)


def test_hardly_any_life_ended() -> None:
    known = lives([900.0, 950.0], [1000.0] * 500)
    assert weibull.fit(known).law.survival(1000) == pytest.approx(1 - 2 / 502, abs=5e-4)
    assert lognormal.fit(known).survival(1000) == pytest.approx(1 - 2 / 502, abs=5e-4)


@pytest.mark.parametrize(
    ("ended", "going", "word"),
    [
        ([], [5, 6], "no life has ended"),
        ([], [], "no life has ended"),
        ([5, -2], [], "a life of -2"),
        ([5, float("nan")], [], "a life of nan"),
        ([7], [5, 7], "oldest age"),
    ],
)
def test_lives_without_an_answer_are_refused(ended: list[float], going: list[float], word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        weibull.fit(lives(ended, going))


def test_one_end_is_enough_for_a_weibull_and_flagged() -> None:
    fit = weibull.fit(lives([40], [50, 60]))
    assert [flag.code for flag in fit.flags] == ["thin_history"]
    assert math.isfinite(fit.law.mean)
    with pytest.raises(InvalidInput, match="only one life"):
        lognormal.fit(lives([40], [50, 60]))
    with pytest.raises(InvalidInput, match="one age"):
        lognormal.fit(lives([40, 40], [50, 60]))
    with pytest.raises(InvalidInput, match="beyond"):
        lives([40], [50], [0, 50])


def test_weibull_in_numbers() -> None:
    law = Weibull(2.0, 100.0)
    ages = np.linspace(0, 1200, 400_001)
    survival = np.exp(-((ages / 100) ** 2))
    assert law.mean == pytest.approx(float(np.trapezoid(survival, ages)), rel=1e-8)
    ages = np.linspace(0, 80, 100_001)
    assert law.lived_until(80) == pytest.approx(
        float(np.trapezoid(np.exp(-((ages / 100) ** 2)), ages)), rel=1e-8
    )
    assert law.survival(law.quantile(0.1)) == pytest.approx(0.9)
    assert (law.mu, law.sigma) == (pytest.approx(math.log(100)), 0.5)


# (probability, degrees of freedom, value), five digits as tables print them
CHI_SQUARE = [
    (0.95, 1, 3.84146),
    (0.95, 2, 5.99146),
    (0.05, 10, 3.94030),
    (0.99, 20, 37.56623),
    (0.975, 100, 129.56120),
    (0.005, 3, 0.07172),
]


@pytest.mark.parametrize(("p", "freedom", "value"), CHI_SQUARE)
def test_chi_square_is_that_of_the_tables(p: float, freedom: int, value: float) -> None:
    assert chance.chi_square(p, freedom) == pytest.approx(value, abs=6e-6)
    assert chance.chi_square_share(value, freedom) == pytest.approx(p, abs=1e-5)


@given(st.floats(0.05, 400), st.floats(0.001, 0.999))
def test_gamma_quantile_and_share_are_inverse(shape: float, p: float) -> None:
    assert chance.gamma_share(shape, chance.gamma_quantile(p, shape)) == pytest.approx(p, abs=1e-9)


def test_mean_time_without_a_failure_has_only_a_lower_bound() -> None:
    none = exponential.mean_time(800, 0, 0.9)
    assert (none.mean, none.upper) == (None, None)
    assert none.lower == pytest.approx(800 / -math.log(0.05))
    ended = exponential.mean_time(800, 2, 0.9, ended_by_failure=True)
    assert ended.lower == pytest.approx(1600 / chance.chi_square(0.95, 4))
    assert ended.upper == pytest.approx(1600 / chance.chi_square(0.05, 4))


def test_mean_time_covers_as_often_as_it_says() -> None:
    """Watched until the fifth failure the bounds are exact: 80 % of 4,000, three binomial errors."""
    totals = np.random.default_rng(43).gamma(5, 100.0, 4000)
    factor = exponential.mean_time(1.0, 5, 0.8, ended_by_failure=True)
    assert factor.upper is not None
    covered = (totals * factor.lower < 100) & (totals * factor.upper > 100)
    assert covered.mean() == pytest.approx(0.8, abs=3 * math.sqrt(0.16 / 4000))


@pytest.mark.parametrize(
    ("watched", "failures", "confidence"), [(0, 1, 0.9), (-5, 1, 0.9), (5, -1, 0.9), (5, 1, 1.0)]
)
def test_mean_time_refuses(watched: float, failures: int, confidence: float) -> None:
    with pytest.raises(InvalidInput):
        exponential.mean_time(watched, failures, confidence)
