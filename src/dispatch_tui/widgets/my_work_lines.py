"""How one's own work reads: goals with their trend, ratings of each side, reviews beside the facts, actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Final

from dispatch_tui.care.goals import Trend, carried_over
from dispatch_tui.care.measures import Measure
from dispatch_tui.care.ratings import HIGHEST, Ratings
from dispatch_tui.desk.looking_back import Figures
from dispatch_tui.desk.reviews import MyWork
from dispatch_tui.store.reviews import KeptGoal, KeptReview
from dispatch_tui.text import plain, span
from dispatch_tui.themes import Look
from dispatch_tui.widgets.measure_lines import words_of
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Row

_VALUE, _TARGET, _TREND = 9, 11, 11
_TREND_WORDS: Final[Mapping[Trend, str]] = {
    "better": "better",
    "same": "steady",
    "worse": "worse",
    "unknown": "too few",
}
_SECONDS: Final = {"hours": 3600.0, "days": 86_400.0}


def my_rows(found: MyWork, names: Sequence[str], today: date, width: int, look: Look) -> list[Row]:
    """Everything; keys ``goal:3``, ``action:4``, ``review:5``."""
    return [
        *_goals(found, names, width, look),
        Row(()),
        *_ratings(found, width, look),
        Row(()),
        *_actions(found, today, width, look),
        Row(()),
        *_reviews(found, width, look),
    ]


def figure_words(value: float, unit: str) -> str:
    """A value of a measure as text."""
    return f"{value:.0%}" if unit == "share" else span(value * _SECONDS[unit])


def _goals(found: MyWork, names: Sequence[str], width: int, look: Look) -> Iterator[Row]:
    room = width - 4 - _TARGET - _TREND - 22
    shown = max(1, min(len(names), room // _VALUE))
    name = max(18, width - 4 - _TARGET - _TREND - shown * _VALUE)
    heads = "".join(f"{one:>{_VALUE}}" for one in names[-shown:])
    yield Row(
        (
            Piece(f" {'GOALS':<{name + 2}}", "bold"),
            Piece(f"{'target':>{_TARGET}}{heads}{'trend':>{_TREND}}", "dim"),
        )
    )
    for kept in found.goals:
        measures = [one.named(kept.goal.measure) for one in found.figures]
        yield _goal_row(kept, measures, shown, name, look)
    if not found.goals:
        yield Row(
            (
                Piece(
                    fit(" None yet. n sets one: a measure, and where you want it to be.", width, look), "dim"
                ),
            )
        )


def _goal_row(kept: KeptGoal, measures: Sequence[Measure], shown: int, name: int, look: Look) -> Row:
    last, goal = measures[-1], kept.goal
    known = [one.value for one in measures if one.value is not None]
    reached = goal.reached(known[-1] if known else None)  # a month that has just begun says nothing yet
    sign = {True: look.glyphs.kept, False: look.glyphs.broken, None: look.glyphs.none}[reached]
    style = {True: "news", False: "late", None: "dim"}[reached]
    trend = goal.trend([one.value for one in measures])
    bound = ">=" if goal.higher else "<="
    return Row(
        (
            Piece(f" {sign} ", style),
            Piece(fit(last.title, name, look)),
            Piece(f"{bound} {figure_words(goal.target, last.unit)}".rjust(_TARGET), "dim"),
            *(Piece(f"{words_of(one, look):>{_VALUE}}", "dim") for one in measures[-shown:-1]),
            Piece(f"{words_of(last, look):>{_VALUE}}", style if reached is False else "bold"),
            Piece(
                f"{_trend_words(trend, look):>{_TREND}}",
                {"better": "news", "worse": "late"}.get(trend, "dim"),
            ),
        ),
        f"goal:{kept.id}",
    )


def _trend_words(trend: Trend, look: Look) -> str:
    sign = {"better": look.glyphs.up, "worse": look.glyphs.down}.get(trend, "")
    return f"{sign} {_TREND_WORDS[trend]}".strip()


def _ratings(found: MyWork, width: int, look: Look) -> Iterator[Row]:
    """The customers' count; ours stand in a line of their own."""
    yield Row(
        (Piece(" RATINGS", "bold"), Piece("  only the customers' count; the two are never mixed", "dim"))
    )
    for label, ratings in (("by customers", found.by_customers), ("by us", found.by_us)):
        style = "text" if label == "by customers" else "dim"
        words = fit(f"   {label:<14}{_rating_words(ratings)}", width, look)
        yield Row((Piece(words, style),))


def _rating_words(ratings: Ratings) -> str:
    if ratings.mean is None:
        return "none in these months"
    each = "  ".join(f"{points}: {count}" for points, count in enumerate(ratings.each, 1) if count)
    return f"{ratings.mean:.1f} of {HIGHEST}, {ratings.given} given   {each}"


def _actions(found: MyWork, today: date, width: int, look: Look) -> Iterator[Row]:
    left = carried_over((one.action for one in found.actions), today)
    yield Row(
        (Piece(" ACTIONS", "bold"), Piece(f"  {len(left)} carried over" if left else "  a adds one", "dim"))
    )
    waiting = [one for one in found.actions if one.action in left]
    done = [one for one in found.actions if one.action not in left][-3:]
    for one in (*waiting, *done):
        late = one.action.done_on is None and one.action.by < today
        sign = look.glyphs.kept if one.action.done_on else look.glyphs.late if late else look.glyphs.left
        when = (
            f"done {one.action.done_on}"
            if one.action.done_on
            else f"late, by {one.action.by}"
            if late
            else f"by {one.action.by}"
        )
        style = "dim" if one.action.done_on else "late" if late else "text"
        what = fit(plain(one.action.what), max(10, width - 5 - len(when)), look)
        yield Row(
            (
                Piece(f" {sign} ", "news" if one.action.done_on else style),
                Piece(f"{what} ", "dim" if one.action.done_on else "text"),
                Piece(when, style),
            ),
            f"action:{one.id}",
        )


def _reviews(found: MyWork, width: int, look: Look) -> Iterator[Row]:
    """What they wrote, and the facts of the same month below it."""
    yield Row((Piece(" MY REVIEWS", "bold"), Piece("" if found.reviews else "  v writes the first", "dim")))
    for review in found.reviews:
        middle = review.since + (review.until - review.since) / 2
        for number, line in enumerate(_wrapped(review.text, width - 12)):
            label = f"{middle:%b %Y}" if not number else ""
            yield Row(
                (Piece(f" {label:<10}", "dim"), Piece(line)), f"review:{review.id}" if not number else ""
            )
        if facts := facts_of(review, found.figures, look):
            for line in wrap(f"Facts: {facts}", max(20, width - 12)):
                yield Row((Piece(" " * 11), Piece(line, "dim")))


def _wrapped(text: str, width: int) -> list[str]:
    return [part for line in text.splitlines() for part in wrap(plain(line), max(20, width)) or [""]]


def facts_of(review: KeptReview, figures: Sequence[Figures], look: Look) -> str:
    """The measures of the month that a review is about, where they are at hand."""
    middle = review.since + (review.until - review.since) / 2
    same = next((one for one in figures if one.stretch.since <= middle < one.stretch.until), None)
    return fact_words(same, look) if same is not None else ""


def fact_words(figures: Figures, look: Look) -> str:
    """Every measure of which something was counted, on one line."""
    counted = (one for one in figures.measures if one.value is not None)
    return ", ".join(f"{one.title} {words_of(one, look)} of {one.of:,}" for one in counted)
