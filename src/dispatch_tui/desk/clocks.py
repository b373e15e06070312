"""A call's clocks and its place in the queue, reckoned anew from its history at every act.

The clocks are the agreement's (``sla``); what the queue orders and filters by (``clock``, ``paused``,
``due_at``, ``warn_at``, ``rank_at``) is put together here and stored on the call.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.desk.ranking import rank_weights
from dispatch_tui.desk.terms import terms_of
from dispatch_tui.sla.clocks import ClockState, Event, clocks_of
from dispatch_tui.sla.rank import RankWeights, composed, matters_now, rank_at
from dispatch_tui.sla.terms import Terms
from dispatch_tui.store import bulk
from dispatch_tui.store.rows import NEVER
from dispatch_tui.store.tables import change, clock, interaction, promise
from dispatch_tui.store.writes import Writer

Values = dict[str, Any]

KnownTerms = dict[tuple[int, int], Terms]
"""Terms by agreement and version. A version never changes, so a run may keep what it has read."""

StoredClock = tuple[Any, ...]
"""A row of the table ``clock``, its columns in their order, as stored."""

_SETTLED: Values = {"clock": "", "paused": 0, "due_at": NEVER, "warn_at": NEVER, "rank_at": NEVER}
"""What an ended call has in place of a clock, as it is stored."""


class Spoken(NamedTuple):
    """Contacts and promises that are being recorded, as stored values by the call they belong to."""

    interactions: Mapping[int, list[Values]]
    promises: Mapping[int, list[Values]]


class Reckoning(NamedTuple):
    """The derived columns of a call, and its clocks."""

    values: Values
    clocks: tuple[ClockState, ...]


def opening(writer: Writer, values: Mapping[str, Any]) -> Reckoning:
    """The clocks of a call that is just being opened."""
    events = [Event(values["opened_at"], "opened", values["priority"])]
    return _reckon(writer.connection, values, events)


def after(writer: Writer, row: RowMapping, values: Mapping[str, Any], when: datetime) -> Reckoning:
    """The clocks of a stored call once ``values`` hold, from ``when`` on."""
    events: list[Event] = []
    if row["agreement_id"] is not None:
        events = [*_stored_events(writer.connection, row["id"]), *_events_of(to_us(when), values)]
    return _reckon(writer.connection, {**row, **values}, events)


def under(
    connection: Connection, row: Mapping[str, Any], terms: Terms, when: datetime
) -> tuple[ClockState, ...]:
    """The clocks of a stored call as they would be if these terms applied from ``when`` on."""
    events = [*_stored_events(connection, row["id"]), Event(when, "agreement", terms)]
    return _clocks(connection, row, events, {})


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
    happened: Mapping[int, list[tuple[int, Values]]],
    spoken: Spoken,
    known_terms: KnownTerms,
) -> list[StoredClock]:
    """Fill in the derived columns of calls as history leaves them (stored values, in place).

    ``happened``: a call's id to its (instant, new values) of this batch; ``spoken``: the contacts and
    promises of this batch; ``known_terms`` is filled as terms are read. Returns the rows of their
    clocks, for :func:`keep_many`.
    """
    rows: list[StoredClock] = []
    weights = rank_weights(connection)
    for state in calls:
        if not state["live"]:
            state.update(_SETTLED)
        covered = state["agreement_id"] is not None
        if not covered and not state["live"]:
            continue
        known = happened.get(state["id"], [])
        events: list[Event] = []
        if covered:
            if state["version"] > len(known):
                events.extend(_stored_events(connection, state["id"]))
            for instant, now in known:
                events.extend(_events_of(instant, now))
            events.extend(_spoken_events(state["id"], spoken))
        clocks = _clocks(connection, state, events, known_terms)
        if state["live"]:
            instants = {name: from_us(state[name]) for name in ("opened_at", "happened_at")}
            for name, value in _derived(state | instants, clocks, weights).items():
                state[name] = _stored(name, value)
        rows.extend(_stored_clock(state["id"], one) for one in clocks)
    return rows


def keep_many(connection: Connection, rows: list[StoredClock]) -> None:
    """Store the clocks of many calls, in place of those they had."""
    bulk.replace_clocks(connection, {row[0] for row in rows}, rows)


def _stored(name: str, value: Any) -> Any:
    """A derived column as it is stored: instants as microseconds, no instant as ``NEVER``."""
    if not name.endswith("_at"):
        return value
    return NEVER if value is None else to_us(value)


def _reckon(connection: Connection, call: Mapping[str, Any], events: list[Event]) -> Reckoning:
    clocks = _clocks(connection, call, events, {})
    return Reckoning(_derived(call, clocks, rank_weights(connection)), clocks)


def _clocks(
    connection: Connection, call: Mapping[str, Any], events: list[Event], known_terms: KnownTerms
) -> tuple[ClockState, ...]:
    if call.get("agreement_id") is None:
        return ()
    version = call["agreement_id"], call["terms_version"]
    terms = known_terms.get(version)
    if terms is None:
        terms = known_terms[version] = terms_of(connection, *version)
    return clocks_of(terms, events)


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


# -- history to events -------------------------------------------------------------------------


def _stored_events(connection: Connection, call_id: int) -> Iterator[Event]:
    changes = connection.execute(
        sa.select(change.c.happened_at, change.c.now_json)
        .where(change.c.call_id == call_id, change.c.kind == "call")
        .order_by(change.c.seq)
    )
    for happened_at, now in changes:
        yield from _events_of(to_us(happened_at), json.loads(now) if now else {})
    spoken = connection.execute(
        sa.select(interaction.c.happened_at, interaction.c.direction, interaction.c.two_way)
        .where(interaction.c.call_id == call_id)
        .order_by(interaction.c.happened_at, interaction.c.id)
    )
    for happened_at, direction, two_way in spoken:
        yield Event(happened_at, "response" if direction == "out" else "inbound")
        if two_way:
            yield Event(happened_at, "two_way")
    promised = connection.execute(
        sa.select(promise.c.made_at, promise.c.due_at).where(
            promise.c.call_id == call_id, promise.c.outcome == "open"
        )
    )
    for made_at, due_at in promised:
        yield Event(made_at, "promise", due_at)


def _spoken_events(call_id: int, spoken: Spoken) -> Iterator[Event]:
    for contact in spoken.interactions.get(call_id, ()):
        at = from_us(contact["happened_at"])
        yield Event(at, "response" if contact["direction"] == "out" else "inbound")
        if contact["two_way"]:
            yield Event(at, "two_way")
    for one in spoken.promises.get(call_id, ()):
        if one["outcome"] == "open":
            yield Event(from_us(one["made_at"]), "promise", from_us(one["due_at"]))


def _events_of(happened_us: int, now: Mapping[str, Any]) -> Iterator[Event]:
    """What a change of a call means to its clocks; its first change opened it."""
    at = from_us(happened_us)
    if "opened_at" in now:
        yield Event(at, "opened", now.get("priority", 3))
    elif "priority" in now:
        yield Event(at, "priority", now["priority"])
    # What is opened is new; a call that becomes new again (by undo) leaves the pauses of what it was.
    if "status" in now and not ("opened_at" in now and now["status"] == "new"):
        yield Event(at, "status", now["status"])
