"""Reads for agreements and calendars: the lists to choose from, and each with all that it says."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.errors import NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.folding import same

_agreement, _calendar, _terms = t.agreement.c, t.calendar.c, t.agreement_terms.c


class AgreementLine(NamedTuple):
    """An agreement in a list. ``scope``: unit, contract, site, customer or default; ``of``: whose it is, in
    words; ``calendar``: the shared calendar's name, empty where it has hours of its own; ``running``: calls
    under it that are neither resolved nor over, ``behind`` those of them under an earlier version."""

    id: int
    version: int
    name: str
    scope: str
    of: str
    calendar: str
    terms_version: int
    starts_at: datetime | None
    ends_at: datetime | None
    cover: str
    running: int
    behind: int


class AgreementSheet(NamedTuple):
    """One agreement in full. ``terms``: its present ones as ``sla.terms.terms_from_mapping`` reads them (without
    a ``calendar`` where a shared one stands in ``calendar_id``, of version ``calendar_number``)."""

    line: AgreementLine
    customer_id: int | None
    site_id: int | None
    unit_id: int | None
    unit_ids: tuple[int, ...]
    terms: dict[str, Any]
    calendar_id: int | None
    calendar_number: int | None
    made_at: datetime | None


class CalendarLine(NamedTuple):
    """A calendar in a list. ``number``: its present version; ``agreements`` whose present terms use it, and
    their calls that are neither resolved nor over."""

    id: int
    version: int
    name: str
    number: int
    tz: str
    agreements: int
    running: int


class CalendarSheet(NamedTuple):
    """One calendar in full; ``mapping`` is what ``BusinessCalendar.from_mapping`` reads."""

    line: CalendarLine
    mapping: dict[str, Any]
    made_at: datetime | None
    agreement_ids: tuple[int, ...]


def agreements(connection: Connection) -> list[AgreementLine]:
    """All of them: those for everybody first, then by whose they are, and by name."""
    rows = connection.execute(_AGREEMENTS).mappings().all()
    counts = _running(connection)
    lines = [_line(row, *counts.get(row["id"], (0, 0))) for row in rows]
    return sorted(
        lines, key=lambda one: (one.scope != "default", one.of.casefold(), one.name.casefold(), one.id)
    )


def agreement_sheet(connection: Connection, agreement_id: int) -> AgreementSheet:
    """One agreement; raises ``NotFound``."""
    row = connection.execute(_AGREEMENTS.where(_agreement.id == agreement_id)).mappings().first()
    if row is None:
        raise NotFound("agreement", agreement_id, "'dispatch-tui agreement list' shows those that there are.")
    terms = connection.execute(
        sa.select(t.agreement_terms).where(
            _terms.agreement_id == agreement_id, _terms.number == row["terms_version"]
        )
    ).one()
    named = t.agreement_unit.c
    units = connection.scalars(
        sa.select(named.unit_id).where(named.agreement_id == agreement_id).order_by(named.unit_id)
    )
    return AgreementSheet(
        _line(row, *_running(connection, agreement_id).get(agreement_id, (0, 0))),
        row["customer_id"],
        row["site_id"],
        row["unit_id"],
        tuple(units),
        json.loads(terms.terms_json),
        terms.calendar_id,
        terms.calendar_number,
        terms.made_at,
    )


def calendars(connection: Connection) -> list[CalendarLine]:
    """All of them, by name."""
    counts = _running(connection)
    using: dict[int, list[int]] = {}
    for agreement_id, calendar_id in connection.execute(_USERS):
        using.setdefault(calendar_id, []).append(agreement_id)
    return [
        _calendar_line(row, using.get(row["id"], []), counts)
        for row in connection.execute(_CALENDARS).mappings()
    ]


def calendar_sheet(connection: Connection, calendar_id: int) -> CalendarSheet:
    """One calendar in its present version; raises ``NotFound``."""
    row = connection.execute(_CALENDARS.where(_calendar.id == calendar_id)).mappings().first()
    if row is None:
        raise NotFound("calendar", calendar_id)
    using = list(
        connection.scalars(_USERS.where(_terms.calendar_id == calendar_id).with_only_columns(_agreement.id))
    )
    return CalendarSheet(
        _calendar_line(row, using, _running(connection)),
        json.loads(row["mapping_json"]),
        row["made_at"],
        tuple(using),
    )


def calendar_id_named(connection: Connection, name: str) -> int:
    """The calendar of this name, in any case; raises ``NotFound``."""
    found = connection.scalar(sa.select(_calendar.id).where(same(_calendar.name, name)))
    if found is None:
        raise NotFound("calendar", name)
    return int(found)


def _line(row: sa.RowMapping, running: int, behind: int) -> AgreementLine:
    scope, of = _scope(row)
    return AgreementLine(
        row["id"],
        row["version"],
        row["name"],
        scope,
        of,
        row["calendar"] or "",
        row["terms_version"],
        row["starts_at"],
        row["ends_at"],
        row["cover"],
        running,
        behind,
    )


def _scope(row: sa.RowMapping) -> tuple[str, str]:
    """How near it is, and whose it is in words."""
    customer, site, unit = row["customer"] or "", row["site"] or "", row["unit"] or ""
    if row["unit_id"] is not None:
        return "unit", ", ".join(filter(None, (customer, unit)))
    if row["units"]:
        return "contract", ", ".join(
            filter(None, (customer, f"{row['units']} unit{'' if row['units'] == 1 else 's'}"))
        )
    if row["site_id"] is not None:
        return "site", ", ".join(filter(None, (customer, site)))
    return ("customer", customer) if row["customer_id"] is not None else ("default", "everybody")


def _calendar_line(row: sa.RowMapping, using: list[int], counts: dict[int, tuple[int, int]]) -> CalendarLine:
    running = sum(counts.get(one, (0, 0))[0] for one in using)
    tz = str(json.loads(row["mapping_json"]).get("tz", ""))
    return CalendarLine(row["id"], row["version"], row["name"], row["number"], tz, len(using), running)


def _running(connection: Connection, agreement_id: int | None = None) -> dict[int, tuple[int, int]]:
    """By agreement how many calls run under it, and how many of them under an earlier version."""
    behind = sa.case((t.call.c.terms_version != _agreement.terms_version, 1), else_=0)
    query = (
        sa.select(t.call.c.agreement_id, sa.func.count(), sa.func.sum(behind))
        .join(t.agreement, _agreement.id == t.call.c.agreement_id)
        .where(t.call.c.live == 1, t.call.c.status != "resolved")
        .group_by(t.call.c.agreement_id)
    )
    if agreement_id is not None:
        query = query.where(t.call.c.agreement_id == agreement_id)
    return {row[0]: (int(row[1]), int(row[2] or 0)) for row in connection.execute(query)}


PRESENT_TERMS = sa.and_(_terms.agreement_id == _agreement.id, _terms.number == _agreement.terms_version)
"""Joins an agreement with the terms that are its present ones."""
SHARED_HOURS = sa.and_(
    t.calendar_version.c.calendar_id == _terms.calendar_id,
    t.calendar_version.c.number == _terms.calendar_number,
)
"""Joins terms with the version of the shared calendar that they go by; some have hours of their own."""
_AGREEMENTS = (
    sa.select(
        t.agreement,
        t.customer.c.name.label("customer"),
        t.site.c.name.label("site"),
        t.unit.c.serial.label("unit"),
        _calendar.name.label("calendar"),
        sa.select(sa.func.count())
        .select_from(t.agreement_unit)
        .where(t.agreement_unit.c.agreement_id == _agreement.id)
        .scalar_subquery()
        .label("units"),
    )
    .select_from(
        t.agreement.outerjoin(t.agreement_terms, PRESENT_TERMS)
        .outerjoin(t.calendar, _calendar.id == _terms.calendar_id)
        .outerjoin(t.customer, t.customer.c.id == _agreement.customer_id)
        .outerjoin(t.site, t.site.c.id == _agreement.site_id)
        .outerjoin(t.unit, t.unit.c.id == _agreement.unit_id)
    )
    .order_by(_agreement.id)
)
_CALENDARS = (
    sa.select(t.calendar, t.calendar_version.c.mapping_json, t.calendar_version.c.made_at)
    .join(
        t.calendar_version,
        sa.and_(
            t.calendar_version.c.calendar_id == _calendar.id, t.calendar_version.c.number == _calendar.number
        ),
    )
    .order_by(sa.func.lower(_calendar.name), _calendar.id)
)
_USERS = (
    sa.select(_agreement.id, _terms.calendar_id)
    .join(t.agreement_terms, PRESENT_TERMS)
    .where(_terms.calendar_id.is_not(None))
    .order_by(_agreement.id)
)
