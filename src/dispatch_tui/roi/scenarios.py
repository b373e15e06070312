"""Scenarios: comparisons of one unit kept side by side, and what sets them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.fields import FIELDS, Field
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Source

MOST_SCENARIOS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A comparison with its name; ``id`` and ``version`` of the record that keeps it, 0 where none does."""

    name: str
    answer: Answer
    id: int = 0
    version: int = 0


def scenario_name(inputs: Inputs, others: Sequence[Scenario]) -> str:
    """A name that nobody has yet: the challenger, with a number from the second of the same on."""
    base = inputs.challenger or "a new unit"
    taken = {one.name for one in others}
    names = (base if number == 1 else f"{base} {number}" for number in range(1, len(others) + 2))
    return next(name for name in names if name not in taken)


def set_apart(scenarios: Sequence[Scenario]) -> tuple[Field, ...]:
    """The inputs in which they differ; of a single one those that somebody typed in."""
    if len(scenarios) == 1:
        only = scenarios[0].answer.inputs
        return tuple(one for one in FIELDS if only.origin(one).source is Source.OPERATOR)
    return tuple(field for field in FIELDS if len({one.answer.inputs.value(field) for one in scenarios}) > 1)
