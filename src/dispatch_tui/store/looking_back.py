"""What measures are counted from, read for one stretch of time after another. Instants are aware.

One walk through the calls tells which were opened in, or open at the end of, each stretch; the calls of a stretch are
then read some thousand at a time, so that memory holds one stretch, however many calls there are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import to_us
from dispatch_tui.store import tables as t
from dispatch_tui.store.care_facts import PROBLEM
from dispatch_tui.store.conditions import us

WINDOW = 50_000
"""Calls walked through at a time, so that progress can be told and a reader can stop."""
PORTION = 2_000
"""Records that one statement names."""

_call, _visit, _clock, _said, _promise = (
    t.call.c,
    t.visit.c,
    t.clock.c,
    t.interaction.c,
    t.promise.c,
)


class Whom(NamedTuple):
    """Whose calls: of a team, a customer, or a person (an operator, the technician that they are, or either); all of
    them where nothing is given."""

    name: str = ""
    team_id: int | None = None
    customer_id: int | None = None
    operator_id: int | None = None
    technician_id: int | None = None

    @property
    def one_person(self) -> bool:
        return self.operator_id is not None or self.technician_id is not None


class Stretch(NamedTuple):
    """From ``since`` to before ``until``."""

    since: datetime
    until: datetime


class Walked(NamedTuple):
    """By stretch, in their order: the calls opened in it, and those open at its end as (id, opened), microseconds."""

    opened: tuple[array[int], ...]
    open_at_end: tuple[list[tuple[int, int]], ...]
    open_at_start: tuple[array[int], ...]


class CallFacts(NamedTuple):
    """A call that was not cancelled. ``theirs``: whether it is the person's that was asked for; ``problem``: what it is
    about, as the repeat prompt and the trust ledger take it (``PROBLEM``)."""

    id: int
    customer_id: int | None
    team_id: int | None
    theirs: bool
    unit_id: int | None
    problem: str
    opened_at: datetime
    resolved_at: datetime | None


class VisitFacts(NamedTuple):
    """A finished visit of a call."""

    call_id: int
    on_site_at: datetime | None
    done_at: datetime
    outcome: str
    downtime_minutes: int | None


class ClockFacts(NamedTuple):
    """A clock of a call, with the zone of its site."""

    call_id: int
    kind: str
    due_at: datetime | None
    paused_since: datetime | None
    ended_at: datetime | None
    cancelled: bool
    site_tz: str


class PromiseFacts(NamedTuple):
    """A promise that was due."""

    due_at: datetime
    outcome: str
    customer_id: int | None
    team_id: int | None
    theirs: bool


class Spoken(NamedTuple):
    """The calls that contacts were about, and the customers of contacts about none; some of them more than once."""

    calls: array[int]
    customers: array[int]


def walk(
    connection: Connection,
    whom: Whom,
    stretches: Sequence[Stretch],
    *,
    progress: Callable[[float], None] = lambda _share: None,
    stop: Callable[[], bool] = lambda: False,
) -> Walked | None:
    """Which calls belong to which stretch (these follow each other, the earliest first); None where stopped."""
    starts, ends = ([to_us(one) for one in side] for side in zip(*stretches, strict=True))
    opened = tuple(array("q") for _ in stretches)
    at_end: tuple[list[tuple[int, int]], ...] = tuple([] for _ in stretches)
    at_start = tuple(array("q") for _ in stretches)
    last_id = connection.scalar(sa.select(sa.func.max(_call.id))) or 0
    after, until = (sa.bindparam(name, type_=sa.BigInteger) for name in ("after", "until"))
    ended = us(sa.func.coalesce(_call.resolved_at, _call.closed_at, type_=_call.closed_at.type))
    query = sa.select(_call.id, us(_call.opened_at), ended, _call.status == "cancelled").where(
        _call.id > after,
        _call.id <= until,
        us(_call.opened_at) < ends[-1],
        sa.or_(ended.is_(None), ended >= starts[0]),
        *_of(whom),
    )
    for place in range(0, last_id, WINDOW):
        if stop():
            return None
        for call_id, began, end, cancelled in connection.execute(
            query, {"after": place, "until": place + WINDOW}
        ):
            first = bisect_right(starts, began) - 1
            if first >= 0 and began < ends[first] and not cancelled:
                opened[first].append(call_id)
            for index in range(max(first, 0), len(ends)):
                if began < starts[index] and (end is None or end >= starts[index]):
                    at_start[index].append(call_id)
                if end is not None and end < ends[index]:
                    break
                at_end[index].append((call_id, began))
        progress(min(1.0, (place + WINDOW) / last_id))
    return Walked(opened, at_end, at_start)


def calls_in(connection: Connection, call_ids: Iterable[int], whom: Whom) -> Iterator[CallFacts]:
    """These calls."""
    query = _call_facts(whom).where(_call.id.in_(sa.bindparam("ids", expanding=True)))
    for row in portioned(connection, query, call_ids):
        yield CallFacts._make((*row[:3], bool(row[3]), *row[4:]))


def calls_beside(
    connection: Connection, unit_ids: Iterable[int], since: datetime, until: datetime, whom: Whom
) -> Iterator[CallFacts]:
    """Every call on these units that was opened in that time and not cancelled, whoever's it is."""
    query = _call_facts(whom).where(
        _call.unit_id.in_(sa.bindparam("ids", expanding=True)),
        _call.opened_at >= since,
        _call.opened_at < until,
        _call.status != "cancelled",
    )
    for row in portioned(connection, query, unit_ids):
        yield CallFacts._make((*row[:3], bool(row[3]), *row[4:]))


