"""Whose prompts a transaction touches, read off the records that it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.stale import Party

_OWNED = {"site_id": t.site, "unit_id": t.unit}
"""References by which a record without a customer still has one."""


@dataclass(slots=True)
class Touched:
    """What one transaction has written so far, by the ids that lead to a customer."""

    customers: set[int] = field(default_factory=set)
    calls: set[int] = field(default_factory=set)
    technicians: set[int] = field(default_factory=set)
    models: set[int] = field(default_factory=set)
    delays: set[int] = field(default_factory=set)
    owned: set[tuple[str, int]] = field(default_factory=set)

    def add(self, kind: str, record_id: int, values: Mapping[str, Any], call_id: int | None = None) -> None:
        """A record of ``kind`` as it was, or as it is now."""
        customer_id = values.get("customer_id")
        call_id = record_id if kind == "call" else call_id or values.get("call_id")
        if kind == "customer":
            self.customers.add(record_id)
        elif customer_id is not None:
            self.customers.add(customer_id)
        elif call_id is not None:
            self.calls.add(call_id)
        elif kind in ("agreement", "recommendation"):
            self.owned |= {(name, values[name]) for name in _OWNED if values.get(name) is not None}
        if kind == "visit" and values.get("technician_id") is not None:
            self.technicians.add(values["technician_id"])
        if kind == "model_news":
            self.models.add(values["model_id"])
        if kind == "delay":
            self.delays.add(record_id)


def parties_of(connection: Connection, touched: Touched) -> set[Party]:
    """Whose prompts have to be made anew: also of those behind a visit in its technician's day, of all whom a delay
    reaches, and of the owners of a model that there is news of."""
    found = {Party("customer", one) for one in touched.customers}
    queries = []
    if touched.calls:
        queries.append(_CALLS.where(t.call.c.id.in_(touched.calls)))
    if touched.technicians:
        queries.append(_BEHIND.where(t.visit.c.technician_id.in_(touched.technicians)))
    if touched.delays:
        queries.append(_REACHED.where(t.delay_reach.c.delay_id.in_(touched.delays)))
    for query in queries:
        for customer_id, call_id in connection.execute(query):
            found.add(Party("call", call_id) if customer_id is None else Party("customer", customer_id))
    owners = [_OWNERS.where(t.unit.c.model_id.in_(touched.models))] if touched.models else []
    owners += [
        sa.select(_OWNED[name].c.customer_id).where(_OWNED[name].c.id == one) for name, one in touched.owned
    ]
    for query in owners:
        found |= {Party("customer", one) for one in connection.scalars(query) if one is not None}
    return found


_CALLS = sa.select(t.call.c.customer_id, t.call.c.id)
_BEHIND = (
    sa.select(t.call.c.customer_id, t.call.c.id)
    .select_from(t.visit.join(t.call, t.call.c.id == t.visit.c.call_id))
    .where(t.visit.c.done_at.is_(None), t.call.c.live == 1)
)
_REACHED = _CALLS.join(t.delay_reach, t.delay_reach.c.call_id == t.call.c.id)
_OWNERS = sa.select(t.unit.c.customer_id).where(t.unit.c.customer_id.is_not(None)).distinct()
