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

That is what the agreement says. Other rooms may ask for a call earlier, never later: what is stored is
:func:`composed` of both. The weights are the house's (one queue has one order for everybody who works on it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.clocks import ClockState
from dispatch_tui.sla.history import DONE_STATUSES
from dispatch_tui.sla.kinds import CLOCK_KINDS, PRIORITIES, is_whole, only_known

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
_MOST_MINUTES = 525_600
"""A year; more is a slip of the unit."""
_PARTS = ("lead", "allowance")
_SPAN = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m(?:in)?)?", re.ASCII)


def weights_from_mapping(mapping: Mapping[str, object]) -> RankWeights:
    """Read ``lead`` and ``allowance``, each priority to whole minutes or a text such as ``4h``, ``1d12h``,
    ``30m``; what is left out keeps its default. Raises :class:`InvalidInput` with the field (``lead.1``)."""
    only_known("", "the rank's weights", mapping, _PARTS)
    return RankWeights(
        lead=_spans("lead", mapping.get("lead"), DEFAULT_LEAD),
        allowance=_spans("allowance", mapping.get("allowance"), DEFAULT_ALLOWANCE),
    )


def weights_mapping(weights: RankWeights) -> dict[str, dict[str, int]]:
    """Weights as :func:`weights_from_mapping` reads them, in minutes, every priority said."""
    return {
        name: {
            str(priority): round(table.get(priority, timedelta(0)) / timedelta(minutes=1))
            for priority in PRIORITIES
        }
        for name, table in (("lead", weights.lead), ("allowance", weights.allowance))
    }


def written_weights(weights: RankWeights) -> dict[str, dict[str, str]]:
    """The same as people write it: ``4h``, ``1d 12h``, ``30m``, ``0``."""
    return {
        name: {priority: _written(minutes) for priority, minutes in table.items()}
        for name, table in weights_mapping(weights).items()
    }


def _written(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (rest, "m"))
    return " ".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0"


def _spans(name: str, value: object, defaults: Mapping[int, timedelta]) -> Mapping[int, timedelta]:
    if value is None:
        return defaults
    if not isinstance(value, Mapping):
        raise InvalidInput(name, "is not a table of priorities", 'Write {"1": "4h", "2": "2h"}.')
    spans = dict(defaults)
    for key, one in value.items():
        field_name = f"{name}.{key}"
        priority = int(key) if str(key).isascii() and str(key).isdigit() else 0
        if priority not in PRIORITIES:
            raise InvalidInput(field_name, "is not a priority", "Priorities are 1 (highest) to 5.")
        spans[priority] = timedelta(minutes=minutes_of(field_name, one))
    return MappingProxyType(spans)


def minutes_of(field_name: str, value: object) -> int:
    """A length of time as people write it (``4h``, ``1d 12h``, ``30m``, minutes as a number), in minutes; a year
    at most.

    Raises ``InvalidInput`` with the field.
    """
    minutes = value if is_whole(value) else None
    if isinstance(value, str):
        written = value.replace(" ", "")
        found = _SPAN.fullmatch(written)
        if written.isascii() and written.isdigit():
            minutes = int(written)
        elif found is not None and written:
            days, hours, rest = (int(part or 0) for part in found.groups())
            minutes = (days * 24 + hours) * 60 + rest
    if minutes is None:
        raise InvalidInput(field_name, f"{value!r} is not a length of time", "Write 4h, 1d12h, 30m or 0.")
    if not 0 <= minutes <= _MOST_MINUTES:
        raise InvalidInput(
            field_name, f"{minutes} minutes are not between 0 and a year", "Write 4h, 1d12h or 30m."
        )
    return minutes


def composed(agreed: datetime, others: Iterable[datetime | None] = ()) -> datetime:
    """The instant by which a queue orders a call: the earliest of what its agreement says (:func:`rank_at`)
    and what other rooms say, such as the moment at which calling the customer still helps (``None``: nothing)."""
    return min([agreed, *(one for one in others if one is not None)])


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
    idle = idle_since if idle_since is not None else _idle_since(clocks)
    return placed(min(running, default=None), priority, opened_at, idle, weights)


def placed(
    due_at: datetime | None,
    priority: int,
    opened_at: datetime,
    idle_since: datetime | None,
    weights: RankWeights,
) -> datetime:
    """The formula itself, from the earliest due time of the clocks that run (``None``: none does)."""
    zero = timedelta(0)
    if due_at is not None:
        return due_at - weights.lead.get(priority, zero)
    if idle_since is not None:
        return idle_since + weights.sink
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
