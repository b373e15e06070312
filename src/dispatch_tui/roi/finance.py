"""The time value of money. Rates are per year as fractions (0.08 is 8 %); flows are money per period.

Two conventions for NPV are about, one period apart: here, as in textbooks, ``flows[0]`` falls due now;
Excel's NPV treats its first flow as one period away (:func:`npv_excel`). The same over many paths at once is
in ``finance_arrays``, payments of loans and leases in ``loans``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from dispatch_tui.errors import InvalidInput, NoAnswer
from dispatch_tui.roi.roots import exponential_roots

DAYS_A_YEAR = 365
"""The day count of dated flows (actual/365, as XNPV and XIRR count)."""

ROUNDING = 1e-12
"""A balance that is this share of all that was moved, or less, is 0: discounted flows hit it only nearly."""

MOST_SIGN_CHANGES = 200
"""Flows that change sign more often are refused: so many rates of return would say nothing."""


def npv(rate: float, flows: Sequence[float]) -> float:
    """Present value of ``flows``, ``flows[k]`` at the end of year ``k`` and ``flows[0]`` now.

    ``sum flows[k] / (1 + rate)^k``. Raises ``InvalidInput`` for a rate of exactly -100 %.
    """
    growth = _growth(rate)
    return math.fsum(flow / growth**k for k, flow in enumerate(flows))


def npv_excel(rate: float, flows: Sequence[float]) -> float:
    """Excel's NPV: the first flow is discounted by one whole period."""
    return npv(rate, [0.0, *flows])


def npv_dated(rate: float, flows: Sequence[float], dates: Sequence[date]) -> float:
    """Present value at the first date of flows on given dates (Excel's XNPV, actual/365).

    Raises ``InvalidInput`` (``dates``) for a date before the first, as Excel does; after it any order will do.
    """
    _begun(dates)
    growth = _growth(rate)
    if growth < 0:
        raise InvalidInput("rate", "below -100 % there is no value for parts of a year")
    return math.fsum(flow / growth**t for flow, t in zip(flows, _years(flows, dates), strict=True))


def discount_factor(rate: float, year: int) -> float:
    """What 1 at the end of ``year`` is worth now: ``(1 + rate)^-year``."""
    return float(_growth(rate) ** -year)


def annuity_factor(rate: float, years: float) -> float:
    """What 1 at the end of each of ``years`` years is worth now (P/A, UPV); ``years`` at a rate of 0."""
    if years <= 0:
        raise InvalidInput("years", "must be above 0")
    if rate <= -1:
        raise InvalidInput("rate", "must be above -100 %")
    # expm1/log1p keep all digits where the rate is tiny and the plain formula is 0/0.
    return -math.expm1(-years * math.log1p(rate)) / rate if rate else float(years)


def capital_recovery(rate: float, years: float) -> float:
    """The yearly payment that 1 now costs over ``years`` years (A/P)."""
    return 1 / annuity_factor(rate, years)


def equivalent_annual(rate: float, years: float, present: float) -> float:
    """The even yearly amount over ``years`` with the same present value."""
    return present * capital_recovery(rate, years)


def sinking_fund(rate: float, years: float) -> float:
    """The yearly amount that grows to 1 at the end of ``years`` years (A/F)."""
    return capital_recovery(rate, years) / math.pow(_growth(rate), years)


def arithmetic_gradient(rate: float, years: int) -> float:
    """What 0, 1, 2, ... at the ends of ``years`` years are worth now (P/G): a cost that rises by 1 each year."""
    if years < 1:
        raise InvalidInput("years", "must be above 0")
    return npv(rate, [0.0, *(float(k) for k in range(years))])


def arithmetic_gradient_annual(rate: float, years: int) -> float:
    """The even yearly amount that stands for such a rise (A/G)."""
    return arithmetic_gradient(rate, years) * capital_recovery(rate, years)


