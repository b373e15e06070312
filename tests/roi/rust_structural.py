"""What Rust's published estimates imply: his model solved for a set of parameters (Econometrica 55, 1987).

Each month the owner of a bus either goes on at the cost ``0.001 * theta11 * x`` (x the mileage in bins of
5,000) or replaces the engine for ``RC``; costs carry an extreme-value error, the future counts ``beta``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS, MILES = 90, 5000


@dataclass(frozen=True, slots=True)
class Implied:
    """Mean miles of an engine at replacement, mean months it lasts, share replaced in a month by bin."""

    miles: float
    months: float
    hazard: np.ndarray


def implied(rc: float, theta11: float, moves: tuple[float, float], beta: float) -> Implied:
    """Solve for the value of going on by Newton's steps, then follow one new engine until it is replaced.

    ``moves``: the chances that a month adds no bin and one bin; the rest adds two.
    """
    shares = (*moves, 1 - sum(moves))
    step = np.zeros((BINS, BINS))
    for x in range(BINS):
        for add, share in enumerate(shares):
            step[x, min(x + add, BINS - 1)] += share
    cost = 0.001 * theta11 * np.arange(BINS)
    ahead = np.zeros(BINS)
    for _ in range(100):
        on, swap = -cost + beta * ahead, -rc - cost[0] + beta * ahead[0]
        top = np.maximum(on, swap)
        value = top + np.log(np.exp(on - top) + np.exp(swap - top))
        stay = np.exp(on - value)
        slope = step * stay
        slope[:, 0] += step @ (1 - stay)
        change = np.linalg.solve(np.eye(BINS) - beta * slope, step @ value - ahead)
        ahead = ahead + change
        if np.abs(change).max() < 1e-9:
            break
    else:
        raise AssertionError("the value of going on does not settle")
    hazard = 1 - stay
    return _follow(hazard, step)


def _follow(hazard: np.ndarray, step: np.ndarray) -> Implied:
    """Months spent in each bin until replacement: ``v = e0 step + v diag(stay) step``, decided first after a month."""
    visits = np.linalg.solve((np.eye(BINS) - (1 - hazard)[:, None] * step).T, np.eye(BINS)[0] @ step)
    ends = visits * hazard
    miles = float(ends @ (np.arange(BINS) + 0.5)) * MILES
    return Implied(miles, float(visits.sum()), hazard)
