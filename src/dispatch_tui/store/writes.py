"""Versioned writes, each with its row in the change log, inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.clock import to_us
from dispatch_tui.errors import Conflict, NotFound
from dispatch_tui.store import dialect
from dispatch_tui.store.tables import change, metadata, operator
from dispatch_tui.store.touched import Touched


class Writer:
    """The write side of one open transaction: who acts and when it is recorded are fixed for it."""

    def __init__(self, connection: Connection, operator_id: int | None, recorded_at: datetime) -> None:
        self.connection = connection
        self.operator_id = operator_id
        self.recorded_at = recorded_at
        self.touched = Touched()
        self.logged: list[int] = []
        """The numbers of the changes that were written so far."""

    @cached_property
    def _txid(self) -> int | None:
        return dialect.transaction_number(self.connection)

    def get(self, kind: str, record_id: int, *, to_change: bool = False) -> RowMapping:
        """The stored row; :class:`NotFound` where there is none.

        ``to_change``: nobody else changes it before this transaction ends (on SQLite nobody does anyway),
        so that an act "on the call as it is now" never loses a race.
        """
        table = metadata.tables[kind]
        query = sa.select(table).where(table.c.id == record_id)
        if to_change:
            query = query.with_for_update(key_share=True)
        row = self.connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(kind, record_id)
        return row

    def insert(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        act: str,
        happened_at: datetime | None = None,
        call_id: int | None = None,
        note: str = "",
    ) -> int:
        """Store a new record of ``kind`` and its change; its id."""
        table = metadata.tables[kind]
        result = self.connection.execute(sa.insert(table).values(version=1, **values))
        assert result.inserted_primary_key is not None
        record_id = int(result.inserted_primary_key[0])
        now = {name: value for name, value in values.items() if value not in (None, "")}
        self.touched.add(kind, record_id, now, call_id)
        self._log(kind, record_id, 1, act, happened_at, call_id, {}, now, note=note)
        return record_id

    def update(
        self,
        kind: str,
        row: RowMapping,
        values: Mapping[str, Any],
        *,
        act: str,
        expected: int | None = None,
        happened_at: datetime | None = None,
        call_id: int | None = None,
        note: str = "",
        undoes: int | None = None,
        log_anyway: bool = False,
    ) -> int | None:
        """Change ``row`` (as :meth:`get` gave it) where its version is still ``expected`` (default:
        the row's own). Returns the change's ``seq``, or ``None`` where nothing differs.

        Raises :class:`Conflict` with both versions and who was first.
        """
        if expected is not None and row["version"] != expected:
            raise self.conflict(kind, row, expected)
        was, now = differences(dict(row), values)
        if not now and not log_anyway:
            return None
        self.touched.add(kind, row["id"], dict(row), call_id)
        if not now.keys().isdisjoint(("customer_id", "technician_id")):
            self.touched.add(kind, row["id"], now, call_id)
        table = metadata.tables[kind]
        version = row["version"] + 1
        done = self.connection.execute(
            sa.update(table)
            .where(table.c.id == row["id"], table.c.version == row["version"])
            .values(version=version, **now)
        )
        if done.rowcount != 1:
            raise self.conflict(kind, self.get(kind, row["id"]), row["version"])
        return self._log(
            kind, row["id"], version, act, happened_at, call_id, was, now, note=note, undoes=undoes
        )

    def remove(
        self, kind: str, row: RowMapping, *, act: str, happened_at: datetime, call_id: int | None = None
    ) -> None:
        """Take ``row`` (as :meth:`get` gave it to be changed) out again; its change keeps what it was."""
        self.touched.add(kind, row["id"], dict(row), call_id)
        table = metadata.tables[kind]
        self.connection.execute(sa.delete(table).where(table.c.id == row["id"]))
        was = {
            name: row[name] for name in row if name not in ("id", "version") and row[name] not in (None, "")
        }
        self._log(kind, row["id"], row["version"] + 1, act, happened_at, call_id, was, {})

    def conflict(self, kind: str, row: RowMapping, expected: int | None) -> Conflict:
        """The error for a lost race: ``row`` is what is stored now; by whom, the log says."""
        record_id = row["id"]
        # An index serves each: the changes of its call, and those of the record that were logged without one.
        call_id = record_id if kind == "call" else row.get("call_id")
        logged_for = sa.or_(change.c.call_id == call_id, change.c.call_id.is_(None))
        last = self.connection.execute(
            sa.select(operator.c.account, change.c.act)
            .select_from(change.outerjoin(operator, operator.c.id == change.c.operator_id))
            .where(change.c.kind == kind, change.c.record_id == record_id)
            .where(logged_for if call_id is not None else sa.true())
            .order_by(change.c.seq.desc())
            .limit(1)
        ).first()
        by, act = (last.account or "", last.act) if last else ("", "")
        return Conflict(kind, record_id, expected=expected, found=row["version"], by=by, act=act)

    def _log(
        self,
        kind: str,
        record_id: int,
        version: int,
        act: str,
        happened_at: datetime | None,
        call_id: int | None,
        was: Mapping[str, Any],
        now: Mapping[str, Any],
        *,
        note: str = "",
        undoes: int | None = None,
    ) -> int:
        result = self.connection.execute(
            sa.insert(change).values(
                txid=self._txid,
                happened_at=happened_at or self.recorded_at,
                recorded_at=self.recorded_at,
                operator_id=self.operator_id,
                act=act,
                kind=kind,
                record_id=record_id,
                record_version=version,
                call_id=record_id if kind == "call" else call_id,
                was_json=as_json(was),
                now_json=as_json(now),
                note=note,
                undoes=undoes,
            )
        )
        assert result.inserted_primary_key is not None
        self.logged.append(int(result.inserted_primary_key[0]))
        return self.logged[-1]


def differences(row: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ``values`` would change in ``row``: the old and the new of each column that differs."""
    now = {name: value for name, value in values.items() if row[name] != value}
    return {name: row[name] for name in now}, now


def as_json(values: Mapping[str, Any]) -> str | None:
    """Column values as the change log keeps them: instants as microseconds, as in the tables."""
    plain = {name: to_us(value) if isinstance(value, datetime) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if plain else None
