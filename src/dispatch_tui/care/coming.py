"""Times as people type them on the phone: ``2h``, ``14:30``, ``tomorrow 9``, ``fri 12:00``, ``24.12. 8:00``; and those
that have passed: ``2h``, ``14:30``, ``yesterday 9``, ``mon``.

A day and a month end with a dot each: ``12.10.`` is the twelfth of October, ``12.10`` ten past twelve.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo

from dispatch_tui.care.promises import Promise
from dispatch_tui.clock import instants_of
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain

FORMS = "Give it as 45m, 2h, 14:30, tomorrow 9:00, fri 12:00 or 2026-12-24 08:00."
PAST_FORMS = "Give it as 20m, 2h, 9:30, yesterday 16:00 or mon 9:00."
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_BEGINS = 9
"""The hour that a day without a time means."""

_SPAN = re.compile(r"^(?:in )?(?:(\d{1,3})\s*d)?\s*(?:(\d{1,3})\s*h)?\s*(?:(\d{1,3})\s*m(?:in)?)?$")
_DATE = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(?: (.*))?$")
_TIME = re.compile(r"^(?:at )?(\d{1,2})(?:[:.h](\d{2}))?$")


def coming(text: str, now: datetime, zone: tzinfo, *, field: str = "time") -> datetime:
    """The instant (UTC) after ``now`` that is meant, on the wall clock of ``zone``.

    A time of day is the next one; a weekday (its name, or the first three letters or more) the next one that is not
    today; a day of a month the next one. Raises :class:`InvalidInput` for what cannot be read, for a date with its year
    that has passed, and for a wall time that a change of the clocks leaves out or brings twice.
    """
    words = plain(text).casefold()
    if length := _span(words):
        return now + length
    try:
        wall = _on_a_day(words, now, zone) or _in_figures(words, zone)
        found = [one for one in _instants(wall, plain(text), field) if one > now]
        both = " or ".join(one.astimezone(zone).isoformat(timespec="minutes") for one in found)
    except (ValueError, OverflowError):
        raise InvalidInput(field, f"cannot read {plain(text)!r} as a time", FORMS) from None
    if not found:
        raise InvalidInput(field, f"{plain(text)!r} has passed", FORMS)
    return _only(found, plain(text), field, f"Give {both}.")


def bygone(text: str, now: datetime, zone: tzinfo, *, field: str = "time") -> datetime:
    """The instant (UTC) up to ``now`` that is meant, on the wall clock of ``zone``: how long ago, or when.

    A time of day is the last one; a weekday the last one that is not today. Raises :class:`InvalidInput` for what
    cannot be read, for what is to come, and for a wall time that a change of the clocks left out or brought twice; a
    number alone may be minutes or an hour, and is refused.
    """
    words = plain(text).casefold().removesuffix("ago").strip()
    if not words.startswith("in ") and (length := _span(words)):
        return now - length
    wall = _on_a_past_day(words, now, zone)
    if wall is None:
        raise InvalidInput(field, f"cannot read {plain(text)!r} as a time that has passed", PAST_FORMS)
    found = [one for one in _instants(wall, plain(text), field) if one <= now]
    return _only(found, plain(text), field, "Give how long ago, as 2h.")


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


def until_in(line: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Until when something waits, where the line ends with that: ``a seal, until fri 14:00``."""
    _, until, when = f" {plain(line)}".rpartition(" until ")
    with suppress(InvalidInput):
        return coming(when, now, zone) if until else None
    return None


def _span(words: str) -> timedelta:
    """A length of time; none where it is no such."""
    found = _SPAN.match(words)
    days, hours, minutes = (int(one or 0) for one in found.groups()) if found else (0, 0, 0)
    return timedelta(days=days, hours=hours, minutes=minutes)


def _time(words: str) -> tuple[int, int] | None:
    """Hour and minute; None for what is none."""
    time = _TIME.match(words)
    if time is None:
        return None
    hour, minute = int(time[1]), int(time[2] or 0)
    return None if hour > 23 or minute > 59 else (hour, minute)


def _weekday(word: str) -> int | None:
    """0 is Monday; None for what is no weekday."""
    return next((at for at, name in enumerate(DAYS) if len(word) >= 3 and name.startswith(word)), None)


def _wall(day: date, time: tuple[int, int], zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, *time, tzinfo=zone)


def _instants(wall: datetime, text: str, field: str) -> tuple[datetime, ...]:
    """When (UTC) the clock shows this, once or twice."""
    found = instants_of(wall)
    if not found:
        raise InvalidInput(
            field, f"{text!r}: the clocks are put forward over that time", "Give one before or after it."
        )
    return found


def _only(found: Sequence[datetime], text: str, field: str, remedy: str) -> datetime:
    if len(found) > 1:
        raise InvalidInput(field, f"{text!r} comes twice, as the clocks are put back", remedy)
    return found[0]


def _in_figures(words: str, zone: tzinfo) -> datetime:
    """A date, or a date and a time, as ISO 8601 has them; raises ``ValueError``."""
    figures = words.upper()
    with suppress(ValueError):
        return _wall(date.fromisoformat(figures), (DAY_BEGINS, 0), zone)
    read = datetime.fromisoformat(figures)
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _on_a_past_day(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A time of day that has passed, with or without the word for a day; None where it is neither."""
    local = now.astimezone(zone)
    first, _, rest = words.partition(" ")
    back = None
    if first in ("today", "yesterday"):
        back = int(first == "yesterday")
    elif (weekday := _weekday(first)) is not None:
        back = (local.weekday() - weekday - 1) % 7 + 1
    elif words.isdecimal():
        return None
    time = _time(words) if back is None else _time(rest.strip() or str(DAY_BEGINS))
    if time is None:
        return None
    day = local.date() - timedelta(days=back or 0)
    wall = _wall(day, time, zone)
    if back is None and wall > now:
        wall = _wall(day - timedelta(days=1), time, zone)
    return wall if wall <= now else None


def _on_a_date(day: int, month: int, time: tuple[int, int], now: datetime, zone: tzinfo) -> datetime | None:
    """The next such day of the calendar; None where there is none this year or the next."""
    year = now.astimezone(zone).year
    for one in (year, year + 1):
        with suppress(ValueError):  # there is no such day in this year
            wall = _wall(date(one, month, day), time, zone)
            if wall > now:
                return wall
    return None


def _on_a_day(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A time of day, with or without the word or the date of a day; None where it is neither."""
    local = now.astimezone(zone)
    if found := _DATE.match(words):
        at = _time((found[3] or str(DAY_BEGINS)).strip())
        return None if at is None else _on_a_date(int(found[1]), int(found[2]), at, now, zone)
    first, _, rest = words.partition(" ")
    ahead = None
    if first in ("today", "tomorrow"):
        ahead = int(first == "tomorrow")
    elif (weekday := _weekday(first)) is not None:
        ahead = (weekday - local.weekday() - 1) % 7 + 1
    time = _time(words) if ahead is None else _time(rest.strip() or str(DAY_BEGINS))
    if time is None:
        return None
    day = local.date() + timedelta(days=ahead or 0)
    wall = _wall(day, time, zone)
    if ahead is None and wall <= now:
        wall = _wall(day + timedelta(days=1), time, zone)
    return wall if wall > now else None
