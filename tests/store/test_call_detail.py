"""Everything that a call's detail shows, and its story in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dispatch_tui.care.interactions import Interaction
from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, undo, visits
from dispatch_tui.desk.conversations import log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.details import CallDetail
from dispatch_tui.store.queries import call_detail, change_story
from dispatch_tui.store.story import Change, story_line
from tests.support.contacts import log_contact
from tests.support.desks import company

TESS, SN1, ACME = 1, 1, 1
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = company(db_url, clock)
    yield opened
    opened.store.close()


def detail(desk: Desk, call_id: int, limit: int = 50) -> CallDetail:
    with desk.store.read() as connection:
        return call_detail(connection, call_id, story_limit=limit)


def test_names_clocks_and_unit(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="Pump leaks", unit_id=SN1).call
    shown = detail(desk, call.id)
    assert shown.call == call
    assert (shown.names.customer, shown.names.site, shown.names.agreement) == (
        "Acme Cold Store",
        "Plant 1",
        "Silver",
    )
    assert shown.zone == BERLIN
    assert {one.kind: one.state_at(clock.now()) for one in shown.clocks} == {
        "first_response": "running",
        "resolution": "running",
        "next_update": "running",
    }
    assert shown.unit is not None
    assert (shown.unit.serial, shown.unit.maker, shown.unit.model) == ("SN-1", "Nordfrost", "X200")


def test_the_story_in_words_the_latest_first(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="Pump leaks", unit_id=SN1).call
    for act in (
        lambda: calls.take(desk, call.id),
        lambda: calls.set_priority(desk, call.id, 1),
        lambda: calls.assign(desk, call.id, TESS),
        lambda: calls.hold(desk, call.id, "waits for a seal"),
        lambda: undo.undo(desk),
        lambda: calls.note(desk, call.id, "Gate code\n4711"),
        lambda: log_contact(desk, call.id, direction="out", said="On our way"),
        lambda: visits.plan_visit(desk, call.id, TESS, clock.now(), clock.now() + timedelta(hours=1)),
        lambda: visits.call_off(desk, 1, "nobody there"),
        lambda: calls.resolve(desk, call.id, "New seal"),
    ):
        clock.advance(timedelta(minutes=1))
        act()
    story = detail(desk, call.id).story
    assert [line.text for line in story] == [
        "resolved: New seal",
        "Tess: visit called off: nobody there",
        "Tess: visit planned for 4 Mar 10:08 to 4 Mar 11:08",
        "the customer was contacted by phone: On our way",
        "note: Gate code 4711",
        "taken back: hold",
        "put on hold: waits for a seal",
        "assigned to Tess",
        "priority 3 → 1",
        "taken",
        "opened, priority 3",
    ]
    assert {line.who for line in story} == {desk.operator.account}
    assert [line.happened_at for line in story] == sorted((line.happened_at for line in story), reverse=True)


def test_bad_news_stands_in_the_story_with_mood_plan_and_next_update(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="Pump leaks", unit_id=SN1).call
    told = Interaction(
        "out",
        "phone",
        clock.now(),
        two_way=True,
        mood="upset",
        said="The seal is late",
        bad_news=True,
        plan="a loan pump [/x]",
        next_update_at=clock.now() + timedelta(hours=2),
    )
    log_conversation(desk, told, call_id=call.id)
    assert detail(desk, call.id).story[0].text == (
        "the customer was contacted by phone, upset; plan: a loan pump [/x]; next update by 4 Mar 12:00:"
        " The seal is late"
    )


def test_a_long_story_is_read_in_windows(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="Pump leaks").call
    for number in range(7):  # some in the same instant
        clock.advance(timedelta(minutes=number % 2))
        calls.note(desk, call.id, f"note {number}")
    whole = detail(desk, call.id).story
    assert len(whole) == 8
    some = detail(desk, call.id, limit=3)
    assert some.story == whole[:3]
    assert not some.story_complete
    with desk.store.read() as connection:
        rest = change_story(connection, call.id, before=some.story[-1])
        before = change_story(connection, call.id, until=call.opened_at)
    assert tuple(rest) == whole[3:]
    assert [line.act for line in before] == ["note", "open"]


def test_visits_contacts_promises_and_interactions(desk: Desk, clock: FixedClock) -> None:
    old = calls.open_call(desk, title="Fan", unit_id=SN1).call
    visit = visits.plan_visit(desk, old.id, TESS, clock.now(), clock.now() + timedelta(hours=1))
    visits.arrive(desk, visit.id)
    visits.finish_visit(desk, visit.id, "bad", work="Cleaned")
    call = calls.open_call(desk, title="Fan again", unit_id=SN1).call
    log_contact(desk, old.id, direction="in", channel="email", two_way=False, said="Again!")
    with desk.store.write() as connection:
        connection.execute(
            sa.insert(t.contact),
            [
                {"customer_id": ACME, "name": "Bo", "phone": "555-0101"},
                {"customer_id": ACME, "name": "Ida", "phone": ""},
            ],
        )
        made = {"customer_id": ACME, "made_at": clock.now()}
        connection.execute(
            sa.insert(t.promise),
            [
                {**made, "what": "ring back", "due_at": clock.now() + timedelta(hours=2), "outcome": "open"},
                {**made, "what": "send Tess", "due_at": clock.now() + timedelta(hours=1), "outcome": "open"},
                {**made, "what": "old", "due_at": clock.now(), "outcome": "kept"},
            ],
        )
        connection.execute(sa.update(t.call).where(t.call.c.id == call.id).values(contact_id=2))
    shown = detail(desk, call.id)
    assert shown.visits == ()
    assert [(one.number, one.technician, one.visit.outcome) for one in shown.unit_visits] == [
        (old.number, "Tess", "bad")
    ]
    assert [one.name for one in shown.contacts] == ["Ida", "Bo"]
    assert [one.what for one in shown.promises] == ["send Tess", "ring back"]
    (spoken,) = shown.interactions
    assert (spoken.direction, spoken.channel, spoken.two_way, spoken.said, spoken.number) == (
        "in",
        "email",
        False,
        "Again!",
        old.number,
    )


def test_an_unknown_call(desk: Desk) -> None:
    with pytest.raises(NotFound):
        detail(desk, 4711)


QUOTE = {"amount_minor": 125000, "currency": "EUR"}
JULY = to_us(datetime(2026, 7, 1, 8, tzinfo=UTC))


def a_change(**given: object) -> Change:
    at = datetime(2026, 3, 4, 9, tzinfo=UTC)
    blank = Change(1, at, at, "", "update", "call", 1, {}, {}, "", "", "")
    return blank._replace(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (a_change(was={"title": "Fan"}, now={"title": "Fan of hall 2"}), "title Fan → Fan of hall 2"),
        (a_change(was={"team_id": 3}, now={"team_id": None}), "no team (was North)"),
        (a_change(now={"unit_id": 9}), "unit #9"),
        (a_change(act="state", was={"status": "new"}, now={"status": "on_hold"}), "status new → on hold"),
        (a_change(kind="quote", act="quote", now=QUOTE), "quote, amount 1,250.00 EUR"),
        (a_change(kind="promise", now={"what": "ring", "due_at": JULY}), "promised by 1 Jul 10:00: ring"),
        (a_change(act="dispatch", was={"status": "new"}, now={"status": "closed"}), "dispatch, status new → closed"),
        (a_change(act="rank", now={"rank_at": 1, "due_at": 2}), "rank"),
        (a_change(now={"title": "\x1b]52;c;aGk=\x07[/red]\u202e\nx"}), "title [/red] x"),
        (a_change(now={"description": "x" * 100}), f"description {'x' * 59}…"),
    ],
)  # fmt: skip
def test_other_changes_in_words(change: Change, words: str) -> None:
    assert story_line(change, {("team", 3): "North"}, BERLIN).words == words
