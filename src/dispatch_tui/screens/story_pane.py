"""The pane that tells a call's story: what it shows, when it reads, and how it stays true."""

from __future__ import annotations

import asyncio
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from textual.timer import Timer

from dispatch_tui.errors import DatabaseProblem, NotFound
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.moments import SECOND

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.details import CallDetail

HELD_SECONDS = 0.15
"""Moves that follow each other this fast come from a key held down."""
REST_SECONDS = 0.06
"""How long the cursor then rests before the story of its call is read."""


class StoryPane(Lines):
    """Shows one call. Of fixed size: a new story repaints the lines that differ and lays nothing out."""

    app: WorkbenchApp

    def __init__(self, look: Look) -> None:
        super().__init__(look, id="story")
        self.call_id: int | None = None
        self._timer: Timer | None = None
        self._last = 0.0
        self._detail: CallDetail | None = None
        self._clock: Timer | None = None

    def follow(self, call_id: int | None) -> None:
        """The cursor is on a call (None: on nothing). A single key gets its story in the same frame; while a key is
        held it is read once the cursor rests."""
        self.call_id = call_id
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if call_id is None:
            self.show([])
            return
        now = perf_counter()
        alone, self._last = now - self._last > HELD_SECONDS, now
        session = self.app.session
        if not alone or session is None or not session.quick:
            self._timer = self.set_timer(REST_SECONDS, self.read)
            return
        try:
            self._paint(session.detail(call_id))
        except DatabaseProblem as problem:
            self.app.database_lost(problem)
        except NotFound:
            self.show([])

    def read(self) -> None:
        """Read the story again, in a thread."""
        if self.call_id is not None:
            in_background(self, partial(self._fetch, self.call_id), "story", exclusive=True)

    async def _fetch(self, call_id: int) -> None:
        session = await self.app.session_ready()
        try:
            detail = await asyncio.to_thread(session.detail, call_id)
        except DatabaseProblem as problem:
            self.app.database_lost(problem)
        except NotFound:
            self.show([])
        else:
            if self.call_id == call_id:
                self._paint(detail)

    def _paint(self, detail: CallDetail) -> None:
        if self._detail is None or self._detail.call.id != detail.call.id:
            self.top()
        self._detail = detail
        self._tell()

    def _tell(self) -> None:
        """Paint what is known as it reads now; its clocks are told again as long as the pane is in view."""
        from dispatch_tui.widgets.story import (
            next_look,
            story_lines,
        )  # it brings pydantic: not for the first picture

        if self._clock is not None:
            self._clock.stop()
            self._clock = None
        if self._detail is not None and self.call_id == self._detail.call.id and self.display:
            now = self.app.now_us
            self.show(story_lines(self._detail, self.size.width, now, self.look))
            self._clock = self.set_timer(max(0.02, (next_look(self._detail, now) - now) / SECOND), self._tell)
