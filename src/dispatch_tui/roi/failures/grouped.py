"""A power law from counts per interval, where the log tells how many failed in a month but not when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import chi_square_share, log_root
from dispatch_tui.roi.failures.power_law import FLATTEST, STEEPEST, PowerLaw


@dataclass(frozen=True, slots=True)
class GroupedFit:
    """The likeliest law, and the failures that it makes likely in each interval."""

    law: PowerLaw
    edges: tuple[float, ...]
    """Ages between the intervals: one more than there are counts."""
    counts: tuple[int, ...]
    expected: tuple[float, ...]


def fit_counts(ends: Sequence[float], counts: Sequence[int], start: float = 0.0) -> GroupedFit:
    """The likeliest law of one system with ``counts`` failures in the intervals that end at the ages ``ends``.

    Score equation of MIL-HDBK-189, app. C (counts given their total are multinomial). Raises
    ``InvalidInput`` for ages that do not ascend, counts below zero, or failures in one outer interval only.
    """
    edges = np.array([start, *ends], dtype=float)
    seen = np.array(counts, dtype=float)
    if len(seen) != len(ends) or len(seen) < 2:
        raise InvalidInput("counts", "one count for each of at least two intervals is needed")
    if not np.isfinite(edges).all() or start < 0 or (np.diff(edges) <= 0).any():
        raise InvalidInput("ends", "ages must ascend from the start")
    if (seen < 0).any() or (seen != np.round(seen)).any():
        raise InvalidInput("counts", "must be whole numbers of zero or more")
    total = float(seen.sum())
    if not total:
        raise InvalidInput("counts", "no failure on record", "Watch longer, or pool with like units.")
    unit = edges[-1]
    at = edges / unit
    late = np.where(at > 0, at, 1.0)
    logs = np.log(late)

    def slope(beta: float) -> float:
        power = np.where(at > 0, late**beta, 0.0)
        each = np.diff(power * logs) / np.diff(power)
        whole = (power[-1] * logs[-1] - power[0] * logs[0]) / (power[-1] - power[0])
        return float((seen * (each - whole)).sum())

    if slope(FLATTEST) <= 0:
        raise InvalidInput("counts", "all failures lie in the first interval: no shape can be told")
    # a steeper law leaves nothing for the first interval but rounding
    steepest = min(STEEPEST, 600 / -math.log(float(at[at > 0][0])))
    if slope(steepest) >= 0:
        raise InvalidInput("counts", "all failures lie in the last interval: no shape can be told")
    beta = log_root(slope, FLATTEST, steepest)
    shares = np.diff(at**beta)
    whole = float(shares.sum())
    expected = total * shares / whole
    return GroupedFit(
        PowerLaw(float(unit) * math.pow(whole / total, 1 / beta), beta),
        tuple(edges.tolist()),
        tuple(int(one) for one in seen),
        tuple(expected.tolist()),
    )


@dataclass(frozen=True, slots=True)
class CountTest:
    """Pearson's statistic over the intervals; ``p_value`` small says that the law does not describe the counts."""

    statistic: float
    freedom: int
    p_value: float | None
    """``None`` where too few intervals are left to tell."""


def check_counts(found: GroupedFit, least: float = 5.0) -> CountTest:
    """Chi-square of counts against the law, neighbours put together until ``least`` failures are expected."""
    groups: list[tuple[float, float]] = []
    seen = likely = 0.0
    for count, expected in zip(found.counts, found.expected, strict=True):
        seen, likely = seen + count, likely + expected
        if likely >= least:
            groups.append((seen, likely))
            seen = likely = 0.0
    if likely and groups:
        last_seen, last_likely = groups.pop()
        groups.append((last_seen + seen, last_likely + likely))
    statistic = sum((a - b) ** 2 / b for a, b in groups)
    freedom = len(groups) - 2
    return CountTest(
        statistic, max(freedom, 0), 1 - chi_square_share(statistic, freedom) if freedom > 0 else None
    )
