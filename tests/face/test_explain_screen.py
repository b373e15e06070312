"""The page that explains due times, by its keys and its mouse, and how it and the states of the queue look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from textual.pilot import Pilot

from dispatch_tui.actions import EXPLAIN, actions_for
from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.explain import ExplainScreen
from dispatch_tui.settings import Settings
from dispatch_tui.store import tables
from tests.face.board import OPERATOR
from tests.face.clocks_board import NEVER, NONE, NOW, PAUSED, SHUT, TOLD, WAITS, build_clocks
from tests.face.conftest import make_app, ready, screen_of, settled
from tests.face.units import press, text_of
from tests.support.desks import as_role


@pytest.fixture
def clocks(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = build_clocks(f"sqlite:///{tmp_path / 'clocks.sqlite'}", clock)
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.operator).values(account=OPERATOR, name="Dana"))
    yield desk
    desk.store.close()


@asynccontextmanager
async def at_call(
    desk: Desk, clock: FixedClock, call_id: int, *keys: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[WorkbenchApp, Pilot[None]]]:
    """The workbench with the cursor on a call, after pressing ``keys``."""
    app = make_app(desk, clock)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        screen_of(app).calls.go_to(call_id)
        await press(pilot, *keys)
        yield app, pilot


def explained(app: WorkbenchApp) -> ExplainScreen:
    assert isinstance(app.screen, ExplainScreen)
    return app.screen


def test_every_action_has_its_method() -> None:
    for action in actions_for(EXPLAIN):
        assert hasattr(ExplainScreen, f"action_{action.method}"), action.id


async def test_e_explains_the_clock_that_matters_and_escape_goes_back(
    clocks: Desk, clock: FixedClock
) -> None:
    async with at_call(clocks, clock, TOLD, "e") as (app, pilot):
        assert explained(app).one is not None
        head = text_of(app, "#why")
        assert head.splitlines()[0].startswith(" ✖ late 1d 23h   4 h of 4 h counted so far")
        words = " ".join(head.split())
        assert (
            "Next update was due Mon 2 Mar 10:30 at the site (Europe/Berlin): 4 h of Mon-Fri 08:00-17:00"
            in words
        )
        assert "from Fri 27 Feb 14:30, less 1 h on hold." in words
        table = text_of(app, "#rows")
        assert "Fri 27 Feb 17:00 Mon 08:00 weekend                          63h 00m   2h 30m" in table
        assert "on hold: a part is o…             1h 00m   3h 30m" in table
        assert "All: 68 h by the wall clock                         4h 00m  64h 00m" in table
        below = text_of(app, "#terms")
        assert "Agreement  Silver, version 1\n Hours      Mon-Fri 08:00-17:00" in below
        assert "Why this   the customer's own agreement, Silver" in below
        assert "priority 1 → 3: due Mon 2 Mar 08:30" in below
        await press(pilot, "escape")
        assert app.screen is screen_of(app)


async def test_keys_and_clicks_switch_between_the_clocks(clocks: Desk, clock: FixedClock) -> None:
    async with at_call(clocks, clock, TOLD, "e") as (app, pilot):
        seen = []
        for key in ("tab", "right", "l", "shift+tab", "h", "left", "]", "["):
            await press(pilot, key)
            one = explained(app).one
            assert one is not None
            seen.append(one.kind)
        first, resolution, update = "first_response", "resolution", "next_update"
        assert seen == [first, resolution, update, resolution, first, update, first, update]
        await pilot.click("#clocks", offset=(22, 0))
        await settled(app, pilot)
        assert "Resolution was due Tue 3 Mar 14:30" in text_of(app, "#why")
        assert "done, then reopened" in text_of(app, "#rows")


async def test_a_clock_of_the_story_is_explained_by_a_click(clocks: Desk, clock: FixedClock) -> None:
    async with at_call(clocks, clock, TOLD, "enter") as (app, pilot):
        await pilot.click("#story", offset=(14, 1))
        await settled(app, pilot)
        one = explained(app).one
        assert one is not None
        assert one.kind == "resolution"


async def test_days_fold_and_unfold(clocks: Desk, clock: FixedClock) -> None:
    async with at_call(clocks, clock, SHUT, "e", size=(120, 40)) as (app, pilot):
        folded = text_of(app, "#rows").splitlines()
        assert folded[0].split() == [
            "•",
            "Tue",
            "3",
            "Mar",
            "14:00",
            "working",
            "day",
            "1",
            "of",
            "15",
            *(["3h", "00m", "7h", "00m", "3h", "00m"]),
        ]
        assert "Thu  5 Mar       holiday: Founders' day" in folded[2]
        assert "today, working day 1 of 15" in folded[1]
        await press(pilot, "f")
        stretches = text_of(app, "#rows").splitlines()
        assert len(stretches) > len(folded)
        assert any("── now Wed 10:00 ──" in line for line in stretches)
        assert any("between hours" in line for line in stretches)
        assert folded[-2].split()[-2:] == stretches[-2].split()[-2:], "the sums are the same"
        await press(pilot, "enter")
        assert text_of(app, "#rows").splitlines() == folded


async def test_what_has_nothing_to_explain_says_why(clocks: Desk, clock: FixedClock) -> None:
    async with at_call(clocks, clock, NONE, "e") as (app, _):
        assert "No agreement covers this call." in text_of(app, "#why")
    calls.set_priority(clocks, NEVER, 3)
    with clocks.store.write() as connection:
        connection.execute(
            sa.update(tables.agreement_terms).values(
                terms_json='{"calendar":{"tz":"UTC","hours":{}},"budgets":{}}'
            )
        )
    calls.note(clocks, NEVER, "seen")
    async with at_call(clocks, clock, NEVER, "e") as (app, _):
        assert "Sleepy Inn promises nothing at priority 3." in text_of(app, "#why")


@pytest.mark.parametrize(
    ("call_id", "keys", "words"),
    [
        (NEVER, (), "– never 0 min of 8 h counted so far"),
        (PAUSED, ("tab", "tab"), "‖ paused 1 h of 16 h counted so far"),
        (WAITS, (), "○ waits 1h 00m"),
        (TOLD, ("tab",), "✓ met 1 h of 2 h counted when it ended"),
    ],
)
async def test_states_in_sign_and_word(
    clocks: Desk, clock: FixedClock, call_id: int, keys: tuple[str, ...], words: str
) -> None:
    async with at_call(clocks, clock, call_id, "e", *keys) as (app, _):
        assert " ".join(text_of(app, "#why").splitlines()[0].split()).startswith(words)


async def test_a_closed_call_tells_how_its_clocks_ended(clocks: Desk, clock: FixedClock) -> None:
    calls.resolve(clocks, TOLD, "new relay")
    calls.close(clocks, TOLD)
    app = make_app(clocks, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot)
        await press(pilot, ":", *"C-1", "enter", "e")
        await press(pilot, "tab")
        assert "It was missed: resolved on Wed 4 Mar 10:00." in " ".join(text_of(app, "#why").split())


async def test_time_that_passes_and_acts_of_others_show(clocks: Desk, clock: FixedClock) -> None:
    async with at_call(clocks, clock, 2, "e") as (app, pilot):
        assert text_of(app, "#why").startswith(" ◆ soon 24m")
        clock.set(NOW + timedelta(minutes=5))
        explained(app).tick()
        assert text_of(app, "#why").startswith(" ◆ soon 19m")
        assert "── now Wed 10:05 ──" in text_of(app, "#rows")
        calls.set_priority(as_role(clocks, "dispatcher", "maria"), 2, 1)
        for _ in range(200):
            await pilot.pause(0.01)
            if "priority 3 → 1" in text_of(app, "#terms"):
                break
        assert "priority 3 → 1" in text_of(app, "#terms")
        assert text_of(app, "#why").startswith(" ✖ late")


async def test_a_pause_goes_on_as_time_passes(clocks: Desk, clock: FixedClock) -> None:
    async with at_call(clocks, clock, PAUSED, "e", "tab", "tab") as (app, pilot):
        clock.set(NOW + timedelta(minutes=30))
        explained(app).tick()
        await settled(app, pilot)
        await pilot.pause()
        assert "Wed  4 Mar 09:00 10:30     on hold: waits for a…             1h 30m   1h 00m" in text_of(
            app, "#rows"
        )


async def test_hostile_names_stay_text(clocks: Desk, clock: FixedClock) -> None:
    nasty = "[/bold][@click=app.bell]x[/]\x1b]52;c;aGk=\x07\u202egnirts"
    with clocks.store.write() as connection:
        connection.execute(sa.update(tables.agreement).values(name=nasty))
        connection.execute(sa.update(tables.call).values(title=nasty, agreement_reason=nasty))
        connection.execute(
            sa.update(tables.change)
            .where(tables.change.c.act == "hold")
            .values(
                now_json=sa.func.replace(
                    tables.change.c.now_json, "a part is on order", "[@click=x]\\u001b[2J"
                )
            )
        )
    async with at_call(clocks, clock, TOLD, "e", size=(120, 40)) as (app, _):
        drawn = "".join(text_of(app, pane) for pane in ("#title", "#why", "#rows", "#terms"))
        assert "[@click=app.bell]" in drawn
        assert "on hold: [@click=x]" in drawn
        assert not set("\x1b\x07\u202e") & set(drawn)


# -- how it looks ------------------------------------------------------------------------------

LOOKS = ("dark", "light", "no_color")
SIZES = ((80, 24), (120, 40))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    ("call_id", "keys"),
    [
        pytest.param(0, (), id="queue"),
        pytest.param(TOLD, ("e",), id="late"),
        pytest.param(SHUT, ("e",), id="days"),
    ],
)
def test_looks(
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    clocks: Desk,
    clock: FixedClock,
    look: str,
    size: tuple[int, int],
    call_id: int,
    keys: tuple[str, ...],
) -> None:
    if look == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(clocks, clock, Settings(theme="light" if look == "light" else "dark"))
    assert snap_compare(app, terminal_size=size, run_before=steps(call_id, *keys))


@pytest.mark.parametrize(("call_id", "keys"), [(PAUSED, ("tab", "tab")), (NEVER, ()), (NONE, ())])
def test_states_look(
    snap_compare: Callable[..., bool], clocks: Desk, clock: FixedClock, call_id: int, keys: tuple[str, ...]
) -> None:
    assert snap_compare(
        make_app(clocks, clock), terminal_size=(80, 24), run_before=steps(call_id, "e", *keys)
    )


def test_looks_in_ascii(snap_compare: Callable[..., bool], clocks: Desk, clock: FixedClock) -> None:
    app = make_app(clocks, clock, utf8=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=steps(TOLD, "e"))


def steps(call_id: int, *keys: str) -> Callable[[Pilot[None]], object]:
    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, WorkbenchApp)
        await ready(app, pilot)
        if call_id:
            screen_of(app).calls.go_to(call_id)
        await press(pilot, *keys)
        await pilot.pause(0.2)

    return run
