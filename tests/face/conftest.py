"""The board, and the app on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from dispatch_tui.app import FIRST_ROWS, WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import account as account_module
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens import live
from dispatch_tui.screens.asking import AskingScreen
from dispatch_tui.screens.care_rules import RuleEffectScreen
from dispatch_tui.screens.effect import EffectScreen
from dispatch_tui.screens.log import LogScreen
from dispatch_tui.screens.queue import QueueScreen
from dispatch_tui.settings import Settings
from dispatch_tui.settings.state import fault_file
from dispatch_tui.store.first import first_picture
from tests.face.board import OPERATOR, build_board

Open = Callable[..., AbstractAsyncContextManager[tuple[WorkbenchApp, "Pilot[None]"]]]


@pytest.fixture(autouse=True)
def at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dana sits at the keyboard, whoever runs the tests; her terminal knows all colours."""
    for module in ("dispatch_tui.desk.access", "dispatch_tui.app"):
        monkeypatch.setattr(f"{module}.account", lambda: OPERATOR)
    assert account_module.account
    monkeypatch.setattr(live, "COUNT_SECONDS", 0.02)  # a picture is taken when the counts are there
    monkeypatch.setattr(live, "COUNT_SHARE", 1)
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.fixture
def board(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = build_board(f"sqlite:///{tmp_path / 'board.sqlite'}", clock)
    yield desk
    desk.store.close()


@pytest.fixture
def workbench(board: Desk, clock: FixedClock) -> Open:
    """Open the workbench on the board: ``async with workbench(size=(80, 24)) as (app, pilot)``."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (120, 40), settings: Settings | None = None, utf8: bool = True
    ) -> AsyncIterator[tuple[WorkbenchApp, Pilot[None]]]:
        app = make_app(board, clock, settings, utf8=utf8)
        async with app.run_test(size=size) as pilot:
            await ready(app, pilot)
            yield app, pilot
        assert not fault_file().exists(), fault_file().read_text()

    return opened


def make_app(
    board: Desk, clock: FixedClock, settings: Settings | None = None, *, utf8: bool = True
) -> WorkbenchApp:
    location = board.store.location
    first = first_picture(location, OPERATOR, FIRST_ROWS)
    return WorkbenchApp(location, settings=settings, clock=clock, first=first, utf8=utf8)


async def ready(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Until the database is open, the queues are counted and nothing is under way."""
    await app.session_ready()
    for _ in range(200):
        await pilot.pause(0.01)
        if screen_of(app).counts:
            break
    await settled(app, pilot)


async def settled(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Until no worker has run and nothing has been counted for a moment; an act that waits for an answer counts as at
    rest."""
    quiet, until = 0, monotonic() + 60
    while monotonic() < until:
        await pilot.pause()
        asking = isinstance(
            app.screen, ModalScreen | EffectScreen | LogScreen | RuleEffectScreen | AskingScreen
        )
        busy = [one for one in app.workers if one.is_running and not (asking and one.group == "act")]
        resting = app.live is None or app.live.at_rest
        quiet = quiet + 1 if resting and not busy else 0
        if quiet == 4:
            return
        await pilot.pause(0.01)
    raise AssertionError("the app does not come to rest")


def screen_of(app: WorkbenchApp) -> QueueScreen:
    return app.queue_screen
