"""The queue screen on PostgreSQL: every read is in a thread, news come by NOTIFY."""

from __future__ import annotations

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.store.queries import call_detail
from tests.face.board import build_board
from tests.face.conftest import make_app, ready, screen_of, settled
from tests.face.test_live import until
from tests.support.desks import as_role


async def test_moves_acts_and_news(pg_url: str, clock: FixedClock) -> None:
    board = build_board(pg_url, clock)
    maria = as_role(board, "dispatcher", "maria")
    try:
        app = make_app(board, clock)
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(app, pilot)
            screen = screen_of(app)
            assert len(screen.calls.window.rows) == 12
            assert screen.counts["all"] == 12
            await pilot.press("end", "home", "enter")
            await settled(app, pilot)
            current = screen.calls.current
            assert current is not None
            await pilot.press("a")
            await settled(app, pilot)
            calls.set_priority(maria, 11, 2)
            await until(app, pilot, "maria changed the priority")
            assert screen.calls.current is not None
            assert screen.calls.current.id == current.id
            await pilot.press("2")
            await settled(app, pilot)
            assert {row.operator for row in screen.calls.window.rows} == {"dana"}
        with board.store.read() as connection:
            assert call_detail(connection, 11).call.priority == 2
    finally:
        board.store.close()
