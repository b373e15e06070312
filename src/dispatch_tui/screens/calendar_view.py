"""A calendar as it is looked at: the month by days, the weekdays, the holidays, the single dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from textual import getters
from textual.app import ComposeResult

from dispatch_tui.actions import CALENDAR
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.editing import EditPage, many, state_words
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.calendar_edits import CalendarMapping
from dispatch_tui.sla.months import FIRST_YEAR, LAST_YEAR
from dispatch_tui.store import agreements as stored
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.calendar_rows import date_rows, holiday_rows, hours_rows
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.month_pane import MonthPane
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Row, Rows
from dispatch_tui.widgets.unit_tables import tab_line

TABS = {"month": "Month", "hours": "Hours", "holidays": "Holidays", "dates": "Single dates"}


class CalendarDraft(NamedTuple):
    """A calendar as it would be saved."""

    name: str
    mapping: CalendarMapping


class CalendarView(EditPage[CalendarDraft]):
    """Four views of one draft. In the month arrows go by day; elsewhere they walk the list."""

    kind = CALENDAR
    thing = "calendar"
    DEFAULT_CSS = """
    CalendarView #month-pane { display: none; margin: 1 0 0 0; }
    CalendarView.-month #month-pane { display: block; }
    CalendarView #rows { margin: 1 0 0 0; }
    CalendarView.-month #rows { display: none; }
    """

    title_bar = getters.query_one("#title", Lines)
    tabs = getters.query_one("#tabs", Lines)
    month_pane = getters.query_one("#month-pane", MonthPane)

    def __init__(self, desk: Desk, calendar_id: int | None, look: Look) -> None:
        super().__init__(desk, calendar_id, look)
        self.line: stored.CalendarLine | None = None
        self.tab = "month"
        self.chosen = desk.clock.now().date()
        self._calendar: tuple[CalendarMapping, BusinessCalendar] | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        yield Lines(self.look, fill="bar", id="tabs")
        yield MonthPane(self.look, id="month-pane")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.start(self._open, "read")

    async def _open(self) -> None:
        await self.read()
        self.action_do_today()

    def calendar_of(self, mapping: CalendarMapping) -> BusinessCalendar:
        """The draft's calendar, read once for each draft."""
        if self._calendar is None or self._calendar[0] is not mapping:
            self._calendar = mapping, BusinessCalendar.from_mapping(mapping)
        return self._calendar[1]

    # Painting

    def paint(self) -> None:
        self.set_class(self.tab == "month", "-month")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        self.tabs.show([tab_line(TABS, self.tab, self.look)])
        draft, width = self.draft, self.size.width
        if draft is None:
            self.title_bar.show([(Piece(" Reading the calendar …", "dim"),)])
            return
        self._paint_title(draft, width)
        calendar = self.calendar_of(draft.mapping)
        if self.tab == "month":
            self.month_pane.show(calendar, draft.mapping, self.chosen, self.look)
        else:
            self.rows.show_rows(self._tab_rows(draft, calendar, width))

    def _paint_title(self, draft: CalendarDraft, width: int) -> None:
        line, state = self.line, state_words(self)
        facts = draft.mapping["tz"]
        if line is not None:
            used = f"{many(line.agreements, 'agreement')}, {many(line.running, 'running call')}"
            facts += f"  version {line.number}, {used}"
        name = plain(draft.name) or "A new calendar"
        room = max(1, width - len(state) - 2)
        shown = fit(f" {name}", min(room, len(name) + 1), self.look)
        rest = fit(f"  {facts}", max(0, room - len(shown)), self.look)
        self.title_bar.show([(Piece(shown, "bold"), Piece(rest, "dim"), Piece(f" {state}", "soon"))])

    def _tab_rows(self, draft: CalendarDraft, calendar: BusinessCalendar, width: int) -> list[Row]:
        if self.tab == "hours":
            return hours_rows(calendar.hours, width, self.look)
        if self.tab == "holidays":
            return holiday_rows(draft.mapping, width, self.look)
        return date_rows(calendar.hours, width, self.look)

    # Going about

    def action_do_show_month(self) -> None:
        self._show("month")

    def action_do_show_hours(self) -> None:
        self._show("hours")

    def action_do_show_holidays(self) -> None:
        self._show("holidays")

    def action_do_show_dates(self) -> None:
        self._show("dates")

    def action_do_next_tab(self) -> None:
        names = list(TABS)
        self._show(names[(names.index(self.tab) + 1) % len(names)])

    def _show(self, tab: str) -> None:
        self.tab = tab
        self._message = ("", "bar")
        self.paint()
        if tab == "month":
            self.set_focus(None)
        else:
            self.call_after_refresh(self._to_list)

    def _to_list(self) -> None:
        self.rows.focus()
        self.action_do_top()

    def action_do_today(self) -> None:
        if self.draft is not None:
            zone = self.calendar_of(self.draft.mapping).hours.zone
            self._go_to(self.desk.clock.now().astimezone(zone).date())

    def action_do_day_before(self) -> None:
        self._by_days(-1)

    def action_do_day_after(self) -> None:
        self._by_days(1)

    def action_do_up(self) -> None:
        self._by_days(-7) if self.tab == "month" else super().action_do_up()

    def action_do_down(self) -> None:
        self._by_days(7) if self.tab == "month" else super().action_do_down()

    def action_do_page_up(self) -> None:
        self._by_months(-1) if self.tab == "month" else super().action_do_page_up()

    def action_do_page_down(self) -> None:
        self._by_months(1) if self.tab == "month" else super().action_do_page_down()

    def action_do_top(self) -> None:
        self._go_to(self.chosen.replace(day=1)) if self.tab == "month" else super().action_do_top()

    def action_do_end(self) -> None:
        self._go_to(_last_day(self.chosen)) if self.tab == "month" else super().action_do_end()

    def action_do_month_before(self) -> None:
        self._by_months(-1)

    def action_do_month_after(self) -> None:
        self._by_months(1)

    def _by_days(self, days: int) -> None:
        if self.tab == "month":
            self._go_to(self.chosen + timedelta(days=days))

    def _by_months(self, months: int) -> None:
        if self.tab == "month":
            number = self.chosen.year * 12 + self.chosen.month - 1 + months
            first = date(number // 12, number % 12 + 1, 1)
            self._go_to(first.replace(day=min(self.chosen.day, _last_day(first).day)))

    def _go_to(self, day: date) -> None:
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            self.chosen = day
            self._message = ("", "bar")
            self.paint()

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self._message[0]:
            self.say("")

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        kind, _, key = event.action.partition(":")
        if kind == "tab":
            self._show(key)
        elif kind == "day":
            self._go_to(date.fromisoformat(key))


def _last_day(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
