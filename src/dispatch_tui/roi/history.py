"""A unit's recorded costs by calendar year, and whether its failures come closer together.

Money is integer minor units of one currency; instants are aware; a year of observation is 365.25 days.
Calendar years are UTC. What the record says of the coming years is in ``failures``.
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
