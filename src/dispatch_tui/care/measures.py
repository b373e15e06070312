"""Looking back: the measures of the customer side, each with its definition in words.

A measure counts what falls into a :class:`Scope`: a period, and a team, a person or a customer where
one is asked for. What it is compared with (earlier calls, later ones) may lie outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal, NamedTuple, Protocol, TypeVar

from dispatch_tui.care.rules import MeasureRules
from dispatch_tui.care.sources.repeats import same_problem
from dispatch_tui.text import span

Unit = Literal["share", "hours", "days"]
_HOUR = timedelta(hours=1)


class Whose(NamedTuple):
    """To whom something counts."""

    customer_id: int | None = None
    team_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked back on: from ``since`` to before ``until``; each id that is given must fit."""

    since: datetime
    until: datetime
    customer_id: int | None = None
    team_id: int | None = None
    person_id: int | None = None

    def holds(self, at: datetime, whose: Whose) -> bool:
        """Whether something that happened then, and counts to those, is in it."""
        asked = (self.customer_id, self.team_id, self.person_id)
        return self.since <= at < self.until and all(
            want is None or want == have for want, have in zip(asked, whose, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: ``value`` (a share from 0 to 1, hours or days; ``None`` where nothing was counted), over ``of``
    things counted, with its definition for the screen."""

    key: str
    title: str
    definition: str
    unit: Unit
    value: float | None
    of: int

    @property
    def words(self) -> str:
        """The figure as text."""
        if self.value is None:
            return "–"
        if self.unit == "share":
            return f"{self.value:.0%}"
        return span(self.value * (3600 if self.unit == "hours" else 86_400))


class NewsMatter(NamedTuple):
    """Something that a customer had to be told, known ``at``; ``first``: who reached whom first about it."""

    at: datetime
    whose: Whose
    first: Literal["us", "them", ""]


class DuePromise(NamedTuple):
    """A promise, due ``at``, with its outcome (``open`` where it is not settled)."""

    at: datetime
    whose: Whose
    outcome: str


class Response(NamedTuple):
    """A call opened ``at`` whose first response was due; ``responded_at`` is ``None`` while there is none."""

    at: datetime
    whose: Whose
    due_at: datetime
    responded_at: datetime | None


class ClockEnd(NamedTuple):
    """A clock of an agreement that was met, or passed its due time, ``at`` an instant."""

    at: datetime
    whose: Whose
    met: bool


class PastCall(NamedTuple):
    """A call opened ``at``. ``visits``: how many of it were finished; ``attended``: those of which the arrival is known
    too, from arrival to end; ``down``: when the unit stood still, from
    and until, where that is known."""

    at: datetime
    whose: Whose
    call_id: int
    unit_id: int | None
    problem: str
    resolved_at: datetime | None = None
    visits: int = 0
    attended: tuple[tuple[datetime, datetime], ...] = ()
    outcome: str = ""
    down: tuple[datetime, datetime] | None = None


class UnitRun(NamedTuple):
    """How long a unit was in operation in a stretch that ended ``at``, and how often it failed in it."""

    at: datetime
    whose: Whose
    hours: float
    failures: int


class _Counted(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def whose(self) -> Whose: ...


C = TypeVar("C", bound=_Counted)


def called_first(matters: Iterable[NewsMatter], scope: Scope) -> Measure:
    """Who called first."""
    told = [one for one in _within(scope, matters) if one.first]
    definition = (
        "Of the matters that a customer had to be told and on which one of us reached the other, "
        "the share in which we were first. Voicemail and e-mail count; internal notes do not."
    )
    return _share("called_first", "Who called first: we did", definition, [one.first == "us" for one in told])


def promises_kept(promises: Iterable[DuePromise], scope: Scope) -> Measure:
    """Promises kept."""
    weight = {"kept": 1.0, "partly": 0.5, "broken": 0.0}
    definition = (
        "Of the promises due in the period and settled, the share kept in time; partly kept ones count half. "
        "What the customer waived, and what is still open, is left out."
    )
    settled = [weight[one.outcome] for one in _within(scope, promises) if one.outcome in weight]
    return _share("promises_kept", "Promises kept", definition, settled)


def responded_in_target(responses: Iterable[Response], scope: Scope, now: datetime) -> Measure:
    """First response within target."""
    definition = (
        "Of the calls opened in the period that were owed a first response, the share that had it at or before "
        "it was due. Calls without one count as missed once it is due, and not at all before."
    )
    judged = [
        one.responded_at is not None and one.responded_at <= one.due_at
        for one in _within(scope, responses)
        if one.responded_at is not None or now > one.due_at
    ]
    return _share("responded_in_target", "First response in target", definition, judged)


def attained(clocks: Iterable[ClockEnd], scope: Scope) -> Measure:
    """SLA attainment of the resolution clock."""
    definition = (
        "Of the resolution clocks that ended in time or passed due in the period, the share that ended in time. "
        "Running, paused and cancelled ones count in no period."
    )
    return _share("attained", "SLA attainment", definition, [one.met for one in _within(scope, clocks)])


def repeat_calls(calls: Iterable[PastCall], scope: Scope, rules: MeasureRules) -> Measure:
    """Repeat calls."""
    listed = list(calls)
    definition = (
        f"Of the calls opened in the period on a unit with a stated problem, the share opened within "
        f"{rules.repeat_days} days after another call on the same unit and problem."
    )
    alike = _alike(listed)
    limit = timedelta(days=rules.repeat_days)
    judged = [
        any(timedelta(0) < one.at - other.at <= limit for other in alike[matter])
        for one in _within(scope, listed)
        if (matter := _matter(one)) is not None
    ]
    return _share("repeat_calls", "Repeat calls", definition, judged)


def fixed_first_time(calls: Iterable[PastCall], scope: Scope, rules: MeasureRules) -> Measure:
    """First-time fix."""
    listed = list(calls)
    definition = (
        f"Of the calls opened in the period and resolved by visits, the share resolved by a single visit with a "
        f"good outcome and, as far as is known, no other call on the same unit and problem within "
        f"{rules.fixed_days} days after."
    )
    alike = _alike(listed)
    limit = timedelta(days=rules.fixed_days)
    judged: list[bool] = []
    for one in _within(scope, listed):
        if one.resolved_at is None or not one.visits:
            continue
        matter, resolved = _matter(one), one.resolved_at
        again = matter is not None and any(
            other.call_id != one.call_id and timedelta(0) <= other.at - resolved <= limit
            for other in alike[matter]
        )
        judged.append(one.visits == 1 and one.outcome == "good" and not again)
    return _share("fixed_first_time", "First-time fix", definition, judged)


def time_to_resolve(calls: Iterable[PastCall], scope: Scope) -> Measure:
    """MTTR, first form."""
    definition = (
        "Mean wall-clock time from opening to resolution, over the calls opened in the period and resolved."
    )
    spans = [one.resolved_at - one.at for one in _within(scope, calls) if one.resolved_at is not None]
    return _mean("time_to_resolve", "MTTR: time to resolve", definition, spans)


def time_on_the_job(calls: Iterable[PastCall], scope: Scope) -> Measure:
    """MTTR, second form."""
    definition = (
        "Mean time on site, all visits of a call together, over the calls opened in the period and resolved."
    )
    spans = [
        sum((end - start for start, end in one.attended), timedelta(0))
        for one in _within(scope, calls)
        if one.resolved_at is not None and one.attended
    ]
    return _mean("time_on_the_job", "MTTR: time on the job", definition, spans)


def time_down(calls: Iterable[PastCall], scope: Scope) -> Measure:
    """MTTR, third form."""
    definition = (
        "Mean time for which the unit stood still, over the calls opened in the period where that is known."
    )
    spans = [one.down[1] - one.down[0] for one in _within(scope, calls) if one.down is not None]
    return _mean("time_down", "MTTR: time down", definition, spans)


def time_between_failures(runs: Iterable[UnitRun], scope: Scope) -> Measure:
    """MTBF over operating time."""
    counted = _within(scope, runs)
    failures = sum(one.failures for one in counted)
    hours = math.fsum(one.hours for one in counted)
    definition = (
        "Operating hours of the units in the period, divided by their failures (calls with a finished visit, "
        "however many it took); nothing without a failure. Hours by the meter where it was read, else by the "
        "stated use, else the time in service."
    )
    value = hours / failures if failures else None
    return Measure("time_between_failures", "MTBF", definition, "hours", value, failures)


def backlog_age(calls: Iterable[PastCall], scope: Scope) -> Measure:
    """Backlog age at the end of the period."""
    definition = (
        "Median age of the calls that were open at the end of the period, whenever they were opened. "
        "Half are older."
    )
    ever = Scope(datetime.min.replace(tzinfo=scope.until.tzinfo), scope.until, *_ids(scope))
    ages = [
        (scope.until - one.at) / timedelta(days=1)
        for one in _within(ever, calls)
        if one.resolved_at is None or one.resolved_at >= scope.until
    ]
    return Measure(
        "backlog_age", "Backlog age", definition, "days", median(ages) if ages else None, len(ages)
    )


def _ids(scope: Scope) -> tuple[int | None, int | None, int | None]:
    return scope.customer_id, scope.team_id, scope.person_id


def _within(scope: Scope, things: Iterable[C]) -> list[C]:
    return [one for one in things if scope.holds(one.at, one.whose)]


def _matter(call: PastCall) -> tuple[int, str] | None:
    problem = same_problem(call.problem)
    return None if call.unit_id is None or not problem else (call.unit_id, problem)


def _alike(calls: Iterable[PastCall]) -> dict[tuple[int, str], list[PastCall]]:
    found: dict[tuple[int, str], list[PastCall]] = {}
    for call in calls:
        if (matter := _matter(call)) is not None:
            found.setdefault(matter, []).append(call)
    return found


def _share(key: str, title: str, definition: str, judged: Sequence[float]) -> Measure:
    value = math.fsum(judged) / len(judged) if judged else None
    return Measure(key, title, definition, "share", value, len(judged))


def _mean(key: str, title: str, definition: str, spans: Sequence[timedelta]) -> Measure:
    value = sum(spans, timedelta(0)) / len(spans) / _HOUR if spans else None
    return Measure(key, title, definition, "hours", value, len(spans))
