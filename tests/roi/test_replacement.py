"""Keep or replace on expected costs: by hand, against brute force, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import Changeover, Owning, Resale, annuity, straight_line
from dispatch_tui.roi.case import COMPONENT, KEEP, Case, Component, Defender
from dispatch_tui.roi.costs import Running, Stream
from dispatch_tui.roi.economic_life import (
    economic_life,
    keep_or_replace,
    marginal_costs,
    yearly_costs,
)
from dispatch_tui.roi.horizon import study_gaps, turns
from dispatch_tui.roi.ledger import keep_ledger, new_ledger
from dispatch_tui.roi.replacement import Expected, repair_limit, weigh
from tests.roi.cases import case, challenger, expected

FLAT = Expected(np.ones(20), np.ones(20))
NEVER = Expected(np.zeros(20), np.zeros(20))


def simple(**more: float) -> Case:
    """A unit whose repairs cost 300 a year against one for 1000 that needs 50 a year for ten years."""
    unit = Defender(
        name="U", running=Running(repair=300), quote=more.pop("quote", 100.0), resale=Resale(200.0, 1.0)
    )
    new = challenger(price=1_000, running=Running(streams=(Stream("energy", 50),)))
    return case(rate=more.pop("rate", 0.10), defender=unit, challengers=(new,))


def test_a_case_by_hand() -> None:
    standing = weigh(simple(), {KEEP: FLAT, "Model N": NEVER})
    yearly = 1_000 / annuity(0.10, 10)[-1] + 50  # 212.75
    assert (standing.best.life, standing.best.cost) == (10, pytest.approx(yearly))
    # one year: 100 + 200 + 300 / 1.1; every further one 300 against 212.75
    assert standing.plan.present[0] == pytest.approx(300 + 300 / 1.1)
    assert standing.plan.years == 1
    assert standing.plan.least == pytest.approx(300 + 300 / 1.1 - yearly / 1.1)
    assert standing.replace
    assert standing.value_now == pytest.approx(yearly / 0.10)
    values = standing.value(standing.plan)
    assert values is not None
    by_definition = [
        standing.plan.present[n] + yearly / 0.10 / 1.1 ** (n + 1) for n in range(len(standing.plan.present))
    ]
    assert values == pytest.approx(np.array(by_definition))


def test_every_year_is_tried_where_costs_are_not_monotone() -> None:
    """A dear first year, then cheap ones: neither the first rise nor the first dear year decides."""
    costs = np.array([5.0, 0.0, 0.0, 0.0, 0.0, 9.0, *[9.0] * 14])
    unit = Defender(name="U", running=Running(repair=100))
    one = case(rate=0.10, defender=unit, challengers=(challenger(price=1_000, running=Running()),))
    standing = weigh(one, {KEEP: Expected(costs, costs), "Model N": NEVER})
    assert standing.best.cost < 500  # the first year costs more than a challenger's
    assert (standing.plan.years, standing.replace) == (5, False)


@pytest.mark.parametrize("quote", [0.0, 20_000.0, 200_000.0])
def test_the_textbooks_say_the_same(quote: float) -> None:
    """The functions that answer the published cases, on yearly marginal costs, against the engine's weights."""
    one = case()
    unit = replace(one.defender, quote=quote)
    one = replace(one, defender=unit)
    standing = weigh(one, expected(one))
    failures = expected(one)[KEEP].failures
    marginal = marginal_costs(
        one.rate, unit.resale.today + quote, 12_000 * failures + 3_000, unit.resale.after(20)
    )
    book = keep_or_replace(one.rate, marginal, standing.best.cost)
    assert standing.plan.gap == pytest.approx(np.array(book.excess[1:]))
    assert standing.replace == book.replace_now
    if not standing.replace:
        assert standing.plan.years == book.keep_years
    new = yearly_costs(one.rate, 100_000.0, np.full(10, 5_000.0), np.zeros(10))
    assert standing.best.yearly == pytest.approx(new)
    assert standing.best.life == economic_life(new).years


