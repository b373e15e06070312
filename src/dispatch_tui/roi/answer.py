"""From a person's inputs to the decision: the one way in for screens and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch_tui.roi.decision import Decision, decide
from dispatch_tui.roi.futures import PATHS, Futures
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.outlook import Failing, futures
from dispatch_tui.roi.stating import case_from, ways_from


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A decision with what its futures were drawn from."""

    inputs: Inputs
    ways: Mapping[str, Failing]
    decision: Decision


def answer(
    inputs: Inputs, *rivals: Inputs, seed: int, paths: int = PATHS, last: Answer | None = None
) -> Answer:
    """Decide; the futures of the ``last`` answer serve again where only money, rates or years have changed.

    Raises ``InvalidInput`` naming the field that is missing or impossible.
    """
    case, ways = case_from(inputs, *rivals), ways_from(inputs, *rivals)
    drawn = _again(last, ways, case.span, seed, paths) or futures(ways, case.span, seed=seed, paths=paths)
    return Answer(inputs, ways, decide(case, drawn))


def _again(
    last: Answer | None, ways: Mapping[str, Failing], years: int, seed: int, paths: int
) -> Futures | None:
    if last is None:
        return None
    drawn = last.decision.futures
    if (drawn.seed, drawn.paths) != (seed, paths) or drawn.years < years or last.ways.keys() != ways.keys():
        return None
    return drawn if all(one.like(last.ways[name]) for name, one in ways.items()) else None
