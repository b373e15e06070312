"""When a visit will be reached and done, from how long such work has taken us.

How long work takes, by kind, from our own finished visits. Durations are skewed, so all is done on
their logarithms. Each of the two quantiles (``p`` 0.5 and 0.8, linear between order statistics) is
shrunk: a kind's towards that of all visits, and that of all towards the firm's rule, with ``k`` the
rule ``shrink_visits``::

    ln q(kind) = (n * ln q_own(kind) + k * ln q(all)) / (n + k)        n visits of that kind
    ln q(all)  = (N * ln q_own(all)  + k * ln q(rule)) / (N + k)       N visits in all

Median ``m`` and 80 % quantile ``s`` fix a log-normal law (``sigma = ln(s / m) / 0.8416``). Of work
that has gone on for ``e`` and is not done, what is left follows from the same law, given that it is
longer than ``e``. Steps that follow one another add their medians; their spreads (``s - m``) add as the
root of the sum of squares.

Any other forecaster can take this one's place: the customer side reads only :class:`Expected` values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import NormalDist
from typing import NamedTuple

from dispatch_tui.care.rules import ForecastRules

_NORMAL = NormalDist()
_Z80 = _NORMAL.inv_cdf(0.8)
_LEAST_SIGMA = 0.01
_ZERO = timedelta(0)
_EXACT = timedelta(seconds=1)


class WorkDone(NamedTuple):
    """A finished visit's (or journey's) ``kind`` and length. Lengths of zero or less say nothing and are left out."""

    kind: str
    length: timedelta


class TypicalLength(NamedTuple):
    """Half take longer than ``median``, one in five longer than ``safe``; ``visits`` of its own it rests on."""

    median: timedelta
    safe: timedelta
    visits: int

    def reached(self, share: float, elapsed: timedelta = _ZERO) -> timedelta:
        """The length that ``share`` (0 to 1) of those stay within that have lasted ``elapsed`` so far."""
        mu = math.log(self.median.total_seconds())
        sigma = max(_LEAST_SIGMA, math.log(self.safe / self.median) / _Z80)
        longer = 1.0
        if elapsed > _ZERO:
            longer = 0.5 * math.erfc((math.log(elapsed.total_seconds()) - mu) / sigma / math.sqrt(2))
        tail = max(1e-300, longer * (1 - share))  # the tail, since it stays exact where it is thin
        seconds = math.exp(mu - sigma * _NORMAL.inv_cdf(tail))
        return max(elapsed, timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long work takes: of all kinds, and of each that we have done."""

    overall: TypicalLength
    kinds: Mapping[str, TypicalLength] = field(default_factory=dict)

    def of(self, kind: str) -> TypicalLength:
        """Of one kind; as of all, where we have none."""
        return self.kinds.get(kind, self.overall)


