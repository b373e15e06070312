"""What must not change the answer, or change it in proportion: the whole engine on drawn futures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_tui.roi.capital import Changeover, Owning, Resale, straight_line
from dispatch_tui.roi.case import Case, Challenger, Defender
from dispatch_tui.roi.costs import Running, Stream
from dispatch_tui.roi.decision import Decision, decide
from dispatch_tui.roi.failures.event_costs import PricedEvent, fit_costs
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.records import AgeClock, Span, unit_record
from dispatch_tui.roi.outlook import Failing, futures
from tests.roi.cases import case, challenger, drawn, rescaled

FEW = settings(max_examples=40, deadline=None)
MONEY = st.floats(0, 1e6)


def running(escalator: float = 0.0) -> st.SearchStrategy[Running]:
    return st.builds(
        lambda repair, hours, price, energy, covered: Running(
            repair=repair,
            hours_down=hours,
            hour_price=price,
            covered_years=covered,
            escalator=escalator,
            streams=(Stream("energy", energy, escalator),),
        ),
        repair=MONEY,
        hours=st.floats(0, 50),
        price=st.floats(0, 1e4),
        energy=MONEY,
        covered=st.floats(0, 4),
    )


def challengers(name: str, escalator: float = 0.0) -> st.SearchStrategy[Challenger]:
    return st.builds(
        lambda price, install, fall, life, run: Challenger(
            name=name,
            owning=Owning(
                price=price,
                changeover=Changeover(installing=install, overrun=0.2),
                resale=Resale(price, fall),
                write_off=straight_line(5),
            ),
            life=life,
            running=run,
        ),
        price=st.floats(1, 1e7),
        install=MONEY,
        fall=st.floats(0.05, 0.9),
        life=st.integers(1, 18),
        run=running(escalator),
    )


def cases(escalator: float = 0.0, rate: float = 0.0) -> st.SearchStrategy[Case]:
    return st.builds(
        lambda more, quote, market, old, new, horizon: Case(
            currency="EUR",
            rate=rate + more,
            horizon=horizon,
            inflation=escalator,
            defender=Defender(name="U", running=old, quote=quote, resale=Resale(market, 0.3)),
            challengers=(new,),
        ),
        more=st.floats(0, 0.3),
        quote=MONEY,
        market=MONEY,
        old=running(escalator),
        new=challengers("N", escalator),
        horizon=st.integers(1, 20),
    )


def close(one: Decision, other: Decision, by: float = 1.0, scale: float = 1.0) -> None:
    """The same answer, money times ``by``; ``scale`` is what rounding is measured against."""
    exact = {"rel": 1e-7, "abs": 1e-7 * by * (scale + float(np.abs(one.standing.plan.present).max()))}
    assert other.standing.plan.gap == pytest.approx(by * one.standing.plan.gap, **exact)
    assert other.gaps == pytest.approx(by * one.gaps, **exact)
    assert other.limit.mean == pytest.approx(by * one.limit.mean, **exact)
    assert other.saving.mean == pytest.approx(by * one.saving.mean, **exact)


@FEW
@given(cases(), st.sampled_from([0.01, 100.0, 1000.0]))
def test_another_currency_scales_the_money_and_nothing_else(one: Case, by: float) -> None:
    answer, scaled = decide(one, drawn(one, paths=60)), decide(rescaled(one, by), drawn(one, paths=60))
    close(answer, scaled, by)
    if abs(answer.standing.plan.least) > 1e-3:
        assert (scaled.replace, scaled.years) == (answer.replace, answer.years)


@FEW
@given(cases(), st.floats(0, 1e6))
def test_money_already_spent_changes_nothing(one: Case, spent: float) -> None:
    """A sum that is gone either way stands on both sides."""
    new = one.challengers[0]
    sunk = replace(
        one,
        defender=replace(one.defender, quote=one.defender.quote + spent),
        challengers=(replace(new, once=spent),),
    )
    answer, after = decide(one, drawn(one, paths=60)), decide(sunk, drawn(one, paths=60))
    assert after.gaps == pytest.approx(answer.gaps, abs=1e-5)
    assert after.probability == pytest.approx(answer.probability, abs=0.05)


@FEW
@given(cases(), st.floats(0, 1e6))
def test_insider_and_outsider_agree(one: Case, more: float) -> None:
    """What the unit fetches is a cost of keeping it, or a trade-in that makes replacing cheaper today."""
    unit, new = one.defender, one.challengers[0]
    resale = Resale(unit.resale.today, 1.0)  # worth nothing later, either way
    one = replace(one, defender=replace(unit, resale=resale))
    outsider = replace(one, defender=replace(unit, resale=Resale(resale.today + more, 1.0)))
    insider = replace(one, challengers=(replace(new, trade_in=resale.today + more),))
    first, second = decide(outsider, drawn(one, paths=60)), decide(insider, drawn(one, paths=60))
    assert second.gaps == pytest.approx(first.gaps, abs=1e-4)
    assert second.limit.mean == pytest.approx(first.limit.mean, abs=1e-4)


@FEW
@given(cases())
def test_no_tax_is_before_tax(one: Case) -> None:
    """Without tax neither write-off nor book value matters."""
    new = one.challengers[0]
    books = replace(
        one,
        defender=replace(
            one.defender, book=77_000.0, write_off=straight_line(3), capitalised=straight_line(7)
        ),
        challengers=(replace(new, owning=replace(new.owning, write_off=straight_line(9))),),
    )
    close(decide(one, drawn(one, paths=60)), decide(books, drawn(one, paths=60)))


@FEW
@given(cases(escalator=0.03, rate=0.04))
def test_nominal_money_is_real_money_before_tax(one: Case) -> None:
    """Prices that rise by 3 % at a nominal rate are worth today's prices at the real rate."""

    def flat(of: Running) -> Running:
        streams = tuple(replace(each, escalator=0.0) for each in of.streams)
        return replace(of, escalator=0.0, streams=streams)

    real = replace(
        one,
        rate=one.real_rate,
        inflation=0.0,
        defender=replace(one.defender, running=flat(one.defender.running)),
        challengers=tuple(replace(each, running=flat(each.running)) for each in one.challengers),
    )
    answer, other = decide(one, drawn(one, paths=60)), decide(real, drawn(one, paths=60))
    close(answer, other)
    assert answer.study == pytest.approx(other.study, rel=1e-6, abs=1e-2)


