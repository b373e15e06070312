"""Which unit fails when. Old calls follow each unit's age; today's are placed so that the queue is a day's work.

A unit's failures are a power law of its age (minimal repair): the mean number up to age t is
``weak * t ** ageing``. Given how many there are between two ages S and T, they are independent draws
``(S^b + v (T^b - S^b)) ** (1/b)`` with v uniform, so a company of any size is drawn call by call.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from dispatch_tui.demo.company import DAY_US, HOUR_US, YEAR_US, Company, Unit
from dispatch_tui.demo.levels import Level, minutes_of, terms_of

MINUTE_US = 60_000_000
RECENT_DAYS = 45
"""Calls that are still open were opened within these days; the archive ends before them."""

_UNIT_BITS = 24
_SCALE_YEARS = 10.0


class Plan(NamedTuple):
    """A recent call: where it shall stand by now. ``talked_us``: when we last spoke with the customer."""

    opened_us: int
    unit: int
    status: str
    priority: int
    problem: int
    talked_us: int
    late: bool
    """Whether one of its clocks is meant to be in breach."""


def archive(company: Company, seed: int, count: int) -> Iterator[tuple[int, int]]:
    """``count`` old calls as (opened, unit's index), oldest first."""
    rng = Random(f"archive/{seed}")
    until = company.now_us - RECENT_DAYS * DAY_US
    spans = [_ages(unit, company.records_from_us, until) for unit in company.units]
    weights = accumulate(
        unit.weak * (end - begin) for unit, (begin, end) in zip(company.units, spans, strict=True)
    )
    found = []
    for index in rng.choices(range(len(spans)), cum_weights=list(weights), k=count):
        unit, (begin, end) = company.units[index], spans[index]
        age = (begin + rng.random() * (end - begin)) ** (1 / unit.family.ageing) * _SCALE_YEARS
        opened = unit.installed_us + int(age * YEAR_US)
        found.append(min(opened, until - 1) << _UNIT_BITS | index)
    found.sort()
    for packed in found:
        yield packed >> _UNIT_BITS, packed & (1 << _UNIT_BITS) - 1


def _ages(unit: Unit, since_us: int, until_us: int) -> tuple[float, float]:
    """Age to the power of ``ageing`` at the start and end of its records."""
    power = unit.family.ageing
    begin = max(0, since_us - unit.installed_us) / YEAR_US / _SCALE_YEARS
    end = max(1, until_us - unit.installed_us) / YEAR_US / _SCALE_YEARS
    return begin**power, end**power


# -- recent calls ------------------------------------------------------------------------------

_LIVE = ("new", "acknowledged", "assigned", "in_progress", "on_hold", "resolved")
_LIVE_DECK = (
    *_LIVE,
    *_LIVE[:5],
    "new",
    "acknowledged",
    "assigned",
    "assigned",
    "assigned",
    "in_progress",
    "on_hold",
)
_ENDED_DECK = ("closed", "cancelled", "closed", "closed", "closed", "closed", "closed", "closed")
_ALLOWANCE_MINUTES = {1: 60, 2: 240, 3: 1440, 4: 4320, 5: 10_080}


def recent(company: Company, seed: int, *, live: int, ended: int) -> list[Plan]:
    """The calls of these days, by their opening: ``live`` open ones and ``ended`` that are over."""
    rng = Random(f"recent/{seed}")
    weights = [
        unit.weak * max(0.1, (company.now_us - unit.installed_us) / YEAR_US) ** (unit.family.ageing - 1)
        for unit in company.units
    ]
    plans = [
        _open_plan(rng, company, unit, _LIVE_DECK[place % len(_LIVE_DECK)])
        for place, unit in enumerate(_spread(rng, weights, live))
    ]
    plans += [
        _ended_plan(rng, company, unit, _ENDED_DECK[place % len(_ENDED_DECK)])
        for place, unit in enumerate(_spread(rng, weights, ended))
    ]
    return sorted(plans)


def _spread(rng: Random, weights: list[float], count: int) -> list[int]:
    """``count`` indexes by weight, none twice before each had its turn (Efraimidis and Spirakis 2006)."""
    chosen: list[int] = []
    while len(chosen) < count:
        order = sorted(range(len(weights)), key=[rng.random() ** (1 / one) for one in weights].__getitem__)
        chosen += order[::-1][: count - len(chosen)]
    return chosen


def _problem(rng: Random, unit: Unit) -> tuple[int, int]:
    """Index of what is wrong, and how urgent it is this time."""
    problems = unit.family.problems
    index = int(rng.random() * len(problems))
    priority = problems[index].priority + (0, 0, 0, 0, 1, 1, -1)[int(rng.random() * 7)]
    return index, min(5, max(1, priority))


def _open_plan(rng: Random, company: Company, index: int, status: str) -> Plan:
    unit = company.units[index]
    problem, priority = _problem(rng, unit)
    now_us = company.now_us
    level = unit.level
    draw = rng.random()
    share = rng.uniform(1.04, 1.3) if draw < 0.05 else rng.uniform(0.78, 0.97) if draw < 0.18 else None
    late = draw < 0.05
    calm = rng.uniform(0.05, 0.68)
    if minutes_of(level, priority, "resolution") is None:  # nothing is promised
        spent = _ALLOWANCE_MINUTES[priority] * (share or calm)
        opened = now_us - int(spent * MINUTE_US)
        return Plan(opened, index, status, priority, problem, opened, late)
    clock_of_talk = minutes_of(level, priority, "next_update")
    if status == "new":
        minutes = (minutes_of(level, priority, "first_response") or 60) * (share or calm)
        opened = _before(level, unit.agreed_tz, now_us, minutes) - int(rng.random() * MINUTE_US)
        return Plan(opened, index, status, priority, problem, opened, late)
    of_talk = share is not None and clock_of_talk is not None and rng.random() < 0.5
    minutes = (minutes_of(level, priority, "resolution") or 600) * (calm if of_talk else share or calm)
    tz = unit.agreed_tz
    opened = _before(level, tz, now_us, minutes) - int(rng.random() * MINUTE_US)
    talked = opened
    if clock_of_talk is not None:
        spent = clock_of_talk * (share if of_talk and share else rng.uniform(0.05, 0.6))
        talked = max(opened, _before(level, tz, now_us, spent) - int(rng.random() * MINUTE_US))
    return Plan(opened, index, status, priority, problem, talked, late)


def _ended_plan(rng: Random, company: Company, index: int, status: str) -> Plan:
    unit = company.units[index]
    problem, priority = _problem(rng, unit)
    # Half of them from yesterday on, the others spread over the weeks before.
    hours = rng.uniform(7, 40) if rng.random() < 0.5 else rng.uniform(40, (RECENT_DAYS - 1) * 24)
    opened = company.now_us - int(hours * HOUR_US)
    return Plan(opened, index, status, priority, problem, opened, False)


def _before(level: Level, tz: str, now_us: int, minutes: float) -> int:
    """The latest whole minute by which ``minutes`` of open time lie before ``now_us``."""
    return _search(level, tz, now_us, max(1, round(minutes)))


@lru_cache(maxsize=100_000)
def _search(level: Level, tz: str, now_us: int, minutes: int) -> int:
    calendar = terms_of(level, tz).calendar
    need = minutes * MINUTE_US
    reach = minutes
    while calendar.open_us(now_us - reach * MINUTE_US, now_us) < need:
        reach *= 2
    low, high = minutes - 1, reach
    while high - low > 1:
        middle = (low + high) // 2
        if calendar.open_us(now_us - middle * MINUTE_US, now_us) < need:
            low = middle
        else:
            high = middle
    return now_us - high * MINUTE_US
