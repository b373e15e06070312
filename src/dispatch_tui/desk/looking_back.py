"""Looking back: every measure of the customer side, for one stretch of time after another.

The figures are counted by :mod:`dispatch_tui.care.measures`; here it is told what belongs to whom. A call belongs to
its customer, its team, the technician who has it and the operator who took it; a promise also to who made it, a
conversation to who led it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.engine import Connection

from dispatch_tui.care import measures as care
from dispatch_tui.care.measures import Measure, Scope, Whose
from dispatch_tui.care.rules import CareRules
from dispatch_tui.clock import from_us
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.trust import matters_of
from dispatch_tui.roi.history import FAILURE_KINDS
from dispatch_tui.sla.attainment import Period, counted, following, periods_between
from dispatch_tui.store import looking_back as store
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.looking_back import CallFacts, PromiseFacts, Spoken, Stretch, Whom
from dispatch_tui.store.operation import failures, operation
from dispatch_tui.store.words_about import words_about

EVERYBODY = Whom("everybody")
_PERSON = 1
"""The person that is asked for. One question knows no other, so that they need no name of their own."""

_WALK_SHARE = 0.4
"""How much of the work it is to tell which calls belong where."""


class Figures(NamedTuple):
    """Every measure of one stretch."""

    stretch: Stretch
    measures: tuple[Measure, ...]

    def named(self, key: str) -> Measure:
        """The measure with a key; ``KeyError`` where there is none."""
        return {one.key: one for one in self.measures}[key]


class _Known(NamedTuple):
    """What the walks have told of one stretch."""

    opened: Sequence[int]
    open_at_end: Sequence[tuple[int, int]]
    open_at_start: Sequence[int]
    promises: Sequence[PromiseFacts]
    spoken: Spoken
    failed: Mapping[int, Sequence[datetime]]


def stretches_between(first: date, last: date, period: Period, zone_name: str) -> tuple[Stretch, ...]:
    """The periods from one date to another (both inclusive), cut at midnight in a zone."""
    firsts = periods_between(first, last, period)
    return tuple(stretch_of(one, following(one, period) - timedelta(days=1), zone_name) for one in firsts)


def stretch_of(first: date, last: date, zone_name: str) -> Stretch:
    """From the midnight of one date to that after another, in a zone."""
    zone = zone_of(zone_name)
    begins, ends = (datetime.combine(day, time(0), zone) for day in (first, last + timedelta(days=1)))
    return Stretch(begins.astimezone(UTC), ends.astimezone(UTC))


def look_back(
    desk: Desk,
    whom: Whom,
    stretches: Sequence[Stretch],
    *,
    progress: Callable[[float], None] = lambda _share: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Figures, ...] | None:
    """The measures of each stretch (these follow each other, the earliest first); ``None`` where ``stop`` said so
    meanwhile. ``progress`` hears the share that is done (0 to 1). Nothing that lies ahead is counted."""
    now = desk.clock.now()
    with desk.store.read() as connection:
        rules = care_rules(connection)
        walked = store.walk(
            connection, whom, stretches, progress=lambda share: progress(share * _WALK_SHARE), stop=stop
        )
        if walked is None:
            return None
        failed = failures(connection, stretches, FAILURE_KINDS)
        promised = store.promises_due(connection, whom, stretches)
        spoken = store.spoken_about(connection, whom, stretches)
        found = []
        for place, stretch in enumerate(stretches):
            if stop():
                return None
            known = _Known(
                walked.opened[place],
                walked.open_at_end[place],
                walked.open_at_start[place],
                promised[place],
                spoken[place],
                failed[place],
            )
            found.append(Figures(stretch, _measures(connection, whom, stretch, known, rules, now)))
            progress(_WALK_SHARE + (1 - _WALK_SHARE) * (place + 1) / len(stretches))
    return tuple(found)


def _measures(
    connection: Connection,
    whom: Whom,
    stretch: Stretch,
    found: _Known,
    rules: CareRules,
    now: datetime,
) -> tuple[Measure, ...]:
    scope = Scope(
        stretch.since,
        stretch.until,
        whom.customer_id,
        whom.team_id,
        _PERSON if whom.one_person else None,
    )
    known = {one.id: one for one in store.calls_in(connection, found.opened, whom)}
    units = {one.unit_id for one in known.values() if one.unit_id is not None}
    operated = operation(connection, whom, stretch, found.failed, units)
    calls = list(_past_calls(connection, known, whom, stretch, rules))
    asked = Whose(scope.customer_id, scope.team_id, scope.person_id)
    at_end = min(stretch.until, now)
    backlog = [
        care.PastCall(from_us(began), asked, call_id, None, "") for call_id, began in found.open_at_end
    ]
    return (
        care.called_first(_news(connection, whom, stretch, found.spoken, rules), scope),
        care.promises_kept(_promises(found.promises), scope),
        care.responded_in_target(_responses(connection, known), scope, now),
        care.attained(_clock_ends(connection, (*found.opened, *found.open_at_start), asked, now), scope),
        care.repeat_calls(calls, scope, rules.measures),
        care.fixed_first_time(calls, scope, rules.measures),
        care.time_to_resolve(calls, scope),
        care.time_on_the_job(calls, scope),
        care.time_down(calls, scope),
        care.time_between_failures([care.UnitRun(stretch.since, asked, *operated)], scope),
        care.backlog_age(backlog, Scope(stretch.since, at_end, *asked)),
    )


def _whose(customer_id: int | None, team_id: int | None, theirs: bool) -> Whose:
    return Whose(customer_id, team_id, _PERSON if theirs else None)


def _past_calls(
    connection: Connection, known: dict[int, CallFacts], whom: Whom, stretch: Stretch, rules: CareRules
) -> Iterator[care.PastCall]:
    """The calls of a stretch with their visits, and others on the same units with which they are compared."""
    visits: dict[int, list[store.VisitFacts]] = {}
    for visit in store.visits_of(connection, known):
        visits.setdefault(visit.call_id, []).append(visit)
    for call in known.values():
        mine = visits.get(call.id, [])
        attended = tuple((one.on_site_at, one.done_at) for one in mine if one.on_site_at is not None)
        down = sum(one.downtime_minutes for one in mine if one.downtime_minutes is not None)
        told = any(one.downtime_minutes is not None for one in mine)
        yield _past_call(call)._replace(
            visits=len(mine),
            attended=attended,
            outcome=mine[-1].outcome if mine else "",
            down=(call.opened_at, call.opened_at + timedelta(minutes=down)) if told else None,
        )
    units = {one.unit_id for one in known.values() if one.unit_id is not None}
    since = stretch.since - timedelta(days=rules.measures.repeat_days)
    until = stretch.until + timedelta(days=rules.measures.fixed_days)
    for call in store.calls_beside(connection, sorted(units), since, until, whom):
        if call.id not in known:
            yield _past_call(call)


def _past_call(call: CallFacts) -> care.PastCall:
    whose = _whose(call.customer_id, call.team_id, call.theirs)
    return care.PastCall(call.opened_at, whose, call.id, call.unit_id, call.problem, call.resolved_at)


def _responses(connection: Connection, known: dict[int, CallFacts]) -> Iterator[care.Response]:
    for one in store.clocks_of(connection, known, ("first_response",)):
        call = known[one.call_id]
        if one.due_at is not None and not one.cancelled:
            whose = _whose(call.customer_id, call.team_id, call.theirs)
            yield care.Response(call.opened_at, whose, one.due_at, one.ended_at)


def _clock_ends(
    connection: Connection, call_ids: Iterable[int], asked: Whose, now: datetime
) -> Iterator[care.ClockEnd]:
    """Resolution clocks as attainment counts them; they belong to whoever was asked for, as their calls do."""
    for one in store.clocks_of(connection, call_ids, ("resolution",)):
        verdict, at = counted(one.due_at, one.paused_since, one.ended_at, cancelled=one.cancelled, now=now)
        if at is not None and verdict in ("met", "missed"):
            yield care.ClockEnd(at, asked, verdict == "met")


def _promises(due: Iterable[PromiseFacts]) -> Iterator[care.DuePromise]:
    for one in due:
        yield care.DuePromise(one.due_at, _whose(one.customer_id, one.team_id, one.theirs), one.outcome)


def _news(
    connection: Connection, whom: Whom, stretch: Stretch, spoken: Spoken, rules: CareRules
) -> Iterator[care.NewsMatter]:
    """Who was first about each matter of a stretch, as the trust ledger tells it."""
    for facts, said in words_about(connection, whom, stretch, spoken):
        for (customer_id, _), found in matters_of(facts, rules).items():
            for one in found:
                about = said[one.record_id]
                yield care.NewsMatter(
                    one.at, _whose(customer_id or None, about.team_id, about.theirs), one.first
                )
