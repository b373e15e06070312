"""Noughts that people type: the answer is that of a number next to it, and every figure is one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.explain_years import explain_year
from dispatch_tui.roi.failures.event_costs import fit_costs
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.prior import rated
from dispatch_tui.roi.figures import Figure, Unit, shown, walk
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.kept import result_kept
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.roi.sensitivity import Bar, tornado
from dispatch_tui.roi.talk import talk_track

NOBODY = Failing(fit_fleet((), prior=rated(4.0)), fit_costs((), assumed=40_000))
PATHS = 2_600


def inputs(**values: Any) -> Inputs:
    plain = Inputs(
        unit="U",
        challenger="X9",
        currency="EUR",
        quote=300_000,
        market_value=50_000,
        failures=2.0,
        repair=40_000,
        price=900_000,
        life=8,
        new_failures=0.5,
        new_repair=40_000,
        changeover=20_000,
        failing=NOBODY,
        new_failing=NOBODY,
    )
    return replace(plain, **values)


def asked(**values: Any) -> Answer:
    return answer(inputs(**values), seed=1, paths=PATHS)


@pytest.mark.parametrize("field", ["failures", "new_failures"])
def test_no_failures_at_all_is_the_limit_of_ever_fewer(field: str) -> None:
    none, hardly = asked(**{field: 0.0}).decision, asked(**{field: 1e-9}).decision
    assert none.futures.ways["keep" if field == "failures" else "X9"].rates.tolist() == [1.0] * PATHS
    assert none.probability == hardly.probability
    assert none.saving.mean == pytest.approx(hardly.saving.mean)
    assert (none.saving.low, none.saving.high) == pytest.approx((hardly.saving.low, hardly.saving.high))
    assert none.evpi == pytest.approx(hardly.evpi)
    assert none.limit.mean == pytest.approx(hardly.limit.mean)
    few = asked(**{field: 0.001}).decision
    assert none.probability == pytest.approx(few.probability, abs=0.02)


def test_a_successor_that_never_fails_makes_nothing_certain() -> None:
    found = asked(new_failures=0.0).decision
    assert 0.15 < found.probability < 0.3
    assert found.gaps.std() > 10_000


@pytest.mark.parametrize("field", ["failures", "new_failures"])
def test_the_other_bars_are_those_of_the_limit(field: str) -> None:
    none, hardly = (bars(asked(**{field: value}).decision) for value in (0.0, 1e-9))
    gone = "defender.failures" if field == "failures" else "challenger.failures"
    assert gone not in none  # ten times nothing is nothing
    assert none.keys() == hardly.keys() - {gone}
    for key, bar in none.items():
        other = hardly[key]
        assert (bar.saving_low, bar.saving_high) == pytest.approx((other.saving_low, other.saving_high)), key
        assert bar.turns_at == pytest.approx(other.turns_at, rel=1e-6), key


def bars(decision: Decision) -> dict[str, Bar]:
    return {one.key: one for one in tornado(decision)}


@pytest.mark.parametrize(
    "noughts",
    [
        {"failures": 0.0, "new_failures": 0.0},
        {"repair": 0, "new_repair": 0},
        {"price": 0, "changeover": 0},
        {
            "price": 0,
            "overrun": 0,
            "lost_days": 0,
            "tax": 0,
            "paying": "loan",
            "finance_years": 1,
            "finance_rate": 0.0,
        },
        {"paying": "lease", "finance_years": 3, "lease": 0},
        {"quote": 0, "market_value": 0, "rate": 0.0, "value_loss": 0.0},
        {"recorded_usage": 0.0, "expected_usage": 1_000.0},
        {"quote": None, "component": 0, "component_share": 0.0},
        {"failures": 0.0, "new_failures": 0.0, "repair": 0, "new_repair": 0, "price": 0, "quote": 0},
    ],
    ids=str,
)
def test_every_figure_of_noughts_is_a_number(noughts: dict[str, Any]) -> None:
    found = asked(**noughts)
    decision = found.decision
    figures = [
        *explain(decision, ways=found.ways).values(),
        *(explain_year(decision, year, ways=found.ways, record=None) for year in (0, 1)),
    ]
    for one in (below for figure in figures for below in walk(figure)):
        assert one.value is None or math.isfinite(one.value), one.key
        assert not shown(one, "EUR").startswith("-0.0 "), one.key
    assert all(math.isfinite(bar.swing) for bar in tornado(decision))
    assert all(math.isfinite(value) for value in result_kept(decision).values() if isinstance(value, float))
    assert "nan" not in " ".join(talk_track(decision))


def test_hours_are_only_promised_where_there_is_one() -> None:
    few = asked(hours_down=0.2).decision
    assert 0 < few.downtime.mean < 0.5
    assert not any("standstill" in line for line in talk_track(few))
    one = asked(hours_down=1.0).decision
    assert any(f"about {one.downtime.mean:.0f} hours" in line for line in talk_track(one))


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.HOURS_A_YEAR, -0.04, "0.0 h a year"),
        (Unit.HOURS_A_YEAR, -0.06, "-0.1 h a year"),
        (Unit.RATE, -0.0004, "0.0 %"),
        (Unit.RATE, -0.0006, "-0.1 %"),
    ],
)
def test_nothing_has_no_sign(unit: Unit, value: float, words: str) -> None:
    assert shown(Figure("one", "One", value, unit), "EUR") == words
