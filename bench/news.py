"""From a commit in one process to being seen, and painted, in another."""

from __future__ import annotations

import select
import time
from contextlib import ExitStack

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.person import Person, desk_of, head_of_queue
from bench.setting import Setting
from bench.terminal import FIRST_ROWS, LeftOut, Session, line_with, workbench
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables
from dispatch_tui.store.database import open_store
from dispatch_tui.store.feed import Feed

ACTS = 10_000
PACE = 300
PAINTED = 150
VISIBLE = 20
"""So few live calls that all of them are on the screen, whatever their order becomes."""

SEEN = Line(
    "news_seen", "commit to seen in another process (SQLite)", "ms", promises=(Limit("p95", most=50),)
)
MISSED = Line("news_missed", f"changes missed of {ACTS:,}", "", promises=(Limit("value", most=0),))
ALONE = Line("painted", "commit to painted in another session", "ms", promises=(Limit("p95", most=50),))
TEN = Line("painted_ten", "the same, ten sessions (SQLite)", "ms", goals=(Limit("p95", most=20),))
FIFTY = Line("painted_fifty", "the same, fifty sessions (SQLite)", "ms", goals=(Limit("p95", most=80),))
SEEN_LINES = (SEEN, MISSED)
PAINTED_LINES = (ALONE, TEN, FIFTY)


def measure_seen(setting: Setting) -> list[Figure]:
    """A person at a steady pace, a listener that sleeps on the feed."""
    url = setting.few_calls("news", 200)
    person = Person(url, setting.scratch / "news.log", act="note", pace=PACE, count=ACTS)
    store = open_store(url, create=False)
    try:
        person.wait_ready()
        feed = Feed(store)
        person.go()
        seen = listen(feed, person)
        acts = person.finish()
        feed.close()
    finally:
        person.stop()
        store.close()
    waits = [max(0.0, seen[act.seq] - act.committed) * 1000 for act in acts if act.seq in seen]
    return [Figure(SEEN, stats_of(waits)), Figure(MISSED, one(len(acts) - len(waits)))]


def listen(feed: Feed, person: Person) -> dict[int, float]:
    """The instant at which each change was first seen, until the person has gone and nothing follows.

    Only the handle wakes this loop while the person works: a wake-up that never comes shows as a
    late change, and a change that the feed leaves out as a missed one.
    """
    seen: dict[int, float] = {}
    handle = feed.fileno()
    if handle is None:
        raise LeftOut("this system has no inotify")
    while True:
        working = person.working
        select.select([handle], [], [], 5.0 if working else 0.0)
        news = feed.changes()
        moment = time.monotonic()
        for change in news:
            seen.setdefault(change.seq, moment)
        if not working and not news:
            return seen


def measure_painted(setting: Setting) -> list[Figure]:
    """One watched session alone, then among ten and among fifty, all on the same small queue."""
    url = setting.few_calls("painted", 200)
    desk = desk_of(url)
    keep_few(desk)
    figures = []
    with ExitStack() as stack:
        watched = stack.enter_context(setting.pty.session(workbench(url), FIRST_ROWS))
        for line, sessions, samples in ((ALONE, 1, PAINTED), (TEN, 10, PAINTED), (FIFTY, 50, PAINTED // 3)):
            missing = sessions - watched.step("clones 0")["sessions"]
            if missing:
                watched.step(f"clones {missing}")
            watched.settle(5)
            waits, missed = painted(watched, desk, samples)
            if missed:
                raise RuntimeError(f"{line.words}: {missed} of {samples} changes were never painted")
            figures.append(Figure(line, stats_of(waits)))
    desk.store.close()
    return figures


def keep_few(desk: Desk) -> None:
    """Close the queue's tail, so that every live call has its line on the screen."""
    for call_id in head_of_queue(desk.store, 100_000)[VISIBLE:]:
        calls.cancel(desk, call_id, "bench: room on the screen")


def painted(watched: Session, desk: Desk, samples: int) -> tuple[list[float], int]:
    """Milliseconds from commit to the changed line, for changes of priority; and how many never came."""
    ids = head_of_queue(desk.store, VISIBLE)
    waits: list[float] = []
    missed = 0
    for sample in range(samples):
        call_id = ids[sample % len(ids)]
        with desk.store.read() as connection:
            row = connection.execute(tables.call.select().where(tables.call.c.id == call_id)).mappings().one()
        before = line_with(row["number"], watched.screen())
        if not before:
            raise RuntimeError(f"{row['number']} is not on the screen:\n" + "\n".join(watched.screen()))

        def act(call_id: int = call_id, priority: int = row["priority"] % 5 + 1) -> float:
            calls.set_priority(desk, call_id, priority)
            return time.perf_counter()

        took = watched.watch_line(row["number"], before, act)
        if took is None:
            missed += 1
        else:
            waits.append(max(0.0, took) * 1000)
    return waits, missed
