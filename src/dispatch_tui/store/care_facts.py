"""Open facts about customers, read for many at once: what the call-first list is derived from.

A fixed number of queries whatever the number of customers, each served by an index. How far back is
looked: ``CONTACT_DAYS`` for what was said, ``ENDED_DAYS`` for calls and visits that are over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care.interactions import SPOKEN
from dispatch_tui.clock import to_us
from dispatch_tui.store import tables as t
from dispatch_tui.store.care_rows import (
    AgreementFact,
    CallFact,
    CareFacts,
    ClockFact,
    ContactFact,
    CustomerFact,
    DecisionFact,
    FollowUpFact,
    NewsFact,
    PromiseFact,
    ReachFact,
    UnitCallFact,
    party_of,
)
from dispatch_tui.store.conditions import us
from dispatch_tui.store.stale import Party

CONTACT_DAYS = 180
ENDED_DAYS = 30


def read_facts(
    connection: Connection, parties: Iterable[Party], now: datetime, *, repeat_days: int
) -> CareFacts:
    """The facts about these parties as they are stored; ``repeat_days``: within which calls count as repeated."""
    listed = list(parties)
    customers = [one.id for one in listed if one.kind == "customer"]
    strangers = [one.id for one in listed if one.kind == "call"]
    reading = _Reading(connection, _since(now, repeat_days))
    calls = reading.either(_CALLS, t.call.c.customer_id, customers, t.call.c.id, strangers, CallFact)
    open_ids = [one.id for one in calls if one.live]
    call_ids = sorted({*strangers, *(one.id for one in calls)})
    units = sorted({one.unit_id for one in calls if one.unit_id is not None})
    said, promised, owed = t.interaction.c, t.promise.c, t.follow_up.c
    decided, handed = t.decision.c, t.handover.c
    contacts = reading.either(_CONTACTS, said.customer_id, customers, said.call_id, strangers, ContactFact)
    # A source may tell of a contact by its call alone.
    nameless = reading.by(_NAMELESS_CONTACTS, said.call_id, call_ids, ContactFact)
    promises = reading.either(
        _PROMISES, promised.customer_id, customers, promised.call_id, call_ids, PromiseFact
    )
    return CareFacts(
        customers={one.id: one for one in reading.by(_CUSTOMERS, t.customer.c.id, customers, CustomerFact)},
        calls=calls,
        clocks=reading.by(_CLOCKS, t.clock.c.call_id, open_ids, ClockFact),
        contacts=_once((*contacts, *nameless)),
        promises=_once(promises),
        follow_ups=_once(
            reading.either(_FOLLOW_UPS, owed.customer_id, customers, owed.call_id, call_ids, FollowUpFact)
        ),
        agreements=_own_agreements(reading, customers),
        reaches=reading.by(_REACHES, t.delay_reach.c.call_id, open_ids, ReachFact),
        news=reading.by(_NEWS, t.unit.c.customer_id, customers, NewsFact),
        unit_calls=reading.by(_UNIT_CALLS, t.call.c.unit_id, units, UnitCallFact),
        recommended=reading.by(_RECOMMENDED, t.recommendation.c.unit_id, units, lambda *row: row),
        decisions=reading.either(
            _DECISIONS, decided.customer_id, customers, decided.call_id, strangers, DecisionFact
        ),
        holders={
            party_of(customer_id, call_id): taker_id
            for customer_id, call_id, taker_id in reading.either(
                _HOLDERS, handed.customer_id, customers, handed.call_id, strangers, lambda *row: row
            )
        },
    )


class _Reading(NamedTuple):
    """A connection and the instants from which on things are read."""

    connection: Connection
    since: dict[str, int]

    def by(self, query: sa.Select[Any], column: Any, ids: Sequence[int], kind: Any) -> tuple[Any, ...]:
        """The rows in which ``column`` is one of ``ids``."""
        if not ids:
            return ()
        found = self.connection.execute(_among(query, column), {**self.since, "ids": ids})
        return tuple(kind(*row) for row in found)

    def either(
        self,
        query: sa.Select[Any],
        customer: Any,
        customers: Sequence[int],
        call: Any,
        calls: Sequence[int],
        kind: Any,
    ) -> tuple[Any, ...]:
        """The rows of these customers, then those of these calls: an index serves each."""
        return (*self.by(query, customer, customers, kind), *self.by(query, call, calls, kind))


def _since(now: datetime, repeat_days: int) -> dict[str, int]:
    days = {
        "now": 0,
        "said": CONTACT_DAYS,
        "ended": ENDED_DAYS,
        "repeated": 2 * repeat_days,
        "decided": 2 * CONTACT_DAYS,
    }
    return {name: to_us(now - timedelta(days=ago)) for name, ago in days.items()}


def read_calls(connection: Connection, parties: Iterable[Party], now: datetime) -> CareFacts:
    """Of these parties only who they are, and their calls."""
    listed = list(parties)
    customers, strangers = ([one.id for one in listed if one.kind == kind] for kind in ("customer", "call"))
    reading = _Reading(connection, _since(now, 0))
    return CareFacts(
        customers={one.id: one for one in reading.by(_CUSTOMERS, _customer.id, customers, CustomerFact)},
        calls=reading.either(_CALLS, _call.customer_id, customers, _call.id, strangers, CallFact),
    )


@lru_cache(maxsize=64)
def _among(query: sa.Select[Any], column: Any) -> sa.Select[Any]:
    """The rows of a query in which ``column`` is one of ``ids``; built once, as it costs as much as to ask."""
    return query.where(column.in_(sa.bindparam("ids", expanding=True)))


def _once(rows: Iterable[Any]) -> tuple[Any, ...]:
    """Each record once, found by its customer or by its call."""
    return tuple({row.id: row for row in rows}.values())


def _own_agreements(reading: _Reading, customers: Sequence[int]) -> tuple[AgreementFact, ...]:
    """Agreements of these customers, of their sites and of their units."""
    return _once(
        one for query, owner in _OWN_AGREEMENTS for one in reading.by(query, owner, customers, AgreementFact)
    )


def _at(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger)


_call, _said, _customer = t.call.c, t.interaction.c, t.customer.c
PROBLEM = sa.case((_call.category != "", _call.category), else_=_call.title)
"""What a call is about, as far as two calls can be about the same: its category, where it has one."""
CONVERSATION = sa.and_(_said.two_way == 1, sa.func.lower(_said.channel).in_(sorted(SPOKEN)))
"""Both sides spoke with each other."""
_MADE_AT = (
    sa.select(sa.type_coerce(sa.func.min(us(t.agreement_terms.c.made_at)), t.agreement.c.starts_at.type))
    .where(t.agreement_terms.c.agreement_id == t.agreement.c.id)
    .scalar_subquery()
)
_LAST_TALK = (
    sa.select(_said.happened_at)
    .where(_said.customer_id == _customer.id, CONVERSATION, us(_said.happened_at) <= _at("now"))
    .order_by(_said.happened_at.desc())
    .limit(1)
    .scalar_subquery()
)
_FIRST_CALL = (
    sa.select(_call.opened_at)
    .where(_call.customer_id == _customer.id)
    .order_by(_call.opened_at)
    .limit(1)
    .scalar_subquery()
)
_BROKEN = (
    sa.select(sa.func.count())
    .where(t.promise.c.customer_id == _customer.id, t.promise.c.outcome == "broken")
    .where(us(t.promise.c.settled_at) >= _at("ended"))
    .scalar_subquery()
)
_CUSTOMERS = sa.select(
    _customer.id,
    _customer.name,
    _customer.tier,
    _customer.contract_stage,
    _FIRST_CALL,
    _LAST_TALK,
    _BROKEN,
)
_CALLS = (
    sa.select(
        *(_call[name] for name in CallFact._fields if name != "zone"),
        sa.func.coalesce(t.site.c.tz, ""),
    )
    .select_from(t.call.outerjoin(t.site, t.site.c.id == _call.site_id))
    .where(sa.or_(_call.live == 1, us(_call.closed_at) >= _at("ended")))
)
_CLOCKS = sa.select(*(t.clock.c[name] for name in ClockFact._fields)).where(t.clock.c.ended_at.is_(None))
_CONTACTS = sa.select(*(_said[name] for name in ContactFact._fields)).where(
    us(_said.happened_at) >= _at("said")
)
_NAMELESS_CONTACTS = _CONTACTS.where(_said.customer_id.is_(None))
_PROMISES = sa.select(*(t.promise.c[name] for name in PromiseFact._fields)).where(
    t.promise.c.outcome == "open"
)
_FOLLOW_UPS = sa.select(*(t.follow_up.c[name] for name in FollowUpFact._fields)).where(
    t.follow_up.c.done_at.is_(None)
)
_REACHES = (
    sa.select(
        t.delay.c.id,
        t.delay.c.cause,
        t.delay.c.known_at,
        t.delay_reach.c.call_id,
        t.delay_reach.c.promised_at,
        t.delay_reach.c.expected_at,
    )
    .select_from(t.delay_reach.join(t.delay, t.delay.c.id == t.delay_reach.c.delay_id))
    .where(t.delay_reach.c.told_at.is_(None), t.delay.c.over_at.is_(None))
)
_NEWS = (
    sa.select(
        t.model_news.c.id,
        t.model_news.c.what,
        t.model_news.c.known_at,
        t.model_news.c.public_at,
        t.model_news.c.recall,
        t.unit.c.customer_id,
    )
    .select_from(t.model_news.join(t.unit, t.unit.c.model_id == t.model_news.c.model_id))
    .where(t.unit.c.retired_at.is_(None))
    .where(
        ~sa.exists().where(
            t.news_told.c.model_news_id == t.model_news.c.id,
            t.news_told.c.customer_id == t.unit.c.customer_id,
        )
    )
    .distinct()
)
_UNIT_CALLS = sa.select(_call.customer_id, _call.id, _call.unit_id, PROBLEM, _call.opened_at).where(
    us(_call.opened_at) >= _at("repeated"), _call.status != "cancelled"
)
_RECOMMENDED = sa.select(t.recommendation.c.unit_id, t.recommendation.c.made_at)
_DECISIONS = sa.select(*(t.decision.c[name] for name in DecisionFact._fields)).where(
    us(t.decision.c.happened_at) >= _at("decided")
)
_HOLDERS = sa.select(t.handover.c.customer_id, t.handover.c.call_id, t.handover.c.taker_id).where(
    t.handover.c.status == "accepted"
)


def _agreements_by(joined: sa.FromClause, owner: Any) -> tuple[sa.Select[Any], Any]:
    """The agreements that have not ended, with the customer whose they are."""
    query = (
        sa.select(_agreement.id, owner, _agreement.starts_at, _agreement.ends_at, _agreement.stage, _MADE_AT)
        .select_from(joined)
        .where(sa.or_(_agreement.ends_at.is_(None), us(_agreement.ends_at) > _at("now")))
    )
    return query, owner


_agreement = t.agreement.c
_OWN_AGREEMENTS = (
    _agreements_by(t.agreement, _agreement.customer_id),
    _agreements_by(t.agreement.join(t.site, t.site.c.id == _agreement.site_id), t.site.c.customer_id),
    _agreements_by(t.agreement.join(t.unit, t.unit.c.id == _agreement.unit_id), t.unit.c.customer_id),
)
