"""The slow reference: walk the minutes of UTC one by one and look at the local wall clock.

Written from the rules alone and sharing nothing with the calendar, so that the two can disagree.
Windows are on whole minutes, and so are the zones' offsets in the years that the tests use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from dispatch_tui.sla.calendar import Pause

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
Spans = list[tuple[datetime, datetime]]


class SteppingCalendar:
    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping = mapping
        self.zone = ZoneInfo(mapping["tz"])
        self.days: dict[date, tuple[Spans, Spans]] = {}

    def due(
        self, start: datetime, budget: timedelta, pauses: list[Pause], horizon: datetime
    ) -> datetime | None:
        """The due instant, or None where it is not reached before ``horizon``."""
        left = budget
        for since, until in self.counted(start, horizon, pauses):
            if until - since >= left:
                return since + left
            left -= until - since
        return None

    def elapsed(self, start: datetime, end: datetime, pauses: list[Pause]) -> timedelta:
        return sum((until - since for since, until in self.counted(start, end, pauses)), timedelta(0))

    def counted(
        self, start: datetime, end: datetime, pauses: list[Pause]
    ) -> Iterator[tuple[datetime, datetime]]:
        """Pieces of at most a minute, in order, that are open and not paused."""
        edges = {start, end, *(edge for pause in pauses for edge in pause if edge is not None)}
        minute = start.astimezone(UTC).replace(second=0, microsecond=0)
        while minute < end:
            following = minute + MINUTE
            if self.is_open(minute):
                cuts = sorted({minute, following, *(edge for edge in edges if minute < edge < following)})
                for since, until in pairwise(cuts):
                    paused = any(a <= since and (b is None or since < b) for a, b in pauses)
                    if start <= since < end and not paused:
                        yield since, until
            minute = following

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        day = wall.date()
        if day not in self.days:
            self.days[day] = self.spans(day, "windows"), self.spans(day, "breaks")
        windows, breaks = self.days[day]
        return any(a <= wall < b for a, b in windows) and not any(a <= wall < b for a, b in breaks)

    def spans(self, day: date, what: str) -> Spans:
        """Stretches of wall time that may reach into a day: its own and those of the day before."""
        breaks = self.mapping.get("breaks", {})
        return [
            span(one, start, end)
            for one in (day - ONE_DAY, day)
            for start, end in (breaks.get(one.isoformat(), []) if what == "breaks" else self.windows_of(one))
        ]

    def windows_of(self, day: date) -> list[list[str]]:
        overrides = self.mapping.get("overrides", {})
        if day.isoformat() in overrides:
            own: list[list[str]] = overrides[day.isoformat()]
            return own
        if any(is_holiday(day, entry) for entry in self.mapping.get("holidays", [])):
            return []
        weekly: list[list[str]] = self.mapping["hours"].get(WEEKDAYS[day.weekday()], [])
        return weekly


def span(day: date, start: str, end: str) -> tuple[datetime, datetime]:
    """A window of a day as wall times; one that ends at or before it starts runs into the next day."""
    midnight = datetime.combine(day, time.min)
    opens, closes = midnight + clock_time(start), midnight + clock_time(end)
    return opens, closes if closes > opens else closes + ONE_DAY


def clock_time(written: str) -> timedelta:
    hour, minute = written.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def is_holiday(day: date, entry: str | Mapping[str, str]) -> bool:
    first, _, last = (entry if isinstance(entry, str) else entry["date"]).partition("/")
    last = last or first
    shown = day.isoformat() if len(first) == 10 else day.strftime("%m-%d")
    return first <= shown <= last if first <= last else (shown >= first or shown <= last)
