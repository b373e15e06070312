"""What is on record of many units at once: the same as of one, in one question each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.fleet import UnitQuote
from dispatch_tui.store.unit_history import ALL_VISITS, DONE_AT, MeterReading, UnitVisit
from dispatch_tui.store.units import CARDS, UnitCard

_unit, _visit, _call = t.unit.c, t.visit.c, t.call.c


def owners(connection: Connection, customer_id: int | None = None) -> dict[int, str]:
    """The names of the customers by their units' ids, of one customer or of all."""
    query = sa.select(_unit.id, t.customer.c.name).join_from(
        t.unit, t.customer, t.customer.c.id == _unit.customer_id
    )
    if customer_id is not None:
        query = query.where(_unit.customer_id == customer_id)
    return {row.id: row.name for row in connection.execute(query)}


def units_in_service(
    connection: Connection, now: datetime, customer_id: int | None = None
) -> dict[int | None, list[int]]:
    """Ids of the units that are not retired, by their model, of one customer or of all."""
    query = sa.select(_unit.model_id, _unit.id).where(
        sa.or_(_unit.retired_at.is_(None), _unit.retired_at > now)
    )
    if customer_id is not None:
        query = query.where(_unit.customer_id == customer_id)
    found: dict[int | None, list[int]] = {}
    for model_id, unit_id in connection.execute(query.order_by(_unit.model_id, _unit.id)):
        found.setdefault(model_id, []).append(unit_id)
    return found


def cards(connection: Connection, unit_ids: Sequence[int]) -> list[UnitCard]:
    """The identities of these units, by id."""
    query = CARDS.where(_unit.id.in_(unit_ids)).order_by(_unit.id)
    return [UnitCard._make(row) for row in connection.execute(query)]


def done_visits(connection: Connection, unit_ids: Sequence[int]) -> dict[int, list[UnitVisit]]:
    """Every finished visit to these units, oldest first, by the unit's id."""
    about = sa.func.coalesce(_visit.unit_id, _call.unit_id)
    query = ALL_VISITS.add_columns(about).where(about.in_(unit_ids), _visit.status == "done")
    found: dict[int, list[UnitVisit]] = {}
    for row in connection.execute(query.order_by(DONE_AT, _visit.id)):
        found.setdefault(row[-1], []).append(UnitVisit._make(row[:-1]))
    return found


def readings(connection: Connection, unit_ids: Sequence[int]) -> dict[int, list[MeterReading]]:
    """The meter readings of these units, by the unit's id."""
    reading = t.reading.c
    query = sa.select(reading.unit_id, *(reading[name] for name in MeterReading._fields))
    found: dict[int, list[MeterReading]] = {}
    for row in connection.execute(query.where(reading.unit_id.in_(unit_ids))):
        found.setdefault(row[0], []).append(MeterReading._make(row[1:]))
    return found


def latest_quotes(
    connection: Connection, unit_ids: Sequence[int], kind: str = "repair"
) -> dict[int, UnitQuote]:
    """The newest quote of a kind for each of these units that has one, given for it or for a call about it."""
    quote = t.quote.c
    about = sa.func.coalesce(quote.unit_id, _call.unit_id)
    query = (
        sa.select(
            about,
            quote.id,
            quote.kind,
            quote.amount_minor,
            quote.currency,
            quote.quoted_at,
            quote.valid_until,
            sa.func.coalesce(_call.number, ""),
        )
        .select_from(t.quote.outerjoin(t.call, _call.id == quote.call_id))
        .where(quote.kind == kind, about.in_(unit_ids))
        .order_by(quote.quoted_at, quote.id)
    )
    return {row[0]: UnitQuote._make(row[1:]) for row in connection.execute(query)}


def own_agreements(connection: Connection) -> frozenset[int]:
    """Units that an agreement names; all others of one site are covered alike."""
    named = sa.union(
        sa.select(t.agreement.c.unit_id).where(t.agreement.c.unit_id.is_not(None)),
        sa.select(t.agreement_unit.c.unit_id),
    )
    return frozenset(connection.scalars(named))
