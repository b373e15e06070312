"""Twenty processes want the same five hundred calls: each call goes to one, everybody else is told to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.errors import Conflict
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store.tables import call, change, operator
from tests.support.crowd import desk_of, join_in
from tests.support.desks import as_role, company

pytestmark = pytest.mark.xdist_group("crowd")  # processes enough without another crowd beside

TAKERS = [f"taker{number:02}" for number in range(20)]
CALLS, CUSTOMERS = 500, 50
OPENED_US = int(datetime(2026, 3, 4, 8, 0, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    for account in TAKERS:
        as_role(opened, "dispatcher", account)
    yield opened
    opened.store.close()


def open_calls(desk: Desk) -> list[int]:
    """Five hundred new calls of fifty customers, under an agreement; their ids."""
    facts = [
        Fact("customer", f"many:K{number}", "import", OPENED_US, {"name": f"Customer {number}"})
        for number in range(CUSTOMERS)
    ]
    values = {"title": "Compressor trips", "agreement_id": 1, "terms_version": 1}
    facts += [
        Fact(
            "call",
            f"many:M{number}",
            "open",
            OPENED_US,
            values | {"customer_id": Ref("customer", f"many:K{number % CUSTOMERS}")},
        )
        for number in range(CALLS)
    ]
    rows = [SourceRow(number, f"{number}", b"%016d" % number, (fact,)) for number, fact in enumerate(facts)]
    assert {one.outcome for one in record_history(desk, "many", rows)} == {"imported"}
    with desk.store.read() as connection:
        return list(connection.scalars(sa.select(call.c.id).order_by(call.c.id)))


def take_all(pipe: Connection, url: str, account: str, versions: dict[int, int]) -> None:
    """Say "ready", wait for "go", try to take every call in an order of one's own; say how it went.

    Every second taker gives the version that it saw, the others take the call as it is now.
    """
    desk = desk_of(url, account)
    place = TAKERS.index(account)
    # All begin near the same calls, so that most attempts truly meet; each tenth of the way shifted by one.
    order = sorted(versions, key=lambda one: (one // 10, (one + place) % 10))
    pipe.send("ready")
    pipe.recv()
    won: list[tuple[int, int]] = []
    lost: list[tuple[int, int | None, int, str, str]] = []
    for one in order:
        try:
            taken = calls.take(desk, one, version=versions[one] if place % 2 else None).call
        except Conflict as conflict:
            lost.append((one, conflict.expected, conflict.found, conflict.by, conflict.act))
        else:
            won.append((one, taken.version))
    pipe.send((won, lost))
    desk.store.close()


def test_each_call_is_taken_once_and_losers_learn_who_won(desk: Desk, db_url: str) -> None:
    versions = dict.fromkeys(open_calls(desk), 1)
    crowd = {account: join_in(take_all, db_url, account, versions) for account in TAKERS}
    for member in crowd.values():
        assert member.pipe.recv() == "ready"
    for member in crowd.values():
        member.pipe.send("go")
    told = {account: member.pipe.recv() for account, member in crowd.items()}
    wait([member.process.sentinel for member in crowd.values()], timeout=20)

    winner = {one: account for account, (won, _) in told.items() for one, _ in won}
    wins = Counter(one for won, _ in told.values() for one, _ in won)
    assert wins == Counter(versions.keys()), "each call is taken exactly once"
    assert {version for won, _ in told.values() for _, version in won} == {2}
    # How twenty processes share two cores is the machine's affair; that several won is enough to have met.
    assert sum(1 for won, _ in told.values() if won) > 3, "they truly worked side by side"
    for account, (won, lost) in told.items():
        assert len(won) + len(lost) == CALLS
        for one, expected, found, by, act in lost:
            assert expected == (1 if TAKERS.index(account) % 2 else None)
            assert (found, by, act) == (2, winner[one], "take")

    with desk.store.read() as connection:
        log = connection.execute(
            sa.select(change.c.record_id, change.c.record_version, operator.c.account)
            .join(operator, operator.c.id == change.c.operator_id)
            .where(change.c.kind == "call", change.c.act != "open")
        )
        assert sorted(map(tuple, log)) == sorted((one, 2, account) for one, account in winner.items())
        stored = connection.execute(
            sa.select(call.c.id, operator.c.account, call.c.status, call.c.version).join(operator)
        )
        assert sorted(map(tuple, stored)) == [
            (one, winner[one], "acknowledged", 2) for one in sorted(versions)
        ]
