"""The slow reference for budgets in business days, on the same minutes as :mod:`tests.sla.stepping`.

Working days are counted, and wall times looked up, in a table of every minute around the start.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from dispatch_tui.sla.calendar import Pause
from tests.sla.stepping import MINUTE, ONE_DAY, SteppingCalendar

Minute = tuple[datetime, datetime]
"""A minute of UTC, and the wall clock that it shows."""


def due_days(
    reference: SteppingCalendar, start: datetime, days: int, pauses: list[Pause], horizon: datetime
) -> datetime | None:
    """The due instant, or None where it is not reached before ``horizon``."""
    begin = reference.due(start, timedelta(0), [], horizon)
    if begin is None:
        return None
    base = begin
    if days:
        by_date = minutes_by_date(reference, begin - 2 * ONE_DAY, horizon)
        wall = begin.astimezone(reference.zone).replace(tzinfo=None)
        day = working_day(reference, wall)
        since_midnight = wall - datetime.combine(day, time.min)
        dates = [day + count * ONE_DAY for count in range(1, (horizon.date() - day).days)]
        after = [one for one in dates if open_minutes(reference, by_date, one)]
        if len(after) < days:
            return None
        reached = after[days - 1]
        target = datetime.combine(reached, time.min) + since_midnight
        base = max(begin, nearest(open_minutes(reference, by_date, reached), at_wall(by_date, target)))
    if base >= horizon:
        return None
    paused = reference.elapsed(begin, base, []) - reference.elapsed(begin, base, pauses)
    return reference.due(base, paused, pauses, horizon) if paused else base


def minutes_by_date(reference: SteppingCalendar, start: datetime, end: datetime) -> dict[date, list[Minute]]:
    """Every minute of a stretch by the local date that it shows."""
    found: dict[date, list[Minute]] = defaultdict(list)
    minute = start.astimezone(UTC).replace(second=0, microsecond=0)
    while minute < end:
        wall = minute.astimezone(reference.zone).replace(tzinfo=None)
        found[wall.date()].append((minute, wall))
        minute += MINUTE
    return found


def working_day(reference: SteppingCalendar, wall: datetime) -> date:
    """The date to whose windows an open wall time belongs: its own, else the evening before."""
    own = [one for one in reference.spans(wall.date(), "windows") if one[0].date() == wall.date()]
    return wall.date() if any(a <= wall < b for a, b in own) else wall.date() - ONE_DAY


def open_minutes(reference: SteppingCalendar, by_date: dict[date, list[Minute]], day: date) -> list[datetime]:
    """The minutes of a date's own windows, those after midnight too, that no break takes."""
    own = [one for one in reference.spans(day, "windows") if one[0].date() == day]
    return [
        minute
        for one in (day, day + ONE_DAY)
        for minute, wall in by_date.get(one, ())
        if any(a <= wall < b for a, b in own)
        and not any(a <= wall < b for a, b in reference.spans(wall.date(), "breaks"))
    ]


def at_wall(by_date: dict[date, list[Minute]], target: datetime) -> datetime:
    """The first instant that shows a wall time; one that is skipped is read as before the change."""
    rest = timedelta(seconds=target.second, microseconds=target.microsecond)
    whole = target - rest
    around = sorted(
        minute for one in (-1, 0, 1, 2) for minute in by_date.get(target.date() + one * ONE_DAY, ())
    )
    for minute, wall in around:
        if wall == whole:
            return minute + rest
    minute, wall = max(one for one in around if one[1] < whole)
    return minute + (whole - wall) + rest


def nearest(opened: list[datetime], at: datetime) -> datetime:
    """``at`` where that is open or a closing, else the last closing before it, else the first opening."""
    closings = {minute + MINUTE for minute in opened} - set(opened)
    if at in closings or any(minute <= at < minute + MINUTE for minute in opened):
        return at
    return max((closing for closing in closings if closing < at), default=opened[0])
