"""The lines of the repair-or-replace panel: title, verdict, results, cautions, and what a figure is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.decision import Band, Decision
from dispatch_tui.roi.figures import Figure, Unit, shown
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Flag, Source
from dispatch_tui.roi.verdict import DEPENDS, REPLACE, Verdict
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.roi_inputs import source_sentence, source_word
from dispatch_tui.widgets.rows import Row

_SHORT: Mapping[str, str] = {
    "saving": "Saving a year",
    "probability": "Replacing is cheaper",
    "breakeven": "Repair worth at most",
    "years": "If kept, best for",
    "keep.euac": "Keep",
    "replace.euac": "Replace",
    "downtime": "Downtime avoided",
    "evpi": "Knowing more is worth",
    "payback": "Payback",
    "payback_discounted": "Payback, discounted",
    "returns": "Return",
}
"""How the panel calls the results, by their key."""


def title_line(
    inputs: Inputs, rivals: Sequence[str], width: int, look: Look, *, preview: bool = False
) -> Line:
    """Which unit, against which challengers; ``preview``: not yet on all futures."""
    rival = plain(inputs.challenger) or "no challenger chosen: c chooses one"
    if rivals:
        rival = f"the best of {', '.join(map(plain, sorted((inputs.challenger, *rivals))))}"
    left = f" {plain(inputs.unit)}: repair, or replace by {rival}"
    right = f"{'preview, ' if preview else ''}in {plain(inputs.currency)} "
    return (Piece(fit(left, max(1, width - len(right)), look), "bold"), Piece(right, "dim"))


def verdict_lines(said: Verdict, width: int, look: Look) -> list[Line]:
    """The sentence (up to two lines) and the limit against the quote."""
    sign = look.glyphs.soon if said.answer == DEPENDS else look.glyphs.kept
    style = "soon" if said.answer == DEPENDS else "bold" if said.answer == REPLACE else "text"
    sentence = wrap(said.sentence, max(20, width - 4))[:2]
    lines: list[Line] = [(Piece(f" {sign} ", style), Piece(sentence[0], style))]
    lines += [(Piece(f"   {rest}", style),) for rest in sentence[1:]]
    return [*lines, (Piece(f"   {fit(said.reason, max(1, width - 4), look)}", "text"),)]


def fault_lines(fault: InvalidInput, width: int, look: Look) -> list[Line]:
    """What keeps the panel from an answer, and what to do."""
    sentence = f"No answer yet: {plain(fault.reason)}."
    return [
        (Piece(f" {look.glyphs.none} ", "soon"), Piece(fit(sentence, max(1, width - 4), look), "soon")),
        (Piece(f"   {fit(plain(fault.remedy), max(1, width - 4), look)}", "text"),),
    ]


def result_rows(
    figures: Mapping[str, Figure],
    inputs: Inputs,
    width: int,
    look: Look,
    *,
    decision: Decision | None,
    close: bool,
) -> list[Row]:
    """The results, one a row; every one can be opened. ``close`` leaves out the blank lines."""
    years = inputs.horizon
    heads = {
        "saving": "Over one year" if years == 1 else f"Over {years} years",
        "keep.euac": "Cost a year, each over its life",
        "payback": "The extra outlay",
    }
    rows: list[Row] = []
    for key, figure in figures.items():
        if heads.get(key):
            rows += [] if close or not rows else [Row(())]
            rows.append(Row((Piece(f" {heads[key]}", "dim"),)))
        error = decision.error if decision is not None else 0.0
        value = _short_value(figure, inputs.digits, error, look)
        label = fit(_SHORT.get(key, figure.label), max(8, width - 15), look)
        style = "bold" if key in ("saving", "breakeven") else "text"
        rows.append(
            Row((Piece(f" {label}", "text"), Piece(fit(value, 13, look, right=True), style)), f"result:{key}")
        )
        if decision is not None and key in ("saving", "breakeven"):
            rows.append(
                _band_row(decision.saving if key == "saving" else decision.limit, decision, width, look)
            )
            if key == "breakeven" and decision.case.quoted:
                quote = _whole(decision.case.defender.quote, inputs.digits)
                words = f"   {fit('quoted', max(6, width - 17), look)}"
                rows.append(Row((Piece(words, "dim"), Piece(fit(quote, 13, look, right=True), "dim"))))
    return rows


def _band_row(band: Band, decision: Decision, width: int, look: Look) -> Row:
    """The band of the number above it."""
    digits = decision.case.digits
    spread = f"{_whole(band.low, digits)} to {_whole(band.high, digits)}"
    words = fit("8 of 10", max(6, width - len(spread) - 4), look)
    return Row((Piece(f"   {words}", "dim"), Piece(spread, "dim")))


def _short_value(figure: Figure, digits: int, error: float, look: Look) -> str:
    """Money in whole units: the panel's heading names the currency and whether it is by the year."""
    if figure.value is None:
        return shown(figure, "", digits)
    if figure.unit in (Unit.MONEY, Unit.MONEY_A_YEAR):
        return _whole(figure.value, digits)
    if figure.unit is Unit.SHARE:
        sign = "+-" if look.glyphs.ascii_only else "±"
        return f"{figure.value * 100:.0f} {sign}{error * 100:.1f} %"
    if figure.unit is Unit.HOURS_A_YEAR:
        return f"{figure.value:.1f} h/year"
    return shown(figure, "", digits)


