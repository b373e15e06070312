"""The board of a past instant, clocks and order included, put where every read of the queue finds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch_tui.clock import to_us
from dispatch_tui.desk.clocks import Spoken, settle_history
from dispatch_tui.store import past
from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import us
from dispatch_tui.store.past import Connection, PastCall, State

Values = dict[str, Any]
told, promise = t.interaction.c, t.promise.c


def put_up_board(connection: Connection, instant: datetime) -> None:
    """Within this transaction the calls are those that were open at ``instant``, as they were then.

    Windows, filters, counts and sorts of :mod:`dispatch_tui.store.queue` work on them as ever (ask
    with ``instant`` as now). Clocks are reckoned from what had happened and been said by then.
    """
    past.put_up(connection, _settled(connection, instant, past.calls_at(connection, instant)))


def put_up_call(connection: Connection, call_id: int, instant: datetime) -> None:
    """As :func:`put_up_board`, with this one call alone, even where it was closed or cancelled by then."""
    one = past.call_at(connection, call_id, instant)
    past.put_up(connection, _settled(connection, instant, [[one] if one is not None else []]))


def _settled(
    connection: Connection, instant: datetime, chunks: Iterable[list[PastCall]]
) -> Iterator[list[State]]:
    terms: dict[Any, Any] = {}
    for chunk in chunks:
        promised = [one for one in chunk if one.state["agreement_id"] is not None]
        spoken = _spoken(connection, [one.state["id"] for one in promised], to_us(instant))
        states = [one.state for one in chunk]
        settle_history(
            connection, states, {one.state["id"]: _happened(one) for one in promised}, spoken, terms
        )
        yield states


def _happened(one: PastCall) -> list[tuple[int, Values]]:
    """The happenings as the clocks read them: the first says when it was opened."""
    (first_us, first), *others = one.happenings
    opened = {"opened_at": one.state["opened_at"], "priority": first.get("priority", 3)}
    return [(first_us, {**first, **opened}), *((when, dict(now)) for when, now in others)]


def _spoken(connection: Connection, ids: list[int], moment: int) -> Spoken:
    """The contacts of these calls up to the moment, and the promises that were open then."""
    contacts: dict[int, list[Values]] = defaultdict(list)
    promises: dict[int, list[Values]] = defaultdict(list)
    if ids:
        for row in connection.execute(_CONTACTS, {"ids": ids, "moment": moment}).mappings():
            contacts[row["call_id"]].append(dict(row))
        for row in connection.execute(_PROMISES, {"ids": ids, "moment": moment}).mappings():
            promises[row["call_id"]].append({**row, "outcome": "open"})
    return Spoken(contacts, promises)


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_MOMENT = sa.bindparam("moment", type_=sa.BigInteger)
_CONTACTS = (
    sa.select(told.call_id, us(told.happened_at).label("happened_at"), told.direction, told.two_way)
    .where(told.call_id.in_(_IDS), us(told.happened_at) <= _MOMENT)
    .order_by(told.happened_at, told.id)
)
_PROMISES = sa.select(
    promise.call_id, us(promise.made_at).label("made_at"), us(promise.due_at).label("due_at")
).where(
    promise.call_id.in_(_IDS),
    us(promise.made_at) <= _MOMENT,
    sa.or_(promise.settled_at.is_(None), us(promise.settled_at) > _MOMENT),
)
