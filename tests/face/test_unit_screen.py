"""The unit's page, the search and the way between them, by their keys, and how they look."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa
from textual.pilot import Pilot
from textual.widgets import Input

from dispatch_tui.actions import BREAKDOWN, ROI, SEARCH, UNIT, actions_for
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.breakdown import BreakdownScreen
from dispatch_tui.screens.dialogs import AskDialog
from dispatch_tui.screens.help import HelpScreen
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.screens.search import SearchScreen
from dispatch_tui.screens.unit import UnitScreen
from dispatch_tui.store import tables
from tests.face.conftest import make_app, screen_of, settled
from tests.face.units import cursor_line, fleet_desk, on, page, press, steps, text_of
from tests.support.desks import as_role
from tests.support.fleet import HISTORY, day, pay_in

SIZES = ((80, 24), (120, 40), (200, 50))


@pytest.fixture
def fleet(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = fleet_desk(tmp_path / "fleet.sqlite", clock)
    yield desk
    desk.store.close()


@pytest.mark.parametrize(
    ("kind", "owner"),
    [(UNIT, UnitScreen), (ROI, RoiScreen), (BREAKDOWN, BreakdownScreen), (SEARCH, SearchScreen)],
)
def test_every_action_has_its_method(kind: str, owner: type) -> None:
    assert actions_for(kind)
    for action in actions_for(kind):
        assert hasattr(owner, f"action_{action.method}"), action.id


async def test_from_a_call_to_its_unit_and_back(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U") as (app, pilot):
        assert isinstance(app.screen, UnitScreen)
        head = text_of(app, "#head")
        assert "CX-1044  Compressor 2  Nordfrost Arctic 40" in head
        assert "10.0 years old of 12 rated.  Meter 36,680 h" in head
        assert "Agreement Silver: parts and labour, weekdays.  Warranty ended 2018-03-01." in head
        assert "10 failures in 8.0 years" in head
        await press(pilot, "escape")
        assert app.screen is screen_of(app)


async def test_the_timeline_tells_calls_visits_parts_and_readings(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U", size=(120, 40)) as (app, _pilot):
        lines = text_of(app, "#rows").splitlines()
        assert "2026-03-03" in lines[0]
        assert "C-0900    Grinding noise from the motor (P2, at work)" in lines[0]
        assert "36,680 h" in lines[1]
        assert "Oil leak: Shaft seal replaced" in lines[2]
        assert lines[2].endswith("1,080.00")
        assert lines[3].strip() == "1 x Shaft seal kit  185.00 EUR"
        assert sum("repair" in line or "service" in line for line in lines) == len(HISTORY)


async def test_what_somebody_else_does_to_it_appears(fleet: Desk, clock: FixedClock) -> None:
    maria = as_role(fleet, "dispatcher", "maria")
    async with on(fleet, clock, "U", size=(120, 40)) as (app, pilot):
        assert isinstance(app.screen, UnitScreen)
        read = app.screen.record
        calls.open_call(maria, title="About no unit of ours")
        await settled(app, pilot)
        assert app.screen.record is read, "what is of others is not read for"
        opened = calls.open_call(maria, title="Hums loudly", unit_id=app.screen.unit_id).call
        await until(lambda: "Hums loudly" in text_of(app, "#rows"), pilot)
        calls.cancel(maria, opened.id, "wrong unit")
        await until(lambda: "cancelled" in text_of(app, "#rows").splitlines()[0], pilot)


async def until(holds: Callable[[], bool], pilot: Pilot[None]) -> None:
    """What another session wrote has come."""
    end = monotonic() + 20
    while not holds():
        assert monotonic() < end
        await pilot.pause(0.01)


async def test_the_keys_of_motion(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U") as (app, pilot):
        seen = []
        for key in ("j", "down", "k", "up", "G", "g", "end", "home"):
            await press(pilot, key)
            seen.append(cursor_line(app)[1:11])
        first, second, third, last = "2026-03-03", "2026-02-04", "2026-01-15", "2018-06-04"
        assert seen == [second, third, second, first, last, first, last, first]
        await press(pilot, "pagedown")
        below = cursor_line(app)
        await press(pilot, "pageup")
        assert cursor_line(app)[1:11] == first
        assert below[1:11] < "2020"


async def test_parts_of_the_page_by_number_and_in_turn(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U") as (app, pilot):
        shown = []
        for key in ("2", "3", "4", "1", "tab", "tab", "tab", "]"):
            await press(pilot, key)
            shown.append(page(app).tab)  # type: ignore[attr-defined]
        assert shown == [
            *("costs", "similar", "recommended", "timeline"),
            *("costs", "similar", "recommended", "timeline"),
        ]


async def test_costs_by_year_open_to_their_visits(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U", "2") as (app, pilot):
        table = text_of(app, "#rows")
        assert "2024         4,130.00         0.00     4,130.00         2    52 h" in table
        assert "all         14,589.50       650.00    15,239.50        10" in table
        assert "repairs  ░ other work  ● failures" in table
        await press(pilot, "down", "down", "enter")
        assert isinstance(app.screen, BreakdownScreen)
        assert "Costs of 2024" in text_of(app, "#head")
        assert "4,130.00 EUR" in text_of(app, "#head")
        assert "2024-12-19 Motor trips" in text_of(app, "#rows")
        await press(pilot, "enter")
        assert "On record as C-00" in text_of(app, "#keys")
        await press(pilot, "escape")
        assert isinstance(app.screen, UnitScreen)


async def test_costs_in_yen_are_whole(fleet: Desk, clock: FixedClock) -> None:
    pay_in(fleet, "JPY")
    async with on(fleet, clock, "U", size=(160, 50)) as (app, pilot):
        assert "190,502 JPY a year, 10 failures" in text_of(app, "#head")
        await press(pilot, "2")
        assert "all         1,458,950       65,000    1,523,950        10" in text_of(app, "#rows")
        await press(pilot, "down", "down", "enter")
        assert "413,000 JPY" in text_of(app, "#head")


async def test_similar_failures_tell_what_helped(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U", "3") as (app, pilot):
        assert "Oil leak                       5       2      1       800.00" in text_of(app, "#rows")
        await press(pilot, "enter")
        assert isinstance(app.screen, AskDialog)


async def test_a_visit_opens_and_a_call_leads_to_the_queue(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U", "down", "down", "enter") as (app, pilot):
        assert isinstance(app.screen, AskDialog)
        await press(pilot, "escape", "home", "enter")
        assert app.screen is screen_of(app)
        assert screen_of(app).calls.current is not None
        assert screen_of(app).calls.current.number == "C-0900"  # type: ignore[union-attr]


async def test_reads_again_what_has_changed(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U") as (app, pilot):
        with fleet.store.write() as connection:
            values = {"unit_id": 1, "read_at": day("2026-03-03"), "value": 36_999.0, "meter_unit": "h"}
            connection.execute(sa.insert(tables.reading).values(**values))
        assert "36,999" not in text_of(app, "#head")
        await press(pilot, "r")
        assert "Meter 36,999 h" in text_of(app, "#head")


async def test_a_long_history_is_read_page_by_page(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        rows = [
            {"unit_id": 1, "read_at": day(f"20{year:02}-{month:02}-03"), "value": 1.0}
            for year in range(1, 18)
            for month in range(1, 13)
        ]
        connection.execute(sa.insert(tables.reading), rows)
    async with on(fleet, clock, "U") as (app, pilot):
        assert "more below" in text_of(app, "#rows")
        for _ in range(3):
            await press(pilot, "end")
        assert "more below" not in text_of(app, "#rows")
        assert cursor_line(app)[1:11] == "2001-01-03"


async def test_a_call_without_a_unit_says_so(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(sa.update(tables.call).values(unit_id=None))
    async with on(fleet, clock, "U") as (app, _pilot):
        assert isinstance(app.screen, AskDialog)


async def test_a_unit_of_which_nothing_is_known(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "F", *"zz-1", "enter") as (app, pilot):
        assert isinstance(app.screen, UnitScreen)
        assert "Age not known: no install date.  No meter readings." in text_of(app, "#head")
        assert "No agreement." in text_of(app, "#head")
        assert "Nothing has happened to this unit yet." in text_of(app, "#rows")
        await press(pilot, "2")
        assert "No costs on record." in text_of(app, "#rows")
        await press(pilot, "3")
        assert "No failures on record" in text_of(app, "#rows")


async def test_hostile_text_stays_text(fleet: Desk, clock: FixedClock) -> None:
    nasty = "[/bold][@click=app.bell]x[/]\x1b]52;c;aGk=\x07\u202egnirts"
    with fleet.store.write() as connection:
        connection.execute(sa.update(tables.unit).values(name=nasty, note=nasty))
        connection.execute(
            sa.update(tables.visit).values(problem=nasty, work=nasty, kind="repair", cause=nasty)
        )
        connection.execute(sa.update(tables.customer).values(name=nasty))
        connection.execute(sa.update(tables.agreement).values(cover=nasty))
    async with on(fleet, clock, "U", size=(120, 40)) as (app, pilot):
        for key in ("1", "3", "2"):
            await press(pilot, key)
            drawn = text_of(app, "#head") + text_of(app, "#rows")
            assert not set("\x1b\x07\u202e") & set(drawn)
        await press(pilot, "1", "down", "down", "enter")
        assert isinstance(app.screen, AskDialog)
        await press(pilot, "escape", "F")
        assert "[@click=app.bell]" in text_of(app, "#rows")


async def test_the_help_shows_the_keys_of_this_page(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "U", "?") as (app, _pilot):
        assert isinstance(app.screen, HelpScreen)
        assert "What failed here, and on other units of the model." in text_of(app, "Lines")


async def test_the_search_follows_the_typing(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "F") as (app, pilot):
        assert isinstance(app.screen, SearchScreen)
        assert len(app.screen.found) == 4
        await press(pilot, *"harbour 10")
        assert [unit.serial for unit in app.screen.found] == ["CX-1044", "CX-1045"]
        await press(pilot, "down")
        assert cursor_line(app).startswith(" CX-1045")
        await press(pilot, "up", "pagedown", "pageup", "ctrl+n", "enter")
        assert isinstance(app.screen, UnitScreen)
        assert "CX-1045" in text_of(app, "#head")
        await press(pilot, "F", *"nobody")
        assert "No unit fits." in text_of(app, "#rows")
        await press(pilot, "enter", "escape")
        assert app.screen is screen_of(app)


async def test_the_search_takes_any_text(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "F") as (app, pilot):
        app.screen.query_one(Input).value = "%_[/x]\x1b[31m'\";--"
        await press(pilot, "down")
        assert "No unit fits." in text_of(app, "#rows")


# -- how it looks ------------------------------------------------------------------------------


@pytest.fixture(params=["dark", "no_color"])
def colours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    assert (request.param == "no_color") == ("NO_COLOR" in os.environ)
    return str(request.param)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("U",), id="timeline"),
        pytest.param(("U", "2"), id="costs"),
        pytest.param(("U", "3"), id="similar"),
        pytest.param(("F", *"acme"), id="search"),
    ],
)
def test_looks(
    snap_compare: Callable[..., bool],
    fleet: Desk,
    clock: FixedClock,
    colours: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    assert snap_compare(make_app(fleet, clock), terminal_size=size, run_before=steps(*keys))


def test_looks_in_ascii(snap_compare: Callable[..., bool], fleet: Desk, clock: FixedClock) -> None:
    app = make_app(fleet, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps("U", "2"))
