"""The workbench on a small fleet: opening its pages by key, and reading what they show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.page import Page
from dispatch_tui.widgets.lines import Lines
from tests.face.conftest import make_app, ready, settled
from tests.support.fleet import add_fleet


def fleet_desk(path: Path, clock: FixedClock) -> Desk:
    """The fleet on a fresh SQLite file."""
    desk = open_desk(f"sqlite:///{path}", clock=clock)
    add_fleet(desk)
    return desk


@asynccontextmanager
async def on(
    desk: Desk, clock: FixedClock, *keys: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[WorkbenchApp, Pilot[None]]]:
    """The workbench on the fleet's queue after pressing ``keys``."""
    app = make_app(desk, clock)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await press(pilot, *keys)
        yield app, pilot


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one by one, letting the app come to rest after each."""
    app = pilot.app
    assert isinstance(app, WorkbenchApp)
    for key in keys:
        await pilot.press(key)
        await settled(app, pilot)
        await pilot.pause()


def steps(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """The same for a snapshot."""

    async def run(pilot: Pilot[Any]) -> None:
        await ready(pilot.app, pilot)  # type: ignore[arg-type]
        await press(pilot, *keys)
        await pilot.pause(0.1)

    return run


def page(app: WorkbenchApp) -> Page:
    """The page in front."""
    assert isinstance(app.screen, Page)
    return app.screen


def text_of(app: WorkbenchApp, selector: str) -> str:
    """What a pane of the page in front shows, line by line."""
    pane = app.screen.query_one(selector, Lines)
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in pane.lines)


def cursor_line(app: WorkbenchApp) -> str:
    rows = page(app).rows
    return "".join(piece.text for piece in rows.rows[rows.cursor].line)
