"""Ledger, health, cadence and wording: each with its edges."""

from __future__ import annotations

import math
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.care.cadence import Cadence, Touch, cadence_every, cadence_of, watched_until
from dispatch_tui.care.health import HealthFacts, health_of
from dispatch_tui.care.ledger import TrustEvent, ledger_of
from dispatch_tui.care.promises import PromiseRecord
from dispatch_tui.care.wording import marks
from dispatch_tui.errors import InvalidInput
from tests.care.scene import HOSTILE, NOW, PLAIN_HOSTILE, RULES, at

DAY = timedelta(days=1)


# -- ledger ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "days_ago", "weight"),
    [
        ("promise_kept", 0, 4.0),
        ("promise_kept", 180, 2.0),
        ("promise_kept", 360, 1.0),
        ("promise_broken", 0, -16.0),  # a bad one weighs double
        ("promise_broken", 180, -8.0),
    ],
)
def test_recent_and_bad_ones_weigh_more(kind: str, days_ago: float, weight: float) -> None:
    ledger = ledger_of([TrustEvent(kind, 1, NOW - days_ago * DAY)], RULES.ledger, NOW)
    assert ledger.entries[0].weight == pytest.approx(weight)
    assert ledger.balance == pytest.approx(50 + weight)


@pytest.mark.parametrize(
    ("points", "buffer", "at_risk"), [(-15, 0.0, False), (-16, -2.0, True), (10, 40.0, False)]
)
def test_the_buffer_before_at_risk(points: int, buffer: float, at_risk: bool) -> None:
    ledger = ledger_of([TrustEvent("by hand", 1, NOW, points=points)], RULES.ledger, NOW)
    assert (ledger.buffer, ledger.at_risk) == (buffer, at_risk)


def test_a_ledger_as_it_stood() -> None:
    events = [TrustEvent("complaint", 2, at(1)), TrustEvent("visit_good", 1, NOW, HOSTILE)]
    then = ledger_of(events, RULES.ledger, NOW, opening=30)
    assert [entry.words for entry in then.entries] == [f"visit good: {PLAIN_HOSTILE}", "opening balance"]
    assert then.balance == 34.0
    assert ledger_of(events, RULES.ledger, at(1)).entries[0].words == "complaint"


def test_a_kind_without_points_is_refused() -> None:
    with pytest.raises(InvalidInput, match="none for 'gossip'"):
        ledger_of([TrustEvent("gossip", 1, NOW)], RULES.ledger, NOW)


_EVENTS = st.lists(
    st.builds(
        lambda kind, record, hours: TrustEvent(kind, record, at(-hours)),
        st.sampled_from(sorted(RULES.ledger.points)),
        st.integers(1, 9),
        st.floats(-10, 20_000),
    ),
    max_size=30,
)


@given(_EVENTS, st.randoms(use_true_random=False))
def test_the_balance_is_the_sum_of_its_entries_in_any_order(events: list[TrustEvent], rng: Random) -> None:
    ledger = ledger_of(events, RULES.ledger, NOW)
    assert ledger.balance == math.fsum(entry.weight for entry in ledger.entries)
    assert len(ledger.entries) == 1 + sum(event.at <= NOW for event in events)
    assert all(abs(entry.weight) <= 2 * abs(entry.points) for entry in ledger.entries)
    turned = list(events)
    rng.shuffle(turned)
    assert ledger_of(turned, RULES.ledger, NOW).balance == ledger.balance


# -- health ------------------------------------------------------------------------------------


def _cadence(hours: float) -> Cadence:
    return Cadence(30 * DAY, None, at(hours), 0)


