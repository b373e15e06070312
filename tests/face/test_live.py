"""Changes made elsewhere appear, leave the cursor where it is, and say who made them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, escalations, visits
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.transitions import CALL, VISIT
from dispatch_tui.errors import DatabaseBusy, DatabaseUnreachable
from dispatch_tui.screens import live as live_module
from dispatch_tui.screens import session as session_module
from dispatch_tui.screens.act_words import act_words
from dispatch_tui.screens.dialogs import Choice, PickDialog
from dispatch_tui.screens.session import PATIENCE_SECONDS, Session, StoreRows, open_session
from dispatch_tui.screens.work import Work
from dispatch_tui.settings.state import fault_file
from dispatch_tui.store import stale
from dispatch_tui.store.feed import Feed, FeedChange
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.bars import Owed
from dispatch_tui.widgets.lines import Lines
from tests.face.conftest import Open, make_app, ready, screen_of, settled
from tests.face.test_queue_screen import text_of
from tests.support.desks import as_role


async def until(app: WorkbenchApp, pilot: Pilot[None], seen: str) -> str:
    """Wait until a text is in the list."""
    shown = ""
    for _ in range(200):
        listing = screen_of(app).calls
        shown = "\n".join(listing.render_line(y).text for y in range(listing.size.height))
        if seen in shown:
            return shown
        await pilot.pause(0.01)
    raise AssertionError(f"{seen!r} never came:\n{shown}")


async def test_what_another_session_does_is_seen_with_who_did_it(workbench: Open, board: Desk) -> None:
    maria = as_role(board, "dispatcher", "maria")
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(4)
        current = screen_of(app).calls.current
        calls.assign(maria, 1, 2)
        await until(app, pilot, "maria assigned it")
        assert screen_of(app).calls.current == current
        await settled(app, pilot)


async def test_a_new_call_changes_the_counts(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        calls.open_call(board, title="Just in", priority=1, unit_id=1)
        await until(app, pilot, "Just in")
        for _ in range(300):
            if screen_of(app).counts["all"] == 13:
                break
            await pilot.pause(0.01)
        assert screen_of(app).counts["all"] == 13
        assert "All open (13)" in text_of(screen_of(app).bar)


async def test_a_backlog_is_read_without_waiting_for_the_poll(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Feed.changes, "__defaults__", (2,))
    answers: list[int] = []
    news = Session.news

    def noted(session: Session) -> tuple[list[FeedChange], bool]:
        found = news(session)
        answers.append(len(found[0]))
        return found

    monkeypatch.setattr(Session, "news", noted)
    maria = as_role(board, "dispatcher", "maria")
    async with workbench() as (app, pilot):
        answers.clear()
        with maria.act("import") as writer:
            for n in range(7):
                writer.insert("team", {"name": f"Team {n}"}, act="import")
        for _ in range(100):
            if sum(answers) >= 7:
                break
            await pilot.pause(0.01)
        assert answers[:4] == [2, 2, 2, 1]
        await settled(app, pilot)


@pytest.mark.parametrize(("longest", "key"), [(0.6, ""), (60.0, "r")])
async def test_a_count_that_was_slow_once_does_not_put_off_the_next_for_long(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch, longest: float, key: str
) -> None:
    """A stalled machine made one take minutes. Who asks for it has it counted at once."""
    minutes = count(step=137)
    monkeypatch.setattr(live_module, "perf_counter", lambda: float(next(minutes)))
    monkeypatch.setattr(live_module, "COUNT_MOST_SECONDS", longest)
    async with workbench() as (app, pilot):
        await settled(app, pilot)
        calls.open_call(board, title="Just in", priority=1, unit_id=1)
        await until(app, pilot, "Just in")
        if key:
            await pilot.press(key)
        for _ in range(500):
            if screen_of(app).counts["all"] == 13:
                break
            await pilot.pause(0.01)
        assert screen_of(app).counts["all"] == 13


async def test_a_busy_database_in_a_dialog_is_no_fault_of_the_program(
    workbench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(self: Work, typed: str) -> list[Choice]:
        raise DatabaseBusy("Somebody is writing for long.", "It is asked again.")

    monkeypatch.setattr(Work, "places", busy)
    async with workbench() as (app, pilot):
        await pilot.press("N")
        await settled(app, pilot)
        assert isinstance(app.screen, PickDialog)
        await pilot.press("x")
        for _ in range(300):
            said = str(app.screen.query_one(".keys", Static).render())
            if "Somebody is writing" in said:
                break
            await pilot.pause(0.01)
        assert "Somebody is writing for long. It is asked again." in said
        assert isinstance(app.screen, PickDialog), "what was typed stays"
        assert not fault_file().exists()


async def test_ones_own_acts_are_not_news(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(1)
        await pilot.press("a")
        await settled(app, pilot)
        await pilot.pause(0.2)
        await settled(app, pilot)
        listing = screen_of(app).calls
        assert all("acknowledged it" not in listing.render_line(y).text for y in range(20))


async def test_the_story_follows_changes_elsewhere(workbench: Open, board: Desk) -> None:
    maria = as_role(board, "dispatcher", "maria")
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(1)
        await pilot.press("enter")
        await settled(app, pilot)
        calls.note(maria, 1, "the customer has moved the goods")
        for _ in range(200):
            if "moved the goods" in text_of(screen_of(app).story):
                break
            await pilot.pause(0.01)
        assert "maria: note: the customer has moved the goods" in text_of(screen_of(app).story)


async def test_a_lost_database_shows_a_banner_and_comes_back(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with workbench() as (app, pilot):
        screen = screen_of(app)
        gone = DatabaseUnreachable("The server is gone.", "It is asked again.")

        def fail(self: Session) -> tuple[list[FeedChange], bool]:
            raise gone

        with monkeypatch.context() as patch:
            patch.setattr(Session, "news", fail)
            calls.acknowledge(board, 1)
            for _ in range(100):
                await pilot.pause(0.01)
                if screen.has_class("-trouble"):
                    break
            assert "The server is gone." in text_of(screen.banner)
            await pilot.press("j", "j")
            assert screen.calls.window.cursor == 2, "the rows that are known can be walked"
        await pilot.press("r")
        await settled(app, pilot)
        await pilot.pause(0.1)
        assert not screen.has_class("-trouble")
        row = next(row for row in screen.calls.window.rows if row.id == 1)
        assert row.status == "acknowledged"


@pytest.mark.parametrize("reading", ["at once", "in a thread"])
async def test_what_was_asked_in_vain_is_read_once_the_database_is_back(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch, reading: str
) -> None:
    """A read may fail between two looks for news that go well."""
    maria = as_role(board, "dispatcher", "maria")
    if reading == "in a thread":
        monkeypatch.setattr(StoreRows, "quick", False)
    async with workbench() as (app, pilot):
        screen, busy = screen_of(app), DatabaseBusy("Somebody is writing for long.", "It is asked again.")
        await settled(app, pilot)

        def fail(self: StoreRows, read: object) -> list[QueueRow]:
            raise busy

        async def lost() -> None:
            for _ in range(300):
                if screen.has_class("-trouble"):
                    return
                await pilot.pause(0.01)
            raise AssertionError("no banner came")

        async def back(seen: str) -> None:
            await until(app, pilot, seen)
            await settled(app, pilot)
            assert not screen.has_class("-trouble")

        with monkeypatch.context() as patch:
            patch.setattr(StoreRows, "_timed", fail)
            await pilot.press("6")
            await lost()
            assert screen.queue.id == "hold"
            assert not screen.calls.window.rows, "the rows of another queue are not this one's"
        app.read_again()
        await back("C-7")
        assert {row.status for row in screen.calls.window.rows} == {"on_hold"}
        with monkeypatch.context() as patch:
            patch.setattr(StoreRows, "_timed", fail)
            calls.set_priority(maria, 7, 1)
            await lost()
        app.read_again()
        for _ in range(300):
            if next(row.priority for row in screen.calls.window.rows if row.id == 7) == 1:
                break
            await pilot.pause(0.01)
        assert next(row.priority for row in screen.calls.window.rows if row.id == 7) == 1


def test_another_session_of_the_same_person_is_heard(board: Desk, clock: FixedClock) -> None:
    """Two terminals, or the workbench and the command line: each knows its own by what it wrote."""
    now = clock.now()
    one, other = (open_session(board.store.location.url, clock) for _ in range(2))
    try:
        visits.plan_visit(other.desk, 1, 1, now, now + timedelta(hours=1))
        escalations.escalate(other.desk, "No oven until Monday", call_id=1)
        assert {"plan_visit", "escalate"} <= {heard.act for heard in one.news()[0]}
        assert other.news() == ([], True)
        calls.note(one.desk, 1, "mine")
        assert (one.news(), [heard.act for heard in other.news()[0]]) == (([], True), ["note"])
        assert not one.desk.own
    finally:
        one.close()
        other.close()


async def test_countdown_needs_no_news(workbench: Open, clock: FixedClock) -> None:
    async with workbench() as (app, _pilot):
        listing = screen_of(app).calls
        before = [listing.render_line(y).text for y in range(13)]
        clock.advance(timedelta(minutes=3))
        listing.tick()
        assert [listing.render_line(y).text for y in range(13)] != before


def test_every_act_on_a_call_or_a_visit_has_words() -> None:
    assert act_words("take") == "took it"
    assert not [act for act in (*CALL, *VISIT) if act_words(act) == act.replace("_", " ")]


async def test_a_fault_beside_the_screen_is_told_and_kept(
    board: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Session) -> tuple[list[FeedChange], bool]:
        raise ZeroDivisionError("by nobody")

    app = make_app(board, clock)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        monkeypatch.setattr(Session, "news", fail)
        calls.acknowledge(board, 1)
        for _ in range(100):
            await pilot.pause(0.01)
            if "ZeroDivisionError" in text_of(screen_of(app).foot):
                break
        assert "A fault of the program (ZeroDivisionError)" in text_of(screen_of(app).foot)
        assert "by nobody" in fault_file().read_text()
        await pilot.press("j")
        assert screen_of(app).calls.window.cursor == 1


async def test_what_is_counted_while_the_program_leaves_tells_nobody(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen loses its parts one by one; that one is missing is no fault of the program."""
    counted: list[Owed] = []
    async with workbench() as (app, _pilot):
        await screen_of(app).query_one("#bar", Lines).remove()
        with monkeypatch.context() as leaving:

            def owed(_session: Session) -> tuple[Owed, None]:
                leaving.setattr(WorkbenchApp, "is_running", property(lambda _app: False))
                counted.append(Owed(7, 3, 1))
                return counted[-1], None

            leaving.setattr(Session, "owed", owed)
            app.look_again()
            for _ in range(300):
                await asyncio.sleep(0.01)
                if counted and app.live is not None and app.live.at_rest:
                    break
            assert counted
            assert screen_of(app).owed not in counted


