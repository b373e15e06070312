"""Why a clock is due when it is: its time cut into what was counted and what was not, and why not.

The stretches follow each other without a gap, so that they add up to the whole span; what is counted
adds up to the budget where the span ends when the clock is due. Of a pause only the open time is a
stretch of its own: what was shut anyway is said to be shut.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.clocks import ClockState, StoppedTime
from dispatch_tui.sla.hours import DAY, Hours
from dispatch_tui.sla.shut import (
    NIGHT,
    WEEKEND,
    ShutKind,
    date_words,
    edges,
    inside,
    instant_of,
    instants_of,
    wall,
    why_shut,
)
from dispatch_tui.sla.windows import offsets_between

SegmentKind = ShutKind | Literal["counted", "pause", "reopened", "wall_clock"]
Reasons = Sequence[tuple[datetime, str]]
"""Why a call was put on hold, and when; the earliest first."""

_NO_TIME: Final = timedelta(0)
_ONE: Final = timedelta(days=1)
_MOST_DAYS_TOLD = 99
"""A budget of more business days is not told day by day."""


class Segment(NamedTuple):
    """A stretch of a clock's time. Instants are UTC.

    ``why``: which holiday, which hours, the status and its reason; empty for ordinary open time.
    ``shift``: by how much the local clocks were put forward within it (back: negative).
    """

    start: datetime
    end: datetime
    kind: SegmentKind
    why: str
    counted: bool
    shift: timedelta = _NO_TIME

    @property
    def length(self) -> timedelta:
        return self.end - self.start


class Explanation(NamedTuple):
    """A clock's time from its start to some instant, in order and without gaps."""

    segments: tuple[Segment, ...]

    @property
    def totals(self) -> Mapping[SegmentKind, timedelta]:
        """How much there is of each kind, in the order in which they first come; together the whole span."""
        totals: dict[SegmentKind, timedelta] = {}
        for one in self.segments:
            totals[one.kind] = totals.get(one.kind, _NO_TIME) + one.length
        return totals

    @property
    def counted(self) -> timedelta:
        """All that was counted."""
        return sum((one.length for one in self.segments if one.counted), _NO_TIME)

    @property
    def span(self) -> timedelta:
        """From the start to the end, by the wall clock."""
        return sum((one.length for one in self.segments), _NO_TIME)


class ExplainedDay(NamedTuple):
    """The part of an explanation that lies on one local date."""

    day: date
    segments: tuple[Segment, ...]


def explain(clock: ClockState, until: datetime, reasons: Reasons = ()) -> Explanation:
    """The time of ``clock`` from its start to ``until``, such as when it is due, has ended, or is looked at.

    Nothing where ``until`` is not after the start. A clock without a budget (a promise; a customer who
    waits unpromised) runs by the wall clock: one stretch.
    """
    start = clock.started_at
    if until <= start:
        return Explanation(())
    if clock.budget is None:
        return Explanation((Segment(start, until, "wall_clock", "", True),))
    calendar = clock.terms.calendar
    days = _working_days(clock)
    edges = [at for stop in clock.stopped for at in (stop.start, stop.end) if at is not None]
    edges += [*days, *_edges_of_dates(calendar.hours, start, until)]
    found: list[Segment] = []
    for is_open, since, end in _stretches(calendar, start, until):
        if is_open:
            pieces = _cut(since, end, edges)
            found += [_open(clock, piece, piece_end, days, reasons) for piece, piece_end in pieces]
        else:
            found += _merged_shut(_shut(calendar.hours, since, end))
    return Explanation(tuple(_with_shift(one, calendar.hours) for one in _joined(found)))


def by_day(explanation: Explanation, calendar: BusinessCalendar) -> tuple[ExplainedDay, ...]:
    """The same cut at the midnights of the calendar's zone, for long stretches."""
    days: dict[date, list[Segment]] = {}
    hours = calendar.hours
    for one in explanation.segments:
        first, last = (at.astimezone(hours.zone).date() for at in (one.start, one.end))
        cuts = (instant_of(hours, first + n * _ONE, 0) for n in range(1, (last - first).days + 1))
        for since, end in _cut(one.start, one.end, cuts):
            piece = _with_shift(one._replace(start=since, end=end), hours)
            days.setdefault(since.astimezone(hours.zone).date(), []).append(piece)
    return tuple(ExplainedDay(day, tuple(segments)) for day, segments in days.items())


def _stretches(
    calendar: BusinessCalendar, start: datetime, until: datetime
) -> Iterator[tuple[bool, datetime, datetime]]:
    """Open and shut in turn: whether it is open, from, to."""
    while start < until:
        change = calendar.next_change(start)
        end = until if change is None else min(change, until)
        yield calendar.is_open(start), start, end
        start = end


