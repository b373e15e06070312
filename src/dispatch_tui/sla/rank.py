"""The clock that a queue shows, and the instant by which it orders calls.

::

    a clock runs     rank_at = min(due_at of the running clocks) - lead[priority]
    on hold or done  rank_at = idle since + sink
    nothing runs     rank_at = opened_at + allowance[priority]

An order by ``rank_at`` holds from one event to the next without anything being written as time
passes. ``lead`` is the time in hand that a warning is for: a call stands high enough before it is
due, the more urgent ones above others that are due at the same time. It is a length of wall time
and not a share of the budget: a long budget warns for days, and would put a call that nobody needs
to touch today above one that is due within the hour. A clock that is paused asks for nothing,
even past due; a call whose clocks are all paused, or that is resolved, sinks below everything that
runs. A call without an agreement, or whose clocks never fall due, is to be dealt with within the
allowance of its priority.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from dispatch_tui.sla.clocks import ClockState
from dispatch_tui.sla.history import DONE_STATUSES
from dispatch_tui.sla.terms import CLOCK_KINDS

DEFAULT_LEAD: Final[Mapping[int, timedelta]] = MappingProxyType(
    {
        1: timedelta(hours=4),
        2: timedelta(hours=2),
        3: timedelta(hours=1),
        4: timedelta(minutes=30),
        5: timedelta(0),
    }
)
DEFAULT_ALLOWANCE: Final[Mapping[int, timedelta]] = MappingProxyType(
    {
        1: timedelta(hours=1),
        2: timedelta(hours=4),
        3: timedelta(days=1),
        4: timedelta(days=3),
        5: timedelta(days=7),
    }
)
DEFAULT_SINK: Final = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class RankWeights:
    """``lead`` and ``allowance`` by priority, as wall-clock time (a priority left out has none);
    ``sink``: how far below its time an idle call is put. Idle calls keep their order: longest first."""

    lead: Mapping[int, timedelta] = field(default_factory=lambda: DEFAULT_LEAD)
    allowance: Mapping[int, timedelta] = field(default_factory=lambda: DEFAULT_ALLOWANCE)
    sink: timedelta = DEFAULT_SINK


DEFAULT_WEIGHTS: Final = RankWeights()


def matters_now(clocks: Sequence[ClockState]) -> ClockState | None:
    """The clock to show for a call: of those with a due time the earliest due (so one in breach comes
    first); else of the paused ones the one with least left; else one that is never due. None where all
    have ended. A waiting customer never hides a first response that is still owed.
    """
    owed = [clock for clock in clocks if clock.ended_at is None]
    if any(clock.kind == "first_response" for clock in owed):
        owed = [clock for clock in owed if clock.kind != "customer_waiting"]
    return min(owed, key=_urgency, default=None)


def rank_at(
    clocks: Sequence[ClockState],
    priority: int,
    opened_at: datetime,
    *,
    idle_since: datetime | None = None,
    weights: RankWeights = DEFAULT_WEIGHTS,
) -> datetime:
    """The instant at which the call should be dealt with, as far as the agreement says (formula above).

    ``idle_since``: since when the call is on hold or resolved, None while work goes on; for calls whose
    clocks do not say so themselves.
    """
    running = [
        clock.due_at
        for clock in clocks
        if clock.ended_at is None and clock.paused_since is None and clock.due_at is not None
    ]
    zero = timedelta(0)
    if running:
        return min(running) - weights.lead.get(priority, zero)
    idle = idle_since if idle_since is not None else _idle_since(clocks)
    if idle is not None:
        return idle + weights.sink
    return opened_at + weights.allowance.get(priority, zero)


def _urgency(clock: ClockState) -> tuple[int, float, int]:
    order = CLOCK_KINDS.index(clock.kind)
    if clock.due_at is not None:
        return 0, clock.due_at.timestamp(), order
    if clock.paused_since is not None:
        return 1, clock.left.total_seconds() if clock.left is not None else 0.0, order
    return 2, 0.0, order


def _idle_since(clocks: Sequence[ClockState]) -> datetime | None:
    """Since when every clock rests because the call does: paused, or ended by its status."""
    paused = [clock.paused_since for clock in clocks if clock.paused_since is not None]
    done = [
        clock.ended_at for clock in clocks if clock.ended_at is not None and clock.ended_by in DONE_STATUSES
    ]
    return max([*paused, *done], default=None)
