"""From a person's inputs to the decision: the one way in for screens and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch_tui.roi.case import check
from dispatch_tui.roi.decision import Decision, decide
from dispatch_tui.roi.futures import PATHS, Futures, gathered
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.outlook import Failing, futures
from dispatch_tui.roi.stating import case_from, ways_from


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A decision with what its futures were drawn from."""

    inputs: Inputs
    ways: Mapping[str, Failing]
    decision: Decision
    rivals: tuple[Inputs, ...] = ()
    """The same unit against the other challengers."""

    @property
    def best(self) -> Inputs:
        """The inputs of the cheapest challenger."""
        name = self.decision.standing.best.name
        return next((one for one in self.rivals if one.challenger == name), self.inputs)


def answer(
    inputs: Inputs, *rivals: Inputs, seed: int, paths: int = PATHS, last: Answer | None = None
) -> Answer:
    """Decide; what the ``last`` answer drew serves again: all of it where only money, rates or years have changed, else
    the futures of the ways that fail as they did.

    Raises ``InvalidInput`` naming the field that is missing or impossible.
    """
    case = case_from(inputs, *rivals)
    check(case)  # before anything is drawn for it
    ways = ways_from(inputs, *rivals)
    drawn = _again(last, ways, case.span, seed, paths) or _drawn(last, ways, case.span, seed, paths)
    return Answer(inputs, ways, decide(case, drawn), rivals)


def _again(
    last: Answer | None, ways: Mapping[str, Failing], years: int, seed: int, paths: int
) -> Futures | None:
    if last is None:
        return None
    drawn = last.decision.futures
    if (drawn.seed, drawn.paths) != (seed, paths) or drawn.years < years or last.ways.keys() != ways.keys():
        return None
    return drawn if all(one.like(last.ways[name]) for name, one in ways.items()) else None


def _drawn(last: Answer | None, ways: Mapping[str, Failing], years: int, seed: int, paths: int) -> Futures:
    """New futures of the ways that fail otherwise than in the last answer: each way has random numbers of its own."""
    if last is None or not (drawn := last.decision.futures).like(seed, paths, years):
        return futures(ways, years, seed=seed, paths=paths)
    same = {name for name, one in ways.items() if name in last.ways and one.like(last.ways[name])}
    changed = {name: one for name, one in ways.items() if name not in same}
    fresh = futures(changed, years, seed=seed, paths=paths).ways if changed else {}
    return gathered({name: drawn.ways[name] if name in same else fresh[name] for name in ways}, seed=seed)
