"""Rules of this database, each a record by its name: how the queue is ranked, and how far a new ranking has come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.store.tables import house_rule
from dispatch_tui.store.writes import Writer

_VALUE = sa.select(house_rule.c.value_json).where(house_rule.c.name == sa.bindparam("rule"))


def rule_text(connection: Connection, name: str) -> str | None:
    """A rule's value as it is stored; ``None`` where nobody has set it."""
    text: str | None = connection.scalar(_VALUE, {"rule": name})
    return text


def rule_row(connection: Connection, name: str, *, to_change: bool = False) -> RowMapping | None:
    """The whole record."""
    query = sa.select(house_rule).where(house_rule.c.name == name)
    if to_change:
        query = query.with_for_update(key_share=True)
    return connection.execute(query).mappings().first()


def keep_rule(writer: Writer, name: str, value: Mapping[str, Any], *, act: str, note: str = "") -> int:
    """Store a rule's value, with its change; the record's version after it."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True)
    row = rule_row(writer.connection, name, to_change=True)
    if row is None:
        writer.insert("house_rule", {"name": name, "value_json": text}, act=act, note=note)
        return 1
    done = writer.update("house_rule", row, {"value_json": text}, act=act, note=note)
    return int(row["version"]) + (done is not None)
