"""What is stored of a call's clocks is what its change log tells, whatever was done in whatever order, at once or
reported late; and the queue says the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, currently_in_test_context, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from dispatch_tui.clock import FixedClock, from_us, to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.promises import promise, settle_promise
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NothingToUndo
from dispatch_tui.records import Call
from dispatch_tui.sla.clocks import ClockState, Event, clocks_of
from dispatch_tui.sla.rank import matters_now, rank_at
from dispatch_tui.sla.terms import terms_from_mapping
from dispatch_tui.store import queue
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.filters import parse
from dispatch_tui.store.queue import QueueSpec
from dispatch_tui.store.rows import NEVER
from dispatch_tui.store.tables import agreement_terms, change, clock
from dispatch_tui.store.tables import call as call_table
from dispatch_tui.store.tables import promise as promises
from tests.support.contacts import log_contact
from tests.support.databases import KINDS, fresh_database
from tests.support.desks import TERMS, company

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
STRICTER = {
    **TERMS,
    "budgets": {priority: {"first_response": 20, "resolution": 200, "next_update": 90} for priority in "13"},
    "pauses": {"resolution": []},
}
VERSIONS = {1: terms_from_mapping(TERMS), 2: terms_from_mapping(STRICTER)}
"""The agreement's terms by version; calls are opened under the first."""
Reported = datetime | None
ACTS: dict[str, Callable[[Desk, int, Reported], object]] = {
    "acknowledge": lambda desk, one, at: calls.acknowledge(desk, one, happened_at=at),
    "take": lambda desk, one, at: calls.take(desk, one, happened_at=at),
    "assign": lambda desk, one, at: calls.assign(desk, one, 1, happened_at=at),
    "start": lambda desk, one, at: calls.start(desk, one, happened_at=at),
    "hold": lambda desk, one, at: calls.hold(desk, one, "part ordered", happened_at=at),
    "resume": lambda desk, one, at: calls.resume(desk, one, happened_at=at),
    "resolve": lambda desk, one, at: calls.resolve(desk, one, "done", happened_at=at),
    "close": lambda desk, one, at: calls.close(desk, one, happened_at=at),
    "reopen": lambda desk, one, at: calls.reopen(desk, one, "leaks again", happened_at=at),
    "cancel": lambda desk, one, at: calls.cancel(desk, one, "twice reported", happened_at=at),
    "urgent": lambda desk, one, at: calls.set_priority(desk, one, 1, happened_at=at),
    "usual": lambda desk, one, at: calls.set_priority(desk, one, 3, happened_at=at),
    "unpromised": lambda desk, one, at: calls.set_priority(desk, one, 5, happened_at=at),
    "note": lambda desk, one, at: calls.note(desk, one, "called", happened_at=at),
    "talk": lambda desk, one, at: log_contact(desk, one, direction="out", happened_at=at),
    "write": lambda desk, one, at: log_contact(desk, one, direction="out", two_way=False, happened_at=at),
    "asked": lambda desk, one, at: log_contact(desk, one, direction="in", two_way=False, happened_at=at),
    "machine": lambda desk, one, at: log_contact(
        desk, one, direction="out", channel="Auto-Reply", two_way=False, happened_at=at
    ),
    "remark": lambda desk, one, at: log_contact(
        desk, one, direction="out", channel="internal", two_way=False, happened_at=at
    ),
    "promise": lambda desk, one, at: promise(
        desk, one, "we ring back", (at or desk.clock.now()) + timedelta(minutes=100), happened_at=at
    ),
    "kept": lambda desk, one, at: settle_first(desk, one, "kept", at),
    "broken": lambda desk, one, at: settle_first(desk, one, "broken", at),
    "stricter": lambda desk, one, at: reapply(desk, one, 2, at),
    "as before": lambda desk, one, at: reapply(desk, one, 1, at),
    "undo": lambda desk, one, at: undo(desk),
}


def settle_first(desk: Desk, call_id: int, outcome: str, at: Reported) -> None:
    """Settle the oldest open promise of a call."""
    with desk.store.read() as connection:
        first = connection.scalar(
            sa.select(promises.c.id)
            .where(promises.c.call_id == call_id, promises.c.outcome == "open")
            .order_by(promises.c.id)
            .limit(1)
        )
    if first is None:
        raise InvalidInput("promise", "there is none")
    settle_promise(desk, first, outcome, explained="as they were told", happened_at=at)


def reapply(desk: Desk, call_id: int, version: int, at: Reported) -> None:
    """Put a call under another version of its terms, as an act of its own."""
    with desk.act("update") as writer:
        row = writer.get("call", call_id, to_change=True)
        calls.settle(writer, row, "update", {"terms_version": version}, desk.when(at))


