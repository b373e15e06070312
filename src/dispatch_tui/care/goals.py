"""One's own work: goals with a measure and a target, their trend, and actions carried over to the next review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import linear_regression
from typing import Literal, NamedTuple

Trend = Literal["better", "same", "worse", "unknown"]
_LEAST_FOR_TREND = 3


@dataclass(frozen=True, slots=True)
class Goal:
    """A target for a measure (its ``key``); ``higher``: more is better."""

    measure: str
    target: float
    higher: bool = True

    def reached(self, value: float | None) -> bool | None:
        """Whether a value is at the target or beyond; ``None`` where there is none."""
        if value is None:
            return None
        return value >= self.target if self.higher else value <= self.target

    def trend(self, values: Sequence[float | None]) -> Trend:
        """Where the values of equal periods go, the oldest first: by the slope of the line of least squares through
        those that are known, at least three; less than 1 % of the target in a period is ``same``."""
        known = [(float(place), value) for place, value in enumerate(values) if value is not None]
        if len(known) < _LEAST_FOR_TREND:
            return "unknown"
        slope = linear_regression(*zip(*known, strict=True)).slope
        if abs(slope) < 0.01 * abs(self.target):
            return "same"
        return "better" if (slope > 0) == self.higher else "worse"


class ReviewAction(NamedTuple):
    """Something one means to do by a day; ``done_on`` when it was."""

    what: str
    by: date
    done_on: date | None = None


def carried_over(actions: Iterable[ReviewAction], review_on: date) -> tuple[ReviewAction, ...]:
    """What was not done by the day of a review and goes on to the next, the longest due first."""
    left = (one for one in actions if one.done_on is None or one.done_on > review_on)
    return tuple(sorted(left, key=lambda one: (one.by, one.what)))
