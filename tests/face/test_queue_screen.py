"""Each action of the first screen, by its keys, on a real database."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import DatabaseFull
from dispatch_tui.screens.dialogs import AskDialog, PickDialog, TextDialog
from dispatch_tui.screens.help import HelpScreen
from dispatch_tui.screens.leavings import Drafts
from dispatch_tui.screens.work import Work
from dispatch_tui.settings import Settings
from dispatch_tui.store.filters import parse
from dispatch_tui.store.queries import call_detail
from dispatch_tui.widgets.bars import Owed
from dispatch_tui.widgets.filter_bar import FilterBar
from dispatch_tui.widgets.lines import Lines
from tests.face.conftest import Open, ready, screen_of, settled
from tests.support.desks import as_role


def status(board: Desk, call_id: int) -> str:
    with board.store.read() as connection:
        return call_detail(connection, call_id).call.status


def last_note(board: Desk, call_id: int) -> str:
    with board.store.read() as connection:
        return call_detail(connection, call_id).story[0].note


def text_of(pane: Lines) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in pane.lines)


async def go_to(app, pilot, call_id: int) -> None:  # type: ignore[no-untyped-def]
    assert screen_of(app).calls.go_to(call_id)
    await pilot.pause()


async def test_opens_on_the_live_calls_in_rank_order_with_counts(workbench: Open) -> None:
    async with workbench() as (app, _pilot):
        screen = screen_of(app)
        ranks = [row.rank_us for row in screen.calls.window.rows]
        assert len(ranks) == 12
        assert ranks == sorted(ranks)
        assert screen.counts["all"] == 12
        assert screen.counts["mine"] == 2
        assert screen.counts["hold"] == 1
        assert "All open (12)" in text_of(screen.bar)
        assert text_of(screen.place).strip() == "1/12"


async def test_moves_by_arrows_and_letters(workbench: Open) -> None:
    async with workbench(size=(80, 10)) as (app, pilot):
        window = screen_of(app).calls.window
        seen = []
        for key in (
            "j",
            "down",
            "k",
            "up",
            "G",
            "g",
            "end",
            "home",
            "pagedown",
            "pageup",
            "ctrl+f",
            "ctrl+b",
        ):
            await pilot.press(key)
            seen.append(window.cursor)
        assert seen == [1, 2, 1, 0, 11, 0, 11, 0, 6, 0, 6, 0]


async def test_take(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("t")
        await settled(app, pilot)
        with board.store.read() as connection:
            detail = call_detail(connection, 1)
        assert detail.names.operator == "dana"
        assert detail.call.status == "acknowledged"
        assert screen_of(app).calls.current.operator == "dana"  # type: ignore[union-attr]
        assert "C-1 taken" in text_of(screen_of(app).foot)


async def test_taking_what_another_has_asks_first(workbench: Open, board: Desk) -> None:
    maria = as_role(board, "dispatcher", "maria")
    calls.take(maria, 1)
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(app.screen, AskDialog)
        await pilot.press("escape")
        await settled(app, pilot)
        with board.store.read() as connection:
            assert call_detail(connection, 1).names.operator == "maria"
        await pilot.press("t")
        await pilot.pause()
        await pilot.press("t")
        await settled(app, pilot)
        with board.store.read() as connection:
            assert call_detail(connection, 1).names.operator == "dana"


@pytest.mark.parametrize(
    ("call_id", "key", "after"),
    [(1, "a", "acknowledged"), (3, "S", "in_progress"), (7, "R", "acknowledged")],
)
async def test_acts_without_a_question(
    workbench: Open, board: Desk, call_id: int, key: str, after: str
) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, call_id)
        await pilot.press(key)
        await settled(app, pilot)
    assert status(board, call_id) == after


@pytest.mark.parametrize(
    ("call_id", "key", "after"),
    [
        (6, "H", "on_hold"),
        (8, "O", "acknowledged"),
        (1, "X", "cancelled"),
        (1, "n", "new"),
    ],
)
async def test_acts_that_ask_for_words(
    workbench: Open, board: Desk, call_id: int, key: str, after: str
) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, call_id)
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, TextDialog)
        await pilot.press("enter")
        assert isinstance(app.screen, TextDialog), "nothing is written yet"
        await pilot.press(*"so it is", "enter")
        await settled(app, pilot)
    assert status(board, call_id) == after
    assert last_note(board, call_id) == "so it is"


async def test_escape_leaves_a_question_without_acting(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 6)
        await pilot.press("H")
        await pilot.pause()
        await pilot.press(*"nothing", "escape")
        await settled(app, pilot)
        assert app.screen is screen_of(app)
    assert status(board, 6) == "in_progress"


async def test_assign_by_typing_a_name(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("A")
        await settled(app, pilot)
        await pilot.pause(0.05)
        assert isinstance(app.screen, PickDialog)
        await pilot.press(*"ott", "enter")
        await settled(app, pilot)
        assert screen_of(app).calls.current.technician == "Otto"  # type: ignore[union-attr]
    assert status(board, 1) == "assigned"


async def test_priority(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 5)
        await pilot.press("p")
        await pilot.pause()
        await pilot.press("P", "1", "enter")
        await settled(app, pilot)
        current = screen_of(app).calls.current
        assert current is not None
        assert (current.id, current.priority) == (5, 1), "the cursor follows the call to its new place"


async def test_undo_takes_back_the_last_act(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("a")
        await settled(app, pilot)
        assert status(board, 1) == "acknowledged"
        await pilot.press("u")
        await settled(app, pilot)
        assert "taken back: acknowledged" in text_of(screen_of(app).foot)
    assert status(board, 1) == "new"


async def test_an_act_that_does_not_fit_says_why(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("C")
        await settled(app, pilot)
        assert isinstance(app.screen, AskDialog)
        await pilot.press("escape")
    assert status(board, 1) == "new"


async def test_a_viewer_is_told_that_the_role_does_not_permit_it(workbench: Open, board: Desk) -> None:
    as_role(board, "manager", "boss")
    as_role(board, "viewer", "dana")
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("a")
        await settled(app, pilot)
        assert isinstance(app.screen, AskDialog)
    assert status(board, 1) == "new"


async def test_who_comes_second_is_told_who_was_first(workbench: Open, board: Desk) -> None:
    maria = as_role(board, "dispatcher", "maria")
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        app.live.close()  # type: ignore[union-attr]
        calls.acknowledge(maria, 1)
        await pilot.press("a")
        await settled(app, pilot)
        dialog = app.screen
        assert isinstance(dialog, AskDialog)
        assert "maria was first" in dialog.words
        await pilot.press("r")
        await settled(app, pilot)
        assert screen_of(app).calls.current.status == "acknowledged"  # type: ignore[union-attr]


async def test_bulk_act_on_the_selection(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("space")
        await go_to(app, pilot, 9)
        await pilot.press("space")
        assert text_of(screen_of(app).place).strip() == "2 selected"
        await pilot.press("a")
        await settled(app, pilot)
        assert not screen_of(app).calls.selected
    assert (status(board, 1), status(board, 9)) == ("acknowledged", "acknowledged")


async def test_bulk_act_tells_what_was_refused(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        for call_id in (1, 2, 8):
            await go_to(app, pilot, call_id)
            await pilot.press("space")
        await pilot.press("a")
        await settled(app, pilot)
        dialog = app.screen
        assert isinstance(dialog, AskDialog)
        assert "C-2" in dialog.words
        assert "C-8" in dialog.words
        assert "C-1 " not in dialog.words
    assert status(board, 1) == "acknowledged"


async def test_select_page_and_release(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("V")
        assert len(screen_of(app).calls.selected) == 12
        await pilot.press("escape")
        assert not screen_of(app).calls.selected


@pytest.mark.parametrize(("keys", "queue"), [("2", "mine"), ("6", "hold"), ("]", "mine"), ("[", "to-close")])
async def test_saved_queues_by_key(workbench: Open, keys: str, queue: str) -> None:
    async with workbench() as (app, pilot):
        await pilot.press(keys)
        await settled(app, pilot)
        screen = screen_of(app)
        assert screen.queue.id == queue
        assert len(screen.calls.window.rows) == screen.counts[queue]


async def test_own_queue_has_its_key(workbench: Open) -> None:
    async with workbench(settings=Settings(queues={"Urgent": "pri:1"})) as (app, pilot):
        await pilot.press("8")
        await settled(app, pilot)
        assert [row.id for row in screen_of(app).calls.window.rows] == [1]
        await pilot.press("9")
        assert "no queue 9" in text_of(screen_of(app).foot)


async def test_all_queues_offers_teams(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("w")
        await pilot.pause()
        await pilot.press(*"north", "enter")
        await settled(app, pilot)
        screen = screen_of(app)
        assert screen.queue.id == "team:North"
        assert {row.team for row in screen.calls.window.rows} == {"North"}


async def test_filter_narrows_and_escape_widens(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("/")
        await pilot.press(*"pri:2", "enter")
        await settled(app, pilot)
        screen = screen_of(app)
        assert {row.priority for row in screen.calls.window.rows} == {2}
        assert not screen.query(FilterBar)
        assert "priority 2" in text_of(screen.bar)
        await pilot.press("escape")
        await settled(app, pilot)
        assert len(screen.calls.window.rows) == 12


async def test_filter_points_at_the_fault(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("/", *"pri:1 stutus:new x", "enter")
        await pilot.pause()
        bar = screen_of(app).query_one(FilterBar)
        hint = text_of(bar.query_one("#filter-hint", Lines))
        assert hint.index("^") == 1 + "pri:1 stutus:new x".index("stutus")
        assert "did you mean status" in hint


async def test_filter_completes_words_and_names(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("/", *"sta", "tab", *"ho", "tab", "space", *"cust:nor", "tab", "enter")
        await settled(app, pilot)
        assert screen_of(app).filter_text == 'status:hold cust:"Northwind Dairy"'


async def test_sort_by_another_order(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("s")
        await pilot.pause()
        await pilot.press(*"oldest", "enter")
        await settled(app, pilot)
        opened = [row.opened_us for row in screen_of(app).calls.window.rows]
        assert opened == sorted(opened)


@pytest.mark.parametrize("key", [":", "#"])
async def test_go_to_by_number(workbench: Open, key: str) -> None:
    async with workbench() as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        await pilot.press(*"12", "enter")
        await settled(app, pilot)
        assert screen_of(app).calls.current.id == 12  # type: ignore[union-attr]


async def test_go_to_a_number_that_is_not_there(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press(":")
        await pilot.pause()
        await pilot.press(*"C-999", "enter")
        await settled(app, pilot)
        assert isinstance(app.screen, AskDialog)
        assert "C-999" in app.screen.words


async def test_go_to_a_closed_call_shows_its_story(workbench: Open, board: Desk) -> None:
    calls.close(board, 8)
    async with workbench() as (app, pilot):
        await pilot.press(":")
        await pilot.pause()
        await pilot.press(*"8", "enter")
        await settled(app, pilot)
        assert "tightened the drain hose" in text_of(screen_of(app).story)


async def test_open_and_close_the_story(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 7)
        await pilot.press("enter")
        await settled(app, pilot)
        screen = screen_of(app)
        shown = text_of(screen.story)
        assert "waits for the part" in shown
        assert "Ida Brandt" in shown or "Northwind" in shown
        await pilot.press("J", "K")
        await pilot.press("escape")
        assert not screen.story_open


async def test_story_stands_beside_the_list_on_a_wide_screen(workbench: Open) -> None:
    async with workbench(size=(200, 50)) as (app, pilot):
        screen = screen_of(app)
        await settled(app, pilot)
        assert screen.story.region.x > screen.calls.region.x
        assert screen.story.region.height == screen.calls.region.height


async def test_copy_puts_the_row_on_the_clipboard(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 7)
        await pilot.press("y")
        assert app.clipboard.split("\t")[:2] == ["C-7", "Yearly service"]


async def test_palette_finds_actions_and_calls(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"acknowledge", "enter")
        await settled(app, pilot)
        assert status(board, 1) == "acknowledged"
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"lamp is")
        await pilot.pause(0.3)
        await settled(app, pilot)
        await pilot.press("enter")
        await settled(app, pilot)
        assert screen_of(app).calls.current.id == 11  # type: ignore[union-attr]


async def test_help_lists_the_keys(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("?")
        await settled(app, pilot)
        assert isinstance(app.screen, HelpScreen)
        shown = text_of(app.screen.query_one(Lines))
        assert "Put the call on hold" in shown
        assert "Spans:" in shown
        await pilot.press("escape")
        assert app.screen is screen_of(app)


async def test_new_call(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("N")
        await settled(app, pilot)
        await pilot.press(*"SN-1")
        await pilot.pause(0.3)
        await settled(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"drips", "enter")
        await pilot.pause()
        await pilot.press(*"P2", "enter")
        await settled(app, pilot)
        await pilot.press(*"drips on the floor", "enter", "ctrl+s")
        await settled(app, pilot)
        current = screen_of(app).calls.current
        assert current is not None
        assert (current.title, current.unit, current.priority, current.status) == ("drips", "SN-1", 2, "new")


async def test_theme_goes_round(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        themes = []
        for _ in range(3):
            await pilot.press("T")
            await pilot.pause()
            themes.append(app.theme)
        assert themes == ["dispatch-light", "dispatch-16", "dispatch-dark"]


async def test_user_keymap_replaces_keys(workbench: Open, board: Desk) -> None:
    async with workbench(settings=Settings(keys={"acknowledge": ("x",)})) as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("a")
        await settled(app, pilot)
        assert status(board, 1) == "new"
        await pilot.press("x")
        await settled(app, pilot)
    assert status(board, 1) == "acknowledged"


async def test_quit(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("q")
        await pilot.pause()
        assert not app.is_running or app._exit


async def test_a_text_that_looks_like_markup_stays_text(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 10)
        await pilot.press("enter")
        await settled(app, pilot)
        await pilot.press("A")
        await settled(app, pilot)
        await pilot.pause(0.05)
        await pilot.press("escape")
        assert "[/bold] [@click=app.bell]press[/] red" in text_of(screen_of(app).story)


@pytest.mark.parametrize(
    ("width", "owed"), [(80, Owed(157, 42, 1)), (80, Owed()), (50, Owed(9, 1)), (36, Owed(157, 42))]
)
async def test_a_filter_is_always_seen(workbench: Open, width: int, owed: Owed) -> None:
    """ "All open (12)" over one row would mislead."""
    async with workbench(size=(width, 24)) as (app, pilot):
        screen = screen_of(app)
        screen.set_filter("pri:1", parse("pri:1 status:hold,progress cust:ac"))
        screen.now_owed(owed)
        await settled(app, pilot)
        bar = text_of(screen.bar)
        assert " All open " in bar
        assert "/ priority 1" in bar
        assert len(bar.rstrip("\n")) <= width


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("a seal, until fri 14:00", datetime(2026, 3, 6, 13, 0, tzinfo=UTC)),
        ("a seal", None),
        ("nobody is in until they are back", None),
    ],
)
async def test_a_hold_says_when_it_goes_on(
    workbench: Open, board: Desk, said: str, until: datetime | None
) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 6)
        await pilot.press("H")
        await settled(app, pilot)
        await pilot.press(*said, "enter")
        await settled(app, pilot)
        told = text_of(screen_of(app).foot)
        assert ("until Fri 6 Mar 14:00" in told) == (until is not None)
    with board.store.read() as connection:
        call = call_detail(connection, 6).call
    assert (call.status, call.held_reason, call.held_until) == ("on_hold", said, until)


async def test_tiny_terminal_says_so(workbench: Open, board: Desk) -> None:
    async with workbench(size=(20, 5)) as (app, pilot):
        assert "Too small" in text_of(screen_of(app).query_one("#tiny", Lines))
        before = [(row.id, row.version) for row in screen_of(app).calls.window.rows]
        await pilot.press("a", "t", "V", "t", "p", "/", "n")
        await settled(app, pilot)
        assert app.screen is screen_of(app)
        assert not screen_of(app).calls.selected
        screen_of(app).calls.reload()
        assert [(row.id, row.version) for row in screen_of(app).calls.window.rows] == before
        await pilot.resize_terminal(80, 24)
        for _ in range(300):
            await pilot.pause(0.01)
            if not screen_of(app).has_class("-tiny"):
                break
        assert not screen_of(app).has_class("-tiny")


async def test_inputs_do_not_blink(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await pilot.press("/")
        await pilot.pause()
        assert not app.screen.query_one(Input).cursor_blink


async def test_what_cannot_be_done_is_refused_before_anything_is_written(workbench: Open) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 1)
        await pilot.press("d")
        await settled(app, pilot)
        assert isinstance(app.screen, AskDialog)
        assert "it is new" in app.screen.words


async def test_a_text_is_offered_again_when_the_act_was_not_done(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DatabaseFull("There is no room left.", "Free some space.")

    async with workbench() as (app, pilot):
        await go_to(app, pilot, 6)
        with monkeypatch.context() as patch:
            patch.setattr(Work, "act", full)
            await pilot.press("H")
            await settled(app, pilot)
            await pilot.press(*"no part", "enter")
            await settled(app, pilot)
            assert isinstance(app.screen, AskDialog)
            assert "no room" in app.screen.words
            assert not screen_of(app).has_class("-trouble"), "it can still be read"
            await pilot.press("escape")
            await settled(app, pilot)
        await pilot.press("H")
        await settled(app, pilot)
        assert app.screen.query_one(Input).value == "no part"
        await pilot.press("enter")
        await settled(app, pilot)
    assert last_note(board, 6) == "no part"


async def test_a_text_that_was_left_is_offered_again_in_the_same_database(
    workbench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with workbench() as (app, pilot):
        await go_to(app, pilot, 6)
        await pilot.press("H", *"no part", "escape")
        await settled(app, pilot)
        assert Drafts("/elsewhere.db").all() == {}
        await pilot.press("H")
        await settled(app, pilot)
        assert app.screen.query_one(Input).value == "no part"
        assert "Esc leave   kept from before" in str(app.screen.query_one(".keys", Static).content)
        await pilot.press("ctrl+u", "escape", "H")
        await settled(app, pilot)
        assert app.screen.query_one(Input).value == "", "it was taken away on purpose"

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Drafts, "keep", full)
        await pilot.press(*"fuse", "escape")
        await settled(app, pilot)
        assert app.screen.query_one(Input).value == "fuse", "it stays where it cannot be kept"
        await pilot.press("escape")
        await settled(app, pilot)
        assert app.screen is screen_of(app)
        assert "No space left" in text_of(screen_of(app).query_one("#keys", Lines))


async def test_mouse_puts_the_cursor_opens_and_scrolls(workbench: Open) -> None:
    async with workbench(size=(120, 12)) as (app, pilot):
        screen = screen_of(app)
        await pilot.click(screen.calls, offset=(20, 3))
        assert screen.calls.window.cursor == 2
        screen.calls.scroll_rows(3)
        assert screen.calls.window.top == 3
        await pilot.click(screen.calls, offset=(20, 2), times=2)
        await settled(app, pilot)
        assert screen.story_open
        await pilot.click(screen.bar, offset=(17, 0))
        await settled(app, pilot)
        assert screen.queue.id == "mine"


async def test_a_database_that_is_damaged_is_told_in_a_banner(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"this is no database " * 400)
    app = WorkbenchApp(str(path), clock=clock)
    async with app.run_test(size=(100, 20)) as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            if screen_of(app).has_class("-trouble"):
                break
        assert "damaged" in text_of(screen_of(app).banner)
        await pilot.press("j", "G", "enter", "t")
        await pilot.press("q")


async def test_a_fresh_database_opens_empty_and_says_what_to_do(tmp_path: Path, clock: FixedClock) -> None:
    app = WorkbenchApp(str(tmp_path / "new.sqlite"), clock=clock)
    async with app.run_test(size=(100, 20)) as pilot:
        await ready(app, pilot)
        shown = "\n".join(screen_of(app).calls.render_line(y).text for y in range(10))
        assert "No open calls." in shown
        assert "N opens one" in shown


@pytest.mark.parametrize("name", ["nope", "team:nope"])
async def test_without_the_queue_to_open_with_all_calls_are_shown_and_the_bar_says_so(
    workbench: Open, name: str
) -> None:
    async with workbench(settings=Settings(default_queue=name), size=(160, 40)) as (app, pilot):
        screen = screen_of(app)
        assert (screen.queue.id, len(screen.calls.window.rows)) == ("all", 12)
        assert f"There is no queue '{name}'." in text_of(screen.foot)
        await pilot.press("tab")


async def test_opens_with_the_queue_of_a_team(board: Desk, workbench: Open) -> None:
    with board.store.read() as connection:
        team = connection.exec_driver_sql("select name from team order by id").scalar()
    async with workbench(settings=Settings(default_queue=f"team:{team}")) as (app, _pilot):
        assert screen_of(app).queue.id == f"team:{team}"
        assert screen_of(app).queue in screen_of(app).queues
