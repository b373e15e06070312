"""How much a unit is used: from its meter, and against what the customer expects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.history import YEAR
from dispatch_tui.roi.marks import Flag

_SHORTEST = 0.25
"""Readings must span this part of a year to tell a yearly use."""


class Reading(NamedTuple):
    """A meter reading: when, and what it showed."""

    at: datetime
    value: float


def recorded_usage(readings: Sequence[Reading]) -> tuple[float | None, tuple[Flag, ...]]:
    """Use per year between the first and the last reading, ``None`` where they do not span a quarter of a year.

    Where the meter ran backwards (replaced, or misread) that step counts as no use, and is flagged.
    """
    ordered = sorted(readings)
    backwards = sum(after.value < before.value for before, after in pairwise(ordered))
    flags = (
        Flag("meter_backwards", f"The meter ran backwards {backwards} times: those steps are left out."),
    )
    years = (ordered[-1].at - ordered[0].at) / YEAR if ordered else 0.0
    if years < _SHORTEST:
        return None, flags if backwards else ()
    used = math.fsum(max(0.0, after.value - before.value) for before, after in pairwise(ordered))
    return used / years, flags if backwards else ()


def usage_ratio(recorded: float | None, expected: float | None) -> tuple[float, tuple[Flag, ...]]:
    """How much harder the unit will be used than it was: expected over recorded use per year.

    1 where either is unknown; an expected use of zero is refused, for nothing would need a repair.
    """
    if expected is None:
        return 1.0, ()
    if not math.isfinite(expected) or expected <= 0:
        raise InvalidInput(
            "expected_usage",
            "must be above 0",
            "A unit that stands still needs no verdict; retire it instead.",
        )
    if recorded is None:
        return 1.0, (Flag("usage_unknown", "No meter readings: costs are not adjusted to the expected use."),)
    if not math.isfinite(recorded) or recorded <= 0:
        return 1.0, (Flag("no_usage", "The meter shows no use: costs are not adjusted to the expected use."),)
    return expected / recorded, ()
