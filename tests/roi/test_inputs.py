"""What people type, and the case that the inputs make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.costs import YEAR, CostEvent, Window, history
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.figures import walk
from dispatch_tui.roi.forecast import forecast
from dispatch_tui.roi.inputs import FIELDS, Field, Inputs, case_from, edit, parse
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.replacement import compare

FIELD = {field.name: field for field in FIELDS}
START = datetime(2022, 1, 1, tzinfo=UTC)


def recorded() -> Inputs:
    """Two repairs of 400 and 600 in 4 years, 8 hours down, one inspection of 80."""
    events = [
        CostEvent("V-1", START + YEAR, 40_000, "EUR", failure=True, downtime_hours=6),
        CostEvent("V-2", START + 2 * YEAR, 60_000, "EUR", failure=True, downtime_hours=2),
        CostEvent("V-3", START + 3 * YEAR, 8_000, "EUR", failure=False),
    ]
    expected = forecast(history(events, Window(START, START + 4 * YEAR), "EUR"))
    return Inputs(
        unit="Unit 7",
        challenger="Model N",
        currency="EUR",
        quote=50_000,
        repairs=expected.per_year,
        other_work=expected.other_per_year,
        downtime=expected.downtime_hours_per_year,
        price=200_000,
        life=8,
        new_repairs=10_000,
        downtime_price=1_000,
        forecast=expected,
    )


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


def test_the_case_of_a_history() -> None:
    case = case_from(recorded())
    old = {stream.name: stream for stream in case.defender.streams}
    assert old["repairs"].per_year == pytest.approx(25_000)
    assert old["other work"].per_year == pytest.approx(2_000)
    assert old["downtime"].per_year == pytest.approx(2 * 1_000)
    new = {stream.name: stream for stream in case.challenger.streams}
    assert new["downtime"].per_year == pytest.approx(2_000 * 10_000 / 25_000)


def test_more_use_costs_more_on_both_sides_but_not_more_planned_work() -> None:
    case = case_from(replace(recorded(), recorded_usage=1_000, expected_usage=2_000))
    old = {stream.name: stream.per_year for stream in case.defender.streams}
    assert (old["repairs"], old["downtime"], old["other work"]) == pytest.approx((50_000, 4_000, 2_000))
    assert case.challenger.streams[0].per_year == pytest.approx(20_000)


@pytest.mark.parametrize(("name", "field"), [("repairs", "repairs"), ("new_repairs", "challenger.repairs")])
def test_what_is_missing_is_named(name: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        case_from(replace(recorded(), **{name: None}))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_typed_value_is_the_operators_and_no_longer_an_estimate() -> None:
    before = compare(case_from(recorded()))
    typed = edit(recorded(), FIELD["repairs"], "400")
    after = compare(case_from(typed))
    assert typed.origin(FIELD["repairs"]).source is Source.OPERATOR
    assert after.case.defender.repairs is not None
    assert (after.case.defender.repairs.per_year, after.case.defender.repairs.low) == (40_000, None)
    assert after.saving_per_year > before.saving_per_year
    assert {flag.code for flag in before.flags} > {flag.code for flag in after.flags}
    assert {one.ref for one in walk(explain(before)["keep.npv"]) if one.ref} == {"V-1", "V-2", "V-3"}
    repairs = next(one for one in walk(explain(after)["keep.npv"]) if one.key == "defender.repairs")
    assert repairs.inputs == ()


def test_every_field_can_be_edited_and_counts() -> None:
    """No input is only for show: each one moves the result of one case or another."""
    base = replace(recorded(), recorded_usage=1_000, expected_usage=1_000)
    start = compare(case_from(base))

    def moved(field: Field) -> bool:
        after = compare(case_from(edit(base, field, "3" if field.name in ("life", "horizon") else "77")))
        return (after.keep.npv, after.replace.npv) != (start.keep.npv, start.replace.npv)

    assert [field.name for field in FIELDS if not moved(field)] == []
