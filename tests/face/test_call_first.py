"""Call first by keyboard: the count on the queue, the list with its sheet, every act, and two sessions at it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from textual.pilot import Pilot
from textual.widgets import Input

from dispatch_tui.app import WorkbenchApp
from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.reasons import Reason
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import deciding, promises
from dispatch_tui.desk.conversations import log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import DatabaseBusy, DatabaseProblem, DatabaseUnreachable
from dispatch_tui.screens.call_first import PAGE, CallFirstScreen
from dispatch_tui.screens.dialogs import AskDialog, TextDialog
from dispatch_tui.screens.log import LogScreen
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.store import tables
from dispatch_tui.store.prompt_json import reasons_json
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.rows import Rows
from tests.face.conftest import Open, screen_of
from tests.face.talks import listed, owe_talks, rows
from tests.face.test_log_screen import press, text_of, typed
from tests.support.desks import as_role


@pytest.fixture
def talks(board: Desk, clock: FixedClock) -> Desk:
    return owe_talks(board, clock)


def page_of(app: WorkbenchApp) -> CallFirstScreen:
    assert isinstance(app.screen, CallFirstScreen), app.screen
    return app.screen


def shown(app: WorkbenchApp) -> list[str]:
    """The lines of the list."""
    lines = page_of(app).query_one("#rows", Rows).lines
    return ["".join(piece.text for piece in line).rstrip() for line in lines]


async def until(app: WorkbenchApp, pilot: Pilot[None], words: str, pane: str = "#rows") -> str:
    """Until words stand in a pane: what another session did has arrived."""
    for _ in range(200):
        text = "\n".join(
            "".join(piece.text for piece in line) for line in app.screen.query_one(pane, Lines).lines
        )
        if words in text:
            return text
        await pilot.pause(0.05)
    raise AssertionError(f"{words!r} never came:\n{text}")


async def test_the_queue_says_how_many_to_call(workbench: Open, talks: Desk) -> None:
    async with workbench((120, 24)) as (app, pilot):
        assert await until(app, pilot, "first 2 ✖ 1 late", "#bar")
        spoke = Interaction("out", "phone", talks.clock.now(), two_way=True)
        log_conversation(as_role(talks, "dispatcher", "bo"), spoke, call_id=1)
        bar = await until(app, pilot, "first 1", "#bar")
        assert "late" not in bar


async def test_the_list_with_its_sheet(workbench: Open, talks: Desk) -> None:
    async with workbench((120, 40)) as (app, pilot):
        await press(app, pilot, "f")
        head, first, second = shown(app)[:3]
        assert head.split() == ["state", "helps", "for", "customer", "why"]
        assert first.startswith(" ✖ late        40m  Northwind Dairy")
        assert "a message is not answered: “Cell 3 is warm [/x] red”" in first
        assert second.startswith(" ◆ soon        15m  Acme Cold Store")
        sheet = text_of(app, "#sheet")
        for words in (
            "04:00 there",
            "no contact on record",
            "they 1h 40m ago by phone, no conversation",
            "Apology",
            "head start",
            "+4h 00m  impact: priority 1",
        ):
            assert words in sheet
        await press(app, pilot, "j")
        sheet = text_of(app, "#sheet")
        for words in (
            "Ida Brandt · mobile +49 170 1",
            "we promised “the seal on site”, by 10:15",
            "1 at stake",
        ):
            assert words in sheet


async def test_the_conversation_ends_it(workbench: Open, talks: Desk) -> None:
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "enter")
        assert isinstance(app.screen, LogScreen)
        assert "we promised" in text_of(app, "#about")
        await press(app, pilot, "1", *typed("it comes"), "ctrl+s")
        assert [row.split("  ")[0] for row in shown(app)[1:] if row] == [" ✖ late"]
        assert "C-2 contact logged" in text_of(app, "#keys")
    decided = [(one["key"].split(":")[0], one["act"]) for one in rows(talks, "decision")]
    assert ("promise", "done") in decided
    assert [row.customer for row in listed(talks)] == ["Northwind Dairy"]


async def test_a_voicemail_puts_it_off(workbench: Open, talks: Desk) -> None:
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "v", *typed("seal is late"), "ctrl+s")
        assert isinstance(app.screen, AskDialog)
        await press(app, pilot, "escape")
        assert isinstance(app.screen, CallFirstScreen)
    retimed = {one["until"] for one in rows(talks, "decision") if one["act"] == "retimed"}
    assert retimed == {talks.clock.now() + timedelta(minutes=7, seconds=30)}, (
        "half of the time it still helps"
    )
    assert [row.customer for row in listed(talks)] == ["Northwind Dairy"]


async def test_another_time_and_back_again(workbench: Open, talks: Desk) -> None:
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "t", *typed("soon"), "enter")
        assert isinstance(app.screen, TextDialog)
        await press(app, pilot, *["backspace"] * 4, *"10m", "enter")
        assert len(listed(talks)) == 1
        assert "Acme Cold Store comes back Wed 10:10" in text_of(app, "#keys")
        await press(app, pilot, "u")
        assert len(listed(talks)) == 2
        await press(app, pilot, "j", "t", *"2h", "enter")
        assert isinstance(app.screen, TextDialog), "after the last useful minute it asks why"
        await press(app, pilot, *typed("they sleep"), "enter")
        assert len(listed(talks)) == 1
    assert {one["why"] for one in rows(talks, "decision")} >= {"they sleep"}


async def test_no_call_with_a_reason(workbench: Open, talks: Desk) -> None:
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "o", "enter")
        assert isinstance(app.screen, TextDialog), "not without a reason"
        await press(app, pilot, *typed("test call"), "enter")
        assert [row.customer for row in listed(talks)] == ["Acme Cold Store"]
        await press(app, pilot, "o", *typed("they know"), "enter")
        assert "Nobody needs a call now." in "\n".join(shown(app))
    assert {(one["act"], one["why"]) for one in rows(talks, "decision")} == {
        ("overridden", "test call"),
        ("overridden", "they know"),
    }


async def test_who_closes_it_second_is_told_who_was_first(workbench: Open, talks: Desk) -> None:
    bo = as_role(talks, "dispatcher", "bo")
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "c", "1", *typed("hello"))
        log_conversation(
            bo, Interaction("out", "phone", talks.clock.now(), two_way=True), call_id=2, seen=listed(talks)[1]
        )
        await press(app, pilot, "ctrl+s")
        assert isinstance(app.screen, LogScreen)
        assert "bo has closed this prompt already" in text_of(app, "#keys")
        await press(app, pilot, "ctrl+s")
        assert isinstance(app.screen, CallFirstScreen)
    said = [one["said"] for one in rows(talks, "interaction") if one["call_id"] == 2]
    assert said == ["We wait for the seal", "", "hello"], "what was typed is not lost"


async def test_what_was_talked_about_is_settled_though_another_reason_changed(
    workbench: Open, talks: Desk, clock: FixedClock
) -> None:
    """A promise joins; while one talks somebody settles it. The rest of the prompt is not left for a second call."""
    promises.promise(talks, 2, "a price", clock.now() + timedelta(minutes=16))
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "c", "1", *typed("hello"))
        promises.settle_promise(talks, 1, "kept")
        await press(app, pilot, "ctrl+s")
        assert isinstance(app.screen, LogScreen)
        await press(app, pilot, "ctrl+s")
        assert isinstance(app.screen, CallFirstScreen)
    decided = [(one["key"].split(":")[1], one["act"]) for one in rows(talks, "decision")]
    assert ("2", "done") in decided
    assert [row.customer for row in listed(talks)] == ["Northwind Dairy"]


async def test_a_try_beside_a_changed_prompt_comes_back_while_it_helps(
    workbench: Open, talks: Desk, clock: FixedClock
) -> None:
    promises.promise(talks, 2, "a price", clock.now() + timedelta(minutes=16))
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "v", *typed("hello"))
        promises.settle_promise(talks, 2, "kept")
        await press(app, pilot, "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, AskDialog)
    until = {one["until"] for one in rows(talks, "decision") if one["key"].startswith("promise:1")}
    assert until == {clock.now() + timedelta(minutes=7, seconds=30)}, "half of the time it still helps"


async def test_it_stays_mine_until_the_other_accepts(workbench: Open, talks: Desk) -> None:
    bo = as_role(talks, "dispatcher", "bo")
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "h", *"bo", "enter", *typed("please"), "enter")
        assert "Offered to bo" in text_of(app, "#keys")
        (offer,) = rows(talks, "handover")
        assert (offer["status"], offer["note"]) == ("offered", "please")
        assert listed(talks)[1].holder_id is None
        deciding.answer(bo, offer["id"], "accepted")
        await until(app, pilot, "bo has it: we promised")


async def test_what_is_offered_to_me_stands_on_top(workbench: Open, talks: Desk) -> None:
    bo = as_role(talks, "dispatcher", "bo")
    async with workbench((80, 24)) as (app, pilot):
        await press(app, pilot, "f")
        first, second = listed(talks)
        deciding.offer(bo, second, talks.operator.id, "yours? [/x]")
        await until(app, pilot, "bo asks you to call Acme Cold Store: yours? [/x]")
        assert shown(app)[0].endswith("a accept  x decline")
        await press(app, pilot, "a")
        await until(app, pilot, "mine: we promised")
        await press(app, pilot, "m")
        assert [row for row in shown(app)[1:] if "late" in row] == [], "only mine"
        deciding.offer(bo, first, talks.operator.id)
        await until(app, pilot, "bo asks you to call Northwind Dairy")
        await press(app, pilot, "x")
    assert [one["status"] for one in rows(talks, "handover")] == ["accepted", "declined"]


async def test_a_promise_is_settled_with_its_explanation(workbench: Open, talks: Desk) -> None:
    async with workbench() as (app, pilot):
        await press(app, pilot, "f")
        await press(app, pilot, "j", "p")
        await press(app, pilot, "enter", *"partly", "enter")
        assert isinstance(app.screen, TextDialog)
        await press(app, pilot, *typed("one of two came"), "enter")
        assert "Promise partly" in text_of(app, "#keys")
        await press(app, pilot, "p")
        assert isinstance(app.screen, CallFirstScreen)
    (one,) = rows(talks, "promise")
    assert (one["outcome"], one["explained"]) == ("partly", "one of two came")


async def test_one_timer_turns_soon_into_late(workbench: Open, talks: Desk, clock: FixedClock) -> None:
    clock.advance(timedelta(minutes=15, milliseconds=-300))
    async with workbench() as (app, pilot):
        await press(app, pilot, "f")
        assert any(row.startswith(" ◆ soon") for row in shown(app))
        clock.advance(timedelta(seconds=2))
        text = await until(app, pilot, "✖ late         1s")
        assert "◆ soon" not in text


async def test_the_call_and_its_replacement_are_a_key_away(workbench: Open, talks: Desk) -> None:
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "j", "$")
        assert isinstance(app.screen, RoiScreen)
        await press(app, pilot, "escape")
        assert isinstance(app.screen, CallFirstScreen)
        await press(app, pilot, "l")
        current = screen_of(app).calls.current
        assert app.screen is screen_of(app)
        assert current is not None
        assert current.number == "C-2"


async def test_the_reason_of_a_refused_act_stands_there_the_next_time(
    workbench: Open, talks: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem: DatabaseProblem = DatabaseBusy("Somebody is writing for long.", "Try again.")

    def refuse(*_: object) -> None:
        raise problem

    async with workbench() as (app, pilot):
        with monkeypatch.context() as refusing:
            refusing.setattr(deciding, "override", refuse)
            await press(app, pilot, "f", "o", *typed("they know"), "enter")
            assert isinstance(app.screen, AskDialog)
            assert "writing for long" in app.screen.words
            problem = DatabaseUnreachable("The server is gone.", "It is asked again.")
            await press(app, pilot, "escape", "o", "enter")
            assert "Not done. The server is gone." in text_of(app, "#keys")
        await press(app, pilot, "o")
        assert app.screen.query_one(Input).value == "they know"
        await press(app, pilot, "enter")
        assert len(listed(talks)) == 1
        assert app.drafts.all() == {}


async def test_a_viewer_may_look_and_no_more(workbench: Open, talks: Desk) -> None:
    as_role(talks, "manager", "mona")
    as_role(talks, "viewer", "dana")
    async with workbench() as (app, pilot):
        await press(app, pilot, "f", "o", *typed("no"), "enter")
        assert isinstance(app.screen, AskDialog)
        assert "A viewer may not" in app.screen.words
    assert len(listed(talks)) == 2


async def test_ten_thousand_after_a_storm(workbench: Open, board: Desk) -> None:
    """They are counted and read by the page; the end is reached by going on."""
    now = board.clock.now()
    reason = Reason("next_update", "", "the next update is owed", now, now, None, None)
    with board.store.write() as connection:
        connection.execute(
            sa.insert(tables.customer),
            [{"id": 1000 + n, "name": f"Storm {n}", "version": 1} for n in range(10_000)],
        )
        connection.execute(
            sa.insert(tables.prompt),
            [
                {
                    "customer_id": 1000 + n,
                    "place": 0,
                    "prompt_at": now,
                    "useful_until": now + timedelta(minutes=1 + n),
                    "rank_at": now + timedelta(minutes=n),
                    "kinds": "next_update",
                    "words": reason.words,
                    "call_ids_json": "[]",
                    "reasons_json": reasons_json([reason._replace(key=f"k{n}", customer_id=1000 + n)]),
                    "rank_json": "[]",
                }
                for n in range(10_000)
            ],
        )
    async with workbench((120, 30)) as (app, pilot):
        await until(app, pilot, "first 10k", "#bar")
        await press(app, pilot, "f")
        assert "10,000 to call" in text_of(app, "#title")
        assert len([row for row in shown(app) if "Storm" in row]) == PAGE
        await press(app, pilot, "G", "G")
        assert len([row for row in shown(app) if "Storm" in row]) == 3 * PAGE
        assert page_of(app).rows.key.startswith("prompt:")
