"""Who owns the units of a model: what an anonymous comparison over customers is allowed by."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t


def owners(connection: Connection, model_id: int) -> dict[int, int]:
    """The customer of each unit of the model that has one, by the unit's id."""
    unit = t.unit.c
    query = sa.select(unit.id, unit.customer_id).where(
        unit.model_id == model_id, unit.customer_id.is_not(None)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