class Expected(NamedTuple):
    """An instant to come: as likely before ``expected_at`` as after it, four in five before ``safe_at`` (UTC)."""

    expected_at: datetime
    safe_at: datetime

    def at(self, share: float) -> datetime:
        """The instant before which it happens with the chance ``share`` (above 0, below 1)."""
        return self.expected_at + (self.safe_at - self.expected_at) * (_NORMAL.inv_cdf(share) / _Z80)


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit that is not done. Instants are what happened (``en_route_at``, ``on_site_at``) or is planned.

    ``travel``: how long its journey takes, where more is known than what is usual. ``waits_until``: the work
    stands until then (for a part, for somebody's word), and begins anew.
    """

    visit_id: int
    kind: str = ""
    planned_at: datetime | None = None
    en_route_at: datetime | None = None
    on_site_at: datetime | None = None
    travel: TypicalLength | None = None
    waits_until: datetime | None = None


class VisitForecast(NamedTuple):
    """When a visit is reached (``None``: it is) and done."""

    visit_id: int
    arrival: Expected | None
    finish: Expected


def lengths_of(done: Iterable[WorkDone], median: timedelta, safe: timedelta, shrink_visits: int) -> Lengths:
    """How long work takes by the formula above; ``median`` and ``safe`` are the firm's rule."""
    by_kind: dict[str, list[float]] = {}
    for one in done:
        if one.length > _ZERO:
            by_kind.setdefault(one.kind, []).append(math.log(one.length.total_seconds()))
    rule = TypicalLength(median, safe, 0)
    overall = _shrunk([log for logs in by_kind.values() for log in logs], rule, shrink_visits)
    return Lengths(overall, {kind: _shrunk(logs, overall, shrink_visits) for kind, logs in by_kind.items()})


def work_lengths(done: Iterable[WorkDone], rules: ForecastRules) -> Lengths:
    """How long our visits take on site."""
    return lengths_of(done, rules.work, rules.work_safe, rules.shrink_visits)


def travel_lengths(done: Iterable[WorkDone], rules: ForecastRules) -> Lengths:
    """How long our journeys take."""
    return lengths_of(done, rules.travel, rules.travel_safe, rules.shrink_visits)


def forecast_day(
    visits: Sequence[OpenVisit], now: datetime, work: Lengths, travel: Lengths
) -> tuple[VisitForecast, ...]:
    """When each open visit of one technician, in their order, is reached and done.

    A journey begins when the visit before is done; who comes before the planned time, or before what is waited
    for, waits for it. Work that stood begins anew.
    """
    found: list[VisitForecast] = []
    free = Expected(now, now)
    for visit in visits:
        length, journey = work.of(visit.kind), visit.travel or travel.of(visit.kind)
        arrival: Expected | None = None
        waits = visit.waits_until if visit.waits_until is not None and visit.waits_until > now else None
        if visit.on_site_at is not None and waits is not None:
            finish = _after(Expected(waits, waits), length)
        elif visit.on_site_at is not None:
            finish = _under_way(length, max(visit.on_site_at, visit.waits_until or visit.on_site_at), now)
        else:
            if visit.en_route_at is not None:
                arrival = _under_way(journey, visit.en_route_at, now)
            else:
                arrival = _after(free, journey)
                if visit.planned_at is not None:
                    arrival = Expected(*(max(at, visit.planned_at) for at in arrival))
            if waits is not None:
                arrival = Expected(*(max(at, waits) for at in arrival))
            finish = _after(arrival, length)
        found.append(VisitForecast(visit.visit_id, arrival, finish))
        free = finish
    return tuple(found)


def late_from(
    expected_when: Callable[[datetime], Expected], promised_at: datetime, seen_at: datetime, chance: float
) -> datetime:
    """From when on ``promised_at`` will be missed with at least ``chance``, if nothing happens until then.

    ``expected_when(t)`` is the forecast as it will be at ``t`` if nothing happens; it must not become
    earlier as ``t`` does not. The answer is exact to a second and lies from ``seen_at`` to ``promised_at``
    (or is ``seen_at``, where that is later): what is not done when it was promised is late.
    """
    if seen_at >= promised_at or expected_when(seen_at).at(1 - chance) > promised_at:
        return seen_at
    early, late = seen_at, promised_at
    while late - early > _EXACT:
        middle = early + (late - early) / 2
        if expected_when(middle).at(1 - chance) > promised_at:
            late = middle
        else:
            early = middle
    return late


def _shrunk(logs: list[float], towards: TypicalLength, weight: int) -> TypicalLength:
    if not logs:
        return towards
    ordered, count = sorted(logs), len(logs)
    median, safe = (
        timedelta(
            seconds=math.exp(
                (count * _quantile(ordered, share) + weight * math.log(base.total_seconds()))
                / (count + weight)
            )
        )
        for share, base in ((0.5, towards.median), (0.8, towards.safe))
    )
    return TypicalLength(median, safe, count)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _under_way(length: TypicalLength, since: datetime, now: datetime) -> Expected:
    elapsed = now - since
    return Expected(since + length.reached(0.5, elapsed), since + length.reached(0.8, elapsed))


def _after(before: Expected, step: TypicalLength) -> Expected:
    expected = before.expected_at + step.median
    spreads = (before.safe_at - before.expected_at, step.safe - step.median)
    return Expected(expected, expected + timedelta(seconds=math.hypot(*(s.total_seconds() for s in spreads))))
