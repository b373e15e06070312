"""What one failure costs: lognormal, the fleet's mean, and the unit's own leaning as far as its record carries it.

Amounts are re-priced to today's money before anything is fitted. With ``y_ij = ln(amount)`` of unit ``i``'s
failure ``j``: ``y_ij ~ N(mu + b_i, sigma^2)``, ``b_i ~ N(0, tau^2)``; ``tau^2`` by the moments of a one-way
layout (Searle, Casella and McCulloch 1992), ``b_i`` shrunken by ``tau^2 / (tau^2 + sigma^2 / n_i)``. Failures that
cost nothing (or were credited) are a share of their own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.grid import Floats
from dispatch_tui.roi.marks import Flag

_USUAL_SPREAD = 0.8
"""``sigma`` before any cost is seen: the dearer half of repairs costs three times the cheaper half."""

_WORTH = 2.0
"""The usual spread counts as this many costs seen."""

_UNSURE = 0.7
"""Standard deviation of ``mu`` where the cost of one is only assumed: half to double with 68 %."""

_SINGLY = 40
"""Up to so many failures of one year have their costs drawn one by one."""

_FEW = 3
_MISFIT = 1.5
_ENOUGH_TO_JUDGE = 20


@dataclass(frozen=True, slots=True)
class PricedEvent:
    """One failure's cost as it was paid: minor units (a credit is negative), so many years ago."""

    unit: str
    amount: int
    years_ago: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class CostFit:
    """The cost of a failure in today's money, minor units.

    ``mu`` and ``sigma`` are of the logarithm; ``mu_sd`` is how sure ``mu`` is; ``free`` the share of failures that
    cost nothing. ``leaning`` holds each known unit's shrunken effect on the logarithm with its standard
    deviation; ``between`` is the spread of that effect over units.
    """

    mu: float
    mu_sd: float
    sigma: float
    between: float
    free: float
    units: int
    events: int
    flags: tuple[Flag, ...]
    leaning: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """Cost of a failure of any unit of the fleet, the free ones counted in."""
        spread = self.sigma**2 + self.between**2 + self.mu_sd**2
        return (1 - self.free) * math.exp(self.mu + spread / 2)


def reprice(amount: float, years_ago: float, escalator: float) -> float:
    """What an amount of ``years_ago`` years ago is in today's money, at ``escalator`` a year (0.03 is 3 %)."""
    return amount * float((1 + escalator) ** years_ago)


def fit_costs(
    events: Sequence[PricedEvent], *, escalator: float = 0.0, assumed: int | None = None
) -> CostFit:
    """Fit the costs of a fleet's failures, all in one currency.

    ``assumed`` is the cost of one, today, where no failure has a price. Raises ``InvalidInput``:
    ``cost_per_failure`` where there is neither, ``escalator`` outside -100 % to 100 %, ``years_ago``.
    """
    if not math.isfinite(escalator) or not -1 < escalator <= 1:
        raise InvalidInput("escalator", "must lie between -100 % and 100 % a year")
    if any(not math.isfinite(event.years_ago) or event.years_ago < 0 for event in events):
        raise InvalidInput("years_ago", "a cost on record lies in the past")
    by_unit: dict[str, list[float]] = {}
    for event in events:
        if event.amount > 0:
            today = reprice(event.amount, event.years_ago, escalator)
            by_unit.setdefault(event.unit, []).append(math.log(today))
    if not by_unit:
        return _assumed(assumed, len(events))
    logs = {unit: np.array(sorted(by_unit[unit])) for unit in sorted(by_unit)}
    priced = sum(len(one) for one in logs.values())
    mu, mu_sd, sigma, between = _layout(list(logs.values()))
    leaning = {
        unit: _shrunken(float(one.mean()) - mu, len(one), sigma, between) for unit, one in logs.items()
    }
    return CostFit(
        mu=mu,
        mu_sd=mu_sd,
        sigma=sigma,
        between=between,
        free=1 - priced / len(events),
        units=len(logs),
        events=len(events),
        flags=_cautions(logs, priced, mu, math.hypot(sigma, between)),
        leaning=leaning,
    )


def unit_mean(fit: CostFit, unit: str) -> float:
    """Cost of a failure of this unit, today's minor units; the fleet's for a unit without a priced failure."""
    return cost_moments(fit, unit)[0]


