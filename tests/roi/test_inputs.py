"""What people type, the case that the inputs make, and the answer that opens down to the visits."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dispatch_tui.desk.failing import OWN, ModelRecord, new_failing, rating, unit_failing
from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.case import KEEP
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.failures.event_costs import PricedEvent, unit_mean
from dispatch_tui.roi.failures.records import Span, unit_record
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.figures import Figure, shown, walk
from dispatch_tui.roi.history import YEAR, CostEvent, History, Window, history
from dispatch_tui.roi.inputs import Inputs, as_recorded, edit
from dispatch_tui.roi.marks import Flag, Origin, Source
from dispatch_tui.roi.stating import case_from, ways_from
from dispatch_tui.roi.talk import talk_track
from dispatch_tui.roi.typed import LEASE, LOAN, parse
from dispatch_tui.roi.verdict import DEPENDS, REPAIR, REPLACE, verdict

FIELD = {field.name: field for field in FIELDS}
START = datetime(2022, 1, 1, tzinfo=UTC)
NOW = START + 4 * YEAR
PATHS = 2_600


def record() -> History:
    """Two repairs of 400 and 600 in 4 years, 8 hours down, one inspection of 80."""
    events = [
        CostEvent("V-1", START + YEAR, 40_000, "EUR", failure=True, label="Oil leak", downtime_hours=6),
        CostEvent("V-2", START + 2 * YEAR, 60_000, "EUR", failure=True, downtime_hours=2),
        CostEvent("V-3", START + 3 * YEAR, 8_000, "EUR", failure=False),
    ]
    return history(events, Window(START, NOW), "EUR")


def recorded() -> Inputs:
    sisters = tuple(
        unit_record(name, [Span(0, 9)], ages)
        for name, ages in (("a", [2.0, 5.0, 8.0]), ("b", [4.0, 7.0, 8.5, 8.9]))
    )
    model = ModelRecord(sisters, tuple(PricedEvent("a", amount) for amount in (45_000, 52_000, 61_000)))
    failing = unit_failing(record(), START - 2 * YEAR, model, None, NOW)
    fresh = new_failing(failing, ModelRecord(), rating(8_000, 1_000))
    return Inputs(
        unit="Unit 7",
        challenger="Model N",
        currency="EUR",
        quote=50_000,
        failures=failing.yearly,
        repair=unit_mean(failing.costs, OWN),
        hours_down=4,
        other_work=2_000,
        energy=30_000,
        price=360_000,
        life=8,
        new_failures=fresh.yearly,
        new_repair=50_000,
        new_energy=10_000,
        downtime_price=1_000,
        age_years=6,
        rated_life=40,
        failing=failing,
        new_failing=fresh,
        origins={
            "defender.failures": Origin(Source.HISTORY),
            "defender.repair": Origin(Source.HISTORY),
            "defender.other work": Origin(Source.HISTORY),
            "quote": Origin(Source.QUOTE, "Q-12"),
        },
    )


def asked(inputs: Inputs, last: Answer | None = None) -> Answer:
    return answer(inputs, seed=7, paths=PATHS, last=last)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("quote", "35,000.50", 3_500_050),
        ("quote", " 1 200 ", 120_000),
        ("quote", "0", 0),
        ("rate", "8 %", 0.08),
        ("rate", "8", 0.08),
        ("rate", "0.5%", 0.005),
        ("rate", "0", 0.0),
        ("life", "12", 12),
        ("warranty", "1.5", 1.5),
    ],
)
def test_what_people_type(name: str, text: str, value: float) -> None:
    assert parse(FIELD[name], text) == pytest.approx(value, abs=0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("quote", ""),
        ("quote", "much"),
        ("quote", "12,50"),
        ("quote", "1.234,50"),
        ("quote", "-5"),
        ("quote", "nan"),
        ("quote", "1e300"),
        ("rate", "0.08"),
        ("life", "2.5"),
        ("life", "0"),
    ],
)
def test_what_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(FIELD[name], text)
    assert refused.value.field == FIELD[name].label


def test_the_unclear_rate_is_told_in_both_readings() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(FIELD["rate"], "0.08")
    assert refused.value.remedy == "Write 0.08 % or 8.00 %."


def test_more_use_brings_more_failures_and_more_energy_but_not_more_planned_work() -> None:
    twice = replace(recorded(), recorded_usage=1_000, expected_usage=2_000)
    old = {stream.name: stream.per_year for stream in case_from(twice).defender.running.streams}
    assert (old["energy"], old["other work"]) == (60_000, 2_000)
    once, more = ways_from(recorded()), ways_from(twice)
    assert more[KEEP].scale == pytest.approx(2 * once[KEEP].scale)
    assert more["Model N"].scale == pytest.approx(2 * once["Model N"].scale)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("failures", "failures"),
        ("repair", "repair"),
        ("new_failures", "challenger.failures"),
        ("new_repair", "challenger.repair"),
        ("price", "challenger.price"),
        ("life", "challenger.life"),
    ],
)
def test_what_is_missing_is_named(name: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(replace(recorded(), **{name: None}))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_use_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(replace(recorded(), recorded_usage=1_000, expected_usage=0))
    assert refused.value.field == "expected_usage"


def test_a_typed_value_is_the_operators_and_replaces_the_forecast() -> None:
    before, typed = asked(recorded()), edit(recorded(), FIELD["failures"], "5")
    after = asked(typed)
    assert typed.origin(FIELD["failures"]).source is Source.OPERATOR
    assert after.decision.futures.means[KEEP].failures[:10].mean() == pytest.approx(5, rel=0.03)
    assert after.decision.saving.mean > before.decision.saving.mean
    figures = explain(after.decision, ways=after.ways, record=record())
    stated = next(one for one in walk(figures["saving"]) if one.key == "defender.failures")
    assert stated.inputs == ()
    back = as_recorded(typed, recorded(), FIELD["failures"])
    assert asked(back).decision.probability == before.decision.probability


def test_every_field_can_be_edited_and_counts() -> None:
    """No input is only for show: each one moves the result of at least one way to keep, to pay and to write off."""
    base = replace(recorded(), recorded_usage=1_000, expected_usage=1_000, contract=4_000)
    base = replace(base, tax=0.2, market_value=1, changeover=5_000, book=9_000, book_years=2, rated_life=9)
    base = replace(base, lost_days=1, day_price=100)
    starts = [
        asked(one)
        for one in (
            replace(base, component=6_000),
            replace(base, paying=LOAN, finance_rate=0.05, finance_years=5),
            replace(base, paying=LEASE, lease=50_000, finance_years=5),
            replace(base, write_off="macrs 5"),
        )
    ]
    threes = (
        "life",
        "horizon",
        "covered",
        "warranty",
        "failures",
        "new_failures",
        "escalator",
        "finance_years",
    )
    typed = {
        **dict.fromkeys(threes, "3"),
        "repair_tax": "life",
        "write_off": "ddb 4",
        "paying": "cash",
        "book_years": "5",
    }

    def moved(start: Answer, name: str) -> bool:
        try:
            after = asked(edit(start.inputs, FIELD[name], typed.get(name, "77")), start)
        except InvalidInput:
            return False  # a bonus without MACRS
        first, second = start.decision.standing, after.decision.standing
        return (second.plan.least, second.best.cost, second.yearly) != (
            first.plan.least,
            first.best.cost,
            first.yearly,
        )

    unmoved = [one.name for one in FIELDS if not any(moved(start, one.name) for start in starts)]
    assert unmoved == ["component_name"]


def test_money_rates_and_years_leave_the_futures_as_they_are() -> None:
    base = recorded()
    first = asked(base)
    for name, text in (
        ("quote", "900"),
        ("rate", "5 %"),
        ("price", "3000"),
        ("horizon", "12"),
        ("energy", "1"),
    ):
        assert asked(edit(base, FIELD[name], text), first).decision.futures is first.decision.futures
    for name in ("failures", "new_failures"):
        changed = asked(edit(base, FIELD[name], "4"), first)
        assert changed.decision.futures is not first.decision.futures


def test_several_challengers_at_once() -> None:
    cheap = replace(recorded(), challenger="Model C", price=90_000)
    found = answer(recorded(), cheap, seed=7, paths=PATHS)
    assert found.decision.standing.best.name == "Model C"
    assert found.decision.saving.mean > asked(recorded()).decision.saving.mean


def test_one_component_may_be_replaced_instead() -> None:
    """An old unit of which one cheap part causes nearly all failures."""
    part = replace(recorded(), price=2_000_000, quote=400_000, component=3_000, component_share=0.9)
    found = asked(part)
    said = verdict(found.decision)
    assert said.answer == REPAIR
    assert said.sentence.startswith("Replace the component alone: over 10 years that is ")
    figures = explain(found.decision, ways=found.ways, record=record())
    priced = next(one for one in walk(figures["saving"]) if one.key == "component.price")
    assert priced.value == 3_000
    means = found.decision.futures.means
    assert means["component"].failures.sum() < means[KEEP].failures.sum()


# -- the verdict and its reasons -------------------------------------------------------------------


def test_verdict_by_price() -> None:
    """A cheap challenger pays, a dear one does not, between it is open."""
    prices = (250_000, 380_000, 2_000_000)
    said = [verdict(asked(replace(recorded(), price=price)).decision) for price in prices]
    assert [one.answer for one in said] == [REPLACE, DEPENDS, REPAIR]
    assert said[0].sentence.startswith("Replace: over 10 years that is ")
    assert said[0].sentence.endswith(" of 100 futures.")
    assert said[0].reason == "Even a repair for nothing would not pay."
    assert "the quote of 500 EUR is above that" in said[1].reason
    assert "the quote of 500 EUR is below that" in said[2].reason


def test_without_a_quote_the_limit_is_the_answer() -> None:
    open_question = replace(recorded(), quote=None)
    found = asked(open_question)
    said = verdict(found.decision)
    assert said.answer == DEPENDS
    assert said.sentence.startswith("It depends on the quote: a repair is worth at most ")
    assert next(one for one in walk(explain(found.decision)["breakeven"]) if one.key == "quote").value is None
    sure = verdict(asked(replace(open_question, energy=10_000_000)).decision)
    assert (sure.answer, sure.sentence) == (REPLACE, "Replace: even a repair for nothing would not pay.")


def test_nothing_on_record_is_no_ground_for_a_confident_answer() -> None:
    unknown = unit_failing(None, None, ModelRecord(), None, NOW)
    assert unknown.fit.prior_only
    prior = Flag("prior_only", "No unit of this model is on record.")
    bare = replace(recorded(), failing=unknown, failures=unknown.yearly, price=2_000, flags=(prior,))
    said = verdict(asked(bare).decision)
    assert said.answer == DEPENDS
    assert "which nobody knows" in said.sentence
    assert verdict(asked(edit(bare, FIELD["failures"], "6")).decision).answer == REPLACE


def test_a_caution_goes_with_the_estimate_that_it_was_about() -> None:
    few, thin, said = (
        Flag("few_costs", "Two costs."),
        Flag("thin_fleet", "Few failures."),
        Flag("quote_expired", "x"),
    )
    base = replace(recorded(), flags=(few, thin, said))

    def codes(inputs: Inputs) -> set[str]:
        return {flag.code for flag in asked(inputs).decision.flags}

    assert codes(base) == {"few_costs", "thin_fleet", "quote_expired"}
    assert codes(edit(base, FIELD["repair"], "700")) == {"thin_fleet", "quote_expired"}
    assert codes(edit(base, FIELD["failures"], "1")) == {"few_costs", "quote_expired"}


def test_the_talk_says_the_numbers_of_the_answer() -> None:
    found = asked(recorded())
    talk = talk_track(found.decision)
    assert talk[0].startswith("We expect ")
    assert "Unit 7" in talk[0]
    assert any(verdict(found.decision).sentence in line for line in talk)


def test_every_result_opens_down_to_the_visits() -> None:
    found = asked(recorded())
    figures = explain(found.decision, ways=found.ways, record=record())
    assert list(figures)[:3] == ["saving", "probability", "breakeven"]
    assert figures["saving"].value == found.decision.saving.mean
    assert {one.ref for one in walk(figures["saving"]) if one.ref} == {"V-1", "V-2", "V-3"}
    failures = next(one for one in walk(figures["saving"]) if one.key == "record")
    assert [one.value for one in failures.inputs] == [40_000, 60_000]
    assert failures.origin.source is Source.HISTORY
    quote = next(one for one in walk(figures["breakeven"]) if one.key == "quote")
    assert quote.origin == Origin(Source.QUOTE, "Q-12")
    brief = explain(found.decision)
    assert {key: one.value for key, one in brief.items()} == {key: one.value for key, one in figures.items()}
    assert not any(one.ref for top in brief.values() for one in walk(top))


def test_the_parts_of_a_figure_add_up_and_no_number_is_nan() -> None:
    found = asked(replace(recorded(), tax=0.25, escalator=0.02))
    figures = explain(found.decision, ways=found.ways, record=record())
    everything = [one for top in figures.values() for one in walk(top)]
    assert all(one.value is None or math.isfinite(one.value) for one in everything)
    assert not any("nan" in shown(one, "EUR").lower().split() for one in everything)

    def named(key: str) -> Figure:
        return next(one for one in everything if one.key == key)

    for key in ("keep.npv", "replace.npv"):
        assert sum(part.value or 0 for part in named(key).inputs) == pytest.approx(named(key).value)
    same, keep, gap = (named(key).value for key in ("replace.same", "keep.npv", "gap"))
    assert keep is not None
    assert same is not None
    assert gap == pytest.approx(keep - same)
