"""Repair or replace: the inputs with their sources on the left, the answer on the right."""

from __future__ import annotations

import asyncio
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
from dispatch_tui.roi.figures import Figure
from dispatch_tui.roi.futures import PATHS, PREVIEW_PATHS
from dispatch_tui.roi.inputs import FIELDS, Inputs, as_recorded, edit, parse
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching
from dispatch_tui.screens.page import Page
from dispatch_tui.text import money, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece
from dispatch_tui.widgets.roi_lines import (
    fault_lines,
    field_text,
    flag_lines,
    input_rows,
    result_rows,
    source_sentence,
    title_line,
    typed_text,
    verdict_lines,
    year_lines,
)
from dispatch_tui.widgets.rows import Row, Rows

WIDE_FROM, TALL_FROM = 150, 38
"""From this width the table by year has a column of its own, from this height it stands below the results."""
RESULT_WIDTH = 44
"""No wider, so that a number stands near its name."""

_FIELD = {field.name: field for field in FIELDS}

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
    """One unit's comparison. An edited input counts at once; nothing is written to the database."""

    kind = ROI
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(ROI)]
    DEFAULT_CSS = """
    RoiScreen #title { height: 1; }
    RoiScreen #verdict { height: 3; margin: 0 0 1 0; }
    RoiScreen #body { height: 1fr; }
    RoiScreen #inputs { width: 42; }
    RoiScreen #right { width: 1fr; height: 1fr; margin: 0 0 0 1; layout: vertical; }
    RoiScreen #years { display: none; width: 1fr; height: 1fr; }
    RoiScreen.-tall #years, RoiScreen.-wide #years { display: block; }
    RoiScreen.-tall #results { height: 21; }
    RoiScreen.-wide #right { layout: horizontal; }
    RoiScreen.-wide #results { width: 50; }
    """

    title_bar = getters.query_one("#title", Lines)
    verdict_pane = getters.query_one("#verdict", Lines)
    inputs_pane = getters.query_one("#inputs", Rows)
    results_pane = getters.query_one("#results", Rows)
    years_pane = getters.query_one("#years", Lines)

    def __init__(self, desk: Desk, unit_id: int, look: Look) -> None:
        super().__init__(look)
        self.desk, self.unit_id = desk, unit_id
        self.suggestion: Suggestion | None = None
        self.inputs: Inputs | None = None
        self.answer: Answer | None = None
        self.fault: InvalidInput | None = None
        self.figures: dict[str, Figure] = {}
        self._recorded: Inputs | None = None
        self._drawn: Answer | None = None
        """The last full answer, whose futures serve again while only money, rates or years change."""

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        yield Lines(self.look, id="verdict")
        with Horizontal(id="body"):
            yield Rows(self.look, id="inputs")
            with Container(id="right"):
                yield Rows(self.look, id="results")
                yield Lines(self.look, id="years")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.results_pane if self.results_pane.has_focus else self.inputs_pane

    def on_mount(self) -> None:
        self.inputs_pane.focus()
        self.start(self._read, "read")

    async def _read(self) -> None:
        self.suggestion = await asyncio.to_thread(suggest, self.desk, self.unit_id, self.app.settings.roi)
        self._recorded = self.suggestion.inputs
        await self.use(self.suggestion.inputs)

    async def use(self, inputs: Inputs) -> None:
        """Compare with these inputs: a preview on some of the futures at once, then the answer on all of them.

        Where something is missing, say what.
        """
        self.inputs, self._message = inputs, ("", "bar")
        try:
            if self._must_draw(inputs):
                await self._decide(inputs, PREVIEW_PATHS)
            await self._decide(inputs, PATHS)
        except InvalidInput as fault:
            self.answer, self.fault, self.figures = None, fault, {}
            self.paint()

    def _must_draw(self, inputs: Inputs) -> bool:
        """Whether the futures at hand no longer serve; money, rates and years leave them as they are."""
        return self._drawn is None or any(
            getattr(self._drawn.inputs, name) != getattr(inputs, name) for name in _DRAWN_BY
        )

    async def _decide(self, inputs: Inputs, paths: int) -> None:
        found = await asyncio.to_thread(answer, inputs, seed=self.unit_id, paths=paths, last=self._drawn)
        if self.inputs is not inputs:
            return  # edited meanwhile: a newer answer is on its way
        self.answer, self.fault, self.figures = found, None, explain(found.decision)
        self._drawn = found if paths == PATHS else None
        self.paint()

    # Painting

    def paint(self) -> None:
        wide = self.size.width >= WIDE_FROM
        self.set_class(wide, "-wide")
        self.set_class(not wide and self.size.height >= TALL_FROM, "-tall")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        inputs, width = self.inputs, self.size.width
        if inputs is None:
            self.title_bar.show([(Piece(" Reading the unit's record …", "dim"),)])
            return
        self.title_bar.show([title_line(inputs, width, self.look)])
        self.inputs_pane.show_rows(input_rows(inputs, self.fault.field if self.fault else "", self.look))
        self.results_pane.show_rows(self._result_rows(inputs))
        self._paint_verdict(width)

    def _paint_verdict(self, width: int) -> None:
        if self.answer is not None:
            decision = self.answer.decision
            self.verdict_pane.show(verdict_lines(verdict(decision), width, self.look))
            self.years_pane.show([*year_lines(decision, self.years_pane.size.width, self.look)])
        elif self.fault is not None:
            self.verdict_pane.show(fault_lines(self.fault, width, self.look))
            self.years_pane.show([])

    def _result_rows(self, inputs: Inputs) -> list[Row]:
        width = min(RESULT_WIDTH, self.results_pane.size.width)
        flags = self.answer.decision.flags if self.answer is not None else inputs.flags
        cautions: list[Line] = [(), *flag_lines(flags, width, self.look)] if flags else []
        results = result_rows(
            self.figures,
            inputs,
            width,
            self.look,
            error=self.answer.decision.error if self.answer is not None else 0.0,
            close=self.results_pane.size.height < 19,
        )
        return [*results, *(Row(line) for line in cautions)]

    # Keys

    def action_do_other_side(self) -> None:
        (self.inputs_pane if self.results_pane.has_focus else self.results_pane).focus()

    def action_do_look_into(self) -> None:
        kind, _, name = self.rows.key.partition(":")
        if kind == "input":
            self.start(partial(self._edit, name), "act")
        elif kind == "result" and self.inputs is not None and self.answer is not None:
            from dispatch_tui.screens.breakdown import BreakdownScreen

            record = self.suggestion.history if self.suggestion is not None else None
            figure = explain(self.answer.decision, ways=self.answer.ways, record=record)[name]
            self.app.push_screen(BreakdownScreen(figure, self.inputs.currency, self.inputs.digits, self.look))

    async def _edit(self, name: str) -> None:
        if self.inputs is None:
            return
        field, digits = _FIELD[name], self.inputs.digits

        def fault(text: str) -> str:
            try:
                parse(field, text, digits)
            except InvalidInput as refused:
                return f"{refused.reason[:1].upper()}{refused.reason[1:]}. {refused.remedy}".strip()
            return ""

        hint = source_sentence(self.inputs.origin(field)) if self.inputs.value(field) is not None else ""
        dialog = TextDialog(
            f"{field.group}: {field.label}, {field.kind.value}",
            hint,
            value=typed_text(field, self.inputs),
            check=fault,
            verb="use it",
        )
        typed = await self.app.push_screen_wait(dialog)
        if typed is not None:
            await self.use(edit(self.inputs, field, typed))

    def action_do_recorded(self) -> None:
        """Put the input back; its source counts again."""
        kind, _, name = self.inputs_pane.key.partition(":")
        if kind == "input" and self.inputs is not None and self._recorded is not None:
            self.start(partial(self.use, as_recorded(self.inputs, self._recorded, _FIELD[name])), "act")

    def action_do_challenger(self) -> None:
        self.start(self._choose_challenger, "act")

    async def _choose_challenger(self) -> None:
        if self.suggestion is None or self.inputs is None or self._recorded is None:
            return
        models = {str(one.id): one for one in self.suggestion.challengers}
        choices = [
            Choice(
                key,
                plain(f"{one.maker} {one.name}").strip(),
                f"{plain(one.family)}  {money(one.price_minor or 0, one.currency)}",
            )
            for key, one in models.items()
        ]
        empty = "No other model in the catalogue has a price. Enter price and life yourself, or press Esc."
        chosen = await self.app.push_screen_wait(
            PickDialog("Replace it by", matching(choices), self.look, empty="" if choices else empty)
        )
        if chosen is not None:
            self._recorded = self.suggestion.against(self._recorded, models[chosen])
            await self.use(self.suggestion.against(self.inputs, models[chosen]))

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The bar explains the input under the cursor."""
        event.stop()
        kind, _, name = event.key.partition(":")
        if kind == "input" and self.inputs is not None and self.inputs.value(_FIELD[name]) is not None:
            field = _FIELD[name]
            self.say(
                f"{field.label} {field_text(field, self.inputs)}. {source_sentence(self.inputs.origin(field))}"
            )
        elif self._message[0]:
            self.say("")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        event.rows.focus()
        self.action_do_look_into()
