"""Full text: what is found, in which order, of whom; kept right from the change log; hostile questions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.cli.arguments.customers import SEARCHED
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import dialect, schema, search_index, tables
from dispatch_tui.store.database import Store, open_store
from dispatch_tui.store.fulltext import words_of
from dispatch_tui.store.location import locate
from dispatch_tui.store.search import Found, marked, search
from dispatch_tui.store.search_text import SOURCES
from dispatch_tui.store.writes import Writer
from tests.support.desks import company


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()


def put(desk: Desk, of_kind: str, /, **values: Any) -> int:
    """A record with its change, as every act leaves one."""
    now = desk.clock.now()
    table = tables.metadata.tables[of_kind]
    must = [
        one for one in table.columns if not one.nullable and one.server_default is None and one.name != "id"
    ]
    own = {"customer_id": 1} if "customer_id" in table.c else {}
    filled = {one.name: now if "_at" in one.name else 1 for one in must}
    with desk.store.write() as connection:
        return Writer(connection, desk.operator.id, now).insert(of_kind, own | filled | values, act="test")


def change(desk: Desk, kind: str, record_id: int, **values: Any) -> None:
    with desk.store.write() as connection:
        writer = Writer(connection, desk.operator.id, desk.clock.now())
        writer.update(kind, writer.get(kind, record_id), values, act="test")


def find(desk: Desk, question: str, **more: Any) -> Found:
    if desk.store.location.kind == "postgresql":
        until = monotonic() + 10
        while not _all_before_are_over(desk) and monotonic() < until:
            sleep(0.005)
    while search_index.catch_up(desk.store):
        pass
    with desk.store.read() as connection:
        return search(connection, question, **more)


def _all_before_are_over(desk: Desk) -> bool:
    """Whether every transaction of the server is over that began before our last change: other tests' end when they
    like, and one that ends while it is asked after is waited for, as it may be ours."""
    oldest = sa.text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    with desk.store.read() as connection:
        last = connection.scalar(sa.select(sa.func.max(tables.change.c.txid))) or 0
        return int(connection.scalar(oldest) or 0) > last


def kinds(found: Found) -> list[tuple[str, int]]:
    return [(one.kind, one.record_id) for one in found.hits]


def call(desk: Desk, number: str, **more: Any) -> int:
    return put(desk, "call", number=number, status="new", priority=3, **more)


RECORDS: dict[str, dict[str, Any]] = {
    "interaction": {"said": "x", "believes": "x", "truth": "x", "listen": "x", "observe": "x", "think": "x"},
    "promise": {"what": "x", "explained": "x"},
    "customer_note": {"kind": "idea", "what": "x"},
    "gone_wrong": {"what": "x"},
    "escalation": {"title": "x"},
    "contact": {"name": "x", "goes_by": "x", "note": "x", "email": "x"},
    "site": {"name": "x", "city": "x", "access_notes": "x"},
    "unit": {"serial": "x", "name": "x", "note": "x"},
    "customer": {"name": "x"},
}


@pytest.mark.parametrize("kind", RECORDS)
def test_each_text_of_each_kind_is_found(desk: Desk, kind: str) -> None:
    for column in (name for name, value in RECORDS[kind].items() if value == "x"):
        values = RECORDS[kind] | {name: "" for name, value in RECORDS[kind].items() if value == "x"}
        record_id = put(
            desk, kind, **values | {column: f"the word quark{column.replace('_', '')} stands here"}
        )
        (hit,) = find(desk, f"quark{column.replace('_', '')}").hits
        assert (hit.kind, hit.record_id) == (kind, record_id)
        assert f"quark{column.replace('_', '')}" in hit.head + hit.excerpt


def test_what_hangs_on_a_call_is_its_customers(desk: Desk) -> None:
    number = call(desk, "C-7", title="Compressor leaks", description="since Monday", resolution="new gasket")
    visit = put(desk, "visit", call_id=number, status="done", cause="brittle gasket", work="gasket replaced")
    matter = put(desk, "escalation", title="Noise", call_id=number)
    entry = put(desk, "escalation_entry", escalation_id=matter, text="The gasket is ordered")
    found = find(desk, "gasket", customer_id=1)
    assert set(kinds(found)) == {("call", number), ("visit", visit), ("escalation_entry", entry)}
    assert {(hit.customer, hit.number) for hit in found.hits} == {("Acme Cold Store", "C-7")}
    other = put(desk, "customer", name="Berg")
    assert find(desk, "gasket", customer_id=other).hits == ()
    change(desk, "call", number, customer_id=other)
    assert set(kinds(find(desk, "gasket", customer_id=other))) == {("call", number), ("visit", visit)}
    assert kinds(find(desk, "gasket", customer_id=1)) == [("escalation_entry", entry)]


def test_a_changed_text_is_found_by_its_new_words_only(desk: Desk) -> None:
    number = call(desk, "C-7", title="Door jammed")
    last = call(desk, "C-8", title="Door squeaks")
    assert kinds(find(desk, "jammed")) == [("call", number)]
    change(desk, "call", last, title="Lamp flickers")  # the newest entry of all
    change(desk, "call", number, resolution="hinge oiled")
    assert kinds(find(desk, "hinge")) == kinds(find(desk, "jammed")) == [("call", number)]
    assert find(desk, "squeaks").hits == ()
    change(desk, "call", number, title="Window jammed")
    assert find(desk, "door").hits == ()
    assert kinds(find(desk, "window hinge")) == [("call", number)]


def test_a_change_without_words_makes_no_new_entry(desk: Desk) -> None:
    number = call(desk, "C-7", title="Door jammed")
    find(desk, "door")

    def entry() -> int:
        with desk.store.read() as connection:
            doc = tables.search_doc.c
            return int(connection.scalar(sa.select(doc.number).where(doc.kind == "call")) or 0)

    before = entry()
    change(desk, "call", number, status="acknowledged")
    find(desk, "door")
    assert entry() == before
    change(desk, "call", number, title="Door stuck")
    find(desk, "door")
    assert entry() > before


def test_every_word_has_to_be_there_and_may_be_begun(desk: Desk) -> None:
    one = put(desk, "interaction", said="The compressor leaks oil")
    two = put(desk, "interaction", said="The compressor hums")
    assert kinds(find(desk, "COMPRESSOR")) == [("interaction", two), ("interaction", one)]
    assert kinds(find(desk, "oil comp")) == [("interaction", one)]
    assert find(desk, "comp rattles").hits == ()
    assert kinds(find(desk, "hum")) == [("interaction", two)]
    assert find(desk, "hu").hits == ()  # too short to stand for more than itself


def test_long_words_are_told_apart_to_their_last_letter(desk: Desk) -> None:
    one = put(desk, "interaction", said="The compressor leaks")
    two = put(desk, "interaction", said="Compression is low")
    number = put(desk, "unit", serial="SN20394811")
    put(desk, "unit", serial="SN20394812")
    assert kinds(find(desk, "compressor")) == [("interaction", one)]
    assert kinds(find(desk, "compressi")) == [("interaction", two)]
    assert kinds(find(desk, "compress")) == [("interaction", two), ("interaction", one)]
    assert kinds(find(desk, "sn20394811")) == [("unit", number)]
    assert len(find(desk, "sn2039481").hits) == 2


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Kühlhaus Größe", "kuhlhaus grosse"),
        ("Kuhlhaus", "kühlhaus"),
        ("ＡＢＣ full width", "abc"),
        ("façade", "FACADE"),
        ("C-1042 is back", "c-1042"),
    ],
)
def test_case_accents_and_signs_make_no_difference(desk: Desk, text: str, question: str) -> None:
    put(desk, "interaction", said=text)
    assert len(find(desk, question).hits) == 1


def test_the_best_come_first(desk: Desk) -> None:
    in_notes = put(
        desk, "interaction", said="We talked", think="maybe the valve, or something else altogether"
    )
    said = put(desk, "interaction", said="The valve sticks")
    often = put(desk, "interaction", said="Valve, valve and valve")
    found = find(desk, "valve")
    assert kinds(found)[-1] == ("interaction", in_notes)
    assert kinds(found)[0] == ("interaction", often)
    assert ("interaction", said) in kinds(found)


def test_names_come_before_what_was_said(desk: Desk) -> None:
    berg = put(desk, "customer", name="Berg AG")
    for _ in range(60):
        put(desk, "interaction", said="Berg called about the berg of work", customer_id=berg)
    found = find(desk, "berg")
    assert kinds(found)[0] == ("customer", berg)
    assert (len(found.hits), found.more) == (50, True)
    assert {one.kind for one in find(desk, "berg", kind="customer").hits} == {"customer"}
    assert len(find(desk, "berg", kind="interaction", limit=100).hits) == 60


HOSTILE = [
    "",
    "   ",
    '"',
    "'",
    '" OR 1=1 --',
    "NEAR(a b)",
    "tags : c1",
    "a AND OR NOT",
    "(((",
    "*",
    "-x",
    "^valve",
    "valve*",
    "'; drop table call; --",
    "a & | ! <-> b:*",
    "\x00\x1b[31m",
    "%s %(x)s {0} :name",
    "\\",
    "\u202e",
    "x" * 5000,
    "word " * 5000,
]


@pytest.mark.parametrize("question", HOSTILE)
def test_no_question_is_read_as_an_operator(desk: Desk, question: str) -> None:
    put(desk, "interaction", said="The valve sticks")
    found = find(desk, question)
    expected = 1 if "valve" in question else 0
    assert len(found.hits) == expected


def test_hostile_text_is_kept_and_shown_plain(desk: Desk) -> None:
    put(desk, "interaction", said="'quoted' \"twice\" [/bold] \x1b[31mred\x1b[0m \\ %s", listen="\u202eabc")
    (hit,) = find(desk, "quoted twice bold red").hits
    assert hit.head == "'quoted' \"twice\" [/bold] red \\ %s"


def test_a_customers_tag_is_no_word(desk: Desk) -> None:
    put(desk, "interaction", said="The valve sticks")
    assert find(desk, "c1 valve").hits == ()
    assert find(desk, "interaction").hits == ()


def test_large_backlogs_are_taken_in_by_portions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(7):
        put(desk, "interaction", said=f"leak number {place}")
    monkeypatch.setattr(search_index, "PORTION", 4)
    seen = []
    for _ in range(400):
        taken = search_index.catch_up(desk.store)
        with desk.store.read() as connection:
            found = search(connection, "leak")
        if taken:
            seen.append((len(found.hits), found.behind))
        elif found.behind:
            time.sleep(
                0.05
            )  # a transaction of another database of the server is open still: it is waited for
        else:
            break
    assert [hits for hits, _ in seen] == sorted(hits for hits, _ in seen)
    assert [left for _, left in seen] == sorted((left for _, left in seen), reverse=True)
    assert len(seen) > 1
    with desk.store.read() as connection:
        found = search(connection, "leak")
    assert (len(found.hits), found.behind) == (7, 0)


def test_on_postgresql_an_open_transaction_is_waited_for(pg_url: str, clock: FixedClock) -> None:
    desk = company(pg_url, clock)
    values = {"customer_id": 1, "happened_at": clock.now()}
    with desk.store.write() as early:
        Writer(early, None, clock.now()).insert("interaction", values | {"said": "early valve"}, act="t")
        put(desk, "interaction", said="late valve")  # commits first, with a higher number
        while search_index.catch_up(desk.store):
            pass
    assert len(find(desk, "valve").hits) == 2
    desk.store.close()


def test_what_was_written_before_there_was_a_search_is_found(new_db_url: str, clock: FixedClock) -> None:
    store = Store(locate(new_db_url))
    with dialect.migration_lock(store.engine, store.location) as connection:
        schema.migrate(connection, "0003", store.location)
        Writer(connection, None, clock.now()).insert("customer", {"name": "Kühlhaus Berg"}, act="import")
    store.close()
    with open_store(new_db_url) as opened:
        assert not search_index.catch_up(opened)
        with opened.read() as connection:
            assert kinds(search(connection, "kuhlhaus")) == [("customer", 1)]


def test_making_the_demo_afresh_empties_the_full_text_too(desk: Desk) -> None:
    put(desk, "interaction", said="The valve sticks")
    assert len(find(desk, "valve").hits) == 1
    with desk.store.write() as connection:
        schema.recreate(connection, desk.store.location)
        assert search(connection, "valve") == Found((), more=False, behind=0)


def test_rows_without_changes_are_taken_in_by_making_it_anew(desk: Desk) -> None:
    put(desk, "interaction", said="The valve sticks")
    find(desk, "valve")
    with desk.store.write() as connection:
        values = {
            "customer_id": 1,
            "happened_at": desk.clock.now(),
            "said": "Another valve, brought in by hand",
        }
        connection.execute(sa.insert(tables.interaction), [values] * 3)
    assert len(find(desk, "valve").hits) == 1
    search_index.rebuild(desk.store)
    assert len(find(desk, "valve").hits) == 4
    put(desk, "interaction", said="One more valve")
    assert len(find(desk, "valve").hits) == 5
    assert kinds(find(desk, "acme")) == [("customer", 1)]


def test_the_command_line_names_every_kind() -> None:
    assert set(SEARCHED) == set(SOURCES)


def test_marks_show_where_the_words_stand() -> None:
    assert marked("The Válve, valves and val", "valve") == [
        ("The ", False),
        ("Válve", True),
        (", ", False),
        ("valves", True),
        (" and val", False),
    ]
    assert marked("nothing", "valve") == [("nothing", False)]


def test_a_long_text_is_shown_from_where_the_word_stands(desk: Desk) -> None:
    put(desk, "interaction", said="We talked", plan=f"{'and so on ' * 30}until the manifold was found")
    (hit,) = find(desk, "manifold").hits
    assert hit.excerpt == "…on and so on until the manifold was found"


def test_the_sources_name_columns_that_are_there() -> None:
    for kind, source in SOURCES.items():
        assert {*source.head, *source.body} <= set(tables.metadata.tables[kind].c.keys())


def test_words_are_cut_and_folded() -> None:
    assert words_of("C-1042: ΣΊΣΥΦΟΣ_x") == ["c", "1042", "σισυφοσ", "x"]
    assert words_of("é" * 100) == ["e" * 40]


def test_later_is_first_among_equals(desk: Desk, clock: FixedClock) -> None:
    first = put(desk, "interaction", said="the pump stopped")
    clock.advance(timedelta(hours=1))
    second = put(desk, "interaction", said="the pump stopped")
    assert kinds(find(desk, "pump")) == [("interaction", second), ("interaction", first)]
