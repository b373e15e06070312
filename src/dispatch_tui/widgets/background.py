"""Work beside the event loop's own: one way to start it, and questions to a source of rows, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.worker import Worker

from dispatch_tui.errors import DatabaseProblem
from dispatch_tui.widgets.source import RowSource

Answer = TypeVar("Answer")


def in_background(node: DOMNode, job: Callable[[], Any], group: str, *, exclusive: bool = False) -> None:
    """Run a coroutine function (given uncalled, so that none is left over at the end) as a worker of ``node``;
    ``exclusive`` ends earlier ones of the group. A fault in it is told by the app, which goes on."""

    async def watched() -> None:
        try:
            await job()
        except Exception as error:
            if isinstance(error, NoMatches) and not (node.app.is_running and node.is_attached):
                return  # what it would write on is being taken down
            tell = getattr(node.app, "fault", None)
            if tell is None:
                raise
            tell(error)

    _: Worker[None] = node.run_worker(watched, group=group, exclusive=exclusive, exit_on_error=False)


class Questions:
    """Asks a source: at once where that is quick, otherwise in a thread.

    One question at a time; another source makes the answers of the one before void.
    """

    def __init__(
        self, node: DOMNode, failed: Callable[[DatabaseProblem], None], idle: Callable[[], None]
    ) -> None:
        """``failed`` is told of a lost database; ``idle`` is called after each answer that came from a thread."""
        self._node, self._failed, self._idle = node, failed, idle
        self.source: RowSource | None = None
        self.waiting = False
        self._generation = 0
        self._next: Callable[[], None] | None = None

    def turn_to(self, source: RowSource) -> None:
        """Ask another source from now on."""
        self.source = source
        self.waiting = False
        self._next = None
        self._generation += 1

    def ask(
        self,
        question: Callable[[RowSource], Answer],
        then: Callable[[Answer], None],
        *,
        slow: bool = False,
        must: bool = False,
    ) -> None:
        """Ask, and hand the answer on. A ``slow`` question always goes to a thread. While an answer is awaited a
        question is dropped, but for the last one that ``must`` be asked."""
        source = self.source
        if source is None:
            return
        if self.waiting:
            if must:
                self._next = partial(self.ask, question, then, slow=slow)
            return
        if not source.quick or slow:
            self._ask_in_thread(source, question, then)
            return
        try:
            answer = question(source)
        except DatabaseProblem as problem:
            self._failed(problem)
        else:
            then(answer)

    def _go_on(self) -> None:
        following, self._next = self._next, None
        if following is not None:
            following()
        else:
            self._idle()

    def _ask_in_thread(
        self, source: RowSource, question: Callable[[RowSource], Answer], then: Callable[[Answer], None]
    ) -> None:
        self.waiting = True
        generation = self._generation

        async def ask() -> None:
            try:
                answer = await asyncio.to_thread(question, source)
            except DatabaseProblem as problem:
                if generation == self._generation:
                    self._next = None
                    self._failed(problem)
                return
            finally:
                if generation == self._generation:
                    self.waiting = False
            if generation == self._generation:
                then(answer)
                self._go_on()

        in_background(self._node, ask, "read")
