"""One's own work: goals, reviews and what one means to do. Everybody writes their own, and nobody another's.

All raise ``NotFound``, ``NotAllowed``, ``Conflict`` or ``InvalidInput`` with the field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.engine import RowMapping

from dispatch_tui.care.measures import Scope
from dispatch_tui.care.ratings import Ratings, ratings_of
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.looking_back import Figures, look_back
from dispatch_tui.errors import InvalidInput, NotAllowed
from dispatch_tui.store.looking_back import Stretch, Whom
from dispatch_tui.store.reviews import (
    KeptAction,
    KeptGoal,
    KeptReview,
    actions_of,
    goals_of,
    ratings_in,
    reviews_of,
)
from dispatch_tui.store.whom import oneself
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain, plain_block

LESS_IS_BETTER = frozenset({"repeat_calls", "time_to_resolve", "time_on_the_job", "time_down", "backlog_age"})
"""Measures of which less is better; of all others more is."""
MEASURES = (
    "called_first",
    "promises_kept",
    "responded_in_target",
    "attained",
    "repeat_calls",
    "fixed_first_time",
    "time_to_resolve",
    "time_on_the_job",
    "time_down",
    "time_between_failures",
    "backlog_age",
)
SHARES = frozenset(
    {"called_first", "promises_kept", "responded_in_target", "attained", "repeat_calls", "fixed_first_time"}
)


class MyWork(NamedTuple):
    """Somebody's work: their figures by period beside their goals, what customers and what we said of it (never mixed),
    what they wrote, and what they mean to do."""

    whom: Whom
    figures: tuple[Figures, ...]
    goals: tuple[KeptGoal, ...]
    by_customers: Ratings
    by_us: Ratings
    reviews: tuple[KeptReview, ...]
    actions: tuple[KeptAction, ...]

    def values(self, key: str) -> list[float | None]:
        """A measure by period, the oldest first."""
        return [one.named(key).value for one in self.figures]


def my_work(
    desk: Desk,
    stretches: Sequence[Stretch],
    *,
    progress: Callable[[float], None] = lambda _share: None,
    stop: Callable[[], bool] = lambda: False,
) -> MyWork | None:
    """The operator's own work over these stretches (the earliest first); ``None`` where ``stop`` said so meanwhile."""
    with desk.store.read() as connection:
        whom = oneself(connection, desk.operator.id)
    figures = look_back(desk, whom, stretches, progress=progress, stop=stop)
    if figures is None:
        return None
    whole = Stretch(stretches[0].since, stretches[-1].until)
    with desk.store.read() as connection:
        ratings = ratings_in(connection, whom, whole)
        return MyWork(
            whom,
            figures,
            tuple(goals_of(connection, desk.operator.id)),
            ratings_of(ratings, "customer", Scope(*whole)),
            ratings_of(ratings, "us", Scope(*whole)),
            tuple(reviews_of(connection, desk.operator.id)),
            tuple(actions_of(connection, desk.operator.id)),
        )


# -- goals -------------------------------------------------------------------------------------


def set_goal(
    desk: Desk, measure: str, target: float, *, goal_id: int | None = None, version: int | None = None
) -> int:
    """A goal for a measure (a share from 0 to 1, hours or days), or another target for one that is set; its id."""
    if measure not in MEASURES:
        raise InvalidInput(
            "measure", f"{plain(measure)!r} is no measure", f"There are {', '.join(MEASURES)}."
        )
    if not 0 < target < float("inf") or (measure in SHARES and target > 1):
        raise InvalidInput(
            "target", "cannot be reached", "Give a share up to 100 %, or a length of time above 0."
        )
    with desk.act("set_goal") as writer:
        if goal_id is not None:
            row = _own(desk, writer, "goal", goal_id, version)
            writer.update("goal", row, {"target": target}, act="set_goal")
            return goal_id
        values = {
            "operator_id": desk.operator.id,
            "measure": measure,
            "target": target,
            "higher": int(measure not in LESS_IS_BETTER),
        }
        return writer.insert("goal", values, act="set_goal")


def end_goal(desk: Desk, goal_id: int, *, version: int | None = None) -> None:
    """It counts no longer; it stays on record."""
    with desk.act("set_goal") as writer:
        row = _own(desk, writer, "goal", goal_id, version)
        writer.update("goal", row, {"ended_at": desk.clock.now()}, act="set_goal")


# -- reviews and actions -----------------------------------------------------------------------


def write_review(
    desk: Desk, stretch: Stretch, text: str, *, review_id: int | None = None, version: int | None = None
) -> int:
    """What one says oneself about a stretch of one's work; its id."""
    words = plain_block(text)
    if not words:
        raise InvalidInput("text", "says nothing", "Write what went well, and what you want to change.")
    if stretch.since > desk.clock.now():
        raise InvalidInput("since", "lies ahead", "Review what has been.")
    values = {"text": words, "written_at": desk.clock.now()}
    with desk.act("write_review") as writer:
        if review_id is not None:
            row = _own(desk, writer, "review", review_id, version)
            writer.update("review", row, values, act="write_review")
            return review_id
        whole = {"operator_id": desk.operator.id, "since": stretch.since, "until": stretch.until, **values}
        return writer.insert("review", whole, act="write_review")


def add_action(desk: Desk, what: str, due_on: date, *, review_id: int | None = None) -> int:
    """Something that one means to do by a day; it is carried over until it is done. Its id."""
    words = plain(what)
    if not words:
        raise InvalidInput("what", "it is empty", "Say what you mean to do.")
    with desk.act("write_review") as writer:
        if review_id is not None:
            _own(desk, writer, "review", review_id, None)
        values = {
            "operator_id": desk.operator.id,
            "review_id": review_id,
            "what": words,
            "due_on": due_on.isoformat(),
        }
        return writer.insert("review_action", values, act="write_review")


def settle_action(desk: Desk, action_id: int, done_on: date | None, *, version: int | None = None) -> None:
    """It was done on a day; ``None``: not after all."""
    with desk.act("write_review") as writer:
        row = _own(desk, writer, "review_action", action_id, version)
        values = {"done_on": done_on.isoformat() if done_on is not None else ""}
        writer.update("review_action", row, values, act="write_review")


def _own(desk: Desk, writer: Writer, kind: str, record_id: int, version: int | None) -> RowMapping:
    row = writer.get(kind, record_id, to_change=True)
    if row["operator_id"] != desk.operator.id:
        raise NotAllowed("This is somebody else's own work.", "Only they write it.")
    if version is not None and row["version"] != version:
        raise writer.conflict(kind, row, version)
    return row
