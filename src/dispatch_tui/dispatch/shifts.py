"""Working hours as a technician's record writes them: ``Mon-Fri 07:30-16:00`` or ``22:00-06:00``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from dispatch_tui.errors import InvalidInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(?:(\S+) )?([0-2]?[0-9]):([0-5][0-9])-([0-2]?[0-9]):([0-5][0-9])")


class Shift(NamedTuple):
    """Days (0 is Monday) on which work begins, and its hours by the wall clock; an end at or before the
    start is on the next day."""

    days: frozenset[int]
    start: time
    end: time


def read_shift(text: str) -> Shift | None:
    """Read a shift; every day where none is named, ``None`` for no text. Raises :class:`InvalidInput`."""
    line = " ".join(text.split())
    if not line:
        return None
    match = _HOURS.fullmatch(line)
    if match is None:
        raise _refused(f"{line!r} is no working time")
    days, *numbers = match.groups()
    hour, minute, end_hour, end_minute = map(int, numbers)
    if hour > 23 or end_hour > 23:
        raise _refused(f"{line!r} has an hour after 23")
    return Shift(_days(days or "mon-sun"), time(hour, minute), time(end_hour, end_minute))


def shift_at(shift: Shift, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Start and end (UTC) of the shift, by the wall clock of ``zone``, that holds ``now``, else of the next one."""
    today = now.astimezone(zone).date()
    for offset in range(-1, 8):
        day = today + timedelta(days=offset)
        if day.weekday() not in shift.days:
            continue
        last = day if shift.end > shift.start else day + timedelta(days=1)
        end = datetime.combine(last, shift.end, tzinfo=zone).astimezone(UTC)
        if now < end:
            return datetime.combine(day, shift.start, tzinfo=zone).astimezone(UTC), end
    raise ValueError("a shift has at least one day")  # read_shift never makes another


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise _refused(f"{part!r} is no day")
        start, stop = DAYS.index(first), DAYS.index(last or first)
        found.update((start + step) % 7 for step in range((stop - start) % 7 + 1))
    return frozenset(found)


def _refused(reason: str) -> InvalidInput:
    return InvalidInput("shift", reason, "Write it like Mon-Fri 07:30-16:00.")