def visits_of(connection: Connection, call_ids: Iterable[int]) -> Iterator[VisitFacts]:
    """Their finished visits, the earliest of each call first."""
    query = (
        sa.select(*(_visit[name] for name in VisitFacts._fields))
        .where(
            _visit.call_id.in_(sa.bindparam("ids", expanding=True)),
            _visit.status == "done",
            _visit.done_at.is_not(None),
        )
        .order_by(_visit.call_id, _visit.done_at, _visit.id)
    )
    return map(VisitFacts._make, portioned(connection, query, call_ids))


def clocks_of(
    connection: Connection, call_ids: Iterable[int], kinds: Collection[str]
) -> Iterator[ClockFacts]:
    """Their clocks of some kinds."""
    over = us(_call.closed_at)
    by_cancelling = sa.and_(
        _call.status == "cancelled", us(_clock.ended_at) >= sa.func.coalesce(over, us(_clock.ended_at))
    )
    query = (
        sa.select(
            _clock.call_id,
            _clock.kind,
            _clock.due_at,
            _clock.paused_since,
            _clock.ended_at,
            sa.func.coalesce(by_cancelling, sa.false()),
            sa.func.coalesce(t.site.c.tz, "UTC"),
        )
        .select_from(
            t.clock.join(t.call, _call.id == _clock.call_id).outerjoin(t.site, t.site.c.id == _call.site_id)
        )
        .where(_clock.call_id.in_(sa.bindparam("ids", expanding=True)), _clock.kind.in_(sorted(kinds)))
    )
    for row in portioned(connection, query, call_ids):
        yield ClockFacts._make((*row[:5], bool(row[5]), row[6]))


