"""How many clocks were met and missed, counted by the database, and the calls behind each number.

The rules are those of :mod:`dispatch_tui.sla.attainment`, said in SQL; a test holds the two together.
Stored clocks are the last of their kind of each call: of the next update only the latest is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import to_us
from dispatch_tui.sla.attainment import Period, Tally, Verdict, first_of, periods_between
from dispatch_tui.sla.terms import ClockKind
from dispatch_tui.sla.windows import DAY_US, offsets_between
from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import us
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.rows import NEVER

Grouping = Literal["team", "customer", "agreement", "technician"]
GROUPINGS: Final[tuple[Grouping, ...]] = get_args(Grouping)

WINDOW: Final = 50_000
"""Calls that are counted at a time, so that progress can be told and a reader can stop."""

_call, _clock = t.call.c, t.clock.c
_GROUP: dict[Grouping, tuple[Any, sa.Table]] = {
    "team": (_call.team_id, t.team),
    "customer": (_call.customer_id, t.customer),
    "agreement": (_call.agreement_id, t.agreement),
    "technician": (_call.technician_id, t.technician),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Which clocks, by what, in which dates (both inclusive, those of the call's site), as seen at ``now``."""

    kind: ClockKind
    by: Grouping
    period: Period
    first: date
    last: date
    now: datetime


class PeriodTally(NamedTuple):
    """What counted in one period; the first and last are cut to the dates that were asked for."""

    first: date
    tally: Tally


class GroupTally(NamedTuple):
    """A team's, customer's, agreement's or technician's clocks; ``id`` None where the call has none."""

    id: int | None
    name: str
    tally: Tally
    periods: tuple[PeriodTally, ...]


class Attainment(NamedTuple):
    """The answer; groups with the lowest share first, those of which nothing counted yet last."""

    question: Question
    total: Tally
    periods: tuple[PeriodTally, ...]
    groups: tuple[GroupTally, ...]


class CallBehind(NamedTuple):
    """One call behind a number; ``counts_at`` decides its period, ``due_at`` is None for never or paused."""

    id: int
    number: str
    title: str
    priority: int
    status: str
    customer: str
    technician: str
    site_tz: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    counts_at: datetime | None
    place: tuple[int, int]
    """Where it stands in the list, for the page after it."""


def latest_date(connection: Connection, now: datetime) -> date:
    """Today, at the site that is furthest ahead."""
    zones = (zone_of(name) for name in _zones(connection))
    return max((now.astimezone(zone).date() for zone in zones), default=now.astimezone(UTC).date())


def attainment(
    connection: Connection,
    question: Question,
    *,
    progress: Callable[[float], None] = lambda _share: None,
    stop: Callable[[], bool] = lambda: False,
) -> Attainment | None:
    """Count; None where ``stop`` said so meanwhile. ``progress`` hears the share that is done (0 to 1)."""
    last_id = connection.scalar(sa.select(sa.func.max(_clock.call_id))) or 0
    counts = _counts(question, _zones(connection))
    cells: dict[tuple[int | None, int | None, Verdict], int] = {}
    for after in range(0, last_id, WINDOW):
        if stop():
            return None
        for *cell, clocks in connection.execute(counts, {"after": after, "until": after + WINDOW}):
            key = (cell[0], cell[1], cell[2])
            cells[key] = cells.get(key, 0) + clocks
        progress(min(1.0, (after + WINDOW) / last_id))
    return _folded(question, cells, _names(connection, question.by))


