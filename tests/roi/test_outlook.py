"""How the ways are drawn from what their fleets show: stated rates, use, a new component, streams of their own."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dispatch_tui.roi.failures.event_costs import PricedEvent, cost_draws, fit_costs, unit_mean
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.forecast import predict, predict_mean
from dispatch_tui.roi.failures.records import AgeClock, Span, unit_record
from dispatch_tui.roi.outlook import COMING, Failing, futures

UNITS = [
    unit_record("a", [Span(0.0, 8.0)], [3.0, 6.0, 7.5]),
    unit_record("b", [Span(1.0, 9.0)], [5.0, 7.0, 8.0, 8.5]),
    unit_record("c", [Span(0.0, 6.0)], [5.5]),
]
COSTS = fit_costs([PricedEvent("a", 40_000), PricedEvent("b", 90_000), PricedEvent("b", 60_000)])
OLD = Failing(fit_fleet(UNITS), COSTS, UNITS[0], age=8.0)


def test_drawn_failures_have_the_mean_of_the_forecast() -> None:
    drawn = futures({"keep": OLD}, COMING, seed=3, paths=40_000)
    found = drawn.ways["keep"]
    assert found.failures.mean() == pytest.approx(OLD.yearly, rel=0.03)
    assert found.rates.mean() == pytest.approx(1)
    # one bill is a repair as a share of the unit's average one
    assert found.bills.sum() / found.failures.sum() == pytest.approx(1, rel=0.05)
    assert unit_mean(COSTS, "a") > 0


def test_a_stated_rate_scales_the_forecast() -> None:
    drawn = futures({"keep": replace(OLD, scale=3.0)}, COMING, seed=3, paths=40_000)
    assert drawn.ways["keep"].failures.mean() == pytest.approx(3 * OLD.yearly, rel=0.03)


def test_one_that_never_fails_is_drawn_as_such_and_has_no_rate_but_1() -> None:
    ways = {"never": replace(OLD, scale=0.0), "hardly": replace(OLD, scale=1e-9)}
    drawn = futures(ways, COMING, seed=3, paths=400).ways
    for name in ways:
        assert not drawn[name].failures.any()
        assert not drawn[name].bills.any()
        assert drawn[name].rates.mean() == pytest.approx(1)
    assert drawn["never"].rates.tolist() == [1.0] * 400
    assert drawn["hardly"].rates.std() > 0.1


def test_by_the_calendar_use_scales_the_rate_and_by_hours_the_ageing() -> None:
    assert OLD.used(1_000, 1_500).scale == pytest.approx(1.5)
    hours = replace(OLD, fit=fit_fleet(UNITS, clock=AgeClock.HOURS), use=900.0)
    assert (hours.used(1_000, 1_500).use, hours.used(1_000, 1_500).scale) == (pytest.approx(1_350), 1.0)
    assert OLD.used(None, 1_500).scale == 1


def test_a_new_component_starts_its_share_of_the_failures_anew() -> None:
    """An ageing unit: all renewed is a unit from new (with its own factor), none renewed is the unit as it is."""
    ways = {
        "as it is": OLD,
        "half": replace(OLD, renewed=0.5),
        "all": replace(OLD, renewed=1.0),
        "from new": replace(OLD, age=0.0),
    }
    drawn = futures(ways, COMING, seed=3, paths=30_000)
    mean = {name: float(one.failures.mean()) for name, one in drawn.ways.items()}
    assert OLD.fit.beta > 1.3
    assert mean["all"] == pytest.approx(mean["from new"], rel=0.1)
    assert mean["half"] == pytest.approx((mean["as it is"] + mean["all"]) / 2, rel=0.05)


def test_each_way_has_random_numbers_of_its_own() -> None:
    both = futures({"keep": OLD, "new": OLD}, 5, seed=3, paths=500)
    alone = futures({"new": OLD}, 5, seed=3, paths=500)
    assert (both.ways["new"].failures == alone.ways["new"].failures).all()
    assert (both.ways["new"].failures != both.ways["keep"].failures).any()
    again = futures({"new": OLD, "keep": OLD}, 5, seed=3, paths=500)
    assert all((both.ways[name].bills == again.ways[name].bills).all() for name in ("keep", "new"))
    other = futures({"new": OLD}, 5, seed=4, paths=500)
    assert (other.ways["new"].failures != alone.ways["new"].failures).any()


def test_what_gives_the_same_draws_is_known() -> None:
    assert OLD.like(replace(OLD))
    for change in ({"age": 9.0}, {"scale": 2.0}, {"use": 2.0}, {"renewed": 0.1}, {"unit": UNITS[1]}):
        assert not OLD.like(replace(OLD, **change))  # type: ignore[arg-type]


def test_many_failures_of_one_year_cost_what_as_many_single_ones_do() -> None:
    """Above forty in a year they are drawn together: the mean and the variance must not jump there."""
    rng = np.random.default_rng(8)
    for number in (40, 41, 300):
        drawn = cost_draws(COSTS, "a", np.full((60_000, 1), number), rng)[:, 0] / number
        assert drawn.mean() == pytest.approx(unit_mean(COSTS, "a"), rel=0.02)
    sure = replace(COSTS, mu_sd=0.0, leaning={}, between=0.0)
    cv = [
        float(np.std(total) / np.mean(total))
        for total in (cost_draws(sure, "a", np.full((60_000, 1), number), rng) for number in (40, 41))
    ]
    exact = [math.sqrt(math.expm1(COSTS.sigma**2) / number) for number in (40, 41)]
    assert cv == pytest.approx(exact, rel=0.03)


def test_the_mean_alone_is_that_of_the_whole_law() -> None:
    assert predict_mean(OLD.fit, UNITS[0], 8.0, 14.0) == pytest.approx(
        predict(OLD.fit, UNITS[0], 8.0, 14.0).mean
    )
