"""Stories of calls and what their clocks say. Monday 2 March 2026, 09:00 is minute 0 of each.

Open Monday to Friday 09:00 to 17:00 UTC. At priority 2: first response 60, resolution 480 and next
update 120 business minutes; at priority 1: 30, 240 and 60.
"""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.clocks import ClockState, Event, clocks_of
from dispatch_tui.sla.history import NOTHING_PROMISED, EventKind, contact_events
from dispatch_tui.sla.terms import Terms, terms_from_mapping

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = 24 * 60
HOURS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
BUDGETS = {
    "1": {"first_response": 30, "resolution": 240, "next_update": 60},
    "2": {"first_response": 60, "resolution": 480, "next_update": 120},
}

Told = tuple[float, EventKind] | tuple[float, EventKind, object]


def terms(**parts: Any) -> Terms:
    return terms_from_mapping({"calendar": {"tz": "UTC", "hours": HOURS}, "budgets": BUDGETS, **parts})


def at(minute: float) -> datetime:
    return MONDAY + timedelta(minutes=minute)


def story(*events: Told) -> list[Event]:
    """An opened call of priority 2 and what came then: minute, kind and, for some kinds, a value."""
    return [Event(MONDAY, "opened", 2), *(Event(at(event[0]), *event[1:]) for event in events)]


def clocks(events: list[Event], under: Terms | None = None) -> dict[str, ClockState]:
    return {clock.kind: clock for clock in clocks_of(under or terms(), events)}


def test_a_new_call_runs_what_is_promised() -> None:
    new = clocks(story())
    assert list(new) == ["first_response", "resolution", "next_update"]
    assert new["first_response"].due_at == at(60)
    assert new["first_response"].warn_at == at(45)
    assert new["resolution"].due_at == at(480)
    assert new["next_update"].due_at == at(120)
    assert all(clock.ended_at is None and clock.paused_since is None for clock in new.values())


def test_states_of_a_running_clock_change_at_its_instants() -> None:
    first = clocks(story())["first_response"]
    states = {minute: first.state_at(at(minute)) for minute in (0, 44.9, 45, 60, 60.1)}
    assert states == {0: "running", 44.9: "running", 45: "warning", 60: "warning", 60.1: "breached"}


@pytest.mark.parametrize(("minute", "state"), [(59, "met"), (60, "met"), (60.1, "missed")])
def test_a_response_at_or_before_due_is_met(minute: float, state: str) -> None:
    first = clocks(story((minute, "response"), (300, "response")))["first_response"]
    assert first.state_at(at(400)) == state
    assert (first.ended_at, first.ended_by) == (at(minute), "response")


def test_a_conversation_that_the_customer_began_is_no_first_response() -> None:
    assert clocks(story((10, "inbound"), (10, "two_way")))["first_response"].ended_at is None


class TestPauses:
    def test_on_hold_the_first_response_runs_and_the_work_pauses(self) -> None:
        held = clocks(story((30, "status", "on_hold")))
        assert held["first_response"].due_at == at(60)
        assert held["first_response"].state_at(at(50)) == "warning"
        for kind, left in (("resolution", 450), ("next_update", 90)):
            assert held[kind].due_at is None
            assert held[kind].paused_since == at(30)
            assert held[kind].left == timedelta(minutes=left)
            assert held[kind].state_at(at(5 * TUESDAY)) == "paused"

    def test_only_open_time_of_a_pause_moves_the_due(self) -> None:
        # From Monday 16:00 to Tuesday 10:00: two open hours.
        resumed = clocks(story((420, "status", "on_hold"), (TUESDAY + 60, "status", "in_progress")))
        assert resumed["resolution"].due_at == at(TUESDAY + 120)
        (stop,) = resumed["resolution"].stopped
        assert (stop.start, stop.end, stop.why) == (at(420), at(TUESDAY + 60), "on_hold")

    def test_what_is_past_due_stays_breached_on_hold(self) -> None:
        late = clocks(story((121, "status", "on_hold")))["next_update"]
        assert late.due_at == at(120)
        assert late.state_at(at(200)) == "breached"
        assert late.left == timedelta(0)

    def test_nothing_breaches_while_paused(self) -> None:
        at_due = clocks(story((120, "status", "on_hold")))["next_update"]
        assert at_due.state_at(at(500)) == "paused"

    def test_each_clock_has_its_own_statuses(self) -> None:
        own = terms(pauses={"first_response": ["new"], "resolution": []})
        both = clocks(story((30, "status", "acknowledged"), (40, "status", "on_hold")), own)
        assert both["first_response"].due_at == at(90)
        assert both["resolution"].due_at == at(480)

    def test_a_hold_that_ends_in_resolution(self) -> None:
        resolved = clocks(story((400, "status", "on_hold"), (TUESDAY + 300, "status", "resolved")))
        assert resolved["resolution"].state_at(at(2 * TUESDAY)) == "met"
        assert resolved["resolution"].ended_at == at(TUESDAY + 300)

    def test_a_conversation_on_hold_starts_a_clock_that_is_already_paused(self) -> None:
        update = clocks(story((30, "status", "on_hold"), (50, "two_way")))["next_update"]
        assert (update.started_at, update.paused_since) == (at(50), at(50))
        assert update.left == timedelta(minutes=120)


