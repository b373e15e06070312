"""Promises on a call: what we said we would do, by when. An open one is when the next update is due at the latest."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dispatch_tui.desk.calls import Done, settle
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain

SETTLED: Final = ("kept", "partly", "broken", "waived")


def promise(
    desk: Desk, call_id: int, what: str, due_at: datetime, *, happened_at: datetime | None = None
) -> Done:
    """Record that we promised the customer of a call ``what`` by ``due_at``.

    Raises ``NotFound``, ``NotAllowed``, and ``InvalidInput`` for an empty text or a time that has passed by then.
    """
    what = plain(what)
    if not what:
        raise InvalidInput("what", "it is empty", "Say what was promised.")
    when = desk.when(happened_at)
    if due_at.tzinfo is None or due_at <= when:
        raise InvalidInput(
            "due_at", "it is not after the promise", "Give the time by which it is to be kept."
        )
    with desk.act("promise") as writer:
        row = writer.get("call", call_id, to_change=True)
        values = {
            "customer_id": row["customer_id"],
            "contact_id": row["contact_id"],
            "call_id": call_id,
            "what": what,
            "made_at": when,
            "due_at": due_at,
            "outcome": "open",
        }
        writer.insert("promise", values, act="promise", happened_at=when, call_id=call_id)
        return settle(writer, row, "promise", {}, when)


def settle_promise(
    desk: Desk, promise_id: int, outcome: str, *, explained: str = "", happened_at: datetime | None = None
) -> Done:
    """Say how an open promise ended: ``kept``, ``partly`` (kept in part), ``broken``, or ``waived`` by the customer.

    Raises ``NotFound`` (also for a promise that belongs to no call), ``NotAllowed``, and ``InvalidInput`` for another
    outcome, one that is settled already, or a time before it was made.
    """
    if outcome not in SETTLED:
        raise InvalidInput("outcome", f"{outcome!r} is not an outcome", f"Say {', '.join(SETTLED)}.")
    when = desk.when(happened_at)
    with desk.act("settle_promise") as writer:
        one = writer.get("promise", promise_id)
        row = writer.get("call", one["call_id"] or 0, to_change=True)
        one = writer.get("promise", promise_id)  # as it is now that nobody else changes it
        if one["outcome"] != "open":
            raise InvalidInput("promise", f"it is {one['outcome']} already")
        if when < one["made_at"]:
            raise InvalidInput("happened_at", "it lies before the promise", "Give a later time.")
        values = {"outcome": outcome, "settled_at": when, "explained": plain(explained)}
        writer.update("promise", one, values, act="settle_promise", happened_at=when, call_id=row["id"])
        return settle(writer, row, "settle_promise", {}, when)
