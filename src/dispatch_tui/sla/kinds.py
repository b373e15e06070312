"""The words that agreements are written in: clocks, priorities, and the checks that every part of one needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeGuard

from dispatch_tui.errors import InvalidInput

ClockKind = Literal["first_response", "resolution", "next_update", "customer_waiting"]
CLOCK_KINDS: Final[tuple[ClockKind, ...]] = (
    "first_response",
    "resolution",
    "next_update",
    "customer_waiting",
)
PRIORITIES = (1, 2, 3, 4, 5)
RUNNING_STATUSES = ("new", "acknowledged", "assigned", "in_progress", "on_hold")
"""Call statuses in which work is still owed, so that a clock can be paused; the others end clocks."""

MOST_MINUTES = 5_256_000
"""Ten years; more is a slip of the unit."""


def clock_kind(field: str, value: object) -> ClockKind:
    """The clock of this name; :class:`InvalidInput` for the field where there is none."""
    for kind in CLOCK_KINDS:
        if kind == value:
            return kind
    raise InvalidInput(field, f"{value!r} is not a clock", f"Clocks are {', '.join(CLOCK_KINDS)}.")


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def only_known(field: str, what: str, keys: Iterable[object], known: tuple[str, ...]) -> None:
    """Refuse the first of ``keys`` that is not among ``known``: a slip of the pen is not left out silently."""
    for key in keys:
        if key not in known:
            name = f"{field}.{key}" if field else str(key)
            raise InvalidInput(name, f"is not a part of {what}", f"Known are {', '.join(known)}.")
