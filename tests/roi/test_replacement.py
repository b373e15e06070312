"""The comparison: a case worked by hand, what it refuses, and what must not change it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import finance
from dispatch_tui.roi.costs import YEAR, CostEvent, Stream, Window, history
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.figures import Unit, shown, walk
from dispatch_tui.roi.forecast import Fleet, forecast
from dispatch_tui.roi.marks import Origin, Source
from dispatch_tui.roi.replacement import Case, Challenger, Comparison, Defender, compare, imputed_value, rank
from dispatch_tui.roi.verdict import DEPENDS, REPAIR, REPLACE, verdict

NEW = Challenger(name="Model N", price=100_000, life=2, streams=(Stream("repairs", 11_000),))
OLD = Defender(name="Unit 7", streams=(Stream("repairs", 60_500),), age_years=5, rated_life=20)
CASE = Case(currency="EUR", rate=0.10, horizon=2, quote=20_000, defender=OLD, challenger=NEW)


def test_a_case_by_hand() -> None:
    # keep: 20000 + 60500/1.1 + 60500/1.21 = 20000 + 55000 + 50000; replace: 100000 + 10000 + 9090.909
    answer = compare(CASE)
    assert answer.keep.npv == 125_000
    assert answer.replace.npv == 119_091
    assert answer.keep.euac == round(125_000 * 1.21 / 2.1)
    assert answer.replace.euac == round(119_091 * 1.21 / 2.1)
    assert answer.saving_per_year == answer.keep.euac - answer.replace.euac > 0
    assert answer.breakeven_quote == 119_091 - 105_000
    # extra outlay 80000, saving 49500 a year
    assert answer.extra_flow == (-80_000, 49_500, 49_500)
    assert answer.payback == pytest.approx(1 + 30_500 / 49_500)
    assert answer.payback_discounted == pytest.approx(1 + 35_000 / (49_500 / 1.21))
    assert [one.rate for one in answer.returns] == pytest.approx([finance.irr([-80, 49.5, 49.5])])


def test_at_the_break_even_quote_both_ways_cost_the_same() -> None:
    answer = compare(replace(CASE, quote=compare(CASE).breakeven_quote))
    assert answer.keep.npv == answer.replace.npv
    assert verdict(answer).answer == DEPENDS


def test_at_the_turning_repair_cost_both_ways_cost_the_same() -> None:
    turn = compare(CASE).switch_repairs
    assert turn is not None
    at_turn = replace(CASE, defender=replace(OLD, streams=(Stream("repairs", turn),)))
    assert abs(compare(at_turn).keep.npv - compare(at_turn).replace.npv) <= 1


def test_a_longer_life_than_the_horizon_leaves_its_unused_worth() -> None:
    # the yearly capital cost is that of the whole life, whatever the horizon
    long = replace(CASE, challenger=replace(NEW, life=10, scrap=5_000), horizon=4)
    flow = [100_000.0, *[0.0] * 9, -5_000.0]
    yearly = finance.equivalent_annual(0.10, 10, finance.npv(0.10, flow))
    assert compare(long).replace.euac == pytest.approx(yearly + 11_000, abs=1.5)
    assert imputed_value(100, 10, 5, 5, 0.1) == 10
    assert imputed_value(100, 0, 4, 1, 0.0) == pytest.approx(75)


def test_a_shorter_life_is_bought_again_and_said_so() -> None:
    answer = compare(replace(CASE, horizon=5))
    purchase = answer.replace.line("purchase")
    assert purchase is not None
    assert purchase.by_year == (100_000, 0, 100_000, 0, 100_000, 0)
    assert "bought_again" in {flag.code for flag in answer.flags}
    even = compare(replace(CASE, horizon=4))
    assert even.replace.euac == pytest.approx(compare(CASE).replace.euac, abs=1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate": -0.01}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"rate": 8.0}, "rate"),
        ({"horizon": 0}, "horizon"),
        ({"quote": -1}, "quote"),
        ({"challenger": replace(NEW, price=None)}, "challenger.price"),
        ({"challenger": replace(NEW, life=None)}, "challenger.life"),
        ({"challenger": replace(NEW, life=0)}, "challenger.life"),
        ({"defender": replace(OLD, streams=())}, "repairs"),
    ],
)
def test_what_is_missing_or_impossible_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compare(replace(CASE, **change))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_cautions() -> None:
    def codes(unit: Defender) -> set[str]:
        return {flag.code for flag in compare(replace(CASE, defender=unit)).flags}

    assert codes(OLD) == set()
    assert codes(replace(OLD, age_years=None)) == {"age_unknown"}
    assert codes(replace(OLD, age_years=19)) == {"beyond_life"}
    assert codes(replace(OLD, rated_life=None)) == {"life_unknown"}


def test_at_a_rate_of_zero_costs_are_averages() -> None:
    answer = compare(replace(CASE, rate=0.0))
    assert answer.keep.euac == round((20_000 + 2 * 60_500) / 2)
    assert answer.replace.euac == round((100_000 + 2 * 11_000) / 2)


# -- what must not change the answer, or change it in proportion -----------------------------------

CASES = st.builds(
    lambda rate, horizon, quote, old, new, price, life, market: Case(
        currency="EUR",
        rate=rate,
        horizon=horizon,
        quote=quote,
        defender=Defender(name="U", streams=(Stream("repairs", old, 0.02),), market_value=market),
        challenger=Challenger(name="N", price=price, life=life, streams=(Stream("repairs", new, 0.02, 1.5),)),
    ),
    rate=st.floats(0, 0.5),
    horizon=st.integers(1, 30),
    quote=st.integers(0, 10**7),
    old=st.integers(1, 10**6),
    new=st.integers(0, 10**6),
    price=st.integers(0, 10**8),
    life=st.integers(1, 30),
    market=st.integers(0, 10**6),
)


def rescaled(case: Case, by: int) -> Case:
    old, new = case.defender, case.challenger
    assert new.price is not None
    return replace(
        case,
        quote=case.quote * by,
        defender=replace(
            old,
            market_value=old.market_value * by,
            streams=tuple(replace(one, per_year=one.per_year * by) for one in old.streams),
        ),
        challenger=replace(
            new,
            price=new.price * by,
            streams=tuple(replace(one, per_year=one.per_year * by) for one in new.streams),
        ),
    )


@given(CASES)
def test_another_currency_scales_the_money_and_nothing_else(case: Case) -> None:
    answer, scaled = compare(case), compare(rescaled(case, 1000))
    cents = 2 * case.horizon + 6  # each yearly amount and each line is rounded once
    assert scaled.keep.npv == pytest.approx(answer.keep.npv * 1000, abs=1000 * cents)
    assert scaled.breakeven_quote == pytest.approx(answer.breakeven_quote * 1000, abs=2000 * cents)
    if abs(answer.saving_per_year) > 4 * cents:
        assert verdict(scaled).answer == verdict(answer).answer


def bought_once(case: Case, changeover: int) -> Case:
    life = max(case.horizon, case.challenger.life or 0)
    return replace(case, challenger=replace(case.challenger, life=life, changeover=changeover))


@given(CASES, st.integers(0, 10**7))
def test_money_already_spent_changes_nothing(case: Case, spent: int) -> None:
    """A sum that is gone either way stands on both sides: room in the quote and saving stay as they were."""
    before = compare(bought_once(case, 0))
    after = compare(bought_once(replace(case, quote=case.quote + spent), spent))
    assert after.breakeven_quote - after.case.quote == before.breakeven_quote - before.case.quote
    assert after.saving_per_year == pytest.approx(before.saving_per_year, abs=2)


@given(CASES, st.integers(0, 10**7))
def test_insider_and_outsider_agree(case: Case, more: int) -> None:
    """What the unit fetches is a cost of keeping it, or makes the challenger cheaper: the saving is the same."""
    market = case.defender.market_value
    outsider = compare(bought_once(case, market + more))
    insider = compare(bought_once(replace(case, defender=replace(case.defender, market_value=0)), more))
    assert outsider.breakeven_quote == insider.breakeven_quote
    assert outsider.saving_per_year == pytest.approx(insider.saving_per_year, abs=2)


@given(CASES)
def test_real_and_nominal_money_agree(case: Case) -> None:
    """Prices that rise by f at a nominal rate (1+i)(1+f)-1 are worth real prices at i."""
    flat = replace(case.defender, streams=(Stream("repairs", 10**6),))
    rising = replace(case.defender, streams=(Stream("repairs", 10**6, 0.03),))
    real = compare(replace(case, defender=flat, rate=case.rate / 2))
    nominal = compare(replace(case, defender=rising, rate=(1 + case.rate / 2) * 1.03 - 1))
    assert nominal.keep.npv == pytest.approx(real.keep.npv, abs=case.horizon + 2)


@given(CASES, st.permutations([("A", 5), ("B", 9), ("C", 9), ("D", 2)]))
def test_the_order_of_the_options_has_no_effect(case: Case, order: list[tuple[str, int]]) -> None:
    def options(pairs: list[tuple[str, int]]) -> list[Challenger]:
        return [replace(case.challenger, name=name, life=life) for name, life in pairs]

    ranked = rank(case, options(order))
    assert ranked == rank(case, options(sorted(order)))
    assert [one.replace.npv for one in ranked] == sorted(one.replace.npv for one in ranked)


@given(CASES)
def test_every_total_is_the_sum_of_its_parts_and_no_number_is_nan(case: Case) -> None:
    answer = compare(case)
    for way in (answer.keep, answer.replace):
        assert way.npv == sum(line.present for line in way.lines)
    figures = explain(answer)
    for figure in (one for top in figures.values() for one in walk(top)):
        assert figure.value is None or math.isfinite(figure.value)
        assert "nan" not in shown(figure, "EUR").lower().split()
    for key in ("keep.npv", "replace.npv"):
        assert sum(part.value or 0 for part in figures[key].inputs) == figures[key].value


# -- the verdict and its reasons -------------------------------------------------------------------


def with_history(amounts: list[int], price: int) -> Comparison:
    start = datetime(2022, 1, 1, tzinfo=UTC)
    events = [
        CostEvent(f"V-{k}", start + (k + 0.5) * YEAR, amount, "EUR", failure=True, downtime_hours=4)
        for k, amount in enumerate(amounts)
    ]
    expected = forecast(
        history(events, Window(start, start + 5 * YEAR), "EUR"), Fleet(4, 20, 20, 20 * 60_000)
    )
    repairs = Stream("repairs", expected.per_year, low=expected.low, high=expected.high)
    unit = replace(OLD, streams=(repairs, Stream("other work", 0.0)), forecast=expected)
    new = replace(NEW, life=8, price=price)
    return compare(replace(CASE, horizon=8, quote=0, defender=unit, challenger=new))


@pytest.mark.parametrize(("price", "answer"), [(100_000, REPLACE), (280_000, DEPENDS), (900_000, REPAIR)])
def test_verdict_by_price(price: int, answer: str) -> None:
    """Repairs of 550 a year, give or take: a cheap challenger pays, a dear one does not, between it is open."""
    assert verdict(with_history([50_000] * 5, price)).answer == answer


def test_the_verdict_names_saving_limit_and_quote() -> None:
    said = verdict(compare(CASE))
    assert said.sentence == "Replace: over 2 years that is 34.05 EUR a year cheaper."
    assert said.reason == "A repair is worth at most 141 EUR; the quote of 200 EUR is above that."


def test_without_a_quote_the_limit_is_the_answer() -> None:
    said = verdict(compare(replace(CASE, quote=0, quoted=False)))
    assert (said.answer, said.sentence) == (
        DEPENDS,
        "It depends on the quote: a repair is worth at most 141 EUR.",
    )
    worn_out = replace(OLD, streams=(Stream("repairs", 90_000),))
    sure = verdict(compare(replace(CASE, quote=0, quoted=False, defender=worn_out)))
    assert sure.answer == REPLACE
    figures = explain(compare(replace(CASE, quote=0, quoted=False)))
    assert next(one for one in walk(figures["breakeven"]) if one.key == "quote").value is None


def test_it_depends_where_the_record_cannot_tell() -> None:
    turn = compare(CASE).switch_repairs
    assert turn is not None
    vague = Stream("repairs", 60_500, low=turn - 1, high=80_000)
    sure = Stream("repairs", 60_500, low=turn + 1, high=80_000)
    assert verdict(compare(replace(CASE, defender=replace(OLD, streams=(vague,))))).answer == DEPENDS
    assert verdict(compare(replace(CASE, defender=replace(OLD, streams=(sure,))))).answer == REPLACE


def test_every_result_opens_down_to_the_visits() -> None:
    answer = with_history([40_000, 50_000, 60_000], 100_000)
    figures = explain(answer)
    assert list(figures)[:2] == ["saving", "breakeven"]
    assert figures["saving"].value == answer.saving_per_year
    leaves = {one.ref: one for one in walk(figures["saving"]) if one.ref}
    assert set(leaves) == {"V-0", "V-1", "V-2"}
    record = next(one for one in walk(figures["saving"]) if one.key == "record")
    assert [one.value for one in record.inputs] == [40_000, 50_000, 60_000]
    assert record.origin.source is Source.HISTORY
    brief = explain(answer, visits=False)
    assert {key: one.value for key, one in brief.items()} == {key: one.value for key, one in figures.items()}
    assert not any(one.ref for top in brief.values() for one in walk(top))


def test_an_input_tells_who_said_it() -> None:
    case = replace(CASE, origins={"quote": Origin(Source.QUOTE, "Q-12")})
    quote = next(one for one in walk(explain(compare(case))["breakeven"]) if one.key == "quote")
    assert quote.origin == Origin(Source.QUOTE, "Q-12")
    life = next(one for one in walk(explain(compare(case))["replace.npv"]) if one.key == "challenger.life")
    assert life.origin.source is Source.ASSUMED


def test_numbers_as_people_read_them() -> None:
    figures = explain(compare(CASE))
    assert shown(figures["breakeven"], "EUR") == "140.91 EUR"
    assert shown(figures["payback"], "EUR") == "1.6 years"
    assert shown(replace(figures["payback"], value=None), "EUR") == "never"
    assert shown(replace(figures["payback"], value=0.083, unit=Unit.RATE), "EUR") == "8.3 %"
