"""Names with letters beyond ASCII are found in any case, on both databases alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.calendars import NewCalendar, make_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store import lookups, queue
from dispatch_tui.store import tables as t
from dispatch_tui.store.agreements import calendar_id_named
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.filters import parse
from dispatch_tui.store.folding import fold
from dispatch_tui.store.queue import QueueSpec
from dispatch_tui.store.units import find_units
from tests.support.desks import TERMS, company


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    calls.open_call(opened, title="ÜBERHITZUNG 100 %", unit_id=1)
    with opened.store.write() as connection:
        connection.execute(sa.update(t.customer).values(name="ÖBB Güterzüge"))
        connection.execute(sa.update(t.site).values(name="ΟΔΟΣ ΑΣΤΗΡ"))
        connection.execute(sa.update(t.model).values(name="Ärger_1"))
    yield opened
    opened.store.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cust:öbb", 1),
        ("cust:GÜTER", 1),
        ("cust:ÖBB", 1),
        ("cust:guter", 0),
        ('cust="öbb gÜterzüge"', 1),
        ("cust=öbb", 0),
        ("-cust:öbb", 0),
        ("überhitzung", 1),
        ('"überhitzung 1%"', 0),
        ("güter", 1),
        ("site:ΑΣ", 1),
        ("site:αστή", 0),
        ("model:ÄRGER_", 1),
        ("model:ä_g", 0),
    ],
)
def test_a_filter_finds_them(desk: Desk, text: str, found: int) -> None:
    with desk.store.read() as connection:
        assert queue.count(connection, QueueSpec(Onlooker(desk.clock.now()), parse(text))) == found


def test_typing_ahead_finds_them(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert lookups.names(connection, "cust", "öb") == ["ÖBB Güterzüge"]
        assert lookups.names(connection, "cust", "güter") == []
        assert [one.kind for one in lookups.places(connection, "GÜTER")] == ["site"]
        assert [one.id for one in lookups.customers(connection, "zÜge")] == [1]
        assert [one.serial for one in find_units(connection, "öbb", 5)] == ["SN-1"]


def test_a_calendar_is_known_by_its_name_in_any_case(desk: Desk) -> None:
    made = make_calendar(desk, NewCalendar("Österreich", TERMS["calendar"]))
    with desk.store.read() as connection:
        assert calendar_id_named(connection, "öSTERREICH") == made
    with pytest.raises(InvalidInput, match="already"):
        make_calendar(desk, NewCalendar("österreich", TERMS["calendar"]))


@given(st.text())
def test_folding_does_not_depend_on_what_stands_beside_a_letter(text: str) -> None:
    assert fold(text) == "".join(str(fold(letter)) for letter in text)


@pytest.mark.parametrize("value", [None, 5, 0.5, b"\xd6"])
def test_what_is_no_text_stays_as_it_is(value: object) -> None:
    assert fold(value) == value
