"""What is kept of a customer beside conversations: notes, what went wrong and was made good, trust by hand, lists.

All raise ``NotFound``, ``NotAllowed`` and ``InvalidInput``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, get_args

from dispatch_tui.care.amends import AmendKind
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain, plain_block

NOTE_KINDS: Final = (
    "idea",
    "plan",
    "delight",
    "material",
    "want",
    "need",
    "complaint",
    "commendation",
)
"""What a note may be: their idea, a plan of theirs, something that delights them, material sent, wants, needs."""
AMEND_KINDS: Final[tuple[str, ...]] = get_args(AmendKind)
MOST_POINTS = 100
ONBOARDING = "onboarding"


def add_note(
    desk: Desk,
    customer_id: int,
    kind: str,
    what: str,
    *,
    contact_id: int | None = None,
    call_id: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Write a note on a customer; its id."""
    if kind not in NOTE_KINDS:
        raise InvalidInput("kind", f"{plain(kind)!r} is none of {', '.join(NOTE_KINDS)}")
    when, words = desk.when(happened_at), said(what)
    with desk.act("note_customer") as writer:
        writer.get("customer", customer_id)
        if contact_id is not None:
            check_contact(writer, contact_id, customer_id)
        values = {
            "customer_id": customer_id,
            "contact_id": contact_id,
            "call_id": call_id,
            "operator_id": desk.operator.id,
            "kind": kind,
            "what": words,
            "happened_at": when,
        }
        return writer.insert("customer_note", values, act="note_customer", happened_at=when, call_id=call_id)


def end_note(desk: Desk, note_id: int, version: int | None = None) -> int:
    """Say that a note no longer holds; its version after it. One that has ended stays as it is.

    ``version`` is the one that was seen. Raises ``Conflict`` too.
    """
    with desk.act("note_customer") as writer:
        row = writer.get("customer_note", note_id, to_change=True)
        if row["ended_at"] is not None:
            return int(row["version"])
        now = desk.clock.now()
        values = {"ended_at": now}
        writer.update(
            "customer_note", row, values, act="note_customer", expected=version, call_id=row["call_id"]
        )
        return int(row["version"]) + 1


def record_gone_wrong(
    desk: Desk,
    customer_id: int,
    what: str,
    *,
    call_id: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Record something that went wrong for a customer; its id."""
    when, words = desk.when(happened_at), said(what)
    with desk.act("gone_wrong") as writer:
        writer.get("customer", customer_id)
        values = {
            "customer_id": customer_id,
            "call_id": call_id,
            "operator_id": desk.operator.id,
            "what": words,
            "happened_at": when,
        }
        return writer.insert("gone_wrong", values, act="gone_wrong", happened_at=when, call_id=call_id)


def make_good(
    desk: Desk,
    gone_wrong_id: int,
    kind: str,
    what: str = "",
    *,
    cost_minor: int | None = None,
    currency: str = "",
    happened_at: datetime | None = None,
) -> int:
    """Record what was done about it; its id. ``cost_minor`` in minor units of ``currency`` (the customer's, where none
    is given); ``None`` where nobody knows it."""
    if kind not in AMEND_KINDS:
        raise InvalidInput("kind", f"{plain(kind)!r} is none of {', '.join(AMEND_KINDS)}")
    if cost_minor is not None and cost_minor < 0:
        raise InvalidInput("cost", "it is below nothing", "Give what it cost us.")
    when = desk.when(happened_at)
    with desk.act("make_good") as writer:
        wrong = writer.get("gone_wrong", gone_wrong_id)
        if when < wrong["happened_at"]:
            raise InvalidInput("happened_at", "it lies before what went wrong", "Give a later time.")
        own = writer.get("customer", wrong["customer_id"])["currency"] if wrong["customer_id"] else ""
        values = {
            "gone_wrong_id": gone_wrong_id,
            "operator_id": desk.operator.id,
            "kind": kind,
            "what": plain_block(what),
            "cost_minor": cost_minor,
            "currency": (plain(currency).upper() or own) if cost_minor else "",
            "happened_at": when,
        }
        return writer.insert("amend", values, act="make_good", happened_at=when, call_id=wrong["call_id"])


def book_trust(
    desk: Desk, customer_id: int, points: int, reason: str, *, happened_at: datetime | None = None
) -> int:
    """Book a deposit (or, below zero, a withdrawal) that no record tells of, with its reason; its id."""
    check_points(points)
    when, words = desk.when(happened_at), said(reason)
    with desk.act("book_trust") as writer:
        writer.get("customer", customer_id)
        values = {"customer_id": customer_id, "happened_at": when, "points": points, "reason": words}
        return writer.insert("ledger_entry", values, act="book_trust", happened_at=when)


def check_points(points: int) -> None:
    """Raises ``InvalidInput`` for points that no entry has."""
    if points == 0 or abs(points) > MOST_POINTS:
        raise InvalidInput(
            "points", f"{points} is not from 1 to {MOST_POINTS} or below zero", "Say how much it weighs."
        )


def said(text: Any) -> str:
    """The words of a record, plain; raises ``InvalidInput`` where there are none."""
    words = plain_block(text)
    if not words:
        raise InvalidInput("what", "it says nothing", "Say it in a few words.")
    return words


def check_contact(writer: Writer, contact_id: int, customer_id: int) -> None:
    """Raises ``InvalidInput`` for somebody else's contact."""
    if writer.get("contact", contact_id)["customer_id"] != customer_id:
        raise InvalidInput("contact", "they are at another customer", "Choose one of this customer's.")
