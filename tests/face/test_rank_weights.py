"""The weights of the queue from the screen: asked for, refused in place, set, and the calls ranked by them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from textual.widgets import Input, Static

from dispatch_tui.desk import ranking
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.ranking import rank_again, set_rank_weights, standing
from dispatch_tui.screens.dialogs import AskDialog
from dispatch_tui.screens.ranking import WeightsDialog
from dispatch_tui.store import tables as t
from tests.face.conftest import Open, screen_of, settled
from tests.face.test_queue_screen import text_of


def rank_of(board: Desk, call_id: int) -> datetime | None:
    with board.store.read() as connection:
        found: datetime | None = connection.scalar(sa.select(t.call.c.rank_at).where(t.call.c.id == call_id))
        return found


async def test_a_manager_sets_the_weights_and_the_queue_is_ranked(workbench: Open, board: Desk) -> None:
    before = rank_of(board, 5)  # priority 4, without a clock that runs
    async with workbench(size=(80, 24)) as (app, pilot):
        await pilot.press("W")
        await settled(app, pilot)
        assert isinstance(app.screen, WeightsDialog)
        assert app.screen.query_one("#lead-1", Input).value == "4h"
        await pilot.press("tab", *(["down"] * 3), "ctrl+u", *"1d 12h", "enter")
        await settled(app, pilot)
        assert not isinstance(app.screen, WeightsDialog)
        assert "12 calls are ranked by these weights" in text_of(screen_of(app).foot)
    with board.store.read() as connection:
        assert standing(connection).weights.allowance[4] == timedelta(hours=36)
    after = rank_of(board, 5)
    assert before is not None
    assert after == before - timedelta(days=3) + timedelta(hours=36)


async def test_a_slip_is_told_at_its_field_and_nothing_is_saved(workbench: Open, board: Desk) -> None:
    async with workbench(size=(80, 24)) as (app, pilot):
        await pilot.press("W")
        await settled(app, pilot)
        await pilot.press("down", "ctrl+u", *"[/x]", "up", "enter")
        await settled(app, pilot)
        assert isinstance(app.screen, WeightsDialog)
        assert app.focused is not None
        assert app.focused.id == "lead-2"
        told = str(app.screen.query_one(".keys", Static).visual)
        assert "'[/x]' is not a length of time" in told
        await pilot.press("escape")
        await settled(app, pilot)
    with board.store.read() as connection:
        assert standing(connection).version == 0


async def test_an_interrupted_ranking_is_offered_and_finished(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "BATCH", 4)
    set_rank_weights(board, {"allowance": {"4": "1h"}})
    stops = iter([False, True])
    assert not rank_again(board, stop=lambda: next(stops)).finished
    async with workbench() as (app, pilot):
        await pilot.press("W")
        await settled(app, pilot)
        assert "Not all calls have been ranked" in str(app.screen.query_one(".fault", Static).visual)
        await pilot.press("enter")
        await settled(app, pilot)
    with board.store.read() as connection:
        assert not standing(connection).unfinished


async def test_whoever_is_no_manager_is_told_so(workbench: Open, board: Desk) -> None:
    with board.store.write() as connection:
        connection.execute(sa.update(t.operator).values(role="dispatcher"))
    async with workbench() as (app, pilot):
        await pilot.press("W")
        await settled(app, pilot)
        assert isinstance(app.screen, AskDialog)
