"""Many units at once say the same as one unit by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch_tui.roi.answer import answer
from dispatch_tui.roi.failures.event_costs import PricedEvent, fit_costs, unit_mean
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.prior import rated
from dispatch_tui.roi.failures.records import Span, unit_record
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.many import Batch, Outcome, outcomes
from dispatch_tui.roi.marks import Origin, Source
from dispatch_tui.roi.outlook import Failing


def fleet() -> tuple[Inputs, ...]:
    """Eight units of one model of different ages, failure counts and prices of a repair."""
    records = [
        unit_record(f"u{k}", [Span(1.0, 6.0 + k)], [1.5 + n * (5.0 + k) / (k + 2) for n in range(k + 1)])
        for k in range(8)
    ]
    events = [
        PricedEvent(f"u{k}", 60_000 + 9_000 * ((n * 7 + k) % 5)) for k in range(8) for n in range(k + 1)
    ]
    fit, costs = fit_fleet(records), fit_costs(events)
    new = Failing(fit_fleet((), prior=rated(4.0)), costs)
    found = []
    for k, record in enumerate(records):
        failing = Failing(fit, costs, record, age=record.oldest)
        found.append(
            Inputs(
                unit=f"U-{k}",
                challenger="X9",
                currency="EUR",
                quote=150_000 * k if k % 2 else None,
                failures=failing.yearly,
                repair=unit_mean(costs, f"u{k}"),
                hours_down=4.0,
                downtime_price=2_000 if k > 5 else 0,
                covered=1.5 if k == 3 else 0.0,
                energy=120_000 + 10_000 * k,
                other_work=20_000.0,
                new_other_work=20_000.0,
                new_energy=90_000,
                price=900_000,
                changeover=50_000,
                life=12,
                warranty=2.0,
                new_failures=new.yearly,
                new_repair=costs.mean,
                expected_usage=1_200.0 if k == 4 else None,
                recorded_usage=1_000.0 if k == 4 else None,
                failing=failing,
                new_failing=new,
                origins={
                    "quote": Origin(Source.QUOTE),
                    "challenger.price": Origin(Source.CATALOGUE),
                    "defender.energy": Origin(Source.CATALOGUE),
                    "challenger.energy": Origin(Source.CATALOGUE),
                },
            )
        )
    return tuple(found)


def ask(inputs: tuple[Inputs, ...], **more: int) -> tuple[Outcome, ...]:
    return outcomes(Batch(tuple(range(len(inputs))), inputs), seed=3, **more)


def test_each_unit_gets_the_answer_that_it_gets_alone() -> None:
    units = fleet()
    many = ask(units, paths=6_000)
    assert [one.unit for one in many] == [one.unit for one in units]
    for inputs, one in zip(units, many, strict=True):
        alone = answer(inputs, seed=3, paths=6_000).decision
        scale = abs(alone.saving.high - alone.saving.low)
        assert one.saving == pytest.approx(alone.saving.mean, abs=0.05 * scale), inputs.unit
        assert one.probability == pytest.approx(alone.probability, abs=0.04), inputs.unit
        assert one.keep_years == pytest.approx(alone.years, abs=1), inputs.unit
    assert min(one.probability for one in many) < 0.3
    assert max(one.probability for one in many) > 0.7


@pytest.mark.parametrize("paid_once", [{"new_loaner": 500_000}, {"trade_in": 600_000}])
def test_what_is_paid_once_on_replacing_counts_as_it_does_alone(paid_once: dict[str, int]) -> None:
    plain = fleet()[5]
    inputs = replace(plain, **paid_once)
    before, one = ask((plain,), paths=6_000)[0], ask((inputs,), paths=6_000)[0]
    alone = answer(inputs, seed=3, paths=6_000).decision
    scale = alone.saving.high - alone.saving.low
    assert one.saving == pytest.approx(alone.saving.mean, abs=0.05 * scale)
    assert one.probability == pytest.approx(alone.probability, abs=0.04)
    assert one.limit == pytest.approx(alone.limit.mean, abs=0.05 * (alone.limit.high - alone.limit.low))
    sign = 1 if "trade_in" in paid_once else -1
    assert sign * (one.saving - before.saving) > 0.2 * scale
    assert sign * (one.probability - before.probability) > 0.05
    assert before.limit - one.limit == pytest.approx(sign * sum(paid_once.values()))  # no tax: one for one


def test_a_trade_in_within_the_market_price_changes_nothing() -> None:
    plain = replace(fleet()[5], market_value=90_000)
    assert ask((replace(plain, trade_in=90_000),)) == ask((plain,))
    assert ask((replace(plain, trade_in=90_001),)) != ask((plain,))


def test_a_unit_and_a_successor_that_never_fail() -> None:
    unit = fleet()[5]
    assert unit.failing is not None
    assert unit.new_failing is not None
    found = [
        ask(
            (
                replace(
                    unit,
                    failing=replace(unit.failing, scale=scale),
                    new_failing=replace(unit.new_failing, scale=scale),
                ),
            )
        )[0]
        for scale in (0.0, 1e-9)
    ]
    assert found[0].failures == 0
    assert found[0].next_failure is None
    assert found[0].saving == pytest.approx(found[1].saving, rel=1e-6)
    assert found[0].probability == pytest.approx(found[1].probability, abs=1e-9)


def test_the_same_seed_gives_the_same_answer_and_parts_the_same_savings_as_the_whole() -> None:
    units = fleet()
    assert ask(units) == ask(units)
    halves = [*ask(units[:4]), *outcomes(Batch((4, 5, 6, 7), units[4:], 1), seed=3)]
    for whole, part in zip(ask(units), halves, strict=True):
        assert part.unit == whole.unit
        assert part.probability == pytest.approx(whole.probability, abs=0.08)


def test_a_unit_without_a_price_of_a_successor_says_so_and_the_others_go_on() -> None:
    units = fleet()
    found = ask((units[0], replace(units[1], price=None), units[2]))
    assert [bool(one.problem) for one in found] == [False, True, False]
    assert "price" in found[1].problem
    assert not found[1].replace


def test_the_next_failure_is_where_half_of_the_futures_have_one() -> None:
    unit = fleet()[7]
    assert unit.failing is not None
    steady = Failing(fit_fleet((), prior=rated(2.0)), unit.failing.costs)
    often = ask((unit,))[0].next_failure
    seldom = ask((replace(unit, failing=steady),))[0].next_failure
    assert often is not None
    assert seldom is not None
    assert 0 < often < seldom
