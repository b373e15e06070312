"""Aligned columns of text that fit a width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from dispatch_tui.cli.output import Output, Style

GAP = 2


class Column(NamedTuple):
    """A column: numbers stand ``right``. Where room is short those with a high ``rank`` are left out first;
    those with a ``least`` number of cells may be cut to it, the others stand in full."""

    title: str
    rank: int = 0
    least: int = 0
    right: bool = False


class Cell(NamedTuple):
    """Plain text of one line, with the colour it has where there are colours."""

    text: str
    style: Style = ""


def table(out: Output, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Write a heading and the rows; columns without any text are left out."""
    filled = [i for i in range(len(columns)) if any(row[i].text for row in rows)]
    natural = {i: max([cells(columns[i].title), *(cells(row[i].text) for row in rows)]) for i in filled}
    widths = fit(columns, natural, out.width)
    out.line(out.styled(_line(columns, widths, [Cell(column.title) for column in columns], None), "bold"))
    for row in rows:
        out.line(_line(columns, widths, row, out))


def fit(columns: Sequence[Column], natural: dict[int, int], width: int | None) -> dict[int, int]:
    """Widths by column number, so that the whole takes at most ``width`` cells; what has no room is absent."""
    if width is None:
        return natural
    widths: dict[int, int] = {}
    for i in sorted(natural, key=lambda i: columns[i].rank):
        least = min(natural[i], columns[i].least or natural[i])
        if widths and sum(widths.values()) + GAP * len(widths) + least > width:
            break
        widths[i] = min(least, width)
    spare = width - sum(widths.values()) - GAP * (len(widths) - 1)
    while spare > 0 and (short := [i for i in widths if widths[i] < natural[i]]):
        share = max(1, spare // len(short))
        for i in short:
            more = min(share, natural[i] - widths[i], spare)
            widths[i] += more
            spare -= more
    return widths


def cells(text: str) -> int:
    """How many cells a terminal gives to ``text``."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def clip(text: str, width: int) -> str:
    """``text`` cut to ``width`` cells, with a sign where something is missing."""
    if cells(text) <= width:
        return text
    kept, used = "", 0
    for char in text:
        used += _cells_of(char)
        if used > width - 1:
            break
        kept += char
    return f"{kept}…" if width > 0 else ""


def _cells_of(char: str) -> int:
    if combining(char) or char == "\u200d":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _line(columns: Sequence[Column], widths: dict[int, int], row: Sequence[Cell], out: Output | None) -> str:
    parts = []
    for i, width in sorted(widths.items()):
        text = clip(row[i].text, width)
        pad = " " * (width - cells(text))
        shown = out.styled(text, row[i].style) if out is not None else text
        parts.append(pad + shown if columns[i].right else shown + pad)
    return (" " * GAP).join(parts).rstrip()
