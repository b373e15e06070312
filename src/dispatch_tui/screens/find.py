"""Search everything that is said and written, of all customers or of one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from dispatch_tui.actions import FIND, bindings_for
from dispatch_tui.clock import to_us
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import DatabaseReadOnly
from dispatch_tui.screens.page import Page
from dispatch_tui.store import search_index
from dispatch_tui.store.search import Found, Hit, search
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.found_lines import found_rows
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

SHOWN = 100


class FindScreen(Page):
    """Type to search; the list follows. What has been written lately is taken in beside it."""

    kind = FIND
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(FIND)]
    DEFAULT_CSS = """
    FindScreen #titles { height: 1; }
    FindScreen Input { height: 1; width: 1fr; border: none; padding: 0 1; }
    """

    titles = getters.query_one("#titles", Lines)

    def __init__(
        self, desk: Desk, look: Look, *, customer_id: int | None = None, customer: str = "", words: str = ""
    ) -> None:
        """``customer_id``: search only this one; ``customer`` is its name."""
        super().__init__(look)
        self.desk, self.customer_id, self.customer, self._words = desk, customer_id, customer, words
        self.found: Found | None = None
        self._searched = ""
        self._read_only = False

    def compose(self) -> ComposeResult:
        where = f"in {plain(self.customer)}" if self.customer_id is not None else "in everything"
        text = Input(
            self._words,
            placeholder=f"words {where}: calls, visits, contacts, promises, notes, names",
            compact=True,
            select_on_focus=False,
        )
        text.cursor_blink = False
        yield text
        yield Lines(self.look, id="titles")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.start(partial(self._search, self._words), "search")
        self.start(self._catch_up, "catch up")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._words = event.value
        self.start(partial(self._search, event.value), "search")

    async def _search(self, words: str) -> None:
        def read() -> Found:
            with self.desk.store.read() as connection:
                return search(connection, plain(words), customer_id=self.customer_id, limit=SHOWN)

        self.found = await asyncio.to_thread(read)
        self._searched = words
        self.paint()

    async def _catch_up(self) -> None:
        """Take in what was written since the last search, a portion at a time, and search again as it grows."""
        while True:
            try:
                more = await asyncio.to_thread(search_index.catch_up, self.desk.store)
            except DatabaseReadOnly:
                self._read_only = True  # whoever may write takes it in
                self.paint()
                return
            self.start(partial(self._search, self._words), "search")
            if not more:
                return

    def paint(self) -> None:
        width = self.size.width
        self.titles.show([self._title(width)])
        self.rows.show_rows(self._rows(width))
        self.paint_keys()

    def _title(self, width: int) -> Line:
        found = self.found
        if found is None or not plain(self._searched):
            return (Piece(""),)
        count = len(found.hits)
        words = f"{'more than ' if found.more else ''}{count} found" if count else "nothing found"
        best = ", the best first" if count > 1 else ""
        where = f" in {plain(self.customer)}" if self.customer_id is not None else ""
        left = ""
        if found.behind > search_index.PORTION:
            left = f"; still reading {found.behind:,} changes"
            if self._read_only:
                left = f"; {found.behind:,} late changes are not in it: this database can only be read by you"
        return (Piece(fit(f" {words}{where}{best}{left}", width, self.look), "dim"),)

    def _rows(self, width: int) -> list[Row]:
        found = self.found
        if found is None:
            return []
        if not plain(self._searched):
            words = "Type words of a call, a visit, a conversation, a promise, a note or a name."
            return [Row((Piece(f" {words}", "dim"),))]
        if not found.hits:
            words = "Nothing has all these words. Fewer or shorter words find more."
            return [Row((Piece(f" {words}", "dim"),))]
        now_us = to_us(self.desk.clock.now())
        everywhere = self.customer_id is None
        return found_rows(found.hits, self._searched, width, self.look, now_us, with_customer=everywhere)

    def action_do_found_down(self) -> None:
        self.action_do_down()

    def action_do_found_up(self) -> None:
        self.action_do_up()

    def action_do_found_page_down(self) -> None:
        self.action_do_page_down()

    def action_do_found_page_up(self) -> None:
        self.action_do_page_up()

    def action_do_leave_search(self) -> None:
        self.action_do_leave()

    def action_do_open_found(self) -> None:
        kind, _, record_id = self.rows.key.partition(":")
        if self.found is None or not record_id:
            return
        hit = next(one for one in self.found.hits if (one.kind, one.record_id) == (kind, int(record_id)))
        self.start(partial(self._open, hit), "act")

    async def _open(self, hit: Hit) -> None:
        from dispatch_tui.screens.customer import CustomerScreen, go_to_call
        from dispatch_tui.screens.customer_acts import show_in_full
        from dispatch_tui.screens.unit import UnitScreen

        if hit.kind == "unit":
            self.app.push_screen(UnitScreen(self.desk, hit.record_id, self.look))
        elif hit.kind == "call":
            go_to_call(self.app, hit.number)
        elif self.customer_id is None and hit.customer_id is not None and hit.kind in _PARTS:
            self.app.push_screen(
                CustomerScreen(
                    self.desk,
                    hit.customer_id,
                    self.look,
                    tab=_PARTS[hit.kind],
                    at=f"{_ROWS.get(hit.kind, hit.kind)}:{hit.record_id}",
                )
            )
        else:
            await show_in_full(self, self.desk, hit.kind, hit.record_id)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_do_open_found()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_open_found()


_PARTS = {
    "customer": "overview",
    "contact": "people",
    "customer_note": "notes",
    "gone_wrong": "notes",
    "escalation": "lists",
}
"""The part of a customer's page on which a record stands; others are shown by themselves."""
_ROWS = {"customer_note": "note", "gone_wrong": "wrong"}


async def search_everything(app: WorkbenchApp) -> None:
    """The search over all customers."""
    session = await app.session_ready()
    app.push_screen(FindScreen(session.desk, app.look))
