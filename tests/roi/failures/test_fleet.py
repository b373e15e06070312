"""The fleet fit: finds a stated truth, does not mind order or units of age, and knows when it knows nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.fleet import FleetFit, fit_fleet, from_family, unit_factor
from dispatch_tui.roi.failures.prior import Prior, rated
from dispatch_tui.roi.failures.records import NO_HISTORY, Span, UnitRecord, unit_record
from tests.support.failing_units import rescaled, simulated


def codes(fit: FleetFit) -> list[str]:
    return [flag.code for flag in fit.flags]


@pytest.mark.parametrize(
    ("beta", "lam", "cv", "late"), [(1.8, 0.12, 0.5, 0.5), (1.0, 0.6, 0.0, 0.0), (0.7, 1.0, 0.8, 0.3)]
)
def test_a_simulated_fleet_gives_back_its_law(beta: float, lam: float, cv: float, late: float) -> None:
    """600 units, some 2,000 failures: ``ln beta`` within 0.1 is four standard errors of ``1/sqrt(n)``."""
    fit = fit_fleet(simulated(600, beta=beta, lam=lam, cv=cv, late=late, seed=11))
    assert fit.failures > 1500
    assert math.log(fit.beta) == pytest.approx(math.log(beta), abs=0.1)
    assert fit.expected(1, 7) == pytest.approx(lam * (7**beta - 1), rel=0.12)
    assert fit.cv == pytest.approx(cv, abs=0.13)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """80 % intervals of the shape over 60 small fleets: 48 expected, 40 to 56 by chance (99 %)."""
    held = 0
    for seed in range(60):
        low, high = fit_fleet(simulated(25, beta=1.5, lam=0.2, cv=0.5, seed=seed)).beta_range
        held += low <= 1.5 <= high
    assert 40 <= held <= 56


def test_units_that_do_not_differ_may_be_found_not_to() -> None:
    nodes = fit_fleet(simulated(300, beta=1.2, lam=0.5, cv=0.0, seed=3)).nodes
    assert np.isinf(nodes.a).any()
    assert nodes.weight[1 / np.sqrt(nodes.a) < 0.15].sum() > 0.5


def test_one_law_without_heterogeneity_is_crows_law() -> None:
    """Many failures, units all alike and watched equally: the mode is ``n / sum ln(T/t)`` (Crow 1975)."""
    fleet = simulated(400, beta=1.6, lam=0.5, cv=0.0, seed=5, until=(6.0, 6.0))
    crow = sum(unit.count for unit in fleet) / sum(math.log(6 / t) for unit in fleet for t in unit.failures)
    assert fit_fleet(fleet).beta == pytest.approx(crow, rel=0.005)


def test_the_order_of_the_units_does_not_matter() -> None:
    fleet = simulated(40, beta=1.5, lam=0.2, cv=0.6, late=0.5, seed=7)
    one, other = fit_fleet(fleet), fit_fleet(fleet[::-1])
    assert np.array_equal(one.nodes.weight, other.nodes.weight)
    assert np.array_equal(one.nodes.lam, other.nodes.lam)


@pytest.mark.parametrize("by", [0.001, 8766.0])
def test_hours_or_thousands_of_hours_are_one_thing(by: float) -> None:
    fleet = simulated(40, beta=1.5, lam=0.2, cv=0.6, late=0.5, seed=7)
    one = fit_fleet(fleet, prior=rated(2.0))
    other = fit_fleet(rescaled(fleet, by), use_per_year=by, prior=rated(2.0 * by))
    assert other.beta == pytest.approx(one.beta, rel=1e-9)
    assert other.cv == pytest.approx(one.cv, rel=1e-9)
    assert other.expected(3 * by, 8 * by) == pytest.approx(one.expected(3, 8), rel=1e-9)
    assert other.rate_at(3 * by) * by == pytest.approx(one.rate_at(3), rel=1e-9)


def test_a_unit_watched_in_pieces_is_a_unit_watched() -> None:
    whole = [unit_record("A", [Span(0, 6)], [1, 4, 5]), unit_record("B", [Span(0, 4)], [2])]
    pieces = [unit_record("A", [Span(0, 3), Span(3, 6)], [1, 4, 5]), unit_record("B", [Span(0, 4)], [2])]
    assert fit_fleet(pieces).expected(0, 6) == fit_fleet(whole).expected(0, 6)


def test_records_that_begin_late_are_not_taken_for_quiet_years() -> None:
    """What matters of a unit seen from 4 to 6 is those two years: read from 0 it would seem to fail rarely."""
    late = [unit_record(str(k), [Span(4, 6)], [4.5, 5.0, 5.5]) for k in range(20)]
    assert fit_fleet(late).expected(4, 6) == pytest.approx(3.0, rel=0.1)


def test_nothing_at_all_is_finite_wide_and_says_so() -> None:
    fit = fit_fleet([])
    assert codes(fit) == ["prior_only"]
    assert fit.prior_only
    assert "plain assumption" in fit.flags[0].text
    low, high = fit.beta_range
    assert low < 0.75
    assert high > 1.9
    assert 2 < fit.expected(0, 10) < 10


def test_a_fleet_that_never_failed_fails_less_than_assumed() -> None:
    quiet = fit_fleet([unit_record(str(k), [Span(0, 10)], []) for k in range(20)])
    assert quiet.prior_only
    assert codes(quiet) == ["prior_only"]
    assert 0 < quiet.expected(0, 10) < 0.1


@pytest.mark.parametrize("events", [2.0, 4.0])
def test_a_rating_weighs_as_so_many_failures(events: float) -> None:
    """One failure a year is rated; ten units of ten years had 50: near (50 + m) / (100 + m), as failures seen."""
    fleet = [unit_record(str(k), [Span(0, 10)], [1, 3, 5, 7, 9]) for k in range(10)]
    fit = fit_fleet(fleet, prior=rated(1.0, events=events, span=10))
    assert fit.expected(0, 10) == pytest.approx(10 * (50 + events) / (100 + events), rel=0.02)
    assert fit_fleet([], prior=rated(1.0, events=events, span=10)).expected(0, 10) == pytest.approx(10.0)


@pytest.mark.parametrize(("mtbf", "pull"), [(100.0, -4.0), (0.001, 4.0)])
def test_a_rating_far_off_pulls_as_its_failures_and_no_more_and_is_named(mtbf: float, pull: float) -> None:
    """100 units alike of ten years, 300 failures in all: 304 or 296 at the utmost, whatever the rating."""
    fleet = [unit_record(str(k), [Span(0, 10)], [2, 5, 8]) for k in range(100)]
    fit = fit_fleet(fleet, prior=rated(mtbf, events=4.0, span=10))
    assert fit.expected(0, 10) == pytest.approx((300 + pull) / 100, rel=0.002)
    assert "rating_off" in codes(fit)
    assert "rating_off" not in codes(fit_fleet(fleet, prior=rated(2.5, span=10)))


def test_a_model_without_history_is_what_its_family_is() -> None:
    family = fit_fleet(simulated(200, beta=1.8, lam=0.12, cv=0.4, seed=2))
    model = fit_fleet([], prior=from_family(family))
    assert model.prior_only
    assert "family" in model.flags[0].text
    span = family.oldest
    assert model.expected(0, span) == pytest.approx(family.expected(0, span), rel=0.02)
    assert model.beta == pytest.approx(family.beta, rel=0.1)
    wide, narrow = model.beta_range, family.beta_range
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_a_family_counts_as_four_failures_at_most_and_a_rating_adds_its_own() -> None:
    family = fit_fleet(simulated(400, beta=1.8, lam=0.12, cv=0.4, seed=2))
    assert 3.5 < from_family(family).events < 4.0
    both = from_family(family, rated(5.0, events=3.0))
    assert 6.5 < both.events < 7.0
    alone = from_family(family)
    assert min(alone.mtbf, 5.0) < both.mtbf < max(alone.mtbf, 5.0)


def test_a_family_that_knows_nothing_leaves_the_rating() -> None:
    assert from_family(fit_fleet([]), rated(3.0)) == rated(3.0)
    assert from_family(fit_fleet([])).nobody_said


@pytest.mark.parametrize(
    ("failures", "low", "high"),
    [([], 0.2, 0.9), ([2.0], 0.5, 1.2), ([1.0, 2.0, 3.0, 3.5, 4.5, 5.0], 1.2, 3.0)],
)
def test_a_units_factor_leans_to_its_own_record(failures: list[float], low: float, high: float) -> None:
    """The others have two failures in six years."""
    fleet = simulated(60, beta=1.0, lam=1 / 3, cv=0.6, seed=9, until=(6, 6))
    unit = unit_record("mine", [Span(0, 6)], failures)
    found = unit_factor(fit_fleet([*fleet, unit]), unit)
    assert low < found.factor < high
    assert 0 < found.weight < 1
    sentence = found.weight * found.observed / found.expected + (1 - found.weight)
    assert found.factor == pytest.approx(sentence, rel=1e-12)


def test_a_unit_nobody_watched_is_its_fleet() -> None:
    found = unit_factor(fit_fleet(simulated(30, beta=1.0, lam=0.5, cv=0.6, seed=9)), NO_HISTORY)
    assert (found.factor, found.weight, found.observed) == (1.0, 0.0, 0)


def test_one_failure_in_all_is_an_answer() -> None:
    fit = fit_fleet([unit_record("A", [Span(0, 3)], [3.0])])
    assert not fit.prior_only
    assert 0.3 < fit.expected(0, 3) < 2
    assert fit.beta_range[1] / fit.beta_range[0] > 2


def test_a_failure_on_the_day_of_installation_is_an_answer() -> None:
    fit = fit_fleet([unit_record("A", [Span(0, 3)], [0.0, 0.0]), unit_record("B", [Span(0, 3)], [2.0])])
    assert 0.4 <= fit.beta < 1


@pytest.mark.parametrize("use", [0.0, -1.0, float("nan")])
def test_no_use_is_refused_by_name(use: float) -> None:
    with pytest.raises(InvalidInput) as caught:
        fit_fleet([], use_per_year=use)
    assert caught.value.field == "use_per_year"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: rated(0.0), "mtbf"),
        (lambda: rated(float("inf")), "mtbf"),
        (lambda: rated(1.0, events=10), "events"),
        (lambda: rated(1.0, span=-1), "span"),
        (lambda: Prior(1.0, 3.0, cv=0.0), "cv"),
    ],
)
def test_a_prior_that_is_none_is_refused_by_name(make: object, field: str) -> None:
    assert callable(make)
    with pytest.raises(InvalidInput) as caught:
        make()
    assert caught.value.field == field


def regular(unit: str, every: float, until: float, start: float = 0.0) -> UnitRecord:
    return unit_record(unit, [Span(start, until)], np.arange(start + every / 2, until, every).tolist())


def test_events_as_even_as_a_plan_are_flagged() -> None:
    assert "scheduled_service" in codes(fit_fleet([regular(str(k), 0.5, 5.0) for k in range(4)]))


def test_chance_is_seldom_taken_for_a_plan() -> None:
    """200 fleets of twenty gaps and more: at most 4 in 100 flagged."""
    flagged = 0
    for seed in range(200):
        fit = fit_fleet(simulated(4, beta=1.2, lam=1.0, cv=0.4, seed=seed, until=(6, 6)))
        flagged += "scheduled_service" in codes(fit)
    assert flagged <= 8


def test_a_course_that_is_no_power_of_age_is_flagged() -> None:
    """A bad spell in the middle of life, and nothing before and after."""
    rng = np.random.default_rng(4)
    fleet = [unit_record(str(k), [Span(0, 10)], rng.uniform(4, 5, 4).tolist()) for k in range(15)]
    assert "poor_fit" in codes(fit_fleet(fleet))


def test_a_true_power_law_is_seldom_called_a_poor_fit() -> None:
    """At the 1 % level, 200 fleets: two expected; beyond eight the level would be wrong."""
    flagged = 0
    for seed in range(200):
        fit = fit_fleet(simulated(12, beta=1.5, lam=0.3, cv=0.5, late=0.3, seed=seed))
        flagged += "poor_fit" in codes(fit)
    assert flagged <= 8
