"""Visits as the customer side asks about them: those of some calls, a technician's day, and how long visits took."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import to_us
from dispatch_tui.store import tables as t
from dispatch_tui.store.care_facts import ENDED_DAYS
from dispatch_tui.store.conditions import us

OPEN = ("planned", "confirmed", "en_route", "on_site")
LATEST = 20_000
"""Finished visits from which lengths of work are learnt: the latest ones recorded."""


class VisitFact(NamedTuple):
    """A visit that is open, or ended lately; ``work``: the kind of work, as far as it is known."""

    id: int
    call_id: int
    technician_id: int | None
    status: str
    window_from: datetime | None
    window_to: datetime | None
    dispatched_at: datetime | None
    en_route_at: datetime | None
    on_site_at: datetime | None
    done_at: datetime | None
    happened_at: datetime
    outcome: str
    problem: str
    work: str

    @property
    def open(self) -> bool:
        return self.status in OPEN


class Took(NamedTuple):
    """How long a finished visit took on the way and on site, in microseconds; NULL where it is not known."""

    kind: str
    travel: int | None
    work: int | None


def visits_of(connection: Connection, call_ids: Collection[int], now: datetime) -> tuple[VisitFact, ...]:
    """The open visits of these calls, and those that ended in the last ``ENDED_DAYS``."""
    if not call_ids:
        return ()
    since = to_us(now - timedelta(days=ENDED_DAYS))
    query = _VISITS.where(_visit.call_id.in_(call_ids)).where(
        sa.or_(_visit.done_at.is_(None), us(_visit.done_at) >= since)
    )
    return tuple(VisitFact._make(row) for row in connection.execute(query))


def days_of(connection: Connection, technician_ids: Collection[int]) -> tuple[VisitFact, ...]:
    """All open visits of these technicians."""
    if not technician_ids:
        return ()
    query = _VISITS.where(_visit.technician_id.in_(technician_ids), _UNDONE, _visit.status.in_(OPEN))
    return tuple(VisitFact._make(row) for row in connection.execute(query))


def bad_visits(
    connection: Connection, customer_ids: Collection[int], now: datetime, days: int
) -> dict[int, datetime]:
    """When the latest bad visit of each of these customers ended, of those in the last ``days``."""
    if not customer_ids:
        return {}
    since = to_us(now - timedelta(days=days))
    query = _BAD.where(
        _call.customer_id.in_(customer_ids),
        sa.or_(_call.live == 1, us(_call.closed_at) >= since),
        us(_visit.done_at) >= since,
    )
    found: dict[int, datetime] = {}
    for customer_id, done_at in connection.execute(query):
        found[customer_id] = max(done_at, found.get(customer_id, done_at))
    return found


def good_visits(connection: Connection, customer_id: int) -> dict[int, int]:
    """How many good visits each technician did at a customer, by the technician's id."""
    query = (
        sa.select(_visit.technician_id, sa.func.count())
        .select_from(t.visit.join(t.call, _call.id == _visit.call_id))
        .where(
            _call.customer_id == customer_id,
            _visit.outcome == "good",
            _visit.done_at.is_not(None),
            _visit.technician_id.is_not(None),
        )
        .group_by(_visit.technician_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def followed(connection: Connection, visit_ids: Collection[int]) -> frozenset[int]:
    """Those of these visits for which a follow-up was saved, done or not."""
    if not visit_ids:
        return frozenset()
    owed = t.follow_up.c.visit_id
    return frozenset(connection.scalars(sa.select(owed).where(owed.in_(visit_ids))))


def lengths_taken(connection: Connection, until: datetime) -> tuple[Took, ...]:
    """How long our latest finished visits took, as known at ``until``."""
    rows = connection.execute(_TAKEN.limit(LATEST), {"until": to_us(until)})
    return tuple(Took(*row) for row in rows)


_visit, _call = t.visit.c, t.call.c
WORK = sa.case((_visit.kind != "", _visit.kind), (_call.skill != "", _call.skill), else_=_call.category)
"""The kind of work of a visit: its own, else the skill that its call needs, else the call's category."""
_UNDONE = _visit.done_at.is_(None)
_VISITS = sa.select(
    *(_visit[name] for name in VisitFact._fields if name != "work"), WORK.label("work")
).select_from(t.visit.join(t.call, _call.id == _visit.call_id))

_BAD = (
    sa.select(_call.customer_id, _visit.done_at)
    .select_from(t.visit.join(t.call, _call.id == _visit.call_id))
    .where(_visit.outcome == "bad")
)


def _between(first: Any, last: Any) -> sa.ColumnElement[int]:
    return us(last) - us(first)


_TAKEN = (
    sa.select(
        WORK,
        _between(sa.func.coalesce(us(_visit.en_route_at), us(_visit.dispatched_at)), _visit.on_site_at),
        _between(_visit.on_site_at, _visit.done_at),
    )
    .select_from(t.visit.join(t.call, _call.id == _visit.call_id))
    .where(us(_visit.done_at) <= sa.bindparam("until", type_=sa.BigInteger))
    .order_by(_visit.id.desc())
)
