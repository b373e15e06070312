"""What a unit costs by the year: its history, and the streams that a comparison runs on.

Money is integer minor units of one currency; instants are aware; a year of observation is 365.25 days.
Calendar years are UTC. What the estimate of the coming years rests on is in ``forecast``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.marks import Flag

YEAR = timedelta(days=365.25)

FAILURE_KINDS = frozenset({"", "corrective", "repair", "breakdown", "failure", "emergency"})
"""Kinds of visits that mend what failed; every other kind is planned or other work, which costs but tells
nothing about failures."""

_CLEAR = 1.96
"""Laplace's statistic beyond this is no accident at 5 % (two-sided)."""

_ENOUGH_FOR_TREND = 4


@dataclass(frozen=True, slots=True)
class Window:
    """The span ``[start, end)`` in which every event would have been recorded."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidInput("window", "the records must end after they begin")

    @property
    def years(self) -> float:
        return (self.end - self.start) / YEAR


@dataclass(frozen=True, slots=True)
class CostEvent:
    """One visit, or one imported work order, with what it cost.

    ``ref`` leads back to the record; ``failure`` is false for planned maintenance, installs, recalls
    (:data:`FAILURE_KINDS`). A negative ``amount`` is a credit.
    """

    ref: str
    at: datetime
    amount: int
    currency: str
    failure: bool
    label: str = ""
    downtime_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class YearCost:
    """One calendar year of the history; ``observed`` is the share of the year inside the window."""

    year: int
    repairs: int
    other: int
    failures: int
    downtime_hours: float
    observed: float
    events: tuple[CostEvent, ...]

    @property
    def total(self) -> int:
        return self.repairs + self.other

    @property
    def partial(self) -> bool:
        return self.observed < 0.999


@dataclass(frozen=True, slots=True)
class History:
    """A unit's recorded costs. ``left_out`` are events outside the window or in another currency."""

    window: Window
    currency: str
    events: tuple[CostEvent, ...]
    years: tuple[YearCost, ...]
    left_out: tuple[CostEvent, ...]
    flags: tuple[Flag, ...]

    @property
    def failures(self) -> tuple[CostEvent, ...]:
        return tuple(event for event in self.events if event.failure)

    @property
    def other(self) -> tuple[CostEvent, ...]:
        return tuple(event for event in self.events if not event.failure)

    @property
    def per_year(self) -> float:
        """All costs, minor units per observed year: a part of a year counts as the part that it is."""
        return sum(event.amount for event in self.events) / self.window.years


@dataclass(frozen=True, slots=True)
class Trend:
    """Whether failures come closer together: Laplace's statistic, ``None`` where there are too few.

    ``direction`` is 1 where they do, -1 where they become rarer, 0 where neither is clear.
    """

    statistic: float | None
    direction: int
    words: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a yearly cost is the price of: ``per_year`` of a ``unit`` (hours, kWh) at ``price`` minor units each."""

    per_year: float
    unit: str
    price: float


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of yearly cost.

    ``per_year`` is in today's money; ``escalator`` the yearly rise in price (0.03 is 3 %); the payer pays
    nothing in the first ``free_years`` (warranty), a part of a year counting as that part. ``low`` to
    ``high`` is the range that holds the true ``per_year`` with 80 %, where it is only estimated.
    """

    name: str
    per_year: float
    escalator: float = 0.0
    free_years: float = 0.0
    low: float | None = None
    high: float | None = None
    quantity: Quantity | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.per_year):
            raise InvalidInput(self.name, "must be a number")
        if not math.isfinite(self.free_years) or self.free_years < 0:
            raise InvalidInput(f"{self.name}.free_years", "must be 0 or above")
        if not math.isfinite(self.escalator) or not -1 < self.escalator <= 1:
            raise InvalidInput(f"{self.name}.escalator", "must lie between -100 % and 100 % a year")

    def payable(self, year: int, life: int | None = None) -> float:
        """The share of ``year`` (1 is the first) outside the warranty, which starts anew every ``life`` years."""
        age = (year - 1) % life if life else year - 1
        return min(1.0, max(0.0, age + 1 - self.free_years))

    def by_year(self, horizon: int, life: int | None = None) -> tuple[int, ...]:
        """Minor units paid at the end of each of ``horizon`` years, in the money of that year.

        ``per_year * (1 + escalator)^k * payable share``: with this exponent, nominal flows at a nominal
        rate are worth what real flows are worth at the real rate.
        """
        return tuple(
            round(self.per_year * (1 + self.escalator) ** year * self.payable(year, life))
            for year in range(1, horizon + 1)
        )


def history(events: Iterable[CostEvent], window: Window, currency: str) -> History:
    """Sort a unit's events into calendar years; what cannot be counted is kept apart and flagged."""
    counted: list[CostEvent] = []
    outside: list[CostEvent] = []
    foreign: list[CostEvent] = []
    for event in sorted(events, key=lambda event: (event.at, event.ref)):
        if not window.start <= event.at < window.end:
            outside.append(event)
        elif event.currency != currency:
            foreign.append(event)
        else:
            counted.append(event)
    flags = []
    if outside:
        flags.append(
            Flag("outside_window", f"{_count(outside, 'event')} outside the observed time not counted.")
        )
    if foreign:
        flags.append(Flag("other_currency", f"{_count(foreign, 'cost')} in another currency not counted."))
    left_out = (*outside, *foreign)
    return History(window, currency, tuple(counted), _by_year(counted, window), left_out, tuple(flags))


def trend(record: History) -> Trend:
    """Laplace's test on the failure times of a window that was closed by the clock, not by a failure.

    ``U = (mean t - T/2) / (T * sqrt(1 / 12n))``, t since the window's start (Cox and Lewis 1966). It says
    whether failures come closer together, nothing about what each one costs.
    """
    times = [(event.at - record.window.start) / YEAR for event in record.failures]
    if len(times) < _ENOUGH_FOR_TREND:
        return Trend(None, 0, "too few failures to see a trend")
    length = record.window.years
    statistic = (math.fsum(times) / len(times) - length / 2) / (length * math.sqrt(1 / (12 * len(times))))
    if statistic > _CLEAR:
        return Trend(statistic, 1, "failures come closer together")
    if statistic < -_CLEAR:
        return Trend(statistic, -1, "failures become rarer")
    return Trend(statistic, 0, "no clear trend in the failures")


def _by_year(events: Sequence[CostEvent], window: Window) -> tuple[YearCost, ...]:
    last = (window.end - timedelta(microseconds=1)).astimezone(UTC).year
    return tuple(
        _one_year(year, events, window) for year in range(window.start.astimezone(UTC).year, last + 1)
    )


def _one_year(year: int, events: Sequence[CostEvent], window: Window) -> YearCost:
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    seen = min(ends, window.end) - max(begins, window.start)
    mine = tuple(event for event in events if begins <= event.at < ends)
    failures = [event for event in mine if event.failure]
    return YearCost(
        year=year,
        repairs=sum(event.amount for event in failures),
        other=sum(event.amount for event in mine if not event.failure),
        failures=len(failures),
        downtime_hours=math.fsum(event.downtime_hours for event in mine),
        observed=seen / (ends - begins),
        events=mine,
    )


def _count(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}" if len(things) == 1 else f"{len(things)} {word}s"
