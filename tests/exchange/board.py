"""What a database holds, read plainly, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.store.tables import change, metadata, unit, visit


def everything(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with desk.store.read() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


def costs_by_unit(desk: Desk) -> dict[str, int]:
    """Serial to the sum of its visits' costs in minor units."""
    query = (
        sa.select(unit.c.serial, sa.func.sum(visit.c.cost_minor))
        .join_from(visit, unit, unit.c.id == visit.c.unit_id)
        .group_by(unit.c.serial)
    )
    with desk.store.read() as connection:
        return {serial: int(total) for serial, total in connection.execute(query)}


def causes(desk: Desk) -> dict[str, str]:
    """A visit's problem to its cause (the fullest, where several visits have the same problem)."""
    query = sa.select(visit.c.problem, sa.func.max(visit.c.cause).label("cause")).group_by(visit.c.problem)
    with desk.store.read() as connection:
        return {row.problem: row.cause for row in connection.execute(query)}


def visits(desk: Desk) -> list[tuple[str, str, int, str]]:
    """Source, end, cost and currency of every visit."""
    query = sa.select(visit.c.external_id, visit.c.done_at, visit.c.cost_minor, visit.c.currency)
    with desk.store.read() as connection:
        return [
            (name.partition(":")[0] + ":", done.isoformat(), cost, currency)
            for name, done, cost, currency in connection.execute(query)
        ]


def rows(desk: Desk, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    with desk.store.read() as connection:
        return connection.execute(query).all()


def history_of(desk: Desk, call_id: int) -> Sequence[sa.Row[Any]]:
    """A call's own changes in the order in which they happened."""
    return rows(
        desk,
        sa.select(change)
        .where(change.c.call_id == call_id, change.c.kind == "call")
        .order_by(change.c.happened_at, change.c.seq),
    )


def pairs(desk: Desk, table: sa.Table) -> list[tuple[int, str]]:
    """Id and name of every record of a table."""
    return [(row.id, row.name) for row in rows(desk, sa.select(table.c.id, table.c.name))]
