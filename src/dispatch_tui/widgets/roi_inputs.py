"""The inputs of the repair-or-replace panel: label, value and who says so, what is seldom used folded away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from dispatch_tui.roi.fields import FIELDS, NEW, Field, Kind, Value
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Origin, Source
from dispatch_tui.text import money, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

_LABEL, _VALUE, _SOURCE = 17, 12, 9

_SIGNS: Mapping[Source, tuple[str, str]] = {
    Source.HISTORY: ("●", "*"),
    Source.FLEET: ("○", "o"),
    Source.CATALOGUE: ("■", "#"),
    Source.AGREEMENT: ("□", "="),
    Source.QUOTE: ("▸", ">"),
    Source.LAW: ("§", "S"),
    Source.OPERATOR: ("+", "+"),
    Source.ASSUMED: ("?", "?"),
    Source.COMPUTED: (" ", " "),
}
"""The sign of each source beside its word, and in plain ASCII."""


def input_rows(
    inputs: Inputs, rivals: Sequence[str], fault: str, look: Look, open_folds: Collection[str] = ()
) -> list[Row]:
    """Every input in its group: label, value, who says so. ``fault`` is the field that has none yet.

    Of several challengers the one in hand stands there; ``rivals`` are the others.
    A fold is a line with the value of its first field; it stands open where somebody has opened it, and where one of
    its fields is at fault.
    """
    rows: list[Row] = []
    for group, of_group in groupby(FIELDS, lambda field: field.group):
        rows += [Row(())] if rows else []
        rows.append(Row((Piece(f" {_heading(group, inputs, rivals, look)}", "dim"),)))
        for fold, some in groupby(of_group, lambda field: field.fold):
            fields = list(some)
            if not fold:
                rows += [Row(_input_line(one, inputs, fault, look), f"input:{one.name}") for one in fields]
                continue
            is_open = fold in open_folds or any(fault in (one.key, one.name) for one in fields)
            rows.append(Row(_fold_line(fold, fields, inputs, look, is_open=is_open), f"fold:{fold}"))
            if is_open:
                rows += [
                    Row(_input_line(one, inputs, fault, look, "   "), f"input:{one.name}") for one in fields
                ]
    return rows


def fold_words(fold: str) -> str:
    """What stands in a fold, in a sentence."""
    labels = [one.label for one in FIELDS if one.fold == fold]
    return f"{fold}: {', '.join(labels[:1] + [one[:1].lower() + one[1:] for one in labels[1:]])}."


def _heading(group: str, inputs: Inputs, rivals: Sequence[str], look: Look) -> str:
    if group != NEW or not rivals:
        return group
    return fit(f"{group} by {plain(inputs.challenger)} (v: next of {len(rivals) + 1})", 40, look).rstrip()


def _fold_line(fold: str, fields: list[Field], inputs: Inputs, look: Look, *, is_open: bool) -> Line:
    """A fold's name; while it is shut, what its first field holds and whether somebody has typed in it."""
    sign = ("-" if is_open else "+") if look.glyphs.ascii_only else ("▾" if is_open else "▸")
    name = Piece(f" {fit(f'{sign} {fold}', _LABEL, look)}", "text")
    if is_open:
        return (name,)
    typed = sum(inputs.origin(one).source is Source.OPERATOR for one in fields)
    value = fit(_summary(fields, inputs), _VALUE, look, right=True)
    words = "" if not typed else "typed" if typed == 1 else f"{typed} typed"
    return (
        name,
        Piece(f"{value} ", "bold" if typed else "dim"),
        Piece(f"{source_sign(Origin(Source.OPERATOR), look) if typed else ' '} ", "dim"),
        Piece(fit(words, _SOURCE, look), "bold" if typed else "dim"),
    )


