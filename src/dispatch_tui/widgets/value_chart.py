"""One figure by period as a chart of characters, with each value below its period's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dispatch_tui.themes import Look
from dispatch_tui.widgets.chart import coloured, in_ascii, nice_top
from dispatch_tui.widgets.pieces import Line, Piece

_LEAST_WIDTH, _LEAST_HEIGHT = 30, 6
_FRAME, _CELLS = 7, 6
_TICK = "┬"


class ValueBar(NamedTuple):
    """One period: its short name, its value (``None`` where nothing was counted), the value as it is written."""

    name: str
    value: float | None
    words: str


class Scale(NamedTuple):
    """How the axis reads: its top (``None``: from the values), and its ticks as words for the half and the whole."""

    top: float | None
    words: tuple[str, str]


def value_chart(
    bars: Sequence[ValueBar], scale: Scale, target: float | None, width: int, height: int, look: Look
) -> list[Line]:
    """Bars over their names and values, a line of signs at the target. No lines where there is no room, or nothing
    to draw; the latest periods where there is no room for all."""
    shown = list(bars)[-max(2, (width - _FRAME) // _CELLS) :]
    if width < _LEAST_WIDTH or height < _LEAST_HEIGHT or all(bar.value is None for bar in shown):
        return []
    ascii_only = look.glyphs.ascii_only
    sign, aim = ("#", "=") if ascii_only else ("█", "╌")
    rows = _drawn(shown, scale, target, width, height - 1, sign, aim)
    places = [place for place, one in enumerate(rows[-2]) if one == _TICK]
    if ascii_only:
        rows = [in_ascii(row) for row in rows]
    plot = [coloured(row, {sign: "accent", aim: "news"}) for row in rows[:-1]]
    names, words = [bar.name for bar in shown], [bar.words for bar in shown]
    return [*plot, (Piece(_under(places, names), "dim"),), (Piece(_under(places, words), "text"),)]


def _drawn(
    bars: Sequence[ValueBar], scale: Scale, target: float | None, width: int, height: int, sign: str, aim: str
) -> list[str]:
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
    values = [bar.value or 0.0 for bar in bars]
    top = scale.top or nice_top(max(*values, target or 0.0))
    ends = [-0.5 - max(0, 6 - len(bars)) / 2, len(bars) - 0.5 + max(0, 6 - len(bars)) / 2]
    if target is not None and 0 < target <= top:
        figure.draw(figure.signal(ends, [target, target], marker=aim, lines=True))
    figure.draw(figure.bar(places, values, marker=sign, width=0.5))
    figure.ruler("y", "left").lim(0, top)
    figure.ruler("y", "left").ticks([0, top / 2, top], [f"{word:>7}" for word in ("0", *scale.words)])
    figure.ruler("x").lim(*ends)
    figure.ruler("x").ticks(places, ["."] * len(bars))
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")
    text = plotext.uncolorize(str(figure.build()))
    return [row.rstrip() for row in text.splitlines()]


def _under(places: Sequence[int], words: Sequence[str]) -> str:
    """Words centred under their places, none over another."""
    line = ""
    for place, word in zip(places, words, strict=True):
        start = max(0, place - len(word) // 2)
        if line and start <= len(line):
            start = len(line) + 1
        line = line.ljust(start) + word
    return line
