"""Answers to the areas of money: time value, life-cycle factors; tax and replacement have files of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from dispatch_tui.errors import NoAnswer
from dispatch_tui.roi import depreciation, finance, loans
from tests.cases import excel_rows
from tests.cases.published import Answer, Question
from tests.cases.roi_money_replacement import replacement
from tests.cases.roi_money_tax import after_tax

Given = Mapping[str, Any]

_PERIODS_A_YEAR = {"day": 365, "month": 12, "year": 1, "period": 1}


def finance_functions(question: Question) -> dict[str, Any]:
    given = question.given
    if "file" in given:
        rows, wrong = excel_rows.mismatches(question.find(given["file"]), question.tolerance.get("value"))
        return {"rows": rows, "mismatches": len(wrong)}
    found: dict[str, Any] = {}
    if "end_of_period_flows" in given:
        now = _first(given, "initial", "initial_flow", "initial_cost", "flow_now", default=0.0)
        found["npv"] = finance.npv_excel(given["rate"], given["end_of_period_flows"]) + now
    if "flows" in given:
        found |= _dated(given) if "dates" in given else _periodic(question)
    if "cost" in given and "salvage" in given:
        found |= _charges(question)
    if "nper" in given or "periods" in given:
        found |= _payments(given)
    return found | _factors(given)


def lcc(question: Question) -> dict[str, Any]:
    """Factors of life-cycle costing (NIST Handbook 135), and the Fisher relation solved for what is wanted."""
    given = question.given
    found = _factors(given)
    if {"real", "nominal"} <= given.keys():
        found["inflation"] = finance.inflation_between(given["real"], given["nominal"])
    elif {"real", "inflation"} <= given.keys():
        found["nominal"] = finance.nominal_rate(given["real"], given["inflation"])
    elif {"nominal", "inflation"} <= given.keys():
        found["real"] = finance.real_rate(given["nominal"], given["inflation"])
    if "savings" in given or "annual_savings" in given:
        years = _first(given, "n", "years", "life")
        savings = _first(given, "savings", "annual_savings")
        each = list(savings) if isinstance(savings, Sequence) else [savings] * years
        outlay = _first(given, "investment", "first_cost")
        ratio = finance.savings_to_investment(given["rate"], outlay, each)
        earned = _first(given, "reinvest_rate", "rate")
        found |= {
            "sir": ratio,
            "airr": finance.adjusted_rate_of_return(ratio, earned, len(each)),
            "net_savings": ratio * outlay - outlay,
        }
    return found


def _dated(given: Given) -> dict[str, Any]:
    days = [date.fromisoformat(day) for day in given["dates"]]
    found: dict[str, Any] = {
        "xirr": _or_none(lambda: finance.irr_dated(given["flows"], days, given.get("guess"))),
        "roots": [
            one.rate for one in _or_none(lambda: finance.rates_of_return_dated(given["flows"], days)) or ()
        ],
    }
    if "rate" in given:
        found["xnpv"] = finance.npv_dated(given["rate"], given["flows"], days)
    return found


def _periodic(question: Question) -> dict[str, Any]:
    given, flows = question.given, question.given["flows"]
    rates = _or_none(lambda: finance.rates_of_return(flows)) or ()
    found: dict[str, Any] = {
        "irr": _or_none(lambda: finance.irr(flows, given.get("guess"))),
        "roots": [one.rate for one in rates],
        "n_roots": len(rates),
        "multiplicity": [one.multiplicity for one in rates],
        "double_root": any(one.double for one in rates),
        "payback": finance.payback(flows),
    }
    for name in question.wanted:
        if part := re.fullmatch(r"irr_?(\d+)", name):  # after so many years
            found[name] = finance.irr(flows[: int(part[1]) + 1])
    if "rate" in given:
        rate, years = given["rate"], len(flows) - 1
        found |= {
            "npv": finance.npv(rate, flows),
            "discounted_payback": finance.payback_discounted(rate, flows),
            "eac": finance.equivalent_annual(rate, years, finance.npv(rate, flows)),
        }
    if "finance_rate" in given:
        pay, earn = given["finance_rate"], given["reinvest_rate"]
        found["mirr"] = finance.mirr(flows, pay, earn)
        for name in question.wanted:
            if part := re.fullmatch(r"mirr(\d+)", name):  # after so many years
                found[name] = finance.mirr(flows[: int(part[1]) + 1], pay, earn)
            elif part := re.fullmatch(r"mirr_(\d+)", name):  # where so many per cent are earned
                found[name] = finance.mirr(flows, pay, int(part[1]) / 100)
    return found


def _charges(question: Question) -> dict[str, Any]:
    """Depreciation by method and period: ``sln``, ``syd3``, ``month1``, ``year2_factor15``, or lists by period."""
    given = question.given
    cost, salvage, life = given["cost"], given["salvage"], _first(given, "life", "life_years")
    factor, months = (
        given.get("factor", 2.0),
        _first(given, "month", "months", "months_first_year", default=12),
    )
    by_method: dict[str, Callable[[int], float]] = {
        "syd": lambda period: depreciation.sum_of_years_digits(cost, salvage, life, period),
        "db": lambda period: depreciation.fixed_declining_balance(cost, salvage, life, period, months),
        "ddb": lambda period: depreciation.declining_balance(cost, salvage, life, period, factor),
    }
    found: dict[str, Any] = {"sln": depreciation.straight_line(cost, salvage, life)}
    if "start" in given:
        span = given["start"], given["end"]
        switch = not given.get("no_switch", False)
        found["vdb"] = depreciation.variable_declining_balance(
            cost, salvage, life, *span, factor, switch=switch
        )
    for name, wanted in question.wanted.items():
        if name in by_method:
            one = by_method[name]
            found[name] = (
                [one(k + 1) for k in range(len(wanted))] if isinstance(wanted, list) else one(given["period"])
            )
        elif part := re.fullmatch(r"(syd|db|ddb)_?(\d+)", name):
            found[name] = by_method[part[1]](int(part[2]))
        elif part := re.fullmatch(
            r"(day|month|year|period)s?_?(\d+)(?:_(?:to_)?(\d+))?(?:_factor_?(\d)(\d*))?", name
        ):
            parts = _PERIODS_A_YEAR[part[1]]
            if "month" in given or "months_first_year" in given:
                found[name] = by_method["db"](int(part[2]))
                continue
            speed = float(f"{part[4]}.{part[5] or 0}") if part[4] else factor
            asset = cost, salvage, life * parts
            found[name] = (
                depreciation.variable_declining_balance(*asset, int(part[2]), int(part[3]), speed)
                if part[3]
                else depreciation.declining_balance(*asset, int(part[2]), speed)
            )
    return found


def _payments(given: Given) -> dict[str, Any]:
    """Excel's and numpy-financial's PMT, PV and FV: what comes in is positive."""
    rate, periods = given["rate"], int(_first(given, "nper", "periods"))
    in_advance = given.get("when", given.get("type", 0)) in (1, "begin", "1")
    found = {}
    if "pmt" in given:
        found["pv"] = -loans.present_value(
            rate, periods, given["pmt"], given.get("fv", 0.0), in_advance=in_advance
        )
        found["fv"] = -loans.future_value(
            rate, periods, given["pmt"], given.get("pv", 0.0), in_advance=in_advance
        )
    elif "pv" in given:
        borrowed = loans.Loan(
            principal=given["pv"],
            rate=rate,
            periods=periods,
            balloon=-given.get("fv", 0.0),
            in_advance=in_advance,
        )
        found["pmt"] = -loans.payment(borrowed)
    return found


def _factors(given: Given) -> dict[str, Any]:
    """Interest factors under the names that textbooks and tables give them."""
    if not ("rate" in given and {"n", "years"} & given.keys()):
        return {}
    rate, n = given["rate"], _first(given, "n", "years")
    single, even = finance.discount_factor(rate, n), finance.annuity_factor(rate, n)
    recovery, fund = finance.capital_recovery(rate, n), finance.sinking_fund(rate, n)
    found: dict[str, Any] = dict.fromkeys(("spv", "P/F", "pf", "discount_factor"), single)
    found |= dict.fromkeys(("upv", "P/A", "pa", "annuity_factor"), even)
    found |= dict.fromkeys(("crf", "A/P", "ap", "capital_recovery"), recovery)
    found |= dict.fromkeys(("sff", "A/F", "af", "sinking_fund"), fund)
    found |= dict.fromkeys(("F/P", "fp"), 1 / single) | dict.fromkeys(("F/A", "fa"), 1 / fund)
    found |= dict.fromkeys(("P/G", "pg"), finance.arithmetic_gradient(rate, n))
    found |= dict.fromkeys(("A/G", "ag"), finance.arithmetic_gradient_annual(rate, n))
    growth = _first(given, "escalation", "escalator", "e", "growth", "g", default=None)
    if growth is not None:
        escalated = finance.escalated_annuity_factor(rate, growth, n)
        found |= dict.fromkeys(("upv_star", "upv*", "upvstar", "mupv"), escalated)
        found |= dict.fromkeys(("P/A,g", "pag"), finance.geometric_gradient(rate, growth, n))
    return found


def _first(given: Given, *names: str, **default: Any) -> Any:
    """The first of ``names`` that is given; ``default=`` where none need be."""
    for name in names:
        if name in given:
            return given[name]
    if default:
        return default["default"]
    raise LookupError(f"none of {names} is among the inputs {list(given)}")


def _or_none(question: Callable[[], Any]) -> Any:
    """The answer, or ``None`` where there is none."""
    try:
        return question()
    except NoAnswer:
        return None


ANSWERS: dict[str, Answer] = {
    "finance_functions": finance_functions,
    "lcc": lcc,
    "aftertax_macrs": after_tax,
    "econ_replacement": replacement,
}
