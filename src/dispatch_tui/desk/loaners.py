"""Units lent out, and given back. All raise ``NotFound``, ``NotAllowed`` and ``InvalidInput``."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store.tables import loaner
from dispatch_tui.text import plain_block


def lend(
    desk: Desk,
    unit_id: int,
    customer_id: int,
    *,
    call_id: int | None = None,
    due_back_at: datetime | None = None,
    note: str = "",
    happened_at: datetime | None = None,
) -> int:
    """Lend a unit to a customer; the loan's id. A unit that is out is not lent again."""
    when = desk.when(happened_at)
    if due_back_at is not None and due_back_at <= when:
        raise InvalidInput("due_back_at", "it is not after it goes out", "Give a later time, or none.")
    with desk.act("lend") as writer:
        writer.get("customer", customer_id)
        unit = writer.get("unit", unit_id, to_change=True)  # so that nobody lends it at the same time
        out = sa.select(loaner.c.id).where(loaner.c.unit_id == unit_id, loaner.c.back_at.is_(None))
        if writer.connection.scalar(out.limit(1)) is not None:
            raise InvalidInput("unit", f"{unit['serial']} is lent out already", "Choose another.")
        values = {
            "unit_id": unit_id,
            "customer_id": customer_id,
            "call_id": call_id,
            "out_at": when,
            "due_back_at": due_back_at,
            "note": plain_block(note),
        }
        return writer.insert("loaner", values, act="lend", happened_at=when, call_id=call_id)


def give_back(
    desk: Desk, loaner_id: int, version: int | None = None, *, happened_at: datetime | None = None
) -> int:
    """The unit is back; the loan's version after it. Raises ``Conflict`` where it was changed after ``version``."""
    when = desk.when(happened_at)
    with desk.act("lend") as writer:
        row = writer.get("loaner", loaner_id, to_change=True)
        if row["back_at"] is not None:
            raise InvalidInput("loaner", "it is back already")
        if when < row["out_at"]:
            raise InvalidInput("happened_at", "it lies before it went out", "Give a later time.")
        writer.update(
            "loaner",
            row,
            {"back_at": when},
            act="lend",
            expected=version,
            happened_at=when,
            call_id=row["call_id"],
        )
        return int(row["version"]) + 1
