"""Promises on a call: what we said we would do, by when. An open one is when the next update is due at the latest."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from dispatch_tui.care.promises import Outcome, Promise, settled
from dispatch_tui.desk.calls import Done, settle
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain


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
) -> Done | None:
    """Say how an open promise ended: ``kept``, ``partly`` (kept in part, or late), ``broken``, or ``waived`` by the
    customer; ``explained``: what they were told about it, or how they waived it.

    Returns the call as it is after it; ``None`` for a promise that belongs to no call. Raises ``NotFound``,
    ``NotAllowed``, and as :func:`dispatch_tui.care.promises.settled`.
    """
    when = desk.when(happened_at)
    with desk.act("settle_promise") as writer:
        call_id = writer.get("promise", promise_id)["call_id"]
        row = None if call_id is None else writer.get("call", call_id, to_change=True)
        one = writer.get("promise", promise_id, to_change=True)  # as it is now that nobody else changes it
        known = Promise(one["what"], one["made_at"], one["due_at"], one["contact_id"], one["outcome"])
        ended = settled(known, cast("Outcome", outcome), when, explained)
        values = {"outcome": ended.outcome, "settled_at": when, "explained": ended.explained}
        writer.update("promise", one, values, act="settle_promise", happened_at=when, call_id=call_id)
        return None if row is None else settle(writer, row, "settle_promise", {}, when)
