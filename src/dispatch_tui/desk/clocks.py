"""A call's clocks and its place in the queue, reckoned anew from its history at every act.

The clocks are the agreement's (``sla``); what the queue orders and filters by (``clock``, ``paused``,
``due_at``, ``warn_at``, ``rank_at``) is put together here and stored on the call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.desk.ranking import rank_weights
from dispatch_tui.desk.terms import terms_of
from dispatch_tui.desk.told import Happened, Told, events_told, told_by_log
from dispatch_tui.sla.clocks import ClockState, Event, clocks_of
from dispatch_tui.sla.rank import RankWeights, composed, matters_now, rank_at
from dispatch_tui.sla.terms import Terms
from dispatch_tui.store import bulk
from dispatch_tui.store.rows import NEVER
from dispatch_tui.store.tables import clock
from dispatch_tui.store.writes import Writer, differences

Values = dict[str, Any]

KnownTerms = dict[tuple[int, int], Terms]
"""Terms by agreement and version. A version never changes, so a run may keep what it has read."""

StoredClock = tuple[Any, ...]
"""A row of the table ``clock``, its columns in their order, as stored."""

_SETTLED: Values = {"clock": "", "paused": 0, "due_at": NEVER, "warn_at": NEVER, "rank_at": NEVER}
"""What an ended call has in place of a clock, as it is stored."""


class Kept(NamedTuple):
    """What is stored of a clock, as far as it stays once the clock has ended."""

    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    warn_at: datetime | None


class Reckoning(NamedTuple):
    """The derived columns of a call, and its clocks."""

    values: Values
    clocks: tuple[ClockState, ...]


def opening(writer: Writer, values: Mapping[str, Any]) -> Reckoning:
    """The clocks of a call that is just being opened."""
    told = Told((Happened(to_us(values["opened_at"]), values),))
    return _reckon(writer.connection, values, _clocks(writer.connection, values, told, {}))


def after(
    writer: Writer, row: RowMapping, values: Mapping[str, Any], when: datetime, *, undoes: int | None = None
) -> Reckoning:
    """The clocks of a stored call once ``values`` hold, from ``when`` on. ``undoes``: the place in the log
    of the change that is taken back by it; then neither of the two has happened to the clocks."""
    connection, call = writer.connection, {**row, **values}
    if row["agreement_id"] is None and call["agreement_id"] is None:
        return _reckon(connection, call, ())
    known_terms: KnownTerms = {}
    before = told_by_log(connection, [row["id"]])[row["id"]]
    _, changed = differences(dict(row), values)
    now = before.also(Told((Happened(to_us(when), changed, undoes=undoes),)))
    were = _clocks(connection, row, before, known_terms)
    clocks = _clocks(connection, call, now, known_terms)
    return _reckon(connection, call, _frozen(were, clocks, _kept(connection, [row["id"]])[row["id"]]))


def under(
    connection: Connection, row: Mapping[str, Any], terms: Terms, when: datetime
) -> tuple[tuple[ClockState, ...], tuple[ClockState, ...]]:
    """The clocks of a stored call as they are, and as they would be if these terms applied from ``when`` on."""
    told = told_by_log(connection, [row["id"]])[row["id"]]
    first, events = events_told(told, partial(known_terms_of, connection, {}))
    return clocks_of(first, events), clocks_of(first, [*events, Event(when, "agreement", terms)])


def keep(writer: Writer, call_id: int, clocks: Iterable[ClockState]) -> None:
    """Store a call's clocks. They are derived (the changes tell them), so they have no change row."""
    connection = writer.connection
    connection.execute(sa.delete(clock).where(clock.c.call_id == call_id))
    rows = [_clock_row(call_id, one) for one in clocks]
    if rows:
        connection.execute(sa.insert(clock), rows)


def settle_history(
    connection: Connection,
    calls: Iterable[Values],
    told: Mapping[int, Told],
    known_terms: KnownTerms,
    known_before: Mapping[int, Told] | None = None,
) -> list[StoredClock]:
    """Fill in the derived columns of calls as history leaves them (stored values, in place).

    ``told``: all that is known of each call that has an agreement, by its id; ``known_before``: of
    those that are stored already, what was known of them then. ``known_terms`` is filled as terms are
    read. Returns the rows of their clocks, for :func:`keep_many`.
    """
    known_before = known_before or {}
    kept = _kept(connection, known_before)
    rows: list[StoredClock] = []
    weights = rank_weights(connection)
    for state in calls:
        if not state["live"]:
            state.update(_SETTLED)
        call_id = state["id"]
        if state["agreement_id"] is None and not state["live"]:
            continue
        clocks = _clocks(connection, state, told.get(call_id, Told()), known_terms)
        if call_id in known_before:
            were = _clocks(connection, state, known_before[call_id], known_terms)
            clocks = _frozen(were, clocks, kept[call_id])
        if state["live"]:
            instants = {name: from_us(state[name]) for name in ("opened_at", "happened_at")}
            for name, value in _derived(state | instants, clocks, weights).items():
                state[name] = _stored(name, value)
        rows.extend(_stored_clock(call_id, one) for one in clocks)
    return rows


