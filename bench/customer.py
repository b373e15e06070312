"""Key to paint of the customer's page, and of the search over everything, in a firm with a million contacts."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

from bench.customers import BUSY, BUSY_CONTACTS, CONTACTS, CUSTOMERS
from bench.figures import Figure, Limit, Line, stats_of
from bench.setting import Setting
from bench.terminal import FIRST_ROWS, Failed, Session, line_with, workbench
from dispatch_tui.clock import SystemClock
from dispatch_tui.desk.customer_record import read_record
from dispatch_tui.store.customer_timeline import timeline
from dispatch_tui.store.database import open_store
from dispatch_tui.store.search import search

ROUNDS, KEYS, PAGE = 60, 30, 100
_WORDS = (
    "compressor",
    "defrost",
    "bearing",
    "valve",
    "belt",
    "invoice",
    "manager",
    "warranty",
    "blocked",
    "stock",
)

OPENED = Line(
    "customer_key",
    f"key to the customer's page, {CONTACTS:,} contacts",
    "ms",
    goals=(Limit("p95", most=100),),
    promises=(Limit("p95", most=100),),
)
TYPED = Line(
    "search_key",
    f"key in the search over {CONTACTS:,} contacts to what it found",
    "ms",
    goals=(Limit("p95", most=100),),
    promises=(Limit("p95", most=100),),
)
RECORD = Line("customer_record", f"customer with {BUSY_CONTACTS:,} contacts, record and timeline read", "ms")
FOUND = Line(
    "search_read", f"search over {CONTACTS:,} contacts, read alone", "ms", goals=(Limit("p95", most=100),)
)
LINES = (OPENED, TYPED, RECORD, FOUND)


def measure(setting: Setting) -> list[Figure]:
    """Reads alone, then both pages in a real terminal: each key until the line that must change is painted."""
    url = setting.many_customers()
    now = SystemClock().now()
    draw = random.Random(2)
    with open_store(url, create=False) as store, store.read() as connection:

        def page(customer_id: int) -> None:
            read_record(connection, customer_id, now)
            timeline(connection, customer_id, PAGE)

        busy = [_took(partial(page, BUSY)) for _ in range(ROUNDS)]
        asked = [" ".join(draw.sample(_WORDS, draw.randint(1, 3))) for _ in range(ROUNDS)]
        asked = [one[: max(3, len(one) - draw.randrange(4))] for one in asked]
        found = [_took(partial(search, connection, one)) for one in asked]
        whose = draw.sample(range(1, CUSTOMERS), ROUNDS)
        found += [
            _took(partial(search, connection, one, customer_id=customer_id))
            for one, customer_id in zip(asked, whose, strict=True)
        ]
    with setting.pty.session(workbench(url), FIRST_ROWS) as session:
        session.settle(4)
        opened = _opening(session)
        typed = _typing(session)
    return [
        Figure(OPENED, stats_of(opened)),
        Figure(TYPED, stats_of(typed)),
        Figure(RECORD, stats_of(busy)),
        Figure(FOUND, stats_of(found)),
    ]


def _opening(session: Session) -> list[float]:
    """``P`` on one call after another, until the customer's state is painted."""
    times = []
    for _ in range(KEYS):
        before = line_with("trust", session.screen())
        took = session.watch_line("trust", before, lambda: session.strike("P"))
        if took is None:
            raise Failed("the customer's page did not open:\n" + "\n".join(session.screen()))
        times.append(took * 1000)
        session.settle(0.5)
        session.press("escape")
        session.settle(0.3)
        session.press("down")
        session.settle(0.3)
    return times


def _typing(session: Session) -> list[float]:
    """In the search, the key that takes back a letter too many: from nothing found to what the word finds."""
    session.press("*")
    session.settle(3)
    times = []
    for word in (_WORDS * KEYS)[:KEYS]:
        for letter in f"{word[:4]}q":
            session.press(letter)
        session.settle(0.6)
        before = line_with("found", session.screen())
        took = session.watch_line("found", before, lambda: session.strike("backspace"))
        if took is None:
            raise Failed("the search did not answer:\n" + "\n".join(session.screen()))
        times.append(took * 1000)
        session.settle(0.3)
        session.press("ctrl+u")
        session.settle(0.3)
    return times


def _took(read: Callable[[], object]) -> float:
    start = time.perf_counter()
    read()
    return (time.perf_counter() - start) * 1000