def _open(
    clock: ClockState, start: datetime, end: datetime, days: Sequence[datetime], reasons: Reasons
) -> Segment:
    """A piece of open time: counted, or what paused it."""
    stop = next((one for one in clock.stopped if _covers(one, start)), None)
    if stop is None:
        return Segment(start, end, "counted", _why_counted(clock.terms.calendar.hours, start, days), True)
    if stop.why == "reopened":
        return Segment(start, end, "reopened", "done, then reopened", False)
    return Segment(start, end, "pause", _why_paused(stop, reasons), False)


def _covers(stop: StoppedTime, at: datetime) -> bool:
    return stop.start <= at and (stop.end is None or at < stop.end)


def _why_paused(stop: StoppedTime, reasons: Reasons) -> str:
    status = stop.why.replace("_", " ")
    if stop.why != "on_hold":
        return status
    known = bisect_right([at for at, _ in reasons], stop.start)
    reason = reasons[known - 1][1] if known else ""
    return f"{status}: {reason}" if reason else status


def _working_days(clock: ClockState) -> list[datetime]:
    """When each working day of a budget in days is full, as if nothing had paused it; empty for minutes."""
    budget = clock.budget
    if budget is None or budget.unit != "days" or budget.amount > _MOST_DAYS_TOLD:
        return []
    calendar = clock.terms.calendar
    full = [calendar.due_days(clock.started_at, days) for days in range(1, budget.amount + 1)]
    return [at for at in full if at is not None]


def _why_counted(hours: Hours, at: datetime, days: Sequence[datetime]) -> str:
    """What is to be said of open time; empty where the weekly hours say it."""
    day, seconds = wall(hours, at)
    before = day - _ONE
    of_before = inside(hours.windows_on(before), seconds + DAY) and not inside(hours.windows_on(day), seconds)
    owner = before if of_before else day
    worked = hours.worked_holiday_on(owner)
    if days:
        told = _nth_day(at, days)
    else:
        told = f"own hours of {date_words(owner)}" if owner.toordinal() in hours.overrides else ""
    return ", ".join(filter(None, (told, "" if worked is None else f"{worked or 'holiday'} is worked")))


def _nth_day(at: datetime, days: Sequence[datetime]) -> str:
    nth = bisect_right(days, at) + 1
    return f"working day {nth} of {len(days)}" if nth <= len(days) else "makes up for pauses"


def _edges_of_dates(hours: Hours, start: datetime, until: datetime) -> Iterator[datetime]:
    """The midnights around dates of which something is to be said though they are open."""
    first, last = (at.astimezone(hours.zone).date() for at in (start - _ONE, until))
    dates = {date.fromordinal(one) for one in (*hours.overrides, *hours.worked_dated)}
    for year in range(first.year, last.year + 1):
        dates |= {
            date(year, month, day)
            for month, day in hours.worked_yearly
            if (month, day) != (2, 29) or isleap(year)
        }
    for day in dates:
        if first <= day <= last:
            yield instant_of(hours, day, 0)
            yield instant_of(hours, day + _ONE, 0)


def _shut(hours: Hours, start: datetime, until: datetime) -> Iterator[Segment]:
    """A shut stretch by what shuts it. Clocks that are put back over midnight show a date twice."""
    first, last = sorted(at.astimezone(hours.zone).date() for at in (start, until))
    cuts = [from_us(since) for since, _, _ in offsets_between(hours.zone, to_us(start), to_us(until))]
    for number in range((last - first).days + 2):
        day = first + number * _ONE
        cuts += [at for second in (0, *edges(hours, day)) for at in instants_of(hours, day, second)]
    for piece, piece_end in _cut(start, until, cuts):
        kind, why = why_shut(hours, piece)
        yield Segment(piece, piece_end, kind, why, False)


def _merged_shut(segments: Iterable[Segment]) -> list[Segment]:
    """A night beside a weekend is part of it: one stretch for a reader."""
    merged: list[Segment] = []
    for one in segments:
        last = merged[-1] if merged else None
        if last is not None and last.kind == one.kind == "out_of_hours":
            why = min((last.why, one.why), key=_precedence)
            merged[-1] = last._replace(end=one.end, why=why)
        else:
            merged.append(one)
    return merged


def _precedence(why: str) -> int:
    return (WEEKEND, NIGHT).index(why) * 2 if why in (WEEKEND, NIGHT) else 1


def _cut(start: datetime, until: datetime, at: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    inside = {one for one in at if start < one < until}
    return pairwise(sorted({start, until, *inside}))


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for one in segments:
        last = joined[-1] if joined else None
        if last is not None and last[2:] == one[2:]:
            joined[-1] = last._replace(end=one.end)
        else:
            joined.append(one)
    return joined


def _with_shift(one: Segment, hours: Hours) -> Segment:
    before, after = (at.astimezone(hours.zone).utcoffset() for at in (one.start, one.end))
    assert before is not None
    assert after is not None  # a ZoneInfo always knows
    return one._replace(shift=after - before)
