"""Answers to the area of tax: percentage tables, deductions, book values, sales and flows after tax."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from dispatch_tui.roi import depreciation, finance, tax
from dispatch_tui.roi.depreciation_macrs import Disposal, Placed, book_value, deductions, percentages
from tests.cases.published import Begins, Question

Given = Mapping[str, Any]
_CLASS = ("macrs_class", "recovery_years", "class", "recovery_period")
_COST = ("basis", "first_cost", "original_cost", "cost")
_MARKET = ("market_value_now", "market_value", "salvage", "sale_price", "selling_price")
_SOLD = ("dispose_year", "disposal_year", "sold_in_year", "year_sold")


def after_tax(question: Question) -> dict[str, Any]:
    given = question.given
    if "depr" in given:
        return _sale(given, _book_of_plan(given))
    if _get(given, *_CLASS) is None:
        book = _get(given, "book_value")
        return {} if book is None else _sale(given, book)
    quarter = _quarter(given, "quarter", "placed_quarter")
    if "quarter" in given.get("convention", "") and quarter is None:
        raise LookupError("the mid-quarter convention needs the quarter of placing in service")
    found: dict[str, Any] = {"percent": percentages(int(_get(given, *_CLASS)), quarter)}
    if _get(given, *_COST) is not None:
        found |= _written_off(question, quarter)
    return found


def _written_off(question: Question, quarter: int | None) -> dict[str, Any]:
    given = question.given
    placed = Placed(
        basis=_get(given, *_COST),
        recovery_years=int(_get(given, *_CLASS)),
        quarter=quarter,
        expensed=_get(given, "section_179", "section179", "sec179", "expensed", default=0.0),
        bonus=given.get("bonus", 0.0),
    )
    sold = _get(given, *_SOLD)
    disposal = (
        None if sold is None else Disposal(sold, _quarter(given, "dispose_quarter", "disposal_quarter"))
    )
    charged = deductions(placed, disposal)
    found: dict[str, Any] = {"deductions": Begins(charged), "total": math.fsum(charged)}
    found["depreciation"] = found["deductions"]
    for name in question.wanted:
        if year := re.fullmatch(r"(?:year|deduction|depreciation)_?(\d+)", name):
            found[name] = charged[int(year[1]) - 1]
    year = _get(given, "year", "age")
    if disposal is None and year is not None:
        found["deduction"] = charged[year - 1]
        found["book_value"] = placed.basis - math.fsum(charged[:year])
    if disposal is not None:
        if "tax" in given and _get(given, *_MARKET) is not None:
            found |= _sale(given, book_value(placed, disposal))
        found["book_value"] = book_value(placed, disposal)
        found["book_value_at_disposal"] = found["book_value"]
    if "tax" in given and ({"revenue", "expenses", "annual_saving"} & given.keys()):
        found |= _flow(given, placed, disposal, charged)
    return found


def _flow(
    given: Given, placed: Placed, disposal: Disposal | None, charged: tuple[float, ...]
) -> dict[str, Any]:
    years = disposal.year if disposal else int(_get(given, "years", "life", default=len(charged)))
    earned = [
        _in_year(given, k, "revenue", "annual_saving") - _in_year(given, k, "expenses", "annual_cost")
        for k in range(years)
    ]
    sale = _get(given, *_MARKET, default=0.0)
    flow = tax.after_tax_flows(placed.basis, earned, charged[:years], given["tax"], sale)
    found: dict[str, Any] = {"flow": flow, "irr": finance.irr(flow)}
    if "rate" in given:
        present = finance.npv(given["rate"], flow)
        yearly = finance.equivalent_annual(given["rate"], years, present)
        found |= {"pw": present, "npv": present, "aw": yearly, "ae": yearly, "aec": -yearly}
    return found


def _sale(given: Given, book: float) -> dict[str, Any]:
    """What a sale at market value leaves; forgone, it is the defender's first cost (a flow out: negative)."""
    market, share = _get(given, *_MARKET), given.get("tax", 0.0)
    found: dict[str, Any] = {"book_value": book}
    if market is None:
        return found
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


def _book_of_plan(given: Given) -> float:
    plan, age = given["depr"], int(_get(given, "age", "years_used"))
    cost, life = _get(given, *_COST), _get(plan, "life_years", "life", *_CLASS)
    salvage = plan.get("salvage", 0.0)
    method = re.sub(r"[^a-z0-9]", "", plan["method"].lower())
    periods = range(1, min(age, int(life)) + 1)
    if method in {"straightline", "sl", "sln"}:
        return cost - depreciation.straight_line(cost, salvage, life) * len(periods)
    if method in {"syd", "soyd", "sumofyearsdigits", "sumoftheyearsdigits"}:
        charges = (depreciation.sum_of_years_digits(cost, salvage, life, k) for k in periods)
        return cost - math.fsum(charges)
    if method in {"db", "ddb", "decliningbalance", "doubledecliningbalance", "200db", "150db"}:
        factor = plan.get("factor", 1.5 if method == "150db" else 2.0)
        return cost - math.fsum(
            depreciation.declining_balance(cost, salvage, life, k, factor) for k in periods
        )
    if method == "macrs":
        placed = Placed(basis=cost, recovery_years=int(life), quarter=_quarter(plan, "quarter"))
        return book_value(placed, Disposal(age, _quarter(plan, "dispose_quarter")))
    raise LookupError(f"no method of depreciation is called {plan['method']}")


def _quarter(given: Given, *names: str) -> int | None:
    """A quarter as a number, ``None`` for the half-year convention; ``Q3`` will do."""
    found = _get(given, *names)
    return None if found is None else int(str(found).strip().lstrip("Qq"))


def _in_year(given: Given, k: int, *names: str) -> float:
    found = _get(given, *names, default=0.0)
    return float(found[k] if isinstance(found, list) else found)


def _get(given: Given, *names: str, default: Any = None) -> Any:
    return next((given[name] for name in names if name in given), default)
