"""The mark by which a database is known to hold the demo company, and nothing else."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NotAllowed
from dispatch_tui.store import schema
from dispatch_tui.store.database import Store
from dispatch_tui.store.noted import note, noted
from dispatch_tui.store.tables import call, customer

_KEY = "demo"


class DemoMark(NamedTuple):
    """Which company stands in the database: what it was drawn from, the day that it shows (``as_of``),
    and whether all of it is there yet."""

    calls: int
    units: int
    seed: int
    as_of: datetime
    finished: bool


def demo_mark(store: Store) -> DemoMark | None:
    """What was noted when the demo company was built here; ``None`` where it was not."""
    with store.read() as connection:
        return _read(connection)


def mark_demo(desk: Desk, mark: DemoMark) -> None:
    """Mark the database as the demo company's, or note how far it is.

    Raises ``NotAllowed`` for who is no manager, and for a database that holds real records: the demo
    lets anybody act as anybody, so it never moves in with them.
    """
    with desk.act("mark_demo") as writer:
        connection = writer.connection
        text = json.dumps(mark._asdict() | {"as_of": mark.as_of.isoformat()})
        if _read(connection) is not None:
            note(connection, _KEY, text)
            return
        for table in (call, customer):
            if connection.execute(sa.select(table.c.id).limit(1)).first() is not None:
                raise NotAllowed(
                    f"{desk.store.location.name} holds real records; the demo company does not move in there.",
                    "Give the demo a database of its own with --db, or none for its usual place.",
                )
        note(connection, _KEY, text)


def clear_demo(desk: Desk) -> None:
    """Empty the demo's database, everyone's access included: the next to sign in is its manager.

    Raises ``NotAllowed`` where no demo company stands, and for who is no manager.
    """
    with desk.act("mark_demo") as writer:
        if _read(writer.connection) is None:
            raise NotAllowed(
                f"{desk.store.location.name} is not the demo's.", "Only the demo is made afresh."
            )
        schema.recreate(writer.connection, desk.store.location)


def _read(connection: Connection) -> DemoMark | None:
    text = noted(connection, _KEY)
    if text is None:
        return None
    read = json.loads(text)
    return DemoMark(**read | {"as_of": datetime.fromisoformat(read["as_of"])})
