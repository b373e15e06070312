"""The time value of money over many paths at once: numpy arrays whose last axis is years, year 0 (now) first.

Each function is its namesake in ``finance`` for every path; ``rate`` is one number, or an array that fits the
leading axes. Where a path has no answer the result is not a number the reader could mistake for one: ``inf`` for
a payback that never comes, ``nan`` for a rate of return that does not exist. Count these before showing a mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch_tui.errors import InvalidInput, NoAnswer
from dispatch_tui.roi import finance

Floats = NDArray[np.float64]

_STEPS = 64
_WIDEST = 50.0
"""Rates are searched where ``|ln(1 + rate)|`` is below this; 64 halvings leave nothing of it."""


def discount_factors(rate: ArrayLike, years: int) -> Floats:
    """What 1 at the end of years 0 to ``years`` is worth now: shape of ``rate``, then ``years + 1``."""
    return np.asarray(_growth(rate)[..., None] ** -np.arange(years + 1), dtype=np.float64)


def npv(rate: ArrayLike, flows: ArrayLike) -> Floats:
    """Present value of each path's flows: shape of ``flows`` without its last axis."""
    amounts = _flows(flows)
    value: Floats = (amounts * discount_factors(rate, amounts.shape[-1] - 1)).sum(axis=-1)
    return value


def annuity_factor(rate: ArrayLike, years: ArrayLike) -> Floats:
    """What 1 at the end of each of ``years`` years is worth now; ``years`` itself at a rate of 0."""
    grown, length = np.broadcast_arrays(_growth(rate), np.asarray(years, dtype=np.float64))
    if (length <= 0).any():
        raise InvalidInput("years", "must be above 0")
    yearly = grown - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = -np.expm1(-length * np.log1p(yearly)) / yearly
    return np.where(yearly == 0, length, factor)


def capital_recovery(rate: ArrayLike, years: ArrayLike) -> Floats:
    """The yearly payment that 1 now costs over ``years`` years."""
    return np.asarray(1 / annuity_factor(rate, years), dtype=np.float64)


def equivalent_annual(rate: ArrayLike, flows: ArrayLike) -> Floats:
    """The even yearly amount over the flows' years that is worth what they are worth."""
    amounts = _flows(flows)
    if amounts.shape[-1] < 2:
        raise InvalidInput("flows", "need at least one year")
    return np.asarray(npv(rate, amounts) * capital_recovery(rate, amounts.shape[-1] - 1), dtype=np.float64)


def payback(flows: ArrayLike) -> Floats:
    """Years until the money is back for good, ``inf`` if not within the flows, 0 if it never went out."""
    amounts = _flows(flows)
    balance = np.cumsum(amounts, axis=-1)
    moved = np.cumsum(np.abs(amounts), axis=-1)
    balance = np.where(np.abs(balance) <= finance.ROUNDING * moved, 0.0, balance)
    out = balance < 0
    last = amounts.shape[-1] - 1
    owing = last - np.argmax(out[..., ::-1], axis=-1)  # the last year in which money was still out
    following = np.minimum(owing + 1, last)
    with np.errstate(divide="ignore", invalid="ignore"):
        over = _at(balance, following) / _at(amounts, following)
    return np.where(~out.any(axis=-1), 0.0, np.where(owing == last, np.inf, following - over))


def payback_discounted(rate: ArrayLike, flows: ArrayLike) -> Floats:
    """As :func:`payback`, every flow first brought to its present value."""
    amounts = _flows(flows)
    return payback(amounts * discount_factors(rate, amounts.shape[-1] - 1))


def mirr(flows: ArrayLike, finance_rate: ArrayLike, reinvest_rate: ArrayLike) -> Floats:
    """Modified internal rate of return of each path; ``nan`` where nothing goes out, or nothing comes in."""
    amounts = _flows(flows)
    periods = amounts.shape[-1] - 1
    if periods < 1:
        raise InvalidInput("flows", "need at least one year")
    out = -npv(finance_rate, np.minimum(amounts, 0))
    back = npv(reinvest_rate, np.maximum(amounts, 0))
    answered = (out > 0) & (back > 0)
    ratio = np.divide(back, out, out=np.full(answered.shape, np.nan), where=answered)
    return np.asarray(ratio ** (1 / periods) * _growth(reinvest_rate) - 1, dtype=np.float64)


def irr(flows: ArrayLike) -> Floats:
    """One internal rate of return per path, chosen as :func:`finance.irr` does; ``nan`` where there is none.

    Paths whose flows change sign once have exactly one and are halved down to together; the others go through
    the exact search one by one.
    """
    amounts = _flows(flows)
    paths = amounts.reshape(-1, amounts.shape[-1])
    changes = _sign_changes(paths)
    found = np.full(len(paths), np.nan)
    found[changes == 1] = _single(paths[changes == 1])
    for k in np.flatnonzero(changes > 1):
        try:
            found[k] = finance.irr(paths[k].tolist())
        except NoAnswer:
            found[k] = np.nan
    return found.reshape(amounts.shape[:-1])


def _single(paths: Floats) -> Floats:
    """The root of each path whose flows change sign once, by halving in ``ln(1 + rate)``."""
    first = np.take_along_axis(paths, np.argmax(paths != 0, axis=-1)[:, None], axis=-1)[:, 0]
    low, high = np.full(len(paths), -_WIDEST), np.full(len(paths), _WIDEST)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        # at high rates the first flow decides the sign, so a like sign means that the root lies below
        below = _value_sign(paths, middle) == np.sign(first)
        high, low = np.where(below, middle, high), np.where(below, low, middle)
    return np.asarray(np.expm1((low + high) / 2), dtype=np.float64)


def _value_sign(paths: Floats, log_growth: Floats) -> Floats:
    """Sign of the present value; summed from whichever end keeps every power at or below 1."""
    ahead = log_growth >= 0
    ratio = np.exp(-np.abs(log_growth))
    total = np.zeros(len(paths))
    for k in range(paths.shape[-1]):
        total = total * ratio + np.where(ahead, paths[:, -1 - k], paths[:, k])
    return np.asarray(np.sign(total), dtype=np.float64)


def _sign_changes(paths: Floats) -> NDArray[np.int64]:
    """How often the sign changes along each path, zeros left out."""
    signs = np.sign(paths)
    places = np.where(signs != 0, np.arange(paths.shape[-1]), 0)
    filled = np.take_along_axis(signs, np.maximum.accumulate(places, axis=-1), axis=-1)
    return np.asarray((filled[:, 1:] * filled[:, :-1] < 0).sum(axis=-1), dtype=np.int64)


def _at(values: Floats, index: NDArray[np.intp]) -> Floats:
    return np.take_along_axis(values, index[..., None], axis=-1)[..., 0]


def _flows(flows: ArrayLike) -> Floats:
    amounts = np.asarray(flows, dtype=np.float64)
    if amounts.ndim == 0 or amounts.shape[-1] == 0:
        raise InvalidInput("flows", "need at least one")
    if not np.isfinite(amounts).all():
        raise InvalidInput("flows", "must all be numbers")
    return amounts


def _growth(rate: ArrayLike) -> Floats:
    grown = 1 + np.asarray(rate, dtype=np.float64)
    if not np.isfinite(grown).all() or (grown <= 0).any():
        raise InvalidInput("rate", "must be above -100 %")
    return grown
