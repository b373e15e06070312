"""Proposed days off, and how they come into a calendar's list without undoing what somebody has decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.hours import hours_from_mapping
from dispatch_tui.text import plain


class HolidayProposal(NamedTuple):
    """A local date that a source names. ``observed``: whether it is a day off as the source has it; whoever
    reviews the list may switch each date."""

    date: date
    name: str
    source: str
    observed: bool

    def as_entry(self) -> dict[str, object]:
        """The proposal as an entry of a calendar's ``holidays``."""
        return {
            "date": self.date.isoformat(),
            "name": self.name,
            "observed": self.observed,
            "source": self.source,
        }


class Merged(NamedTuple):
    """A calendar's list after a merge."""

    holidays: tuple[object, ...]
    """The new list: what stood there as it was, and what was added, by date."""
    added: tuple[HolidayProposal, ...]
    kept: tuple[HolidayProposal, ...]
    """Proposals for dates that the list holds already: its entries stand, switched as they were."""
    gone: tuple[str, ...]
    """Dates that the list has from one of these sources, in the years proposed, and that it names no more.
    They stay until somebody switches them off."""


def one_a_date(proposals: Iterable[HolidayProposal]) -> tuple[HolidayProposal, ...]:
    """In order, one proposal a date: a day off beats an observance, else the first named counts."""
    by_date: dict[date, HolidayProposal] = {}
    for one in proposals:
        known = by_date.get(one.date)
        if known is None or (one.observed and not known.observed):
            by_date[one.date] = one
    return tuple(by_date[day] for day in sorted(by_date))


def merge(holidays: Sequence[object], proposals: Iterable[HolidayProposal]) -> Merged:
    """Add proposals to a calendar's ``holidays`` (entries as :func:`hours_from_mapping` reads them).

    A date that the list names in any way, a range or a day of every year included, is left as it is: a
    date that was switched off stays off. Raises :class:`.errors.InvalidInput` where the list cannot be read.
    """
    proposed = one_a_date(proposals)
    named = _Named(holidays)
    added = tuple(one for one in proposed if not named.has(one.date))
    kept = tuple(one for one in proposed if named.has(one.date))
    dates = {one.date for one in proposed}
    years, sources = {day.year for day in dates}, {one.source for one in proposed}
    gone = tuple(
        day.isoformat()
        for day, source in named.sourced()
        if source in sources and day.year in years and day not in dates
    )
    entries = sorted((*holidays, *(one.as_entry() for one in added)), key=_order)
    return Merged(tuple(entries), added, kept, gone)


class _Named:
    """The dates that a list of holidays names, observed or not."""

    def __init__(self, holidays: Sequence[object]) -> None:
        entries = [_bare(entry) for entry in holidays]
        self._hours = hours_from_mapping({"tz": "UTC", "hours": {}, "holidays": entries})
        self._entries = holidays

    def has(self, day: date) -> bool:
        return self._hours.holiday_on(day) is not None

    def sourced(self) -> Iterable[tuple[date, str]]:
        """Single dates with the source that they came from."""
        for entry in self._entries:
            if isinstance(entry, Mapping) and entry.get("source"):
                when = entry.get("date")
                if isinstance(when, str) and "/" not in when and len(when) == len("2026-12-25"):
                    yield date.fromisoformat(when), str(entry["source"])


def _bare(entry: object) -> object:
    """An entry without its switch: what it names, whether observed or not."""
    if not isinstance(entry, Mapping):
        return entry
    return {key: value for key, value in entry.items() if key not in ("observed", "source")}


def _order(entry: object) -> str:
    """What recurs every year first, then by date."""
    when = entry.get("date") if isinstance(entry, Mapping) else entry
    text = str(when).removeprefix("--")
    return text if len(text.partition("/")[0]) == len("2026-12-25") else f"0 {text}"


def read_years(text: str) -> list[int]:
    """``2026``, ``2026-2028`` or ``2026,2028`` as years; :class:`InvalidInput` for what is none."""
    years: set[int] = set()
    for piece in plain(text).replace("–", "-").split(","):
        first, sign, last = piece.strip().partition("-")
        ends = [first, last] if sign else [first]
        if not all(one.isascii() and one.isdigit() and len(one) == 4 for one in ends):
            raise InvalidInput("years", f"{plain(text)!r} are no years", "Write 2026 or 2026-2028.")
        start, end = int(ends[0]), int(ends[-1])
        if end < start or end - start >= 300:
            raise InvalidInput("years", f"{piece.strip()} is no span of years", "Write 2026-2028.")
        years.update(range(start, end + 1))
    return sorted(years)
