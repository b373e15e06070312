"""Another operator without a screen: a process that acts through the desk and says how each act went.

``python -m bench.person URL ACT PACE COUNT SEED`` says ``ready``, waits for a line, then does ``COUNT`` acts
(``note`` or ``assign``) at ``PACE`` a second (0: without pause), each on one of the calls at the head of the
queue. Per act it writes ``SEQ COMMITTED TOOK``: the number of its change, the instant at which the act had
returned (``time.monotonic``, the same for all processes of a machine) and its seconds.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from bench.terminal import Failed
from dispatch_tui.clock import SystemClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NotFound
from dispatch_tui.store import tables
from dispatch_tui.store.database import Store, open_store

HEAD = 50
"""How many calls the acts go to: the head of the queue, which is what others look at."""


class Act(NamedTuple):
    """One act that was acknowledged; instants in ``time.monotonic`` seconds. What an act leaves to be made anew is
    done between ``committed`` and ``ended``."""

    seq: int
    began: float
    committed: float
    ended: float

    @property
    def took(self) -> float:
        """Seconds."""
        return self.ended - self.began


class Person:
    """The process, seen by who started it."""

    def __init__(self, url: str, log: Path, *, act: str, pace: float, count: int, seed: int = 1) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.person", url, act, str(pace), str(count), str(seed)],
                stdin=subprocess.PIPE,
                stdout=output,
                text=True,
            )

    def wait_ready(self, patience: float = 60.0) -> None:
        """Return once the person stands ready; raises ``Failed`` where it fails to."""
        deadline = time.monotonic() + patience
        while not self._log.stat().st_size:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Failed("a person never got ready")
            time.sleep(0.01)

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    @property
    def working(self) -> bool:
        return self._process.poll() is None

    def finish(self, patience: float = 300.0) -> list[Act]:
        """Wait for the end; all acts. Raises ``Failed`` where the process failed."""
        if self._process.wait(patience):
            raise Failed("a person failed")
        return self.acts()

    def stop(self) -> list[Act]:
        """End the process between or within acts; those that it had acknowledged."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self.acts()

    def acts(self) -> list[Act]:
        """What was acknowledged so far."""
        words = (line.split() for line in self._log.read_text().splitlines()[1:])
        return [Act(int(seq), *map(float, instants)) for seq, *instants in words]


def desk_of(url: str) -> Desk:
    """A desk for the first manager of an existing database."""
    store = open_store(url, create=False)
    operator = tables.operator
    with store.read() as connection:
        query = sa.select(operator.c.account).where(operator.c.role == "manager").order_by(operator.c.id)
        manager = find_operator(store, str(connection.scalar(query)))
    if manager is None:
        raise NotFound("operator", "with the role manager")
    return Desk(store, SystemClock(), manager)


class Commits:
    """The instants (``time.monotonic``) at which a desk's transactions were about to be committed."""

    def __init__(self, desk: Desk) -> None:
        self._at: list[float] = []
        sa.event.listen(desk.store.engine, "commit", lambda _connection: self._at.append(time.monotonic()))

    def first(self) -> float:
        """The first since this was asked last: the act's own, for what it left is made anew behind it."""
        first = self._at[0]
        self._at.clear()
        return first


def head_of_queue(store: Store, count: int = HEAD) -> list[int]:
    """Ids of the live calls that are to be dealt with first."""
    call = tables.call.c
    query = tables.call.select().with_only_columns(call.id).where(call.live == 1)
    with store.read() as connection:
        return list(connection.scalars(query.order_by(call.rank_at, call.id).limit(count)))


def technicians(store: Store) -> list[int]:
    """Ids of all technicians."""
    with store.read() as connection:
        return list(connection.scalars(tables.technician.select().with_only_columns(tables.technician.c.id)))


def main(url: str, act: str, pace: float, count: int, seed: int) -> None:
    """Act, and write how each act went."""
    desk, choice = desk_of(url), random.Random(seed)
    commits = Commits(desk)
    ids, crew = head_of_queue(desk.store), technicians(desk.store)
    calls.note(desk, ids[0], "ready")  # the first act pays for late imports and prepared statements
    commits.first()
    print("ready", flush=True)
    sys.stdin.readline()
    start = time.monotonic() + (choice.random() / pace if pace else 0.0)
    for number in range(count):
        if pace and (ahead := start + number / pace - time.monotonic()) > 0:
            time.sleep(ahead)
        began = time.monotonic()
        if act == "assign":
            done = calls.assign(desk, choice.choice(ids), choice.choice(crew))
        else:
            done = calls.note(desk, choice.choice(ids), f"note {number}")
        print(done.change, f"{began:.6f} {commits.first():.6f} {time.monotonic():.6f}", flush=True)
    desk.store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
