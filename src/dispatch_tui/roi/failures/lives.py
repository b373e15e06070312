"""Lives that end once: how long each was watched, from when, and whether it ended."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch_tui.errors import InvalidInput

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """One row a life, in any one unit of age: ``age`` when it ended or was last seen, ``ended``, and ``entered``,
    the age from which it was watched (0: from new). A life that ended before somebody looked is not among them."""

    age: Floats
    ended: NDArray[np.bool_]
    entered: Floats

    @property
    def failures(self) -> int:
        return int(self.ended.sum())

    @property
    def total_time(self) -> float:
        """Total time on test."""
        return float((self.age - self.entered).sum())


def lives(
    ended: Iterable[float], going_on: Iterable[float] = (), entered: Iterable[float] | None = None
) -> Lives:
    """Lives that ended at these ages, then lives that were still going on at these; ``entered`` in that order.

    Raises ``InvalidInput`` for an age at or below zero, and for a life watched from after its end.
    """
    first = [float(age) for age in ended]
    second = [float(age) for age in going_on]
    for name, ages in (("ended", first), ("going_on", second)):
        for age in ages:
            if not math.isfinite(age) or age <= 0:
                raise InvalidInput(name, f"a life of {age:g}", "Lives are above zero; check the reading.")
    seen = np.array(first + second)
    since = np.zeros(len(seen)) if entered is None else np.array([float(one) for one in entered])
    if len(since) != len(seen):
        raise InvalidInput("entered", "one age for each life is needed")
    if not np.isfinite(since).all() or (since < 0).any() or (since >= seen).any():
        raise InvalidInput("entered", "each life must be watched from zero or later to an age beyond that")
    return Lives(seen, np.arange(len(seen)) < len(first), since)


def require_failures(known: Lives, least: int = 1) -> None:
    """Raise ``InvalidInput`` where fewer lives than ``least`` have ended: nothing tells how long they last."""
    count = known.failures
    if count < least:
        words = {0: "no life has ended yet", 1: "only one life has ended"}.get(
            count, f"only {count} have ended"
        )
        raise InvalidInput("ended", words, "Watch longer, or take the catalogue's figure.")