def escalated_annuity_factor(rate: float, growth: float, years: float) -> float:
    """What a yearly cost of 1 in today's prices is worth now where prices rise by ``growth`` a year (UPV*).

    The payment at the end of year k is ``(1 + growth)^k`` (Handbook 135 of NIST): at ``rate`` equal to
    ``growth`` each is worth 1.
    """
    if growth <= -1:
        raise InvalidInput("growth", "must be above -100 %")
    return annuity_factor(_growth(rate) / (1 + growth) - 1, years)


def geometric_gradient(rate: float, growth: float, years: float) -> float:
    """What 1 at the end of the first year, growing by ``growth`` a year, is worth now (P/A,g)."""
    return escalated_annuity_factor(rate, growth, years) / (1 + growth)


def for_ever(rate: float, yearly: float) -> float:
    """What ``yearly`` at the end of each year for ever is worth now. Raises ``NoAnswer`` unless ``rate`` > 0."""
    if _growth(rate) <= 1:
        raise NoAnswer("rate", "must be above 0 for payments without an end", "Compare over a study period.")
    return yearly / rate


def payback(flows: Sequence[float]) -> float | None:
    """Years until the money is back for good, ``None`` if not within the flows, 0 if it never went out.

    ``flows[0]`` (now) is the outlay, negative. Within a year money is taken to come evenly. Where the
    sum turns negative again later, only the last return counts: money that goes out again is not back.
    """
    total, moved, back = 0.0, 0.0, None
    for year, flow in enumerate(flows):
        before, total, moved = total, math.fsum(flows[: year + 1]), moved + abs(flow)
        if abs(total) <= ROUNDING * moved:
            total = 0.0
        if total < 0:
            back = None
        elif back is None:
            back = year - total / flow if before < 0 else float(year)
    return back


def payback_discounted(rate: float, flows: Sequence[float]) -> float | None:
    """As :func:`payback`, every flow first brought to its present value."""
    growth = _growth(rate)
    return payback([flow / growth**k for k, flow in enumerate(flows)])


class RateOfReturn(NamedTuple):
    """A rate at which the flows are worth nothing. ``multiplicity`` is 1 for a plain root; at an even one the
    present value only touches zero."""

    rate: float
    multiplicity: int

    @property
    def double(self) -> bool:
        """The present value has the same sign on both sides."""
        return self.multiplicity % 2 == 0


def rates_of_return(flows: Sequence[float]) -> tuple[RateOfReturn, ...]:
    """Every internal rate of return, ascending; empty where there is none.

    All real roots from just above -100 % (``e^-700 - 1``) to ``e^700``, each once with its multiplicity. Raises
    ``NoAnswer`` for flows of one sign only, for which the question has no meaning.
    """
    return _rates(flows, [float(k) for k in range(len(flows))])


def irr(flows: Sequence[float], near: float | None = None) -> float:
    """One internal rate of return: the only one, or else the smallest that is not negative.

    With ``near`` it is the one that lies nearest to that rate, by ``ln(1 + rate)``. Where there are several no
    single one answers the question: show :func:`rates_of_return` and speak of NPV or :func:`mirr`. Raises
    ``NoAnswer`` where there is none.
    """
    return _choose(rates_of_return(flows), near)


def irr_dated(flows: Sequence[float], dates: Sequence[date], near: float | None = None) -> float:
    """Internal rate of return of flows on given dates (Excel's XIRR, actual/365); choice as in :func:`irr`.

    Raises ``InvalidInput`` (``dates``) for a date before the first, as :func:`npv_dated` does.
    """
    _begun(dates)
    return _choose(rates_of_return_dated(flows, dates), near)


def rates_of_return_dated(flows: Sequence[float], dates: Sequence[date]) -> tuple[RateOfReturn, ...]:
    """As :func:`rates_of_return`, for flows on given dates in any order: at such a rate they are worth nothing on
    whichever day they are valued."""
    pairs = sorted(zip(_years(flows, dates), flows, strict=True))
    merged: dict[float, float] = {}
    for year, flow in pairs:
        merged[year] = merged.get(year, 0.0) + flow
    return _rates(list(merged.values()), list(merged))


