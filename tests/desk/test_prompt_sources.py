"""Each source of the call-first list through the desk, at both sides of its edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, deciding, delays, promises, visits
from dispatch_tui.desk.care_rules import care_rules, set_care_rules
from dispatch_tui.desk.customer_record import customer_record
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.sheets import sheet_for
from dispatch_tui.desk.technicians import proven_at
from dispatch_tui.store.prompts import PromptRow, prompts_of, window
from tests.support.contacts import log_contact

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
HOSTILE = "\x1b[31m[/x]\x1b[0m late"


def put(desk: Desk, record: str, /, **values: Any) -> int:
    """Record a fact for which no act of the desk is needed here."""
    with desk.act("note") as writer:
        return writer.insert(record, values, act="note", call_id=values.get("call_id"))


def kinds_at(desk: Desk, when: Any) -> set[str]:
    """The kinds of reasons whose moment has come in the list at an instant."""
    with desk.store.read() as connection:
        rows = window(connection, when, limit=50)
    return {one.kind for row in rows for one in row.reasons if one.prompt_at <= when}


def reasons_of(desk: Desk, kind: str, customer_id: int = 1) -> list[Any]:
    with desk.store.read() as connection:
        rows = prompts_of(connection, customer_id=customer_id)
    return [reason for row in rows for reason in row.reasons if reason.kind == kind]


def row_with(desk: Desk, kind: str) -> PromptRow:
    with desk.store.read() as connection:
        return next(row for row in prompts_of(connection, customer_id=1) if kind in row.kinds)


def opened(desk: Desk, priority: int = 1) -> int:
    """A call of Acme; of priority 1 the agreement asks for no next update."""
    return calls.open_call(desk, title="Compressor trips", unit_id=1, priority=priority).call.id


Case = Callable[[Desk, FixedClock], Any]
"""Makes a fact, and returns the instant from which on it is asked."""


def next_update(desk: Desk, clock: FixedClock) -> Any:
    opened(desk, 3)  # four business hours; its clock warns after three quarters
    return clock.now() + 3 * HOUR


def unattended(desk: Desk, clock: FixedClock) -> Any:
    opened(desk)
    return clock.now() + DAY


def on_hold(desk: Desk, clock: FixedClock) -> Any:
    call_id = opened(desk)
    clock.advance(HOUR)
    calls.hold(desk, call_id, "waits for a part")
    return clock.now() + DAY


def unanswered(desk: Desk, clock: FixedClock) -> Any:
    call_id = opened(desk)
    clock.advance(HOUR)
    log_contact(desk, call_id, direction="in", channel="email", two_way=False, said=HOSTILE)
    return clock.now()


def promise(desk: Desk, clock: FixedClock) -> Any:
    promises.promise(desk, opened(desk), "a price", clock.now() + 10 * HOUR)
    return clock.now() + 8 * HOUR


def bad_visit(desk: Desk, clock: FixedClock) -> Any:
    visited(desk, clock, "bad")
    return clock.now()


def incomplete_visit(desk: Desk, clock: FixedClock) -> Any:
    visited(desk, clock, "incomplete")
    return clock.now()


def aftercare(desk: Desk, clock: FixedClock) -> Any:
    visited(desk, clock, "good")
    return clock.now() + DAY


def visited(desk: Desk, clock: FixedClock, outcome: str) -> int:
    call_id = opened(desk)
    visit = visits.plan_visit(desk, call_id, 1, clock.now(), clock.now() + HOUR)
    visits.arrive(desk, visit.id)
    clock.advance(HOUR)
    visits.finish_visit(desk, visit.id, outcome)
    return call_id


def follow_up(desk: Desk, clock: FixedClock) -> Any:
    from_at = clock.now() + 3 * HOUR
    put(desk, "follow_up", customer_id=1, kind="", from_at=from_at, due_at=from_at + HOUR, reason=HOSTILE)
    return from_at


def voicemail(desk: Desk, clock: FixedClock) -> Any:
    log_contact(desk, opened(desk), direction="out", channel="voicemail", two_way=False)
    return clock.now() + HOUR  # the first rung of the ladder


def cadence(desk: Desk, clock: FixedClock) -> Any:
    log_contact(desk, opened(desk), direction="out")
    return clock.now() + 87 * DAY  # every 90 days, asked for three days ahead


def outreach(desk: Desk, clock: FixedClock) -> Any:
    call_id, now = opened(desk), clock.now()
    delay = put(desk, "delay", cause=HOSTILE, known_at=now)
    put(
        desk,
        "delay_reach",
        delay_id=delay,
        call_id=call_id,
        promised_at=now + 3 * HOUR,
        expected_at=now + 5 * HOUR,
    )
    return now


def contract(desk: Desk, clock: FixedClock) -> Any:
    ends = clock.now() + 100 * DAY
    put(desk, "agreement", customer_id=1, name="Gold", ends_at=ends, starts_at=clock.now())
    return ends - 90 * DAY


def repeat(desk: Desk, clock: FixedClock) -> Any:
    calls.resolve(desk, take(desk, opened(desk)), "reset")
    calls.close(desk, 1)
    clock.advance(89 * DAY)
    opened(desk)
    return clock.now()


def take(desk: Desk, call_id: int) -> int:
    calls.take(desk, call_id)
    return call_id


def news(desk: Desk, clock: FixedClock) -> Any:
    put(desk, "model_news", model_id=1, what=HOSTILE, known_at=clock.now(), recall=1)
    return clock.now()


def arrival_slip(desk: Desk, clock: FixedClock) -> Any:
    """Two hours of work ahead of it, and nobody has begun: seen when the first visit is not reached in time."""
    first, second = opened(desk), opened(desk)
    now = clock.now()
    visits.plan_visit(desk, first, 1, now, now + HOUR)
    visits.plan_visit(desk, second, 1, now + HOUR, now + 2 * HOUR)
    return None


CASES: tuple[Case, ...] = (
    next_update,
    unattended,
    on_hold,
    unanswered,
    promise,
    bad_visit,
    incomplete_visit,
    aftercare,
    follow_up,
    voicemail,
    cadence,
    outreach,
    contract,
    repeat,
    news,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_asked_from_its_moment_on_and_not_before(desk: Desk, clock: FixedClock, case: Case) -> None:
    moment = case(desk, clock)
    kind = {"on_hold": "unattended"}.get(case.__name__, case.__name__)
    assert kind in kinds_at(desk, moment)
    assert kind not in kinds_at(desk, moment - SECOND)
    with desk.store.read() as connection:
        (row,) = [one for one in window(connection, moment, limit=50) if kind in one.kinds]
    assert "\x1b" not in row.words
    assert row.state_at(row.useful_until + SECOND) == "late"


def test_a_slip_is_asked_before_the_breach(desk: Desk, clock: FixedClock) -> None:
    """Promised by 11:00, half an hour on the way, an hour of work and a journey before it: late from 09:00 on."""
    arrival_slip(desk, clock)
    slips = {one.call_id: one for one in reasons_of(desk, "arrival_slip")}
    promised = clock.now() + 2 * HOUR
    assert slips[2].useful_until == slips[2].promised_at == promised
    # 09:00 + journey + work + journey is 11:00 sharp: at 09:00 as likely late as not
    assert abs(slips[2].prompt_at - clock.now()) <= SECOND
    # the first one by itself: a journey of half an hour before 10:00
    assert abs(slips[1].prompt_at - (clock.now() + 30 * MINUTE)) <= SECOND


def test_a_slip_reaches_who_waits_behind(desk: Desk, clock: FixedClock) -> None:
    """The first visit goes well ahead of time: then the second is asked for only when its own journey is late."""
    arrival_slip(desk, clock)
    visits.arrive(desk, 1)
    clock.advance(20 * MINUTE)
    visits.finish_visit(desk, 1, "good")
    (slip,) = [one for one in reasons_of(desk, "arrival_slip") if one.call_id == 2]
    assert abs(slip.prompt_at - (slip.useful_until - 30 * MINUTE)) <= SECOND
    visits.arrive(desk, 2)
    assert reasons_of(desk, "arrival_slip") == []


def test_the_finish_is_promised_by_a_word_before_the_agreement(desk: Desk, clock: FixedClock) -> None:
    """Four business hours are agreed; then somebody says two."""
    call_id = opened(desk)
    visits.plan_visit(desk, call_id, 1, clock.now(), clock.now() + HOUR)
    (slip,) = reasons_of(desk, "finish_slip")
    assert slip.promised_at == clock.now() + 4 * HOUR
    put(
        desk,
        "promise",
        customer_id=1,
        call_id=call_id,
        about="finish",
        what="ready by eleven",
        made_at=clock.now(),
        due_at=clock.now() + 2 * HOUR,
    )
    (slip,) = reasons_of(desk, "finish_slip")
    assert slip.promised_at == clock.now() + 2 * HOUR
    assert slip.prompt_at < slip.promised_at


@pytest.mark.parametrize(
    ("answered", "still"),
    [
        ({"direction": "out", "channel": "email", "two_way": False}, False),
        ({"direction": "out", "channel": "phone", "two_way": True}, False),
        ({"direction": "out", "channel": "voicemail", "two_way": False}, True),
        ({"direction": "out", "channel": "note", "two_way": False}, True),
        ({"direction": "in", "channel": "email", "two_way": False}, True),
    ],
)
def test_what_answers_a_message(desk: Desk, clock: FixedClock, answered: Any, still: bool) -> None:
    unanswered(desk, clock)
    clock.advance(MINUTE)
    log_contact(desk, 1, **answered)
    assert bool(reasons_of(desk, "unanswered")) is still


def test_only_a_conversation_resets_the_cadence(desk: Desk, clock: FixedClock) -> None:
    moment = cadence(desk, clock)
    clock.advance(10 * DAY)
    log_contact(desk, 1, direction="out", channel="email", two_way=False)
    (reason,) = reasons_of(desk, "cadence")
    assert reason.prompt_at == moment
    log_contact(desk, 1, direction="in", channel="phone", two_way=True)
    (reason,) = reasons_of(desk, "cadence")
    assert reason.prompt_at == moment + 10 * DAY


@pytest.mark.parametrize(("spoken", "tightened"), [(16 * DAY, True), (15 * DAY, False)])
def test_after_a_bad_visit_the_cadence_is_tightened(
    desk: Desk, clock: FixedClock, spoken: timedelta, tightened: bool
) -> None:
    """From 90 to 45 days, where that is due within the 30 days for which they are watched."""
    log_contact(desk, opened(desk), direction="out")
    before = reasons_of(desk, "cadence")[0].useful_until
    clock.advance(spoken - HOUR)  # the visit takes it
    visited(desk, clock, "bad")
    due = before - 45 * DAY if tightened else before
    assert reasons_of(desk, "cadence")[0].useful_until == due
    assert customer_record(desk, 1).cadence.due_at == due
    clock.advance(30 * DAY)
    opened(desk)  # the watch is over, and the row is made anew
    assert reasons_of(desk, "cadence")[0].useful_until == before


@pytest.mark.parametrize(("ago", "tightened"), [(59 * DAY, True), (60 * DAY, False)])
def test_a_longer_watch_is_kept_to_its_end(
    desk: Desk, clock: FixedClock, ago: timedelta, tightened: bool
) -> None:
    """Also where the call of the bad visit is closed for long."""
    set_care_rules(desk, "[watch]\ndays = 60\n")
    log_contact(desk, opened(desk), direction="out")
    before = reasons_of(desk, "cadence")[0].useful_until
    calls.cancel(desk, visited(desk, clock, "bad"), "they have another one now")
    clock.advance(ago)
    opened(desk)
    assert reasons_of(desk, "cadence")[0].useful_until == (before - 45 * DAY if tightened else before)


def test_an_agreement_that_begins_later_asks_from_its_begin_on(desk: Desk, clock: FixedClock) -> None:
    begins = clock.now() + 10 * DAY
    fresh, spoken = (put(desk, "customer", name=name) for name in ("Fresh", "Spoken"))
    put(
        desk,
        "interaction",
        customer_id=spoken,
        happened_at=clock.now() - 100 * DAY,
        direction="out",
        channel="phone",
        two_way=1,
    )
    for customer_id in (fresh, spoken):
        put(desk, "agreement", customer_id=customer_id, name="Gold", starts_at=begins)
    (reason,) = reasons_of(desk, "cadence", fresh)
    assert (reason.prompt_at, reason.useful_until) == (begins + 87 * DAY, begins + 90 * DAY)
    assert [one.prompt_at for one in reasons_of(desk, "cadence", spoken)] == [begins]  # due for ten days
    assert "cadence" not in kinds_at(desk, begins - SECOND)
    assert "cadence" in kinds_at(desk, begins)
    put(desk, "agreement", customer_id=spoken, name="Silver", starts_at=clock.now())  # one is in force
    assert [one.prompt_at for one in reasons_of(desk, "cadence", spoken)] == [clock.now() - 13 * DAY]


@pytest.mark.parametrize("status", ["planned", "on_site"])
def test_a_visit_that_ended_though_it_is_called_open_stands_in_nobodys_day(
    desk: Desk, clock: FixedClock, status: str
) -> None:
    """A source may say so; the other visits of its technician are forecast all the same."""
    arrival_slip(desk, clock)
    before = {one.call_id: one.prompt_at for one in reasons_of(desk, "arrival_slip")}
    now = clock.now()
    put(
        desk,
        "visit",
        call_id=opened(desk),
        technician_id=1,
        status=status,
        window_to=now + HOUR,
        done_at=now,
        happened_at=now,
    )
    after = {one.call_id: one.prompt_at for one in reasons_of(desk, "arrival_slip")}
    assert {call_id: after[call_id] for call_id in before} == before


def test_a_recommendation_settles_a_repeat(desk: Desk, clock: FixedClock) -> None:
    repeat(desk, clock)
    assert len(reasons_of(desk, "repeat")) == 1
    put(desk, "recommendation", unit_id=1, made_at=clock.now(), inputs_json="{}", result_json="{}")
    assert reasons_of(desk, "repeat") == []


def test_calls_of_another_fault_are_no_repeat(desk: Desk, clock: FixedClock) -> None:
    opened(desk)
    clock.advance(DAY)
    calls.open_call(desk, title="Door seal", unit_id=1)
    assert reasons_of(desk, "repeat") == []


def test_a_customer_without_an_agreement_is_not_asked_for_out_of_the_blue(
    desk: Desk, clock: FixedClock
) -> None:
    stranger = put(desk, "customer", name=HOSTILE)
    call_id = calls.open_call(desk, title="Noise", customer_id=stranger).call.id
    with desk.store.read() as connection:
        assert prompts_of(connection, customer_id=stranger) == ()
    log_contact(desk, call_id, direction="in", channel="email", two_way=False, said="?")
    assert [one.kind for one in reasons_of(desk, "unanswered", stranger)] == ["unanswered"]


def test_a_call_of_nobody_known_has_its_own_prompt(desk: Desk, clock: FixedClock) -> None:
    call_id = calls.open_call(desk, title="Smell of gas").call.id
    promises.promise(desk, call_id, "somebody comes", clock.now() + HOUR)
    with desk.store.read() as connection:
        (row,) = prompts_of(connection, call_id=call_id)
    assert (row.customer_id, row.call_id, row.kinds) == (None, call_id, ("promise",))


def test_an_imported_promise_due_before_it_was_made_hides_nothing(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    put(
        desk,
        "promise",
        customer_id=1,
        call_id=call_id,
        what="a price",
        made_at=clock.now(),
        due_at=clock.now() - DAY,
    )
    (reason,) = reasons_of(desk, "promise")
    assert reason.useful_until == clock.now()
    assert len(reasons_of(desk, "unattended")) == 1


def test_what_is_closed_is_asked_for_no_longer(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    assert row_with(desk, "unattended").call_ids == (call_id,)
    calls.cancel(desk, call_id, "twice")
    assert reasons_of(desk, "unattended") == []


def test_an_overridden_slip_comes_back_once_it_has_grown(desk: Desk, clock: FixedClock) -> None:
    """Half an hour is the rule's ``slip.again``; nothing else happens meanwhile."""
    call_id = opened(desk)
    visits.plan_visit(desk, call_id, 1, clock.now(), clock.now() + HOUR)
    clock.advance(45 * MINUTE)
    calls.note(
        desk, call_id, "still waiting"
    )  # a journey of half an hour from now: a quarter of an hour late
    seen = row_with(desk, "arrival_slip")
    (slip,) = [one for one in seen.reasons if one.kind == "arrival_slip"]
    assert abs(slip.slip - 15 * MINUTE) <= SECOND
    deciding.override(desk, seen, "they know", keys=[slip.key])
    assert "arrival_slip" not in kinds_at(desk, clock.now())
    (again,) = reasons_of(desk, "arrival_slip")
    assert abs(again.prompt_at - (clock.now() + 30 * MINUTE)) <= 2 * SECOND
    assert again.slip > slip.slip + 30 * MINUTE
    deciding.retime(desk, row_with(desk, "arrival_slip"), clock.now() + 20 * MINUTE, "they are away")
    (again,) = reasons_of(desk, "arrival_slip")
    assert again.prompt_at == clock.now() + 20 * MINUTE


