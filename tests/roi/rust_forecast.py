"""Which bus gets a new engine within twelve months, told at half-yearly cuts from what lay before each cut.

``python -m tests.roi.rust_forecast FOLDER`` prints the table of ``docs/proofs.md``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from dispatch_tui.roi.failures import replaced
from dispatch_tui.roi.failures.lives import Lives, lives
from tests.roi.rust import Bus, buses, month

YEAR = 12
CUTS = tuple(range(month(1978, 12), month(1983, 12) + 1, 6))
NEW = 6
"""A bus whose odometer begins within so many months of its purchase was watched from new."""

LATEST = 48
"""Months of the fleet's mileage that tell how its use goes down from year to year."""


@dataclass(frozen=True, slots=True)
class Told:
    """One bus at one cut: the chance of a replacement, that of a constant rate, and what happened."""

    cut: int
    group: int
    chance: float
    constant: float
    happened: bool


def engines(fleet: Sequence[Bus], cut: int) -> tuple[Lives, list[str]]:
    """The engines as they were known at the end of that month, in miles, and the group of each.

    An engine that ran before the odometer was recorded counts from there on.
    """
    ended: list[tuple[float, float, str]] = []
    going: list[tuple[float, float, str]] = []
    for bus in fleet:
        if bus.first > cut:
            continue
        watched = 0 if bus.first - bus.bought <= NEW else bus.readings[0]
        start = 0
        for when, odometer in bus.replacements:
            if when <= cut:
                ended.append((odometer - start, max(0, watched - start), str(bus.group)))
                start = odometer
        now = bus.odometer(min(cut, bus.last)) - start
        if now > max(0, watched - start):
            going.append((now, max(0, watched - start), str(bus.group)))
    rows = ended + going
    known = lives([row[0] for row in ended], [row[0] for row in going], [row[1] for row in rows])
    return known, [row[2] for row in rows]


def told_at(fleet: Sequence[Bus], cut: int) -> list[Told]:
    """A forecast for each bus on the road at the cut. Nothing later than the cut is read but what happened."""
    hazard = replaced.fit(*engines(fleet, cut))
    months = sum(min(cut, bus.last) - bus.first for bus in fleet if bus.first <= cut)
    done = sum(when <= cut for bus in fleet for when, _ in bus.replacements)
    constant = -math.expm1(-done / months * YEAR)
    slower = _use_of_next_year(fleet, cut)
    rows = []
    for bus in fleet:
        if bus.first <= cut <= bus.last:
            start = max((odometer for when, odometer in bus.replacements if when <= cut), default=0)
            age = max(0, bus.odometer(cut) - start)
            chance = hazard.chance(str(bus.group), age, slower * _use_of_last_year(fleet, bus, cut))
            happened = any(cut < when <= cut + YEAR for when, _ in bus.replacements)
            rows.append(Told(cut, bus.group, chance, constant, happened))
    return rows


def _use_of_last_year(fleet: Sequence[Bus], bus: Bus, cut: int) -> float:
    """Miles of the twelve months before the cut; of a younger bus what it has, drawn out; else the fleet's mean."""
    since = max(bus.first, cut - YEAR)
    if since < cut:
        return (bus.odometer(cut) - bus.odometer(since)) * YEAR / (cut - since)
    others = [one for one in fleet if one.first <= cut - YEAR and cut <= one.last]
    return sum(one.odometer(cut) - one.odometer(cut - YEAR) for one in others) / len(others)


def _use_of_next_year(fleet: Sequence[Bus], cut: int) -> float:
    """Miles of a year over miles of the year before it, of all buses over the latest four years."""
    later = earlier = 0
    for end in range(cut, cut - LATEST, -YEAR):
        for bus in fleet:
            if bus.first <= end - 2 * YEAR and end <= bus.last:
                later += bus.odometer(end) - bus.odometer(end - YEAR)
                earlier += bus.odometer(end - YEAR) - bus.odometer(end - 2 * YEAR)
    return later / earlier


def brier(pairs: Sequence[tuple[float, bool]]) -> float:
    """Mean squared difference of chance and event."""
    return sum((chance - happened) ** 2 for chance, happened in pairs) / len(pairs)


def rows(told: Sequence[Told]) -> tuple[int, int, float, float, float, float]:
    """Buses, replaced, expected, expected by the constant rate, Brier score, that of the constant rate."""
    return (
        len(told),
        sum(one.happened for one in told),
        sum(one.chance for one in told),
        sum(one.constant for one in told),
        brier([(one.chance, one.happened) for one in told]),
        brier([(one.constant, one.happened) for one in told]),
    )


def main(folder: Path) -> None:
    fleet = buses(folder)
    everything: list[Told] = []
    print("| cut | buses | replaced | expected | constant rate | Brier | constant's Brier |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for cut in CUTS:
        told = told_at(fleet, cut)
        everything += told
        _line(f"{cut // 12}-{cut % 12 + 1:02}", told)
    _line("all", everything)
    _line("groups 3 to 8", [one for one in everything if one.group > 2])
    print("\n| told | buses | expected | replaced |\n|---|--:|--:|--:|")
    for low, high in pairwise((0, 0.02, 0.05, 0.1, 0.2, 0.3, 1)):
        here = [one for one in everything if low <= one.chance < high]
        expected, happened = sum(one.chance for one in here), sum(one.happened for one in here)
        print(f"| {low:.2f} to {high:.2f} | {len(here)} | {expected:.1f} | {happened} |")
    hazard = replaced.fit(*engines(fleet, month(1985, 5)))
    print(f"\nshape {hazard.law.shape:.3f}, scale {hazard.law.scale:,.0f} miles")
    for group in "345678":
        print(
            f"group {group}: factor {hazard.factor(group):.2f}, expected {hazard.expected_age(group):,.0f} miles"
        )


def _line(name: str, told: Sequence[Told]) -> None:
    print("| {} | {} | {} | {:.1f} | {:.1f} | {:.4f} | {:.4f} |".format(name, *rows(told)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
