"""The customer's page and the search over everything, by their keys, and how they look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from textual.widgets import Input, Static

from dispatch_tui.actions import CUSTOMER, FIND, actions_for
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import dealings
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.operators import set_role
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.customer import TABS, CustomerScreen
from dispatch_tui.screens.customer_forms import split_cost
from dispatch_tui.screens.dialogs import AskDialog, TextDialog
from dispatch_tui.screens.escalation_room import EscalationScreen
from dispatch_tui.screens.find import FindScreen
from dispatch_tui.screens.log import LogScreen
from dispatch_tui.screens.unit import UnitScreen
from dispatch_tui.store import tables as t
from tests.face.conftest import make_app, screen_of, settled
from tests.face.units import cursor_line, fleet_desk, on, page, press, steps, text_of
from tests.support.dealings import PLAIN_HOSTILE, add_dealings

Compare = Callable[..., bool]
SIZES = ((80, 24), (120, 40), (200, 50))


@pytest.fixture
def fleet(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = fleet_desk(tmp_path / "fleet.sqlite", clock)
    add_dealings(desk)
    yield desk
    desk.store.close()


@pytest.mark.parametrize(("kind", "owner"), [(CUSTOMER, CustomerScreen), (FIND, FindScreen)])
def test_every_action_has_its_method(kind: str, owner: type) -> None:
    assert actions_for(kind)
    for action in actions_for(kind):
        assert hasattr(owner, f"action_{action.method}"), action.id


async def test_from_a_call_to_its_customer_and_back(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P") as (app, pilot):
        assert isinstance(app.screen, CustomerScreen)
        head = text_of(app, "#head")
        assert "Acme Cold Store" in head
        assert "gold · contract: talks · EUR" in head
        assert "Annie · mobile 0170 555 0134" in head
        await press(pilot, "escape")
        assert app.screen is screen_of(app)


async def test_something_about_the_customer_is_escalated_and_found_again(
    fleet: Desk, clock: FixedClock
) -> None:
    async with on(fleet, clock, "P", "E") as (app, pilot):
        await press(pilot, *"Invoices are late", "enter")
        assert isinstance(app.screen, EscalationScreen)
        await press(pilot, "escape", "7", "end", "up", "enter")
        assert isinstance(app.screen, EscalationScreen)
        assert app.screen.found is not None
        assert (app.screen.found.line.title, app.screen.found.line.customer_id) == ("Invoices are late", 1)


async def test_the_head_says_how_they_do_and_whom_to_reach(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P") as (app, _pilot):
        lines = text_of(app, "#head").splitlines()
        assert lines[1].startswith(" ◆ watch: complaints: 1, commendations: 0")
        assert lines[1].endswith("5 above at risk")
        assert lines[2] == " Spoke 20h 00m ago, every 30 days, next in 4w 1d; 1 contact since, no talk."
        overview = text_of(app, "#rows")
        assert "C-0900    ▶ Grinding noise from the motor (P2, at work)" in overview
        assert "✖ overdue by 1d 0h" in overview
        assert "-10 now -19.8   complaint: Nobody told us about the bearing" in overview


async def test_parts_by_number_and_in_turn_keep_their_place(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "2", "down", "down") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomerScreen)
        there = cursor_line(app)
        shown = []
        for key in (*"1234567", "tab", "]", "shift+tab", "["):
            await press(pilot, key)
            shown.append(screen.tab)
        names = list(TABS)
        assert shown == [*names, "overview", "timeline", "overview", "lists"]
        await press(pilot, "2")
        assert cursor_line(app) == there


async def test_the_timeline_is_narrowed_in_turn(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "f") as (app, pilot):
        assert len(text_of(app, "#rows").splitlines()) == 15
        found = {}
        for _ in range(6):
            await press(pilot, "f")
            found[page(app).group] = text_of(app, "#rows")  # type: ignore[attr-defined]
        assert list(found)[1:3] == ["conversations", "promises"]
        assert [line[13:28].strip() for line in found["conversations"].splitlines()] == [
            "we: email",
            "we: phone",
            "they: phone",
        ]
        assert "promise broken" in found["promises"]
        assert found["recommendations"] == " Nothing of this kind has happened yet."


async def test_a_long_timeline_is_read_as_one_goes_down(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(
            sa.insert(t.interaction),
            [
                {"customer_id": 1, "happened_at": clock.now(), "direction": "out", "said": f"word {number}"}
                for number in range(250)
            ],
        )
    async with on(fleet, clock, "P", "2") as (app, pilot):
        assert len(text_of(app, "#rows").splitlines()) == 101
        assert "more below" in text_of(app, "#rows").splitlines()[-1]
        for _ in range(3):
            await press(pilot, "end")
        assert cursor_line(app).split()[-2:] == ["Night", "cooling"]


async def test_a_note_is_added_and_ended(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "6", "a", *"deli", "enter", *"Flowers", "enter") as (app, pilot):
        lines = text_of(app, "#rows").splitlines()
        assert lines[1] == " 10:00     delight       Flowers"
        assert "Saved." in text_of(app, "#keys")
        await press(pilot, "home", "x")
        assert "delight       Flowers · ended" in text_of(app, "#rows")
        await press(pilot, "3")
        assert "+5 now +5.0    delight: Flowers" in text_of(app, "#rows")


async def test_a_half_written_note_waits_for_its_writer(fleet: Desk, clock: FixedClock) -> None:
    def role(name: str) -> None:
        with fleet.store.write() as connection:
            connection.execute(sa.update(t.operator).values(role=name))

    async with on(fleet, clock, "P", "6", "a", *"deli", "enter", *"Flow", "escape") as (app, pilot):
        await press(pilot, "a", *"compla", "enter")
        assert isinstance(app.screen, TextDialog)
        assert app.screen.draft == ""  # another matter
        await press(pilot, "escape", "a", *"deli", "enter", *"ers")
        assert isinstance(app.screen, TextDialog)
        assert app.screen.draft == "Flowers"
        role("viewer")
        await press(pilot, "enter")
        assert "A viewer may not" in text_of(app, "#keys")
        role("manager")
        await press(pilot, "a", *"deli", "enter", "enter")
        assert "delight       Flowers" in text_of(app, "#rows")
        await press(pilot, "a", *"deli", "enter")
        assert isinstance(app.screen, TextDialog)
        assert app.screen.draft == ""


async def test_what_went_wrong_is_made_good(fleet: Desk, clock: FixedClock) -> None:
    keys = ("P", "6", "a", *"gone", "enter", *"Late again", "enter", "a", *"made", "enter")
    async with on(fleet, clock, *keys) as (app, pilot):
        assert "Put the cursor on what went wrong first" in text_of(app, "#keys")
        while "Late again" not in cursor_line(app):
            await press(pilot, "down")
        assert "not made good" in cursor_line(app)
        await press(pilot, "a", *"made", "enter", *"credit", "enter", *"A free visit = 99,50", "enter")
        assert isinstance(app.screen, TextDialog)
        assert app.screen.draft == "A free visit = 99,50"
        await press(pilot, *["backspace"] * 3, *".50", "enter")
        assert "made good" in cursor_line(app)
        assert "credit: A free visit  99.50 EUR" in text_of(app, "#rows")
        assert "Making good has cost 284.50 EUR." in text_of(app, "#rows")


async def test_a_loaner_goes_out_and_comes_back(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "5") as (app, pilot):
        while "overdue" not in cursor_line(app):
            await press(pilot, "down")
        await press(pilot, "x")
        assert "back after 6d 0h" in text_of(app, "#rows")
        await press(pilot, "a", *"loaner", "enter", *"CX-2000", "enter", *"2026-03-20", "enter")
        assert "out for 0s" in text_of(app, "#rows")
        await press(pilot, "a", *"loaner", "enter", *"CX-2000", "enter", "enter")
        assert "is lent out already" in text_of(app, "#keys")


async def test_what_they_say_of_a_call_is_recorded_with_it(fleet: Desk, clock: FixedClock) -> None:
    """Asked days later, on the customer's page: of the call that the line is about."""
    async with on(fleet, clock, "P", "4", "a", *"rating", "enter") as (app, pilot):
        assert "Put the cursor on the call" in text_of(app, "#keys")
        await press(pilot, "2")
        while "C-0900" not in cursor_line(app):
            await press(pilot, "down")
        await press(pilot, "a", *"rating", "enter", *"6 superb", "enter")
        dialog = app.screen
        assert isinstance(dialog, TextDialog)
        assert dialog.draft == "6 superb"
        dialog.query_one(Input).value = "5 superb [/x]"
        await press(pilot, "enter")
        assert "C-0900 rated 5 of 5." in text_of(app, "#keys")
    with fleet.store.read() as connection:
        one = connection.execute(sa.select(t.rating).order_by(t.rating.c.id.desc())).mappings().first()
        number = sa.select(t.call.c.number).where(t.call.c.id == (one or {}).get("call_id"))
        assert connection.scalar(number) == "C-0900"
    assert one is not None
    assert (one["rater"], one["points"], one["words"]) == ("customer", 5, "superb [/x]")


