"""Economic life and keeping against replacing: published tables, laws, and slow sums to compare with."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput, NoAnswer
from dispatch_tui.roi import economic_life as life_of
from dispatch_tui.roi import finance

RATES = st.floats(0.0, 0.6)
MONEY = st.integers(0, 100_000).map(float)
ASSETS = st.integers(1, 12).flatmap(
    lambda years: st.tuples(
        MONEY,
        st.lists(MONEY, min_size=years, max_size=years),
        st.lists(MONEY, min_size=years, max_size=years),
    )
)

# Sullivan, Engineering Economy, the new forklift: price 20,000, 10 % a year
TRUCK = (
    20_000.0,
    [2_000.0, 3_000.0, 4_620.0, 8_000.0, 12_000.0],
    [15_000.0, 11_250.0, 8_500.0, 6_500.0, 4_750.0],
)


def test_the_forklift_of_the_textbook() -> None:
    marginal = life_of.marginal_costs(0.10, *TRUCK)
    assert marginal == pytest.approx([9_000, 8_250, 8_495, 10_850, 14_400])
    yearly = life_of.yearly_costs(0.10, *TRUCK)
    assert yearly == pytest.approx([9_000, 8_643, 8_598, 9_084, 9_954], abs=1)
    assert life_of.economic_life(yearly) == life_of.EconomicLife(3, yearly[2])


def test_costs_that_are_not_monotone_need_every_year_looked_at() -> None:
    """Newnan: the first marginal cost lies above the challenger's 15,430, and still it pays to keep for four years."""
    keeping = life_of.keep_or_replace(0.15, [16_000, 14_000, 13_500, 15_300, 17_500], 15_430)
    assert keeping.keep_years == 4
    assert not keeping.replace_now
    assert keeping.excess[1] > 0 > keeping.excess[4]
    # a second valley, after the yearly cost has begun to rise
    valley = life_of.keep_or_replace(0.0, [9, 12, 12, 1, 20], 10)
    assert valley.excess == pytest.approx((0, -1, 1, 3, -6, 4))
    assert valley.keep_years == 4


@given(st.permutations(["Alpha", "Beta", "Gamma", "Delta"]))
def test_the_order_of_the_offers_has_no_effect(order: list[str]) -> None:
    offers = {"Alpha": [9, 8, 7], "Beta": [6, 5, 8], "Gamma": [5, 9, 9], "Delta": [8.0]}
    found = life_of.best_challenger({name: offers[name] for name in order})
    assert found == ("Beta", life_of.EconomicLife(2, 5))


def test_no_offer_is_no_challenger() -> None:
    with pytest.raises(InvalidInput) as refused:
        life_of.best_challenger({})
    assert refused.value.field == "challengers"


@given(rate=st.floats(0.01, 0.5), asset=ASSETS)
def test_against_its_own_best_a_unit_is_kept(
    rate: float, asset: tuple[float, list[float], list[float]]
) -> None:
    """Rounding must not replace a unit by its like: both cost the same at its economic life."""
    best = life_of.economic_life(life_of.yearly_costs(rate, *asset))
    assert not life_of.keep_or_replace(
        rate, life_of.marginal_costs(rate, *asset), best.yearly_cost
    ).replace_now


def test_a_tie_keeps_what_stands_there() -> None:
    assert life_of.keep_or_replace(0.1, [10, 20], 10).keep_years == 1
    assert life_of.keep_or_replace(0.1, [10.01, 20], 10).replace_now


@given(rate=RATES, asset=ASSETS)
def test_yearly_cost_against_a_slow_sum(rate: float, asset: tuple[float, list[float], list[float]]) -> None:
    first, costs, market = asset
    found = life_of.yearly_costs(rate, first, costs, market)
    for n in range(1, len(costs) + 1):
        flow = [first, *costs[:n]]
        flow[n] -= market[n - 1]
        slow = finance.npv(rate, flow) / sum((1 + rate) ** -k for k in range(1, n + 1))
        assert found[n - 1] == pytest.approx(slow, rel=1e-9, abs=1e-6)


@given(rate=RATES, asset=ASSETS)
def test_marginal_costs_carry_the_same_yearly_cost(
    rate: float, asset: tuple[float, list[float], list[float]]
) -> None:
    marginal = life_of.marginal_costs(rate, *asset)
    assert life_of.yearly_from_marginal(rate, marginal) == pytest.approx(
        life_of.yearly_costs(rate, *asset), rel=1e-9, abs=1e-4
    )


