"""What the screens have of an open database. Imported after the first picture only: it brings SQLAlchemy with it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, get_args

from dispatch_tui.clock import Clock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens import log_drafts
from dispatch_tui.store import lookups, queue, stale
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.feed import Feed, FeedChange, announced
from dispatch_tui.store.filters import Filter
from dispatch_tui.store.owed import count, next_moment
from dispatch_tui.store.queue import FencePosts, QueueSpec, Sort
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.widgets.bars import Owed

if TYPE_CHECKING:
    from dispatch_tui.screens.work import Work
    from dispatch_tui.store.details import CallDetail

QUICK_SECONDS = 0.008
"""A window that takes longer than this is a slow one."""
SLOW_MOST = 3
"""A queue with so many slow windows in a row is read in a thread, until one is quick again."""

STALE_MOST = 500
"""Customers whose prompts are made anew at one counting; after an import it takes several."""

PATIENCE_SECONDS = 2.0, 4.0
"""How long a mark is left to who made it; not as long for all: one session begins, the others find it done."""

_INDEXED = {"pri", "status", "tech", "team", "owner", "skill", "due", "clock", "age", "opened"}
"""Filter fields that a live index or a short walk answers."""


class StoreRows:
    """A queue of the store, as the list reads it (:class:`dispatch_tui.widgets.source.RowSource`)."""

    def __init__(self, desk: Desk, wanted: Filter, sort: Sort) -> None:
        self._desk = desk
        self._filter = wanted
        self._sort: Sort = sort
        self._quick = desk.store.location.kind == "sqlite" and all(
            term.field in _INDEXED for term in wanted.terms
        )
        self._slow = 0
        self._posts: FencePosts | None = None
        self._posts_lock = threading.Lock()

    @property
    def quick(self) -> bool:
        return self._quick and self._slow < SLOW_MOST

    def spec(self) -> QueueSpec:
        return QueueSpec(onlooker(self._desk), self._filter, self._sort)

    def _timed(self, read: Callable[[Any], list[QueueRow]]) -> list[QueueRow]:
        began = perf_counter()
        with self._desk.store.read() as connection:
            rows = read(connection)
        slow = perf_counter() - began > QUICK_SECONDS
        self._slow = min(self._slow + 1, SLOW_MOST) if slow else max(self._slow - 1, 0)
        return rows

    def head(self, limit: int) -> list[QueueRow]:
        return self._timed(lambda connection: queue.window(connection, self.spec(), limit=limit))

    def tail(self, limit: int) -> list[QueueRow]:
        return self._timed(lambda connection: queue.tail(connection, self.spec(), limit))

    def after(self, row: QueueRow, limit: int) -> list[QueueRow]:
        key = queue.key_of(row, self._sort)
        return self._timed(lambda connection: queue.window(connection, self.spec(), after=key, limit=limit))

    def before(self, row: QueueRow, limit: int) -> list[QueueRow]:
        key = queue.key_of(row, self._sort)
        return self._timed(lambda connection: queue.window(connection, self.spec(), before=key, limit=limit))

    def find(self, call_id: int) -> QueueRow | None:
        found = self._timed(lambda connection: queue.rows_by_id(connection, self.spec(), [call_id]))
        return found[0] if found else None

    def at(self, position: int, limit: int) -> list[QueueRow]:
        with self._posts_lock:
            posts = self._posts
            if posts is None:
                posts = self._posts = FencePosts(self.spec())
            while True:
                with self._desk.store.read() as connection:
                    try:
                        return posts.at(connection, position, limit)
                    except IndexError:
                        posts.grow(connection)

    def rank(self, row: QueueRow) -> int:
        with self._desk.store.read() as connection:
            return queue.rank_of(connection, self.spec(), queue.key_of(row, self._sort))

    def count(self) -> int:
        with self._desk.store.read() as connection:
            return queue.count(connection, self.spec())


def onlooker(desk: Desk) -> Onlooker:
    """The operator as a filter sees them: what ``me`` and ``now`` mean."""
    return Onlooker(desk.clock.now(), desk.operator.id, desk.operator.technician_id)


class Session:
    """One signed-in session: reads for the screens, news of the others; what a person does is its :attr:`work`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.feed = Feed(desk.store)
        self._marks: dict[stale.Mark, float] | None = None
        self._patience = random.uniform(*PATIENCE_SECONDS)

    @property
    def account(self) -> str:
        return self.desk.operator.account

    @cached_property
    def work(self) -> Work:
        """What a person does. The first use loads what acts need, a tenth of a second: ask for it in a thread."""
        from dispatch_tui.screens.work import Work

        return Work(self)

    @property
    def quick(self) -> bool:
        """True where a small read is short enough for the event loop."""
        return self.desk.store.location.kind == "sqlite"

    def rows(self, wanted: Filter, sort: str) -> StoreRows:
        """A queue to read; an order that is not known is the usual one."""
        known = {name: name for name in get_args(Sort)}
        return StoreRows(self.desk, wanted, known.get(sort, "rank"))

    def counts(self, filters: Mapping[str, Filter]) -> dict[str, int]:
        """How many calls each filter finds, all from one state of the database."""
        who = onlooker(self.desk)
        with self.desk.store.read() as connection:
            return {name: queue.count(connection, QueueSpec(who, wanted)) for name, wanted in filters.items()}

    def owed(self) -> tuple[Owed, datetime | None]:
        """What waits beside the queue, whom to call first and drafts; and when that next changes by time alone."""
        with self.desk.store.read() as connection:
            marks = stale.marked(connection, STALE_MOST)
        if left := self._left(marks):
            from dispatch_tui.desk.prompting import refresh  # and with it the rules

            if refresh(self.desk, limit=STALE_MOST) >= STALE_MOST:
                self._marks = None  # there are more, and nobody is at them
        now = self.desk.clock.now()
        kept = len(log_drafts.drafts_of(self.desk))
        with self.desk.store.read() as connection:
            owed = count(connection, now)
            moments = [next_moment(connection, now)]
        if marks and not left:
            moments.append(now + timedelta(seconds=self._patience))
        soonest = min((one for one in moments if one is not None), default=None)
        return Owed(owed.now, owed.late, kept), soonest

    def _left(self, marks: Sequence[stale.Mark]) -> bool:
        """Whether customers are marked whom nobody makes anew: those found at the first look, and those that were there
        for a while, of an import or an act that was cut off. Whoever acts is at theirs already, and fifty sessions
        that help are in the way."""
        now, known = monotonic(), self._marks
        self._marks = {one: now if known is None else known.get(one, now) for one in marks}
        return bool(marks) and (
            known is None or any(now - since >= self._patience for since in self._marks.values())
        )

    def by_number(self, number: str) -> QueueRow | None:
        with self.desk.store.read() as connection:
            return queue.row_by_number(connection, number)

    def search(self, wanted: Filter, limit: int) -> list[QueueRow]:
        with self.desk.store.read() as connection:
            return queue.window(connection, QueueSpec(onlooker(self.desk), wanted), limit=limit)

    def detail(self, call_id: int) -> CallDetail:
        """Everything that the story of a call shows. Raises :class:`.errors.NotFound`."""
        from dispatch_tui.store.queries import call_detail

        with self.desk.store.read() as connection:
            return call_detail(connection, call_id)

    def names(self, field: str, typed: str) -> list[str]:
        with self.desk.store.read() as connection:
            return lookups.names(connection, field, typed)

    def team_and_skill_names(self) -> tuple[list[str], list[str]]:
        with self.desk.store.read() as connection:
            return lookups.team_and_skill_names(connection)

    def news(self) -> tuple[list[FeedChange], bool]:
        """Changes since the last look, without this session's own; and whether there were any at all.

        Where :attr:`.Feed.more` says so afterwards there are others: ask again.
        """
        changes, own = self.feed.changes(), self.desk.own
        others = [one for one in changes if one.seq not in own]
        own.difference_update(one.seq for one in changes)
        return others, bool(changes)

    def announced(self, news: Sequence[FeedChange]) -> list[str]:
        """What these changes announce to everybody: how escalated matters stand now."""
        with self.desk.store.read() as connection:
            return announced(connection, [one.seq for one in news])

    def close(self) -> None:
        self.feed.close()
        self.desk.store.close()


def open_session(where: str, clock: Clock, as_account: str = "") -> Session:
    """Open the database and sign in; raises what :func:`dispatch_tui.desk.access.open_desk` raises."""
    desk = open_desk(where, clock=clock, as_account=as_account)
    try:
        return Session(desk)
    except BaseException:
        desk.store.close()
        raise
