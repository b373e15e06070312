"""Bringing holidays into a calendar's draft: from a country, or from an iCalendar file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.exchange.holidays.proposals import Merged, merge, read_years
from dispatch_tui.screens.dialogs import TextDialog

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

_HINT = "A country, its region if it has one, and years; or the path of an .ics file, and years."


class Wanted(NamedTuple):
    """A source of holidays: a country and region, or a file."""

    years: Sequence[int]
    country: str = ""
    region: str = ""
    file: Path | None = None

    def merge_into(self, holidays: Sequence[object]) -> Merged:
        """A calendar's list with this source's dates; in a thread, since some libraries take a moment to load."""
        if self.file is not None:
            from dispatch_tui.exchange.holidays import feeds

            return merge(holidays, feeds.proposals(self.file, self.years))
        from dispatch_tui.exchange.holidays import countries

        return merge(holidays, countries.proposals(self.country, self.years, self.region))


async def ask_source(app: WorkbenchApp, year: int) -> Wanted | None:
    """Ask for a source; None where the question was left."""

    def fault(text: str) -> str:
        try:
            read_source(text)
        except InvalidInput as refused:
            return f"{refused.field}: {refused.reason}. {refused.remedy}"
        return ""

    placeholder = f"DE BY {year}-{year + 2}   or   ~/feed.ics {year}"
    typed = await app.push_screen_wait(
        TextDialog("Bring in holidays", _HINT, placeholder=placeholder, check=fault, verb="bring in")
    )
    return None if typed is None else read_source(typed)


def read_source(text: str) -> Wanted:
    """``DE BY 2026-2028`` or ``~/feeds/bavaria.ics 2026``. Raises :class:`InvalidInput`."""
    before, _, years = text.strip().rpartition(" ")
    if not before.strip():
        raise InvalidInput("source", "a country or a file, and years, are needed", "Write DE BY 2026-2028.")
    wanted = read_years(years)
    if before.lower().endswith(".ics") or "/" in before:
        return Wanted(wanted, file=Path(before.strip()).expanduser())
    country, _, region = before.strip().partition(" ")
    return Wanted(wanted, country, region.strip())


def merged_words(merged: Merged) -> str:
    """What came in, for the bar."""
    off = sum(not one.observed for one in merged.added)
    told = f"{len(merged.added)} dates came in, {off} of them switched off; {len(merged.kept)} were known."
    return f"{told} No longer named: {', '.join(merged.gone)}." if merged.gone else told