def test_a_later_message_is_not_covered_by_what_was_decided_before(desk: Desk, clock: FixedClock) -> None:
    call_id = opened(desk)
    log_contact(desk, call_id, direction="in", channel="email", said="thanks!")
    deciding.override(desk, row_with(desk, "unanswered"), "nothing to answer")
    assert "unanswered" not in kinds_at(desk, clock.now() + DAY)
    clock.advance(DAY)
    log_contact(desk, call_id, direction="in", channel="email", said="the machine is on fire")
    (reason,) = reasons_of(desk, "unanswered")
    assert reason.words.startswith("2 messages are not answered")
    assert "unanswered" in kinds_at(desk, clock.now())
    log_contact(desk, call_id, direction="out")
    assert not reasons_of(desk, "unanswered")


def test_times_are_said_by_the_wall_clock_of_their_site(desk: Desk, clock: FixedClock) -> None:
    """Acme's first site is in Berlin, the other in New York: what is promised there is told in its time."""
    there = put(desk, "site", customer_id=1, name="Dock 4", tz="America/New_York")
    call_id = calls.open_call(desk, title="Fan", site_id=there, customer_id=1, priority=1).call.id
    put(
        desk,
        "visit",
        call_id=call_id,
        technician_id=1,
        status="planned",
        window_from=clock.now() - 3 * HOUR,
        window_to=clock.now() - 2 * HOUR,
        happened_at=clock.now(),
    )
    log_contact(desk, opened(desk), direction="in", channel="email", said="?")
    (row,) = [one for one in rows_of(desk) if "arrival_slip" in one.kinds]
    with desk.store.read() as connection:
        sheet = sheet_for(connection, row, clock.now(), care_rules(connection))
    said = " ".join(line for _, line in sheet.talk.lines)
    assert "02:00" in said  # 07:00 UTC; in Berlin it was 08:00
    assert "08:00" not in said


