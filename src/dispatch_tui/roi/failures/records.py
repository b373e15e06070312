"""What is known of a unit's failures: the ages at which it was watched, and those at which it failed.

An age is a float of one clock: hours of use, or years since installation. Failures only: planned
maintenance, installs, recalls and user errors are other marks and do not belong here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.marks import Flag


class AgeClock(StrEnum):
    """What age is counted in."""

    HOURS = "hours"
    """Hours of use, off the meter."""
    YEARS = "years"
    """Calendar years since installation."""


@dataclass(frozen=True, slots=True)
class Span:
    """The ages from ``start`` to ``end`` in which every failure would have been recorded."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise InvalidInput("windows", "ages must be numbers")
        if self.start < 0:
            raise InvalidInput(
                "windows", "a record cannot begin before the unit was installed", "Check the install date."
            )
        if self.end <= self.start:
            raise InvalidInput("windows", "the records must end at a greater age than they begin")


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """One unit's failures inside its windows; made by :func:`unit_record`, which sorts and checks.

    ``windows`` are ascending and apart; ``failures`` ascending, each inside a window.
    """

    unit: str
    windows: tuple[Span, ...]
    failures: tuple[float, ...]
    flags: tuple[Flag, ...] = ()

    @property
    def count(self) -> int:
        return len(self.failures)

    @property
    def oldest(self) -> float:
        """The greatest age at which the unit was watched; 0 for one that never was."""
        return self.windows[-1].end if self.windows else 0.0

    def until(self, age: float) -> UnitRecord:
        """What was known at ``age``."""
        return UnitRecord(
            self.unit,
            tuple(Span(one.start, min(one.end, age)) for one in self.windows if one.start < age),
            tuple(t for t in self.failures if t <= age),
            self.flags,
        )


NO_HISTORY = UnitRecord("", (), ())
"""A unit that nobody has watched yet: a new one, a challenger."""


def unit_record(unit: str, windows: Iterable[Span], failures: Iterable[float]) -> UnitRecord:
    """A unit's record, put in order.

    Failures outside every window are left out and flagged, for their neighbours may not have been recorded.
    Several at one instant stay, and are flagged: one breakdown booked twice would count twice.
    Raises ``InvalidInput`` (``failures``) for an age that is no number or below 0.
    """
    spans = _joined(windows)
    ages = sorted(float(age) for age in failures)
    if any(not math.isfinite(age) or age < 0 for age in ages):
        raise InvalidInput("failures", "ages must be numbers of 0 or above", "Check the install date.")
    inside = tuple(age for age in ages if any(one.start <= age <= one.end for one in spans))
    flags = []
    if left_out := len(ages) - len(inside):
        flags.append(Flag("outside_window", f"{_failures(left_out)} outside the time on record not counted."))
    if together := sum(before == after for before, after in pairwise(inside)):
        flags.append(
            Flag(
                "same_instant",
                f"{_failures(together)} at the very age of another: each is counted; check for a double entry.",
            )
        )
    return UnitRecord(unit, spans, inside, tuple(flags))


def ages_on_meter(
    readings: Sequence[tuple[float, float]], at_years: Sequence[float]
) -> tuple[tuple[float, ...], tuple[Flag, ...]]:
    """Hours of use at the ages ``at_years``, along straight lines between readings ``(years, meter)``.

    The meter began at 0 with the unit, and goes on after the last reading at the mean pace until then. A step
    backwards (a meter replaced or misread) counts as no use, and is flagged. Raises ``InvalidInput``
    (``readings``) where no reading shows any use: there are no hours to count by.
    """
    if any(not (math.isfinite(years) and math.isfinite(meter)) or years < 0 for years, meter in readings):
        raise InvalidInput("readings", "a reading needs an age of 0 or above and a number")
    years, hours, backwards = [0.0], [0.0], 0
    last = 0.0
    for at, meter in sorted(readings):
        step = meter - last
        backwards += step < 0
        last = meter
        if at > years[-1]:
            years.append(at)
            hours.append(hours[-1] + max(0.0, step))
        else:
            hours[-1] += max(0.0, step)
    if hours[-1] <= 0 or years[-1] <= 0:
        raise InvalidInput("readings", "the meter shows no use", "Count this unit by calendar years.")
    pace = hours[-1] / years[-1]
    ages = tuple(_along(years, hours, age, pace) for age in at_years)
    if not backwards:
        return ages, ()
    times = "once" if backwards == 1 else f"{backwards} times"
    return ages, (Flag("meter_backwards", f"The meter ran backwards {times}: those steps are left out."),)


def _along(years: list[float], hours: list[float], age: float, pace: float) -> float:
    if age >= years[-1]:
        return hours[-1] + (age - years[-1]) * pace
    for (left, low), (right, high) in pairwise(zip(years, hours, strict=True)):
        if age <= right:
            return low + (high - low) * (age - left) / (right - left)
    return hours[-1]


def _joined(windows: Iterable[Span]) -> tuple[Span, ...]:
    """Ascending, with those that touch or overlap made one."""
    joined: list[Span] = []
    for one in sorted(windows, key=lambda span: (span.start, span.end)):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)


def _failures(count: int) -> str:
    return "1 failure" if count == 1 else f"{count} failures"
