"""A small board for the face's tests: a company on a fresh SQLite file with a dozen calls in every state, and a queue
of a million rows that exists only on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.errors import DatabaseUnreachable
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import tables
from dispatch_tui.store.rows import NEVER, QueueRow
from tests.support.databases import made_once
from tests.support.desks import company

OPERATOR = "dana"
"""The account that the tests sit at; its name in the database, whoever runs the tests."""

TROUBLES = (
    (1, "Cell 3 is at +9 °C and rising", 200),
    (3, "Door seal torn", 150),
    (2, "Compressor trips after ten minutes", 115),
    (3, "No display", 100),
    (4, "Fan is noisy", 90),
    (3, "Alarm E42 every morning", 60),
    (5, "Yearly service", 55),
    (3, "Water below the unit", 40),
    (2, "Does not start after a power cut", 30),
    (3, "[/bold] [@click=app.bell]press[/] \x1b[31mred", 25),
    (4, "Lamp is out", 20),
    (3, "温度が高すぎる", 10),
)
"""Priority, title, and minutes before now at which the call was opened."""


@made_once
def build_board(url: str, clock: FixedClock) -> Desk:
    """The company with its calls: two taken, two assigned, one under way, one on hold, one resolved, the rest new."""
    desk = company(url, clock)
    at = to_us(clock.now() - timedelta(days=300))
    facts = (
        Fact("customer", "t:dairy", "import", at, {"name": "Northwind Dairy", "currency": "USD"}),
        Fact(
            "site",
            "t:dock",
            "import",
            at,
            {
                "name": "Dock 4",
                "tz": "America/New_York",
                "city": "Albany",
                "customer_id": Ref("customer", "t:dairy"),
            },
        ),
        Fact(
            "contact",
            "t:ida",
            "import",
            at,
            {"name": "Ida Brandt", "mobile": "+49 170 1", "customer_id": Ref("customer", "t:acme")},
        ),
    )
    record_history(desk, "test", [SourceRow(2, "more", b"m" * 16, facts)])
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.operator).values(account=OPERATOR, name="Dana"))
    now = clock.now()
    for index, (priority, title, minutes) in enumerate(TROUBLES):
        clock.set(now - timedelta(minutes=minutes))
        where = {"unit_id": 1} if index % 3 else {"site_id": 2}
        calls.open_call(desk, title=title, priority=priority, skill="cooling" if index == 1 else "", **where)  # type: ignore[arg-type]
    clock.set(now - timedelta(minutes=8))
    for call_id in (2, 4):
        calls.take(desk, call_id)
    for call_id in (3, 5, 6):
        calls.assign(desk, call_id, 1 if call_id != 5 else 2)
    calls.start(desk, 6)
    calls.hold(desk, 7, "waits for the part")
    calls.acknowledge(desk, 8)
    calls.resolve(desk, 8, "tightened the drain hose")
    clock.set(now)
    return desk


class PaperRows:
    """A :class:`RowSource` of ``size`` rows that are made when they are asked for. ``hidden`` rows are left out;
    ``reads`` counts the questions; with ``broken`` each is answered by a lost database."""

    quick = True

    def __init__(self, size: int) -> None:
        self.size = size
        self.hidden: set[int] = set()
        self.changed: dict[int, Callable[[QueueRow], QueueRow]] = {}
        self.reads = 0
        self.broken = False

    def row(self, index: int) -> QueueRow:
        row = paper_row(index)
        return self.changed[row.id](row) if row.id in self.changed else row

    def _some(self, indexes: range, limit: int) -> list[QueueRow]:
        self.reads += 1
        if self.broken:
            raise DatabaseUnreachable("The file is gone.", "Look for it.")
        found: list[QueueRow] = []
        for index in indexes:
            if len(found) == limit:
                break
            if index not in self.hidden:
                found.append(self.row(index))
        return found

    def head(self, limit: int) -> list[QueueRow]:
        return self._some(range(self.size), limit)

    def tail(self, limit: int) -> list[QueueRow]:
        return self._some(range(self.size - 1, -1, -1), limit)[::-1]

    def after(self, row: QueueRow, limit: int) -> list[QueueRow]:
        return self._some(range(row.id, self.size), limit)

    def before(self, row: QueueRow, limit: int) -> list[QueueRow]:
        return self._some(range(row.id - 2, -1, -1), limit)[::-1]

    def find(self, call_id: int) -> QueueRow | None:
        found = self._some(range(call_id - 1, call_id), 1)
        return found[0] if found else None

    def at(self, position: int, limit: int) -> list[QueueRow]:
        return self._some(range(position, self.size), limit)

    def rank(self, row: QueueRow) -> int:
        return row.id - 1

    def count(self) -> int:
        return self.size - len(self.hidden)


def paper_row(index: int) -> QueueRow:
    """Row ``index`` (0-based) of the paper queue: call ``index + 1``, due a minute after the one before."""
    minute = 60_000_000
    start = 1_772_614_800_000_000  # 2026-03-04 09:00 UTC
    due = start + (index + 30) * minute
    return QueueRow(
        id=index + 1,
        version=1,
        number=f"C-{index + 1}",
        title=f"Trouble {index + 1}",
        status="new",
        priority=1 + index % 5,
        due_us=due,
        clock="resolution",
        warn_us=due - 10 * minute,
        paused=0,
        rank_us=due,
        opened_us=start - 90 * minute,
        held_reason="",
        customer="Acme Cold Store",
        site="Plant 1",
        site_tz="Europe/Berlin",
        unit="SN-1",
        model="X200",
        technician="",
        team="",
        operator="",
    )


__all__ = ["NEVER", "OPERATOR", "PaperRows", "build_board", "paper_row"]
