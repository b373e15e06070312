"""The cost of a failure: a stated lognormal found again, units shrunken to their fleet, prices of today."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.event_costs import (
    CostFit,
    PricedEvent,
    cost_draws,
    cost_moments,
    fit_costs,
    reprice,
    unit_mean,
)


def simulated(units: int, each: int, mu: float, sigma: float, tau: float, seed: int = 1) -> list[PricedEvent]:
    rng = np.random.default_rng(seed)
    return [
        PricedEvent(f"u{k}", round(math.exp(mu + effect + sigma * rng.standard_normal())))
        for k, effect in enumerate(tau * rng.standard_normal(units))
        for _ in range(each)
    ]


def codes(fit: CostFit) -> list[str]:
    return [flag.code for flag in fit.flags]


def test_a_simulated_fleet_gives_back_its_costs() -> None:
    """300 units of 4: ``mu`` to 3 standard errors of 0.035, ``sigma`` of 0.02, ``tau`` of 0.03."""
    fit = fit_costs(simulated(300, 4, mu=11.0, sigma=0.7, tau=0.4))
    assert fit.mu == pytest.approx(11.0, abs=0.1)
    assert fit.sigma == pytest.approx(0.7, abs=0.06)
    assert fit.between == pytest.approx(0.4, abs=0.09)
    assert fit.mean == pytest.approx(math.exp(11 + (0.49 + 0.16) / 2), rel=0.12)
    assert not fit.flags


def test_a_dear_unit_is_dear_as_far_as_its_record_goes() -> None:
    fleet = simulated(60, 5, mu=11.0, sigma=0.6, tau=0.4)
    typical = math.exp(11.0)
    one = fit_costs([*fleet, PricedEvent("dear", round(4 * typical))])
    ten = fit_costs([*fleet, *[PricedEvent("dear", round(4 * typical))] * 10])
    assert one.mean < unit_mean(one, "dear") < unit_mean(ten, "dear") < 5 * typical
    assert unit_mean(one, "never seen") == pytest.approx(one.mean)


def test_prices_of_long_ago_are_prices_of_today() -> None:
    assert reprice(10_000, 10, 0.03) == pytest.approx(13_439.16, abs=0.01)
    old = fit_costs([PricedEvent("A", 10_000, 10.0)] * 4, escalator=0.03)
    new = fit_costs([PricedEvent("A", 13_439, 0.0)] * 4)
    assert old.mean == pytest.approx(new.mean, rel=1e-4)


def test_draws_have_the_mean_and_variance_of_a_random_sum() -> None:
    """``N`` Poisson(2) costs of mean ``m`` and mean square ``s``: mean ``2 m``, variance ``2 s``."""
    fit = CostFit(mu=9.0, mu_sd=0.0, sigma=0.5, between=0.0, free=0.0, units=5, events=50, flags=())
    rng = np.random.default_rng(3)
    drawn = cost_draws(fit, "x", rng.poisson(2.0, (200_000, 2)), rng)
    assert drawn.shape == (200_000, 2)
    mean, square = math.exp(9 + 0.125), math.exp(18 + 0.5)
    assert drawn.mean() == pytest.approx(2 * mean, rel=0.005)
    assert drawn.var() == pytest.approx(2 * square, rel=0.02)


def test_draws_have_the_mean_that_is_shown() -> None:
    fit = fit_costs(simulated(20, 3, mu=10.0, sigma=0.5, tau=0.3))
    ones = np.ones((200_000, 1), dtype=np.int64)
    for unit in ("u3", "never seen"):
        drawn = cost_draws(fit, unit, ones, np.random.default_rng(4))
        mean, square = cost_moments(fit, unit)
        assert unit_mean(fit, unit) == mean
        assert drawn.mean() == pytest.approx(mean, rel=0.02)
        assert (drawn**2).mean() == pytest.approx(square, rel=0.06)


def test_doubt_is_drawn_once_per_path() -> None:
    """With doubt about the level only, all years of a path cost the same for one failure each."""
    fit = CostFit(mu=9.0, mu_sd=0.5, sigma=0.0, between=0.0, free=0.0, units=1, events=1, flags=())
    drawn = cost_draws(fit, "x", np.ones((100, 3), dtype=np.int64), np.random.default_rng(4))
    assert np.ptp(drawn, axis=1) == pytest.approx(np.zeros(100), abs=1e-6)
    assert drawn[:, 0].std() > 1000


def test_no_failure_costs_nothing() -> None:
    fit = fit_costs(simulated(5, 3, mu=10.0, sigma=0.5, tau=0.3))
    none = np.zeros((10, 4), dtype=np.int64)
    assert (cost_draws(fit, "u1", none, np.random.default_rng(1)) == 0).all()


def test_failures_that_cost_nothing_are_a_share() -> None:
    fit = fit_costs([PricedEvent("A", 10_000)] * 6 + [PricedEvent("A", 0), PricedEvent("A", -500)])
    assert fit.free == pytest.approx(0.25)
    ones = np.ones((100_000, 1), dtype=np.int64)
    drawn = cost_draws(fit, "A", ones, np.random.default_rng(1))
    assert (drawn == 0).mean() == pytest.approx(0.25, abs=0.01)


def test_another_currency_unit_scales_everything() -> None:
    fleet = simulated(20, 4, mu=10.0, sigma=0.5, tau=0.3)
    hundred = [PricedEvent(one.unit, one.amount * 100) for one in fleet]
    assert fit_costs(hundred).mean == pytest.approx(100 * fit_costs(fleet).mean, rel=1e-9)


def test_the_order_of_the_costs_does_not_matter() -> None:
    fleet = simulated(20, 4, mu=10.0, sigma=0.5, tau=0.3)
    assert fit_costs(fleet[::-1]).mean == pytest.approx(fit_costs(fleet).mean, rel=1e-12)


def test_no_cost_on_record_needs_one_to_be_said() -> None:
    with pytest.raises(InvalidInput) as caught:
        fit_costs([PricedEvent("A", 0)])
    assert caught.value.field == "cost_per_failure"
    said = fit_costs([], assumed=50_000)
    assert said.mean == pytest.approx(50_000)
    assert codes(said) == ["cost_assumed"]


def test_one_cost_is_an_answer_with_a_flag() -> None:
    fit = fit_costs([PricedEvent("A", 50_000)])
    assert codes(fit) == ["few_costs"]
    assert 40_000 < fit.mean < 150_000


def test_one_ruinous_cost_among_small_ones_is_flagged() -> None:
    fit = fit_costs([PricedEvent("A", 10_000 + k) for k in range(30)] + [PricedEvent("A", 100_000_000)])
    assert codes(fit) == ["cost_misfit"]


@pytest.mark.parametrize(
    ("events", "escalator", "field"),
    [
        ([PricedEvent("A", 100)], float("nan"), "escalator"),
        ([PricedEvent("A", 100)], -1.0, "escalator"),
        ([PricedEvent("A", 100, -2.0)], 0.0, "years_ago"),
    ],
)
def test_what_cannot_be_repriced_is_refused_by_name(
    events: list[PricedEvent], escalator: float, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        fit_costs(events, escalator=escalator)
    assert caught.value.field == field
