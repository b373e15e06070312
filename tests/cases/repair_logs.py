"""Repair logs and lives in comma separated files of several makers, read by what their columns hold.

An ``event`` column tells what happened from the end of watching; a column that names the unit makes a repair
log, without one the rows are lives. Without an event every row is a life that ended.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

END = {"end", "mend", "censored", "cens", "0"}
"""Words for "watching stopped here"."""

UNIT = ("unit", "id", "engine", "system", "computer", "station", "machine", "bus")
AGE = ("age", "days", "hours", "kilohours", "miles", "time", "t", "years", "weeks")


def read(path: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The file as the inputs of a case without one: ``x`` and ``t``; ``systems`` and ``T``; or ``failures`` and
    ``censored``. ``mode`` in the case makes failures of other modes lives that went on."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    columns = list(rows[0])
    if {"x", "t"} <= set(columns):
        return {"x": [int(row["x"]) for row in rows], "t": [float(row["t"]) for row in rows]}
    age = next(name for name in AGE if name in columns)
    unit = next((name for name in UNIT if name in columns), None)
    if unit is not None:
        return _systems(rows, unit, age)
    failures: list[float] = []
    censored: list[float] = []
    for row in rows:
        wanted = "mode" not in asked or row.get("mode") == asked["mode"]
        where = censored if _ended(row) or not wanted else failures
        where += [float(row[age])] * _count(row)
    return {"failures": failures, "censored": censored}


def _systems(rows: list[dict[str, str]], unit: str, age: str) -> dict[str, Any]:
    logs: dict[str, list[float]] = {row[unit]: [] for row in rows}
    ends: dict[str, float] = {}
    for row in rows:
        if _ended(row):
            ends[row[unit]] = float(row[age])
        else:
            logs[row[unit]] += [float(row[age])] * _count(row)
    return {"systems": list(logs.values()), "T": [ends.get(name) for name in logs]}


def _ended(row: Mapping[str, str]) -> bool:
    return "event" in row and row["event"].strip().lower() in END


def _count(row: Mapping[str, str]) -> int:
    return int(float(row["count"])) if row.get("count") else 1
