"""Answers to the area of tax: percentage tables, deductions, book values, sales and flows after tax."""

from __future__ import annotations

import math
import re
from typing import Any

from dispatch_tui.roi import depreciation, finance, tax
from dispatch_tui.roi.depreciation_macrs import Disposal, Placed, book_value, deductions, percentages
from tests.cases.published import Begins, Question
from tests.cases.spellings import Given, read, resolved

_PLACED = {
    "class": r"macrs_class|recovery_years|class|recovery_period|property_class",
    "convention": r"convention",
    "method": r"method",
    "quarter": r"(placed_)?quarter",
    "sold_quarter": r"(dispose|disposal)_quarter",
    "expensed": r"section_?179|sec_?179|s179|expensed",
    "bonus": r"bonus(_rate|_share)?",
}
_SPELLINGS = _PLACED | {
    "depr": r"depr(eciation)?",
    "basis": r"(cost_)?basis|(first|original|initial)_cost|cost",
    "market": r"market_value(_now)?|(sale|selling)_price",
    "salvage": r"salvage(_value)?",
    "sold": r"(dispose|disposal)_year|sold_in_year|year_sold",
    "year": r"year|age|years_used",
    "years": r"years|life|n|study_period",
    "book_value": r"book_value",
    "tax": r"tax(_rate)?",
    "rate": r"rate|i|marr|(interest|discount)_rate",
    "earned": r"(annual_|yearly_)?(revenues?|income|savings?|benefits?)(_by_year)?",
    "spent": r"(annual_|yearly_)?(expenses?|costs|om|o_m|maintenance|operating)(_costs?)?(_by_year)?"
    r"|(annual|yearly)_cost|year_costs",
}
_PLAN = _PLACED | {"life": r"life(_years)?|years", "salvage": r"salvage(_value)?", "factor": r"factor"}
_TABLE = re.compile(
    r"(macrs)?(gds)?((200|150)?(ddb|doubledecliningbalance|db|decliningbalance)(switch(ing)?to)?(sl|straightline)?)?"
    r"(hy|halfyear|mq|midquarter)?"
)
"""What a case may call the printed tables, without blanks and signs."""


def after_tax(question: Question) -> dict[str, Any]:
    about = read(question.given, _SPELLINGS, several=("earned", "spent"))
    if "depr" in about:
        return _sale(about, _book_of_plan(about))
    if "class" not in about:
        return _sale(about, about["book_value"]) if "book_value" in about else {}
    found: dict[str, Any] = {"percent": percentages(int(about["class"]), _placed_quarter(about))}
    if "basis" in about:
        found |= _written_off(about, question.wanted)
    return resolved(found, question.wanted)


def _written_off(about: Given, wanted: Given) -> dict[str, Any]:
    placed = _placed(about, about["basis"], about["class"])
    disposal = Disposal(about["sold"], _quarter(about, "sold_quarter")) if "sold" in about else None
    charged = deductions(placed, disposal)
    found: dict[str, Any] = {"deductions": Begins(charged), "total": math.fsum(charged)}
    found["depreciation"] = found["deductions"]
    for name in wanted:
        if year := re.fullmatch(r"(?:deduction_?|depreciation_?)?(?:year_?)?(\d+)", name):
            found[name] = charged[int(year[1]) - 1]
    if disposal is None and "year" in about:
        found["deduction"] = charged[about["year"] - 1]
        found["book_value"] = placed.basis - math.fsum(charged[: about["year"]])
    if disposal is not None:
        if "tax" in about and {"market", "salvage"} & about.keys():
            found |= _sale(about, book_value(placed, disposal))
        found["book_value"] = book_value(placed, disposal)
        found["book_value_at_disposal"] = found["book_value"]
    if "tax" in about and {"earned", "spent"} & about.keys():
        found |= _flow(about, placed, disposal, charged)
    return found


def _flow(
    about: Given, placed: Placed, disposal: Disposal | None, charged: tuple[float, ...]
) -> dict[str, Any]:
    years = disposal.year if disposal else int(about.get("years", len(charged)))
    earned = [
        sum(_in_year(each, k) for each in about.get("earned", ()))
        - sum(_in_year(each, k) for each in about.get("spent", ()))
        for k in range(years)
    ]
    sale = about.get("salvage", about.get("market", 0.0))
    flow = tax.after_tax_flows(placed.basis, earned, charged[:years], about["tax"], sale)
    found: dict[str, Any] = {"flow": flow, "irr": lambda: finance.irr(flow)}
    if "rate" in about:
        present = finance.npv(about["rate"], flow)
        yearly = finance.equivalent_annual(about["rate"], years, present)
        found |= {"pw": present, "npv": present, "aw": yearly, "ae": yearly, "aec": -yearly}
    return found


