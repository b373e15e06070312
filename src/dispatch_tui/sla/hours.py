"""Opening hours and days off as people write them down, read and checked.

All times are local wall times in whole seconds from midnight. A window that ends at or before it
starts crosses midnight and belongs to the day it starts on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.intervals import union, without
from dispatch_tui.sla.kinds import only_known

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS = ("tz", "hours", "holidays", "overrides", "breaks")
_ENTRY_KEYS = ("date", "name", "observed", "source")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_YEARLY = re.compile(r"(?:--)?(\d{2})-(\d{2})", re.ASCII)
_Y2000 = date(2000, 1, 1).toordinal()
_LEAP_YEAR = tuple((day.month, day.day) for day in map(date.fromordinal, range(_Y2000, _Y2000 + 366)))
"""(month, day) of each day of 2000."""
_LONGEST_CLOSURE = 3_653

Window = tuple[int, int]
"""Seconds from midnight of the day it belongs to, end exclusive; past 86,400 it runs into the next day."""


class Hours(NamedTuple):
    """Everything a calendar was told."""

    zone: ZoneInfo
    weekly: tuple[tuple[Window, ...], ...]
    """Seven entries, Monday first; the windows of a day are in order and do not overlap."""
    dated_holidays: Mapping[int, str]
    """Days off once: the date's ordinal to the holiday's name, which may be empty."""
    yearly_holidays: Mapping[tuple[int, int], str]
    """Days off every year: (month, day) to the name."""
    overrides: Mapping[int, tuple[Window, ...]]
    """A date's own hours by its ordinal; none at all is a day off. Beats a holiday on the same date."""
    breaks: Mapping[int, tuple[Window, ...]]
    """Wall time that does not count, by the ordinal of its date, whichever day's window it lies in."""
    worked_dated: Mapping[int, str]
    worked_yearly: Mapping[tuple[int, int], str]
    """Holidays that are written down and no days off here, as the two above: they are told of, never counted by."""

    def holiday_on(self, day: date) -> str | None:
        """Name of the holiday on a local date (empty where it has none), or None on other days."""
        name = self.dated_holidays.get(day.toordinal())
        return name if name is not None else self.yearly_holidays.get((day.month, day.day))

    def worked_holiday_on(self, day: date) -> str | None:
        """The same of a holiday that is no day off here; None where another on the date is one."""
        if self.holiday_on(day) is not None:
            return None
        name = self.worked_dated.get(day.toordinal())
        return name if name is not None else self.worked_yearly.get((day.month, day.day))

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that belong to a local date, breaks not yet cut out."""
        own = self.overrides.get(day.toordinal())
        if own is not None:
            return own
        return () if self.holiday_on(day) is not None else self.weekly[day.weekday()]

    def open_on(self, day: date) -> Sequence[Window]:
        """The same with breaks cut out, those after midnight in a night shift too."""
        windows = self.windows_on(day)
        ordinal = day.toordinal()
        if self.breaks.keys().isdisjoint((ordinal - 1, ordinal, ordinal + 1)):
            return windows
        breaks = [
            (start + shift * DAY, end + shift * DAY)
            for shift in (-1, 0, 1)
            for start, end in self.breaks.get(ordinal + shift, ())
        ]
        return without(windows, union(breaks))


def hours_from_mapping(mapping: Mapping[str, object]) -> Hours:
    """Read a calendar.

    ``tz``: an IANA zone. ``hours``: weekday (``mon`` to ``sun``) to a list of ``[from, to]``.
    ``holidays`` (may be absent, as the two below): a list of dates (``2026-12-25``, every year
    ``12-25``), of ranges of either (``12-24/01-02``), or of ``{"date": ..., "name": ...}``; such an entry may
    say where it is from (``source``), and that it is no day off here (``"observed": false``): then it is read
    and checked, and does not count.
    ``overrides``: date to the date's own windows. ``breaks``: date to windows that do not count.
    Times are ``HH:MM`` or ``HH:MM:SS``, ``24:00`` as an end.

    Raises :class:`InvalidInput` with the field at fault, such as ``hours.mon`` or ``holidays[2]``.
    """
    only_known("", "a calendar", mapping, _KEYS)
    weekly = _weekly(mapping.get("hours"))
    off, worked = _holidays(mapping.get("holidays") or ())
    return Hours(
        zone=_zone(mapping.get("tz")),
        weekly=weekly,
        dated_holidays=off.dated,
        yearly_holidays=off.yearly,
        overrides=_by_date("overrides", mapping.get("overrides") or {}),
        breaks=_by_date("breaks", mapping.get("breaks") or {}),
        worked_dated=worked.dated,
        worked_yearly=worked.yearly,
    )


def _zone(value: object) -> ZoneInfo:
    remedy = "Give an IANA zone such as Europe/Berlin."
    if not isinstance(value, str) or not value:
        raise InvalidInput("tz", "a time zone is needed", remedy)
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, or one too long
        raise InvalidInput("tz", f"there is no time zone {value!r}", remedy) from None


def _weekly(value: object) -> tuple[tuple[Window, ...], ...]:
    if not isinstance(value, Mapping):
        raise InvalidInput("hours", "opening hours by weekday are needed", "Use the keys mon to sun.")
    for key in value:
        if key not in WEEKDAYS:
            raise InvalidInput(f"hours.{key}", "is not a weekday", "Use the keys mon to sun.")
    weekly = tuple(_windows(f"hours.{day}", value.get(day) or ()) for day in WEEKDAYS)
    for index, day in enumerate(WEEKDAYS):
        after = WEEKDAYS[(index + 1) % 7]
        today, tomorrow = weekly[index], weekly[(index + 1) % 7]
        if today and tomorrow and today[-1][1] - DAY > tomorrow[0][0]:
            raise InvalidInput(
                f"hours.{day}",
                f"the window from {written_time(today[-1][0])} crosses midnight and overlaps {after}",
                "Check whether its start and end are swapped.",
            )
    return weekly


def _windows(field: str, value: object) -> tuple[Window, ...]:
    """Windows in order; two that overlap are refused, two that touch are kept."""
    remedy = 'Write windows as [["09:00", "17:00"]].'
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidInput(field, "is not a list of windows", remedy)
    windows: list[Window] = []
    for pair in value:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
            raise InvalidInput(field, "a window needs a start and an end", remedy)
        start, end = _seconds(field, pair[0]), _seconds(field, pair[1])
        if start == DAY:
            raise InvalidInput(field, "a window cannot start at 24:00", "Write 00:00 on the next day.")
        windows.append((start, end if end > start else end + DAY))
    windows.sort()
    for earlier, later in pairwise(windows):
        if earlier[1] > later[0]:
            raise InvalidInput(
                field,
                f"the windows from {written_time(earlier[0])} and from {written_time(later[0])} overlap",
                "Join them, or check whether a start and an end are swapped.",
            )
    return tuple(windows)


def _seconds(field: str, value: object) -> int:
    """Seconds from midnight of a wall time, 0 to 86,400."""
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        total = hour * 3600 + minute * 60 + second
        if minute < 60 and second < 60 and total <= DAY:
            return total
    raise InvalidInput(field, f"{value!r} is not a time of day", "Write it as 08:30; 24:00 ends a day.")


def written_time(seconds: int) -> str:
    """A wall time by its seconds from midnight, ``24:00`` for the end of the day; past that the next day's."""
    rest = seconds if seconds <= DAY else seconds - DAY
    second = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{rest // 3600:02d}:{rest // 60 % 60:02d}{second}"


def _by_date(field: str, value: object) -> Mapping[int, tuple[Window, ...]]:
    if not isinstance(value, Mapping):
        raise InvalidInput(field, "is not a table of dates", 'Write {"2026-12-24": [["09:00", "12:00"]]}.')
    return {
        _date(f"{field}.{key}", key).toordinal(): _windows(f"{field}.{key}", windows or ())
        for key, windows in value.items()
    }


class _Named(NamedTuple):
    """Holidays by date and by day of the year."""

    dated: dict[int, str]
    yearly: dict[tuple[int, int], str]


def _holidays(value: object) -> tuple[_Named, _Named]:
    """Those that are days off, and those that are not; of several on one day the first gives the name."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise InvalidInput("holidays", "is not a list of dates", 'Write ["2026-12-25", "01-01"].')
    off, worked = _Named({}, {}), _Named({}, {})
    for index, entry in enumerate(value):
        field = f"holidays[{index}]"
        when, name = entry, ""
        observed = True
        if isinstance(entry, Mapping):
            when, name, observed = _entry(field, entry)
        found = off if observed else worked
        first, _, last = when.partition("/") if isinstance(when, str) else (when, "", "")
        from_yearly, to_yearly = _month_day(first), _month_day(last or first)
        if from_yearly and to_yearly:
            for month_day in _days_of_year(from_yearly, to_yearly):
                found.yearly.setdefault(month_day, name)
            continue
        from_date, to_date = _date(field, first), _date(field, last or first)
        if to_date < from_date:
            raise InvalidInput(field, f"{when} ends before it starts", "Swap the two dates.")
        if (to_date - from_date).days > _LONGEST_CLOSURE:
            raise InvalidInput(field, f"{when} is longer than ten years", "Leave the hours empty instead.")
        for ordinal in range(from_date.toordinal(), to_date.toordinal() + 1):
            found.dated.setdefault(ordinal, name)
    return off, worked


def _entry(field: str, entry: Mapping[object, object]) -> tuple[object, str, bool]:
    """Date, name and whether it is a day off, of a holiday written as a table."""
    only_known(field, "a holiday", entry, _ENTRY_KEYS)
    observed = entry.get("observed", True)
    if not isinstance(observed, bool):
        raise InvalidInput(f"{field}.observed", f"{observed!r} is neither true nor false")
    return entry.get("date"), str(entry.get("name") or ""), observed


def _days_of_year(first: tuple[int, int], last: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Each (month, day) from ``first`` to ``last``, both inclusive, across New Year where last is earlier."""
    start, end = _LEAP_YEAR.index(first), _LEAP_YEAR.index(last)
    return _LEAP_YEAR[start : end + 1] if start <= end else _LEAP_YEAR[start:] + _LEAP_YEAR[: end + 1]


def _month_day(value: object) -> tuple[int, int] | None:
    """(month, day) of ``12-25`` or ``--12-25``; None where it is not such a day of the year."""
    match = _YEARLY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    month_day = int(match[1]), int(match[2])
    return month_day if month_day in _LEAP_YEAR else None


def _date(field: str, value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise InvalidInput(field, f"{value!r} is not a date", "Write it as 2026-12-25.") from None
