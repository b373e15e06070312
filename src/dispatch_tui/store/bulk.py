"""Bulk reads and writes on stored values (no types in between), for imports and the demo company."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json
from sqlalchemy.engine import Connection

from dispatch_tui.records import SourceRow
from dispatch_tui.store.tables import metadata

State = dict[str, Any]

_CHANGE_COLUMNS = (
    "txid",
    "happened_at",
    "recorded_at",
    "operator_id",
    "act",
    "kind",
    "record_id",
    "record_version",
    "call_id",
    "was_json",
    "now_json",
    "flag",
    "source",
)


@cache
def defaults(kind: str) -> MappingProxyType[str, Any]:
    """Every column of a table with the value that a new row has where none is given."""
    return MappingProxyType({column.name: _default(column) for column in metadata.tables[kind].columns})


def _default(column: sa.Column[Any]) -> Any:
    if column.server_default is None:
        return None
    assert isinstance(column.server_default, sa.DefaultClause)
    text = str(column.server_default.arg)
    return text if isinstance(column.type, sa.Text) else int(text)


def digests(connection: Connection, source: str, keys: Collection[str]) -> dict[str, bytes]:
    """The digests under which these rows of ``source`` were recorded before, by key."""
    if not keys:
        return {}
    chosen, names = _among(connection, keys)
    found = connection.exec_driver_sql(
        f"select key, digest from source_row where key {chosen} and source = {_mark(connection)}",
        (names, source),
    )
    return {key: bytes(digest) for key, digest in found}


@cache
def required(kind: str) -> frozenset[str]:
    """The columns of a table that may not be NULL."""
    return frozenset(column.name for column in metadata.tables[kind].columns if not column.nullable)


@cache
def room(kind: str, column: str) -> range:
    """The whole numbers that a column holds."""
    bits = 31 if type(metadata.tables[kind].columns[column].type) is sa.Integer else 63
    return range(-(2**bits), 2**bits)


@cache
def unfilled(kind: str) -> frozenset[str]:
    """The columns that a new row has to bring: they may not be NULL and nothing stands in for them."""
    columns = metadata.tables[kind].columns
    return frozenset(name for name in required(kind) - {"id"} if columns[name].server_default is None)


def states(
    connection: Connection, kind: str, external_ids: Collection[str], *, to_change: bool = False
) -> dict[str, State]:
    """Whole stored rows by external id; with ``to_change`` nobody else writes them before we are done."""
    chosen, names = _among(connection, external_ids)
    locking = to_change and connection.dialect.name == "postgresql"
    hold = "order by id for no key update" if locking else ""
    rows = connection.exec_driver_sql(f'select * from "{kind}" where external_id {chosen} {hold}', (names,))
    return {row["external_id"]: dict(row) for row in rows.mappings()}


def states_by_id(connection: Connection, kind: str, record_ids: Collection[int]) -> list[State]:
    """Whole stored rows by id; nobody else writes them before we are done."""
    if not record_ids:
        return []
    chosen, ids = _among(connection, record_ids)
    hold = "for no key update" if connection.dialect.name == "postgresql" else ""
    rows = connection.exec_driver_sql(f'select * from "{kind}" where id {chosen} order by id {hold}', (ids,))
    return [dict(row) for row in rows.mappings()]


def owners(connection: Connection, kind: str, column: str, values: Collection[str]) -> dict[str, str | None]:
    """The external ids of the records that have these values in a column that is unique."""
    chosen, names = _among(connection, values)
    rows = connection.exec_driver_sql(
        f'select "{column}", external_id from "{kind}" where "{column}" {chosen}', (names,)
    )
    return dict(rows.all())


def ids(connection: Connection, kind: str, external_ids: Collection[str]) -> dict[str, int]:
    """Row ids by external id."""
    chosen, names = _among(connection, external_ids)
    rows = connection.exec_driver_sql(
        f'select external_id, id from "{kind}" where external_id {chosen}', (names,)
    )
    return {row[0]: row[1] for row in rows}


def insert(connection: Connection, kind: str, rows: Sequence[State]) -> None:
    """Insert whole rows (each with every column of :func:`defaults`)."""
    if rows:
        columns = tuple(defaults(kind))
        _execute_many(
            connection,
            _insert_sql(connection, kind, columns),
            list(map(itemgetter(*columns), rows)),
        )


def update(connection: Connection, kind: str, rows: Sequence[State]) -> None:
    """Overwrite whole rows by id."""
    if rows:
        columns = tuple(name for name in defaults(kind) if name != "id")
        sets = ", ".join(f'"{name}" = {_mark(connection)}' for name in columns)
        sql = f'update "{kind}" set {sets} where id = {_mark(connection)}'
        _execute_many(connection, sql, list(map(itemgetter(*columns, "id"), rows)))


def log(connection: Connection, changes: Sequence[tuple[Any, ...]]) -> None:
    """Append change rows: txid, happened, recorded, operator, act, kind, record, version, call, was, now, flag,
    source."""
    if changes:
        _execute_many(connection, _insert_sql(connection, "change", _CHANGE_COLUMNS), changes)


def remember(connection: Connection, source: str, rows: Iterable[SourceRow]) -> None:
    """Keep the keys and digests of recorded rows."""
    values = [(source, row.key, row.digest) for row in rows]
    if values:
        sql = _insert_sql(connection, "source_row", ("source", "key", "digest"))
        _execute_many(
            connection, f"{sql} on conflict (source, key) do update set digest = excluded.digest", values
        )


def replace_clocks(
    connection: Connection, call_ids: Collection[int], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Store the clocks of these calls (columns in the order of the table, as stored) in place of those they had."""
    if not call_ids:
        return
    chosen, ids = _among(connection, call_ids)
    connection.exec_driver_sql(f"delete from clock where call_id {chosen}", (ids,))
    if rows:
        _execute_many(connection, _insert_sql(connection, "clock", tuple(defaults("clock"))), rows)


def _among(connection: Connection, values: Collection[Any]) -> tuple[str, Any]:
    """A condition "is one of these", and its one parameter: the statement stays the same for any number."""
    if connection.dialect.name == "sqlite":
        return "in (select value from json_each(?))", to_json(list(values)).decode()
    return "= any(%s)", list(values)


def _insert_sql(connection: Connection, kind: str, columns: Sequence[str]) -> str:
    marks = ", ".join([_mark(connection)] * len(columns))
    names = ", ".join(f'"{name}"' for name in columns)
    return f'insert into "{kind}" ({names}) values ({marks})'


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _execute_many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql(sql, list(rows))
