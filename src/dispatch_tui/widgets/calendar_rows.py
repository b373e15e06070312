"""A calendar's lists: the hours of each weekday, its holidays with their switches, single dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dispatch_tui.sla.calendar_edits import holiday_entries, written_windows
from dispatch_tui.sla.hours import DAY, WEEKDAYS, Hours, Window
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.day_words import WEEKDAYS as DAY_NAMES
from dispatch_tui.widgets.day_words import open_words
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

_LABEL, _SIGN, _DATE = 14, 13, 25
_SOURCE_FROM, _SOURCE = 96, 22
"""From this width it stands beside a holiday where it is from."""


def hours_rows(hours: Hours, width: int, look: Look) -> list[Row]:
    """The zone, then a row a weekday, keys ``tz`` and ``hours.mon``."""
    zone = Row((Piece(fit(" Time zone", _LABEL, look), "dim"), Piece(hours.zone.key, "text")), "tz")
    rows = [zone, Row(())]
    total = 0
    for day, name, windows in zip(WEEKDAYS, DAY_NAMES, hours.weekly, strict=True):
        seconds = sum(end - start for start, end in windows)
        total += seconds
        room = max(1, width - _LABEL - 12)
        words = _windows(windows)
        line: Line = (
            Piece(fit(f" {name}", _LABEL, look), "dim"),
            Piece(fit(words, min(room, 44), look), "text" if windows else "dim"),
            Piece(fit(open_words(seconds), 9, look, right=True), "text"),
        )
        rows.append(Row(line, f"hours.{day}"))
    rows.append(
        Row(
            (
                Piece(fit(" A week", _LABEL + min(max(1, width - _LABEL - 12), 44), look), "dim"),
                Piece(fit(open_words(total) or "none", 9, look, right=True), "bold"),
            )
        )
    )
    if not total:
        rows += [Row(()), Row((Piece(" Never open: a clock on this calendar is never due.", "soon"),))]
    return rows


def holiday_rows(mapping: Mapping[str, Any], width: int, look: Look) -> list[Row]:
    """A row an entry, by its number in the list: ``holiday:3``."""
    entries = holiday_entries(mapping)
    if not entries:
        return [Row((Piece(" No holidays yet. i brings in a country's or a file's, a adds one.", "dim"),))]
    glyphs = look.glyphs
    rows = []
    for number, entry in enumerate(entries):
        observed = entry["observed"]
        sign = f" {glyphs.kept} day off" if observed else f" {glyphs.left} not off"
        source = entry["source"] if width >= _SOURCE_FROM else ""
        room = max(1, width - _SIGN - _DATE - (_SOURCE if source else 0) - 1)
        pieces = [
            Piece(fit(sign, _SIGN, look), "text" if observed else "dim", f"switch:{number}"),
            Piece(fit(_when(entry["date"]), _DATE, look), "text" if observed else "dim"),
            Piece(
                fit(entry["name"] or "no name", room, look), "text" if entry["name"] and observed else "dim"
            ),
        ]
        if source:
            pieces.append(Piece(fit(source, _SOURCE, look, right=True), "dim"))
        rows.append(Row(tuple(pieces), f"holiday:{number}"))
    return rows


def date_rows(hours: Hours, width: int, look: Look) -> list[Row]:
    """Dates with hours of their own and breaks, by date: ``override:2026-12-24``, ``break:2026-12-24``."""
    tables = (
        ("override", hours.overrides, f" {look.glyphs.news} own hours"),
        ("break", hours.breaks, f" {look.glyphs.paused} break"),
    )
    found = sorted(
        (ordinal, kind, sign, windows) for kind, table, sign in tables for ordinal, windows in table.items()
    )
    if not found:
        return [
            Row((Piece(" No dates of their own. In the month, o gives a date its hours, b a break.", "dim"),))
        ]
    rows = []
    for ordinal, kind, sign, windows in found:
        day = date.fromordinal(ordinal)
        holiday = plain(hours.holiday_on(day))
        words = _windows(windows) + (f"  (beats {holiday})" if holiday and kind == "override" else "")
        line = (
            Piece(fit(sign, _SIGN, look), "bold"),
            Piece(fit(_when(day.isoformat()), _DATE, look), "text"),
            Piece(fit(words, max(1, width - _SIGN - _DATE - 1), look), "text"),
        )
        rows.append(Row(line, f"{kind}:{day}"))
    return rows


def _windows(windows: tuple[Window, ...]) -> str:
    return written_windows(windows) + (" next day" if windows and windows[-1][1] > DAY else "")


def _when(written: str) -> str:
    """``2026-12-25 Fri``; what recurs or lasts, in words."""
    first, _, last = written.removeprefix("--").partition("/")
    if last:
        return f"{first} to {last.removeprefix('--')}"
    if len(first) == len("12-25"):
        return f"every {first}"
    return f"{first} {DAY_NAMES[date.fromisoformat(first).weekday()][:3]}"
