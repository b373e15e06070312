"""The board as it was at a past instant of the world, folded from the change log.

An instant of the world goes by ``happened_at``: what was recorded later (an import, a late report)
counts from when it happened. Names (of customers, technicians, teams) are those of today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection as Connection
from sqlalchemy.engine import RowMapping

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.store import bulk
from dispatch_tui.store import tables as t

State = dict[str, Any]
"""One call's columns as they are stored: instants as microseconds since 1970 UTC."""

CHUNK = 2000
_ENDED = ("closed", "cancelled")
_STAMPS = {
    "acknowledged": "acknowledged_at",
    "in_progress": "started_at",
    "resolved": "resolved_at",
    "closed": "closed_at",
    "cancelled": "closed_at",
}
call, change, visit = t.call.c, t.change.c, t.visit.c


class Happening(NamedTuple):
    """One change of a call: when it happened (microseconds) and the columns as they were after it; its place in the
    log, and the place of the change that it takes back."""

    us: int
    now: Mapping[str, Any]
    seq: int
    undoes: int | None


class PastCall(NamedTuple):
    """A call as it was, and the happenings that made it so, the earliest first."""

    state: State
    happenings: tuple[Happening, ...]


class BusyTechnician(NamedTuple):
    """Somebody out on a visit. ``until`` is ``None`` where the end was never reported."""

    technician_id: int
    name: str
    number: str
    since: datetime
    until: datetime | None


def fold(start: Mapping[str, Any], happenings: Iterable[Happening]) -> State:
    """What a call was after these happenings, in the order in which they happened.

    The desk writes down all that an act changes; what a source tells is only the status, and what
    follows from that (live or ended, the stamp of the moment, no more reason to wait) is filled in.
    """
    state = {**bulk.defaults("call"), **start}
    count = 0
    for us, now, _, _ in happenings:
        count += 1
        state.update(now)
        state["happened_at"] = max(us, state["happened_at"] or us)
        status = now.get("status")
        if status is None:
            continue
        state["live"] = int(status not in _ENDED)
        stamp = _STAMPS.get(status, "")
        if stamp and stamp not in now and "happened_at" not in now:
            state[stamp] = us
        if status != "on_hold" and "held_reason" not in now:
            state["held_reason"] = ""
    state["version"] = count
    return state


def calls_at(connection: Connection, instant: datetime) -> Iterator[list[PastCall]]:
    """The calls that were neither closed nor cancelled at ``instant``, in chunks, by id."""
    moment = to_us(instant)
    last = 0
    while rows := connection.execute(_CANDIDATES, {"moment": moment, "last": last}).mappings().all():
        last = rows[-1]["id"]
        yield [one for one in _folded(connection, rows, moment) if one.state["live"]]


def call_at(connection: Connection, call_id: int, instant: datetime) -> PastCall | None:
    """One call as it was at ``instant``, ended or not; ``None`` where it had not been opened."""
    moment = to_us(instant)
    rows = connection.execute(_ONE, {"call_id": call_id, "moment": moment}).mappings().all()
    return next(_folded(connection, rows, moment), None)


def _folded(connection: Connection, rows: Sequence[RowMapping], moment: int) -> Iterator[PastCall]:
    started = {row["id"]: {**row, "happened_at": None} for row in rows}
    for call_id, happenings in _happenings(connection, list(started), moment):
        yield PastCall(fold(started[call_id], happenings), happenings)


def put_up(connection: Connection, states: Iterable[Sequence[State]]) -> None:
    """Let every read of calls on this connection see these states in place of the present calls.

    They go into a temporary table of the same name, which hides the other until the transaction ends.
    ``states`` may still read the present calls while it is walked.
    """
    connection.exec_driver_sql('create temporary table past_call as select * from "call" where 1 = 0')
    names = list(bulk.defaults("call"))
    past_call = sa.table("past_call", *(sa.column(name) for name in names))
    for chunk in states:
        if chunk:
            connection.execute(
                sa.insert(past_call), [{name: state[name] for name in names} for state in chunk]
            )
    connection.exec_driver_sql('alter table past_call rename to "call"')


def busy_at(connection: Connection, instant: datetime) -> list[BusyTechnician]:
    """Technicians on a visit at ``instant``: from being sent out, or setting out, until done or called off.

    One line for each visit; the same technician may have several. Visits whose end was never
    reported are among them, with ``until`` ``None``.
    """
    moment = sa.literal(to_us(instant), sa.BigInteger)
    since = sa.func.coalesce(*map(_us, (visit.dispatched_at, visit.en_route_at, visit.on_site_at)))
    over = visit.status.in_(("done", "called_off"))
    until = sa.func.coalesce(_us(visit.done_at), sa.case((over, _us(visit.happened_at))))
    query = (
        sa.select(visit.technician_id, t.technician.c.name, call.number, since, until)
        .select_from(
            t.visit.join(t.technician, t.technician.c.id == visit.technician_id).join(
                t.call, call.id == visit.call_id
            )
        )
        .where(since <= moment, sa.or_(until.is_(None), until > moment))
        .order_by(since, visit.id)
    )
    return [
        BusyTechnician(who, name, number, from_us(start), None if end is None else from_us(end))
        for who, name, number, start, end in connection.execute(query)
    ]


def _us(column: Any) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, sa.BigInteger)


_MOMENT = sa.bindparam("moment", type_=sa.BigInteger)
_OPENED = sa.select(call.id, call.external_id, call.number, _us(call.opened_at).label("opened_at")).where(
    _us(call.opened_at) <= _MOMENT
)
_ONE = _OPENED.where(call.id == sa.bindparam("call_id", type_=sa.BigInteger))
_CANDIDATES = (
    _OPENED.where(
        call.id > sa.bindparam("last", type_=sa.BigInteger),
        # A call that was ended and opened again keeps the stamp of its last end.
        sa.or_(call.live == 1, call.closed_at.is_(None), _us(call.closed_at) > _MOMENT),
    )
    .order_by(call.id)
    .limit(CHUNK)
)
_HAPPENINGS = (
    sa.select(change.call_id, _us(change.happened_at).label("us"), change.now_json, change.seq, change.undoes)
    .where(
        change.call_id.in_(sa.bindparam("ids", expanding=True)),
        change.kind == "call",
        _us(change.happened_at) <= _MOMENT,
    )
    .order_by(change.call_id, change.happened_at, change.seq)
)


def _happenings(
    connection: Connection, ids: list[int], moment: int
) -> Iterator[tuple[int, tuple[Happening, ...]]]:
    """The happenings of each of these calls up to the moment; calls without any are left out."""
    current, gathered = 0, list[Happening]()
    for call_id, us, now, seq, undoes in connection.execute(_HAPPENINGS, {"ids": ids, "moment": moment}):
        if call_id != current:
            if gathered:
                yield current, tuple(gathered)
            current, gathered = call_id, []
        gathered.append(Happening(us, json.loads(now) if now else {}, seq, undoes))
    if gathered:
        yield current, tuple(gathered)
