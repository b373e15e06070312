"""Call first: whom to call now, why, by when it still helps, and what to say; kept right by the feed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.timer import Timer

from dispatch_tui.actions import FIRST, bindings_for
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.deciding import Offer, offers
from dispatch_tui.desk.prompting import refresh
from dispatch_tui.desk.sheets import sheet_for
from dispatch_tui.screens import first_acts
from dispatch_tui.screens.page import Page
from dispatch_tui.store.conversations import call_numbers, partner
from dispatch_tui.store.owed import PromptCount, count, next_moment
from dispatch_tui.store.prompts import PromptRow, window
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.first_lines import Sheet, first_rows, next_change, sheet_lines, title_line
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.screens.session import Session

PAGE: Final = 100
"""Conversations that are read at a time."""
STALE_MOST: Final = 500
BESIDE_FROM: Final = 140


class Listed(NamedTuple):
    """One reading of the list."""

    rows: tuple[PromptRow, ...]
    more: bool
    counted: PromptCount
    moment: datetime | None
    offers: tuple[Offer, ...]


class CallFirstScreen(Page):
    """The list and, below or beside it, the sheet of the conversation at hand."""

    kind = FIRST
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(FIRST)]
    DEFAULT_CSS = """
    CallFirstScreen #body { layout: vertical; height: 1fr; }
    CallFirstScreen #rows { height: 2fr; }
    CallFirstScreen #sheet { height: 3fr; margin: 1 0 0 0; }
    CallFirstScreen.-beside #body { layout: horizontal; }
    CallFirstScreen.-beside #rows { height: 1fr; width: 1fr; }
    CallFirstScreen.-beside #sheet { height: 1fr; width: 1fr; margin: 0 0 0 1; }
    """

    head = getters.query_one("#title", Lines)
    sheet_pane = getters.query_one("#sheet", Lines)

    def __init__(self, session: Session, look: Look) -> None:
        super().__init__(look)
        self.session = session
        self.listed: Listed | None = None
        self.only_mine = False
        self.last_decided: PromptRow | None = None
        self._sheets: dict[int, tuple[PromptRow, Sheet]] = {}
        self._timer: Timer | None = None
        self._wanted = PAGE
        self._reading = self._again = False

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        with Container(id="body"):
            yield Rows(self.look, id="rows")
            yield Lines(self.look, id="sheet")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    @property
    def current(self) -> PromptRow | None:
        """The conversation that the cursor is on."""
        kind, _, key = self.rows.key.partition(":")
        found = self.listed.rows if kind == "prompt" and self.listed is not None else ()
        return next((row for row in found if str(row.id) == key), None)

    @property
    def offer_here(self) -> Offer | None:
        """The offer that the cursor is on; where it is on none, the first."""
        waiting = self.listed.offers if self.listed is not None else ()
        kind, _, key = self.rows.key.partition(":")
        here = (one for one in waiting if kind == "offer" and str(one.id) == key)
        return next(here, waiting[0] if waiting else None)

    @property
    def _left(self) -> bool:
        """Whether the page has lost its parts already: it was closed, there is nothing to paint."""
        return not self.query("#keys")

    def talk_of(self, row: PromptRow) -> tuple[tuple[str, str], ...]:
        """What to say about it, as far as it was read."""
        known = self._sheets.get(row.id)
        return known[1].sheet.talk.lines if known is not None else ()

    def on_mount(self) -> None:
        self.rows.focus()
        self.read()

    # Reading

    def read(self) -> None:
        """Read the list; while one reading is under way, once more after it."""
        if self._reading:
            self._again = True
        else:
            self._reading = True
            self.start(self._read, "read")

    def prompts_changed(self) -> None:
        self.read()

    def calls_changed(self, call_ids: set[int]) -> None:
        self.read()

    async def _read(self) -> None:
        try:
            listed = await asyncio.to_thread(self._list)
        finally:
            self._reading = False
        if self._left:
            return
        first = self.listed is None
        self.listed = listed
        self.paint()
        if first:  # what to call about first, not the offers above it
            top = next((f"prompt:{row.id}" for row in listed.rows), "")
            self.call_after_refresh(self.rows.put, top)
        if self._again:
            self._again = False
            self.read()

    def _list(self) -> Listed:
        desk = self.session.desk
        refresh(desk, limit=STALE_MOST)
        now, me = desk.clock.now(), desk.operator.id
        with desk.store.read() as connection:
            holder = me if self.only_mine else None
            rows = window(connection, now, limit=self._wanted, holder_id=holder)
            moment = next_moment(connection, now)
            waiting = offers(connection, to_id=me)
            return Listed(rows, len(rows) == self._wanted, count(connection, now), moment, waiting)

    async def _read_sheet(self, row: PromptRow) -> None:
        def read() -> Sheet:
            desk = self.session.desk
            with desk.store.read() as connection:
                sheet = sheet_for(connection, row, desk.clock.now(), care_rules(connection))
                of = partner(connection, row.customer_id, row.call_ids[0] if row.call_ids else None)
                return Sheet(sheet, of.zone, call_numbers(connection, row.call_ids))

        found = await asyncio.to_thread(read)
        self._sheets = {row.id: (row, found)}
        if not self._left:
            self.paint_sheet()

    # Painting

    def on_resize(self) -> None:
        self.set_class(self.size.width >= BESIDE_FROM, "-beside")

    def paint(self) -> None:
        listed, now = self.listed, self.app.clock.now()
        self.paint_keys()
        if listed is None:
            self.head.show([title_line(PromptCount(0, 0), False, self.size.width, self.look)])
            return
        self.head.show([title_line(listed.counted, self.only_mine, self.size.width, self.look)])
        shown = first_rows(
            listed.rows,
            listed.offers,
            now,
            self.rows.size.width,
            self.look,
            more=listed.more,
            me=self.session.desk.operator.id,
            others=listed.counted.now if self.only_mine else 0,
        )
        self.rows.show_rows(shown)
        self.paint_sheet()
        self._wake_at(listed, now)

    def paint_sheet(self) -> None:
        """The sheet of the conversation at hand; it is read where it is not known as it stands now."""
        row = self.current
        if row is None:
            self.sheet_pane.show([])
            return
        known = self._sheets.get(row.id)
        width = self.sheet_pane.size.width
        now = self.app.clock.now()
        sheet = known[1] if known is not None else None
        self.sheet_pane.show(sheet_lines(row, sheet, now, width, self.look))
        if known is None or known[0] != row:
            self.start(partial(self._read_sheet, row), "sheet")

    def _wake_at(self, listed: Listed, now: datetime) -> None:
        """One timer: to the next countdown that reads otherwise, or the next conversation that comes or grows late."""
        if self._timer is not None:
            self._timer.stop()
        changes = [next_change(listed.rows, now), listed.moment]
        soonest = min((one for one in changes if one is not None), default=None)
        if soonest is not None:
            wait = max(0.05, (soonest - now).total_seconds())
            come = soonest == listed.moment
            self._timer = self.set_timer(wait, self.read if come else self.paint)

    # Keys

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        self.sheet_pane.top()
        self.paint_sheet()
        if self.listed is not None and self.listed.more and self.rows.last:
            self._wanted += PAGE
            self.read()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.paint_sheet()

    async def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        await self.run_clicked(event.action)

    def action_do_sheet_down(self) -> None:
        self.sheet_pane.scroll_lines(max(1, self.sheet_pane.size.height // 2))

    def action_do_sheet_up(self) -> None:
        self.sheet_pane.scroll_lines(-max(1, self.sheet_pane.size.height // 2))

    def action_do_only_mine(self) -> None:
        self.only_mine, self._wanted = not self.only_mine, PAGE
        self.read()

    def action_do_read_prompts(self) -> None:
        self.read()

    def action_do_log_it(self) -> None:
        self._with_row(first_acts.log_it)

    def action_do_voicemail(self) -> None:
        self._with_row(first_acts.voicemail)

    def action_do_retime(self) -> None:
        self._with_row(first_acts.retime)

    def action_do_hand_over(self) -> None:
        self._with_row(first_acts.hand_over)

    def action_do_override(self) -> None:
        self._with_row(first_acts.override)

    def action_do_settle_promise(self) -> None:
        self._with_row(first_acts.promise)

    def action_do_replace(self) -> None:
        self._with_row(first_acts.replacement)

    def action_do_open_in_queue(self) -> None:
        row = self.current
        if row is not None:
            self.work(partial(first_acts.open_in_queue, self.app, self.session, row))

    def action_do_customer(self) -> None:
        from dispatch_tui.screens.customer import open_customer

        row = self.current
        if row is not None and row.customer_id is not None:
            open_customer(self.app, self.session.desk, row.customer_id)

    def action_do_accept_offer(self) -> None:
        self._answer("accepted")

    def action_do_decline_offer(self) -> None:
        self._answer("declined")

    def action_do_take_back(self) -> None:
        self.work(partial(first_acts.take_back, self))

    def _answer(self, status: first_acts.Answered) -> None:
        waiting = self.offer_here
        if waiting is not None:
            self.work(partial(first_acts.answer, self, waiting, status))
        else:
            self.say("Nobody has offered you a call.")

    def _with_row(self, act: Callable[[CallFirstScreen, PromptRow], Coroutine[Any, Any, None]]) -> None:
        row = self.current
        if row is not None:
            self.work(partial(act, self, row))

    def work(self, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do an act; what is refused is told, and the list read again either way."""

        async def acted() -> None:
            await self.app.guarded(act)
            if not self._left:
                self.read()

        # The app's worker, not this page's: the page may be closed by it.
        in_background(self.app, acted, "act")


async def show_call_first(app: WorkbenchApp) -> None:
    """The page over the queue, once the database is open."""
    app.push_screen(CallFirstScreen(await app.session_ready(), app.look))