def cost_moments(fit: CostFit, unit: str) -> tuple[float, float]:
    """Mean and mean square of one failure's cost, today's minor units: with ``N`` failures, Poisson of mean ``M``,
    their sum has the mean ``M * mean`` and the variance ``M * mean square`` (the doubt about ``mu`` included)."""
    effect, doubt = fit.leaning.get(unit, (0.0, fit.between))
    variance = fit.sigma**2 + doubt**2 + fit.mu_sd**2
    one = (1 - fit.free) * math.exp(fit.mu + effect + variance / 2)
    return one, (1 - fit.free) * math.exp(2 * (fit.mu + effect) + 2 * variance)


def cost_draws(fit: CostFit, unit: str, counts: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """What so many failures cost together: ``counts`` is ``(paths, years)``, the answer too, in today's minor
    units. The doubt about ``mu`` and about the unit is drawn once per path, each failure's cost for itself; more than
    :data:`_SINGLY` in one year are drawn together, by a gamma law of the same mean and variance."""
    effect, doubt = fit.leaning.get(unit, (0.0, fit.between))
    level = fit.mu + effect + math.hypot(doubt, fit.mu_sd) * rng.standard_normal(len(counts))
    failures = counts.ravel() if fit.free == 0 else rng.binomial(counts, 1 - fit.free).ravel()
    many = np.flatnonzero(failures > _SINGLY)
    cell = np.repeat(np.arange(failures.size), np.where(failures > _SINGLY, 0, failures))
    one = np.exp(fit.sigma * rng.standard_normal(len(cell)))
    together = np.bincount(cell, weights=one, minlength=failures.size)
    if many.size:
        mean, spread = math.exp(fit.sigma**2 / 2), math.expm1(fit.sigma**2)
        together[many] = rng.standard_gamma(failures[many] / spread) * mean * spread
    return np.asarray(together.reshape(counts.shape) * np.exp(level)[:, None])


def _assumed(assumed: int | None, free: int) -> CostFit:
    if assumed is None or assumed <= 0:
        raise InvalidInput(
            "cost_per_failure", "no failure on record has a cost", "Enter what one usually costs."
        )
    flag = Flag("cost_assumed", "No failure on record has a cost: the cost of one is an assumption.")
    # The figure typed in is the mean that is meant, whatever the spread around it.
    mu = math.log(assumed) - (_USUAL_SPREAD**2 + _UNSURE**2) / 2
    return CostFit(mu, _UNSURE, _USUAL_SPREAD, 0.0, 0.0, 0, free, (flag,))


def _layout(groups: list[Floats]) -> tuple[float, float, float, float]:
    """``mu``, its standard deviation, ``sigma`` and ``tau`` of a one-way layout with units of unequal size."""
    sizes = np.array([len(one) for one in groups], dtype=float)
    means = np.array([float(one.mean()) for one in groups])
    total, units = float(sizes.sum()), len(groups)
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in groups)
    sigma2 = (within + _WORTH * _USUAL_SPREAD**2) / (total - units + _WORTH)
    tau2 = 0.0
    if units > 1:
        grand = float(sizes @ means) / total
        scatter = float(sizes @ (means - grand) ** 2)
        size = total - float(sizes @ sizes) / total
        tau2 = max(0.0, (scatter - (units - 1) * sigma2) / size)
    weight = 1 / (tau2 + sigma2 / sizes)
    mu = float(weight @ means / weight.sum())
    return mu, math.sqrt(1 / float(weight.sum())), math.sqrt(sigma2), math.sqrt(tau2)


def _shrunken(apart: float, count: int, sigma: float, between: float) -> tuple[float, float]:
    """A unit's effect and its standard deviation."""
    share = between**2 / (between**2 + sigma**2 / count)
    return share * apart, between * math.sqrt(1 - share)


def _cautions(logs: Mapping[str, Floats], priced: int, mu: float, spread: float) -> tuple[Flag, ...]:
    if priced < _FEW:
        seen = "one cost" if priced == 1 else f"{priced} costs"
        return (Flag("few_costs", f"The cost of a failure rests on {seen} on record."),)
    mean = float(np.exp(np.concatenate(list(logs.values()))).mean())
    fitted = math.exp(mu + spread**2 / 2)
    if priced >= _ENOUGH_TO_JUDGE and not 1 / _MISFIT < mean / fitted < _MISFIT:
        return (
            Flag(
                "cost_misfit",
                f"Costs on record average {mean / fitted:.0%} of what the fitted law makes of them: "
                "a few very dear or very cheap ones.",
            ),
        )
    return ()
