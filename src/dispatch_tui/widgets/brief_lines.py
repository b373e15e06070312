"""The visit brief as rows: what must be acknowledged on top, then what is known, then the lists to go through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from textwrap import wrap

from dispatch_tui.care.brief import Acknowledgement
from dispatch_tui.care.lists import Checklist
from dispatch_tui.care.lists import Line as ListLine
from dispatch_tui.clock import to_us
from dispatch_tui.desk.briefs import Briefing
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.moments import wall, zone_word
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row
from dispatch_tui.widgets.story import VISIT_WORDS

_LABEL = 13
_NOTHING = "nothing on record"
_ACKS = {"arrival": "Arrival", "warranty": "Warranty"}
_LABELS = {"Told in advance": "Told ahead"}
_FEW_WHERE_LOW = {"History": 2, "Mood": 1}
"""Lines of these on a screen of 24 rows; the latest come first."""
_READ = (
    "Why",
    "Access",
    "Promises",
    "Likely parts",
    "Told in advance",
    "History",
    "Mood",
    "Last words",
    "Cover",
)
"""The parts of the brief that are only read; arrival, warranty and the lists are answered."""


def title_lines(found: Briefing, width: int, look: Look) -> list[Line]:
    """Which call, whose, where and when; whom to reach."""
    names, call = found.names, found.call
    where = ", ".join(filter(None, map(plain, (names.customer, names.site, names.address, names.city))))
    glyph = look.glyphs.priority[call.priority - 1]
    head = f" {plain(call.number)}  {plain(call.title)}"
    mark = f"{glyph} P{call.priority} "
    return [
        (Piece(fit(head, max(1, width - len(mark) - 1), look), "bold"), Piece(f" {mark}", "text")),
        (Piece(fit(f" {where or 'place not known'}", width, look), "dim"),),
        _visit_line(found, width, look),
        (Piece(fit(f" Reach: {found.reach.words}", width, look), "text"),),
    ]


def _visit_line(found: Briefing, width: int, look: Look) -> Line:
    local = found.at.astimezone(found.zone)
    there = f"there it is {local:%H:%M} {zone_word(local)}"
    line = found.visit
    if line is None:
        return (Piece(fit(f" No visit is planned (v plans one); {there}", width, look), "soon"),)
    visit = line.visit
    who = plain(line.technician) or "nobody yet"
    when = ""
    if visit.window_from is not None and visit.window_to is not None:
        start, end = (
            wall(to_us(at), found.names.site_tz, to_us(found.at))
            for at in (visit.window_from, visit.window_to)
        )
        when = f", {start} to {end}"
    more = f", and {found.others} more" if found.others else ""
    return (
        Piece(fit(f" Visit: {who} {VISIT_WORDS[visit.status]}{when}{more}; {there}", width, look), "text"),
    )


def _wall(at: datetime, found: Briefing) -> str:
    return wall(to_us(at), found.names.site_tz, to_us(found.at))


def brief_rows(found: Briefing, width: int, look: Look, *, low: bool = False) -> list[Row]:
    """The page; ``low``: the screen has few rows.

    Keys: ``ack:KEY``, ``readiness:ITEM``, ``data_safety:ITEM``; what is only read has none. Parts of which nothing is
    known share one line at the end, so that the rest fits on one screen.
    """
    sections = dict(found.brief.sections)
    rows = list(_acknowledging(found, width, look))
    empty = []
    for title in _READ:
        lines = _without_asked(sections[title], found)
        if not lines:
            empty.append(title.lower())
            continue
        few = lines[: _FEW_WHERE_LOW.get(title)] if low else lines
        rows += _section(_LABELS.get(title, title), few, width, look)
    rows += _checklist("Readiness", "readiness", found.readiness, width, look)
    rows += _checklist("Data safety", "data_safety", found.data_safety, width, look)
    if empty:
        rows += _section("Not known", (f"{_NOTHING}: {', '.join(empty)}",), width, look, style="dim")
    return rows


def _without_asked(lines: tuple[str, ...], found: Briefing) -> tuple[str, ...]:
    asked = {one.words for one in found.brief.to_acknowledge}
    return tuple(line for line in lines if line not in asked and line != _NOTHING)


def _acknowledging(found: Briefing, width: int, look: Look) -> Iterator[Row]:
    given = {one.key: one for one in found.given}
    for one in found.brief.to_acknowledge:
        by = given.get(one.key)
        if by is None:
            yield from _to_read(one, width, look)
            continue
        when = _wall(by.at, found)
        words = f"acknowledged by {plain(by.who) or 'somebody'}, {when}: {one.words}"
        yield from _entry(
            look.glyphs.kept, "news", _ACKS[one.kind], words, "text", width, look, f"ack:{one.key}"
        )


def _to_read(one: Acknowledgement, width: int, look: Look) -> Iterator[Row]:
    words = f"acknowledge: {one.words}"
    yield from _entry(look.glyphs.soon, "soon", _ACKS[one.kind], words, "soon", width, look, f"ack:{one.key}")


def _section(
    title: str, lines: tuple[str, ...], width: int, look: Look, *, style: str = "text"
) -> Iterator[Row]:
    for index, line in enumerate(lines):
        yield from _entry(" ", "text", title if index == 0 else "", line, style, width, look, "")


_STATES: Mapping[str, tuple[str, str]] = {
    "yes": ("yes", "news"),
    "no": ("no", "late"),
    "open": ("not known", "soon"),
}


def _checklist(title: str, name: str, listed: Checklist, width: int, look: Look) -> Iterator[Row]:
    for index, line in enumerate(listed.lines):
        yield from _answered(title if index == 0 else "", name, line, width, look)


def _answered(title: str, name: str, line: ListLine, width: int, look: Look) -> Iterator[Row]:
    word, style = _STATES[line.state]
    glyph = {"yes": look.glyphs.kept, "no": look.glyphs.broken, "open": look.glyphs.left}[line.state]
    if line.state == "open" and not line.item.must:
        style = "dim"
    note = f" ({line.note})" if line.note else ""
    words = f"{word}: {plain(line.item.text)}{note}"
    shown = "dim" if line.state == "yes" else "text"
    yield from _entry(glyph, style, title, words, shown, width, look, f"{name}:{line.item.key}")


def _entry(
    glyph: str, glyph_style: str, label: str, words: str, style: str, width: int, look: Look, key: str
) -> Iterator[Row]:
    """A labelled text over as many rows as it takes; the first of them can be chosen where it has a key."""
    room = max(10, width - _LABEL - 4)
    for index, line in enumerate(wrap(words, room, break_on_hyphens=False) or [""]):
        first = index == 0
        yield Row(
            (
                Piece(f" {fit(label if first else '', _LABEL, look)}", "dim"),
                Piece(f"{glyph if first else ' '} ", glyph_style),
                Piece(fit(line, room, look), style),
            ),
            key if first else "",
        )


def split_rows(rows: list[Row]) -> tuple[list[Row], list[Line]]:
    """What is answered, and what is only read: side by side where there is room."""
    answered: list[Row] = []
    only_read: list[Line] = []
    under = False
    for row in rows:
        continued = not row.line[0].text.strip() and not row.line[1].text.strip()
        under = bool(row.key) or (continued and under)
        if under:
            answered.append(row)
        else:
            only_read.append(row.line)
    return answered, only_read
