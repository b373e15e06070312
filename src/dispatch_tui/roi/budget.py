"""A yearly budget spent on a fleet: which units to replace first, and in which year."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.many import Outcome


@dataclass(frozen=True, slots=True)
class Purchase:
    """One replacement: in which year of the plan (1 is the coming one), and what of its budget is then left."""

    year: int
    outcome: Outcome
    left: int


def plan(outcomes: Iterable[Outcome], currency: str, budget: int, years: int) -> tuple[Purchase, ...]:
    """Spend ``budget`` (minor units) in each of ``years`` years, in the order of purchase.

    Only units that are cheaper replaced count, those in ``currency``; the ones that save most for the money come
    first, and a year's rest goes to the next that it can pay. What is left of a year lapses. Raises ``InvalidInput``
    for a budget or years that are not above 0.
    """
    if budget <= 0:
        raise InvalidInput("budget", "must be above 0")
    if years < 1:
        raise InvalidInput("years", "must be 1 or more")
    waiting = sorted(
        (one for one in outcomes if one.replace and one.currency == currency and one.outlay <= budget),
        key=lambda one: (-_for_the_money(one), one.unit, one.unit_id),
    )
    bought = []
    for year in range(1, years + 1):
        left, later = budget, []
        for one in waiting:
            if one.outlay <= left:
                left -= one.outlay
                bought.append(Purchase(year, one, left))
            else:
                later.append(one)
        waiting = later
    return tuple(bought)


def _for_the_money(one: Outcome) -> float:
    """The yearly saving for each unit of money; one that costs nothing comes before all others."""
    return one.saving / one.outlay if one.outlay else math.inf
