"""An iCalendar file as proposed days off.

An event of whole days gives a date each; so does one from midnight to midnight. Repeated events are
told for the years asked for. Cancelled events are no days off and are left out.

Feeds hold much that is no day off. Switched off come events with a time of day, private ones, those
whose category or description says so, and those that leave the day free for others (TRANSP) where
the file also has events that do not: public feeds often mark all of theirs as free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch_tui.errors import InvalidInput, MissingExtra
from dispatch_tui.exchange.holidays.feed_lines import event_lines, fault, text_of
from dispatch_tui.exchange.holidays.proposals import HolidayProposal, one_a_date
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from icalendar import Event

_ONE = timedelta(days=1)
_LONGEST = 366
_MOST_YEARS = 30
_READ = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
"""Properties that a date hangs on: a fault in one of them refuses the file, in others nobody looks."""
_OFTEN = re.compile(
    r"FREQ=(SECONDLY|MINUTELY|HOURLY)|BY(SECOND|MINUTE|HOUR)=|INTERVAL=0*(;|$)", re.IGNORECASE
)
"""Rules that give more than a date a day, or that never come to an end."""
_NOT_OFF = re.compile(
    r"\b(observance|optional|unofficial|school|half[ -]?day|season|gedenktag|not a (public )?holiday)\b",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"\b((public|national|bank|legal|federal|statutory) holiday|gesetzlicher feiertag)\b", re.IGNORECASE
)


def proposals(path: Path, years: Sequence[int]) -> tuple[HolidayProposal, ...]:
    """The dates of a file that fall into these years, in order, one a date.

    Raises :class:`MissingExtra` without the libraries, :class:`.errors.ImportProblem` with line and reason for a
    file that is none or that cannot be understood, :class:`InvalidInput` for more than thirty years.
    """
    try:
        import recurring_ical_events
        from icalendar import Calendar, Event
    except ImportError:
        raise MissingExtra("Reading iCalendar files", "holidays") from None
    first, last = min(years), max(years)
    if last - first >= _MOST_YEARS or first < 1900 or last > 2299:
        raise InvalidInput("years", f"give at most {_MOST_YEARS} years from 1900 to 2299", "Write 2026-2028.")
    text = text_of(path)
    lines = event_lines(path, text)
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except ValueError as error:
        raise fault(path, 1, plain(error)) from None
    events = [event for one in calendars for event in one.walk("VEVENT") if isinstance(event, Event)]
    for line, event in zip(lines, events, strict=True):
        _check(path, line, event)
    _tell_apart(events)
    told: list[Event] = []
    for one in calendars:
        try:
            told += recurring_ical_events.of(one).between(date(first, 1, 1), date(last + 1, 1, 1))
        except (ValueError, TypeError) as error:
            raise fault(
                path, lines[0] if lines else 1, f"a repetition cannot be told: {plain(error)}"
            ) from None
    both = {_says(event, "TRANSP") == "TRANSPARENT" for event in events} == {True, False}
    found = [
        proposal
        for event in told
        if _says(event, "STATUS") != "CANCELLED"
        for proposal in _dates(event, path.name, free_counts=both)
        if first <= proposal.date.year <= last
    ]
    return one_a_date(found)


def _check(path: Path, line: int, event: Event) -> None:
    """Refuse an event whose dates cannot be known."""
    name = plain(event.get("SUMMARY", ""))[:40] or "an event without a name"
    for key, reason in event.errors:
        if key is None or key in _READ:
            raise fault(path, line, f"{name}: {key or 'a line'}: {plain(reason)}")
    if event.get("DTSTART") is None:
        raise fault(path, line, f"{name}: it has no DTSTART", "Give the event its date.")
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        written = rule.to_ical().decode()
        if _OFTEN.search(written):
            raise fault(path, line, f"{name}: a holiday does not recur within a day ({plain(written)[:60]})")
    try:
        first, after = _span(event)
    except ValueError as error:
        raise fault(path, line, f"{name}: {plain(error).rstrip('.')}", "Correct its dates.") from None
    if after <= first:
        raise fault(path, line, f"{name}: it ends before it starts", "Correct its dates.")
    if (after - first).days > _LONGEST:
        raise fault(path, line, f"{name}: it is longer than a year", "Give it an end.")


def _tell_apart(events: Sequence[Event]) -> None:
    """Give events an identity of their own that have none or somebody else's: the second would be taken for a newer
    first, and one of them be lost."""
    seen: set[str] = set()
    for number, event in enumerate(events):
        if event.get("RECURRENCE-ID") is None:
            known = plain(event.get("UID", ""))
            if not known or known in seen:
                event["UID"] = f"{known}#{number}"
            seen.add(known)


def _dates(event: Event, source: str, *, free_counts: bool) -> Iterator[HolidayProposal]:
    name = plain(event.get("SUMMARY", ""))
    observed = _is_day_off(event, free_counts=free_counts)
    day, after = _span(event)
    while day < after:
        yield HolidayProposal(day, name, source, observed)
        day += _ONE


def _span(event: Event) -> tuple[date, date]:
    """The first local date of an event, and the one after its last."""
    start, end = event.start, event.end
    first = start.date() if isinstance(start, datetime) else start
    if not isinstance(end, datetime):
        return first, first + _ONE if end == first else end
    until_midnight = end.time() == time.min and end.date() > first
    return first, end.date() if until_midnight else end.date() + _ONE


def _whole_days(event: Event) -> bool:
    """Whether it runs from a midnight to a later one."""
    start, end = event.start, event.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return True
    return start.time() == end.time() == time.min and end.date() > start.date()


def _is_day_off(event: Event, *, free_counts: bool) -> bool:
    if not _whole_days(event) or _says(event, "CLASS") in ("PRIVATE", "CONFIDENTIAL"):
        return False
    words = plain(" ".join((*event.categories, event.get("DESCRIPTION", ""))))
    if _NOT_OFF.search(words):
        return False
    if _OFF.search(words):
        return True
    return not (free_counts and _says(event, "TRANSP") == "TRANSPARENT")


def _says(event: Event, key: str) -> str:
    return plain(event.get(key, "")).upper()
