"""Weibull lives: ``P(life > t) = exp(-(t / scale)**shape)``, with lives that go on and lives watched late.

The likelihood of a life watched from S to T is that of a power law watched over the same window until its
first failure, so that both are fitted by one equation (``power_law.shape``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures import power_law
from dispatch_tui.roi.failures.bounds import Bounds, wald
from dispatch_tui.roi.failures.chance import gamma_share
from dispatch_tui.roi.failures.lives import Lives, require_failures
from dispatch_tui.roi.marks import Flag


@dataclass(frozen=True, slots=True)
class Weibull:
    """``scale`` is the age by which 63 % have ended."""

    shape: float
    scale: float

    @property
    def mu(self) -> float:
        """Location of the logarithm (smallest extreme value): ln scale."""
        return math.log(self.scale)

    @property
    def sigma(self) -> float:
        """Spread of the logarithm: 1 / shape."""
        return 1 / self.shape

    @property
    def mean(self) -> float:
        """Mean life."""
        return self.scale * math.gamma(1 + 1 / self.shape)

    def survival(self, age: float) -> float:
        return math.exp(-self.hazard_until(age))

    def hazard_until(self, age: float) -> float:
        """Cumulative hazard: expected ends up to that age if each were made good at once."""
        return math.pow(age / self.scale, self.shape)

    def hazard(self, age: float) -> float:
        """Ends per unit of age among those that have come to that age (above zero)."""
        return self.shape / self.scale * math.pow(age / self.scale, self.shape - 1)

    def quantile(self, p: float) -> float:
        """The age by which the share ``p`` has ended (B10: 0.1)."""
        return self.scale * math.exp(math.log(-math.log1p(-p)) / self.shape)

    def lived_until(self, age: float) -> float:
        """Mean of the life or ``age``, whichever comes first: the integral of the survival up to there."""
        return self.mean * gamma_share(1 / self.shape, self.hazard_until(age))


@dataclass(frozen=True, slots=True)
class WeibullFit:
    """The likeliest law; standard errors are of the logarithms of shape and scale."""

    law: Weibull
    lives: Lives
    log_shape_se: float
    log_scale_se: float
    log_likelihood: float
    flags: tuple[Flag, ...]

    def shape_bounds(self, confidence: float) -> Bounds:
        return wald(self.law.shape, self.log_shape_se, confidence)

    def scale_bounds(self, confidence: float) -> Bounds:
        return wald(self.law.scale, self.log_scale_se, confidence)


def fit(known: Lives) -> WeibullFit:
    """The likeliest law of these lives. Raises ``InvalidInput`` where none has ended or all ended at one age."""
    require_failures(known)
    count = known.failures
    unit = float(known.age.max())
    ages, entered = known.age / unit, known.entered / unit
    ended = ages[known.ended]
    if float(ended.min()) == 1.0:
        raise InvalidInput("ended", "all that ended did so at the oldest age on record: no shape can be told")
    log_ages = float(np.log(ended).sum())
    shape, information = power_law.shape(count, log_ages, entered, ages)
    scale = float((np.sum(ages**shape - entered**shape) / count) ** (1 / shape))
    law = Weibull(shape, scale * unit)
    return WeibullFit(
        law=law,
        lives=known,
        log_shape_se=1 / (shape * math.sqrt(information)),
        log_scale_se=_log_scale_se(law, known, information),
        log_likelihood=log_likelihood(law, known),
        flags=(Flag("thin_history", f"Only {count} {'life has' if count == 1 else 'lives have'} ended."),)
        if count < 3
        else (),
    )


def log_likelihood(law: Weibull, known: Lives) -> float:
    """Log-likelihood of the lives; ages in their own unit."""
    ended = known.age[known.ended]
    rates = np.log(law.shape) - law.shape * np.log(law.scale) + (law.shape - 1) * np.log(ended)
    hazard = (known.age / law.scale) ** law.shape - (known.entered / law.scale) ** law.shape
    return float(rates.sum() - hazard.sum())


def _log_scale_se(law: Weibull, known: Lives, information: float) -> float:
    """At the estimate, ln scale and shape have the information ``n b**2``, cross term c; that of the shape
    alone is ``information + c**2 / (n b**2)``."""
    count, b = known.failures, law.shape
    late = np.where(known.entered > 0, known.entered, law.scale) / law.scale
    began = np.where(known.entered > 0, late**b * np.log(late), 0.0)
    ratio = known.age / law.scale
    cross = b * float((ratio**b * np.log(ratio) - began).sum())
    return math.sqrt(1 / (count * b**2) + (cross / (count * b**2)) ** 2 / information)
