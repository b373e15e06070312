"""Where a customer stands, as a prompt needs it: plain values that the desk puts together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from dispatch_tui.care.contacts import Contact


@dataclass(frozen=True, slots=True)
class LastWord:
    """What was said last: ``by_us`` or by them, through which channel."""

    at: datetime
    by_us: bool
    channel: str
    said: str
    two_way: bool = True


@dataclass(frozen=True, slots=True)
class CallStanding:
    """One of the customer's open calls: its subject, what stands still because of it, a contact of its own, and the
    wall clock at its site (``None``: the customer's)."""

    priority: int
    subject: str = ""
    impact: str = ""
    contact_id: int | None = None
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer, as far as a prompt asks. ``zone``: the wall clock that they live by; ``last_talk_at``: the last
    conversation; ``buffer``: trust above "at risk", in points; ``broken``: promises broken lately."""

    name: str = ""
    zone: tzinfo = UTC
    tier: str = ""
    contacts: tuple[Contact, ...] = ()
    calls: Mapping[int, CallStanding] = field(default_factory=dict)
    last_talk_at: datetime | None = None
    last_word: LastWord | None = None
    buffer: float | None = None
    broken: int = 0