def test_at_the_repair_limit_both_ways_cost_the_same() -> None:
    for tax, capitalised in ((0.0, None), (0.3, None), (0.3, straight_line(5))):
        one = case(tax=tax)
        one = replace(one, defender=replace(one.defender, capitalised=capitalised))
        ways = expected(one)
        limit = repair_limit(one, weigh(one, ways).plan)
        at_limit = replace(one, defender=replace(one.defender, quote=limit))
        assert weigh(at_limit, ways).plan.least == pytest.approx(0, abs=1e-6)
        above = replace(one, defender=replace(one.defender, quote=limit + 1))
        assert weigh(above, ways).replace


def test_a_negative_limit_says_that_even_a_free_repair_does_not_pay() -> None:
    standing = weigh(simple(quote=0.0), {KEEP: FLAT, "Model N": NEVER})
    assert repair_limit(standing.case, standing.plan) < 0


def test_at_a_rate_of_zero_average_yearly_costs_decide() -> None:
    one = simple(rate=0.0)
    standing = weigh(one, {KEEP: FLAT, "Model N": NEVER})
    assert standing.best.cost == pytest.approx(150)
    assert standing.value_now is None
    average = standing.plan.present / np.arange(1, 21)
    assert standing.replace == bool(average.min() > 150)
    near = weigh(simple(rate=1e-9), {KEEP: FLAT, "Model N": NEVER})
    assert standing.plan.gap == pytest.approx(near.plan.gap, abs=1e-4)


def test_the_cheapest_challenger_and_life_of_all() -> None:
    rising = Expected(np.arange(1.0, 21), np.arange(1.0, 21))
    several = (
        challenger("A", 1_000, 12, running=Running(repair=40)),
        challenger("B", 900, 12, running=Running(repair=60)),
        challenger("C", 1_500, 12, running=Running(repair=10)),
    )
    one = case(rate=0.07, challengers=several)
    standing = weigh(one, {KEEP: FLAT, **dict.fromkeys("ABC", rising)})

    def yearly(price: float, cost: float, life: int) -> float:
        present = price + sum(cost * k / 1.07**k for k in range(1, life + 1))
        return present * 0.07 / (1 - 1.07**-life)

    tried = {
        (name, life): yearly(price, cost, life)
        for name, price, cost in (("A", 1_000, 40), ("B", 900, 60), ("C", 1_500, 10))
        for life in range(1, 13)
    }
    best = min(tried, key=lambda pair: tried[pair])
    assert (standing.best.name, standing.best.life) == best
    assert standing.best.cost == pytest.approx(tried[best])


def test_a_seller_who_overpays_for_the_old_unit_gets_the_order_now_but_not_for_ever() -> None:
    plain, generous = challenger("A", 1_000), challenger("B", 1_050, trade_in=5_400)
    one = case(challengers=(plain, generous))
    standing = weigh(one, expected(one))
    assert (standing.best.name, standing.now.name) == ("A", "B")
    # the market pays 5000, the seller 5400; for its life B costs 50 more
    assert standing.excess == pytest.approx(50 - 400)


def test_a_loaner_until_delivery_counts_once_against_replacing() -> None:
    one = case()
    waiting = replace(one, challengers=(replace(one.challengers[0], once=700.0),))
    ways = expected(one)
    assert weigh(waiting, ways).plan.least == pytest.approx(weigh(one, ways).plan.least - 700)


def test_one_component_may_be_the_way_between() -> None:
    one = case()
    unit = replace(one.defender, component=Component(name="Motor", price=9_000, share=0.5))
    between = replace(one, defender=unit)
    standing = weigh(between, expected(between))
    assert [plan.way for plan in standing.plans] == [KEEP, COMPONENT]
    assert standing.plan.way == COMPONENT
    dear = replace(between, defender=replace(unit, component=replace(unit.component, price=90_000)))
    assert weigh(dear, expected(dear)).plan.way == KEEP