def promises_due(
    connection: Connection, whom: Whom, stretches: Sequence[Stretch]
) -> tuple[list[PromiseFacts], ...]:
    """Promises due in each stretch (these follow each other). A promise is its maker's, and that of whoever has the
    call."""
    query = (
        sa.select(
            _promise.due_at,
            _promise.outcome,
            _promise.customer_id,
            _call.team_id,
            theirs(whom, _said.operator_id),
        )
        .select_from(
            t.promise.outerjoin(t.call, _call.id == _promise.call_id).outerjoin(
                t.interaction, _said.id == _promise.interaction_id
            )
        )
        .where(
            _promise.due_at >= stretches[0].since,
            _promise.due_at < stretches[-1].until,
            *_of(whom, _promise.customer_id, _said.operator_id),
        )
    )
    starts = [one.since for one in stretches]
    found: tuple[list[PromiseFacts], ...] = tuple([] for _ in stretches)
    for row in connection.execute(query):
        found[bisect_right(starts, row[0]) - 1].append(PromiseFacts._make((*row[:4], bool(row[4]))))
    return found


def spoken_about(connection: Connection, whom: Whom, stretches: Sequence[Stretch]) -> tuple[Spoken, ...]:
    """About whom there was a contact in each stretch (these follow each other)."""
    query = (
        sa.select(us(_said.happened_at), _said.call_id, _said.customer_id)
        .select_from(
            t.interaction.outerjoin(t.call, _call.id == _said.call_id) if asks(whom) else t.interaction
        )
        .where(
            _said.happened_at >= stretches[0].since,
            _said.happened_at < stretches[-1].until,
            *_of(whom, _said.customer_id, _said.operator_id),
        )
    )
    starts = [to_us(one.since) for one in stretches]
    found = tuple(Spoken(array("q"), array("q")) for _ in stretches)
    for at, call_id, customer_id in connection.execute(query):
        about = found[bisect_right(starts, at) - 1]
        if call_id is not None:
            about.calls.append(call_id)
        elif customer_id is not None:
            about.customers.append(customer_id)
    return found


def house_zone(connection: Connection) -> str:
    """The zone in which most sites stand: by its midnights periods are cut."""
    sites = sa.func.count().label("sites")
    query = sa.select(t.site.c.tz, sites).group_by(t.site.c.tz).order_by(sites.desc(), t.site.c.tz).limit(1)
    row = connection.execute(query).first()
    return str(row[0]) if row is not None else "UTC"


# -- the statements ----------------------------------------------------------------------------


def _call_facts(whom: Whom) -> sa.Select[Any]:
    return sa.select(
        _call.id,
        _call.customer_id,
        _call.team_id,
        theirs(whom),
        _call.unit_id,
        PROBLEM,
        _call.opened_at,
        _call.resolved_at,
    )


def _persons(whom: Whom, *who: Any) -> list[sa.ColumnElement[bool]]:
    """What makes a call, or what ``who`` did about it, the person's."""
    found = []
    if whom.operator_id is not None:
        found += [one == whom.operator_id for one in (_call.operator_id, *who)]
    if whom.technician_id is not None:
        found.append(_call.technician_id == whom.technician_id)
    return found


def theirs(whom: Whom, *who: Any) -> sa.ColumnElement[bool]:
    """Whether a call, or what ``who`` did about it, is the person's that was asked for; true where nobody was."""
    conditions = _persons(whom, *who)
    return sa.func.coalesce(sa.or_(*conditions), sa.false()) if conditions else sa.true()


def asks(whom: Whom) -> bool:
    """Whether something is asked that only a call tells."""
    return whom.team_id is not None or whom.one_person


def _of(whom: Whom, customer: Any = None, *who: Any) -> list[sa.ColumnElement[bool]]:
    """What was asked for."""
    found = []
    if whom.team_id is not None:
        found.append(_call.team_id == whom.team_id)
    if whom.customer_id is not None:
        found.append((customer if customer is not None else _call.customer_id) == whom.customer_id)
    if whom.one_person:
        found.append(theirs(whom, *who))
    return found


def portioned(connection: Connection, query: sa.Select[Any], ids: Iterable[int]) -> Iterator[Any]:
    """The rows of a statement that names some records under ``ids``, some thousand at a time."""
    listed = list(ids)
    for start in range(0, len(listed), PORTION):
        yield from connection.execute(query, {"ids": listed[start : start + PORTION]})