async def test_a_contact_is_changed_and_added(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "4", "enter", *"ways", "enter") as (app, pilot):
        for _ in range(len("mobile email")):
            await press(pilot, "backspace")
        await press(pilot, *"email mobile", "enter")
        assert "email ann@acme.example · mobile 0170 555 0134" in text_of(app, "#rows")
        await press(pilot, "a", *"contact", "enter", *"Eve", "enter", "enter")
        assert "✖ no number, no address" in text_of(app, "#rows")


async def test_onboarding_is_answered(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "7") as (app, pilot):
        assert "Onboarding: 3 needed and missing" in text_of(app, "#rows")
        await press(pilot, "down", "enter", "y")
        assert "Onboarding: 2 needed and missing" in text_of(app, "#rows")
        assert "✓ yes" in cursor_line(app)


async def test_enter_opens_what_the_cursor_is_on(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "2", "down", "down", "enter") as (app, pilot):
        assert isinstance(app.screen, AskDialog)
        assert "Plan: Tess comes on Thursday morning" in app.screen.words
        assert "Mood: worried" in app.screen.words
        await press(pilot, "escape", "5", "enter")
        assert isinstance(app.screen, UnitScreen)
        await press(pilot, "P")
        assert isinstance(app.screen, CustomerScreen)
        await press(pilot, "enter")
        assert app.screen is screen_of(app)


