"""Budgets in business days: the same wall time, so many working days on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.sla.hours import DAY, Hours
from dispatch_tui.sla.intervals import Interval
from dispatch_tui.sla.windows import LAST_US, open_stretches_of

_ONE = timedelta(days=1)
_HORIZON = from_us(LAST_US).date() - 2 * _ONE


def days_on(hours: Hours, begin: int, days: int) -> int | None:
    """The wall time of ``begin``, ``days`` working days on; None where there are not so many.

    ``begin`` is an open instant in microseconds since 1970 UTC, as is the answer, which is never before
    it. A working day is a date with open time of its own, a night shift's small hours belonging to the
    day it starts on; a date that the zone skipped is none. A wall time that comes twice is the first, one
    that is skipped is read with the offset before the change. Where it is shut on the day reached, the
    answer is that day's last closing before it, or its first opening if there is none.
    """
    if days == 0:
        return begin
    local = from_us(begin).astimezone(hours.zone).replace(tzinfo=None)
    day = _working_day(hours, local)
    since_midnight = local - datetime.combine(day, time.min)
    reached = _working_days_later(hours, day, days)
    if reached is None:
        return None
    there, opened = reached
    wall = datetime.combine(there, time.min) + since_midnight
    return max(begin, _nearest_open(opened, to_us(wall.replace(tzinfo=hours.zone).astimezone(UTC))))


def _working_day(hours: Hours, local: datetime) -> date:
    """The date whose hours an open wall time belongs to."""
    day = local.date()
    seconds = (local - datetime.combine(day, time.min)).total_seconds()
    if any(start <= seconds < end for start, end in hours.open_on(day)):
        return day
    if any(start <= seconds + DAY < end for start, end in hours.open_on(day - _ONE)):
        return day - _ONE
    return day


def _working_days_later(hours: Hours, day: date, days: int) -> tuple[date, list[Interval]] | None:
    """The date reached, and when it is open."""
    last_own = max(hours.overrides, default=0)
    opened: list[Interval] = []
    while days:
        day += _ONE
        if day >= _HORIZON or (not any(hours.weekly) and day.toordinal() > last_own):
            return None
        opened = open_stretches_of(hours, day)
        if opened:
            days -= 1
    return day, opened


def _nearest_open(opened: Sequence[Interval], at: int) -> int:
    closing = None
    for opens, closes in opened:
        if at < opens:
            return opens if closing is None else closing
        if at <= closes:
            return at
        closing = closes
    return at if closing is None else closing
