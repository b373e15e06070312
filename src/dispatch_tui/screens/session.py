"""What the screens have of an open database. Imported after the first picture only: it brings SQLAlchemy with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import perf_counter
from typing import Any, Literal, get_args

from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.rules import ListItem, list_for
from dispatch_tui.clock import Clock
from dispatch_tui.desk import calls, transitions, visits
from dispatch_tui.desk.access import find_operator, open_desk
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.conversations import Logged, log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.ending import Answers, EndAct, Ending, end_call, ending_of, finish_visit, joint
from dispatch_tui.desk.prompting import refresh
from dispatch_tui.desk.technicians import proven_at
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import DatabaseProblem, DispatchError
from dispatch_tui.screens import log_drafts
from dispatch_tui.screens.dialogs import Choice
from dispatch_tui.store import escalations, lookups, queue
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.details import CallDetail
from dispatch_tui.store.feed import Feed, FeedChange
from dispatch_tui.store.filters import Filter
from dispatch_tui.store.prompts import PromptRow, count, next_moment
from dispatch_tui.store.queries import call_detail
from dispatch_tui.store.queue import FencePosts, QueueSpec, Sort
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.widgets.bars import Owed

QUICK_SECONDS = 0.008
"""A window that takes longer than this is a slow one."""
SLOW_MOST = 3
"""A queue with so many slow windows in a row is read in a thread, until one is quick again."""

STALE_MOST = 500
"""Customers whose prompts are made anew at one counting; after an import it takes several."""

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


_NOT_BEGUN = frozenset({"new", "acknowledged", "assigned"})


class Session:
    """One signed-in session: reads for the screens, acts through the desk, news of the others."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.feed = Feed(desk.store)
        self._lock = threading.Lock()
        self._acting = 0
        self._own: set[tuple[int, int]] = set()
        self._unsure: list[FeedChange] = []

    @property
    def account(self) -> str:
        return self.desk.operator.account

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
        refresh(self.desk, limit=STALE_MOST)
        now = self.desk.clock.now()
        kept = len(log_drafts.drafts_of(self.desk))
        with self.desk.store.read() as connection:
            owed = count(connection, now)
            return Owed(owed.now, owed.late, kept), next_moment(connection, now)

    def by_number(self, number: str) -> QueueRow | None:
        with self.desk.store.read() as connection:
            return queue.row_by_number(connection, number)

    def search(self, wanted: Filter, limit: int) -> list[QueueRow]:
        with self.desk.store.read() as connection:
            return queue.window(connection, QueueSpec(onlooker(self.desk), wanted), limit=limit)

    def act(
        self, name: str, rows: Sequence[QueueRow], *arguments: Any
    ) -> tuple[list[calls.Done], list[tuple[QueueRow, DispatchError]]]:
        """Do one act of the desk to each row, by the version that is on the screen. What is refused does not stop
        the others, a lost database does."""
        act = getattr(calls, name)
        with self._acts():
            return self._each(act, rows, *arguments)

    def _each(
        self, act: Callable[..., calls.Done], rows: Sequence[QueueRow], *arguments: Any
    ) -> tuple[list[calls.Done], list[tuple[QueueRow, DispatchError]]]:
        done: list[calls.Done] = []
        refused: list[tuple[QueueRow, DispatchError]] = []
        for row in rows:
            try:
                result = act(self.desk, row.id, *arguments, version=row.version)
            except DatabaseProblem:
                raise
            except DispatchError as error:
                refused.append((row, error))
            else:
                done.append(result)
                self._mine(result)
        return done, refused

    def check(self, act: str, rows: Sequence[QueueRow]) -> None:
        """Refuse an act before anything is asked for it: raises :class:`.errors.NotAllowed` by the role as it is now
        and, for a single call, :class:`.errors.IllegalTransition` by its status."""
        known = find_operator(self.desk.store, self.account)
        self.desk.check_role(act, known.role if known is not None else "viewer")
        if len(rows) == 1:
            transitions.check(act, rows[0].status)

    def undo(self) -> tuple[calls.Done, str]:
        """Take back this operator's last act; what it was. Raises :class:`.errors.NothingToUndo`."""
        with self._acts():
            done, act = undo(self.desk)
            self._mine(done)
        return done, act

    def intake(self) -> Sequence[ListItem]:
        """What the rules ask with a new call."""
        with self.desk.store.read() as connection:
            return list_for(care_rules(connection).intake, "repair")

    def open_call(self, place: str, title: str, priority: int, intake: Mapping[str, str]) -> calls.Done:
        """Open a call at a place, as :meth:`places` names it (empty: not known yet), with what was answered."""
        kind, _, record_id = place.partition(":")
        unit_id = int(record_id) if kind == "unit" else None
        site_id = int(record_id) if kind == "site" else None
        with self._acts():
            done = calls.open_call(
                self.desk, title=title, priority=priority, unit_id=unit_id, site_id=site_id, intake=intake
            )
            self._mine(done)
        return done

    def log(
        self,
        draft: Interaction,
        *,
        customer_id: int | None,
        call_id: int | None,
        seen: PromptRow | None,
        prompt_keys: Collection[str],
        useful_until: datetime | None,
        told_in_advance: Sequence[str],
        number: str,
        draft_key: str,
    ) -> Logged:
        """Record a contact with a customer: :func:`dispatch_tui.desk.conversations.log_conversation`."""
        with self._acts():
            logged = log_conversation(
                self.desk,
                draft,
                customer_id=customer_id,
                call_id=call_id,
                seen=seen,
                prompt_keys=prompt_keys,
                useful_until=useful_until,
                told_in_advance=told_in_advance,
                number=number,
                draft_key=draft_key,
            )
            if logged.call is not None:
                self._mine(calls.Done(logged.call, logged.change))
        return logged

    def ending(self, act: EndAct, rows: Sequence[QueueRow]) -> Ending:
        """What is known of calls that are about to end; of several, what all of them have on record."""
        with self.desk.store.read() as connection:
            return joint([ending_of(connection, act, row.id) for row in rows])

    def end_calls(
        self, act: Literal["resolve", "close"], rows: Sequence[QueueRow], answers: Answers
    ) -> tuple[list[calls.Done], list[tuple[QueueRow, DispatchError]]]:
        """Resolve or close calls with one answer, each by the version that is on the screen."""

        def end(desk: Desk, call_id: int, *, version: int | None) -> calls.Done:
            return end_call(desk, call_id, act, answers, alike=len(rows) > 1, version=version)

        with self._acts():
            return self._each(end, rows)

    def visit_ending(self, visit_id: int) -> Ending:
        """What is known of a visit that is about to end."""
        with self.desk.store.read() as connection:
            return ending_of(connection, "finish_visit", visit_id)

    def finish_visit(
        self,
        visit_id: int,
        version: int,
        answers: Answers,
        *,
        labour_minutes: int | None = None,
        downtime_minutes: int | None = None,
    ) -> None:
        """Say how a visit ended, by the version that was shown."""
        finish_visit(
            self.desk,
            visit_id,
            answers,
            version=version,
            labour_minutes=labour_minutes,
            downtime_minutes=downtime_minutes,
        )

    def plan_visit(self, call_id: int, technician_id: int, start: datetime, end: datetime) -> bool:
        """Plan a visit of a technician within a window. A call that nobody had is theirs with it; whether it was so."""
        visits.plan_visit(self.desk, call_id, technician_id, start, end)
        one = self.detail(call_id).call
        if one.technician_id is not None or one.status not in _NOT_BEGUN:
            return False
        calls.assign(self.desk, call_id, technician_id)
        return True

    def move_visit(self, act: str, visit_id: int, version: int, *arguments: str) -> bool:
        """Do one act of ``desk.visits`` to a visit, by the version that was shown. Who arrives has begun; whether the
        call was started with it."""
        visit = getattr(visits, act)(self.desk, visit_id, *arguments, version=version)
        if act != "arrive" or self.detail(visit.call_id).call.status not in _NOT_BEGUN - {"new"}:
            return False
        calls.start(self.desk, visit.call_id)
        return True

    def detail(self, call_id: int) -> CallDetail:
        """Everything that the story of a call shows. Raises :class:`.errors.NotFound`."""
        with self.desk.store.read() as connection:
            return call_detail(connection, call_id)

    def names(self, field: str, typed: str) -> list[str]:
        with self.desk.store.read() as connection:
            return lookups.names(connection, field, typed)

    def technicians(self, call_id: int) -> list[Choice]:
        """Whom a call may be given to, who fits best first."""
        with self.desk.store.read() as connection:
            found = lookups.technicians(connection, call_id)
            proven = proven_at(connection, call_id, self.desk.clock.now())
        return [_technician(one, proven.get(one.id, 0)) for one in found]

    def places(self, typed: str) -> list[Choice]:
        """Where a new call may be."""
        with self.desk.store.read() as connection:
            found = lookups.places(connection, typed)
        return [Choice(f"{one.kind}:{one.id}", one.name, f"{one.hint}  {one.kind}".strip()) for one in found]

    def team_and_skill_names(self) -> tuple[list[str], list[str]]:
        with self.desk.store.read() as connection:
            return lookups.team_and_skill_names(connection)

    # One's own changes come back with the feed like all others. They are told apart by the version that they made of
    # their call; while an act is under way its changes may be seen before its result is, so they wait.

    @contextmanager
    def _acts(self) -> Iterator[None]:
        with self._lock:
            self._acting += 1
        try:
            yield
        finally:
            with self._lock:
                self._acting -= 1

    def _mine(self, done: calls.Done) -> None:
        with self._lock:
            self._own.add((done.call.id, done.call.version))

    def news(self) -> tuple[list[FeedChange], bool]:
        """Changes since the last look, without this session's own; and whether there were any at all."""
        changes = self.feed.changes()
        with self._lock:
            seen = [*self._unsure, *changes]
            others = [one for one in seen if not self._is_own(one)]
            if self._acting:
                self._unsure = [one for one in others if one.operator == self.account]
                others = [one for one in others if one.operator != self.account]
            else:
                self._unsure = []
                self._own.difference_update(
                    [(one.record_id, one.version) for one in seen if one.kind == "call"]
                )
        return others, bool(changes)

    def announced(self, news: Sequence[FeedChange]) -> list[str]:
        """What these changes announce to everybody: how escalated matters stand now."""
        with self.desk.store.read() as connection:
            return escalations.announced(connection, [one.seq for one in news])

    def _is_own(self, change: FeedChange) -> bool:
        if change.kind != "call":  # what stands beside the call: a visit, a contact
            return change.operator == self.account
        return (change.record_id, change.version) in self._own

    def close(self) -> None:
        self.feed.close()
        self.desk.store.close()


def _technician(one: lookups.TechnicianChoice, good: int) -> Choice:
    """What speaks for and against a technician, in words; the dispatcher decides. ``good``: their good visits at a
    customer who is watched."""
    load = "free" if not one.open_calls else f"{one.open_calls} open"
    lacks = "" if one.skilled else "lacks the skill"
    proven = f"{good} good visit{'s' if good != 1 else ''} here" if good else ""
    about = ", ".join(filter(None, (lacks, proven, one.team, *one.skills)))
    return Choice(str(one.id), one.name, load, about)


def open_session(where: str, clock: Clock, as_account: str = "") -> Session:
    """Open the database and sign in; raises what :func:`dispatch_tui.desk.access.open_desk` raises."""
    desk = open_desk(where, clock=clock, as_account=as_account)
    try:
        return Session(desk)
    except BaseException:
        desk.store.close()
        raise
