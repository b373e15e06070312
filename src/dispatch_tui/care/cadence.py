"""How often we speak with a customer, plan against fact: only a two-way conversation counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from dispatch_tui.care.rules import CareRules


class Touch(NamedTuple):
    """One contact either way; ``two_way``: both sides spoke."""

    at: datetime
    two_way: bool


class Cadence(NamedTuple):
    """``every`` how long we mean to speak; ``due_at`` the next time; ``streak``: contacts in a row since the last
    conversation that were none."""

    every: timedelta
    last_talk_at: datetime | None
    due_at: datetime
    streak: int

    def drift(self, now: datetime) -> timedelta:
        """How far past due at ``now``; zero or less where it is not."""
        return now - self.due_at


def cadence_every(tier: str, rules: CareRules, *, watched: bool = False) -> timedelta:
    """The plan for a tier; tightened while the customer is watched after a bad call, to a day at least."""
    every = timedelta(days=rules.cadence.tier_days.get(tier, rules.cadence.default_days))
    return max(timedelta(days=1), every * rules.watch.cadence_share) if watched else every


def cadence_of(touches: Iterable[Touch], since: datetime, every: timedelta) -> Cadence:
    """Plan against fact; ``since``: when they became a customer, for those never spoken with."""
    known = sorted(touches)
    talks = [touch.at for touch in known if touch.two_way]
    last = talks[-1] if talks else None
    streak = sum(1 for touch in known if not touch.two_way and (last is None or touch.at > last))
    return Cadence(every, last, (last or since) + every, streak)


def cadence_in_watch(
    touches: Iterable[Touch],
    since: datetime,
    tier: str,
    rules: CareRules,
    *,
    now: datetime,
    until: datetime | None,
) -> Cadence:
    """Plan against fact of a customer watched ``until`` an instant (``None``: not). The tightened plan holds for a
    conversation that is due before the watch is over: what is stored of it stays right when it is."""
    known = list(touches)
    plan = cadence_of(known, since, cadence_every(tier, rules))
    if until is None or until <= now:
        return plan
    tightened = cadence_of(known, since, cadence_every(tier, rules, watched=True))
    return tightened if tightened.due_at < until else plan


def watched_until(bad_calls: Iterable[datetime], rules: CareRules) -> datetime | None:
    """The end of the watch period after the latest bad call; ``None`` where there was none."""
    last = max(bad_calls, default=None)
    return None if last is None else last + timedelta(days=rules.watch.days)
