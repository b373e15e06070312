"""The lines of a saved recommendation: what it said, what was decided, and every value then and today."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from dispatch_tui.roi.figures import Figure, Unit, shown
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.kept import InputChange, ResultChange
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.store.recommendations import SavedRecommendation
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.roi_inputs import source_sign, source_word, value_text
from dispatch_tui.widgets.roi_pieces import whole
from dispatch_tui.widgets.rows import Row

if TYPE_CHECKING:
    from dispatch_tui.desk.recommendations import Reopened

HEAD_HEIGHT = 8
_NAME, _VALUE = 26, 18


def title_line(saved: SavedRecommendation, width: int, look: Look) -> Line:
    """Which unit, when, by whom, for which call."""
    by = f" by {plain(saved.by)}" if saved.by else ""
    call = f", {plain(saved.call)}" if saved.call else ""
    words = f" {plain(saved.serial)}: recommended on {saved.made_at:%Y-%m-%d}{by}{call}"
    return (Piece(fit(words, width, look), "bold"),)


def head_lines(found: Reopened, width: int, look: Look) -> list[Line]:
    """Then, today, what was presented and what was decided: at most :data:`HEAD_HEIGHT` lines."""
    saved = found.saved
    said = _today(found)
    turned = found.answer is not None and verdict(found.answer.decision).answer != saved.result["answer"]
    decided = f"{saved.decided}. {plain(saved.reason)}" if saved.decided else "nothing yet: d records it"
    lines = [
        *_told("Then", saved.result["sentence"], "text", width),
        *_told("Today", said, "soon" if turned or found.answer is None else "bold", width),
        *_told("Presented", plain(saved.presented) or look.glyphs.none, "dim", width, most=1),
        *_told("Decided", decided, "text", width),
    ]
    return lines[:HEAD_HEIGHT]


def _today(found: Reopened) -> str:
    if found.answer is not None:
        return verdict(found.answer.decision).sentence
    if found.fault is not None:
        return f"no answer: {found.fault.reason}. {found.fault.remedy}"
    return ""


def _told(name: str, words: str, style: str, width: int, most: int = 2) -> list[Line]:
    first, *others = wrap(plain(words), max(20, width - 14))[:most] or [""]
    return [
        (Piece(f" {name:<11}", "dim"), Piece(first, style)),
        *((Piece(f" {'':<11}", "dim"), Piece(rest, style)) for rest in others),
    ]


def change_rows(found: Reopened, width: int, look: Look) -> list[Row]:
    """Every result, and the inputs that are others today."""
    inputs = found.inputs
    rows = [_heading("Results", width, look)]
    rows += [_result_row(one, inputs, look) for one in found.result_changes]
    rows += [Row(()), _heading("Inputs that have changed", width, look)]
    if not found.input_changes:
        rows.append(Row((Piece(" None: every input is as it was.", "dim"),)))
    return [*rows, *_input_rows(found.input_changes, inputs, look)]


def _heading(title: str, width: int, look: Look) -> Row:
    words = f" {title:<{_NAME}}{'then':>{_VALUE}}{'today':>{_VALUE}}"
    return Row((Piece(fit(words, width, look), "dim"),))


def _result_row(one: ResultChange, inputs: Inputs, look: Look) -> Row:
    was, now = (_shown(one, value, inputs) for value in (one.was, one.now))
    return Row(_line(one.label, was, now, look), f"result:{one.key}")


def _shown(one: ResultChange, value: float | None, inputs: Inputs) -> str:
    if value is not None and one.unit in (Unit.MONEY, Unit.MONEY_A_YEAR):
        return f"{whole(value, inputs.digits)} {plain(inputs.currency)}"
    return shown(Figure(one.key, one.label, value, one.unit), "", inputs.digits)


def _input_rows(changes: Sequence[InputChange], inputs: Inputs, look: Look) -> list[Row]:
    rows = []
    for one in changes:
        new = ", new" if one.field.key.startswith("challenger") else ""
        new = f", {plain(one.challenger)}" if one.challenger else new
        was, now = (value_text(one.field, value, inputs) for value in (one.was, one.now))
        source = f"  {source_sign(one.origin, look)} {source_word(one.origin)}"
        line = (*_line(f"{one.field.label}{new}", was, now, look), Piece(source, "dim"))
        rows.append(Row(line, f"input:{one.field.name}"))
    return rows


def _line(label: str, was: str, now: str, look: Look) -> Line:
    same = was == now
    return (
        Piece(f" {fit(label, _NAME, look)}", "text"),
        Piece(fit(was, _VALUE, look, right=True), "dim"),
        Piece(fit(now, _VALUE, look, right=True), "dim" if same else "bold"),
    )
