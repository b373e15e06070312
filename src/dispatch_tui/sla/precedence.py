"""Which agreement a call is under, and why not the others.

The nearest wins: one for the unit, one that names the unit among others (``contract``), the site's, the
customer's, the one for everybody. Among equally near ones the strictest wins: the one under which this
call's resolution is due earliest, then its first response, then the one that was made first. One that has
not begun, or has ended, when the call is opened, or whose conditions the call does not meet, is no candidate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from dispatch_tui.clock import from_us
from dispatch_tui.sla.calendar import MINUTE_US, instant_us
from dispatch_tui.sla.conditions import CallFacts, unmet
from dispatch_tui.sla.terms import ClockKind, Terms

Scope = Literal["unit", "contract", "site", "customer", "default"]
SCOPES: Final[tuple[Scope, ...]] = ("unit", "contract", "site", "customer", "default")
"""The nearest first."""

_OF_SCOPE: Final = {
    "unit": "the unit's own agreement",
    "contract": "the agreement that names the unit",
    "site": "the site's own agreement",
    "customer": "the customer's own agreement",
    "default": "the agreement for everybody",
}
_DECISIVE: Final[tuple[ClockKind, ...]] = ("resolution", "first_response")
_LATEST = datetime.max.replace(tzinfo=UTC)


class Candidate(NamedTuple):
    """An agreement that could cover a call. ``starts_at`` counts, ``ends_at`` does not any more; ``None``
    is without a limit."""

    agreement_id: int
    name: str
    scope: Scope
    terms_version: int
    terms: Terms
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether ``at`` lies in its period."""
        return (self.starts_at is None or at >= self.starts_at) and (
            self.ends_at is None or at < self.ends_at
        )


class PassedOver(NamedTuple):
    """A candidate that does not cover the call, and why."""

    candidate: Candidate
    why: str


class Choice(NamedTuple):
    """``winner`` is ``None`` where no agreement covers the call; ``reason`` is a sentence for people."""

    winner: Candidate | None
    reason: str
    others: tuple[PassedOver, ...]


def choose(candidates: Iterable[Candidate], facts: CallFacts) -> Choice:
    """The agreement of a call by the rule above; ``others`` nearest first."""
    able: list[Candidate] = []
    others: list[PassedOver] = []
    for one in candidates:
        why_not = _unfit(one, facts)
        if why_not:
            others.append(PassedOver(one, why_not))
        else:
            able.append(one)
    if not able:
        return Choice(None, "no agreement covers it" if others else "", _nearest_first(others))
    nearest = min(able, key=lambda one: SCOPES.index(one.scope)).scope
    equals = [one for one in able if one.scope == nearest]
    if len(equals) > 1:
        equals.sort(key=lambda one: _strictness(one, facts))
    winner = equals[0]
    others.extend(PassedOver(one, f"less strict: {_difference(winner, one, facts)}") for one in equals[1:])
    others.extend(
        PassedOver(one, f"{_OF_SCOPE[nearest]} comes before {_OF_SCOPE[one.scope]}")
        for one in able
        if one.scope != nearest
    )
    reason = f"{_OF_SCOPE[nearest]}, {winner.name}"
    if len(equals) > 1:
        reason += f"; the strictest of {len(equals)}: {_difference(winner, equals[1], facts)}"
    return Choice(winner, reason, _nearest_first(others))


def _nearest_first(others: list[PassedOver]) -> tuple[PassedOver, ...]:
    return tuple(
        sorted(others, key=lambda one: (SCOPES.index(one.candidate.scope), one.candidate.agreement_id))
    )


def _unfit(one: Candidate, facts: CallFacts) -> str:
    """Why it cannot cover the call at all; empty where it can."""
    if one.starts_at is not None and facts.opened_at < one.starts_at:
        return f"it begins on {one.starts_at:%Y-%m-%d}, after the call was opened"
    if one.ends_at is not None and facts.opened_at >= one.ends_at:
        return f"it ended on {one.ends_at:%Y-%m-%d}"
    return unmet(one.terms.conditions, facts, one.terms.calendar.hours.zone)


def _strictness(one: Candidate, facts: CallFacts) -> tuple[datetime, datetime, int]:
    resolution, response = (_due(one, clock, facts) for clock in _DECISIVE)
    return resolution, response, one.agreement_id


def _due(one: Candidate, clock: ClockKind, facts: CallFacts) -> datetime:
    """When the clock would be due without a pause; the end of time where it is not promised or never due."""
    budget = one.terms.budget(clock, facts.priority)
    if budget is None:
        return _LATEST
    start, calendar = instant_us("opened_at", facts.opened_at), one.terms.calendar
    if budget.unit == "days":
        due = calendar.due_days_us(start, budget.amount)
    else:
        due = calendar.due_us(start, budget.amount * MINUTE_US)
    return _LATEST if due is None else from_us(due)


def _difference(winner: Candidate, other: Candidate, facts: CallFacts) -> str:
    """What makes ``winner`` the stricter of two, in words."""
    for clock in _DECISIVE:
        if _due(winner, clock, facts) != _due(other, clock, facts):
            return f"{clock.replace('_', ' ')} of {winner.name} is due earlier"
    return f"both promise the same and {winner.name} was made first"
