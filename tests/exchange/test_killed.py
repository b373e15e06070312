"""An import that is killed at any moment leaves whole batches, and the next run takes up the rest."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.exchange.run import import_file
from dispatch_tui.store.tables import call, change, source_row
from tests.exchange import board

ROWS = 12_000
PROGRAM = """
import sys
from pathlib import Path
from dispatch_tui.desk.access import open_desk
from dispatch_tui.exchange.run import import_file
desk = open_desk(sys.argv[1])
import_file(desk, "work-orders", Path(sys.argv[2]), progress=lambda one: print(one.rows, flush=True))
"""


def test_killed_at_random_moments(tmp_path: Path, sqlite_url: str, clock: FixedClock) -> None:
    path = tmp_path / "orders.csv"
    heading = "BscStartDate,Asset,OriginalShorttext,PMType,Cost\n"
    path.write_text(heading + "".join(f"2004-07-01,U{n % 9},job {n},PM01,1.01\n" for n in range(ROWS)))
    luck = random.Random(20160229)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    seen = 0
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, sqlite_url, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process:
            assert process.stdout is not None
            told = [int(line) for _, line in zip(range(luck.randint(1, 3)), process.stdout, strict=False)]
            process.send_signal(signal.SIGKILL)
        assert told, "the program was killed before it had begun"
        with open_desk(sqlite_url, clock=clock).store as store, store.read() as connection:
            rows, calls, changes = (
                connection.scalar(sa.select(sa.func.count()).select_from(table).where(condition))
                for table, condition in (
                    (source_row, sa.true()),
                    (call, sa.true()),
                    (change, change.c.kind == "call"),
                )
            )
        assert rows == calls == changes, "a row is known if and only if all of it is there"
        assert rows is not None
        assert rows >= max(seen, told[-1])
        seen = rows
    desk = open_desk(sqlite_url, clock=clock)
    result = import_file(desk, "work-orders", path)
    assert (result.read, result.unchanged, result.imported) == (ROWS, seen, ROWS - seen)
    assert sum(board.costs_by_unit(desk).values()) == ROWS * 101
    desk.store.close()
