"""How calls and visits are ended by the keyboard: what is asked, what is shown before it is saved, what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from textual.widgets import Input

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.asking import AskingScreen
from dispatch_tui.screens.help import HelpScreen
from dispatch_tui.store import tables as t
from dispatch_tui.store.details import CallDetail
from dispatch_tui.store.queries import call_detail
from tests.face.conftest import make_app, screen_of, settled
from tests.face.units import on, press, steps, text_of
from tests.face.visits_board import visits_desk
from tests.support.desks import as_role

GOOD = ("g", "enter", *"seal torn", "enter", *"worn", "enter", *"service in May", "enter")
"""Outcome, what failed, why, next step."""


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    opened = visits_desk(f"sqlite:///{tmp_path / 'visits.sqlite'}", clock)
    yield opened
    opened.store.close()


def detail(desk: Desk, call_id: int) -> CallDetail:
    with desk.store.read() as connection:
        return call_detail(connection, call_id)


def closings(desk: Desk) -> list[sa.RowMapping]:
    with desk.store.read() as connection:
        return list(connection.execute(sa.select(t.closing).order_by(t.closing.c.id)).mappings())


def lines(app: WorkbenchApp) -> list[str]:
    return [" ".join(line.split()) for line in text_of(app, "#rows").splitlines()]


async def test_resolving_asks_and_shows_what_follows_before_it_is_saved(
    desk: Desk, clock: FixedClock
) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d")
        assert isinstance(app.screen, AskingScreen)
        assert "What follows is shown here before it is saved." in lines(app)
        await press(pilot, *"new seal", "enter", *GOOD)
        assert lines(app)[-1].startswith("○ by Fri 6 Mar 10:00 aftercare ask how"), lines(app)
        assert detail(desk, 6).call.status == "in_progress", "nothing is saved yet"
        await press(pilot, "enter")
        assert app.screen is screen_of(app)
    after = detail(desk, 6)
    assert (after.call.status, after.call.resolution) == ("resolved", "new seal")
    (row,) = closings(desk)
    assert (row["outcome"], row["problem"], row["cause"], row["next_step"]) == (
        "good",
        "seal torn",
        "worn",
        "service in May",
    )
    assert [one.kind for one in after.follow_ups] == ["aftercare"]


async def test_closing_asks_only_for_what_resolving_did_not_tell(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", *"new seal", "enter", *GOOD, "enter", "C")
        assert "✓ Next step service in May … told by the closing" in lines(app)
        assert "1 signed 2 by phone" in " ".join(text_of(app, "#hint").split())
        await press(pilot, "4", "enter")
        assert "✓ Confirmed by them no: nobody on site" in lines(app)
        await press(pilot, "enter")
        assert detail(desk, 6).call.status == "closed"
        assert closings(desk)[1]["unconfirmed"] == "nobody on site"
        assert len(detail(desk, 6).follow_ups) == 2, "the missing confirmation is asked for later"
        await press(pilot, "u")
    assert detail(desk, 6).call.status == "resolved"
    assert [one.kind for one in detail(desk, 6).follow_ups] == ["aftercare"]


async def test_what_is_wrong_is_said_at_its_question_and_the_rest_stays(
    desk: Desk, clock: FixedClock
) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", *"looked at it", "enter")
        for typed in ("splendid", "4", "0"):
            await press(pilot, *typed, "enter")
            assert "Give 1 to 3" in text_of(app, "#hint"), typed
            await press(pilot, "ctrl+u")
        await press(pilot, *"bad", "enter", *"part is coming", "enter")
        await press(pilot, *"yesterday", "enter")
        assert "cannot read 'yesterday' as a time" in text_of(app, "#hint")
        await press(pilot, "ctrl+u", *"tomorrow 9:00", "enter")
        assert "✓ By when Thu 5 Mar 09:00 CET" in lines(app)
        await press(pilot, *["up"] * 6)
        assert app.screen.query_one(Input).value == "2026-03-05 09:00", "what is given can be changed"
        await press(pilot, "ctrl+s")
    found = detail(desk, 6)
    assert found.call.status == "resolved"
    assert [one.kind for one in found.follow_ups] == ["bad_visit", "follow_up", "aftercare"]


async def test_left_open_rated_and_better_put_otherwise(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", *"new seal", "enter", *GOOD, "up", "up", "up")
        await press(pilot, *"You should have no noise", "enter")
        assert any("reads as blame" in line for line in lines(app)), lines(app)
        await press(pilot, "up", "up", *"send the manual", "enter")
        assert "has no time" in text_of(app, "#hint")
        await press(pilot, *" by fri 14:00", "enter", "up", *"5 quick and clean", "enter", "enter")
    assert detail(desk, 6).call.status == "resolved"
    assert "left open: “send the manual”" in [one.reason for one in detail(desk, 6).follow_ups]
    with desk.store.read() as connection:
        rating = connection.execute(sa.select(t.rating)).mappings().one()
    assert (rating["rater"], rating["points"], rating["words"]) == ("customer", 5, "quick and clean")


async def test_letters_typed_right_behind_enter_go_to_the_next_question(
    desk: Desk, clock: FixedClock
) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d")
        for key in (
            "s",
            "e",
            "a",
            "l",
            "enter",
            "g",
            "enter",
            "t",
            "o",
            "r",
            "n",
            "enter",
            "w",
            "enter",
            "n",
        ):
            app.simulate_key(key)
        await settled(app, pilot)
        assert lines(app)[:4] == [
            "✓ What was done seal",
            "✓ How did it end? good",
            "✓ What failed? torn",
            "✓ Why? w",
        ]
        assert app.screen.query_one(Input).value == "n"


async def test_what_is_typed_comes_back_after_leaving(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", *"new seal", "enter", "g", "enter", *"half a sen", "escape")
        assert app.screen is screen_of(app)
        await press(pilot, "d")
        assert lines(app)[:3] == [
            "✓ What was done new seal",
            "✓ How did it end? good",
            "✓ What failed? half a sen",
        ]
        await press(pilot, "escape")
    assert detail(desk, 6).call.status == "in_progress"


async def test_a_hang_up_keeps_what_is_typed(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", *"half a sen")
        assert isinstance(app.screen, AskingScreen)
        assert "half a sen" in app.screen.draft
        await press(pilot, "escape")
        assert "half a sen" in app.drafts.text("resolve C-6")


async def test_who_comes_second_is_told_and_keeps_what_is_typed(desk: Desk, clock: FixedClock) -> None:
    maria = as_role(desk, "dispatcher", "maria")
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", *"new seal", "enter", *GOOD)
        calls.set_priority(maria, 6, 2)
        await press(pilot, "enter")
        assert isinstance(app.screen, AskingScreen)
        assert "maria was first" in text_of(app, "#keys")
        assert "✓ What was done new seal" in lines(app)
    assert detail(desk, 6).call.status == "in_progress"


async def test_one_answer_to_several_calls(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        for call_id in (3, 5):
            screen_of(app).calls.go_to(call_id)
            await press(pilot, "space")
        await press(pilot, "d")
        assert "Resolve 2 calls" in text_of(app, "#title")
        await press(pilot, *"reset", "enter", "b", "enter", *"x", "enter", *"1h", "enter", "enter")
        assert "a call that ends bad has a next step of its own" in text_of(app, "#hint")
        assert "How did it end?" in text_of(app, "#label")
        await press(pilot, "ctrl+u", *GOOD[:2], *"power cut", "enter", *"storm", "enter", "enter")
    assert [detail(desk, one).call.status for one in (3, 5)] == ["resolved", "resolved"]


async def test_help_is_there_though_letters_are_typed(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", "?")
        assert isinstance(app.screen, HelpScreen)
        await press(pilot, "escape", *"is it done?")
        assert app.screen.query_one(Input).value == "is it done?"


async def test_the_mouse_chooses_and_saves(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(6)
        await press(pilot, "d", *"new seal", "enter")
        await pilot.click("#hint", offset=(3, 0))
        await settled(app, pilot)
        assert "✓ How did it end? good" in lines(app)
        await pilot.click("#rows", offset=(5, 4))
        await settled(app, pilot)
        assert "Next step" in text_of(app, "#label")


async def test_hostile_text_is_shown_as_it_is(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        screen_of(app).calls.go_to(10)
        await press(pilot, "t", "d")
        assert "[/bold] [@click=app.bell]press[/] red" in text_of(app, "#title")
        await press(pilot, *"[/x] mended", "enter")
        assert "✓ What was done [/x] mended" in lines(app)


async def test_intake_is_kept_with_a_new_call(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        await press(pilot, "N", "enter", *"drips", "enter", *"P3", "enter")
        assert isinstance(app.screen, AskingScreen)
        await press(pilot, *"water on the floor", "enter", *"the shop is shut", "enter", "ctrl+s")
        assert screen_of(app).calls.current is not None
    with desk.store.read() as connection:
        rows = connection.execute(
            sa.select(t.checklist_answer).where(t.checklist_answer.c.call_id == 13)
        ).mappings()
        found = {(row["list"], row["item"]): row["note"] for row in rows}
    assert found == {("intake", "what"): "water on the floor", ("intake", "impact"): "the shop is shut"}


# -- how it looks ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_looks(snap_compare: Any, desk: Desk, clock: FixedClock, size: tuple[int, int]) -> None:
    pressed = (*GOOD_AT_6, "up", "up", "up", *"You should have no noise", "enter")
    assert snap_compare(make_app(desk, clock), terminal_size=size, run_before=at_call_6(*pressed))


def test_looks_without_colour(
    snap_compare: Any, desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    pressed = ("d", *"new seal", "enter", "b", "enter")
    assert snap_compare(make_app(desk, clock), terminal_size=(80, 24), run_before=at_call_6(*pressed))


GOOD_AT_6 = ("d", *"new seal", "enter", *GOOD)


def at_call_6(*keys: str) -> Any:
    async def run(pilot: Any) -> None:
        await steps()(pilot)
        screen_of(pilot.app).calls.go_to(6)
        await press(pilot, *keys)
        await pilot.pause(0.1)

    return run
