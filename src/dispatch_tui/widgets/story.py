"""The story of a call in lines: what runs, whom to reach, the unit, what was promised, what happened.

Imports the stored values (and so pydantic): load it after the first picture only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from rich.cells import cell_len

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.records import Call
from dispatch_tui.store.details import CallClock, CallDetail, ContactLine, UnitBrief, VisitLine
from dispatch_tui.text import age, plain, span
from dispatch_tui.themes import Look
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.escalation_state import matter_words
from dispatch_tui.widgets.moments import SECOND, next_minute, next_of_clock, wall, wall_long, zone_word
from dispatch_tui.widgets.pieces import Line, Piece, fit, width_of

TWO_COLUMNS_FROM = 100
KIND_WORDS = {
    "first_response": "reply",
    "resolution": "fix",
    "next_update": "update",
    "customer_waiting": "waiting",
}
VISIT_WORDS = {
    "planned": "planned",
    "confirmed": "confirmed",
    "en_route": "on the way",
    "on_site": "on site",
    "done": "done",
    "called_off": "called off",
}
LABEL = 9
LONGEST = 4
"""Lines that one text may take."""


class Frame(NamedTuple):
    """What lines are built for: their width, the instant, the look, the zone of the site."""

    width: int
    now_us: int
    look: Look
    zone: str


def story_lines(detail: CallDetail, width: int, now_us: int, look: Look) -> list[Line]:
    """The detail of a call for a pane ``width`` cells wide: facts, then the story; beside each other where there is
    room."""
    zone = detail.names.site_tz
    if width < TWO_COLUMNS_FROM:
        frame = Frame(width, now_us, look, zone)
        return [*_head(detail, frame), *_facts(detail, frame), *_happened(detail, frame)]
    left_width = width // 2 - 1
    left = Frame(left_width, now_us, look, zone)
    right = Frame(width - left_width - 3, now_us, look, zone)
    rule = Piece(f" {look.glyphs.rail} ", "dim")
    body = _beside(_facts(detail, left), _happened(detail, right), left_width, rule)
    return [*_head(detail, Frame(width, now_us, look, zone)), *body]


def next_look(detail: CallDetail, now_us: int) -> int:
    """When the detail next reads otherwise with nothing happening: the site's wall clock is in it, and its clocks."""
    moments = [next_minute(now_us)]
    for one in detail.clocks:
        if one.ended_at is None:
            due, warn = (None if at is None else to_us(at) for at in (one.due_at, one.warn_at))
            moments.append(next_of_clock(due, warn, one.paused_since is not None, now_us))
    return min(moments)


def _beside(left: Sequence[Line], right: Sequence[Line], width: int, rule: Piece) -> list[Line]:
    lines: list[Line] = []
    for index in range(max(len(left), len(right))):
        one = left[index] if index < len(left) else ()
        other = right[index] if index < len(right) else ()
        lines.append((*one, Piece(" " * max(0, width - width_of(one))), rule, *other))
    return lines


def _head(detail: CallDetail, frame: Frame) -> list[Line]:
    call, look = detail.call, frame.look
    glyph = look.glyphs.priority[call.priority - 1]
    status = f"{look.glyphs.statuses[call.status]} {STATUS_WORDS[call.status]}"
    reason = (
        f": {fit(plain(call.held_reason), max(8, frame.width // 3), look).rstrip()}"
        if call.held_reason
        else ""
    )
    number = f" {plain(call.number)}  "
    marks = f"{glyph} P{call.priority}  {status}{reason}"
    room = max(10, frame.width - cell_len(number) - cell_len(marks) - 3)
    title = Piece(fit(plain(call.title), room, look), "title")
    return [(Piece(number, "key"), title, Piece(f"  {marks} ", "bar"))]


