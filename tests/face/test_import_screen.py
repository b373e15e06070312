"""Bringing in a file by keys: tried first, then brought in, stopped, refused in words; and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.exchange.run import Progress
from dispatch_tui.screens.import_file import ImportScreen, read_stated
from tests.exchange import board as tables
from tests.face.conftest import Open, make_app, screen_of, settled
from tests.face.units import press, steps, text_of

SIZES = ((80, 24), (120, 40), (200, 50))
ORDERS = """\
BscStartDate,Asset,OriginalShorttext,PMType,Cost
2004-07-01,A,BUCKET WON'T OPEN,PM01,183.05
2005-03-20,A,L/H BUCKET CYL LEAKING.,PM01,407.4
2003-12-31,B,won,t swing,PM01
"""


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    path = tmp_path / "in" / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


async def opened(app: WorkbenchApp, pilot: Pilot[Any]) -> ImportScreen:
    """The screen, with work orders chosen."""
    await press(pilot, "I", "down", "down")
    assert isinstance(app.screen, ImportScreen)
    return app.screen


async def enter(pilot: Pilot[Any], screen: ImportScreen, file: str = "", stated: str = "") -> None:
    """Fill the fields and press Enter."""
    screen.file.value, screen.stated.value = file, stated
    await press(pilot, "enter")


def calls_of(desk: Desk) -> int:
    return len(tables.everything(desk)["call"])


async def test_enter_tries_it_and_enter_again_brings_it_in(
    workbench: Open, board: Desk, orders: Path
) -> None:
    before = calls_of(board)
    async with workbench() as (app, pilot):
        screen = await opened(app, pilot)
        await press(pilot, *"ord")
        assert screen.file.value == "ord"
        await enter(pilot, screen, "orders.csv")
        told = text_of(app, "#told")
        assert "3 rows read" in told
        assert "2 would be imported" in told
        assert "1 rejected: orders.csv.rejects.csv" in told
        assert "Nothing is in the database yet; the rejects file is written." in text_of(app, "#keys")
        assert calls_of(board) == before
        await press(pilot, "enter")
        assert "2 imported" in text_of(app, "#told")
        assert calls_of(board) == before + 2
        assert tables.costs_by_unit(board)["A"] == 18305 + 40740
        await press(pilot, "escape")
        assert app.screen is screen_of(app)


async def test_another_file_or_statement_is_tried_first(workbench: Open, board: Desk, orders: Path) -> None:
    before = calls_of(board)
    async with workbench() as (app, pilot):
        screen = await opened(app, pilot)
        await enter(pilot, screen, "orders.csv")
        await press(pilot, "tab")
        assert screen.stated.has_focus
        await enter(pilot, screen, "orders.csv", "currency=USD")
        assert "Nothing is in the database yet; the rejects file is written." in text_of(app, "#keys")
        assert calls_of(board) == before
        await press(pilot, "enter")
        assert {row[3] for row in tables.visits(board) if row[0] == "work-orders:"} == {"USD"}


@pytest.mark.parametrize(
    ("moves", "file", "stated", "says"),
    [
        ((), "", "", "file: it is missing"),
        ((), "none.csv", "", "There is no file none.csv"),
        ((), "orders.csv", "dates=dmy", "is not an order of dates"),
        ((), "orders.csv", "when=now", "'when=now' is not name=value"),
        (("up", "up"), "orders.csv", "", "orders.csv lacks 'Call Number'"),
        (("down",), "orders.csv", "", "mapping: it is missing"),
        (("down",), "orders.csv", "mapping=none.toml", "The mapping none.toml cannot be read"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    workbench: Open, orders: Path, moves: tuple[str, ...], file: str, stated: str, says: str
) -> None:
    async with workbench(size=(200, 50)) as (app, pilot):
        screen = await opened(app, pilot)
        await press(pilot, *moves)
        await enter(pilot, screen, file, stated)
        assert says in text_of(app, "#keys")
        assert not screen.running


async def test_a_mapping_of_ones_own(workbench: Open, board: Desk, orders: Path) -> None:
    from dispatch_tui.exchange import presets

    (orders.parent / "mine.toml").write_text(presets.text_of("work-orders").replace('"AUD"', '"CHF"'))
    async with workbench() as (app, pilot):
        screen = await opened(app, pilot)
        await press(pilot, "down")
        await enter(pilot, screen, "orders.csv", "mapping=mine.toml")
        await press(pilot, "enter")
        assert {row[3] for row in tables.visits(board) if row[0] == "work-orders:"} == {"CHF"}


async def test_escape_stops_a_running_import_and_stays(
    workbench: Open, board: Desk, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"2004-07-01,A,job {n},PM01,1\n" for n in range(20_000))
    orders.write_text(ORDERS + lines, encoding="utf-8")
    before = calls_of(board)
    async with workbench() as (app, pilot):
        screen = await opened(app, pilot)
        await enter(pilot, screen, "orders.csv")
        heard: list[Progress] = []
        monkeypatch.setattr(screen, "_tell_progress", heard.append)
        await pilot.press("enter")
        while screen.running and not heard:
            await pilot.pause(0.01)
        await pilot.press("escape")
        await settled(app, pilot)
        assert "Stopped" in text_of(app, "#keys")
        assert app.screen is screen
        assert before < calls_of(board) < before + 20_002
        await press(pilot, "enter", "enter")
        assert calls_of(board) == before + 20_002


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", {}),
        ("dates=d/m/yyyy zone=Europe/Berlin", {"dates": "d/m/yyyy", "zone": "Europe/Berlin"}),
        ("sheet='Sheet 1' delimiter=\\;", {"sheet": "Sheet 1", "delimiter": ";"}),
        ("mapping=a=b.toml", {"mapping": "a=b.toml"}),
    ],
)
def test_statements(text: str, said: dict[str, str]) -> None:
    assert read_stated(text) == said


@pytest.mark.parametrize("text", ["dates", "colour=red", "sheet='open"])
def test_statements_that_are_none(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_stated(text)


@pytest.mark.parametrize("colour", ["dark", "no_color"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_how_it_looks(
    snap_compare: Callable[..., bool],
    board: Desk,
    clock: FixedClock,
    orders: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    colour: str,
) -> None:
    if colour == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(board, clock)
    run = steps("I", "down", "down", *"orders.csv")
    assert snap_compare(app, terminal_size=size, run_before=run)
