"""Customers, sites and units by the names that people know them by, and back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection as Connection

from dispatch_tui.errors import NotFound
from dispatch_tui.store import tables as t

Kind = Literal["customer", "site", "unit"]
_AT_ONCE: Final = 1_000
_NAMES: Final = {
    "customer": (t.customer, t.customer.c.name),
    "site": (t.site, t.site.c.name),
    "unit": (t.unit, t.unit.c.serial),
}


def ids_named(connection: Connection, kind: Kind, name: str, customer_id: int | None = None) -> list[int]:
    """The records of just that name (a unit's is its serial number), by id; of one customer's where that is given.

    Raises ``NotFound`` where there is none.
    """
    table, column = _NAMES[kind]
    query = sa.select(table.c.id).where(column == name).order_by(table.c.id)
    if customer_id is not None:
        query = query.where(table.c.customer_id == customer_id)
    found = list(connection.scalars(query))
    if not found:
        raise NotFound(kind, name)
    return found


def name_of(connection: Connection, kind: Kind, record_id: int) -> str:
    """The name of a record, empty where it has none."""
    table, column = _NAMES[kind]
    return str(connection.scalar(sa.select(column).where(table.c.id == record_id)) or "")


def names_of(connection: Connection, kind: Kind, record_ids: Collection[int]) -> dict[int, str]:
    """The names of these records, by id."""
    table, column = _NAMES[kind]
    listed, found = sorted(record_ids), dict[int, str]()
    for start in range(0, len(listed), _AT_ONCE):
        query = sa.select(table.c.id, column).where(table.c.id.in_(listed[start : start + _AT_ONCE]))
        found |= {row[0]: str(row[1]) for row in connection.execute(query)}
    return found
