"""Spawn to first queue rows, beside the bare app's first paint; the two take turns."""

from __future__ import annotations

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.setting import Setting
from bench.terminal import BARE, BARE_READY, FIRST_ROWS, workbench

RUNS = 15

FIRST = Line(
    "first_rows",
    "spawn to first queue rows, {many:,} calls",
    "ms",
    goals=(Limit("p50", most=280), Limit("p95", most=350)),
)
RATIO = Line(
    "first_rows_ratio",
    "first queue rows to the bare app's first paint, medians",
    "x",
    goals=(Limit("value", most=1.47),),
    promises=(Limit("value", most=1.6),),
)
CPU = Line("first_rows_cpu", "CPU time to first queue rows", "ms")
LINES = (FIRST, RATIO, CPU)


def measure(setting: Setting) -> list[Figure]:
    """``RUNS`` starts of each, after one of each that warms the caches."""
    pty, ours = setting.pty, workbench(setting.many_calls())
    wall: list[float] = []
    bare_wall: list[float] = []
    cpu: list[float] = []
    bare_cpu: list[float] = []
    for run in range(RUNS + 1):
        with pty.session(BARE, BARE_READY) as session:
            bare = session.first_ms, session.first_cpu_ms
        with pty.session(ours, FIRST_ROWS) as session:
            own = session.first_ms, session.first_cpu_ms
        if run:
            bare_wall.append(bare[0])
            bare_cpu.append(bare[1])
            wall.append(own[0])
            cpu.append(own[1])
    first, bare_first = stats_of(wall), stats_of(bare_wall)
    return [
        Figure(FIRST, first, bare_first),
        Figure(RATIO, one(first["p50"] / bare_first["p50"])),
        Figure(
            CPU,
            stats_of(cpu),
            stats_of(bare_cpu),
            "until the rows were seen, so a little more than to the rows",
        ),
    ]
