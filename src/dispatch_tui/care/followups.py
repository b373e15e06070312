"""Conversations that we owe after a visit or a closing, made by rule and shown before they are saved.

================  =============================================  =============================================
after             from                                           until
================  =============================================  =============================================
a good visit      ``good_from`` business days later              ``good_until`` business days later
a bad visit       at once, with the solution (bad_visit)         ``same_day`` later, at the latest midnight of
                                                                 the site's day
  and             ``bad_from`` business days after that day      ``bad_until`` business days after it
an incomplete     at once, with the next step                    as after a bad visit
visit             (incomplete_visit)
a closing         each item left open, at its own due time; a confirmation that is missing, as after a good visit
================  =============================================  =============================================

Business days are the agreement's (or the site's) calendar: the same wall time, so many working days on,
zero being the next opening. A calendar that never opens counts days of 24 hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from dispatch_tui.care.reasons import quoted
from dispatch_tui.care.rules import CareRules
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.text import plain

FollowUpKind = Literal["bad_visit", "incomplete_visit", "aftercare", "follow_up"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A conversation that we owe: best had from ``from_at`` to ``due_at`` (UTC), with its reason in words."""

    kind: FollowUpKind
    from_at: datetime
    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something left open when a call is closed, to be done by ``due_at``."""

    what: str
    due_at: datetime


def after_visit(
    outcome: str, done_at: datetime, calendar: BusinessCalendar, rules: CareRules, problem: str = ""
) -> tuple[FollowUp, ...]:
    """What a visit that ended ``good``, ``bad`` or ``incomplete`` asks for, the soonest first.

    Raises ``InvalidInput`` for another outcome.
    """
    about = f": {quoted(problem)}" if plain(problem) else ""
    if outcome == "good":
        return (_care(done_at, rules.aftercare.good_from, rules.aftercare.good_until, calendar, about),)
    due = _same_day(done_at, calendar, rules.visit.same_day)
    if outcome == "incomplete":
        words = f"the visit ended incomplete; they need the next step{about}"
        return (FollowUp("incomplete_visit", done_at, due, words),)
    if outcome == "bad":
        return (
            FollowUp("bad_visit", done_at, due, f"the visit ended bad; call with the solution{about}"),
            _care(
                _midnight(done_at, calendar),
                rules.aftercare.bad_from,
                rules.aftercare.bad_until,
                calendar,
                about,
            ),
        )
    raise InvalidInput("outcome", f"{outcome!r} is none of good, bad and incomplete")


def after_closing(
    closed_at: datetime,
    calendar: BusinessCalendar,
    rules: CareRules,
    *,
    open_items: Iterable[OpenItem] = (),
    confirmed: bool = True,
) -> tuple[FollowUp, ...]:
    """What closing a call leaves to be done, the soonest first. An item due before the closing is ``InvalidInput``."""
    found: list[FollowUp] = []
    for item in open_items:
        what = plain(item.what)
        if not what:
            raise InvalidInput("open_items", "an open item says nothing", "Say what is left to be done.")
        if item.due_at < closed_at:
            raise InvalidInput(
                "open_items", f"{quoted(what)} is due before the closing", "Give a later time."
            )
        ahead = min(rules.promise.lead, (item.due_at - closed_at) / 2)
        found.append(FollowUp("follow_up", item.due_at - ahead, item.due_at, f"left open: {quoted(what)}"))
    if not confirmed:
        care = _care(closed_at, rules.aftercare.good_from, rules.aftercare.good_until, calendar, "")
        words = "closed without the customer's own confirmation"
        found.append(FollowUp("follow_up", care.from_at, care.due_at, words))
    return tuple(sorted(found, key=lambda one: (one.due_at, one.reason)))


def _care(start: datetime, first: int, last: int, calendar: BusinessCalendar, about: str) -> FollowUp:
    from_at, due_at = (_business_days(start, days, calendar) for days in (first, last))
    return FollowUp("aftercare", from_at, due_at, f"ask how it has been since our visit{about}")


def _business_days(start: datetime, days: int, calendar: BusinessCalendar) -> datetime:
    found = calendar.due_days(start, days)
    return start + timedelta(days=days) if found is None else found


def _same_day(done_at: datetime, calendar: BusinessCalendar, within: timedelta) -> datetime:
    return min(done_at + within, _midnight(done_at, calendar))


def _midnight(at: datetime, calendar: BusinessCalendar) -> datetime:
    """The end of that day on the site's wall clock."""
    local = at.astimezone(calendar.hours.zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(0), local.tzinfo)
    return tomorrow.astimezone(at.tzinfo)
