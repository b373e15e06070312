"""Whether a power law describes a log: the Cramér–von Mises statistic with its published limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.power_law import Fit, fit
from dispatch_tui.roi.failures.systems import System

SIGNIFICANCE = (0.20, 0.15, 0.10, 0.05, 0.01)
LIMITS: tuple[tuple[int, tuple[float, ...]], ...] = (
    (2, (0.138, 0.149, 0.162, 0.175, 0.186)),
    (3, (0.121, 0.135, 0.154, 0.184, 0.23)),
    (4, (0.121, 0.134, 0.155, 0.191, 0.28)),
    (5, (0.121, 0.137, 0.160, 0.199, 0.30)),
    (6, (0.123, 0.139, 0.162, 0.204, 0.31)),
    (7, (0.124, 0.140, 0.165, 0.208, 0.32)),
    (8, (0.124, 0.141, 0.165, 0.210, 0.32)),
    (9, (0.125, 0.142, 0.167, 0.212, 0.32)),
    (10, (0.125, 0.142, 0.167, 0.212, 0.32)),
    (15, (0.126, 0.144, 0.169, 0.215, 0.33)),
    (20, (0.128, 0.146, 0.172, 0.217, 0.33)),
    (30, (0.128, 0.146, 0.172, 0.218, 0.33)),
    (60, (0.128, 0.147, 0.173, 0.220, 0.33)),
    (100, (0.129, 0.147, 0.173, 0.220, 0.34)),
)
"""Smallest statistics significant at each level, by the number of free failures (MIL-HDBK-189, app. C)."""


@dataclass(frozen=True, slots=True)
class FitTest:
    """``statistic`` over ``limit`` says that a power law does not describe the failures, at ``significance``."""

    statistic: float
    failures: int
    significance: float
    limit: float

    @property
    def fits(self) -> bool:
        return self.statistic < self.limit


def cramer_von_mises(systems: Sequence[System], significance: float = 0.10) -> FitTest:
    """``1/(12 M) + sum ((t/T)**b - (2i-1)/(2M))**2`` over the M free failures, ascending in ``t/T``.

    ``b`` is beta without its bias, so that the limits hold whatever beta is; of several systems, the
    failures are put together after the transform (Crow 1974). For records that begin late the share of
    the window's expected failures takes the place of ``(t/T)**b``, with the plain estimate.
    """
    if significance not in SIGNIFICANCE:
        raise InvalidInput("significance", "must be one of " + ", ".join(map(str, SIGNIFICANCE)))
    found = fit(systems)
    beta = _beta(found)
    shares = sorted(
        (age**beta - one.start**beta) / (one.end**beta - one.start**beta)
        for one in systems
        for age in one.failures[: one.free]
    )
    count = len(shares)
    statistic = 1 / (12 * count) + sum(
        (share - (2 * i - 1) / (2 * count)) ** 2 for i, share in enumerate(shares, 1)
    )
    return FitTest(statistic, count, significance, critical(count, significance))


def _beta(found: Fit) -> float:
    """Without bias where that is known: conditional on each system's window, all from new (Crow 1974)."""
    if found.free < 2:
        raise InvalidInput("failures", "two are needed that did not end the record")
    if any(one.start for one in found.systems):
        return found.law.beta
    if found.common_end is not None:
        return found.law.beta * (found.free - 1) / found.failures
    return found.law.beta * (found.free - 1) / found.free


def critical(count: int, significance: float) -> float:
    """The limit for so many failures, straight between the table's rows; the last row beyond it."""
    column = SIGNIFICANCE.index(significance)
    for (below, low), (above, high) in pairwise(LIMITS):
        if count <= above:
            part = (count - below) / (above - below)
            return low[column] + part * (high[column] - low[column])
    return LIMITS[-1][1][column]
