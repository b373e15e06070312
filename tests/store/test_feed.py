"""The change feed: every committed change reaches every listener, once, whatever the order of commits."""

from __future__ import annotations

import select
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store.database import Store, open_store
from dispatch_tui.store.feed import Feed
from dispatch_tui.store.tables import change
from tests.support.desks import company


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()


@pytest.fixture
def listener(desk: Desk) -> Iterator[Feed]:
    store = Store(desk.store.location)
    feed = Feed(store)
    yield feed
    feed.close()
    store.close()


def rings(feed: Feed, seconds: float = 2.0) -> bool:
    handle = feed.fileno()
    assert handle is not None
    return bool(select.select([handle], [], [], seconds)[0])


def fail_halfway(desk: Desk) -> None:
    with desk.act("note") as writer:
        writer.insert("team", {"name": "x"}, act="import")
        raise ZeroDivisionError


def test_a_commit_rings_and_its_change_is_told_once(desk: Desk, listener: Feed) -> None:
    assert listener.changes() == []
    call = calls.open_call(desk, title="Fan rattles", unit_id=1).call
    assert rings(listener)
    (news,) = listener.changes()
    assert (news.act, news.kind, news.record_id, news.call_id, news.version) == (
        "open",
        "call",
        call.id,
        call.id,
        1,
    )
    assert news.operator == desk.operator.account
    assert listener.changes() == []
    assert not rings(listener, 0.05)


def test_an_act_that_fails_neither_rings_nor_tells(desk: Desk, listener: Feed) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_halfway(desk)
    assert not rings(listener, 0.1)
    assert listener.changes() == []


def test_more_changes_than_one_answer_holds(desk: Desk, listener: Feed) -> None:
    made = [calls.open_call(desk, title=f"Call {n}", unit_id=1).call.id for n in range(12)]
    told: list[list[int]] = []
    while not told or listener.more:
        told.append([one.record_id for one in listener.changes(limit=5)])
    assert told == [made[:5], made[5:10], made[10:]]
    assert listener.changes(limit=5) == []
    assert not listener.more


def test_what_comes_while_a_backlog_is_told_follows_it(desk: Desk, listener: Feed) -> None:
    made = [calls.open_call(desk, title=f"Call {n}", unit_id=1).call.id for n in range(10)]
    told = [one.record_id for one in listener.changes(limit=5)]
    made.append(calls.open_call(desk, title="Meanwhile", unit_id=1).call.id)
    told += [one.record_id for one in listener.changes(limit=5)]
    assert listener.more
    told += [one.record_id for one in listener.changes(limit=5)]
    assert (told, listener.more) == (made, False)


def test_a_lower_number_that_commits_later_is_not_missed(pg_url: str, clock: FixedClock) -> None:
    """PostgreSQL: A takes its number, B takes a higher one and commits, a reader looks, then A commits."""
    desk = company(pg_url, clock)
    store = open_store(pg_url)
    feed = Feed(store)
    number = sa.text("select pg_current_xact_id()::text::bigint")

    def put(connection: sa.Connection, act: str) -> int:
        now = clock.now()
        values = {"happened_at": now, "recorded_at": now, "act": act, "kind": "team", "record_id": 1}
        query = sa.insert(change).values(txid=connection.scalar(number), record_version=1, **values)
        return int(connection.execute(query).inserted_primary_key[0])  # type: ignore[index]

    with desk.store.engine.connect() as a, desk.store.engine.connect() as b:
        low = put(a, "slow")
        high = put(b, "quick")
        assert low < high
        b.commit()
        assert [one.act for one in feed.changes()] == ["quick"]
        assert feed.changes() == []
        a.commit()
        assert [one.act for one in feed.changes()] == ["slow"]
        assert feed.changes() == []
    feed.close()
    store.close()
    desk.store.close()


def test_a_lower_number_that_commits_while_a_backlog_is_told_is_told_once(
    pg_url: str, clock: FixedClock
) -> None:
    """PostgreSQL: A takes its number, then B's many are told in parts, and A commits between two of them."""
    desk = company(pg_url, clock)
    store = open_store(pg_url)
    feed = Feed(store)
    now = clock.now()
    values = {"happened_at": now, "recorded_at": now, "kind": "team", "record_id": 1, "record_version": 1}
    query = sa.insert(change).values(values).returning(change.c.seq)

    def put(connection: sa.Connection, act: str) -> int:
        number = connection.scalar(sa.text("select pg_current_xact_id()::text::bigint"))
        return int(connection.scalars(query.values(txid=number, act=act)).one())

    with (
        desk.store.engine.connect() as a,
        desk.store.engine.connect() as b,
        desk.store.engine.connect() as c,
    ):
        slow = [put(a, "slow")]
        quick = [put(b, f"quick {n}") for n in range(4)]
        slow.append(put(a, "slow again"))
        assert slow[0] < quick[0] < slow[1]
        b.commit()
        told = feed.changes(limit=3)
        last = put(c, "last")
        a.commit()
        told += feed.changes(limit=3)
        c.commit()
        while feed.more:
            told += feed.changes(limit=3)
        assert [one.seq for one in told[:3]] == quick[:3]
        assert sorted(one.seq for one in told) == sorted([*slow, *quick, last])
        assert feed.changes() == []
    feed.close()
    store.close()
    desk.store.close()


def test_a_transaction_that_rolled_back_leaves_a_gap_and_no_news(pg_url: str, clock: FixedClock) -> None:
    desk = company(pg_url, clock)
    store = open_store(pg_url)
    feed = Feed(store)
    with pytest.raises(ZeroDivisionError):
        fail_halfway(desk)
    calls.open_call(desk, title="After the gap", unit_id=1)
    assert [one.act for one in feed.changes()] == ["open"]
    feed.close()
    store.close()
    desk.store.close()
