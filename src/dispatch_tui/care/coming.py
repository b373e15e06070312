"""Times to come as people type them on the phone: ``2h``, ``14:30``, ``tomorrow 9``, ``fri 12:00``, ``24.12. 8:00``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from dispatch_tui.care.promises import Promise
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain

FORMS = "Give it as 45m, 2h, 14:30, tomorrow 9:00, fri 12:00 or 2026-12-24 08:00."
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_BEGINS = 9
"""The hour that a day without a time means."""

_SPAN = re.compile(r"^(?:in )?(?:(\d{1,3})\s*d)?\s*(?:(\d{1,3})\s*h)?\s*(?:(\d{1,3})\s*m(?:in)?)?$")
_TIME = re.compile(r"^(?:at )?(\d{1,2})(?:[:.h](\d{2}))?$")


def coming(text: str, now: datetime, zone: tzinfo, *, field: str = "time") -> datetime:
    """The instant (UTC) after ``now`` that is meant, on the wall clock of ``zone``.

    A time of day is the next one; a weekday the next one that is not today. Raises :class:`InvalidInput` for what
    cannot be read, and for a date with its time that has passed.
    """
    words = plain(text).casefold()
    if found := _SPAN.match(words):
        days, hours, minutes = (int(one or 0) for one in found.groups())
        if length := timedelta(days=days, hours=hours, minutes=minutes):
            return now + length
    if (named := _on_a_day(words, now, zone)) is not None:
        return named
    try:
        read = datetime.fromisoformat(words)
    except ValueError:
        raise InvalidInput(field, f"cannot read {plain(text)!r} as a time", FORMS) from None
    if "t" not in words and ":" not in words:
        read = read.replace(hour=DAY_BEGINS)
    instant = (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    if instant <= now:
        raise InvalidInput(field, f"{plain(text)!r} has passed", FORMS)
    return instant


def promise_from(
    line: str, now: datetime, made_at: datetime, zone: tzinfo, *, field: str = "promise_1"
) -> Promise:
    """A promise as it is typed, ``a loaner by fri 12:00``. One that begins with the word arrival or finish is what the
    customer counts on for the visit or the work. Raises :class:`InvalidInput`."""
    what, by, when = plain(line).rpartition(" by ")
    if not by or not what:
        raise InvalidInput(field, "a promise says what, and by when", "Write “a loaner by fri 12:00”.")
    first = what.split()[0].casefold()
    about = first if first in ("arrival", "finish") else ""
    return Promise(what, made_at, coming(when, now, zone, field=field), about=about)


def _on_a_day(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A time of day, with or without the word for a day; None where it is neither."""
    local = now.astimezone(zone)
    first, _, rest = words.partition(" ")
    ahead = None
    if first in ("today", "tomorrow"):
        ahead = int(first == "tomorrow")
    elif first[:3] in DAYS and first.isalpha():
        ahead = (DAYS.index(first[:3]) - local.weekday() - 1) % 7 + 1
    time = _TIME.match(words if ahead is None else rest.strip())
    if time is None:
        if ahead is None or rest.strip():
            return None
        hour, minute = DAY_BEGINS, 0
    else:
        hour, minute = int(time[1]), int(time[2] or 0)
    if hour > 23 or minute > 59:
        return None
    day = local.date() + timedelta(days=ahead or 0)
    instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
    if ahead is None and instant <= now:
        day += timedelta(days=1)
        instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
    return instant if instant > now else None
