"""One calendar: its month with the open hours, its weekdays, its holidays with their switches, its single dates."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import CALENDAR, bindings_for
from dispatch_tui.desk.calendars import NewCalendar, make_calendar, revise_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.effects import Effect, Progress, effect_of_calendar
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.editing import EditPage, Saved, many, state_words
from dispatch_tui.sla import calendar_edits as edits
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.hours import WEEKDAYS
from dispatch_tui.sla.months import FIRST_YEAR, LAST_YEAR
from dispatch_tui.store import agreements as stored
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.calendar_rows import date_rows, holiday_rows, hours_rows
from dispatch_tui.widgets.day_words import WEEKDAYS as DAY_NAMES
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.month_pane import MonthPane
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Row, Rows
from dispatch_tui.widgets.unit_tables import tab_line

TABS = {"month": "Month", "hours": "Hours", "holidays": "Holidays", "dates": "Single dates"}
HOURS_HINT = "Such as 08:00-12:00, 13:00-17:00; 22-6 goes past midnight; 24h; shut."
_WEEKDAY_NAMES = dict(zip(WEEKDAYS, DAY_NAMES, strict=True))
_NEW: dict[str, Any] = {
    "tz": "UTC",
    "hours": {day: [["08:00", "17:00"]] for day in WEEKDAYS[:5]},
}
"""What a new calendar starts with."""


class CalendarDraft(NamedTuple):
    """A calendar as it would be saved."""

    name: str
    mapping: edits.CalendarMapping


class CalendarScreen(EditPage[CalendarDraft]):
    """Four views of one draft. In the month arrows go by day; elsewhere they walk the list."""

    kind = CALENDAR
    thing = "calendar"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(CALENDAR)]
    DEFAULT_CSS = """
    CalendarScreen #month-pane { display: none; margin: 1 0 0 0; }
    CalendarScreen.-month #month-pane { display: block; }
    CalendarScreen #rows { margin: 1 0 0 0; }
    CalendarScreen.-month #rows { display: none; }
    """

    title_bar = getters.query_one("#title", Lines)
    tabs = getters.query_one("#tabs", Lines)
    month_pane = getters.query_one("#month-pane", MonthPane)

    def __init__(self, desk: Desk, calendar_id: int | None, look: Look) -> None:
        super().__init__(desk, calendar_id, look)
        self.act = "revise_calendar" if calendar_id is not None else "make_calendar"
        self.line: stored.CalendarLine | None = None
        self.tab = "month"
        self.chosen = desk.clock.now().date()

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

    # What an editor says of itself

    def read_stored(self) -> tuple[CalendarDraft, int | None]:
        if self.record_id is None:
            return CalendarDraft("", _NEW), None
        with self.desk.store.read() as connection:
            sheet = stored.calendar_sheet(connection, self.record_id)
        self.line = sheet.line
        return CalendarDraft(sheet.line.name, sheet.mapping), sheet.line.version

    def effect(self, draft: CalendarDraft, progress: Progress) -> Effect:
        if self.record_id is None:
            return Effect(0, 0, 0, 0, ())
        return effect_of_calendar(self.desk, self.record_id, draft.mapping, progress=progress)

    def write(self, draft: CalendarDraft, version: int | None) -> Saved:
        if self.record_id is None:
            self.record_id = make_calendar(self.desk, NewCalendar(draft.name, draft.mapping))
            self.act = "revise_calendar"
            return Saved(1, ())
        revised = revise_calendar(self.desk, self.record_id, version, draft.mapping, name=draft.name)
        return Saved(revised.version, revised.agreement_ids)

    def name_of(self, draft: CalendarDraft) -> str:
        return draft.name

    def renamed(self, draft: CalendarDraft, name: str) -> CalendarDraft:
        return draft._replace(name=name)

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
        calendar = BusinessCalendar.from_mapping(draft.mapping)
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
            zone = BusinessCalendar.from_mapping(self.draft.mapping).hours.zone
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

    # Changing

    def action_do_switch_day(self) -> None:
        """The date in the month, or the entry in the list of holidays."""
        kind, _, number = self.rows.key.partition(":") if self.tab == "holidays" else ("", "", "")
        if self.tab == "month":
            self._use(lambda mapping: edits.switched_on(mapping, self.chosen))
        elif kind == "holiday":
            self._use(lambda mapping: edits.switched(mapping, int(number)))

    def action_do_remove_entry(self) -> None:
        kind, _, key = self.rows.key.partition(":") if self.tab != "month" else ("", "", "")
        if kind == "holiday":
            self._use(lambda mapping: edits.without_holiday(mapping, int(key)))
        elif kind == "override":
            self._use(lambda mapping: edits.with_override(mapping, date.fromisoformat(key), ""))
        elif kind == "break":
            self._use(lambda mapping: edits.with_break(mapping, date.fromisoformat(key), ""))

    def _use(self, edit: Callable[[edits.CalendarMapping], edits.CalendarMapping]) -> None:
        """Change the draft at once; a refusal is said in the bar."""

        async def use() -> None:
            self.may_edit()
            if self.draft is not None:
                self.change(self.draft._replace(mapping=edit(self.draft.mapping)))

        self.start(use, "act")

    def action_do_edit_field(self) -> None:
        kind = self.rows.key.partition(":")[0] if self.tab != "month" else "month"
        if kind in ("month", "override"):
            self.action_do_own_hours()
        elif kind == "break":
            self.action_do_day_break()
        elif kind == "holiday":
            self.action_do_switch_day()
        elif self.tab == "hours" and self.rows.key:
            self.start(partial(self._edit_hours, self.rows.key), "act")

    async def _edit_hours(self, key: str) -> None:
        draft = self.draft
        if draft is None:
            return
        if key == "tz":
            hint = "An IANA zone such as Europe/Berlin: the wall clock that the hours are read on."
            await self._ask("Time zone", hint, draft.mapping["tz"], edits.with_zone)
            return
        day = key.partition(".")[2]
        hours = BusinessCalendar.from_mapping(draft.mapping).hours
        value = edits.written_windows(hours.weekly[WEEKDAYS.index(day)])
        await self._ask(
            f"Hours on {_WEEKDAY_NAMES[day]}",
            HOURS_HINT,
            value,
            lambda one, text: edits.with_weekday(one, day, text),
        )

    def action_do_own_hours(self) -> None:
        day = self._date()
        hint = f"{HOURS_HINT} Empty: as its weekday."
        self.start(partial(self._edit_date, "overrides", "Hours", hint, day, edits.with_override), "act")

    def action_do_day_break(self) -> None:
        hint = "Such as 12:00-12:30. Empty: no break."
        self.start(partial(self._edit_date, "breaks", "Break", hint, self._date(), edits.with_break), "act")

    def _date(self) -> date:
        """The date that the cursor is on."""
        kind, _, key = self.rows.key.partition(":") if self.tab == "dates" else ("", "", "")
        return date.fromisoformat(key) if kind in ("override", "break") else self.chosen

    async def _edit_date(
        self,
        table: str,
        title: str,
        hint: str,
        day: date,
        edit: Callable[[edits.CalendarMapping, date, str], edits.CalendarMapping],
    ) -> None:
        if self.draft is None:
            return
        hours = BusinessCalendar.from_mapping(self.draft.mapping).hours
        dated = hours.overrides if table == "overrides" else hours.breaks
        windows = dated.get(day.toordinal())
        value = "" if windows is None else edits.written_windows(windows)
        name = f"{title} on {day} ({DAY_NAMES[day.weekday()]})"
        await self._ask(name, hint, value, lambda mapping, text: edit(mapping, day, text))

    async def _ask(
        self,
        title: str,
        hint: str,
        value: str,
        edit: Callable[[edits.CalendarMapping, str], edits.CalendarMapping],
    ) -> None:
        draft = self.draft
        if draft is not None:
            await self.ask(title, hint, value, lambda text: draft._replace(mapping=edit(draft.mapping, text)))

    def action_do_add_holiday(self) -> None:
        self.start(self._add_holiday, "act")

    async def _add_holiday(self) -> None:
        hint = "A date, 12-25 for every year, or 12-24/01-02 for a range; then its name."
        value = f"{self.chosen} " if self.tab == "month" else ""
        await self._ask("A holiday", hint, value, _with_holiday)

    def action_do_bring_holidays(self) -> None:
        self.start(self._bring, "act")

    async def _bring(self) -> None:
        """Bring in a source's dates; they are in the draft, to be reviewed and saved."""
        from dispatch_tui.screens.bringing import ask_source, merged_words

        draft = self.draft
        if draft is None:
            return
        self.may_edit()
        wanted = await ask_source(self.app, self.chosen.year)
        if wanted is None:
            return
        self.say("Reading the holidays …")
        merged = await asyncio.to_thread(wanted.merge_into, draft.mapping.get("holidays") or ())
        self.change(draft._replace(mapping=edits.with_holidays(draft.mapping, merged.holidays)))
        self._show("holidays")
        self.say(merged_words(merged))

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self._message[0]:
            self.say("")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_edit_field()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        kind, _, key = event.action.partition(":")
        if kind == "tab":
            self._show(key)
        elif kind == "day":
            self._go_to(date.fromisoformat(key))


def _last_day(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _with_holiday(mapping: edits.CalendarMapping, text: str) -> edits.CalendarMapping:
    when, _, name = text.strip().partition(" ")
    if not when:
        raise InvalidInput("holidays", "it is empty", "Write a date and a name.")
    return edits.with_holiday(mapping, when, name)
