"""Why a clock is due when it is: its time cut into what was counted and what was not, and why not.

The stretches follow each other without a gap, so that they add up to the whole span; what is counted
adds up to the budget where the span ends when the clock is due. Of a pause only the open time is a
stretch of its own: what was shut anyway is said to be shut.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.clocks import ClockState, StoppedTime
from dispatch_tui.sla.hours import DAY, WEEKDAYS, Hours, Window

SegmentKind = Literal[
    "counted", "out_of_hours", "holiday", "override", "break", "pause", "reopened", "wall_clock"
]
Reasons = Sequence[tuple[datetime, str]]
"""Why a call was put on hold, and when; the earliest first."""

WEEKEND, NIGHT, BETWEEN, NO_HOURS = "weekend", "night", "between hours", "no weekly hours"
_NO_TIME: Final = timedelta(0)
_ONE: Final = timedelta(days=1)
_MOST_DAYS_TOLD = 99
"""A budget of more business days is not told day by day."""
_NAMES: Final = dict(
    zip(
        WEEKDAYS,
        ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
        strict=True,
    )
)


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
    edges += [*days, *_override_edges(calendar.hours)]
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
        cuts = (_instant(hours, first + n * _ONE, 0) for n in range(1, (last - first).days + 1))
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


# -- open time ---------------------------------------------------------------------------------


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
    if days:
        nth = bisect_right(days, at) + 1
        return f"working day {nth} of {len(days)}" if nth <= len(days) else "makes up for pauses"
    day, seconds = _wall(hours, at)
    for owner, second in ((day, seconds), (day - _ONE, seconds + DAY)):
        if _inside(hours.overrides.get(owner.toordinal(), ()), second):
            return f"own hours of {_date(owner)}"
    return ""


def _override_edges(hours: Hours) -> Iterator[datetime]:
    for ordinal in hours.overrides:
        day = date.fromordinal(ordinal)
        yield _instant(hours, day, 0)
        yield _instant(hours, day + _ONE, 0)


# -- shut time ---------------------------------------------------------------------------------


def _shut(hours: Hours, start: datetime, until: datetime) -> Iterator[Segment]:
    """A shut stretch by what shuts it."""
    first, last = (at.astimezone(hours.zone).date() for at in (start, until))
    for number in range((last - first).days + 1):
        day = first + number * _ONE
        cuts = [_instant(hours, day, second) for second in _edges(hours, day)]
        since = start if number == 0 else max(start, _instant(hours, day, 0))
        end = min(until, _instant(hours, day + _ONE, 0))
        for piece, piece_end in _cut(since, end, cuts) if since < end else ():
            kind, why = _why_shut(hours, piece)
            yield Segment(piece, piece_end, kind, why, False)


def _edges(hours: Hours, day: date) -> set[int]:
    """The seconds of a local date at which the reason for being shut may change."""
    before = day - _ONE
    edges = {
        second
        for windows in (hours.weekly[day.weekday()], hours.windows_on(day), _breaks(hours, day))
        for window in windows
        for second in window
    }
    edges |= {
        second - DAY
        for windows in (hours.weekly[before.weekday()], hours.windows_on(before), _breaks(hours, before))
        for window in windows
        for second in window
    }
    return {second for second in edges if 0 < second < DAY}


def _why_shut(hours: Hours, at: datetime) -> tuple[SegmentKind, str]:
    day, seconds = _wall(hours, at)
    before = day - _ONE
    planned = _inside(hours.windows_on(day), seconds) or _inside(hours.windows_on(before), seconds + DAY)
    if planned:
        return "break", "break"
    of_before = _inside(hours.weekly[before.weekday()], seconds + DAY)
    owner, second = (before, seconds + DAY) if of_before else (day, seconds)
    usual = hours.weekly[owner.weekday()]
    own = hours.overrides.get(owner.toordinal())
    if own is not None:
        if not own:
            return "override", f"shut on {_date(owner)}"
        return ("override", f"own hours of {_date(owner)}") if _inside(usual, second) else _night(own, second)
    holiday = hours.holiday_on(owner)
    if holiday is not None:
        return "holiday", holiday or "holiday"
    if usual:
        return _night(usual, second)
    if not any(hours.weekly):
        return "out_of_hours", NO_HOURS
    weekday = owner.weekday()
    return "out_of_hours", WEEKEND if weekday >= 5 else f"shut on {_NAMES[WEEKDAYS[weekday]]}"


def _night(windows: Sequence[Window], second: float) -> tuple[SegmentKind, str]:
    between = windows[0][0] < second < windows[-1][1]
    return "out_of_hours", BETWEEN if between else NIGHT


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


# -- shared ------------------------------------------------------------------------------------


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


def _wall(hours: Hours, at: datetime) -> tuple[date, float]:
    """The local date, and the seconds that its wall clock shows since midnight."""
    local = at.astimezone(hours.zone).replace(tzinfo=None)
    return local.date(), (local - datetime.combine(local.date(), time.min)).total_seconds()


def _instant(hours: Hours, day: date, seconds: int) -> datetime:
    """When the wall clock shows this time of a local date; of a time that comes twice, the first."""
    wall = datetime.combine(day, time.min) + timedelta(seconds=seconds)
    return wall.replace(tzinfo=hours.zone).astimezone(UTC)


def _inside(windows: Iterable[Window], second: float) -> bool:
    return any(start <= second < end for start, end in windows)


def _breaks(hours: Hours, day: date) -> Sequence[Window]:
    return hours.breaks.get(day.toordinal(), ())


def _date(day: date) -> str:
    return f"{day.day} {day:%b}"
