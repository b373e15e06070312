"""What holds up more than one site: everybody whom it reaches is on the outreach list until they were told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.desk.dealings import said
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.store import tables as t


class Running(NamedTuple):
    """A delay that is not over; ``untold``: how many open calls it reaches of which nobody was told."""

    id: int
    cause: str
    known_at: datetime
    untold: int


def add_delay(
    desk: Desk,
    cause: str,
    reaches: Mapping[int, datetime | timedelta],
    *,
    call_id: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Record a delay and the calls that it reaches, each with when it is expected now, or by how much later than it
    was promised; the delay's id.

    What each was promised is read from the call: the end of its visit's window, else the soonest promise, else when
    it is due. Raises ``NotFound``, ``NotAllowed``, ``IllegalTransition`` (a call is over), ``InvalidInput`` (it reaches
    nobody, or a call that was promised nothing).
    """
    when, words = desk.when(happened_at), said(cause)
    if not reaches:
        raise InvalidInput("reaches", "it reaches no call", "Name the calls that come later because of it.")
    with desk.act("add_delay") as writer:
        values = {"operator_id": desk.operator.id, "call_id": call_id, "cause": words, "known_at": when}
        delay_id = writer.insert("delay", values, act="add_delay", happened_at=when, call_id=call_id)
        for reached, expected in sorted(reaches.items(), key=lambda one: one[0]):
            row = writer.get("call", reached, to_change=True)
            if not row["live"]:
                raise IllegalTransition("add_delay", row["status"], ("live",))
            promised_at = promised(writer.connection, reached) or row["due_at"]
            if promised_at is None:
                raise InvalidInput(
                    "reaches", f"{row['number']} was promised nothing", "Leave it out, or plan its visit."
                )
            reach = {
                "delay_id": delay_id,
                "call_id": reached,
                "promised_at": promised_at,
                "expected_at": promised_at + expected if isinstance(expected, timedelta) else expected,
            }
            writer.insert("delay_reach", reach, act="add_delay", happened_at=when, call_id=reached)
        return delay_id


def end_delay(desk: Desk, delay_id: int, *, happened_at: datetime | None = None) -> None:
    """The delay is over: nobody need be told of it any more. One that was over already stays as it was."""
    when = desk.when(happened_at)
    with desk.act("end_delay") as writer:
        row = writer.get("delay", delay_id, to_change=True)
        if row["over_at"] is None:
            writer.update(
                "delay",
                row,
                {"over_at": when},
                act="end_delay",
                happened_at=when,
                call_id=row["call_id"],
            )


def running(connection: Connection) -> tuple[Running, ...]:
    """The delays of which somebody has still to be told, the latest first."""
    delay, reach = t.delay.c, t.delay_reach.c
    query = (
        sa.select(delay.id, delay.cause, delay.known_at, sa.func.count())
        .select_from(
            t.delay.join(t.delay_reach, reach.delay_id == delay.id).join(t.call, t.call.c.id == reach.call_id)
        )
        .where(delay.over_at.is_(None), reach.told_at.is_(None), t.call.c.live == 1)
        .group_by(delay.id, delay.cause, delay.known_at)
        .order_by(delay.known_at.desc(), delay.id.desc())
    )
    return tuple(Running._make(row) for row in connection.execute(query))


def promised(connection: Connection, call_id: int) -> datetime | None:
    """By when the customer of a call was told that we come: the end of the next visit's window, else the soonest open
    promise."""
    visit, promise = t.visit.c, t.promise.c
    window: datetime | None = connection.scalar(
        sa.select(visit.window_to)
        .where(visit.call_id == call_id, visit.status.in_(("planned", "confirmed", "en_route")))
        .where(visit.window_to.is_not(None))
        .order_by(visit.window_to)
        .limit(1)
    )
    if window is not None:
        return window
    due: datetime | None = connection.scalar(
        sa.select(promise.due_at)
        .where(promise.call_id == call_id, promise.outcome == "open")
        .order_by(promise.due_at)
        .limit(1)
    )
    return due
