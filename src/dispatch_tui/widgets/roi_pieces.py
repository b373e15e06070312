"""What the tabs of the repair-or-replace panel are pieced together from."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Row


def whole(minor: float, digits: int) -> str:
    """Money in whole units: the panel's heading names the currency."""
    return f"{round(minor / 10**digits):,}"


def head(words: str) -> Row:
    return Row((Piece(f" {words}", "dim"),))


def notes(words: str, width: int) -> list[Row]:
    return [Row((Piece(f" {line}", "dim"),)) for line in wrap(words, max(20, width - 2))]


def bullets(sentences: Iterable[str], width: int, look: Look) -> list[Row]:
    rows: list[Row] = []
    for sentence in sentences:
        first, *others = wrap(plain(sentence), max(16, width - 4)) or [""]
        rows.append(Row((Piece(f" {look.glyphs.bullet} ", "dim"), Piece(first, "text"))))
        rows += [Row((Piece(f"   {rest}", "text"),)) for rest in others]
    return rows
