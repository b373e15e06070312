"""Forecasts: draws against the law without chance, that law against the negative binomial's closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.fleet import FleetFit, fit_fleet, unit_factor
from dispatch_tui.roi.failures.forecast import chunk, counts, draw, draw_many, expected, flags, predict
from dispatch_tui.roi.failures.grid import Nodes
from dispatch_tui.roi.failures.prior import last_resort, rated
from dispatch_tui.roi.failures.records import NO_HISTORY, AgeClock, Span, UnitRecord, unit_record
from tests.support.failing_units import rescaled, simulated

FLEET = simulated(60, beta=1.6, lam=0.15, cv=0.5, late=0.4, seed=21)
FIT = fit_fleet(FLEET)
YEARS = np.arange(21.0)


def known(beta: float, a: float, lam: float, oldest: float = 100.0) -> FleetFit:
    """A fleet whose law is beyond doubt."""
    one = np.ones(1)
    nodes = Nodes(beta * one, a * one, lam * one, 1e12 * one, one)
    return FleetFit(AgeClock.YEARS, 9, 99, oldest, nodes, last_resort(1.0), ())


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


# -- against closed forms ---------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    beta=st.floats(0.5, 3.0),
    a=st.floats(0.5, 50.0),
    mean=st.floats(0.1, 15.0),
    failures=st.integers(0, 6),
    ahead=st.floats(0.1, 5.0),
)
def test_with_known_parameters_the_law_is_the_negative_binomial(
    beta: float, a: float, mean: float, failures: int, ahead: float
) -> None:
    """Shape ``a + n``; mean ``(a+n)/(a+L) M``; variance ``mean + mean^2 / (a+n)``; ``P(0) = (1 - q)^(a+n)``."""
    lam = mean / 5.0**beta
    unit = unit_record("A", [Span(0, 5)], [1.0 + k / 2 for k in range(failures)])
    law = predict(known(beta, a, lam), unit, 5.0, 5.0 + ahead)
    coming = lam * ((5 + ahead) ** beta - 5**beta)
    centre = (a + failures) / (a + mean) * coming
    assert law.mean == pytest.approx(centre, rel=1e-5)
    assert law.variance == pytest.approx(centre + centre**2 / (a + failures), rel=1e-5)
    assert law.pmf[0] == pytest.approx((1 + centre / (a + failures)) ** -(a + failures), rel=1e-4)
    k = np.arange(len(law.pmf))
    assert law.pmf @ k == pytest.approx(centre, rel=1e-3)


def test_where_units_do_not_differ_the_law_is_poissons() -> None:
    law = predict(known(1.0, math.inf, 0.7), unit_record("A", [Span(0, 5)], [1, 2, 3, 4]), 5, 8)
    k = np.arange(6)
    poisson = np.exp(-2.1) * 2.1**k / np.array([math.factorial(i) for i in range(6)])
    assert law.pmf[:6] == pytest.approx(poisson, rel=1e-4)
    assert law.interval(0.8) == (0, 4)


def test_draws_with_known_parameters_have_the_negative_binomials_mean_and_variance() -> None:
    """200,000 paths: the mean within five standard errors, the variance within 3 %."""
    unit = unit_record("A", [Span(0, 5)], [1.0, 2.0, 4.0])
    fit = known(1.5, 3.0, 0.1)
    drawn = counts(draw(fit, unit, 200_000, seeded()), YEARS[5:11], YEARS[6:12], seeded(2)).sum(axis=1)
    law = predict(fit, unit, 5, 11)
    assert drawn.mean() == pytest.approx(law.mean, abs=5 * math.sqrt(law.variance / 200_000))
    assert drawn.var() == pytest.approx(law.variance, rel=0.03)


@pytest.mark.parametrize("until", [8.0, 16.0])
def test_draws_of_a_fitted_fleet_agree_with_the_law_without_chance(until: float) -> None:
    """Also beyond the oldest age (9 years), where both bend by the same factor."""
    unit = FLEET[0]
    paths = 200_000
    drawn = counts(draw(FIT, unit, paths, seeded()), [unit.oldest], [until], seeded(2))[:, 0]
    law = predict(FIT, unit, unit.oldest, until)
    assert drawn.mean() == pytest.approx(law.mean, abs=5 * math.sqrt(law.variance / paths))
    assert drawn.var() == pytest.approx(law.variance, rel=0.05)
    for k in range(4):
        assert (drawn == k).mean() == pytest.approx(law.pmf[k], abs=0.006)


def test_the_posterior_mean_of_u_is_the_units_factor() -> None:
    for unit in FLEET[:5]:
        drawn = draw(FIT, unit, 100_000, seeded()).u
        assert drawn.mean() == pytest.approx(unit_factor(FIT, unit).factor, abs=0.01)


def test_a_large_count_has_a_whole_law() -> None:
    law = predict(known(1.0, 40.0, 300.0), NO_HISTORY, 0, 10)
    assert law.mean == pytest.approx(3000, rel=1e-6)
    assert law.pmf.sum() == pytest.approx(1)
    low, high = law.interval(0.8)
    assert low == pytest.approx(2405, rel=0.02)  # gamma of shape 40: 0.80 and 1.21 of its mean
    assert high == pytest.approx(3618, rel=0.02)


# -- what draws must be -----------------------------------------------------------------------


def test_the_same_seed_is_the_same_answer() -> None:
    one, other, third = (
        counts(draw(FIT, FLEET[3], 500, seeded(seed)), YEARS[:-1], YEARS[1:], seeded(seed + 1))
        for seed in (4, 4, 5)
    )
    assert np.array_equal(one, other)
    assert not np.array_equal(one, third)


def test_shapes_are_paths_by_years() -> None:
    draws = draw(FIT, FLEET[3], 50, seeded())
    assert draws.beta.shape == draws.a.shape == draws.lam.shape == draws.u.shape == (50,)
    found = counts(draws, YEARS[:-1], YEARS[1:], seeded())
    assert found.shape == (50, 20)
    assert found.dtype == np.int64
    assert (found >= 0).all()


def test_years_in_a_row_and_the_span_of_them_all_expect_the_same() -> None:
    draws = draw(FIT, FLEET[3], 200, seeded())
    by_year = expected(draws, YEARS[1:6], YEARS[2:7])
    whole = expected(draws, [1.0], [6.0])
    assert by_year.sum(axis=1) == pytest.approx(whole[:, 0])
    apart = expected(draws, [1.0, 4.0], [2.0, 5.0])
    assert apart == pytest.approx(by_year[:, [0, 3]])


def test_an_empty_span_expects_nothing() -> None:
    draws = draw(FIT, FLEET[3], 20, seeded())
    assert (expected(draws, [3.0, 30.0], [3.0, 30.0]) == 0).all()


def test_draws_of_many_share_what_the_fleet_is_unsure_of() -> None:
    many = draw_many(FIT, FLEET[:3], 400, seeded())
    assert many.u.shape == (3, 400)
    ages = np.array([[unit.oldest + year for year in range(5)] for unit in FLEET[:3]])
    found = counts(many, ages[:, :-1], ages[:, 1:], seeded())
    assert found.shape == (3, 400, 4)
    alone = draw(FIT, FLEET[0], 400, seeded())
    assert np.array_equal(alone.lam, many.lam)
    assert np.array_equal(alone.u, many.u[0])


def test_parts_of_a_large_fleet_share_its_doubts_and_answer_the_same_anywhere() -> None:
    first, _ = chunk(FIT, FLEET[:3], 200, seed=8, index=0)
    second, rng = chunk(FIT, FLEET[3:5], 200, seed=8, index=1)
    again, other = chunk(FIT, FLEET[3:5], 200, seed=8, index=1)
    assert np.array_equal(first.lam, second.lam)
    assert not np.array_equal(first.u[:2], second.u)
    ages = np.array([[unit.oldest, unit.oldest + 1] for unit in FLEET[3:5]])
    one, two = (
        counts(draws, ages[:, :1], ages[:, 1:], own) for draws, own in ((second, rng), (again, other))
    )
    assert np.array_equal(one, two)


@settings(max_examples=15, deadline=None)
@given(by=st.floats(0.001, 10_000.0))
def test_hours_or_thousands_of_hours_draw_the_same_failures(by: float) -> None:
    fleet = rescaled(FLEET, by)
    fit = fit_fleet(fleet, use_per_year=by)
    one = expected(draw(FIT, FLEET[3], 300, seeded()), YEARS[8:11], YEARS[9:12])
    other = expected(draw(fit, fleet[3], 300, seeded()), YEARS[8:11] * by, YEARS[9:12] * by)
    assert other == pytest.approx(one, rel=1e-6)


def test_beyond_the_oldest_age_the_forecast_is_wider_and_no_higher() -> None:
    """Against the same fleet, had somebody watched one unit that long and not noted a thing."""
    far = known(1.5, 4.0, 0.1, oldest=5.0)
    near = known(1.5, 4.0, 0.1, oldest=50.0)
    bent, straight = predict(far, NO_HISTORY, 10, 20), predict(near, NO_HISTORY, 10, 20)
    assert bent.mean == pytest.approx(straight.mean, rel=1e-6)
    assert bent.variance > 1.3 * straight.variance


# -- flags, and little to go by ---------------------------------------------------------------


def codes(fit: FleetFit, unit: UnitRecord, until: float) -> set[str]:
    return {flag.code for flag in flags(fit, unit, until)}


def test_nothing_known_is_finite_wide_and_flagged() -> None:
    fit = fit_fleet([])
    law = predict(fit, NO_HISTORY, 0, 10)
    assert codes(fit, NO_HISTORY, 10) == {"prior_only"}
    assert law.mean == pytest.approx(5.0, rel=1e-4)
    assert law.variance > law.mean**2
    low, high = law.interval(0.8)
    assert low == 0
    assert high >= 12
    drawn = counts(draw(fit, NO_HISTORY, 5_000, seeded()), YEARS[:-1], YEARS[1:], seeded())
    assert np.isfinite(drawn).all()
    assert drawn.max() > 20


def test_a_rating_alone_is_narrower_than_nothing_and_still_wide() -> None:
    rated_law = predict(fit_fleet([], prior=rated(2.0)), NO_HISTORY, 0, 10)
    nothing = predict(fit_fleet([]), NO_HISTORY, 0, 10)
    assert rated_law.mean == pytest.approx(5.0, rel=1e-4)
    assert rated_law.mean < rated_law.variance < nothing.variance


def test_a_unit_without_history_falls_back_to_its_fleet_and_says_so() -> None:
    assert codes(FIT, NO_HISTORY, 5) == {"fleet_only"}
    assert predict(FIT, NO_HISTORY, 0, 5).mean == pytest.approx(FIT.expected(0, 5), rel=1e-3)
    assert draw(FIT, NO_HISTORY, 100_000, seeded()).u.mean() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("until", "flagged"), [(FIT.oldest, False), (FIT.oldest + 1, True)])
def test_ages_nobody_has_seen_are_flagged(until: float, flagged: bool) -> None:
    assert ("beyond_oldest_age" in codes(FIT, FLEET[0], until)) is flagged


@pytest.mark.parametrize("failures", [[], [2.0], [2.0, 2.0]])
def test_none_one_or_two_at_one_instant_give_an_answer_and_their_flags(failures: list[float]) -> None:
    unit = unit_record("A", [Span(0, 4)], failures)
    fit = fit_fleet([unit])
    law = predict(fit, unit, 4, 6)
    assert 0 < law.mean < 5
    assert math.isfinite(law.variance)
    found = codes(fit, unit, 4)
    assert ("prior_only" in found) is (not failures)
    assert ("thin_fleet" in found) is bool(failures)
    assert ("same_instant" in found) is (len(failures) == 2)


@pytest.mark.parametrize(
    ("start", "end"), [([2.0], [1.0]), ([-1.0], [1.0]), ([0.0], [float("nan")]), ([0.0, 1.0], [1.0])]
)
def test_a_span_that_is_none_is_refused_by_name(start: list[float], end: list[float]) -> None:
    with pytest.raises(InvalidInput) as caught:
        counts(draw(FIT, FLEET[0], 10, seeded()), start, end, seeded())
    assert caught.value.field == "ages"


def test_spans_of_one_unit_for_draws_of_many_are_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as caught:
        expected(draw_many(FIT, FLEET[:3], 10, seeded()), YEARS[:-1], YEARS[1:])
    assert caught.value.field == "ages"


def test_no_paths_are_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as caught:
        draw(FIT, FLEET[0], 0, seeded())
    assert caught.value.field == "paths"
