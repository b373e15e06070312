"""The clock that a queue shows and the order it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.clocks import Event, clocks_of
from dispatch_tui.sla.rank import (
    DEFAULT_ALLOWANCE,
    DEFAULT_LEAD,
    DEFAULT_SINK,
    RankWeights,
    composed,
    matters_now,
    rank_at,
    weights_from_mapping,
    weights_mapping,
)
from dispatch_tui.sla.terms import terms_from_mapping
from tests.sla.test_clocks import HOURS, MONDAY, Told, at, story, terms


def shown(*events: Told) -> str | None:
    clock = matters_now(clocks_of(terms(), story(*events)))
    return None if clock is None else clock.kind


class TestMattersNow:
    def test_the_earliest_due(self) -> None:
        assert shown() == "first_response"
        assert shown((10, "response")) == "next_update"
        assert shown((10, "response"), (400, "two_way")) == "resolution"

    def test_one_in_breach_stays_in_sight_on_hold(self) -> None:
        assert shown((10, "response"), (130, "status", "on_hold")) == "next_update"

    def test_of_paused_ones_the_one_with_least_left(self) -> None:
        assert shown((10, "response"), (30, "status", "on_hold")) == "next_update"

    def test_a_promise_of_a_held_call(self) -> None:
        held = story((10, "response"), (30, "status", "on_hold"), (31, "promise", at(900)))
        clock = matters_now(clocks_of(terms(), held))
        assert clock is not None
        assert clock.due_at == at(900)

    def test_none_when_all_have_ended(self) -> None:
        assert shown((10, "response"), (30, "status", "resolved")) is None

    def test_a_waiting_customer_never_hides_the_first_response(self) -> None:
        strict = terms(budgets={"2": {"first_response": 60, "customer_waiting": 5}})
        waiting = clocks_of(strict, story((1, "inbound")))
        assert [clock.kind for clock in waiting] == ["first_response", "customer_waiting"]
        assert matters_now(waiting) is waiting[0]
        answered = clocks_of(strict, story((1, "response"), (2, "inbound")))
        assert matters_now(answered) is answered[1]


class TestRankAt:
    def test_it_holds_the_lead_that_a_warning_needs(self) -> None:
        clocks = clocks_of(terms(), story())
        assert rank_at(clocks, 2, MONDAY) == at(60) - DEFAULT_LEAD[2]

    def test_what_is_due_within_the_hour_comes_before_a_long_budget_that_warns_already(self) -> None:
        soon = terms(budgets={"1": {"resolution": 120}})
        long = terms(budgets={"5": {"resolution": 6000}})
        urgent = rank_at(clocks_of(soon, story()), 1, MONDAY)
        assert urgent < rank_at(clocks_of(long, [Event(at(-5000), "opened", 5)]), 5, MONDAY)

    def test_an_urgent_priority_comes_earlier_by_its_lead(self) -> None:
        clocks = clocks_of(terms(), story())
        weights = RankWeights(lead={1: timedelta(minutes=7)})
        assert rank_at(clocks, 1, MONDAY, weights=weights) == at(53)
        assert rank_at(clocks, 3, MONDAY, weights=weights) == at(60)

    def test_paused_calls_sink_even_past_due(self) -> None:
        held = clocks_of(terms(), story((10, "response"), (130, "status", "on_hold")))
        assert rank_at(held, 2, MONDAY) == at(130) + DEFAULT_SINK

    def test_a_held_call_that_still_owes_a_first_response_does_not_sink(self) -> None:
        held = clocks_of(terms(), story((10, "status", "on_hold")))
        assert rank_at(held, 2, MONDAY) == at(60) - DEFAULT_LEAD[2]

    def test_resolved_calls_sink(self) -> None:
        resolved = clocks_of(terms(), story((10, "response"), (30, "status", "resolved")))
        assert rank_at(resolved, 2, MONDAY) == at(30) + DEFAULT_SINK

    def test_a_call_whose_only_clock_was_met_has_its_allowance(self) -> None:
        answered = clocks_of(terms(budgets={"2": {"first_response": 60}}), story((10, "response")))
        assert rank_at(answered, 2, MONDAY) == MONDAY + DEFAULT_ALLOWANCE[2]

    @pytest.mark.parametrize("priority", [1, 2, 3, 4, 5])
    def test_without_an_agreement_the_allowance_of_its_priority(self, priority: int) -> None:
        assert rank_at((), priority, MONDAY) == MONDAY + DEFAULT_ALLOWANCE[priority]
        assert rank_at((), priority, MONDAY, idle_since=at(90)) == at(90) + DEFAULT_SINK

    def test_a_clock_that_is_never_due_counts_as_none(self) -> None:
        shut = terms(calendar={"tz": "UTC", "hours": {}})
        assert rank_at(clocks_of(shut, story()), 2, MONDAY) == MONDAY + DEFAULT_ALLOWANCE[2]

    def test_events_move_it(self) -> None:
        events = story((10, "response"), (30, "status", "on_hold"), (60, "status", "in_progress"))
        opened, answered, held, resumed = (
            rank_at(clocks_of(terms(), events[:count]), 2, MONDAY) for count in range(1, 5)
        )
        assert opened < answered, "the next update is asked for later than the first word"
        assert resumed == answered + timedelta(minutes=30)
        assert held > resumed


def test_a_zero_budget_warns_when_it_is_due() -> None:
    at_once = terms_from_mapping(
        {"calendar": {"tz": "UTC", "hours": HOURS}, "budgets": {"2": {"first_response": 0}}}
    )
    (clock,) = clocks_of(at_once, [Event(at(-60), "opened", 2)])
    assert clock.due_at == clock.warn_at == MONDAY


def test_weights_as_they_are_written() -> None:
    weights = weights_from_mapping({"lead": {"1": "1d 2h", 2: 90, "3": "0"}, "allowance": {"5": "1h30m"}})
    assert weights.lead[1] == timedelta(hours=26)
    assert weights.lead[2] == timedelta(minutes=90)
    assert weights.lead[3] == timedelta(0)
    assert weights.lead[4] == DEFAULT_LEAD[4], "left out: the default holds"
    assert weights.allowance[5] == timedelta(minutes=90)
    assert weights_from_mapping(weights_mapping(weights)) == weights
    assert weights_from_mapping({}) == RankWeights()


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ({"leads": {}}, "leads"),
        ({"lead": "4h"}, "lead"),
        ({"lead": {"0": "4h"}}, "lead.0"),
        ({"lead": {"1": "-4h"}}, "lead.1"),
        ({"lead": {"1": ""}}, "lead.1"),
        ({"lead": {"1": "soon"}}, "lead.1"),
        ({"lead": {"1": True}}, "lead.1"),
        ({"allowance": {"5": "366d"}}, "allowance.5"),
    ],
)
def test_weights_that_cannot_be_read_name_their_field(mapping: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        weights_from_mapping(mapping)
    assert refused.value.field == field


def test_what_other_rooms_say_moves_a_call_up_and_never_down() -> None:
    agreed = at(60)
    assert composed(agreed) == agreed
    assert composed(agreed, [None, at(90)]) == agreed
    assert composed(agreed, [at(59), None, at(90)]) == at(59)
