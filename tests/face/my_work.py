"""The board with half a year of dana's work: calls taken and resolved, ratings, goals, a review, actions."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import reviews
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.looking_back import stretches_between
from dispatch_tui.store import tables as t

HOSTILE = "[/x] [@click=app.bell]press[/]\x1b[31m"


def add_my_work(desk: Desk, clock: FixedClock) -> None:
    """Two calls a week, resolved sooner from month to month; every fifth promise is broken."""
    now, me = clock.now(), desk.operator.id
    with desk.store.write() as connection:
        for number in range(48):
            opened = now - timedelta(days=175 - number * 3.5)
            resolved = opened + timedelta(hours=60 - number)
            call_id = connection.execute(
                sa.insert(t.call).values(
                    number=f"D-{number}",
                    title="Fan is noisy",
                    status="closed",
                    live=0,
                    priority=3,
                    customer_id=1,
                    site_id=1,
                    operator_id=me,
                    opened_at=opened,
                    resolved_at=resolved,
                    closed_at=resolved,
                    happened_at=resolved,
                )
            ).inserted_primary_key[0]
            connection.execute(
                sa.insert(t.promise).values(
                    customer_id=1,
                    call_id=call_id,
                    what="call back",
                    made_at=opened,
                    due_at=opened + timedelta(hours=2),
                    outcome="broken" if number % 5 == 1 else "kept",
                    settled_at=opened + timedelta(hours=2),
                )
            )
            if number % 6 == 0:
                rater = "us" if number % 12 == 0 else "customer"
                points = 5 if rater == "us" else 3 + number % 3
                connection.execute(
                    sa.insert(t.rating).values(
                        customer_id=1, call_id=call_id, rater=rater, points=points, happened_at=resolved
                    )
                )
    reviews.set_goal(desk, "promises_kept", 0.9)
    reviews.set_goal(desk, "time_to_resolve", 24.0)
    reviews.set_goal(desk, "called_first", 0.8)
    (february,) = stretches_between(date(2026, 2, 1), date(2026, 2, 28), "month", "Europe/Berlin")
    review = reviews.write_review(
        desk, february, f"Sooner on the phone than in winter. {HOSTILE}\nStill too many promises by the hour."
    )
    reviews.add_action(desk, "Promise days, not hours", date(2026, 3, 31), review_id=review)
    reviews.add_action(desk, "Sit beside Maria for a morning", date(2026, 2, 20))
    done = reviews.add_action(desk, "Read the new escalation page", date(2026, 2, 27))
    reviews.settle_action(desk, done, date(2026, 2, 26))
