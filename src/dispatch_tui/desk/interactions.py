"""Contacts with the customer: each is recorded once, and a call's clocks follow from it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from dispatch_tui.desk.calls import Done, settle
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain, plain_block

Direction = Literal["in", "out"]


def log_contact(
    desk: Desk,
    call_id: int,
    *,
    direction: Direction,
    channel: str = "phone",
    two_way: bool = True,
    said: str = "",
    contact_id: int | None = None,
    happened_at: datetime | None = None,
) -> Done:
    """Record that we reached the customer of a call (``out``), or they us (``in``), by ``channel``.

    ``two_way``: both sides spoke. Meets the first response, starts the next update anew, or starts
    the customer's waiting, as the agreement says. Raises ``NotFound``, ``NotAllowed``, ``InvalidInput``.
    """
    if direction not in ("in", "out"):
        raise InvalidInput("direction", f"{direction!r} is neither in nor out")
    with desk.act("log_contact") as writer:
        row = writer.get("call", call_id, to_change=True)
        if contact_id is not None:
            writer.get("contact", contact_id)
        when = desk.when(happened_at)
        values = {
            "customer_id": row["customer_id"],
            "contact_id": contact_id or row["contact_id"],
            "call_id": call_id,
            "operator_id": desk.operator.id,
            "happened_at": when,
            "direction": direction,
            "channel": plain(channel),
            "two_way": int(two_way),
            "said": plain_block(said),
        }
        writer.insert("interaction", values, act="log_contact", happened_at=when, call_id=call_id)
        return settle(writer, row, "log_contact", {}, when)
