"""What somebody has typed and not saved yet: kept while they type, theirs alone, gone once it is saved.

A draft is no fact: it has no version and no change row, and nobody else is told of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.desk.desk import Desk
from dispatch_tui.store.tables import draft


class KeptDraft(NamedTuple):
    """A draft: ``key`` says where it belongs (``log:call:17``), ``content`` what was typed, field by field."""

    key: str
    content: Mapping[str, Any]
    written_at: datetime


def keep(desk: Desk, key: str, content: Mapping[str, Any]) -> None:
    """Keep a draft in place of the one before. Raises a ``DatabaseProblem``; who has no role here keeps none."""
    if desk.operator.id == 0:
        return
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    with desk.store.write() as connection:
        dropped(connection, desk.operator.id, key)
        values = {"operator_id": desk.operator.id, "key": key, "content_json": text}
        connection.execute(sa.insert(draft).values(written_at=desk.clock.now(), **values))


def take_up(desk: Desk, key: str) -> KeptDraft | None:
    """The draft of a key; it stays until it is saved or dropped."""
    return next((one for one in drafts_of(desk) if one.key == key), None)


def drafts_of(desk: Desk) -> tuple[KeptDraft, ...]:
    """One's own drafts, the latest first."""
    query = (
        sa.select(draft.c.key, draft.c.content_json, draft.c.written_at)
        .where(draft.c.operator_id == desk.operator.id)
        .order_by(draft.c.written_at.desc(), draft.c.key)
    )
    with desk.store.read() as connection:
        return tuple(
            KeptDraft(row.key, json.loads(row.content_json), row.written_at)
            for row in connection.execute(query)
        )


def drop(desk: Desk, key: str) -> None:
    """Throw a draft away."""
    with desk.store.write() as connection:
        dropped(connection, desk.operator.id, key)


def dropped(connection: Connection, operator_id: int, key: str) -> None:
    """The same within a transaction: what was typed is saved."""
    connection.execute(sa.delete(draft).where(draft.c.operator_id == operator_id, draft.c.key == key))
