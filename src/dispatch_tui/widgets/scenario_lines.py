"""The table of scenarios: one a column, first what each says, then the inputs that set them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.scenarios import Scenario, set_apart
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.roi_inputs import field_text
from dispatch_tui.widgets.roi_pieces import whole
from dispatch_tui.widgets.rows import Row

_NAME, _MOST = 22, 20
"""Cells of the first column, and of a scenario's at most."""


def name_line(scenarios: Sequence[Scenario], at: int, width: int, look: Look) -> Line:
    """The scenarios' names over their columns; the current one stands out."""
    cells = _cells(scenarios, width)
    pieces = [Piece(" " * (_NAME + 1))]
    for index, one in enumerate(scenarios):
        sign = look.glyphs.cursor if index == at else " "
        name = fit(f"{sign}{plain(one.name)}", cells - 1, look, right=True)
        pieces.append(Piece(f" {name}", "current" if index == at else "bold", f"scenario:{index}"))
    return tuple(pieces)


def scenario_rows(scenarios: Sequence[Scenario], at: int, width: int, look: Look) -> list[Row]:
    """What each scenario says, then the inputs in which they differ."""
    cells = _cells(scenarios, width)
    sign = "+-" if look.glyphs.ascii_only else "±"

    def row(label: str, value: Callable[[Decision], str], key: str) -> Row:
        words = [value(one.answer.decision) for one in scenarios]
        return Row(_line(label, words, at, cells, look), key)

    rows = [Row((Piece(" Result", "dim"),))]
    rows += [
        row("Answer", lambda one: verdict(one).answer, "answer"),
        row("Saving", lambda one: f"{whole(one.saving.mean, one.case.digits)} a year", "saving"),
        row("  8 of 10 from", lambda one: whole(one.saving.low, one.case.digits), "low"),
        row("  to", lambda one: whole(one.saving.high, one.case.digits), "high"),
        row(
            "Replacing is cheaper",
            lambda one: f"{one.probability * 100:.0f} {sign}{one.error * 100:.1f} %",
            "probability",
        ),
        row("Repair worth at most", lambda one: whole(one.limit.mean, one.case.digits), "limit"),
        row("If kept, best for", lambda one: f"{one.years} y", "years"),
        row("Downtime avoided", lambda one: f"{one.downtime.mean:.1f} h/year", "downtime"),
        row("Knowing more is worth", lambda one: whole(one.evpi, one.case.digits), "evpi"),
    ]
    differ = set_apart(scenarios)
    title = "What sets them apart" if len(scenarios) > 1 else "Typed in"
    rows += [Row(()), Row((Piece(f" {title}", "dim"),))]
    if not differ:
        words = "Nothing: they are the same." if len(scenarios) > 1 else "Nothing: all as on record."
        return [*rows, Row((Piece(f" {words}", "dim"),))]
    for field in differ:
        new = ", new" if field.key.startswith("challenger") else ""
        values = [field_text(field, one.answer.inputs) for one in scenarios]
        rows.append(Row(_line(f"{field.label}{new}", values, at, cells, look), f"input:{field.name}"))
    return rows


def _line(label: str, values: Sequence[str], at: int, cells: int, look: Look) -> Line:
    return (
        Piece(f" {fit(label, _NAME, look)}", "text"),
        *(
            Piece(fit(value, cells, look, right=True), "bold" if index == at else "text")
            for index, value in enumerate(values)
        ),
    )


def _cells(scenarios: Sequence[Scenario], width: int) -> int:
    return max(10, min(_MOST, (width - _NAME - 2) // len(scenarios)))