def flag_lines(flags: Sequence[Flag], width: int, look: Look) -> list[Line]:
    """Cautions, each wrapped under its sign."""
    lines: list[Line] = []
    for flag in flags:
        first, *others = wrap(plain(flag.text), max(16, width - 4)) or [""]
        lines.append((Piece(f" {look.glyphs.soon} ", "soon"), Piece(first, "dim")))
        lines += [(Piece(f"   {rest}", "dim"),) for rest in others]
    return lines


def _whole(minor: float, digits: int) -> str:
    return f"{round(minor / 10**digits):,}"


def figure_rows(figure: Figure, currency: str, digits: int, width: int, look: Look) -> list[Row]:
    """What a figure is made of, one input a row."""
    if not figure.inputs:
        words = "Nothing below this: it is " + (f"record {plain(figure.ref)}." if figure.ref else "an input.")
        return [Row((Piece(f" {words}", "dim"),))]
    rows = []
    value_width, source_width = 22, 10
    room = max(10, width - value_width - source_width - 4)
    for index, part in enumerate(figure.inputs):
        opens = look.glyphs.rule if not part.inputs else "+"
        source = part.ref or source_word(part.origin)
        rows.append(
            Row(
                (
                    Piece(f" {opens} ", "dim"),
                    Piece(fit(plain(part.label), room, look), "text"),
                    Piece(fit(shown(part, currency, digits), value_width, look, right=True), "text"),
                    Piece(f" {fit(plain(source), source_width, look)}", "dim"),
                ),
                f"part:{index}",
            )
        )
    return rows


def figure_head(figure: Figure, currency: str, digits: int, width: int, look: Look) -> list[Line]:
    """The figure itself: label and value, how it is computed, who says so."""
    value = shown(figure, currency, digits)
    formula = wrap(plain(figure.formula), max(20, width - 4))[:2] if figure.formula else []
    lines: list[Line] = [
        (
            Piece(f" {fit(plain(figure.label), max(1, width - len(value) - 3), look)} ", "bold"),
            Piece(value, "bold"),
        ),
        *((Piece(f" {'= ' if not index else '  '}{words}", "text"),) for index, words in enumerate(formula)),
    ]
    if figure.origin.source is not Source.COMPUTED:
        lines.append((Piece(f" {source_sentence(figure.origin)}", "dim"),))
    return lines
