"""The number of a call that is opened here: its own, beside what files have brought."""

from __future__ import annotations

from threading import Barrier, Thread

import sqlalchemy as sa

from dispatch_tui.clock import to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.records import Fact, SourceRow
from dispatch_tui.store import dialect
from dispatch_tui.store import tables as t


def imported(desk: Desk, *numbers: str) -> None:
    """Calls of a file, with these numbers."""
    now = to_us(desk.clock.now())
    facts = (Fact("call", f"f:{one}", "open", now, {"title": "x", "number": one}) for one in numbers)
    rows = [SourceRow(n, one.external_id, b"1" * 16, (one,)) for n, one in enumerate(facts, 1)]
    assert [one.outcome for one in record_history(desk, "file", rows)] == ["imported"] * len(rows)


def opened(desk: Desk) -> tuple[int, str]:
    one = calls.open_call(desk, title="Compressor leaks").call
    return one.id, one.number


def test_where_a_file_brought_the_number_another_is_clear(desk: Desk) -> None:
    imported(desk, "C-4", "C-5", "C-4-2")
    assert [opened(desk) for _ in range(3)] == [(4, "C-4-3"), (5, "C-5-2"), (6, "C-6")]


def test_a_number_that_only_begins_alike_is_in_nobodys_way(desk: Desk) -> None:
    imported(desk, "C-33", "C-3-2", "c-3", "3")
    assert opened(desk) == (5, "C-5")
    imported(desk, "C-6-2")
    assert opened(desk) == (7, "C-7")


def test_who_opens_while_a_file_brings_the_number_waits_and_gets_another(desk: Desk) -> None:
    now = desk.clock.now()
    told = {"title": "x", "status": "new", "priority": 3, "opened_at": now, "happened_at": now}
    found: list[tuple[int, str]] = []
    opener = Thread(target=lambda: found.append(opened(desk)))
    with desk.store.write() as connection:
        dialect.one_at_a_time(connection, dialect.Turn.HISTORY)
        call_id = dialect.take_ids(connection, t.call, 1)[0]
        connection.execute(sa.insert(t.call).values(id=call_id, number=f"C-{call_id + 1}", **told))
        opener.start()
        opener.join(0.3)
        assert found == []
    opener.join(10)
    assert found == [(call_id + 1, f"C-{call_id + 1}-2")]


def test_all_who_open_at_once_get_numbers_of_their_own(desk: Desk) -> None:
    imported(desk, *(f"C-{n}" for n in range(5, 9)))
    ready = Barrier(4)
    found: list[tuple[int, str]] = []

    def open_one() -> None:
        ready.wait(5)
        found.append(opened(desk))

    openers = [Thread(target=open_one) for _ in range(4)]
    for one in openers:
        one.start()
    for one in openers:
        one.join(30)
    assert sorted(found) == [(n, f"C-{n}-2") for n in range(5, 9)]