REFUSALS = (Conflict, IllegalTransition, InvalidInput, NothingToUndo)

Step = tuple[str, int, int]
"""An act, the minutes that pass before it, and how many minutes late it is reported (0: at once)."""
steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(ACTS)),
        st.one_of(st.just(0), st.integers(1, 700)),
        st.one_of(st.just(0), st.just(0), st.integers(1, 900)),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module", params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with fresh_database(request, tmp_path_factory) as url:
        opened = company(url, FixedClock(START))
        with opened.store.write() as connection:
            connection.execute(
                sa.insert(agreement_terms).values(agreement_id=1, number=2, terms_json=json.dumps(STRICTER))
            )
        yield opened
        opened.store.close()


def told(connection: Connection, call_id: int) -> list[Event]:
    """The events of a call, from the change log alone: an act that was taken back is none."""
    log = (
        connection.execute(sa.select(change).where(change.c.call_id == call_id).order_by(change.c.seq))
        .mappings()
        .all()
    )
    taken_back = {one["undoes"] for one in log} - {None}
    events: list[Event] = []
    promised: dict[int, datetime] = {}
    for one in log:
        if one["undoes"] is not None or one["seq"] in taken_back:
            continue
        at, now = one["happened_at"], json.loads(one["now_json"] or "{}")
        if one["kind"] == "interaction":
            if now["channel"] in ("phone", "email"):
                events.append(Event(at, "response" if now["direction"] == "out" else "inbound"))
                if now["two_way"]:
                    events.append(Event(at, "two_way"))
        elif one["kind"] == "promise" and one["act"] == "promise":
            promised[one["record_id"]] = from_us(now["due_at"])
            events.append(Event(at, "promise", promised[one["record_id"]]))
        elif one["kind"] == "promise":
            events.append(Event(at, "settled", promised[one["record_id"]]))
        elif one["act"] == "open":
            events.append(Event(at, "opened", now["priority"]))
        else:
            if "terms_version" in now:
                events.append(Event(at, "agreement", VERSIONS[now["terms_version"]]))
            if "priority" in now:
                events.append(Event(at, "priority", now["priority"]))
            if "status" in now:
                events.append(Event(at, "status", now["status"]))
    return events


def check(desk: Desk, call_id: int, *, in_queue: bool = False) -> None:
    """The stored clocks and rank against the log; ``in_queue``: its row there and what filters find, too."""
    with desk.store.read() as connection:
        row = connection.execute(sa.select(call_table).where(call_table.c.id == call_id)).mappings().one()
        one = Call.model_validate(dict(row))
        clocks = clocks_of(VERSIONS[1], told(connection, call_id))
        stored = connection.execute(sa.select(clock).where(clock.c.call_id == call_id))
        assert {tuple(found) for found in stored} == {
            (call_id, c.kind, c.started_at, c.due_at, c.warn_at, c.paused_since, c.ended_at) for c in clocks
        }
        last = connection.scalar(
            sa.select(change.c.happened_at)
            .where(change.c.kind == "call", change.c.record_id == call_id)
            .order_by(change.c.happened_at.desc())
            .limit(1)
        )
        assert one.happened_at == last
        now = matters_now(clocks) if one.live else None
        assert one.clock == (now.kind if now else "")
        assert one.paused == (now is not None and now.paused_since is not None)
        assert (one.due_at, one.warn_at) == ((now.due_at, now.warn_at) if now else (None, None))
        idle = last if one.status in ("on_hold", "resolved") else None
        ranked = rank_at(clocks, one.priority, one.opened_at, idle_since=idle) if one.live else None
        assert one.rank_at == ranked
        if in_queue:
            check_queue(desk, connection, one, now)


def check_queue(desk: Desk, connection: Connection, one: Call, shown: ClockState | None) -> None:
    """The queue's row and its filters by state, now and as time goes on without anybody acting."""
    (row,) = queue.rows_by_id(connection, None, [one.id])
    assert row.due_us == (to_us(one.due_at) if one.due_at else NEVER)
    assert (row.clock, bool(row.paused), row.version) == (one.clock, one.paused, one.version)
    for hours in (0, 5, 26, 24 * 30):
        now = desk.clock.now() + timedelta(hours=hours)
        state = shown.state_at(now) if shown else "none"
        if state == "never":
            state = "running"  # to a filter: it is owed, and not due
        for asked in ("breached", "warning", "running", "paused", "none"):
            spec = QueueSpec(Onlooker(now, 1), parse(f"clock:{asked}"))
            found = queue.rows_by_id(connection, spec, [one.id])
            assert bool(found) == (one.live and state == asked), (asked, state, now)


def note_event(words: str) -> None:
    if currently_in_test_context():
        event(words)


