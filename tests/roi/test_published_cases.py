"""Published cases that the time value of money answers, chosen by area and fields, never by their ids."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dispatch_tui.roi import finance
from tests.conftest import Shared


def _flat(way: dict[str, Any], years: int, costs: str) -> list[float]:
    given = way[costs]
    return list(given) if isinstance(given, list) else [given] * years


def _npv(given: dict[str, Any]) -> dict[str, Any]:
    return {"npv": finance.npv_excel(given["rate"], given["end_of_period_flows"])}


def _dated(given: dict[str, Any]) -> dict[str, Any]:
    days = [date.fromisoformat(day) for day in given["dates"]]
    return {
        "xnpv": finance.npv_dated(given["rate"], given["flows"], days),
        "xirr": finance.irr_dated(given["flows"], days),
    }


def _irr(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "irr": finance.irr(given["flows"]),
        "roots": [one.rate for one in finance.rates_of_return(given["flows"])],
    }


def _mirr(given: dict[str, Any]) -> dict[str, Any]:
    flows, pay, earn = given["flows"], given["finance_rate"], given["reinvest_rate"]
    return {
        "mirr": finance.mirr(flows, pay, earn),
        "irr": finance.irr(flows),
        "mirr5": finance.mirr(flows, pay, earn),
        "mirr3": finance.mirr(flows[:4], pay, earn),
        "mirr_14": finance.mirr(flows, pay, 0.14),
    }


def _factors(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "spv": finance.discount_factor(given["rate"], given["n"]),
        "upv": finance.annuity_factor(given["rate"], given["n"]),
    }


def _inflation(given: dict[str, Any]) -> dict[str, Any]:
    return {"inflation": finance.inflation_between(given["real"], given["nominal"])}


def _unequal_lives(given: dict[str, Any]) -> dict[str, Any]:
    return {
        f"eac_{name}": finance.equivalent_annual(given["rate"], way["life"], way["first_cost"])
        + way["maintenance"]
        for name, way in given.items()
        if isinstance(way, dict)
    }


def _viewpoints(given: dict[str, Any]) -> dict[str, Any]:
    """Insider: the trade-in lowers the challenger's price; outsider: keeping forgoes it."""
    rate, years, old, new = given["rate"], given["years"], given["defender"], given["challenger"]
    market = old["market_value_now"]

    def yearly(first: float, way: dict[str, Any]) -> float:
        flows = [first, *_flat(way, years, "om")]
        flows[-1] -= way["salvage"]
        return finance.equivalent_annual(rate, years, finance.npv(rate, flows))

    keep, swap = yearly(market, old), yearly(new["first_cost"], new)
    increments = [old["om"], new["om"]]
    flow = [market - new["first_cost"]]
    if all(isinstance(one, list) for one in increments):
        flow += [a - b for a, b in zip(*increments, strict=True)]
        flow[-1] += new["salvage"] - old["salvage"]
    return {
        "insider_defender_aec": yearly(0, old),
        "insider_challenger_aec": yearly(new["first_cost"] - market, new),
        "outsider_defender_aec": keep,
        "outsider_challenger_aec": swap,
        "difference": keep - swap,
        "incremental_flow": flow,
        "euac_diff": swap - keep,
    }


def _own_lives(given: dict[str, Any]) -> dict[str, Any]:
    old, new, rate = given["defender"], given["challenger"], given["rate"]
    costs = [old["market_value_now"] + old["repair_now"], *old["om"]]
    costs[-1] -= old["salvage_end"]
    keep, swap = finance.npv(rate, costs), finance.npv(rate, [new["first_cost"], *new["year_costs"]])
    return {
        "defender_pw": keep,
        "defender_aec": finance.equivalent_annual(rate, old["life"], keep),
        "challenger_pw": swap,
        "challenger_aec": finance.equivalent_annual(rate, new["life"], swap),
    }


