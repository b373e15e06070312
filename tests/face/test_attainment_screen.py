"""The page of attainment and the calls behind its numbers, by their keys, and how they look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from dispatch_tui.actions import ATTAINMENT, ATTAINMENT_CALLS, actions_for
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.attainment import AttainmentScreen
from dispatch_tui.screens.attainment_calls import AttainmentCallsScreen
from dispatch_tui.screens.help import HelpScreen
from dispatch_tui.store.attainment import attainment
from tests.face.conftest import make_app, screen_of
from tests.face.units import cursor_line, on, press, steps, text_of
from tests.support.attained import add_year

SIZES = ((80, 24), (120, 40))
Compare = Callable[..., bool]


@pytest.fixture
def year(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = open_desk(f"sqlite:///{tmp_path / 'year.sqlite'}", clock=clock)
    add_year(desk)
    yield desk
    desk.store.close()


@pytest.mark.parametrize(
    ("kind", "owner"), [(ATTAINMENT, AttainmentScreen), (ATTAINMENT_CALLS, AttainmentCallsScreen)]
)
def test_every_action_has_its_method(kind: str, owner: type) -> None:
    assert actions_for(kind)
    for action in actions_for(kind):
        assert hasattr(owner, f"action_{action.method}"), action.id


async def test_the_figures_and_what_counts(year: Desk, clock: FixedClock) -> None:
    async with on(year, clock, "%") as (app, _):
        head = text_of(app, "#head").splitlines()
        # Calls 23 to 360: 20 and 8 were mended late, yesterday's is open past due, today's runs, 8 are cancelled.
        assert head[0].strip() == "91.1 % met   ✓ 300 met   ✖ 29 missed   ○ 1 still running"
        assert head[1].strip() == "by team, months, 2025-04-01 to 2026-03-04   left out: 8 cancelled"
        lines = text_of(app, "#rows").splitlines()
        assert [line.split()[0] for line in lines] == ["team", "North", "South", "Coast", "no"]
        ends = [lines[0].index(title) + len(title) for title in ("share", "met", "missed", "running")]
        for line in lines[1:4]:
            assert [line[end - 1] != " " and line[end : end + 1].strip() == "" for end in ends] == [True] * 4
        chart = text_of(app, "#chart").splitlines()
        assert " ".join(chart[-2].split()) == "Apr May Jun Jul Aug Sep Oct Nov Dec 2026 Feb Mar"
        assert len(chart[-1].split()) == 12
        assert chart[-1].split()[-1] == "66%"
        rules = " ".join(text_of(app, "#rules").split())
        assert "ended in time (met) or passed due (missed)." in rules
        assert rules.endswith("Share: met / (met + missed).")


async def test_a_row_leads_to_its_missed_calls_and_these_to_the_call(year: Desk, clock: FixedClock) -> None:
    async with on(year, clock, "%", "enter", size=(120, 40)) as (app, pilot):
        assert isinstance(app.screen, AttainmentCallsScreen)
        assert text_of(app, "#head").splitlines()[0] == " Resolution missed, North"
        lines = text_of(app, "#rows").splitlines()
        behind = app.screen_stack[1]
        assert isinstance(behind, AttainmentScreen)
        assert behind.found is not None
        assert [len(lines) - 1] == [group.tally.missed for group in behind.found.groups if group.id == 1]
        first = lines[1].split()
        # Opened at 06:00 UTC and due ten hours later, 17:00 at the site; ended fourteen hours and its number after.
        assert first[:2] == ["2026-02-17", "17:00"]
        assert first[2:4] == ["2026-02-17", "21:45"]
        assert first[4:7] == ["4h", "45m", "C-0345"]
        await press(pilot, "v")
        assert "Resolution met, North" in text_of(app, "#head")
        await press(pilot, "v", "v", "v", "v")
        assert "Resolution missed, North" in text_of(app, "#head")
        await press(pilot, "enter")
        assert app.screen is screen_of(app)
        story = "".join(piece.text for line in screen_of(app).story.lines for piece in line)
        assert "C-0345" in story


async def test_the_keys_of_the_page(year: Desk, clock: FixedClock) -> None:
    async with on(year, clock, "%") as (app, pilot):
        page = app.screen
        assert isinstance(page, AttainmentScreen)
        seen = []
        for key in ("b", "b", "b", "b"):
            await press(pilot, key)
            seen.append(text_of(app, "#rows").split()[0])
        assert seen == ["customer", "agreement", "technician", "team"]
        await press(pilot, "p")
        assert "by team, days, 2026-02-19 to 2026-03-04" in text_of(app, "#head")
        await press(pilot, "p")
        assert "by team, weeks, 2025-12-15 to 2026-03-04" in text_of(app, "#head")
        await press(pilot, "[")
        assert "weeks, 2025-09-22 to 2025-12-14" in text_of(app, "#head")
        await press(pilot, "]")
        assert "weeks, 2025-12-15 to 2026-03-04" in text_of(app, "#head")
        await press(pilot, "]")
        assert "These are the latest" in text_of(app, "#keys")
        await press(pilot, "1")
        assert page.question.kind == "first_response"
        assert "First response" in [
            piece.text.strip() for piece in page.tabs.lines[0] if piece.style == "current"
        ]
        await press(pilot, "4")
        assert "Nothing counted" in text_of(app, "#head")
        assert "has an agreement that promises it" in text_of(app, "#rows")
        await press(pilot, "2", "b", "s")
        lines = text_of(app, "#rows").splitlines()[1:]
        assert page.found is not None
        counts = sorted((group.tally.missed for group in page.found.groups), reverse=True)
        assert cursor_line(app) == lines[0].ljust(len(cursor_line(app)))
        assert [int(line.split()[-2]) for line in lines] == counts
        await press(pilot, "escape")
        assert app.screen is screen_of(app)


async def test_counting_again_sees_what_has_passed_due(year: Desk, clock: FixedClock) -> None:
    async with on(year, clock, "%") as (app, pilot):
        assert "29 missed   ○ 1 still running" in text_of(app, "#head")
        clock.advance(timedelta(days=2))
        await press(pilot, "r")
        assert "30 missed   ○ 0 still running" in text_of(app, "#head")
        assert "to 2026-03-06" in text_of(app, "#head")


async def test_keys_answer_while_it_counts_and_another_question_stops_it(
    year: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def slow_by_customer(*asked: Any, progress: Callable[[float], None], stop: Callable[[], bool]) -> Any:
        if asked[1].by == "customer":
            sleep(0.12)
            progress(0.5)
            while not stop():
                sleep(0.01)
            stopped.set()
        return attainment(*asked, progress=progress, stop=stop)

    monkeypatch.setattr("dispatch_tui.screens.attainment.attainment", slow_by_customer)
    async with on(year, clock, "%") as (app, pilot):
        await pilot.press("b")
        for _ in range(200):
            await pilot.pause(0.02)
            if "50%" in text_of(app, "#head"):
                break
        assert text_of(app, "#head").split()[0] == "Counting"
        assert text_of(app, "#rows").split()[0] == "team"  # what was counted before stays meanwhile
        await press(pilot, "b")
        assert stopped.wait(5)
        assert text_of(app, "#rows").split()[0] == "agreement"
        assert "91.1 % met" in text_of(app, "#head")


async def test_it_is_found_by_the_palette(year: Desk, clock: FixedClock) -> None:
    async with on(year, clock, "ctrl+p", *"attain", "enter") as (app, _):
        assert isinstance(app.screen, AttainmentScreen)


async def test_from_a_page_the_palette_finds_the_pages_own_actions_and_stays_there(
    year: Desk, clock: FixedClock
) -> None:
    async with on(year, clock, "%") as (app, pilot):
        assert text_of(app, "#rows").split()[0] == "team"
        await press(pilot, "ctrl+p", *"group by", "enter")
        await pilot.pause(0.3)
        assert isinstance(app.screen, AttainmentScreen)
        assert text_of(app, "#rows").split()[0] == "customer"
        await press(pilot, "ctrl+p", *"show the keys", "enter")
        assert isinstance(app.screen, HelpScreen)


# -- pictures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("colours", ["dark", "light", "no_color"])
@pytest.mark.parametrize("pressed", [("%",), ("%", "enter")], ids=["figures", "calls"])
def test_how_it_looks(
    snap_compare: Compare,
    year: Desk,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    colours: str,
    pressed: tuple[str, ...],
) -> None:
    if colours == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    theme = ("T",) if colours == "light" else ()
    assert snap_compare(make_app(year, clock), terminal_size=size, run_before=steps(*theme, *pressed))


def test_how_it_looks_in_ascii(snap_compare: Compare, year: Desk, clock: FixedClock) -> None:
    app = make_app(year, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps("%"))
