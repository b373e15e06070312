"""Contacts and visits from the queue, by the keyboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from textual.widgets import Static

from dispatch_tui.desk import visits
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.dialogs import AskDialog, PickDialog
from dispatch_tui.screens.visiting import windows
from dispatch_tui.store.details import CallDetail
from dispatch_tui.store.queries import call_detail
from dispatch_tui.store.tables import site
from tests.face.conftest import Open, screen_of, settled
from tests.face.units import press, text_of
from tests.support.desks import as_role, at


def detail(board: Desk, call_id: int) -> CallDetail:
    with board.store.read() as connection:
        return call_detail(connection, call_id)


def clock_of(board: Desk, call_id: int, kind: str) -> object:
    return next(one.ended_at for one in detail(board, call_id).clocks if one.kind == kind)


async def test_a_visit_from_planned_to_done(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(1)

        async def choose(*words: str) -> None:
            await pilot.press("v")
            for word in words:
                await settled(app, pilot)
                await pilot.press(*word, "enter")
            await settled(app, pilot)

        await choose("plan", "ott", "thu 09")
        (line,) = detail(board, 1).visits
        assert (line.technician, line.visit.status) == ("Otto", "planned")
        assert (detail(board, 1).call.status, detail(board, 1).call.technician_id) == ("assigned", 2)
        # Call 1 is in Albany: nine o'clock there.
        assert line.visit.window_from == datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
        for words, status in ((("conf",), "confirmed"), (("way",), "en_route"), (("on site",), "on_site")):
            await choose(*words)
            assert detail(board, 1).visits[0].visit.status == status
        assert detail(board, 1).call.status == "in_progress", "who arrives has begun"
        await choose("done", "incomplete", "a part is missing", "tomorrow 9:00", "")
    visit = detail(board, 1).visits[0].visit
    assert (visit.status, visit.outcome) == ("done", "incomplete")
    assert [one.kind for one in detail(board, 1).follow_ups] == ["incomplete_visit", "follow_up"]


async def test_how_long_it_took_is_kept_with_the_visit(workbench: Open, board: Desk) -> None:
    visit = visits.plan_visit(board, 1, 1, at("2026-03-04T08:00:00+00:00"), at("2026-03-04T11:00:00+00:00"))
    visits.arrive(board, visit.id)

    async def asked(label: str) -> None:
        """Go up to this question."""
        for _ in range(15):
            if label in text_of(app, "#label"):
                return
            await press(pilot, "up")
        raise AssertionError(text_of(app, "#rows") + text_of(app, "#label"))

    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(1)
        await press(pilot, "v", *"done", "enter", "g", "enter", *"belt torn", "enter")
        await press(pilot, *"age", "enter", *"none", "enter")
        await asked("How long was the work?")
        await press(pilot, *"an hour", "enter")
        assert "'an hour' is not a length of time" in text_of(app, "#hint")
        await press(pilot, "ctrl+u", *"1h 30m", "enter")
        await asked("How long was it down?")
        await press(pilot, "0", "ctrl+s")
    done = detail(board, 1).visits[0].visit
    assert (done.status, done.labour_minutes, done.downtime_minutes) == ("done", 90, 0)


async def test_a_visit_is_called_off_with_a_reason(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(1)
        for words in (("plan", "ott", "thu 09"), ("called off", "customer is away")):
            await pilot.press("v")
            for word in words:
                await settled(app, pilot)
                await pilot.press(*word, "enter")
            await settled(app, pilot)
    assert detail(board, 1).visits[0].visit.status == "called_off"
    assert any("customer is away" in f"{line.words} {line.note}" for line in detail(board, 1).story)


async def test_a_visit_to_a_site_whose_zone_is_unknown_goes_by_utc(workbench: Open, board: Desk) -> None:
    with board.store.write() as connection:
        connection.execute(sa.update(site).values(tz="Mars/Base"))
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(1)
        await pilot.press("v")
        for word in ("plan", "ott"):
            await settled(app, pilot)
            await pilot.press(*word, "enter")
        await settled(app, pilot)
        assert isinstance(app.screen, PickDialog)
        assert str(app.screen.query_one(".title", Static).content) == "When? By the site's clock, UTC"
        await pilot.press(*"thu 09", "enter")
        await settled(app, pilot)
        assert detail(board, 1).visits[0].visit.window_from == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
        await pilot.press("v")
        await settled(app, pilot)
        assert "Thu 5 Mar 09:00 to 11:00" in text_of(app, ".choices")
        await pilot.press(*"site", "enter")
        await settled(app, pilot)
        await pilot.press("v", *"done", "enter")
        await settled(app, pilot)
        assert "How did it end?" in text_of(app, "#rows")


async def test_escape_leaves_every_question_without_a_trace(workbench: Open, board: Desk) -> None:
    before = detail(board, 1)
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(1)
        for keys in (("c",), ("c", "tab"), ("v",), ("v", "enter"), ("v", "enter", "enter")):
            for key in keys:
                await pilot.press(key)
                await settled(app, pilot)
            await pilot.press("escape")
            await settled(app, pilot)
            assert app.screen is screen_of(app)
    assert detail(board, 1) == before


async def test_who_may_only_look_is_told_so(workbench: Open, board: Desk) -> None:
    as_role(board, "manager", "mona")
    as_role(board, "viewer", "dana")
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await pilot.press("c")
        await settled(app, pilot)
        assert isinstance(app.screen, AskDialog)
        assert "A viewer may not log contact" in app.screen.words
    assert clock_of(board, 2, "first_response") is None


def test_windows_go_by_the_sites_wall_clock_over_a_change_of_time() -> None:
    zone = ZoneInfo("Europe/Berlin")
    offered = windows(datetime(2026, 3, 28, 11, 30, tzinfo=UTC), zone, days=2)  # the clocks go on at night
    assert [start.hour for start, _ in offered] == [11, 13, 15, 17, 7, 9, 11, 13, 15, 17]
    assert offered[4][0].astimezone(UTC) == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)
    assert all(end > start for start, end in offered)


async def test_who_is_sent_to_a_watched_customer_is_chosen_by_what_they_did_there(
    workbench: Open, board: Desk
) -> None:
    """The customer of call 2; the one of call 1 is not watched."""
    for technician_id, outcome in ((2, "good"), (1, "bad")):
        now = board.clock.now()
        visits.arrive(board, visits.plan_visit(board, 2, technician_id, now, now + timedelta(hours=1)).id)
        visits.finish_visit(board, detail(board, 2).visits[0].visit.id, outcome)
    async with workbench() as (app, pilot):
        work = await app.work_ready()
        told = {one.title: one.words for one in work.technicians(2)}
        assert (told["Otto"], told["Tess"]) == (
            "lacks the skill, 1 good visit here",
            "lacks the skill, North",
        )
        assert {one.title: one.words for one in work.technicians(1)}["Otto"] == ""
        screen_of(app).calls.go_to(2)
        await press(pilot, "v", *"plan", "enter")
        assert isinstance(app.screen, PickDialog)
        await press(pilot, *"otto good", "enter")
        assert isinstance(app.screen, PickDialog), "found by the words: when is asked next"
        await press(pilot, "escape")
