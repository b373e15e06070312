"""The rules of the customer side on the screen: edited by section, undone, their effect seen, saved; two managers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from dispatch_tui.actions import CARE_RULES, RULE_EFFECT, actions_for
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.care_rules import KeptRules, kept_rules, set_care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.operators import set_role
from dispatch_tui.screens.care_rules import RuleEffectScreen, RulesScreen
from dispatch_tui.screens.dialogs import AskDialog
from dispatch_tui.screens.writing import WriteDialog
from tests.face.conftest import make_app
from tests.face.test_snapshots import SIZES, Compare
from tests.face.units import cursor_line, on, press, steps, text_of
from tests.support.desks import as_role

TO_UPDATE = ("Z", "down", "down", "down")


@pytest.mark.parametrize(("kind", "owner"), [(CARE_RULES, RulesScreen), (RULE_EFFECT, RuleEffectScreen)])
def test_every_action_has_its_method(kind: str, owner: type) -> None:
    assert actions_for(kind)
    for action in actions_for(kind):
        assert hasattr(owner, f"action_{action.method}"), action.id


def kept(desk: Desk) -> KeptRules:
    with desk.store.read() as connection:
        return kept_rules(connection)


async def write(pilot: Pilot[Any], was: str, now: str) -> None:
    """Change the text of the section under the cursor and keep it."""
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, WriteDialog)
    area = pilot.app.screen.query_one(TextArea)
    assert was in area.text
    area.text = area.text.replace(was, now, 1)
    await press(pilot, "ctrl+s")


async def test_a_section_is_edited_its_effect_seen_and_saved(board: Desk, clock: FixedClock) -> None:
    async with on(board, clock, *TO_UPDATE) as (app, pilot):
        assert "default" in cursor_line(app)
        await write(pilot, '"1d"', '"6h"')
        assert "not saved" in cursor_line(app)
        await press(pilot, "s")
        assert isinstance(app.screen, RuleEffectScreen)
        assert "1 rule would change" in text_of(app, "#head")
        assert "5 earlier" in text_of(app, "#head")
        assert "update.unattended" in text_of(app, "#rows")
        assert "1d → 6h" in text_of(app, "#rows")
        assert kept(board).version == 0
        await press(pilot, "enter")
        assert "The rules are saved" in text_of(app, "#keys")
        assert "1 ours" in cursor_line(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, RulesScreen)
    assert kept(board) == ('[update]\nunattended = "6h"\n', 1)


async def test_a_fault_is_told_with_its_line_and_the_text_stays(board: Desk, clock: FixedClock) -> None:
    async with on(board, clock, *TO_UPDATE) as (app, pilot):
        await write(pilot, '"1d"', '"a day"')
        assert isinstance(app.screen, WriteDialog)
        said = str(app.screen.query_one(".keys").render())
        assert said.startswith("line 3, update.unattended: is not a length of time")
        assert "a day" in app.screen.query_one(TextArea).text
        await press(pilot, "escape", "s")
        assert "Nothing is changed." in text_of(app, "#keys")
        await press(pilot, "enter")
        assert "a day" in app.screen.query_one(TextArea).text, "what was typed is offered again"


async def test_undo_default_and_leaving(board: Desk, clock: FixedClock) -> None:
    set_care_rules(board, '[update]\nunattended = "6h"\n[news]\nwithin = "3d"\n')
    async with on(board, clock, *TO_UPDATE) as (app, pilot):
        assert "1 ours" in cursor_line(app)
        await press(pilot, "d")
        assert "not saved" in cursor_line(app)
        await press(pilot, "ctrl+z")
        assert "1 ours" in cursor_line(app)
        await press(pilot, "ctrl+z")
        assert "Nothing is changed that could be taken back." in text_of(app, "#keys")
        await press(pilot, "d", "escape")
        assert isinstance(app.screen, AskDialog)
        await press(pilot, "s")
        assert isinstance(app.screen, RuleEffectScreen)
        await press(pilot, "escape")
        assert "Not saved." in text_of(app, "#keys")
        await press(pilot, "escape", "d")
        assert not isinstance(app.screen, RulesScreen)
    assert kept(board).version == 1


async def test_who_saves_second_keeps_what_was_typed(board: Desk, clock: FixedClock) -> None:
    maria = as_role(board, "manager", "maria")
    async with on(board, clock, *TO_UPDATE) as (app, pilot):
        await write(pilot, '"1d"', '"6h"')
        set_care_rules(maria, '[news]\nwithin = "3d"\n')
        for _ in range(100):
            await pilot.pause(0.02)
            if "meanwhile" in text_of(app, "#keys"):
                break
        assert "Somebody has saved other rules meanwhile" in text_of(app, "#keys")
        await press(pilot, "s", "enter")
        assert isinstance(app.screen, AskDialog)
        assert "maria was first" in app.screen.words
        await press(pilot, "r")
        assert "default" in cursor_line(app)
        await press(pilot, "ctrl+z")
        assert "not saved" in cursor_line(app)
    assert kept(board).text == '[news]\nwithin = "3d"\n'


async def test_who_is_no_manager_may_look(board: Desk, clock: FixedClock) -> None:
    maria = as_role(board, "manager", "maria")
    set_role(maria, "dana", "dispatcher")
    async with on(board, clock, *TO_UPDATE, "enter") as (app, _):
        assert isinstance(app.screen, RulesScreen)
        assert "A dispatcher may not set care rules." in text_of(app, "#keys")


def edited(*after: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def run(pilot: Pilot[Any]) -> None:
        await steps(*TO_UPDATE)(pilot)
        await write(pilot, '"1d"', '"6h"')
        await press(pilot, *after)
        await pilot.pause(0.1)

    return run


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("after", [(), ("enter",), ("s",)], ids=["list", "section", "effect"])
def test_how_it_looks(
    snap_compare: Compare, board: Desk, clock: FixedClock, size: tuple[int, int], after: tuple[str, ...]
) -> None:
    assert snap_compare(make_app(board, clock), terminal_size=size, run_before=edited(*after))


@pytest.mark.parametrize("after", [(), ("s",)], ids=["list", "effect"])
def test_how_it_looks_without_colours(
    snap_compare: Compare,
    board: Desk,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    after: tuple[str, ...],
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(board, clock), terminal_size=(80, 24), run_before=edited(*after))
