"""The rows that the queue and the feed hand to the screens: slim tuples, importable at the first picture."""

from __future__ import annotations

from typing import NamedTuple


class QueueRow(NamedTuple):
    """One live call as the queue shows it. Instants are microseconds since 1970 UTC; ``NEVER`` means none."""

    id: int
    version: int
    number: str
    title: str
    status: str
    priority: int
    due_us: int
    """When the clock that matters now is due; ``NEVER`` while it is paused or where there is none."""
    clock: str
    """Which clock that is: ``first_response``, ``resolution``, ``next_update`` or empty."""
    warn_us: int
    """From when it counts as a warning."""
    paused: int
    """1 while the clock that matters is paused."""
    rank_us: int
    opened_us: int
    held_reason: str
    customer: str
    site: str
    site_tz: str
    unit: str
    """Serial number of the unit, may be empty."""
    model: str
    technician: str
    team: str
    operator: str
    """Account of the operator who took the call, may be empty."""


NEVER = 9_000_000_000_000_000_000
"""The stored form of "never": later than every instant, so that an index sorts it last."""
