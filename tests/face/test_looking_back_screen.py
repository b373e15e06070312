"""Looking back by its keys: whose, which period, the chart and the definition of a measure, a file; and my work."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from dispatch_tui.actions import LOOKING_BACK, MY_WORK, actions_for
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.looking_back import look_back
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.dialogs import PickDialog, TextDialog
from dispatch_tui.screens.looking_back import LookingBackScreen
from dispatch_tui.screens.my_work import MyWorkScreen, target_of
from dispatch_tui.screens.writing import WriteDialog
from tests.face.board import build_board
from tests.face.conftest import make_app
from tests.face.my_work import add_my_work
from tests.face.test_snapshots import SIZES, Compare
from tests.face.units import cursor_line, on, press, steps, text_of
from tests.support.attained import add_year


@pytest.fixture
def year(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = open_desk(f"sqlite:///{tmp_path / 'year.sqlite'}", clock=clock)
    add_year(desk)
    yield desk
    desk.store.close()


@pytest.fixture
def worked(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = build_board(f"sqlite:///{tmp_path / 'board.sqlite'}", clock)
    add_my_work(desk, clock)
    yield desk
    desk.store.close()


@pytest.mark.parametrize(("kind", "owner"), [(LOOKING_BACK, LookingBackScreen), (MY_WORK, MyWorkScreen)])
def test_every_action_has_its_method(kind: str, owner: type) -> None:
    assert actions_for(kind)
    for action in actions_for(kind):
        assert hasattr(owner, f"action_{action.method}"), action.id


def line_of(shown: str, start: str) -> list[str]:
    (found,) = [line.split() for line in shown.splitlines() if line.strip().startswith(start)]
    return found


async def test_each_measure_beside_the_month_before_with_its_definition(
    year: Desk, clock: FixedClock
) -> None:
    async with on(year, clock, "B") as (app, pilot):
        assert text_of(app, "#head").strip() == "everybody   months, 2025-04-01 to 2026-03-04"
        rows = text_of(app, "#rows")
        assert line_of(rows, "measure") == ["measure", "of", "Feb", "Mar"]
        assert line_of(rows, "SLA attainment") == ["SLA", "attainment", "3", "89%", "67%", "▾", "worse"]
        assert line_of(rows, "Repeat calls")[-2:] == ["–", "–"]
        await press(pilot, "down", "down", "down")
        assert "SLA attainment" in cursor_line(app)
        assert " ".join(text_of(app, "#definition").split()).startswith(
            "SLA attainment. Of the resolution clocks that ended in time or passed due in the period"
        )
        chart = text_of(app, "#chart").splitlines()
        assert chart[-2].split() == [
            "Apr",
            "May",
            "Jun",
            "Jul",
            "Aug",
            "Sep",
            "Oct",
            "Nov",
            "Dec",
            "2026",
            "Feb",
            "Mar",
        ]
        assert chart[-1].split()[-2:] == ["89%", "67%"]
        await press(pilot, "home")
        assert "Nothing was counted in these periods." in text_of(app, "#chart")


async def test_whose_and_when(year: Desk, clock: FixedClock) -> None:
    async with on(year, clock, "B", "w") as (app, pilot):
        assert isinstance(app.screen, PickDialog)
        await press(pilot, *"north", "enter")
        assert text_of(app, "#head").strip().startswith("North")
        assert line_of(text_of(app, "#rows"), "SLA attainment")[2] == "1"
        await press(pilot, "w", *"Harbour")
        for _ in range(100):
            await pilot.pause(0.02)
            if getattr(app.screen, "_found", ()):
                break
        await press(pilot, "enter")
        assert text_of(app, "#head").strip().startswith("Harbour Foods")
        await press(pilot, "p")
        assert "days, 2026-02-19 to 2026-03-04" in text_of(app, "#head")
        await press(pilot, "[")
        assert "days, 2026-02-05 to 2026-02-18" in text_of(app, "#head")
        await press(pilot, "]", "]")
        assert "These are the latest" in text_of(app, "#keys")


async def test_the_figures_as_a_file(year: Desk, clock: FixedClock, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    async with on(year, clock, "B", "o") as (app, pilot):
        assert isinstance(app.screen, TextDialog)
        await press(pilot, "ctrl+u", *str(file), "enter")
        assert "Saved 12 periods" in text_of(app, "#keys")
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    (march,) = [one for one in rows if one["period"] == "2026-03" and one["measure"] == "attained"]
    assert (march["whose"], march["value"], march["of"], march["unit"]) == (
        "everybody",
        "0.666667",
        "3",
        "share",
    )
    assert march["since"] == "2026-02-28T23:00:00+00:00"


async def test_keys_answer_while_it_counts_and_x_stops_it(
    year: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def slow(*asked: Any, progress: Callable[[float], None], stop: Callable[[], bool]) -> Any:
        sleep(0.12)
        progress(0.5)
        while not stop():
            sleep(0.01)
        stopped.set()

    async with on(year, clock, "B") as (app, pilot):
        monkeypatch.setattr("dispatch_tui.screens.looking_back.look_back", slow)
        await pilot.press("p")
        for _ in range(200):
            await pilot.pause(0.02)
            if "50%" in text_of(app, "#head"):
                break
        await pilot.press("down")
        assert "Promises kept" in cursor_line(app), "what was counted before can be walked meanwhile"
        await press(pilot, "x")
        assert stopped.wait(5)
        assert "Stopped. r counts again." in text_of(app, "#head")
        monkeypatch.setattr("dispatch_tui.screens.looking_back.look_back", look_back)
        await press(pilot, "r")
        assert "weeks" in text_of(app, "#head") or "days" in text_of(app, "#head")


async def test_an_empty_house(tmp_path: Path, clock: FixedClock) -> None:
    desk = open_desk(f"sqlite:///{tmp_path / 'new.sqlite'}", clock=clock)
    async with on(desk, clock, "B") as (app, pilot):
        assert line_of(text_of(app, "#rows"), "Backlog age") == ["Backlog", "age", "0", "–", "–"]
        await press(pilot, "m")
        assert isinstance(app.screen, MyWorkScreen)
        assert "None yet. n sets one" in text_of(app, "#rows")
    desk.store.close()


# -- my work -----------------------------------------------------------------------------------


async def test_goals_with_trend_ratings_apart_and_the_review_beside_its_facts(
    worked: Desk, clock: FixedClock
) -> None:
    async with on(worked, clock, "B", "m", size=(120, 40)) as (app, _):
        rows = text_of(app, "#rows")
        assert line_of(rows, "✖ Promises kept")[:4] == ["✖", "Promises", "kept", ">="]
        assert line_of(rows, "✓ MTTR: time to resolve")[-2:] == ["▴", "better"]
        assert line_of(rows, "by customers")[2:6] == ["3.0", "of", "5,", "4"]
        assert line_of(rows, "by us")[2:6] == ["5.0", "of", "5,", "3"]
        assert line_of(rows, "ACTIONS") == ["ACTIONS", "2", "carried", "over"]
        assert "late, by 2026-02-20" in rows
        assert "[/x] [@click=app.bell]press[/]" in rows
        assert "\x1b" not in rows
        assert "Facts: Promises kept 83%" in " ".join(rows.split()) or "Facts: Promises kept" in rows


async def test_setting_changing_and_ending_a_goal(worked: Desk, clock: FixedClock) -> None:
    async with on(worked, clock, "B", "m", "n", *"first resp", "enter") as (app, pilot):
        assert isinstance(app.screen, TextDialog)
        await press(pilot, *"120%", "enter")
        assert "Give a share up to 100%." in str(app.screen.query_one(".keys").render())
        await press(pilot, "ctrl+u", *"95%", "enter")
        assert ">= 95%" in text_of(app, "#rows")
        await press(pilot, "down", "enter", "ctrl+u", *"1d12h", "enter")
        assert "<= 1d 12h" in text_of(app, "#rows")
        await press(pilot, "x")
        assert "<= 1d 12h" not in text_of(app, "#rows")


async def test_a_review_is_written_and_gone_on_with(worked: Desk, clock: FixedClock) -> None:
    async with on(worked, clock, "B", "m", "v") as (app, pilot):
        assert isinstance(app.screen, WriteDialog)
        await press(pilot, "enter", *"More.", "escape", "v")
        screen = app.screen
        assert isinstance(screen, WriteDialog)
        await press(pilot, *" And more.", "ctrl+s")
        assert "The review is kept." in text_of(app, "#keys")
        assert "More. And more." in text_of(app, "#rows")


async def test_an_action_is_written_down_and_done(worked: Desk, clock: FixedClock) -> None:
    async with on(worked, clock, "B", "m", "a", *"Call early", "tab", *"soon", "enter") as (app, pilot):
        assert "Write it as 2026-03-31" in str(app.screen.query_one(".keys").render())
        await press(pilot, "ctrl+u", *"2026-03-20", "enter")
        assert "by 2026-03-20" in text_of(app, "#rows")
        await press(pilot, "down", "down", "down", "enter")
        assert "2 carried over" in text_of(app, "#rows")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("90%", "share", 0.9),
        ("90", "share", 0.9),
        ("4h", "hours", 4.0),
        ("1d 12h", "days", 1.5),
        ("45m", "hours", 0.75),
    ],
)
def test_targets_as_people_write_them(text: str, unit: str, value: float) -> None:
    assert target_of(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(("text", "unit"), [("much", "share"), ("4", "hours"), ("h", "hours"), ("", "share")])
def test_what_is_no_target(text: str, unit: str) -> None:
    with pytest.raises(InvalidInput):
        target_of(text, unit)


# -- pictures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_how_looking_back_looks(
    snap_compare: Compare, year: Desk, clock: FixedClock, size: tuple[int, int]
) -> None:
    pressed = ("B", "down", "down", "down")
    assert snap_compare(make_app(year, clock), terminal_size=size, run_before=steps(*pressed))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_how_my_work_looks(
    snap_compare: Compare, worked: Desk, clock: FixedClock, size: tuple[int, int]
) -> None:
    assert snap_compare(make_app(worked, clock), terminal_size=size, run_before=steps("B", "m"))


@pytest.mark.parametrize("pressed", [("B", "down", "down", "down"), ("B", "m")], ids=["figures", "mine"])
def test_how_they_look_without_colours(
    snap_compare: Compare,
    worked: Desk,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    pressed: tuple[str, ...],
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    add = make_app(worked, clock)
    assert snap_compare(add, terminal_size=(80, 24), run_before=steps(*pressed))
