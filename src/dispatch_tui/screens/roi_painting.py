"""What the repair-or-replace panel shows in each of its panes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.futures import PATHS
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.sensitivity import tornado
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.widgets.pieces import Line, Piece
from dispatch_tui.widgets.roi_inputs import input_rows
from dispatch_tui.widgets.roi_lines import fault_lines, flag_lines, result_rows, title_line, verdict_lines
from dispatch_tui.widgets.roi_tabs import tab_rows, tab_titles
from dispatch_tui.widgets.rows import Row
from dispatch_tui.widgets.unit_tables import tab_line

if TYPE_CHECKING:
    from dispatch_tui.screens.roi import RoiScreen

RESULT_WIDTH = 44
"""No wider, so that a number stands near its name."""
_DRAWN = {"forecast", "keeping"}
"""The tabs with a picture, which takes longer than a frame to draw."""


def paint_panel(panel: RoiScreen) -> None:
    """Fill every pane from what is known."""
    panel.paint_keys()
    look, width, found = panel.look, panel.size.width, panel.answer
    cautions = len(found.decision.flags) if found is not None else 0
    panel.tabs.show([tab_line(tab_titles(cautions, look), panel.tab, look)])
    stated = panel.stated
    if stated is None:
        panel.title_bar.show([(Piece(" Reading the unit's record …", "dim"),)])
        return
    inputs, rivals = stated.inputs, [one.challenger for one in stated.rivals]
    preview = found is not None and found.decision.futures.paths < PATHS
    panel.title_bar.show([title_line(inputs, rivals, width, look, preview=preview)])
    fault = panel.fault.field if panel.fault else ""
    panel.inputs_pane.show_rows(input_rows(inputs, rivals, fault, look, panel.folds))
    panel.results_pane.show_rows(_result_rows(panel, inputs))
    if found is not None:
        panel.verdict_pane.show(verdict_lines(verdict(found.decision), width, look))
    elif panel.fault is not None:
        panel.verdict_pane.show(fault_lines(panel.fault, width, look))
    if panel.detail_pane.display:
        _paint_detail(panel)


def _result_rows(panel: RoiScreen, inputs: Inputs) -> list[Row]:
    found, size = panel.answer, panel.results_pane.size
    width = min(RESULT_WIDTH, size.width)
    flags = found.decision.flags if found is not None else inputs.flags
    cautions: list[Line] = [(), *flag_lines(flags, width, panel.look)] if flags else []
    results = result_rows(
        panel.figures,
        inputs,
        width,
        panel.look,
        decision=found.decision if found is not None else None,
        close=size.height < 19,
    )
    return [*results, *(Row(line) for line in cautions)]


def _paint_detail(panel: RoiScreen) -> None:
    found, tab = panel.answer, panel.tab if panel.tab != "results" else "years"
    if found is None:
        panel.detail_pane.show_rows([])
        return
    suggestion, size = panel.suggestion, panel.detail_pane.size
    history = suggestion.history if suggestion is not None else None
    past = history.years if history is not None else ()
    parts = suggestion.parts if suggestion is not None else ()
    make = partial(tab_rows, tab, found, past, panel.bars, parts, size.width, size.height, panel.look)
    if tab in _DRAWN:
        panel.start(partial(_show_drawn, panel, found, tab, make), "draw")
        return
    panel.detail_pane.show_rows(make())
    if tab == "tornado" and panel.weighed is not found:
        panel.start(partial(_weigh, panel), "weigh")


async def _show_drawn(panel: RoiScreen, found: Answer, tab: str, make: Callable[[], list[Row]]) -> None:
    rows = await asyncio.to_thread(make)
    if panel.answer is found and panel.tab == tab:
        panel.detail_pane.show_rows(rows)


async def _weigh(panel: RoiScreen) -> None:
    """The tornado of the full answer, beside the event loop."""
    found = panel.answer
    if found is None or found.decision.futures.paths != PATHS or panel.weighed is found:
        return
    bars = await asyncio.to_thread(tornado, found.decision)
    if panel.answer is found:
        panel.bars, panel.weighed = bars, found
        panel._paint()