def brute_study(one: Case, needed: int) -> float:
    """Keeping less replacing for a need of so many years, flow by flow, every year of changing tried."""
    ways = expected(one)
    new = one.challengers[0]
    life = weigh(one, ways).best.life

    def chain(years: int) -> float:
        return new_ledger(one, new, ways[new.name], life, years).present if years else 0.0

    step = (1 + one.inflation) / (1 + one.rate)
    keep = min(
        keep_ledger(one, ways[KEEP], n).present + step**n * chain(needed - n) for n in range(1, needed + 1)
    )
    return keep - chain(needed)


@pytest.mark.parametrize("inflation", [0.0, 0.03])
def test_the_study_period_against_flows_added_one_by_one(inflation: float) -> None:
    new = challenger(life=6, changeover=Changeover(installing=4_000, overrun=0.2))
    one = case(inflation=inflation, tax=0.25, challengers=(new,))
    gaps = study_gaps(weigh(one, expected(one)))
    assert gaps == pytest.approx([brute_study(one, needed) for needed in range(1, 21)])


def test_the_horizon_at_which_the_verdict_turns() -> None:
    """A dear repair that holds for ever pays only for who needs the unit long enough.

    1300 now and 100 a year against 269.01 a year: even at an annuity factor of 7.69, between 9 and 10 years.
    """
    unit = Defender(name="U", running=Running(repair=100), quote=1_300)
    new = challenger(price=2_000, life=10, running=Running(repair=10))
    gaps = study_gaps(
        weigh(case(rate=0.05, defender=unit, challengers=(new,)), {KEEP: FLAT, "Model N": FLAT})
    )
    assert (gaps[:9] > 0).all()
    assert (gaps[9:] <= 0).all()
    assert turns(gaps) == (10,)
    assert turns(np.array([-1.0, -1.0, 2.0, 3.0, -1.0])) == (3, 5)
    assert turns(np.array([1.0, 2.0])) == ()


def test_the_ledger_adds_up_to_the_same_present_cost() -> None:
    resale = Resale(90_000, 0.3)
    new = challenger(
        life=7,
        owning=Owning(
            price=90_000, resale=resale, write_off=straight_line(5), changeover=Changeover(delivery=900)
        ),
        running=Running(repair=8_000, covered_years=2, escalator=0.03),
    )
    one = case(tax=0.3, inflation=0.02, challengers=(new,))
    unit = replace(
        one.defender, book=4_000, write_off=straight_line(3), capitalised=straight_line(4), loaner=500.0
    )
    one = replace(one, defender=unit)
    ways = expected(one)
    standing = weigh(one, ways)
    for years in range(1, 15):
        ledger = keep_ledger(one, ways[KEEP], years)
        assert ledger.present == pytest.approx(standing.plan.present[years - 1])
        assert ledger.present == pytest.approx(sum(ledger.by_year / 1.1 ** np.arange(years + 1)))
    for life in range(1, 8):
        assert new_ledger(one, new, ways["Model N"], life, life).present == pytest.approx(
            standing.best.cycle[life - 1]
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate": -0.01}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"rate": 8.0}, "rate"),
        ({"horizon": 0}, "horizon"),
        ({"tax": 1.0}, "tax"),
        ({"challengers": ()}, "challenger"),
        ({"challengers": (challenger(), challenger())}, "challenger"),
        ({"challengers": (challenger(life=0),)}, "challenger.life"),
        ({"challengers": (challenger(price=-1),)}, "challenger.price"),
        ({"challengers": (challenger(price=math.nan),)}, "challenger.price"),
        ({"defender": Defender(name="U", running=Running(), quote=-1)}, "quote"),
        ({"inflation": 2.0}, "escalator"),
    ],
)
def test_what_is_missing_or_impossible_is_named(change: dict[str, object], field: str) -> None:
    one = case()
    ways = expected(one)
    with pytest.raises(InvalidInput) as refused:
        weigh(replace(one, **change), ways)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_futures_that_end_too_early_are_refused() -> None:
    one = case()
    short = {name: Expected(way.failures[:5], way.bills[:5]) for name, way in expected(one).items()}
    with pytest.raises(InvalidInput) as refused:
        weigh(one, short)
    assert refused.value.field == "futures"
