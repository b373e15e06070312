"""What an agreement promises, as one frozen version of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.conditions import Condition, conditions_from_mapping
from dispatch_tui.sla.cover import Cover, cover_from_mapping
from dispatch_tui.sla.kinds import (
    CLOCK_KINDS,
    MOST_MINUTES,
    PRIORITIES,
    RUNNING_STATUSES,
    ClockKind,
    clock_kind,
    is_whole,
    only_known,
)
from dispatch_tui.sla.warnings import DEFAULT_WARNINGS, WarnRule, warnings_from_mapping

__all__ = [
    "CLOCK_KINDS",
    "PRIORITIES",
    "RUNNING_STATUSES",
    "Budget",
    "ClockKind",
    "Terms",
    "terms_from_mapping",
]

DEFAULT_PAUSES: Final[Mapping[ClockKind, frozenset[str]]] = MappingProxyType(
    {
        "first_response": frozenset(),
        "resolution": frozenset({"on_hold"}),
        "next_update": frozenset({"on_hold"}),
        "customer_waiting": frozenset(),
    }
)
"""On hold, the customer still waits for a first word from us and for each answer."""

_KEYS = (
    "name",
    "version",
    "calendar",
    "budgets",
    "pauses",
    "warnings",
    "warn_share",
    "cover",
    "conditions",
)
_DAYS = re.compile(r"(\d{1,4})d", re.ASCII)


class Budget(NamedTuple):
    """So many business minutes, or business days (the same wall time, that many working days on)."""

    amount: int
    unit: Literal["minutes", "days"]

    def __str__(self) -> str:
        return f"{self.amount}d" if self.unit == "days" else f"{self.amount} min"


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of an agreement. ``budgets`` by priority (1 highest to 5), then by clock: a clock
    without one is not promised. ``pauses``: the call statuses that pause each clock. ``conditions``: for
    which calls it holds, all of them where there is none. ``cover`` None: it does not say."""

    calendar: BusinessCalendar
    budgets: Mapping[int, Mapping[ClockKind, Budget]]
    pauses: Mapping[ClockKind, frozenset[str]] = field(default_factory=lambda: DEFAULT_PAUSES)
    warnings: tuple[WarnRule, ...] = DEFAULT_WARNINGS
    cover: Cover | None = None
    conditions: tuple[Condition, ...] = ()
    name: str = ""
    version: int = 1

    def budget(self, clock: ClockKind, priority: int) -> Budget | None:
        """What is promised for a clock at a priority, or None."""
        of_priority = self.budgets.get(priority)
        return None if of_priority is None else of_priority.get(clock)


def terms_from_mapping(mapping: Mapping[str, object], calendar: BusinessCalendar | None = None) -> Terms:
    """Read terms from ``calendar`` (a calendar's mapping), ``budgets`` (priority to clock to business
    minutes as a number, or to business days as ``"2d"``) and, where present, ``pauses`` (clock to call
    statuses; clocks left out keep the default), ``warnings`` (or ``warn_share``), ``cover``,
    ``conditions``, ``name`` and ``version``; the forms of these stand with their readers.

    With ``calendar`` given, the mapping's own is not read: agreements that share a calendar then
    share its tables. Raises :class:`InvalidInput` with the field, such as ``budgets.1.resolution``.
    """
    only_known("", "an agreement", mapping, _KEYS)
    version = mapping.get("version", 1)
    if not is_whole(version) or version < 1:
        raise InvalidInput("version", f"{version!r} is not a version", "Versions count from 1.")
    return Terms(
        calendar=calendar or _calendar(mapping.get("calendar")),
        budgets=_budgets(mapping.get("budgets")),
        pauses=_pauses(mapping.get("pauses") or {}),
        warnings=warnings_from_mapping(mapping.get("warnings"), mapping.get("warn_share")),
        cover=cover_from_mapping(mapping.get("cover")),
        conditions=conditions_from_mapping(mapping.get("conditions")),
        name=str(mapping.get("name") or ""),
        version=version,
    )


def _calendar(value: object) -> BusinessCalendar:
    if not isinstance(value, Mapping):
        raise InvalidInput("calendar", "a calendar is needed", "Give its tz and hours.")
    try:
        return BusinessCalendar.from_mapping(value)
    except InvalidInput as error:
        raise InvalidInput(f"calendar.{error.field}", error.reason, error.remedy) from None


def _budgets(value: object) -> Mapping[int, Mapping[ClockKind, Budget]]:
    if not isinstance(value, Mapping):
        raise InvalidInput("budgets", "a table of budgets is needed", 'Write {"1": {"resolution": 480}}.')
    budgets: dict[int, Mapping[ClockKind, Budget]] = {}
    for key, clocks in value.items():
        field_name = f"budgets.{key}"
        priority = int(key) if str(key).isascii() and str(key).isdigit() else 0
        if priority not in PRIORITIES:
            raise InvalidInput(field_name, "is not a priority", "Priorities are 1 (highest) to 5.")
        if not isinstance(clocks, Mapping):
            raise InvalidInput(field_name, "is not a table of clocks", 'Write {"resolution": 480}.')
        budgets[priority] = MappingProxyType(
            {
                clock_kind(f"{field_name}.{clock}", clock): _budget(f"{field_name}.{clock}", one)
                for clock, one in clocks.items()
            }
        )
    return MappingProxyType(budgets)


def _budget(field_name: str, value: object) -> Budget:
    remedy = 'Write business minutes as a number (480) or business days as "2d".'
    days = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if days is not None:
        return Budget(int(days[1]), "days")
    if not is_whole(value):
        raise InvalidInput(field_name, f"{value!r} is not a budget", remedy)
    if value < 0:
        raise InvalidInput(field_name, f"a budget cannot be negative ({value})", remedy)
    if value > MOST_MINUTES:
        raise InvalidInput(field_name, f"{value} minutes are more than ten years", remedy)
    return Budget(value, "minutes")


def _pauses(value: object) -> Mapping[ClockKind, frozenset[str]]:
    if not isinstance(value, Mapping):
        raise InvalidInput("pauses", "is not a table of clocks", 'Write {"resolution": ["on_hold"]}.')
    pauses = dict(DEFAULT_PAUSES)
    for clock, statuses in value.items():
        kind = clock_kind(f"pauses.{clock}", clock)
        if isinstance(statuses, str) or not isinstance(statuses, Iterable):
            raise InvalidInput(f"pauses.{kind}", "is not a list of statuses", 'Write ["on_hold"].')
        names = frozenset(map(str, statuses))
        unknown = sorted(names.difference(RUNNING_STATUSES))
        if unknown:
            known = ", ".join(RUNNING_STATUSES)
            raise InvalidInput(
                f"pauses.{kind}", f"{unknown[0]!r} cannot pause a clock", f"Known are {known}."
            )
        pauses[kind] = names
    return MappingProxyType(pauses)
