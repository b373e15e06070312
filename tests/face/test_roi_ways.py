"""The panel with several challengers, parts weighed alone, folds, and scenarios that outlive it; and how it looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Source
from dispatch_tui.screens.breakdown import BreakdownScreen
from dispatch_tui.screens.recommendation import RecommendationScreen
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.store import tables
from tests.face.conftest import make_app
from tests.face.units import cursor_line, fleet_desk, on, press, steps, text_of

SIZES = ((80, 24), (120, 40), (200, 50))
BOTH = ("c", "down", "space", "enter")
"""Polar 9 besides Arctic 45e."""


@pytest.fixture
def fleet(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = fleet_desk(tmp_path / "fleet.sqlite", clock)
    with desk.store.write() as connection:
        connection.execute(
            sa.update(tables.model)
            .where(tables.model.c.name == "Polar 9")
            .values(
                currency="EUR",
                price_minor=2_100_000,
                install_minor=200_000,
                energy_minor_per_year=590_000,
                rated_life_years=9.0,
                rated_mtbf_hours=7_000.0,
            )
        )
    yield desk
    desk.store.close()


def panel(app: WorkbenchApp) -> RoiScreen:
    assert isinstance(app.screen, RoiScreen)
    return app.screen


def inputs_of(app: WorkbenchApp) -> Inputs:
    inputs = panel(app).inputs
    assert inputs is not None
    return inputs


async def test_several_challengers_are_marked_with_space(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *BOTH) as (app, pilot):
        assert "replace by the best of Arctic 45e, Polar 9" in text_of(app, "#title")
        assert "Replace it by Arctic 45e (v: next of 2)" in text_of(app, "#inputs")
        found = panel(app).answer
        assert found is not None
        assert {one.name for one in found.decision.case.challengers} == {"Arctic 45e", "Polar 9"}
        await press(pilot, "c", "enter")  # Enter without a mark: the one under the cursor alone
        assert (
            text_of(app, "#title").split(" in EUR")[0].strip() == "CX-1044: repair, or replace by Arctic 45e"
        )
        await press(pilot, "ctrl+z")
        assert "the best of" in text_of(app, "#title")


async def test_each_challengers_inputs_can_be_turned_to_and_edited(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *BOTH, "v") as (app, pilot):
        assert inputs_of(app).challenger == "Polar 9"
        assert panel(app).inputs_pane.put("input:price")
        await press(pilot, "enter", "ctrl+u", *"1000", "enter")
        assert "21,000" not in cursor_line(app)
        assert panel(app).inputs_pane.put("input:quote")
        await press(pilot, "enter", "ctrl+u", *"900", "enter", "v")
        assert (inputs_of(app).challenger, inputs_of(app).price, inputs_of(app).quote) == (
            "Arctic 45e",
            2_900_000,
            90_000,
        )
        (rival,) = panel(app).stated.rivals if panel(app).stated else ()
        assert (rival.challenger, rival.price, rival.quote) == ("Polar 9", 100_000, 90_000)
        found = panel(app).answer
        assert found is not None
        assert found.decision.standing.best.name == "Polar 9"
        assert "Replace by Polar 9: over 10 years" in text_of(app, "#verdict")


async def test_one_challenger_alone_cannot_be_turned(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "v") as (app, _pilot):
        assert "One challenger is compared" in text_of(app, "#keys")


async def test_all_ways_stand_in_order_and_open(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *BOTH, "8", size=(120, 40)) as (app, pilot):
        lines = text_of(app, "#detail").splitlines()
        assert lines[0].split() == ["way", "best", "for", "to", "pay", "now", "a", "year", "dearer"]
        ends = {title: lines[0].index(title) + len(title) for title in ("to pay now", "a year", "dearer")}
        assert all(
            line[end - 1 : end + 1].strip() == line[end - 1] for line in lines[1:4] for end in ends.values()
        )
        assert lines[1].startswith("● Arctic 45e")
        assert lines[1].endswith("cheapest")
        assert {line[2:20].strip() for line in lines[1:4]} == {"Arctic 45e", "Polar 9", "Repair as quoted"}
        dearer = [int(line.split()[-1].replace(",", "")) for line in lines[2:4]]
        assert dearer == sorted(dearer)
        assert panel(app).detail_pane.put("way:keep")
        panel(app).detail_pane.focus()
        await press(pilot, "enter")
        assert isinstance(app.screen, BreakdownScreen)
        assert app.screen.figure.label == "Repair as quoted: dearer than the cheapest way by"
        assert f"{round((app.screen.figure.value or 0) / 100):,}" in {f"{one:,}" for one in dearer}


async def test_a_part_on_record_can_be_weighed_alone_and_taken_back(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "8") as (app, pilot):
        assert re.search(r"○ Shaft seal kit +36 % +977", text_of(app, "#detail"))
        detail = panel(app).detail_pane
        detail.focus()
        assert detail.put("part:0")
        await press(pilot, "enter")
        inputs = inputs_of(app)
        # Five of the ten failures on this unit's record and of the two of its sister: 4,884.50 in five visits.
        assert (inputs.component, inputs.component_name) == (97_690, "Shaft seal kit")
        assert inputs.component_share == pytest.approx(5 / 12)
        assert inputs.origins["component.price"].source is Source.HISTORY
        shown = text_of(app, "#detail")
        assert "● Shaft seal kit" in shown
        assert "Only Shaft" in shown
        assert re.search(r"▸ Component alone +976\.90", text_of(app, "#inputs"))
        await press(pilot, "enter")
        assert inputs_of(app).component is None
        assert "Only Shaft" not in text_of(app, "#detail")


async def test_seldom_used_inputs_are_folded_until_they_are_opened(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        inputs = panel(app).inputs_pane
        assert "Loan's interest" not in text_of(app, "#inputs")
        assert inputs.put("fold:Paid by")
        await press(pilot, "up", "down")
        assert "Paid by: Paid by, paid down, term" in text_of(app, "#keys")
        await press(pilot, "enter")
        assert "▾ Paid by" in cursor_line(app)
        assert inputs.put("input:paying")
        await press(pilot, "enter", *"loan", "enter")
        assert "No answer yet: the loan of Arctic 45e has no term" in text_of(app, "#verdict")
        assert "needed" in text_of(app, "#inputs")
        for name, text in (("finance_years", "5"), ("finance_rate", "6 %")):
            assert inputs.put(f"input:{name}")
            await press(pilot, "enter", "ctrl+u", *text, "enter")
        assert "No answer yet" not in text_of(app, "#verdict")
        assert inputs.put("fold:Paid by")
        await press(pilot, "enter")
        assert re.search(r"▸ Paid by +loan \+ 3 typed", cursor_line(app))


async def test_a_field_at_fault_opens_its_fold(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        inputs = panel(app).inputs_pane
        assert inputs.put("fold:Written off")
        await press(pilot, "enter")
        assert inputs.put("input:bonus")
        await press(pilot, "enter", "ctrl+u", *"40 %", "enter")
        assert "No answer yet: goes with MACRS only" in text_of(app, "#verdict")
        panel(app).folds.clear()
        panel(app).paint()
        await press(pilot, "down")
        assert "refused" in text_of(app, "#inputs")
        assert inputs.put("input:write_off")
        await press(pilot, "enter", "ctrl+u", *"macrs 7", "enter")
        assert "No answer yet" not in text_of(app, "#verdict")


async def test_the_challenger_that_lacks_something_comes_to_hand(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(
            sa.update(tables.model).where(tables.model.c.name == "Polar 9").values(rated_life_years=None)
        )
    async with on(fleet, clock, "$", *BOTH) as (app, pilot):
        assert "No answer yet: Polar 9 has no life." in text_of(app, "#verdict")
        assert inputs_of(app).challenger == "Polar 9"
        assert panel(app).inputs_pane.put("input:life")
        await press(pilot, "enter", "ctrl+u", *"9", "enter")
        assert "No answer yet" not in text_of(app, "#verdict")


async def test_scenarios_outlive_the_panel(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *BOTH, "enter", "ctrl+u", *"900", "enter", "+") as (app, pilot):
        assert "Kept as Arctic 45e with the unit" in text_of(app, "#keys")
        await press(pilot, "escape", "$", "=")
        assert text_of(app, "#names").split() == ["▌Arctic", "45e"]
        await press(pilot, "n", "ctrl+u", *"Both models", "enter", "enter")
        assert "the best of Arctic 45e, Polar 9" in text_of(app, "#title")
        assert inputs_of(app).quote == 90_000
    async with on(fleet, clock, "$", "=", "x") as (app, pilot):
        await press(pilot, "escape", "$", "=")
        assert "No scenario yet" in text_of(app, "#keys")


async def test_a_viewer_keeps_scenarios_while_the_page_is_open(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(sa.update(tables.operator).values(role="viewer"))
    async with on(fleet, clock, "$", "+") as (app, pilot):
        assert "while this page is open" in text_of(app, "#keys")
        await press(pilot, "=", "n", "ctrl+u", *"Mine", "enter")
        assert text_of(app, "#names").split() == ["▌Mine"]
        await press(pilot, "x")
        assert panel(app).scenarios == []


async def test_a_recommendation_on_several_models_is_asked_again(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *BOTH, "s", *"On paper", "enter", "R", "enter") as (app, pilot):
        assert isinstance(app.screen, RecommendationScreen)
        assert app.screen.found is not None
        assert [one.challenger for one in app.screen.found.rivals] == ["Polar 9"]
        await press(pilot, "enter")
        assert "the best of Arctic 45e, Polar 9" in text_of(app, "#title")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("component_share", "150 %", "between 0 and 100 %"),
        ("value_loss", "150 %", "between 0 and 100 %"),
        ("life", "1000000", "1 to 60 whole years"),
        ("expected_usage", "0", "must be above 0"),
    ],
)
async def test_what_is_impossible_is_said_and_no_number_stays(
    fleet: Desk, clock: FixedClock, name: str, text: str, said: str
) -> None:
    async with on(fleet, clock, "$", "8") as (app, pilot):
        detail = panel(app).detail_pane
        detail.focus()
        assert detail.put("part:0")
        await press(pilot, "enter", "1")
        panel(app).folds.add("Component alone")
        panel(app).paint()
        await press(pilot, "tab", "tab")
        inputs = panel(app).inputs_pane
        inputs.focus()
        assert inputs.put(f"input:{name}")
        await press(pilot, "enter", "ctrl+u", *text, "enter")
        assert said in text_of(app, "#verdict")
        assert "refused" in cursor_line(app)
        assert not re.search(r"\d,\d{3}|nan", text_of(app, "#results").lower())


# -- how it looks ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("colours", ["dark", "no_color"])
def test_looks(
    snap_compare: Callable[..., bool],
    fleet: Desk,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    colours: str,
) -> None:
    if colours == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    keys = ("$", *BOTH, "8", "tab")
    assert snap_compare(make_app(fleet, clock), terminal_size=size, run_before=steps(*keys))


def test_looks_in_ascii(snap_compare: Callable[..., bool], fleet: Desk, clock: FixedClock) -> None:
    app = make_app(fleet, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps("$", *BOTH, "8"))


def test_folds_look(snap_compare: Callable[..., bool], fleet: Desk, clock: FixedClock) -> None:
    keys = ("$", *["down"] * 11, "enter", *["down"] * 4, "enter")
    assert snap_compare(make_app(fleet, clock), terminal_size=(80, 24), run_before=steps(*keys))


def test_marks_look(snap_compare: Callable[..., bool], fleet: Desk, clock: FixedClock) -> None:
    app = make_app(fleet, clock)
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps("$", *BOTH[:3]))
