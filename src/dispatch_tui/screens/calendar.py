"""One calendar, edited: hours, holidays with their switches, single dates; saved through the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, ClassVar

from textual.binding import BindingType

from dispatch_tui.actions import CALENDAR, bindings_for
from dispatch_tui.desk.calendars import NewCalendar, make_calendar, revise_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.effects import Effect, Progress, effect_of_calendar
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.calendar_view import CalendarDraft, CalendarView
from dispatch_tui.screens.editing import Saved
from dispatch_tui.sla import calendar_edits as edits
from dispatch_tui.sla.hours import WEEKDAYS
from dispatch_tui.store import agreements as stored
from dispatch_tui.themes import Look
from dispatch_tui.widgets.day_words import WEEKDAYS as DAY_NAMES
from dispatch_tui.widgets.rows import Rows

HOURS_HINT = "Such as 08:00-12:00, 13:00-17:00; 22-6 goes past midnight; 24h; shut."
_WEEKDAY_NAMES = dict(zip(WEEKDAYS, DAY_NAMES, strict=True))
_NEW: dict[str, Any] = {
    "tz": "UTC",
    "hours": {day: [["08:00", "17:00"]] for day in WEEKDAYS[:5]},
}
"""What a new calendar starts with."""


class CalendarScreen(CalendarView):
    """The editor: each change makes another draft of the whole."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(CALENDAR)]

    def __init__(self, desk: Desk, calendar_id: int | None, look: Look) -> None:
        super().__init__(desk, calendar_id, look)
        self.act = "revise_calendar" if calendar_id is not None else "make_calendar"

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
        hours = self.calendar_of(draft.mapping).hours
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
        hours = self.calendar_of(self.draft.mapping).hours
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

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_edit_field()


def _with_holiday(mapping: edits.CalendarMapping, text: str) -> edits.CalendarMapping:
    when, _, name = text.strip().partition(" ")
    if not when:
        raise InvalidInput("holidays", "it is empty", "Write a date and a name.")
    return edits.with_holiday(mapping, when, name)
