"""Answers to the areas of money: time value, life-cycle factors; tax and replacement have files of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from dispatch_tui.errors import NoAnswer
from dispatch_tui.roi import depreciation, finance, loans
from tests.cases import excel_rows
from tests.cases.published import Answer, Question
from tests.cases.roi_money_replacement import replacement
from tests.cases.roi_money_tax import after_tax
from tests.cases.spellings import Given, read, resolved

_PERIODS_A_YEAR = {"day": 365, "month": 12, "year": 1, "period": 1}

_SPELLINGS = {
    "rate": r"rate|(discount|interest)_rate",
    "n": r"n|years",
    "escalation": r"escalation(_rate)?|escalator|e|growth(_rate)?|g",
    "flows": r"(cash_?)?flows",
    "dates": r"dates",
    "guess": r"guess",
    "finance_rate": r"finance_rate",
    "reinvest_rate": r"reinvest(ment)?_rate",
}
_FINANCE = _SPELLINGS | {
    "file": r"file",
    "end_flows": r"end_of_period_flows",
    "flow_now": r"initial|initial_flow|flow_now",
    "outlay": r"(initial|first)_(cost|investment|outlay)|investment",
    "cost": r"cost",
    "salvage": r"salvage(_value)?",
    "life": r"life(_years)?",
    "months": r"months?|months_(in_)?first_year",
    "period": r"period|per|year",
    "factor": r"factor",
    "start": r"start(_period)?",
    "end": r"end(_period)?",
    "no_switch": r"no_switch",
    "nper": r"nper|periods|n_periods",
    "pmt": r"pmt|payment",
    "pv": r"pv",
    "fv": r"fv",
    "when": r"when|type",
}
_LCC = _SPELLINGS | {
    "n": r"n|years|life|study_period",
    "real": r"real(_rate)?",
    "nominal": r"nominal(_rate)?",
    "inflation": r"inflation(_rate)?",
    "savings": r"(annual_)?savings?(_by_year)?",
    "outlay": r"(initial_)?investment|(first|initial)_cost",
}
_FLOWS = ("flows", "dates", "guess", "rate", "finance_rate", "reinvest_rate", "flow_now", "outlay")
_CHARGES = ("cost", "salvage", "life", "months", "period", "factor", "start", "end", "no_switch")
_PAYMENTS = ("rate", "nper", "pmt", "pv", "fv", "when")
_FACTORS = ("rate", "n", "escalation")


def finance_functions(question: Question) -> dict[str, Any]:
    about, wanted = read(question.given, _FINANCE), question.wanted
    if "file" in about:
        rows, wrong = excel_rows.mismatches(question.find(about["file"]), question.tolerance.get("value"))
        return {"rows": rows, "mismatches": len(wrong)}
    if "end_flows" in about:
        return {"npv": finance.npv_excel(about["rate"], about["end_flows"]) + _now(about)}
    if "flows" in about:
        if about.get("n", len(about["flows"]) - 1) != len(about["flows"]) - 1:
            raise LookupError(f"{len(about['flows'])} flows for {about['n']} years")
        return resolved(_dated(about) if "dates" in about else _periodic(about, wanted), wanted)
    if {"cost", "salvage"} <= about.keys():
        return _charges(about, wanted)
    if "nper" in about:
        return _payments(about)
    return _factors(about)


def lcc(question: Question) -> dict[str, Any]:
    """Factors of life-cycle costing (NIST Handbook 135), and the Fisher relation solved for what is wanted."""
    about = read(question.given, _LCC)
    if "savings" in about:
        return _factors(about) | _saved(about)
    if {"real", "nominal"} <= about.keys():
        return {"inflation": finance.inflation_between(about["real"], about["nominal"])}
    if {"real", "inflation"} <= about.keys():
        return {"nominal": finance.nominal_rate(about["real"], about["inflation"])}
    if {"nominal", "inflation"} <= about.keys():
        return {"real": finance.real_rate(about["nominal"], about["inflation"])}
    return _factors(about)


def _saved(about: Given) -> dict[str, Any]:
    """Yearly savings as a list, or one amount: in today's prices where they rise (an escalation)."""
    savings, rate, outlay = about["savings"], about["rate"], about["outlay"]
    if isinstance(savings, list):
        if about.get("n", len(savings)) != len(savings) or "escalation" in about:
            raise LookupError("savings by year need neither an escalation nor another number of years")
        each = list(savings)
    else:
        growth = 1 + about.get("escalation", 0.0)
        each = [savings * growth ** (k + 1) for k in range(about["n"])]
    ratio = finance.savings_to_investment(rate, outlay, each)
    earned = about.get("reinvest_rate", rate)
    return {
        "sir": ratio,
        "airr": finance.adjusted_rate_of_return(ratio, earned, len(each)),
        "net_savings": ratio * outlay - outlay,
    }


def _now(about: Given) -> float:
    """What falls due now: a flow with its sign, or what is paid as its amount, whichever sign that was given."""
    return float(about.get("flow_now", 0.0) - abs(about.get("outlay", 0.0)))


def _dated(about: Given) -> dict[str, Any]:
    flows, days = about["flows"], [date.fromisoformat(day) for day in about["dates"]]
    found: dict[str, Any] = {
        "xirr": lambda: _or_none(lambda: finance.irr_dated(flows, days, about.get("guess"))),
        "roots": lambda: [
            one.rate for one in _or_none(lambda: finance.rates_of_return_dated(flows, days)) or ()
        ],
    }
    if "rate" in about:
        found["xnpv"] = lambda: finance.npv_dated(about["rate"], flows, days)
    return found


