"""What is measured, what is hoped for and what is promised, as values."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Stats = Mapping[str, float]
"""``p50``, ``p95``, ``p99``, ``max`` and ``n`` of repeats, or ``value`` where there is one figure."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on one statistic of a line."""

    stat: str
    most: float | None = None
    least: float | None = None

    def met_by(self, stats: Stats) -> bool:
        value = stats[self.stat]
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def __str__(self) -> str:
        bound = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:,g}"
        return bound if self.stat == "value" else f"{self.stat} {bound}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: ``goals`` are hoped for, ``promises`` must hold."""

    key: str
    words: str
    unit: str
    goals: tuple[Limit, ...] = ()
    promises: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured for a line; ``bare`` is the bare app's, ``note`` a word about how."""

    line: Line
    stats: Stats
    bare: Stats = field(default_factory=dict)
    note: str = ""

    @property
    def verdict(self) -> Literal["met", "goal missed", "PROMISE BROKEN"]:
        if not all(limit.met_by(self.stats) for limit in self.line.promises):
            return "PROMISE BROKEN"
        return "met" if all(limit.met_by(self.stats) for limit in self.line.goals) else "goal missed"


def stats_of(values: Iterable[float]) -> dict[str, float]:
    """The statistics of repeats (linear interpolation between ranks). Empty input is a ``ValueError``."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing was measured")

    def quantile(share: float) -> float:
        place = share * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    return {
        "n": len(ordered),
        "p50": quantile(0.5),
        "p95": quantile(0.95),
        "p99": quantile(0.99),
        "max": ordered[-1],
        "mean": statistics.fmean(ordered),
    }


def one(value: float) -> dict[str, float]:
    """A single figure as statistics."""
    return {"value": value}
