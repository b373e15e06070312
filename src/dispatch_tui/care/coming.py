"""A time to come, as people type it: ``2h``, ``14:30``, ``tomorrow``, ``fri 9:00``, ``2026-03-05 14:00``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from dispatch_tui.errors import InvalidInput

FORMS = "Write 45m, 2h, 3d, 14:30, tomorrow 9:00, fri 14:00 or 2026-03-05 14:00."
_SPAN = re.compile(r"(?:\d{1,4}[mhdw])(?: ?\d{1,4}[mhdw])*", re.ASCII)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MORNING = time(9)


def coming(text: str, now: datetime, zone: tzinfo, *, field: str = "due_at") -> datetime:
    """The instant (UTC) that is meant: wall times are those of ``zone``, a day without a time is its nine o'clock, a
    time without a day the next one to come.

    Raises ``InvalidInput`` for what cannot be read, and for an instant that is not after ``now``.
    """
    words = text.strip().casefold()
    found = (
        now + _span(words) if _SPAN.fullmatch(words) else _of_day(words, text, now.astimezone(zone), field)
    )
    found = found.astimezone(now.tzinfo)
    if found <= now:
        raise InvalidInput(field, f"{text.strip()!r} has passed", FORMS)
    return found


def _span(words: str) -> timedelta:
    parts = re.findall(r"(\d+)([mhdw])", words)
    return sum((int(count) * _UNITS[unit] for count, unit in parts), timedelta(0))


def _of_day(words: str, text: str, local: datetime, field: str) -> datetime:
    day, _, clock = words.partition(" ")
    if ":" in day and not clock:
        at = _clock(day, text, field)
        today = datetime.combine(local.date(), at, local.tzinfo)
        return (
            today if today > local else datetime.combine(local.date() + timedelta(days=1), at, local.tzinfo)
        )
    found = _date(day, local.date())
    if found is None:
        raise InvalidInput(field, f"cannot read {text.strip()!r} as a time", FORMS)
    return datetime.combine(found, _clock(clock, text, field) if clock else _MORNING, local.tzinfo)


def _date(word: str, today: date) -> date | None:
    """The day that a word names; a weekday is the next one to come, today apart."""
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if word in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _clock(word: str, text: str, field: str) -> time:
    hours, _, minutes = word.strip().partition(":")
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        raise InvalidInput(field, f"cannot read {text.strip()!r} as a time", FORMS) from None
