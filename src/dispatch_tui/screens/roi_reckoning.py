"""The panel's comparisons: a preview on some of the futures, then all of them, each from what the last one drew."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.figures import Figure
from dispatch_tui.roi.futures import PATHS
from dispatch_tui.roi.inputs import Inputs

_DRAWN_BY = (
    "failing",
    "new_failing",
    "failures",
    "new_failures",
    "component",
    "component_share",
    "expected_usage",
    "recorded_usage",
    "challenger",
)
"""The inputs that say how often the ways fail; ``life`` and ``horizon`` only how far ahead."""


class Stated(NamedTuple):
    """What is compared, and what the records say in its place; ``rivals`` are the other challengers."""

    inputs: Inputs
    recorded: Inputs
    rivals: tuple[Inputs, ...] = ()


class Reckoning:
    """One comparison at a time, beside the event loop. It keeps the last full answer and the last preview: their
    futures serve again while only money, rates or years change, and of an edited input only its own way is drawn."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._full: Answer | None = None
        self._preview: Answer | None = None
        self._turn = asyncio.Lock()

    def must_draw(self, stated: Stated) -> bool:
        """Whether the futures at hand no longer serve; money, rates and years leave them as they are."""
        if self._full is None:
            return True
        drawn = {one.challenger: one for one in (self._full.inputs, *self._full.rivals)}
        wanted = (stated.inputs, *stated.rivals)
        if drawn.keys() != {one.challenger for one in wanted}:
            return True
        return any(
            getattr(drawn[one.challenger], name) != getattr(one, name) for one in wanted for name in _DRAWN_BY
        )

    async def answered(self, stated: Stated, paths: int) -> tuple[Answer, dict[str, Figure]]:
        """The answer and its results. Raises ``InvalidInput`` naming the field."""
        async with self._turn:
            last = self._full if paths == PATHS else self._preview
            found, figures = await asyncio.to_thread(_reckoned, stated, self._seed, paths, last)
            if paths == PATHS:
                self._full = found
            else:
                self._preview = found
            return found, figures


def _reckoned(stated: Stated, seed: int, paths: int, last: Answer | None) -> tuple[Answer, dict[str, Figure]]:
    found = answer(stated.inputs, *stated.rivals, seed=seed, paths=paths, last=last)
    return found, explain(found.decision)
