"""The service history of one unit: who it is, what happened, what it cost, and its like in the fleet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical

from dispatch_tui.actions import UNIT, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.unit_record import UnitRecord, unit_record
from dispatch_tui.roi.evidence import cost_of_year
from dispatch_tui.screens.dialogs import AskDialog
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.roi_keeping import open_recommendation, open_saved, saved_for
from dispatch_tui.store.feed import FeedChange
from dispatch_tui.store.recommendations import SavedRecommendation
from dispatch_tui.store.unit_history import PartUse, UnitVisit
from dispatch_tui.store.unit_timeline import Entry, Seen, may_be_about, timeline
from dispatch_tui.store.unit_timeline import Page as TimelinePage
from dispatch_tui.text import digits_of, money, plain, span
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Row, Rows
from dispatch_tui.widgets.unit_lines import head_lines, timeline_rows
from dispatch_tui.widgets.unit_tables import (
    chart_lines,
    cost_rows,
    part_rows,
    recommended_rows,
    similar_rows,
    tab_line,
)

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

PAGE = 100
"""Entries of the timeline that are read at a time."""
WIDE_FROM, TALL_FROM = 170, 36
"""From this width costs and fleet stand beside the timeline; from this height the chart stands below it."""

TABS = {
    "timeline": "Timeline",
    "costs": "Costs",
    "similar": "Similar failures",
    "recommended": "Recommended",
}


class UnitScreen(Page):
    """One unit. Reads in a thread; shows what it has meanwhile."""

    kind = UNIT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(UNIT)]
    DEFAULT_CSS = """
    UnitScreen #head { height: 4; }
    UnitScreen #body { height: 1fr; width: 1fr; layout: vertical; }
    UnitScreen #beside { display: none; }
    UnitScreen.-tall #beside { display: block; height: 13; width: 1fr; }
    UnitScreen.-wide #body { layout: horizontal; }
    UnitScreen.-wide #beside { display: block; width: 80; height: 1fr; margin: 0 0 0 2; }
    UnitScreen #chart { height: 13; }
    UnitScreen.-wide #chart { height: 1fr; }
    UnitScreen #alike { display: none; height: 1fr; }
    UnitScreen.-wide #alike { display: block; }
    """

    head = getters.query_one("#head", Lines)
    tabs = getters.query_one("#tabs", Lines)
    chart = getters.query_one("#chart", Lines)
    alike = getters.query_one("#alike", Lines)

    def __init__(self, desk: Desk, unit_id: int, look: Look) -> None:
        super().__init__(look)
        self.desk, self.unit_id = desk, unit_id
        self.record: UnitRecord | None = None
        self.tab = "timeline"
        self.entries: list[Entry] = []
        self.parts: list[PartUse] = []
        self.recommended: list[SavedRecommendation] = []
        self._heard: list[FeedChange] = []
        self._seen, self._more = Seen(), True

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="head")
        yield Lines(self.look, fill="bar", id="tabs")
        with Container(id="body"):
            yield Rows(self.look, id="rows")
            with Vertical(id="beside"):
                yield Lines(self.look, id="chart")
                yield Lines(self.look, id="alike")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.action_do_read_unit()

    # Reading

    def action_do_read_unit(self) -> None:
        self.start(self._read, "read")

    async def _read(self) -> None:
        """Everything, the timeline as far as it was read."""
        currency = self.app.settings.roi.currency
        record = await asyncio.to_thread(unit_record, self.desk, self.unit_id, currency)
        recommended = await asyncio.to_thread(saved_for, self.desk, self.unit_id)
        page = await asyncio.to_thread(self._page, Seen(), max(PAGE, len(self.entries)))
        self.record, self.recommended = record, recommended
        self.entries, self.parts = list(page.entries), list(page.parts)
        self._seen, self._more = page.seen, page.more
        self._message = ("", "bar")
        self.paint()

    async def _read_on(self) -> None:
        """The next page of the timeline."""
        page = await asyncio.to_thread(self._page, self._seen, PAGE)
        self.entries += page.entries
        self.parts += page.parts
        self._seen, self._more = page.seen, page.more
        self.paint()

    def _page(self, seen: Seen, most: int) -> TimelinePage:
        with self.desk.store.read() as connection:
            return timeline(connection, self.unit_id, most, seen)

    def records_changed(self, news: Sequence[FeedChange]) -> None:
        """Somebody else wrote something that may be about this unit: look, and read again if it is."""
        self._heard += news
        self.start(self._look_whether, "look")

    async def _look_whether(self) -> None:
        heard = tuple(self._heard)

        def ours() -> bool:
            with self.desk.store.read() as connection:
                return may_be_about(connection, self.unit_id, heard)

        if await asyncio.to_thread(ours):
            self.action_do_read_unit()
        del self._heard[: len(heard)]

    # Painting

    def paint(self) -> None:
        self.set_class(self._wide, "-wide")
        self.set_class(self._tall, "-tall")
        self.call_after_refresh(self._paint)

    @property
    def _wide(self) -> bool:
        return self.size.width >= WIDE_FROM

    @property
    def _tall(self) -> bool:
        return not self._wide and self.size.height >= TALL_FROM and self.tab == "timeline"

    def _paint(self) -> None:
        self.paint_keys()
        self.tabs.show([tab_line(TABS, self.tab, self.look)])
        record = self.record
        if record is None:
            self.head.show([(Piece(" Reading the unit …", "dim"),)])
            return
        self.head.show(head_lines(record, self.size.width, self.look, self.desk.clock.now()))
        self.rows.show_rows(self._tab_rows(record))
        if self._wide or self._tall:
            size = self.chart.size
            if self._wide:
                self.chart.show([row.line for row in cost_rows(record, size.width, size.height, self.look)])
            else:
                self.chart.show(chart_lines(record, size.width, size.height, self.look))
        if self._wide:
            width = self.alike.size.width
            rows = self._alike_rows(record, width)
            self.alike.show([(Piece(" Similar failures", "bold"),), *(row.line for row in rows)])

    def _tab_rows(self, record: UnitRecord) -> list[Row]:
        width, height = self.rows.size.width, self.rows.size.height
        if self.tab == "costs":
            return cost_rows(record, width, height, self.look)
        if self.tab == "similar":
            return self._alike_rows(record, width)
        if self.tab == "recommended":
            return recommended_rows(self.recommended, width, self.look)
        return timeline_rows(self.entries, self.parts, width, self.look, record.card.site_tz, more=self._more)

    def _alike_rows(self, record: UnitRecord, width: int) -> list[Row]:
        """Similar failures, and below them the parts that the next visit may need."""
        similar = similar_rows(record.similar, record.currency, width, self.look)
        return [*similar, *part_rows(record.parts, width, self.look)]

    # Keys

    def action_do_show_timeline(self) -> None:
        self._show("timeline")

    def action_do_show_costs(self) -> None:
        self._show("costs")

    def action_do_show_similar(self) -> None:
        self._show("similar")

    def action_do_show_recommended(self) -> None:
        self._show("recommended")

    def action_do_next_part(self) -> None:
        names = list(TABS)
        self._show(names[(names.index(self.tab) + 1) % len(names)])

    def _show(self, tab: str) -> None:
        self.tab = tab
        self.paint()
        self.call_after_refresh(self.action_do_top)

    def action_do_look_into(self) -> None:
        kind, _, key = self.rows.key.partition(":")
        if kind == "call":
            # The app's worker, not this page's: the page is closed by it.
            in_background(self.app, partial(self.app.guarded, partial(show_in_queue, self.app, key)), "act")
        elif kind == "visit":
            visit = next(one for one in self.entries if isinstance(one, UnitVisit) and one.id == int(key))
            used = [part for part in self.parts if part.visit_id == visit.id]
            self.app.push_screen(AskDialog(f"Visit for {visit.number}", visit_words(visit, used)))
        elif kind == "year" and self.record is not None and self.record.history is not None:
            self._open_year(int(key))
        elif kind == "recommendation":
            open_recommendation(self, self.desk, int(key))
        elif kind == "similar" and self.record is not None:
            found = next(one for one in self.record.similar if one.what == key)
            self.app.push_screen(AskDialog(found.what, found.helped or "Nothing on record says what helped."))

    def _open_year(self, year: int) -> None:
        from dispatch_tui.screens.breakdown import BreakdownScreen

        assert self.record is not None
        assert self.record.history is not None
        found = next(one for one in self.record.history.years if one.year == year)
        digits = digits_of(self.record.currency)
        self.app.push_screen(BreakdownScreen(cost_of_year(found), self.record.currency, digits, self.look))

    def action_do_replace(self) -> None:
        from dispatch_tui.screens.roi import RoiScreen

        self.app.push_screen(RoiScreen(self.desk, self.unit_id, self.look))

    def action_do_recommendations(self) -> None:
        self.start(partial(open_saved, self, self.desk, self.unit_id), "act")

    def action_do_customer(self) -> None:
        from dispatch_tui.screens.customer import show_customer_of

        name = str(self.unit_id) if self.record is None else self.record.card.serial
        show = partial(show_customer_of, self.app, "unit", self.unit_id, name)
        self.start(show, "act")

    def action_do_model_news(self) -> None:
        from dispatch_tui.screens.outreach import tell_of_model

        card = None if self.record is None else self.record.card
        if card is None or card.model_id is None:
            self.say("No model is on record for this unit.")
            return
        name = f"{card.maker} {card.model}".strip()
        self.start(partial(tell_of_model, self, card.model_id, name), "act")

    def action_do_find_unit(self) -> None:
        from dispatch_tui.screens.search import SearchScreen

        self.app.switch_screen(SearchScreen(self.desk, self.look))

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if self.tab == "timeline" and self._more and self.rows.last:
            self.start(self._read_on, "read")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        kind, _, name = event.action.partition(":")
        if kind == "tab":
            self._show(name)


async def show_in_queue(app: WorkbenchApp, number: str) -> None:
    """Back to the queue, with the cursor on the call or its story below."""
    from dispatch_tui.screens.finding import show_call

    await app.back_to_queue()
    await show_call(app.queue_screen, number)


def visit_words(visit: UnitVisit, parts: list[PartUse]) -> str:
    """A visit told in a few lines."""
    cost = "" if visit.cost_minor is None else money(visit.cost_minor, visit.currency)
    facts = {
        "Done"
        if visit.status == "done"
        else visit.status.replace("_", " ").capitalize(): f"{visit.at:%Y-%m-%d %H:%M} UTC",
        "By": visit.technician,
        "Kind": visit.kind,
        "Problem": visit.problem or visit.title,
        "Cause": visit.cause,
        "Work": visit.work,
        "Outcome": visit.outcome,
        "Labour": span(visit.labour_minutes * 60) if visit.labour_minutes else "",
        "Downtime": span(visit.downtime_minutes * 60) if visit.downtime_minutes else "",
        "Cost": cost,
        "Parts": ", ".join(f"{part.quantity} x {part.name or part.number}" for part in parts),
        "Flag": visit.flag,
    }
    return "\n".join(f"{name + ':':<10} {plain(value)}" for name, value in facts.items() if value)
