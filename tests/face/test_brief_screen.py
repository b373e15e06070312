"""The visit brief and the deliverables by their keys, and how they look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import checklists
from dispatch_tui.desk.deliverables import plan, project_of
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.brief import BriefScreen
from dispatch_tui.screens.deliverables import DeliverablesScreen
from dispatch_tui.screens.form import FormDialog
from dispatch_tui.store import tables as t
from tests.face.conftest import make_app, screen_of
from tests.face.units import on, press, steps, text_of
from tests.face.visits_board import CALL, visits_desk
from tests.support.desks import as_role


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    opened = visits_desk(f"sqlite:///{tmp_path / 'visits.sqlite'}", clock)
    yield opened
    opened.store.close()


def at_call(*keys: str, call_id: int = CALL) -> Any:
    async def run(pilot: Any) -> None:
        await steps()(pilot)
        screen_of(pilot.app).calls.go_to(call_id)
        await press(pilot, *keys)
        await pilot.pause(0.1)

    return run


def lines(app: Any) -> list[str]:
    return [" ".join(line.split()) for line in text_of(app, "#rows").splitlines()]


def visit_status(desk: Desk) -> str:
    with desk.store.read() as connection:
        return str(connection.scalar(sa.select(t.visit.c.status).where(t.visit.c.id == 4)))


async def test_the_brief_tells_all_that_is_known(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "b")
        assert isinstance(app.screen, BriefScreen)
        title = text_of(app, "#title")
        assert "Visit: Tess planned, 14:00 to 16:00; there it is 10:00 CET" in title
        assert "Reach: Ida · mobile +49 170 1" in title
        found = lines(app)
        for line in (
            "Arrival ◆ acknowledge: Call my cell at the gate, then wait for me at dock 2.",
            "Why Compressor trips after ten minutes",
            "History 20 Feb 2026 bad: trips under load; relay worn; cleaned the contacts",
            "Mood worried: Tess comes tomorrow at two",
            "angry: we forgot them",
            "Promises a loaner if it cannot be mended today · due in 6h 00m",
            "broken: call back on Monday · told: the line was busy all day",
            "Access Gate code 4711, safety shoes · call my cell on arrival",
            "Likely parts Start relay KS-12, 29 % (used on 2 of 3 visits)",
            "Told ahead the relay comes by courier and may be late",
            "Last words we, 1d 2h ago by phone: Tess comes tomorrow at two",
            "✖ no: Likely parts are on the van (relay arrives at noon)",
        ):
            assert line in found


async def test_setting_out_opens_the_brief_until_it_is_acknowledged(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "v", *"on the way", "enter")
        assert isinstance(app.screen, BriefScreen)
        assert "must be acknowledged first" in text_of(app, "#keys")
        assert visit_status(desk) == "planned"
        await press(pilot, "o")
        assert "press a" in text_of(app, "#keys")
        await press(pilot, "a")
        assert any(line.startswith("Arrival ✓ acknowledged by dana, 10:00") for line in lines(app))
        await press(pilot, "o")
        assert "on the way" in text_of(app, "#title")
    assert visit_status(desk) == "en_route"


async def test_the_lists_are_answered_where_they_stand(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "b", "end", "n", *"the customer does it tonight", "enter", "up", "y")
        assert "Data safety ✓ yes: The customer has a copy of data on the unit, seen today" in lines(app)
    with desk.store.read() as connection:
        found = checklists.answers_of(connection, "data_safety", call_id=CALL)
    assert (found["erase"].yes, found["erase"].note) == (False, "the customer does it tonight")
    assert found["backup"].yes


async def test_what_was_told_in_advance_is_recorded(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "b", "t", *"[/x] snow on the pass", "enter")
        assert "Told ahead [/x] snow on the pass" in lines(app)
    with desk.store.read() as connection:
        row = (
            connection.execute(sa.select(t.told_in_advance).order_by(t.told_in_advance.c.id.desc()))
            .mappings()
            .first()
        )
    assert row is not None
    assert (row["what"], row["customer_id"], row["call_id"]) == ("[/x] snow on the pass", 1, CALL)


async def test_a_call_of_which_nothing_is_known(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(1)
        await press(pilot, "b")
        assert "No visit is planned (v plans one)" in text_of(app, "#title")
        assert "no contact on record" in text_of(app, "#title")
        assert any(line.startswith("Not known nothing on record: access, promises") for line in lines(app))
        await press(pilot, "a")
        assert "There is no visit" in text_of(app, "#keys")


async def test_hostile_text_is_shown_as_it_is(desk: Desk, clock: FixedClock) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.update(t.site).values(arrival_instruction="[/x]\x1b[31m ring\u202e twice"))
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        screen_of(app).calls.go_to(10)
        await press(pilot, "b")
        assert "[/bold] [@click=app.bell]press[/] red" in text_of(app, "#title")
        assert "Arrival ◆ acknowledge: [/x] ring twice" in lines(app)


async def test_what_another_session_answers_appears(desk: Desk, clock: FixedClock) -> None:
    maria = as_role(desk, "technician", "maria")
    async with on(desk, clock, size=(120, 40)) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "b")
        checklists.answer(maria, "readiness", "parking", True, "court, gate 2", call_id=CALL)
        for _ in range(100):
            await pilot.pause(0.02)
            if any("court, gate 2" in line for line in lines(app)):
                break
        assert "✓ yes: Where to park and unload (court, gate 2)" in lines(app)


async def test_a_viewer_may_read_and_is_told_why_not_more(desk: Desk, clock: FixedClock) -> None:
    as_role(desk, "manager", "mona")
    as_role(desk, "viewer", "dana")
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "b", "a")
        assert "A viewer may not acknowledge brief" in text_of(app, "#keys")


async def test_deliverables_from_plan_to_acceptance(desk: Desk, clock: FixedClock) -> None:
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "b", "d")
        assert isinstance(app.screen, DeliverablesScreen)
        assert "Nothing is to be delivered yet" in text_of(app, "#rows")
        await press(pilot, "a")
        assert isinstance(app.screen, FormDialog)
        await press(
            pilot, *"data moved", "down", "down", "ctrl+u", *"2026-03-05", "down", "ctrl+u", *"yes", "enter"
        )
        assert "data moved" in text_of(app, "#rows")
        await press(pilot, "enter", "enter", "enter")
        assert "verified before it is accepted" in text_of(app, "#keys")
        await press(pilot, "v", *"Tess", "enter", "enter", *"Ida Brandt", "enter")
        assert "1 of 1 accepted" in text_of(app, "#title")
    with desk.store.read() as connection:
        (kept,) = project_of(connection, CALL, clock.now()).kept
    assert (kept.of.verified_by, kept.of.accepted_by, kept.of.accepted_on) == (
        "Tess",
        "Ida Brandt",
        date(2026, 3, 4),
    )


async def test_a_slip_moves_what_is_not_begun(desk: Desk, clock: FixedClock) -> None:
    plan_three(desk)
    async with on(desk, clock) as (app, pilot):
        screen_of(app).calls.go_to(CALL)
        await press(pilot, "i", "s", *"x", "enter")
        assert "Give a number of days" in str(app.screen.query_one(".keys").render())
        await press(pilot, "ctrl+u", *"2", "enter")
        assert "3 moved by +2 days." in text_of(app, "#keys")
        assert "04 Mar to 05 Mar" in text_of(app, "#rows")


def plan_three(desk: Desk) -> None:
    for what, first, last, verify in (
        ("unit placed", date(2026, 3, 2), date(2026, 3, 3), False),
        ("data moved", date(2026, 3, 4), date(2026, 3, 5), True),
        ("users trained [/x]", date(2026, 3, 6), date(2026, 3, 6), False),
    ):
        plan(desk, CALL, what, first, last, verify=verify)


# -- how it looks ------------------------------------------------------------------------------

SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [("b",), ("i", "enter")], ids=["brief", "deliverables"])
def test_looks(
    snap_compare: Any, desk: Desk, clock: FixedClock, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    plan_three(desk)
    assert snap_compare(make_app(desk, clock), terminal_size=size, run_before=at_call(*keys))


@pytest.mark.parametrize("keys", [("b", "a"), ("i", "enter")], ids=["brief", "deliverables"])
def test_looks_without_colour(
    snap_compare: Any, desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    plan_three(desk)
    assert snap_compare(make_app(desk, clock), terminal_size=(80, 24), run_before=at_call(*keys))
