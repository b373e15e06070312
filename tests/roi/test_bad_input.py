"""What nobody should enter, and records sometimes hold: a flag or an error that names the field, never a NaN."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch_tui.desk.failing import NOTHING, ModelRecord, new_failing, unit_failing
from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.coming import coming, kept
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.figures import shown, walk
from dispatch_tui.roi.history import YEAR, CostEvent, Window, history
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.kept import result_kept
from dispatch_tui.roi.many import Batch, outcomes
from dispatch_tui.roi.sensitivity import tornado
from dispatch_tui.roi.talk import talk_track
from dispatch_tui.roi.usage import Reading, recorded_usage
from dispatch_tui.roi.verdict import DEPENDS, verdict
from dispatch_tui.roi.ways import ways
from tests.roi.test_inputs import NOW, START, asked, recorded


def numbers(found: Answer) -> Iterable[float]:
    decision = found.decision
    for figure in explain(decision, ways=found.ways).values():
        for one in walk(figure):
            assert "nan" not in shown(one, "EUR").lower()
            if one.value is not None:
                yield one.value
    yield from (value for value in result_kept(decision).values() if isinstance(value, float))
    yield from (value for one in coming(decision) for value in (one.mean, one.low, one.high, one.new))
    yield from (one.more for one in kept(decision))
    yield from (value for one in ways(decision) for value in (one.outlay, one.yearly, one.more))
    yield from (value for one in tornado(decision) for value in (one.saving_low, one.saving_high))


def flags(inputs: Inputs) -> set[str]:
    """The cautions of an answer, every number of which is finite."""
    found = asked(inputs)
    assert all(math.isfinite(value) for value in numbers(found))
    assert "nan" not in " ".join(talk_track(found.decision)).lower()
    return {flag.code for flag in found.decision.flags}


def with_failures(*at: float) -> Inputs:
    """The unit with failures so many years after the start of its record, and no fleet."""
    events = [
        CostEvent(f"V-{number}", START + year * YEAR, 40_000, "EUR", failure=True)
        for number, year in enumerate(at)
    ]
    record = history(events, Window(START, NOW), "EUR")
    failing = unit_failing(record, START - YEAR, ModelRecord(), None, NOW)
    fresh = new_failing(failing, NOTHING, None)
    return replace(
        recorded(),
        failing=failing,
        new_failing=fresh,
        failures=failing.yearly,
        new_failures=fresh.yearly,
        flags=(*record.flags, *failing.fit.flags, *failing.unit.flags),
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"price": None}, "challenger.price"),
        ({"life": None}, "challenger.life"),
        ({"life": 0}, "challenger.life"),
        ({"life": 61}, "challenger.life"),
        ({"rate": -0.01}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"expected_usage": 0.0}, "expected_usage"),
        ({"expected_usage": math.nan}, "expected_usage"),
        ({"quote": -1}, "quote"),
        ({"tax": 1.0}, "tax"),
        ({"horizon": 0}, "horizon"),
        ({"failures": None}, "failures"),
        ({"component": 100, "component_share": 1.5}, "component.share"),
        ({"value_loss": 1.5}, "value_loss"),
        ({"life": 10**12}, "challenger.life"),
        ({"horizon": 10**12}, "horizon"),
        ({"book": 5, "book_years": 1e12}, "defender.book_years"),
        ({"paying": "loan", "finance_rate": 0.05, "finance_years": 10**12}, "challenger.finance_years"),
    ],
)
def test_an_impossible_or_missing_input_is_named(changed: dict[str, float | str | None], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(replace(recorded(), **changed))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert refused.value.reason


def test_without_an_install_date_the_age_plays_no_part_and_is_flagged() -> None:
    assert "age_unknown" in flags(replace(recorded(), age_years=None))


def test_without_a_quote_only_the_limit_is_an_answer() -> None:
    found = asked(replace(recorded(), quote=None))
    assert verdict(found.decision).answer == DEPENDS
    assert all(math.isfinite(value) for value in numbers(found))


def test_a_meter_that_ran_backwards_is_flagged_and_its_step_left_out() -> None:
    readings = [
        Reading(START + year * YEAR, value) for year, value in ((0, 0.0), (1, 900.0), (2, 100.0), (3, 1000.0))
    ]
    used, said = recorded_usage(readings)
    assert used == pytest.approx(600)  # 900 and 900 in three years
    assert "meter_backwards" in flags(
        replace(recorded(), recorded_usage=used, expected_usage=600.0, flags=said)
    )


def test_a_meter_that_stood_still_scales_nothing() -> None:
    assert "no_usage" in flags(replace(recorded(), recorded_usage=0.0, expected_usage=100.0))


@pytest.mark.parametrize(
    ("at", "code"), [((), "prior_only"), ((2.0,), "thin_fleet"), ((2.0, 2.0), "same_instant")]
)
def test_none_one_or_two_failures_at_one_instant(at: tuple[float, ...], code: str) -> None:
    assert code in flags(with_failures(*at))


def test_with_no_failure_anywhere_there_is_no_confident_answer() -> None:
    assert verdict(asked(with_failures()).decision).answer == DEPENDS


def test_costs_in_another_currency_are_left_out_and_flagged() -> None:
    events = [
        CostEvent("V-1", START + timedelta(days=9), 40_000, "EUR", failure=True),
        CostEvent("V-2", START + timedelta(days=99), 40_000, "USD", failure=True),
    ]
    record = history(events, Window(START, NOW), "EUR")
    assert "other_currency" in {flag.code for flag in record.flags}
    assert sum(year.total for year in record.years) == 40_000


def test_a_fleet_says_per_unit_what_is_missing_and_ranks_the_rest() -> None:
    good = recorded()
    bad = [replace(good, price=None), replace(good, life=None), replace(good, expected_usage=0.0)]
    found = outcomes(Batch((1, 2, 3, 4), (good, *bad)), seed=1, paths=200)
    assert [bool(one.problem) for one in found] == [False, True, True, True]
    assert ["price" in found[1].problem, "life" in found[2].problem, "above 0" in found[3].problem] == [
        True
    ] * 3
    assert all(math.isfinite(one.saving) and math.isfinite(one.probability) for one in found)
