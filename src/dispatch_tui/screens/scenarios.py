"""Scenarios side by side: the verdict and results of each, and the inputs in which they differ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import SCENARIOS, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.scenarios import drop_scenario, name_scenario
from dispatch_tui.roi.scenarios import Scenario
from dispatch_tui.screens.dialogs import TextDialog
from dispatch_tui.screens.page import Page
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Rows
from dispatch_tui.widgets.scenario_lines import name_line, scenario_rows


class ScenariosScreen(Page):
    """Up to four of them. Names and drops in the list that it is given; Enter takes one up in the panel."""

    kind = SCENARIOS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(SCENARIOS)]
    DEFAULT_CSS = "ScenariosScreen #names { height: 1; }"

    names = getters.query_one("#names", Lines)

    def __init__(
        self, desk: Desk, scenarios: list[Scenario], take: Callable[[Scenario], None], look: Look
    ) -> None:
        super().__init__(look)
        self.desk = desk
        self.scenarios = scenarios
        self.at = len(scenarios) - 1
        self._take = take

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="names")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        inputs = self.scenarios[0].answer.inputs
        words = f" {plain(inputs.unit)}: scenarios side by side, in {plain(inputs.currency)}"
        self.query_one("#title", Lines).show([(Piece(words, "bar"),)])
        width = self.rows.size.width
        self.names.show([name_line(self.scenarios, self.at, width, self.look)])
        self.rows.show_rows(scenario_rows(self.scenarios, self.at, width, self.look))

    def action_do_scenario_before(self) -> None:
        self._go(self.at - 1)

    def action_do_scenario_after(self) -> None:
        self._go(self.at + 1)

    def _go(self, at: int) -> None:
        self.at = at % len(self.scenarios)
        self._message = ("", "bar")
        self.paint()

    def action_do_look_into(self) -> None:
        self._take(self.scenarios[self.at])
        self.dismiss()

    def action_do_name_scenario(self) -> None:
        self.start(self._ask_name, "act")

    async def _ask_name(self) -> None:
        old = self.scenarios[self.at]
        name = await self.app.push_screen_wait(TextDialog("Name of the scenario", value=old.name))
        if name is not None:
            named = await asyncio.to_thread(name_scenario, self.desk, old, name)
            self.scenarios[self.scenarios.index(old)] = named
            self.paint()

    def action_do_drop_scenario(self) -> None:
        self.start(self._drop, "act")

    async def _drop(self) -> None:
        dropped = self.scenarios[self.at]
        await asyncio.to_thread(drop_scenario, self.desk, dropped)
        self.scenarios.remove(dropped)
        if not self.scenarios:
            self.dismiss()
            return
        self._go(min(self.at, len(self.scenarios) - 1))
        self._message = (f"{dropped.name} is dropped.", "bar")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        kind, _, index = event.action.partition(":")
        if kind == "scenario":
            event.stop()
            self._go(int(index))
