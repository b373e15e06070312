"""Looking back: the measures of the customer side by period, for everybody, a team, a person or a customer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import LOOKING_BACK, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.looking_back import EVERYBODY, Figures, look_back, stretches_between
from dispatch_tui.errors import InvalidInput
from dispatch_tui.report.measures_file import measures_file
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching
from dispatch_tui.screens.page import Page
from dispatch_tui.sla.attainment import (
    PERIODS,
    SHOWN,
    Period,
    earlier,
    first_of,
    following,
    period_name,
    periods_between,
    short_name,
    shown_until,
)
from dispatch_tui.store.attainment import latest_date
from dispatch_tui.store.looking_back import Whom, house_zone
from dispatch_tui.store.lookups import customers as customers_with
from dispatch_tui.store.naming import name_of
from dispatch_tui.store.whom import people, teams
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.attainment_lines import progress_line
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.measure_lines import chart_of, definition_lines, head_line, measure_rows
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

TALL_FROM: Final = 34
_REPAINT_SECONDS: Final = 0.1
_OFFERED: Final = 8
"""Customers that are offered while one types."""


class Asked(NamedTuple):
    """Whose figures, by which period, over which dates (both inclusive)."""

    whom: Whom
    period: Period
    first: date
    last: date


class LookingBackScreen(Page):
    """Counts in a thread; what was counted before stays meanwhile, below a bar of progress."""

    kind = LOOKING_BACK
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(LOOKING_BACK)]
    DEFAULT_CSS = """
    LookingBackScreen #head { height: 1; }
    LookingBackScreen #rows { height: 12; }
    LookingBackScreen #chart { height: 1fr; }
    LookingBackScreen #definition { height: 3; }
    LookingBackScreen.-tall #rows { margin: 1 0; }
    LookingBackScreen.-tall #definition { margin: 1 0 0 0; }
    """

    title_bar = getters.query_one("#title", Lines)
    head = getters.query_one("#head", Lines)
    chart = getters.query_one("#chart", Lines)
    definition = getters.query_one("#definition", Lines)

    def __init__(self, desk: Desk, today: date, zone: str, look: Look) -> None:
        """``today``: the latest date that any site has; ``zone``: by whose midnights periods are cut."""
        super().__init__(look)
        self.desk, self.today, self.zone = desk, today, zone
        self.asked = Asked(EVERYBODY, "month", shown_until(today, "month"), today)
        self.found: tuple[Figures, ...] = ()
        self.answered: Asked | None = None
        self._share: float | None = 0.0
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="head")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, id="chart")
        yield Lines(self.look, id="definition")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.ask(self.asked)

    def on_unmount(self) -> None:
        self._stop.set()

    # Counting

    def ask(self, asked: Asked) -> None:
        """Count what is asked now; a count that still runs is stopped."""
        self._stop.set()
        self._stop = threading.Event()
        self.asked, self._share = asked, 0.0
        self._message = ("", "bar")
        self.paint()
        self.start(partial(self._count, asked, self._stop), "read")

    async def _count(self, asked: Asked, stop: threading.Event) -> None:
        hear = self._hearing(stop)
        stretches = stretches_between(asked.first, asked.last, asked.period, self.zone)
        found = await asyncio.to_thread(
            look_back, self.desk, asked.whom, stretches, progress=hear, stop=stop.is_set
        )
        if found is not None and stop is self._stop:
            self.found, self.answered, self._share = found, asked, None
            self.paint()

    def _hearing(self, stop: threading.Event) -> Callable[[float], None]:
        loop, told = asyncio.get_running_loop(), perf_counter()

        def hear(share: float) -> None:
            nonlocal told
            now = perf_counter()
            if now - told >= _REPAINT_SECONDS and not stop.is_set():
                told = now
                loop.call_soon_threadsafe(self._tell, stop, share)

        return hear

    def _tell(self, stop: threading.Event, share: float) -> None:
        if stop is self._stop and self._share is not None and self.is_mounted:
            self._share = share
            self._paint_head()

    # Painting

    def paint(self) -> None:
        self.set_class(self.size.height >= TALL_FROM, "-tall")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.title_bar.show([(Piece(" Looking back ", "title"), Piece(" what we did, in figures", "bar"))])
        self._paint_head()
        self.paint_keys()
        if self.found:
            self.rows.show_rows(measure_rows(self.found, self._names(), self.rows.size.width, self.look))
            self._paint_chosen()

    def _paint_head(self) -> None:
        width = self.size.width
        if self._share is not None and self._stop.is_set():
            self.head.show([(Piece(" Stopped. r counts again.", "text"),)])
        elif self._share is not None:
            self.head.show([progress_line(self._share, width, self.look)])
        else:
            asked = self.asked
            self.head.show(
                [head_line(asked.whom.name, asked.first, asked.last, asked.period, width, self.look)]
            )

    def _paint_chosen(self) -> None:
        """The chart and the definition of the measure that the cursor is on."""
        key = self.rows.key.partition(":")[2]
        if not key:
            return
        width = self.size.width
        self.chart.show(chart_of(self.found, self._names(), key, width, self.chart.size.height, self.look))
        self.definition.show(definition_lines(self.found[-1].named(key), width, self.definition.size.height))

    def _names(self) -> list[str]:
        """Short names of the periods that were counted; the year where it begins."""
        asked = self.answered or self.asked
        return [
            short_name(one, asked.period) for one in periods_between(asked.first, asked.last, asked.period)
        ]

    # Keys

    def action_do_next_period(self) -> None:
        period = PERIODS[(PERIODS.index(self.asked.period) + 1) % len(PERIODS)]
        self.ask(self.asked._replace(period=period, first=shown_until(self.asked.last, period)))

    def action_do_earlier(self) -> None:
        """As many periods back as are shown."""
        period, first = self.asked.period, first_of(self.asked.first, self.asked.period)
        since = earlier(first, period, SHOWN[period])
        self.ask(self.asked._replace(first=since, last=earlier(first, "day", 1)))

    def action_do_later(self) -> None:
        """As many periods on, at most to today."""
        period = self.asked.period
        if self.asked.last >= self.today:
            self.say("These are the latest: nothing has happened after today.")
            return
        since = following(first_of(self.asked.last, period), period)
        until = earlier(earlier(since, period, -SHOWN[period]), "day", 1)
        if until >= self.today:
            since, until = shown_until(self.today, period), self.today
        self.ask(self.asked._replace(first=since, last=until))

    def action_do_whose_figures(self) -> None:
        self.start(self._ask_whom, "act")

    async def _ask_whom(self) -> None:
        def read() -> dict[str, Whom]:
            with self.desk.store.read() as connection:
                named = {f"team:{one.team_id}": one for one in teams(connection)}
                named |= {f"person:{number}": one for number, one in enumerate(people(connection))}
            return {"all:": EVERYBODY, **named}

        known = await asyncio.to_thread(read)
        choices = [Choice(key, one.name, key.partition(":")[0]) for key, one in known.items()]

        def customers(query: str) -> list[Choice]:
            with self.desk.store.read() as connection:
                return [
                    Choice(f"customer:{one.id}", one.name, f"customer {one.id}")
                    for one in customers_with(connection, query, _OFFERED)
                ]

        dialog = PickDialog(
            "Whose figures?",
            matching(choices),
            self.look,
            placeholder="a team, a person or a customer",
            more=customers,
        )
        picked = await self.app.push_screen_wait(dialog)
        if picked is None:
            return
        kind, _, number = picked.partition(":")
        whom = known[picked] if kind != "customer" else await asyncio.to_thread(self._customer, int(number))
        self.ask(self.asked._replace(whom=whom))

    def _customer(self, customer_id: int) -> Whom:
        with self.desk.store.read() as connection:
            return Whom(name_of(connection, "customer", customer_id), customer_id=customer_id)

    def action_do_my_work(self) -> None:
        from dispatch_tui.screens.my_work import MyWorkScreen

        self.app.push_screen(MyWorkScreen(self.desk, self.today, self.zone, self.look))

    def action_do_count_again(self) -> None:
        self.start(self._again, "again")

    async def _again(self) -> None:
        was = self.today
        self.today, self.zone = await asyncio.to_thread(today_and_zone, self.desk)
        last = self.today if self.asked.last == was else self.asked.last
        self.ask(self.asked._replace(last=last))

    def action_do_stop_counting(self) -> None:
        if self._share is None:
            self.say("Nothing is being counted.")
            return
        self._stop.set()
        self._paint_head()

    def action_do_save_measures(self) -> None:
        if not self.found or self.answered is None:
            self.say("There is nothing to save yet.")
        else:
            self.start(partial(self._save, self.answered, self.found), "act")

    async def _save(self, asked: Asked, found: tuple[Figures, ...]) -> None:
        typed = await self.app.push_screen_wait(
            TextDialog("Save the figures", "A file: measures.csv.", value="measures.csv", verb="save")
        )
        if typed is None:
            return
        file = Path(typed).expanduser()
        firsts = [
            period_name(one, asked.period) for one in periods_between(asked.first, asked.last, asked.period)
        ]
        content = measures_file(asked.whom.name, list(zip(firsts, found, strict=True)))
        try:
            await asyncio.to_thread(file.write_bytes, content)
        except OSError as error:
            raise InvalidInput("file", f"cannot write {file}: {error.strerror}") from error
        self.say(f"Saved {len(found)} periods to {plain(file)}.")

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self.found:
            self._paint_chosen()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()


def today_and_zone(desk: Desk) -> tuple[date, str]:
    """The latest date that any site has, and the zone by whose midnights periods are cut."""
    with desk.store.read() as connection:
        return latest_date(connection, desk.clock.now()), house_zone(connection)


async def show_looking_back(app: WorkbenchApp) -> None:
    """The page over the queue, once the database is open."""
    desk = (await app.session_ready()).desk
    today, zone = await asyncio.to_thread(today_and_zone, desk)
    app.push_screen(LookingBackScreen(desk, today, zone, app.look))
