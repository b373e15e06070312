"""The tornado of the repair-or-replace panel: how far each input moves the answer, and where it turns."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.roi.fields import BY_KEY, Kind
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.sensitivity import Bar
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.roi_pieces import notes, whole
from dispatch_tui.widgets.rows import Row

_LABEL, _LONG_LABEL = 17, 25
_DETAILS_FROM = 64


def tornado_rows(bars: Sequence[Bar] | None, inputs: Inputs, width: int, look: Look) -> list[Row]:
    """A bar for each input that moves the answer, longest first; a sign and a word where it turns the verdict."""
    if bars is None:
        return [Row((Piece(" Weighing every input …", "dim"),))]
    if not bars:
        return notes("No input moves the answer.", width)
    details = width >= _DETAILS_FROM
    label = _LONG_LABEL if details else _LABEL
    room = max(8, width - label - 4 - (26 if details else 0))
    low = min(0.0, *(min(bar.saving_low, bar.saving_high) for bar in bars))
    high = max(0.0, *(max(bar.saving_low, bar.saving_high) for bar in bars))
    step = (high - low) / (room - 1) or 1.0
    none, base = round(-low / step), _base(bars, low, step)
    head = f" {'saving a year':<{label + 2}}{_scale(low, high, none, room, inputs.digits)}"
    if details:
        head = f"{head:<{label + room + 3}} {'from':>8}{'to':>8}{'turns at':>10}"
    rows = [Row((Piece(fit(head, width, look), "dim"),))]
    for bar in bars:
        start, end = sorted(round((one - low) / step) for one in (bar.saving_low, bar.saving_high))
        drawn = "".join(_cell(at, start, end, none, base, look) for at in range(room))
        sign = look.glyphs.soon if bar.flips else " "
        pieces: list[Piece] = [
            Piece(f" {sign} ", "soon"),
            Piece(fit(_short(bar), label, look), "bold" if bar.flips else "text"),
            Piece(drawn, "soon" if bar.flips else "text"),
        ]
        if details:
            turns = look.glyphs.none if bar.turns_at is None else _value(bar, bar.turns_at, inputs)
            spread = f" {_value(bar, bar.low, inputs):>8}{_value(bar, bar.high, inputs):>8}"
            pieces += [Piece(spread, "dim"), Piece(f"{turns:>10}", "bold" if bar.flips else "dim")]
        rows.append(Row(tuple(pieces), f"bar:{bar.key}"))
    sign = look.glyphs.soon
    said = f"{sign} turns the verdict within what the input may be (P10 to P90). "
    _, stands, none_ = _signs(look)
    said += f"{stands} the saving as it stands, {none_} no saving: left of it repair, right of it replace."
    return [*rows, Row(()), *notes(said, width)]


def _short(bar: Bar) -> str:
    """The bar's name; of one of several challengers what it is comes first, whose it is may be cut."""
    name, colon, what = bar.label.rpartition(": ")
    if bar.key.count(".") > 1 and colon and bar.key.startswith("challenger."):
        return f"{what[:1].upper()}{what[1:]}, {name}"
    return bar.label.replace("New unit: ", "New: ")


def bar_words(bar: Bar, inputs: Inputs) -> str:
    """A bar in a sentence, for the line that explains it."""
    ends = f"{_value(bar, bar.low, inputs)} to {_value(bar, bar.high, inputs)}"
    saving = f"{whole(bar.saving_low, inputs.digits)} to {whole(bar.saving_high, inputs.digits)}"
    turn = "" if bar.turns_at is None else f" The verdict turns at {_value(bar, bar.turns_at, inputs)}."
    return f"{bar.label} {ends}: saving {saving} a year.{turn}"


def _signs(look: Look) -> tuple[str, str, str]:
    """The bar, the saving as it stands, no saving."""
    return ("#", "|", ":") if look.glyphs.ascii_only else ("█", "│", "┊")


def _cell(at: int, start: int, end: int, none: int, base: int, look: Look) -> str:
    full, stands, zero = _signs(look)
    if at == base:
        return stands
    if start <= at <= end:
        return full
    return zero if at == none else " "


def _base(bars: Sequence[Bar], low: float, step: float) -> int:
    """The cell of the saving as it stands: within the shortest bar, where all of them meet."""
    least = min(bars, key=lambda bar: bar.swing)
    return round(((least.saving_low + least.saving_high) / 2 - low) / step)


def _scale(low: float, high: float, none: int, room: int, digits: int) -> str:
    """The ends of the scale, and its nothing where there is room for it."""
    left, right = (whole(low, digits) if low < 0 else "0"), (whole(high, digits) if high > 0 else "0")
    line = [" "] * room
    for at, words in ((0, left), (room - len(right), right)):
        line[at : at + len(words)] = words
    if low < 0 < high and len(left) < none < room - len(right) - 1:
        line[none] = "0"
    return "".join(line)[:room]


def _value(bar: Bar, value: float, inputs: Inputs) -> str:
    """A value of the bar's input, short."""
    of = BY_KEY.get(bar.key) or BY_KEY.get(f"challenger.{bar.key.rpartition('.')[2]}")
    kind = of.kind if of is not None else Kind.MONEY
    if kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        return whole(value, inputs.digits)
    if kind is Kind.RATE:
        return f"{value * 100:.3g} %"
    return f"{value:.0f}" if kind is Kind.WHOLE_YEARS else f"{value:,.3g}"
