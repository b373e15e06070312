"""What an agreement pays for, beside its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.kinds import is_whole, only_known

_KEYS = ("parts", "labour", "travel", "until", "visits")
_PAID = ("parts", "labour", "travel")


class Cover(NamedTuple):
    """What is paid for: the last day on which (a date of the agreement's calendar), and how many visits in
    all; ``None`` is without such a limit."""

    parts: bool = False
    labour: bool = False
    travel: bool = False
    until: date | None = None
    visits: int | None = None

    def words(self) -> str:
        """In one line, such as ``parts and labour, until 2027-12-31, 4 visits``."""
        paid = [name for name in _PAID if getattr(self, name)]
        said = " and ".join([", ".join(paid[:-1]), paid[-1]] if len(paid) > 1 else paid) or "nothing paid for"
        if self.until is not None:
            said += f", until {self.until.isoformat()}"
        if self.visits is not None:
            said += f", {self.visits} visit{'' if self.visits == 1 else 's'}"
        return said


def cover_from_mapping(value: object) -> Cover | None:
    """Read ``parts``, ``labour``, ``travel`` (true or false; left out is false), ``until`` (a date) and ``visits``.

    ``None`` for an agreement that says nothing of it. Raises :class:`InvalidInput` with the field.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise InvalidInput("cover", "is not a table", "Write {labour = true, parts = false}.")
    only_known("cover", "what is covered", value, _KEYS)
    return Cover(
        parts=_flag("cover.parts", value.get("parts", False)),
        labour=_flag("cover.labour", value.get("labour", False)),
        travel=_flag("cover.travel", value.get("travel", False)),
        until=_until(value.get("until")),
        visits=_visits(value.get("visits")),
    )


def _flag(field: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidInput(field, f"{value!r} is neither true nor false")


def _until(value: object) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise InvalidInput(
            "cover.until", f"{value!r} is not a date", "Write its last day as 2027-12-31."
        ) from None


def _visits(value: object) -> int | None:
    if value is None:
        return None
    if not is_whole(value) or value < 0:
        raise InvalidInput(
            "cover.visits", f"{value!r} is not a number of visits", "Leave it out for any number."
        )
    return value
