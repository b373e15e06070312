"""A month of a business calendar with its chosen date spelled out below; a second month where there is room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical

from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.calendar_edits import entry_on, holiday_entries, is_single
from dispatch_tui.sla.months import LAST_YEAR, Day, month
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.month_lines import day_lines, legend, month_lines, month_title
from dispatch_tui.widgets.pieces import Line, Piece

TWO_MONTHS_FROM = 36
"""From this height of the pane the next month stands below."""
_MONTH = 14


class MonthPane(Vertical):
    """Shows what it is given; clicks on a day come up as ``Lines.Clicked`` with ``day:2026-12-24``."""

    DEFAULT_CSS = f"""
    MonthPane {{ height: 1fr; }}
    MonthPane #month, MonthPane #following {{ height: {_MONTH}; }}
    MonthPane #following {{ display: none; margin: 1 0 0 0; }}
    MonthPane.-two #following {{ display: block; }}
    MonthPane #day {{ height: 3; margin: 1 0 0 0; }}
    """

    this_month = getters.query_one("#month", Lines)
    following = getters.query_one("#following", Lines)
    day = getters.query_one("#day", Lines)
    legend = getters.query_one("#legend", Lines)

    def __init__(self, look: Look, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._look = look
        self._calendar: BusinessCalendar | None = None
        self._months: dict[tuple[int, int], tuple[Day, ...]] = {}

    def compose(self) -> ComposeResult:
        yield Lines(self._look, id="month")
        yield Lines(self._look, id="day")
        yield Lines(self._look, id="legend")
        yield Lines(self._look, id="following")

    def show(self, calendar: BusinessCalendar, mapping: Mapping[str, Any], chosen: date, look: Look) -> None:
        """Show the month of ``chosen``; ``mapping`` is what the calendar was read from."""
        self._look = look
        if calendar is not self._calendar:
            self._calendar, self._months = calendar, {}
        self.set_class(self.size.height >= TWO_MONTHS_FROM, "-two")
        width = self.size.width
        days = self._month(calendar, chosen.year, chosen.month)
        off = switched_off(mapping)
        self.this_month.show([_title(days), *month_lines(days, chosen, off, width, look)])
        number = entry_on(mapping, chosen)
        source = "" if number is None else holiday_entries(mapping)[number]["source"]
        self.day.show(day_lines(days[chosen.day - 1], off.get(chosen), source, width, look))
        self.legend.show([legend(look, width)])
        year, following = (chosen.year, chosen.month + 1) if chosen.month < 12 else (chosen.year + 1, 1)
        if year <= LAST_YEAR and self.following.display:
            after = self._month(calendar, year, following)
            self.following.show([_title(after), *month_lines(after, chosen, off, width, look)])

    def _month(self, calendar: BusinessCalendar, year: int, number: int) -> tuple[Day, ...]:
        """A month, kept while the calendar stays: going by days reckons nothing anew."""
        if (year, number) not in self._months:
            self._months[year, number] = month(calendar, year, number)
        return self._months[year, number]


def switched_off(mapping: Mapping[str, Any]) -> dict[date, str]:
    """Observances of single dates that are no days off here, with their names."""
    return {
        date.fromisoformat(entry["date"]): entry["name"]
        for entry in holiday_entries(mapping)
        if not entry["observed"] and is_single(entry["date"])
    }


def _title(days: tuple[Day, ...]) -> Line:
    return (Piece(f" {month_title(days)}", "bold"),)
