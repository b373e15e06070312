"""``dispatch-tui sla explain``: why a call is due when it is, clock by clock."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.explained import CallWhy, ClockWhy, call_explained
from dispatch_tui.errors import NotFound
from dispatch_tui.sla.explain import Explanation, Segment
from dispatch_tui.sla.sentence import CLOCK_NAMES, hours_words, sentence, shown_minutes, span_words
from dispatch_tui.store.queue import row_by_number
from dispatch_tui.text import plain
from dispatch_tui.widgets.explain_words import calendar_words, change_words, other_words, segment_words

_COLUMNS = (
    Column("From"),
    Column("To", rank=1),
    Column("What", rank=2, least=8),
    Column("Counted", right=True),
    Column("Skipped", right=True),
    Column("In all", right=True),
)


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Explain the call; 0. Raises :class:`NotFound`, also for a clock that the call does not have."""
    with desk_for(args, clock) as desk, desk.store.read() as connection:
        row = row_by_number(connection, args.number.strip())
        if row is None:
            raise NotFound("call", plain(args.number), "'dispatch-tui queue' lists the open ones.")
        why = call_explained(connection, row.id)
    clocks = [one for one in why.clocks if args.clock in ("", one.kind)]
    if args.clock and not clocks:
        has = ", ".join(one.kind for one in why.clocks) or "none"
        raise NotFound("clock", f"{args.clock} of {why.call.number}", f"Its clocks: {has}.")
    now = clock.now()
    if args.json:
        out.json(_shape(why, clocks, now))
    else:
        _show(out, why, clocks, now)
    return 0


def _show(out: Output, why: CallWhy, clocks: list[ClockWhy], now: datetime) -> None:
    out.line(out.styled(f"{plain(why.call.number)}  {plain(why.call.title)}", "bold"))
    if not why.clocks:
        covered = why.call.agreement_id is not None
        name = plain(why.names.agreement)
        out.line(
            f"{name} promises nothing at priority {why.call.priority}: no clock runs."
            if covered
            else "No agreement covers this call: nothing is promised, no clock runs."
        )
    for one in clocks:
        explanation = one.explained(now)
        heading(out, f"{CLOCK_NAMES[one.kind]}: {one.state_at(now)}")
        wrapped(out, f"  {sentence(one.clock, explanation, now, why.zone, due_at=one.due_at)}")
        _segments(out, why, one, explanation)
        facts(out, _follows(why, one))
        for change in one.changes:
            wrapped(out, f"  Changed: {change_words(change, why.zone)}")
    if why.others:
        heading(out, "Other agreements, as they are today")
        for other in why.others:
            wrapped(out, f"  {other_words(other)}")


def _follows(why: CallWhy, one: ClockWhy) -> dict[str, str]:
    if one.follows is None:
        return {}
    return {
        "Agreement": f"{one.follows.name}, version {one.follows.version}",
        "Hours": calendar_words(one),
        "Why this": plain(why.call.agreement_reason),
        "Warns": ", ".join(f"{local(at, why.zone)} ({rule.words()})" for at, rule in one.warnings),
        "Kept": "as it was when it ended; today's time zone data would count otherwise" if one.frozen else "",
    }


def _segments(out: Output, why: CallWhy, one: ClockWhy, explanation: Explanation) -> None:
    if one.clock.budget is None or not explanation.segments:
        return
    none = timedelta(0)
    counted = shown_minutes(part.length if part.counted else none for part in explanation.segments)
    skipped = shown_minutes(none if part.counted else part.length for part in explanation.segments)
    rows, total = [], 0
    for part, count, skip in zip(explanation.segments, counted, skipped, strict=True):
        total += count
        texts = (
            local(part.start, why.zone),
            local(part.end, why.zone),
            segment_words(part),
            _minutes(count),
            _minutes(skip),
            span_words(timedelta(minutes=total)),
        )
        rows.append([Cell(text, "" if part.counted else "dim") for text in texts])
    out.line()
    table(out, _COLUMNS, rows)
    out.line()


def _minutes(minutes: int) -> str:
    return span_words(timedelta(minutes=minutes)) if minutes else ""


def _shape(why: CallWhy, clocks: list[ClockWhy], now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "call": why.call.number,
        "site_tz": str(why.zone),
        "agreement_reason": why.call.agreement_reason,
        "other_agreements": [other._asdict() for other in why.others],
        "clocks": [_clock_shape(why, one, now) for one in clocks],
    }


def _clock_shape(why: CallWhy, one: ClockWhy, now: datetime) -> dict[str, Any]:
    clock, explanation = one.clock, one.explained(now)
    return {
        "kind": one.kind,
        "state": one.state_at(now),
        "started_at": clock.started_at,
        "due_at": one.due_at,
        "warn_at": one.stored.warn_at,
        "paused_since": clock.paused_since,
        "ended_at": clock.ended_at,
        "ended_by": clock.ended_by,
        "reversed": clock.reversed,
        "budget": None if clock.budget is None else clock.budget._asdict(),
        "left_seconds": None if clock.left is None else clock.left.total_seconds(),
        "agreement": None if one.follows is None else one.follows._asdict(),
        "calendar_tz": clock.terms.calendar.hours.zone.key,
        "hours": hours_words(clock.terms.calendar.hours),
        "kept": one.frozen,
        "sentence": sentence(clock, explanation, now, why.zone, due_at=one.due_at),
        "span_seconds": explanation.span.total_seconds(),
        "counted_seconds": explanation.counted.total_seconds(),
        "totals_seconds": {kind: length.total_seconds() for kind, length in explanation.totals.items()},
        "segments": [_segment_shape(part) for part in explanation.segments],
        "warnings": [{"at": at, "rule": rule.words()} for at, rule in one.warnings],
        "changes": [change._asdict() for change in one.changes],
    }


def _segment_shape(part: Segment) -> dict[str, Any]:
    return {
        "start": part.start,
        "end": part.end,
        "kind": part.kind,
        "why": part.why,
        "counted": part.counted,
        "shift_minutes": part.shift // timedelta(minutes=1),
    }