class TestDone:
    def test_resolved_ends_at_the_first_word_of_it(self) -> None:
        done = clocks(story((100, "status", "resolved"), (700, "status", "closed")))
        assert (done["resolution"].ended_at, done["resolution"].ended_by) == (at(100), "resolved")
        assert done["resolution"].state_at(at(900)) == "met"
        assert done["first_response"].state_at(at(900)) == "missed", "nobody had answered by minute 60"

    def test_a_late_resolution_is_missed(self) -> None:
        assert clocks(story((481, "status", "resolved")))["resolution"].state_at(at(500)) == "missed"

    def test_a_done_call_is_frozen(self) -> None:
        events = story((100, "status", "resolved"))
        later = [Event(at(200), "priority", 1), Event(at(210), "response"), Event(at(220), "two_way")]
        assert clocks([*events, *later]) == clocks(events)

    def test_reopened_the_gap_is_a_pause_of_its_own_kind(self) -> None:
        events = story((30, "response"), (240, "status", "resolved"), (TUESDAY, "status", "in_progress"))
        again = clocks(events)["resolution"]
        assert again.due_at == at(TUESDAY + 240)
        assert again.ended_at is None
        assert [(stop.start, stop.end, stop.why) for stop in again.stopped] == [
            (at(240), at(TUESDAY), "reopened")
        ]

    def test_reopened_after_a_breach_is_still_breached(self) -> None:
        events = story((481, "status", "resolved"), (TUESDAY + 60, "status", "in_progress"))
        again = clocks(events)["resolution"]
        assert again.due_at == at(480)
        assert again.state_at(at(TUESDAY + 61)) == "breached"

    def test_cancelled_says_so(self) -> None:
        assert clocks(story((10, "status", "cancelled")))["resolution"].ended_by == "cancelled"


class TestChanges:
    def test_a_priority_keeps_the_start_and_the_pauses(self) -> None:
        held: tuple[Told, Told] = (60, "status", "on_hold"), (120, "status", "in_progress")
        raised = clocks(story(*held, (130, "priority", 1)))
        assert raised["resolution"].started_at == MONDAY
        assert raised["resolution"].due_at == at(240 + 60)
        assert clocks(story(*held))["resolution"].due_at == at(TUESDAY + 60)

    def test_a_first_response_keeps_the_budget_it_was_given_under(self) -> None:
        first = clocks(story((45, "response"), (50, "priority", 1)))["first_response"]
        assert first.state_at(at(60)) == "met"

    def test_an_agreement_keeps_the_start_and_the_earlier_pauses(self) -> None:
        never_paused = terms(pauses={"resolution": []})
        events = story(
            (60, "status", "on_hold"),
            (100, "agreement", never_paused),
            (150, "status", "in_progress"),
        )
        assert clocks(events)["resolution"].due_at == at(TUESDAY + 40), (
            "the 40 minutes before, not the 50 after"
        )

    def test_an_agreement_that_comes_later_counts_from_the_start(self) -> None:
        (resolution,) = [
            one
            for one in clocks_of(NOTHING_PROMISED, story((100, "agreement", terms())))
            if one.kind == "resolution"
        ]
        assert (resolution.started_at, resolution.due_at) == (MONDAY, at(480))

    def test_what_ended_before_the_agreement_came_was_not_promised(self) -> None:
        later = clocks_of(NOTHING_PROMISED, story((10, "response"), (100, "agreement", terms())))
        assert [one.kind for one in later] == ["resolution", "next_update"]

    def test_an_ended_clock_keeps_its_terms(self) -> None:
        other = terms(budgets={"2": {"first_response": 10, "resolution": 600}})
        told = clocks(story((45, "response"), (50, "agreement", other)))
        assert (told["first_response"].due_at, told["resolution"].due_at) == (at(60), at(TUESDAY + 120))
        assert told["first_response"].terms != told["resolution"].terms

    def test_without_a_budget_there_is_no_clock(self) -> None:
        assert clocks(story((10, "priority", 5))) == {}

    def test_days_as_a_budget(self) -> None:
        two_days = terms(budgets={"2": {"resolution": "2d"}}, warn_share=0.5)
        resolution = clocks(story((60, "status", "on_hold"), (120, "status", "new")), two_days)["resolution"]
        assert resolution.due_at == at(2 * TUESDAY + 60)
        assert resolution.warn_at == at(TUESDAY + 60)

    def test_no_hours_is_never(self) -> None:
        shut = terms(calendar={"tz": "UTC", "hours": {}})
        resolution = clocks(story((60, "status", "in_progress")), shut)["resolution"]
        assert resolution.state_at(at(9999)) == "never"
        assert clocks(story((60, "status", "resolved")), shut)["resolution"].state_at(at(9999)) == "never"


