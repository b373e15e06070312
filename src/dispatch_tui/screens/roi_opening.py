"""Which figure a row of the repair-or-replace panel opens."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.explain_years import explain_bar, explain_coming, explain_kept, explain_year
from dispatch_tui.roi.figures import Figure
from dispatch_tui.roi.history import History
from dispatch_tui.roi.sensitivity import Bar


def figure_of(key: str, found: Answer, bars: Sequence[Bar], record: History | None) -> Figure:
    """What the row with this key is made of, down to the visits. ``KeyError`` for a row that opens nothing."""
    kind, _, name = key.partition(":")
    decision, ways = found.decision, found.ways
    if kind == "result":
        return explain(decision, ways=ways, record=record)[name]
    if kind == "year":
        return explain_year(decision, int(name), ways=ways, record=record)
    if kind == "coming":
        return explain_coming(decision, int(name), ways=ways, record=record)
    if kind == "kept":
        return explain_kept(decision, int(name), ways=ways, record=record)
    if kind == "bar":
        return explain_bar(next(bar for bar in bars if bar.key == name), decision)
    raise KeyError(key)
