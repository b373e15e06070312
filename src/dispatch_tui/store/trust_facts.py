"""What happened with customers that makes their trust grow or shrink: one query for each kind of record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
    named = {"ids": ids, "since": since, "now": now}

    def rows(make: type[Row], query: sa.Select[Any]) -> list[Row]:
        return [make(*row) for row in connection.execute(query, named)]

    return TrustFacts(
        words=rows(WordRow, _WORDS),
        promises=rows(PromiseRow, _PROMISES),
        calls=rows(CallRow, _CALLS),
        events=[one for query in _EVENTS for one in rows(EventRow, query)],
        amends=rows(EventRow, _AMENDS),
        ratings=rows(EventRow, _RATINGS),
        by_hand=rows(EventRow, _BY_HAND),
    )


_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_SINCE, _NOW = (sa.bindparam(name, type_=t.interaction.c.happened_at.type) for name in ("since", "now"))


def _within(owner: Any, column: Any) -> sa.ColumnElement[bool]:
    """Of one of these customers, and in that time."""
    return sa.and_(owner.in_(_IDS), column.between(_SINCE, _NOW))


def _event(owner: Any, record_id: Any, at: Any, kind: Any, words: Any, points: Any = None) -> sa.Select[Any]:
    kind = sa.literal(kind) if isinstance(kind, str) else kind
    return sa.select(
        owner, record_id, at, kind, words, points if points is not None else sa.null(), sa.null()
    )


def _events() -> Iterator[sa.Select[Any]]:
    """One query for each kind of record that says by itself what it is."""
    call, visit, note, loaner = t.call.c, t.visit.c, t.customer_note.c, t.loaner.c
    about_call = call.number + " " + call.title
    yield (
        _event(call.customer_id, visit.id, visit.done_at, sa.literal("visit_") + visit.outcome, about_call)
        .select_from(t.call.join(t.visit, visit.call_id == call.id))
        .where(_within(call.customer_id, visit.done_at), visit.status == "done", visit.outcome != "")
    )
    yield _event(note.customer_id, note.id, note.happened_at, note.kind, note.what).where(
        _within(note.customer_id, note.happened_at), note.kind.in_(("complaint", "commendation", "delight"))
    )
    unit = sa.func.coalesce(sa.func.nullif(t.unit.c.name, ""), t.unit.c.serial)
    yield (
        _event(loaner.customer_id, loaner.id, loaner.out_at, "loaner_lent", unit)
        .select_from(t.loaner.join(t.unit, t.unit.c.id == loaner.unit_id))
        .where(_within(loaner.customer_id, loaner.out_at))
    )
    matter, told = t.escalation.c, t.told_in_advance.c
    yield _event(matter.customer_id, matter.id, matter.opened_at, "escalated", matter.title).where(
        _within(matter.customer_id, matter.opened_at)
    )
    yield _event(matter.customer_id, matter.id, matter.closed_at, "reported_back", matter.title).where(
        _within(matter.customer_id, matter.closed_at)
    )
    yield _event(told.customer_id, told.id, told.told_at, "told_in_advance", told.what).where(
        _within(told.customer_id, told.told_at)
    )


def _amends() -> sa.Select[Any]:
    """What was done to make good, with what had gone wrong (``about``); the earliest first."""
    wrong, amend = t.gone_wrong.c, t.amend.c
    return (
        sa.select(wrong.customer_id, amend.id, amend.happened_at, amend.kind, amend.what, sa.null(), wrong.id)
        .select_from(t.gone_wrong.join(t.amend, amend.gone_wrong_id == wrong.id))
        .where(_within(wrong.customer_id, amend.happened_at))
        .order_by(amend.happened_at, amend.id)
    )


def _portions(customer_ids: Collection[int]) -> Iterator[list[int]]:
    wanted = sorted(set(customer_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]


_word, _promise, _call, _rating, _entry = (
    one.c for one in (t.interaction, t.promise, t.call, t.rating, t.ledger_entry)
)
_WORDS = sa.select(*(_word[name] for name in WordRow._fields)).where(
    _within(_word.customer_id, _word.happened_at)
)
_PROMISES = sa.select(*(_promise[name] for name in PromiseRow._fields)).where(
    _promise.customer_id.in_(_IDS),
    _promise.made_at <= _NOW,
    sa.func.coalesce(_promise.settled_at, _promise.due_at, type_=_promise.due_at.type) >= _SINCE,
)
_CALLS = sa.select(*(_call[name] for name in CallRow._fields[:-1]), PROBLEM).where(
    _within(_call.customer_id, _call.opened_at)
)
_EVENTS = tuple(_events())
_AMENDS = _amends()
_RATINGS = _event(
    _rating.customer_id, _rating.id, _rating.happened_at, "rating", _rating.words, _rating.points
).where(
    _within(_rating.customer_id, _rating.happened_at),
    _rating.rater == "customer",  # only the customer's own count
)
_BY_HAND = _event(
    _entry.customer_id, _entry.id, _entry.happened_at, _entry.event_kind, _entry.reason, _entry.points
).where(_within(_entry.customer_id, _entry.happened_at))
