"""What must be acknowledged before a journey: the arrival instruction of the site, the warranty guard of the unit.

An acknowledgement is of the words as they stand (:mod:`dispatch_tui.care.brief`), and is recorded with who gave it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.care.brief import Acknowledgement, BriefFacts, brief_of, check_may_travel
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.store.tables import acknowledgement, call, site, unit
from dispatch_tui.store.writes import Writer

_UNDER_WAY = ("planned", "confirmed", "en_route", "on_site")


def acknowledge(
    desk: Desk,
    visit_id: int,
    keys: Collection[str] | None = None,
    *,
    happened_at: datetime | None = None,
) -> tuple[Acknowledgement, ...]:
    """Record that what the brief of a visit asks for was read: those of ``keys``, or all of it; what was new.

    Raises ``IllegalTransition`` for a visit that is over, ``InvalidInput`` where the words have changed since they
    were shown, ``NotFound`` and ``NotAllowed``.
    """
    with desk.act("acknowledge_brief") as writer:
        visit = writer.get("visit", visit_id, to_change=True)
        if visit["status"] not in _UNDER_WAY:
            raise IllegalTransition("acknowledge_brief", visit["status"], _UNDER_WAY)
        when = desk.when(happened_at)
        asked = to_acknowledge(writer.connection, visit, when)
        if keys is not None and not set(keys) <= {one.key for one in asked}:
            raise InvalidInput("acknowledged", "the words have changed since", "Read them again.")
        known = acknowledged(writer.connection, visit_id)
        new = tuple(one for one in asked if one.key not in known and (keys is None or one.key in keys))
        for one in new:
            _write(writer, visit, one, when)
        return new


def to_acknowledge(
    connection: Connection, visit: RowMapping | Mapping[str, Any], at: datetime
) -> tuple[Acknowledgement, ...]:
    """What is to be acknowledged for a visit at an instant, in its present words."""
    instruction, until = arrival_and_warranty(connection, visit)
    facts = BriefFacts("", arrival_instruction=instruction, warranty_until=until)
    return brief_of(facts, at).to_acknowledge


def acknowledged(connection: Connection, visit_id: int) -> frozenset[str]:
    """The keys of what was acknowledged for a visit."""
    query = sa.select(acknowledgement.c.key).where(acknowledgement.c.visit_id == visit_id)
    return frozenset(connection.scalars(query))


def check_acknowledged(connection: Connection, visit: RowMapping, at: datetime) -> None:
    """Raises ``InvalidInput`` (field ``acknowledged``) where a visit may not set out yet."""
    instruction, until = arrival_and_warranty(connection, visit)
    brief = brief_of(BriefFacts("", arrival_instruction=instruction, warranty_until=until), at)
    if brief.to_acknowledge:
        check_may_travel(brief, acknowledged(connection, visit["id"]))


def arrival_and_warranty(
    connection: Connection, visit: RowMapping | Mapping[str, Any]
) -> tuple[str, datetime | None]:
    """The arrival instruction of the visit's site, and until when its unit is under warranty."""
    unit_id = sa.func.coalesce(sa.cast(visit["unit_id"], sa.BigInteger), call.c.unit_id)
    query = (
        sa.select(sa.func.coalesce(site.c.arrival_instruction, ""), unit.c.warranty_until)
        .select_from(
            call.outerjoin(unit, unit.c.id == unit_id).outerjoin(
                site, site.c.id == sa.func.coalesce(call.c.site_id, unit.c.site_id)
            )
        )
        .where(call.c.id == visit["call_id"])
    )
    instruction, until = connection.execute(query).one()
    return instruction, until


def _write(writer: Writer, visit: RowMapping, one: Acknowledgement, when: datetime) -> None:
    values = {
        "visit_id": visit["id"],
        "operator_id": writer.operator_id,
        "kind": one.kind,
        "key": one.key,
        "words": one.words,
        "happened_at": when,
    }
    writer.insert(
        "acknowledgement", values, act="acknowledge_brief", happened_at=when, call_id=visit["call_id"]
    )
