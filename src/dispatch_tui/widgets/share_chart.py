"""Clocks missed by period as a chart of characters, with the share that was met below each period's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dispatch_tui.themes import Look
from dispatch_tui.widgets.chart import coloured, in_ascii, nice_top, short
from dispatch_tui.widgets.pieces import Line, Piece

_LEAST_WIDTH, _LEAST_HEIGHT = 30, 6
_FRAME = 6
_CELLS = 6
"""Cells that the scale takes, and that a period takes with its name."""
_TICK = "┬"


class ShareBar(NamedTuple):
    """One period: its short name, how many clocks were missed, the share met as it is written (may be empty)."""

    name: str
    missed: int
    share: str


def share_chart(bars: Sequence[ShareBar], width: int, height: int, look: Look) -> list[Line]:
    """A legend, bars of clocks missed over their names, and the shares.

    The latest periods are shown where there is no room for all. Without room for a chart: no lines.
    """
    if not bars or width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
        return []
    missed = "#" if look.glyphs.ascii_only else "█"
    shown = list(bars)[-max(2, (width - _FRAME) // _CELLS) :]
    rows = _drawn(shown, width, height - 2, missed)
    places = [place for place, sign in enumerate(rows[-2]) if sign == _TICK]
    if look.glyphs.ascii_only:
        rows = [in_ascii(row) for row in rows]
    legend = (Piece(f" {missed} ", "late"), Piece("missed, and the share met below", "dim"))
    plot = [coloured(row, {missed: "late"}) for row in rows[:-1]]
    names, shares = [bar.name for bar in shown], [bar.share for bar in shown]
    return [legend, *plot, (Piece(_under(places, names), "dim"),), (Piece(_under(places, shares), "text"),)]


def _drawn(bars: Sequence[ShareBar], width: int, height: int, missed: str) -> list[str]:
    import plotext  # 0.2 s: loaded when the first chart is drawn

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    plotext.terminal.limit(False, False)  # the size is that of a pane, which we know better
    try:
        figure.plot_size(width, height)
    finally:
        plotext.terminal.limit()
    places = list(range(len(bars)))
    figure.draw(figure.bar(places, [bar.missed for bar in bars], marker=missed, width=0.5))
    top = nice_top(max(2, *(bar.missed for bar in bars)))
    figure.ruler("y", "left").lim(0, top)
    figure.ruler("y", "left").ticks([0, top / 2, top], [f"{short(tick):>4}" for tick in (0, top / 2, top)])
    spare = max(0, 6 - len(bars)) / 2
    figure.ruler("x").lim(-0.5 - spare, len(bars) - 0.5 + spare)
    figure.ruler("x").ticks(places, ["."] * len(bars))
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")
    text = plotext.uncolorize(str(figure.build()))
    return [row.rstrip() for row in text.splitlines()]


def _under(places: Sequence[int], words: Sequence[str]) -> str:
    """Words centred under their places."""
    line = ""
    for place, word in zip(places, words, strict=True):
        line = line.ljust(place - len(word) // 2) + word
    return line