async def test_a_contact_is_logged_from_the_page(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P", "c") as (app, pilot):
        assert isinstance(app.screen, LogScreen)
        await press(pilot, "1", *"All well again", "ctrl+s")
        assert isinstance(app.screen, CustomerScreen)
        assert "contact is logged" in text_of(app, "#keys")
        await press(pilot, "2")
        assert "All well again" in cursor_line(app)
        assert "C-0900" in cursor_line(app)


async def test_another_sessions_note_appears(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "P") as (app, pilot):
        assert "Told us about a tender" not in text_of(app, "#rows")
        other = replace(fleet, operator=set_role(fleet, "ola", "dispatcher"))
        dealings.add_note(other, 1, "plan", "Told us about a tender")
        app.look_again()
        await settled(app, pilot)
        assert "Told us about a tender" in text_of(app, "#rows")


async def test_the_search_follows_the_typing_and_opens_what_it_found(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "*", *"bear") as (app, pilot):
        assert isinstance(app.screen, FindScreen)
        assert text_of(app, "#titles") == " 4 found, the best first"
        await press(pilot, *"ing quot")
        assert text_of(app, "#titles") == " nothing found"
        app.screen.query_one(Input).value = "cold room"
        await settled(app, pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, CustomerScreen)
        assert app.screen.tab == "notes"
        assert "A second cold room next spring" in cursor_line(app)
        await press(pilot, "/", *"bearing")
        assert text_of(app, "#titles") == " 4 found in Acme Cold Store, the best first"
        await press(pilot, "enter")
        assert isinstance(app.screen, AskDialog)


async def test_hostile_names_and_texts_are_shown_plain(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "*", *"evil corp", "enter") as (app, pilot):
        assert isinstance(app.screen, CustomerScreen)
        for key in "1234567":
            await press(pilot, key)
            shown = text_of(app, "#head") + text_of(app, "#rows")
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert PLAIN_HOSTILE in shown
        await press(pilot, "2", "enter")
        assert isinstance(app.screen, AskDialog)
        assert PLAIN_HOSTILE in app.screen.words


async def test_a_customer_of_whom_nothing_is_known(fleet: Desk, clock: FixedClock) -> None:
    async with on(fleet, clock, "*", *"nobody yet", "enter") as (app, pilot):
        head = text_of(app, "#head")
        assert "Nobody has spoken with them yet" in head
        assert "no contact on record: ask who speaks for them" in head
        assert "30 above at risk" in head
        parts = {}
        for key, name in zip("1234567", TABS, strict=True):
            await press(pilot, key)
            parts[name] = text_of(app, "#rows")
        assert "No agreement: nothing is promised, so nothing counts down." in parts["overview"]
        assert "Nothing of this kind has happened yet." in parts["timeline"]
        assert "opening balance" in parts["trust"]
        assert "No contact on record" in parts["people"]
        assert "No unit on record." in parts["units"]
        assert "None yet. 'a' adds one." in parts["notes"]
        assert "Onboarding: 4 needed and missing" in parts["lists"]


async def test_a_call_without_a_customer_says_so(fleet: Desk, clock: FixedClock) -> None:
    with fleet.store.write() as connection:
        connection.execute(sa.update(t.call).values(customer_id=None))
    async with on(fleet, clock, "P") as (app, _pilot):
        assert isinstance(app.screen, AskDialog)
        assert "There is no customer on call C-0900." in app.screen.words


@pytest.mark.parametrize(
    ("text", "what", "cost"),
    [
        ("flowers", "flowers", None),
        ("flowers = 12", "flowers", 1200),
        ("a = b = 1,200.5", "a = b", 120_050),
        ("=0.05", "", 5),
        ("x = 12,345,678", "x", 1_234_567_800),
        ("x = 1234.50", "x", 123_450),
    ],
)
def test_what_was_done_and_its_cost(text: str, what: str, cost: int | None) -> None:
    assert split_cost("EUR", text) == (what, cost)


@pytest.mark.parametrize(
    ("currency", "text", "cost"),
    [("JPY", "x = 50,000", 50_000), ("JPY", "x = 120.", 120), ("KWD", "x = 1.5", 1_500)],
)
def test_a_cost_is_read_in_the_decimals_of_the_currency(currency: str, text: str, cost: int) -> None:
    assert split_cost(currency, text) == ("x", cost)


def test_yen_have_no_decimals() -> None:
    with pytest.raises(InvalidInput, match="JPY has no cents"):
        split_cost("JPY", "x = 120.50")


@pytest.mark.parametrize(
    "text",
    [
        "x = ten",
        "x = -1",
        "x = 1.234",
        "x = ",
        "x = ١",
        "filter set = 120,50",
        "x = 1234,567",
        "x = 1,2345",
        "x = ,500",
    ],
)
def test_a_cost_that_is_no_amount(text: str) -> None:
    with pytest.raises(InvalidInput, match="cost"):
        split_cost("EUR", text)


@pytest.mark.parametrize(
    ("wrong", "words", "right"),
    [
        ("five he helped us", "'five' is no number", "+5 he helped us"),
        ("+900 he helped us", "900 is not from 1 to 100", "-5 he helped us"),
        ("+5", "there is no reason", "+5 he helped us"),
    ],
)
async def test_what_is_refused_stays_to_be_mended(
    fleet: Desk, clock: FixedClock, wrong: str, words: str, right: str
) -> None:
    async with on(fleet, clock, "P", "a") as (app, pilot):
        await press(pilot, *"trust", "enter", *wrong, "enter")
        dialog = app.screen
        assert isinstance(dialog, TextDialog)
        assert dialog.draft == wrong
        assert words in str(dialog.query_one(".keys", Static).content)
        dialog.query_one(Input).value = right
        await press(pilot, "enter")
        assert not isinstance(app.screen, TextDialog)
    with fleet.store.read() as connection:
        points = connection.scalar(sa.select(t.ledger_entry.c.points).order_by(t.ledger_entry.c.id.desc()))
    assert points == int(right.split()[0])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("part", TABS)
def test_snapshot(
    fleet: Desk, clock: FixedClock, snap_compare: Compare, size: tuple[int, int], part: str
) -> None:
    key = str(list(TABS).index(part) + 1)
    assert snap_compare(make_app(fleet, clock), terminal_size=size, run_before=steps("P", key))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_snapshot_of_the_search(
    fleet: Desk, clock: FixedClock, snap_compare: Compare, size: tuple[int, int]
) -> None:
    assert snap_compare(make_app(fleet, clock), terminal_size=size, run_before=steps("*", *"bear", "down"))


@pytest.fixture
def no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.usefixtures("no_colour")
@pytest.mark.parametrize("keys", [("P",), ("P", "2"), ("*", *"bear")], ids=["overview", "timeline", "search"])
def test_snapshot_without_colour(
    fleet: Desk, clock: FixedClock, snap_compare: Compare, keys: tuple[str, ...]
) -> None:
    assert snap_compare(make_app(fleet, clock), terminal_size=(80, 24), run_before=steps(*keys))