def _periodic(about: Given, wanted: Given) -> dict[str, Any]:
    """Flows from now on; where what falls due now stands for itself, they begin a year later."""
    flows = list(about["flows"])
    if {"flow_now", "outlay"} & about.keys():
        flows = [_now(about), *flows]
    rates = _or_none(lambda: finance.rates_of_return(flows)) or ()
    found: dict[str, Any] = {
        "irr": lambda: _or_none(lambda: finance.irr(flows, about.get("guess"))),
        "roots": [one.rate for one in rates],
        "n_roots": len(rates),
        "multiplicity": [one.multiplicity for one in rates],
        "double_root": any(one.double for one in rates),
        "payback": lambda: finance.payback(flows),
    }
    for name in wanted:
        if part := re.fullmatch(r"irr_?(\d+)", name):  # after so many years
            found[name] = finance.irr(flows[: int(part[1]) + 1])
    if "rate" in about:
        rate, years = about["rate"], len(flows) - 1
        found |= {
            "npv": lambda: finance.npv(rate, flows),
            "discounted_payback": lambda: finance.payback_discounted(rate, flows),
            "eac": lambda: finance.equivalent_annual(rate, years, finance.npv(rate, flows)),
        }
    if "finance_rate" in about:
        pay, earn = about["finance_rate"], about["reinvest_rate"]
        found["mirr"] = lambda: finance.mirr(flows, pay, earn)
        for name in wanted:
            if part := re.fullmatch(r"mirr(\d+)", name):  # after so many years
                found[name] = finance.mirr(flows[: int(part[1]) + 1], pay, earn)
            elif part := re.fullmatch(r"mirr_(\d+)", name):  # where so many per cent are earned
                found[name] = finance.mirr(flows, pay, int(part[1]) / 100)
    return found


def _charges(about: Given, wanted: Given) -> dict[str, Any]:
    """Depreciation by method and period: ``sln``, ``syd3``, ``month1``, ``year2_factor15``, or lists by period."""
    cost, salvage, life = about["cost"], about["salvage"], about["life"]
    factor, months = about.get("factor", 2.0), about.get("months", 12)
    by_method: dict[str, Callable[[int], float]] = {
        "syd": lambda period: depreciation.sum_of_years_digits(cost, salvage, life, period),
        "db": lambda period: depreciation.fixed_declining_balance(cost, salvage, life, period, months),
        "ddb": lambda period: depreciation.declining_balance(cost, salvage, life, period, factor),
    }
    found: dict[str, Any] = {"sln": depreciation.straight_line(cost, salvage, life)}
    if "start" in about:
        span = about["start"], about["end"]
        switch = not about.get("no_switch", False)
        found["vdb"] = depreciation.variable_declining_balance(
            cost, salvage, life, *span, factor, switch=switch
        )
    for name, shape in wanted.items():
        if name in by_method:
            one = by_method[name]
            found[name] = (
                [one(k + 1) for k in range(len(shape))] if isinstance(shape, list) else one(about["period"])
            )
        elif part := re.fullmatch(r"(syd|db|ddb)_?(\d+)", name):
            found[name] = by_method[part[1]](int(part[2]))
        elif part := re.fullmatch(
            r"(day|month|year|period)s?_?(\d+)(?:_(?:to_)?(\d+))?(?:_factor_?(\d)(\d*))?", name
        ):
            parts = _PERIODS_A_YEAR[part[1]]
            if "months" in about:
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


def _payments(about: Given) -> dict[str, Any]:
    """Excel's and numpy-financial's PMT, PV and FV: what comes in is positive."""
    rate, periods = about["rate"], int(about["nper"])
    in_advance = about.get("when", 0) in (1, "begin", "1")
    found = {}
    if "pmt" in about:
        found["pv"] = -loans.present_value(
            rate, periods, about["pmt"], about.get("fv", 0.0), in_advance=in_advance
        )
        found["fv"] = -loans.future_value(
            rate, periods, about["pmt"], about.get("pv", 0.0), in_advance=in_advance
        )
    elif "pv" in about:
        borrowed = loans.Loan(
            principal=about["pv"],
            rate=rate,
            periods=periods,
            balloon=-about.get("fv", 0.0),
            in_advance=in_advance,
        )
        found["pmt"] = -loans.payment(borrowed)
    return found


def _factors(about: Given) -> dict[str, Any]:
    """Interest factors under the names that textbooks and tables give them."""
    if not {"rate", "n"} <= about.keys():
        return {}
    rate, n = about["rate"], about["n"]
    single, even = finance.discount_factor(rate, n), finance.annuity_factor(rate, n)
    recovery, fund = finance.capital_recovery(rate, n), finance.sinking_fund(rate, n)
    found: dict[str, Any] = dict.fromkeys(("spv", "P/F", "pf", "discount_factor"), single)
    found |= dict.fromkeys(("upv", "P/A", "pa", "annuity_factor"), even)
    found |= dict.fromkeys(("crf", "A/P", "ap", "capital_recovery"), recovery)
    found |= dict.fromkeys(("sff", "A/F", "af", "sinking_fund"), fund)
    found |= dict.fromkeys(("F/P", "fp"), 1 / single) | dict.fromkeys(("F/A", "fa"), 1 / fund)
    found |= dict.fromkeys(("P/G", "pg"), finance.arithmetic_gradient(rate, n))
    found |= dict.fromkeys(("A/G", "ag"), finance.arithmetic_gradient_annual(rate, n))
    if "escalation" in about:
        growth = about["escalation"]
        escalated = finance.escalated_annuity_factor(rate, growth, n)
        found |= dict.fromkeys(("upv_star", "upv*", "upvstar", "mupv"), escalated)
        found |= dict.fromkeys(("P/A,g", "pag"), finance.geometric_gradient(rate, growth, n))
    return found


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
