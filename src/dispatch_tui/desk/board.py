"""The board of a past instant, clocks and order included, put where every read of the queue finds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch_tui.clock import to_us
from dispatch_tui.desk.clocks import KnownTerms, settle_history
from dispatch_tui.desk.told import Contact, Happened, Promise, Told, contact_told, places_in_log, promise_told
from dispatch_tui.store import past
from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import us
from dispatch_tui.store.past import Connection, PastCall, State

spoken, promise = t.interaction.c, t.promise.c


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
    terms: KnownTerms = {}
    for chunk in chunks:
        promised = [one for one in chunk if one.state["agreement_id"] is not None]
        told = _told(connection, promised, to_us(instant))
        states = [one.state for one in chunk]
        settle_history(connection, states, told, terms)
        yield states


def _told(connection: Connection, chunk: list[PastCall], moment: int) -> dict[int, Told]:
    """What was known of these calls at the moment."""
    ids = [one.state["id"] for one in chunk]
    contacts: dict[int, list[Contact]] = defaultdict(list)
    promises: dict[int, list[Promise]] = defaultdict(list)
    if ids:
        places = places_in_log(connection, ids)
        for call_id, *contact in connection.execute(_CONTACTS, {"ids": ids, "moment": moment}):
            contacts[call_id].append(contact_told(*contact, places=places))
        for call_id, *promised in connection.execute(_PROMISES, {"ids": ids, "moment": moment}):
            one = promise_told(*promised, places=places)
            settled = one.settled_us is not None and one.settled_us <= moment
            promises[call_id].append(one if settled else one._replace(settled_us=None))
    return {
        call_id: Told(_happened(one), tuple(contacts[call_id]), tuple(promises[call_id]))
        for call_id, one in zip(ids, chunk, strict=True)
    }


def _happened(one: PastCall) -> tuple[Happened, ...]:
    """The happenings as the clocks read them: the first says when it was opened."""
    (first_us, first, seq, _), *others = one.happenings
    opened = {"opened_at": one.state["opened_at"], "priority": first.get("priority", 3)}
    return (
        Happened(first_us, {**first, **opened}, seq),
        *(Happened(us, now, seq, undoes) for us, now, seq, undoes in others),
    )


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_MOMENT = sa.bindparam("moment", type_=sa.BigInteger)
_CONTACTS = (
    sa.select(
        spoken.call_id,
        spoken.id,
        us(spoken.happened_at),
        spoken.direction,
        spoken.channel,
        spoken.two_way,
        us(spoken.next_update_at),
    )
    .where(spoken.call_id.in_(_IDS), us(spoken.happened_at) <= _MOMENT)
    .order_by(spoken.happened_at, spoken.id)
)
_PROMISES = sa.select(
    promise.call_id,
    promise.id,
    us(promise.made_at),
    us(promise.due_at),
    promise.outcome,
    us(promise.settled_at),
).where(promise.call_id.in_(_IDS), us(promise.made_at) <= _MOMENT)
