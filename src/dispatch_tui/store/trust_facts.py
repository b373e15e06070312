"""What happened with customers that makes their trust grow or shrink: one query for each kind of record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.care_facts import PROBLEM

_AT_ONCE = 500
"""Customers that one statement names."""


class WordRow(NamedTuple):
    """A contact with a customer, about a call or none."""

    customer_id: int
    call_id: int | None
    id: int
    happened_at: datetime
    direction: str
    channel: str
    two_way: int
    bad_news: int
    next_update_at: datetime | None


class PromiseRow(NamedTuple):
    """A promise to a customer, with how it came out."""

    customer_id: int
    call_id: int | None
    id: int
    what: str
    made_at: datetime
    due_at: datetime
    outcome: str
    settled_at: datetime | None


class CallRow(NamedTuple):
    """A call of a customer: when it was opened and resolved, about which unit and ``problem``, what it says."""

    customer_id: int
    id: int
    number: str
    title: str
    unit_id: int | None
    opened_at: datetime
    resolved_at: datetime | None
    problem: str


class EventRow(NamedTuple):
    """Anything else that happened: its record, when, its ``kind``, a word on it, points where it has some; ``about``:
    the record that it belongs to, where that matters."""

    customer_id: int
    id: int
    at: datetime
    kind: str
    words: str
    points: int | None
    about: int | None


class TrustFacts(NamedTuple):
    """All of it for some customers, as known at an instant. ``events`` are of the ledger's own kinds."""

    words: list[WordRow]
    promises: list[PromiseRow]
    calls: list[CallRow]
    events: list[EventRow]
    amends: list[EventRow]
    ratings: list[EventRow]
    by_hand: list[EventRow]


def opening_trust(connection: Connection, customer_ids: Collection[int]) -> dict[int, int]:
    """The trust that each of these customers began with (0: as the rules say); unknown ids are left out."""
    customer = t.customer.c
    found: dict[int, int] = {}
    for some in _portions(customer_ids):
        rows = connection.execute(sa.select(customer.id, customer.opening_trust).where(customer.id.in_(some)))
        found |= {row.id: row.opening_trust for row in rows}
    return found


def trust_facts(
    connection: Connection, customer_ids: Collection[int], since: datetime, now: datetime
) -> TrustFacts:
    """What happened with these customers from ``since`` to ``now``; of promises also those settled in that time."""
    found = [_facts(connection, some, since, now) for some in _portions(customer_ids)]
    return TrustFacts(
        words=[row for facts in found for row in facts.words],
        promises=[row for facts in found for row in facts.promises],
        calls=[row for facts in found for row in facts.calls],
        events=[row for facts in found for row in facts.events],
        amends=[row for facts in found for row in facts.amends],
        ratings=[row for facts in found for row in facts.ratings],
        by_hand=[row for facts in found for row in facts.by_hand],
    )


Row = TypeVar("Row", WordRow, PromiseRow, CallRow, EventRow)


def _facts(connection: Connection, ids: list[int], since: datetime, now: datetime) -> TrustFacts:
    def rows(make: type[Row], query: sa.Select[Any]) -> list[Row]:
        return [make(*row) for row in connection.execute(query)]

    def within(owner: Any, column: Any) -> sa.ColumnElement[bool]:
        return sa.and_(owner.in_(ids), column.between(since, now))

    word, promise, call = t.interaction.c, t.promise.c, t.call.c
    settled_at = sa.func.coalesce(promise.settled_at, promise.due_at, type_=promise.due_at.type)
    return TrustFacts(
        words=rows(
            WordRow,
            sa.select(*(word[name] for name in WordRow._fields)).where(
                within(word.customer_id, word.happened_at)
            ),
        ),
        promises=rows(
            PromiseRow,
            sa.select(*(promise[name] for name in PromiseRow._fields)).where(
                promise.customer_id.in_(ids), promise.made_at <= now, settled_at >= since
            ),
        ),
        calls=rows(
            CallRow,
            sa.select(*(call[name] for name in CallRow._fields[:-1]), PROBLEM).where(
                within(call.customer_id, call.opened_at)
            ),
        ),
        events=[one for query in _events(within) for one in rows(EventRow, query)],
        amends=rows(EventRow, _amends(within)),
        ratings=rows(EventRow, _ratings(within)),
        by_hand=rows(EventRow, _by_hand(within)),
    )


Within = Callable[[Any, Any], sa.ColumnElement[bool]]


def _event(owner: Any, record_id: Any, at: Any, kind: Any, words: Any, points: Any = None) -> sa.Select[Any]:
    kind = sa.literal(kind) if isinstance(kind, str) else kind
    return sa.select(
        owner, record_id, at, kind, words, points if points is not None else sa.null(), sa.null()
    )


def _events(within: Within) -> Iterator[sa.Select[Any]]:
    """One query for each kind of record that says by itself what it is."""
    call, visit, note, loaner = t.call.c, t.visit.c, t.customer_note.c, t.loaner.c
    about_call = call.number + " " + call.title
    yield (
        _event(call.customer_id, visit.id, visit.done_at, sa.literal("visit_") + visit.outcome, about_call)
        .select_from(t.call.join(t.visit, visit.call_id == call.id))
        .where(within(call.customer_id, visit.done_at), visit.status == "done", visit.outcome != "")
    )
    yield _event(note.customer_id, note.id, note.happened_at, note.kind, note.what).where(
        within(note.customer_id, note.happened_at), note.kind.in_(("complaint", "commendation", "delight"))
    )
    unit = sa.func.coalesce(sa.func.nullif(t.unit.c.name, ""), t.unit.c.serial)
    yield (
        _event(loaner.customer_id, loaner.id, loaner.out_at, "loaner_lent", unit)
        .select_from(t.loaner.join(t.unit, t.unit.c.id == loaner.unit_id))
        .where(within(loaner.customer_id, loaner.out_at))
    )
    matter, told = t.escalation.c, t.told_in_advance.c
    yield _event(matter.customer_id, matter.id, matter.opened_at, "escalated", matter.title).where(
        within(matter.customer_id, matter.opened_at)
    )
    yield _event(matter.customer_id, matter.id, matter.closed_at, "reported_back", matter.title).where(
        within(matter.customer_id, matter.closed_at)
    )
    yield _event(told.customer_id, told.id, told.told_at, "told_in_advance", told.what).where(
        within(told.customer_id, told.told_at)
    )


def _amends(within: Within) -> sa.Select[Any]:
    """What was done to make good, with what had gone wrong (``about``); the earliest first."""
    wrong, amend = t.gone_wrong.c, t.amend.c
    return (
        sa.select(wrong.customer_id, amend.id, amend.happened_at, amend.kind, amend.what, sa.null(), wrong.id)
        .select_from(t.gone_wrong.join(t.amend, amend.gone_wrong_id == wrong.id))
        .where(within(wrong.customer_id, amend.happened_at))
        .order_by(amend.happened_at, amend.id)
    )


def _ratings(within: Within) -> sa.Select[Any]:
    """Only the customer's own count."""
    one = t.rating.c
    return _event(one.customer_id, one.id, one.happened_at, "rating", one.words, one.points).where(
        within(one.customer_id, one.happened_at), one.rater == "customer"
    )


def _by_hand(within: Within) -> sa.Select[Any]:
    one = t.ledger_entry.c
    return _event(one.customer_id, one.id, one.happened_at, one.event_kind, one.reason, one.points).where(
        within(one.customer_id, one.happened_at)
    )


def _portions(customer_ids: Collection[int]) -> Iterator[list[int]]:
    wanted = sorted(set(customer_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
