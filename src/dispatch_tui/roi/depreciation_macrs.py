"""Tax depreciation by the percentage tables of the United States (MACRS, general system).

The tables are data, with their source, in ``law/macrs.toml``: percentages as printed, which a formula meets only
to the last digit. Years are tax years, counted from the one in which the thing was placed in service.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dispatch_tui.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """How a thing is written off. ``quarter`` of the year in which it was placed in service, under the mid-quarter
    convention; ``None`` is the half-year convention. ``expensed`` (section 179) comes off the basis first, then
    the ``bonus`` share of what is left is deducted in year 1."""

    basis: float
    recovery_years: int
    quarter: int | None = None
    expensed: float = 0.0
    bonus: float = 0.0

    def __post_init__(self) -> None:
        if self.basis < 0:
            raise InvalidInput("basis", "must be 0 or above")
        if not 0 <= self.bonus <= 1:
            raise InvalidInput("bonus", "must lie between 0 and 100 %")
        if not 0 <= self.expensed <= self.basis:
            raise InvalidInput("expensed", "must lie between 0 and the basis")


@dataclass(frozen=True, slots=True)
class Disposal:
    """The tax year of the sale, and its quarter where the thing was placed under the mid-quarter convention."""

    year: int
    quarter: int | None = None


def percentages(recovery_years: int, quarter: int | None = None) -> tuple[float, ...]:
    """The printed percentages by tax year, ``recovery_years + 1`` of them, that sum to 100.

    ``quarter`` 1 to 4 is the mid-quarter convention, ``None`` the half-year convention. Raises ``InvalidInput``
    for a recovery period that has no table (there are 3, 5, 7, 10, 15 and 20 years).
    """
    if quarter is not None and quarter not in (1, 2, 3, 4):
        raise InvalidInput("quarter", "must be 1 to 4")
    table = _tables()["half-year" if quarter is None else f"quarter-{quarter}"]
    if str(recovery_years) not in table:
        periods = ", ".join(sorted(table, key=int))
        raise InvalidInput(
            "recovery_years", f"there is no table for {recovery_years} years, only for {periods}"
        )
    return tuple(table[str(recovery_years)])


def deductions(placed: Placed, disposal: Disposal | None = None) -> tuple[float, ...]:
    """The deduction of each tax year, to the end of the table or to the year of ``disposal``.

    The year of disposal counts as half, or to the middle of the quarter of the sale; what is sold in the year in
    which it was placed in service has no deduction at all (Publication 946).
    """
    left = (placed.basis - placed.expensed) * (1 - placed.bonus)
    charged = [left * percent / 100 for percent in percentages(placed.recovery_years, placed.quarter)]
    charged[0] += placed.expensed + (placed.basis - placed.expensed) * placed.bonus
    if disposal is None:
        return tuple(charged)
    if disposal.year < 1:
        raise InvalidInput("disposal.year", "must be 1 or above")
    if disposal.year == 1:
        return (0.0,)
    if disposal.year > len(charged):
        return (*charged, *[0.0] * (disposal.year - len(charged)))
    last = charged[disposal.year - 1] * _share_held(placed, disposal)
    return (*charged[: disposal.year - 1], last)


def book_value(placed: Placed, disposal: Disposal) -> float:
    """What has not been deducted when the thing is sold: the basis against which gain or loss is counted."""
    return placed.basis - sum(deductions(placed, disposal))


def _share_held(placed: Placed, disposal: Disposal) -> float:
    """The part of the last year's percentage that is allowed.

    The table's own last year ends where the recovery period ends, so that a sale after that loses nothing.
    """
    if placed.quarter is None:
        held, begun = 0.5, 0.5
    else:
        if disposal.quarter not in (1, 2, 3, 4):
            raise InvalidInput("disposal.quarter", "must be 1 to 4 under the mid-quarter convention")
        held, begun = (_to_middle(disposal.quarter), _to_middle(placed.quarter))
    in_last_year = disposal.year == placed.recovery_years + 1
    return min(1.0, held / begun) if in_last_year else held


def _to_middle(quarter: int) -> float:
    """The part of the year that has gone by in the middle of a quarter."""
    return (2 * quarter - 1) / 8


@cache
def _tables() -> dict[str, dict[str, list[float]]]:
    return tomllib.loads((files("dispatch_tui.roi") / "law" / "macrs.toml").read_text(encoding="utf-8"))
