"""A calendar's month, date by date: what is open, why it is not, and what the clock does.

Wall times are whole seconds from the date's midnight. A window belongs to the date it starts on and
may run past 86,400; open time is counted on the date that the wall clock shows while it passes, so
that the dates of a month add up to what :class:`BusinessCalendar` counts between its ends.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.hours import DAY, Hours, Window
from dispatch_tui.sla.intervals import Interval, union, without
from dispatch_tui.sla.windows import DAY_US, SECOND_US, stretches

DayKind = Literal["open", "shut", "holiday", "override", "missing"]
"""By its weekday open or shut; a holiday; a date with hours of its own; a date that the zone has skipped."""

FIRST_YEAR, LAST_YEAR = 1900, 2299
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class Day(NamedTuple):
    """One local date of a calendar."""

    date: date
    kind: DayKind
    holiday: str | None
    """Its holiday's name (may be empty), also where an override beats it; None on other days."""
    windows: tuple[Window, ...]
    """Those that belong to the date, breaks cut out."""
    breaks: tuple[Window, ...]
    """What breaks written down for this date cut out of open time."""
    open_wall: tuple[Window, ...]
    """What is open between this midnight and the next, a night shift of the day before included."""
    skipped: tuple[Window, ...]
    """Wall time that the clocks jump over on this date."""
    repeated: tuple[Window, ...]
    """Wall time that the clocks show twice."""
    open_seconds: int
    """Open time while the wall clock shows this date: a skipped hour never counts, a repeated one twice."""

    @property
    def carried_until(self) -> int:
        """Until when a window of the day before runs into this date; 0 where none does."""
        first = self.open_wall[0] if self.open_wall else (0, 0)
        own = any(start == 0 for start, _end in self.windows)
        return first[1] if first[0] == 0 and not own else 0

    def share_open(self, start: int, end: int) -> float:
        """The share of the wall time from ``start`` to ``end`` that is open, 0 to 1."""
        opened = sum(max(0, min(until, end) - max(since, start)) for since, until in self.open_wall)
        return opened / (end - start)


def month(calendar: BusinessCalendar, year: int, number: int) -> tuple[Day, ...]:
    """Every date of a month. Raises :class:`InvalidInput` outside the years 1900 to 2299."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= number <= 12:
        raise InvalidInput("month", f"{year}-{number:02} is not a month of the years 1900 to 2299")
    days = monthrange(year, number)[1]
    return tuple(day_of(calendar.hours, date(year, number, one)) for one in range(1, days + 1))


def day_of(hours: Hours, day: date) -> Day:
    """One date under the hours of a calendar."""
    ordinal = day.toordinal()
    shown = list(_shown(hours, day))
    skipped = tuple(without([(0, DAY)], union(shown)))
    before = [(start - DAY, end - DAY) for start, end in hours.open_on(date.fromordinal(ordinal - 1))]
    own = hours.open_on(day)
    walls = _common(union([*before, *own]), [(0, DAY)])
    uncut = union(
        [
            *((s - DAY, e - DAY) for s, e in hours.windows_on(date.fromordinal(ordinal - 1))),
            *hours.windows_on(day),
        ]
    )
    return Day(
        date=day,
        kind=_kind(hours, day, bool(shown)),
        holiday=hours.holiday_on(day),
        windows=tuple(own),
        breaks=tuple(_common(uncut, union(hours.breaks.get(ordinal, ())))),
        open_wall=tuple(without(walls, skipped)),
        skipped=skipped,
        repeated=_repeated(shown),
        open_seconds=sum(_length(_common(walls, [piece])) for piece in shown),
    )


def _kind(hours: Hours, day: date, exists: bool) -> DayKind:
    if not exists:
        return "missing"
    if day.toordinal() in hours.overrides:
        return "override"
    if hours.holiday_on(day) is not None:
        return "holiday"
    return "open" if hours.weekly[day.weekday()] else "shut"


def _shown(hours: Hours, day: date) -> Iterator[Interval]:
    """The stretches of wall time that the clocks show on a date, in the order in which they pass."""
    midnight = (day.toordinal() - _EPOCH_ORDINAL) * DAY_US
    # Offsets reach a day either way.
    for since, until, offset in stretches(hours.zone, midnight - DAY_US, midnight + 2 * DAY_US):
        start, end = since + offset - midnight, until + offset - midnight
        if max(start, 0) < min(end, DAY_US):
            yield max(start, 0) // SECOND_US, min(end, DAY_US) // SECOND_US


def _repeated(shown: Sequence[Interval]) -> tuple[Window, ...]:
    twice = [(later[0], earlier[1]) for earlier, later in pairwise(shown)]
    return tuple(union(twice))


def _common(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """The time that is in both; each as :func:`union` leaves it."""
    return without(some, without(some, others))


def _length(intervals: Sequence[Interval]) -> int:
    return sum(end - start for start, end in intervals)
