"""A saved recommendation, asked again on today's records: what it said then, what it says now, what has changed."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import RECOMMENDATION, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.recommendations import Reopened, reopen
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.roi_keeping import decide
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.recommendation_lines import HEAD_HEIGHT, change_rows, head_lines, title_line
from dispatch_tui.widgets.rows import Rows


class RecommendationScreen(Page):
    """One saved recommendation. Opening it computes it anew; nothing of it is written but a decision."""

    kind = RECOMMENDATION
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(RECOMMENDATION)]
    DEFAULT_CSS = f"""
    RecommendationScreen #head {{ height: {HEAD_HEIGHT}; }}
    """

    title_bar = getters.query_one("#title", Lines)
    head = getters.query_one("#head", Lines)

    def __init__(self, desk: Desk, recommendation_id: int, look: Look) -> None:
        super().__init__(look)
        self.desk, self.recommendation_id = desk, recommendation_id
        self.found: Reopened | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="head")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.start(self._read, "read")

    async def _read(self) -> None:
        again = partial(reopen, self.desk, self.recommendation_id, self.app.settings.roi)
        self.found = await asyncio.to_thread(again)
        self.paint()

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        if self.found is None:
            self.head.show([(Piece(" Asking again on today's records …", "dim"),)])
            return
        width = self.size.width
        self.title_bar.show([title_line(self.found.saved, width, self.look)])
        self.head.show(head_lines(self.found, width, self.look))
        self.rows.show_rows(change_rows(self.found, self.rows.size.width, self.look))

    def action_do_look_into(self) -> None:
        """Into the panel, with what was typed in then on today's records."""
        if self.found is not None:
            from dispatch_tui.screens.roi import RoiScreen

            saved, begin = self.found.saved, (self.found.inputs, *self.found.rivals)
            self.app.push_screen(RoiScreen(self.desk, saved.unit_id, self.look, begin=begin))

    def action_do_decided(self) -> None:
        self.start(self._decide, "act")

    async def _decide(self) -> None:
        if self.found is not None and await decide(self, self.desk, self.found.saved):
            await self._read()
            self.say("The decision is recorded.", "news")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
