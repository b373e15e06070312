"""The mark by which a database is known to hold the demo company, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NotAllowed
from dispatch_tui.store.database import Store
from dispatch_tui.store.tables import call, customer, meta

_KEY = "demo"


def demo_mark(store: Store) -> dict[str, object] | None:
    """What was noted when the demo company was built here; ``None`` where it was not."""
    with store.read() as connection:
        text = connection.scalar(sa.select(meta.c.value).where(meta.c.key == _KEY))
    if text is None:
        return None
    mark = json.loads(text)
    return mark if isinstance(mark, dict) else {}


def mark_demo(desk: Desk, mark: Mapping[str, object]) -> None:
    """Mark the database as the demo company's, or note more about it.

    Raises ``NotAllowed`` for who is no manager, and for a database that holds real records: the demo
    lets anybody act as anybody, so it never moves in with them.
    """
    with desk.act("mark_demo") as writer:
        connection = writer.connection
        marked = connection.scalar(sa.select(meta.c.value).where(meta.c.key == _KEY)) is not None
        text = json.dumps(dict(mark), sort_keys=True)
        if marked:
            connection.execute(sa.update(meta).where(meta.c.key == _KEY).values(value=text))
            return
        for table in (call, customer):
            if connection.execute(sa.select(table.c.id).limit(1)).first() is not None:
                raise NotAllowed(
                    f"{desk.store.location.name} holds real records; the demo company does not move in there.",
                    "Give the demo a database of its own with --db, or none for its usual place.",
                )
        connection.execute(sa.insert(meta).values(key=_KEY, value=text))
