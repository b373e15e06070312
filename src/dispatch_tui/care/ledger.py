"""The trust ledger: deposits and withdrawals, each tied to what happened, recent and bad ones weighing more.

::

    weight(entry) = points * (bad_weight if points < 0 else 1) * 0.5 ** (age in days / half_life_days)
    balance       = sum of the weights, the opening balance among them (which does not fade)
    buffer        = balance - at_risk

Points by kind of event, half-life and the rest are rules. What is shown is the buffer with the entries
behind it, never a bare score.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch_tui.care.rules import LedgerRules
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TrustEvent:
    """Something that made trust grow or shrink: its ``kind`` (a key of the rule ``ledger.points``), the record that
    tells of it, and words. ``points`` where somebody set them by hand."""

    kind: str
    record_id: int
    at: datetime
    words: str = ""
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: ``points`` as booked, ``weight`` as it counts now. The opening has no event."""

    event: TrustEvent | None
    points: int
    weight: float

    @property
    def words(self) -> str:
        """What it is for; plain."""
        if self.event is None:
            return "opening balance"
        kind = plain(self.event.kind).replace("_", " ")
        words = plain(self.event.words)
        return f"{kind}: {words}" if words else kind


@dataclass(frozen=True, slots=True)
class Ledger:
    """A customer's trust at an instant; entries newest first, the opening last."""

    entries: tuple[Entry, ...]
    at_risk_below: int

    @property
    def balance(self) -> float:
        """The sum of the weights."""
        return math.fsum(entry.weight for entry in self.entries)

    @property
    def buffer(self) -> float:
        """Points above "at risk"; below zero the customer is at risk."""
        return self.balance - self.at_risk_below

    @property
    def at_risk(self) -> bool:
        """Whether nothing is left of the buffer."""
        return self.buffer < 0


def ledger_of(
    events: Iterable[TrustEvent], rules: LedgerRules, now: datetime, opening: int | None = None
) -> Ledger:
    """The ledger as it stood at ``now``: later events are not in it. ``opening``: the customer's own, else the rule's.

    Raises ``InvalidInput`` for a kind of event that the rules give no points.
    """
    known = sorted(
        (event for event in events if event.at <= now),
        key=lambda event: (event.at, event.kind, event.record_id, event.words),
        reverse=True,
    )
    entries = [_entry(event, rules, now) for event in known]
    start = rules.opening if opening is None else opening
    return Ledger((*entries, Entry(None, start, float(start))), rules.at_risk)


def _entry(event: TrustEvent, rules: LedgerRules, now: datetime) -> Entry:
    points = rules.points.get(event.kind) if event.points is None else event.points
    if points is None:
        remedy = "Give it points in the rules, or by hand."
        raise InvalidInput("ledger.points", f"has none for {plain(event.kind)!r}", remedy)
    weight = points * (rules.bad_weight if points < 0 else 1.0)
    return Entry(event, points, weight * 0.5 ** ((now - event.at) / _DAY / rules.half_life_days))
