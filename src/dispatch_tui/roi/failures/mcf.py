"""The mean cumulative function: failures (or their cost) per unit up to each age, with no model at all.

At each age at which something happened the mean over the units watched at that age is added (Nelson 1988).
The variance lets a unit's failures depend on each other: Lawless & Nadeau, Technometrics 37 (1995).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import NORMAL, tails
from dispatch_tui.roi.failures.lives import Floats
from dispatch_tui.roi.failures.systems import System
from dispatch_tui.roi.marks import Flag

FEW = 5
"""With fewer units under watch a step of the curve rests on too little."""


@dataclass(frozen=True, slots=True, eq=False)
class Mcf:
    """The curve at each age where it steps, ascending; between steps it is flat. All arrays are of one length."""

    age: Floats
    mean: Floats
    """Failures (or cost) per unit from the earliest start to that age."""
    se: Floats
    """Robust standard error of the mean."""
    at_risk: Floats
    """Units under watch at that age."""
    units: int
    failures: int
    flags: tuple[Flag, ...]

    def at(self, age: float) -> float:
        """The mean at any age: 0 before the first step."""
        step = int(np.searchsorted(self.age, age, side="right"))
        return float(self.mean[step - 1]) if step else 0.0

    def se_at(self, age: float) -> float:
        """The standard error at any age."""
        step = int(np.searchsorted(self.age, age, side="right"))
        return float(self.se[step - 1]) if step else 0.0

    def band(self, confidence: float) -> tuple[Floats, Floats]:
        """Lower and upper at each step, on the logarithm of the mean, so that the band stays above zero."""
        z = NORMAL.inv_cdf(tails(confidence)[1])
        spread = np.exp(z * self.se / self.mean)
        return self.mean / spread, self.mean * spread


def mcf(systems: Sequence[System], marks: Sequence[Sequence[float]] | None = None) -> Mcf:
    """The curve of these units; ``marks`` weighs each failure (its cost, say) instead of counting it.

    A unit is watched from after its ``start`` to its ``end``, that age included, so that a failure at the
    very end counts. Raises ``InvalidInput`` without units, for marks that do not match the failures, and
    for negative ones.
    """
    if not systems:
        raise InvalidInput("systems", "no unit on record")
    weights = (
        [[1.0] * len(one.failures) for one in systems] if marks is None else [list(one) for one in marks]
    )
    if [len(one) for one in weights] != [len(one.failures) for one in systems]:
        raise InvalidInput("marks", "one for each failure is needed")
    if any(not math.isfinite(mark) or mark < 0 for one in weights for mark in one):
        raise InvalidInput("marks", "must be zero or more")
    ages = np.unique([age for one in systems for age in one.failures])
    starts = np.sort([one.start for one in systems])
    ends = np.sort([one.end for one in systems])
    at_risk = (np.searchsorted(starts, ages, side="left") - np.searchsorted(ends, ages, side="left")).astype(
        float
    )
    step = np.zeros(len(ages))
    squares = np.zeros(len(ages))
    for one, own in zip(systems, weights, strict=True):
        np.add.at(step, np.searchsorted(ages, one.failures), own)
    step /= at_risk
    for one, own in zip(systems, weights, strict=True):
        unexplained = np.where((one.start < ages) & (ages <= one.end), -step, 0.0)
        np.add.at(unexplained, np.searchsorted(ages, one.failures), own)
        squares += np.cumsum(unexplained / at_risk) ** 2
    return Mcf(
        age=ages,
        mean=np.cumsum(step),
        se=np.sqrt(squares),
        at_risk=at_risk,
        units=len(systems),
        failures=sum(len(one.failures) for one in systems),
        flags=_cautions(systems, ages, at_risk),
    )


def _cautions(systems: Sequence[System], ages: Floats, at_risk: Floats) -> tuple[Flag, ...]:
    flags = []
    if not len(ages):
        flags.append(Flag("no_failures", "No failure on record: the curve stays at zero."))
    if len(ages) and at_risk.min() < min(FEW, len(systems)):
        first = float(ages[at_risk < FEW][0])
        flags.append(Flag("few_at_risk", f"From age {first:g} some steps rest on fewer than {FEW} units."))
    reached = min(one.start for one in systems)
    for one in sorted(systems, key=lambda each: each.start):
        if one.start > reached:
            gap = f"Nobody watched between the ages {reached:g} and {one.start:g}"
            flags.append(Flag("gap", f"{gap}: the curve leaves out what happened there."))
        reached = max(reached, one.end)
    return tuple(flags)
