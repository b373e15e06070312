"""What time alone changes on a queue row: the state of its clock, the words for it, and when it next looks different.

Pure functions over stored instants (microseconds since 1970 UTC), so that one timer can serve a whole screen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dispatch_tui.store.rows import NEVER, QueueRow
from dispatch_tui.text import span

ClockState = Literal["late", "soon", "left", "paused", "never", "waits", "none"]

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
COALESCE: Final = 5 * SECOND
"""Texts counted in minutes or more may lag by this much, so that forty rows cost few wake-ups."""


def clock_state(row: QueueRow, now_us: int) -> ClockState:
    """``late`` (past due, even while paused), ``paused``, ``soon`` (warning), ``left`` (running), ``never`` (its hours
    are never open), ``waits`` (the customer does, for what nobody promised) or ``none``."""
    if now_us - row.due_us >= SECOND:  # done when it is due is in time, and seconds are what is compared
        return "late"
    if row.paused:
        return "paused"
    if row.due_us >= NEVER:
        return "none" if not row.clock else "waits" if row.clock == "customer_waiting" else "never"
    return "soon" if row.warn_us <= now_us else "left"


def clock_span(row: QueueRow, now_us: int) -> str:
    """Time left or time past due, floored as :func:`dispatch_tui.text.span` does; empty without a running clock."""
    if row.due_us >= NEVER or (row.paused and row.due_us >= now_us):
        return ""
    return span(abs(row.due_us - now_us) // SECOND)


def age_span(row: QueueRow, now_us: int) -> str:
    """Time since the call was opened."""
    return span(max(0, now_us - row.opened_us) // SECOND)


def _unit(seconds: int) -> int:
    """The step, in seconds, in which :func:`dispatch_tui.text.span` counts at this length."""
    if seconds < 60:
        return 1
    if seconds < 86_400:
        return 60
    return 3_600 if seconds < 21 * 86_400 else 86_400


def _next_up(since_us: int, now_us: int) -> int:
    """When the text of a growing span changes next."""
    seconds = max(0, now_us - since_us) // SECOND
    unit = _unit(seconds)
    at = since_us + (seconds // unit + 1) * unit * SECOND
    return at if unit == 1 else _coalesced(at)


def _next_down(until_us: int, now_us: int) -> int:
    """When the text of a shrinking span changes next."""
    seconds = max(0, until_us - now_us) // SECOND
    unit = _unit(seconds)
    at = until_us - (seconds // unit) * unit * SECOND + 1
    return at if unit == 1 else min(until_us, _coalesced(at))


def _coalesced(at_us: int) -> int:
    return -(-at_us // COALESCE) * COALESCE


def next_minute(now_us: int) -> int:
    """When a wall clock that shows minutes changes next."""
    return (now_us // MINUTE + 1) * MINUTE


def next_of_clock(due_us: int | None, warn_us: int | None, paused: bool, now_us: int) -> int:
    """When the state of a clock, or its time left or past due, next reads otherwise; ``NEVER`` if it will not."""
    if due_us is None or due_us >= NEVER:
        return NEVER
    if due_us <= now_us or (due_us - now_us < SECOND and not paused):
        return _next_up(due_us, now_us)
    if paused:
        return NEVER
    down = _next_down(due_us, now_us)
    return down if warn_us is None or warn_us <= now_us else min(down, warn_us)


def next_change(row: QueueRow, now_us: int, *, with_age: bool) -> int:
    """The instant at which this row next looks different with nothing happening; ``NEVER`` if it will not."""
    clock = next_of_clock(row.due_us, row.warn_us, bool(row.paused), now_us)
    return min(clock, _next_up(row.opened_us, now_us)) if with_age else clock


@lru_cache(maxsize=512)
def zone(name: str) -> tzinfo:
    """The IANA zone of a site; UTC where the name is empty or unknown."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def wall(us: int, zone_name: str, now_us: int) -> str:
    """A stored instant as the site's wall clock reads: ``14:05`` today, ``Tue 14:05`` within six days, ``24 Nov``
    in half a year around now, else ``Nov 2031``; empty for ``NEVER``."""
    if us >= NEVER:
        return ""
    local = local_time(us, zone_name)
    today = local_time(now_us, zone_name).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if -6 <= days <= 6:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b}" if -180 <= days <= 180 else f"{local:%b} {local.year}"


def wall_long(us: int, zone_name: str) -> str:
    """The same in full with the zone: ``Tue 24 Nov 14:05 CET``."""
    if us >= NEVER:
        return "never"
    local = local_time(us, zone_name)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M} {zone_word(local)}"


def zone_word(local: datetime) -> str:
    """The short name of an aware time's zone, or its offset where there is none."""
    name = local.tzname() or ""
    return f"UTC{name[:3]}" if name[:1] in "+-" else name


def local_time(us: int, zone_name: str) -> datetime:
    """A stored instant as an aware local time; far beyond the calendar it is clamped to its end."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).astimezone(zone(zone_name))
    except OverflowError:
        return datetime(9999, 12, 31, 23, 59, tzinfo=UTC) if us > 0 else datetime(1, 1, 1, tzinfo=UTC)
