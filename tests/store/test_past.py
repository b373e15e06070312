"""The board of a past instant: against what the desk showed at that instant, and against a plain fold."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dispatch_tui.clock import FixedClock, from_us, to_us
from dispatch_tui.desk import calls, undo
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.board import put_up_board, put_up_call
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.errors import DispatchError
from dispatch_tui.exchange.run import import_file
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import past, queue
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.queue import QueueSpec
from dispatch_tui.store.rows import QueueRow
from tests.support.contacts import log_contact
from tests.support.desks import company

ALL = 10_000


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()


def board_now(desk: Desk, instant: datetime) -> list[QueueRow]:
    with desk.store.read() as connection:
        return queue.window(connection, QueueSpec(Onlooker(instant)), limit=ALL)


def board_then(desk: Desk, instant: datetime) -> list[QueueRow]:
    with desk.store.read() as connection:
        put_up_board(connection, instant)
        return queue.window(connection, QueueSpec(Onlooker(instant)), limit=ALL)


def acts(rng: random.Random, desk: Desk, call_id: int) -> list[Callable[[], object]]:
    return [
        lambda: calls.acknowledge(desk, call_id),
        lambda: calls.take(desk, call_id),
        lambda: calls.assign(desk, call_id, rng.choice((1, 2))),
        lambda: calls.start(desk, call_id),
        lambda: calls.hold(desk, call_id, "waits for a part"),
        lambda: calls.resume(desk, call_id),
        lambda: calls.resolve(desk, call_id, "mended"),
        lambda: calls.close(desk, call_id),
        lambda: calls.reopen(desk, call_id, "fails again"),
        lambda: calls.cancel(desk, call_id, "not needed"),
        lambda: calls.set_priority(desk, call_id, rng.choice((1, 3))),
        lambda: calls.note(desk, call_id, "seen"),
        lambda: log_contact(desk, call_id, direction=rng.choice(("in", "out"))),
        lambda: undo.undo(desk),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_the_desk_showed_then(desk: Desk, clock: FixedClock, seed: int) -> None:
    """Clocks, order and all: after each of many random acts the board is kept, and asked for at the end."""
    rng = random.Random(seed)
    shown: list[tuple[datetime, list[QueueRow]]] = []
    opened = 0
    for _ in range(60):
        clock.advance(timedelta(seconds=rng.randint(1, 40_000)))
        try:
            if opened < 2 or rng.random() < 0.1:
                unit_id = rng.choice((1, None))
                calls.open_call(desk, title="Stuck", priority=rng.choice((1, 3)), unit_id=unit_id)
                opened += 1
            else:
                rng.choice(acts(rng, desk, rng.randint(1, opened)))()
        except DispatchError:
            continue  # not possible as it stood
        shown.append((clock.now(), board_now(desk, clock.now())))
    assert len(shown) > 20
    for instant, rows in shown:
        assert board_then(desk, instant) == rows, instant


STATUSES = ("new", "acknowledged", "assigned", "in_progress", "on_hold", "resolved", "closed", "cancelled")


def random_history(rng: random.Random, number: int, start_us: int) -> list[Fact]:
    """A call's facts in the order in which they happened, as a log would tell them."""
    name = f"log:L{number}"
    at = start_us + rng.randrange(10**12)
    facts = [Fact("call", name, "open", at, {"title": f"Call {number}", "status": "new", "priority": 3})]
    for _ in range(rng.randrange(8)):
        at += rng.randrange(1, 10**11)
        values: dict[str, Any] = {"status": rng.choice(STATUSES)}
        if values["status"] == "on_hold":
            values["held_reason"] = "waits"
        if rng.random() < 0.3:
            values["priority"] = rng.randint(1, 5)
        if rng.random() < 0.3:
            values["technician_id"] = Ref("technician", rng.choice(("t:tess", "t:otto")))
        facts.append(Fact("call", name, "state", at, values))
    return facts


def plain_fold(facts: list[Fact], instant_us: int) -> tuple[str, int, str, str] | None:
    """Status, priority, technician and reason to wait at an instant; None where the call was not open."""
    status, priority, technician, reason = "", 3, "", ""
    for fact in facts:
        if fact.happened_us > instant_us:
            break
        status = fact.values["status"]
        priority = fact.values.get("priority", priority)
        if "technician_id" in fact.values:
            technician = {"t:tess": "Tess", "t:otto": "Otto"}[fact.values["technician_id"].external_id]
        reason = "waits" if status == "on_hold" else ""
    return None if status in ("", "closed", "cancelled") else (status, priority, technician, reason)


