"""The calendar's editor by its keys: the month, its holidays, its hours; saving with the effect on running calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from textual.pilot import Pilot

from dispatch_tui.actions import AGREEMENT, AGREEMENTS, CALENDAR, EFFECT, actions_for
from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.calendars import revise_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.operators import set_role
from dispatch_tui.screens.agreement import AgreementScreen
from dispatch_tui.screens.agreements import AgreementsScreen
from dispatch_tui.screens.calendar import CalendarScreen
from dispatch_tui.screens.dialogs import AskDialog, TextDialog
from dispatch_tui.screens.effect import EffectScreen
from dispatch_tui.store import tables
from dispatch_tui.store.agreements import CalendarSheet, calendar_sheet
from tests.face.conftest import screen_of
from tests.face.promises import BAVARIA, BAVARIA_ID, promises_desk
from tests.face.units import cursor_line, on, press, text_of
from tests.support.desks import as_role

OPEN = ("L", "end", "up", "enter")
"""To the calendar Bavaria."""


@pytest.fixture
def promises(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = promises_desk(f"sqlite:///{tmp_path / 'promises.sqlite'}", clock)
    yield desk
    desk.store.close()


def stored(desk: Desk, calendar_id: int = BAVARIA_ID) -> CalendarSheet:
    with desk.store.read() as connection:
        return calendar_sheet(connection, calendar_id)


def due_times(desk: Desk) -> dict[int, Any]:
    with desk.store.read() as connection:
        rows = connection.execute(sa.select(tables.call.c.id, tables.call.c.due_at))
        return {row.id: row.due_at for row in rows}


def editor(app: WorkbenchApp) -> CalendarScreen:
    assert isinstance(app.screen, CalendarScreen)
    return app.screen


async def write(pilot: Pilot[Any], key: str, text: str) -> None:
    """Open the question of a key, put a text in place of what stands there, and answer."""
    await press(pilot, key)
    assert isinstance(pilot.app.screen, TextDialog)
    await press(pilot, "ctrl+u", *text, "enter")


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        (AGREEMENTS, AgreementsScreen),
        (AGREEMENT, AgreementScreen),
        (CALENDAR, CalendarScreen),
        (EFFECT, EffectScreen),
    ],
)
def test_every_action_has_its_method(kind: str, owner: type) -> None:
    assert actions_for(kind)
    for action in actions_for(kind):
        assert hasattr(owner, f"action_{action.method}"), action.id


async def test_the_lists_and_the_way_back(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, "L", size=(120, 40)) as (app, pilot):
        assert isinstance(app.screen, AgreementsScreen)
        lines = [line.split() for line in text_of(app, "#rows").splitlines()]
        assert ["House", "rules", "everybody", "its", "own", "v1", "0"] in lines
        assert ["Silver", "Acme", "Cold", "Store", "Bavaria", "v2", "7"] in lines
        assert ["Bavaria", "Europe/Berlin", "used", "by", "1", "v1", "7"] in lines
        await press(pilot, "end", "up", "enter")
        assert "Bavaria  Europe/Berlin  version 1, 1 agreement, 7 running calls" in text_of(app, "#title")
        await press(pilot, "escape", "escape")
        assert app.screen is screen_of(app)


async def test_the_month_tells_the_chosen_day(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN) as (app, pilot):
        assert text_of(app, "#month").startswith(" March 2026, 177h open")
        assert "Wednesday 4 March 2026  open, 8h" in text_of(app, "#day")
        assert "Open 08:00–12:00, 13:00–17:00." in text_of(app, "#day")
        told = []
        for key in (
            "right",
            "left",
            "down",
            "up",
            "pagedown",
            "pageup",
            "]",
            "[",
            "home",
            "end",
            "t",
            "l",
            "h",
        ):
            await press(pilot, key)
            told.append(editor(app).chosen.strftime("%m-%d"))
        assert told == [
            *("03-05", "03-04", "03-11", "03-04", "04-04", "03-04", "04-04", "03-04"),
            *("03-01", "03-31", "03-04", "03-05", "03-04"),
        ]
        await press(pilot, "down")
        assert "own hours, 4h" in text_of(app, "#day")
        assert "11•4h" in text_of(app, "#month")


async def test_each_kind_of_day_is_told_without_colour(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN, size=(120, 40)) as (app, pilot):
        month = text_of(app, "#month")
        for words in ("11 • 4h", "17 ○ 8h", "19 ‖ 7h", "25 × Lady Day", "29 ± shut", " 8   shut"):
            assert words in month, words
        assert "April 2026" in text_of(app, "#following")
        editor(app).action_do_end()
        await press(pilot, "left", "left")
        assert "The clocks go over 02:00–03:00, which never counts." in text_of(app, "#day")
        await press(pilot, *["up"] * 2, "right", "right")
        assert "Saint Patrick (from feed.ics): not a day off here." in text_of(app, "#day")


async def test_space_switches_a_day_and_ctrl_z_takes_it_back(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN) as (app, pilot):
        await press(pilot, "space")
        assert " 4×holiday" in text_of(app, "#month")
        assert "not saved" in text_of(app, "#title")
        await press(pilot, "space")
        assert "○8h" in text_of(app, "#month")
        await press(pilot, "ctrl+z", "ctrl+z")
        assert " 4 8h" in text_of(app, "#month")
        assert "not saved" not in text_of(app, "#title")
        await press(pilot, "ctrl+z")
        assert "Nothing is changed" in text_of(app, "#keys")
    assert stored(promises).mapping == BAVARIA


async def test_a_day_gets_hours_of_its_own_and_a_break(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN) as (app, pilot):
        await write(pilot, "o", "10-12 14-20")
        assert "Open 10:00–12:00, 14:00–20:00." in text_of(app, "#day")
        await write(pilot, "b", "11:00-11:30")
        assert "own hours, 7h 30m" in text_of(app, "#day")
        await press(pilot, "4")
        assert "• own hours 2026-03-04 Wed" in text_of(app, "#rows")
        assert "‖ break     2026-03-04 Wed           11:00–11:30" in text_of(app, "#rows")
        await press(pilot, "x")
        assert "• own hours 2026-03-04" in text_of(app, "#rows"), "the break comes first"
        await press(pilot, "x")
        assert "2026-03-04" not in text_of(app, "#rows")


@pytest.mark.parametrize(
    ("keys", "text", "says"),
    [
        (("2", "down", "enter"), "8-12 11-13", "hours.mon: the windows from 08:00 and from 11:00 overlap"),
        (
            ("2", "down", "enter"),
            "22-9",
            "hours.mon: the window from 22:00 crosses midnight and overlaps tue",
        ),
        (("2", "enter"), "Mars/Olympus", "tz: there is no time zone 'Mars/Olympus'"),
        (("o",), "25-26", "overrides.2026-03-04: '25:00' is not a time of day"),
        (("b",), "noon", "breaks.2026-03-04: 'noon' cannot be read"),
        (("a",), "someday Fair", "holidays[1]: 'someday' is not a date"),
        (("i",), "DE BY", "years: 'BY' are no years"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_stays_there(
    promises: Desk, clock: FixedClock, keys: tuple[str, ...], text: str, says: str
) -> None:
    async with on(promises, clock, *OPEN, *keys[:-1]) as (app, pilot):
        draft = editor(app).draft
        await write(pilot, keys[-1], text)
        assert isinstance(app.screen, TextDialog)
        assert says in str(app.screen.query_one(".keys").render())
        assert app.screen.draft == text
        await press(pilot, "escape")
        assert editor(app).draft == draft
    assert stored(promises).mapping == BAVARIA


async def test_holidays_are_added_switched_and_removed(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN, "3") as (app, pilot):
        assert cursor_line(app).startswith(" ✓ day off   every 01-01")
        await write(pilot, "a", "2026-12-24/2026-12-31 [/x] Break")
        assert "2026-12-24 to 2026-12-31" in text_of(app, "#rows")
        assert "[/x] Break" in text_of(app, "#rows")
        await press(pilot, "down", "space")
        assert cursor_line(app).startswith(" ✓ day off   2026-03-17 Tue")
        await press(pilot, "end", "x")
        assert "Break" not in text_of(app, "#rows")


async def test_a_countrys_holidays_come_into_the_draft_to_be_reviewed(
    promises: Desk, clock: FixedClock
) -> None:
    async with on(promises, clock, *OPEN) as (app, pilot):
        await write(pilot, "i", "DE BY 2026")
        assert "10 dates came in, 1 of them switched off; 3 were known." in text_of(app, "#keys")
        assert "○ not off   2026-08-15 Sat           Assumption Day (catholic)" in text_of(app, "#rows")
        assert "○ not off   2026-03-17 Tue           Saint Patrick" in text_of(app, "#rows")
    assert stored(promises).mapping == BAVARIA, "nothing is saved before it is saved"


async def test_a_file_that_is_none_is_refused_and_the_draft_stays(
    promises: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.ics"
    feed.write_text("BEGIN:VCALENDAR\nrubbish\nEND:VCALENDAR\n")
    async with on(promises, clock, *OPEN, "space", size=(200, 50)) as (app, pilot):
        draft = editor(app).draft
        await press(pilot, "i")
        app.screen.query_one("Input").value = f"{feed} 2026"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "line 2: 'rubbish' is not a line of such a file" in text_of(app, "#keys")
        assert editor(app).draft == draft


async def test_saving_shows_the_effect_first_and_running_calls_keep_their_due(
    promises: Desk, clock: FixedClock
) -> None:
    before = due_times(promises)
    async with on(promises, clock, *OPEN, "space", "s") as (app, pilot):
        assert isinstance(app.screen, EffectScreen)
        head, rows = text_of(app, "#head"), text_of(app, "#rows")
        assert "Bavaria  7 running calls are under it" in head
        assert "▴ 0 earlier   ▾ 3 later   – 4 unchanged" in head
        assert "C-2       first response   Wed 04 Mar 10:00 Thu 05 Mar 10:00 ▾ 1d 0h later" in rows
        assert stored(promises).mapping == BAVARIA, "nothing is saved yet"
        await press(pilot, "escape")
        assert "Not saved." in text_of(app, "#keys")
        assert stored(promises).line.number == 1
        await press(pilot, "s", "enter")
        assert "Bavaria is saved." in text_of(app, "#keys")
        assert "version 2" in text_of(app, "#title")
    assert "2026-03-04" in str(stored(promises).mapping["holidays"])
    assert due_times(promises) == before


async def test_running_calls_can_be_put_under_it(promises: Desk, clock: FixedClock) -> None:
    before = due_times(promises)
    async with on(promises, clock, *OPEN, "space", "s", "r") as (app, _pilot):
        assert "Bavaria is saved, 7 running calls put under it." in text_of(app, "#keys")
    after = due_times(promises)
    assert {call_id for call_id in before if before[call_id] != after[call_id]} == {2, 6, 12}
    assert after[2] > before[2]


async def test_who_comes_second_keeps_what_was_typed(promises: Desk, clock: FixedClock) -> None:
    maria = as_role(promises, "manager", "maria")
    async with on(promises, clock, *OPEN, "space") as (app, pilot):
        mine = editor(app).draft
        revise_calendar(maria, BAVARIA_ID, None, {**BAVARIA, "overrides": {}})
        await press(pilot, "s", "enter")
        assert isinstance(app.screen, AskDialog)
        assert "maria was first" in app.screen.words
        await press(pilot, "r")
        assert "11 8h" in text_of(app, "#month"), "theirs"
        await press(pilot, "ctrl+z")
        assert editor(app).draft == mine
        await press(pilot, "s", "enter")
        assert "is saved" in text_of(app, "#keys")
    assert stored(promises).mapping["overrides"] == BAVARIA["overrides"]
    assert stored(promises).line.number == 3


async def test_one_can_also_keep_ones_own_at_once(promises: Desk, clock: FixedClock) -> None:
    maria = as_role(promises, "manager", "maria")
    async with on(promises, clock, *OPEN, "space") as (app, pilot):
        revise_calendar(maria, BAVARIA_ID, None, {**BAVARIA, "tz": "UTC"})
        await press(pilot, "s", "enter", "k")
        assert stored(promises).mapping["tz"] == "UTC"
        await press(pilot, "s", "enter")
        assert "is saved" in text_of(app, "#keys")
    assert stored(promises).mapping["tz"] == "Europe/Berlin"


async def test_a_viewer_may_look_and_change_nothing(promises: Desk, clock: FixedClock) -> None:
    as_role(promises, "manager", "maria")
    set_role(promises, "dana", "dispatcher")
    async with on(promises, clock, *OPEN) as (app, pilot):
        assert "March 2026" in text_of(app, "#month")
        for key in ("space", "o", "b", "a", "i", "n"):
            await press(pilot, key)
            assert "is not for a dispatcher" in text_of(app, "#keys") or "may not" in text_of(app, "#keys"), (
                key
            )
        assert editor(app).draft == editor(app).saved


async def test_leaving_asks_for_what_is_not_saved(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN, "space", "escape") as (app, pilot):
        assert isinstance(app.screen, AskDialog)
        await press(pilot, "escape")
        assert isinstance(app.screen, CalendarScreen)
        await press(pilot, "escape", "d")
        assert isinstance(app.screen, AgreementsScreen)
    assert stored(promises).line.number == 1


async def test_a_new_calendar(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, "L", "N") as (app, pilot):
        assert "A new calendar" in text_of(app, "#title")
        await write(pilot, "s", "[/x] Tyrol")
        await press(pilot, "2")
        await write(pilot, "enter", "Europe/Vienna")
        await press(pilot, "s")
        assert "[/x] Tyrol is saved." in text_of(app, "#keys")
        await press(pilot, "escape")
        assert "[/x] Tyrol" in text_of(app, "#rows")
    assert (stored(promises, 3).line.name, stored(promises, 3).mapping["tz"]) == (
        "[/x] Tyrol",
        "Europe/Vienna",
    )


async def test_a_calendar_that_is_never_open_says_so(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN, "2") as (app, pilot):
        for _ in range(6):
            await press(pilot, "down")
            await write(pilot, "enter", "shut")
        assert "Never open: a clock on this calendar is never due." in text_of(app, "#rows")
        await press(pilot, "s")
        assert "loses it" in text_of(app, "#rows")


async def test_hostile_names_stay_text(promises: Desk, clock: FixedClock) -> None:
    nasty = "[/bold][@click=app.bell]x[/]\x1b]52;c;aGk=\x07\u202egnirts"
    hostile = {**BAVARIA, "holidays": [{"date": "2026-03-04", "name": nasty, "source": nasty}]}
    revise_calendar(promises, BAVARIA_ID, None, hostile)
    with promises.store.write() as connection:
        connection.execute(sa.update(tables.calendar).where(tables.calendar.c.id == 1).values(name=nasty))
        connection.execute(sa.update(tables.agreement).values(name=nasty))
        connection.execute(sa.update(tables.call).values(title=nasty))
        connection.execute(sa.update(tables.customer).values(name=nasty))
    async with on(promises, clock, "L", size=(120, 40)) as (app, pilot):
        drawn = text_of(app, "#rows")
        await press(pilot, "end", "up", "enter")
        for selector in ("#title", "#month", "#day"):
            drawn += text_of(app, selector)
        assert "[@click=app.bell]" in text_of(app, "#day")
        await press(pilot, "3", "space")
        drawn += text_of(app, "#rows")
        await press(pilot, "s")
        assert isinstance(app.screen, EffectScreen)
        drawn += text_of(app, "#head") + text_of(app, "#rows")
    assert not set("\x1b\x07\u202e") & set(drawn)


async def test_days_and_parts_by_mouse(promises: Desk, clock: FixedClock) -> None:
    async with on(promises, clock, *OPEN) as (app, pilot):
        month = app.screen.query_one("#month")
        line = next(
            index for index, text in enumerate(text_of(app, "#month").splitlines()) if "13 8h" in text
        )
        column = text_of(app, "#month").splitlines()[line].index("13 8h")
        await pilot.click(month, offset=(column, line))
        await press(pilot)
        await pilot.pause()
        assert "Friday 13 March 2026" in text_of(app, "#day")
        await pilot.click("#tabs", offset=(14, 0))
        await pilot.pause(0.1)
        assert editor(app).tab == "hours"
