"""One customer: how they do and why, everything that happened, who they are and what they have with us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import CUSTOMER, bindings_for
from dispatch_tui.desk.customer_parts import Parts, read_parts
from dispatch_tui.desk.customer_record import CustomerRecord, customer_record
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NotFound
from dispatch_tui.screens.page import Page
from dispatch_tui.store.customer_timeline import GROUPS, Entry, Place, timeline
from dispatch_tui.store.customers import customer_of
from dispatch_tui.themes import Look
from dispatch_tui.widgets import customer_tables as tables
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.customer_lines import head_lines, overview_rows
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece
from dispatch_tui.widgets.rows import Row, Rows
from dispatch_tui.widgets.unit_tables import tab_line

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.feed import FeedChange
    from dispatch_tui.store.rows import QueueRow

PAGE = 100
"""Entries of the timeline that are read at a time."""

TABS = {
    "overview": "Overview",
    "timeline": "Timeline",
    "trust": "Trust",
    "people": "People",
    "units": "Units",
    "notes": "Notes",
    "lists": "Lists",
}
_READ_FOR = {"units": ("units", "examples"), "notes": ("wrongs",), "lists": ("answers", "escalations")}
"""What a part shows beyond the record; it is read when the part is opened."""


class CustomerScreen(Page):
    """One customer. Reads in a thread, and only what is looked at; shows what it has meanwhile."""

    kind = CUSTOMER
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(CUSTOMER)]
    DEFAULT_CSS = """
    CustomerScreen #head { height: 4; }
    """

    head = getters.query_one("#head", Lines)
    tabs = getters.query_one("#tabs", Lines)

    def __init__(
        self, desk: Desk, customer_id: int, look: Look, *, tab: str = "overview", at: str = ""
    ) -> None:
        """``at``: the key of a row to begin at, in the part ``tab``."""
        super().__init__(look)
        self.desk, self.customer_id = desk, customer_id
        self.record: CustomerRecord | None = None
        self.tab, self._at = tab, at
        self.parts = Parts()
        self.group = "everything"
        self.entries: list[Entry] = []
        self._seen: dict[str, Place] = {}
        self._more = True
        self._heard: list[tuple[str, int]] = []
        self._placed: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="head")
        yield Lines(self.look, fill="bar", id="tabs")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.action_do_read_customer()

    # Reading

    def action_do_read_customer(self) -> None:
        self.start(self._read, "read")

    async def _read(self) -> None:
        self.record = await asyncio.to_thread(customer_record, self.desk, self.customer_id)
        self.parts = Parts()
        self.entries, self._seen, self._more = [], {}, True
        self._message = ("", "bar")
        await self._read_part()
        if self._at:
            self.call_after_refresh(self.rows.put, self._at)
            self._at = ""

    async def read_again(self, words: str) -> None:
        """After an act: what there is now, and what was done in words."""
        await self._read()
        self.say(words)

    async def _read_part(self) -> None:
        """What the part in front needs, where it has not been read."""
        wanted = [name for name in _READ_FOR.get(self.tab, ()) if getattr(self.parts, name) is None]
        if wanted:
            self.parts = await asyncio.to_thread(read_parts, self.desk, self.customer_id, wanted, self.parts)
        if self.tab == "timeline" and not self.entries and self._more:
            await self._read_on()
        self.paint()

    async def _read_on(self) -> None:
        """The next page of the timeline."""
        group, seen = self.group, dict(self._seen)

        def read() -> Any:
            with self.desk.store.read() as connection:
                return timeline(connection, self.customer_id, PAGE, kinds=GROUPS[group], seen=seen)

        page = await asyncio.to_thread(read)
        if group == self.group:
            self.entries += page.entries
            self._seen, self._more = dict(page.seen), page.more
            self.paint()

    def calls_changed(self, call_ids: set[int]) -> None:
        if self.record is not None and call_ids & {one.id for one in self.record.calls}:
            self.action_do_read_customer()

    def records_changed(self, news: Sequence[FeedChange]) -> None:
        """Somebody else wrote something that may be this customer's: look, and read again if it is."""
        about = [(one.kind, one.record_id) for one in news if one.kind in _OWNED]
        if about:
            self._heard += about
            self.start(self._look_whether, "look")

    async def _look_whether(self) -> None:
        about = tuple(self._heard)

        def ours() -> bool:
            with self.desk.store.read() as connection:
                return any(customer_of(connection, *one) == self.customer_id for one in about)

        if await asyncio.to_thread(ours):
            self.action_do_read_customer()
        del self._heard[: len(about)]

    # Painting

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        self.tabs.show([self._tab_line()])
        record = self.record
        if record is None:
            self.head.show([(Piece(" Reading the customer …", "dim"),)])
            return
        self.head.show(head_lines(record, self.size.width, self.look))
        self.rows.show_rows(self._tab_rows(record, self.rows.size.width))

    def _tab_line(self) -> Line:
        line = tab_line(TABS, self.tab, self.look)
        if self.tab == "timeline" and self.group != "everything":
            return (*line, Piece(f"  only {self.group}", "soon"))
        return line

    def _tab_rows(self, record: CustomerRecord, width: int) -> list[Row]:
        look, parts = self.look, self.parts
        if self.tab == "timeline":
            return tables.timeline_rows(self.entries, record, width, look, more=self._more)
        if self.tab == "trust":
            return tables.trust_rows(record, width, look)
        if self.tab == "people":
            return tables.people_rows(record, width, look)
        if self.tab == "units":
            return tables.unit_rows(parts.units or (), parts.examples or (), record, width, look)
        if self.tab == "notes":
            return tables.notes_rows(parts.wrongs or (), record, width, look)
        if self.tab == "lists":
            return tables.list_rows(parts.answers or {}, parts.escalations or (), record, width, look)
        return overview_rows(record, width, look)

    # Keys: parts

    def action_do_customer_part(self, name: str) -> None:
        if name != self.tab:
            self._placed[self.tab] = self.rows.key
            self.tab = name
            self.start(partial(self._turn_to, self._placed.get(name, "")), "part")

    async def _turn_to(self, key: str) -> None:
        await self._read_part()
        place = partial(self.rows.put, key) if key else self.action_do_top
        self.call_after_refresh(place)

    def action_do_customer_overview(self) -> None:
        self.action_do_customer_part("overview")

    def action_do_customer_timeline(self) -> None:
        self.action_do_customer_part("timeline")

    def action_do_customer_trust(self) -> None:
        self.action_do_customer_part("trust")

    def action_do_customer_people(self) -> None:
        self.action_do_customer_part("people")

    def action_do_customer_units(self) -> None:
        self.action_do_customer_part("units")

    def action_do_customer_notes(self) -> None:
        self.action_do_customer_part("notes")

    def action_do_customer_lists(self) -> None:
        self.action_do_customer_part("lists")

    def action_do_next_customer_part(self) -> None:
        names = list(TABS)
        self.action_do_customer_part(names[(names.index(self.tab) + 1) % len(names)])

    def action_do_customer_part_before(self) -> None:
        names = list(TABS)
        self.action_do_customer_part(names[names.index(self.tab) - 1])

    def action_do_narrow(self) -> None:
        """The next sort of entries in the timeline."""
        names = list(GROUPS)
        if self.tab == "timeline":
            self.group = names[(names.index(self.group) + 1) % len(names)]
        self.tab = "timeline"
        self.entries, self._seen, self._more = [], {}, True
        self.start(partial(self._turn_to, ""), "part")

    # Keys: acts

    def action_do_search_customer(self) -> None:
        from dispatch_tui.screens.find import FindScreen

        name = "" if self.record is None else self.record.card.name
        self.app.push_screen(FindScreen(self.desk, self.look, customer_id=self.customer_id, customer=name))

    def action_do_contact(self) -> None:
        from dispatch_tui.screens import customer_acts

        self._act(partial(customer_acts.log_contact, self, self.rows.key))

    def action_do_look_into(self) -> None:
        from dispatch_tui.screens import customer_acts

        self._act(partial(customer_acts.open_row, self, self.rows.key))

    def action_do_escalate(self) -> None:
        from dispatch_tui.screens import customer_acts

        self._act(partial(customer_acts.escalate_customer, self))

    def action_do_add(self) -> None:
        from dispatch_tui.screens import customer_acts

        self._act(partial(customer_acts.add, self))

    def action_do_end_entry(self) -> None:
        from dispatch_tui.screens import customer_acts

        self._act(partial(customer_acts.end, self, self.rows.key))

    def _act(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.start(work, "act")

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self._message[0]:
            self.say("")
        if self.tab == "timeline" and self._more and self.rows.last:
            self.start(self._read_on, "read")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        kind, _, name = event.action.partition(":")
        if kind == "tab":
            self.action_do_customer_part(name)


_OWNED = frozenset(
    (
        *("customer", "contact", "interaction", "promise", "customer_note", "gone_wrong", "ledger_entry"),
        *("checklist_answer", "loaner", "escalation", "rating", "told_in_advance", "unit", "agreement"),
    )
)
"""Kinds of records that name their customer."""


async def show_customer(app: WorkbenchApp, row: QueueRow) -> None:
    """The customer of a call. Raises ``NotFound`` where it names none."""
    await show_customer_of(app, "call", row.id, row.number)


async def show_customer_of(app: WorkbenchApp, kind: str, record_id: int, name: str) -> None:
    """The customer of a call or a unit. Raises ``NotFound`` where it names none."""
    session = await app.session_ready()

    def read() -> int | None:
        with session.desk.store.read() as connection:
            return customer_of(connection, kind, record_id)

    customer_id = await asyncio.to_thread(read)
    if customer_id is None:
        raise NotFound(f"customer on {kind}", name, "Search everything for a customer by name.")
    app.push_screen(CustomerScreen(session.desk, customer_id, app.look))


def open_customer(app: WorkbenchApp, desk: Desk, customer_id: int) -> None:
    """The page of a customer whose id is known."""
    app.push_screen(CustomerScreen(desk, customer_id, app.look))


def go_to_call(app: WorkbenchApp, number: str) -> None:
    """Back to the queue, with the cursor on a call. By the app's worker: the page is closed by it."""
    from dispatch_tui.screens.unit import show_in_queue

    in_background(app, partial(app.guarded, partial(show_in_queue, app, number)), "act")
