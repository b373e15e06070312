"""The pictures of the repair-or-replace panel: failures past and coming, and what each length of keeping costs.

Told by signs, not by colours: a colourless terminal shows the same.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

from dispatch_tui.roi.coming import Coming, Kept
from dispatch_tui.roi.history import YearCost
from dispatch_tui.themes import Look
from dispatch_tui.widgets.chart import coloured, in_ascii, nice_top, short
from dispatch_tui.widgets.pieces import Line, Piece

LEAST_WIDTH, LEAST_HEIGHT = 24, 6
_FRAME = 7
"""Cells that the scale takes."""
_PAST_AT_MOST = 12
_DRAWING = threading.Lock()
"""The library has one figure for all, and pictures are drawn in threads."""


class Signs(NamedTuple):
    """The characters of both pictures."""

    seen: str
    band: str
    mean: str
    cost: str
    best: str
    level: str


UNICODE_SIGNS = Signs("█", "░", "●", "○", "●", "─")
ASCII_SIGNS = Signs("#", ":", "o", "x", "O", "-")


def signs_of(look: Look) -> Signs:
    return ASCII_SIGNS if look.glyphs.ascii_only else UNICODE_SIGNS


def forecast_chart(
    past: Sequence[YearCost], ahead: Sequence[Coming], width: int, height: int, look: Look
) -> list[Line]:
    """Failures by year: bars on record, then the mean of the coming ones within their band. No room: no lines."""
    if not ahead or width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return []
    signs = signs_of(look)
    with _DRAWING:
        rows = _forecast(past, ahead, width, height, look)
    return [
        _forecast_legend(signs),
        *(coloured(row, {signs.seen: "text", signs.mean: "late"}) for row in rows),
    ]


def _forecast(
    past: Sequence[YearCost], ahead: Sequence[Coming], width: int, height: int, look: Look
) -> list[str]:
    signs = signs_of(look)
    seen = list(past)[-min(_PAST_AT_MOST, max(0, width - _FRAME - len(ahead))) :]
    places = [len(seen) + index for index in range(len(ahead))]
    figure, plotext = _figure(width, height - 1)
    if seen:
        figure.draw(
            figure.bar(list(range(len(seen))), [one.failures for one in seen], marker=signs.seen, width=0.6)
        )
    band = [[one.low for one in ahead], [one.high - one.low for one in ahead]]
    figure.draw(figure.bar(places, band, stacked=True, marker=[" ", signs.band], width=0.6))
    figure.draw(figure.signal(places, [one.mean for one in ahead], marker=signs.mean))
    top = nice_top(max([2.0, *(one.failures for one in seen), *(one.high for one in ahead)]))
    figure.ruler("y", "left").lim(0, top)
    figure.ruler("y", "left").ticks([0, top / 2, top], [f"{short(tick):>4}" for tick in (0, top / 2, top)])
    named = {places[0]: "+1", places[-1]: f"+{ahead[-1].year}"}
    if seen:
        named[0] = str(seen[0].year)
    figure.ruler("x").lim(-0.6, places[-1] + 0.6)
    figure.ruler("x").ticks(list(named), list(named.values()))
    return _rows(figure, plotext, look)


def _forecast_legend(signs: Signs) -> Line:
    return (
        Piece(f" {signs.seen} ", "text"),
        Piece("seen ", "dim"),
        Piece(f"{signs.mean} ", "late"),
        Piece("expected ", "dim"),
        Piece(f"{signs.band} 8 of 10", "dim"),
    )


def keeping_chart(
    lengths: Sequence[Kept], best: int, digits: int, width: int, height: int, look: Look
) -> list[Line]:
    """What keeping so many years costs beyond replacing now, with the best number marked. No room: no lines."""
    if not lengths or width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return []
    signs = signs_of(look)
    with _DRAWING:
        rows = _keeping(lengths, best, digits, width, height, look)
    legend = (
        Piece(f" {signs.cost} ", "text"),
        Piece("years kept: dearer by  ", "dim"),
        Piece(f"{signs.best} ", "late"),
        Piece("best", "dim"),
    )
    return [legend, *(coloured(row, {signs.cost: "text", signs.best: "late"}) for row in rows)]


def _keeping(
    lengths: Sequence[Kept], best: int, digits: int, width: int, height: int, look: Look
) -> list[str]:
    signs = signs_of(look)
    years = [one.years for one in lengths]
    costs = [one.more / 10**digits for one in lengths]
    figure, plotext = _figure(width, height - 1)
    cells = max(2, width - _FRAME)
    level = [years[0] + (years[-1] - years[0]) * step / cells for step in range(cells + 1)]
    figure.draw(figure.signal(level, [0.0] * len(level), marker=signs.level))
    figure.draw(figure.signal(years, costs, marker=signs.cost))
    figure.draw(figure.signal([best], [costs[best - years[0]]], marker=signs.best))
    low, high = min(0.0, *costs), max(0.0, *costs)
    bottom, top = (-nice_top(-low) if low < 0 else 0.0), (nice_top(high) if high > 0 else 0.0)
    if top == bottom:
        top = 1.0
    figure.ruler("y", "left").lim(bottom, top)
    ticks = sorted({bottom, 0.0, top})
    figure.ruler("y", "left").ticks(ticks, [f"{signed(tick):>5}" for tick in ticks])
    named = sorted({years[0], best, years[-1]})
    figure.ruler("x").lim(years[0] - 0.5, years[-1] + 0.5)
    figure.ruler("x").ticks(named, [str(year) for year in named])
    return _rows(figure, plotext, look)


def signed(value: float) -> str:
    """A number on a scale, either sign: ``-12k``, ``0``, ``1.5M``."""
    return f"-{short(-value)}" if value < 0 else short(value)


def _figure(width: int, height: int) -> tuple[Any, Any]:
    import plotext  # 0.2 s: loaded when the first chart is drawn

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    plotext.terminal.limit(False, False)  # the size is that of a pane, which we know better
    try:
        figure.plot_size(width, height)
    finally:
        plotext.terminal.limit()
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")
    return figure, plotext


def _rows(figure: Any, plotext: Any, look: Look) -> list[str]:
    text = plotext.uncolorize(str(figure.build()))
    rows = [row.rstrip() for row in text.splitlines()]
    return [in_ascii(row) for row in rows] if look.glyphs.ascii_only else rows
