"""Visits that ended: the same day with the solution after a bad one, aftercare later; and other follow-ups owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch_tui.care.followups import FollowUp, after_visit
from dispatch_tui.care.reasons import Reason, key_of
from dispatch_tui.care.rules import CareRules
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.text import plain


@dataclass(frozen=True, slots=True)
class VisitEnded:
    """A visit that is done and for which no follow-up was ever saved. ``calendar``: the agreement's;
    ``last_talk_at``: the last conversation with the customer, which settles what was owed by then."""

    visit_id: int
    customer_id: int | None
    call_id: int
    outcome: str
    done_at: datetime
    calendar: BusinessCalendar
    problem: str = ""
    last_talk_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwedFollowUp:
    """A saved follow-up that is not done; ``visit_id`` where it came from a visit."""

    follow_up_id: int
    customer_id: int | None
    call_id: int | None
    visit_id: int | None
    follow_up: FollowUp


def reasons(ended: Iterable[VisitEnded], owed: Iterable[OwedFollowUp], rules: CareRules) -> Iterable[Reason]:
    """One reason for each follow-up; a visit without saved ones (closed elsewhere, imported) has those of the rules."""
    saved = sorted(owed, key=lambda one: one.follow_up_id)
    for one in saved:
        key = key_of(one.follow_up.kind, f"f{one.follow_up_id}", one.follow_up.due_at)
        yield _reason(one.follow_up, key, one.customer_id, one.call_id)
    followed = {one.visit_id for one in saved}
    for visit in ended:
        if visit.visit_id in followed or not visit.outcome:
            continue
        for follow_up in after_visit(visit.outcome, visit.done_at, visit.calendar, rules, visit.problem):
            if visit.last_talk_at is not None and visit.last_talk_at >= follow_up.from_at:
                continue
            key = key_of(follow_up.kind, f"v{visit.visit_id}", visit.done_at)
            yield _reason(follow_up, key, visit.customer_id, visit.call_id)


def _reason(follow_up: FollowUp, key: str, customer_id: int | None, call_id: int | None) -> Reason:
    return Reason(
        kind=follow_up.kind,
        key=key,
        words=plain(follow_up.reason),
        prompt_at=follow_up.from_at,
        useful_until=follow_up.due_at,
        customer_id=customer_id,
        call_id=call_id,
        bad_news=follow_up.kind in ("bad_visit", "incomplete_visit"),
        promised_at=follow_up.due_at,
        what=plain(follow_up.reason),
    )