@pytest.mark.parametrize("seed", range(3))
def test_imported_history_agrees_with_a_plain_fold(desk: Desk, clock: FixedClock, seed: int) -> None:
    """Also where the log is recorded in two imports, the later happenings of a call in the second."""
    rng = random.Random(seed)
    start = to_us(clock.now() - timedelta(days=30))
    histories = {f"L{number}": random_history(rng, number, start) for number in range(40)}
    first, second = [], []
    for name, facts in histories.items():
        cut = rng.randint(1, len(facts))
        first.append(SourceRow(1, f"{name}/1", b"1" * 16, tuple(facts[:cut])))
        second.append(SourceRow(1, f"{name}/2", b"2" * 16, tuple(facts[cut:])))
    for rows in (first, [row for row in second if row.facts]):
        assert {one.outcome for one in record_history(desk, "log", rows)} <= {"imported"}
    every = sorted(fact.happened_us for facts in histories.values() for fact in facts)
    for us in [start, *rng.sample(every, 15), every[-1] + 1]:
        wanted = {name: found for name, facts in histories.items() if (found := plain_fold(facts, us))}
        board = board_then(desk, from_us(us))
        assert {
            row.number: (row.status, row.priority, row.technician, row.held_reason) for row in board
        } == wanted


def test_what_was_reported_late_counts_from_when_it_happened(desk: Desk, clock: FixedClock) -> None:
    opened = clock.now()
    late = Fact(
        "call", "log:L1", "state", to_us(opened) + 1_000_000, {"status": "on_hold", "held_reason": "ice"}
    )
    first = Fact("call", "log:L1", "open", to_us(opened), {"title": "Door", "status": "new"})
    last = Fact("call", "log:L1", "state", to_us(opened) + 9_000_000, {"status": "in_progress"})
    record_history(desk, "log", [SourceRow(1, "a", b"a" * 16, (first, last))])
    record_history(desk, "log", [SourceRow(2, "b", b"b" * 16, (late,))])
    (row,) = board_then(desk, opened + timedelta(seconds=5))
    assert (row.status, row.held_reason) == ("on_hold", "ice")
    (row,) = board_then(desk, opened + timedelta(seconds=10))
    assert (row.status, row.held_reason) == ("in_progress", "")


def test_one_call_is_shown_though_it_had_ended(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="Lamp").call
    clock.advance(timedelta(hours=1))
    calls.cancel(desk, call.id, "not needed")
    with desk.store.read() as connection:
        put_up_call(connection, call.id, clock.now())
        row = queue.row_by_number(connection, call.number)
        assert row is not None
        assert row.status == "cancelled"
    with desk.store.read() as connection:
        put_up_call(connection, call.id, call.opened_at - timedelta(seconds=1))
        assert queue.row_by_number(connection, call.number) is None


def test_chunks_leave_nothing_out(desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_CANDIDATES", past._CANDIDATES.limit(None).limit(3))
    for number in range(8):
        calls.open_call(desk, title=f"Call {number}")
    with desk.store.read() as connection:
        chunks = list(past.calls_at(connection, clock.now()))
    assert [len(chunk) for chunk in chunks] == [3, 3, 2]
    assert [one.state["id"] for chunk in chunks for one in chunk] == list(range(1, 9))


def test_the_fire_department_at_six(sqlite_url: str, shared: Any) -> None:
    """Friday 10 April 2020, 18:00 in San Francisco: counted from the file, 22 calls open, 24 crews out."""
    file = shared / "data/sf_fire_dispatch/sf_fire_calls_2020-04-07_2020-04-20.csv.gz"
    six = datetime(2020, 4, 10, 18, tzinfo=ZoneInfo("America/Los_Angeles"))
    desk = open_desk(sqlite_url)
    with desk.store:
        import_file(desk, "cad-calls", file, rejects=Path(str(desk.store.location.path) + ".rejects"))
        assert len(board_then(desk, six)) == 22
        with desk.store.read() as connection:
            busy = past.busy_at(connection, six)
    assert len({one.technician_id for one in busy if one.until is not None}) == 24
