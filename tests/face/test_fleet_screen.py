"""The fleet's page by its keys, and how it looks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.actions import FLEET, actions_for
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.fleetwide import whole_fleet
from dispatch_tui.screens.fleet import FleetScreen
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.store import tables as t
from tests.face.conftest import make_app
from tests.face.units import fleet_desk, on, press, steps, text_of
from tests.support.fleet import add_fleet, pay_in

SIZES = ((80, 24), (120, 40), (200, 50))
Compare = Callable[..., bool]


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Desk:
    return fleet_desk(tmp_path / "fleet.sqlite", clock)


def test_every_action_has_its_method() -> None:
    assert actions_for(FLEET)
    for action in actions_for(FLEET):
        assert hasattr(FleetScreen, f"action_{action.method}"), action.id


async def test_units_are_ranked_and_lead_to_their_comparison(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, "M", size=(120, 40)) as (app, pilot):
        assert "of 4 units are cheaper replaced" in text_of(app, "#head")
        lines = text_of(app, "#rows").splitlines()
        assert [line.split()[0] for line in lines[1:5]] == ["CX-1044", "CX-1045", "CX-2000", "ZZ-1"]
        assert "nobody knows" in lines[4]
        ends = [lines[0].index(word) + len(word) for word in ("saves a year", "outlay", "fails by")]
        for line in lines[1:4]:
            assert [line[end - 1] != " " and line[end : end + 1].strip() == "" for end in ends] == [True] * 3
        await press(pilot, "enter")
        assert isinstance(app.screen, RoiScreen)


async def test_a_budget_is_spent_in_order(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, "M", "b", *"40000", "enter", size=(120, 40)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, FleetScreen)
        cheaper = [one.unit for one in screen.found.outcomes if one.replace] if screen.found else []
        assert [one.outcome.unit for one in screen.bought] == cheaper[:5]
        assert text_of(app, "#head").splitlines()[1].strip().startswith("40,000 EUR a year")
        await press(pilot, "b", "backspace", "backspace", "backspace", "backspace", "backspace", "enter")
        assert "No budget set" in text_of(app, "#head")


async def test_a_budget_in_yen(desk: Desk, clock: FixedClock) -> None:
    pay_in(desk, "JPY")
    async with on(desk, clock, "M", "b", *"4000000", "enter", size=(120, 40)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, FleetScreen)
        assert "4,000,000 JPY a year" in text_of(app, "#head")
        assert "year 1: 1 for 3,337,500 JPY" in text_of(app, "#head")
        assert screen.bought[0].left == 4_000_000 - 3_337_500
        await press(pilot, "b", "ctrl+u", *"0.5", "enter")
        assert "It must be above 0." in "".join(str(one.content) for one in app.screen.query(".keys"))


async def test_the_years_of_the_budget_are_chosen(desk: Desk, clock: FixedClock) -> None:
    with desk.store.write() as connection:  # so thrifty that all three pay
        connection.execute(
            sa.update(t.model).where(t.model.c.name == "Arctic 45e").values(energy_minor_per_year=10_000)
        )
    async with on(desk, clock, "M", "b", *"40000", "enter", size=(120, 40)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, FleetScreen)
        whole = len(screen.bought)
        assert whole > 1
        assert "40,000 EUR a year for 5 years buys" in text_of(app, "#head")
        assert text_of(app, "#head").splitlines()[2].startswith(" year 1: 1 for 33,375 EUR, year 2: 1 for")
        await press(pilot, "y", "ctrl+u", *"0", "enter")
        assert "Write whole years, 1 to 30." in "".join(str(one.content) for one in app.screen.query(".keys"))
        await press(pilot, "ctrl+u", *"1", "enter")
        assert "40,000 EUR a year for 1 year buys 1 unit," in text_of(app, "#head")
        assert len(screen.bought) == 1


async def test_each_line_says_whose_unit_it_is(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, "M") as (app, pilot):
        assert "customer" in text_of(app, "#rows").splitlines()[0]
        assert "Acme Cold Store" in text_of(app, "#rows").splitlines()[1]
        await press(pilot, "c", *"acme cold store", "enter")
        assert "replace by" in text_of(app, "#rows").splitlines()[0]
        assert "Arctic 45e" in text_of(app, "#rows").splitlines()[1]


async def test_the_fleet_on_the_shared_database(pg_url: str, clock: FixedClock) -> None:
    desk = open_desk(pg_url, clock=clock)
    add_fleet(desk)
    async with on(desk, clock, "M", "b", *"40000", "enter", size=(120, 40)) as (app, pilot):
        assert "of 4 units are cheaper replaced" in text_of(app, "#head")
        lines = text_of(app, "#rows").splitlines()
        assert [line.split()[0] for line in lines[1:5]] == ["CX-1044", "CX-1045", "CX-2000", "ZZ-1"]
        assert "yr 1" in lines[1]
        await press(pilot, "enter")
        assert isinstance(app.screen, RoiScreen)
        assert app.screen.answer is not None
    desk.store.close()


async def test_one_customers_units(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, "M", "c", *"acme cold store", "enter") as (app, pilot):
        assert "of 3 units" in text_of(app, "#head")
        await press(pilot, "c", *"nobody", "enter")
        assert "There is no customer nobody" in text_of(app, "#keys")


async def test_the_table_is_saved(desk: Desk, clock: FixedClock, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    keys = ("M", "o", *["backspace"] * len("fleet.csv"), *str(file), "enter")
    async with on(desk, clock, *keys) as (app, _):
        assert "Saved 4 units" in text_of(app, "#keys")
        assert file.read_text("utf-8-sig").splitlines()[1].startswith("CX-1044,Arctic 45e,EUR,")


async def test_it_can_be_stopped(desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def slow(*asked: Any, progress: Callable[[int, int], None], stop: Callable[[], bool]) -> Any:
        progress(2, 4)
        for _ in range(500):
            if stop():
                stopped.set()
                break
            threading.Event().wait(0.01)
        return whole_fleet(*asked, progress=progress, stop=stop)

    monkeypatch.setattr("dispatch_tui.screens.fleet.whole_fleet", slow)
    async with on(desk, clock) as (app, pilot):
        await pilot.press("M")
        for _ in range(200):
            await pilot.pause(0.02)
            if isinstance(app.screen, FleetScreen) and "2 of 4 units" in text_of(app, "#head"):
                break
        assert "2 of 4 units" in text_of(app, "#head")
        await press(pilot, "x")
        assert stopped.wait(5)
        assert "Stopped" in text_of(app, "#head")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("colours", ["dark", "no_color"])
def test_how_it_looks(
    snap_compare: Compare,
    desk: Desk,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    colours: str,
) -> None:
    if colours == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    run = steps("M", "b", *"40000", "enter")
    assert snap_compare(make_app(desk, clock), terminal_size=size, run_before=run)
