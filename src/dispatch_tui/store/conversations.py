"""What one has to know before a conversation is logged: with whom, about what, and how often it was tried."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care import voicemail
from dispatch_tui.care.contacts import WAYS, Contact, Way
from dispatch_tui.care.standing import LastWord
from dispatch_tui.errors import NotFound
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.stale import Party
from dispatch_tui.store.tables import call, contact, customer, interaction, operator, promise, site


class OwedPromise(NamedTuple):
    """An open promise to the customer."""

    id: int
    what: str
    due_at: datetime


class Partner(NamedTuple):
    """With whom a conversation is, and about which call. ``zone``: the wall clock that they live by. Texts are as
    stored: pass them through ``text.plain``."""

    customer_id: int | None
    customer: str
    zone: tzinfo
    call_id: int | None
    number: str
    title: str
    contact_id: int | None
    """The contact that the call names."""
    contacts: tuple[Contact, ...]
    promises: tuple[OwedPromise, ...]
    last_word: LastWord | None


def zone_of_party(connection: Connection, party: Party) -> tzinfo:
    """The wall clock of a customer (their first site's), or of the site of a call that has no customer."""
    query = _CALL.with_only_columns(site.c.tz) if party.kind == "call" else _CUSTOMERS_ZONE
    return zone_of(connection.scalar(query, {party.kind: party.id}) or "")


def partner(connection: Connection, customer_id: int | None, call_id: int | None) -> Partner:
    """The customer and their people. Raises ``NotFound`` for a call or customer that is not there."""
    row = None
    if call_id is not None:
        row = connection.execute(_CALL, {"call": call_id}).first()
        if row is None:
            raise NotFound("call", call_id)
        customer_id = row.customer_id
    name, zone_name = "", row.tz if row is not None and row.tz else ""
    if customer_id is not None:
        known = connection.execute(_CUSTOMER, {"customer": customer_id}).first()
        if known is None:
            raise NotFound("customer", customer_id)
        name, zone_name = known.name, zone_name or known.tz or ""
    return Partner(
        customer_id,
        name,
        zone_of(zone_name),
        call_id,
        row.number if row is not None else "",
        row.title if row is not None else "",
        row.contact_id if row is not None else None,
        _contacts(connection, customer_id, row.contact_id if row is not None else None),
        _promises(connection, customer_id, call_id),
        last_word(connection, customer_id, call_id),
    )


def tries_about(
    connection: Connection, customer_id: int | None, call_id: int | None, now: datetime
) -> tuple[datetime, ...]:
    """When we tried about this call (None: about none) and reached nobody: :func:`care.voicemail.tries_in_a_row`."""
    spoken = interaction.c
    columns = (
        spoken.happened_at,
        spoken.id,
        spoken.call_id,
        spoken.direction,
        spoken.channel,
        spoken.two_way,
    )
    lately = sa.select(*columns).where(spoken.happened_at >= now - voicemail.TRIED_WITHIN)
    queries = [lately.where(_with(customer_id, call_id))]
    if customer_id is not None:  # a source may tell of a contact by its call alone
        theirs = sa.select(call.c.id).where(call.c.customer_id == customer_id)
        queries.append(lately.where(spoken.customer_id.is_(None), spoken.call_id.in_(theirs)))
    found = sorted(tuple(one) for query in queries for one in connection.execute(query))
    contacts = (
        voicemail.Contact(about, at, direction, channel, bool(two_way))
        for at, _, about, direction, channel, two_way in found
    )
    return voicemail.tries_in_a_row(contacts, now).get(call_id, ())


def last_word(connection: Connection, customer_id: int | None, call_id: int | None) -> LastWord | None:
    """What was said last, by either side."""
    spoken = interaction.c
    query = (
        sa.select(
            spoken.happened_at, spoken.direction, spoken.channel, spoken.said, spoken.speak, spoken.two_way
        )
        .where(_with(customer_id, call_id))
        .order_by(spoken.happened_at.desc(), spoken.id.desc())
        .limit(1)
    )
    one = connection.execute(query).first()
    if one is None:
        return None
    by_us = one.direction == "out"
    return LastWord(one.happened_at, by_us, one.channel, one.said or one.speak, bool(one.two_way))


def _with(customer_id: int | None, call_id: int | None) -> sa.ColumnElement[bool]:
    spoken = interaction.c
    return spoken.customer_id == customer_id if customer_id is not None else spoken.call_id == call_id


def _contacts(connection: Connection, customer_id: int | None, contact_id: int | None) -> tuple[Contact, ...]:
    one = contact.c
    of = one.customer_id == customer_id if customer_id is not None else one.id == contact_id
    if customer_id is None and contact_id is None:
        return ()
    rows = connection.execute(sa.select(contact).where(of).order_by(one.id).limit(50)).mappings()
    return tuple(
        Contact(
            row["id"],
            row["name"],
            row["goes_by"],
            row["mobile"],
            row["phone"],
            row["email"],
            ways(row["way_order"]),
            row["best_time"],
            row["detail_level"],
            row["note"],
        )
        for row in rows
    )


def ways(stored: str) -> tuple[Way, ...]:
    """The ways that a contact asked for, from their stored form; words that name none are left out."""
    return tuple(way for way in dict.fromkeys(stored.split()) if way in WAYS)


def _promises(
    connection: Connection, customer_id: int | None, call_id: int | None
) -> tuple[OwedPromise, ...]:
    one = promise.c
    of = one.customer_id == customer_id if customer_id is not None else one.call_id == call_id
    query = (
        sa.select(one.id, one.what, one.due_at)
        .where(of, one.outcome == "open")
        .order_by(one.due_at, one.id)
        .limit(20)
    )
    return tuple(OwedPromise._make(row) for row in connection.execute(query))


_CALL = (
    sa.select(call.c.customer_id, call.c.number, call.c.title, call.c.contact_id, site.c.tz)
    .select_from(call.outerjoin(site, site.c.id == call.c.site_id))
    .where(call.c.id == sa.bindparam("call"))
)
_SOME_ZONE = (
    sa.select(site.c.tz)
    .where(site.c.customer_id == customer.c.id)
    .order_by(site.c.id)
    .limit(1)
    .scalar_subquery()
)
_CUSTOMERS_ZONE = sa.select(_SOME_ZONE).where(customer.c.id == sa.bindparam("customer"))
_CUSTOMER = sa.select(customer.c.name, _SOME_ZONE.label("tz")).where(
    customer.c.id == sa.bindparam("customer")
)


def call_numbers(connection: Connection, call_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Number and title of these calls, by id."""
    query = sa.select(call.c.id, call.c.number, call.c.title).where(call.c.id.in_(list(call_ids)))
    return {row.id: (row.number, row.title) for row in connection.execute(query)} if call_ids else {}


class Caller(NamedTuple):
    """An operator who may call customers."""

    id: int
    account: str
    name: str
    role: str


def callers(connection: Connection) -> tuple[Caller, ...]:
    """Everybody who may call customers, by account."""
    one = operator.c
    query = (
        sa.select(one.id, one.account, one.name, one.role).where(one.role != "viewer").order_by(one.account)
    )
    return tuple(Caller._make(row) for row in connection.execute(query))
