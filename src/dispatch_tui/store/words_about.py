"""Whole conversations of some calls and customers, with who led them: what tells who was first about a matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.care_facts import PROBLEM
from dispatch_tui.store.looking_back import Spoken, Stretch, Whom, theirs
from dispatch_tui.store.trust_facts import CallRow, PromiseRow, TrustFacts, WordRow

_PORTION = 1_000
_said, _call, _promise = t.interaction.c, t.call.c, t.promise.c


class Led(NamedTuple):
    """To whom a contact counts: the team of its call; ``theirs`` says whether to the person asked for."""

    team_id: int | None
    theirs: bool


def words_about(
    connection: Connection, whom: Whom, stretch: Stretch, spoken: Spoken
) -> Iterator[tuple[TrustFacts, dict[int, Led]]]:
    """Everything that was said and promised, up to the end of a stretch, about what was spoken of in it; in portions,
    each with whom its contacts count to, by id."""
    calls, customers = sorted(set(spoken.calls)), sorted(set(spoken.customers))
    for start in range(0, len(calls), _PORTION):
        ids = calls[start : start + _PORTION]
        about = _said.call_id.in_(ids), _promise.call_id.in_(ids), _call.id.in_(ids)
        yield _read(connection, whom, stretch, *about)
    for start in range(0, len(customers), _PORTION):
        ids = customers[start : start + _PORTION]
        said = sa.and_(_said.customer_id.in_(ids), _said.call_id.is_(None))
        promised = sa.and_(_promise.customer_id.in_(ids), _promise.call_id.is_(None))
        yield _read(connection, whom, stretch, said, promised, sa.false())


def _read(
    connection: Connection,
    whom: Whom,
    stretch: Stretch,
    said: sa.ColumnElement[bool],
    promised: sa.ColumnElement[bool],
    called: sa.ColumnElement[bool],
) -> tuple[TrustFacts, dict[int, Led]]:
    def rows(make: Any, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> list[Any]:
        given = {"customer_id": sa.func.coalesce(table.c.customer_id, 0), "problem": PROBLEM}
        columns = (given[name] if name in given else table.c[name] for name in make._fields)
        return [make._make(row) for row in connection.execute(sa.select(*columns).where(*conditions))]

    before = _said.happened_at < stretch.until
    whose = (
        sa.select(_said.id, _call.team_id, theirs(whom, _said.operator_id))
        .select_from(t.interaction.outerjoin(t.call, _call.id == _said.call_id))
        .where(said, before)
    )
    facts = TrustFacts(
        rows(WordRow, t.interaction, said, before),
        rows(PromiseRow, t.promise, promised, _promise.made_at < stretch.until),
        rows(CallRow, t.call, called),
        [],
        [],
        [],
        [],
    )
    return facts, {row[0]: Led(row[1], bool(row[2])) for row in connection.execute(whose)}
