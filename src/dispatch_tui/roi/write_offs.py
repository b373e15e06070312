"""How a price is written off for tax, as people write it: ``life``, ``straight 7``, ``syd 7``, ``macrs 7 q4``."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import depreciation
from dispatch_tui.roi.capital import NO_WRITE_OFF, WriteOff, macrs, straight_line
from dispatch_tui.roi.depreciation_macrs import percentages

AT_ONCE, LIFE, NONE = "at once", "life", "none"
MOST_YEARS = 60
_HOW = "Write at once, life, straight 7, syd 7, ddb 7, macrs 7 (or macrs 7 q4), or none."
_WRITTEN = re.compile(r"(straight|syd|ddb|macrs)\s+(\d{1,2})(?:\s+q([1-4]))?")


def written_off(label: str, text: str) -> str:
    """A method of writing off in its one spelling. Raises ``InvalidInput`` for none that is known."""
    words = " ".join(text.casefold().split())
    if words in (AT_ONCE, LIFE, NONE):
        return words
    found = _WRITTEN.fullmatch(words)
    if found is None:
        raise InvalidInput(label, f"{text.strip()!r} is no way to write off", _HOW)
    method, years, quarter = found[1], int(found[2]), found[3]
    if method == "macrs":
        percentages(years, int(quarter) if quarter else None)
    elif quarter:
        raise InvalidInput(label, "a quarter goes with MACRS only", _HOW)
    elif not 1 <= years <= MOST_YEARS:
        raise InvalidInput(label, f"must take 1 to {MOST_YEARS} years", _HOW)
    return f"{method} {years}" + (f" q{quarter}" if quarter else "")


def is_macrs(text: str) -> bool:
    return text.startswith("macrs")


def write_off(text: str, life: int, *, bonus: float = 0.0, expensed: float = 0.0) -> WriteOff | None:
    """The shares of a method by year; ``None`` is deducted at once. ``life`` is that of the thing bought.

    ``bonus`` and ``expensed`` (section 179) are shares of the price and go with MACRS. Declining balance goes over to
    even charges as soon as these are higher (Excel's VDB), so that all is written off in the end.
    """
    if text == AT_ONCE:
        return None
    if text == NONE:
        return NO_WRITE_OFF
    if text == LIFE:
        return replace(straight_line(life), name=f"evenly over {life} years")
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise InvalidInput("write_off", f"{text!r} is no way to write off", _HOW)
    method, years = found[1], int(found[2])
    if method == "macrs":
        law = macrs(years, int(found[3]) if found[3] else None, bonus=bonus, expensed=expensed)
        return replace(law, name=text.replace("macrs", "MACRS"))
    if method == "straight":
        return replace(straight_line(years), name=f"evenly over {years} years")
    charges = [_charge(method, years, year) for year in range(1, years + 1)]
    whole = math.fsum(charges)
    return WriteOff(tuple(charge / whole for charge in charges), name=text)


def _charge(method: str, years: int, year: int) -> float:
    if method == "syd":
        return depreciation.sum_of_years_digits(1.0, 0.0, years, year)
    return depreciation.variable_declining_balance(1.0, 0.0, years, year - 1, year)
