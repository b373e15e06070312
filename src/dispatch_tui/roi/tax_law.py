"""What the law allows to deduct in the first year, by date: bonus depreciation and section 179 (United States).

The law changes nearly every year, so shares and limits are data with their sources, in ``law/first_year.toml``.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from dispatch_tui.errors import InvalidInput


class Limit(NamedTuple):
    """Section 179 of one tax year, in whole dollars: the most that may be expensed, and the year's purchases
    above which that falls dollar for dollar."""

    limit: int
    threshold: int


def bonus_share(placed: date, acquired: date | None = None) -> float:
    """The share that is deducted at once (0 to 1) for what was ``placed`` in service on that day.

    ``acquired`` is the day of the binding order, by default the same. Raises ``InvalidInput`` for days that the
    data does not hold.
    """
    bought = acquired or placed
    if bought > placed:
        raise InvalidInput("acquired", "must not be after the day of placing in service")
    for row in _law()["bonus"]:
        if (
            row["acquired"][0] <= bought <= row["acquired"][1]
            and row["placed"][0] <= placed <= row["placed"][1]
        ):
            return float(row["share"])
    first = min(row["placed"][0] for row in _law()["bonus"])
    raise InvalidInput("placed", f"the bonus shares on file begin on {first}", "Enter the share yourself.")


def section_179_limit(year: int) -> Limit:
    """The limits of one tax year. Raises ``InvalidInput`` for a year that the data does not hold."""
    years = _law()["section_179"]
    if str(year) not in years:
        known = sorted(map(int, years))
        raise InvalidInput(
            "year",
            f"the section 179 limits on file are those of {known[0]} to {known[-1]}",
            "Enter the amount.",
        )
    row = years[str(year)]
    return Limit(row["limit"], row["threshold"])


def section_179(year: int, wanted: float, bought_in_year: float, income: float) -> float:
    """How much of ``wanted`` may be expensed, in dollars.

    The limit falls by what was bought in the year above the threshold; nor may it exceed the year's business
    ``income`` (what is left over is carried forward, which is not followed here).
    """
    if wanted < 0:
        raise InvalidInput("wanted", "must be 0 or above")
    law = section_179_limit(year)
    allowed = law.limit - max(0.0, bought_in_year - law.threshold)
    return max(0.0, min(wanted, allowed, income))


@cache
def _law() -> dict[str, Any]:
    return tomllib.loads((files("dispatch_tui.roi") / "law" / "first_year.toml").read_text(encoding="utf-8"))
