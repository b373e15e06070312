"""Reads for one call: everything that its detail shows, each part one or two indexed queries; and who may act."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.errors import NotFound
from dispatch_tui.records import Call, Operator, Visit
from dispatch_tui.sla.terms import CLOCK_KINDS
from dispatch_tui.store import tables as t
from dispatch_tui.store.details import (
    CallClock,
    CallDetail,
    CallNames,
    ContactLine,
    FollowUpLine,
    InteractionLine,
    MatterLine,
    PromiseLine,
    UnitBrief,
    VisitLine,
    zone_of,
)
from dispatch_tui.store.story import Change, StoryLine, names_wanted, story_line

STORY_LIMIT = 50
_FEW = 5


def call_detail(connection: Connection, call_id: int, *, story_limit: int = STORY_LIMIT) -> CallDetail:
    """One call with all that belongs to it. Raises :class:`NotFound`."""
    call, names = call_and_names(connection, call_id)
    story = change_story(connection, call_id, zone=zone_of(names.site_tz), limit=story_limit + 1)
    return CallDetail(
        call=call,
        names=names,
        clocks=stored_clocks(connection, call_id),
        story=tuple(story[:story_limit]),
        story_complete=len(story) <= story_limit,
        visits=_visits(connection, t.visit.c.call_id == call_id, t.visit.c.happened_at.desc()),
        unit=_unit(connection, call.unit_id) if call.unit_id is not None else None,
        unit_visits=_unit_visits(connection, call.unit_id) if call.unit_id is not None else (),
        contacts=_contacts(connection, call),
        promises=_promises(connection, call),
        interactions=_interactions(connection, call),
        follow_ups=_follow_ups(connection, call),
        escalations=_matters(connection, call),
    )


def call_and_names(connection: Connection, call_id: int) -> tuple[Call, CallNames]:
    """One call, and what its references are called. Raises :class:`NotFound`."""
    row = connection.execute(_CALL, {"call_id": call_id}).mappings().first()
    if row is None:
        raise NotFound("call", call_id)
    call = Call.model_validate({**row, "live": bool(row["live"]), "paused": bool(row["paused"])})
    return call, CallNames(*(row[f"its_{name}"] for name in CallNames._fields))


def change_story(
    connection: Connection,
    call_id: int,
    *,
    zone: tzinfo = UTC,
    limit: int = STORY_LIMIT,
    before: StoryLine | None = None,
    until: datetime | None = None,
) -> list[StoryLine]:
    """The changes of a call, its visits, contacts and promises in words, the newest happening first.

    ``before`` continues after the last line of an earlier answer; ``until`` leaves out what happened
    later. ``zone``: in which the words give times.
    """
    query = _STORY.where(t.change.c.call_id == call_id).limit(limit)
    if until is not None:
        query = query.where(t.change.c.happened_at <= until)
    if before is not None:
        place = sa.tuple_(_us(t.change.c.happened_at), t.change.c.seq)
        last = sa.tuple_(
            sa.cast(sa.literal(before.happened_at, t.change.c.happened_at.type), sa.BigInteger),
            sa.literal(before.seq, sa.BigInteger),
        )
        query = query.where(place < last)
    changes = [_change(row) for row in connection.execute(query).mappings()]
    names = _names(connection, names_wanted(changes))
    return [story_line(change, names, zone) for change in changes]


def stored_clocks(connection: Connection, call_id: int) -> tuple[CallClock, ...]:
    """A call's clocks as they are stored, those that go on first."""
    columns = [t.clock.c[name] for name in CallClock._fields]
    rows = [
        CallClock._make(row)
        for row in connection.execute(sa.select(*columns).where(t.clock.c.call_id == call_id))
    ]
    return tuple(sorted(rows, key=lambda one: (one.ended_at is not None, CLOCK_KINDS.index(one.kind))))


def operators(connection: Connection) -> list[Operator]:
    """Everyone with a role, by account."""
    rows = connection.execute(sa.select(t.operator).order_by(t.operator.c.account)).mappings()
    return [Operator.model_validate(dict(row)) for row in rows]


# -- the statements ----------------------------------------------------------------------------


def _us(column: Any) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, sa.BigInteger)


def _called(column: Any) -> sa.ColumnElement[str]:
    return sa.func.coalesce(column, "")


