"""Hostile text in every text column that acts and history reach: it is stored harmless, nothing raises, and
the feed, the queue and a call's story read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.agreements import NewAgreement, make_agreement
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.operators import set_role
from dispatch_tui.desk.technicians import set_skills
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import queue
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.feed import Feed
from dispatch_tui.store.filters import parse
from dispatch_tui.store.queries import call_detail
from dispatch_tui.store.queue import QueueSpec
from dispatch_tui.store.tables import metadata
from dispatch_tui.text import plain, plain_block
from tests.support.contacts import log_contact
from tests.support.databases import KINDS, fresh_database
from tests.support.desks import TERMS, company

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HOSTILE = {
    "markup that closes nothing": "[/foo]",
    "markup that is a link": "[@click=app.quit]press[/]",
    "the clipboard": "\x1b]52;c;aGVsbG8=\x07 leaks",
    "the clipboard, C1": "\x9d52;c;aGVsbG8=\x9c leaks",
    "colours": "\x1b[31;1mred\x1b[0m",
    "C1 colours": "\x9b31mred",
    "a cleared screen": "\x1b[2J\x1b[H gone",
    "a title": "\x1b]0;owned\x1b\\here",
    "an escape that never ends": "fan \x1b]8;;http://x",
    "bells and nulls": "a\x00b\x07c\x7fd",
    "direction": "\u202egnp.exe \u2066x\u2069 \u200f",
    "separators": "one\u2028two\u2029three\x85four",
    "a line of its own": "\r\nC-1 closed\r",
    "tags": "plain\U000e0041\U000e007f text",
    "half a character": "half \ud83d of it",
    "invisible": "in\u200bvisi\ufeffble",
    "quotes": "'; drop table call; -- \" ` \\ %s ? :x {0} $1",
    "wide and joined": "冷蔵庫 \U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301",
    "long": "x" * 100_000,
}
_BLOCKS = {
    ("call", "description"),
    ("visit", "work"),
    ("visit", "cause"),
    ("interaction", "said"),
    ("change", "note"),
}
"""Text columns that keep several lines, of those that are reached here."""


@pytest.fixture(scope="module", params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with fresh_database(request, tmp_path_factory) as url:
        opened = company(url, FixedClock(START))
        yield opened
        opened.store.close()


@pytest.fixture(params=HOSTILE.values(), ids=list(HOSTILE))
def text(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def is_harmless(kind: str, column: str, value: str) -> bool:
    return (plain_block if (kind, column) in _BLOCKS or "\n" in value else plain)(value) == value


def stored_texts(desk: Desk) -> list[tuple[str, str, str]]:
    """Every text of every table: table, column, value. (JSON holds column values, already looked at.)"""
    found = []
    with desk.store.read() as connection:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, sa.Text) and not column.name.endswith("_json"):
                    values = connection.scalars(sa.select(column).where(column.is_not(None)).distinct())
                    found += [(table.name, column.name, value) for value in values]
    return found


def check(desk: Desk, feed: Feed) -> None:
    for kind, column, value in stored_texts(desk):
        assert is_harmless(kind, column, value), (kind, column, value[:80])
        if "\n" in value:
            assert (kind, column) in _BLOCKS, f"{kind}.{column} is one line"
    assert feed.changes()
    assert feed.changes() == []
    with desk.store.read() as connection:
        spec = QueueSpec(Onlooker(desk.clock.now(), 1))
        rows = queue.window(connection, spec, limit=1000)
        assert len(rows) == queue.count(connection, spec)
        for row in rows:
            assert all(plain(cell) == cell for cell in row if isinstance(cell, str))


def test_every_act_takes_it(desk: Desk, text: str) -> None:
    feed = Feed(desk.store)
    safe = plain(text)
    assert safe, "each of these leaves something to store"
    one = calls.open_call(
        desk, title=text, description=text, unit_id=1, skill=text, channel=text, priority=2
    ).call
    assert one.title == one.skill == one.channel == safe
    calls.note(desk, one.id, text)
    calls.assign(desk, one.id, 1, note=text)
    calls.set_priority(desk, one.id, 3, note=text)
    calls.hold(desk, one.id, text)
    calls.resume(desk, one.id)
    log_contact(desk, one.id, direction="out", said=text)
    start = desk.clock.now() + timedelta(hours=1)
    attended = visits.plan_visit(desk, one.id, 1, start, start + timedelta(hours=1))
    visits.arrive(desk, attended.id)
    visits.finish_visit(desk, attended.id, "good", work=text, cause=text)
    off = visits.plan_visit(desk, one.id, 1, start, start + timedelta(hours=1))
    visits.call_off(desk, off.id, text)
    calls.resolve(desk, one.id, text)
    calls.close(desk, one.id, note=text)
    calls.reopen(desk, one.id, text)
    calls.cancel(desk, one.id, text)
    calls.reopen(desk, one.id, text)
    set_role(desk, text, "technician")
    set_skills(desk, {1: [text, "cooling"]})
    make_agreement(desk, NewAgreement(1, text, TERMS, cover=text))
    check(desk, feed)
    with desk.store.read() as connection:
        detail = call_detail(connection, one.id)
        assert detail.call.title == safe
        assert detail.story
        found = queue.rows_by_id(
            connection, QueueSpec(Onlooker(desk.clock.now(), 1), parse("text:fan")), [one.id]
        )
        assert [row.id for row in found] == ([one.id] if "fan" in safe else [])
    feed.close()


def everywhere(kind: str, text: str, more: dict[str, Any]) -> dict[str, Any]:
    """``text`` in every text column of a kind, apart from those that hold codes."""
    codes = {"external_id", "status", "outcome", "tz", "number", "clock"} | more.keys()
    columns = metadata.tables[kind].columns
    texts = {
        column.name: text
        for column in columns
        if isinstance(column.type, sa.Text) and column.name not in codes and not column.name.endswith("_json")
    }
    return texts | more


def test_history_takes_it_in_every_column(desk: Desk, text: str) -> None:
    feed = Feed(desk.store)
    name = f"h{list(HOSTILE.values()).index(text)}"
    at = to_us(START - timedelta(days=3))

    def fact(kind: str, **more: Any) -> Fact:
        return Fact(kind, f"{kind}:{name}", "add", at, everywhere(kind, text, more), flag=text)

    def ref(kind: str) -> Ref:
        return Ref(kind, f"{kind}:{name}")

    facts = (
        fact("team"),
        fact("technician", team_id=ref("team")),
        fact("customer"),
        fact("site", customer_id=ref("customer")),
        fact("contact", customer_id=ref("customer"), site_id=ref("site")),
        fact("model"),
        fact("unit", model_id=ref("model"), site_id=ref("site"), customer_id=ref("customer")),
        fact("reading", unit_id=ref("unit"), read_at=at, value=1.5),
        fact("part"),
        fact("call", customer_id=ref("customer"), unit_id=ref("unit"), team_id=ref("team"), live=1),
        fact("visit", call_id=ref("call"), technician_id=ref("technician"), status="done"),
        fact("part_use", visit_id=ref("visit"), part_id=ref("part")),
        fact("quote", call_id=ref("call"), unit_id=ref("unit"), quoted_at=at),
        fact("interaction", call_id=ref("call"), customer_id=ref("customer"), happened_at=at),
        fact(
            "promise", call_id=ref("call"), customer_id=ref("customer"), made_at=at, due_at=at, outcome="open"
        ),
    )
    (outcome,) = record_history(desk, "hostile", [SourceRow(1, name, name.encode().ljust(16), facts)])
    assert outcome.outcome == "imported", outcome.reason
    with desk.store.read() as connection:
        for one in facts:
            table = metadata.tables[one.kind]
            row = connection.execute(
                sa.select(table).where(table.c.external_id == one.external_id)
            ).mappings()
            kept = row.one()
            for column, given in one.values.items():
                if given is text:
                    assert plain(kept[column]) == plain(text), (one.kind, column)
        detail = call_detail(connection, queue_id(connection, f"call:{name}"))
        assert plain(detail.names.customer) == plain(text)
    told = {news.kind for news in feed.changes()}
    assert told == {one.kind for one in facts}
    feed.close()
    for kind, column, value in stored_texts(desk):
        assert plain_block(value) == value, (kind, column, value[:80])


def queue_id(connection: sa.Connection, external_id: str) -> int:
    table = metadata.tables["call"]
    found = connection.scalar(sa.select(table.c.id).where(table.c.external_id == external_id))
    assert found is not None
    return int(found)


@pytest.mark.parametrize("key", ["\x00", "a\x1b[2J", "\ud83d", "\u202e1"])
def test_an_identity_that_does_not_print_is_refused_and_its_neighbours_stay(desk: Desk, key: str) -> None:
    bad = Fact("call", f"i:{key}", "open", to_us(START), {"title": "x"})
    good = Fact("customer", f"i:good {key!a}", "add", to_us(START), {"name": "Good"})
    rows = [
        SourceRow(1, f"ok {key!a}", b"1" * 16, (bad,)),
        SourceRow(2, key, b"2" * 16, (good,)),
        SourceRow(3, f"fine {key!a}", b"3" * 16, (good,)),
    ]
    assert [one.outcome for one in record_history(desk, "i", rows)] == ["rejected", "rejected", "imported"]
