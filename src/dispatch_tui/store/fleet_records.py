"""The service records of a model's units, as a failure law is fitted to them: spans and failures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.unit_history import visit_cost

_unit, _visit, _call = t.unit.c, t.visit.c, t.call.c


class FleetUnit(NamedTuple):
    """A unit and the span of its records; ``until`` is ``None`` where they still go on."""

    id: int
    installed_at: datetime | None
    since: datetime
    until: datetime | None


class FleetFailure(NamedTuple):
    """A finished failure visit; ``cost_minor`` is ``None`` where no cost is known."""

    unit_id: int
    at: datetime
    cost_minor: int | None
    currency: str


def fleet_units(connection: Connection, model_id: int, limit: int) -> list[FleetUnit]:
    """Units of the model whose records have a known beginning, those watched longest first."""
    since = sa.func.coalesce(_unit.records_from, _unit.installed_at, type_=_unit.installed_at.type)
    until = sa.func.coalesce(_unit.records_until, _unit.retired_at, type_=_unit.installed_at.type)
    query = (
        sa.select(_unit.id, _unit.installed_at, since, until)
        .where(_unit.model_id == model_id, since.is_not(None))
        .order_by(since, _unit.id)
        .limit(limit)
    )
    return [FleetUnit._make(row) for row in connection.execute(query)]


def fleet_failures(
    connection: Connection, model_id: int, *, failure_kinds: Collection[str]
) -> list[FleetFailure]:
    """Finished visits to units of the model that mended a failure, oldest first."""
    about = sa.func.coalesce(_visit.unit_id, _call.unit_id)
    query = (
        sa.select(about, _visit.done_at, visit_cost(), _visit.currency)
        .select_from(t.visit.outerjoin(t.call, _call.id == _visit.call_id))
        .where(
            about.in_(_of(model_id)),
            _visit.status == "done",
            _visit.done_at.is_not(None),
            _visit.kind.in_(list(failure_kinds)),
        )
        .order_by(_visit.done_at, _visit.id)
    )
    return [FleetFailure._make(row) for row in connection.execute(query)]


def fleet_hours(connection: Connection, model_id: int) -> dict[int, list[tuple[datetime, float]]]:
    """Readings of the hour meters of the model's units, oldest first, by the unit's id."""
    reading = t.reading.c
    query = (
        sa.select(reading.unit_id, reading.read_at, reading.value)
        .where(
            reading.unit_id.in_(_of(model_id).where(sa.func.lower(_unit.meter_unit).like("h%"))),
        )
        .order_by(reading.read_at, reading.id)
    )
    found: dict[int, list[tuple[datetime, float]]] = {}
    for unit_id, at, value in connection.execute(query):
        found.setdefault(unit_id, []).append((at, float(value)))
    return found


def _of(model_id: int) -> sa.Select[Any]:
    return sa.select(_unit.id).where(_unit.model_id == model_id)
