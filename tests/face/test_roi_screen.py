"""Repair or replace by its keys: an edited input counts at once, every number opens; and how it looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from textual.widgets import Input

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.roi.futures import PATHS
from dispatch_tui.roi.marks import Source
from dispatch_tui.screens.breakdown import BreakdownScreen
from dispatch_tui.screens.dialogs import PickDialog, TextDialog
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.screens.unit import UnitScreen
from dispatch_tui.store import tables
from tests.face.conftest import make_app, screen_of
from tests.face.units import cursor_line, fleet_desk, on, press, steps, text_of

SIZES = ((80, 24), (120, 40), (200, 50))


@pytest.fixture
def fleet(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = fleet_desk(tmp_path / "fleet.sqlite", clock)
    yield desk
    desk.store.close()


def typed(text: str) -> tuple[str, ...]:
    """Keys that replace what stands in an editor."""
    return ("enter", "ctrl+u", *text, "enter")


async def test_from_a_call_and_from_the_unit_by_one_key(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        assert isinstance(app.screen, RoiScreen)
        assert "CX-1044: repair, or replace by Arctic 45e" in text_of(app, "#title")
        await press(pilot, "escape")
        assert app.screen is screen_of(app)
        await press(pilot, "U", "$")
        assert isinstance(app.screen, RoiScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, UnitScreen)


async def test_the_inputs_are_prefilled_and_say_where_from(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, _pilot):
        inputs = text_of(app, "#inputs")
        for line in (
            "Repair quote         7,200.00 ▸ quote",
            "Price               29,000.00 ■ catalogue",
            "Life                     15 y ■ catalogue",
            "Interest a year           8 % ? assumed",
            "Use expected          3,998 h ● history",
        ):
            assert line in inputs
        said = text_of(app, "#verdict")
        assert "Replace: over 10 years that is" in said
        assert "the quote of 7,200 EUR is above that" in said
        probability = re.search(r"replacing is cheaper in (\d+) of 100 futures", " ".join(said.split()))
        assert probability is not None
        results = text_of(app, "#results")
        assert re.search(rf"Replacing is cheaper +{probability[1]} ±0\.[45] %", results)
        assert re.search(r"If kept, best for +\d+ years?", results)
        assert re.search(r"Downtime avoided +\d+\.\d h/year", results)


async def test_an_edited_input_counts_at_once_and_can_be_put_back(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RoiScreen)
        before = text_of(app, "#verdict"), text_of(app, "#results")
        await press(pilot, *typed("20000"))
        assert screen.answer is not None
        assert screen.answer.decision.case.defender.quote == 2_000_000
        assert screen.inputs is not None
        assert screen.inputs.origins["quote"].source is Source.OPERATOR
        assert "20,000.00 + typed" in cursor_line(app)
        assert "Replace: over 10 years" in text_of(app, "#verdict")
        assert text_of(app, "#results") != before[1]
        await press(pilot, "x")
        assert (text_of(app, "#verdict"), text_of(app, "#results")) == before
        assert "quote" in cursor_line(app)


async def test_what_cannot_be_read_is_refused_where_it_is_typed(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *typed("12,5")) as (app, pilot):
        assert isinstance(app.screen, TextDialog)
        assert app.screen.query_one(Input).value == "12,5"
        await press(pilot, "escape")
        assert "7,200.00 ▸ quote" in cursor_line(app)


async def test_an_impossible_input_names_itself(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        assert isinstance(app.screen, RoiScreen)
        app.screen.inputs_pane.put("input:rate")
        await press(pilot, *typed("800 %"))
        assert "No answer yet" in text_of(app, "#verdict")
        assert "800 % ✖ refused" in cursor_line(app)
        assert app.screen.figures == {}
        await press(pilot, *typed("5 %"))
        assert "No answer yet" not in text_of(app, "#verdict")


async def test_every_number_opens_down_to_the_visits(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "tab", "enter") as (app, pilot):
        assert isinstance(app.screen, BreakdownScreen)
        assert "Yearly saving by replacing" in text_of(app, "#head")
        path = (
            "What keeping costs more than replacing now",
            "Keep CX-1044 2 years: cost in today's money",
            "Repairs",
            "Failures a year",
            "The unit's own factor",
        )
        for label in (*path, "Failures on record"):
            rows = app.screen.rows
            key = next(
                row.key for row in rows.rows if row.key and label in "".join(piece.text for piece in row.line)
            )
            assert rows.put(key)
            await press(pilot, "enter")
            assert app.screen.figure.label.startswith(label)
        assert "2026-01-15 Oil leak" in text_of(app, "#rows")
        await press(pilot, *["escape"] * 6)
        assert "Yearly saving by replacing" in text_of(app, "#head")
        await press(pilot, "escape")
        assert isinstance(app.screen, RoiScreen)


async def test_the_sides_by_several_keys(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RoiScreen)
        sides = []
        for key in ("tab", "tab", "l", "h", "right", "left"):
            await press(pilot, key)
            sides.append(screen.results_pane.has_focus)
        assert sides == [True, False] * 3


async def test_the_bar_explains_the_input_under_the_cursor(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "down") as (app, pilot):
        assert "Assumed, nobody has confirmed it" in text_of(app, "#keys")
        await press(pilot, "tab", "down")
        assert "Other side" in text_of(app, "#keys")


async def test_money_rates_and_years_do_not_draw_the_futures_anew(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RoiScreen)
        drawn = []
        for name, text in (("quote", "300"), ("rate", "5 %"), ("failures", "1.5")):
            assert screen.answer is not None
            drawn.append(screen.answer.decision.futures)
            screen.inputs_pane.put(f"input:{name}")
            await press(pilot, *typed(text))
        assert screen.answer is not None
        assert drawn[0] is drawn[1] is drawn[2]
        assert screen.answer.decision.futures is not drawn[2]
        assert screen.answer.decision.futures.paths == PATHS


async def test_another_challenger(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "c") as (app, pilot):
        assert isinstance(app.screen, PickDialog)
        await press(pilot, *"polar", "enter")
        assert "replace by Polar 9" in text_of(app, "#title")
        assert "No answer yet: Polar 9 has no price." in text_of(app, "#verdict")
        assert "Polar 9 is priced in USD: enter its price in EUR." in text_of(app, "#results").replace(
            "\n  ", ""
        )


async def test_nothing_known_asks_for_one_thing_after_the_other(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(sa.update(tables.call).where(tables.call.c.number == "C-0900").values(unit_id=4))
    async with on(fleet, clock, "$") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RoiScreen)
        asked = []
        for name, text in (
            ("repair", "900"),
            ("price", "20000"),
            ("life", "9"),
            ("new_repair", "900"),
        ):
            asked.append(text_of(app, "#verdict").splitlines()[0].strip())
            assert "needed" in text_of(app, "#inputs")
            screen.inputs_pane.put(f"input:{name}")
            await press(pilot, *typed(text))
        assert len(set(asked)) == 4
        assert "It depends on the quote: a repair is worth at most" in text_of(app, "#verdict")
        screen.inputs_pane.put("input:quote")
        await press(pilot, *typed("500"))
        assert screen.answer is not None
        assert "needed" not in text_of(app, "#inputs")
        assert "It depends on how often it fails, which nobody knows" in text_of(app, "#verdict")
        screen.inputs_pane.put("input:failures")
        await press(pilot, *typed("0.5"))
        assert "Repair: over 10 years" in text_of(app, "#verdict")


async def test_nothing_is_written(fleet: Desk, clock: FixedClock) -> None:
    def changes() -> int:
        with fleet.store.read() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(tables.change)) or 0)

    async with on(fleet, clock) as (_app, pilot):
        before = changes()
        await press(pilot, "$", *typed("9000"), "c", "enter", "tab", "enter", "escape")
        assert changes() == before


# -- how it looks ------------------------------------------------------------------------------


@pytest.fixture(params=["dark", "no_color"])
def colours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    return str(request.param)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("$",), id="panel"),
        pytest.param(("$", *typed("20000"), "tab"), id="typed"),
        pytest.param(("$", "tab", "down", "enter"), id="breakdown"),
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
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps("$"))
