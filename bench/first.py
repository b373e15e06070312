"""The call-first list of a firm with a million contacts and ten thousand conversations owed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from bench.customers import PROMPTS
from bench.figures import Figure, Limit, Line, stats_of
from bench.setting import Setting
from dispatch_tui.clock import SystemClock
from dispatch_tui.store.database import open_store
from dispatch_tui.store.prompts import count, window

ROUNDS = 60
WINDOW = 60

LIST = Line(
    "first_window",
    f"call-first: a window of {PROMPTS:,} owed conversations",
    "ms",
    goals=(Limit("p95", most=20),),
    promises=(Limit("p95", most=100),),
)
COUNT = Line("first_count", f"call-first: counting {PROMPTS:,}", "ms", goals=(Limit("p95", most=50),))
LINES = (LIST, COUNT)


def measure(setting: Setting) -> list[Figure]:
    """Windows from the first to the middle of the list, and the count that the queue's bar shows."""
    now = SystemClock().now()
    with open_store(setting.many_customers(), create=False) as store, store.read() as connection:
        owed = count(connection, now)
        assert owed.now >= PROMPTS
        starts = [
            None,
            *(row.key for row in window(connection, now, limit=PROMPTS // 2)[:: PROMPTS // 2 // ROUNDS]),
        ]
        windows = [_took(partial(window, connection, now, after=one, limit=WINDOW)) for one in starts]
        counts = [_took(partial(count, connection, now)) for _ in range(ROUNDS)]
    note = f"{owed.now:,} owed, {owed.late:,} of them late"
    return [Figure(LIST, stats_of(windows), note=note), Figure(COUNT, stats_of(counts))]


def _took(read: Callable[[], object]) -> float:
    start = time.perf_counter()
    read()
    return (time.perf_counter() - start) * 1000
