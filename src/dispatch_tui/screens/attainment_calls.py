"""The calls behind one number of attainment."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import ATTAINMENT_CALLS, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.unit import show_in_queue
from dispatch_tui.sla.attainment import Verdict
from dispatch_tui.store.attainment import CallBehind, Question, calls_behind
from dispatch_tui.themes import Look
from dispatch_tui.widgets.attainment_lines import behind_head, behind_rows
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Rows

PAGE: Final = 200
"""Calls that are read at a time."""
_VERDICTS: Final[tuple[Verdict, ...]] = ("missed", "met", "running", "never", "cancelled")


class AttainmentCallsScreen(Page):
    """The missed calls of a group first; a key goes on to the met, the running and what is left out."""

    kind = ATTAINMENT_CALLS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(ATTAINMENT_CALLS)]
    DEFAULT_CSS = "AttainmentCallsScreen #head { height: 2; margin: 0 0 1 0; }"

    head = getters.query_one("#head", Lines)

    def __init__(self, desk: Desk, question: Question, group: int | None, name: str, look: Look) -> None:
        super().__init__(look)
        self.desk, self.question = desk, question
        self.group, self._name_of_group = group, name
        self.verdict: Verdict = "missed"
        self.calls: list[CallBehind] = []
        self._more, self._read_once = True, False

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="head")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.start(self._read_on, "read")

    async def _read_on(self) -> None:
        """The next page of calls."""
        verdict = self.verdict

        def read() -> list[CallBehind]:
            after = self.calls[-1].place if self.calls else None
            with self.desk.store.read() as connection:
                return calls_behind(
                    connection, self.question, verdict, (self.group,), after=after, limit=PAGE
                )

        page = await asyncio.to_thread(read)
        if verdict == self.verdict:
            self.calls += page
            self._more, self._read_once = len(page) == PAGE, True
            self.paint()

    def paint(self) -> None:
        width = self.size.width
        self.head.show(behind_head(self.question, self._name_of_group, self.verdict, width, self.look))
        self.paint_keys()
        if self._read_once:
            now = self.question.now
            self.rows.show_rows(behind_rows(self.calls, self.verdict, width, self.look, now, more=self._more))
        else:
            self.rows.show([(Piece(" Reading the calls …", "dim"),)])

    def action_do_next_verdict(self) -> None:
        self.verdict = _VERDICTS[(_VERDICTS.index(self.verdict) + 1) % len(_VERDICTS)]
        self.calls, self._more, self._read_once = [], True, False
        self.rows.show_rows([])
        self.paint()
        self.start(self._read_on, "read")

    def action_do_look_into(self) -> None:
        kind, _, number = self.rows.key.partition(":")
        if kind == "call":
            # The app's worker, not this page's: the page is closed by it.
            in_background(
                self.app, partial(self.app.guarded, partial(show_in_queue, self.app, number)), "act"
            )

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self._more and self.rows.last:
            self.start(self._read_on, "read")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()
