"""Attainment: how many clocks were met, by whom and when, down to the calls behind each number."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import date
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import ATTAINMENT, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.attainment_calls import AttainmentCallsScreen
from dispatch_tui.screens.page import Page
from dispatch_tui.sla.attainment import PERIODS, SHOWN, earlier, first_of, following, shown_until
from dispatch_tui.sla.terms import CLOCK_KINDS
from dispatch_tui.store.attainment import GROUPINGS, Attainment, GroupTally, Question, attainment, latest_date
from dispatch_tui.themes import Look
from dispatch_tui.widgets.attainment_lines import (
    CLOCK_WORDS,
    chart_lines,
    group_rows,
    head_lines,
    progress_line,
    rule_lines,
)
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.rows import Rows
from dispatch_tui.widgets.unit_tables import tab_line

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

TALL_FROM: Final = 34
"""From this height the chart is larger."""
_REPAINT_SECONDS: Final = 0.1
_CLOCKS: Final[dict[str, str]] = {kind: CLOCK_WORDS[kind] for kind in CLOCK_KINDS}


class AttainmentScreen(Page):
    """Counts in a thread; what was counted before stays meanwhile, below a bar of progress."""

    kind = ATTAINMENT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(ATTAINMENT)]
    DEFAULT_CSS = """
    AttainmentScreen #head { height: 2; }
    AttainmentScreen #chart { height: 9; }
    AttainmentScreen.-tall #chart { height: 14; }
    AttainmentScreen.-empty #chart { display: none; }
    AttainmentScreen #rows { margin: 1 0 0 0; }
    AttainmentScreen #rules { height: 3; }
    AttainmentScreen.-wide #rules { height: 2; }
    """

    tabs = getters.query_one("#tabs", Lines)
    head = getters.query_one("#head", Lines)
    chart = getters.query_one("#chart", Lines)
    rules = getters.query_one("#rules", Lines)

    def __init__(self, desk: Desk, today: date, look: Look) -> None:
        """``today``: the latest date that any site has."""
        super().__init__(look)
        self.desk, self.today = desk, today
        since = shown_until(today, "month")
        self.question = Question("resolution", "team", "month", since, today, desk.clock.now())
        self.found: Attainment | None = None
        self.most_missed_first = False
        self._share = 0.0
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="tabs")
        yield Lines(self.look, id="head")
        yield Lines(self.look, id="chart")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, id="rules")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.ask()

    def on_unmount(self) -> None:
        self._stop.set()

    # Counting

    def ask(self) -> None:
        """Count what is asked now; a count that still runs is stopped."""
        self._stop.set()
        self._stop = threading.Event()
        self._share = 0.0
        self._message = ("", "bar")
        self.paint()
        self.start(partial(self._count, self.question, self._stop), "read")

    async def _count(self, question: Question, stop: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        told = perf_counter()

        def hear(share: float) -> None:
            nonlocal told
            now = perf_counter()
            if now - told >= _REPAINT_SECONDS and not stop.is_set():
                told = now
                loop.call_soon_threadsafe(self._tell, question, share)

        def read() -> Attainment | None:
            with self.desk.store.read() as connection:
                return attainment(connection, question, progress=hear, stop=stop.is_set)

        found = await asyncio.to_thread(read)
        if found is not None and question == self.question:
            others = self.found is None or self.found.question.by != question.by
            self.found = found
            self.paint()
            if others:
                self.call_after_refresh(self.action_do_top)

    def _tell(self, question: Question, share: float) -> None:
        if question == self.question and self.is_mounted:
            self._share = share
            self._paint_head()

    # Painting

    def paint(self) -> None:
        self.set_class(self.size.height >= TALL_FROM, "-tall")
        self.set_class(self.size.width >= 110, "-wide")
        self.set_class(self.found is not None and not self.found.total.counted, "-empty")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        width = self.size.width
        self.tabs.show([tab_line(_CLOCKS, self.question.kind, self.look)])
        self._paint_head()
        self.rules.show(rule_lines(width))
        self.paint_keys()
        if self.found is not None:
            self.chart.show(chart_lines(self.found, width, self.chart.size.height, self.look))
            self.rows.show_rows(group_rows(self.found, self._groups(), self.rows.size.width, self.look))

    def _paint_head(self) -> None:
        width = self.size.width
        if self.found is not None and self.found.question == self.question:
            self.head.show(head_lines(self.found, width, self.look))
        else:
            self.head.show([progress_line(self._share, width, self.look), ()])

    def _groups(self) -> list[GroupTally]:
        groups = list(self.found.groups) if self.found is not None else []
        if self.most_missed_first:
            groups.sort(key=lambda group: -group.tally.missed)
        return groups

    # Keys

    def _turn(self, question: Question) -> None:
        self.question = question
        self.ask()

    def action_do_first_clock(self) -> None:
        self._turn(replace(self.question, kind="first_response"))

    def action_do_resolution_clock(self) -> None:
        self._turn(replace(self.question, kind="resolution"))

    def action_do_update_clock(self) -> None:
        self._turn(replace(self.question, kind="next_update"))

    def action_do_waiting_clock(self) -> None:
        self._turn(replace(self.question, kind="customer_waiting"))

    def action_do_next_grouping(self) -> None:
        by = GROUPINGS[(GROUPINGS.index(self.question.by) + 1) % len(GROUPINGS)]
        self._turn(replace(self.question, by=by))

    def action_do_next_period(self) -> None:
        period = PERIODS[(PERIODS.index(self.question.period) + 1) % len(PERIODS)]
        last = self.question.last
        self._turn(replace(self.question, period=period, first=shown_until(last, period)))

    def action_do_earlier(self) -> None:
        """As many periods back as are shown."""
        period, first = self.question.period, first_of(self.question.first, self.question.period)
        since = earlier(first, period, SHOWN[period])
        self._turn(replace(self.question, first=since, last=earlier(first, "day", 1)))

    def action_do_later(self) -> None:
        """As many periods on, at most to today."""
        today, period = self.today, self.question.period
        if self.question.last >= today:
            self.say("These are the latest: nothing has counted after today.")
            return
        since = following(first_of(self.question.last, period), period)
        until = earlier(earlier(since, period, -SHOWN[period]), "day", 1)
        if until >= today:
            since, until = shown_until(today, period), today
        self._turn(replace(self.question, first=since, last=until))

    def action_do_worst(self) -> None:
        self.most_missed_first = not self.most_missed_first
        self.say("Most missed first." if self.most_missed_first else "The lowest share first.")
        self.paint()
        self.call_after_refresh(self.action_do_top)

    def action_do_count_again(self) -> None:
        self.start(self._again, "again")

    async def _again(self) -> None:
        was, self.today = self.today, await asyncio.to_thread(today_of, self.desk)
        last = self.today if self.question.last == was else self.question.last
        self._turn(replace(self.question, now=self.desk.clock.now(), last=last))

    def action_do_look_into(self) -> None:
        kind, _, key = self.rows.key.partition(":")
        if kind != "group" or self.found is None:
            return
        group = next(one for one in self.found.groups if one.id == (int(key) if key else None))
        self.app.push_screen(
            AttainmentCallsScreen(self.desk, self.found.question, group.id, group.name, self.look)
        )

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        name = event.action.partition(":")[2]
        for kind in CLOCK_KINDS:
            if kind == name:
                self._turn(replace(self.question, kind=kind))


def today_of(desk: Desk) -> date:
    """The latest date that any site has."""
    with desk.store.read() as connection:
        return latest_date(connection, desk.clock.now())


async def show_attainment(app: WorkbenchApp) -> None:
    """The page over the queue, once the database is open."""
    desk = (await app.session_ready()).desk
    app.push_screen(AttainmentScreen(desk, await asyncio.to_thread(today_of, desk), app.look))
