"""The instants and small facts that the tests of the customer side share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dispatch_tui.care.reasons import Kind, Reason, key_of
from dispatch_tui.care.rules_file import default_rules
from dispatch_tui.sla.calendar import BusinessCalendar

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
"""A Wednesday."""
RULES = default_rules()
OFFICE = BusinessCalendar.from_mapping(
    {
        "tz": "Europe/Berlin",
        "hours": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
NEVER_OPEN = BusinessCalendar.from_mapping({"tz": "UTC", "hours": {}})
HOSTILE = "\x1b[31m[bold]red[/bold]\x1b[0m\u202e\x07\nnext"
PLAIN_HOSTILE = "[bold]red[/bold] next"


def at(hours: float) -> datetime:
    """So many hours from ``NOW``."""
    return NOW + timedelta(hours=hours)


def reason(
    kind: Kind = "next_update",
    *,
    customer: int | None = 1,
    call: int | None = 7,
    prompt: float = 0.0,
    until: float = 1.0,
    slip: timedelta = timedelta(0),
    name: str = "",
) -> Reason:
    """A reason that arises ``prompt`` hours from ``NOW`` and is best dealt with until ``until``."""
    record = name or f"{customer}/{call}"
    return Reason(
        kind, key_of(kind, record, at(until)), f"{kind} {record}", at(prompt), at(until), customer, call, slip
    )