_NAME_COLUMNS: Mapping[str, sa.ColumnElement[str]] = {
    "customer": t.customer.c.name,
    "tier": t.customer.c.tier,
    "site": t.site.c.name,
    "site_tz": t.site.c.tz,
    "address": t.site.c.address,
    "city": t.site.c.city,
    "access_notes": t.site.c.access_notes,
    "unit": t.unit.c.serial,
    "model": t.model.c.name,
    "technician": t.technician.c.name,
    "team": t.team.c.name,
    "operator": t.operator.c.account,
    "agreement": t.agreement.c.name,
}
_CALL = (
    sa.select(t.call, *(_called(_NAME_COLUMNS[name]).label(f"its_{name}") for name in CallNames._fields))
    .select_from(
        t.call.outerjoin(t.customer, t.customer.c.id == t.call.c.customer_id)
        .outerjoin(t.site, t.site.c.id == t.call.c.site_id)
        .outerjoin(t.unit, t.unit.c.id == t.call.c.unit_id)
        .outerjoin(t.model, t.model.c.id == t.unit.c.model_id)
        .outerjoin(t.technician, t.technician.c.id == t.call.c.technician_id)
        .outerjoin(t.team, t.team.c.id == t.call.c.team_id)
        .outerjoin(t.operator, t.operator.c.id == t.call.c.operator_id)
        .outerjoin(t.agreement, t.agreement.c.id == t.call.c.agreement_id)
    )
    .where(t.call.c.id == sa.bindparam("call_id"))
)
_STORY = (
    sa.select(
        t.change,
        _called(t.operator.c.account).label("who"),
        _called(t.technician.c.name).label("technician"),
    )
    .select_from(
        t.change.outerjoin(t.operator, t.operator.c.id == t.change.c.operator_id)
        .outerjoin(t.visit, sa.and_(t.change.c.kind == "visit", t.visit.c.id == t.change.c.record_id))
        .outerjoin(t.technician, t.technician.c.id == t.visit.c.technician_id)
    )
    # A contact and a promise have changes of their own; the one of their call would say it twice.
    .where(
        sa.not_(
            sa.and_(
                t.change.c.kind == "call", t.change.c.act.in_(("log_contact", "promise", "settle_promise"))
            )
        )
    )
    .order_by(t.change.c.happened_at.desc(), t.change.c.seq.desc())
)
_VISITS = sa.select(
    t.visit, _called(t.technician.c.name).label("its_technician"), t.call.c.number.label("its_number")
).select_from(
    t.visit.join(t.call, t.call.c.id == t.visit.c.call_id).outerjoin(
        t.technician, t.technician.c.id == t.visit.c.technician_id
    )
)


def _change(row: RowMapping) -> Change:
    return Change(
        row["seq"],
        row["happened_at"],
        row["recorded_at"],
        row["who"],
        row["act"],
        row["kind"],
        row["record_id"],
        json.loads(row["was_json"]) if row["was_json"] else {},
        json.loads(row["now_json"]) if row["now_json"] else {},
        row["note"],
        row["flag"],
        row["technician"],
    )


def _names(connection: Connection, wanted: Mapping[str, set[int]]) -> dict[tuple[str, int], str]:
    column_of = {"operator": "account", "unit": "serial"}
    names: dict[tuple[str, int], str] = {}
    for kind, ids in wanted.items():
        table = t.metadata.tables[kind]
        query = sa.select(table.c.id, table.c[column_of.get(kind, "name")]).where(table.c.id.in_(ids))
        names.update(((kind, record_id), name) for record_id, name in connection.execute(query))
    return names


def _visits(connection: Connection, of: sa.ColumnElement[bool], *order: Any) -> tuple[VisitLine, ...]:
    rows = connection.execute(_VISITS.where(of).order_by(*order, t.visit.c.id.desc()).limit(_FEW)).mappings()
    return tuple(
        VisitLine(Visit.model_validate(dict(row)), row["its_technician"], row["its_number"]) for row in rows
    )


def _unit_visits(connection: Connection, unit_id: int) -> tuple[VisitLine, ...]:
    done = sa.and_(t.visit.c.unit_id == unit_id, t.visit.c.done_at.is_not(None))
    return _visits(connection, done, t.visit.c.done_at.desc())