def _facts(detail: CallDetail, frame: Frame) -> list[Line]:
    call, names = detail.call, detail.names
    lines = [_clock(clock, frame) for clock in detail.clocks if clock.ended_at is None]
    if not lines:
        lines.append(_labelled("Clock", f"{frame.look.glyphs.none} none is running", frame, "dim"))
    for matter in detail.escalations:
        words = f"{matter_words(matter.status, matter.owner, frame.look)}: {plain(matter.title)}"
        lines += _text("Escalated", words, frame, "late" if matter.status == "open" else "soon")
    local = from_us(frame.now_us).astimezone(detail.zone)
    place = ", ".join(filter(None, map(plain, (names.site, names.address, names.city))))
    lines += _text(
        "Customer", " ".join(filter(None, (plain(names.customer), _in_brackets(names.tier)))), frame, "bold"
    )
    lines += _text("Site", f"{place or 'not known'}, there it is {local:%H:%M} {zone_word(local)}", frame)
    lines += _text("Access", names.access_notes, frame)
    for contact in detail.contacts[:2]:
        lines += _text("Contact", _contact(contact), frame)
    lines += _unit(detail.unit, frame) if detail.unit is not None else []
    who = ", ".join(filter(None, map(plain, (names.technician, names.team))))
    lines += _text("Assigned", who or "nobody yet", frame)
    lines += _text("Taken by", names.operator, frame)
    for promise in detail.promises:
        due = to_us(promise.due_at)
        style = "late" if due < frame.now_us else "soon"
        lines += _text(
            "Promised", f"by {wall(due, frame.zone, frame.now_us)}: {plain(promise.what)}", frame, style
        )
    if not detail.promises:
        lines += _text("Promised", "nothing open", frame, "dim")
    for owed in detail.follow_ups:
        due = to_us(owed.due_at)
        other = f" ({plain(owed.number)})" if owed.number != call.number else ""
        words = f"by {wall(due, frame.zone, frame.now_us)}: {plain(owed.reason)}{other}"
        lines += _text("Owed", words, frame, "late" if due < frame.now_us else "text")
    lines += _text("Says", call.description, frame)
    lines += _text("Done", call.resolution, frame)
    for visit in dict.fromkeys((*detail.visits, *detail.unit_visits)):
        lines += _visit(visit, call, frame)
    return lines


def _in_brackets(text: str) -> str:
    return f"({plain(text)})" if plain(text) else ""


def _clock(clock: CallClock, frame: Frame) -> Line:
    """The state of a clock that goes on, and when it is due; a click explains it."""
    words, style = _clock_words(clock, frame)
    label, said = _labelled(KIND_WORDS.get(clock.kind, clock.kind), words, frame, style)
    action = f"explain:{clock.kind}"
    return (label._replace(action=action), said._replace(action=action))


