"""The workbench open on a small fleet, and what its pages say."""

from __future__ import annotations

from textual.pilot import Pilot

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.screens.page import Page
from dispatch_tui.widgets.lines import Lines
from tests.face.conftest import settled


def text_of(app: WorkbenchApp, selector: str) -> str:
    """What a pane of the page in front shows."""
    pane = app.screen.query_one(selector, Lines)
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in pane.lines)


async def show(app: WorkbenchApp, pilot: Pilot[None], page: Page) -> None:
    """Open a page and wait until it has read everything."""
    app.push_screen(page)
    await rest(app, pilot)


async def press(app: WorkbenchApp, pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await rest(app, pilot)


async def rest(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    await settled(app, pilot)
    await pilot.pause()
    await settled(app, pilot)
