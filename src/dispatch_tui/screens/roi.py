"""Repair or replace: the inputs with their sources on the left, the answer and what it rests on at the right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.figures import Figure
from dispatch_tui.roi.futures import PATHS, PREVIEW_PATHS
from dispatch_tui.roi.inputs import Inputs, as_recorded
from dispatch_tui.roi.scenarios import MOST_SCENARIOS, Scenario, scenario_name
from dispatch_tui.roi.sensitivity import Bar, tornado
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.roi_editing import Stated, choose_challenger, edit_input
from dispatch_tui.screens.roi_keeping import open_saved, save
from dispatch_tui.screens.roi_opening import figure_of
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece
from dispatch_tui.widgets.roi_inputs import field_text, input_rows, source_sentence
from dispatch_tui.widgets.roi_lines import fault_lines, flag_lines, result_rows, title_line, verdict_lines
from dispatch_tui.widgets.roi_tabs import TABS, bar_words, tab_rows, tab_titles
from dispatch_tui.widgets.rows import Row, Rows
from dispatch_tui.widgets.unit_tables import tab_line

WIDE_FROM, TALL_FROM = 150, 38
"""From this width the tabs have a column of their own, from this height they stand below the results."""
RESULT_WIDTH = 44
"""No wider, so that a number stands near its name."""
REST_SECONDS = 0.15
"""How long the typing rests before all futures are drawn anew; a preview on some of them comes at once."""

_FIELD = {field.name: field for field in FIELDS}
_DRAWN = {"forecast", "keeping"}
"""The tabs with a picture, which takes longer than a frame to draw."""

_DRAWN_BY = (
    "failing",
    "new_failing",
    "failures",
    "new_failures",
    "component",
    "component_share",
    "expected_usage",
    "recorded_usage",
    "challenger",
)
"""The inputs that say how often the ways fail; ``life`` and ``horizon`` only how far ahead."""


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
    """

    title_bar = getters.query_one("#title", Lines)
    verdict_pane = getters.query_one("#verdict", Lines)
    tabs = getters.query_one("#tabs", Lines)
    inputs_pane = getters.query_one("#inputs", Rows)
    results_pane = getters.query_one("#results", Rows)
    detail_pane = getters.query_one("#detail", Rows)

    def __init__(
        self, desk: Desk, unit_id: int, look: Look, *, call_id: int | None = None, begin: Inputs | None = None
    ) -> None:
        """``call_id`` is the call that asked; ``begin``: compare these inputs instead of what is prefilled."""
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
        self._begin = begin
        self._weighed: Answer | None = None
        """The answer that ``bars`` belong to."""
        self._drawn: Answer | None = None
        """The last full answer, whose futures serve again while only money, rates or years change."""
        self._previewed: Answer | None = None
        """The last preview; of the next one only the way that was edited is drawn."""
        self._turn = asyncio.Lock()

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
        if self._begin is not None:
            recorded = self.suggestion.named(recorded, self._begin.challenger)
        self.turn_to(Stated(self._begin or recorded, recorded))

    # Comparing

    def turn_to(self, stated: Stated) -> None:
        """Compare with these inputs from now on: a preview on some of the futures at once, then all of them."""
        self.stated, self._message = stated, ("", "bar")
        in_background(self, partial(self._guarded, partial(self._follow, stated.inputs)), "follow")

    def change(self, stated: Stated) -> None:
        """The same as an edit that can be taken back."""
        if self.stated is not None:
            self.before.append(self.stated)
        self.turn_to(stated)

    async def _follow(self, inputs: Inputs) -> None:
        try:
            if self._must_draw(inputs):
                await self._decide(inputs, PREVIEW_PATHS)
                await asyncio.sleep(REST_SECONDS)
            await self._decide(inputs, PATHS)
        except InvalidInput as fault:
            if self.inputs is inputs:
                self.answer, self.fault, self.figures, self.bars = None, fault, {}, None
                self.paint()

    def _must_draw(self, inputs: Inputs) -> bool:
        """Whether the futures at hand no longer serve; money, rates and years leave them as they are."""
        return self._drawn is None or any(
            getattr(self._drawn.inputs, name) != getattr(inputs, name) for name in _DRAWN_BY
        )

    async def _decide(self, inputs: Inputs, paths: int) -> None:
        """One comparison at a time; what was edited meanwhile makes those before it void."""
        async with self._turn:
            if self.inputs is not inputs:
                return
            last = self._drawn if paths == PATHS else self._previewed
            found, figures = await asyncio.to_thread(_reckoned, inputs, self.unit_id, paths, last)
        if self.inputs is not inputs:
            return
        self.answer, self.fault, self.figures = found, None, figures
        if paths == PATHS:
            self._drawn = found
        else:
            self._previewed = found
        self._paint()

    async def _weigh(self) -> None:
        """The tornado of the full answer, beside the event loop."""
        found = self.answer
        if found is None or found.decision.futures.paths != PATHS or self._weighed is found:
            return
        bars = await asyncio.to_thread(tornado, found.decision)
        if self.answer is found:
            self.bars, self._weighed = bars, found
            self._paint()

    # Painting

    def paint(self) -> None:
        wide = self.size.width >= WIDE_FROM
        self.set_class(wide, "-wide")
        self.set_class(not wide and self.size.height >= TALL_FROM, "-tall")
        self.set_class(self.tab != "results", "-detail")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        inputs, width = self.inputs, self.size.width
        cautions = len(self.answer.decision.flags) if self.answer is not None else 0
        self.tabs.show([tab_line(tab_titles(cautions, self.look), self.tab, self.look)])
        if inputs is None:
            self.title_bar.show([(Piece(" Reading the unit's record …", "dim"),)])
            return
        preview = self.answer is not None and self.answer.decision.futures.paths < PATHS
        self.title_bar.show([title_line(inputs, width, self.look, preview=preview)])
        self.inputs_pane.show_rows(input_rows(inputs, self.fault.field if self.fault else "", self.look))
        self.results_pane.show_rows(self._result_rows(inputs))
        if self.answer is not None:
            self.verdict_pane.show(verdict_lines(verdict(self.answer.decision), width, self.look))
        elif self.fault is not None:
            self.verdict_pane.show(fault_lines(self.fault, width, self.look))
        if self.detail_pane.display:
            self._paint_detail()

    def _result_rows(self, inputs: Inputs) -> list[Row]:
        width = min(RESULT_WIDTH, self.results_pane.size.width)
        flags = self.answer.decision.flags if self.answer is not None else inputs.flags
        cautions: list[Line] = [(), *flag_lines(flags, width, self.look)] if flags else []
        results = result_rows(
            self.figures,
            inputs,
            width,
            self.look,
            decision=self.answer.decision if self.answer is not None else None,
            close=self.results_pane.size.height < 19,
        )
        return [*results, *(Row(line) for line in cautions)]

    def _paint_detail(self) -> None:
        found, tab = self.answer, self.tab if self.tab != "results" else "years"
        if found is None:
            self.detail_pane.show_rows([])
            return
        history = self.suggestion.history if self.suggestion is not None else None
        size = self.detail_pane.size
        past = history.years if history is not None else ()
        make = partial(tab_rows, tab, found, past, self.bars, size.width, size.height, self.look)
        if tab in _DRAWN:
            self.start(partial(self._show_drawn, found, tab, make), "draw")
            return
        self.detail_pane.show_rows(make())
        if tab == "tornado" and self._weighed is not found:
            self.start(self._weigh, "weigh")

    async def _show_drawn(self, found: Answer, tab: str, make: Callable[[], list[Row]]) -> None:
        rows = await asyncio.to_thread(make)
        if self.answer is found and self.tab == tab:
            self.detail_pane.show_rows(rows)

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
            self.start(partial(edit_input, self, _FIELD[name]), "act")
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
            inputs, recorded = self.stated
            self.change(Stated(as_recorded(inputs, recorded, _FIELD[name]), recorded))

    def action_do_undo_edit(self) -> None:
        if not self.before:
            self.say("Nothing is changed that could be taken back.")
            return
        self.turn_to(self.before.pop())
        self._message = ("Taken back.", "bar")
        self.paint()

    def action_do_challenger(self) -> None:
        self.start(partial(choose_challenger, self), "act")

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
        found = self.answer
        if found is None or found.decision.futures.paths < PATHS:
            self.say("There is no answer yet that could be kept.")
        elif len(self.scenarios) == MOST_SCENARIOS:
            self.say(f"There are {MOST_SCENARIOS} already: = shows them, x there drops one.")
        else:
            name = scenario_name(found.inputs, self.scenarios)
            self.scenarios.append(Scenario(name, found))
            self.say(f"Kept as {name}. = shows all side by side.", "news")

    def action_do_scenarios(self) -> None:
        if not self.scenarios:
            self.say("No scenario yet: + keeps what is compared now as one.")
            return
        from dispatch_tui.screens.scenarios import ScenariosScreen

        self.app.push_screen(ScenariosScreen(self.scenarios, self._take_up, self.look))

    def _take_up(self, scenario: Scenario) -> None:
        if self.stated is not None and self.suggestion is not None:
            inputs = scenario.answer.inputs
            self.change(Stated(inputs, self.suggestion.named(self.stated.recorded, inputs.challenger)))

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The bar explains the input, or the bar of the tornado, under the cursor."""
        event.stop()
        self.say(self._words_on(event.key) if event.key else "")

    def _words_on(self, key: str) -> str:
        kind, _, name = key.partition(":")
        inputs = self.inputs
        if inputs is None:
            return ""
        if kind == "input" and inputs.value(field := _FIELD[name]) is not None:
            return f"{field.label} {field_text(field, inputs)}. {source_sentence(inputs.origin(field))}"
        if kind == "bar" and self.bars is not None:
            return bar_words(next(bar for bar in self.bars if bar.key == name), inputs)
        return ""

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        event.rows.focus()
        self.action_do_look_into()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        kind, _, name = event.action.partition(":")
        if kind == "tab":
            event.stop()
            self._show(name)


def _reckoned(inputs: Inputs, seed: int, paths: int, last: Answer | None) -> tuple[Answer, dict[str, Figure]]:
    found = answer(inputs, seed=seed, paths=paths, last=last)
    return found, explain(found.decision)
