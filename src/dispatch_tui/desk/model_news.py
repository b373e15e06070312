"""News of a model, or a recall: those who have the model hear it from us, before it is public."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.desk.dealings import said
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store import tables as t


def add_news(
    desk: Desk,
    model_id: int,
    what: str,
    *,
    public_at: datetime | None = None,
    recall: bool = False,
    happened_at: datetime | None = None,
) -> int:
    """Record news of a model; its id. ``public_at``: when everybody will know. Who has the model is then to be told.

    Raises ``NotFound``, ``NotAllowed``, ``InvalidInput``.
    """
    when, words = desk.when(happened_at), said(what)
    if public_at is not None and public_at.tzinfo is None:
        raise InvalidInput("public_at", "an instant needs its zone")
    with desk.act("add_news") as writer:
        writer.get("model", model_id)
        values = {
            "model_id": model_id,
            "operator_id": desk.operator.id,
            "what": words,
            "known_at": when,
            "public_at": public_at,
            "recall": int(recall),
        }
        return writer.insert("model_news", values, act="add_news", happened_at=when)


def owners(connection: Connection, model_id: int) -> list[int]:
    """The customers with a unit of the model in service, by id."""
    unit = t.unit.c
    query = (
        sa.select(unit.customer_id)
        .where(unit.model_id == model_id, unit.retired_at.is_(None), unit.customer_id.is_not(None))
        .distinct()
        .order_by(unit.customer_id)
    )
    return [int(one) for one in connection.scalars(query)]
