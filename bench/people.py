"""Twenty people who assign calls at once, at a human pace and without pause."""

from __future__ import annotations

from contextlib import ExitStack

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.person import Act, Person
from bench.setting import Setting
from dispatch_tui.store import tables
from dispatch_tui.store.database import open_store

PEOPLE = 20
SECONDS = 8

PACED = Line(
    "assign_paced",
    "assign, 20 people at 10 a second each",
    "ms",
    goals=(Limit("p95", most=3), Limit("p99", most=10)),
)
EAGER = Line("assign_eager", "assign, 20 people who never pause", "ms", goals=(Limit("max", most=100),))
LOST = Line("assign_lost", "acts of theirs that are lost", "", promises=(Limit("value", most=0),))
LINES = (PACED, EAGER, LOST)


def measure(setting: Setting) -> list[Figure]:
    """Both crowds on a database of their own; what the log holds against what was acknowledged."""
    url = setting.few_calls("people", 500)
    paced = crowd(setting, url, "paced", pace=10, count=10 * SECONDS)
    eager = crowd(setting, url, "eager", pace=0, count=60 * SECONDS)
    acts = paced + eager
    lost = len(acts) - stored(url, acts)
    span = max(act.ended for act in eager) - min(act.began for act in eager)
    return [
        Figure(PACED, stats_of(act.took * 1000 for act in paced)),
        Figure(
            EAGER, stats_of(act.took * 1000 for act in eager), note=f"{len(eager) / span:,.0f} acts a second"
        ),
        Figure(LOST, one(lost), note=f"of {len(acts):,}"),
    ]


def crowd(setting: Setting, url: str, name: str, *, pace: float, count: int) -> list[Act]:
    """Twenty people, started together once all are ready; every act of theirs."""
    with ExitStack() as stack:
        people = []
        for number in range(PEOPLE):
            log = setting.scratch / f"{name}-{number}.log"
            person = Person(url, log, act="assign", pace=pace, count=count, seed=number)
            stack.callback(person.stop)
            people.append(person)
        for person in people:
            person.wait_ready()
        for person in people:
            person.go()
        return [act for person in people for act in person.finish()]


def stored(url: str, acts: list[Act]) -> int:
    """How many of the acts have their row in the change log."""
    store = open_store(url, create=False)
    with store.read() as connection:
        known = set(connection.scalars(tables.change.select().with_only_columns(tables.change.c.seq)))
    store.close()
    return sum(act.seq in known for act in acts)
