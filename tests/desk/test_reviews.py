"""One's own work: goals, ratings of each side apart, reviews and what is carried over; nobody writes another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, reviews
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.looking_back import stretches_between
from dispatch_tui.desk.reviews import MyWork, my_work
from dispatch_tui.errors import Conflict, InvalidInput, NotAllowed, NotFound
from dispatch_tui.store import tables as t
from tests.support.desks import as_role, changes_of

MONTHS = stretches_between(date(2026, 2, 1), date(2026, 3, 4), "month", "Europe/Berlin")
FEBRUARY = MONTHS[0]


def mine(desk: Desk) -> MyWork:
    found = my_work(desk, MONTHS)
    assert found is not None
    return found


def test_a_goal_stands_beside_its_figures_until_it_ends(desk: Desk, clock: FixedClock) -> None:
    done = calls.open_call(desk, title="x", priority=3, unit_id=1).call.id
    calls.take(desk, done)
    clock.advance(timedelta(hours=3))
    calls.resolve(desk, done, "done")
    goal = reviews.set_goal(desk, "time_to_resolve", 4.0)
    found = mine(desk)
    (kept,) = found.goals
    assert (kept.goal.measure, kept.goal.target, kept.goal.higher) == ("time_to_resolve", 4.0, False)
    assert found.values("time_to_resolve") == [None, 3.0]
    assert kept.goal.reached(3.0)
    reviews.set_goal(desk, "time_to_resolve", 2.0, goal_id=goal, version=1)
    assert [one.goal.target for one in mine(desk).goals] == [2.0]
    reviews.end_goal(desk, goal, version=2)
    assert mine(desk).goals == ()
    assert [one["act"] for one in changes_of(desk, "goal", goal)] == ["set_goal"] * 3


@pytest.mark.parametrize(
    ("measure", "target", "field"),
    [
        ("charm", 0.9, "measure"),
        ("promises_kept", 1.0, ""),
        ("promises_kept", 1.01, "target"),
        ("promises_kept", 0.0, "target"),
        ("backlog_age", 14.0, ""),
        ("backlog_age", float("nan"), "target"),
        ("backlog_age", float("inf"), "target"),
    ],
)
def test_what_can_be_a_goal(desk: Desk, measure: str, target: float, field: str) -> None:
    if field:
        with pytest.raises(InvalidInput) as refused:
            reviews.set_goal(desk, measure, target)
        assert refused.value.field == field
        assert mine(desk).goals == ()
    else:
        reviews.set_goal(desk, measure, target)
        assert mine(desk).goals[0].goal.higher == (measure == "promises_kept")


def test_ratings_of_customers_and_ours_are_never_mixed(desk: Desk) -> None:
    taken = calls.open_call(desk, title="x", priority=3, unit_id=1).call.id
    other = calls.open_call(desk, title="y", priority=3, unit_id=1).call.id
    calls.take(desk, taken)
    rows: list[dict[str, Any]] = [
        {"rater": "customer", "points": 5, "call_id": taken, "happened_at": FEBRUARY.since},
        {
            "rater": "customer",
            "points": 2,
            "call_id": taken,
            "happened_at": MONTHS[1].until - timedelta(seconds=1),
        },
        {"rater": "us", "points": 1, "call_id": taken, "happened_at": FEBRUARY.since},
        {"rater": "customer", "points": 1, "call_id": other, "happened_at": FEBRUARY.since},
        {
            "rater": "customer",
            "points": 1,
            "call_id": taken,
            "happened_at": FEBRUARY.since - timedelta(seconds=1),
        },
        {"rater": "customer", "points": 1, "call_id": taken, "happened_at": MONTHS[1].until},
    ]
    with desk.store.write() as connection:
        for row in rows:
            connection.execute(sa.insert(t.rating).values(customer_id=1, **row))
    found = mine(desk)
    assert (found.by_customers.given, found.by_customers.mean) == (2, 3.5)
    assert (found.by_us.given, found.by_us.mean) == (1, 1.0)


def test_a_technician_is_rated_for_what_they_did(desk: Desk) -> None:
    tess = as_role(desk, "technician", "tess")
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.operator).where(t.operator.c.id == tess.operator.id).values(technician_id=1)
        )
        for technician in (1, 2):
            connection.execute(
                sa.insert(t.rating).values(
                    customer_id=1,
                    technician_id=technician,
                    rater="customer",
                    points=4,
                    happened_at=FEBRUARY.since,
                )
            )
    assert mine(tess).by_customers.given == 1


def test_a_review_is_gone_on_with_and_actions_are_carried_over(desk: Desk, clock: FixedClock) -> None:
    review = reviews.write_review(desk, FEBRUARY, "Late twice.\n[/x]\x1b[31m Call sooner.")
    first = reviews.add_action(desk, "Call before noon", date(2026, 3, 10), review_id=review)
    second = reviews.add_action(desk, "Ask for help earlier", date(2026, 3, 2))
    reviews.settle_action(desk, second, date(2026, 3, 3), version=1)
    clock.advance(timedelta(hours=1))
    reviews.write_review(desk, FEBRUARY, "Late twice, and why.", review_id=review, version=1)
    found = mine(desk)
    assert [(one.text, one.version, one.written_at) for one in found.reviews] == [
        ("Late twice, and why.", 2, clock.now())
    ]
    assert [(one.id, one.action.done_on) for one in found.actions] == [
        (second, date(2026, 3, 3)),
        (first, None),
    ]
    reviews.settle_action(desk, second, None)
    assert mine(desk).actions[0].action.done_on is None


@pytest.mark.parametrize(
    ("write", "field"),
    [
        (lambda d: reviews.write_review(d, FEBRUARY, " \n"), "text"),
        (
            lambda d: reviews.write_review(
                d, FEBRUARY._replace(since=d.clock.now() + timedelta(days=1)), "x"
            ),
            "since",
        ),
        (lambda d: reviews.add_action(d, "", date(2026, 3, 10)), "what"),
    ],
)
def test_what_is_refused(desk: Desk, write: Callable[[Desk], object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        write(desk)
    assert refused.value.field == field


def test_nobody_writes_anothers_work_nor_over_what_they_have_not_seen(desk: Desk) -> None:
    goal = reviews.set_goal(desk, "promises_kept", 0.9)
    maria = as_role(desk, "manager", "maria")
    with pytest.raises(NotAllowed):
        reviews.set_goal(maria, "promises_kept", 0.5, goal_id=goal)
    reviews.set_goal(desk, "promises_kept", 0.95, goal_id=goal)
    with pytest.raises(Conflict):
        reviews.end_goal(desk, goal, version=1)
    assert [one.goal.target for one in mine(desk).goals] == [0.95]
    assert mine(maria).goals == ()
    with pytest.raises(NotAllowed):
        reviews.set_goal(as_role(desk, "viewer"), "promises_kept", 0.9)
    with pytest.raises(NotFound):
        reviews.settle_action(desk, 99, None)
