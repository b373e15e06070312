"""What the answer turns on: how far each input moves it, and the value at which it turns over.

All on expected costs, with the futures of the decision: one input at a time is set to its P10 and its P90, the
others stay. An input of which nothing is said to be uncertain is moved by a tenth, so that its weight is seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.case import COMPONENT, KEEP, Case
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.futures import P10, P90
from dispatch_tui.roi.levers import Lever, levers
from dispatch_tui.roi.replacement import Expected, weigh

Z80 = 1.2816
"""Standard deviations on either side that hold the middle 80 % (normal)."""

UNSTATED = 0.1
"""By what share an input moves of which nothing is said to be uncertain."""

_UP = (1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
_DOWN = (1.0, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1, 0.0)
"""Factors between which a turning point is looked for, nearest first: from nothing to ten times the value."""

_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Bar:
    """One input of the tornado: its values at P10 and P90, and the yearly saving by replacing at either.

    ``turns_at`` is the nearest value at which the verdict turns, ``None`` where none is within reach; ``flips``
    marks a bar within which it does.
    """

    key: str
    label: str
    value: float
    low: float
    high: float
    saving_low: float
    saving_high: float
    turns_at: float | None
    flips: bool

    @property
    def swing(self) -> float:
        return abs(self.saving_high - self.saving_low)


def tornado(decision: Decision) -> tuple[Bar, ...]:
    """A bar for every input that moves the answer, the longest first."""
    bars = [_bar(one, decision) for one in _handles(decision)]
    return tuple(sorted((bar for bar in bars if bar.swing > 0), key=lambda bar: (-bar.swing, bar.key)))


@dataclass(frozen=True, slots=True)
class _Handle:
    """An input with its range as factors, and the yearly saving at any factor."""

    key: str
    label: str
    value: float
    low: float
    high: float
    saving: Callable[[float], float]
    whole: bool = False


def _handles(decision: Decision) -> Iterator[_Handle]:
    case, means = decision.case, decision.futures.means
    for way in (KEEP, *(one.name for one in case.challengers)):
        yield _failures(decision, way)
    for lever in levers(case):
        sigma = case.spread.get(lever.key)
        down, up = (
            (1 - UNSTATED, 1 + UNSTATED) if sigma is None else (math.exp(-Z80 * sigma), math.exp(Z80 * sigma))
        )
        if down < up:
            yield _Handle(
                lever.key, lever.label, lever.value, down, up, _pulled(case, lever, means), lever.whole
            )


def _failures(decision: Decision, way: str) -> _Handle:
    """How often one way fails. What a component takes on moves with the unit."""
    case, futures = decision.case, decision.futures
    outlook = futures.ways[way]
    low, high = np.quantile(outlook.rates, (P10, P90))
    moved = (KEEP, COMPONENT) if way == KEEP else (way,)

    def saving(by: float) -> float:
        means = {
            name: Expected(one.failures * by, one.bills * by) if name in moved else one
            for name, one in futures.means.items()
        }
        return weigh(case, means).yearly

    yearly = float(futures.means[way].failures[: case.horizon].mean())
    if way == KEEP:
        key, label = "defender.failures", "Failures a year"
    else:
        several = len(case.challengers) > 1
        key = f"challenger.{way}.failures" if several else "challenger.failures"
        label = f"{way if several else 'New unit'}: failures a year"
    return _Handle(key, label, yearly, float(low), float(high), saving)


def _pulled(case: Case, lever: Lever, means: Mapping[str, Expected]) -> Callable[[float], float]:
    def saving(by: float) -> float:
        return weigh(lever.pull(case, by), means).yearly

    return saving


def _bar(handle: _Handle, decision: Decision) -> Bar:
    turn = _turning_point(handle)
    at_low, at_high = (_within(handle, by) for by in (handle.low, handle.high))
    return Bar(
        handle.key,
        handle.label,
        handle.value,
        handle.value * handle.low,
        handle.value * handle.high,
        at_low,
        at_high,
        None if turn is None else handle.value * turn,
        turn is not None and handle.low < turn < handle.high,
    )


def _turning_point(handle: _Handle) -> float | None:
    """The factor nearest to 1 at which the saving changes its sign, ``None`` where none is within reach."""
    ups, downs = _whole(handle) if handle.whole else (_UP, _DOWN)
    base = handle.saving(1.0)
    if base == 0:
        return 1.0
    before = {1: (1.0, base), -1: (1.0, base)}
    for up, down in zip_longest(ups[1:], downs[1:]):
        for side, by in ((1, up), (-1, down)):
            if by is None or side not in before:
                continue
            try:
                found = handle.saving(by)
            except InvalidInput:
                del before[side]  # the input may go no further this way
                continue
            if (found > 0) != (base > 0):
                return by if handle.whole else _root(handle.saving, before[side], (by, found))
            before[side] = (by, found)
    return None


def _whole(handle: _Handle) -> tuple[tuple[float, ...], tuple[float, ...]]:
    value = round(handle.value)
    return (
        tuple(more / value for more in range(value, 2 * value + 1)),
        tuple(less / value for less in range(value, 0, -1)),
    )


def _root(saving: Callable[[float], float], near: tuple[float, float], far: tuple[float, float]) -> float:
    """Where the saving is zero between two factors of unlike sign (regula falsi, Illinois)."""
    (a, at_a), (b, at_b) = near, far
    while abs(b - a) > _CLOSE * max(abs(a), abs(b)):
        middle = b - at_b * (b - a) / (at_b - at_a)
        found = saving(middle)
        if abs(found) < _CLOSE * (abs(near[1]) + abs(far[1])):
            return middle
        if (found > 0) != (at_b > 0):
            a, at_a = b, at_b
        else:
            at_a /= 2
        b, at_b = middle, found
    return b


def _within(handle: _Handle, by: float) -> float:
    """The saving at a factor, or as far towards it as the input may go."""
    try:
        return handle.saving(by)
    except InvalidInput:
        return handle.saving(1.0)
