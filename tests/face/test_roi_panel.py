"""The panel's tabs, live preview, undo, scenarios and saved recommendations by their keys; and how they look."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from textual.widgets import Input

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.roi.figures import walk
from dispatch_tui.roi.futures import PATHS
from dispatch_tui.roi.marks import Source
from dispatch_tui.screens.breakdown import BreakdownScreen
from dispatch_tui.screens.dialogs import TextDialog
from dispatch_tui.screens.recommendation import RecommendationScreen
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.screens.scenarios import ScenariosScreen
from dispatch_tui.store import tables
from dispatch_tui.store.recommendations import recommendation, recommendations
from dispatch_tui.widgets.lines import Lines
from tests.face.conftest import make_app
from tests.face.units import fleet_desk, on, press, steps, text_of

SIZES = ((80, 24), (120, 40), (200, 50))
QUOTE_TYPED = ("enter", "ctrl+u", *"900", "enter")


@pytest.fixture
def fleet(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = fleet_desk(tmp_path / "fleet.sqlite", clock)
    yield desk
    desk.store.close()


def panel(app: WorkbenchApp) -> RoiScreen:
    assert isinstance(app.screen, RoiScreen)
    return app.screen


def behind(app: WorkbenchApp, selector: str) -> str:
    """What a pane of the panel shows, under the dialog in front of it."""
    screen = next(one for one in app.screen_stack if isinstance(one, RoiScreen))
    return "\n".join(
        "".join(piece.text for piece in line) for line in screen.query_one(selector, Lines).lines
    )


async def test_the_years_add_up_and_open_down_to_the_visits(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "2") as (app, pilot):
        found = panel(app).answer
        assert found is not None
        lines = text_of(app, "#detail").splitlines()
        assert re.split(r"\s{2,}", lines[0].strip()) == ["year", "keep", "replace", "balance"]
        rows = [line.split() for line in lines[1:12]]
        assert [row[0] for row in rows] == ["now", *map(str, range(1, 11))]
        balance = sum(found.decision.extra_flow) / 100
        assert rows[-1][3] == f"{round(balance):,}"
        await press(pilot, "tab", "down", "enter")
        assert isinstance(app.screen, BreakdownScreen)
        assert app.screen.figure.value == found.decision.extra_flow[1]
        keep, new = app.screen.figure.inputs
        assert keep.value == found.decision.kept_on.by_year[1]
        assert new.value == found.decision.replaced.by_year[1]
        assert math.fsum(one.value or 0 for one in keep.inputs) == pytest.approx(keep.value)
        assert "C-0012" in {one.ref for one in walk(keep)}


async def test_the_forecast_shows_what_was_seen_and_its_band(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "3") as (app, pilot):
        shown = text_of(app, "#detail")
        assert "seen ● expected ░ 8 of 10" in shown
        assert "2018" in shown
        row = re.search(r"\+1 +(\d+\.\d) +(\d+) to (\d+)", shown)
        assert row is not None
        assert float(row[2]) <= float(row[1]) <= float(row[3])
        await press(pilot, "tab", "enter")
        assert isinstance(app.screen, BreakdownScreen)
        assert app.screen.figure.label == "Failures of CX-1044 in year 1"
        assert f"{app.screen.figure.value:.1f}" == row[1]
        assert {"P10", "P90"} <= {one.label for one in app.screen.figure.inputs}


async def test_the_best_number_of_years_is_marked(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "4") as (app, pilot):
        found = panel(app).answer
        assert found is not None
        best = found.decision.years
        marked = [line for line in text_of(app, "#detail").splitlines() if re.match(r"●\d", line)]
        assert [int(line[1:3]) for line in marked] == [best]
        detail = panel(app).detail_pane
        await press(pilot, "tab")
        assert detail.put(f"kept:{best}")
        await press(pilot, "enter")
        assert isinstance(app.screen, BreakdownScreen)
        figure = app.screen.figure
        assert figure.value == pytest.approx(found.decision.standing.plan.least)
        keep, now = figure.inputs
        assert (keep.value or 0) - (now.value or 0) == pytest.approx(figure.value)


async def test_the_tornado_marks_what_turns_the_verdict(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "5") as (app, pilot):
        bars = panel(app).bars
        assert bars
        lines = text_of(app, "#detail").splitlines()[1:]
        assert [line.startswith(" ◆") for line in lines[: len(bars)]] == [bar.flips for bar in bars]
        assert any(bar.flips for bar in bars)
        await press(pilot, "tab", "down", "up")
        assert f"The verdict turns at {bars[0].turns_at:.3g}" in text_of(app, "#keys")
        await press(pilot, "enter")
        assert isinstance(app.screen, BreakdownScreen)
        assert app.screen.figure.value == pytest.approx(bars[0].swing)


async def test_what_is_assumed_can_be_edited_where_it_stands(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "6", "tab") as (app, pilot):
        before = text_of(app, "#detail")
        assert "? Interest a year" in before
        assert "beyond" in before
        assert panel(app).detail_pane.put("input:rate")
        await press(pilot, "enter", "ctrl+u", *"5 %", "enter")
        stated = panel(app).inputs
        assert stated is not None
        assert (stated.rate, stated.origins["rate"].source) == (0.05, Source.OPERATOR)
        assert "? Interest a year" not in text_of(app, "#detail")


async def test_what_to_say_ends_with_the_cautions(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "7") as (app, _pilot):
        said = " ".join(text_of(app, "#detail").split())
        assert said.index("We expect") < said.index("Replace: over 10 years") < said.index("No unit of this")


async def test_tabs_in_turn_by_key_and_by_mouse(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", "]", "]", "[") as (app, pilot):
        assert panel(app).tab == "years"
        await press(pilot, "[", "[")
        assert panel(app).tab == "ways"
        await pilot.click("#tabs", offset=(3, 0))
        await pilot.pause()
        assert panel(app).tab == "results"


async def test_the_verdict_follows_each_letter_and_escape_takes_it_back(
    fleet: Desk, clock: FixedClock
) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        before = text_of(app, "#verdict")
        await press(pilot, "enter", "ctrl+u", *"20000")
        assert isinstance(app.screen, TextDialog)
        assert app.screen.query_one(Input).value == "20000"
        assert "the quote of 20,000 EUR is above that" in behind(app, "#verdict")
        await press(pilot, "0")
        assert "the quote of 200,000 EUR is above that" in behind(app, "#verdict")
        await press(pilot, "escape")
        assert text_of(app, "#verdict") == before
        assert panel(app).before == []


async def test_a_preview_comes_before_all_futures_and_is_marked(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        seen: list[tuple[int, bool]] = []
        screen = panel(app)
        paint = screen._paint

        def watched() -> None:
            paint()
            if screen.answer is not None:
                seen.append((screen.answer.decision.futures.paths, "preview" in text_of(app, "#title")))

        screen._paint = watched  # type: ignore[method-assign]
        screen.inputs_pane.put("input:failures")
        await press(pilot, "enter", "ctrl+u", *"2.5", "enter")
        numbers = [paths for paths, _ in seen]
        assert min(numbers) < PATHS
        assert numbers[-1] == PATHS
        assert all(marked == (paths < PATHS) for paths, marked in seen)


async def test_edits_are_taken_back_one_by_one(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$") as (app, pilot):
        before = text_of(app, "#verdict")
        await press(pilot, *QUOTE_TYPED, "c", *"polar", "enter")
        assert "Polar 9" in text_of(app, "#title")
        await press(pilot, "ctrl+z")
        assert "Arctic 45e" in text_of(app, "#title")
        assert "the quote of 900 EUR" in text_of(app, "#verdict")
        await press(pilot, "ctrl+z")
        assert text_of(app, "#verdict") == before
        await press(pilot, "ctrl+z")
        assert "Nothing is changed" in text_of(app, "#keys")


async def test_no_answer_leaves_no_number_on_any_tab(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(sa.update(tables.call).where(tables.call.c.number == "C-0900").values(unit_id=4))
    async with on(fleet, clock, "$") as (app, pilot):
        assert "No answer yet" in text_of(app, "#verdict")
        for tab in "1234567":
            await press(pilot, tab)
            shown = text_of(app, "#detail" if tab != "1" else "#results")
            assert "nan" not in shown.lower()
            assert not re.search(r"\d,\d{3}", shown)
        await press(pilot, "s")
        assert "There is no answer yet" in text_of(app, "#keys")


# -- scenarios ---------------------------------------------------------------------------------


async def test_scenarios_stand_side_by_side_and_say_what_sets_them_apart(
    fleet: Desk, clock: FixedClock
) -> None:
    async with on(fleet, clock, "$", "=") as (app, pilot):
        assert "No scenario yet" in text_of(app, "#keys")
        await press(pilot, "+", *QUOTE_TYPED, "+", "=")
        assert isinstance(app.screen, ScenariosScreen)
        assert text_of(app, "#names").split() == ["Arctic", "45e", "▌Arctic", "45e", "2"]
        shown = text_of(app, "#rows")
        assert re.search(r"Answer +replace +depends", shown)
        assert re.search(r"Repair quote +7,200\.00 +900\.00", shown)
        assert "Interest" not in shown
        await press(pilot, "left", "n", "ctrl+u", *"As quoted", "enter")
        assert text_of(app, "#names").split()[0] == "▌As"
        await press(pilot, "enter")
        inputs = panel(app).inputs
        assert inputs is not None
        assert inputs.quote == 720_000
        await press(pilot, "ctrl+z")
        inputs = panel(app).inputs
        assert inputs is not None
        assert inputs.quote == 90_000


async def test_at_most_four_and_dropped_ones_are_gone(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *"+++++") as (app, pilot):
        assert "There are 4 already" in text_of(app, "#keys")
        names = [one.name for one in panel(app).scenarios]
        assert names == ["Arctic 45e", "Arctic 45e 2", "Arctic 45e 3", "Arctic 45e 4"]
        await press(pilot, "=", "x", "x", "x")
        assert isinstance(app.screen, ScenariosScreen)
        await press(pilot, "x")
        assert panel(app).scenarios == []


# -- saved -------------------------------------------------------------------------------------


async def test_saved_reopened_decided(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "$", *QUOTE_TYPED, "s", *"Shown on paper", "enter") as (app, pilot):
        with fleet.store.read() as connection:
            (saved,) = recommendations(connection, 1)
        assert (saved.presented, saved.call) == ("Shown on paper", "C-0900")
        assert f"Saved as recommendation {saved.id}" in text_of(app, "#keys")
        with fleet.store.write() as connection:
            connection.execute(
                sa.update(tables.model)
                .where(tables.model.c.name == "Arctic 45e")
                .values(price_minor=3_300_000)
            )
        await press(pilot, "escape", "U", "4")
        assert re.search(r"\d{4}-\d\d-\d\d  dana +depends +Arctic 45e", text_of(app, "#rows"))
        await press(pilot, "enter", "escape", "R", "enter")
        assert isinstance(app.screen, RecommendationScreen)
        assert "Presented  Shown on paper" in text_of(app, "#head")
        shown = text_of(app, "#rows")
        assert re.search(r"Price, new +29,000\.00 +33,000\.00  ■ catalogue", shown)
        assert "Repair quote" not in shown
        await press(pilot, "d", *"wait", "enter", *"No money", "enter")
        assert "Decided    wait. No money" in text_of(app, "#head")
        with fleet.store.read() as connection:
            assert recommendation(connection, saved.id).version == 2
        await press(pilot, "enter")
        inputs = panel(app).inputs
        assert inputs is not None
        assert (inputs.quote, inputs.price) == (90_000, 3_300_000)


async def test_a_viewer_is_told_so(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(sa.update(tables.operator).values(role="viewer"))
    async with on(fleet, clock, "$", "s", *"x", "enter") as (app, _pilot):
        assert "A viewer may not recommend." in text_of(app, "#keys")


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
        pytest.param(("$", "3"), id="forecast"),
        pytest.param(("$", "4", "tab"), id="keeping"),
        pytest.param(("$", "5", "tab"), id="tornado"),
        pytest.param(("$", "+", *QUOTE_TYPED, "+", "="), id="scenarios"),
        pytest.param(("$", *QUOTE_TYPED, "s", *"By phone", "enter", "R", "enter"), id="reopened"),
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


@pytest.mark.parametrize("tab", ["3", "4", "5"])
def test_pictures_in_ascii(
    snap_compare: Callable[..., bool], fleet: Desk, clock: FixedClock, tab: str
) -> None:
    app = make_app(fleet, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps("$", tab))
