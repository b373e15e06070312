"""The Monte Carlo answer against closed forms, and what it says beyond the verdict."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import annuity
from dispatch_tui.roi.case import KEEP, Component, Defender
from dispatch_tui.roi.costs import Running
from dispatch_tui.roi.decision import decide, yearly_band
from dispatch_tui.roi.futures import Outlook, compound, gathered
from dispatch_tui.roi.replacement import weigh
from tests.roi.cases import case, challenger, drawn


def test_the_draws_have_the_mean_and_variance_of_the_closed_law() -> None:
    """Gamma-Poisson counts of lognormal repairs: Var = E[N] Var X + Var N (E X)^2."""
    shape, means, sigma, paths = 3.5, np.array([0.6, 1.2, 4.2]), 0.9, 200_000
    drawn_ones = compound(shape, means, sigma, paths, np.random.default_rng(11))
    of_one = math.exp(sigma**2)  # E X^2 where E X = 1
    counts = means + means**2 / shape
    bills = means * (of_one - 1) + counts
    for found, variance in ((drawn_ones.failures, counts), (drawn_ones.bills, bills)):
        assert (np.abs(found.mean(axis=0) - means) < 4 * np.sqrt(variance / paths)).all()
        assert found.var(axis=0) == pytest.approx(variance, rel=0.05)
    between = np.cov(drawn_ones.failures[:, 0], drawn_ones.failures[:, 2])[0, 1]
    assert between == pytest.approx(
        means[0] * means[2] / shape, rel=0.1
    )  # one factor for all years of a unit


def test_a_price_that_is_uncertain_gives_the_probability_of_the_lognormal_law() -> None:
    """No failures, one uncertain input: the gap is linear in it, and its law is known."""
    unit = Defender(name="U", running=Running(), quote=2_000)
    new = challenger(price=10_000, life=10, running=Running())
    one = case(rate=0.08, defender=unit, challengers=(new,), spread={"challenger.price": 0.3})
    none = Outlook(np.zeros((40_000, 20)), np.zeros((40_000, 20)), np.ones(40_000))
    found = decide(one, gathered({KEEP: none, "Model N": none}, seed=3))
    kept, life = found.years, 10
    share = annuity(0.08, kept)[-1] / annuity(0.08, life)[-1]
    # keeping costs 2000; replacing is cheaper where 10000 f share < 2000, ln f ~ N(-s2/2, s)
    z = (math.log(2_000 / (10_000 * share)) + 0.3**2 / 2) / 0.3
    exact = 0.5 * math.erfc(-z / math.sqrt(2))
    assert found.probability == pytest.approx(exact, abs=4 * found.error + 1e-9)
    assert found.gaps.mean() == pytest.approx(2_000 - 10_000 * share, abs=4 * found.gaps.std() / 200)


def test_the_mean_of_the_futures_is_the_expected_cost() -> None:
    """Where the unit is kept equally long in all futures the average gap is the expected one, exactly."""
    one = case()
    futures = drawn(one, paths=3_000)
    same = {
        name: Outlook(way.failures, way.bills, np.ones(futures.paths)) for name, way in futures.ways.items()
    }
    found = decide(one, gathered(same, seed=5))
    assert found.gaps.mean() == pytest.approx(found.standing.plan.least)


def test_the_standard_error_is_small_and_true() -> None:
    one = case(defender=replace(case().defender, quote=30_000))
    found = [decide(one, drawn(one, paths=2_600, seed=seed)) for seed in range(40)]
    assert all(each.error < 0.01 for each in found)
    scatter = float(np.std([each.probability for each in found]))
    assert scatter == pytest.approx(found[0].error, rel=0.4)


def test_the_probability_is_that_of_a_quote_above_its_limit() -> None:
    one = case()
    found = decide(one, drawn(one))
    limits = one.defender.quote - found.gaps  # before tax one of quote costs one
    assert found.probability == pytest.approx(float(np.mean(one.defender.quote > limits)))
    assert found.limit.low == pytest.approx(float(np.quantile(limits, 0.1)))
    assert found.limit.low < found.limit.high


def test_a_dearer_quote_makes_replacing_more_probable() -> None:
    one = case()
    futures = drawn(one)
    chances = [
        decide(replace(one, defender=replace(one.defender, quote=quote)), futures).probability
        for quote in (0, 15_000, 30_000, 60_000, 400_000)
    ]
    assert chances == sorted(chances)
    assert chances[-1] > 0.99


def test_what_better_information_is_worth() -> None:
    one = case()
    found = decide(one, drawn(one))
    best = min(0.0, found.standing.plan.least)
    assert found.evpi == pytest.approx(best - float(np.minimum(found.gaps, 0).mean()))
    certain = decide(one, drawn(one, shape=math.inf, sigma=1e-9, old=0.0, growth=0.0, new=0.0))
    assert certain.evpi == pytest.approx(0, abs=1e-6)
    assert certain.probability in (0.0, 1.0)


def test_downtime_avoided_counts_a_successor_anew_after_its_life() -> None:
    new = challenger(life=3, running=Running(repair=10_000, hours_down=2))
    one = case(horizon=8, challengers=(new,))
    found = decide(one, drawn(one, paths=20_000))
    # the unit: 1, 1.2 ... 2.4 failures of 4 h, the new one half a failure of 2 h a year
    assert found.downtime.mean == pytest.approx(4 * 1.7 - 2 * 0.5, rel=0.02)


def test_payback_and_return_are_those_of_the_extra_flow() -> None:
    unit = Defender(name="U", running=Running(repair=60_500))
    new = challenger(price=80_000, life=2, running=Running(repair=11_000))
    one = case(rate=0.10, horizon=2, defender=unit, challengers=(new,))
    always = Outlook(np.ones((50, 20)), np.ones((50, 20)), np.ones(50))
    found = decide(one, gathered({KEEP: always, "Model N": always}, seed=1))
    assert found.extra_flow == pytest.approx((-80_000, 49_500, 49_500))
    assert found.payback == pytest.approx(1 + 30_500 / 49_500)
    assert found.payback_discounted == pytest.approx(1 + 35_000 / (49_500 / 1.21))
    (rate,) = found.returns
    assert -80 + 49.5 / (1 + rate.rate) + 49.5 / (1 + rate.rate) ** 2 == pytest.approx(0, abs=1e-6)


def test_the_band_of_a_year_holds_eight_of_ten_futures() -> None:
    one = case()
    found = decide(one, drawn(one))
    low, high = yearly_band(found, KEEP)
    futures = found.futures.ways[KEEP]
    cost = 10_000 * futures.bills[:, 3] + 2_000 * futures.failures[:, 3] + 3_000
    assert (cost > high[3]).mean() == pytest.approx(0.1, abs=0.002)
    assert (cost < low[3]).mean() <= 0.1
    assert low[3] == 3_000  # in more than one future of ten nothing fails


def test_the_component_is_priced_in_every_future() -> None:
    one = case()
    unit = replace(one.defender, component=Component(name="Motor", price=1_000, share=0.5))
    one = replace(one, defender=unit)
    found = decide(one, drawn(one))
    assert found.standing.plan.way == "component"
    assert found.limit.mean == pytest.approx(
        weigh(one, found.futures.means).case.defender.quote - found.standing.plans[0].least
    )


def test_cautions() -> None:
    one = case()

    def codes(**change: object) -> set[str]:
        changed = replace(one, defender=replace(one.defender, **change))  # type: ignore[arg-type]
        return {flag.code for flag in decide(changed, drawn(one, paths=50)).flags}

    assert codes(quote=0) == set()
    assert codes(age_years=None) == {"age_unknown"}
    assert codes(rated_life=None) == {"life_unknown"}
    assert codes(quote=0, age_years=39.5) == {"beyond_life"}
    dearer = replace(one, inflation=0.10)
    assert "no_interest" in {flag.code for flag in decide(dearer, drawn(one, paths=50)).flags}


def test_futures_of_unequal_size_are_refused() -> None:
    some, more = (Outlook(np.ones((n, 20)), np.ones((n, 20)), np.ones(n)) for n in (10, 20))
    with pytest.raises(InvalidInput):
        gathered({KEEP: some, "Model N": more}, seed=1)
    with pytest.raises(InvalidInput):
        decide(replace(case(), horizon=0), drawn(case(), paths=10))
