"""The log dialog by keyboard: the usual case, what is refused and where, drafts that come back, tries."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.care.interactions import MOODS
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import drafts
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import DatabaseUnreachable
from dispatch_tui.screens import log_drafts
from dispatch_tui.screens.dialogs import AskDialog, PickDialog
from dispatch_tui.screens.leavings import Drafts
from dispatch_tui.screens.log import LogScreen
from dispatch_tui.screens.log_form import LogForm
from dispatch_tui.store.details import CallDetail
from dispatch_tui.store.queries import call_detail
from dispatch_tui.widgets.lines import Lines
from tests.face.conftest import Open, screen_of, settled
from tests.face.talks import rows


def detail(board: Desk, call_id: int) -> CallDetail:
    with board.store.read() as connection:
        return call_detail(connection, call_id)


def text_of(app: WorkbenchApp, pane: str) -> str:
    return "\n".join(
        "".join(piece.text for piece in line) for line in app.screen.query_one(pane, Lines).lines
    )


def typed(words: str) -> list[str]:
    return ["space" if letter == " " else letter for letter in words]


async def press(app: WorkbenchApp, pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        if len(key) > 1:
            await settled(app, pilot)
    await settled(app, pilot)


async def kept(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Until the typing has rested long enough to be kept."""
    await pilot.pause(0.5)
    await settled(app, pilot)


async def test_the_usual_case_meets_the_first_response(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "1", *typed("on our way"), "ctrl+s")
        assert app.screen is screen_of(app)
    (spoken,) = rows(board, "interaction")
    assert (spoken["direction"], spoken["channel"], spoken["two_way"]) == ("out", "phone", 1)
    assert (spoken["said"], spoken["call_id"], spoken["contact_id"]) == ("on our way", 2, 1)
    first = next(one for one in detail(board, 2).clocks if one.kind == "first_response")
    assert first.ended_at == board.clock.now()
    assert drafts.drafts_of(board) == ()


async def test_everything_that_can_be_entered(workbench: Open, board: Desk) -> None:
    async with workbench((80, 24)) as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "2", *typed("part is late"), "tab", "4")
        await press(app, pilot, "tab", *typed("fri 9"), "tab", *typed("a loaner by 14:00"))
        await press(app, pilot, "tab", "space", "tab", *typed("loaner tonight"), "ctrl+o")
        for words in ("it is here", "it is not", "stock", "tired", "loaner", "will do"):
            await press(app, pilot, "tab", *typed(words))
        await press(app, pilot, "tab", *typed("arrival by 16:00"), "tab", "tab", *typed("road shut"))
        await press(app, pilot, "tab", *typed("10m"), "ctrl+s")
        assert app.screen is screen_of(app)
    (one,) = rows(board, "interaction")
    now = board.clock.now()
    assert one["happened_at"] == now - timedelta(minutes=10)
    wanted = {
        "direction": "in",
        "channel": "phone",
        "two_way": 1,
        "mood": "upset",
        "believes": "it is here",
        "truth": "it is not",
        "listen": "stock",
        "observe": "tired",
        "think": "loaner",
        "speak": "will do",
        "bad_news": 1,
        "plan": "loaner tonight",
    }
    assert {name: one[name] for name in wanted} == wanted
    assert f"{one['next_update_at']:%a %H:%M}" == "Fri 08:00", "nine o'clock in Berlin"
    promised = [(row["what"], row["about"], f"{row['due_at']:%H:%M}") for row in rows(board, "promise")]
    assert promised == [("a loaner", "", "13:00"), ("arrival", "arrival", "15:00")]
    assert rows(board, "told_in_advance")[0]["what"] == "road shut"


async def test_bad_news_asks_for_plan_and_next_update_at_their_fields(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "1", *typed("late"), "tab", "tab", "tab", "tab", "1", "ctrl+s")
        screen = app.screen
        assert isinstance(screen, LogScreen)
        assert screen.here == "plan"
        assert "bad news needs a plan" in text_of(app, "#notice")
        await press(app, pilot, *typed("tonight"), "ctrl+s")
        assert screen.here == "next_update"
        assert "needs the time of the next update" in text_of(app, "#notice")
        assert rows(board, "interaction") == []
        await press(app, pilot, *typed("2h"), "ctrl+s")
        assert app.screen is screen_of(app)
    assert rows(board, "interaction")[0]["plan"] == "tonight"


