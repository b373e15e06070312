"""How escalated matters read: the list, and the room with its people, options, actions, checks and log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from textwrap import wrap
from typing import Final

from dispatch_tui.care.escalation import Act
from dispatch_tui.store.escalations import EscalationLine, Person, Room
from dispatch_tui.text import age, money, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.escalation_state import state_piece
from dispatch_tui.widgets.pieces import Line, Piece, fit, width_of
from dispatch_tui.widgets.rows import Row

ACT_WORDS: Final[Mapping[Act, tuple[str, str]]] = {
    "take": ("Take it", "you own it from now on"),
    "fix": ("Fixed", "every corrective action is done; then it is checked"),
    "fail_check": ("Check failed", "back to work"),
    "check": ("Checked", "every check has passed; then it is reported back"),
    "report_back": ("Report back", "in a conversation, which closes it"),
    "reopen": ("Reopen", "it came back; checks are looked at anew"),
}
"""Moves as they are offered: a title and what it means."""
_STATE, _OWNER, _AGE, _LEFT = 17, 9, 9, 11
_OPENED_FROM = 100
"""Width from which there is room to say when it was opened."""
_WHEN, _COST, _RISK = 14, 15, 12


# -- the list ----------------------------------------------------------------------------------


def list_head(lines: Sequence[EscalationLine], *, every: bool) -> Line:
    """How many there are, and how many nobody owns."""
    unowned = sum(one.status == "open" for one in lines)
    still_open = sum(one.status != "closed" for one in lines)
    words = f" {still_open:,} open" + (f", {unowned:,} nobody owns" if unowned else "")
    closed = f"   {len(lines) - still_open:,} closed" if every else ""
    return (Piece(" Escalations ", "title"), Piece(f"{words}{closed}", "bar"))


def list_rows(lines: Sequence[EscalationLine], now: datetime, width: int, look: Look) -> list[Row]:
    """A line for each matter; keys ``escalation:3``."""
    if not lines:
        words = (
            "Nothing is escalated.",
            "E on a call escalates it; N opens a matter about a customer. a shows those that are closed.",
        )
        return [Row((Piece(fit(f" {one}", width, look), "dim"),)) for one in words]
    room = max(20, width - 2 - _STATE - _OWNER - _AGE - _LEFT)
    customer = max(0, min(24, room // 2 - 1)) if room >= 40 else 0
    head = (
        f" {fit('matter', room - customer - 1, look)}{fit(' customer', customer, look) if customer else ''} "
    )
    titles = f"{fit('state', _STATE, look)}{fit('owner', _OWNER, look)}{'since':>{_AGE}}{'to do':>{_LEFT}}"
    rows = [Row((Piece(f"{head}{titles}", "dim"),))]
    return rows + [_list_row(one, now, room, customer, look) for one in lines]


def _list_row(one: EscalationLine, now: datetime, room: int, customer: int, look: Look) -> Row:
    name = " ".join(filter(None, (plain(one.call), plain(one.title))))
    state = state_piece(one.status, look)
    left = f"{one.left}" if one.left else look.glyphs.none
    if one.overdue:
        left = f"{left}, {one.overdue} late"
    return Row(
        (
            Piece(f" {fit(name, room - customer - 1, look)}", "bold" if one.status != "closed" else "text"),
            Piece(f" {fit(plain(one.customer), customer - 1, look)}" if customer else "", "text"),
            Piece(" "),
            state._replace(text=fit(state.text, _STATE, look)),
            Piece(fit(plain(one.owner) or look.glyphs.none, _OWNER, look), "text"),
            Piece(f"{age(now - (one.moved_at or one.opened_at)):>{_AGE}}", "dim"),
            Piece(f"{left:>{_LEFT}}", "late" if one.overdue else "text" if one.left else "dim"),
        ),
        f"escalation:{one.id}",
    )


# -- the room ----------------------------------------------------------------------------------


def room_title(found: Room, width: int, look: Look) -> Line:
    """The matter's name."""
    return (
        Piece(" Escalation ", "title"),
        Piece(f" {fit(plain(found.line.title), max(1, width - 14), look)}", "bar"),
    )