def follow(desk: Desk, story: list[Step]) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.set(START)
    one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    check(desk, one.id)
    for second, (act, minutes, late) in enumerate(story, start=1):
        desk.clock.advance(timedelta(minutes=minutes))
        # The seconds keep what is reported late apart from what happened on the minute.
        at = desk.clock.now() - timedelta(minutes=late, seconds=second) if late else None
        try:
            ACTS[act](desk, one.id, at)
        except REFUSALS as refusal:
            note_event(f"{act}: {type(refusal).__name__}")
        else:
            note_event(f"{act}{' late' if late else ''}")
        check(desk, one.id)
    check(desk, one.id, in_queue=True)


STORIES: dict[str, list[Step]] = {
    "what is new again": [("hold", 10, 0), ("undo", 10, 0)],
    "late notes": [("talk", 10, 0), ("hold", 300, 0), ("note", 5, 200), ("resume", 700, 0)],
    "not resolved": [("take", 5, 0), ("resolve", 60, 0), ("undo", 5, 0), ("asked", 5, 0), ("write", 5, 0)],
    "out of order": [("assign", 5, 0), ("start", 60, 0), ("hold", 60, 90), ("urgent", 5, 3), ("usual", 9, 8)],
    "reopened": [("take", 5, 0), ("resolve", 9, 0), ("close", 9, 0), ("reopen", 700, 0), ("hold", 9, 4)],
    "taken back": [
        ("take", 5, 0),
        ("hold", 60, 0),
        ("undo", 90, 0),
        ("resolve", 9, 0),
        ("reopen", 700, 0),
        ("undo", 9, 0),
    ],
    "promised": [("promise", 5, 0), ("promise", 30, 0), ("kept", 9, 0), ("asked", 5, 0), ("broken", 200, 0)],
    "settled after the end": [
        ("take", 5, 0),
        ("promise", 5, 0),
        ("resolve", 9, 0),
        ("close", 9, 0),
        ("kept", 9, 0),
    ],
    "other terms": [
        ("hold", 30, 0),
        ("stricter", 60, 0),
        ("resume", 60, 0),
        ("undo", 5, 0),
        ("as before", 90, 40),
    ],
    "nobody heard it": [
        ("machine", 5, 0),
        ("remark", 5, 0),
        ("asked", 5, 3),
        ("machine", 9, 0),
        ("write", 90, 0),
    ],
    "at once": [
        ("talk", 5, 0),
        ("take", 0, 0),
        ("resolve", 0, 0),
        ("asked", 0, 0),
        ("reopen", 9, 0),
        ("hold", 0, 0),
    ],
    "promised at once": [
        ("promise", 5, 0),
        ("talk", 0, 0),
        ("promise", 9, 0),
        ("kept", 0, 0),
        ("talk", 0, 0),
    ],
    "over": [("asked", 5, 0), ("talk", 500, 450), ("cancel", 9, 0), ("undo", 9, 0), ("unpromised", 9, 0)],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_stored_clocks_of_these_stories_are_those_that_the_log_tells(desk: Desk, story: list[Step]) -> None:
    follow(desk, story)


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=steps)
def test_stored_clocks_are_those_that_the_log_tells(desk: Desk, story: list[Step]) -> None:
    follow(desk, story)


def test_a_step_reported_for_before_what_it_follows_is_refused(desk: Desk) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.set(START)
    one = calls.open_call(desk, title="Fan", unit_id=1).call
    desk.clock.advance(timedelta(minutes=30))
    with pytest.raises(InvalidInput, match="happened_at"):
        calls.acknowledge(desk, one.id, happened_at=START - timedelta(minutes=1))
    started = calls.acknowledge(desk, one.id, happened_at=START + timedelta(minutes=20)).call
    assert started.acknowledged_at == START + timedelta(minutes=20)
    with pytest.raises(InvalidInput, match="happened_at"):
        calls.start(desk, one.id, happened_at=START + timedelta(minutes=10))
    assert calls.note(desk, one.id, "x", happened_at=START + timedelta(minutes=10)).call.version == 3


def test_a_clock_that_is_behind_does_not_turn_the_order_round(desk: Desk) -> None:
    """Another machine's clock was ahead when it acknowledged; what follows here happened after it all the same."""
    assert isinstance(desk.clock, FixedClock)
    desk.clock.set(START + timedelta(seconds=3))
    one = calls.open_call(desk, title="Fan", unit_id=1).call
    held = calls.hold(desk, one.id, "part ordered").call
    desk.clock.set(START)
    resumed = calls.resume(desk, one.id).call
    assert (resumed.status, resumed.paused) == ("acknowledged", False)
    assert resumed.happened_at == held.happened_at
    check(desk, one.id)
