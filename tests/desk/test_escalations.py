"""An escalated matter through the desk: who owns it, what its room holds, its log, and what closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, escalations
from dispatch_tui.desk import escalation_parts as parts
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed, NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.escalations import Room, room
from dispatch_tui.store.escalations import escalations as listed
from dispatch_tui.store.feed import Feed, announced
from dispatch_tui.store.queries import call_detail
from tests.support.desks import as_role, changes_of

TITLE = "Down for the third time [/x]\x1b[31m"
PLAIN = "Down for the third time [/x]"


@pytest.fixture
def call_id(desk: Desk) -> int:
    return calls.open_call(desk, title="Compressor trips", priority=1, unit_id=1).call.id


@pytest.fixture
def matter(desk: Desk, call_id: int) -> int:
    return escalations.escalate(desk, TITLE, call_id=call_id)


def look(desk: Desk, matter: int) -> Room:
    with desk.store.read() as connection:
        return room(connection, matter, desk.clock.now())


def talk(desk: Desk, *, at: datetime, customer_id: int | None = 1, **values: Any) -> int:
    """A contact with the customer, as it is stored."""
    row = {
        "customer_id": customer_id,
        "happened_at": at,
        "direction": "out",
        "channel": "phone",
        "two_way": 1,
        **values,
    }
    with desk.act("log_contact") as writer:
        return writer.insert("interaction", row, act="log_contact", happened_at=at)


def to_checked(desk: Desk, matter: int, clock: FixedClock) -> None:
    """The matter an hour later, fixed and checked."""
    escalations.take(desk, matter)
    check = parts.add_check(desk, matter, "runs an hour")
    escalations.fix(desk, matter)
    parts.look_at(desk, check, passed=True)
    clock.advance(timedelta(hours=1))
    escalations.check(desk, matter)


def test_a_call_is_escalated_and_its_story_tells_it(desk: Desk, call_id: int, matter: int) -> None:
    found = look(desk, matter)
    assert (found.line.title, found.line.status, found.line.customer, found.line.call_id) == (
        PLAIN,
        "open",
        "Acme Cold Store",
        call_id,
    )
    assert (found.line.owner, found.line.tz) == ("", "Europe/Berlin")
    with desk.store.read() as connection:
        detail = call_detail(connection, call_id)
    assert detail.story[0].text == f"escalation “{PLAIN}”: open, nobody owns it"
    assert [(one.title, one.status) for one in detail.escalations] == [(PLAIN, "open")]


def test_a_matter_of_the_customer_shows_on_each_of_their_calls(desk: Desk, call_id: int) -> None:
    escalations.escalate(desk, "Three sites complain", customer_id=1)
    with desk.store.read() as connection:
        assert [one.title for one in call_detail(connection, call_id).escalations] == ["Three sites complain"]


def test_the_whole_way_until_a_conversation_closes_it(desk: Desk, matter: int, clock: FixedClock) -> None:
    to_checked(desk, matter, clock)
    clock.advance(timedelta(minutes=10))
    spoke = talk(desk, at=clock.now())
    assert [one.id for one in look(desk, matter).talks] == [spoke]
    escalations.report_back(desk, matter, spoke)
    with desk.store.read() as connection:
        row = connection.execute(sa.select(t.escalation)).mappings().one()
        assert (row["status"], row["closed_at"], row["interaction_id"]) == ("closed", clock.now(), spoke)
        assert listed(connection, clock.now()) == []
        assert [one.status for one in listed(connection, clock.now(), every=True)] == ["closed"]
    clock.advance(timedelta(days=1))
    escalations.reopen(desk, matter)
    found = look(desk, matter)
    assert (found.line.status, found.matter.checks[0].passed) == ("working", None)
    acts = [one["act"] for one in changes_of(desk, "escalation", matter)]
    assert acts == [
        "escalate",
        "take_escalation",
        "fix_escalation",
        "check_escalation",
        "report_back",
        "reopen_escalation",
    ]


@pytest.mark.parametrize(
    ("values", "minutes"),
    [
        ({"two_way": 0}, 0),
        ({"channel": "email"}, 0),
        ({"customer_id": None}, 0),
        ({}, -1),  # before the checks
    ],
)
def test_what_is_no_report_to_this_customer_does_not_close_it(
    desk: Desk, matter: int, clock: FixedClock, values: dict[str, Any], minutes: int
) -> None:
    to_checked(desk, matter, clock)
    said = talk(desk, at=clock.now() + timedelta(minutes=minutes), **values)
    with pytest.raises(InvalidInput) as refused:
        escalations.report_back(desk, matter, said)
    assert refused.value.field == "report"
    assert look(desk, matter).line.status == "checked"
    at_once = talk(desk, at=clock.now())  # at the instant of the checks: it closes
    escalations.report_back(desk, matter, at_once)


def test_nothing_is_fixed_while_an_action_is_open(desk: Desk, matter: int, clock: FixedClock) -> None:
    escalations.take(desk, matter)
    due = clock.now() + timedelta(hours=2)
    action = parts.add_action(desk, matter, "Order the compressor", owner_id=desk.operator.id, due_at=due)
    with pytest.raises(InvalidInput, match="1 not done: Order the compressor"):
        escalations.fix(desk, matter)
    clock.set(due)
    assert look(desk, matter).line[-3:-1] == (1, 0)  # due now is not late
    clock.advance(timedelta(seconds=1))
    assert look(desk, matter).line[-3:-1] == (1, 1)
    parts.settle_action(desk, action, done=True)
    escalations.fix(desk, matter)
    assert look(desk, matter).matter.actions[0].done_at == clock.now()


@pytest.mark.parametrize(
    ("field", "words"),
    [("checks", "1 not passed: runs an hour"), ("actions", "1 not done: Order the compressor")],
)
def test_what_is_open_again_after_the_checks_is_not_reported_back(
    desk: Desk, matter: int, clock: FixedClock, field: str, words: str
) -> None:
    to_checked(desk, matter, clock)
    spoke = talk(desk, at=clock.now())
    check = look(desk, matter).checks[0].id
    owner, due = desk.operator.id, clock.now()
    if field == "checks":
        parts.look_at(desk, check, passed=False)
    else:
        action = parts.add_action(desk, matter, "Order the compressor", owner_id=owner, due_at=due)
    with pytest.raises(InvalidInput, match=words) as refused:
        escalations.report_back(desk, matter, spoke)
    assert (refused.value.field, look(desk, matter).line.status) == (field, "checked")
    if field == "checks":
        parts.look_at(desk, check, passed=True)
    else:
        parts.settle_action(desk, action, done=True)
    escalations.report_back(desk, matter, spoke)
    assert look(desk, matter).line.status == "closed"


def test_one_option_is_chosen_and_a_chosen_one_stays(desk: Desk, matter: int, clock: FixedClock) -> None:
    ready = clock.now() + timedelta(days=2)
    ids = [
        parts.add_option(desk, matter, what, cost_minor=cost, currency="EUR", ready_at=ready, risk=risk)
        for what, cost, risk in (("replace it", 900_000, "low"), ("patch it", 20_000, "high"))
    ]
    parts.choose_option(desk, ids[0])
    parts.choose_option(desk, ids[1])
    found = look(desk, matter)
    assert [(one.words, one.chosen) for one in found.matter.options] == [
        ("replace it · 9,000.00 EUR · low risk", False),
        ("patch it · 200.00 EUR · high risk", True),
    ]
    with pytest.raises(InvalidInput, match="the one chosen"):
        parts.take_out(desk, "escalation_option", ids[1])
    parts.take_out(desk, "escalation_option", ids[0])
    assert [one.id for one in look(desk, matter).options] == [ids[1]]
    with pytest.raises(NotFound, match="Somebody has taken it out"):
        parts.choose_option(desk, ids[0])


@pytest.mark.parametrize(
    ("add", "field"),
    [
        (
            lambda d, m, at: parts.add_option(
                d, m, "x", cost_minor=-1, currency="EUR", ready_at=at, risk="low"
            ),
            "cost",
        ),
        (
            lambda d, m, at: parts.add_option(
                d, m, "x", cost_minor=0, currency="EUR", ready_at=at, risk="none"
            ),
            "risk",
        ),
        (
            lambda d, m, at: parts.add_option(
                d, m, " ", cost_minor=0, currency="EUR", ready_at=at, risk="low"
            ),
            "what",
        ),
        (lambda d, m, at: parts.add_action(d, m, "x", owner_id=1, due_at=at - timedelta(days=1)), "due_at"),
        (lambda d, m, at: parts.add_action(d, m, "x", owner_id=1, due_at=at.replace(tzinfo=None)), "due_at"),
        (lambda d, m, at: parts.add_check(d, m, "\x1b[0m"), "what"),
        (lambda d, m, at: parts.add_person(d, m), "who"),
        (lambda d, m, at: parts.add_person(d, m, operator_id=1, contact_id=1), "who"),
        (lambda d, m, at: escalations.write_log(d, m, " \n"), "text"),
        (lambda d, m, at: escalations.hand_to(d, m, 1), "owner"),
        (lambda d, m, at: escalations.escalate(d, "", call_id=1), "title"),
        (lambda d, m, at: escalations.escalate(d, "x"), "customer"),
    ],
)
def test_what_is_refused_with_its_field(
    desk: Desk, matter: int, add: Callable[[Desk, int, datetime], object], field: str
) -> None:
    before = look(desk, matter)
    with pytest.raises(InvalidInput) as refused:
        add(desk, matter, desk.clock.now())
    assert refused.value.field == field
    assert look(desk, matter) == before


def test_people_of_both_sides_each_once(desk: Desk, matter: int) -> None:
    with desk.store.write() as connection:
        contacts = [
            connection.execute(
                sa.insert(t.contact).values(customer_id=of, name="Ida", mobile="+49 170 1")
            ).inserted_primary_key[0]
            for of in (1, None)
        ]
    parts.add_person(desk, matter, operator_id=desk.operator.id, part="parts")
    ida = parts.add_person(desk, matter, contact_id=contacts[0], part="plant manager")
    with pytest.raises(InvalidInput, match="another customer"):
        parts.add_person(desk, matter, contact_id=contacts[1])
    with pytest.raises(InvalidInput, match="in it already"):
        parts.add_person(desk, matter, contact_id=contacts[0])
    found = look(desk, matter)
    assert [(one.ours, one.name, one.reach, one.part) for one in found.people][1] == (
        False,
        "Ida",
        "+49 170 1",
        "plant manager",
    )
    assert found.matter.ours == {desk.operator.id}
    assert found.matter.theirs == {contacts[0]}
    parts.take_out(desk, "escalation_person", ida)
    parts.add_person(desk, matter, contact_id=contacts[0])  # who has left may come back
    assert look(desk, matter).matter.theirs == {contacts[0]}


def test_who_comes_second_is_told_who_was_first(desk: Desk, matter: int) -> None:
    maria = as_role(desk, "dispatcher", "maria")
    seen = look(desk, matter).line.version
    escalations.take(maria, matter, version=seen)
    with pytest.raises(Conflict, match="maria was first") as lost:
        escalations.take(desk, matter, version=seen)
    assert (lost.value.expected, lost.value.found) == (1, 2)
    assert look(desk, matter).line.owner == "maria"
    escalations.hand_to(maria, matter, desk.operator.id, version=2)
    assert look(desk, matter).line.owner == desk.operator.account


def test_two_write_the_log_at_once_and_both_lines_are_kept(desk: Desk, matter: int) -> None:
    writers = (desk, as_role(desk, "technician", "tess"))
    ready = Barrier(2)

    def write(own: Desk) -> None:
        ready.wait(5)
        for number in range(5):
            escalations.write_log(own, matter, f"{own.operator.account} {number}\nand more")

    threads = [Thread(target=write, args=(one,)) for one in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    log = look(desk, matter).matter.log
    assert len(log) == 10
    for own in writers:
        mine = [one.text.splitlines()[0] for one in log if one.by_id == own.operator.id]
        assert mine == [f"{own.operator.account} {number}" for number in range(5)]


def test_a_line_from_a_clock_behind_ours_comes_after_the_last(
    desk: Desk, matter: int, clock: FixedClock
) -> None:
    clock.advance(timedelta(minutes=2))
    escalations.write_log(desk, matter, "first")
    clock.advance(timedelta(minutes=-2))
    escalations.write_log(desk, matter, "second")
    log = look(desk, matter).matter.log
    assert [one.text for one in log] == ["first", "second"]
    assert log[0].at == log[1].at


def test_each_change_of_status_is_announced(desk: Desk, matter: int, clock: FixedClock) -> None:
    feed = Feed(desk.store)
    escalations.write_log(desk, matter, "no news for everybody")
    to_checked(desk, matter, clock)
    seqs = [one.seq for one in feed.changes() if one.kind == "escalation"]
    feed.close()
    with desk.store.read() as connection:
        assert announced(connection, seqs) == [
            f"escalation “{PLAIN}”: being worked on",
            f"escalation “{PLAIN}”: fixed, to be checked",
            f"escalation “{PLAIN}”: checked, to be reported back",
        ]


def test_a_closed_matter_is_left_as_it_is(desk: Desk, matter: int, clock: FixedClock) -> None:
    to_checked(desk, matter, clock)
    escalations.report_back(desk, matter, talk(desk, at=clock.now()))
    with pytest.raises(IllegalTransition):
        parts.add_check(desk, matter, "one more")
    with pytest.raises(IllegalTransition):
        escalations.take(desk, matter)
    escalations.write_log(desk, matter, "a word afterwards")  # the log goes on


def test_a_check_is_looked_at_after_the_fix_only(desk: Desk, matter: int) -> None:
    escalations.take(desk, matter)
    check = parts.add_check(desk, matter, "runs an hour")
    with pytest.raises(IllegalTransition):
        parts.look_at(desk, check, passed=True)
    escalations.fix(desk, matter)
    parts.look_at(desk, check, passed=False)
    with pytest.raises(InvalidInput, match="1 not passed"):
        escalations.check(desk, matter)
    escalations.fail_check(desk, matter)
    escalations.fix(desk, matter)
    assert look(desk, matter).matter.checks[0].passed is None


def test_who_only_looks_may_do_nothing(desk: Desk, matter: int, call_id: int) -> None:
    onlooker = as_role(desk, "viewer")
    for act in (
        lambda: escalations.escalate(onlooker, "x", call_id=call_id),
        lambda: escalations.take(onlooker, matter),
        lambda: escalations.write_log(onlooker, matter, "x"),
        lambda: parts.add_check(onlooker, matter, "x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        escalations.take(desk, 999)
