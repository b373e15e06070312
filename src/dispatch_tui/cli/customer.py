"""``dispatch-tui customer``: one customer with health, trust, people, calls, agreements and what happened last."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dispatch_tui.care.amends import Loaner
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.clock import Clock
from dispatch_tui.desk.customer_parts import Parts, read_parts
from dispatch_tui.desk.customer_record import CustomerRecord, read_record
from dispatch_tui.store.customer_timeline import Entry, timeline
from dispatch_tui.store.customers import customer_named
from dispatch_tui.store.details import zone_of
from dispatch_tui.text import age, money, plain

LATEST = 20
_PARTS = ("units", "examples", "wrongs", "answers", "escalations")


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Show the customer; 0. Raises ``NotFound``, and ``InvalidInput`` where several fit."""
    with desk_for(args, clock) as desk:
        with desk.store.read() as connection:
            customer_id = customer_named(connection, args.customer)
            record = read_record(connection, customer_id, clock.now())
            entries = timeline(connection, customer_id, args.limit).entries
        parts = read_parts(desk, customer_id, _PARTS, Parts())
    if args.json:
        out.json(_shape(record, parts, entries))
    else:
        _show(out, record, parts, entries)
    return 0


def _shape(record: CustomerRecord, parts: Parts, entries: Sequence[Entry]) -> dict[str, Any]:
    ledger, plan = record.ledger, record.cadence
    return {
        "customer": record.card._asdict(),
        "at": record.at,
        "health": {
            "state": record.health.state,
            "reasons": [one._asdict() for one in record.health.reasons],
        },
        "trust": {
            "balance": round(ledger.balance, 2),
            "at_risk_below": ledger.at_risk_below,
            "buffer": round(ledger.buffer, 2),
            "entries": [
                {
                    "kind": "opening" if one.event is None else one.event.kind,
                    "at": None if one.event is None else one.event.at,
                    "record_id": None if one.event is None else one.event.record_id,
                    "words": one.words,
                    "points": one.points,
                    "weight": round(one.weight, 2),
                }
                for one in ledger.entries
            ],
        },
        "cadence": {
            "every_days": plan.every.days,
            "last_talk_at": plan.last_talk_at,
            "due_at": plan.due_at,
            "contacts_since": plan.streak,
        },
        "promises": record.promises._asdict(),
        "contacts": [one._asdict() for one in record.contacts],
        "calls": [one._asdict() for one in record.calls],
        "agreements": [one._asdict() for one in record.agreements],
        "units": [one._asdict() for one in parts.units or ()],
        "loaners": [one._asdict() for one in record.loaners],
        "notes": [one._asdict() for one in record.notes],
        "gone_wrong": [
            one._asdict() | {"amends": [amend._asdict() for amend in one.amends]}
            for one in parts.wrongs or ()
        ],
        "onboarding": {key: one._asdict() for key, one in (parts.answers or {}).items()},
        "escalations": [one._asdict() for one in parts.escalations or ()],
        "examples": [one._asdict() for one in parts.examples or ()],
        "timeline": [one._asdict() for one in entries],
    }


def _show(out: Output, record: CustomerRecord, parts: Parts, entries: Sequence[Entry]) -> None:
    card, ledger = record.card, record.ledger
    below = "below" if ledger.at_risk else "above"
    out.line(out.styled(plain(card.name) or f"customer {card.id}", "bold"))
    facts(
        out,
        {
            "Number": str(card.id),
            "Tier": plain(card.tier),
            "Contract": plain(card.stage),
            "Health": record.health.state,
            "Trust": f"{abs(ledger.buffer):.0f} points {below} at risk",
            "Spoke": _spoke(record),
            "Reach": plain(record.reach.words),
            "Note": plain(card.note),
        },
    )
    for reason in record.health.reasons:
        wrapped(out, f"  {'+' if reason.level == 'good' else '!'} {plain(reason.words)}")
    _lines(
        out,
        "Open calls",
        [f"{plain(one.number)}  P{one.priority}  {plain(one.title)}" for one in record.calls],
    )
    _lines(
        out,
        "Trust, the latest first",
        [
            f"{_day(record, one.event.at if one.event else None)}  {one.points:>+4d}"
            f"  now {one.weight:+.1f}  {plain(one.words)}"
            for one in ledger.entries[:LATEST]
        ],
    )
    _lines(
        out,
        "Agreements",
        [
            "  ".join(filter(None, (plain(one.name), plain(one.about), plain(one.cover), plain(one.stage))))
            for one in record.agreements
        ],
    )
    _lines(
        out,
        "Loaners",
        [
            f"{plain(one.serial)}  {Loaner(one.out_at, one.due_back_at, one.back_at).words_at(record.at)}"
            for one in record.loaners
        ],
    )
    _lines(
        out,
        "Notes",
        [
            f"{_day(record, one.happened_at)}  {one.kind}: {plain(one.what)}{' (ended)' if one.ended_at else ''}"
            for one in record.notes
        ],
    )
    _lines(out, "Went wrong", [_wrong(record, one) for one in parts.wrongs or ()])
    _lines(
        out,
        "Escalations",
        [
            f"{_day(record, one.opened_at)}  {plain(one.status)}  {plain(one.title)}"
            for one in parts.escalations or ()
        ],
    )
    _lines(out, "Latest", [_entry(record, one) for one in entries])


def _spoke(record: CustomerRecord) -> str:
    plan = record.cadence
    last = "nobody has yet" if plan.last_talk_at is None else f"{age(record.at - plan.last_talk_at)} ago"
    drift = plan.drift(record.at)
    due = f"overdue by {age(drift)}" if drift.total_seconds() > 0 else f"next in {age(-drift)}"
    return f"{last}, every {plan.every.days} days, {due}"


def _wrong(record: CustomerRecord, one: Any) -> str:
    done = "; ".join(
        f"{plain(amend.kind)} {plain(amend.what)}"
        + (f" {money(amend.cost_minor, plain(amend.currency))}" if amend.cost_minor else "")
        for amend in one.amends
    )
    return f"{_day(record, one.happened_at)}  {plain(one.what)}{f': {done}' if done else ''}"


def _entry(record: CustomerRecord, one: Entry) -> str:
    what = " ".join(filter(None, (one.kind.replace("_", " "), plain(one.state), plain(one.how))))
    words = ": ".join(filter(None, (plain(one.words), plain(one.more))))
    return "  ".join(filter(None, (local(one.at, zone_of(record.card.tz)), what, plain(one.number), words)))


def _day(record: CustomerRecord, instant: datetime | None) -> str:
    return " " * 10 if instant is None else f"{instant.astimezone(zone_of(record.card.tz)):%Y-%m-%d}"


def _lines(out: Output, title: str, lines: Sequence[str]) -> None:
    if lines:
        heading(out, title)
    for line in lines:
        wrapped(out, f"  {line}")