def _unit(connection: Connection, unit_id: int) -> UnitBrief | None:
    unit, model, reading = t.unit.c, t.model.c, t.reading.c
    row = connection.execute(
        sa.select(
            unit.id,
            unit.serial,
            unit.name,
            _called(model.maker),
            _called(model.name),
            unit.installed_at,
            unit.warranty_until,
            unit.retired_at,
            unit.meter_unit,
        )
        .select_from(t.unit.outerjoin(t.model, model.id == unit.model_id))
        .where(unit.id == unit_id)
    ).first()
    if row is None:
        return None
    last = connection.execute(
        sa.select(reading.value, reading.meter_unit, reading.read_at)
        .where(reading.unit_id == unit_id)
        .order_by(reading.read_at.desc())
        .limit(1)
    ).first()
    value, meter_unit, read_at = last or (None, "", None)
    return UnitBrief._make((*row[:-1], value, meter_unit or row[-1], read_at))


def _contacts(connection: Connection, call: Call) -> tuple[ContactLine, ...]:
    contact = t.contact.c
    either = [contact.id == call.contact_id] if call.contact_id is not None else []
    if call.customer_id is not None:
        either.append(contact.customer_id == call.customer_id)
    if not either:
        return ()
    rank = sa.case(
        (contact.id == (call.contact_id or 0), 0), (contact.site_id == (call.site_id or 0), 1), else_=2
    )
    columns = [contact[name] for name in ContactLine._fields]
    query = sa.select(*columns).where(sa.or_(*either)).order_by(rank, contact.id).limit(_FEW)
    return tuple(ContactLine._make(row) for row in connection.execute(query))


def _promises(connection: Connection, call: Call) -> tuple[PromiseLine, ...]:
    promise = t.promise.c
    of = promise.call_id == call.id
    if call.customer_id is not None:
        of = sa.or_(of, promise.customer_id == call.customer_id)
    query = (
        sa.select(promise.id, promise.what, promise.made_at, promise.due_at, _called(t.call.c.number))
        .select_from(t.promise.outerjoin(t.call, t.call.c.id == promise.call_id))
        .where(of, promise.outcome == "open")
        .order_by(promise.due_at, promise.id)
        .limit(_FEW)
    )
    return tuple(PromiseLine._make(row) for row in connection.execute(query))


def _matters(connection: Connection, call: Call) -> tuple[MatterLine, ...]:
    """Open escalations of the call, then others of its customer."""
    matter = t.escalation.c
    whose = matter.call_id == call.id
    if call.customer_id is not None:
        whose = sa.or_(whose, matter.customer_id == call.customer_id)
    query = (
        sa.select(matter.id, matter.title, matter.status, _called(t.operator.c.account))
        .select_from(t.escalation.outerjoin(t.operator, t.operator.c.id == matter.operator_id))
        .where(whose, matter.status != "closed")
        .order_by(sa.case((matter.call_id == call.id, 0), else_=1), matter.opened_at, matter.id)
        .limit(_FEW)
    )
    return tuple(MatterLine._make(row) for row in connection.execute(query))


def _follow_ups(connection: Connection, call: Call) -> tuple[FollowUpLine, ...]:
    owed = t.follow_up.c
    of = owed.call_id == call.id
    if call.customer_id is not None:
        of = sa.or_(of, owed.customer_id == call.customer_id)
    query = (
        sa.select(owed.id, owed.kind, owed.from_at, owed.due_at, owed.reason, _called(t.call.c.number))
        .select_from(t.follow_up.outerjoin(t.call, t.call.c.id == owed.call_id))
        .where(of, owed.done_at.is_(None))
        .order_by(owed.due_at, owed.id)
        .limit(_FEW)
    )
    return tuple(FollowUpLine._make(row) for row in connection.execute(query))


def _interactions(connection: Connection, call: Call) -> tuple[InteractionLine, ...]:
    """The customer's, of this call or another; where no customer is known, the call's."""
    spoken = t.interaction.c
    of = spoken.call_id == call.id if call.customer_id is None else spoken.customer_id == call.customer_id
    query = (
        sa.select(
            spoken.id,
            spoken.happened_at,
            spoken.direction,
            spoken.channel,
            spoken.two_way,
            spoken.said,
            spoken.mood,
            _called(t.operator.c.account),
            _called(t.contact.c.name),
            _called(t.call.c.number),
        )
        .select_from(
            t.interaction.outerjoin(t.operator, t.operator.c.id == spoken.operator_id)
            .outerjoin(t.contact, t.contact.c.id == spoken.contact_id)
            .outerjoin(t.call, t.call.c.id == spoken.call_id)
        )
        .where(of)
        .order_by(spoken.happened_at.desc(), spoken.id.desc())
        .limit(_FEW)
    )
    rows = [InteractionLine._make(row) for row in connection.execute(query)]
    return tuple(row._replace(two_way=bool(row.two_way)) for row in rows)