def _summary(fields: list[Field], inputs: Inputs) -> str:
    """The first field's value; of amounts that are all nothing a dash."""
    first = fields[0]
    if first.kind is Kind.MONEY and not any(inputs.value(one) for one in fields if one.kind is Kind.MONEY):
        return "-"
    if first.name == "delivery":
        parts = inputs.delivery + inputs.moving_data + inputs.training
        return value_text(first, parts + inputs.lost_days * inputs.day_price, inputs)
    return field_text(first, inputs)


def _input_line(
    field: Field, inputs: Inputs, fault: str, look: Look, indent: str = " ", label: str = ""
) -> Line:
    missing, at_fault = inputs.value(field) in (None, ""), fault in (field.key, field.name)
    name = Piece(f"{indent}{fit(label or field.label, _LABEL + 1 - len(indent), look)}", "text")
    if at_fault:
        value, word = ("needed", "") if missing else (field_text(field, inputs), "refused")
        sign = look.glyphs.soon if missing else look.glyphs.broken
        shown_value = fit(value, _VALUE, look, right=True)
        return (name, Piece(f"{shown_value} {sign} {fit(word, _SOURCE, look)}", "soon"))
    origin = inputs.origin(field)
    typed, doubtful = origin.source is Source.OPERATOR, origin.source is Source.ASSUMED
    style = "bold" if typed else "dim" if missing else "text"
    return (
        name,
        Piece(f"{fit(field_text(field, inputs), _VALUE, look, right=True)} ", style),
        Piece("  " if missing else f"{source_sign(origin, look)} ", "soon" if doubtful else "dim"),
        Piece(fit("" if missing else source_word(origin), _SOURCE, look), "bold" if typed else "dim"),
    )


def field_text(field: Field, inputs: Inputs) -> str:
    """An input as people write it, such that it can be typed back; a dash where there is none."""
    return value_text(field, inputs.value(field), inputs)


def value_text(field: Field, value: Value, inputs: Inputs) -> str:
    """Any value of an input, written like that."""
    if value is None or value == "":
        return "-"
    if isinstance(value, str):
        return plain(value)
    if field.kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        return money(round(value), "", inputs.digits).strip()
    if field.kind is Kind.RATE:
        return f"{value * 100:.4g} %"
    if field.kind is Kind.AMOUNT_A_YEAR:
        return f"{value:,.0f} {plain(inputs.meter_unit)}".strip()
    if field.kind is Kind.TIMES_A_YEAR:
        return f"{value:.2f}"
    unit = {Kind.HOURS: "h", Kind.DAYS: "d"}.get(field.kind, "y")
    return f"{value:.3g} {unit}" if value < 100 else f"{value:,.0f} {unit}"


def typed_text(field: Field, inputs: Inputs) -> str:
    """The value without its unit, for the editor; empty where there is none."""
    value = inputs.value(field)
    if value is None or isinstance(value, str):
        return value or ""
    text = field_text(field, inputs)
    return text if field.kind in (Kind.MONEY, Kind.MONEY_A_YEAR, Kind.RATE) else text.split(" ")[0]


def source_word(origin: Origin) -> str:
    """Who says so, in one word."""
    return {Source.OPERATOR: "typed", Source.COMPUTED: ""}.get(origin.source, origin.source.value)


def source_sign(origin: Origin, look: Look) -> str:
    """The sign of who says so."""
    return _SIGNS[origin.source][look.glyphs.ascii_only]


def source_sentence(origin: Origin) -> str:
    """Who says so, for the line that explains an input."""
    words = {
        Source.HISTORY: "From this unit's own record",
        Source.FLEET: "From other units of the model",
        Source.CATALOGUE: "From the catalogue",
        Source.AGREEMENT: "From the agreement",
        Source.QUOTE: "From the quote",
        Source.LAW: "By tax law",
        Source.OPERATOR: "Typed in here",
        Source.ASSUMED: "Assumed, nobody has confirmed it",
        Source.COMPUTED: "Computed",
    }[origin.source]
    return f"{words}: {plain(origin.note)}." if origin.note else f"{words}."
