"""The real log played at full speed while a second process takes calls and a third one listens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import Conflict, IllegalTransition
from dispatch_tui.exchange.replay import replay
from dispatch_tui.store import queue
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.feed import Feed
from dispatch_tui.store.filters import parse
from dispatch_tui.store.queue import QueueSpec
from dispatch_tui.store.tables import call, change
from tests.conftest import Shared
from tests.support.crowd import desk_of, join_in
from tests.support.desks import as_role

pytestmark = pytest.mark.xdist_group("crowd")

LOG = "data/servicenow_incidents/incident_event_log.zip"
SINCE, UNTIL = datetime(2016, 3, 1, tzinfo=UTC), datetime(2016, 3, 4, tzinfo=UTC)


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    clock.set(datetime(2026, 3, 4, tzinfo=UTC))
    opened = open_desk(db_url, clock=clock)
    as_role(opened, "dispatcher", "dana")
    yield opened
    opened.store.close()


def take_what_comes(pipe: Connection, url: str) -> None:
    """Take calls that nobody has, the first of the queue first, until told to stop; the numbers of those taken."""
    desk = desk_of(url, "dana")
    taken: list[str] = []
    lost = 0
    pipe.send("ready")
    while not pipe.poll(0.005):
        with desk.store.read() as connection:
            who = Onlooker(desk.clock.now(), desk.operator.id)
            rows = queue.window(connection, QueueSpec(who, parse("owner:none -status:resolved")), limit=5)
        for row in rows:
            try:
                taken.append(calls.take(desk, row.id, version=row.version).call.number)
            except (Conflict, IllegalTransition):  # the log was quicker
                lost += 1
    pipe.send((taken, lost))
    desk.store.close()


def listen(pipe: Connection, url: str) -> None:
    """Every change that the feed tells of, until told to stop; their numbers."""
    desk = desk_of(url, "dana")
    feed = Feed(desk.store)
    heard: list[int] = []
    pipe.send("ready")
    stopping = False
    while not stopping:
        stopping = pipe.poll(0.002)
        while news := feed.changes():
            heard += [one.seq for one in news]
    pipe.send(heard)
    feed.close()
    desk.store.close()


def test_nothing_is_lost_and_the_queue_stays_live(desk: Desk, db_url: str, shared: Shared) -> None:
    log = shared / LOG
    with desk.store.read() as connection:
        before = connection.scalar(sa.select(sa.func.max(change.c.seq)))
    taker, listener = join_in(take_what_comes, db_url), join_in(listen, db_url)
    assert (taker.pipe.recv(), listener.pipe.recv()) == ("ready", "ready")
    result = replay(desk, "servicenow-incidents", log, since=SINCE, until=UNTIL, speed=None)
    taker.pipe.send("stop")
    taken, _lost = taker.pipe.recv()
    listener.pipe.send("stop")
    heard = listener.pipe.recv()

    assert (result.refused, result.stopped) == (0, False)
    assert result.played > 1_000
    assert len(taken) > 20, "it has to have worked beside the replay"
    with desk.store.read() as connection:
        written = list(connection.scalars(sa.select(change.c.seq).where(change.c.seq > before)))
        own = connection.execute(
            sa.select(call.c.number, call.c.operator_id)
            .select_from(change.join(call, call.c.id == change.c.record_id))
            .where(change.c.act == "take", change.c.kind == "call")
        ).all()
        versions = sa.select(change.c.record_id, sa.func.count(), sa.func.max(change.c.record_version))
        gaps = connection.execute(
            versions.where(change.c.kind == "call")
            .group_by(change.c.record_id)
            .having(sa.func.count() != sa.func.max(change.c.record_version))
        ).all()
    assert sorted(heard) == sorted(written), "each change once"
    assert sorted(taken) == sorted(number for number, _ in own), (
        "every act that was acknowledged, and no other"
    )
    assert all(operator_id is not None for _, operator_id in own), (
        "the log never takes a call from who has it"
    )
    assert gaps == []
