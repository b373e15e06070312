"""Closed forms of what the Monte Carlo run draws: the check on it, and quick answers where they are enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import discount


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and variance of an uncertain amount or number."""

    mean: float
    variance: float

    @property
    def sd(self) -> float:
        return math.sqrt(self.variance)


def lognormal(median: float, sigma: float) -> Moments:
    """An amount whose logarithm is normal: ``E X = m exp(s^2/2)``, ``Var X = (E X)^2 (exp(s^2) - 1)``."""
    if median <= 0 or sigma < 0:
        raise InvalidInput("cost", "needs a median above 0 and a sigma of 0 or above")
    mean = median * math.exp(sigma**2 / 2)
    return Moments(mean, mean**2 * math.expm1(sigma**2))


def failures(mean: float, shape: float = math.inf) -> Moments:
    """A number of failures: Poisson, or negative binomial where units differ by a gamma factor of this ``shape``."""
    if mean < 0 or shape <= 0:
        raise InvalidInput("failures", "needs a mean of 0 or above and a shape above 0")
    return Moments(mean, mean + mean**2 / shape)


def compound(number: Moments, each: Moments) -> Moments:
    """So many amounts together: ``E S = E N E X``, ``Var S = E N Var X + Var N (E X)^2``."""
    return Moments(number.mean * each.mean, number.mean * each.variance + number.variance * each.mean**2)


def present(yearly: Moments, rate: float, years: int, *, correlated: bool) -> Moments:
    """The present value of ``years`` yearly amounts: the same amount each year (``correlated``), or each for itself."""
    worn = discount(rate, years)
    factor = float(worn.sum()) ** 2 if correlated else float((worn**2).sum())
    return Moments(yearly.mean * float(worn.sum()), yearly.variance * factor)


def chance_above(amount: Moments, limit: float) -> float:
    """The probability that a normal amount exceeds ``limit``."""
    if amount.variance == 0:
        return 0.5 if amount.mean == limit else float(amount.mean > limit)
    return 0.5 * math.erfc((limit - amount.mean) / amount.sd / math.sqrt(2))


def worth_of_knowing(gain: Moments) -> float:
    """EVPI of taking or leaving a normal ``gain``: ``sd (phi(z) - z Phi(-z))`` with ``z = |mean| / sd``."""
    if gain.variance == 0:
        return 0.0
    z = abs(gain.mean) / gain.sd
    density = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return gain.sd * (density - z * 0.5 * math.erfc(z / math.sqrt(2)))
