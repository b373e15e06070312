"""Looking back: each measure on both sides of its definition, and for whom it is asked."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.care.goals import Goal, ReviewAction, carried_over
from dispatch_tui.care.measures import (
    DuePromise,
    Measure,
    NewsMatter,
    PastCall,
    Response,
    Scope,
    UnitRun,
    Whose,
    backlog_age,
    called_first,
    fixed_first_time,
    promises_kept,
    repeat_calls,
    responded_in_target,
    time_between_failures,
    time_down,
    time_on_the_job,
    time_to_resolve,
)
from dispatch_tui.care.ratings import Rating, ratings_of
from dispatch_tui.errors import InvalidInput
from tests.care.scene import NOW, RULES, at

DAY = 24.0
WEEK = Scope(at(-7 * DAY), NOW)
ANYBODY = Whose(1, 2, 3)


def _call(
    hours: float, *, number: int = 1, problem: str = "belt", unit: int | None = 5, **more: Any
) -> PastCall:
    return PastCall(at(hours), ANYBODY, number, unit, problem, **more)


@pytest.mark.parametrize(
    ("scope", "hours", "inside"),
    [
        (WEEK, -7 * DAY, True),
        (WEEK, -7 * DAY - 0.01, False),
        (WEEK, -0.01, True),
        (WEEK, 0.0, False),
        (Scope(at(-9), NOW, customer_id=1), -1, True),
        (Scope(at(-9), NOW, customer_id=9), -1, False),
        (Scope(at(-9), NOW, team_id=2, person_id=3), -1, True),
        (Scope(at(-9), NOW, team_id=2, person_id=9), -1, False),
    ],
)
def test_a_team_a_person_a_customer_a_period(scope: Scope, hours: float, inside: bool) -> None:
    assert scope.holds(at(hours), ANYBODY) is inside
    found = promises_kept([DuePromise(at(hours), ANYBODY, "kept")], scope)
    assert (found.value, found.of) == ((1.0, 1) if inside else (None, 0))


def test_who_called_first() -> None:
    matters = [NewsMatter(at(-1), ANYBODY, first) for first in ("us", "us", "us", "them", "")]  # type: ignore[arg-type]
    found = called_first(matters, WEEK)
    assert (found.value, found.of, found.words) == (0.75, 4, "75%")


def test_promises_kept() -> None:
    outcomes = ("kept", "kept", "partly", "broken", "waived", "open")
    found = promises_kept([DuePromise(at(-1), ANYBODY, one) for one in outcomes], WEEK)
    assert (found.value, found.of) == (0.625, 4)


@pytest.mark.parametrize(
    ("due", "responded", "value"),
    [
        (-2.0, -2.0, 1.0),
        (-2.0, -1.99, 0.0),
        (-2.0, None, 0.0),
        (0.0, None, None),
        (1.0, None, None),
        (-0.01, None, 0.0),
    ],
)
def test_first_response(due: float, responded: float | None, value: float | None) -> None:
    one = Response(at(-3), ANYBODY, at(due), None if responded is None else at(responded))
    assert responded_in_target([one], WEEK, NOW).value == value


@pytest.mark.parametrize(
    ("days_before", "problem", "unit", "value"),
    [
        (30.0, "BELT ", 5, 0.5),
        (30.01, "belt", 5, 0.0),
        (3.0, "motor", 5, 0.0),
        (3.0, "belt", 6, 0.0),
    ],
)
def test_repeat_calls(days_before: float, problem: str, unit: int, value: float) -> None:
    calls = [
        _call(-1),
        _call(-1, number=3, problem="noise"),
        _call(-1 - days_before * DAY, number=2, problem=problem, unit=unit),
        _call(-2, number=4, problem=""),
        _call(-2, number=5, unit=None),
    ]
    scope = Scope(at(-1.5), NOW)  # the earlier call lies outside and counts all the same
    found = repeat_calls(calls, scope, RULES.measures)
    assert (found.value, found.of) == (value, 2)


VISIT = (at(-20), at(-19))


@pytest.mark.parametrize(
    ("visits", "outcome", "again", "value"),
    [
        (1, "good", None, 1.0),
        (2, "good", None, 0.0),
        (1, "incomplete", None, 0.0),
        (1, "good", 30 * DAY, 0.0),
        (1, "good", 30 * DAY + 0.01, 1.0),
        (1, "good", -0.01, 1.0),  # opened before it was resolved: not again
        (0, "good", None, None),
    ],
)
def test_first_time_fix(visits: int, outcome: str, again: float | None, value: float | None) -> None:
    calls = [_call(-24, resolved_at=at(-19), visits=visits, outcome=outcome)]
    if again is not None:
        calls.append(_call(-19 + again, number=2))
    assert fixed_first_time(calls, Scope(at(-25), at(-23)), RULES.measures).value == value


def test_three_forms_of_mttr() -> None:
    calls = [
        _call(
            -30,
            resolved_at=at(-20),
            attended=((at(-29), at(-28)), (at(-22), at(-20))),
            down=(at(-36), at(-20)),
        ),
        _call(-30, number=2, resolved_at=at(-10)),
        _call(-30, number=3),
    ]
    assert (time_to_resolve(calls, WEEK).value, time_to_resolve(calls, WEEK).of) == (15.0, 2)
    assert (time_on_the_job(calls, WEEK).value, time_on_the_job(calls, WEEK).of) == (3.0, 1)
    assert (time_down(calls, WEEK).value, time_down(calls, WEEK).words) == (16.0, "16h 00m")
    assert time_down([], WEEK).words == "–"


def test_mtbf_goes_over_operating_time() -> None:
    runs = [
        UnitRun(at(-1), ANYBODY, 300.0, 1),
        UnitRun(at(-1), ANYBODY, 600.0, 2),
        UnitRun(at(1), ANYBODY, 9.0, 9),
    ]
    assert time_between_failures(runs, WEEK).value == 300.0
    assert time_between_failures([UnitRun(at(-1), ANYBODY, 300.0, 0)], WEEK).value is None


def test_the_age_of_the_backlog() -> None:
    calls = [
        _call(-100 * DAY),
        _call(-2 * DAY, resolved_at=NOW),
        _call(-4 * DAY, resolved_at=at(-0.01)),
        _call(-1 * DAY, resolved_at=at(5)),
        _call(0.01),
    ]
    found = backlog_age(calls, WEEK)
    assert (found.value, found.of, found.words) == (2.0, 3, "2d 0h")


def test_each_measure_says_what_it_counts() -> None:
    found: list[Measure] = [
        called_first([], WEEK),
        promises_kept([], WEEK),
        responded_in_target([], WEEK, NOW),
        repeat_calls([], WEEK, RULES.measures),
        fixed_first_time([], WEEK, RULES.measures),
        time_to_resolve([], WEEK),
        time_on_the_job([], WEEK),
        time_down([], WEEK),
        time_between_failures([], WEEK),
        backlog_age([], WEEK),
    ]
    assert len({one.key for one in found}) == len({one.definition for one in found}) == 10
    assert all((one.value, one.of, one.words) == (None, 0, "–") for one in found)
    assert "30 days" in found[3].definition


@given(
    st.lists(st.tuples(st.integers(-160, -1), st.integers(1, 90), st.sampled_from(["belt", "fan", ""]))),
    st.randoms(use_true_random=False),
)
def test_the_order_of_calls_has_no_effect(told: list[tuple[int, int, str]], rng: Random) -> None:
    calls = [
        _call(
            opened,
            number=number,
            problem=problem,
            resolved_at=at(opened + lasted),
            attended=(VISIT,),
            outcome="good",
        )
        for number, (opened, lasted, problem) in enumerate(told)
    ]
    turned = list(calls)
    rng.shuffle(turned)
    for measure in (time_to_resolve, time_on_the_job, backlog_age):
        assert measure(calls, WEEK) == measure(turned, WEEK)
    assert repeat_calls(calls, WEEK, RULES.measures) == repeat_calls(turned, WEEK, RULES.measures)
    assert fixed_first_time(calls, WEEK, RULES.measures) == fixed_first_time(turned, WEEK, RULES.measures)


# -- one's own work ----------------------------------------------------------------------------


def test_ratings_by_them_and_by_us_are_never_mixed() -> None:
    told = [("customer", 5), ("customer", 2), ("us", 5), ("us", 5)]
    ratings = [Rating(at(-1), ANYBODY, by, points) for by, points in told]  # type: ignore[arg-type]
    assert ratings_of(ratings, "customer", WEEK) == ("customer", 2, 3.5, (0, 1, 0, 0, 1))
    assert ratings_of(ratings, "us", WEEK) == ("us", 2, 5.0, (0, 0, 0, 0, 2))
    assert ratings_of([], "us", WEEK).mean is None
    for points in (0, 6):
        with pytest.raises(InvalidInput, match="between 1 and 5"):
            ratings_of([Rating(NOW, ANYBODY, "us", points)], "us", WEEK)


@pytest.mark.parametrize(
    ("values", "higher", "trend"),
    [
        ((0.5, 0.6, 0.7), True, "better"),
        ((0.5, 0.6, 0.7), False, "worse"),
        ((0.7, None, 0.5, 0.4), True, "worse"),
        ((0.5, 0.508, 0.516), True, "same"),  # 0.008 a period, target 0.9
        ((0.5, 0.51, 0.52), True, "better"),
        ((0.5, None, 0.7), True, "unknown"),
    ],
)
def test_where_a_goal_goes(values: tuple[float | None, ...], higher: bool, trend: str) -> None:
    assert Goal("promises_kept", 0.9, higher).trend(values) == trend


@pytest.mark.parametrize(
    ("value", "higher", "reached"),
    [(0.9, True, True), (0.89, True, False), (0.9, False, True), (0.91, False, False), (None, True, None)],
)
def test_whether_a_goal_is_reached(value: float | None, higher: bool, reached: bool | None) -> None:
    assert Goal("promises_kept", 0.9, higher).reached(value) is reached


def test_actions_are_carried_over_until_done() -> None:
    today = date(2026, 3, 4)
    done = ReviewAction("ride along", date(2026, 3, 1), today)
    later = ReviewAction("course", date(2026, 4, 1))
    soon = ReviewAction("call Ann", date(2026, 2, 1), today + timedelta(days=1))
    assert carried_over([done, later, soon], today) == (soon, later)