class TestNextUpdate:
    def test_it_runs_from_the_last_conversation_only(self) -> None:
        update = clocks(story((30, "two_way"), (90, "response"), (95, "inbound")))["next_update"]
        assert (update.started_at, update.due_at) == (at(30), at(150))

    @pytest.mark.parametrize(("by", "due"), [(100, 100), (300, 120)])
    def test_a_promise_counts_where_it_asks_for_earlier(self, by: int, due: int) -> None:
        assert clocks(story((20, "promise", at(by))))["next_update"].due_at == at(due)

    def test_a_promise_is_not_paused(self) -> None:
        held = clocks(story((20, "promise", at(300)), (30, "status", "on_hold")))["next_update"]
        assert held.due_at == at(300)
        assert held.warn_at == at(20 + 210)
        assert held.state_at(at(301)) == "breached"

    @pytest.mark.parametrize("settled", [(40, "promise", None), (40, "two_way", None)])
    def test_a_promise_ends_when_it_is_kept_or_we_talk(self, settled: tuple[int, EventKind, object]) -> None:
        update = clocks(story((20, "promise", at(50)), settled))["next_update"]
        assert update.due_at == at(120 if settled[1] == "promise" else 160)

    def test_a_promise_needs_no_agreement(self) -> None:
        update = clocks(story((20, "promise", at(50))), terms(budgets={}))["next_update"]
        assert (update.due_at, update.budget) == (at(50), None)

    def test_of_several_promises_the_earliest_that_is_open_counts(self) -> None:
        promised: tuple[Told, Told] = (20, "promise", at(50)), (30, "promise", at(90))
        assert clocks(story(*promised))["next_update"].due_at == at(50)
        assert clocks(story(*promised, (40, "settled", at(50))))["next_update"].due_at == at(90)
        settled: tuple[Told, Told] = (40, "settled", at(50)), (45, "settled", at(90))
        assert clocks(story(*promised, *settled))["next_update"].due_at == at(120)

    def test_a_promise_that_is_settled_after_the_end_was_what_was_due(self) -> None:
        events = story((20, "promise", at(50)), (40, "status", "resolved"))
        assert clocks([*events, Event(at(60), "settled", at(50))]) == clocks(events)

    def test_what_a_conversation_has_ended_may_be_settled_still(self) -> None:
        told = story((20, "promise", at(50)), (30, "two_way"), (40, "settled", at(50)))
        assert clocks(told)["next_update"].due_at == at(150)


@pytest.mark.parametrize(
    ("direction", "channel", "two_way", "kinds"),
    [
        ("out", "phone", True, ["response", "two_way"]),
        ("out", "email", False, ["response"]),
        ("out", "internal", False, []),
        ("out", "Auto-Reply", False, []),
        ("out", " note ", True, []),
        ("in", "phone", True, ["inbound", "two_way"]),
        ("in", "portal", False, ["inbound"]),
        ("in", "out of office", False, []),
        ("", "phone", False, []),
    ],
)
def test_what_a_contact_means(direction: str, channel: str, two_way: bool, kinds: list[str]) -> None:
    assert [one.kind for one in contact_events(at(5), direction, channel, two_way)] == kinds


