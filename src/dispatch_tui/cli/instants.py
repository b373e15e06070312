"""Instants as people type them: ISO 8601, or a wall time with the name of its zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dispatch_tui.errors import InvalidInput

FORMS = (
    "Give it as 2026-03-04T09:00:00Z, 2026-03-04T10:00+01:00, '2026-03-04 10:00 Europe/Berlin', "
    "or 2026-03-04 10:00 in this machine's zone."
)


def read_instant(text: str, now: datetime, *, field: str = "--at", past: bool = True) -> datetime:
    """The UTC instant that ``text`` means. A time without a zone is one of this machine's.

    Raises :class:`InvalidInput` for what cannot be read, for a wall time that a change of the clocks
    leaves out or brings twice, and (with ``past``) for an instant after ``now``.
    """
    words = text.strip()
    wall, _, zone_name = words.rpartition(" ")
    zone: ZoneInfo | None = None
    if zone_name == "UTC" or "/" in zone_name:
        words, zone = wall, _zone(zone_name, field)
    try:
        read = datetime.fromisoformat(words)
    except ValueError:
        raise InvalidInput(field, f"cannot read {text!r} as an instant", FORMS) from None
    if zone is not None:
        if read.tzinfo is not None:
            raise InvalidInput(field, f"{text!r} names its zone twice", FORMS)
        read = read.replace(tzinfo=zone)
    try:
        instant = (_checked(read, text, field) if read.tzinfo is not None else read.astimezone()).astimezone(
            UTC
        )
    except OverflowError:
        raise InvalidInput(field, f"{text!r} is beyond the calendar", FORMS) from None
    if past and instant > now:
        raise InvalidInput(
            field, f"{text!r} lies in the future", "The past can be shown, not what is to come."
        )
    return instant


def _zone(name: str, field: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(
            field, f"there is no time zone {name!r}", "Zones are named as in Europe/Berlin."
        ) from None


def _checked(read: datetime, text: str, field: str) -> datetime:
    """Refuse wall times that are not exactly one instant in their zone."""
    first, second = read.replace(fold=0), read.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return read
    if first.astimezone(UTC).astimezone(read.tzinfo).replace(tzinfo=None) != read.replace(tzinfo=None):
        raise InvalidInput(field, f"{text!r}: the clocks were put forward over that time", "Give it in UTC.")
    both = " or ".join(f"{one.isoformat()}" for one in (first, second))
    raise InvalidInput(field, f"{text!r} came twice, as the clocks were put back", f"Give {both}.")
