"""What repairs will cost per year, from the unit's own history weighed against its fleet.

Failures come at a steady rate here (no ageing): the rate of the whole model, this unit included, times the
unit's own factor ``u``. Before its record is seen, ``u`` is Gamma with mean 1 and a squared coefficient of
variation of ``1/a = 0.5^2 + 1 / (m + 0.5)``: units differ, and ``m`` failures of the others tell the model's
rate only so well. After ``n`` failures where the model's rate made ``L`` likely,
``E[u] = (a + n) / (a + L)`` (gamma-Poisson). A large fleet weighs as 4 failures of the unit's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.costs import CostEvent, History, trend
from dispatch_tui.roi.marks import Flag

REPAIRS, OTHER_WORK, DOWNTIME = "repairs", "other work", "downtime"
"""Names of the yearly streams that a history gives."""

UNIT_SPREAD = 0.5
"""Coefficient of variation of the failure rate between units of one model."""

RANGE = 1.2816
"""Standard deviations on either side that hold 80 % (normal)."""

_THIN_FAILURES = 3
_THIN_YEARS = 1.0
_ONE_FAILURE_SPREAD = 1.0
"""Coefficient of variation of one repair's cost where fewer than two were seen."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The other units of the same model, this one left out: sums over their observed years."""

    units: int
    unit_years: float
    failures: int
    repair_cost: int
    """Minor units, all failures together, in the history's currency."""

    @property
    def speaks(self) -> bool:
        return self.failures > 0 and self.unit_years > 0

    @property
    def weight(self) -> float:
        """``a``: the fleet's word counts as much as this many failures of the unit's own."""
        return 1 / (UNIT_SPREAD**2 + 1 / (self.failures + 0.5))

    @property
    def cost_per_failure(self) -> float:
        return self.repair_cost / self.failures


@dataclass(frozen=True, slots=True)
class RepairForecast:
    """Repairs per coming year in today's money. ``low`` to ``high`` holds 80 % for the long-run mean.

    ``model_rate`` is failures a unit and year of the model, this unit included; ``own_weight`` is how far the
    unit's own record decides its rate (0 the model alone, 1 the unit alone).
    Other work and downtime are the plain yearly means of the unit's own history.
    """

    history: History
    fleet: Fleet | None
    failures_per_year: float
    model_rate: float
    cost_per_failure: float
    own_weight: float
    low: float
    high: float
    other_per_year: float
    downtime_hours_per_year: float
    flags: tuple[Flag, ...]

    @property
    def per_year(self) -> float:
        """Minor units of repairs a year: failures per year times cost of one."""
        return self.failures_per_year * self.cost_per_failure

    @property
    def prior_only(self) -> bool:
        """True where not one failure of the unit's own stands behind the estimate."""
        return not self.history.failures


def forecast(record: History, fleet: Fleet | None = None) -> RepairForecast:
    """The yearly repair cost to expect.

    Raises ``InvalidInput`` (field ``repairs``) where neither the unit nor its fleet has ever failed: there
    is nothing to estimate from, and somebody has to say a number.
    """
    own = record.failures
    if fleet is not None and fleet.speaks:
        rate, model_rate, cost, weight, spread = _with_fleet(record, fleet)
    elif own:
        rate, cost, weight = len(own) / record.window.years, _mean(own), 1.0
        model_rate = rate
        spread = math.sqrt((1 + _cost_spread(own) ** 2) / len(own))
    else:
        raise InvalidInput(
            "repairs", "neither this unit nor its fleet has a repair on record", "Enter a yearly repair cost."
        )
    years = record.window.years
    middle = rate * cost
    margin = RANGE * spread * abs(middle)
    return RepairForecast(
        history=record,
        fleet=fleet if fleet is not None and fleet.speaks else None,
        failures_per_year=rate,
        model_rate=model_rate,
        cost_per_failure=cost,
        own_weight=weight,
        low=min(middle, max(0.0, middle - margin)),
        high=middle + margin,
        other_per_year=sum(event.amount for event in record.other) / years,
        downtime_hours_per_year=math.fsum(event.downtime_hours for event in record.events) / years,
        flags=(*record.flags, *_cautions(record, fleet_speaks=weight < 1)),
    )


def _with_fleet(record: History, fleet: Fleet) -> tuple[float, float, float, float, float]:
    """Rate, model's rate, cost of one, own weight, relative spread (posterior of ``u`` and of the mean cost)."""
    own, a = record.failures, fleet.weight
    model_rate = (fleet.failures + len(own)) / (fleet.unit_years + record.window.years)
    likely = model_rate * record.window.years
    factor = (a + len(own)) / (a + likely)
    cost = (a * fleet.cost_per_failure + sum(event.amount for event in own)) / (a + len(own))
    spread = math.sqrt((1 + _cost_spread(own) ** 2) / (a + len(own)))
    return factor * model_rate, model_rate, cost, likely / (a + likely), spread


def _mean(events: tuple[CostEvent, ...]) -> float:
    return sum(event.amount for event in events) / len(events)


def _cost_spread(events: tuple[CostEvent, ...]) -> float:
    """Coefficient of variation of the repairs' costs; 1 where two costs above zero were not seen."""
    if len(events) < 2 or _mean(events) <= 0:
        return _ONE_FAILURE_SPREAD
    mean = _mean(events)
    return math.sqrt(math.fsum((event.amount - mean) ** 2 for event in events) / (len(events) - 1)) / mean


def _cautions(record: History, *, fleet_speaks: bool) -> list[Flag]:
    own, years = len(record.failures), record.window.years
    flags = []
    if not own:
        flags.append(Flag("prior_only", "No failure of this unit on record: the estimate is its fleet's."))
    elif own < _THIN_FAILURES or years < _THIN_YEARS:
        words = "one failure" if own == 1 else f"{own} failures"
        flags.append(Flag("thin_history", f"Only {words} in {years:.1f} years on record."))
    if own and not fleet_speaks:
        flags.append(Flag("no_fleet", "No other unit of this model to compare with."))
    if trend(record).direction > 0:
        flags.append(
            Flag("rising", "Failures come closer together: the coming years may cost more than this.")
        )
    return flags