class TestCustomerWaiting:
    def test_it_runs_from_the_oldest_without_an_answer(self) -> None:
        waiting = clocks(story((20, "inbound"), (50, "inbound")), terms())["customer_waiting"]
        assert waiting.started_at == at(20)
        assert waiting.due_at is None
        assert waiting.state_at(at(9999)) == "running", "not promised, yet somebody waits"

    @pytest.mark.parametrize("answer", ["response", "two_way"])
    def test_our_answer_clears_it(self, answer: EventKind) -> None:
        assert "customer_waiting" not in clocks(story((20, "inbound"), (50, answer)))
        again = clocks(story((20, "inbound"), (50, answer), (60, "inbound")))["customer_waiting"]
        assert again.started_at == at(60)

    def test_a_budget_gives_it_a_due(self) -> None:
        budgets = {"2": {"customer_waiting": 30}}
        waiting = clocks(story((20, "inbound"), (25, "status", "on_hold")), terms(budgets=budgets))
        assert waiting["customer_waiting"].due_at == at(50), "who waits, waits on hold as well"

    def test_closing_ends_it_and_a_later_message_starts_it_again(self) -> None:
        events = story((20, "inbound"), (30, "status", "resolved"))
        assert clocks(events)["customer_waiting"].ended_at is None
        closed = [*events, Event(at(40), "status", "closed")]
        assert clocks(closed)["customer_waiting"].ended_by == "closed"
        assert clocks(story((30, "status", "closed"), (50, "inbound")))["customer_waiting"].ended_at is None

    def test_who_waits_has_waited_while_the_call_was_closed(self) -> None:
        budgets = {"2": {"customer_waiting": 60}}
        events = story((20, "inbound"), (30, "status", "closed"), (200, "status", "in_progress"))
        waiting = clocks(events, terms(budgets=budgets))["customer_waiting"]
        assert waiting.ended_at is None
        assert (waiting.due_at, waiting.stopped) == (at(80), ())


class TestOddHistories:
    def test_a_conversation_before_the_opening_starts_nothing_early(self) -> None:
        update = clocks(story((-600, "two_way")))["next_update"]
        assert (update.started_at, update.due_at) == (MONDAY, at(120))

    def test_the_order_in_which_events_are_told_does_not_matter(self) -> None:
        events = story(
            (5, "response"),
            (60, "status", "on_hold"),
            (70, "inbound"),
            (120, "status", "in_progress"),
            (130, "two_way"),
            (140, "priority", 1),
        )
        expected = clocks_of(terms(), events)
        shuffler = random.Random(7)
        for _ in range(20):
            shuffled = shuffler.sample(events, len(events))
            assert clocks_of(terms(), shuffled) == expected

    def test_at_one_instant_the_later_told_holds(self) -> None:
        held: Told = (60, "status", "on_hold")
        resumed: Told = (60, "status", "in_progress")
        assert clocks(story(held, resumed))["resolution"].paused_since is None
        assert clocks(story(resumed, held))["resolution"].paused_since == at(60)

    def test_a_response_before_the_opening_is_met_and_flagged(self) -> None:
        first = clocks(story((-5, "response")))["first_response"]
        assert first.reversed
        assert first.state_at(at(0)) == "met"
        assert not clocks(story((5, "response")))["first_response"].reversed

    def test_any_order_of_statuses_has_a_plain_end(self) -> None:
        statuses = ("acknowledged", "on_hold", "resolved", "in_progress", "closed", "cancelled")
        for order in itertools.permutations(statuses, 3):
            events = story(*((10 * index, "status", status) for index, status in enumerate(order, 1)))
            resolution = clocks(events)["resolution"]
            done = order[-1] in {"resolved", "closed", "cancelled"}
            assert (resolution.ended_at is not None) == done
            assert resolution.state_at(at(31)) in ({"met"} if done else {"running", "paused"})

    @pytest.mark.parametrize(
        "events",
        [
            [],
            [Event(MONDAY, "status", "new")],
            [Event(MONDAY, "opened", 6)],
            [Event(MONDAY, "opened", "2")],
            [Event(MONDAY.replace(tzinfo=None), "opened", 2)],
            [Event(MONDAY, "opened", 2), Event(MONDAY, "status", None)],
            [Event(MONDAY, "opened", 2), Event(MONDAY, "promise", "soon")],
            [Event(MONDAY, "opened", 2), Event(MONDAY, "arrived")],  # type: ignore[arg-type]
        ],
    )
    def test_a_history_that_is_none_is_refused(self, events: list[Event]) -> None:
        with pytest.raises(InvalidInput, match="events"):
            clocks_of(terms(), events)
