"""The three agreements that the demo company sells, in the form that ``sla.terms`` reads."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from dispatch_tui.sla.terms import ClockKind, Terms, terms_from_mapping

_WORKING_DAYS = ("mon", "tue", "wed", "thu", "fri")
_EVERY_DAY = (*_WORKING_DAYS, "sat", "sun")


class Level(NamedTuple):
    """One kind of agreement. ``budgets``: by priority (1 to 5) the first response, resolution and next
    update; in business minutes or days, ``None`` for what is not promised."""

    name: str
    tier: str
    cover: str
    week: tuple[str, str] | None
    """Opening and closing of working days; ``None``: always open."""
    day_minutes: int
    budgets: tuple[tuple[int, int | str, int | None], ...]
    waiting: int | None
    """Minutes within which a message of the customer is answered."""


GOLD = Level(
    "Gold 24x7",
    "gold",
    "parts, labour and travel",
    None,
    1440,
    ((30, 300, 120), (60, 600, 300), (240, 1440, 1440), (480, 4320, None), (1440, 10_080, None)),
    60,
)
SILVER = Level(
    "Silver, business hours",
    "silver",
    "labour and travel",
    ("08:00", "18:00"),
    600,
    ((60, 600, 240), (120, 1200, 600), (240, 2400, None), (600, 4800, None), (1200, 9600, None)),
    240,
)
BRONZE = Level(
    "Bronze, next days",
    "bronze",
    "travel",
    ("09:00", "17:00"),
    480,
    ((240, "2d", None), (480, "3d", None), (480, "5d", None), (960, "8d", None), (960, "10d", None)),
    None,
)
LEVELS = (GOLD, SILVER, BRONZE)


def terms_mapping(level: Level, tz: str) -> dict[str, object]:
    """The terms of a level for a customer whose days are those of ``tz``."""
    budgets: dict[str, dict[str, int | str]] = {}
    for priority, (response, resolution, update) in enumerate(level.budgets, 1):
        clocks: dict[str, int | str] = {"first_response": response, "resolution": resolution}
        if update is not None:
            clocks["next_update"] = update
        if level.waiting is not None:
            clocks["customer_waiting"] = level.waiting
        budgets[str(priority)] = clocks
    days, window = (_WORKING_DAYS, level.week) if level.week else (_EVERY_DAY, ("00:00", "24:00"))
    hours = {day: [list(window)] for day in days}
    return {
        "name": level.name,
        "calendar": {"tz": tz, "hours": hours, "holidays": ["12-25", "01-01"]},
        "budgets": budgets,
    }


@cache
def terms_of(level: Level, tz: str) -> Terms:
    """The same, read."""
    return terms_from_mapping(terms_mapping(level, tz))


def minutes_of(level: Level, priority: int, clock: ClockKind) -> int | None:
    """A budget in open minutes; days count as days of the level's usual length."""
    budget = terms_of(level, "UTC").budget(clock, priority)
    if budget is None:
        return None
    return budget.amount if budget.unit == "minutes" else budget.amount * level.day_minutes
