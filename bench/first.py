"""The call-first list of a firm with a million contacts and ten thousand conversations owed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from bench.customers import PROMPTS
from bench.figures import Figure, Limit, Line, stats_of
from bench.setting import Setting
from bench.terminal import FIRST_ROWS, Failed, Session, workbench
from dispatch_tui.clock import SystemClock
from dispatch_tui.store.database import open_store
from dispatch_tui.store.owed import count
from dispatch_tui.store.prompts import window

ROUNDS = 60
WINDOW = 60
OPENINGS, MOVES = 20, 5

LIST = Line(
    "first_window",
    f"call-first: a window of {PROMPTS:,} owed conversations",
    "ms",
    goals=(Limit("p95", most=20),),
    promises=(Limit("p95", most=100),),
)
COUNT = Line("first_count", f"call-first: counting {PROMPTS:,}", "ms", goals=(Limit("p95", most=50),))
OPEN = Line(
    "first_open",
    f"call-first opened, {PROMPTS:,} owed",
    "ms",
    goals=(Limit("p95", most=100),),
    promises=(Limit("p95", most=100),),
)
MOVE = Line("first_move", f"call-first: cursor down, {PROMPTS:,} owed", "ms", goals=(Limit("p95", most=16),))
LINES = (LIST, COUNT, OPEN, MOVE)


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
    opened, moved = _on_screen(setting)
    return [
        Figure(LIST, stats_of(windows), note=note),
        Figure(COUNT, stats_of(counts)),
        Figure(OPEN, stats_of(opened)),
        Figure(MOVE, stats_of(moved)),
    ]


def _on_screen(setting: Setting) -> tuple[list[float], list[float]]:
    """Milliseconds from a key to the last byte of its answer: the list opened from the queue, and moved in."""
    opened: list[float] = []
    moved: list[float] = []
    with setting.pty.session(workbench(setting.many_customers()), FIRST_ROWS) as session:
        session.settle(4)
        session.press("f")  # the first time loads the page's code
        for _ in range(OPENINGS):
            session.press("escape")
            opened.append(_answered(session, "f"))
            moved += [_answered(session, "down") for _ in range(MOVES)]
    return opened, moved


def _answered(session: Session, key: str) -> float:
    took, _ = session.press(key)
    if took is None:
        raise Failed(f"{key}: nothing changed on the screen:\n" + "\n".join(session.screen()))
    return took


def _took(read: Callable[[], object]) -> float:
    start = time.perf_counter()
    read()
    return (time.perf_counter() - start) * 1000
