"""Parts likely needed on the next visit, from what was used on this unit and on others of its model.

A part's chance is the share of failure visits that used it. A unit's own visits are few, so its share is drawn towards
the fleet's as if :data:`FLEET_VISITS` visits of the fleet had been its own (a beta prior with that many visits; Gelman
et al., Bayesian Data Analysis, ch. 2.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FLEET_VISITS = 4
"""How much the fleet weighs; assumed, and little beside a dozen visits of the unit's own."""

FEWEST = 2
"""A part used once anywhere tells nothing."""


@dataclass(frozen=True, slots=True)
class PartCount:
    """On how many failure visits a part was used: here on this unit, elsewhere on others of the model; ``cost`` is what
    these visits cost on average (minor units), ``None`` where nobody knows."""

    name: str
    number: str
    here: int
    elsewhere: int
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class PartClue:
    """A part that may be needed; ``chance`` (0 to 1) for the next failure visit, with the counts behind it."""

    name: str
    number: str
    chance: float
    here: int
    visits_here: int
    elsewhere: int
    visits_elsewhere: int
    cost: float | None = None
    """Of a visit on which it was used, minor units."""

    @property
    def share(self) -> float:
        """The share of all failure visits on which it was used."""
        return (self.here + self.elsewhere) / max(1, self.visits_here + self.visits_elsewhere)


def likely_parts(
    counts: Iterable[PartCount], visits_here: int, visits_elsewhere: int, *, most: int = 8
) -> tuple[PartClue, ...]:
    """The parts with the greatest chance first; none from a part that was used on fewer than two visits."""
    found = [
        PartClue(
            one.name,
            one.number,
            _chance(one, visits_here, visits_elsewhere),
            one.here,
            visits_here,
            one.elsewhere,
            visits_elsewhere,
            one.cost,
        )
        for one in counts
        if one.here + one.elsewhere >= FEWEST
    ]
    found.sort(key=lambda one: (-one.chance, one.name, one.number))
    return tuple(found[:most])


def _chance(one: PartCount, here: int, elsewhere: int) -> float:
    if not elsewhere:
        return one.here / (here + FLEET_VISITS)  # nobody else's record: what is not known to be needed is not
    fleet = one.elsewhere / elsewhere
    return (one.here + FLEET_VISITS * fleet) / (here + FLEET_VISITS)
