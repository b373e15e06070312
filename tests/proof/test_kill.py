"""``kill -9`` at random moments among writers: what was acknowledged is there, and nothing is there by halves.

A writer speaks of an act only after the desk has returned, that is after COMMIT. The kills strike within
acts, within COMMIT, while waiting for a turn, and between COMMIT and the acknowledgement.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import Conflict, DatabaseProblem
from dispatch_tui.store.database import open_store
from dispatch_tui.store.tables import call, change, clock, metadata
from tests.support.crowd import Member, desk_of, join_in
from tests.support.desks import company
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.xdist_group("crowd")  # processes enough without another crowd beside

WRITERS = 8
KILLS = 200
CALLS = 24


class Ack(NamedTuple):
    """What a writer says of an act that was committed: ``token`` is in the note of its change."""

    call_id: int
    version: int
    token: str


def write_on(pipe: Connection, url: str, account: str, call_ids: list[int], seed: int) -> None:
    """Act on random calls without a pause, and tell of each act that was committed."""
    chance = random.Random(seed)
    desk = desk_of(url, account)
    count = 0
    while True:
        count += 1
        token = f"act {seed}.{count}"
        one = chance.choice(call_ids)
        try:
            if count % 4:
                done = calls.note(desk, one, token).call
            else:
                done = calls.set_priority(desk, one, chance.randint(1, 5), note=token).call
        except DatabaseProblem:  # the server was stopped: its acts were not acknowledged
            return
        pipe.send((done.id, done.version, token))


class Crowd:
    """Writers that are replaced when they are killed, and all that they have acknowledged."""

    def __init__(self, url: str, account: str, call_ids: list[int]) -> None:
        self._url, self._account, self._call_ids = url, account, call_ids
        self._started = 0
        self.acknowledged: list[Ack] = []
        self.members = [self._new() for _ in range(WRITERS)]

    def _new(self) -> Member:
        self._started += 1
        return join_in(write_on, self._url, self._account, self._call_ids, self._started)

    def listen(self) -> None:
        """Take what has been said, so that no writer has to wait for a reader."""
        for member in self.members:
            while member.pipe.poll():
                self.acknowledged.append(Ack(*member.pipe.recv()))

    def strike(self, chance: random.Random) -> None:
        """Kill one at random, hear what it had said, and start another."""
        place = chance.randrange(WRITERS)
        self._lose(self.members[place])
        self.members[place] = self._new()

    def strike_all(self) -> None:
        for member in self.members:
            self._lose(member)

    def wait_until_all_have_acted(self) -> None:
        deadline = time.monotonic() + 60
        for member in self.members:
            assert member.pipe.poll(deadline - time.monotonic()), "a writer never got to act"

    def wait_for(self, acts: int) -> None:
        """Until so many acts have been acknowledged in all: on a busy machine, too, there is something to lose."""
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < acts:
            assert wait([one.pipe for one in self.members], deadline - time.monotonic()), (
                "nobody acts any more"
            )
            self.listen()

    def _lose(self, member: Member) -> None:
        member.kill()
        self.acknowledged.extend(Ack(*said) for said in member.rest())
        member.pipe.close()


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()


def open_calls(desk: Desk) -> list[int]:
    return [calls.open_call(desk, title=f"Fan {n}", unit_id=1).call.id for n in range(CALLS)]


def check(url: str, acknowledged: list[Ack]) -> None:
    """What must hold after any number of kills."""
    with open_store(url) as store, store.read() as connection:
        log = connection.execute(
            sa.select(change.c.record_id, change.c.record_version, change.c.note)
            .where(change.c.kind == "call")
            .order_by(change.c.seq)
        ).all()
        kept = {Ack(*entry) for entry in log if entry.note}
        missing = set(acknowledged) - kept
        assert not missing, f"acknowledged and lost: {missing}"
        # At most one act of a writer can have been committed without its acknowledgement.
        assert len(kept) - len(acknowledged) <= KILLS + WRITERS
        versions: dict[int, list[int]] = {}
        for record_id, version, _ in log:
            versions.setdefault(record_id, []).append(version)
        stored = {row.id: row.version for row in connection.execute(sa.select(call.c.id, call.c.version))}
        assert stored == {record_id: len(found) for record_id, found in versions.items()}
        for record_id, found in versions.items():
            assert found == list(range(1, len(found) + 1)), f"call {record_id} has gaps"
        clocks = sa.select(clock.c.call_id, sa.func.count()).group_by(clock.c.call_id)
        assert {row.call_id for row in connection.execute(clocks)} <= stored.keys()
        for table in metadata.sorted_tables:
            connection.execute(sa.select(table)).all()
    if store.location.path is not None:
        check_file(store.location.path)


def check_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    connection.close()


def test_two_hundred_kills_lose_nothing_that_was_acknowledged(desk: Desk, db_url: str) -> None:
    seed = 20260304
    chance = random.Random(seed)
    ids = open_calls(desk)
    crowd = Crowd(db_url, desk.operator.account, ids)
    crowd.wait_until_all_have_acted()
    for kill in range(KILLS):
        crowd.wait_for(kill + 2)
        time.sleep(chance.uniform(0, 0.05))
        crowd.strike(chance)
    crowd.wait_until_all_have_acted()  # the dead have left no lock behind
    crowd.strike_all()
    assert len(crowd.acknowledged) > KILLS, "there was hardly anything to lose"
    check(db_url, crowd.acknowledged)
    again = calls.note(desk, ids[0], "and it goes on").call
    with desk.store.read() as connection:
        assert connection.scalar(sa.select(call.c.version).where(call.c.id == ids[0])) == again.version


def test_a_server_that_is_stopped_at_once_and_started_again_has_every_acknowledged_act(
    tmp_path: Path, clock: FixedClock
) -> None:
    server = PostgresServer(tmp_path / "own")
    try:
        url = server.create()
        desk = company(url, clock)
        ids = open_calls(desk)
        crowd = Crowd(url, desk.operator.account, ids)
        crowd.wait_until_all_have_acted()
        for _ in range(10):
            time.sleep(0.05)
            crowd.listen()
        server.crash()
        with pytest.raises(DatabaseProblem):
            calls.note(desk, ids[0], "nobody there")
        crowd.strike_all()
        server.restart()
        check(url, crowd.acknowledged)
        calls.note(desk, ids[0], "here again")  # the same desk, the same pool
        desk.store.close()
    finally:
        server.stop()


def test_a_writer_that_is_killed_holds_nobody_up(desk: Desk, db_url: str) -> None:
    """It dies while it holds the write lock (SQLite) or the call's row (PostgreSQL)."""
    (one, *_) = open_calls(desk)
    holder = join_in(hold_the_call, db_url, desk.operator.account, one)
    assert holder.pipe.recv() == "held"
    holder.kill()
    try:
        assert calls.acknowledge(desk, one, version=1).call.version == 2
    except Conflict as conflict:  # a note that was never committed must not count
        pytest.fail(str(conflict))


def hold_the_call(pipe: Connection, url: str, account: str, call_id: int) -> None:
    desk = desk_of(url, account)
    with desk.act("note") as writer:
        row = writer.get("call", call_id, to_change=True)
        writer.update("call", row, {"title": "never"}, act="note")
        pipe.send("held")
        pipe.recv()
