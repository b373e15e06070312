"""What a fleet's records say of how its units fail, and how sure that is.

Histories are short, start late and differ between units. So the fleet is fitted as one, each unit keeps a
factor of its own, and the whole posterior goes into the forecast (:mod:`~dispatch_tui.roi.failures.forecast`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.checks import fit_flags
from dispatch_tui.roi.failures.grid import Nodes, exposure, posterior
from dispatch_tui.roi.failures.prior import UNIT_SPREAD, Prior, last_resort
from dispatch_tui.roi.failures.records import AgeClock, UnitRecord
from dispatch_tui.roi.marks import Flag

FEW = 10
"""Below this many failures on record a fleet says little of its law, least of how it goes on with age."""

_FAR_OFF = 3.0

_SHAPE_BETWEEN_MODELS = 0.25
"""How far the ``ln beta`` of a model lies from its family's."""


@dataclass(frozen=True, slots=True, eq=False)
class FleetFit:
    """A fleet's failure law with its uncertainty. ``oldest`` is the greatest age at which a unit was watched,
    or the span of the prior where none was; ``flags`` are cautions on the fleet, not on one unit."""

    clock: AgeClock
    units: int
    failures: int
    oldest: float
    nodes: Nodes
    prior: Prior
    flags: tuple[Flag, ...]

    @property
    def prior_only(self) -> bool:
        """True where the fleet has no failure on record."""
        return self.failures == 0

    @property
    def beta(self) -> float:
        """Posterior mean of the shape: above 1 failures come closer together with age."""
        return float(self.nodes.weight @ self.nodes.beta)

    @property
    def beta_range(self) -> tuple[float, float]:
        """What holds the shape with 80 %."""
        return _shape_quantile(self.nodes, 0.1), _shape_quantile(self.nodes, 0.9)

    @property
    def cv(self) -> float:
        """Posterior mean of the coefficient of variation between units."""
        return float(self.nodes.weight @ (1 / np.sqrt(self.nodes.a)))

    def expected(self, start: float, end: float) -> float:
        """Failures of a unit of the common kind between two ages, mean of the posterior."""
        nodes = self.nodes
        return float(nodes.weight @ (nodes.lam * (end**nodes.beta - start**nodes.beta)))

    def rate_at(self, age: float) -> float:
        """Failures per unit of age at ``age`` (above 0), of a unit of the common kind."""
        if not math.isfinite(age) or age <= 0:
            raise InvalidInput("age", "must be a number above 0")
        nodes = self.nodes
        return float(nodes.weight @ (nodes.lam * nodes.beta * age ** (nodes.beta - 1)))


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """How a unit compares with its fleet: ``factor = weight * observed/expected + (1 - weight) * 1``.

    ``expected`` is what the fleet's law makes of the unit's time on record, ``observed`` what happened, ``weight``
    (0 to 1) how far the unit's own record decides.
    """

    factor: float
    weight: float
    expected: float
    observed: int


def fit_fleet(
    units: Sequence[UnitRecord],
    *,
    clock: AgeClock = AgeClock.YEARS,
    use_per_year: float = 1.0,
    prior: Prior | None = None,
) -> FleetFit:
    """Fit the units of one model together.

    ``use_per_year`` is how much age a calendar year brings: 1 by the years clock, hours of use by the other; it
    places the last-resort prior only. Without a ``prior`` (:func:`~dispatch_tui.roi.failures.prior.rated`,
    :func:`from_family`) that is what an unwatched fleet gets, flagged. Raises ``InvalidInput``
    (``use_per_year``).
    """
    if not math.isfinite(use_per_year) or use_per_year <= 0:
        raise InvalidInput(
            "use_per_year",
            "must be above 0",
            "A unit that stands still needs no forecast; retire it instead.",
        )
    prior = prior or last_resort(use_per_year)
    nodes = posterior(units, prior, use_per_year)
    watched = [unit for unit in units if unit.windows]
    failures = sum(unit.count for unit in watched)
    oldest = max((unit.oldest for unit in watched), default=prior.span_of(use_per_year))
    at = min(oldest, prior.span_of(use_per_year))
    found = float(nodes.weight @ (nodes.lam * at**nodes.beta))
    return FleetFit(
        clock=clock,
        units=len(watched),
        failures=failures,
        oldest=oldest,
        nodes=nodes,
        prior=prior,
        flags=(
            *_thin(len(watched), failures, prior),
            *_rating_off(failures, found, prior.expected(at, use_per_year), prior),
            *fit_flags(watched, float(nodes.weight @ nodes.beta)),
        ),
    )


def from_family(family: FleetFit, catalogue: Prior | None = None) -> Prior:
    """A product family's fit as what is believed of one of its models, with the model's rating if it has one.

    Models of a family differ as units of a model are assumed to (coefficient of variation 0.5), so that the best
    known family counts as four failures; a rating adds its own. The family's shape carries over, widened.
    """
    if family.prior_only:
        return catalogue or family.prior
    nodes, span = family.nodes, family.oldest
    count = nodes.lam * span**nodes.beta
    mean = float(nodes.weight @ count)
    spread = float(nodes.weight @ (count**2 * (1 + 1 / nodes.shape))) / mean**2 - 1
    events = 1 / (UNIT_SPREAD**2 + spread)
    mtbf = span / mean
    log_beta = float(nodes.weight @ np.log(nodes.beta))
    variance = float(nodes.weight @ (np.log(nodes.beta) - log_beta) ** 2)
    if catalogue is not None:
        mtbf = (events * mtbf + catalogue.events * catalogue.mtbf) / (events + catalogue.events)
        events += catalogue.events
    return Prior(mtbf, events, span, log_beta, math.hypot(math.sqrt(variance), _SHAPE_BETWEEN_MODELS))


def unit_factor(fit: FleetFit, unit: UnitRecord) -> UnitFactor:
    """The unit's own factor, posterior mean; 1 with weight 0 for a unit that nobody watched."""
    nodes = fit.nodes
    likely = nodes.lam * exposure(unit, nodes.beta)
    share = 1 / (nodes.a + likely)
    weight = float(nodes.weight @ (likely * share))
    total = float(nodes.weight @ share)
    expected = weight / total if total > 0 else float(nodes.weight @ likely)
    factor = weight * unit.count / expected + 1 - weight if weight > 0 else 1.0
    return UnitFactor(factor, weight, expected, unit.count)


def _thin(units: int, failures: int, prior: Prior) -> tuple[Flag, ...]:
    if failures >= FEW:
        return ()
    if failures:
        seen = "Only 1 failure" if failures == 1 else f"Only {failures} failures"
        return (Flag("thin_fleet", f"{seen} of this model on record: the forecast may be far off."),)
    source = "a plain assumption" if prior.nobody_said else "the catalogue or the product family"
    seen = "No failure of this model" if units else "No unit of this model"
    return (Flag("prior_only", f"{seen} on record: the forecast rests on {source}."),)


def _rating_off(failures: int, found: float, said: float, prior: Prior) -> tuple[Flag, ...]:
    """Where a rating, or the family, and a record of some size say quite different things."""
    if prior.nobody_said or failures < FEW or 1 / _FAR_OFF < found / said < _FAR_OFF:
        return ()
    words = f"Failures on record are {found / said:.2g} times those that the catalogue or the family says."
    return (Flag("rating_off", words),)


def _shape_quantile(nodes: Nodes, level: float) -> float:
    """Between the grid's points along a straight line."""
    beta, which = np.unique(nodes.beta, return_inverse=True)
    weight = np.bincount(which, weights=nodes.weight)
    return float(np.interp(level, np.cumsum(weight) - weight / 2, beta))
