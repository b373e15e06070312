"""A delay that reaches several sites, and news of a model: typed once, and everybody concerned is to be called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import visits
from dispatch_tui.desk.delays import add_delay, running
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.dialogs import AskDialog, PickDialog
from dispatch_tui.screens.form import FormDialog
from dispatch_tui.screens.unit import UnitScreen
from dispatch_tui.store import tables as t
from dispatch_tui.store.prompts import window
from tests.face.board import build_board
from tests.face.units import on, press


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = build_board(f"sqlite:///{tmp_path / 'board.sqlite'}", clock)
    yield desk
    desk.store.close()


def kinds(desk: Desk) -> dict[str, int | None]:
    with desk.store.read() as connection:
        rows = window(connection, desk.clock.now(), limit=50)
    return {one.kind: one.customer_id for row in rows for one in row.reasons}


def plan(desk: Desk, clock: FixedClock) -> None:
    """Something is promised of calls 1 and 2."""
    start = clock.now() + timedelta(hours=1)
    for call_id in (1, 2):
        visits.plan_visit(desk, call_id, 1, start, start + timedelta(hours=1))


async def test_selected_calls_are_delayed_together(desk: Desk, clock: FixedClock) -> None:
    plan(desk, clock)
    keys = (":", *"C-1", "enter", "space", ":", *"C-2", "enter", "space", "z")
    async with on(desk, clock, *keys) as (app, pilot):
        assert isinstance(app.screen, FormDialog)
        await press(pilot, *"[/x] road closed", "tab", *"soon", "enter")
        assert isinstance(app.screen, FormDialog), "a length is asked for again"
        await press(pilot, "ctrl+u", *"45m", "enter")
        assert app.screen is app.queue_screen
    with desk.store.read() as connection:
        reached = connection.execute(sa.select(t.delay_reach)).mappings().all()
        cause = connection.scalar(sa.select(t.delay.c.cause))
    assert cause == "[/x] road closed"
    assert [one["call_id"] for one in reached] == [1, 2]
    assert {one["expected_at"] - one["promised_at"] for one in reached} == {timedelta(minutes=45)}
    assert "outreach" in kinds(desk)


async def test_a_delay_is_ended_where_it_was_made(desk: Desk, clock: FixedClock) -> None:
    plan(desk, clock)
    pick = (":", *"C-1", "enter")
    async with on(desk, clock, *pick, "z", *"[/x] road closed", "tab", *"45m", "enter", "z") as (app, pilot):
        assert isinstance(app.screen, PickDialog), "whether it is that one is asked first"
        assert "outreach" in kinds(desk)
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, AskDialog)
        await press(pilot, "escape")
        assert "outreach" in kinds(desk)
        await press(pilot, "z", *"over", "enter", "enter")
        assert app.screen is app.queue_screen
        assert "outreach" not in kinds(desk)
        await press(pilot, "z")
        assert isinstance(app.screen, FormDialog), "no delay runs: what delays is asked at once"


async def test_a_second_delay_beside_one_that_runs(desk: Desk, clock: FixedClock) -> None:
    plan(desk, clock)
    add_delay(desk, "flood", {2: timedelta(hours=2)})
    async with on(desk, clock, ":", *"C-1", "enter", "z", "enter") as (app, pilot):
        assert isinstance(app.screen, FormDialog)
        await press(pilot, *"road closed", "tab", *"45m", "enter")
        assert app.screen is app.queue_screen
    with desk.store.read() as connection:
        assert [(one.cause, one.untold) for one in running(connection)] == [("road closed", 1), ("flood", 1)]


async def test_a_recall_reaches_the_owners_of_the_model(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, ":", *"C-2", "enter", "U") as (app, pilot):
        assert isinstance(app.screen, UnitScreen)
        await press(pilot, "N")
        assert isinstance(app.screen, FormDialog)
        await press(pilot, *"The door lock may jam", "tab", "ctrl+u", *"maybe", "enter")
        assert isinstance(app.screen, FormDialog), "yes or no"
        await press(pilot, "ctrl+u", *"yes", "tab", *"2d", "enter")
        assert isinstance(app.screen, UnitScreen)
    with desk.store.read() as connection:
        one = connection.execute(sa.select(t.model_news)).mappings().one()
    assert (one["what"], one["recall"], one["public_at"]) == (
        "The door lock may jam",
        1,
        clock.now() + timedelta(days=2),
    )
    assert kinds(desk)["news"] == 1
