"""``dispatch-tui call resolve``, ``close``, ``finish``, ``rate``: how a call or its visit ended, and what was said."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from dispatch_tui.care.coming import coming
from dispatch_tui.care.followups import OpenItem
from dispatch_tui.cli.call import find
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.sheet import wrapped
from dispatch_tui.clock import Clock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.ending import Answers, EndAct, end_call, ending_of, finish_visit
from dispatch_tui.desk.followups import Owed, owed
from dispatch_tui.desk.ratings import rate
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store.briefing import live_visits
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import plain

_TEXTS = ("outcome", "problem", "cause", "avoid", "expect", "next_step", "confirmed", "unconfirmed")
_SAID = {"resolve": "resolved", "close": "closed", "finish": "visit done"}


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Do the act, and say what follows from it; 0. Raises what the desk's act does."""
    with desk_for(args, clock) as desk:
        with desk.store.read() as connection:
            row = find(connection, args.number)
            before = {one.id for one in owed(connection, call_id=row.id)}
        if args.act == "rate":
            return _rate(args, out, desk, row)
        _end(args, desk, row, clock)
        with desk.store.read() as connection:
            new = [one for one in owed(connection, call_id=row.id) if one.id not in before]
    if args.json:
        out.json({"call": row.number, "act": args.act, "follow_ups": [_shape(one) for one in new]})
        return 0
    out.line(f"{plain(row.number)} {_SAID[args.act]}")
    for one in new:
        wrapped(out, f"  owed by {local(one.due_at, zone_of(row.site_tz))}: {plain(one.reason)}")
    return 0


def _rate(args: Namespace, out: Output, desk: Desk, row: QueueRow) -> int:
    rating_id = rate(desk, row.id, args.points, rater=args.by, words=args.words)
    if args.json:
        out.json({"call": row.number, "rating": rating_id, "points": args.points, "rater": args.by})
    else:
        by = "the customer" if args.by == "customer" else "us"
        out.line(f"{plain(row.number)} rated {args.points} of 5 by {by}")
    return 0


def _end(args: Namespace, desk: Desk, row: QueueRow, clock: Clock) -> None:
    act: EndAct = "resolve" if args.act == "resolve" else "close" if args.act == "close" else "finish_visit"
    visit_id = _on_site(desk, row) if act == "finish_visit" else 0
    with desk.store.read() as connection:
        zone = zone_of(ending_of(connection, act, visit_id or row.id).zone)
    now = clock.now()
    items = []
    for text in args.left_open:
        what, by, when = text.rpartition(" by ")
        if not by:
            raise InvalidInput(
                "--left-open", f"{plain(text)!r} has no time", "Write 'send the manual by fri 14:00'."
            )
        items.append(OpenItem(what.strip(), coming(when, now, zone, field="--left-open")))
    answers = Answers(
        {name: getattr(args, name) for name in _TEXTS if getattr(args, name)},
        coming(args.next_step_at, now, zone, field="--next-step-at") if args.next_step_at else None,
        tuple(items),
        args.done,
        args.rating,
        args.rating_words,
    )
    if act == "finish_visit":
        finish_visit(
            desk,
            visit_id,
            answers,
            labour_minutes=args.labour_minutes,
            downtime_minutes=args.downtime_minutes,
        )
    else:
        end_call(desk, row.id, act, answers)


def _on_site(desk: Desk, row: QueueRow) -> int:
    with desk.store.read() as connection:
        lines = [one for one in live_visits(connection, row.id) if one.visit.status == "on_site"]
    if not lines:
        raise InvalidInput(
            "visit", f"nobody is on site for {plain(row.number)}", "Say first that somebody has arrived."
        )
    return lines[0].visit.id


def _shape(one: Owed) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "from_at": one.from_at,
        "due_at": one.due_at,
        "reason": one.reason,
    }
