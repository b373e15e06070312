"""Escalated matters as they are read: the list, and one with everything that its room shows. Instants are aware."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care.escalation import Action, Check, Escalation, LogEntry, Option, Status
from dispatch_tui.care.interactions import SPOKEN
from dispatch_tui.errors import NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.details import zone_of

LOG_LIMIT = 500
"""Lines of a log that the room shows: the latest."""
_FEW = 20

_matter, _operator = t.escalation.c, t.operator.c


class EscalationLine(NamedTuple):
    """A matter in the list. ``owner`` is an account, ``call`` a number; empty where there is none. ``tz`` is that of
    the call's site, else of the customer's first; ``left`` counts actions that are not done, ``overdue`` of them past
    due, ``entries`` the lines of the log."""

    id: int
    version: int
    title: str
    status: Status
    customer_id: int | None
    customer: str
    call_id: int | None
    call: str
    owner: str
    opened_at: datetime
    moved_at: datetime | None
    tz: str
    left: int
    overdue: int
    entries: int

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.tz)


class Person(NamedTuple):
    """Somebody in the room: ``ours`` or one of theirs, how to reach them, and which part they have in it."""

    id: int
    version: int
    ours: bool
    operator_id: int | None
    contact_id: int | None
    name: str
    reach: str
    part: str


class Part(NamedTuple):
    """Which record stands behind an option, an action or a check of the matter, in the order of the matter; ``who``
    is the account of its owner, or of who looked."""

    id: int
    version: int
    who: str


class Talk(NamedTuple):
    """A conversation with the customer, in which something may have been reported back."""

    id: int
    happened_at: datetime
    channel: str
    who: str
    contact: str
    said: str


class Room(NamedTuple):
    """One matter with all that belongs to it; ``writers`` are the accounts behind the lines of its log."""

    line: EscalationLine
    matter: Escalation
    people: tuple[Person, ...]
    options: tuple[Part, ...]
    actions: tuple[Part, ...]
    checks: tuple[Part, ...]
    writers: tuple[str, ...]
    currency: str
    talks: tuple[Talk, ...]
    """Conversations since its last move, the latest first."""


def escalations(
    connection: Connection,
    now: datetime,
    *,
    customer_id: int | None = None,
    call_id: int | None = None,
    every: bool = False,
    limit: int = 200,
) -> list[EscalationLine]:
    """Matters that are not closed (``every``: all), those that nobody owns first, then by when they were opened; of one
    customer or call where that is given."""
    query = _LINES
    if not every:
        query = query.where(_matter.status != "closed")
    if customer_id is not None:
        query = query.where(_matter.customer_id == customer_id)
    if call_id is not None:
        query = query.where(_matter.call_id == call_id)
    unowned = sa.case((_matter.status == "open", 0), (_matter.status == "closed", 2), else_=1)
    query = query.order_by(unowned, _matter.opened_at, _matter.id).limit(limit)
    return [EscalationLine._make(row) for row in connection.execute(query, {"now": now})]


def room(connection: Connection, escalation_id: int, now: datetime) -> Room:
    """One matter. Raises ``NotFound``."""
    row = connection.execute(_LINES.where(_matter.id == escalation_id), {"now": now}).first()
    if row is None:
        raise NotFound("escalation", escalation_id, "'dispatch-tui escalation list' lists the open ones.")
    line = EscalationLine._make(row)
    owner_id = connection.scalar(sa.select(_matter.operator_id).where(_matter.id == escalation_id))
    people = tuple(
        Person._make((*one[:2], one[2] is not None, *one[2:]))
        for one in _parts(connection, t.escalation_person, _PEOPLE, line.id)
    )
    options, choices = _options(connection, line.id)
    actions, tasks = _actions(connection, line.id)
    checks, looks = _checks(connection, line.id)
    log, writers = _log(connection, line.id)
    matter = Escalation(
        title=line.title,
        opened_at=line.opened_at,
        status=line.status,
        moved_at=line.moved_at,
        owner_id=owner_id,
        ours=frozenset(one.operator_id for one in people if one.operator_id is not None),
        theirs=frozenset(one.contact_id for one in people if one.contact_id is not None),
        log=log,
        options=choices,
        actions=tasks,
        checks=looks,
    )
    currency = connection.scalar(sa.select(t.customer.c.currency).where(t.customer.c.id == line.customer_id))
    talks = tuple(conversations_since(connection, line, line.moved_at or line.opened_at))
    return Room(line, matter, people, options, actions, checks, writers, currency or "EUR", talks)


def conversations_since(connection: Connection, line: EscalationLine, since: datetime) -> list[Talk]:
    """Conversations with the customer of a matter (of its call, where nobody knows the customer), the latest first."""
    said = t.interaction.c
    whose = (
        said.customer_id == line.customer_id if line.customer_id is not None else said.call_id == line.call_id
    )
    query = (
        sa.select(
            said.id,
            said.happened_at,
            said.channel,
            sa.func.coalesce(_operator.account, ""),
            sa.func.coalesce(t.contact.c.name, ""),
            said.said,
        )
        .select_from(
            t.interaction.outerjoin(t.operator, _operator.id == said.operator_id).outerjoin(
                t.contact, t.contact.c.id == said.contact_id
            )
        )
        .where(whose, said.two_way == 1, said.channel.in_(sorted(SPOKEN)), said.happened_at >= since)
        .order_by(said.happened_at.desc(), said.id.desc())
        .limit(_FEW)
    )
    return [Talk._make(row) for row in connection.execute(query)]


class Reachable(NamedTuple):
    """A contact of the customer who may be asked into the room."""

    id: int
    name: str
    note: str


def contacts_of(connection: Connection, customer_id: int | None) -> list[Reachable]:
    """The customer's contacts."""
    contact = t.contact.c
    query = sa.select(contact.id, contact.name, contact.note).where(contact.customer_id == customer_id)
    return [Reachable._make(row) for row in connection.execute(query.order_by(contact.id))]


