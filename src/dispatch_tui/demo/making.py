"""The demo company as a command makes it: where it lives, whether it stands already, what was built."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from dispatch_tui.clock import Clock, SystemClock
from dispatch_tui.demo.build import Progress, build, check_numbers
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.demonstration import DemoMark, clear_demo, demo_mark, mark_demo
from dispatch_tui.store.location import Location, default_path, locate

DEFAULT_CALLS = 1200
_UNITS_PER_CALL = 5
_MOST_DEFAULT_UNITS = 60_000


class Summary(NamedTuple):
    """What stands in the demo's database. ``built``: whether this run made (or finished) it; ``as_of``:
    the instant that its day was made for."""

    url: str
    calls: int
    units: int
    seed: int
    as_of: datetime
    built: bool
    finished: bool


def demo_location(url: str = "") -> Location:
    """Where the demo lives: as ``url`` says, else a file of its own beside the user's database."""
    return locate(url or str(default_path().with_name("demo.db")))


def story_location(url: str = "") -> Location:
    """Where the story lives: as ``url`` says, else a file of its own beside the demo's."""
    return locate(url or str(default_path().with_name("story.db")))


def default_units(calls: int) -> int:
    """How many units so many calls are about, where nobody says."""
    return min(max(20, calls // _UNITS_PER_CALL), _MOST_DEFAULT_UNITS)


def build_demo(
    url: str = "",
    *,
    calls: int = DEFAULT_CALLS,
    units: int | None = None,
    seed: int = 1,
    fresh: bool = False,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    clock: Clock | None = None,
) -> Summary:
    """Make sure that the demo company stands at ``url`` (default: :func:`demo_location`).

    One that stands already is left as it is, whatever its size, unless ``fresh`` asks for a new one;
    one that was interrupted is finished as it was begun. ``progress`` gets calls done and to come,
    ``stop`` is asked between batches. Raises ``NotAllowed`` for a database with real records,
    ``InvalidInput`` for numbers that make no company, or a ``DatabaseProblem``.
    """
    clock = clock or SystemClock()
    location = demo_location(url)
    where = str(location.path) if location.path is not None else location.url
    if fresh:
        _clear(where, clock)
    desk = open_desk(where, clock=clock)
    with desk.store:
        mark = demo_mark(desk.store)
        if mark is None:
            mark = DemoMark(calls, default_units(calls) if units is None else units, seed, clock.now(), False)
            check_numbers(mark.calls, mark.units)
            mark_demo(desk, mark)
        stood = mark.finished
        if not stood and build(
            desk,
            calls=mark.calls,
            units=mark.units,
            seed=mark.seed,
            now=mark.as_of,
            progress=progress,
            stop=stop,
        ):
            mark = mark._replace(finished=True)
            mark_demo(desk, mark)
        return Summary(where, mark.calls, mark.units, mark.seed, mark.as_of, not stood, mark.finished)


def _clear(where: str, clock: Clock) -> None:
    """Empty a demo that stands; a database without one is left for :func:`mark_demo` to judge."""
    desk = open_desk(where, clock=clock)
    with desk.store:
        if demo_mark(desk.store) is not None:
            clear_demo(desk)
