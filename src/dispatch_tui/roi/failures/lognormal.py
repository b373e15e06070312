"""Lognormal lives: the logarithm of a life is normal. Right-censored lives count with what they lived."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import NORMAL
from dispatch_tui.roi.failures.lives import Floats, Lives, require_failures


@dataclass(frozen=True, slots=True)
class Lognormal:
    """``mu`` and ``sigma`` of the natural logarithm; half of the lives end by ``exp(mu)``."""

    mu: float
    sigma: float

    @property
    def median(self) -> float:
        return math.exp(self.mu)

    @property
    def mean(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)

    def survival(self, age: float) -> float:
        return NORMAL.cdf((self.mu - math.log(age)) / self.sigma)

    def quantile(self, p: float) -> float:
        """The age by which the share ``p`` has ended."""
        return math.exp(self.mu + self.sigma * NORMAL.inv_cdf(p))


def fit(known: Lives) -> Lognormal:
    """The likeliest law of these lives, watched from new.

    Newton's steps in ``(mu, 1) / sigma``, where the likelihood is concave (Burridge 1981), so that a step
    halved often enough always climbs. Raises ``InvalidInput`` with fewer than two different ends.
    """
    require_failures(known, 2)
    if known.entered.any():
        raise InvalidInput("entered", "lives watched late need the Weibull fit")
    logs = np.log(known.age)
    ended, going_on = logs[known.ended], logs[~known.ended]
    if np.ptp(ended) == 0:
        raise InvalidInput("ended", "all ended at one age: no spread can be told")
    middle, unit = float(ended.mean()), float(ended.std())
    y, c = (ended - middle) / unit, (going_on - middle) / unit
    a, b = 0.0, 1.0
    value = _value(a, b, y, c)
    for _ in range(200):
        step_a, step_b, gain = _step(a, b, y, c)
        if gain < 1e-20:
            break
        size = 1.0
        while size > 1e-12:
            if b + size * step_b > 0 and (new := _value(a + size * step_a, b + size * step_b, y, c)) >= value:
                break
            size /= 2
        else:
            break
        a, b, value = a + size * step_a, b + size * step_b, new
    return Lognormal(middle + unit * a / b, unit / b)


def _value(a: float, b: float, y: Floats, c: Floats) -> float:
    z = b * y - a
    beyond = sum(_log_above(float(one)) for one in b * c - a)
    return len(y) * math.log(b) - float((z**2).sum()) / 2 + beyond


def _step(a: float, b: float, y: Floats, c: Floats) -> tuple[float, float, float]:
    """Newton's step for (a, b) and twice the gain in likelihood that it foretells."""
    z, zc = b * y - a, b * c - a
    h = np.array([_hazard(float(one)) for one in zc])
    curve = h * (h - zc)
    slope_a = float(z.sum() + h.sum())
    slope_b = len(y) / b - float((z * y).sum() + (h * c).sum())
    aa = len(y) + float(curve.sum())
    ab = -float(y.sum() + (curve * c).sum())
    bb = len(y) / b**2 + float((y**2).sum() + (curve * c**2).sum())
    det = aa * bb - ab**2
    step_a, step_b = (bb * slope_a - ab * slope_b) / det, (aa * slope_b - ab * slope_a) / det
    return step_a, step_b, step_a * slope_a + step_b * slope_b


def _log_above(z: float) -> float:
    """``ln P(Z > z)``; far out by the first terms of Mills' ratio."""
    if z < 30:
        return math.log(math.erfc(z / math.sqrt(2)) / 2)
    return -(z**2) / 2 - math.log(z * math.sqrt(2 * math.pi)) - 1 / z**2


def _hazard(z: float) -> float:
    """Density over tail of the standard normal."""
    return math.exp(-(z**2) / 2 - math.log(2 * math.pi) / 2 - _log_above(z))