@pytest.mark.parametrize("running", [True, False])
async def test_a_missing_part_is_a_fault_unless_the_program_leaves(
    workbench: Open, monkeypatch: pytest.MonkeyPatch, running: bool
) -> None:
    told: list[Exception] = []
    async with workbench() as (app, _pilot):
        asked = asyncio.Event()

        async def job() -> None:
            asked.set()
            app.queue_screen.query_one("#nowhere")

        with monkeypatch.context() as patch:
            patch.setattr(WorkbenchApp, "fault", lambda _app, error: told.append(error))
            patch.setattr(WorkbenchApp, "is_running", property(lambda _app: running))
            in_background(app.queue_screen, job, "test")
            await asked.wait()
            await asyncio.sleep(0.02)
    assert bool(told) is running


def test_what_others_have_touched_is_left_to_them_for_a_while(
    board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks that are there at the first look are nobody's; later ones belong to an act that is under way."""
    now = 0.0
    monkeypatch.setattr(session_module, "monotonic", lambda: now)

    def touch() -> None:
        with board.store.write() as connection:
            stale.mark(connection, [stale.Party("customer", 1)])

    def waiting() -> int:
        with board.store.read() as connection:
            return len(stale.marked(connection, 9))

    session = open_session(board.store.location.url, board.clock)
    try:
        touch()
        session.owed()
        assert waiting() == 0, "an import, while nobody was here"
        touch()
        _, moment = session.owed()
        assert waiting() == 1
        assert moment is not None
        assert board.clock.now() < moment <= board.clock.now() + timedelta(seconds=PATIENCE_SECONDS[1])
        now += PATIENCE_SECONDS[0] - 0.1
        session.owed()
        assert waiting() == 1, "still theirs"
        now += PATIENCE_SECONDS[1]
        session.owed()
        assert waiting() == 0, "nobody is at it: it is made anew here"
    finally:
        session.close()
