"""Scenarios kept with a unit: a name and the inputs that are compared."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t


class KeptScenario(NamedTuple):
    """One of them; ``inputs`` as ``roi.kept`` writes them."""

    id: int
    version: int
    name: str
    inputs: dict[str, Any]


def scenarios(connection: Connection, unit_id: int) -> list[KeptScenario]:
    """Those of a unit that nobody has dropped, in the order in which they were kept."""
    one = t.scenario.c
    query = (
        sa.select(one.id, one.version, one.name, one.inputs_json)
        .where(one.unit_id == unit_id, one.dropped_at.is_(None))
        .order_by(one.id)
    )
    return [KeptScenario(*row[:3], json.loads(row[3])) for row in connection.execute(query)]
