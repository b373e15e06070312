"""What of which record can be searched: its head, its text, whose it is, and when it happened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.types import Instant


class Source(NamedTuple):
    """How one kind of record is searched. ``head`` and ``body`` are columns of its own table; ``customer``, ``call``
    and ``at`` whatever says whose it is, about which call, and when; ``through`` is joined for that."""

    head: tuple[str, ...]
    body: tuple[str, ...]
    customer: Any
    at: Any = None
    call: Any = None
    through: tuple[sa.Table, Any] | None = None

    @property
    def columns(self) -> frozenset[str]:
        """The columns whose change asks for a new entry."""
        return frozenset((*self.head, *self.body, "customer_id"))


_call = t.call.c

SOURCES: Mapping[str, Source] = {
    "customer": Source(("name",), ("note",), t.customer.c.id),
    "contact": Source(
        ("name", "goes_by"), ("phone", "mobile", "email", "best_time", "note"), t.contact.c.customer_id
    ),
    "site": Source(
        ("name",),
        ("address", "city", "access_notes", "arrival_instruction"),
        t.site.c.customer_id,
    ),
    "unit": Source(("serial", "name"), ("note",), t.unit.c.customer_id, t.unit.c.installed_at),
    "call": Source(
        ("number", "title"), ("description", "resolution"), _call.customer_id, _call.opened_at, _call.id
    ),
    "visit": Source(
        ("problem",),
        ("cause", "work"),
        _call.customer_id,
        sa.func.coalesce(t.visit.c.done_at, t.visit.c.happened_at, type_=Instant),
        t.visit.c.call_id,
        (t.call, _call.id == t.visit.c.call_id),
    ),
    "interaction": Source(
        ("said",),
        ("believes", "truth", "listen", "observe", "think", "speak", "plan"),
        t.interaction.c.customer_id,
        t.interaction.c.happened_at,
        t.interaction.c.call_id,
    ),
    "promise": Source(
        ("what",), ("explained",), t.promise.c.customer_id, t.promise.c.made_at, t.promise.c.call_id
    ),
    "customer_note": Source(
        ("what",),
        (),
        t.customer_note.c.customer_id,
        t.customer_note.c.happened_at,
        t.customer_note.c.call_id,
    ),
    "gone_wrong": Source(
        ("what",), (), t.gone_wrong.c.customer_id, t.gone_wrong.c.happened_at, t.gone_wrong.c.call_id
    ),
    "escalation": Source(
        ("title",), (), t.escalation.c.customer_id, t.escalation.c.opened_at, t.escalation.c.call_id
    ),
    "escalation_entry": Source(
        (),
        ("text",),
        t.escalation.c.customer_id,
        t.escalation_entry.c.written_at,
        t.escalation.c.call_id,
        (t.escalation, t.escalation.c.id == t.escalation_entry.c.escalation_id),
    ),
}
NAMES = ("customer", "contact", "site", "unit")
"""Kinds that are looked for by name: they come before what was said and written."""


class Text(NamedTuple):
    """One record as it is searched; ``head`` and ``body`` as they are stored, several columns a line each."""

    record_id: int
    customer_id: int | None
    call_id: int | None
    at: datetime | None
    head: str
    body: str


def texts(connection: Connection, kind: str, record_ids: Collection[int]) -> list[Text]:
    """These records as they are now; those that are not there are left out."""
    source, table = SOURCES[kind], t.metadata.tables[kind]
    columns = [table.c[name] for name in (*source.head, *source.body)]
    split = 4 + len(source.head)
    query = sa.select(
        table.c.id,
        source.customer,
        sa.null() if source.call is None else source.call,
        sa.null() if source.at is None else source.at,
        *columns,
    ).where(table.c.id.in_(list(record_ids)))
    if source.through is not None:
        query = query.select_from(table.outerjoin(*source.through))
    return [
        Text(row[0], row[1], row[2], row[3], _joined(row[4:split]), _joined(row[split:]))
        for row in connection.execute(query)
    ]


def _joined(values: Any) -> str:
    return "\n".join(value for value in values if value)
