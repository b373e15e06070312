"""Follow-ups: conversations that we owe, each until it is had."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.care.followups import FollowUp, FollowUpKind
from dispatch_tui.store.tables import follow_up
from dispatch_tui.store.writes import Writer

_KEY = re.compile(rf"(?:{'|'.join(get_args(FollowUpKind))}):f(\d+):", re.ASCII)


class Owed(NamedTuple):
    """A follow-up that nobody has had yet, as it is stored. ``from_at``: not before (``None``: at any time)."""

    id: int
    customer_id: int | None
    call_id: int | None
    visit_id: int | None
    kind: str
    from_at: datetime | None
    due_at: datetime
    reason: str


def owed(
    connection: Connection, *, customer_id: int | None = None, call_id: int | None = None
) -> tuple[Owed, ...]:
    """What is owed, of a customer, of a call, or of both together; the first due first."""
    wanted: list[sa.ColumnElement[bool]] = [follow_up.c.done_at.is_(None)]
    if customer_id is not None:
        wanted.append(follow_up.c.customer_id == customer_id)
    if call_id is not None:
        wanted.append(follow_up.c.call_id == call_id)
    query = sa.select(*(follow_up.c[name] for name in Owed._fields)).where(*wanted)
    return tuple(
        Owed._make(row) for row in connection.execute(query.order_by(follow_up.c.due_at, follow_up.c.id))
    )


def named_by(keys: Iterable[str]) -> list[int]:
    """The follow-ups among reasons to call, by their keys (:mod:`dispatch_tui.care.sources.visits`)."""
    return [int(found[1]) for key in keys if (found := _KEY.match(key))]


def owe(
    writer: Writer,
    found: Iterable[FollowUp],
    *,
    act: str,
    when: datetime,
    call: RowMapping,
    visit_id: int | None = None,
    closing_id: int | None = None,
) -> None:
    """Store what follows by rule from a visit or a closing of ``call``."""
    for one in found:
        values = {
            "customer_id": call["customer_id"],
            "call_id": call["id"],
            "visit_id": visit_id,
            "closing_id": closing_id,
            "kind": one.kind,
            "from_at": one.from_at,
            "due_at": one.due_at,
            "reason": one.reason,
        }
        writer.insert("follow_up", values, act=act, happened_at=when, call_id=call["id"])


def done(
    writer: Writer, follow_up_ids: Collection[int], *, interaction_id: int, when: datetime, act: str
) -> int:
    """A conversation was had that settles these follow-ups; how many of them were still owed.

    Raises ``NotFound`` for one that is not there. One that somebody else has settled meanwhile stays as it is.
    """
    count = 0
    for one in sorted(set(follow_up_ids)):
        row = writer.get("follow_up", one, to_change=True)
        if row["done_at"] is None:
            values = {"done_at": when, "interaction_id": interaction_id}
            writer.update("follow_up", row, values, act=act, happened_at=when, call_id=row["call_id"])
            count += 1
    return count
