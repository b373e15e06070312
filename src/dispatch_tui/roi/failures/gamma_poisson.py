"""Rates of units that differ: each unit's rate is Gamma(a, rate b), its failures Poisson; a and b by likelihood.

The estimate of one unit's rate, ``(a + x) / (b + t)``, leans on the others the more the less it was watched
(empirical Bayes; Gaver & O'Muircheartaigh, Technometrics 29, 1987).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.bounds import Bounds
from dispatch_tui.roi.failures.chance import gamma_quantile, log_root, tails
from dispatch_tui.roi.marks import Flag

ALIKE = 1e6
"""A shape from which units differ by less than a thousandth."""


@dataclass(frozen=True, slots=True)
class GammaPoisson:
    """``a`` and ``b`` are ``None`` where the units show no difference beyond chance: all have ``mean_rate``."""

    a: float | None
    b: float | None
    mean_rate: float
    """Failures per unit of exposure over the units."""
    flags: tuple[Flag, ...] = ()

    def rate(self, failures: int, exposure: float) -> float:
        """Posterior mean of the rate of a unit with so many failures in that exposure (0, 0: an unknown unit)."""
        if self.a is None or self.b is None:
            return self.mean_rate
        return (self.a + failures) / (self.b + exposure)

    def rate_bounds(self, failures: int, exposure: float, confidence: float) -> Bounds:
        """Where the unit's rate lies with that probability, the fleet's parameters taken as known."""
        low, high = tails(confidence)
        if self.a is None or self.b is None:
            return Bounds(self.mean_rate, self.mean_rate)
        shape, rate = self.a + failures, self.b + exposure
        return Bounds(gamma_quantile(low, shape) / rate, gamma_quantile(high, shape) / rate)


def fit(failures: Sequence[int], exposure: Sequence[float]) -> GammaPoisson:
    """The likeliest ``a`` and ``b`` for units with so many failures in that exposure each.

    For each ``a`` the score of ``b`` has one root, and the slope along ``a`` is a sum (no digamma needed:
    ``psi(a + x) - psi(a) = sum 1 / (a + k)`` over k < x). Raises ``InvalidInput`` where there is no failure at
    all, for counts below zero or not whole, and for exposure at or below zero.
    """
    if len(failures) != len(exposure) or not failures:
        raise InvalidInput("failures", "one count for each unit's exposure is needed")
    if any(x < 0 or x != int(x) for x in failures):
        raise InvalidInput("failures", "counts are whole numbers of zero or more")
    if any(not math.isfinite(t) or t <= 0 for t in exposure):
        raise InvalidInput("exposure", "must be above zero")
    total, watched = sum(failures), math.fsum(exposure)
    if not total:
        raise InvalidInput("failures", "none in any unit", "Watch longer, or take the catalogue's figure.")
    mean = total / watched
    known = [(int(x), t * mean) for x, t in zip(failures, exposure, strict=True)]

    def slope(a: float) -> float:
        b = _rate(a, known)
        return math.fsum(sum(1 / (a + k) for k in range(x)) - math.log1p(t / b) for x, t in known)

    if slope(ALIKE) >= 0:
        alike = Flag("alike", "The units differ no more than chance would make them: one rate for all.")
        return GammaPoisson(None, None, mean, (alike,))
    a = log_root(slope, 1e-6, ALIKE)
    return GammaPoisson(a, _rate(a, known) / mean, mean)


def _rate(a: float, known: list[tuple[int, float]]) -> float:
    """The likeliest ``b`` for that ``a``, where one failure is expected per unit of exposure overall."""

    def score(b: float) -> float:
        return math.fsum((a * t - b * x) / (b + t) for x, t in known)

    return log_root(score, a * 1e-9, a * 1e9)
