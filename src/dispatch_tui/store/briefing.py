"""Reads for a visit brief: what the customer was told and promised, how they took it, and who acknowledged what."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.care.contacts import WAYS, Contact, Way
from dispatch_tui.care.interactions import UNSEEN, Interaction, Notes
from dispatch_tui.care.promises import Promise
from dispatch_tui.records import Call, Visit
from dispatch_tui.store import tables as t
from dispatch_tui.store.details import VisitLine

LIVE_VISIT = ("planned", "confirmed", "en_route", "on_site")
TALKS = 20
"""Conversations that are looked through for moods and the last word, and how many are on one page at most."""
_WORST_FIRST = sa.case((t.promise.c.outcome == "open", 0), else_=1)


class Given(NamedTuple):
    """An acknowledgement that was given: by whom (an account), and when."""

    key: str
    who: str
    at: datetime


class CustomerVisit(NamedTuple):
    """A visit that was done for the customer."""

    number: str
    unit: str
    title: str
    outcome: str
    problem: str
    cause: str
    work: str
    done_at: datetime


def live_visits(connection: Connection, call_id: int) -> list[VisitLine]:
    """The visits of a call that are not over: the one under way first, then by window."""
    query = (
        sa.select(
            t.visit,
            sa.func.coalesce(t.technician.c.name, "").label("its_technician"),
            t.call.c.number.label("its_number"),
        )
        .select_from(
            t.visit.join(t.call, t.call.c.id == t.visit.c.call_id).outerjoin(
                t.technician, t.technician.c.id == t.visit.c.technician_id
            )
        )
        .where(t.visit.c.call_id == call_id, t.visit.c.status.in_(LIVE_VISIT))
    )
    rows = connection.execute(query).mappings().all()
    lines = [
        VisitLine(Visit.model_validate(dict(row)), row["its_technician"], row["its_number"]) for row in rows
    ]
    return sorted(
        lines,
        key=lambda one: (
            one.visit.status not in ("en_route", "on_site"),
            one.visit.window_from or one.visit.happened_at,
            one.visit.id,
        ),
    )


def talks(connection: Connection, call: Call) -> list[Interaction]:
    """The last contacts with the customer (where none is known, about the call) that they can know of, newest first."""
    spoken = t.interaction.c
    of = spoken.call_id == call.id if call.customer_id is None else spoken.customer_id == call.customer_id
    query = (
        sa.select(t.interaction)
        .where(of, spoken.channel.not_in(sorted(UNSEEN)))
        .order_by(spoken.happened_at.desc(), spoken.id.desc())
        .limit(TALKS)
    )
    return [_interaction(row) for row in connection.execute(query).mappings()]


def promises(connection: Connection, call: Call, since: datetime) -> list[Promise]:
    """The customer's promises that are open, and those partly kept or broken ``since``."""
    promise = t.promise.c
    of = promise.call_id == call.id
    if call.customer_id is not None:
        of = sa.or_(of, promise.customer_id == call.customer_id)
    missed = sa.and_(promise.outcome.in_(("partly", "broken")), promise.settled_at >= since)
    query = (
        sa.select(t.promise)
        .where(of, sa.or_(promise.outcome == "open", missed))
        .order_by(_WORST_FIRST, promise.due_at, promise.id)
        .limit(TALKS)
    )
    return [
        Promise(
            row["what"],
            row["made_at"],
            row["due_at"],
            row["contact_id"],
            row["outcome"],
            row["settled_at"],
            row["explained"],
        )
        for row in connection.execute(query).mappings()
    ]


def contacts(connection: Connection, call: Call) -> list[Contact]:
    """The customer's contacts, those of the call's site first."""
    contact = t.contact.c
    either = [contact.id == (call.contact_id or 0)]
    if call.customer_id is not None:
        either.append(contact.customer_id == call.customer_id)
    here = sa.case(
        (contact.id == (call.contact_id or 0), 0), (contact.site_id == (call.site_id or 0), 1), else_=2
    )
    query = sa.select(t.contact).where(sa.or_(*either)).order_by(here, contact.id).limit(TALKS)
    return [_contact(row) for row in connection.execute(query).mappings()]


def customer_visits(connection: Connection, call: Call, limit: int) -> list[CustomerVisit]:
    """The last visits done for the customer to other units than the call's, newest first."""
    if call.customer_id is None:
        return []
    visit, other = t.visit.c, t.call.c
    query = (
        sa.select(
            other.number,
            sa.func.coalesce(t.unit.c.serial, ""),
            other.title,
            visit.outcome,
            visit.problem,
            visit.cause,
            visit.work,
            visit.done_at,
        )
        .select_from(
            t.visit.join(t.call, other.id == visit.call_id).outerjoin(t.unit, t.unit.c.id == other.unit_id)
        )
        .where(other.customer_id == call.customer_id, other.id != call.id, visit.done_at.is_not(None))
        .where(sa.func.coalesce(other.unit_id, 0) != (call.unit_id or -1))
        .order_by(visit.done_at.desc(), visit.id.desc())
        .limit(limit)
    )
    return [CustomerVisit._make(row) for row in connection.execute(query)]


def told(connection: Connection, call_id: int) -> list[tuple[str, datetime]]:
    """What the customer of a call was told in advance, newest first."""
    query = (
        sa.select(t.told_in_advance.c.what, t.told_in_advance.c.told_at)
        .where(t.told_in_advance.c.call_id == call_id)
        .order_by(t.told_in_advance.c.told_at.desc(), t.told_in_advance.c.id.desc())
        .limit(TALKS)
    )
    return [(what, at) for what, at in connection.execute(query)]


def given(connection: Connection, visit_id: int) -> list[Given]:
    """The acknowledgements that were given for a visit, the latest of each words last."""
    ack = t.acknowledgement.c
    query = (
        sa.select(ack.key, sa.func.coalesce(t.operator.c.account, ""), ack.happened_at)
        .select_from(t.acknowledgement.outerjoin(t.operator, t.operator.c.id == ack.operator_id))
        .where(ack.visit_id == visit_id)
        .order_by(ack.id)
    )
    return [Given._make(row) for row in connection.execute(query)]


def _interaction(row: RowMapping) -> Interaction:
    return Interaction(
        direction="in" if row["direction"] == "in" else "out",
        channel=row["channel"],
        happened_at=row["happened_at"],
        two_way=bool(row["two_way"]),
        contact_id=row["contact_id"],
        mood=row["mood"],
        believes=row["believes"],
        true=row["truth"],
        said=row["said"],
        notes=Notes(row["listen"], row["observe"], row["think"], row["speak"]),
        bad_news=bool(row["bad_news"]),
        plan=row["plan"],
        next_update_at=row["next_update_at"],
    )


def _contact(row: RowMapping) -> Contact:
    words: list[Any] = row["way_order"].split()
    order: tuple[Way, ...] = tuple(one for one in words if one in WAYS)
    plain = {name: row[name] for name in ("name", "goes_by", "mobile", "phone", "email", "best_time")}
    return Contact(row["id"], **plain, order=order, detail_level=row["detail_level"], note=row["note"])
