"""The queue's windows against a plain sort of everything, on random calls."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import queue
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.filters import parse
from dispatch_tui.store.first import FIRST_ROWS, first_picture
from dispatch_tui.store.queue import QueueSpec, Sort, key_of
from dispatch_tui.store.rows import NEVER, QueueRow
from tests.support.desks import company

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
SORTS: tuple[Sort, ...] = ("rank", "due", "opened", "priority")


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    rows = []
    for n, status, priority, minutes in sample(400, 5):
        at = to_us(NOW - timedelta(minutes=minutes))
        values = {
            "title": f"Fault {n % 7}",
            "status": status,
            "priority": priority,
            "site_id": Ref("site", "t:plant"),
            "customer_id": Ref("customer", "t:acme"),
            "agreement_id": 1 if n % 3 else None,
            "terms_version": 1 if n % 3 else None,
        }
        rows.append(SourceRow(n, f"{n}", b"%016d" % n, (Fact("call", f"q:Q{n}", "open", at, values),)))
    assert {one.outcome for one in record_history(opened, "q", rows)} == {"imported"}
    yield opened
    opened.store.close()


def sample(count: int, seed: int) -> Iterator[tuple[int, str, int, int]]:
    chance = random.Random(seed)
    for n in range(count):
        status = chance.choice(
            ["new", "acknowledged", "assigned", "in_progress", "on_hold", "resolved", "closed"]
        )
        yield n, status, chance.choice([1, 3, 3, 5]), chance.choice([5, 30, 30, 240, 3000])


def spec(text: str = "", sort: Sort = "rank") -> QueueSpec:
    return QueueSpec(Onlooker(NOW, operator_id=1), parse(text), sort)


def everything(desk: Desk, one: QueueSpec) -> list[QueueRow]:
    """What the queue must hold, by reading all rows and sorting here."""
    with desk.store.read() as connection:
        rows = queue.rows_by_id(connection, one, range(1, 1000))
    return sorted(rows, key=lambda row: key_of(row, one.sort))


@pytest.mark.parametrize("sort", SORTS)
def test_walking_by_windows_gives_every_row_once_in_order(desk: Desk, sort: Sort) -> None:
    one = spec(sort=sort)
    expected = everything(desk, one)
    assert 300 < len(expected) < 400
    with desk.store.read() as connection:
        forward: list[QueueRow] = []
        while page := queue.window(
            connection, one, after=key_of(forward[-1], sort) if forward else None, limit=37
        ):
            forward += page
        assert forward == expected
        backward = queue.tail(connection, one, 23)
        while page := queue.window(connection, one, before=key_of(backward[0], sort), limit=41):
            backward = page + backward
        assert backward == expected
        assert queue.count(connection, one) == len(expected)
        assert queue.rank_of(connection, one, key_of(expected[210], sort)) == 210


def test_any_position_is_found_from_fence_posts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.FencePosts, "STEP", 32)
    monkeypatch.setattr(queue.FencePosts, "SLICE", 50)
    one = spec()
    expected = everything(desk, one)
    with desk.store.read() as connection:
        posts = queue.FencePosts(one)
        with pytest.raises(IndexError):
            posts.at(connection, 200, 5)
        while not posts.grow(connection):
            pass
        for position in (0, 31, 32, 33, 200, len(expected) - 2):
            assert posts.at(connection, position, 5) == expected[position : position + 5]
        assert posts.at(connection, 5000, 5) == []


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("pri:1", lambda row: row.priority == 1),
        ("pri>1 pri<5", lambda row: row.priority == 3),
        ("status:hold,new", lambda row: row.status in ("on_hold", "new")),
        ("-status:hold", lambda row: row.status != "on_hold"),
        ("clock:breached", lambda row: row.due_us < to_us(NOW)),
        ("clock:paused", lambda row: row.paused == 1 and row.due_us == NEVER),
        ("clock:none", lambda row: row.clock == ""),
        ("due<2h", lambda row: row.due_us < to_us(NOW + timedelta(hours=2))),
        ("age>3h", lambda row: row.opened_us < to_us(NOW - timedelta(hours=3))),
        ('"fault 3"', lambda row: row.title == "Fault 3"),
        ("text:Q12", lambda row: "Q12" in row.number),
        ("num=q12", lambda row: row.number == "Q12"),
        ("cust:cold", lambda row: row.customer == "Acme Cold Store"),
        ("tech:none", lambda row: row.technician == ""),
        ("owner:me", lambda row: row.operator != ""),
        ("-unit:SN-1", lambda row: row.unit != "SN-1"),
        ("cust:100%", lambda row: False),
    ],
)
def test_filters_choose_the_rows_they_say(desk: Desk, text: str, holds: object) -> None:
    first = everything(desk, spec())[0]
    calls.take(desk, first.id)
    assert callable(holds)
    expected = [row for row in everything(desk, spec()) if holds(row)]
    with desk.store.read() as connection:
        assert queue.window(connection, spec(text), limit=1000) == expected


def test_closed_calls_come_only_when_asked_for(desk: Desk) -> None:
    with desk.store.read() as connection:
        closed = queue.window(connection, spec("status:closed"), limit=1000)
        assert closed
        assert {row.status for row in closed} == {"closed"}
        assert "closed" not in {row.status for row in queue.window(connection, spec(), limit=1000)}


def test_the_first_pictures_text_is_the_queues_own_query(desk: Desk) -> None:
    rendered = " ".join(str(queue.first_statement()).split())
    assert " ".join(FIRST_ROWS.split()) == rendered
    on_postgresql = str(queue.first_statement().compile(dialect=postgresql.dialect()))
    assert " ".join(on_postgresql.split()) == rendered
    picture = first_picture(desk.store.location, desk.operator.account, 50)
    assert picture is not None
    assert picture.rows == everything(desk, spec())[:50]
    assert picture.role == "manager"
    nobody = first_picture(desk.store.location, "nobody-here", 1)
    assert nobody is not None
    assert nobody.role == "viewer"


def test_a_call_is_found_by_its_number(desk: Desk) -> None:
    with desk.store.read() as connection:
        for text in ("Q12", "q12"):
            found = queue.row_by_number(connection, text)
            assert found is not None
            assert found.number == "Q12"
        assert queue.row_by_number(connection, "nope") is None


def test_windows_are_read_from_an_index(desk: Desk) -> None:
    """No window sorts: SQLite would say "USE TEMP B-TREE", PostgreSQL "Sort" (with scans made dear)."""
    with desk.store.read() as connection:
        if connection.dialect.name == "postgresql":
            for way in ("seqscan", "bitmapscan"):
                connection.execute(sa.text(f"set local enable_{way} = off"))
        for sort in SORTS:
            query = queue._ROWS.where(queue.LIVE).order_by(*queue._ORDER[sort]).limit(40)
            text = str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
            explain = "explain query plan " if connection.dialect.name == "sqlite" else "explain "
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + text))
            assert f"ix_call_live_{sort}" in plan, plan
            assert "TEMP B-TREE" not in plan
            assert "Sort" not in plan