@given(rate=st.floats(0.01, 0.5), asset=ASSETS, rival=MONEY)
def test_the_verdict_is_the_lowest_present_cost_of_every_n(
    rate: float, asset: tuple[float, list[float], list[float]], rival: float
) -> None:
    first, costs, market = asset
    keeping = life_of.keep_or_replace(rate, life_of.marginal_costs(rate, *asset), rival)
    values = [rival / rate]
    for n in range(1, len(costs) + 1):
        flow = [first, *costs[:n]]
        flow[n] += rival / rate - market[n - 1]
        values.append(finance.npv(rate, flow))
    room = 1e-9 * max(map(abs, values)) + 1e-6
    assert values[keeping.keep_years] <= min(values) + room
    assert [one + rival / rate for one in keeping.excess] == pytest.approx(values, rel=1e-9, abs=room)
    for_ever = life_of.keep_then_for_ever(rate, life_of.marginal_costs(rate, *asset), rival)
    assert for_ever == pytest.approx(values, rel=1e-9, abs=room)


@given(asset=ASSETS, rate=RATES, rival=MONEY, scale=st.sampled_from([0.01, 0.5, 100.0, 1e6]))
def test_another_currency_scales(
    asset: tuple[float, list[float], list[float]], rate: float, rival: float, scale: float
) -> None:
    first, costs, market = asset
    plain = life_of.yearly_costs(rate, *asset)
    scaled = life_of.yearly_costs(rate, first * scale, np.multiply(costs, scale), np.multiply(market, scale))
    assert scaled == pytest.approx(plain * scale, rel=1e-9, abs=1e-6 * scale)
    one = life_of.keep_or_replace(rate, life_of.marginal_costs(rate, *asset), rival)
    other = life_of.keep_or_replace(rate, life_of.marginal_costs(rate, *asset) * scale, rival * scale)
    assert other.excess == pytest.approx([value * scale for value in one.excess], rel=1e-9, abs=1e-4 * scale)


@given(
    trade_in=MONEY,
    quote=MONEY,
    price=MONEY,
    old=st.lists(MONEY, min_size=4, max_size=4),
    new=st.lists(MONEY, min_size=4, max_size=4),
    rate=RATES,
)
def test_insider_and_outsider_agree(
    trade_in: float, quote: float, price: float, old: list[float], new: list[float], rate: float
) -> None:
    insider = life_of.replacing_flow([quote, *old], [price - trade_in, *new])
    outsider = life_of.replacing_flow([quote + trade_in, *old], [price, *new])
    assert insider == pytest.approx(outsider)
    assert finance.npv(rate, insider.tolist()) == pytest.approx(
        finance.npv(rate, [quote + trade_in, *old]) - finance.npv(rate, [price, *new]), rel=1e-9, abs=1e-4
    )


@given(asset=ASSETS, rate=RATES, sunk=MONEY)
def test_what_was_paid_long_ago_has_no_place(
    asset: tuple[float, list[float], list[float]], rate: float, sunk: float
) -> None:
    """A cost that every way has (it is spent already) moves no difference between them."""
    first, costs, market = asset
    flow = [first, *costs]
    flow[-1] -= market[-1]
    rival = [float(k) for k in range(len(flow))]
    with_sunk = life_of.replacing_flow([flow[0] + sunk, *flow[1:]], [rival[0] + sunk, *rival[1:]])
    assert with_sunk == pytest.approx(life_of.replacing_flow(flow, rival), abs=1e-6)


def test_paths_side_by_side() -> None:
    first, costs, market = TRUCK
    found = life_of.yearly_costs(0.10, [first, 2 * first], [costs, costs], market)
    assert found.shape == (2, 5)
    assert found[0] == pytest.approx(life_of.yearly_costs(0.10, *TRUCK))
    assert found[1] == pytest.approx(life_of.yearly_costs(0.10, 2 * first, costs, market))
    assert life_of.marginal_costs(0.10, [first, 2 * first], [costs, costs], market)[:, 0] == pytest.approx(
        [9_000, 31_000]
    )


def test_without_interest_it_is_the_average() -> None:
    assert life_of.yearly_costs(0.0, 100, [10, 20], [40, 30]) == pytest.approx([70, (130 - 30) / 2])
    with pytest.raises(NoAnswer) as refused:
        life_of.keep_then_for_ever(0.0, [1, 2], 3)
    assert refused.value.field == "rate"


@pytest.mark.parametrize(
    ("rate", "costs", "market", "field"),
    [
        (-0.01, [1.0], [1.0], "rate"),
        (math.nan, [1.0], [1.0], "rate"),
        (0.1, [], [], "costs"),
        (0.1, [1.0, 2.0], [1.0], "market"),
        (0.1, [math.nan], [1.0], "costs"),
    ],
)
def test_impossible_inputs_name_their_field(
    rate: float, costs: list[float], market: list[float], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        life_of.yearly_costs(rate, 100.0, costs, market)
    assert refused.value.field == field
