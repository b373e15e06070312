"""Ratings of our work: the customer's count, our own stand beside them, and the two are never mixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from dispatch_tui.care.measures import Scope, Whose
from dispatch_tui.errors import InvalidInput

Rater = Literal["customer", "us"]
LOWEST, HIGHEST = 1, 5


class Rating(NamedTuple):
    """From 1 (worst) to 5, given ``at`` by the customer or by one of ``us``."""

    at: datetime
    whose: Whose
    by: Rater
    points: int


class Ratings(NamedTuple):
    """Ratings of one side: how many of each, their mean (``None`` where there are none)."""

    by: Rater
    given: int
    mean: float | None
    each: tuple[int, int, int, int, int]


def ratings_of(ratings: Iterable[Rating], by: Rater, scope: Scope) -> Ratings:
    """What one side says. Raises ``InvalidInput`` for points outside 1 to 5."""
    points: list[int] = []
    for one in ratings:
        if not LOWEST <= one.points <= HIGHEST:
            raise InvalidInput("points", f"must lie between {LOWEST} and {HIGHEST}, not {one.points}")
        if one.by == by and scope.holds(one.at, one.whose):
            points.append(one.points)
    each = Counter(points)
    mean = sum(points) / len(points) if points else None
    return Ratings(by, len(points), mean, (each[1], each[2], each[3], each[4], each[5]))
