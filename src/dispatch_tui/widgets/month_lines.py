"""A month of a business calendar as lines: seven columns of days, each with its word and a bar of its hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dispatch_tui.sla.hours import DAY
from dispatch_tui.sla.months import Day
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.day_words import (
    MONTHS,
    WEEKDAYS,
    day_sentences,
    kind_words,
    open_words,
)
from dispatch_tui.widgets.pieces import Line, Piece, fit

_WIDEST = 18
_ROOMY = 13
"""From this width of a day on, its number, sign and word stand apart."""


def month_lines(
    days: Sequence[Day], chosen: date, switched_off: Mapping[date, str], width: int, look: Look
) -> list[Line]:
    """The weekdays, then two lines a week: what each day is, and its hours from midnight to midnight.

    ``switched_off``: observances that are no days off here, by date. A click on a day does ``day:2026-12-24``.
    """
    cell = max(8, min(_WIDEST, (width - 1) // 7))
    heading = "".join(fit(f"  {name[:3]}", cell, look) for name in WEEKDAYS)
    lines: list[Line] = [(Piece(f" {heading}", "dim"),)]
    blanks = days[0].date.weekday()
    weeks: list[list[Day | None]] = [[None] * blanks]
    for day in days:
        if len(weeks[-1]) == 7:
            weeks.append([])
        weeks[-1].append(day)
    for week in weeks:
        top: list[Piece] = [Piece(" ")]
        bottom: list[Piece] = [Piece(" ")]
        for one in week:
            if one is None:
                top.append(Piece(" " * cell))
                bottom.append(Piece(" " * cell))
                continue
            here = one.date == chosen
            top += _word(one, one.date in switched_off, cell, look, here=here)
            bottom += _bar(one, cell, look, here=here)
        lines += [tuple(top), tuple(bottom)]
    return lines


def _word(day: Day, is_off: bool, cell: int, look: Look, *, here: bool) -> list[Piece]:
    action = f"day:{day.date}"
    style = "current" if here else {"open": "text", "override": "bold"}.get(day.kind, "dim")
    gap = " " if cell >= _ROOMY else ""
    room = cell - 1 - 3 - 2 * len(gap)
    words = f"{day.date.day:2}{gap}{_sign(day, is_off, look)}{gap}{_short(day, room)}"
    return [Piece(fit(words, cell - 1, look), style, action), Piece(" ", "text", action)]


def _sign(day: Day, is_off: bool, look: Look) -> str:
    glyphs = look.glyphs
    if day.skipped or day.repeated:
        return "±" if not glyphs.ascii_only else "~"
    if day.kind == "holiday":
        return glyphs.gone
    if day.kind == "override":
        return glyphs.news
    if day.breaks:
        return glyphs.paused
    return glyphs.left if is_off else " "


def _short(day: Day, room: int) -> str:
    """What the day is, in a few cells: a holiday by its name where that fits, else by the word."""
    opened = open_words(day.open_seconds)
    if day.kind == "missing":
        return "no day"
    if day.kind == "holiday":
        name = plain(day.holiday)
        return name if name and len(name) <= room else "holiday"
    if day.kind == "shut" and not opened:
        return "shut"
    return opened or "shut"


def _bar(day: Day, cell: int, look: Look, *, here: bool) -> list[Piece]:
    """The hours of the day in equal parts, as many as there is room for."""
    parts = max(count for count in (6, 8, 12) if count <= cell - 2 or count == 6)
    step = DAY // parts
    shut, some, most, whole = look.glyphs.shades
    action = f"day:{day.date}"
    pieces = []
    for number in range(parts):
        share = day.share_open(number * step, (number + 1) * step)
        glyph = shut if share == 0 else whole if share == 1 else most if share >= 0.5 else some
        pieces.append(Piece(glyph, "dim" if share == 0 else "accent" if here else "text", action))
    return [*pieces, Piece(" " * (cell - parts), "text", action)]


def month_title(days: Sequence[Day]) -> str:
    """``December 2026, 184h open``."""
    first = days[0].date
    opened = open_words(sum(day.open_seconds for day in days)) or "nothing"
    return f"{MONTHS[first.month - 1]} {first.year}, {opened} open"


def day_lines(day: Day, off: str | None, source: str, width: int, look: Look) -> list[Line]:
    """The chosen date spelled out. ``off``: the name of an observance that is no day off here (None: there is
    none); ``source``: where its holiday comes from."""
    when = f"{WEEKDAYS[day.date.weekday()]} {day.date.day} {MONTHS[day.date.month - 1]} {day.date.year}"
    kind = kind_words(day)
    origin = f" (from {plain(source)})" if source else ""
    opened = open_words(day.open_seconds)
    head = f"  {kind}{origin if day.kind == 'holiday' else ''}{f', {opened}' if opened else ''}"
    lines: list[Line] = [
        (Piece(f" {when}", "bold"), Piece(fit(head, max(1, width - len(when) - 2), look), "text"))
    ]
    told = day_sentences(day)
    if off is not None:
        told.append(f"{off or 'An observance'}{origin}: not a day off here.")
    return [*lines, *((Piece(fit(f" {line}", width, look), "dim"),) for line in _folded(told, width - 2))]


def _folded(sentences: Sequence[str], width: int) -> list[str]:
    """Whole sentences, as many to a line as fit."""
    lines: list[str] = []
    for sentence in sentences:
        if lines and len(lines[-1]) + 2 + len(sentence) <= width:
            lines[-1] += f"  {sentence}"
        else:
            lines.append(sentence)
    return lines


def legend(look: Look, width: int) -> Line:
    """What the signs and bars mean."""
    glyphs = look.glyphs
    shut, some, most, whole = glyphs.shades
    sign = "~" if glyphs.ascii_only else "±"
    words = (
        f" {whole} open {most}{some} partly {shut} shut  {glyphs.gone} holiday  {glyphs.news} own hours  "
        f"{glyphs.paused} break  {glyphs.left} not off  {sign} clocks"
    )
    return (Piece(fit(words, width, look), "dim"),)
