"""From a commit in one process to the changed line on the screen of another."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Figure, Limit, Line, stats_of
from bench.person import Commits, desk_of, head_of_queue
from bench.setting import Setting
from bench.terminal import FIRST_ROWS, Failed, Session, line_with, workbench
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables

SAMPLES = 120
SAMPLES_OF_FIFTY = 40
CALLS = 200
VISIBLE = 20
"""So few live calls that all of them are on the screen, whatever their order becomes."""

ALONE = Line(
    "painted", "commit to painted in another session (SQLite)", "ms", promises=(Limit("p95", most=50),)
)
TEN = Line("painted_ten", "commit to painted, ten sessions (SQLite)", "ms", goals=(Limit("p95", most=20),))
FIFTY = Line(
    "painted_fifty", "commit to painted, fifty sessions (SQLite)", "ms", goals=(Limit("p95", most=80),)
)
SERVER_ALONE = Line(
    "painted_server",
    "commit to painted in another session (PostgreSQL)",
    "ms",
    promises=(Limit("p95", most=50),),
)
SERVER_TEN = Line(
    "painted_server_ten", "commit to painted, ten sessions (PostgreSQL)", "ms", goals=(Limit("p95", most=40),)
)
SERVER_FIFTY = Line(
    "painted_server_fifty",
    "commit to painted, fifty sessions (PostgreSQL)",
    "ms",
    goals=(Limit("p95", most=120),),
)
LINES = (ALONE, TEN, FIFTY)
SERVER_LINES = (SERVER_ALONE, SERVER_TEN, SERVER_FIFTY)


def measure(setting: Setting) -> list[Figure]:
    """On a SQLite file."""
    return _crowds(setting, setting.few_calls("painted", CALLS), LINES)


def measure_on_a_server(setting: Setting) -> list[Figure]:
    """On a PostgreSQL server of this machine, which shares its cores with the sessions."""
    setting.pty  # noqa: B018 - without a terminal there is no need to start the server
    with setting.few_calls_on_a_server(CALLS) as url:
        return _crowds(setting, url, SERVER_LINES)


def _crowds(setting: Setting, url: str, lines: Sequence[Line]) -> list[Figure]:
    """One watched session alone, then among ten and among fifty, all on the same queue."""
    desk = desk_of(url)
    keep_few(desk)
    commits = Commits(desk)
    figures = []
    with setting.pty.session(workbench(url), FIRST_ROWS) as watched:
        sessions = 1
        for line, wanted, samples in zip(
            lines, (1, 10, 50), (SAMPLES, SAMPLES, SAMPLES_OF_FIFTY), strict=True
        ):
            if wanted > sessions:
                watched.step(f"clones {wanted - sessions}")
                sessions = wanted
            watched.settle(5)
            figures.append(Figure(line, stats_of(painted(watched, desk, commits, samples))))
    desk.store.close()
    return figures


def keep_few(desk: Desk) -> None:
    """End what is resolved and the queue's tail, so that every live call has its line on the screen and may
    change its priority."""
    call = tables.call.c
    with desk.store.read() as connection:
        query = tables.call.select().with_only_columns(call.id).where(call.status == "resolved")
        resolved = list(connection.scalars(query))
    for call_id in resolved:
        calls.close(desk, call_id)
    for call_id in head_of_queue(desk.store, 100_000)[VISIBLE:]:
        calls.cancel(desk, call_id, "bench: room on the screen")


def painted(watched: Session, desk: Desk, commits: Commits, samples: int) -> list[float]:
    """Milliseconds from commit to the changed line, for changes of priority. Raises ``Failed`` where
    one is never painted."""
    ids = head_of_queue(desk.store, VISIBLE)
    waits: list[float] = []
    for sample in range(samples):
        call_id = ids[sample % len(ids)]
        with desk.store.read() as connection:
            row = connection.execute(tables.call.select().where(tables.call.c.id == call_id)).mappings().one()
        before = line_with(row["number"], watched.screen())
        if not before:
            raise Failed(f"{row['number']} is not on the screen:\n" + "\n".join(watched.screen()))

        def act(call_id: int = call_id, priority: int = row["priority"] % 5 + 1) -> float:
            calls.set_priority(desk, call_id, priority)
            return commits.first()

        took = watched.watch_line(row["number"], before, act)
        if took is None:
            raise Failed(f"{row['number']}: its change was never painted:\n" + "\n".join(watched.screen()))
        waits.append(max(0.0, took) * 1000)
    return waits
