"""Bulk reads and writes on stored values (no types in between), for imports and the demo company."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
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
    query = sa.text("select key, digest from source_row where source = :source and key in :keys")
    found = connection.execute(_many(query, "keys"), {"source": source, "keys": list(keys)})
    return {key: bytes(digest) for key, digest in found}


def states(connection: Connection, kind: str, external_ids: Collection[str]) -> dict[str, State]:
    """Whole stored rows by external id."""
    query = _many(sa.text(f'select * from "{kind}" where external_id in :names'), "names")
    rows = connection.execute(query, {"names": list(external_ids)}).mappings()
    return {row["external_id"]: dict(row) for row in rows}


def ids(connection: Connection, kind: str, external_ids: Collection[str]) -> dict[str, int]:
    """Row ids by external id."""
    query = _many(sa.text(f'select external_id, id from "{kind}" where external_id in :names'), "names")
    return {row.external_id: row.id for row in connection.execute(query, {"names": list(external_ids)})}


def insert(connection: Connection, kind: str, rows: Sequence[State]) -> None:
    """Insert whole rows (each with every column of :func:`defaults`)."""
    if rows:
        columns = tuple(defaults(kind))
        _execute_many(
            connection,
            _insert_sql(connection, kind, columns),
            [tuple(row[c] for c in columns) for row in rows],
        )


def update(connection: Connection, kind: str, rows: Sequence[State]) -> None:
    """Overwrite whole rows by id."""
    if rows:
        columns = tuple(name for name in defaults(kind) if name != "id")
        sets = ", ".join(f'"{name}" = {_mark(connection)}' for name in columns)
        sql = f'update "{kind}" set {sets} where id = {_mark(connection)}'
        _execute_many(connection, sql, [(*(row[c] for c in columns), row["id"]) for row in rows])


def log(connection: Connection, changes: Sequence[tuple[Any, ...]]) -> None:
    """Append change rows: txid, happened, recorded, operator, act, kind, record, version, call, was, now, flag."""
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


def _insert_sql(connection: Connection, kind: str, columns: Sequence[str]) -> str:
    marks = ", ".join([_mark(connection)] * len(columns))
    names = ", ".join(f'"{name}"' for name in columns)
    return f'insert into "{kind}" ({names}) values ({marks})'


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _execute_many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql(sql, list(rows))


def _many(query: sa.TextClause, name: str) -> sa.TextClause:
    return query.bindparams(sa.bindparam(name, expanding=True))
