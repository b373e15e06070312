"""Agreements and calendars: the lists, and the way to each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import AGREEMENTS, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.dialogs import Choice, PickDialog, matching
from dispatch_tui.screens.page import Page
from dispatch_tui.store import agreements as stored
from dispatch_tui.store.lookups import customers, places
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.agreement_lines import list_rows
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp


_EVERYBODY = ":"


class AgreementsScreen(Page):
    """The lists; Enter opens what the cursor is on."""

    kind = AGREEMENTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(AGREEMENTS)]
    DEFAULT_CSS = """
    AgreementsScreen #title { height: 2; }
    """

    title_bar = getters.query_one("#title", Lines)

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(look)
        self.desk = desk
        self.agreements: list[stored.AgreementLine] | None = None
        self.calendars: list[stored.CalendarLine] = []

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()

    def on_screen_resume(self) -> None:
        """Read again on coming back: something may have been saved."""
        self.action_do_read_agreements()

    def action_do_read_agreements(self) -> None:
        self.start(self._read, "read")

    async def _read(self) -> None:
        self.agreements, self.calendars = await asyncio.to_thread(self._lists)
        self.paint()

    def _lists(self) -> tuple[list[stored.AgreementLine], list[stored.CalendarLine]]:
        with self.desk.store.read() as connection:
            return stored.agreements(connection), stored.calendars(connection)

    def paint(self) -> None:
        self.paint_keys()
        width = self.size.width
        if self.agreements is None:
            self.title_bar.show([(Piece(" Reading agreements and calendars …", "dim"),)])
            return
        counts = f"{len(self.agreements):,} agreements, {len(self.calendars):,} calendars "
        title = " Agreements and calendars"
        spare = max(0, width - len(title))
        self.title_bar.show([(Piece(title, "bold"), Piece(fit(counts, spare, self.look, right=True), "dim"))])
        self.rows.show_rows(list_rows(self.agreements, self.calendars, width, self.look))

    def action_do_look_into(self) -> None:
        kind, _, record_id = self.rows.key.partition(":")
        if kind == "agreement":
            from dispatch_tui.screens.agreement import AgreementScreen

            self.app.push_screen(AgreementScreen(self.desk, int(record_id), self.look))
        elif kind == "calendar":
            self._open_calendar(int(record_id))

    def action_do_new_agreement(self) -> None:
        self.start(self._new_agreement, "act")

    async def _new_agreement(self) -> None:
        """Ask for whom; the form then begins as a copy of what the cursor is on."""
        from dispatch_tui.screens.agreement import AgreementScreen, NewFor

        if not self.agreements:
            self.say("There is none to begin from: make the first with “dispatch-tui agreement set FILE”.")
            return
        kind, _, number = self.rows.key.partition(":")
        copy_of = int(number) if kind == "agreement" else self.agreements[0].id
        names = {_EVERYBODY: "everybody"}

        def found(typed: str) -> list[Choice]:
            with self.desk.store.read() as connection:
                holders = [*customers(connection, typed, 6), *places(connection, typed, 6)]
            names.update({f"{one.kind}:{one.id}": f"{plain(one.name)} ({one.kind})" for one in holders})
            return [
                Choice(f"{one.kind}:{one.id}", plain(one.name), one.kind, plain(one.hint)) for one in holders
            ]

        everybody = matching([Choice(_EVERYBODY, "Everybody", "whom no other covers")])
        dialog = PickDialog(
            "For whom?",
            everybody,
            self.look,
            placeholder="a customer, a site, a unit's serial number",
            empty="Nobody is called that. Take back a letter, or press Esc.",
            more=found,
        )
        chosen = await self.app.push_screen_wait(dialog)
        if chosen is not None:
            kind, _, number = chosen.partition(":")
            new = NewFor(names[chosen], kind, int(number) if number else None, copy_of)
            self.app.push_screen(AgreementScreen(self.desk, None, self.look, new=new))

    def action_do_new_calendar(self) -> None:
        self._open_calendar(None)

    def _open_calendar(self, calendar_id: int | None) -> None:
        from dispatch_tui.screens.calendar import CalendarScreen

        self.app.push_screen(CalendarScreen(self.desk, calendar_id, self.look))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()


async def open_agreements(app: WorkbenchApp) -> None:
    """The lists over the queue, once the database is open."""
    session = await app.session_ready()
    app.push_screen(AgreementsScreen(session.desk, app.look))
