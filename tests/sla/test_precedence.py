"""Which agreement wins, and why: each rule on both sides of its edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch_tui.sla.conditions import CallFacts
from dispatch_tui.sla.precedence import SCOPES, Candidate, Scope, choose
from dispatch_tui.sla.terms import terms_from_mapping

OPENED = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday
ALWAYS = {
    "tz": "UTC",
    "hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
SHUT = {"tz": "UTC", "hours": {}}
SECOND = timedelta(seconds=1)
FACTS = CallFacts(
    OPENED, 2, skill="Cooling", channel="phone", category="corrective", model="X200", family="chiller"
)


def candidate(
    number: int,
    scope: Scope = "customer",
    *,
    resolution: int | str | None = 480,
    response: int | None = 60,
    conditions: dict[str, Any] | None = None,
    calendar: dict[str, Any] = ALWAYS,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Candidate:
    budgets = {"resolution": resolution, "first_response": response}
    mapping: dict[str, object] = {
        "calendar": calendar,
        "budgets": {"2": {clock: budget for clock, budget in budgets.items() if budget is not None}},
    }
    if conditions is not None:
        mapping["conditions"] = conditions
    return Candidate(number, f"A{number}", scope, 1, terms_from_mapping(mapping), starts_at, ends_at)


def winner(*candidates: Candidate, facts: CallFacts = FACTS) -> int | None:
    won = choose(candidates, facts).winner
    return won.agreement_id if won else None


@pytest.mark.parametrize("nearer", range(len(SCOPES) - 1))
def test_each_scope_comes_before_the_next_however_lax(nearer: int) -> None:
    lax = candidate(2, SCOPES[nearer], resolution=9000)
    strict = candidate(1, SCOPES[nearer + 1], resolution=10)
    choice = choose([strict, lax], FACTS)
    assert choice.winner is lax
    (other,) = choice.others
    assert other.candidate is strict
    assert " comes before " in other.why


def test_nobody_is_without_the_agreement_for_everybody() -> None:
    choice = choose([candidate(7, "default")], FACTS)
    assert choice.winner is not None
    assert choice.reason == "the agreement for everybody, A7"


@pytest.mark.parametrize(
    ("first", "second", "wins", "because"),
    [
        # the earliest resolution for this call, not the smaller number
        ({"resolution": 480}, {"resolution": 479}, 2, "resolution of A2 is due earlier"),
        ({"resolution": 479}, {"resolution": 480}, 1, "resolution of A1 is due earlier"),
        ({"resolution": 481}, {"resolution": "1d"}, 1, "resolution of A1 is due earlier"),
        ({"resolution": 1441}, {"resolution": "1d"}, 2, "resolution of A2 is due earlier"),
        ({"resolution": None}, {"resolution": 9000}, 2, "resolution of A2 is due earlier"),
        ({"resolution": 10, "calendar": SHUT}, {"resolution": 9000}, 2, "resolution of A2 is due earlier"),
        # then the first response
        ({"response": 60}, {"response": 59}, 2, "first response of A2 is due earlier"),
        ({"response": None}, {"response": 600}, 2, "first response of A2 is due earlier"),
        # then the one that was made first
        ({}, {}, 1, "both promise the same and A1 was made first"),
    ],
)
def test_ties_go_to_the_strictest(
    first: dict[str, Any], second: dict[str, Any], wins: int, because: str
) -> None:
    pair = [candidate(1, **first), candidate(2, **second)]
    for given in (pair, pair[::-1]):
        choice = choose(given, FACTS)
        assert choice.winner is not None
        assert choice.winner.agreement_id == wins
        assert choice.reason == f"the customer's own agreement, A{wins}; the strictest of 2: {because}"
        assert [one.why for one in choice.others] == [f"less strict: {because}"]


def test_strictness_is_that_of_the_calls_priority() -> None:
    only_urgent = candidate(1)
    usual = terms_from_mapping({"calendar": ALWAYS, "budgets": {"3": {"resolution": 5}}})
    assert winner(only_urgent, Candidate(2, "A2", "customer", 1, usual)) == 1
    assert (
        winner(only_urgent, Candidate(2, "A2", "customer", 1, usual), facts=FACTS._replace(priority=3)) == 2
    )


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "covered", "why"),
    [
        (OPENED, None, True, ""),
        (OPENED + SECOND, None, False, "it begins on 2026-03-04, after the call was opened"),
        (None, OPENED + SECOND, True, ""),
        (None, OPENED, False, "it ended on 2026-03-04"),
    ],
)
def test_an_agreement_holds_from_its_start_and_not_at_its_end(
    starts_at: datetime | None, ends_at: datetime | None, covered: bool, why: str
) -> None:
    one = candidate(1, "unit", starts_at=starts_at, ends_at=ends_at)
    assert one.holds_at(OPENED) is covered
    choice = choose([one, candidate(2, "default")], FACTS)
    assert choice.winner is not None
    assert choice.winner.agreement_id == (1 if covered else 2)
    if not covered:
        assert [other.why for other in choice.others] == [why]


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ({}, True),
        ({"priority": [1, 2]}, True),
        ({"priority": 2}, True),
        ({"priority": [1, 3]}, False),
        ({"skill": ["cooling"]}, True),
        ({"skill": "STEAM"}, False),
        ({"channel": ["email", "Phone"]}, True),
        ({"category": "preventive"}, False),
        ({"model": "x200"}, True),
        ({"family": "boiler"}, False),
        ({"weekday": ["wed"]}, True),
        ({"weekday": ["tue", "thu"]}, False),
        ({"priority": 2, "skill": "cooling"}, True),
        ({"priority": 2, "skill": "steam"}, False),
        # a blank condition matches nothing
        ({"skill": []}, False),
        ({"skill": ""}, False),
        ({"skill": [""]}, False),
        ({"weekday": None}, False),
    ],
)
def test_conditions_have_to_be_met(conditions: dict[str, Any], met: bool) -> None:
    choice = choose([candidate(1, conditions=conditions)], FACTS)
    assert (choice.winner is not None) == met
    assert (
        not choice.others
        if met
        else "condition" in choice.others[0].why or "it is for" in choice.others[0].why
    )


def test_a_call_that_says_nothing_does_not_meet_a_blank_condition() -> None:
    silent = CallFacts(OPENED, 2)
    choice = choose([candidate(1, conditions={"skill": [""]})], silent)
    assert choice.winner is None
    assert choice.others[0].why == "its condition on skill is blank, which matches nothing"
    assert choice.reason == "no agreement covers it"


def test_the_weekday_is_that_of_the_agreements_zone() -> None:
    sydney = {"tz": "Australia/Sydney", "hours": ALWAYS["hours"]}
    late = FACTS._replace(opened_at=datetime(2026, 3, 4, 13, 0, tzinfo=UTC))  # Thursday 00:00 there
    thursday = candidate(1, conditions={"weekday": "thu"}, calendar=sydney)
    assert winner(thursday, facts=late) == 1
    assert winner(thursday, facts=late._replace(opened_at=late.opened_at - SECOND)) is None


def test_all_others_are_told_why_the_nearest_first() -> None:
    choice = choose(
        [
            candidate(5, "default"),
            candidate(4, "customer", ends_at=OPENED - timedelta(days=20)),
            candidate(3, "site"),
            candidate(2, "contract", conditions={"priority": 1}),
            candidate(1, "site", resolution=900),
        ],
        FACTS,
    )
    assert choice.winner is not None
    assert choice.winner.agreement_id == 3
    assert [(one.candidate.agreement_id, one.why) for one in choice.others] == [
        (2, "it is for priority 1, the call has 2"),
        (1, "less strict: resolution of A3 is due earlier"),
        (4, "it ended on 2026-02-12"),
        (5, "the site's own agreement comes before the agreement for everybody"),
    ]


def test_no_candidate_no_reason() -> None:
    assert choose([], FACTS) == (None, "", ())