def keep_many(connection: Connection, rows: list[StoredClock]) -> None:
    """Store the clocks of many calls, in place of those they had."""
    bulk.replace_clocks(connection, {row[0] for row in rows}, rows)


def _stored(name: str, value: Any) -> Any:
    """A derived column as it is stored: instants as microseconds, no instant as ``NEVER``."""
    if not name.endswith("_at"):
        return value
    return NEVER if value is None else to_us(value)


def _reckon(connection: Connection, call: Mapping[str, Any], clocks: tuple[ClockState, ...]) -> Reckoning:
    return Reckoning(_derived(call, clocks, rank_weights(connection)), clocks)


def _clocks(
    connection: Connection, call: Mapping[str, Any] | RowMapping, told: Told, known_terms: KnownTerms
) -> tuple[ClockState, ...]:
    if call.get("agreement_id") is None:
        return ()
    return clocks_told(connection, told, known_terms)


def clocks_told(connection: Connection, told: Told, known_terms: KnownTerms) -> tuple[ClockState, ...]:
    """The clocks of a call that has an agreement, from what is told of it."""
    return clocks_of(*events_told(told, partial(known_terms_of, connection, known_terms)))


def _frozen(
    were: Iterable[ClockState], clocks: Iterable[ClockState], kept: Mapping[str, Kept]
) -> tuple[ClockState, ...]:
    """Clocks with the due and warning that are stored, where they had ended and nothing that is new concerns them:
    what has ended is not counted again by other calendar data, such as a newer time zone database."""
    before = {one.kind: one for one in were}
    return tuple(
        one._replace(due_at=found.due_at, warn_at=found.warn_at)
        if one.ended_at is not None
        and before.get(one.kind) == one
        and (found := kept.get(one.kind)) is not None
        and (found.started_at, found.ended_at) == (one.started_at, one.ended_at)
        else one
        for one in clocks
    )


def _kept(connection: Connection, call_ids: Collection[int]) -> dict[int, dict[str, Kept]]:
    """The stored clocks of these calls, by kind."""
    found: dict[int, dict[str, Kept]] = {one: {} for one in call_ids}
    if found:
        for call_id, kind, *instants in connection.execute(_KEPT, {"ids": list(found)}):
            found[call_id][kind] = Kept(*instants)
    return found


def _derived(call: Mapping[str, Any], clocks: tuple[ClockState, ...], weights: RankWeights) -> Values:
    """The columns that the queue orders and filters by."""
    if not call["live"]:
        return {"clock": "", "paused": 0, "due_at": None, "warn_at": None, "rank_at": None}
    now = matters_now(clocks)
    idle = call["happened_at"] if call["status"] in ("on_hold", "resolved") else None
    return {
        "clock": now.kind if now else "",
        "paused": int(now is not None and now.paused_since is not None),
        "due_at": now.due_at if now else None,
        "warn_at": now.warn_at if now else None,
        "rank_at": composed(
            rank_at(clocks, call["priority"], call["opened_at"], idle_since=idle, weights=weights)
        ),
    }


def _stored_clock(call_id: int, state: ClockState) -> StoredClock:
    return (
        call_id,
        state.kind,
        to_us(state.started_at),
        NEVER if state.due_at is None else to_us(state.due_at),
        NEVER if state.warn_at is None else to_us(state.warn_at),
        None if state.paused_since is None else to_us(state.paused_since),
        None if state.ended_at is None else to_us(state.ended_at),
    )


def _clock_row(call_id: int, state: ClockState) -> Values:
    return {
        "call_id": call_id,
        "kind": state.kind,
        "started_at": state.started_at,
        "due_at": state.due_at,
        "warn_at": state.warn_at,
        "paused_since": state.paused_since,
        "ended_at": state.ended_at,
    }


def known_terms_of(connection: Connection, known: KnownTerms, agreement_id: int, version: int) -> Terms:
    """The terms of an agreement in a version; read once for each ``known``."""
    found = known.get((agreement_id, version))
    if found is None:
        found = known[agreement_id, version] = terms_of(connection, agreement_id, version)
    return found


_KEPT = sa.select(
    clock.c.call_id, clock.c.kind, clock.c.started_at, clock.c.ended_at, clock.c.due_at, clock.c.warn_at
).where(clock.c.call_id.in_(sa.bindparam("ids", expanding=True)))
