"""How measures read: a line for each with the period before, the chart of one of them, and its definition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from textwrap import wrap
from typing import Final

from dispatch_tui.care.measures import Measure
from dispatch_tui.desk.looking_back import Figures
from dispatch_tui.desk.reviews import LESS_IS_BETTER
from dispatch_tui.sla.attainment import Period
from dispatch_tui.text import plain, span
from dispatch_tui.themes import Look
from dispatch_tui.widgets.chart import nice_top
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row
from dispatch_tui.widgets.value_chart import Scale, ValueBar, value_chart

_NAME, _VALUE, _OF = 26, 10, 9
_UNIT_SECONDS: Final = {"hours": 3600.0, "days": 86_400.0}


def measure_rows(found: Sequence[Figures], names: Sequence[str], width: int, look: Look) -> list[Row]:
    """A heading, then a line for each measure: the last period beside those before it. Keys ``measure:attained``."""
    beside = (
        max(1, min(len(found) - 1, (width - 4 - _NAME - _VALUE - _OF - 12) // _VALUE))
        if len(found) > 1
        else 0
    )
    before = list(range(len(found) - 1 - beside, len(found) - 1))
    name = max(_NAME, width - 4 - (beside + 1) * _VALUE - _OF - 12)
    head = f" {'measure':<{name}}{'of':>{_OF}}"
    head += "".join(f"{names[place]:>{_VALUE}}" for place in before)
    rows = [Row((Piece(head, "dim"), Piece(f"{names[-1]:>{_VALUE}}", "bold")))]
    for index, one in enumerate(found[-1].measures):
        was = [found[place].measures[index] for place in before]
        rows.append(_measure_row(one, was, name, look))
    return rows


def _measure_row(one: Measure, was: Sequence[Measure], name: int, look: Look) -> Row:
    counted = one.value is not None
    pieces = [
        Piece(f" {fit(one.title, name, look)}", "text" if counted else "dim"),
        Piece(f"{one.of:>{_OF},}", "dim"),
        *(Piece(f"{words_of(other, look):>{_VALUE}}", "dim") for other in was),
        Piece(f"{words_of(one, look):>{_VALUE}}", "bold" if counted else "dim"),
    ]
    return Row((*pieces, *_change(one, was[-1] if was else None, look)), f"measure:{one.key}")


def _change(one: Measure, before: Measure | None, look: Look) -> tuple[Piece, ...]:
    """Better or worse than the period before: sign, word and colour."""
    if before is None or one.value is None or before.value is None:
        return ()
    if words_of(one, look) == words_of(before, look):
        return (Piece("  same", "dim"),)
    up = one.value > before.value
    better = up != (one.key in LESS_IS_BETTER)
    sign = look.glyphs.up if up else look.glyphs.down
    return (Piece(f"  {sign} {'better' if better else 'worse'}", "news" if better else "late"),)


def words_of(one: Measure, look: Look) -> str:
    """The figure as text, with a sign of the terminal's own where nothing was counted."""
    return look.glyphs.none if one.value is None else one.words


def chart_of(
    found: Sequence[Figures],
    names: Sequence[str],
    key: str,
    width: int,
    height: int,
    look: Look,
    target: float | None = None,
) -> list[Line]:
    """One measure by period."""
    measures = [one.named(key) for one in found]
    bars = [ValueBar(name, one.value, words_of(one, look)) for name, one in zip(names, measures, strict=True)]
    lines = value_chart(bars, _scale(measures, target), target, width - 1, height, look)
    return lines or [(Piece(" Nothing was counted in these periods.", "dim"),)]


def _scale(measures: Sequence[Measure], target: float | None) -> Scale:
    unit = measures[0].unit
    if unit == "share":
        return Scale(1.0, ("50%", "100%"))
    top = nice_top(max([one.value or 0.0 for one in measures] + [target or 0.0]))
    seconds = _UNIT_SECONDS[unit]
    return Scale(top, (span(top / 2 * seconds), span(top * seconds)))


def definition_lines(one: Measure, width: int, height: int) -> list[Line]:
    """What the figure under the cursor means, in the words by which it is counted."""
    lines = wrap(f"{one.title}. {one.definition}", max(20, width - 2))[:height]
    return [(Piece(f" {line}", "dim"),) for line in lines]


def head_line(whom: str, first: date, last: date, period: Period, width: int, look: Look) -> Line:
    """Whose figures these are, and of when."""
    words = f" {plain(whom)}   {period}s, {first} to {last}"
    return (Piece(fit(words, width, look), "text"),)
