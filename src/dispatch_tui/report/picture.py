"""The picture on the customer's page: what each way has cost by the end of each year, as SVG.

Drawn by hand: two bands, two lines, an axis. Keeping is dashed and replacing solid, so that it prints in black and
white; nothing in it is foreign text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from dispatch_tui.roi.picture import Course
from dispatch_tui.text import money

WIDTH, HEIGHT = 640, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 96, 14, 34
KEEP_INK, NEW_INK, GREY = "#9a5b13", "#1f5f8b", "#666666"
_FONT = "Libertinus Serif, Georgia, serif"


def chart(keep: Course, new: Course, currency: str, digits: int) -> str:
    """The SVG document. Money is minor units with ``digits`` decimals."""
    years = len(keep.mean) - 1
    whole = float(10**digits)
    every = [float(value) / whole for one in (keep, new) for value in (*one.low, *one.high)]
    low, high = min(0.0, *every), max(*every, 1.0)
    step = nice_step(high - low)
    top, floor = math.ceil(high / step) * step, math.floor(low / step) * step

    def x(year: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * year / years

    def y(amount: float) -> float:
        return _TOP + (HEIGHT - _TOP - _BOTTOM) * (top - amount) / (top - floor)

    def spot(year: int, minor: float) -> str:
        return f"{x(year):.1f},{y(minor / whole):.1f}"

    named = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="{_FONT}" font-size="12"'
    drawn = [f'<svg xmlns="http://www.w3.org/2000/svg" {named}>']
    for tick in range(round((top - floor) / step) + 1):
        amount = floor + tick * step
        drawn.append(_line(_LEFT, y(amount), WIDTH - _RIGHT, y(amount), "#dddddd"))
        drawn.append(_text(_LEFT - 8, y(amount) + 4, money(round(amount), "", 0).strip(), GREY, "end"))
    drawn += [
        _text(x(year), HEIGHT - 14, str(year) if year else "today", GREY, "middle")
        for year in range(0, years + 1, max(1, math.ceil(years / 10)))
    ]
    drawn.append(_text(WIDTH - _RIGHT + 10, HEIGHT - 14, "years", GREY))
    drawn.append(_text(WIDTH - _RIGHT + 10, y(top) + 4, currency if currency.isalnum() else "", GREY))
    for course, ink, dash in ((keep, KEEP_INK, "6 3"), (new, NEW_INK, "")):
        edge = [spot(k, v) for k, v in enumerate(course.low)]
        edge += [spot(k, course.high[k]) for k in range(years, -1, -1)]
        drawn.append(f'<polygon points="{" ".join(edge)}" fill="{ink}" fill-opacity="0.14"/>')
        drawn.append(_path([spot(k, v) for k, v in enumerate(course.mean)], ink, dash))
    ends = _apart([y(keep.mean[-1] / whole), y(new.mean[-1] / whole)], 15)
    for end, words, ink in zip(ends, ("keep", "replace"), (KEEP_INK, NEW_INK), strict=True):
        drawn.append(_text(WIDTH - _RIGHT + 10, end + 4, words, ink))
    return "\n".join((*drawn, "</svg>"))


def nice_step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that four to eight steps make the span."""
    rough = span / 5
    power = math.pow(10.0, math.floor(math.log10(rough)))
    return next(step for one in (1, 2, 5, 10) if (step := power * one) >= rough)


def _apart(heights: Sequence[float], least: float) -> list[float]:
    """The two heights, moved so that their words do not cover each other."""
    first, second = heights
    short = least - abs(first - second)
    if short <= 0:
        return [first, second]
    up = -short / 2 if first <= second else short / 2
    return [first + up, second - up]


def _line(x1: float, y1: float, x2: float, y2: float, ink: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}"/>'


def _text(x: float, y: float, words: str, ink: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" text-anchor="{anchor}">{words}</text>'


def _path(spots: Iterable[str], ink: str, dash: str) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{" ".join(spots)}" fill="none" stroke="{ink}" stroke-width="2.2"{dashed}/>'
