"""Cost and failures by year as a chart of characters, legible without colour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece

_LEAST_WIDTH, _LEAST_HEIGHT = 24, 6
_CELLS_A_YEAR = 4


class Bar(NamedTuple):
    """One year: what repairs and other work cost (major units of money), how many failures."""

    year: int
    repairs: float
    other: float
    failures: int


class Signs(NamedTuple):
    """The characters that the chart is drawn with."""

    repairs: str
    other: str
    failures: str


UNICODE_SIGNS, ASCII_SIGNS = Signs("█", "░", "●"), Signs("#", ".", "o")


def cost_chart(bars: Sequence[Bar], width: int, height: int, look: Look) -> list[Line]:
    """Stacked bars of cost (left scale) with a mark at the number of failures (right scale), and a legend.

    The latest years are shown where there is no room for all. Without room for a chart: no lines.
    """
    if not bars or width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
        return []
    ascii_only = look.glyphs.ascii_only
    signs = ASCII_SIGNS if ascii_only else UNICODE_SIGNS
    shown = list(bars)[-max(2, (width - 12) // _CELLS_A_YEAR) :]
    rows = _drawn(shown, width, height - 1, signs, ascii_only=ascii_only)
    return [_legend(signs), *(coloured(row, {signs.repairs: "text", signs.failures: "late"}) for row in rows)]


def _drawn(bars: Sequence[Bar], width: int, height: int, signs: Signs, *, ascii_only: bool) -> list[str]:
    import plotext  # 0.2 s: loaded when the first chart is drawn

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height)
    years = [bar.year for bar in bars]
    heights = [[max(0.0, bar.repairs) for bar in bars], [max(0.0, bar.other) for bar in bars]]
    figure.draw(figure.bar(years, heights, stacked=True, marker=[signs.repairs, signs.other], width=0.6))
    failures = [bar.failures for bar in bars]
    figure.draw(figure.signal(years, failures, marker=signs.failures, yside="right"))
    top = nice_top(max(map(sum, zip(*heights, strict=True))))
    ticks = [0.0, top / 2, top]
    figure.ruler("y", "left").lim(0, top)
    figure.ruler("y", "left").ticks(ticks, [short(tick) for tick in ticks])
    most = max(2, max(failures) + max(failures) % 2)
    figure.ruler("y", "right").lim(0, most)
    figure.ruler("y", "right").ticks([0, most // 2, most], ["0", str(most // 2), str(most)])
    every = -(-len(years) * 6 // max(6, width - 12))
    spare = max(0, 6 - len(years)) / 2
    figure.ruler("x").lim(years[0] - 0.5 - spare, years[-1] + 0.5 + spare)
    figure.ruler("x").ticks(years[::every], [str(year) for year in years[::every]])
    figure.axes(False, axis="x", side="upper")
    text = plotext.uncolorize(str(figure.build()))
    rows = [row.rstrip() for row in text.splitlines()]
    return [in_ascii(row) for row in rows] if ascii_only else rows


_FRAME = str.maketrans("│┤├┴┬─└┘┌┐┼", "||||+-++++|")


def in_ascii(row: str) -> str:
    """A drawn row in the letters of a terminal that knows no others."""
    return row.translate(_FRAME).encode("ascii", "replace").decode("ascii")


def nice_top(value: float) -> float:
    """The next 1, 2, 4, 6 or 10 times a power of ten, at least 1: a scale that halves well."""
    if value <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 10) if step * power >= value)


def short(value: float) -> str:
    """A number in at most five cells: ``800``, ``12k``, ``1.5M``."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            scaled = value / size
            return f"{scaled:.1f}".rstrip("0").rstrip(".") + letter
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _legend(signs: Signs) -> Line:
    return (
        Piece(f" {signs.repairs} ", "text"),
        Piece("repairs  ", "dim"),
        Piece(f"{signs.other} ", "dim"),
        Piece("other work  ", "dim"),
        Piece(f"{signs.failures} ", "late"),
        Piece("failures, right scale", "dim"),
    )


def coloured(row: str, styles: Mapping[str, str]) -> Line:
    """A drawn row with a style for each sign; the frame and what has none are dim."""
    return tuple(
        Piece("".join(run), style) for style, run in groupby(row, key=lambda sign: styles.get(sign, "dim"))
    )
