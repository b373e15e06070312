"""What the log dialog says around its fields: with whom, what was said last, what is owed, words to put otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from textwrap import wrap

from dispatch_tui.care.contacts import Contact, whom_to_reach
from dispatch_tui.care.wording import Mark
from dispatch_tui.store.conversations import Partner
from dispatch_tui.text import age, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, Piece, fit


def title_line(about: Partner, width: int, look: Look) -> Line:
    """About which call, with which customer."""
    what = " ".join(filter(None, (plain(about.number), plain(about.title))))
    who = plain(about.customer) or "customer not known"
    return (
        Piece(" Log  ", "current"),
        Piece(f" {fit(' · '.join(filter(None, (who, what))), max(1, width - 8), look)}", "title"),
    )


def about_lines(about: Partner, reasons: str, now: datetime, width: int, look: Look) -> list[Line]:
    """Why they are called, what was said last, what we have promised: a line each."""
    last = about.last_word
    if last is None:
        said = "nothing on record"
    else:
        who = "we" if last.by_us else "they"
        tried = "" if last.two_way else ", no conversation"
        words = f": {plain(last.said)}" if plain(last.said) else ""
        said = f"{who} {age(now - last.at)} ago by {plain(last.channel) or 'phone'}{tried}{words}"
    owed = (
        "; ".join(f"{plain(one.what)} {_due(one.due_at, now)}" for one in about.promises[:3])
        or "nothing open"
    )
    late = any(one.due_at < now for one in about.promises)
    lines: list[Line] = []
    if reasons:
        lines.append(_fact("Why", reasons, width, look, style="text"))
    lines.append(_fact("Last said", said, width, look))
    lines.append(_fact("Promised", owed, width, look, style="late" if late else "dim"))
    return lines


def _due(due_at: datetime, now: datetime) -> str:
    return f"(late {age(now - due_at)})" if due_at < now else f"(in {age(due_at - now)})"


def _fact(label: str, words: str, width: int, look: Look, *, style: str = "dim") -> Line:
    return (Piece(f" {label:<14}", "dim"), Piece(fit(plain(words), max(1, width - 15), look), style))


def contact_words(one: Contact) -> str:
    """The name they go by, and the first way to reach them."""
    steps = whom_to_reach([one]).steps
    way = f" {steps[0].to}" if steps else " (no number)"
    return f"{one.called or 'no name'}{way}"


def wish_words(one: Contact | None) -> str:
    """What a contact asked for: order of ways, best time, level of detail, wishes."""
    if one is None:
        return "no contact on record: ask who speaks for them"
    return whom_to_reach([one]).words


def talk_lines(talk: Sequence[tuple[str, str]], width: int, look: Look) -> list[Line]:
    """What to say, each title once."""
    lines: list[Line] = []
    before = ""
    for title, words in talk:
        for n, text in enumerate(wrap(plain(words), max(10, width - 15))):
            label = title if n == 0 and title != before else ""
            lines.append(_fact(label, text, width, look, style="text"))
        before = title
    return lines


def mark_lines(found: Sequence[Mark], width: int, look: Look) -> list[Line]:
    """The first words that a customer should not read from us, with what to write instead."""
    if not found:
        return []
    first = found[0]
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    sign = look.glyphs.soon
    words = f" {sign} {first.kind}: “{plain(first.phrase)}”  {plain(first.instead)}{more}"
    return [(Piece(fit(words, width, look), "soon"),)]
