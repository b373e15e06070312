"""How each screen looks, at three sizes, with colours and without. The clock stands still."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from tests.face.conftest import make_app, ready, screen_of, settled
from tests.support.desks import as_role

SIZES = ((80, 24), (120, 40), (200, 50))
Compare = Callable[..., bool]
Steps = Callable[[Pilot[None]], Awaitable[None]]


def keys(*pressed: str, on: int = 0) -> Steps:
    """Go to a call and press keys, letting the app come to rest after each."""

    async def steps(pilot: Pilot[None]) -> None:
        app = pilot.app
        await ready(app, pilot)  # type: ignore[arg-type]
        if on:
            screen_of(app).calls.go_to(on)  # type: ignore[arg-type]
        for key in pressed:
            await pilot.press(key)
            await settled(app, pilot)  # type: ignore[arg-type]
        await settled(app, pilot)  # type: ignore[arg-type]

    return steps


@pytest.fixture(params=["dark", "no_color"])
def colours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    return str(request.param)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("pressed", "on"),
    [
        pytest.param((), 0, id="queue"),
        pytest.param(("enter",), 6, id="story"),
        pytest.param(("?",), 0, id="help"),
    ],
)
def test_screens(
    snap_compare: Compare,
    board: Desk,
    clock: FixedClock,
    colours: str,
    size: tuple[int, int],
    pressed: tuple[str, ...],
    on: int,
) -> None:
    assert snap_compare(make_app(board, clock), terminal_size=size, run_before=keys(*pressed, on=on))


@pytest.mark.parametrize(
    ("pressed", "on"),
    [
        pytest.param(("/", *"sta"), 0, id="filter-completes"),
        pytest.param(("/", *"pri:1 stutus:new x", "enter"), 0, id="filter-points"),
        pytest.param(("H", *"no part"), 6, id="hold"),
        pytest.param(("A",), 2, id="assign"),
        pytest.param(("ctrl+p", *"ho"), 0, id="palette"),
        pytest.param(("C",), 1, id="refused"),
        pytest.param(("2", "/", *"pri:5", "enter"), 0, id="empty"),
        pytest.param(("space", "space", "space"), 0, id="selected"),
    ],
)
def test_dialogs_and_states(
    snap_compare: Compare, board: Desk, clock: FixedClock, colours: str, pressed: tuple[str, ...], on: int
) -> None:
    assert snap_compare(make_app(board, clock), terminal_size=(80, 24), run_before=keys(*pressed, on=on))


def test_news(snap_compare: Compare, board: Desk, clock: FixedClock) -> None:
    maria = as_role(board, "dispatcher", "maria")

    async def steps(pilot: Pilot[None]) -> None:
        await keys()(pilot)
        before = screen_of(pilot.app).counts  # type: ignore[arg-type]
        calls.assign(maria, 1, 2)
        for _ in range(100):
            await pilot.pause(0.01)
            screen = screen_of(pilot.app)  # type: ignore[arg-type]
            if screen.calls.window.rows[0].technician and screen.counts != before:
                break
        await keys()(pilot)

    assert snap_compare(make_app(board, clock), terminal_size=(120, 40), run_before=steps)


def test_light(snap_compare: Compare, board: Desk, clock: FixedClock) -> None:
    assert snap_compare(make_app(board, clock), terminal_size=(120, 40), run_before=keys("T", "enter", on=6))


def test_ascii(snap_compare: Compare, board: Desk, clock: FixedClock) -> None:
    app = make_app(board, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys("enter", on=6))