def room_head(found: Room, now: datetime, width: int, look: Look) -> list[Line]:
    """How it stands and for how long, whose it is, who owns it; then what comes next."""
    line = found.line
    opened = line.opened_at.astimezone(line.zone)
    state = state_piece(line.status, look)
    since = f" {age(now - (line.moved_at or line.opened_at))}   "
    about = ", ".join(filter(None, (plain(line.customer), f"call {plain(line.call)}" if line.call else "")))
    owner = f"   owner {plain(line.owner)}" if line.owner else ""
    words = f"{about}{owner}"
    if width >= _OPENED_FROM:
        words += f"   opened {opened:%a} {opened.day} {opened:%b %H:%M}"
    room = max(1, width - width_of((state,)) - len(since) - 1)
    return [
        (Piece(" "), state, Piece(since, "dim"), Piece(fit(words, room, look), "text")),
        (Piece(fit(f" {next_words(found)}", width, look), "dim"),),
    ]


def next_words(found: Room) -> str:
    """What has to be so before the next move."""
    matter = found.matter
    if matter.status == "open":
        return "t takes it. Somebody has to own it."
    if matter.status == "working":
        left = sum(one.done_at is None for one in matter.actions)
        return (
            f"{left} corrective actions to go, then m: fixed."
            if left
            else "Nothing is left to do: m says that it is fixed."
        )
    if matter.status == "fixed":
        if not matter.checks:
            return "c adds what is looked at after the fix; without a check it is not checked."
        left = sum(one.passed is None for one in matter.checks)
        failed = sum(one.passed is False for one in matter.checks)
        if failed:
            return f"{failed} checks failed: m takes it back to work."
        return f"{left} checks to look at." if left else "Every check has passed: m says that it is checked."
    if matter.status == "checked":
        return "Talk with the customer, then m: report back. Only a conversation closes it."
    return "Reported back and closed."


def room_rows(found: Room, now: datetime, width: int, look: Look) -> list[Row]:
    """Options, actions, checks and people under their headings; keys ``option:3``, ``action:4`` and so on."""
    zone = found.line.zone
    return [
        *_section(
            "OPTIONS",
            "o",
            ("cost", "ready", "risk"),
            (_COST, _WHEN, _RISK),
            _options(found, zone, width, look),
            width,
            look,
        ),
        *_section(
            "CORRECTIVE ACTIONS",
            "a",
            ("owner", "due"),
            (_OWNER, _WHEN + 8),
            _actions(found, zone, now, width, look),
            width,
            look,
        ),
        *_section("CHECKS AFTER THE FIX", "c", (), (), _checks(found, width, look), width, look),
        *_section("PEOPLE", "p", (), (), _people(found, width, look), width, look),
    ]


def _section(
    title: str,
    key: str,
    columns: Sequence[str],
    widths: Sequence[int],
    rows: Iterator[Row],
    width: int,
    look: Look,
) -> Iterator[Row]:
    """A heading with its columns, the rows, or how to add the first one; and a blank line."""
    heads = "".join(f"{name:>{cells}}" for name, cells in zip(columns, widths, strict=True))
    listed = list(rows)
    yield Row(
        (
            Piece(f" {title}", "bold"),
            Piece(f"  {key} adds" if not listed else "", "dim"),
            Piece(
                heads.rjust(max(0, width - len(title) - 2 - (0 if listed else len(key) + 7)))
                if listed
                else "",
                "dim",
            ),
        )
    )
    yield from listed
    yield Row(())


def _options(found: Room, zone: tzinfo, width: int, look: Look) -> Iterator[Row]:
    room = max(10, width - 4 - _COST - _WHEN - _RISK)
    for part, one in zip(found.options, found.matter.options, strict=True):
        sign = look.glyphs.kept if one.chosen else look.glyphs.left
        what = f"{plain(one.what)} (chosen)" if one.chosen else plain(one.what)
        style = "bold" if one.chosen else "text"
        cells = (
            f"{money(one.cost_minor, plain(one.currency)):>{_COST}}"
            f"{moment_there(one.ready_at, zone):>{_WHEN}}"
        )
        yield Row(
            (
                Piece(f" {sign} ", "news" if one.chosen else "dim"),
                Piece(f"{fit(what, room, look)}", style),
                Piece(cells, "text"),
                Piece(f"{_risk(one.risk, look):>{_RISK}}", "late" if one.risk == "high" else "text"),
            ),
            f"option:{part.id}",
        )


