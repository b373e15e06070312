"""What other customers with the same models do: counts only, and only where at least five others stand behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.types import Instant

FEWEST = 5
"""Other customers that have to stand behind a count, so that it tells of nobody in particular."""
_PLANNED = ("preventive", "planned")


class Example(NamedTuple):
    """Of ``others`` customers with a model: how many have an agreement in force, had planned service since the date
    asked for, and decided to repair or to replace a unit of it when a recommendation was made."""

    model: str
    others: int
    under_agreement: int
    serviced: int
    repaired: int
    replaced: int


def examples(connection: Connection, customer_id: int, now: datetime, since: datetime) -> list[Example]:
    """For each model of the customer's units in service, where enough others have it; most of them first."""
    unit, mine = t.unit.c, t.unit.alias().c
    models = sa.select(mine.model_id).where(
        mine.customer_id == customer_id, mine.retired_at.is_(None), mine.model_id.is_not(None)
    )
    others = sa.and_(unit.customer_id != customer_id, unit.retired_at.is_(None), unit.model_id.in_(models))
    counts = _by_model(connection, t.unit, others)
    enough = [model for model, count in counts.items() if count >= FEWEST]
    if not enough:
        return []
    others = sa.and_(others, unit.model_id.in_(enough))
    contract, visit, advice = t.agreement.c, t.visit.c, t.recommendation.c
    moment = sa.literal(now, Instant)
    in_force = sa.and_(
        sa.or_(contract.starts_at.is_(None), contract.starts_at <= moment),
        sa.or_(contract.ends_at.is_(None), contract.ends_at > moment),
    )
    under = _by_model(
        connection,
        t.unit.join(t.agreement, contract.customer_id == unit.customer_id),
        sa.and_(others, in_force),
    )
    serviced = _by_model(
        connection,
        t.unit.join(t.visit, visit.unit_id == unit.id),
        sa.and_(others, visit.kind.in_(_PLANNED), visit.status == "done", visit.done_at >= since),
    )
    decided = {
        what: _by_model(
            connection,
            t.unit.join(t.recommendation, advice.unit_id == unit.id),
            sa.and_(others, advice.decided == what),
        )
        for what in ("repair", "replace")
    }
    names = {
        row.id: row.name
        for row in connection.execute(sa.select(t.model.c.id, t.model.c.name).where(t.model.c.id.in_(enough)))
    }
    found = [
        Example(
            names[model],
            counts[model],
            under.get(model, 0),
            serviced.get(model, 0),
            decided["repair"].get(model, 0),
            decided["replace"].get(model, 0),
        )
        for model in enough
    ]
    return sorted(found, key=lambda one: (-one.others, one.model))


def _by_model(connection: Connection, source: Any, where: sa.ColumnElement[bool]) -> dict[int, int]:
    """How many customers, by model."""
    unit = t.unit.c
    query = (
        sa.select(unit.model_id, sa.func.count(unit.customer_id.distinct()).label("customers"))
        .select_from(source)
        .where(where)
        .group_by(unit.model_id)
    )
    return {row.model_id: row.customers for row in connection.execute(query)}
