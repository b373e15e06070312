"""Where customers stand, as far as the place of a prompt in the list asks: put together from facts that were read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.standing import CallStanding, Standing
from dispatch_tui.desk.trust import ledgers_for
from dispatch_tui.store.care_rows import CareFacts
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.stale import Party
from dispatch_tui.store.tables import checklist_answer

IMPACT = "impact"
"""The intake question that asks what stands still."""


def buffers_of(
    connection: Connection, customer_ids: Collection[int], now: datetime, rules: CareRules
) -> dict[int, float]:
    """Trust above "at risk", by customer."""
    found = ledgers_for(connection, customer_ids, now, rules)
    return {customer_id: ledger.buffer for customer_id, ledger in found.items()}


def standings_of(
    connection: Connection, read: CareFacts, buffers: Mapping[int, float]
) -> dict[Party, Standing]:
    """By party; ``buffers``: trust by customer, where it is asked for. Contacts, last words and the customer's own
    zone are not in them."""
    live = [one for one in read.calls if one.live]
    impacts = impacts_of(connection, [one.id for one in live])
    calls: dict[Party, dict[int, CallStanding]] = defaultdict(dict)
    for one in live:
        calls[one.party][one.id] = CallStanding(
            one.priority,
            one.title,
            impacts.get(one.id, ""),
            one.contact_id,
            zone_of(one.zone) if one.zone else None,
        )
    talks: dict[int, datetime] = {
        one.id: one.last_talk_at for one in read.customers.values() if one.last_talk_at is not None
    }
    customers = {Party("customer", one.id): one for one in read.customers.values()}
    found: dict[Party, Standing] = {}
    for party in {*customers, *calls}:
        customer = customers.get(party)
        found[party] = Standing(
            name=customer.name if customer else "",
            tier=customer.tier if customer else "",
            calls=calls[party],
            last_talk_at=talks.get(party.id) if customer else None,
            buffer=buffers.get(party.id) if customer else None,
            broken=customer.broken if customer else 0,
        )
    return found


def impacts_of(connection: Connection, call_ids: Iterable[int]) -> dict[int, str]:
    """What stands still because of these calls, as it was told at intake."""
    ids = list(call_ids)
    if not ids:
        return {}
    answer = checklist_answer.c
    rows = connection.execute(
        sa.select(answer.call_id, answer.note)
        .where(answer.call_id.in_(ids), answer.list == "intake", answer.item == IMPACT, answer.note != "")
        .order_by(answer.happened_at, answer.id)
    )
    return {row.call_id: row.note for row in rows}
