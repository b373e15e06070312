"""Escalated matters: the list of those that are open, and the ways into the room of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import ESCALATIONS, bindings_for
from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.escalations import escalate
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching, typed
from dispatch_tui.screens.escalation_room import EscalationScreen
from dispatch_tui.screens.page import Page
from dispatch_tui.store.escalations import EscalationLine, escalations
from dispatch_tui.store.lookups import names
from dispatch_tui.store.naming import ids_named
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.escalation_lines import list_head, list_rows
from dispatch_tui.widgets.escalation_state import matter_words
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.feed import FeedChange

_NEW = "new"
_REFRESH_SECONDS = 30.0


class EscalationsScreen(Page):
    """The list; Enter opens a room."""

    kind = ESCALATIONS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(ESCALATIONS)]
    DEFAULT_CSS = "EscalationsScreen #rows { margin: 1 0 0 0; }"

    title_bar = getters.query_one("#title", Lines)

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(look)
        self.desk = desk
        self.found: list[EscalationLine] | None = None
        self.every = False

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.read()
        self.set_interval(_REFRESH_SECONDS, self.paint)

    def on_screen_resume(self) -> None:
        if self.found is not None:
            self.read()

    def read(self) -> None:
        self.start(self._read, "read")

    async def _read(self) -> None:
        every = self.every

        def read() -> list[EscalationLine]:
            with self.desk.store.read() as connection:
                return escalations(connection, self.desk.clock.now(), every=every)

        self.found = await asyncio.to_thread(read)
        self.paint()

    def records_changed(self, news: Sequence[FeedChange]) -> None:
        if any(one.kind.startswith("escalation") for one in news):
            self.read()

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        if self.found is not None:
            self.title_bar.show([list_head(self.found, every=self.every)])
            now = self.desk.clock.now()
            self.rows.show_rows(list_rows(self.found, now, self.rows.size.width, self.look))

    # Keys

    def action_do_look_into(self) -> None:
        kind, _, key = self.rows.key.partition(":")
        if kind == "escalation":
            self.app.push_screen(EscalationScreen(self.desk, int(key), self.look))

    def action_do_every_escalation(self) -> None:
        self.every = not self.every
        self.say("Closed ones too." if self.every else "Those that are open.")
        self.read()

    def action_do_read_escalations(self) -> None:
        self.read()

    def action_do_new_escalation(self) -> None:
        self.start(self._new, "act")

    async def _new(self) -> None:
        """A matter about a customer, found by name."""
        await asyncio.to_thread(check_may, self.desk, "escalate")

        def search(query: str) -> list[Choice]:
            with self.desk.store.read() as connection:
                return [Choice(name, plain(name)) for name in names(connection, "cust", query.strip())]

        dialog = PickDialog(
            "Escalate: which customer?",
            lambda _query: (),
            self.look,
            placeholder="a customer's name",
            more=search,
        )
        name = await self.app.push_screen_wait(dialog)
        if name is None:
            return
        customer_id = await asyncio.to_thread(self._customer, name)
        async with typed(self.app, matter_of(plain(name))) as title:
            if title is None:
                return
            made = await asyncio.to_thread(partial(escalate, self.desk, title, customer_id=customer_id))
        self.app.push_screen(EscalationScreen(self.desk, made, self.look))

    def _customer(self, name: str) -> int:
        with self.desk.store.read() as connection:
            found = ids_named(connection, "customer", name)
        if len(found) > 1:
            raise InvalidInput(
                "customer", f"several are called {plain(name)}", "Escalate one of their calls."
            )
        return found[0]

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()


def check_may(desk: Desk, act: str) -> None:
    """Raises ``NotAllowed`` before anybody has typed a text for it."""
    known = find_operator(desk.store, desk.operator.account)
    desk.check_role(act, known.role if known is not None else "viewer")


def matter_of(whom: str) -> TextDialog:
    """Asks what the matter is, in a few words."""
    return TextDialog(
        f"Escalate {whom}: what is the matter?",
        "As the customer sees it. Everybody is told; a room opens for it.",
        verb="escalate",
        about=f"escalate {whom}",
    )


async def show_escalations(app: WorkbenchApp) -> None:
    """The list over the queue, once the database is open."""
    app.push_screen(EscalationsScreen((await app.session_ready()).desk, app.look))


async def escalate_call(app: WorkbenchApp, call_id: int, number: str) -> None:
    """Into the room of a call's open matter; to a new one where there is none; where only its customer has one, the
    choice between the two."""
    desk = (await app.session_ready()).desk
    own, others = await asyncio.to_thread(_matters, desk, call_id)
    made: int | None = own[0].id if own else None
    if not own and others:
        choices = [
            *(
                Choice(str(one.id), one.title, matter_words(one.status, one.owner, app.look))
                for one in others
            ),
            Choice(_NEW, f"Escalate {plain(number)} itself", "a matter of its own"),
        ]
        picked = await app.push_screen_wait(
            PickDialog("This customer has a matter already", matching(choices), app.look)
        )
        if picked is None:
            return
        made = None if picked == _NEW else int(picked)
    if made is None:
        await asyncio.to_thread(check_may, desk, "escalate")
        async with typed(app, matter_of(plain(number))) as title:
            if title is None:
                return
            made = await asyncio.to_thread(partial(escalate, desk, title, call_id=call_id))
        app.look_again()
    app.push_screen(EscalationScreen(desk, made, app.look))


def _matters(desk: Desk, call_id: int) -> tuple[list[EscalationLine], list[EscalationLine]]:
    """Open matters of the call itself, and those of its customer that are about something else."""
    from dispatch_tui.store.queries import call_and_names

    now = desk.clock.now()
    with desk.store.read() as connection:
        call, _ = call_and_names(connection, call_id)
        own = escalations(connection, now, call_id=call_id)
        whose = call.customer_id
        others = escalations(connection, now, customer_id=whose) if whose is not None else []
    return own, [one for one in others if one.call_id != call_id]
