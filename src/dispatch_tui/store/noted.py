"""What the database notes of itself beside its records: a text by a key (table ``meta``)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store.tables import meta


def noted(connection: Connection, key: str) -> str | None:
    """What is noted under this key."""
    return connection.scalar(sa.select(meta.c.value).where(meta.c.key == key))


def note(connection: Connection, key: str, value: str) -> None:
    """Note this, in place of what was noted. Whoever comes at the same time waits, and the last one holds."""
    connection.execute(_NOTE, {"key": key, "value": value})


_NOTE = sa.text(
    "insert into meta (key, value) values (:key, :value) on conflict (key) do update set value = excluded.value"
)
