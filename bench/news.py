"""From a commit in one process to being seen in another, and that nothing is missed."""

from __future__ import annotations

import select
import time

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.person import Person
from bench.setting import Setting
from bench.terminal import LeftOut
from dispatch_tui.store.database import open_store
from dispatch_tui.store.feed import Feed

ACTS = 10_000
PACE = 300

SEEN = Line(
    "news_seen", "commit to seen in another process (SQLite)", "ms", promises=(Limit("p95", most=50),)
)
MISSED = Line("news_missed", f"changes missed of {ACTS:,}", "", promises=(Limit("value", most=0),))
LINES = (SEEN, MISSED)


def measure(setting: Setting) -> list[Figure]:
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