# -- the statements ----------------------------------------------------------------------------


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    query = sa.select(sa.func.count()).select_from(table)
    return (
        query.where(table.c.escalation_id == _matter.id, *conditions)
        .correlate(t.escalation)
        .scalar_subquery()
    )


_undone = sa.and_(t.escalation_action.c.done_at.is_(None), t.escalation_action.c.out_at.is_(None))
_late = t.escalation_action.c.due_at < sa.bindparam("now", type_=t.escalation_action.c.due_at.type)
_first_tz = (
    sa.select(t.site.c.tz)
    .where(t.site.c.customer_id == _matter.customer_id)
    .order_by(t.site.c.id)
    .limit(1)
    .correlate(t.escalation)
    .scalar_subquery()
)
_LINES = sa.select(
    _matter.id,
    _matter.version,
    _matter.title,
    _matter.status,
    _matter.customer_id,
    sa.func.coalesce(t.customer.c.name, ""),
    _matter.call_id,
    sa.func.coalesce(t.call.c.number, ""),
    sa.func.coalesce(_operator.account, ""),
    _matter.opened_at,
    _matter.moved_at,
    sa.func.coalesce(t.site.c.tz, _first_tz, "UTC"),
    _count(t.escalation_action, _undone),
    _count(t.escalation_action, _undone, _late),
    _count(t.escalation_entry),
).select_from(
    t.escalation.outerjoin(t.customer, t.customer.c.id == _matter.customer_id)
    .outerjoin(t.call, t.call.c.id == _matter.call_id)
    .outerjoin(t.site, t.site.c.id == t.call.c.site_id)
    .outerjoin(t.operator, _operator.id == _matter.operator_id)
)


def _reach(*columns: Any) -> sa.ColumnElement[str]:
    return sa.func.coalesce(*(sa.func.nullif(one, "") for one in columns), "")


_person, _contact = t.escalation_person.c, t.contact.c
_PEOPLE = sa.select(
    _person.id,
    _person.version,
    _person.operator_id,
    _person.contact_id,
    sa.func.coalesce(sa.func.nullif(_operator.name, ""), _operator.account, _contact.name, ""),
    _reach(_contact.mobile, _contact.phone, _contact.email, _operator.account),
    _person.part,
).select_from(
    t.escalation_person.outerjoin(t.operator, _operator.id == _person.operator_id).outerjoin(
        t.contact, _contact.id == _person.contact_id
    )
)


def _parts(
    connection: Connection, table: sa.Table, query: sa.Select[Any], escalation_id: int
) -> Sequence[Any]:
    """The rows of one kind of part that are in the room, in the order in which they were added."""
    mine = query.where(table.c.escalation_id == escalation_id, table.c.out_at.is_(None))
    return connection.execute(mine.order_by(table.c.id)).all()


def _with_who(table: sa.Table, *columns: str) -> sa.Select[Any]:
    """A part's id, version and the account that belongs to it, then its own columns."""
    return sa.select(
        table.c.id,
        table.c.version,
        sa.func.coalesce(_operator.account, ""),
        *(table.c[name] for name in columns),
    ).select_from(table.outerjoin(t.operator, _operator.id == table.c.operator_id))


def _options(connection: Connection, matter_id: int) -> tuple[tuple[Part, ...], tuple[Option, ...]]:
    option = t.escalation_option.c
    query = sa.select(
        option.id,
        option.version,
        option.what,
        option.cost_minor,
        option.currency,
        option.ready_at,
        option.risk,
        option.chosen,
    )
    rows = _parts(connection, t.escalation_option, query, matter_id)
    return (
        tuple(Part(row.id, row.version, "") for row in rows),
        tuple(
            Option(row.what, row.cost_minor, row.currency, row.ready_at, row.risk, bool(row.chosen))
            for row in rows
        ),
    )


def _actions(connection: Connection, matter_id: int) -> tuple[tuple[Part, ...], tuple[Action, ...]]:
    query = _with_who(t.escalation_action, "what", "operator_id", "due_at", "done_at")
    rows = _parts(connection, t.escalation_action, query, matter_id)
    return tuple(Part._make(row[:3]) for row in rows), tuple(Action(*row[3:]) for row in rows)


def _checks(connection: Connection, matter_id: int) -> tuple[tuple[Part, ...], tuple[Check, ...]]:
    query = _with_who(t.escalation_check, "what", "passed")
    rows = _parts(connection, t.escalation_check, query, matter_id)
    return (
        tuple(Part._make(row[:3]) for row in rows),
        tuple(Check(row.what, None if row.passed is None else bool(row.passed)) for row in rows),
    )


def _log(connection: Connection, matter_id: int) -> tuple[tuple[LogEntry, ...], tuple[str, ...]]:
    """The latest lines, the oldest of them first, and who wrote each."""
    entry = t.escalation_entry.c
    query = (
        sa.select(entry.written_at, entry.operator_id, entry.text, sa.func.coalesce(_operator.account, ""))
        .select_from(t.escalation_entry.outerjoin(t.operator, _operator.id == entry.operator_id))
        .where(entry.escalation_id == matter_id)
        .order_by(entry.written_at.desc(), entry.id.desc())
        .limit(LOG_LIMIT)
    )
    rows = connection.execute(query).all()[::-1]
    return tuple(LogEntry(row[0], row[1] or 0, row[2]) for row in rows), tuple(row[3] for row in rows)