def _risk(risk: str, look: Look) -> str:
    sign = {"high": look.glyphs.late, "medium": look.glyphs.soon, "low": look.glyphs.left}[risk]
    return f"{sign} {risk}"


def _actions(found: Room, zone: tzinfo, now: datetime, width: int, look: Look) -> Iterator[Row]:
    room = max(10, width - 4 - _OWNER - _WHEN - 8)
    for part, one in zip(found.actions, found.matter.actions, strict=True):
        late = one.done_at is None and one.due_at < now
        sign = look.glyphs.kept if one.done_at else look.glyphs.late if late else look.glyphs.left
        when = (
            f"done {moment_there(one.done_at, zone)}"
            if one.done_at
            else f"late, {moment_there(one.due_at, zone)}"
            if late
            else moment_there(one.due_at, zone)
        )
        style = "dim" if one.done_at else "late" if late else "text"
        yield Row(
            (
                Piece(f" {sign} ", "news" if one.done_at else style),
                Piece(fit(plain(one.what), room, look), "dim" if one.done_at else "text"),
                Piece(f"{fit(plain(part.who), _OWNER - 1, look, right=True):>{_OWNER}}", "text"),
                Piece(f"{when:>{_WHEN + 8}}", style),
            ),
            f"action:{part.id}",
        )


def _checks(found: Room, width: int, look: Look) -> Iterator[Row]:
    for part, one in zip(found.checks, found.matter.checks, strict=True):
        words, sign, style = {
            None: ("not looked at", look.glyphs.left, "text"),
            True: (f"passed, {plain(part.who)}", look.glyphs.kept, "news"),
            False: (f"failed, {plain(part.who)}", look.glyphs.broken, "late"),
        }[one.passed]
        room = max(10, width - 5 - len(words))
        yield Row(
            (
                Piece(f" {sign} ", style),
                Piece(f"{fit(plain(one.what), room, look)} "),
                Piece(words, "dim" if one.passed is None else style),
            ),
            f"check:{part.id}",
        )


def _people(found: Room, width: int, look: Look) -> Iterator[Row]:
    for one in found.people:
        side = "ours" if one.ours else "theirs"
        name = f"{plain(one.name)}, {plain(one.part)}" if one.part else plain(one.name)
        room = max(8, width - 14 - len(_reach(one)))
        yield Row(
            (Piece(f"   {side:<8}", "dim"), Piece(f"{fit(name, room, look)} "), Piece(_reach(one), "dim")),
            f"person:{one.id}",
        )


def _reach(one: Person) -> str:
    return plain(one.reach)[:30]


def log_lines(found: Room, width: int, look: Look) -> list[Line]:
    """The log, the oldest line first, each with its time at the site and who wrote it; long ones go on below."""
    zone = found.line.zone
    lines: list[Line] = []
    day = None
    for entry, who in zip(found.matter.log, found.writers, strict=True):
        there = entry.at.astimezone(zone)
        if there.date() != day:
            day = there.date()
            lines.append((Piece(f" {there:%A} {there.day} {there:%B}", "dim"),))
        head = f" {there:%H:%M} "
        name = f"{fit(plain(who), 8, look)} "
        room = max(10, width - len(head) - len(name) - 1)
        body = [part for row in entry.text.splitlines() for part in wrap(plain(row), room) or [""]]
        for number, part in enumerate(body):
            label = (
                (Piece(head, "dim"), Piece(name, "accent"))
                if not number
                else (Piece(" " * (len(head) + len(name))),)
            )
            lines.append((*label, Piece(part)))
    return lines or [(Piece(" Nothing is written yet. n writes the first line.", "dim"),)]


def moment_there(at: datetime, zone: tzinfo) -> str:
    """A moment at the site: ``Wed 4 14:05``."""
    there = at.astimezone(zone)
    return f"{there:%a} {there.day} {there:%H:%M}"


def log_title(found: Room, width: int, look: Look) -> Line:
    """A heading over the log, with how many lines it has."""
    count = f" {found.line.entries:,} "
    return (
        Piece(" LOG", "bold"),
        Piece(count, "dim"),
        Piece(look.glyphs.rule * max(0, width - 5 - len(count)), "dim"),
    )
