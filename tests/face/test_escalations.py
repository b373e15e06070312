"""Escalations on the screen: from a call into its room, two people in one room, and what everybody is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from textual.pilot import Pilot

from dispatch_tui.actions import ESCALATION, ESCALATIONS, actions_for
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import escalations
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.dialogs import AskDialog, PickDialog, TextDialog
from dispatch_tui.screens.escalation_room import EscalationScreen
from dispatch_tui.screens.escalations import EscalationsScreen
from dispatch_tui.screens.form import FormDialog
from dispatch_tui.screens.log import LogScreen
from dispatch_tui.store import tables as t
from dispatch_tui.store.escalations import Room, room
from tests.face.board import build_board
from tests.face.conftest import make_app, screen_of
from tests.face.matters import ROOM, UNOWNED, add_matters
from tests.face.test_snapshots import SIZES, Compare
from tests.face.units import cursor_line, on, press, steps, text_of
from tests.support.contacts import log_contact
from tests.support.desks import as_role

TO_ROOM = ("!", "down", "enter")


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    opened = build_board(f"sqlite:///{tmp_path / 'board.sqlite'}", clock)
    add_matters(opened, clock)
    yield opened
    opened.store.close()


def stored(desk: Desk, matter: int = ROOM) -> Room:
    with desk.store.read() as connection:
        return room(connection, matter, desk.clock.now())


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came")


@pytest.mark.parametrize(
    ("kind", "owner"), [(ESCALATIONS, EscalationsScreen), (ESCALATION, EscalationScreen)]
)
def test_every_action_has_its_method(kind: str, owner: type) -> None:
    assert actions_for(kind)
    for action in actions_for(kind):
        assert hasattr(owner, f"action_{action.method}"), action.id


async def test_the_list_names_what_nobody_owns_first(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, "!", size=(120, 40)) as (app, _):
        assert text_of(app, "#title") == " Escalations  2 open, 1 nobody owns"
        lines = [line.split() for line in text_of(app, "#rows").splitlines()[1:]]
        assert lines[0][:3] == ["Three", "sites", "ask"]
        assert lines[0][-4:] == ["it", "–", "10m", "–"]
        assert lines[1][-7:] == ["on", "maria", "1h", "40m", "2,", "1", "late"]


async def test_escalating_a_call_opens_its_room_and_the_key_leads_back_there(
    desk: Desk, clock: FixedClock
) -> None:
    async with on(desk, clock) as (app, pilot):
        row = screen_of(app).calls.current
        assert row is not None
        await press(pilot, "E")
        if isinstance(app.screen, PickDialog):  # the customer has a matter already
            await press(pilot, *"itself", "enter")
        assert isinstance(app.screen, TextDialog)
        await press(pilot, *"[/x] no word", "enter")
        assert isinstance(app.screen, EscalationScreen)
        assert "[/x] no word" in text_of(app, "#title")
        assert "nobody owns it" in text_of(app, "#head")
        await press(pilot, "t")
        assert "worked on" in text_of(app, "#head")
        assert "owner dana" in text_of(app, "#head")
        await press(pilot, "escape", "E")
        assert isinstance(app.screen, EscalationScreen)
        await press(pilot, "escape", "enter")
        story = "".join(piece.text for line in screen_of(app).story.lines for piece in line)
        assert "worked on by dana: [/x] no word" in story


async def test_a_customer_with_a_matter_is_told_before_another_is_opened(
    desk: Desk, clock: FixedClock
) -> None:
    async with on(desk, clock, *("j",) * 3) as (app, pilot):
        for _ in range(12):
            row = screen_of(app).calls.current
            if row is not None and row.customer == "Acme Cold Store" and row.id != 6:
                break
            await press(pilot, "j")
        await press(pilot, "E")
        assert isinstance(app.screen, PickDialog)
        await press(pilot, "enter")
        assert isinstance(app.screen, EscalationScreen)
        assert app.screen.escalation_id == ROOM


async def test_the_room_shows_what_is_chosen_late_and_written(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, *TO_ROOM, size=(120, 40)) as (app, _):
        lines = [" ".join(line.split()) for line in text_of(app, "#rows").splitlines()]
        for line in (
            "○ Patch the seal tonig… 200.00 EUR Wed 4 13:00 ✖ high",
            "✓ Move the pallets to room B dana done Wed 4 09:10",
            "○ Runs an hour at full load not looked at",
            "theirs Ida Brandt, plant manager +49 170 1",
        ):
            assert line in lines, line
        (late,) = (line for line in lines if line.endswith("maria late, Wed 4 09:30"))
        assert late.startswith("✖ Ask the maker why")
        log = text_of(app, "#log")
        assert "[/x]" in log.replace("\n", " ")
        assert "\x1b" not in log
        assert "2 corrective actions to go" in text_of(app, "#head")


async def test_an_option_in_yen(desk: Desk, clock: FixedClock) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.update(t.customer).values(currency="JPY"))
    async with on(desk, clock, *TO_ROOM, size=(120, 40)) as (_, pilot):
        await press(pilot, "o", *"Rent a lorry", "tab", *"50000", "tab", *"fri 14:00", "tab", *"med", "enter")
        assert stored(desk).matter.options[-1].words == "Rent a lorry · 50,000 JPY · medium risk"


async def test_options_actions_and_checks_by_their_keys(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, *TO_ROOM, size=(120, 40)) as (app, pilot):
        await press(pilot, "down", "enter")
        assert "Patch the seal" in cursor_line(app)
        assert [one.chosen for one in stored(desk).matter.options] == [False, True, False]
        await press(pilot, "o")
        assert isinstance(app.screen, FormDialog)
        await press(pilot, *"Rent a cold lorry", "tab", *"x", "enter")
        assert isinstance(app.screen, FormDialog), "an amount is asked for again"
        await press(pilot, "backspace", *"980.50", "tab", *"fri 14:00", "tab", *"med", "enter")
        assert stored(desk).matter.options[-1].words == "Rent a cold lorry · 980.50 EUR · medium risk"
        await press(pilot, "a", *"Ask the lorry firm", "tab", *"14:00", "enter", *"tess", "enter")
        assert stored(desk).actions[-1].who == "tess"
        await press(pilot, "c", *"Seal is dry", "enter")
        assert stored(desk).matter.checks[-1].what == "Seal is dry"
        await press(pilot, "end", "x")
        assert [one.name for one in stored(desk).people] == ["Dana", "tess"]
        await press(pilot, "p", *"ida", "enter", *"decides", "enter")
        assert [one.part for one in stored(desk).people][-1] == "decides"


async def test_the_way_to_the_end_and_only_a_conversation_closes_it(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, *TO_ROOM, size=(120, 40)) as (app, pilot):
        await press(pilot, "m", "enter")
        assert "2 not done" in text_of(app, "#keys")
        await press(pilot, "down", "down", "down", "enter", "down", "enter", "m", "enter")
        assert stored(desk).line.status == "fixed"
        await press(pilot, "down", "down", "enter", *"pass", "enter", "down", "enter", *"pass", "enter")
        await press(pilot, "m", *"checked", "enter")
        assert stored(desk).line.status == "checked"
        await press(pilot, "m", *"report", "enter")
        assert isinstance(app.screen, AskDialog), "nobody has spoken with them since"
        await press(pilot, "escape")
        log_contact(desk, 6, direction="out", channel="phone", said="Runs again, and why")
        await press(pilot, "r", "m", *"report", "enter")
        assert isinstance(app.screen, PickDialog)
        await press(pilot, "enter")
        assert stored(desk).line.status == "closed"
        assert "Reported back and closed." in text_of(app, "#head")


async def test_the_report_back_is_logged_where_it_closes(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, *TO_ROOM, size=(120, 40)) as (app, pilot):
        await press(pilot, "down", "down", "down", "enter", "down", "enter", "m", "enter")
        await press(pilot, "down", "down", "enter", *"pass", "enter", "down", "enter", *"pass", "enter")
        await press(pilot, "m", *"checked", "enter", "m", *"report", "enter", "l")
        assert isinstance(app.screen, LogScreen)
        await press(pilot, "1", "ctrl+s")
        await until(pilot, lambda: stored(desk).line.status == "closed")
        assert isinstance(app.screen, EscalationScreen)


async def test_what_another_writes_and_moves_appears_and_everybody_is_told(
    desk: Desk, clock: FixedClock
) -> None:
    maria = as_role(desk, "dispatcher", "maria")
    async with on(desk, clock, *TO_ROOM, size=(120, 40)) as (app, pilot):
        await press(pilot, "n", *"half a line")
        escalations.write_log(maria, ROOM, "The lorry is here")
        await until(pilot, lambda: "The lorry is here" in text_of(app, "#log"))
        await press(pilot, *" and more", "enter")
        texts = [one.text for one in stored(desk).matter.log]
        assert texts[-2:] == ["The lorry is here", "half a line and more"]
        escalations.take(maria, UNOWNED)
        words = "escalation “Three sites ask who pays for the night calls”: being worked on"
        await until(pilot, lambda: words in text_of(app, "#keys"))
        await press(pilot, "escape", "escape", "escape")
        assert words[:40] in "".join(piece.text for piece in screen_of(app).foot.lines[0])


async def test_who_moves_second_is_told_who_was_first(desk: Desk, clock: FixedClock) -> None:
    maria = as_role(desk, "dispatcher", "maria")
    async with on(desk, clock, "!", "enter") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, EscalationScreen)
        screen.records_changed = lambda news: None  # type: ignore[method-assign]
        escalations.take(maria, UNOWNED)
        await press(pilot, "t")
        assert "maria was first" in text_of(app, "#keys")
        assert "owner maria" in text_of(app, "#head")


async def test_a_line_that_was_not_written_is_there_when_the_room_is_opened_again(
    desk: Desk, clock: FixedClock
) -> None:
    async with on(desk, clock, *TO_ROOM) as (app, pilot):
        await press(pilot, "n", *"not yet sent", "escape", "escape", "enter")
        screen = app.screen
        assert isinstance(screen, EscalationScreen)
        assert screen.entry.value == "not yet sent"


async def test_a_matter_about_a_customer_from_the_list(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, "!", "N") as (app, pilot):
        await press(pilot, *"Acme")
        await until(pilot, lambda: bool(getattr(app.screen, "_found", ())))
        await press(pilot, "enter", *"Invoices are late", "enter")
        assert isinstance(app.screen, EscalationScreen)
        found = stored(desk, app.screen.escalation_id)
        assert (found.line.customer, found.line.call, found.line.title) == (
            "Acme Cold Store",
            "",
            "Invoices are late",
        )


async def test_nothing_escalated(board: Desk, clock: FixedClock) -> None:
    async with on(board, clock, "!") as (app, _):
        assert "Nothing is escalated." in text_of(app, "#rows")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("pressed", [("!",), TO_ROOM], ids=["list", "room"])
def test_how_it_looks(
    snap_compare: Compare, desk: Desk, clock: FixedClock, size: tuple[int, int], pressed: tuple[str, ...]
) -> None:
    assert snap_compare(make_app(desk, clock), terminal_size=size, run_before=steps(*pressed))


def test_how_it_looks_without_colours(
    snap_compare: Compare, desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(desk, clock), terminal_size=(80, 24), run_before=steps(*TO_ROOM))
