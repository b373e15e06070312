"""What a key costs: milliseconds until the screen is settled, and bytes to the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from bench.figures import Figure, Limit, Line, one, stats_of
from bench.setting import Setting
from bench.terminal import BARE, BARE_READY, FIRST_ROWS, Failed, Session, workbench

ROUNDS = 15
MOVES = 20
"""Cursor moves in a round, which starts at the top. The sessions take turns by single keys, so that what else the
machine does falls on all of them alike."""
PAGES = 40
DIALOGS = 20

CURSOR_MANY = Line(
    "cursor_many",
    "cursor down to settled, {many:,} calls",
    "ms",
    goals=(Limit("p50", most=3), Limit("p95", most=8), Limit("max", most=20)),
    promises=(Limit("p95", most=10),),
)
CURSOR_SMALL = Line("cursor_small", "cursor down to settled, {small:,} calls", "ms")
CURSOR_RATIO = Line(
    "cursor_ratio",
    "cursor down p95, {many:,} calls to {small:,}",
    "x",
    promises=(Limit("value", most=1.2),),
)
CURSOR_BYTES = Line(
    "cursor_bytes",
    "bytes of a cursor move within the window",
    "B",
    goals=(Limit("p50", most=600),),
    promises=(Limit("p50", most=800),),
)
PAGE = Line("page_down", "page down, {many:,} calls", "ms", goals=(Limit("p95", most=16),))
PAGE_BYTES = Line("page_bytes", "bytes of a page down", "B", goals=(Limit("p50", most=10_000),))
END = Line("end", "end, {many:,} calls", "ms", goals=(Limit("p95", most=16),))
PALETTE = Line("palette", "palette open", "ms", goals=(Limit("p95", most=100),))
HELP = Line("help", "help open", "ms", goals=(Limit("p95", most=100),))
ESCAPE = Line("escape", "escape closes it", "ms", goals=(Limit("p95", most=45),))
LINES = (CURSOR_MANY, CURSOR_SMALL, CURSOR_RATIO, CURSOR_BYTES, PAGE, PAGE_BYTES, END, PALETTE, HELP, ESCAPE)


def measure(setting: Setting) -> list[Figure]:
    """The same keys on the large and the small database and, where it has them, the bare app."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(setting.pty.session(argv, ready))
            for argv, ready in (
                (workbench(setting.many_calls()), FIRST_ROWS),
                (workbench(setting.few_calls("keys", setting.small)), FIRST_ROWS),
                (BARE, BARE_READY),
            )
        ]
        many = opened[0]
        many.settle(4)
        (ms, size), (small_ms, _), (bare_ms, bare_size) = _cursor(opened)
        page_ms, page_size = _presses(many, "pagedown", PAGES)
        end_ms = [_one(many, "end", before="home") for _ in range(DIALOGS)]
        palette_ms, escape_ms = _dialog(many, "ctrl+p")
        help_ms, escape_again = _dialog(many, "?")
    down, small_down = stats_of(ms), stats_of(small_ms)
    return [
        Figure(CURSOR_MANY, down, stats_of(bare_ms)),
        Figure(CURSOR_SMALL, small_down),
        Figure(CURSOR_RATIO, one(down["p95"] / small_down["p95"])),
        Figure(CURSOR_BYTES, stats_of(size), stats_of(bare_size)),
        Figure(PAGE, stats_of(page_ms)),
        Figure(PAGE_BYTES, stats_of(page_size)),
        Figure(END, stats_of(end_ms)),
        Figure(PALETTE, stats_of(palette_ms)),
        Figure(HELP, stats_of(help_ms)),
        Figure(ESCAPE, stats_of(escape_ms + escape_again)),
    ]


def _cursor(sessions: Sequence[Session]) -> list[tuple[list[float], list[float]]]:
    taken: list[tuple[list[float], list[float]]] = [([], []) for _ in sessions]
    for _ in range(ROUNDS):
        for session in sessions:
            session.press("home")
        for _ in range(MOVES):
            for session, (times, sizes) in zip(sessions, taken, strict=True):
                more_times, more_sizes = _presses(session, "down", 1)
                times += more_times
                sizes += more_sizes
    return taken


def _presses(session: Session, key: str, count: int) -> tuple[list[float], list[float]]:
    """Press ``key``; where the list has come to its end, go back to the top and on."""
    times: list[float] = []
    sizes: list[float] = []
    for _ in range(count):
        took, size = session.press(key)
        if took is None:
            session.press("home")
            took, size = session.press(key)
        if took is None:
            raise Failed(f"{key}: nothing changed on the screen:\n" + "\n".join(session.screen()))
        times.append(took)
        sizes.append(size)
    return times, sizes


def _one(session: Session, key: str, *, before: str) -> float:
    session.press(before)
    return _presses(session, key, 1)[0][0]


def _dialog(session: Session, key: str) -> tuple[list[float], list[float]]:
    opening: list[float] = []
    closing: list[float] = []
    for _ in range(DIALOGS):
        opening += _presses(session, key, 1)[0]
        closing += _presses(session, "escape", 1)[0]
    return opening, closing
