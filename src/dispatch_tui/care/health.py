"""How a customer is doing: a state, and every reason for it in words.

`at risk` where one reason is a risk, or as many call for care as the rule ``watches_are_risk``; `watch`
where any calls for care; else `good`. Good reasons are told too, and outweigh nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from dispatch_tui.care.cadence import Cadence
from dispatch_tui.care.promises import PromiseRecord
from dispatch_tui.care.rules import CareRules
from dispatch_tui.text import age, plain

State = Literal["good", "watch", "at risk"]
Level = Literal["good", "watch", "risk"]
_LEVELS: tuple[Level, ...] = ("risk", "watch", "good")
_NO_PROMISES = PromiseRecord(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What a customer's health is read off. ``open_issues``: since when each is open; ``repeat_calls``, ``complaints``
    and ``commendations`` are counts of the time that the desk looks back; ``buffer``: trust above "at risk"."""

    last_outcome: str = ""
    repeat_calls: int = 0
    open_issues: tuple[datetime, ...] = ()
    promises: PromiseRecord = _NO_PROMISES
    cadence: Cadence | None = None
    contract_stage: str = ""
    complaints: int = 0
    commendations: int = 0
    watched_until: datetime | None = None
    buffer: float | None = None


class HealthReason(NamedTuple):
    """One thing that speaks for or against: ``level`` how much, ``words`` what."""

    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class Health:
    """The state with its reasons, the gravest first."""

    state: State
    reasons: tuple[HealthReason, ...]


def health_of(facts: HealthFacts, rules: CareRules, now: datetime) -> Health:
    """A customer's health at ``now``."""
    reasons = sorted(_reasons(facts, rules, now), key=lambda one: _LEVELS.index(one.level))
    levels = [one.level for one in reasons]
    if "risk" in levels or levels.count("watch") >= rules.health.watches_are_risk:
        return Health("at risk", tuple(reasons))
    return Health("watch" if "watch" in levels else "good", tuple(reasons))


def _reasons(facts: HealthFacts, rules: CareRules, now: datetime) -> Iterator[HealthReason]:
    limits = rules.health
    if facts.buffer is not None and facts.buffer < 0:
        yield HealthReason("risk", f"trust is {-facts.buffer:.0f} points below at risk")
    if facts.last_outcome in ("bad", "incomplete"):
        yield HealthReason("watch", f"the last visit ended {facts.last_outcome}")
    elif facts.last_outcome == "good":
        yield HealthReason("good", "the last visit ended good")
    if facts.repeat_calls >= limits.repeat_calls:
        yield HealthReason("watch", f"{facts.repeat_calls} repeat calls")
    yield from _of_issues(facts, rules, now)
    yield from _of_promises(facts.promises, rules)
    if facts.cadence is not None and facts.cadence.due_at < now:
        yield HealthReason("watch", f"a conversation is overdue by {age(facts.cadence.drift(now))}")
    if (stage := plain(facts.contract_stage)) in limits.contract_risk_stages:
        yield HealthReason("risk", f"the contract: {stage}")
    if facts.complaints > facts.commendations:
        yield HealthReason("watch", f"complaints: {facts.complaints}, commendations: {facts.commendations}")
    elif facts.commendations:
        yield HealthReason("good", f"commendations: {facts.commendations}, complaints: {facts.complaints}")
    if facts.watched_until is not None and now < facts.watched_until:
        advice = "; send somebody experienced" if rules.watch.strong_technician else ""
        yield HealthReason(
            "watch", f"watched after a bad call for another {age(facts.watched_until - now)}{advice}"
        )


def _of_issues(facts: HealthFacts, rules: CareRules, now: datetime) -> Iterator[HealthReason]:
    if not facts.open_issues:
        return
    oldest = now - min(facts.open_issues)
    if oldest > rules.health.open_issue:
        level: Level = "risk" if oldest > rules.health.open_issue_risk else "watch"
        yield HealthReason(level, f"an issue is open for {age(oldest)}")


def _of_promises(record: PromiseRecord, rules: CareRules) -> Iterator[HealthReason]:
    if record.overdue:
        yield HealthReason("watch", f"promises overdue: {record.overdue}")
    share = record.share_kept
    if share is None or record.settled < rules.health.promises_counted:
        return
    level: Level = "watch" if share < rules.health.promises_kept else "good"
    yield HealthReason(level, f"{share:.0%} of {record.settled} promises kept")