@FEW
@given(cases(), st.permutations(["A", "B", "C", "D"]))
def test_the_order_of_the_options_has_no_effect(one: Case, order: list[str]) -> None:
    def several(names: list[str]) -> Case:
        options = {name: challenger(name, 90_000 + 1_000 * k, 8 + k) for k, name in enumerate("ABCD")}
        return replace(one, challengers=tuple(options[name] for name in names))

    first, second = several(sorted(order)), several(order)
    answer, other = decide(first, drawn(first, paths=60)), decide(second, drawn(second, paths=60))
    assert (other.standing.best.name, other.years) == (answer.standing.best.name, answer.years)
    assert other.gaps == pytest.approx(answer.gaps)


@FEW
@given(cases(), st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_answer(one: Case, seed: int) -> None:
    once, again = (decide(one, drawn(one, paths=60, seed=seed)) for _ in range(2))
    assert (again.gaps == once.gaps).all()


def by_the_clock(hours_in_one: float) -> Decision:
    """The same records with ages in hours, or in thousands of hours."""
    units = [
        unit_record(
            name,
            [Span(1_000 / hours_in_one, 9_000 / hours_in_one)],
            [age / hours_in_one for age in ages],
        )
        for name, ages in (("a", (2_000, 5_000, 8_500)), ("b", (4_000,)), ("c", (1_500, 7_000, 8_000, 8_800)))
    ]
    use = 2_000 / hours_in_one
    fit = fit_fleet(units, clock=AgeClock.HOURS, use_per_year=use)
    costs = fit_costs([PricedEvent("a", 90_000), PricedEvent("b", 140_000)])
    one = case()
    old = Failing(fit, costs, units[0], age=9_000 / hours_in_one, use=use)
    ways = {"keep": old, "Model N": Failing(fit, costs, use=use)}
    return decide(one, futures(ways, one.span, seed=4, paths=4_000))


def test_hours_or_thousands_of_hours() -> None:
    hours, thousands = by_the_clock(1.0), by_the_clock(1_000.0)
    assert thousands.standing.plan.gap == pytest.approx(hours.standing.plan.gap, rel=1e-2)
    assert thousands.probability == pytest.approx(hours.probability, abs=0.01)
    assert thousands.years == hours.years
