"""Find a unit by its serial number, model, customer or site."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from dispatch_tui.actions import SEARCH, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.page import Page
from dispatch_tui.store.units import UnitRow, find_units
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row, Rows

MOST = 100
"""Units that one search shows."""


class SearchScreen(Page):
    """Type to search; the list follows."""

    kind = SEARCH
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(SEARCH)]
    DEFAULT_CSS = """
    SearchScreen #titles { height: 1; }
    SearchScreen Input { height: 1; width: 1fr; border: none; padding: 0 1; }
    """

    titles = getters.query_one("#titles", Lines)

    def __init__(self, desk: Desk, look: Look, words: str = "") -> None:
        super().__init__(look)
        self.desk, self._words = desk, words
        self.found: list[UnitRow] = []
        self._searched: str | None = None

    def compose(self) -> ComposeResult:
        text = Input(
            self._words,
            placeholder="serial, model, customer or site: any words of them",
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

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.start(partial(self._search, event.value), "search")

    async def _search(self, words: str) -> None:
        def read() -> list[UnitRow]:
            with self.desk.store.read() as connection:
                return find_units(connection, plain(words), MOST + 1)

        self.found = await asyncio.to_thread(read)
        self._searched = words
        self.paint()

    def paint(self) -> None:
        width = self.size.width
        self.titles.show([_columns(width, self.look, ("serial", "name", "model", "customer", "site"), "dim")])
        self.rows.show_rows(self._rows(width))
        self.paint_keys()

    def _rows(self, width: int) -> list[Row]:
        if self._searched is None:
            return []
        if not self.found:
            words = (
                "No unit fits. Fewer or shorter words find more."
                if self._searched.strip()
                else "There are no units yet. An import or the demo company brings some."
            )
            return [Row((Piece(f" {words}", "dim"),))]
        rows = [_unit_row(unit, width, self.look) for unit in self.found[:MOST]]
        if len(self.found) > MOST:
            rows.append(Row((Piece(f" More than {MOST} fit: another word narrows them down.", "dim"),)))
        return rows

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
        from dispatch_tui.screens.unit import UnitScreen

        unit = self.rows.key.partition(":")[2]
        if unit:
            self.app.switch_screen(UnitScreen(self.desk, int(unit), self.look))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_do_open_found()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_open_found()


def _unit_row(unit: UnitRow, width: int, look: Look) -> Row:
    name = f"{unit.name} (retired)" if unit.retired_at is not None else unit.name
    texts = (unit.serial or f"#{unit.id}", name, unit.model, unit.customer, unit.site)
    style = "dim" if unit.retired_at is not None else "text"
    return Row(_columns(width, look, tuple(map(plain, texts)), style), f"unit:{unit.id}")


def _columns(width: int, look: Look, texts: tuple[str, ...], style: str) -> Line:
    """Serial, name, model, customer, site: the name leaves first where room is short."""
    shares = (16, 0, 18, 22, 20) if width < 110 else (18, 24, 20, 28, 20)
    total = sum(shares)
    room = width - 1 - sum(1 for share in shares if share)
    pieces = [Piece(" ", style)]
    for index, (text, share) in enumerate(zip(texts, shares, strict=True)):
        if share:
            cells = fit(text, max(4, room * share // total), look)
            pieces.append(Piece(f"{cells} ", "bold" if index == 0 and style != "dim" else style))
    return tuple(pieces)
