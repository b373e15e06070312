"""One's own goals, reviews and actions, and the ratings of one's work. Instants are aware."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care.goals import Goal, ReviewAction
from dispatch_tui.care.measures import Whose
from dispatch_tui.care.ratings import Rating
from dispatch_tui.store import tables as t
from dispatch_tui.store.looking_back import Stretch, Whom, theirs

_REVIEWS = 12


class KeptGoal(NamedTuple):
    """A goal that still counts."""

    id: int
    version: int
    goal: Goal


class KeptReview(NamedTuple):
    """What somebody wrote about a stretch of their work."""

    id: int
    version: int
    since: datetime
    until: datetime
    text: str
    written_at: datetime


class KeptAction(NamedTuple):
    """Something that they mean to do."""

    id: int
    version: int
    action: ReviewAction


def goals_of(connection: Connection, operator_id: int) -> list[KeptGoal]:
    """The goals that somebody has, in the order in which they were set."""
    goal = t.goal.c
    query = (
        sa.select(goal.id, goal.version, goal.measure, goal.target, goal.higher)
        .where(goal.operator_id == operator_id, goal.ended_at.is_(None))
        .order_by(goal.id)
    )
    return [
        KeptGoal(row.id, row.version, Goal(row.measure, row.target, bool(row.higher)))
        for row in connection.execute(query)
    ]


def reviews_of(connection: Connection, operator_id: int) -> list[KeptReview]:
    """Their reviews, the latest first."""
    review = t.review.c
    query = (
        sa.select(*(review[name] for name in KeptReview._fields))
        .where(review.operator_id == operator_id)
        .order_by(review.since.desc(), review.id.desc())
        .limit(_REVIEWS)
    )
    return [KeptReview._make(row) for row in connection.execute(query)]


def actions_of(connection: Connection, operator_id: int) -> list[KeptAction]:
    """Their actions, in the order in which they are due."""
    action = t.review_action.c
    query = (
        sa.select(action.id, action.version, action.what, action.due_on, action.done_on)
        .where(action.operator_id == operator_id)
        .order_by(action.due_on, action.id)
    )
    return [
        KeptAction(
            row.id,
            row.version,
            ReviewAction(
                row.what,
                date.fromisoformat(row.due_on),
                date.fromisoformat(row.done_on) if row.done_on else None,
            ),
        )
        for row in connection.execute(query)
    ]


def ratings_in(connection: Connection, whom: Whom, stretch: Stretch) -> list[Rating]:
    """Ratings of a person's work in a stretch, by the customer and by us: of what they did as a technician, and of
    the calls that they had. All of them count to the person that was asked for."""
    rating = t.rating.c
    mine = theirs(whom)
    if whom.technician_id is not None:
        mine = sa.or_(mine, rating.technician_id == whom.technician_id)
    query = (
        sa.select(rating.happened_at, rating.rater, rating.points)
        .select_from(t.rating.outerjoin(t.call, t.call.c.id == rating.call_id))
        .where(rating.happened_at >= stretch.since, rating.happened_at < stretch.until, mine)
        .order_by(rating.happened_at, rating.id)
    )
    return [Rating(row.happened_at, Whose(), row.rater, row.points) for row in connection.execute(query)]
