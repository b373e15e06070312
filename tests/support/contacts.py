"""A contact about a call in one line, through the desk as every other."""

from __future__ import annotations

from datetime import datetime

from dispatch_tui.care.interactions import SPOKEN, Direction, Interaction
from dispatch_tui.desk.conversations import Logged, log_conversation
from dispatch_tui.desk.desk import Desk


def log_contact(
    desk: Desk,
    call_id: int,
    *,
    direction: Direction,
    channel: str = "phone",
    two_way: bool | None = None,
    said: str = "",
    contact_id: int | None = None,
    happened_at: datetime | None = None,
) -> Logged:
    """We reached the customer of a call (``out``), or they us (``in``); both spoke where the channel allows it, unless
    told otherwise."""
    spoke = channel in SPOKEN if two_way is None else two_way
    when = happened_at or desk.clock.now()
    one = Interaction(direction, channel, when, two_way=spoke, contact_id=contact_id, said=said)
    return log_conversation(desk, one, call_id=call_id)
