"""Loans and leases as streams of payments.

Rates here are per period (a year's rate divided by the periods of a year, as contracts state it); money comes out
positive where it is paid. The formulas are numpy-financial's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy_financial as npf

from dispatch_tui.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """Money borrowed, or a leased thing's worth. ``rate`` is per period; ``balloon`` is still owed after the last
    payment; a lease is usually paid ``in_advance``, at the beginning of each period."""

    principal: float
    rate: float
    periods: int
    balloon: float = 0.0
    in_advance: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.rate) or self.rate < 0:
            raise InvalidInput("rate", "must be 0 or above")
        if self.periods < 1:
            raise InvalidInput("periods", "must be 1 or more")
        if not (math.isfinite(self.principal) and math.isfinite(self.balloon)):
            raise InvalidInput("principal", "must be a number")


@dataclass(frozen=True, slots=True)
class Instalment:
    """One period: what is paid, how much of it is interest, and what is owed after it (before the balloon)."""

    paid: float
    interest: float
    owed: float


def payment(loan: Loan) -> float:
    """The even payment of each period (Excel's PMT)."""
    return -float(npf.pmt(loan.rate, loan.periods, loan.principal, -loan.balloon, _when(loan.in_advance)))


def present_value(
    rate: float, periods: int, paid: float, balloon: float = 0.0, *, in_advance: bool = False
) -> float:
    """What even payments and a last balloon are worth now: the price that a lease stands for (Excel's PV)."""
    return -float(npf.pv(rate, periods, paid, balloon, _when(in_advance)))


def future_value(
    rate: float, periods: int, paid: float, start: float = 0.0, *, in_advance: bool = False
) -> float:
    """What a start sum and even payments have grown to after the last period (Excel's FV)."""
    return -float(npf.fv(rate, periods, paid, start, _when(in_advance)))


def instalments(loan: Loan) -> tuple[Instalment, ...]:
    """Every payment split into interest (which lowers tax) and the rest, the first period first."""
    paid, owed = payment(loan), loan.principal
    listed = []
    for _ in range(loan.periods):
        if loan.in_advance:
            owed -= paid
            interest = owed * loan.rate
        else:
            interest = owed * loan.rate
            owed -= paid
        owed += interest
        listed.append(Instalment(paid, interest, owed))
    return tuple(listed)


def by_year(loan: Loan, periods_a_year: int) -> tuple[tuple[float, float], ...]:
    """Payments and interest of each year, ``(paid, interest)``; the balloon falls into the last."""
    if periods_a_year < 1:
        raise InvalidInput("periods_a_year", "must be 1 or more")
    listed = instalments(loan)
    years = [listed[k : k + periods_a_year] for k in range(0, len(listed), periods_a_year)]
    sums = [(math.fsum(one.paid for one in year), math.fsum(one.interest for one in year)) for year in years]
    sums[-1] = (sums[-1][0] + loan.balloon, sums[-1][1])
    return tuple(sums)


def _when(in_advance: bool) -> str:
    return "begin" if in_advance else "end"
