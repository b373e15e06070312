"""Closing: what is asked, nothing twice; what follows, shown before it is saved.

================  =====================================================  =====================
field             question                                               asked
================  =====================================================  =====================
``outcome``       good, bad or incomplete                                always needed
``problem``       what failed                                            needed when good
``cause``         why                                                    needed when good
``avoid``         how to avoid it                                        may be left out
``expect``        what to expect from here                               may be left out
``next_step``     what happens next                                      always needed
``next_step_at``  by when                                                needed unless good
``confirmed``     how the customer confirmed it                          this, or the next
``unconfirmed``   why they did not                                       this, or the above
================  =====================================================  =====================

What the visit or the call already records is not asked again; who wants it otherwise corrects it there. Nor does what
is known already make follow-ups: they were made where it was recorded. A call that is only resolved, and a visit, may
be confirmed, and need not be: the customer is asked when the call is closed (``confirming``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from dispatch_tui.care.followups import FollowUp, OpenItem, after_closing, after_visit
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.wording import Mark, marks
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.text import plain, plain_block

OUTCOMES = ("good", "bad", "incomplete")


class Question(NamedTuple):
    """One thing that the dialog asks."""

    field: str
    text: str
    needed: bool


class WordingMark(NamedTuple):
    """A place in an answer that the customer will read which had better be put otherwise."""

    field: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Closing:
    """What holds then: texts by field (what was known with it), when the next step is due, and the follow-ups made by
    rule; ``wording`` is advice and keeps nothing from being saved."""

    answers: Mapping[str, str]
    next_step_at: datetime | None
    follow_ups: tuple[FollowUp, ...]
    wording: tuple[WordingMark, ...]


_TEXTS = {
    "outcome": "How did it end: good, bad or incomplete?",
    "problem": "What failed?",
    "cause": "Why?",
    "avoid": "How can it be avoided?",
    "expect": "What is to be expected from here?",
    "next_step": "What is the next step?",
    "next_step_at": "By when?",
    "confirmed": "How did the customer confirm it?",
    "unconfirmed": "Why is there no confirmation?",
}
_READ_BY_CUSTOMER = ("problem", "cause", "avoid", "expect", "next_step")


def questions(
    known: Mapping[str, str], answers: Mapping[str, str], rules: CareRules, *, confirming: bool = True
) -> tuple[Question, ...]:
    """What is still to be asked, in the order of the table; ``known`` by field is what is recorded already."""
    said = {**answers, **{field: text for field, text in known.items() if plain(text)}}
    outcome = plain(said.get("outcome", ""))
    needed = {
        "outcome": True,
        "problem": outcome == "good",
        "cause": outcome == "good",
        "avoid": False,
        "expect": False,
        "next_step": True,
        "next_step_at": outcome in ("bad", "incomplete"),
        "confirmed": confirming and not plain(said.get("unconfirmed", "")),
        "unconfirmed": confirming and not plain(said.get("confirmed", "")),
    }
    gone = set() if confirming else {"unconfirmed"}
    if plain(said.get("confirmed", "")):
        gone |= {"unconfirmed"}
    elif plain(said.get("unconfirmed", "")):
        gone |= {"confirmed"}
    return tuple(
        Question(field, _choices(field, text, rules), needed[field])
        for field, text in _TEXTS.items()
        if not plain(said.get(field, "")) and field not in gone
    )


def closed(
    known: Mapping[str, str],
    answers: Mapping[str, str],
    rules: CareRules,
    calendar: BusinessCalendar,
    closed_at: datetime,
    *,
    next_step_at: datetime | None = None,
    open_items: Iterable[OpenItem] = (),
    confirming: bool = True,
) -> Closing:
    """What closing saves and makes, to be shown before it is saved. ``answers`` by field, instants apart.

    Raises ``InvalidInput`` with the field for what is missing, does not fit, or is recorded already.
    """
    for field, text in answers.items():
        if field not in _TEXTS or field == "next_step_at":
            raise InvalidInput(field, "is not asked when closing")
        recorded = plain(known.get(field, ""))
        if plain(text) and recorded and plain(text) != recorded:
            raise InvalidInput(field, "is recorded already", "Correct it where it stands.")
    said = {field: plain_block(text) for field, text in answers.items() if plain(text)}
    said |= {field: plain_block(known[field]) for field in _TEXTS if plain(known.get(field, ""))}
    outcome = said.get("outcome", "")
    if outcome not in OUTCOMES:
        raise InvalidInput("outcome", f"is none of {', '.join(OUTCOMES)}", "Say how it ended.")
    _check_confirmation(said, known, rules)
    when = {} if next_step_at is None else {"next_step_at": next_step_at.isoformat()}
    for question in questions(known, {**said, **when}, rules, confirming=confirming):
        if question.needed:
            raise InvalidInput(question.field, "is missing", question.text)
    if next_step_at is not None and next_step_at < closed_at:
        raise InvalidInput("next_step_at", "is before the closing", "Give a later time.")
    items = list(open_items)
    if next_step_at is not None:
        items.append(OpenItem(said["next_step"], next_step_at))
    fresh = not plain(known.get("outcome", ""))
    confirmed = "confirmed" in said or not confirming
    follow_ups = (
        *(after_visit(outcome, closed_at, calendar, rules, said.get("problem", "")) if fresh else ()),
        *after_closing(closed_at, calendar, rules, open_items=items, confirmed=confirmed),
    )
    return Closing(
        said,
        next_step_at,
        tuple(sorted(follow_ups, key=lambda one: (one.due_at, one.kind, one.reason))),
        tuple(
            WordingMark(field, mark)
            for field in _READ_BY_CUSTOMER
            for mark in marks(said.get(field, ""), rules.wording)
        ),
    )


def _check_confirmation(said: Mapping[str, str], known: Mapping[str, str], rules: CareRules) -> None:
    ways = {"confirmed": rules.closing.confirmation, "unconfirmed": rules.closing.no_confirmation}
    if all(field in said for field in ways):
        raise InvalidInput("unconfirmed", "the customer has confirmed it", "Leave one of the two empty.")
    for field, allowed in ways.items():
        if field in said and not plain(known.get(field, "")) and said[field] not in allowed:
            raise InvalidInput(field, f"is none of {', '.join(allowed)}", "Choose one of them.")


def _choices(field: str, text: str, rules: CareRules) -> str:
    ways = {"confirmed": rules.closing.confirmation, "unconfirmed": rules.closing.no_confirmation}
    return f"{text} ({', '.join(ways[field])})" if field in ways else text