def rows_of(desk: Desk) -> tuple[PromptRow, ...]:
    with desk.store.read() as connection:
        return prompts_of(connection, customer_id=1)


def test_a_delay_that_is_over_is_told_to_nobody(desk: Desk, clock: FixedClock) -> None:
    """Of two customers and of a call of none; what else reaches them stays."""
    other = put(desk, "customer", name="Northwind Dairy")
    reached = [opened(desk), put_call(desk, clock, "X-1", customer_id=other), put_call(desk, clock, "X-2")]
    late = {call_id: clock.now() + 8 * DAY for call_id in reached}
    flood = delays.add_delay(desk, HOSTILE, late)
    road = delays.add_delay(desk, "The road is shut", {reached[0]: clock.now() + 9 * DAY})
    assert [outreach_of(desk, call_id) for call_id in reached] == [2, 1, 1]
    with desk.store.read() as connection:
        assert [(one.id, one.untold) for one in delays.running(connection)] == [(road, 1), (flood, 3)]
    delays.end_delay(desk, flood)
    assert [outreach_of(desk, call_id) for call_id in reached] == [1, 0, 0]
    with desk.store.read() as connection:
        assert [one.id for one in delays.running(connection)] == [road]
    deciding.override(desk, row_with(desk, "outreach"), "they know")  # as it stands now, nobody was first