@pytest.mark.parametrize(
    ("keys", "field", "words"),
    [
        (("tab", "tab", *"noon"), "next_update", "cannot read 'noon' as a time"),
        (("tab", "tab", "tab", *"loaner"), "promise_1", "a promise says what, and by when"),
        (("ctrl+o", *("up",) * 3, *"5"), "ago", "cannot read '5' as a time that has passed"),
        (("ctrl+o", *("up",) * 3, *typed("in 2h")), "ago", "cannot read 'in 2h' as a time that has passed"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field(
    workbench: Open, board: Desk, keys: tuple[str, ...], field: str, words: str
) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "1", *keys, "ctrl+s")
        assert isinstance(app.screen, LogScreen)
        assert app.screen.here == field
        assert words in text_of(app, "#notice")
    assert rows(board, "interaction") == []


async def test_who_begins_to_write_means_what_was_said(workbench: Open, board: Desk) -> None:
    """No letter is a key in the form: q does not leave, T does not change the colours."""
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "q")
        await press(app, pilot, *"uiTe", "ctrl+s")
        assert app.screen is screen_of(app)
    assert rows(board, "interaction")[0]["said"] == "quiTe"


async def test_a_burst_of_keys_is_taken_in_its_order(workbench: Open, board: Desk) -> None:
    """As they come over a slow connection: all of them before the first is worked on."""
    async with workbench() as (app, pilot):
        await press(app, pilot, "c")
        assert isinstance(app.screen, LogScreen)
        way = app.screen.form.way
        for one in "they call 2 x":
            app.post_message(events.Key("space" if one == " " else one, one))
        assert app.screen.names[2:5] == ["said", "mood", "next_update"]
        for key in ("tab", "2", "tab"):
            app.post_message(events.Key(key, "\t" if key == "tab" else key))
        for one in "45m":
            app.post_message(events.Key(one, one))
        await settled(app, pilot)
        app.screen.keep_now()
        form = app.screen.form
        assert (form.way, form.said, form.mood, form.next_update) == (way, "they call 2 x", MOODS[2], "45m")


async def test_a_paste_is_what_was_said(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        await press(app, pilot, "c")
        assert isinstance(app.screen, LogScreen)
        app.post_message(events.Paste("the seal\nis late"))
        await settled(app, pilot)
        app.post_message(events.Paste(" again\n"))
        await settled(app, pilot)
        app.screen.keep_now()
        assert app.screen.form.said == "the seal is late again"


async def test_the_mouse_chooses_and_saves(workbench: Open, board: Desk) -> None:
    async with workbench((120, 30)) as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c")
        screen = app.screen
        assert isinstance(screen, LogScreen)
        await pilot.click("#field-way", offset=(20, 0))
        await settled(app, pilot)
        assert screen.form.way == "they called"
        await pilot.click("#field-mood", offset=(14, 0))
        await settled(app, pilot)
        await pilot.click("#keys", offset=(3, 0))
        await settled(app, pilot)
        assert app.screen is screen_of(app)
    (one,) = rows(board, "interaction")
    assert (one["direction"], one["mood"]) == ("in", "calm")


async def test_blame_is_marked_while_it_is_typed(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "1", *typed("you should have"))
        assert "blame: “you should have”  Say what helps now" in text_of(app, "#notice")
        await press(app, pilot, *typed("n"))
        assert "blame" not in text_of(app, "#notice")


async def test_what_was_typed_comes_back(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "2", *typed("she asks [/x] why"))
        await kept(app, pilot)
        (draft,) = drafts.drafts_of(board)
        assert (draft.key, draft.content["said"]) == ("log:call:2", "she asks [/x] why")
        await press(app, pilot, *typed("?"), "escape")
        assert app.screen is screen_of(app)
    async with workbench((160, 24)) as (app, pilot):
        assert "D 1 draft" in text_of(app, "#bar")
        screen_of(app).calls.go_to(5)
        await press(app, pilot, "D")
        screen = app.screen
        assert isinstance(screen, LogScreen)
        assert screen.about.number == "C-2"
        assert screen.query_one("#field-said", Input).value == "she asks [/x] why?"
        assert screen.form.way == "they called"
        await press(app, pilot, "ctrl+t")
        assert drafts.drafts_of(board) == ()
        await press(app, pilot, "c")
        assert screen_of(app).calls.current is not None
        assert isinstance(app.screen, LogScreen)
        assert app.screen.form.said == ""


async def test_what_was_typed_while_the_database_was_lost_comes_back(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database has the older words, this machine the newer ones: these are shown, and are gone once saved."""
    keep = drafts.keep
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "1", *typed("on our"))
        await kept(app, pilot)
        monkeypatch.setattr(drafts, "keep", unreachable)
        await press(app, pilot, *typed(" way"))
        await kept(app, pilot)
        assert drafts.drafts_of(board)[0].content["said"] == "on our"
        await press(app, pilot, "escape")
        monkeypatch.setattr(drafts, "keep", keep)
        await press(app, pilot, "c")
        assert isinstance(app.screen, LogScreen)
        assert app.screen.form.said == "on our way"
        await press(app, pilot, "ctrl+s")
        assert rows(board, "interaction")[0]["said"] == "on our way"
        await press(app, pilot, "c")
        assert isinstance(app.screen, LogScreen)
        assert app.screen.form.said == "", "what was saved does not turn up in the next contact"


async def test_looking_at_what_this_machine_kept_does_not_lose_it(
    workbench: Open, board: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as lost:
        lost.setattr(drafts, "keep", unreachable)
        log_drafts.keep(board, "log:call:2", LogForm(said="part is late"))
    async with workbench((160, 24)) as (app, pilot):
        assert "D 1 draft" in text_of(app, "#bar")
        await press(app, pilot, "D")
        screen = app.screen
        assert isinstance(screen, LogScreen)
        assert (screen.about.number, screen.form.said) == ("C-2", "part is late")
        await press(app, pilot, "escape")
        assert drafts.drafts_of(board)[0].content["said"] == "part is late"
        assert app.drafts.all() == {}
        await press(app, pilot, "D", "ctrl+t")
        assert log_drafts.drafts_of(board) == ()


def test_a_later_draft_in_the_database_counts(
    board: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is older where one went on at another machine; one of another database is not shown at all."""
    with monkeypatch.context() as lost:
        lost.setattr(drafts, "keep", unreachable)
        log_drafts.keep(board, "log:call:2", LogForm(said="first"))
    clock.advance(timedelta(minutes=1))
    drafts.keep(board, "log:call:2", {"said": "later"})
    Drafts("postgresql://dana@elsewhere/board").keep("log:call:5", '{"said": "other", "written_at": "x"}')
    assert [one.content["said"] for one in log_drafts.drafts_of(board)] == ["later"]


def unreachable(*_: object) -> None:
    raise DatabaseUnreachable("gone")


async def test_several_drafts_are_chosen_from(workbench: Open, board: Desk) -> None:
    drafts.keep(board, "log:call:2", {"said": "first"})
    drafts.keep(board, "log:call:5", {"said": "second"})
    async with workbench() as (app, pilot):
        await press(app, pilot, "D")
        assert isinstance(app.screen, PickDialog)
        await press(app, pilot, *"first", "enter")
        assert isinstance(app.screen, LogScreen)
        assert app.screen.form.said == "first"
        await press(app, pilot, "ctrl+s")
    assert [one.key for one in drafts.drafts_of(board)] == ["log:call:5"]


async def test_quitting_keeps_what_was_typed_last(workbench: Open, board: Desk) -> None:
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "1", *typed("half a senten"))
        await pilot.press("ce", "ctrl+q")
    assert drafts.drafts_of(board)[0].content["said"].startswith("half a senten")


async def test_a_try_books_the_next_and_offers_its_email(
    workbench: Open, board: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c", "3", *typed("seal on friday"), "ctrl+s")
        dialog = app.screen
        assert isinstance(dialog, AskDialog)
        assert "Hello Ida Brandt," in dialog.words
        assert "I will try again on Wednesday 04 March, 11:00" in dialog.words
        await press(app, pilot, "w", "enter")
        assert app.screen is screen_of(app)
    assert "seal on friday" in (tmp_path / "voicemail.txt").read_text(encoding="utf-8")
    (one,) = rows(board, "interaction")
    assert (one["channel"], one["two_way"]) == ("voicemail", 0)


async def test_a_contact_without_a_number_is_asked_for_one(workbench: Open, board: Desk) -> None:
    with board.act("note") as writer:
        writer.update("contact", writer.get("contact", 1), {"mobile": ""}, act="update")
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c")
        assert "neither number nor address on record" in text_of(app, "#about")
        await press(app, pilot, "1", *typed("hello"), "ctrl+s")
        assert isinstance(app.screen, LogScreen)
        assert app.screen.here == "number"
        assert "Ida Brandt has no number on record" in text_of(app, "#notice")
        await press(app, pilot, *"0171", "ctrl+s")
        assert app.screen is screen_of(app)
    assert rows(board, "contact")[0]["phone"] == "0171"


async def test_hostile_names_and_words_are_shown_as_they_are(
    workbench: Open, board: Desk, clock: FixedClock
) -> None:
    with board.act("note") as writer:
        name = {"name": "[bold]Ida[/x] \x1b[2J\u202eadI"}
        writer.update("contact", writer.get("contact", 1), name, act="update")
    async with workbench() as (app, pilot):
        screen_of(app).calls.go_to(10)
        await press(app, pilot, "c")
        assert "C-10 [/bold] [@click=app.bell]press[/] red" in text_of(app, "#title")
        await press(app, pilot, "escape")
        screen_of(app).calls.go_to(2)
        await press(app, pilot, "c")
        assert "[bold]Ida[/x] adI" in text_of(app, "#about")
        assert "[bold]Ida[/x] adI" in text_of(app, "#field-contact")
