"""When to replace within a given number of years: the cheapest sequence of purchases, by dynamic programming.

One unit is needed all the time. It can be traded in for a new one at the end of any year, must be once it has
reached the oldest age for which costs are known, and is sold at the end (Winston, Operations Research; the equipment
replacement problem).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import finance


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What it costs: ``upkeep[a]`` over the year that begins at age ``a``, paid at that year's end; ``trade_in[a]``
    fetched at age ``a + 1``. ``price`` is one amount, or one for each year of the horizon."""

    price: float | Sequence[float]
    upkeep: Sequence[float]
    trade_in: Sequence[float]

    def __post_init__(self) -> None:
        if not self.upkeep or len(self.upkeep) != len(self.trade_in):
            raise InvalidInput("trade_in", "needs one value for each year of upkeep, and at least one")

    def price_in(self, year: int) -> float:
        return float(self.price[year]) if isinstance(self.price, Sequence) else self.price


@dataclass(frozen=True, slots=True)
class Schedule:
    """The cheapest way: its present ``cost``, and the years at whose beginning a new unit is bought (0 is now)."""

    cost: float
    purchases: tuple[int, ...]


def cheapest(
    equipment: Equipment, horizon: int, rate: float, age: int | None = None, fetches: float = 0.0
) -> Schedule:
    """The cheapest schedule over ``horizon`` years. Where several cost the same, units are kept longer.

    ``age`` is that of the unit at hand and ``fetches`` what it would be traded in for today; ``None`` starts with
    nothing, so that one is bought now.
    """
    if horizon < 1:
        raise InvalidInput("horizon", "must be 1 or more whole years")
    if isinstance(equipment.price, Sequence) and len(equipment.price) < horizon:
        raise InvalidInput("price", "needs one value for each year of the horizon")
    if rate < 0:
        raise InvalidInput("rate", "must be 0 or above")
    if age is not None and age < 1:
        raise InvalidInput("age", "must be 1 or more whole years")
    v = finance.discount_factor(rate, 1)
    upkeep, oldest = equipment.upkeep, len(equipment.upkeep)
    # from the horizon back: ahead[a - 1] is the cheapest cost from the end of a year on with a unit of age a
    ahead = [-worth for worth in equipment.trade_in]
    buys: list[list[bool]] = []
    for year in range(horizon - 1, 0, -1):
        fresh = equipment.price_in(year) + v * (upkeep[0] + ahead[0])
        swap = [fresh - worth for worth in equipment.trade_in]
        keep = [v * (upkeep[a] + ahead[a]) for a in range(1, oldest)] + [math.inf]
        ahead = [min(costs) for costs in zip(keep, swap, strict=True)]
        buys.append([new < old for old, new in zip(keep, swap, strict=True)])
    buy_now = equipment.price_in(0) + v * (upkeep[0] + ahead[0]) - (fetches if age else 0.0)
    keep_now = v * (upkeep[age] + ahead[age]) if age and age < oldest else math.inf
    return Schedule(min(buy_now, keep_now), _purchases(buys[::-1], buy_now < keep_now, age or 0))


def _purchases(buys: list[list[bool]], first_buy: bool, age: int) -> tuple[int, ...]:
    """Walk forward: ``buys[k]`` says by age whether one is bought at the beginning of year ``k + 1``."""
    years = [0] if first_buy else []
    age = 1 if first_buy else age + 1
    for year, bought in enumerate(buys, start=1):
        if bought[age - 1]:
            years.append(year)
            age = 0
        age += 1
    return tuple(years)
