"""What happened to one unit and what it cost: calls, visits, parts, readings, newest first.

Lists are windowed: up to ``limit`` rows before the key of the last one seen. Instants are aware.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t

_visit, _call = t.visit.c, t.call.c


class MeterReading(NamedTuple):
    id: int
    read_at: datetime
    value: float
    meter_unit: str
    flag: str


class UnitCall(NamedTuple):
    """A call about the unit."""

    id: int
    number: str
    title: str
    status: str
    priority: int
    category: str
    opened_at: datetime
    closed_at: datetime | None


class UnitVisit(NamedTuple):
    """A visit to the unit with what it cost; ``at`` is when it was done, else when it last changed.

    ``cost_minor`` is the visit's own total where one was recorded, else the sum of labour, parts and travel,
    ``None`` where no cost is known.
    """

    id: int
    call_id: int
    number: str
    title: str
    category: str
    status: str
    kind: str
    outcome: str
    problem: str
    cause: str
    work: str
    technician: str
    at: datetime
    downtime_minutes: int | None
    labour_minutes: int | None
    cost_minor: int | None
    currency: str
    flag: str


class PartUse(NamedTuple):
    visit_id: int
    name: str
    number: str
    quantity: int
    cost_minor: int | None
    currency: str


def readings(
    connection: Connection, unit_id: int, limit: int, *, before: tuple[datetime, int] | None = None
) -> list[MeterReading]:
    """The unit's meter readings, newest first; ``before`` is the (read_at, id) of the last one seen."""
    reading = t.reading.c
    query = sa.select(*(reading[name] for name in MeterReading._fields)).where(reading.unit_id == unit_id)
    if before is not None:
        query = query.where(sa.tuple_(reading.read_at, reading.id) < _key(before, reading.read_at))
    query = query.order_by(reading.read_at.desc(), reading.id.desc()).limit(limit)
    return [MeterReading._make(row) for row in connection.execute(query)]


def calls(
    connection: Connection, unit_id: int, limit: int, *, before: tuple[datetime, int] | None = None
) -> list[UnitCall]:
    """Calls about the unit, newest first; ``before`` is the (opened_at, id) of the last one seen."""
    query = sa.select(*(_call[name] for name in UnitCall._fields)).where(_call.unit_id == unit_id)
    if before is not None:
        query = query.where(sa.tuple_(_call.opened_at, _call.id) < _key(before, _call.opened_at))
    query = query.order_by(_call.opened_at.desc(), _call.id.desc()).limit(limit)
    return [UnitCall._make(row) for row in connection.execute(query)]


def visits(
    connection: Connection, unit_id: int, limit: int, *, before: tuple[datetime, int] | None = None
) -> list[UnitVisit]:
    """Visits to the unit, newest first; ``before`` is the (at, id) of the last one seen."""
    query = ALL_VISITS.where(of_unit(unit_id))
    if before is not None:
        query = query.where(sa.tuple_(DONE_AT, _visit.id) < _key(before, _visit.done_at))
    return _visits(connection, query.order_by(DONE_AT.desc(), _visit.id.desc()).limit(limit))


def all_done_visits(connection: Connection, unit_id: int) -> list[UnitVisit]:
    """Every finished visit to the unit, oldest first: what its yearly costs are added up from."""
    query = ALL_VISITS.where(of_unit(unit_id), _visit.status == "done").order_by(DONE_AT, _visit.id)
    return _visits(connection, query)


def parts_used(connection: Connection, visit_ids: Iterable[int]) -> list[PartUse]:
    """Parts used on these visits, in the order in which they were recorded."""
    use, part = t.part_use.c, t.part.c
    name = sa.func.coalesce(sa.func.nullif(use.name, ""), part.name, "")
    query = (
        sa.select(
            use.visit_id, name, sa.func.coalesce(part.number, ""), use.quantity, use.cost_minor, use.currency
        )
        .select_from(t.part_use.outerjoin(t.part, part.id == use.part_id))
        .where(use.visit_id.in_(list(visit_ids)))
        .order_by(use.id)
    )
    return [PartUse._make(row) for row in connection.execute(query)]


def of_unit(unit_id: int) -> sa.ColumnElement[bool]:
    """Visits to the unit: named on the visit, or on its call where the visit itself names none."""
    calls_about = sa.select(_call.id).where(_call.unit_id == unit_id)
    return sa.or_(
        _visit.unit_id == unit_id, sa.and_(_visit.unit_id.is_(None), _visit.call_id.in_(calls_about))
    )


def visit_cost() -> sa.ColumnElement[int | None]:
    """A visit's cost in minor units: its recorded total, else the sum of what is known of its parts."""
    pieces = (_visit.labour_minor, _visit.parts_minor, _visit.travel_minor)
    total: sa.ColumnElement[Any] = sum(
        (sa.func.coalesce(one, 0) for one in pieces), start=sa.literal_column("0")
    )
    known = sa.or_(*(one.is_not(None) for one in pieces))
    return sa.func.coalesce(_visit.cost_minor, sa.case((known, total)))


DONE_AT = sa.func.coalesce(_visit.done_at, _visit.happened_at, type_=_visit.done_at.type)


def _name(column: Any) -> sa.ColumnElement[str]:
    return sa.func.coalesce(column, "")


ALL_VISITS = sa.select(
    _visit.id,
    _visit.call_id,
    _name(_call.number),
    _name(_call.title),
    _name(_call.category),
    _visit.status,
    _visit.kind,
    _visit.outcome,
    _visit.problem,
    _visit.cause,
    _visit.work,
    _name(t.technician.c.name),
    DONE_AT,
    _visit.downtime_minutes,
    _visit.labour_minutes,
    visit_cost(),
    _visit.currency,
    _visit.flag,
).select_from(
    t.visit.outerjoin(t.call, _call.id == _visit.call_id).outerjoin(
        t.technician, t.technician.c.id == _visit.technician_id
    )
)


def _visits(connection: Connection, query: sa.Select[Any]) -> list[UnitVisit]:
    return [UnitVisit._make(row) for row in connection.execute(query)]


def _key(before: tuple[datetime, int], column: Any) -> sa.Tuple:
    at, number = before
    return sa.tuple_(
        sa.bindparam(None, at, type_=column.type), sa.bindparam(None, number, type_=sa.BigInteger)
    )
