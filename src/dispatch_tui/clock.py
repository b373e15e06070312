"""Where time comes from. Logic takes a :class:`Clock`; only this file asks the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """Something that knows the present instant (UTC, timezone-aware)."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests, replays and looking at the past."""

    def __init__(self, instant: datetime) -> None:
        self.set(instant)

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        """Move to an aware instant; a naive one is a ``ValueError``."""
        if instant.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._instant = instant.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._instant += by


def to_us(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware instant, exact."""
    return (instant - EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The UTC instant of a count of microseconds since 1970, exact."""
    return EPOCH + timedelta(microseconds=us)


def instants_of(wall: datetime) -> tuple[datetime, ...]:
    """The instants (UTC, ascending) at which a wall clock shows this: none where the clocks are put forward over it,
    two where they are put back, else one. A naive time is one of this machine's zone; raises ``OverflowError``."""
    both = {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = wall.replace(tzinfo=None)
    return tuple(sorted(one for one in both if one.astimezone(wall.tzinfo).replace(tzinfo=None) == shown))
