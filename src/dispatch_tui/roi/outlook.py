"""How each way forward fails, from what its fleet shows to thousands of drawn futures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dispatch_tui.roi.costs import Array
from dispatch_tui.roi.failures.event_costs import CostFit, cost_draws, unit_mean
from dispatch_tui.roi.failures.fleet import FleetFit
from dispatch_tui.roi.failures.forecast import Draws, draw, expected, predict_mean
from dispatch_tui.roi.failures.records import NO_HISTORY, AgeClock, UnitRecord
from dispatch_tui.roi.futures import PATHS, Futures, Outlook, gathered, stream
from dispatch_tui.roi.usage import usage_ratio

COMING = 10
"""Years over which "failures a year" is an average, whatever the years compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Failing:
    """How one way fails, as far as is known. ``age`` is today's and ``use`` what a year adds, by the fit's clock.

    ``scale`` raises or lowers the rate to what somebody stated; ``renewed`` is the share of the failures that a
    new component takes on, so that they start at age 0.
    """

    fit: FleetFit
    costs: CostFit
    unit: UnitRecord = NO_HISTORY
    age: float = 0.0
    use: float = 1.0
    scale: float = 1.0
    renewed: float = 0.0
    why: str = ""
    """Why its ages are counted by that clock, in a sentence."""

    def like(self, other: Failing) -> bool:
        """Whether both give the same draws."""
        return (self.fit is other.fit and self.costs is other.costs) and (
            (self.unit, self.age, self.use, self.scale, self.renewed)
            == (other.unit, other.age, other.use, other.scale, other.renewed)
        )

    @property
    def yearly(self) -> float:
        """Expected failures a year over the next :data:`COMING` years, as the records have it."""
        return predict_mean(self.fit, self.unit, self.age, self.age + self.use * COMING) / COMING

    def used(self, recorded: float | None, wanted: float | None) -> Failing:
        """The same with another use a year; by the calendar the rate follows in proportion."""
        ratio, _ = usage_ratio(recorded, wanted)
        if self.fit.clock is AgeClock.HOURS:
            return replace(self, use=self.use * ratio)
        return replace(self, scale=self.scale * ratio)

    def ages(self, years: int) -> tuple[Array, Array]:
        """The age at which each coming year begins and ends."""
        begins = self.age + self.use * np.arange(years, dtype=np.float64)
        return begins, begins + self.use


def futures(ways: Mapping[str, Failing], years: int, *, seed: int, paths: int = PATHS) -> Futures:
    """Draw ``paths`` futures of ``years`` years for every way. Raises ``InvalidInput`` for none of either."""
    drawn = {name: _outlook(one, years, paths, stream(seed, name)) for name, one in ways.items()}
    return gathered(drawn, seed=seed)


def _outlook(failing: Failing, years: int, paths: int, rng: np.random.Generator) -> Outlook:
    begins, ends = failing.ages(years)
    drawn = draw(failing.fit, failing.unit, paths, rng)
    if failing.scale != 1:
        drawn = Draws(drawn.beta, drawn.a, drawn.lam * failing.scale, drawn.u, drawn.beyond, drawn.oldest)
    likely = expected(drawn, begins, ends)
    number = rng.poisson(likely)
    if failing.renewed:
        young = expected(drawn, begins - failing.age, ends - failing.age)
        ratio = np.divide(young, likely, out=np.ones_like(likely), where=likely > 0)
        number = rng.binomial(number, 1 - failing.renewed * np.clip(1 - ratio, 0, 1))
    amounts = cost_draws(failing.costs, failing.unit.unit, number, rng)
    one = unit_mean(failing.costs, failing.unit.unit)
    return Outlook(number.astype(np.float64), amounts / one, proneness(likely))


def proneness(likely: Array) -> Array:
    """How failure-prone a unit is in each future, with a mean of 1, by the failures expected there: (paths,).

    One that never fails is as prone in all of them.
    """
    in_all = likely.sum(axis=1)
    return np.asarray(in_all / in_all.mean() if in_all.any() else np.ones(len(in_all)))
