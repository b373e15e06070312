"""The list of agreements and calendars, and one agreement as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dispatch_tui.sla.terms import CLOCK_KINDS, PRIORITIES
from dispatch_tui.sla.terms_edits import written
from dispatch_tui.store.agreements import AgreementLine, CalendarLine
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

_COUNT, _VERSION = 9, 9
_LABEL, _CELL = 18, 15

SCOPES: Mapping[str, str] = {
    "unit": "one unit",
    "contract": "named units",
    "site": "site",
    "customer": "customer",
    "default": "default",
}


def list_rows(
    agreements: Sequence[AgreementLine], calendars: Sequence[CalendarLine], width: int, look: Look
) -> list[Row]:
    """Agreements, then calendars; keys ``agreement:3`` and ``calendar:2``."""
    names = max(10, (width - 2 - _COUNT - _VERSION) // 3)
    rows = [Row(_cells(("AGREEMENT", "FOR", "HOURS", "VERSION", "RUNNING"), names, width, look, "dim"))]
    for one in agreements:
        running = f"{one.running:,}" + (look.glyphs.news if one.behind else "")
        texts = (
            one.name,
            _whose(one),
            one.calendar or "its own",
            f"v{one.terms_version}",
            running,
        )
        rows.append(Row(_cells(texts, names, width, look, "text"), f"agreement:{one.id}"))
    if not agreements:
        rows.append(Row((Piece(" No agreements yet: calls have no clocks.", "dim"),)))
    if any(one.behind for one in agreements):
        rows.append(Row((Piece(f" {look.glyphs.news} some of them under an earlier version", "dim"),)))
    rows += [
        Row(()),
        Row(_cells(("CALENDAR", "ZONE", "AGREEMENTS", "VERSION", "RUNNING"), names, width, look, "dim")),
    ]
    for calendar in calendars:
        used = f"used by {calendar.agreements}" if calendar.agreements else "not used"
        texts = (calendar.name, calendar.tz, used, f"v{calendar.number}", f"{calendar.running:,}")
        rows.append(Row(_cells(texts, names, width, look, "text"), f"calendar:{calendar.id}"))
    if not calendars:
        rows.append(Row((Piece(" No shared calendars yet. N makes one.", "dim"),)))
    return rows


def _whose(one: AgreementLine) -> str:
    """Whose it is; the kind of thing behind a name that does not tell it."""
    return f"{one.of} ({SCOPES[one.scope]})" if one.scope in ("site", "unit") else one.of


def _cells(texts: Sequence[str], names: int, width: int, look: Look, style: str) -> Line:
    first, *others, version, count = map(plain, texts)
    spare = max(0, width - 2 - 3 * names - _COUNT - _VERSION)
    return (
        Piece(f" {fit(first, names + spare - 1, look)} ", "bold" if style == "text" else style),
        *(Piece(f"{fit(text, names - 1, look)} ", style) for text in others),
        Piece(fit(version, _VERSION, look, right=True), "dim"),
        Piece(fit(count, _COUNT, look, right=True), style),
    )


def form_rows(
    terms: Mapping[str, Any], calendar: str, column: int, chosen: str, width: int, look: Look
) -> list[Row]:
    """The terms: a table of budgets by priority and clock, then the other parts.

    ``column``: the clock that the cursor is on, in the row whose key is ``chosen``.
    """
    rows = [_field("calendar", "Hours", calendar, width, look), Row(())]
    heads = [Piece(fit(" Promised", _LABEL, look), "bold")]
    heads += [
        Piece(fit(kind.replace("_", " "), _CELL + (kind == CLOCK_KINDS[-1]), look), "dim")
        for kind in CLOCK_KINDS
    ]
    rows.append(Row(tuple(heads)))
    for priority in PRIORITIES:
        key = f"budgets.{priority}"
        cells = [Piece(fit(f" P{priority}", _LABEL, look), "dim")]
        for index, kind in enumerate(CLOCK_KINDS):
            words = written(terms, f"{key}.{kind}") or look.glyphs.none
            here = key == chosen and index == column
            text = f"{look.glyphs.cursor}{words}" if here else words
            cells.append(Piece(fit(text, _CELL, look), "accent" if here else "text"))
        rows.append(Row(tuple(cells), key))
    rows += [Row(()), Row((Piece(" Paused while the call is", "bold"),))]
    rows += [
        _field(f"pauses.{kind}", kind.replace("_", " "), written(terms, f"pauses.{kind}"), width, look)
        for kind in CLOCK_KINDS
    ]
    rows.append(Row(()))
    usual = {"warnings": "75% (the usual)", "cover": "it does not say", "conditions": "every call"}
    for part, label in (("warnings", "Warns at"), ("cover", "Pays for"), ("conditions", "Holds for")):
        rows.append(_field(part, label, written(terms, part) or usual[part], width, look))
    return rows


def _field(key: str, label: str, value: str, width: int, look: Look) -> Row:
    room = max(1, width - _LABEL - 1)
    return Row(
        (Piece(fit(f" {label}", _LABEL, look), "dim"), Piece(fit(plain(value), room, look), "text")), key
    )
