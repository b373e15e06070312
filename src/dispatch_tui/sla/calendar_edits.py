"""Changes to a calendar as people type them: from a calendar's mapping, another one that can be read.

Nothing here is changed in place. Each function raises :class:`InvalidInput` with the field at fault, as
:func:`dispatch_tui.sla.hours.hours_from_mapping` names it, and then nothing has changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.hours import WEEKDAYS, Window, hours_from_mapping, written_time
from dispatch_tui.text import plain

CalendarMapping = Mapping[str, Any]

_PIECE = re.compile(r"(\d{1,2})(?::?(\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;]*(?:and\b)?[\s,;]*", re.IGNORECASE)
_SHUT = ("shut", "closed", "off", "none")
_ROUND_THE_CLOCK = ("24h", "24 h", "all day", "round the clock")


def read_windows(field: str, text: str) -> list[list[str]]:
    """``08:00-12:00, 13:00-17:00``, ``8-12 13-17`` or ``22-6`` as windows; ``24h`` is a whole day, ``shut`` none."""
    words = plain(text).casefold()
    if words in _SHUT:
        return []
    if words in _ROUND_THE_CLOCK:
        return [["00:00", "24:00"]]
    windows: list[list[str]] = []
    at = 0
    while at < len(words):
        piece = _PIECE.match(words, at)
        if piece is None:
            break
        from_hour, from_minute, to_hour, to_minute = piece.groups()
        windows.append(
            [f"{int(from_hour):02}:{from_minute or '00'}", f"{int(to_hour):02}:{to_minute or '00'}"]
        )
        between = _BETWEEN.match(words, piece.end())
        at = between.end() if between is not None else piece.end()
    if at < len(words) or not windows:
        raise InvalidInput(
            field,
            f"{plain(text)!r} cannot be read as hours",
            "Write 08:00-12:00, 13:00-17:00, or shut, or 24h.",
        )
    return windows


def written_windows(windows: Sequence[Window]) -> str:
    """Windows for people and for :func:`read_windows`: ``08:00–12:00, 13:00–17:00``; ``shut`` where there are none."""
    return ", ".join(f"{written_time(start)}–{written_time(end)}" for start, end in windows) or "shut"


def with_zone(mapping: CalendarMapping, zone: str) -> CalendarMapping:
    """Another time zone, by its IANA name."""
    return _checked({**mapping, "tz": zone.strip()})


def with_weekday(mapping: CalendarMapping, day: str, text: str) -> CalendarMapping:
    """Other hours on a weekday (``mon`` to ``sun``)."""
    hours = {**(mapping.get("hours") or {}), day: read_windows(f"hours.{day}", text)}
    return _checked({**mapping, "hours": {key: hours[key] for key in WEEKDAYS if hours.get(key)}})


def with_override(mapping: CalendarMapping, day: date, text: str) -> CalendarMapping:
    """A date's own hours, ``shut`` for none at all; an empty text takes them away, so that its weekday counts."""
    return _with_date(mapping, "overrides", day, text)


def with_break(mapping: CalendarMapping, day: date, text: str) -> CalendarMapping:
    """Wall time of a date that does not count; an empty text takes it away."""
    return _with_date(mapping, "breaks", day, "" if plain(text).casefold() in _SHUT else text)


def _with_date(mapping: CalendarMapping, key: str, day: date, text: str) -> CalendarMapping:
    table = {str(known): value for known, value in (mapping.get(key) or {}).items()}
    if plain(text):
        table[day.isoformat()] = read_windows(f"{key}.{day}", text)
    else:
        table.pop(day.isoformat(), None)
    return _checked({**mapping, key: {known: table[known] for known in sorted(table)}})


def holiday_entries(mapping: CalendarMapping) -> tuple[Mapping[str, Any], ...]:
    """The list of holidays, each as a table with ``date``, ``name``, ``observed`` and ``source``."""
    found = []
    for entry in mapping.get("holidays") or ():
        table = entry if isinstance(entry, Mapping) else {"date": entry}
        found.append(
            {
                "date": str(table.get("date")),
                "name": plain(table.get("name")),
                "observed": table.get("observed", True),
                "source": plain(table.get("source")),
            }
        )
    return tuple(found)


def entry_on(mapping: CalendarMapping, day: date) -> int | None:
    """The number of the entry that names a date, a switched-off one too: a date of its own before a range or a
    day of every year. None where no entry does."""
    found: int | None = None
    for number, entry in enumerate(holiday_entries(mapping)):
        when = entry["date"]
        if when == day.isoformat():
            return number
        if found is None and not is_single(when):
            alone = {"tz": "UTC", "hours": {}, "holidays": [when]}
            found = number if hours_from_mapping(alone).holiday_on(day) is not None else None
    return found


def is_single(when: str) -> bool:
    """Whether a holiday's ``date`` is one date, no range and no day of every year."""
    return len(when) == len("2026-12-25") and "/" not in when


def switched(mapping: CalendarMapping, number: int) -> CalendarMapping:
    """Switch an entry of the list between a day off and none."""
    entries = [dict(entry) for entry in holiday_entries(mapping)]
    entries[number]["observed"] = not entries[number]["observed"]
    return _with_holidays(mapping, entries)


def switched_on(mapping: CalendarMapping, day: date) -> CalendarMapping:
    """Switch a date between a day off and none; one that the list does not name comes into it.

    A date inside a range is not switched alone: :class:`InvalidInput` says which entry it belongs to.
    """
    number = entry_on(mapping, day)
    if number is None:
        return with_holiday(mapping, day.isoformat(), "")
    when = holiday_entries(mapping)[number]["date"]
    if "/" in when:
        raise InvalidInput(
            f"holidays[{number}]",
            f"{day} lies in {when}",
            "Switch that in the list of holidays, or give o its hours.",
        )
    return switched(mapping, number)


def with_holiday(mapping: CalendarMapping, when: str, name: str) -> CalendarMapping:
    """Add a day off: a date, ``12-25`` for every year, or a range of either."""
    new = {"date": plain(when), "name": plain(name), "observed": True, "source": ""}
    entries = (*holiday_entries(mapping), new)
    return _with_holidays(mapping, sorted(entries, key=_order))


def without_holiday(mapping: CalendarMapping, number: int) -> CalendarMapping:
    """Take an entry off the list. A date from a source comes again with it: switch that off instead."""
    entries = holiday_entries(mapping)
    return _with_holidays(mapping, [*entries[:number], *entries[number + 1 :]])


def with_holidays(mapping: CalendarMapping, entries: Sequence[object]) -> CalendarMapping:
    """Another list of holidays."""
    return _checked({**mapping, "holidays": list(entries)})


def _with_holidays(mapping: CalendarMapping, entries: Sequence[Mapping[str, Any]]) -> CalendarMapping:
    return with_holidays(mapping, [_short(entry) for entry in entries])


def _short(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry without what says nothing."""
    return {
        key: value
        for key, value in entry.items()
        if key == "date" or (key == "observed" and value is False) or (key != "observed" and value)
    }


def _order(entry: Mapping[str, Any]) -> tuple[bool, str]:
    """What recurs every year first, then by date."""
    first = str(entry["date"]).removeprefix("--").partition("/")[0]
    return len(first) == len("2026-12-25"), first


def _checked(mapping: CalendarMapping) -> CalendarMapping:
    hours_from_mapping(mapping)
    return mapping
