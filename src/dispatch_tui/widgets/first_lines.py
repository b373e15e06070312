"""How the call-first list reads: a line for each conversation, offers on top, and the sheet for the one at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from textwrap import wrap
from typing import Final, NamedTuple

from dispatch_tui.care.call_first import CallSheet
from dispatch_tui.clock import to_us
from dispatch_tui.desk.deciding import Offer
from dispatch_tui.store.owed import PromptCount
from dispatch_tui.store.prompts import PromptRow
from dispatch_tui.text import age, plain, span
from dispatch_tui.themes import Look
from dispatch_tui.widgets.moments import next_of_clock
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

SOON: Final = timedelta(minutes=30)
"""A call that helps for less than this counts as soon."""
_STATE, _LEFT, _CUSTOMER = 7, 9, 20
_LABEL = 14


class Sheet(NamedTuple):
    """What the pane shows of one prompt: the call sheet, the customer's zone, the calls by id (number, title)."""

    sheet: CallSheet
    zone: tzinfo
    calls: Mapping[int, tuple[str, str]]


def title_line(count: PromptCount, mine: bool, width: int, look: Look) -> Line:
    """How many there are, how many of them late."""
    words = f" {count.now:,} to call" if count.now else " nobody to call"
    late = f"   {look.glyphs.late} {count.late:,} late" if count.late else ""
    whose = "   only mine" if mine else ""
    return (
        Piece(" Call first ", "current"),
        Piece(words, "title"),
        Piece(late, "error"),
        Piece(whose, "bar"),
    )


def state_of(until: datetime, now: datetime) -> str:
    """``late`` after the last useful minute, ``soon`` shortly before it, else ``left``."""
    return "late" if now > until else "soon" if until - now < SOON else "left"


def next_change(rows: Iterable[PromptRow], now: datetime) -> datetime | None:
    """When a countdown next reads otherwise."""
    now_us = to_us(now)
    moments = [
        next_of_clock(to_us(row.useful_until), to_us(row.useful_until - SOON), False, now_us) for row in rows
    ]
    wait = min(moments, default=None)
    return None if wait is None else now + timedelta(microseconds=wait - now_us)


def first_rows(
    rows: Sequence[PromptRow],
    offers: Sequence[Offer],
    now: datetime,
    width: int,
    look: Look,
    *,
    more: bool,
    me: int,
    others: int = 0,
) -> list[Row]:
    """Offers to me, a heading, then a line for each conversation by rank; ``others``: how many wait that are not
    shown."""
    found = [_offer_row(one, now, width, look) for one in offers]
    if not rows:
        words = (
            "Nobody needs a call now.",
            "Prompts come by themselves: slips, promises, voicemails, aftercare …",
        )
        if others:
            words = ("Nothing was handed over to you.", f"{others:,} wait for whoever calls: m shows them.")
        return [*found, Row(()), *(Row((Piece(f" {one}", "dim"),)) for one in words)]
    head = f" {'state':<{_STATE}} {'helps for':>{_LEFT}}  {fit('customer', _CUSTOMER, look)} why"
    found.append(Row((Piece(fit(head, width, look), "dim"),)))
    found += [_prompt_row(row, now, width, look, me) for row in rows]
    if more:
        found.append(Row((Piece(" More below.", "dim"),)))
    return found


def _prompt_row(row: PromptRow, now: datetime, width: int, look: Look, me: int) -> Row:
    state = state_of(row.useful_until, now)
    glyph = {"late": look.glyphs.late, "soon": look.glyphs.soon, "left": look.glyphs.left}[state]
    style = {"late": "late", "soon": "soon", "left": "text"}[state]
    left = age(abs(row.useful_until - now))
    who = plain(row.customer) or "not known"
    held = (
        "" if row.holder_id is None else "mine: " if row.holder_id == me else f"{plain(row.holder)} has it: "
    )
    room = max(4, width - _STATE - _LEFT - _CUSTOMER - 5)
    why = held + plain(row.words)
    return Row(
        (
            Piece(f" {glyph} {state:<{_STATE - 2}} {left:>{_LEFT}}  ", style),
            Piece(fit(who, _CUSTOMER, look), "bold"),
            Piece(f" {fit(why, room, look)}", "dim" if held and row.holder_id != me else "text"),
        ),
        f"prompt:{row.id}",
    )


