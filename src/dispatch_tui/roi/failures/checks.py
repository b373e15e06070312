"""Whether the records look like failures of a power law at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dispatch_tui.roi.failures.grid import Floats
from dispatch_tui.roi.failures.records import Span, UnitRecord
from dispatch_tui.roi.marks import Flag

_FEWEST_FOR_FIT = 8
_CRITICAL = 0.33
"""Cramer-von Mises' statistic with the shape estimated, 1 % level (MIL-HDBK-189C, table of C^2_M)."""

_FEWEST_GAPS = 20
_REGULAR = 0.4
"""Scatter of the gaps against that of chance (1) below which they look planned. Chance alone stays above this in
99 of 100 records with twenty gaps, and nearly always with more."""


def fit_flags(units: Sequence[UnitRecord], beta: float) -> tuple[Flag, ...]:
    """``poor_fit`` and ``scheduled_service`` where the fleet's records give cause."""
    flags = []
    statistic = cramer_von_mises(units, beta)
    if statistic is not None and statistic > _CRITICAL:
        flags.append(
            Flag("poor_fit", "The failures do not follow a power of the age: trust the forecast less.")
        )
    scatter = gap_scatter(units, beta)
    if scatter is not None and scatter < _REGULAR:
        flags.append(
            Flag(
                "scheduled_service",
                "The events come as evenly as planned service: check that only failures are counted.",
            )
        )
    return tuple(flags)


def cramer_von_mises(units: Sequence[UnitRecord], beta: float) -> float | None:
    """How far the failures' places within their units' records lie from where the shape puts them.

    Given how many a unit had, ``(G up to t) / G`` is uniform for each failure, whatever the unit's own factor;
    all units' values are set against that. ``None`` for fewer than 8 failures.
    """
    places = np.sort(np.concatenate([_places(unit, beta) for unit in units] or [np.empty(0)]))
    count = len(places)
    if count < _FEWEST_FOR_FIT:
        return None
    steps = (2 * np.arange(1, count + 1) - 1) / (2 * count)
    return float(1 / (12 * count) + ((places - steps) ** 2).sum())


def gap_scatter(units: Sequence[UnitRecord], beta: float) -> float | None:
    """Squared variation of the gaps between a unit's failures, 1 where chance alone places them.

    Gaps are taken in ``t^beta``, where a failing unit has no trend, and against each unit's own mean, for units
    differ. For ``m`` exponential gaps the sum of ``(x / mean - 1)^2`` is ``m (m - 1) / (m + 1)`` on average.
    Failures at one instant are one. ``None`` for fewer than 20 gaps.
    """
    found, by_chance, gaps = 0.0, 0.0, 0
    for unit in units:
        for window in unit.windows:
            between = _gaps(unit, window, beta)
            if (m := len(between)) > 1:
                found += float(((between / between.mean() - 1) ** 2).sum())
                by_chance += m * (m - 1) / (m + 1)
                gaps += m
    return found / by_chance if gaps >= _FEWEST_GAPS else None


def _places(unit: UnitRecord, beta: float) -> Floats:
    times = np.array(unit.failures, dtype=float)
    before, total = np.zeros_like(times), 0.0
    for one in unit.windows:
        before += np.clip(times, one.start, one.end) ** beta - one.start**beta
        total += one.end**beta - one.start**beta
    return before / total if len(times) else before


def _gaps(unit: UnitRecord, window: Span, beta: float) -> Floats:
    inside = sorted({t for t in unit.failures if window.start <= t <= window.end})
    return np.array([after**beta - before**beta for before, after in pairwise(inside)])
