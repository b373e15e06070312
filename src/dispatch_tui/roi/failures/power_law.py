"""The power law with minimal repair: failures of a system at age t come at the rate ``lam * beta * t**(beta-1)``.

A repair leaves the system as old as it was. ``beta`` above 1: failures come closer together with age.
Source: Crow, Reliability Analysis for Complex, Repairable Systems (AMSAA TR-138, 1975); MIL-HDBK-189, app. C.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import log_root
from dispatch_tui.roi.failures.systems import System, cautions
from dispatch_tui.roi.marks import Flag

FLATTEST, STEEPEST = 1e-3, 1e2
"""Shapes that a fit may find; what lies beyond is no ageing but an accident of a thin log."""


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """``(t / scale)**beta`` failures up to age t; ages in the unit of the log.

    ``scale`` is the age by which one failure is expected (the Weibull scale of the first one).
    """

    scale: float
    beta: float

    @classmethod
    def from_lam(cls, lam: float, beta: float) -> PowerLaw:
        """The law with ``lam`` failures up to age 1."""
        return cls(math.exp(-math.log(lam) / beta), beta)

    @property
    def lam(self) -> float:
        """Failures up to age 1, ``scale**-beta``: far from one where ages are counted in small units."""
        return math.pow(self.scale, -self.beta)

    def expected(self, age: float, since: float = 0.0) -> float:
        """Expected failures between two ages."""
        return math.pow(age / self.scale, self.beta) - math.pow(since / self.scale, self.beta)

    def rate(self, age: float) -> float:
        """Failures per unit of age, at that age (above zero)."""
        return self.beta / self.scale * math.pow(age / self.scale, self.beta - 1)

    def mtbf(self, age: float) -> float:
        """Mean time between failures at that age: what it would be if ageing stopped there."""
        return 1 / self.rate(age)


@dataclass(frozen=True, slots=True)
class Fit:
    """The maximum likelihood law of some systems together, and what to mind. ``log_beta_se``: error of ln beta."""

    law: PowerLaw
    systems: tuple[System, ...]
    log_beta_se: float
    flags: tuple[Flag, ...]

    @property
    def failures(self) -> int:
        return sum(len(one.failures) for one in self.systems)

    @property
    def free(self) -> int:
        """Failures less those that ended their system's window: half the degrees of freedom of beta."""
        return sum(one.free for one in self.systems)

    @property
    def common_end(self) -> float | None:
        """The age to which all systems were watched from new; ``None`` where they differ or began late."""
        ends = {one.end for one in self.systems}
        return ends.pop() if len(ends) == 1 and not any(one.start for one in self.systems) else None


def fit(systems: Sequence[System]) -> Fit:
    """The law that makes these logs likeliest, each within its own window ``[start, end]``.

    Raises ``InvalidInput`` where no such law exists: no failure at all, a single one that itself ended the
    window, failures only at the very end, or thinning out faster than any power of age above zero.
    """
    count = sum(len(one.failures) for one in systems)
    if not count:
        raise InvalidInput("failures", "none on record", "Watch longer, or pool with like units.")
    if not sum(one.free for one in systems):
        raise InvalidInput(
            "failures",
            "one failure that also ended the record says nothing of ageing",
            "Say until which age the unit was watched.",
        )
    unit = max(one.end for one in systems)
    log_ages = sum(math.log(age / unit) for one in systems for age in one.failures)
    starts = np.array([one.start for one in systems]) / unit
    ends = np.array([one.end for one in systems]) / unit
    beta, information = shape(count, log_ages, starts, ends)
    windows = float(np.sum(ends**beta - starts**beta))
    scale = unit * math.pow(windows / count, 1 / beta)
    return Fit(PowerLaw(scale, beta), tuple(systems), 1 / (beta * math.sqrt(information)), cautions(systems))


def shape(
    count: float, log_ages: float, starts: np.ndarray, ends: np.ndarray, weights: np.ndarray | float = 1.0
) -> tuple[float, float]:
    """The shape at which ``count`` events with ``log_ages`` (sum of their ln age) are likeliest, and the
    information on it (scale profiled out). Windows are arrays of ages with the longest end at 1.

    The profile likelihood ``n ln(beta) + beta sum(ln t) - n ln sum(T**beta - S**beta)`` is concave in beta
    (the last sum over beta is a mixture of exponentials in beta), so that its slope has one root at most.
    """

    def slope(beta: float) -> float:
        whole, first, _ = _moments(beta, starts, ends, weights)
        return count / beta + log_ages - count * first / whole

    if slope(FLATTEST) <= 0:
        raise InvalidInput("failures", "they thin out faster than any power law", "Check the ages.")
    if slope(STEEPEST) >= 0:
        raise InvalidInput("failures", "all lie at the very end of the window", "Check where it ends.")
    beta = log_root(slope, FLATTEST, STEEPEST)
    whole, first, second = _moments(beta, starts, ends, weights)
    return beta, count * (1 / beta**2 + second / whole - (first / whole) ** 2)


def _moments(
    beta: float, starts: np.ndarray, ends: np.ndarray, weights: np.ndarray | float
) -> tuple[float, float, float]:
    """``sum w (T**b (ln T)**k - S**b (ln S)**k)`` for k = 0, 1, 2; a start at zero adds nothing."""
    late = np.where(starts > 0, starts, 1.0)
    began = np.where(starts > 0, late**beta, 0.0)
    log_end, log_start, power = np.log(ends), np.log(late), ends**beta
    terms = (power * log_end**k - began * log_start**k for k in range(3))
    whole, first, second = (float(np.sum(weights * term)) for term in terms)
    return whole, first, second


def unbiased(found: Fit) -> PowerLaw:
    """The law with the bias of beta taken out ("modified" in NIST 8.4.5.2), its scale to match the count.

    ``beta * (m - 1) / n``, with m of the n failures free (Crow 1974). Raises ``InvalidInput`` where the
    systems were not watched from new to one age, or with fewer than two free failures.
    """
    end = found.common_end
    if end is None:
        raise InvalidInput("systems", "the bias is known only for systems watched from new to one age")
    if found.free < 2:
        raise InvalidInput("failures", "too few to take the bias out", "The plain estimate stands.")
    beta = found.law.beta * (found.free - 1) / found.failures
    return PowerLaw(end * math.pow(len(found.systems) / found.failures, 1 / beta), beta)


def common_shape(systems: Sequence[System]) -> float:
    """One beta for systems that each have a rate of their own: ``sum m / sum sum ln(T / t)`` (Crow 1974).

    Conditional on each system's count, unbiased with ``m - 1`` above the line; all watched from new.
    """
    if any(one.start for one in systems):
        raise InvalidInput("start", "a record that begins late needs the common fit")
    free = sum(one.free for one in systems)
    spread = sum(math.log(one.end / age) for one in systems for age in one.failures)
    if not free or spread <= 0:
        raise InvalidInput("failures", "none before the end of a window")
    return free / spread
