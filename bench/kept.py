"""Attainment of the large database, as the page counts it."""

from __future__ import annotations

import time

from bench.figures import Figure, Limit, Line, stats_of
from bench.setting import Setting
from dispatch_tui.clock import SystemClock
from dispatch_tui.sla.attainment import shown_until
from dispatch_tui.store.attainment import GROUPINGS, Question, attainment
from dispatch_tui.store.database import open_store

COUNTED = Line(
    "attainment_many",
    "attainment of {many:,} calls, twelve months",
    "s",
    goals=(Limit("max", most=3),),
    promises=(Limit("max", most=10),),
)
LINES = (COUNTED,)


def measure(setting: Setting) -> list[Figure]:
    """The resolution clock by each grouping in turn, the file's pages as the system has them."""
    now = SystemClock().now()
    first = shown_until(now.date(), "month")
    seconds, words = [], ""
    with open_store(setting.many_calls(), create=False) as store:
        for by in GROUPINGS:
            start = time.perf_counter()
            with store.read() as connection:
                found = attainment(connection, Question("resolution", by, "month", first, now.date(), now))
            seconds.append(time.perf_counter() - start)
            assert found is not None  # nobody stops it
            words = f"{found.total.counted:,} clocks counted, {found.total.running:,} still running"
    return [Figure(COUNTED, stats_of(seconds), note=f"once by each of {', '.join(GROUPINGS)}; {words}")]
