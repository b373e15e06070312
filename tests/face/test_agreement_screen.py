"""The agreement's form by its keys: budgets, pauses, warnings, cover, conditions, hours; saving with the effect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.agreements import revise_agreement
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.operators import set_role
from dispatch_tui.screens.agreement import AgreementScreen
from dispatch_tui.screens.agreements import AgreementsScreen
from dispatch_tui.screens.dialogs import AskDialog, PickDialog, TextDialog
from dispatch_tui.screens.effect import EffectScreen
from dispatch_tui.store.agreements import AgreementSheet, agreement_sheet, agreements
from tests.face.conftest import make_app
from tests.face.promises import BAVARIA_ID, NIGHTS_ID, SILVER, SILVER_ID, promises_desk
from tests.face.units import cursor_line, on, press, steps, text_of
from tests.support.desks import as_role

OPEN = ("L", "down", "enter")
"""To the agreement Silver."""
FIRST_RESPONSE_P1 = (*OPEN, "down")


@pytest.fixture
def promises(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = promises_desk(f"sqlite:///{tmp_path / 'promises.sqlite'}", clock)
    yield desk
    desk.store.close()


def stored(desk: Desk) -> AgreementSheet:
    with desk.store.read() as connection:
        return agreement_sheet(connection, SILVER_ID)


async def write(pilot: Pilot[Any], text: str) -> None:
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, TextDialog)
    await press(pilot, "ctrl+u", *text, "enter")


async def test_the_form_tells_what_is_promised(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN) as (app, _pilot):
        assert isinstance(app.screen, AgreementScreen)
        assert "For Acme Cold Store (customer). Version 2, 7 running calls." in text_of(app, "#title")
        lines = [" ".join(line.split()) for line in text_of(app, "#rows").splitlines()]
        for line in (
            "Hours Bavaria, version 1 (Europe/Berlin)",
            "P1 30 min 4h – –",
            "P3 2h 16h 4h –",
            "resolution on hold",
            "customer waiting never",
            "Warns at 75% (the usual)",
            "Pays for it does not say",
            "Holds for every call",
        ):
            assert line in lines


async def test_a_new_one_begins_as_a_copy_for_whom_one_says(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, "L", "down") as (app, pilot):
        await press(pilot, "n")
        assert isinstance(app.screen, PickDialog)
        await press(pilot, *"north")
        await pilot.pause(0.5)
        await press(pilot, "enter")
        assert isinstance(app.screen, AgreementScreen)
        assert "A new agreement" in text_of(app, "#title")
        assert "New: it counts for calls from now on" in text_of(app, "#title")
        assert "P1 30 min 4h – –" in " ".join(text_of(app, "#rows").split())
        await press(pilot, "s")
        assert isinstance(app.screen, TextDialog)  # a name is asked for before anything is written
        await press(pilot, *"Bronze", "enter")
        await press(pilot, "s")
        assert "Version 1, 0 running calls." in text_of(app, "#title")
    with promises.store.read() as connection:
        lines = {one.name: one for one in agreements(connection)}
        made = agreement_sheet(connection, lines["Bronze"].id)
        assert (lines["Bronze"].scope, made.terms, made.calendar_id) == ("customer", SILVER, BAVARIA_ID)


async def test_every_part_is_edited_where_it_stands(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *FIRST_RESPONSE_P1, size=(120, 40)) as (app, pilot):
        await write(pilot, "45 min")
        assert "45 min" in cursor_line(app)
        await press(pilot, "right")
        await write(pilot, "2d")
        await press(pilot, "down", "left", "left")
        await write(pilot, "1h")
        assert cursor_line(app).split()[-1] == "▌1h", "customer waiting, priority 2"
        await press(pilot, *["down"] * 4)
        await write(pilot, "on hold, assigned")
        await press(pilot, "end")
        await write(pilot, "priority=1,2 weekday=sat")
        await press(pilot, "up")
        await write(pilot, "parts, labour, until 2027-12-31, 4 visits")
        await press(pilot, "up")
        await write(pilot, "75%, 30 min before resolution")
        await press(pilot, "n", "ctrl+u", *"[/x] Gold", "enter", "s", "enter")
        assert "[/x] Gold is saved." in text_of(app, "#keys")
    sheet = stored(promises)
    assert sheet.line.name == "[/x] Gold"
    assert sheet.line.cover == "parts and labour, until 2027-12-31, 4 visits"
    assert sheet.terms == {
        "budgets": {
            "1": {"first_response": 45, "resolution": "2d"},
            "2": {"customer_waiting": 60},
            "3": SILVER["budgets"]["3"],
        },
        "pauses": {"first_response": ["on_hold", "assigned"]},
        "conditions": {"priority": [1, 2], "weekday": ["sat"]},
        "cover": {"parts": True, "labour": True, "until": "2027-12-31", "visits": 4},
        "warnings": [{"share": 0.75}, {"minutes_before": 30, "clock": "resolution"}],
    }


async def test_a_budget_of_minus_five_is_refused_where_it_stands(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *FIRST_RESPONSE_P1) as (app, pilot):
        await write(pilot, "-5")
        assert isinstance(app.screen, TextDialog)
        said = str(app.screen.query_one(".keys").render())
        assert "budgets.1.first_response: a budget cannot be negative (-5)" in said
        assert app.screen.draft == "-5"
        await press(pilot, "escape", "s")
        assert "Nothing is changed." in text_of(app, "#keys")
    assert stored(promises).terms == SILVER


async def test_another_calendar_and_back_to_the_effect(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN, "c") as (app, pilot):
        assert isinstance(app.screen, PickDialog)
        await press(pilot, *"nights", "enter")
        assert "Nights, version 1" in text_of(app, "#rows")
        await press(pilot, "s")
        assert isinstance(app.screen, EffectScreen)
        assert "C-2       first response" in text_of(app, "#rows")
        await press(pilot, "r")
        assert "Silver is saved, 7 running calls put under it." in text_of(app, "#keys")
    assert stored(promises).calendar_id == NIGHTS_ID
    assert stored(promises).line.behind == 0


async def test_undo_takes_back_change_by_change(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *FIRST_RESPONSE_P1) as (app, pilot):
        for text in ("1h", "2h"):
            await write(pilot, text)
        await press(pilot, "ctrl+z")
        assert "▌1h" in cursor_line(app)
        await press(pilot, "ctrl+z")
        assert "▌30 min" in cursor_line(app)


async def test_who_comes_second_keeps_what_was_typed(promises: Desk, clock: FixedClock) -> None:
    maria = as_role(promises, "manager", "maria")
    async with on(promises, clock, *FIRST_RESPONSE_P1) as (app, pilot):
        await write(pilot, "1h")
        revise_agreement(maria, SILVER_ID, None, {**SILVER, "warnings": []}, calendar_id=BAVARIA_ID)
        await press(pilot, "s", "enter")
        assert isinstance(app.screen, AskDialog)
        assert "maria was first" in app.screen.words
        await press(pilot, "escape")
        assert "▌1h" in cursor_line(app)
        await press(pilot, "s", "enter", "r")
        assert "Warns at         never" in text_of(app, "#rows")
        await press(pilot, "ctrl+z")
        assert "▌1h" in cursor_line(app)


async def test_who_is_no_manager_may_look(promises: Desk, clock: FixedClock) -> None:
    as_role(promises, "manager", "maria")
    set_role(promises, "dana", "viewer")
    async with on(promises, clock, *FIRST_RESPONSE_P1) as (app, pilot):
        assert "30 min" in cursor_line(app)
        for key in ("enter", "c", "n"):
            await press(pilot, key)
            assert isinstance(app.screen, AgreementScreen)
            assert "viewer" in text_of(app, "#keys"), key
        await press(pilot, "escape")
        assert isinstance(app.screen, AgreementsScreen)


# -- how it looks ------------------------------------------------------------------------------

SIZES = ((80, 24), (120, 40))
CALENDAR = ("L", "end", "up", "enter")


@pytest.fixture(params=["dark", "light", "no_color"])
def colours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    return str(request.param)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("L",), id="lists"),
        pytest.param((*FIRST_RESPONSE_P1, "right"), id="agreement"),
        pytest.param((*CALENDAR, "down"), id="month"),
        pytest.param((*CALENDAR, "3", "down"), id="holidays"),
        pytest.param((*CALENDAR, "space", "s"), id="effect"),
    ],
)
def test_looks(
    snap_compare: Any,
    promises: Desk,
    clock: FixedClock,
    colours: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    pressed = ("T", *keys) if colours == "light" else keys
    assert snap_compare(make_app(promises, clock), terminal_size=size, run_before=steps(*pressed))


def test_the_month_looks_in_ascii(snap_compare: Any, promises: Desk, clock: FixedClock) -> None:
    app = make_app(promises, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps(*CALENDAR))
