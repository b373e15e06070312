"""Ratings of our work: the customer's, and our own beside them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import RowMapping

from dispatch_tui.care.ratings import HIGHEST, LOWEST, Rater
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain_block

RATERS: tuple[Rater, ...] = ("customer", "us")


def rate(
    desk: Desk,
    call_id: int,
    points: int,
    *,
    rater: Rater = "customer",
    words: str = "",
    visit_id: int | None = None,
    interaction_id: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Record what the customer (or one of us) says of a call or one of its visits, from 1 (worst) to 5; its id.

    It counts for the technician of the visit, else of the call. Raises ``NotFound``, ``NotAllowed``, ``InvalidInput``.
    """
    check_points(points)
    if rater not in RATERS:
        raise InvalidInput("rater", f"{rater!r} is neither customer nor us")
    with desk.act("rate") as writer:
        call = writer.get("call", call_id)
        when = desk.when(happened_at)
        if visit_id is not None and writer.get("visit", visit_id)["call_id"] != call_id:
            raise InvalidInput("visit", "it belongs to another call")
        return write_rating(
            writer,
            call,
            points,
            when,
            rater=rater,
            words=words,
            visit_id=visit_id,
            interaction_id=interaction_id,
        )


def check_points(points: int) -> None:
    """Raises ``InvalidInput`` for points outside 1 to 5."""
    if not LOWEST <= points <= HIGHEST:
        raise InvalidInput(
            "points", f"{points} is not between {LOWEST} and {HIGHEST}", "Give 1 (worst) to 5."
        )


def write_rating(
    writer: Writer,
    call: RowMapping,
    points: int,
    when: datetime,
    *,
    rater: Rater = "customer",
    words: str = "",
    visit_id: int | None = None,
    interaction_id: int | None = None,
    act: str = "rate",
) -> int:
    """Store a rating of ``call`` within ``act``, with which it is taken back; its id."""
    technician_id = call["technician_id"]
    if visit_id is not None:
        technician_id = writer.get("visit", visit_id)["technician_id"] or technician_id
    values = {
        "customer_id": call["customer_id"],
        "call_id": call["id"],
        "visit_id": visit_id,
        "technician_id": technician_id,
        "operator_id": writer.operator_id,
        "interaction_id": interaction_id,
        "rater": rater,
        "points": points,
        "words": plain_block(words),
        "happened_at": when,
    }
    return writer.insert("rating", values, act=act, happened_at=when, call_id=call["id"])
