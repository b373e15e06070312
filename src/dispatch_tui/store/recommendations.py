"""Saved repair-versus-replace verdicts. Instants are aware."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.errors import NotFound
from dispatch_tui.store import tables as t


class SavedRecommendation(NamedTuple):
    """One of them: ``inputs`` and ``result`` as ``roi.kept`` writes them; texts may be empty."""

    id: int
    version: int
    unit_id: int
    serial: str
    call: str
    by: str
    made_at: datetime
    inputs: dict[str, Any]
    result: dict[str, Any]
    presented: str
    decided: str
    reason: str


_saved = t.recommendation.c
_QUERY = sa.select(
    _saved.id,
    _saved.version,
    _saved.unit_id,
    sa.func.coalesce(t.unit.c.serial, ""),
    sa.func.coalesce(t.call.c.number, ""),
    sa.func.coalesce(t.operator.c.account, ""),
    _saved.made_at,
    _saved.inputs_json,
    _saved.result_json,
    _saved.presented,
    _saved.decided,
    _saved.reason,
).select_from(
    t.recommendation.outerjoin(t.unit, t.unit.c.id == _saved.unit_id)
    .outerjoin(t.call, t.call.c.id == _saved.call_id)
    .outerjoin(t.operator, t.operator.c.id == _saved.operator_id)
)


def recommendations(connection: Connection, unit_id: int, limit: int = 100) -> list[SavedRecommendation]:
    """Those of a unit, newest first."""
    query = (
        _QUERY.where(_saved.unit_id == unit_id).order_by(_saved.made_at.desc(), _saved.id.desc()).limit(limit)
    )
    return [_read(row) for row in connection.execute(query)]


def recommendation(connection: Connection, recommendation_id: int) -> SavedRecommendation:
    """One by its id. Raises ``NotFound``."""
    row = connection.execute(_QUERY.where(_saved.id == recommendation_id)).first()
    if row is None:
        raise NotFound("recommendation", recommendation_id, "'dispatch-tui roi list UNIT' lists a unit's.")
    return _read(row)


def _read(row: Sequence[Any]) -> SavedRecommendation:
    found = SavedRecommendation._make(row)
    return found._replace(inputs=json.loads(row[7]), result=json.loads(row[8]))
