"""Whose prompts have to be made anew: marked in the transaction that changes a fact, taken away when they are made."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t

_stale = t.prompt_stale.c


class Party(NamedTuple):
    """With whom a conversation is owed: a customer, or whoever stands behind a call of none."""

    kind: Literal["call", "customer"]
    id: int


class Mark(NamedTuple):
    """A party that is marked, and the number of the mark: each has another, also after one was taken away."""

    party: Party
    marked: int


def mark(connection: Connection, parties: Iterable[Party]) -> None:
    """Mark these; in order, so that two transactions never wait for each other."""
    rows = sorted(set(parties))
    if rows:
        one = "?" if connection.dialect.name == "sqlite" else "%s"
        number = _number()
        connection.exec_driver_sql(
            f"insert into prompt_stale (kind, record_id, marked) values ({one}, {one}, {one})"
            " on conflict (kind, record_id) do update set marked = excluded.marked",
            [(*row, number) for row in rows],
        )


def mark_everybody(connection: Connection) -> None:
    """Mark whoever has prompts, an open call or an agreement: a rule has changed."""
    number = _number()
    for kind, query in _EVERYBODY:
        connection.execute(
            sa.text(
                "insert into prompt_stale (kind, record_id, marked)"
                f" select '{kind}', one, {number} from ({query}) as found where one is not null group by one"
                " on conflict (kind, record_id) do update set marked = excluded.marked"
            )
        )


def everybody(connection: Connection) -> list[Party]:
    """Those whom :func:`mark_everybody` marks, in order."""
    found = {
        Party("call" if kind == "call" else "customer", int(one))
        for kind, query in _EVERYBODY
        for one in connection.scalars(sa.text(query))
        if one is not None
    }
    return sorted(found)


def marked(connection: Connection, limit: int) -> tuple[Mark, ...]:
    """Some of the marked parties."""
    rows = connection.execute(_MARKED.limit(limit))
    return tuple(Mark(Party(row.kind, row.record_id), row.marked) for row in rows)


def marks_of(connection: Connection, parties: Collection[Party]) -> tuple[Mark, ...]:
    """Those of these parties that are marked."""
    found: list[Mark] = []
    for kind in ("call", "customer"):
        ids = [one.id for one in parties if one.kind == kind]
        if ids:
            rows = connection.execute(_MARKED.where(_stale.kind == kind, _stale.record_id.in_(ids)))
            found += [Mark(Party(row.kind, row.record_id), row.marked) for row in rows]
    return tuple(found)


def unmark(connection: Connection, marks: Iterable[Mark]) -> set[Party]:
    """Take these marks away; the parties that nobody has marked again meanwhile (the others stay marked)."""
    taken: set[Party] = set()
    for party, number in sorted(marks):
        done = connection.execute(_UNMARK, {"party": party.kind, "record": party.id, "number": number})
        if done.rowcount:
            taken.add(party)
    return taken


def _number() -> int:
    """A number that no other mark has, as good as certainly: 31 bits are what the column takes."""
    return int.from_bytes(os.urandom(4), "little") >> 1


_MARKED = sa.select(_stale.kind, _stale.record_id, _stale.marked).order_by(_stale.kind, _stale.record_id)
_UNMARK = sa.delete(t.prompt_stale).where(
    _stale.kind == sa.bindparam("party"),
    _stale.record_id == sa.bindparam("record", type_=sa.BigInteger),
    _stale.marked == sa.bindparam("number", type_=sa.BigInteger),
)
_EVERYBODY: tuple[tuple[str, Any], ...] = (
    ("customer", "select customer_id as one from prompt"),
    ("customer", "select customer_id as one from call where live = 1"),
    ("customer", "select customer_id as one from agreement"),
    ("customer", "select site.customer_id as one from agreement join site on site.id = agreement.site_id"),
    ("customer", "select unit.customer_id as one from agreement join unit on unit.id = agreement.unit_id"),
    ("call", "select call_id as one from prompt"),
    ("call", "select id as one from call where live = 1 and customer_id is null"),
)
