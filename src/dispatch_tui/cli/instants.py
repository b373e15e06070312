"""Instants and dates as people type them: ISO 8601, or a wall time with the name of its zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dispatch_tui.clock import instants_of
from dispatch_tui.errors import InvalidInput

FORMS = (
    "Give it as 2026-03-04T09:00:00Z, 2026-03-04T10:00+01:00, '2026-03-04 10:00 Europe/Berlin', "
    "or 2026-03-04 10:00 in this machine's zone."
)
_YEARS = range(1970, 2200)


def read_instant(
    text: str, now: datetime, *, field: str = "--at", zone_name: str = "", ahead: bool = False
) -> datetime:
    """The UTC instant that ``text`` means. A time without a zone is one of ``zone_name``, else of this machine's.

    Raises :class:`InvalidInput` for what cannot be read, for a wall time that a change of the clocks
    leaves out or brings twice, and for an instant after ``now`` unless it may be ``ahead``.
    """
    words = text.strip()
    wall, _, last = words.rpartition(" ")
    named = last == "UTC" or "/" in last
    try:
        read = datetime.fromisoformat(wall if named else words)
    except ValueError:
        raise InvalidInput(field, f"cannot read {text!r} as an instant", FORMS) from None
    if named and read.tzinfo is not None:
        raise InvalidInput(field, f"{text!r} names its zone twice", FORMS)
    if read.tzinfo is None and (named or zone_name):
        read = read.replace(tzinfo=_zone(last if named else zone_name, field))
    try:
        instant = _only(read, text, field)
    except (OverflowError, ValueError):
        raise InvalidInput(field, f"{text!r} is beyond the calendar", FORMS) from None
    if instant > now and not ahead:
        raise InvalidInput(
            field, f"{text!r} lies in the future", "The past can be shown, not what is to come."
        )
    return instant


def read_date(field: str, text: str) -> date | None:
    """The date that ``text`` means; ``None`` where it is empty. Raises :class:`InvalidInput`."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise InvalidInput(field, f"cannot read {text!r} as a date", "Give it as 2026-03-04.")
    return found


def _zone(name: str, field: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(
            field, f"there is no time zone {name!r}", "Zones are named as in Europe/Berlin."
        ) from None


def _only(wall: datetime, text: str, field: str) -> datetime:
    """The one instant (UTC) at which the clock shows this."""
    found = instants_of(wall)
    if not found:
        raise InvalidInput(field, f"{text!r}: the clocks were put forward over that time", "Give it in UTC.")
    if len(found) > 1:
        both = " or ".join(one.astimezone(wall.tzinfo).isoformat() for one in found)
        raise InvalidInput(field, f"{text!r} came twice, as the clocks were put back", f"Give {both}.")
    return found[0]
