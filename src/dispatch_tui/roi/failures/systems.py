"""The log of one repairable system: the ages at which it failed, and the window in which somebody looked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.marks import Flag


@dataclass(frozen=True, slots=True)
class System:
    """Failures between the ages ``start`` and ``end``, ascending, in any one unit of age (hours, days, years).

    ``ended_by_failure``: watching stopped because of the last failure (failure truncated), not at an age
    that was set beforehand. Make one with ``system``, which checks what it is told.
    """

    failures: tuple[float, ...]
    end: float
    start: float = 0.0
    ended_by_failure: bool = False

    @property
    def free(self) -> int:
        """Failures whose ages were free to fall anywhere in the window: the last does not count where it ended it."""
        return len(self.failures) - self.ended_by_failure


def system(failures: Iterable[float], end: float | None = None, start: float = 0.0) -> System:
    """One system's log. ``failures`` come in the order in which they happened; without ``end`` the last ended it.

    Raises ``InvalidInput`` for ages that are no number, at or below zero, descending (a meter that ran
    backwards) or outside the window, and for a window of no length.
    """
    ages = tuple(float(age) for age in failures)
    for name, value in (("start", start), *(() if end is None else (("end", end),))):
        if not math.isfinite(value) or value < 0:
            raise InvalidInput(name, "must be an age of zero or more")
    for age in ages:
        if not math.isfinite(age) or age <= 0:
            raise InvalidInput(
                "failures", f"an age of {age:g}", "Ages count from new and are above zero; check the reading."
            )
    for before, after in pairwise(ages):
        if after < before:
            raise InvalidInput(
                "failures",
                f"the meter ran backwards: {after:g} after {before:g}",
                "Add what the old meter had counted to the readings of the new one.",
            )
    if end is None and not ages:
        raise InvalidInput("end", "neither a failure nor the age at which watching ended")
    last = ages[-1] if end is None else float(end)
    if last <= start:
        raise InvalidInput("end", f"{last:g} is not after the start {start:g}")
    outside = [age for age in ages if not start < age <= last]
    if outside:
        raise InvalidInput("failures", f"{outside[0]:g} is outside the window {start:g} to {last:g}")
    return System(ages, last, float(start), ended_by_failure=end is None)


def from_gaps(gaps: Iterable[float], end: float | None = None) -> System:
    """The log of a system from the spans between its failures, the first counted from new."""
    age, ages = 0.0, []
    for gap in gaps:
        if not math.isfinite(gap) or gap < 0:
            raise InvalidInput("gaps", f"a span of {gap:g}", "Spans between failures are zero or more.")
        ages.append(age := age + gap)
    return system(ages, end)


def cautions(systems: Sequence[System]) -> tuple[Flag, ...]:
    """What a reader must know: hardly any failures, several at one instant."""
    total = sum(len(one.failures) for one in systems)
    together = sum(a == b for one in systems for a, b in pairwise(one.failures))
    flags = []
    if total < 3:
        words = {0: "No failure", 1: "Only one failure"}.get(total, f"Only {total} failures")
        flags.append(Flag("thin_history", f"{words} on record."))
    if together:
        flags.append(
            Flag("together", f"{together} failures at the very instant of another: each counts by itself.")
        )
    return tuple(flags)
