"""Which figure a row of the repair-or-replace panel opens."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.explain_years import explain_bar, explain_coming, explain_kept, explain_year
from dispatch_tui.roi.fields import BY_NAME
from dispatch_tui.roi.figures import Figure
from dispatch_tui.roi.history import History
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.sensitivity import Bar
from dispatch_tui.roi.ways import explain_way
from dispatch_tui.widgets.roi_inputs import field_text, fold_words, source_sentence
from dispatch_tui.widgets.roi_tornado import bar_words


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
    if kind == "way":
        return explain_way(decision, name)
    raise KeyError(key)


def words_on(key: str, inputs: Inputs, bars: Sequence[Bar]) -> str:
    """What the bar at the bottom says of the row under the cursor: an input, a fold of them, a bar of the tornado."""
    kind, _, name = key.partition(":")
    if kind == "fold":
        return fold_words(name)
    if kind == "input" and inputs.value(field := BY_NAME[name]) is not None:
        return f"{field.label} {field_text(field, inputs)}. {source_sentence(inputs.origin(field))}"
    if kind == "bar" and (bar := next((one for one in bars if one.key == name), None)) is not None:
        return bar_words(bar, inputs)
    return ""
