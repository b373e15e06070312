"""One way forward as a case states it: what is paid now, every year and at the end, by the names of its inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dispatch_tui.roi import economic_life as life_of
from tests.cases.published import Begins
from tests.cases.spellings import Given, read

_NOT_AN_AMOUNT = r"(?!\w*(growth|escalat|inflat|percent|decreas|declin|_rate|tax|discount))"
_NOT_AT_ONCE = r"(?!\w*(salvage|market|resale|trade|worth|value))"
_WORTH = r"(salvage|market_value|resale|trade_?in)(_value)?"

SPELLINGS = {
    "known": r"(min_)?(euac|aec|eac)",
    "years": r"((remaining|useful|service|economic|physical|max|maximum|expected)_)?(years|life_years|life)"
    r"|n|horizon|study_period",
    "sunk": r"(original|historical)_(cost|price)|(\w+_)?(book_value|sunk_cost|depreciation)(_now|_by_year)?"
    r"|(current_)?age(_now)?|years_(used|old|owned)",
    "market_value": r"market_value",
    "cost": r"cost",
    "fetches": rf"{_WORTH}_(now|today)|current_{_WORTH}|(\w+_)?opportunity_cost",
    "price": r"(\w+_)?(first_cost|initial_cost|purchase_cost|capital_cost|price|investment)",
    "now": r"\w+_now|(\w+_)?installation(_cost)?|(overhaul|upgrade)(_cost)?",
    "sold": rf"((end|final|terminal)_)?{_WORTH}s?((_at)?_(the_)?end|_by_year|_by_age)?",
    "earned_more": r"\w*(saving|revenue|income|benefit)\w*_(gradient|increase)(_per_year)?",
    "costs_more": rf"{_NOT_AN_AMOUNT}{_NOT_AT_ONCE}\w*(gradient|increase)(_per_year)?",
    "earned": r"(annual_|yearly_)?(savings?|revenues?|income|benefits?)(_by_year|_by_age)?",
    "costs": rf"{_NOT_AN_AMOUNT}{_NOT_AT_ONCE}"
    r"((annual_|yearly_)?(om\w*|o_m|costs?|expenses?|repairs?"
    r"|(maintenance|operating|operation|running|energy|fuel|labou?r|downtime|insurance)(_costs?|_expenses?)?(_year_?1)?)"
    r"|year_costs|annual|(annual|yearly)_\w+|\w+_by_(year|age))",
}
_SEVERAL = ("sunk", "fetches", "price", "now", "earned_more", "costs_more", "earned", "costs")
_LONGEST = 50
"""Years that are looked at where nothing says how long a thing can be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Costs are positive, income is negative; a list is by year, a number every year's. ``rises`` are amounts by
    which each year's costs exceed the year before; ``sold`` is what it fetches when it is no longer kept."""

    now: float
    yearly: tuple[float | list[float], ...]
    rises: tuple[float, ...]
    sold: float | list[float]
    years: int | None
    open_ended: bool
    """No number of years is stated, or what it fetches is known for each: every length of keeping can be priced."""
    known: float | None = None
    """The yearly cost, where nothing else is stated."""
    fetches: float = 0.0
    """The part of ``now`` that a sale today would bring."""

    def costs(self, years: int) -> list[float]:
        return [
            sum(each[k] if isinstance(each, list) else each for each in self.yearly) + k * sum(self.rises)
            for k in range(years)
        ]

    def market(self, years: int) -> list[float]:
        return list(self.sold[:years]) if isinstance(self.sold, list) else [self.sold] * years

    def lists(self) -> list[list[float]]:
        return [each for each in (*self.yearly, self.sold) if isinstance(each, list)]

    def flow(self) -> list[float]:
        """Costs by year, now first; what it brings in at its end is negative."""
        years = self.years or 0
        if short := [each for each in self.lists() if len(each) < years]:
            raise LookupError(f"{short[0]} is not enough for {years} years")
        flow = [self.now, *self.costs(years)]
        flow[-1] -= self.market(years)[-1]
        return flow


def way(given: Given, common_years: int | None = None) -> Way:
    parts = read(given, SPELLINGS, several=_SEVERAL)
    market, cost = parts.get("market_value"), parts.get("cost")
    if isinstance(market, list):
        parts["sold"] = market
    elif market is not None and "price" in parts and "sold" not in parts:
        raise LookupError("market_value: now or at the end?")
    elif market is not None:
        parts.setdefault("fetches", []).append(market)
    if cost is not None:
        parts.setdefault("costs" if isinstance(cost, list) else "price", []).append(cost)
    # beside what it would fetch today, what was once paid for it is sunk
    fetches = sum(parts.get("fetches", ()))
    now = sum(parts.get("now", ())) + (fetches if "fetches" in parts else sum(parts.get("price", ())))
    earned = tuple(_minus(each) for each in parts.get("earned", ()))
    yearly = (*parts.get("costs", ()), *earned)
    rises = (*parts.get("costs_more", ()), *(-each for each in parts.get("earned_more", ())))
    if any(0 < abs(each) < 1 for each in rises):
        raise LookupError("a yearly rise must be an amount, not a share")
    sold = parts.get("sold", 0.0)
    if isinstance(sold, list) and {len(each) + 1 for each in yearly if isinstance(each, list)} == {len(sold)}:
        if now not in (0, sold[0]):
            raise LookupError(f"{sold}: one value more than years of costs")
        now, sold = sold[0], sold[1:]  # it begins with today's
    stated = parts.get("years", common_years)
    counts = [len(each) for each in (*yearly, sold) if isinstance(each, list)]
    by_year = any(re.search(r"_by_(year|age)$", name) and isinstance(given[name], list) for name in given)
    return Way(
        now=now,
        yearly=yearly,
        rises=rises,
        sold=sold,
        years=int(stated) if stated is not None else max(counts, default=None),
        open_ended=by_year and (isinstance(sold, list) or stated is None),
        known=parts.get("known"),
        fetches=fetches,
    )


def lengths(rate: float, one: Way) -> dict[str, Any]:
    """The way priced for every number of years that all its lists have."""
    counts = [len(each) for each in one.lists()]
    years = min([*counts, *([one.years] if one.years else [])], default=_LONGEST)
    spent, market = one.costs(years), one.market(years)
    yearly = life_of.yearly_costs(rate, one.now, spent, market)
    best = life_of.economic_life(yearly)
    begins = list if one.years else Begins
    return {
        **dict.fromkeys(("euac", "aec", "eac"), begins(yearly.tolist())),
        "economic_life": best.years,
        **dict.fromkeys(("min_euac", "min_aec", "min_eac"), best.yearly_cost),
        "marginal_cost": begins(life_of.marginal_costs(rate, one.now, spent, market).tolist()),
    }


def _minus(value: float | list[float]) -> float | list[float]:
    return [-each for each in value] if isinstance(value, list) else -value