def _promises(kept: int, broken: int, overdue: int = 0) -> PromiseRecord:
    return PromiseRecord(kept, 0, broken, 0, overdue, overdue)


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        ({}, "good", []),
        ({"last_outcome": "good"}, "good", ["the last visit ended good"]),
        ({"last_outcome": "bad"}, "watch", ["the last visit ended bad"]),
        ({"repeat_calls": 1}, "good", []),
        ({"repeat_calls": 2}, "watch", ["2 repeat calls"]),
        ({"open_issues": (at(-5 * 24),)}, "good", []),
        ({"open_issues": (at(-5.1 * 24), NOW)}, "watch", ["an issue is open for 5d 2h"]),
        ({"open_issues": (at(-14 * 24),)}, "watch", ["an issue is open for 14d 0h"]),
        ({"open_issues": (at(-14.1 * 24),)}, "at risk", ["an issue is open for 14d 2h"]),
        ({"promises": _promises(4, 1)}, "good", ["80% of 5 promises kept"]),
        ({"promises": _promises(3, 1)}, "watch", ["75% of 4 promises kept"]),
        ({"promises": _promises(0, 2)}, "good", []),  # too few to say
        ({"promises": _promises(0, 0, 1)}, "watch", ["promises overdue: 1"]),
        ({"cadence": _cadence(0)}, "good", []),
        ({"cadence": _cadence(-1)}, "watch", ["a conversation is overdue by 1h 00m"]),
        ({"contract_stage": "talks"}, "good", []),
        ({"contract_stage": "notice given"}, "at risk", ["the contract: notice given"]),
        ({"complaints": 1, "commendations": 1}, "good", ["commendations: 1, complaints: 1"]),
        ({"complaints": 2, "commendations": 1}, "watch", ["complaints: 2, commendations: 1"]),
        ({"watched_until": NOW}, "good", []),
        (
            {"watched_until": at(1)},
            "watch",
            ["watched after a bad call for another 1h 00m; send somebody experienced"],
        ),
        ({"buffer": 0.0}, "good", []),
        ({"buffer": -3.0}, "at risk", ["trust is 3 points below at risk"]),
    ],
)
def test_health_with_its_reasons(facts: dict[str, Any], state: str, words: list[str]) -> None:
    found = health_of(HealthFacts(**facts), RULES, NOW)
    assert (found.state, [reason.words for reason in found.reasons]) == (state, words)


def test_many_words_of_caution_are_a_risk() -> None:
    two = HealthFacts(last_outcome="bad", repeat_calls=2, commendations=3)
    assert health_of(two, RULES, NOW).state == "watch"
    three = HealthFacts(last_outcome="bad", repeat_calls=2, commendations=3, cadence=_cadence(-1))
    found = health_of(three, RULES, NOW)
    assert found.state == "at risk"
    assert found.reasons[-1].level == "good"  # the gravest first


# -- cadence -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "watched", "days"),
    [("gold", False, 30), ("gold", True, 15), ("", False, 90), ("tin", False, 90)],
)
def test_the_plan_by_tier(tier: str, watched: bool, days: int) -> None:
    assert cadence_every(tier, RULES, watched=watched) == days * DAY


@pytest.mark.parametrize(
    ("touches", "due", "streak"),
    [
        ([], 30, 0),  # from when they became a customer
        ([(5, True)], 35, 0),
        ([(5, True), (9, False)], 35, 1),  # an e-mail does not reset it
        ([(5, True), (9, False), (11, True)], 41, 0),
        ([(9, False), (11, False)], 30, 2),
    ],
)
def test_only_conversations_count(touches: list[tuple[int, bool]], due: int, streak: int) -> None:
    made = [Touch(NOW + day * DAY, two_way) for day, two_way in touches]
    found = cadence_of(reversed(made), NOW, 30 * DAY)
    assert (found.due_at, found.streak) == (NOW + due * DAY, streak)
    assert found.drift(NOW + due * DAY + DAY) == DAY


def test_the_watch_runs_from_the_last_bad_call() -> None:
    assert watched_until([at(-24), NOW, at(-1)], RULES) == NOW + 30 * DAY
    assert watched_until([], RULES) is None


# -- wording -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You should have called.", ["You should have"]),
        ("you  SHOULD\nhave", ["you  SHOULD\nhave"]),
        ("We’ve never had this before", ["We’ve never had this before"]),
        ("we've never had this before; not our fault", ["we've never had this before", "not our fault"]),
        ("you should haven", []),
        ("thank you should have", ["you should have"]),
        ("You should call", []),
        ("", []),
    ],
)
def test_blame_and_excuses_are_marked_where_they_stand(text: str, found: list[str]) -> None:
    assert [text[mark.start : mark.end] for mark in marks(text, RULES.wording)] == found
    for mark in marks(text, RULES.wording):
        assert mark.instead


def test_of_overlapping_phrases_the_longest_is_marked() -> None:
    wording = [RULES.wording[0], RULES.wording[0].model_copy(update={"phrase": "should have known [this]"})]
    (found,) = marks("you should have known [this]", wording)
    assert (found.start, found.phrase) == (4, "should have known [this]")
    assert marks("you should have known [this]", reversed(wording)) == (found,)