def _offer_row(one: Offer, now: datetime, width: int, look: Look) -> Row:
    note = f": {plain(one.note)}" if plain(one.note) else ""
    who = plain(one.customer) or "a customer"
    words = f"{plain(one.giver)} asks you to call {who}{note} ({age(now - one.offered_at)} ago)"
    keys = (
        Piece("  a", "accent", "accept_offer"),
        Piece(" accept  ", "dim", "accept_offer"),
        Piece("x", "accent", "decline_offer"),
        Piece(" decline", "dim", "decline_offer"),
    )
    room = max(10, width - 26)
    return Row((Piece(f" {look.glyphs.news} {fit(words, room, look)}", "news"), *keys), f"offer:{one.id}")


# -- the sheet of one prompt --------------------------------------------------------------------


def sheet_lines(row: PromptRow, known: Sheet | None, now: datetime, width: int, look: Look) -> list[Line]:
    """Whom to reach, what was last said, why, what to say, and what its place is made of."""
    if known is None:
        return [
            (Piece(f" {plain(row.customer) or 'Customer not known'}", "bold"), Piece("  reading …", "dim"))
        ]
    zone = known.zone
    until = row.useful_until.astimezone(zone)
    lines = [_headline(row, known, now, width, look)]
    lines += _told("Reach", known.sheet.reach.words, width, look, "text")
    lines += _told("Last said", _last_words(known.sheet, now), width, look, "dim")
    lines.append(())
    before = ""
    for title, words in known.sheet.talk.lines:
        lines += _told("" if title == before else title, words, width, look, "text")
        before = title
    lines.append(())
    for n, reason in enumerate(row.reasons):
        state = state_of(reason.useful_until, now)
        style = {"late": "late", "soon": "soon", "left": "text"}[state]
        helps = f"by {_wall(reason.useful_until, now, zone)}"
        call = known.calls.get(reason.call_id) if reason.call_id is not None else None
        number = f"{plain(call[0])} " if call is not None else ""
        lines += _told("" if n else "Why", f"{number}{plain(reason.words)}, {helps}", width, look, style)
    lines += _told("Place", _rank_words(row, until, now), width, look, "dim")
    for part in row.rank_parts:
        if part.minutes:
            amount = f"{'-' if part.minutes < 0 else '+'}{span(abs(part.minutes) * 60)}"
            words = f"{amount:>9}  {part.name}: {plain(part.words)}"  # one below the other
            lines.append((Piece(fit(f" {'':<{_LABEL}}{words}", width, look), "dim"),))
    return lines


def _headline(row: PromptRow, known: Sheet, now: datetime, width: int, look: Look) -> Line:
    calls = "  ".join(f"{plain(number)} {plain(title)}" for number, title in known.calls.values())
    who = plain(row.customer) or "Customer not known"
    local = now.astimezone(known.zone)
    there = f"{local:%H:%M} there"
    room = max(0, width - len(who) - len(there) - 6)
    return (
        Piece(f" {who}", "bold"),
        Piece(f"  {there}  ", "dim"),
        Piece(fit(calls, room, look), "dim", "open_in_queue"),
    )


def _rank_words(row: PromptRow, until: datetime, now: datetime) -> str:
    score = sum(part.minutes for part in row.rank_parts)
    start = f"less {span(score * 60)} head start" if score >= 0 else f"set back by {span(-score * 60)}"
    zone = until.tzinfo
    assert zone is not None
    rank = row.rank_at.astimezone(zone)
    helps = _wall(row.useful_until, now, zone)
    return f"ranked at {rank:%a %H:%M}: it helps until {helps}, {start}"


def _last_words(sheet: CallSheet, now: datetime) -> str:
    last = sheet.last_word
    if last is None:
        return "nothing on record"
    who = "we" if last.by_us else "they"
    tried = "" if last.two_way else ", no conversation"
    said = f": {plain(last.said)}" if plain(last.said) else ""
    return f"{who} {age(now - last.at)} ago by {plain(last.channel) or 'phone'}{tried}{said}"


def _wall(instant: datetime, now: datetime, zone: tzinfo) -> str:
    local, here = instant.astimezone(zone), now.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == here.date() else f"{local:%a} {local.day} {local:%b %H:%M}"


def _told(label: str, words: str, width: int, look: Look, style: str) -> list[Line]:
    """A label and its words, wrapped below each other."""
    texts = wrap(plain(words), max(10, width - _LABEL - 2)) or [""]
    return [
        (
            Piece(f" {fit(label if first else '', _LABEL, look)}", "dim"),
            Piece(fit(text, max(1, width - _LABEL - 1), look), style),
        )
        for first, text in ((n == 0, text) for n, text in enumerate(texts))
    ]
