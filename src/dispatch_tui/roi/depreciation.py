"""Depreciation by the book methods, with Excel's conventions (SLN, SYD, DB, DDB, VDB).

Money is in any one unit; periods are counted from 1. The tax tables are in ``depreciation_macrs``.
"""

from __future__ import annotations

import math

from dispatch_tui.errors import InvalidInput


def straight_line(cost: float, salvage: float, life: float) -> float:
    """The even charge of each period (SLN): ``(cost - salvage) / life``."""
    _check(cost, salvage, life)
    return (cost - salvage) / life


def sum_of_years_digits(cost: float, salvage: float, life: float, period: float) -> float:
    """The charge of one period (SYD): ``(cost - salvage) (life - period + 1) 2 / (life (life + 1))``."""
    _check(cost, salvage, life)
    _within(period, life)
    return (cost - salvage) * (life - period + 1) * 2 / (life * (life + 1))


def fixed_declining_balance(cost: float, salvage: float, life: float, period: int, months: int = 12) -> float:
    """The charge of one whole period (DB), at a fixed rate rounded to three decimals as Excel does.

    The rate is ``1 - (salvage / cost)^(1 / life)``; the first year has ``months`` of twelve, and where that is
    not a full year one more period, ``life + 1``, takes the rest.
    """
    _check(cost, salvage, life)
    if not 1 <= months <= 12:
        raise InvalidInput("months", "must be 1 to 12")
    if period != int(period) or not 1 <= period <= life + (months < 12):
        raise InvalidInput("period", "must be a whole period of the life")
    if cost == 0:
        return 0.0
    rate = round(1 - math.pow(salvage / cost, 1 / life), 3)
    first = cost * rate * months / 12
    if period == 1:
        return first
    book = (cost - first) * math.pow(1 - rate, int(period) - 2)
    return book * rate * ((12 - months) / 12 if period > life else 1)


def declining_balance(cost: float, salvage: float, life: float, period: float, factor: float = 2.0) -> float:
    """The charge of one period at ``factor / life`` of the book value, never below salvage (DDB).

    Of parts of a period Excel counts the charge up to there below 2, and below 1 that of the whole first period.
    """
    _within(period, life)
    start, end = (0.0 if period < 2 else period - 1), max(period, min(1.0, life))
    return variable_declining_balance(cost, salvage, life, start, end, factor, switch=False)


def variable_declining_balance(
    cost: float,
    salvage: float,
    life: float,
    start: float,
    end: float,
    factor: float = 2.0,
    *,
    switch: bool = True,
) -> float:
    """The charge from ``start`` to ``end``, both in periods since the beginning and in parts of one too (VDB).

    Declining balance as in :func:`declining_balance`; with ``switch`` it goes over to even charges for what is
    left of the life as soon as these are higher. Within a period the charge falls evenly.
    """
    _check(cost, salvage, life)
    if not 0 <= start <= end <= life:
        raise InvalidInput("start", "and end must lie in order within the life")
    if not math.isfinite(factor) or factor <= 0:
        raise InvalidInput("factor", "must be above 0")
    total, book = 0.0, cost
    for k in range(math.ceil(end)):
        charge = max(0.0, min(book * factor / life, book - salvage))
        if switch:
            charge = max(charge, (book - salvage) / max(life - k, 1.0))
        total += charge * max(0.0, min(end, k + 1) - max(start, k))
        book -= charge
    return total


def straight_line_charges(cost: float, salvage: float, life: int, months: int = 12) -> tuple[float, ...]:
    """Each year's charge by full months: the first year has ``months`` of twelve, one more year takes the rest."""
    if not 1 <= months <= 12:
        raise InvalidInput("months", "must be 1 to 12")
    yearly = straight_line(cost, salvage, life)
    first = yearly * months / 12
    full = (first, *[yearly] * (life - 1))
    return full if months == 12 else (*full, yearly - first)


def _check(cost: float, salvage: float, life: float) -> None:
    if not math.isfinite(life) or life <= 0:
        raise InvalidInput("life", "must be above 0")
    if not math.isfinite(cost) or cost < 0:
        raise InvalidInput("cost", "must be 0 or above")
    if not math.isfinite(salvage) or salvage < 0:
        raise InvalidInput("salvage", "must be 0 or above")


def _within(period: float, life: float) -> None:
    if not 0 < period <= life:
        raise InvalidInput("period", "must lie within the life")