def calls_behind(
    connection: Connection,
    question: Question,
    verdict: Verdict,
    group: tuple[int | None] | None,
    *,
    after: tuple[int, int] | None = None,
    limit: int,
) -> list[CallBehind]:
    """The calls of one number, those that counted last first; ``group``: one group's id in a tuple, or None for
    all. ``after`` is the place of the last that is known."""
    base = _dated(question, _zones(connection), verdict=verdict, group=group)
    key = sa.func.coalesce(base.c.counts_at, base.c.due, base.c.started)
    place = sa.tuple_(key, base.c.call_id)
    query = (
        sa.select(
            _call.id,
            _call.number,
            _call.title,
            _call.priority,
            _call.status,
            sa.func.coalesce(t.customer.c.name, ""),
            sa.func.coalesce(t.technician.c.name, ""),
            base.c.tz,
            _clock.started_at,
            _clock.due_at,
            _clock.ended_at,
            sa.type_coerce(base.c.counts_at, _clock.ended_at.type),
            key,
        )
        .select_from(
            base.join(t.call, _call.id == base.c.call_id)
            .join(t.clock, sa.and_(_clock.call_id == base.c.call_id, _clock.kind == question.kind))
            .outerjoin(t.customer, t.customer.c.id == _call.customer_id)
            .outerjoin(t.technician, t.technician.c.id == _call.technician_id)
        )
        .where(_in_dates(base, question))
        .order_by(key.desc(), base.c.call_id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(place < sa.tuple_(*(sa.bindparam(None, one, sa.BigInteger) for one in after)))
    return [CallBehind._make((*row[:12], (row[12], row[0]))) for row in connection.execute(query)]


# -- the rules in SQL --------------------------------------------------------------------------


def _counts(question: Question, zones: Sequence[str]) -> sa.Select[Any]:
    """Group, day (counted from the first that is asked for), verdict and how many, of a window of calls."""
    base = _dated(question, zones, window=True)
    day = (base.c.wall - _wall(question.first)) // DAY_US
    return (
        sa.select(base.c.group_id, day, base.c.verdict, sa.func.count())
        .where(_in_dates(base, question))
        .group_by(base.c.group_id, day, base.c.verdict)
    )


def _dated(
    question: Question,
    zones: Sequence[str],
    *,
    window: bool = False,
    verdict: Verdict | None = None,
    group: tuple[int | None] | None = None,
) -> sa.Subquery:
    """Each clock with its group, its verdict, when it counts and which wall time the site then showed."""
    of_group = _GROUP[question.by][0]
    tz = sa.func.coalesce(t.site.c.tz, "UTC")
    due, ended = us(_clock.due_at), us(_clock.ended_at)
    judged = (
        sa.select(
            _clock.call_id,
            of_group.label("group_id"),
            tz.label("tz"),
            us(_clock.started_at).label("started"),
            due.label("due"),
            ended.label("ended"),
            _verdict(due, ended, to_us(question.now)).label("verdict"),
        )
        .select_from(
            t.clock.join(t.call, _call.id == _clock.call_id).outerjoin(t.site, t.site.c.id == _call.site_id)
        )
        .where(_clock.kind == question.kind)
    )
    if window:
        within = sa.bindparam("after", type_=sa.BigInteger), sa.bindparam("until", type_=sa.BigInteger)
        judged = judged.where(_clock.call_id > within[0], _clock.call_id <= within[1])
    if group is not None:
        judged = judged.where(of_group.is_(None) if group[0] is None else of_group == group[0])
    of = judged.subquery()
    counts_at = sa.case((of.c.verdict == "missed", of.c.due), (of.c.verdict != "running", of.c.ended))
    timed = sa.select(of, counts_at.label("counts_at"))
    if verdict is not None:
        timed = timed.where(of.c.verdict == verdict)
    at = timed.subquery()
    return sa.select(
        at, (at.c.counts_at + _offset(at.c.tz, at.c.counts_at, question, zones)).label("wall")
    ).subquery()


def _verdict(due: Any, ended: Any, now_us: int) -> sa.Case[str]:
    """As :func:`dispatch_tui.sla.attainment.counted`."""
    paused, over = us(_clock.paused_since), us(_call.closed_at)
    by_cancelling = sa.and_(_call.status == "cancelled", ended >= sa.func.coalesce(over, ended))
    return sa.case(
        (by_cancelling, "cancelled"),
        (sa.and_(due == NEVER, ended.is_(None), paused.is_not(None)), "running"),
        (due == NEVER, "never"),
        (ended <= due, "met"),
        (ended.is_not(None), "missed"),
        (sa.func.coalesce(paused, now_us) > due, "missed"),
        else_="running",
    )


def _offset(tz: Any, at: Any, question: Question, zones: Sequence[str]) -> sa.ColumnElement[int]:
    """A zone's offset from UTC at an instant; only changes near the dates that are asked for are told."""
    utc = sa.literal(0, sa.BigInteger)  # and what is not known
    known = [(tz == name, zone) for name in zones if isinstance(zone := zone_of(name), ZoneInfo)]
    start, end = _wall(question.first) - 2 * DAY_US, _wall(question.last) + 3 * DAY_US
    of_zone = [(is_it, _offset_in(offsets_between(zone, start, end), at)) for is_it, zone in known]
    return sa.case(*of_zone, else_=utc) if of_zone else utc


def _offset_in(stretches: Sequence[tuple[int, int, int]], at: Any) -> sa.ColumnElement[int]:
    latest = sa.literal(stretches[-1][2], sa.BigInteger)
    before = [(at < until, offset) for _, until, offset in stretches[:-1]]
    return sa.case(*before, else_=latest) if before else latest


def _in_dates(base: sa.Subquery, question: Question) -> sa.ColumnElement[bool]:
    """What counts in the dates that are asked for, or in none yet."""
    first, end = _wall(question.first), _wall(question.last) + DAY_US
    return sa.or_(base.c.counts_at.is_(None), sa.and_(base.c.wall >= first, base.c.wall < end))


def _wall(day: date) -> int:
    """Midnight of a date as microseconds since 1970 of a wall clock."""
    return to_us(datetime(day.year, day.month, day.day, tzinfo=UTC))


# -- folding -----------------------------------------------------------------------------------


def _zones(connection: Connection) -> list[str]:
    return [str(name) for name in connection.scalars(sa.select(t.site.c.tz).distinct().order_by(t.site.c.tz))]


def _names(connection: Connection, by: Grouping) -> dict[int, str]:
    table = _GROUP[by][1]
    query = sa.select(table.c.id, table.c.name)
    if by == "agreement":  # many are called alike: the customer tells them apart
        whose = sa.func.coalesce(t.customer.c.name, "")
        query = sa.select(table.c.id, table.c.name, whose).outerjoin(
            t.customer, t.customer.c.id == table.c.customer_id
        )
    return {row[0]: ", ".join(filter(None, row[1:])) for row in connection.execute(query)}


def _folded(
    question: Question, cells: dict[tuple[int | None, int | None, Verdict], int], names: dict[int, str]
) -> Attainment:
    """Cells by group, day and verdict as the answer."""
    starts = periods_between(question.first, question.last, question.period)
    total, totals = Tally(), dict.fromkeys(starts, Tally())
    groups: dict[int | None, tuple[Tally, dict[date, Tally]]] = {}
    for (group, day, verdict), clocks in cells.items():
        tally, periods = groups.get(group) or (Tally(), dict.fromkeys(starts, Tally()))
        groups[group] = tally.plus(verdict, clocks), periods
        total = total.plus(verdict, clocks)
        if day is not None:
            first = first_of(question.first + timedelta(days=day), question.period)
            periods[first] = periods[first].plus(verdict, clocks)
            totals[first] = totals[first].plus(verdict, clocks)
    found = [
        GroupTally(
            group, _name(group, question.by, names), tally, tuple(map(PeriodTally._make, periods.items()))
        )
        for group, (tally, periods) in groups.items()
    ]
    found.sort(key=_worst_first)
    return Attainment(question, total, tuple(map(PeriodTally._make, totals.items())), tuple(found))


def _worst_first(group: GroupTally) -> tuple[float, int, str, int]:
    share = group.tally.share
    return (2.0 if share is None else share, -group.tally.missed, group.name, group.id or 0)


def _name(group: int | None, by: Grouping, names: dict[int, str]) -> str:
    return f"no {by}" if group is None else names.get(group) or f"{by} {group}"
