"""A customer and what belongs to it: contacts, agreements, units, open calls, notes, amends, loaners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import LIVE
from dispatch_tui.store.folding import begins, same
from dispatch_tui.text import plain

MOST = 200
"""Records of one sort that a page shows."""
_LISTED = 8
"""Customers of whom one is to be chosen."""

_customer, _call, _unit = t.customer.c, t.call.c, t.unit.c


class CustomerCard(NamedTuple):
    """Who a customer is. ``tz``: the wall clock of its first site; ``known_since``: the earliest trace of it."""

    id: int
    version: int
    name: str
    currency: str
    tier: str
    stage: str
    note: str
    tz: str
    known_since: datetime | None


class ContactRow(NamedTuple):
    """A contact with what they asked for."""

    id: int
    version: int
    name: str
    goes_by: str
    phone: str
    mobile: str
    email: str
    way_order: str
    best_time: str
    detail_level: str
    note: str
    site: str


class AgreementRow(NamedTuple):
    """An agreement of the customer, a site or a unit of theirs."""

    id: int
    name: str
    about: str
    cover: str
    stage: str
    starts_at: datetime | None
    ends_at: datetime | None


class UnitState(NamedTuple):
    """A unit with how it is: open calls, and the outcome of the last visit."""

    id: int
    serial: str
    name: str
    model_id: int | None
    model: str
    site: str
    retired_at: datetime | None
    warranty_until: datetime | None
    open_calls: int
    last_outcome: str
    last_visit_at: datetime | None


class OpenCall(NamedTuple):
    """A call that is not over."""

    id: int
    number: str
    title: str
    status: str
    priority: int
    opened_at: datetime
    due_at: datetime | None


class NoteRow(NamedTuple):
    """A note on the customer; it has ended once it no longer holds."""

    id: int
    version: int
    kind: str
    what: str
    happened_at: datetime
    ended_at: datetime | None
    contact: str
    by: str


class AmendRow(NamedTuple):
    """What was done to make good."""

    gone_wrong_id: int
    kind: str
    what: str
    cost_minor: int | None
    currency: str
    happened_at: datetime


class WrongRow(NamedTuple):
    """Something that went wrong, with its amends, the earliest first."""

    id: int
    what: str
    happened_at: datetime
    number: str
    amends: tuple[AmendRow, ...]


class LoanerRow(NamedTuple):
    """A unit lent to the customer."""

    id: int
    version: int
    serial: str
    name: str
    number: str
    out_at: datetime
    due_back_at: datetime | None
    back_at: datetime | None
    note: str


class EscalationRow(NamedTuple):
    """An escalated matter, as a line."""

    id: int
    title: str
    status: str
    owner: str
    number: str
    opened_at: datetime
    closed_at: datetime | None


class AnswerRow(NamedTuple):
    """The last answer to an item of a list."""

    item: str
    yes: int
    note: str
    happened_at: datetime
    by: str


def customer_card(connection: Connection, customer_id: int) -> CustomerCard:
    """Raises ``NotFound``."""
    row = connection.execute(sa.select(t.customer).where(_customer.id == customer_id)).mappings().first()
    if row is None:
        raise NotFound("customer", customer_id, "Search for its name.")
    zone = sa.select(t.site.c.tz).where(t.site.c.customer_id == customer_id).order_by(t.site.c.id).limit(1)
    since = [
        connection.scalar(sa.select(sa.func.min(_call.opened_at)).where(_call.customer_id == customer_id)),
        connection.scalar(
            sa.select(sa.func.min(t.agreement.c.starts_at)).where(t.agreement.c.customer_id == customer_id)
        ),
    ]
    return CustomerCard(
        row["id"],
        row["version"],
        row["name"],
        row["currency"],
        row["tier"],
        row["contract_stage"],
        row["note"],
        connection.scalar(zone) or "",
        min((one for one in since if one is not None), default=None),
    )


def customer_named(connection: Connection, text: str) -> int:
    """The id of the customer with this name, else the one with this number, else the only one with this name in any
    case, else the only one whose name begins so.

    Raises ``NotFound``, and ``InvalidInput`` where several fit.
    """
    text = text.strip()
    ways = [_customer.name == text, same(_customer.name, text), begins(_customer.name, text)]
    if text.isdecimal() and len(text) < 18:
        ways.insert(1, _customer.id == int(text))
    for fits in ways if text else ():
        query = sa.select(_customer.id, _customer.name).where(fits).order_by(_customer.name, _customer.id)
        rows = connection.execute(query.limit(_LISTED + 1)).all()
        if len(rows) == 1:
            return int(rows[0].id)
        if rows:
            names = ", ".join(f"{plain(row.name)} ({row.id})" for row in rows[:_LISTED])
            others = " and others" if len(rows) > _LISTED else ""
            raise InvalidInput(
                "customer", f"several fit: {names}{others}", "Give the number behind the name."
            )
    raise NotFound("customer", plain(text), "'dispatch-tui search WORDS' finds it by a part of its name.")


def customer_of(connection: Connection, kind: str, record_id: int) -> int | None:
    """The customer of a call or unit; ``None`` where it names none."""
    table = t.metadata.tables[kind]
    found = connection.scalar(sa.select(table.c.customer_id).where(table.c.id == record_id))
    return None if found is None else int(found)


def contacts(connection: Connection, customer_id: int) -> list[ContactRow]:
    """Those of the customer, the first on record first."""
    one = t.contact.c
    query = (
        sa.select(
            *(one[name] for name in ContactRow._fields[:-1]),
            sa.func.coalesce(t.site.c.name, "").label("site"),
        )
        .select_from(t.contact.outerjoin(t.site, t.site.c.id == one.site_id))
        .where(one.customer_id == customer_id)
        .order_by(one.id)
        .limit(MOST)
    )
    return [ContactRow._make(row) for row in connection.execute(query)]


def agreements_of(connection: Connection, customer_id: int) -> list[AgreementRow]:
    """Agreements with the customer, or for one of its sites or units; those that run longest first."""
    one, site = t.agreement.c, t.site.c
    query = (
        sa.select(
            one.id,
            one.name,
            sa.func.coalesce(site.name, _unit.serial, ""),
            one.cover,
            one.stage,
            one.starts_at,
            one.ends_at,
        )
        .select_from(
            t.agreement.outerjoin(t.site, site.id == one.site_id).outerjoin(t.unit, _unit.id == one.unit_id)
        )
        .where(
            sa.or_(
                one.customer_id == customer_id,
                one.site_id.in_(sa.select(site.id).where(site.customer_id == customer_id)),
                one.unit_id.in_(sa.select(_unit.id).where(_unit.customer_id == customer_id)),
            )
        )
        .order_by(one.ends_at.is_not(None), one.ends_at.desc(), one.id)
        .limit(MOST)
    )
    return [AgreementRow._make(row) for row in connection.execute(query)]


def open_calls(connection: Connection, customer_id: int) -> list[OpenCall]:
    """Calls that are not over, the most pressing first."""
    query = (
        sa.select(*(_call[name] for name in OpenCall._fields))
        .where(LIVE, _call.customer_id == customer_id)
        .order_by(_call.rank_at, _call.id)
        .limit(MOST)
    )
    return [OpenCall._make(row) for row in connection.execute(query)]


def units_of(connection: Connection, customer_id: int) -> list[UnitState]:
    """Units of the customer: those with open calls first, the retired last."""
    model, site = t.model.c, t.site.c
    rows = connection.execute(
        sa.select(
            _unit.id,
            _unit.serial,
            _unit.name,
            _unit.model_id,
            sa.func.coalesce(model.name, "").label("model"),
            sa.func.coalesce(site.name, "").label("site"),
            _unit.retired_at,
            _unit.warranty_until,
        )
        .select_from(
            t.unit.outerjoin(t.model, model.id == _unit.model_id).outerjoin(t.site, site.id == _unit.site_id)
        )
        .where(_unit.customer_id == customer_id)
        .order_by(_unit.retired_at.is_not(None), _unit.serial)
        .limit(MOST)
    ).all()
    ids = [row.id for row in rows]
    counted = connection.execute(
        sa.select(_call.unit_id, sa.func.count().label("calls"))
        .where(LIVE, _call.customer_id == customer_id, _call.unit_id.is_not(None))
        .group_by(_call.unit_id)
    )
    open_by_unit = {row.unit_id: row.calls for row in counted}
    last = _last_visits(connection, ids)
    found = [UnitState(*row, open_by_unit.get(row.id, 0), *last.get(row.id, ("", None))) for row in rows]
    return sorted(found, key=lambda one: (one.retired_at is not None, -one.open_calls, one.serial))


def _last_visits(connection: Connection, unit_ids: Collection[int]) -> dict[int, tuple[str, datetime]]:
    """Outcome and end of the last finished visit, by unit."""
    visit = t.visit.c
    latest = (
        sa.select(visit.unit_id, sa.func.max(visit.done_at).label("done_at"))
        .where(visit.unit_id.in_(list(unit_ids)), visit.status == "done")
        .group_by(visit.unit_id)
        .subquery()
    )
    query = sa.select(visit.unit_id, visit.outcome, visit.done_at).join_from(
        latest, t.visit, sa.and_(visit.unit_id == latest.c.unit_id, visit.done_at == latest.c.done_at)
    )
    return {row.unit_id: (row.outcome, row.done_at) for row in connection.execute(query)}


def notes_on(connection: Connection, customer_id: int) -> list[NoteRow]:
    """Notes on the customer: those that hold first, the latest first."""
    one = t.customer_note.c
    query = (
        sa.select(
            one.id,
            one.version,
            one.kind,
            one.what,
            one.happened_at,
            one.ended_at,
            sa.func.coalesce(t.contact.c.name, ""),
            sa.func.coalesce(t.operator.c.account, ""),
        )
        .select_from(
            t.customer_note.outerjoin(t.contact, t.contact.c.id == one.contact_id).outerjoin(
                t.operator, t.operator.c.id == one.operator_id
            )
        )
        .where(one.customer_id == customer_id)
        .order_by(one.ended_at.is_not(None), one.happened_at.desc(), one.id.desc())
        .limit(MOST)
    )
    return [NoteRow._make(row) for row in connection.execute(query)]


def gone_wrong(connection: Connection, customer_id: int) -> list[WrongRow]:
    """What went wrong, the latest first."""
    one, amend = t.gone_wrong.c, t.amend.c
    rows = connection.execute(
        sa.select(one.id, one.what, one.happened_at, sa.func.coalesce(_call.number, "").label("number"))
        .select_from(t.gone_wrong.outerjoin(t.call, _call.id == one.call_id))
        .where(one.customer_id == customer_id)
        .order_by(one.happened_at.desc(), one.id.desc())
        .limit(MOST)
    ).all()
    amends: defaultdict[int, list[AmendRow]] = defaultdict(list)
    query = sa.select(*(amend[name] for name in AmendRow._fields)).where(
        amend.gone_wrong_id.in_([row.id for row in rows])
    )
    for row in connection.execute(query.order_by(amend.happened_at, amend.id)):
        amends[row.gone_wrong_id].append(AmendRow._make(row))
    return [WrongRow(*row, tuple(amends[row.id])) for row in rows]


def loaners_of(connection: Connection, customer_id: int) -> list[LoanerRow]:
    """Loaners: those still out first."""
    one = t.loaner.c
    query = (
        sa.select(
            one.id,
            one.version,
            _unit.serial,
            _unit.name,
            sa.func.coalesce(_call.number, ""),
            one.out_at,
            one.due_back_at,
            one.back_at,
            one.note,
        )
        .select_from(
            t.loaner.join(t.unit, _unit.id == one.unit_id).outerjoin(t.call, _call.id == one.call_id)
        )
        .where(one.customer_id == customer_id)
        .order_by(one.back_at.is_not(None), one.out_at.desc())
        .limit(MOST)
    )
    return [LoanerRow._make(row) for row in connection.execute(query)]


def escalations_of(connection: Connection, customer_id: int) -> list[EscalationRow]:
    """Escalations, the latest first."""
    one = t.escalation.c
    query = (
        sa.select(
            one.id,
            one.title,
            one.status,
            sa.func.coalesce(t.operator.c.account, ""),
            sa.func.coalesce(_call.number, ""),
            one.opened_at,
            one.closed_at,
        )
        .select_from(
            t.escalation.outerjoin(t.operator, t.operator.c.id == one.operator_id).outerjoin(
                t.call, _call.id == one.call_id
            )
        )
        .where(one.customer_id == customer_id)
        .order_by(one.opened_at.desc(), one.id.desc())
        .limit(MOST)
    )
    return [EscalationRow._make(row) for row in connection.execute(query)]


def answers_of(connection: Connection, customer_id: int, name: str) -> dict[str, AnswerRow]:
    """The last answer to each item of a customer's list ``name``, by item."""
    one = t.checklist_answer.c
    query = (
        sa.select(one.item, one.yes, one.note, one.happened_at, sa.func.coalesce(t.operator.c.account, ""))
        .select_from(t.checklist_answer.outerjoin(t.operator, t.operator.c.id == one.operator_id))
        .where(one.customer_id == customer_id, one.call_id.is_(None), one.list == name)
        .order_by(one.happened_at, one.id)
    )
    return {row[0]: AnswerRow._make(row) for row in connection.execute(query)}
