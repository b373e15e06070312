"""A number that can be opened: its value, where it came from, and the numbers that it was made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dispatch_tui.roi.marks import COMPUTED, Origin
from dispatch_tui.text import money


class Unit(StrEnum):
    """What a figure counts."""

    MONEY = "money"
    MONEY_A_YEAR = "money a year"
    YEARS = "years"
    RATE = "rate"
    """Per year, as a fraction; shown in per cent."""
    FACTOR = "factor"
    COUNT = "count"
    PER_YEAR = "per year"
    HOURS = "hours"
    HOURS_A_YEAR = "hours a year"
    SHARE = "share"
    """Of all futures or of a whole, as a fraction; shown in per cent."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its reasons.

    ``value`` is minor units for money, ``None`` where there is no such number (never NaN); ``formula`` is in
    words; ``ref`` leads to a record (a visit), ``inputs`` to what the number was made from.
    """

    key: str
    label: str
    value: float | None
    unit: Unit
    formula: str = ""
    origin: Origin = COMPUTED
    inputs: tuple[Figure, ...] = ()
    ref: str = ""


def shown(figure: Figure, currency: str, digits: int | None = None) -> str:
    """The value as people read it: ``1,234.50 EUR``, ``8.0 %``, ``3.2 years``; no value is ``never`` or ``none``."""
    value = figure.value
    if value is None:
        return "never" if figure.unit is Unit.YEARS else "none"
    if figure.unit is Unit.MONEY:
        return money(round(value), currency, digits)
    if figure.unit is Unit.MONEY_A_YEAR:
        return f"{money(round(value), currency, digits)} a year"
    if figure.unit is Unit.YEARS:
        return f"{value:.1f} years" if value % 1 or value == 0 else f"{value:.0f} year{'s' * (value != 1)}"
    if figure.unit in (Unit.RATE, Unit.SHARE):
        return f"{value:z.1%}".replace("%", " %")
    if figure.unit is Unit.HOURS:
        return f"{value:,.1f} h"
    if figure.unit is Unit.HOURS_A_YEAR:
        return f"{value:z,.1f} h a year"
    if figure.unit is Unit.COUNT:
        return f"{value:,.0f}"
    return f"{value:,.2f} a year" if figure.unit is Unit.PER_YEAR else f"{value:.4f}"


def walk(figure: Figure) -> Iterator[Figure]:
    """The figure and everything below it, top down."""
    yield figure
    for one in figure.inputs:
        yield from walk(one)
