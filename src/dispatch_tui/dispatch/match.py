"""Who should take this call: every technician with what it would cost and how that splits, or why not.

::

    cost = km * per_km + hours on the road * per_travel_hour + overtime hours * per_overtime_hour
         + late minutes * late_per_minute[priority] * tier   (each minute after late_knee counts late_slope times)
         + not_preferred, where the customer's technician is somebody else

Money is integer minor units; each part is rounded to the nearest and the sum is of the rounded parts.
The scorer looks at one call and what each technician is doing now; it plans nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from dispatch_tui.dispatch.travel import Place, Trip, trip
from dispatch_tui.text import age, plain

_ZERO = timedelta(0)
_ASSUMED = Trip(20.0, timedelta(minutes=35))
_LATE = MappingProxyType({1: 200, 2: 100, 3: 40, 4: 15, 5: 15})


@dataclass(frozen=True, slots=True)
class Weights:
    """The prices, in minor units of the operator's currency (defaults: cents)."""

    per_km: int = 35
    per_travel_hour: int = 2_500
    per_overtime_hour: int = 4_500
    late_per_minute: Mapping[int, int] = field(default_factory=lambda: _LATE)
    late_knee: timedelta = timedelta(minutes=60)
    late_slope: int = 2
    not_preferred: int = 1_500
    max_overtime: timedelta = timedelta(hours=2)
    unknown_trip: Trip = _ASSUMED
    """What is assumed where a position is not known, so that not knowing is no advantage."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a call asks for; instants are aware UTC. ``tier`` is the agreement's weight on lateness, ordinarily 1."""

    priority: int
    skills: frozenset[str] = frozenset()
    place: Place | None = None
    due_at: datetime | None = None
    duration: timedelta = timedelta(hours=1)
    tier: float = 1.0
    preferred_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A technician as they are now. ``skills`` gives each skill's last valid instant (``None``: no end);
    ``free_at`` is when the work they have is expected to be done, ``place`` where they then are."""

    id: int
    name: str
    skills: Mapping[str, datetime | None] = field(default_factory=dict)
    place: Place | None = None
    free_at: datetime | None = None
    open_calls: int = 0
    shift: tuple[datetime, datetime] | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """One part of a cost: ``minor`` units for the reason in ``words``."""

    kind: str
    words: str
    minor: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One technician for one call. ``why_not`` is empty where they fit; the cost is stated either way."""

    candidate: Candidate
    why_not: tuple[str, ...]
    parts: tuple[Cost, ...]
    km: float
    arrives_at: datetime
    late: timedelta

    @property
    def fits(self) -> bool:
        """Whether no rule is broken."""
        return not self.why_not

    @property
    def minor(self) -> int:
        """The whole cost."""
        return sum(part.minor for part in self.parts)

    @property
    def words(self) -> str:
        """Why, or why not, as one line."""
        return "; ".join(self.why_not or tuple(part.words for part in self.parts)) or "at hand"


def suggest(
    job: Job, candidates: Iterable[Candidate], now: datetime, weights: Weights = Weights()
) -> tuple[Suggestion, ...]:
    """Every candidate: those who fit first, by cost, then by open calls, arrival and name."""
    return tuple(sorted((_score(job, one, now, weights) for one in candidates), key=_order))


def margin(suggestions: Sequence[Suggestion]) -> int | None:
    """How much more the second best costs than the best, in minor units; ``None`` where fewer than two fit."""
    fitting = [one.minor for one in suggestions if one.fits]
    return fitting[1] - fitting[0] if len(fitting) > 1 else None


def _order(one: Suggestion) -> tuple[bool, int, int, datetime, str, int]:
    who = one.candidate
    return not one.fits, one.minor, who.open_calls, one.arrives_at, who.name, who.id


def _score(job: Job, who: Candidate, now: datetime, weights: Weights) -> Suggestion:
    known = job.place is not None and who.place is not None
    drive = trip(who.place, job.place) if who.place and job.place else weights.unknown_trip
    leaves = max(now, who.free_at or now, who.shift[0] if who.shift else now)
    arrives = leaves + drive.time
    done = arrives + job.duration
    late = max(_ZERO, arrives - job.due_at) if job.due_at else _ZERO
    overtime = max(_ZERO, done - who.shift[1]) if who.shift else _ZERO
    parts = (
        _travel(drive, known, weights),
        _lateness(late, job, weights),
        Cost("overtime", f"{age(overtime)} of overtime", _per_hour(overtime, weights.per_overtime_hour)),
        _continuity(job, who, weights),
    )
    return Suggestion(
        who,
        tuple(_broken(job, who, arrives, overtime, weights)),
        tuple(part for part in parts if part.minor or part.kind == "travel"),
        drive.km,
        arrives,
        late,
    )


def _broken(
    job: Job, who: Candidate, arrives: datetime, overtime: timedelta, weights: Weights
) -> Iterable[str]:
    if not who.active:
        yield "no longer active"
    for skill in sorted(job.skills):
        if skill not in who.skills:
            yield f"lacks {plain(skill)}"
            continue
        until = who.skills[skill]
        if until is not None and until < arrives:
            yield f"certificate for {plain(skill)} ended {until:%Y-%m-%d}"
    if overtime > weights.max_overtime:
        yield f"would be done {age(overtime)} after the shift"


def _travel(drive: Trip, known: bool, weights: Weights) -> Cost:
    minor = round(drive.km * weights.per_km) + _per_hour(drive.time, weights.per_travel_hour)
    distance = f"{drive.km:.1f} km, {age(drive.time)} on the road"
    return Cost("travel", distance if known else f"position not known: {distance} assumed", minor)


def _lateness(late: timedelta, job: Job, weights: Weights) -> Cost:
    after_knee = max(_ZERO, late - weights.late_knee)
    minutes = (late + after_knee * (weights.late_slope - 1)) / timedelta(minutes=1)
    price = weights.late_per_minute.get(job.priority, 0) * job.tier
    return Cost("lateness", f"{age(late)} late at priority {job.priority}", round(minutes * price))


def _continuity(job: Job, who: Candidate, weights: Weights) -> Cost:
    other = job.preferred_id is not None and job.preferred_id != who.id
    return Cost(
        "continuity", "not the customer's preferred technician", weights.not_preferred if other else 0
    )


def _per_hour(time: timedelta, price: int) -> int:
    return round(time / timedelta(hours=1) * price)
