"""Repair logs of the public literature, read in place: a unit, an age, and what happened at it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dispatch_tui.roi.failures.records import AgeClock, Span, UnitRecord, unit_record

FOLDER = "data/reliability"


@dataclass(frozen=True, slots=True)
class RepairLog:
    """A file of the folder: its columns, and how many age units a calendar year is."""

    name: str
    title: str
    unit: str
    age: str
    clock: AgeClock
    per_year: float


LOGS = (
    RepairLog("valveseat", "valve seats of 41 engines", "engine", "days", AgeClock.YEARS, 365.25),
    RepairLog("cylinder", "cylinders of 120 engines", "engine", "days", AgeClock.YEARS, 365.25),
    RepairLog("computerlab", "10 computers of a laboratory", "computer", "days", AgeClock.YEARS, 365.25),
    RepairLog("workstation", "5 workstations", "station", "days", AgeClock.YEARS, 365.25),
)
"""Failures of several units each. Ages in days stay days: a fit does not care what a unit of age is called."""

SERVICED = RepairLog("machineh", "23 machines, service included", "unit", "hours", AgeClock.HOURS, 4000.0)
"""Periodic service is logged among the repairs here: what the flag ``scheduled_service`` is for."""


def read(shared: Path, log: RepairLog) -> Sequence[UnitRecord]:
    """The units of a log, each watched from age 0 to its end of observation.

    Several parts replaced at one visit (``count``) are one failure.
    """
    failures: dict[str, list[float]] = {}
    ends: dict[str, float] = {}
    with (shared / FOLDER / f"{log.name}.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            unit, age = row[log.unit], float(row[log.age])
            if row["event"].lower() == "end":
                ends[unit] = age
            else:
                failures.setdefault(unit, []).append(age)
    return [unit_record(unit, [Span(0.0, end)], failures.get(unit, ())) for unit, end in ends.items()]
