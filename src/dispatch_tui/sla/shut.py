"""What shuts a calendar at an instant at which it is not open: the night, a weekend, a holiday, a date's own hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from dispatch_tui.sla.hours import DAY, WEEKDAYS, Hours, Window

ShutKind = Literal["out_of_hours", "holiday", "override", "break"]

WEEKEND, NIGHT, BETWEEN, NO_HOURS = "weekend", "night", "between hours", "no weekly hours"
_ONE: Final = timedelta(days=1)
_NAMES: Final = dict(
    zip(
        WEEKDAYS,
        ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
        strict=True,
    )
)


def edges(hours: Hours, day: date) -> set[int]:
    """The seconds of a local date at which the reason for being shut may change."""
    before = day - _ONE
    found = {
        second
        for windows in (hours.weekly[day.weekday()], hours.windows_on(day), _breaks(hours, day))
        for window in windows
        for second in window
    }
    found |= {
        second - DAY
        for windows in (hours.weekly[before.weekday()], hours.windows_on(before), _breaks(hours, before))
        for window in windows
        for second in window
    }
    return {second for second in found if 0 < second < DAY}


def why_shut(hours: Hours, at: datetime) -> tuple[ShutKind, str]:
    """Kind and words, for an instant at which the calendar is shut."""
    day, seconds = wall(hours, at)
    before = day - _ONE
    planned = inside(hours.windows_on(day), seconds) or inside(hours.windows_on(before), seconds + DAY)
    if planned:
        return "break", "break"
    of_before = inside(hours.weekly[before.weekday()], seconds + DAY)
    owner, second = (before, seconds + DAY) if of_before else (day, seconds)
    usual = hours.weekly[owner.weekday()]
    own = hours.overrides.get(owner.toordinal())
    if own is not None:
        if not own:
            return "override", f"shut on {date_words(owner)}"
        return (
            ("override", f"own hours of {date_words(owner)}")
            if inside(usual, second)
            else _night(own, second)
        )
    holiday = hours.holiday_on(owner)
    if holiday is not None:
        return "holiday", holiday or "holiday"
    if usual:
        return _night(usual, second)
    if not any(hours.weekly):
        return "out_of_hours", NO_HOURS
    weekday = owner.weekday()
    return "out_of_hours", WEEKEND if weekday >= 5 else f"shut on {_NAMES[WEEKDAYS[weekday]]}"


def _night(windows: Sequence[Window], second: float) -> tuple[ShutKind, str]:
    between = windows[0][0] < second < windows[-1][1]
    return "out_of_hours", BETWEEN if between else NIGHT


def wall(hours: Hours, at: datetime) -> tuple[date, float]:
    """The local date, and the seconds that its wall clock shows since midnight."""
    local = at.astimezone(hours.zone).replace(tzinfo=None)
    return local.date(), (local - datetime.combine(local.date(), time.min)).total_seconds()


def instant_of(hours: Hours, day: date, seconds: int) -> datetime:
    """When the wall clock shows this time of a local date; of a time that comes twice, the first."""
    shown = datetime.combine(day, time.min) + timedelta(seconds=seconds)
    return shown.replace(tzinfo=hours.zone).astimezone(UTC)


def instants_of(hours: Hours, day: date, seconds: int) -> tuple[datetime, datetime]:
    """The same with the second time at which it is shown, which is mostly the first again."""
    first = instant_of(hours, day, seconds)
    shown = datetime.combine(day, time.min) + timedelta(seconds=seconds)
    return first, shown.replace(tzinfo=hours.zone, fold=1).astimezone(UTC)


def inside(windows: Iterable[Window], second: float) -> bool:
    return any(start <= second < end for start, end in windows)


def _breaks(hours: Hours, day: date) -> Sequence[Window]:
    return hours.breaks.get(day.toordinal(), ())


def date_words(day: date) -> str:
    return f"{day.day} {day:%b}"