def mirr(flows: Sequence[float], finance_rate: float, reinvest_rate: float) -> float:
    """Modified internal rate of return: what goes out is financed at one rate, what comes in earns another."""
    out = npv(finance_rate, [min(flow, 0.0) for flow in flows])
    back = npv(reinvest_rate, [max(flow, 0.0) for flow in flows])
    if out == 0 or back == 0:
        raise NoAnswer("flows", "need at least one payment out and one in")
    periods = len(flows) - 1
    return float((back / -out) ** (1 / periods) * _growth(reinvest_rate) - 1)


def inflation_between(real: float, nominal: float) -> float:
    """The inflation that turns a real rate into a nominal one (Fisher): ``(1 + nominal) / (1 + real) - 1``."""
    return (1 + nominal) / _growth(real) - 1


def real_rate(nominal: float, inflation: float) -> float:
    """The rate in today's money for a nominal one (Fisher): ``(1 + nominal) / (1 + inflation) - 1``."""
    return (1 + nominal) / _growth(inflation) - 1


def nominal_rate(real: float, inflation: float) -> float:
    """The nominal rate for a real one (Fisher): ``(1 + real) (1 + inflation) - 1``."""
    return (1 + real) * (1 + inflation) - 1


def savings_to_investment(rate: float, investment: float, savings: Sequence[float]) -> float:
    """Present value of yearly ``savings`` (the first at the end of year 1) per unit of money invested now (SIR)."""
    if investment <= 0:
        raise InvalidInput("investment", "must be above 0")
    return npv(rate, [0.0, *savings]) / investment


def adjusted_rate_of_return(savings_ratio: float, reinvest_rate: float, years: float) -> float:
    """The rate that an investment earns when savings are reinvested (AIRR): ``(1 + r) SIR^(1/years) - 1``."""
    if savings_ratio < 0:
        raise NoAnswer("savings", "are below 0 in sum: there is no rate")
    return float(_growth(reinvest_rate) * savings_ratio ** (1 / years) - 1)


def _rates(flows: Sequence[float], years: Sequence[float]) -> tuple[RateOfReturn, ...]:
    if not all(map(math.isfinite, flows)):
        raise InvalidInput("flows", "must all be numbers")
    if not (min(flows, default=0.0) < 0 < max(flows, default=0.0)):
        raise NoAnswer("flows", "need at least one payment out and one in")
    negative = [flow < 0 for flow in flows if flow]
    if sum(a != b for a, b in pairwise(negative)) > MOST_SIGN_CHANGES:
        raise NoAnswer("flows", f"change sign more than {MOST_SIGN_CHANGES} times")
    roots = exponential_roots(flows, years)
    return tuple(RateOfReturn(math.expm1(-root.x), root.multiplicity) for root in reversed(roots))


def _choose(rates: tuple[RateOfReturn, ...], near: float | None) -> float:
    if not rates:
        raise NoAnswer("flows", "have no internal rate of return")
    if near is not None and near > -1:
        wanted = math.log1p(near)
        return min((one.rate for one in rates), key=lambda rate: abs(math.log1p(rate) - wanted))
    return next((one.rate for one in rates if one.rate >= 0), rates[-1].rate)


def _growth(rate: float) -> float:
    if not math.isfinite(rate) or rate == -1:
        raise InvalidInput("rate", "must be a number other than -100 %")
    return 1 + rate


def _begun(dates: Sequence[date]) -> None:
    if dates and min(dates) < dates[0]:
        raise InvalidInput("dates", f"{min(dates)} lies before the first", "Begin with the earliest.")


def _years(flows: Sequence[float], dates: Sequence[date]) -> list[float]:
    if len(flows) != len(dates) or not dates:
        raise InvalidInput("dates", "need one date for each flow")
    return [(day - dates[0]).days / DAYS_A_YEAR for day in dates]
