"""The visit brief: all that is known before a visit, what must be acknowledged, the lists to go through."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from dispatch_tui.actions import BRIEF, bindings_for
from dispatch_tui.desk import acknowledging, briefs, checklists, visits
from dispatch_tui.desk.briefs import Briefing
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.dialogs import TextDialog, typed
from dispatch_tui.screens.page import Page
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.brief_lines import brief_rows, split_rows, title_lines
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

WIDE_FROM, TALL_FROM = 150, 32
"""From this width what is answered stands beside what is only read; from this height all of the history is told."""
CLOCK_SECONDS = 20
"""How often it is read again for the time at the site."""
_LISTS: tuple[checklists.ListName, ...] = ("readiness", "data_safety")


async def show_brief(app: WorkbenchApp, call_id: int, visit_id: int | None = None, *, says: str = "") -> None:
    """The brief of a call, for one of its visits or the next one; ``says``: why it is shown. Raises ``NotFound``."""
    session = await app.session_ready()
    app.push_screen(BriefScreen(session.desk, call_id, app.look, visit_id=visit_id, says=says))


class BriefScreen(Page):
    """One page; the cursor walks what is answered."""

    kind = BRIEF
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(BRIEF)]
    DEFAULT_CSS = """
    BriefScreen #title { height: 5; }
    BriefScreen.-low #title { height: 4; }
    BriefScreen #body { height: 1fr; width: 1fr; }
    BriefScreen.-wide #body { layout: horizontal; }
    BriefScreen #read { display: none; height: 1fr; }
    BriefScreen.-wide #read { display: block; width: 1fr; }
    """

    title_bar = getters.query_one("#title", Lines)
    read_only = getters.query_one("#read", Lines)

    def __init__(
        self, desk: Desk, call_id: int, look: Look, *, visit_id: int | None = None, says: str = ""
    ) -> None:
        super().__init__(look)
        self.desk, self.call_id, self.visit_id = desk, call_id, visit_id
        self.found: Briefing | None = None
        self._says = says

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        with Container(id="body"):
            yield Lines(self.look, id="read")
            yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.start(self._read, "read")
        self.set_interval(CLOCK_SECONDS, partial(self.start, self._read, "read"))

    def calls_changed(self, call_ids: set[int]) -> None:
        if self.call_id in call_ids:
            self.start(self._read, "read")

    # Reading and painting

    async def _read(self) -> None:
        def read() -> Briefing:
            with self.desk.store.read() as connection:
                return briefs.briefing_of(connection, self.call_id, self.desk.clock.now(), self.visit_id)

        self.found = await asyncio.to_thread(read)
        if self._says:
            self._message, self._says = (plain(self._says), "error"), ""
        self.paint()

    def paint(self) -> None:
        self.set_class(self.size.width >= WIDE_FROM, "-wide")
        self.set_class(self.size.height < TALL_FROM, "-low")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        if self.found is None:
            self.title_bar.show([(Piece(" Reading the brief …", "dim"),)])
            return
        self.title_bar.show(title_lines(self.found, self.size.width, self.look))
        low = self.size.height < TALL_FROM
        rows = brief_rows(self.found, self.rows.size.width, self.look, low=low)
        if self.has_class("-wide"):
            rows, only_read = split_rows(rows)
            self.read_only.show(only_read)
        self.rows.show_rows(rows)

    async def _again(self, words: str) -> None:
        await self._read()
        self.say(words, "news")

    # Keys

    def action_do_read_brief(self) -> None:
        self._message = ("", "bar")
        self.start(self._read, "read")

    def action_do_acknowledge_brief(self) -> None:
        self.start(self._acknowledge, "act")

    async def _acknowledge(self) -> None:
        found = self.found
        if found is None:
            return
        if found.visit is None:
            self.say("There is no visit to acknowledge it for: plan one first.", "error")
            return
        if not found.missing:
            self.say("Everything is acknowledged." if found.brief.to_acknowledge else "Nothing is asked for.")
            return
        keys = [one.key for one in found.missing]
        await asyncio.to_thread(acknowledging.acknowledge, self.desk, found.visit.visit.id, keys)
        await self._again("Acknowledged. o: on the way")

    def action_do_set_out(self) -> None:
        self.start(self._set_out, "act")

    async def _set_out(self) -> None:
        found = self.found
        if found is None or found.visit is None:
            self.say("There is no visit to set out for: plan one first.", "error")
            return
        visit = found.visit.visit
        try:
            await asyncio.to_thread(visits.start_travel, self.desk, visit.id, version=visit.version)
        except InvalidInput as refused:
            if refused.field != "acknowledged":
                raise
            self.say(f"{refused.reason}: press a", "error")
            return
        self.app.look_again()
        await self._again("On the way.")

    def action_do_hold_yes(self) -> None:
        self.start(partial(self._answer, True), "act")

    def action_do_hold_no(self) -> None:
        self.start(partial(self._answer, False), "act")

    async def _answer(self, yes: bool) -> None:
        listed, _, item = self.rows.key.partition(":")
        if listed == "ack":
            await self._acknowledge()
            return
        name = next((one for one in _LISTS if one == listed), None)
        if name is None:
            return
        answer = partial(checklists.answer, self.desk, name, item, yes, call_id=self.call_id)
        if yes:
            await asyncio.to_thread(answer)
        else:
            hint = "As whoever sees to it needs it."
            async with self._typed("What is missing?", hint, f"no {item}") as note:
                if note is None:
                    return
                await asyncio.to_thread(answer, note=note)
        await self._again("Answered.")

    def action_do_told_ahead(self) -> None:
        self.start(self._tell, "act")

    async def _tell(self) -> None:
        title = "What could delay the job, as the customer was told?"
        async with self._typed(title, "Told before it happens it is no surprise.", "told") as what:
            if what is None:
                return
            await asyncio.to_thread(briefs.tell_in_advance, self.desk, self.call_id, what)
        await self._again("Recorded as told.")

    def _typed(self, title: str, hint: str, what: str) -> AbstractAsyncContextManager[str | None]:
        return typed(self.app, TextDialog(title, hint, verb="save", about=f"{what} call {self.call_id}"))

    def action_do_to_deliverables(self) -> None:
        from dispatch_tui.screens.deliverables import show_deliverables

        self.start(partial(show_deliverables, self.app, self.call_id), "open")

    # Mouse

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self._message[0]:
            self._message = ("", "bar")
            self.paint_keys()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_hold_yes()