def put_call(desk: Desk, clock: FixedClock, number: str, **values: Any) -> int:
    now = clock.now()
    values |= {"number": number, "status": "new", "priority": 3, "opened_at": now, "happened_at": now}
    return put(desk, "call", title="Leak", due_at=now + DAY, rank_at=now, **values)


def outreach_of(desk: Desk, call_id: int) -> int:
    """How many delays its customer is to be told of."""
    with desk.store.read() as connection:
        rows = prompts_of(connection, call_id=call_id)
    return sum(one.kind == "outreach" and one.call_id == call_id for row in rows for one in row.reasons)


@pytest.mark.parametrize(
    ("outcome", "after", "rules", "proven"),
    [
        ("bad", 30 * DAY - SECOND, "", {1: 2}),
        ("bad", 30 * DAY, "", {}),  # the watch is over
        ("incomplete", DAY, "", {}),
        ("bad", DAY, "[watch]\nstrong_technician = false\n", {}),
    ],
)
def test_who_did_well_at_a_watched_customer_is_told_where_somebody_is_sent(
    desk: Desk, clock: FixedClock, outcome: str, after: timedelta, rules: str, proven: dict[int, int]
) -> None:
    if rules:
        set_care_rules(desk, rules)
    stranger = put_call(desk, clock, "X-1", customer_id=put(desk, "customer", name="Dairy"))
    for one in ("good", "good", outcome):
        visited(desk, clock, one)
    clock.advance(after)
    call_id = opened(desk)
    with desk.store.read() as connection:
        assert proven_at(connection, call_id, clock.now()) == proven
        assert proven_at(connection, stranger, clock.now()) == {}
