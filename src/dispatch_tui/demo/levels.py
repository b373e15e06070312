"""The agreements that the demo company sells, in the form that ``sla.terms`` reads, and their calendars."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from dispatch_tui.demo.places import REGIONS
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.terms import ClockKind, Terms, terms_from_mapping

_WORKING_DAYS = ("mon", "tue", "wed", "thu", "fri")
_EVERY_DAY = (*_WORKING_DAYS, "sat", "sun")
_HOLIDAYS = (
    {"date": "01-01", "name": "New Year's Day"},
    {"date": "10-31", "name": "Halloween", "observed": False},
    {"date": "12-25", "name": "Christmas Day"},
)


class Level(NamedTuple):
    """One kind of agreement. ``budgets``: by priority (1 to 5) the first response, resolution and next
    update; in business minutes or days, ``None`` for what is not promised. ``warnings``: each a way and an
    amount."""

    name: str
    tier: str
    paid: tuple[str, ...]
    """What it covers: parts, labour, travel."""
    visits: int | None
    """How many visits it covers; ``None`` is any number."""
    hours: str
    """What its calendars are called, before the place."""
    week: tuple[str, str] | None
    """Opening and closing of working days; ``None``: always open."""
    day_minutes: int
    budgets: tuple[tuple[int, int | str, int | None] | None, ...]
    waiting: int | None
    """Minutes within which a message of the customer is answered."""
    warnings: tuple[tuple[str, float], ...] = (("share", 0.75),)


GOLD = Level(
    "Gold 24x7",
    "gold",
    ("parts", "labour", "travel"),
    None,
    "Round the clock",
    None,
    1440,
    ((30, 300, 120), (60, 600, 300), (240, 1440, 1440), (480, 4320, None), (1440, 10_080, None)),
    60,
    (("share", 0.75), ("minutes_before", 30)),
)
SILVER = Level(
    "Silver, business hours",
    "silver",
    ("labour", "travel"),
    None,
    "Long days",
    ("08:00", "18:00"),
    600,
    ((60, 600, 240), (120, 1200, 600), (240, 2400, None), (600, 4800, None), (1200, 9600, None)),
    240,
)
BRONZE = Level(
    "Bronze, next days",
    "bronze",
    ("travel",),
    6,
    "Office hours",
    ("09:00", "17:00"),
    480,
    ((240, "2d", None), (480, "3d", None), (480, "5d", None), (960, "8d", None), (960, "10d", None)),
    None,
)

HOUSE = Level(
    "House terms",
    "",
    (),
    None,
    "Office hours",
    ("09:00", "17:00"),
    480,
    ((480, "5d", None), (480, "8d", None), (960, "10d", None), None, None),
    None,
)
"""For everybody who has no agreement: urgent calls have clocks, the others are done as they come."""
HOUSE_TZ = REGIONS[0].cities[0].tz


def calendar_name(level: Level, tz: str) -> str:
    """Under which name agreements of this level share their hours in that zone."""
    return f"{level.hours}, {tz.rpartition('/')[2].replace('_', ' ')}"


def calendar_mapping(level: Level, tz: str) -> dict[str, object]:
    """These hours."""
    days, window = (_WORKING_DAYS, level.week) if level.week else (_EVERY_DAY, ("00:00", "24:00"))
    return {"tz": tz, "hours": {day: [list(window)] for day in days}, "holidays": _HOLIDAYS}


def terms_mapping(level: Level) -> dict[str, object]:
    """The terms of a level, without its hours."""
    budgets: dict[str, dict[str, int | str]] = {}
    for priority, promised in enumerate(level.budgets, 1):
        if promised is None:
            continue
        response, resolution, update = promised
        clocks: dict[str, int | str] = {"first_response": response, "resolution": resolution}
        if update is not None:
            clocks["next_update"] = update
        if level.waiting is not None:
            clocks["customer_waiting"] = level.waiting
        budgets[str(priority)] = clocks
    terms: dict[str, object] = {
        "name": level.name,
        "budgets": budgets,
        "warnings": [{way: amount} for way, amount in level.warnings],
    }
    if level.paid:
        terms["cover"] = dict.fromkeys(level.paid, True) | (
            {} if level.visits is None else {"visits": level.visits}
        )
    return terms


@cache
def terms_of(level: Level, tz: str) -> Terms:
    """The same with its hours in a zone, read."""
    return terms_from_mapping(
        terms_mapping(level), BusinessCalendar.from_mapping(calendar_mapping(level, tz))
    )


def minutes_of(level: Level, priority: int, clock: ClockKind) -> int | None:
    """A budget in open minutes; days count as days of the level's usual length."""
    budget = terms_of(level, "UTC").budget(clock, priority)
    if budget is None:
        return None
    return budget.amount if budget.unit == "minutes" else budget.amount * level.day_minutes
