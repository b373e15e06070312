"""The customer screen: its head, and the overview of what matters now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dispatch_tui.care.amends import Loaner
from dispatch_tui.care.health import HealthReason
from dispatch_tui.care.ledger import Entry, Ledger
from dispatch_tui.clock import to_us
from dispatch_tui.desk.customer_record import CustomerRecord
from dispatch_tui.store.customers import AgreementRow, LoanerRow, NoteRow, OpenCall
from dispatch_tui.text import age, plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.moments import wall
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

WHEN = 10
"""Cells that a date takes."""
_BAR = 12
_NOTES_SHOWN, _ENTRIES_SHOWN, _CALLS_SHOWN = 4, 4, 6


def level_piece(level: str, look: Look) -> tuple[str, str]:
    """Sign and style of a state: good, watch, at risk."""
    glyphs = look.glyphs
    if level in ("risk", "at risk"):
        return glyphs.late, "late"
    return (glyphs.soon, "soon") if level == "watch" else (glyphs.kept, "text")


def head_lines(record: CustomerRecord, width: int, look: Look) -> list[Line]:
    """Four lines: who they are; how they do, with the trust that is left; when we spoke; whom to reach and how."""
    card, health = record.card, record.health
    facts = (card.tier, f"contract: {card.stage}" if card.stage else "", card.currency)
    right = " · ".join(filter(None, map(plain, facts)))
    name = plain(card.name) or f"customer {card.id}"
    room = max(1, width - len(right) - 3)
    sign, style = level_piece(health.state, look)
    bad = [one.words for one in health.reasons if one.level != "good"]
    words = f" {sign} {health.state}" + (f": {plain(bad[0])}" if bad else "")
    more = f" (+{len(bad) - 1})" if len(bad) > 1 else ""
    buffer = buffer_pieces(record.ledger, look)
    left = max(1, width - sum(len(piece.text) for piece in buffer) - 2)
    return [
        (Piece(f" {fit(name, room, look)} ", "bold"), Piece(right, "dim")),
        (Piece(fit(words + more, left, look), style), Piece(" "), *buffer),
        (Piece(fit(f" {cadence_words(record)}", width, look), "dim"),),
        (
            Piece(" reach ", "dim"),
            Piece(
                fit(plain(record.reach.words), max(1, width - 7), look),
                "late" if record.reach.problem else "text",
            ),
        ),
    ]


def buffer_pieces(ledger: Ledger, look: Look) -> Line:
    """The trust that is left before "at risk", as a bar and in words: never a bare score."""
    start = ledger.entries[-1].weight - ledger.at_risk_below if ledger.entries else 1.0
    whole = max(start, ledger.buffer, 1.0)
    filled = max(0, min(_BAR, round(_BAR * ledger.buffer / whole)))
    full, empty = look.glyphs.shades[3], look.glyphs.shades[0]
    if ledger.at_risk:
        words, style = f"{-ledger.buffer:.0f} below at risk", "late"
    else:
        words, style = f"{ledger.buffer:.0f} above at risk", "soon" if filled <= _BAR // 4 else "text"
    return (
        Piece("trust ", "dim"),
        Piece(full * filled, style),
        Piece(empty * (_BAR - filled), "dim"),
        Piece(f" {words}", style),
    )


def cadence_words(record: CustomerRecord) -> str:
    """When we last spoke, against how often we mean to; contacts since that were no conversation."""
    plan, now = record.cadence, record.at
    if plan.last_talk_at is None:
        spoke = "Nobody has spoken with them yet"
    else:
        spoke = f"Spoke {age(now - plan.last_talk_at)} ago"
    drift = plan.drift(now)
    due = f"overdue by {age(drift)}" if drift.total_seconds() > 0 else f"next in {age(-drift)}"
    contacts = "1 contact" if plan.streak == 1 else f"{plan.streak} contacts"
    streak = f"; {contacts} since, no talk" if plan.streak else ""
    return f"{spoke}, every {plan.every.days} days, {due}{streak}."


def overview_rows(record: CustomerRecord, width: int, look: Look) -> list[Row]:
    """What matters now, each part with a word where there is nothing."""
    rows = [*_heading("How they are doing")]
    rows += [_reason_row(one, width, look) for one in record.health.reasons]
    if not record.health.reasons:
        rows.append(_dim("Nothing speaks for or against them yet."))
    rows += [Row(()), *_heading("Open calls")]
    rows += [call_row(one, record, width, look) for one in record.calls[:_CALLS_SHOWN]]
    if not record.calls:
        rows.append(_dim("None."))
    elif len(record.calls) > _CALLS_SHOWN:
        rows.append(_dim(f"{len(record.calls) - _CALLS_SHOWN} more: see the timeline."))
    out = [one for one in record.loaners if one.back_at is None]
    if out:
        rows += [Row(()), *_heading("Lent to them")]
        rows += [loaner_row(one, record, width, look) for one in out]
    rows += [Row(()), *_heading("Trust, the latest first")]
    rows += [entry_row(one, record, width, look) for one in record.ledger.entries[:_ENTRIES_SHOWN]]
    rows += [Row(()), *_heading("Agreements")]
    rows += [agreement_row(one, record, width, look) for one in record.agreements]
    if not record.agreements:
        rows.append(_dim("No agreement: nothing is promised, so nothing counts down."))
    hold = [one for one in record.notes if one.ended_at is None]
    rows += [Row(()), *_heading("What to keep in mind")]
    rows += [note_row(one, record, width, look) for one in hold[:_NOTES_SHOWN]]
    if not hold:
        rows.append(_dim("No notes yet. 'a' adds a plan, an idea, a wish or what delights them."))
    return rows


def call_row(call: OpenCall, record: CustomerRecord, width: int, look: Look) -> Row:
    """An open call, with when it is due."""
    sign = look.glyphs.statuses.get(call.status, " ")
    due = "" if call.due_at is None else f"due {_when(call.due_at, record)}"
    late = call.due_at is not None and call.due_at < record.at
    if late:
        due = f"{look.glyphs.late} {due}"
    words = f"{plain(call.title)} (P{call.priority}, {STATUS_WORDS.get(call.status, call.status)})"
    room = max(1, width - WHEN - 18 - 2)
    return Row(
        (
            Piece(f" {fit(plain(call.number), WHEN - 1, look)} ", "dim"),
            Piece(f"{sign} {fit(words, room - 2, look)} ", "text"),
            Piece(fit(due, 17, look, right=True), "late" if late else "dim"),
        ),
        f"call:{call.number}",
    )


def entry_row(entry: Entry, record: CustomerRecord, width: int, look: Look) -> Row:
    """One entry of the trust ledger: as booked, and what it counts today."""
    when = "" if entry.event is None else _when(entry.event.at, record)
    sign = look.glyphs.up if entry.points >= 0 else look.glyphs.down
    style = "late" if entry.points < 0 else "text"
    key = "" if entry.event is None else f"entry:{entry.event.kind}:{entry.event.record_id}"
    return Row(
        (
            Piece(f" {fit(when, WHEN, look)}", "dim"),
            Piece(f"{sign} {entry.points:>+4d} ", style),
            Piece(f"{fit(f'now {entry.weight:+.1f}', 11, look)} ", "dim"),
            Piece(fit(plain(entry.words), max(1, width - WHEN - 21), look), "text"),
        ),
        key,
    )


def agreement_row(one: AgreementRow, record: CustomerRecord, width: int, look: Look) -> Row:
    """An agreement, with when it ends and how far its renewal is."""
    ended = one.ends_at is not None and one.ends_at < record.at
    ends = "" if one.ends_at is None else f"{'ended' if ended else 'until'} {_when(one.ends_at, record)}"
    stage = f"renewal: {plain(one.stage)}" if one.stage else ""
    about = f"for {plain(one.about)}" if one.about else ""
    words = " · ".join(filter(None, (plain(one.name), about, plain(one.cover), stage)))
    return Row(
        (
            Piece(f" {fit(words, max(1, width - 18), look)} ", "dim" if ended else "text"),
            Piece(fit(ends, 15, look, right=True), "soon" if ended else "dim"),
        ),
        f"agreement:{one.id}",
    )


def loaner_row(one: LoanerRow, record: CustomerRecord, width: int, look: Look) -> Row:
    """A loaner: out, overdue or back."""
    loan = Loaner(one.out_at, one.due_back_at, one.back_at)
    state = loan.state_at(record.at)
    sign = {"out": look.glyphs.left, "overdue": look.glyphs.late, "back": look.glyphs.kept}[state]
    style = {"out": "text", "overdue": "late", "back": "dim"}[state]
    name = " ".join(filter(None, (plain(one.serial), plain(one.name), plain(one.note))))
    return Row(
        (
            Piece(f" {fit(_when(one.out_at, record), WHEN, look)}", "dim"),
            Piece(f"{sign} {fit(loan.words_at(record.at), 22, look)} ", style),
            Piece(fit(name, max(1, width - WHEN - 26), look), style),
        ),
        f"loaner:{one.id}",
    )


def note_row(one: NoteRow, record: CustomerRecord, width: int, look: Look) -> Row:
    """A note on the customer."""
    ended = one.ended_at is not None
    style = "dim" if ended else "late" if one.kind == "complaint" else "text"
    who = f" ({plain(one.contact)})" if one.contact else ""
    words = f"{plain(one.what)}{who}{' · ended' if ended else ''}"
    return Row(
        (
            Piece(f" {fit(_when(one.happened_at, record), WHEN, look)}", "dim"),
            Piece(f"{fit(one.kind, 13, look)} ", style),
            Piece(fit(words, max(1, width - WHEN - 15), look), style),
        ),
        f"note:{one.id}",
    )


def _reason_row(one: HealthReason, width: int, look: Look) -> Row:
    sign, style = level_piece(one.level, look)
    word = {"good": "good", "watch": "watch", "risk": "risk"}[one.level]
    return Row(
        (
            Piece(f" {sign} {word:<6}", style),
            Piece(fit(plain(one.words), max(1, width - 10), look), "text"),
        )
    )


def _heading(words: str) -> Iterable[Row]:
    yield Row((Piece(f" {words}", "bold"),))


def _dim(words: str) -> Row:
    return Row((Piece(f" {words}", "dim"),))


def _when(instant: datetime, record: CustomerRecord) -> str:
    return wall(to_us(instant), record.card.tz, to_us(record.at))
