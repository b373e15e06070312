"""Repair or replace: the inputs with their sources on the left, the answer and what it rests on at the right."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal

from dispatch_tui.actions import ROI, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import Suggestion, suggest
from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.fields import BY_NAME
from dispatch_tui.roi.figures import Figure
from dispatch_tui.roi.futures import PATHS, PREVIEW_PATHS
from dispatch_tui.roi.inputs import Inputs, as_recorded, sharing
from dispatch_tui.roi.scenarios import Scenario
from dispatch_tui.roi.sensitivity import Bar
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.roi_challengers import choose_challengers, lacking, turned
from dispatch_tui.screens.roi_editing import edit_input, weigh_component
from dispatch_tui.screens.roi_keeping import open_saved, save
from dispatch_tui.screens.roi_opening import figure_of, words_on
from dispatch_tui.screens.roi_painting import paint_panel
from dispatch_tui.screens.roi_reckoning import Reckoning, Stated
from dispatch_tui.screens.roi_scenarios import add_scenario, read_scenarios, show_scenarios
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.roi_tabs import TABS
from dispatch_tui.widgets.rows import Rows

WIDE_FROM, TALL_FROM, BESIDE_FROM = 150, 38, 78
"""From this width the tabs have a column of their own, from this height they stand below the results; the inputs stand
beside them from the last, else above."""
SMALLEST = (48, 16)
"""In less room figures would be cut."""
REST_SECONDS = 0.15
"""How long the typing rests before all futures are drawn anew; a preview on some of them comes at once."""


class RoiScreen(Page):
    """One unit's comparison. An edited input counts at once; nothing is written unless it is saved."""

    kind = ROI
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(ROI)]
    DEFAULT_CSS = """
    RoiScreen #title { height: 1; }
    RoiScreen #verdict { height: 3; }
    RoiScreen #body { height: 1fr; }
    RoiScreen #inputs { width: 42; }
    RoiScreen #right { width: 1fr; height: 1fr; margin: 0 0 0 1; layout: vertical; }
    RoiScreen #detail { display: none; }
    RoiScreen.-detail #detail, RoiScreen.-tall #detail, RoiScreen.-wide #detail { display: block; }
    RoiScreen.-detail #results { display: none; }
    RoiScreen.-tall #results { display: block; height: 20; }
    RoiScreen.-wide #right { layout: horizontal; }
    RoiScreen.-wide #results { display: block; width: 48; }
    RoiScreen.-narrow #body { layout: vertical; }
    RoiScreen.-narrow #inputs { width: 1fr; height: 2fr; }
    RoiScreen.-narrow #right { height: 3fr; margin: 0; }
    RoiScreen.-tiny #body, RoiScreen.-tiny #tabs { display: none; }
    """

    title_bar = getters.query_one("#title", Lines)
    verdict_pane = getters.query_one("#verdict", Lines)
    tabs = getters.query_one("#tabs", Lines)
    inputs_pane = getters.query_one("#inputs", Rows)
    results_pane = getters.query_one("#results", Rows)
    detail_pane = getters.query_one("#detail", Rows)

    def __init__(
        self,
        desk: Desk,
        unit_id: int,
        look: Look,
        *,
        call_id: int | None = None,
        begin: Sequence[Inputs] = (),
    ) -> None:
        """``call_id`` is the call that asked; ``begin``: compare these inputs instead of what is prefilled, the first
        one in hand, then its rivals."""
        super().__init__(look)
        self.desk, self.unit_id, self.call_id = desk, unit_id, call_id
        self.suggestion: Suggestion | None = None
        self.stated: Stated | None = None
        self.before: list[Stated] = []
        """What was compared before each edit, for undo."""
        self.answer: Answer | None = None
        self.fault: InvalidInput | None = None
        self.figures: dict[str, Figure] = {}
        self.bars: tuple[Bar, ...] | None = None
        self.tab = "results"
        self.scenarios: list[Scenario] = []
        self.folds: set[str] = set()
        """The folds of seldom used inputs that stand open."""
        self._begin = begin
        self.weighed: Answer | None = None
        """The answer that ``bars`` belong to."""
        self._reckoning = Reckoning(unit_id)

    @property
    def inputs(self) -> Inputs | None:
        return self.stated.inputs if self.stated is not None else None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        yield Lines(self.look, id="verdict")
        yield Lines(self.look, fill="bar", id="tabs")
        with Horizontal(id="body"):
            yield Rows(self.look, id="inputs")
            with Container(id="right"):
                yield Rows(self.look, id="results")
                yield Rows(self.look, id="detail")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return next((pane for pane in self._sides if pane.has_focus), self.inputs_pane)

    @property
    def _sides(self) -> list[Rows]:
        """The lists that are in view, left to right."""
        return [pane for pane in (self.inputs_pane, self.results_pane, self.detail_pane) if pane.display]

    def on_mount(self) -> None:
        self.inputs_pane.focus()
        self.start(self._read, "read")

    async def _read(self) -> None:
        self.suggestion = await asyncio.to_thread(suggest, self.desk, self.unit_id, self.app.settings.roi)
        recorded = self.suggestion.inputs
        begin, *rivals = self._begin or (recorded,)
        if self._begin:
            recorded = self.suggestion.named(recorded, begin.challenger)
        self.turn_to(Stated(begin, recorded, tuple(rivals)))
        await read_scenarios(self)

    # Comparing

    def turn_to(self, stated: Stated) -> None:
        """Compare with these inputs from now on: a preview on some of the futures at once, then all of them."""
        rivals = tuple(sharing(one, stated.inputs) for one in stated.rivals)
        self.stated, self._message = stated._replace(rivals=rivals), ("", "bar")
        in_background(self, partial(self._guarded, partial(self._follow, self.stated)), "follow")

    def change(self, stated: Stated) -> None:
        """The same as an edit that can be taken back."""
        if self.stated is not None:
            self.before.append(self.stated)
        self.turn_to(stated)

    async def _follow(self, stated: Stated) -> None:
        try:
            if self._reckoning.must_draw(stated):
                await self._decide(stated, PREVIEW_PATHS)
                await asyncio.sleep(REST_SECONDS)
            await self._decide(stated, PATHS)
        except InvalidInput as fault:
            if self.stated is not stated:
                return
            hand = lacking(self, stated)
            if hand is not stated:
                self.turn_to(hand)
                return
            self.answer, self.fault, self.figures, self.bars = None, fault, {}, None
            self.paint()

    async def _decide(self, stated: Stated, paths: int) -> None:
        """What was edited meanwhile makes the comparisons before it void."""
        if self.stated is not stated:
            return
        found, figures = await self._reckoning.answered(stated, paths)
        if self.stated is stated:
            self.answer, self.fault, self.figures = found, None, figures
            self._paint()

    # Painting

    def paint(self) -> None:
        wide = self.size.width >= WIDE_FROM
        self.set_class(wide, "-wide")
        self.set_class(not wide and self.size.height >= TALL_FROM, "-tall")
        self.set_class(self.tab != "results", "-detail")
        self.set_class(self.size.width < BESIDE_FROM, "-narrow")
        self.set_class(self.too_small, "-tiny")
        self.call_after_refresh(self._paint)

    @property
    def too_small(self) -> bool:
        """Whether there is no room for a figure in full."""
        return self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1]

    def _paint(self) -> None:
        if self.too_small:
            self.paint_keys()
            self.verdict_pane.show(
                [
                    (Piece(one),)
                    for one in ("Too small.", f"{SMALLEST[0]}x{SMALLEST[1]} at least.", "Esc goes back.")
                ]
            )
        else:
            paint_panel(self)

    # Keys

    def action_do_other_side(self) -> None:
        self._step(1)

    def action_do_side_before(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        sides = self._sides
        at = sides.index(self.rows) if self.rows in sides else 0
        sides[(at + by) % len(sides)].focus()

    def action_do_show_results(self) -> None:
        self._show("results")

    def action_do_show_years(self) -> None:
        self._show("years")

    def action_do_show_forecast(self) -> None:
        self._show("forecast")

    def action_do_show_keeping(self) -> None:
        self._show("keeping")

    def action_do_show_tornado(self) -> None:
        self._show("tornado")

    def action_do_show_assumed(self) -> None:
        self._show("assumed")

    def action_do_show_talk(self) -> None:
        self._show("talk")

    def _show(self, name: str) -> None:
        on_the_right = self.rows is not self.inputs_pane
        self.tab = name
        self.paint()
        if on_the_right:
            self.call_after_refresh((self.results_pane if name == "results" else self.detail_pane).focus)

    def action_do_show_ways(self) -> None:
        self._show("ways")

    def action_do_next_roi_tab(self) -> None:
        self._turn_tab(1)

    def action_do_previous_roi_tab(self) -> None:
        self._turn_tab(-1)

    def _turn_tab(self, by: int) -> None:
        names = list(TABS)
        self._show(names[(names.index(self.tab) + by) % len(names)])

    def action_do_look_into(self) -> None:
        kind, _, name = self.rows.key.partition(":")
        if kind == "input":
            self.start(partial(edit_input, self, BY_NAME[name]), "act")
        elif kind == "fold":
            self.folds ^= {name}
            self._paint()
        elif kind == "part" and self.suggestion is not None:
            part = self.suggestion.parts[int(name)]
            if part in self.suggestion.components:
                weigh_component(self, part)
            else:
                self.say("Nobody knows what a visit with it costs: enter Its price under Component alone.")
        elif kind and self.answer is not None and self.suggestion is not None:
            figure = figure_of(self.rows.key, self.answer, self.bars or (), self.suggestion.history)
            self.open_figure(figure)

    def open_figure(self, figure: Figure) -> None:
        from dispatch_tui.screens.breakdown import BreakdownScreen

        if self.inputs is not None:
            page = BreakdownScreen(figure, self.inputs.currency, self.inputs.digits, self.look)
            self.app.push_screen(page)

    def action_do_recorded(self) -> None:
        """Put the input back; its source counts again."""
        kind, _, name = self.rows.key.partition(":")
        if kind == "input" and self.stated is not None:
            inputs, recorded, _ = self.stated
            self.change(self.stated._replace(inputs=as_recorded(inputs, recorded, BY_NAME[name])))

    def action_do_undo_edit(self) -> None:
        if not self.before:
            self.say("Nothing is changed that could be taken back.")
            return
        self.turn_to(self.before.pop())
        self._message = ("Taken back.", "bar")
        self.paint()

    def action_do_challenger(self) -> None:
        self.start(partial(choose_challengers, self), "act")

    def action_do_next_challenger(self) -> None:
        """Turn to the inputs of the next challenger that is compared."""
        if self.stated is None or not self.stated.rivals:
            self.say("One challenger is compared: c, then Space, chooses several.")
        else:
            self.change(turned(self, self.stated))

    def action_do_save_recommendation(self) -> None:
        self.start(self._save, "act")

    async def _save(self) -> None:
        found = self.answer
        if found is None or found.decision.futures.paths < PATHS:
            self.say("There is no answer yet that could be saved.")
            return
        made = await save(self, self.desk, self.unit_id, found, self.call_id)
        if made is not None:
            self.say(f"Saved as recommendation {made}. R reopens it, also from the unit's page.", "news")

    def action_do_recommendations(self) -> None:
        self.start(partial(open_saved, self, self.desk, self.unit_id), "act")

    def action_do_add_scenario(self) -> None:
        self.start(partial(add_scenario, self), "act")

    def action_do_scenarios(self) -> None:
        show_scenarios(self)

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The bar explains the input, or the bar of the tornado, under the cursor."""
        event.stop()
        self.say(words_on(event.key, self.inputs, self.bars or ()) if event.key and self.inputs else "")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        event.rows.focus()
        self.action_do_look_into()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        kind, _, name = event.action.partition(":")
        if kind == "tab":
            event.stop()
            self._show(name)