def _sale(about: Given, book: float) -> dict[str, Any]:
    """What a sale at market value leaves; forgone, it is the defender's first cost (a flow out: negative)."""
    share = about.get("tax", 0.0)
    found: dict[str, Any] = {"book_value": book}
    if not {"market", "salvage"} & about.keys():
        return found
    market = _first(about, "market", "salvage")
    gain, due = market - book, tax.tax_on_sale(market, book, share)
    left = tax.after_tax_sale(market, book, share)
    found |= dict.fromkeys(("gain", "gain_or_loss", "taxable_gain"), gain) | {"loss": -gain}
    found |= dict.fromkeys(("tax_on_gain", "gains_tax", "tax_on_sale", "gain_tax"), due) | {
        "tax_saving": -due
    }
    found |= dict.fromkeys(
        ("net_salvage", "aftertax_salvage", "net_proceeds", "aftertax_market_value", "aftertax_mv"), left
    )
    return found | {"aftertax_defender_first_cost": -left}


def _book_of_plan(about: Given) -> float:
    plan = read(about["depr"], _PLAN)
    age = int(_first(about, "year", "sold"))
    cost, life, salvage = about["basis"], _first(plan, "life", "class"), plan.get("salvage", 0.0)
    method = _plain(plan["method"])
    if "macrs" in method:
        placed = _placed(plan, cost, int(life))
        return book_value(placed, Disposal(age, _quarter(plan, "sold_quarter")))
    if unread := plan.keys() & {"convention", "quarter", "sold_quarter", "expensed", "bonus"}:
        raise LookupError(f"{', '.join(sorted(unread))}: of no effect on {plan['method']}")
    used = min(age, int(life))
    if method in {"straightline", "sl", "sln"}:
        return cost - depreciation.straight_line(cost, salvage, life) * used
    if method in {"syd", "soyd", "sumofyearsdigits", "sumoftheyearsdigits"}:
        charges = (depreciation.sum_of_years_digits(cost, salvage, life, k + 1) for k in range(used))
        return cost - math.fsum(charges)
    if declining := re.fullmatch(
        r"(vdb|variabledecliningbalance)|(db|ddb|decliningbalance|doubledecliningbalance|200db|150db)"
        r"((with|and)?(a)?switch(ing)?(over)?to(sl|straightline))?",
        method,
    ):
        factor = plan.get("factor", 1.5 if method.startswith("150") else 2.0)
        switch = bool(declining[1] or declining[3])
        return cost - depreciation.variable_declining_balance(
            cost, salvage, life, 0, used, factor, switch=switch
        )
    raise LookupError(f"no method of depreciation is called {plan['method']}")


def _placed(about: Given, basis: float, years: float) -> Placed:
    return Placed(
        basis=basis,
        recovery_years=int(years),
        quarter=_placed_quarter({**about, "class": years}),
        expensed=about.get("expensed", 0.0),
        bonus=about.get("bonus", 0.0),
    )


def _placed_quarter(about: Given) -> int | None:
    """The quarter that chooses the table, ``None`` for half-year; refuses a method that the tables do not have."""
    convention = re.fullmatch(
        r"((halfyear|hy)|(midquarter|mq)q?([1-4])?)?(convention)?", _plain(about.get("convention", ""))
    )
    if convention is None:
        raise LookupError(f"there is no table for the convention {about['convention']}")
    quarter = _quarter(about, "quarter") or (int(convention[4]) if convention[4] else None)
    if convention[3] and quarter is None:
        raise LookupError("the mid-quarter convention needs the quarter of placing in service")
    called = _plain(about.get("method", ""))
    table = _TABLE.fullmatch(called)
    if table is None:
        raise LookupError(f"there is no table for the method {about['method']}")
    percent = table[4] or ("200" if table[5] in ("ddb", "doubledecliningbalance") else None)
    if percent not in (None, "150" if int(about["class"]) >= 15 else "200"):
        raise LookupError(f"there is no {about['method']} table for {about['class']} years")
    return None if convention[2] else quarter


def _quarter(about: Given, name: str) -> int | None:
    """A quarter as a number, ``None`` for the half-year convention; ``Q3`` will do."""
    return None if name not in about else int(str(about[name]).strip().lstrip("Qq"))


def _in_year(each: float | list[float], k: int) -> float:
    return float(each[k] if isinstance(each, list) else each)


def _plain(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.lower())


def _first(about: Given, *names: str) -> Any:
    for name in names:
        if name in about:
            return about[name]
    raise LookupError(f"none of {', '.join(names)} is given")