def _defender_alone(given: dict[str, Any]) -> dict[str, Any]:
    old, rate = given["defender"], given["rate"]
    flows = [old["opportunity_cost"], *[old["annual_cost"]] * old["years"]]
    flows[-1] -= old["salvage"]
    return {"aec": finance.equivalent_annual(rate, old["years"], finance.npv(rate, flows))}


def _increment(given: dict[str, Any]) -> dict[str, Any]:
    """What the challenger costs a year more than the defender."""
    flows = [given["incremental_first_cost"], *[-given["annual_saving"]] * given["years"]]
    flows[-1] -= given["challenger_salvage"]
    value = finance.npv(given["rate"], flows)
    return {"euac_diff": finance.equivalent_annual(given["rate"], given["years"], value)}


SOLVERS = [
    ("finance_functions", {"rate", "end_of_period_flows"}, _npv),
    ("finance_functions", {"flows", "dates", "rate"}, _dated),
    ("finance_functions", {"flows", "finance_rate", "reinvest_rate"}, _mirr),
    ("finance_functions", {"flows"}, _irr),
    ("lcc", {"rate", "n"}, _factors),
    ("lcc", {"real", "nominal"}, _inflation),
    ("econ_replacement", {"rate", "A", "B"}, _unequal_lives),
    ("econ_replacement", {"rate", "years", "defender", "challenger"}, _viewpoints),
    ("econ_replacement", {"rate", "defender", "challenger", "note"}, _own_lives),
    ("econ_replacement", {"rate", "defender"}, _defender_alone),
    ("econ_replacement", {"rate", "years", "incremental_first_cost"}, _increment),
]
"""The area, the inputs that a case must have, and what answers it; the first that fits is taken."""


def _check(case: dict[str, Any], answers: dict[str, Any]) -> None:
    for name, wanted in case["expected"].items():
        tolerance = case["tolerance"]
        if isinstance(tolerance, dict):
            tolerance = tolerance[name] if name in tolerance else tolerance["*"]
        assert answers[name] == pytest.approx(wanted, abs=tolerance, rel=0), (case["id"], name)


def test_published_cases(shared: Shared) -> None:
    answered = 0
    for case in json.loads((shared / "cases/roi.json").read_text()):
        given = case["inputs"]
        solve = next((f for area, need, f in SOLVERS if area == case["area"] and need <= set(given)), None)
        if solve is None:
            continue
        _check(case, solve(given))
        answered += 1
    assert answered >= 16


def _rows(path: Any) -> list[list[str]]:
    with path.open(newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    assert rows
    return rows


def _numbers(text: str) -> list[float]:
    return [float(one) for one in text.split(";")]


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC).date()


def test_excel_npv(shared: Shared) -> None:
    for rate, flows, wanted in _rows(shared / "cases/excel_npv.open.csv"):
        assert finance.npv_excel(float(rate), _numbers(flows)) == pytest.approx(float(wanted), rel=1e-6)


def test_excel_irr(shared: Shared) -> None:
    for flows, _guess, wanted in _rows(shared / "cases/excel_irr.open.csv"):
        assert finance.irr(_numbers(flows)) == pytest.approx(float(wanted), rel=1e-6)


def test_excel_mirr(shared: Shared) -> None:
    for flows, pay, earn, wanted in _rows(shared / "cases/excel_mirr.open.csv"):
        found = finance.mirr(_numbers(flows), float(pay), float(earn))
        assert found == pytest.approx(float(wanted), rel=1e-6)


def test_excel_xirr(shared: Shared) -> None:
    for flows, days, _guess, wanted in _rows(shared / "cases/excel_xirr.open.csv"):
        found = finance.irr_dated(_numbers(flows), [_day(one) for one in days.split(";")])
        # Excel stops iterating at 0.000001 %: where the rate is exactly 0 it prints 3.7e-09
        assert found == pytest.approx(float(wanted), rel=1e-5, abs=1e-8)
