"""Keeping a session's screen true: changes of other sessions at once, counts soon after, a slow poll behind both."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from textual.timer import Timer

from dispatch_tui.errors import DatabaseProblem, FilterError
from dispatch_tui.screens.act_words import words_of
from dispatch_tui.store.feed import FeedChange
from dispatch_tui.store.filters import Filter
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.bars import Owed

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.screens.queue_view import QueueView
    from dispatch_tui.screens.session import Session

FRAME_SECONDS = 1 / 30
COUNT_SECONDS = 0.5
COUNT_SHARE = 10
"""Counting takes at most this share (one part in so many) of the time while news keep coming."""
COUNT_MOST_SECONDS = 10.0
"""The longest wait for a count: one that a stalled machine made slow says nothing of the next."""
MOMENT_SECONDS = 0.05
"""How long after its moment a prompt is counted: it has come by then."""
RECOUNT_SECONDS = 60.0
"""How often to count what changes with time alone (due in 2 h, breached)."""


class Live:
    """Watches the feed of one session for one queue screen."""

    def __init__(self, app: WorkbenchApp, screen: QueueView, session: Session, poll_seconds: float) -> None:
        self._app, self._screen, self._session = app, screen, session
        self._loop = asyncio.get_running_loop()
        self._fd: int | None = None
        self._last = 0.0
        self._waiting = False
        self._count_timer: Timer | None = None
        self._counting = False
        self._count_again = False
        self._moment_timer: Timer | None = None
        self._count_cost = 0.0
        self._watch()
        self._timers = [
            app.set_interval(poll_seconds, self._wake),
            app.set_interval(RECOUNT_SECONDS, self.count_soon),
        ]

    def close(self) -> None:
        self._unwatch()
        for timer in self._timers:
            timer.stop()

    @property
    def at_rest(self) -> bool:
        """Whether no news are about to be read and nothing is about to be counted."""
        return not (self._waiting or self._counting or self._count_timer is not None)

    # News

    def _watch(self) -> None:
        fd = self._session.feed.fileno()
        if fd is not None:
            self._loop.add_reader(fd, self._wake)
            self._fd = fd

    def _unwatch(self) -> None:
        if self._fd is not None:
            self._loop.remove_reader(self._fd)
            self._fd = None

    def look_again(self) -> None:
        """Look for news now, and count."""
        self._wake()
        if self._count_timer is not None:
            self._count_timer.stop()
            self._count_timer = None
        self._count_cost = 0.0
        self.count_soon()

    def _wake(self) -> None:
        """There may be news: look at once, or at the next frame where the last look was a moment ago."""
        if self._waiting:
            return
        self._waiting = True
        self._unwatch()
        wait = max(0.0, self._last + FRAME_SECONDS - self._loop.time())
        self._loop.call_later(wait, self._look)

    def _look(self) -> None:
        in_background(self._app, self._read_news, "news")

    async def _read_news(self) -> None:
        try:
            if self._session.quick and not self._session.feed.more:
                news, changed = self._session.news()
            else:
                news, changed = await asyncio.to_thread(self._session.news)
        except DatabaseProblem as problem:
            self._app.database_lost(problem)
            return
        finally:
            self._waiting = False
        self._last = self._loop.time()
        if self._taken_down:
            return
        self._app.database_found()
        if self._session.feed.more:
            self._wake()
        else:
            self._watch()
        if changed:
            self._screen.calls.reload()
            self.count_soon()
        else:  # prompts that were made anew ring too, and are no change
            in_background(self._app, self._read_owed, "owed", exclusive=True)
        if news:
            self._screen.calls.news(words_of(news))
            self._screen.story_changed({one.call_id for one in news if one.call_id is not None})
            self._screen.records_changed(news)
            if matters := [one for one in news if one.kind == "escalation"]:
                in_background(self._app, partial(self._announce, matters), "announce")

    async def _announce(self, news: Sequence[FeedChange]) -> None:
        """Say in the bar, wherever the session is, how escalated matters stand now."""
        try:
            words = await asyncio.to_thread(self._session.announced, news)
        except DatabaseProblem as problem:
            self._app.database_lost(problem)
            return
        for one in words[-1:]:
            self._app.announce(one)

    # Counts

    def count_soon(self) -> None:
        """Count the saved queues after a moment; while news keep coming, no more than a share of the time."""
        if self._counting:
            self._count_again = True
        elif self._count_timer is None:
            share = min(COUNT_SHARE * self._count_cost, COUNT_MOST_SECONDS)
            wait = max(COUNT_SECONDS, share) if self._count_cost else 0.0
            self._count_timer = self._app.set_timer(max(0.001, wait), self._count)

    def _count(self) -> None:
        self._count_timer = None
        if self._taken_down:
            return
        self._counting = True
        in_background(self._app, self._read_counts, "count")

    @property
    def _taken_down(self) -> bool:
        """Whether the program is leaving: the screen loses its parts one by one, there is nobody to tell."""
        return not self._app.is_running

    async def _read_counts(self) -> None:
        screen, session = self._screen, self._session
        if self._taken_down:
            self._counting = False
            return
        filters: dict[str, Filter] = {}
        for one in screen.tabs:
            try:
                filters[one.id] = one.filter
            except FilterError:
                continue  # the queue itself says so when it is opened
        shown, row, source = screen.queue.id, screen.calls.current, screen.calls.source
        narrowed = bool(screen.filter_text)

        def read() -> tuple[dict[str, int], int | None, int | None, tuple[Owed, datetime | None]]:
            counts = session.counts(filters)
            total = source.count() if narrowed and source is not None else counts.get(shown)
            rank = source.rank(row) if source is not None and row is not None else None
            return counts, total, rank, session.owed()

        began = perf_counter()
        try:
            counts, total, rank, owed = await asyncio.to_thread(read)
        except DatabaseProblem as problem:
            self._app.database_lost(problem)
            return
        finally:
            self._counting = False
        self._count_cost = perf_counter() - began
        if self._taken_down:
            return
        self._tell_owed(*owed)
        if screen.calls.source is source:
            screen.counted(counts, total, rank if screen.calls.current == row else None)
        if self._count_again:
            self._count_again = False
            self.count_soon()

    async def _read_owed(self) -> None:
        """Whom to call first and drafts, alone."""
        try:
            waits, moment = await asyncio.to_thread(self._session.owed)
        except DatabaseProblem as problem:
            self._app.database_lost(problem)
            return
        if not self._taken_down:
            self._tell_owed(waits, moment)

    def _tell_owed(self, waits: Owed, moment: datetime | None) -> None:
        from dispatch_tui.screens.page import Page

        self._screen.now_owed(waits)
        self._wake_at(moment)
        for page in self._app.screen_stack:
            if isinstance(page, Page):
                page.prompts_changed()

    def _wake_at(self, moment: datetime | None) -> None:
        """Count again when a prompt comes or grows late: one timer, at the next such moment."""
        if self._moment_timer is not None:
            self._moment_timer.stop()
            self._moment_timer = None
        if moment is not None:
            wait = max(0.0, (moment - self._session.desk.clock.now()).total_seconds())
            if wait < RECOUNT_SECONDS:  # later ones are seen when all is counted again
                self._moment_timer = self._app.set_timer(wait + MOMENT_SECONDS, self.count_soon)