def _clock_words(clock: CallClock, frame: Frame) -> tuple[str, str]:
    glyphs, now = frame.look.glyphs, frame.now_us
    due = to_us(clock.due_at) if clock.due_at is not None else None
    if due is not None and now - due >= SECOND:
        left = span((now - due) // SECOND)
        return f"{glyphs.late} late {left}  was due {wall_long(due, frame.zone)}", "late"
    if clock.paused_since is not None:
        return f"{glyphs.paused} paused since {wall(to_us(clock.paused_since), frame.zone, now)}", "dim"
    waited = age(from_us(now) - clock.started_at)
    if due is None:
        if clock.promised:
            return f"{glyphs.none} never due: no open hours hold it", "text"
        return f"{glyphs.left} for {waited}, no answer is promised", "text"
    left, when = span(max(0, due - now) // SECOND), wall_long(due, frame.zone)
    if clock.warn_at is not None and to_us(clock.warn_at) <= now:
        return f"{glyphs.soon} soon {left}  due {when}", "soon"
    return f"{glyphs.left} left {left}  due {when}", "text"


def _contact(contact: ContactLine) -> str:
    goes_by = f" “{plain(contact.goes_by)}”" if plain(contact.goes_by) else ""
    ways = (contact.mobile, contact.phone, contact.email)
    best = f"best {plain(contact.best_time)}" if plain(contact.best_time) else ""
    return ", ".join(
        filter(None, (f"{plain(contact.name)}{goes_by}", *map(plain, ways), best, plain(contact.note)))
    )


def _unit(unit: UnitBrief, frame: Frame) -> list[Line]:
    parts = [plain(unit.serial), " ".join(filter(None, map(plain, (unit.maker, unit.model))))]
    if unit.installed_at is not None:
        parts.append(f"installed {_day(unit.installed_at)}")
    if unit.meter is not None:
        parts.append(f"{unit.meter:,.0f} {plain(unit.meter_unit)}")
    if unit.warranty_until is not None:
        over = to_us(unit.warranty_until) < frame.now_us
        parts.append(f"warranty {'ended' if over else 'until'} {_day(unit.warranty_until)}")
    return _text("Unit", ", ".join(filter(None, parts)), frame)


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%b %Y}"


def _visit(line: VisitLine, call: Call, frame: Frame) -> list[Line]:
    visit = line.visit
    at = visit.done_at or visit.on_site_at or visit.window_from or visit.happened_at
    what = "; ".join(filter(None, map(plain, (visit.problem, visit.cause, visit.work))))
    outcome = f", {visit.outcome}" if visit.outcome else ""
    other = f" {plain(line.number)}" if visit.call_id != call.id else ""
    when = wall(to_us(at), frame.zone, frame.now_us)
    words = f"{when} {plain(line.technician)} {VISIT_WORDS[visit.status]}{outcome}{other}"
    return _text("Visit", f"{words}: {what}" if what else words, frame)


def _happened(detail: CallDetail, frame: Frame) -> list[Line]:
    """What happened, newest first; what was said stands in it."""
    lines: list[Line] = [(Piece(" Story", "dim"),)]
    for one in detail.story:
        when = wall(to_us(one.happened_at), frame.zone, frame.now_us)
        who = f"{one.who}: " if one.who else ""
        text = f"{who}{one.text}" + (f"  ({one.flag})" if one.flag else "")
        lines += _wrapped(f" {when:>9}  ", text, frame, "text")
    if not detail.story_complete:
        lines.append((Piece(f" {'':>9}  {frame.look.glyphs.more} and more before", "dim"),))
    return lines


def _labelled(label: str, words: str, frame: Frame, style: str = "text") -> Line:
    return (Piece(f" {fit(label, LABEL, frame.look)} ", "dim"), Piece(words, style))


def _text(label: str, words: str, frame: Frame, style: str = "text") -> list[Line]:
    """A labelled text over as many lines as it needs; nothing where it is empty."""
    words = plain(words)
    return _wrapped(f" {fit(label, LABEL, frame.look)} ", words, frame, style) if words else []


def _wrapped(label: str, words: str, frame: Frame, style: str) -> list[Line]:
    room = max(8, frame.width - cell_len(label) - 1)
    lines = list(_broken(words, room))
    if len(lines) > LONGEST:
        lines = [
            *lines[: LONGEST - 1],
            fit(f"{lines[LONGEST - 1]} {frame.look.glyphs.more}", room, frame.look),
        ]
    blank = " " * cell_len(label)
    return [
        (Piece(label if index == 0 else blank, "dim"), Piece(text, style)) for index, text in enumerate(lines)
    ]


def _broken(words: str, room: int) -> Iterable[str]:
    """Break at blanks so that each line takes at most ``room`` cells; longer words are cut."""
    line = ""
    for word in words.split(" "):
        while cell_len(word) > room:
            if line:
                yield line
                line = ""
            cut = room if word.isascii() else _cells(word, room)
            yield word[:cut]
            word = word[cut:]
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= room:
            line = joined
        else:
            yield line
            line = word
    if line:
        yield line


def _cells(word: str, room: int) -> int:
    """How many characters of ``word`` fit into ``room`` cells (at least one)."""
    cut = 1
    while cut < len(word) and cell_len(word[: cut + 1]) <= room:
        cut += 1
    return cut
