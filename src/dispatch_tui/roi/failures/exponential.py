"""A steady rate: the mean time between failures from the total time watched, with its bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import chi_square, tails


@dataclass(frozen=True, slots=True)
class MeanTime:
    """``mean`` and its bounds in the unit of the time watched; ``None`` where the record sets no limit above."""

    total_time: float
    failures: int
    mean: float | None
    lower: float
    upper: float | None
    confidence: float


def total_time(ages: Iterable[float]) -> float:
    """Total time on test: what all lives together were watched, ended or not."""
    known = list(ages)
    bad = [age for age in known if not math.isfinite(age) or age < 0]
    if bad:
        raise InvalidInput("ages", f"a life of {bad[0]:g}")
    return math.fsum(known)


def mean_time(
    watched: float, failures: int, confidence: float = 0.9, *, ended_by_failure: bool = False
) -> MeanTime:
    """Mean time between failures with two-sided chi-square bounds (NIST/SEMATECH e-Handbook 8.4.5.1).

    ``2 watched / chi-square`` with 2 r + 2 degrees below and 2 r above; 2 r on both sides where the last
    failure ended the watch. Without a failure there is no estimate, only the lower bound; for a one-sided
    bound of confidence c ask for ``2 c - 1``.
    """
    if not math.isfinite(watched) or watched <= 0:
        raise InvalidInput("watched", "must be above zero")
    if failures < 0 or (ended_by_failure and not failures):
        raise InvalidInput(
            "failures", "must be zero or more, and one at least where a failure ended the watch"
        )
    low, high = tails(confidence)
    below = 2 * failures + (0 if ended_by_failure else 2)
    return MeanTime(
        total_time=watched,
        failures=failures,
        mean=watched / failures if failures else None,
        lower=2 * watched / chi_square(high, below),
        upper=2 * watched / chi_square(low, 2 * failures) if failures else None,
        confidence=confidence,
    )
