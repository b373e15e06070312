"""Lines as plain data: runs of text with named styles, cut and aligned by terminal cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dispatch_tui.themes import Look


class Piece(NamedTuple):
    """A run of text and the name of its style in :class:`dispatch_tui.themes.Look`.

    ``action`` names what a mouse click on it does, as an action id of the registry, with an argument after ``:``.
    """

    text: str
    style: str = "text"
    action: str = ""


Line = tuple[Piece, ...]


def line(*parts: Piece | str) -> Line:
    """A line from pieces; a bare string is a piece in the ordinary style."""
    return tuple(Piece(part) if isinstance(part, str) else part for part in parts)


def fit(text: str, width: int, look: Look, *, right: bool = False) -> str:
    """``text`` in exactly ``width`` cells, cut with a sign where it is longer."""
    if look.glyphs.ascii_only and not text.isascii():
        text = ascii_text(text)
    if text.isascii():
        size = len(text)
        if size <= width:
            return text.rjust(width) if right else text.ljust(width)
        return text[: width - 1] + look.glyphs.more if width > 1 else text[:width]
    size = cell_len(text)
    if size <= width:
        return " " * (width - size) + text if right else text + " " * (width - size)
    return set_cell_size(text, width - 1) + look.glyphs.more if width > 1 else set_cell_size(text, width)


def width_of(pieces: Iterable[Piece]) -> int:
    return sum(cell_len(piece.text) for piece in pieces)


def strip_of(
    pieces: Sequence[Piece], width: int, look: Look, *, overlay: Style | None = None, fill: str = "text"
) -> Strip:
    """A line of exactly ``width`` cells. Neighbours of one style become one run: fewer bytes to the terminal."""
    runs: list[tuple[str, str]] = []
    for text, style, _action in pieces:
        if not text:
            continue
        if runs and (runs[-1][1] == style or (not text.strip() and style == "text")):
            runs[-1] = (runs[-1][0] + text, runs[-1][1])
        else:
            runs.append((text, style))
    segments = [Segment(_shown(text, look), look.over(style, overlay)) for text, style in runs]
    return Strip(segments).adjust_cell_length(width, look.over(fill, overlay))


def _shown(text: str, look: Look) -> str:
    return ascii_text(text) if look.glyphs.ascii_only and not text.isascii() else text


_TYPOGRAPHY = str.maketrans(
    {"…": "~", "–": "-", "—": "-", "“": '"', "”": '"', "’": "'", "→": ">", "×": "x", "·": "."}
)


def ascii_text(text: str) -> str:
    """``text`` for a terminal that knows ASCII only, cell for cell where that is possible."""
    return text.translate(_TYPOGRAPHY).encode("ascii", "replace").decode("ascii")


def action_at(pieces: Sequence[Piece], x: int) -> str:
    """The action under column ``x``, empty where there is none."""
    start = 0
    for piece in pieces:
        end = start + cell_len(piece.text)
        if start <= x < end:
            return piece.action
        start = end
    return ""
