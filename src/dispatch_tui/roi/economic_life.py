"""Economic life, marginal costs, and keeping a defender against a challenger: the textbooks' functions.

Arrays are numpy's; the last axis is years, and leading axes (paths, units) are carried along. ``costs[k]`` falls due
at the end of year k + 1, ``market[k]`` is what the thing fetches then. Costs are positive. After Park, Contemporary
Engineering Economics, ch. 14, and Newnan, Engineering Economic Analysis, ch. 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch_tui.errors import InvalidInput, NoAnswer
from dispatch_tui.roi import finance_arrays as arrays

Floats = NDArray[np.float64]

_ROUNDING = 1e-12
"""A difference this small against the sum of what it was made of is none."""


def yearly_costs(rate: float, first_cost: ArrayLike, costs: ArrayLike, market: ArrayLike) -> Floats:
    """EUAC(n) for every n: ``CRF(r, n) [P + sum v^k C_k - v^n S_n]``, the even yearly cost of keeping n years.

    ``first_cost`` is the price, or for a defender what it would fetch today (with any repair that keeping needs);
    what was once paid for it plays no part.
    """
    spent, worth = _years(costs, market)
    years = spent.shape[-1]
    factors = _factors(rate, years)
    first = np.asarray(first_cost, dtype=np.float64)[..., None]
    present = first + np.cumsum(spent * factors, axis=-1) - worth * factors
    return np.asarray(present * arrays.capital_recovery(rate, np.arange(1, years + 1)), dtype=np.float64)


def marginal_costs(rate: float, first_cost: ArrayLike, costs: ArrayLike, market: ArrayLike) -> Floats:
    """What each further year costs: ``MV_{n-1} (1 + r) - MV_n + C_n``, with ``first_cost`` as the first ``MV``."""
    _rate(rate)
    spent, worth = _years(costs, market)
    first = np.broadcast_to(np.asarray(first_cost, dtype=np.float64)[..., None], (*worth.shape[:-1], 1))
    before = np.concatenate([first, worth[..., :-1]], axis=-1)
    return np.asarray(before * (1 + rate) - worth + spent, dtype=np.float64)


def yearly_from_marginal(rate: float, marginal: ArrayLike) -> Floats:
    """EUAC(n) from marginal costs: the same even amount that they are worth over n years."""
    yearly = _last_axis("marginal", marginal)
    return yearly_costs(rate, np.zeros(yearly.shape[:-1]), yearly, np.zeros_like(yearly))


@dataclass(frozen=True, slots=True)
class EconomicLife:
    """The number of years at which the even yearly cost is lowest (the shortest such), and that cost."""

    years: int
    yearly_cost: float


def economic_life(yearly: ArrayLike) -> EconomicLife:
    """The best of the even yearly costs EUAC(1), EUAC(2), ... of one unit. Every n is looked at."""
    costs = _one_path("yearly", yearly)
    best = int(np.argmin(costs))
    return EconomicLife(best + 1, float(costs[best]))


def best_challenger(yearly: Mapping[str, ArrayLike]) -> tuple[str, EconomicLife]:
    """The cheapest over all challengers and lives, with its name: its yearly cost is E* of :func:`keep_or_replace`.

    ``yearly`` holds each one's EUAC(1), EUAC(2), ... by name; where two cost the same the first name in the
    alphabet is taken, so that the order of the offers has no effect.
    """
    if not yearly:
        raise InvalidInput("challengers", "need at least one")
    lives = {name: economic_life(yearly[name]) for name in sorted(yearly)}
    best = min(lives, key=lambda name: lives[name].yearly_cost)
    return best, lives[best]


@dataclass(frozen=True, slots=True)
class Keeping:
    """The verdict on a defender. ``excess[n]`` is what keeping it n years and then having the challenger for ever
    costs more than the challenger at once, as of now (``excess[0]`` is 0, below 0 keeping is cheaper)."""

    excess: tuple[float, ...]
    keep_years: int
    """The best number of years to keep it; 0 where it should be replaced now."""

    @property
    def replace_now(self) -> bool:
        return self.keep_years == 0


def keep_or_replace(rate: float, marginal: ArrayLike, challenger_yearly: float) -> Keeping:
    """Keep the defender n years, or replace it now, against a challenger at its best even yearly cost for ever.

    ``V(n) - E/r = sum over k <= n of v^k (marginal_k - E)``, lowest over every n: neither the first rise of the
    marginal cost nor its first year above E decides where costs are not monotone. At a rate of 0 it is the sum of
    yearly differences; a rate below 0 is refused. Where both cost the same the defender is kept.
    """
    yearly = _one_path("marginal", marginal)
    if not np.isfinite(challenger_yearly):
        raise InvalidInput("challenger_yearly", "must be a number")
    excess = np.cumsum((yearly - challenger_yearly) * _factors(rate, yearly.size))
    best = int(np.argmin(excess))
    nothing = _ROUNDING * float((np.abs(yearly) + abs(challenger_yearly)).sum())
    return Keeping((0.0, *excess.tolist()), 0 if excess[best] > nothing else best + 1)


def keep_then_for_ever(rate: float, marginal: ArrayLike, challenger_yearly: float) -> Floats:
    """V(n), n = 0, 1, ...: the present cost of keeping n years, then the best challenger for ever.

    Raises ``NoAnswer`` at a rate of 0, where payments without an end have no present value.
    """
    if _rate(rate) == 0:
        raise NoAnswer("rate", "must be above 0 for payments without an end", "Compare over a study period.")
    yearly = _last_axis("marginal", marginal)
    excess = np.cumsum((yearly - challenger_yearly) * _factors(rate, yearly.shape[-1]), axis=-1)
    none = np.zeros((*excess.shape[:-1], 1))
    return np.asarray(np.concatenate([none, excess], axis=-1) + challenger_yearly / rate, dtype=np.float64)


def replacing_flow(defender: ArrayLike, challenger: ArrayLike) -> Floats:
    """What replacing brings in against keeping, year by year: the defender's costs less the challenger's.

    Both by year, now first, sales negative. Insider (the trade-in lowers the challenger's price) and outsider
    (keeping forgoes it) give the same flow.
    """
    old, new = np.broadcast_arrays(_last_axis("defender", defender), _last_axis("challenger", challenger))
    return np.asarray(old - new, dtype=np.float64)


def _factors(rate: float, years: int) -> Floats:
    return arrays.discount_factors(_rate(rate), years)[..., 1:]


def _rate(rate: float) -> float:
    if not np.isfinite(rate) or rate < 0:
        raise InvalidInput("rate", "must be 0 or above")
    return rate


def _years(costs: ArrayLike, market: ArrayLike) -> tuple[Floats, Floats]:
    spent, worth = _last_axis("costs", costs), _last_axis("market", market)
    if spent.shape[-1] != worth.shape[-1]:
        raise InvalidInput("market", "needs one value for each year of costs")
    both = np.broadcast_arrays(spent, worth)
    return both[0], both[1]


def _one_path(field: str, values: ArrayLike) -> Floats:
    array = _last_axis(field, values)
    if array.ndim != 1:
        raise InvalidInput(field, "must be one value for each year")
    return array


def _last_axis(field: str, values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise InvalidInput(field, "needs at least one year")
    if not np.isfinite(array).all():
        raise InvalidInput(field, "must all be numbers")
    return array
