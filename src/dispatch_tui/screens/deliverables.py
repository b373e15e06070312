"""The deliverables of an installation or project call: planned against actual, accepted or not."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import DELIVERABLES, bindings_for
from dispatch_tui.desk import deliverables
from dispatch_tui.desk.deliverables import Kept, Project, Step
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.dialogs import TextDialog
from dispatch_tui.screens.form import Field, FormDialog, Typed
from dispatch_tui.screens.page import Page
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.deliverable_lines import deliverable_rows, project_title
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

_NEXT: dict[str, Step] = {"planned": "begin", "under way": "finish", "to be accepted": "accept"}
_DONE = {"begin": "begun", "finish": "done, to be accepted", "accept": "accepted", "verify": "verified"}


async def show_deliverables(app: WorkbenchApp, call_id: int) -> None:
    """The deliverables of a call."""
    session = await app.session_ready()
    app.push_screen(DeliverablesScreen(session.desk, call_id, app.look))


class DeliverablesScreen(Page):
    """The list; Enter takes what the cursor is on a step on."""

    kind = DELIVERABLES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(DELIVERABLES)]
    DEFAULT_CSS = """
    DeliverablesScreen #title { height: 4; }
    """

    title_bar = getters.query_one("#title", Lines)

    def __init__(self, desk: Desk, call_id: int, look: Look) -> None:
        super().__init__(look)
        self.desk, self.call_id = desk, call_id
        self.project: Project | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.start(self._read, "read")

    def calls_changed(self, call_ids: set[int]) -> None:
        if self.call_id in call_ids:
            self.start(self._read, "read")

    async def _read(self) -> None:
        def read() -> Project:
            with self.desk.store.read() as connection:
                return deliverables.project_of(connection, self.call_id, self.desk.clock.now())

        self.project = await asyncio.to_thread(read)
        self.paint()

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        if self.project is None:
            self.title_bar.show([(Piece(" Reading the deliverables …", "dim"),)])
            return
        self.title_bar.show(project_title(self.project, self.size.width, self.look))
        self.rows.show_rows(deliverable_rows(self.project, self.size.width, self.look))

    @property
    def current(self) -> Kept | None:
        """What the cursor is on."""
        kept = self.project.kept if self.project is not None else ()
        return next((one for one in kept if str(one.id) == self.rows.key), None)

    # Keys

    def action_do_read_deliverables(self) -> None:
        self._message = ("", "bar")
        self.start(self._read, "read")

    def action_do_step_on(self) -> None:
        self.start(self._step_on, "act")

    async def _step_on(self) -> None:
        one = self.current
        if one is None:
            return
        step = _NEXT.get(one.of.state)
        if step is None:
            self.say(f"{plain(one.of.what)} is accepted already.")
            return
        by: str | None = ""
        if step == "accept":
            if one.of.verify and not plain(one.of.verified_by):
                self.say("It has to be verified before it is accepted: press v.", "error")
                return
            by = await self._who("Who accepted it?", "The customer's person, by name.")
        if by is not None:
            await self._move(one, step, by)

    def action_do_verify(self) -> None:
        self.start(self._verify, "act")

    async def _verify(self) -> None:
        one = self.current
        if one is None:
            return
        by = await self._who("Who verified it?", "Such as data that was moved, and looked at.")
        if by is not None:
            await self._move(one, "verify", by)

    async def _move(self, one: Kept, step: Step, by: str) -> None:
        move = partial(deliverables.move, self.desk, one.id, step, by=by, version=one.version)
        await asyncio.to_thread(move)
        await self._read()
        self.say(f"{plain(one.of.what)}: {_DONE[step]}", "news")

    async def _who(self, title: str, hint: str) -> str | None:
        return await self.app.push_screen_wait(TextDialog(title, hint, verb="save"))

    def action_do_add_deliverable(self) -> None:
        self.start(self._add, "act")

    async def _add(self) -> None:
        today = self.project.today.isoformat() if self.project is not None else ""
        typed = await self.app.push_screen_wait(
            FormDialog(
                "What will be delivered?",
                (
                    Field("what", "What", placeholder="users trained, data moved, unit placed"),
                    Field("planned_from", "From", today),
                    Field("planned_until", "Until", today),
                    Field(
                        "verify", "To verify", "no", "yes: somebody has to verify it before it is accepted"
                    ),
                ),
                _planned,
                hint="Days of the site, both included.",
            )
        )
        if typed is not None:
            what, first, last, verify = _planned(typed)
            plan = partial(deliverables.plan, self.desk, self.call_id, what, first, last, verify=verify)
            await asyncio.to_thread(plan)
            await self._read()
            self.say(f"{plain(what)} is planned.", "news")

    def action_do_shift_plan(self) -> None:
        self.start(self._shift, "act")

    async def _shift(self) -> None:
        text = await self.app.push_screen_wait(
            TextDialog(
                "By how many days does the rest move?",
                "What is begun stays; -2 is two days earlier.",
                check=_days_fault,
                verb="move it",
            )
        )
        if text is not None:
            moved = await asyncio.to_thread(deliverables.shift, self.desk, self.call_id, int(text))
            await self._read()
            self.say(f"{moved} moved by {int(text):+d} days.", "news")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()


def _planned(typed: Typed) -> tuple[str, date, date, bool]:
    """The form's fields as values; raises ``InvalidInput`` with the field."""
    if not plain(typed["what"]):
        raise InvalidInput("what", "it is empty", "Say what will be delivered.")
    first, last = (_day(typed[name], name) for name in ("planned_from", "planned_until"))
    if last < first:
        raise InvalidInput("planned_until", "is before its first day", "Correct the day.")
    return typed["what"], first, last, typed["verify"].strip().casefold() in ("yes", "y")


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(field, f"{plain(text)!r} is not a day", "Write it as 2026-03-05.") from None


def _days_fault(text: str) -> str:
    try:
        return "" if int(text) else "Give a number of days other than 0."
    except ValueError:
        return "Give a number of days, such as 3 or -2."
