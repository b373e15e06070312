"""Reads of a customer on both kinds of database: its timeline by pages, by sorts, and its lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.customer_parts import Parts, read_parts
from dispatch_tui.desk.customer_record import customer_record
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import customers
from dispatch_tui.store.customer_timeline import GROUPS, KINDS, Entry, Place, in_full, timeline
from tests.support.dealings import HOSTILE, add_dealings
from tests.support.fleet import add_fleet


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    add_fleet(opened)
    add_dealings(opened)
    yield opened
    opened.store.close()


def test_pages_of_any_length_make_the_same_timeline(desk: Desk) -> None:
    with desk.store.read() as connection:
        whole = timeline(connection, 1, 1000)
        assert not whole.more
        found: list[Entry] = []
        seen: dict[str, Place] = {}
        while True:
            page = timeline(connection, 1, 3, seen=seen)
            found += page.entries
            seen = dict(page.seen)
            if not page.more:
                break
    assert found == list(whole.entries)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    kinds = {one.kind for one in found}
    assert {"call", "interaction", "promise", "customer_note", "gone_wrong", "escalation", "loaner"} <= kinds


def test_the_sorts_hold_everything_once(desk: Desk) -> None:
    sorts = [kind for name, kinds in GROUPS.items() if name != "everything" for kind in kinds]
    assert sorted(sorts) == sorted(KINDS)
    with desk.store.read() as connection:
        whole = timeline(connection, 1, 1000).entries
        parts = [
            one
            for name, kinds in GROUPS.items()
            if name != "everything"
            for one in timeline(connection, 1, 1000, kinds=kinds).entries
        ]
    assert sorted(parts) == sorted(whole)


def test_every_entry_can_be_read_in_full(desk: Desk) -> None:
    with desk.store.read() as connection:
        for one in timeline(connection, 1, 1000).entries:
            if one.kind != "call":
                assert in_full(connection, one.kind, one.record_id), one.kind
        assert in_full(connection, "interaction", 999) == []
        assert in_full(connection, "nothing", 1) == []
        said = dict(in_full(connection, "interaction", 2))
    assert said["plan"] == "Tess comes on Thursday morning with the bearing"
    assert said["next update"] > desk.clock.now()  # type: ignore[operator]


def test_lists_of_a_customer(desk: Desk) -> None:
    record = customer_record(desk, 1)
    assert [one.name for one in record.contacts] == ["Annemarie Berg", "Karl Lund"]
    assert [one.number for one in record.calls] == ["C-0900"]
    assert [one.name for one in record.agreements] == ["Silver"]
    assert [one.kind for one in record.notes] == ["complaint", "plan", "want", "delight", "idea"]
    parts = read_parts(desk, 1, ("units", "examples", "wrongs", "answers", "escalations"), Parts())
    assert parts.units is not None
    assert (parts.units[0].serial, parts.units[0].open_calls) == ("CX-1044", 1)
    assert [one.model for one in parts.examples or ()] == ["Arctic 40"]
    assert [[amend.kind for amend in one.amends] for one in parts.wrongs or ()] == [["apology", "credit"]]
    assert {key: one.yes for key, one in (parts.answers or {}).items()} == {"contacts": 1, "units": 0}
    assert [one.status for one in parts.escalations or ()] == ["working"]


def test_a_customer_by_name(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert customers.customer_named(connection, "Acme Cold Store") == 1
        assert customers.customer_named(connection, "Acme") == 1
        assert customers.customer_named(connection, "acme cold store") == 1
        assert customers.customer_named(connection, "1") == 1
        assert (
            customers.customer_card(connection, customers.customer_named(connection, HOSTILE)).note == HOSTILE
        )
