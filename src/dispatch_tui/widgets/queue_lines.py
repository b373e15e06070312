"""A row of the queue as a line: marks, cells, news of other sessions, and the rail at the right edge."""

from __future__ import annotations

from typing import NamedTuple

from dispatch_tui.store.rows import QueueRow
from dispatch_tui.themes import Glyphs, Look
from dispatch_tui.widgets.columns import Placed, View, cells
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.window import Window

GONE_WORDS = "no longer in this queue"


class Marks(NamedTuple):
    """What a row carries besides its cells. ``news`` says who changed it elsewhere, empty mostly."""

    under_cursor: bool = False
    selected: bool = False
    gone: bool = False
    news: str = ""


def row_line(
    row: QueueRow, placed: tuple[Placed, ...], view: View, marks: Marks, rail: str, width: int
) -> Line:
    """The whole line of a row, ``width`` cells with the rail."""
    body = cells(row, placed, view)
    words = marks.news or (GONE_WORDS if marks.gone else "")
    if words:
        body = _with_words(body, words, width - 3, view.look)
    return (*_signs(marks, view.look.glyphs), *body, Piece(rail, "dim"))


def _signs(marks: Marks, glyphs: Glyphs) -> Line:
    cursor = Piece(glyphs.cursor, "accent") if marks.under_cursor else Piece(" ")
    if marks.gone:
        return (cursor, Piece(glyphs.gone, "news"))
    if marks.selected:
        return (cursor, Piece(glyphs.selected, "accent"))
    return (cursor, Piece(glyphs.news, "news") if marks.news else Piece(" "))


def _with_words(body: Line, words: str, width: int, look: Look) -> Line:
    """The words at the right of the row, over what stands there, at most half of it."""
    room = min(len(words) + 2, width // 2)
    left = width - room
    kept: list[Piece] = []
    for piece in body:
        if left <= 0:
            break
        kept.append(piece if len(piece.text) <= left else Piece(fit(piece.text, left, look), piece.style))
        left -= len(piece.text)
    return (*kept, Piece(" " + fit(words, room - 1, look, right=True), "news"))


def rail_sign(window: Window, total: int | None, index: int, glyphs: Glyphs) -> str:
    """The sign at the right edge of line ``index`` of the view: where in the queue the view is."""
    if window.at_start and window.at_end and len(window.rows) <= window.height:
        return " "
    size = total if total is not None else len(window.rows)
    if window.base is None or size <= 0:
        return glyphs.rail
    length = max(1, round(window.height * window.height / max(size, window.height)))
    first = window.base + window.top
    start = round(first / max(1, size - window.height) * (window.height - length))
    return glyphs.thumb if start <= index < start + length else glyphs.rail
