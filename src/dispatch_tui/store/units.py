"""Finding a unit and who it is: identity, place, catalogue facts, cover. Instants are aware."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.folding import contains

_unit = t.unit.c


class UnitRow(NamedTuple):
    """A unit as the search shows it; texts may be empty."""

    id: int
    serial: str
    name: str
    model: str
    customer: str
    site: str
    retired_at: datetime | None


class UnitCard(NamedTuple):
    """Who a unit is: its own record with the names and catalogue facts around it. Money is minor units."""

    id: int
    serial: str
    name: str
    note: str
    model_id: int | None
    model: str
    maker: str
    family: str
    customer: str
    customer_id: int | None
    site: str
    site_id: int | None
    site_tz: str
    installed_at: datetime | None
    records_from: datetime | None
    records_until: datetime | None
    warranty_until: datetime | None
    retired_at: datetime | None
    price_minor: int | None
    currency: str
    meter_unit: str
    usage_per_year: float | None
    rated_life_years: float | None
    rated_mtbf_hours: float | None
    support_until: datetime | None
    energy_minor: int | None
    consumables_minor: int | None
    contract_minor: int | None
    specs: str


class Cover(NamedTuple):
    """An agreement that covers the unit; the nearest comes first."""

    id: int
    name: str
    cover: str
    stage: str
    starts_at: datetime | None
    ends_at: datetime | None


def find_units(connection: Connection, words: str, limit: int) -> list[UnitRow]:
    """Units for which every word stands in the serial, name, model, customer or site; up to ``limit``.

    Serial numbers that begin with the words come first (an index answers that), then the rest by serial.
    """
    wanted = words.split()
    if not wanted:
        return _unit_rows(connection, sa.true(), limit)
    found = _unit_rows(connection, _serial_starts(words.strip()), limit)
    if len(found) < limit:
        known = {row.id for row in found}
        others = _unit_rows(connection, sa.and_(*map(_mentions, wanted)), limit)
        found += [row for row in others if row.id not in known]
    return found[:limit]


def unit_by_serial(connection: Connection, serial: str) -> int:
    """The id of the unit with this serial number (as written, or in capitals). Raises ``NotFound``, and
    ``InvalidInput`` for an empty one."""
    if not serial.strip():
        raise InvalidInput("unit", "the serial number is empty", "Search by model, customer or site.")
    for one in dict.fromkeys((serial, serial.upper())):
        found = connection.scalar(sa.select(_unit.id).where(_unit.serial == one).order_by(_unit.id).limit(1))
        if found is not None:
            return int(found)
    raise NotFound("unit", serial, "Search by model, customer or site.")


def unit_of_call(connection: Connection, call_id: int) -> int | None:
    """The unit that a call is about, ``None`` where it names none."""
    found = connection.scalar(sa.select(t.call.c.unit_id).where(t.call.c.id == call_id))
    return None if found is None else int(found)


def unit_card(connection: Connection, unit_id: int) -> UnitCard:
    """The unit's identity. Raises ``NotFound``."""
    row = connection.execute(CARDS.where(_unit.id == unit_id)).first()
    if row is None:
        raise NotFound("unit", unit_id)
    return UnitCard._make(row)


def covers(connection: Connection, card: UnitCard) -> list[Cover]:
    """Agreements that cover this unit, nearest first (its own, one that names it, its site's, its customer's,
    the one for everybody), ended ones too."""
    agreement, named = t.agreement.c, t.agreement_unit.c
    own, place, house = agreement.unit_id, agreement.site_id, agreement.customer_id
    this = sa.exists().where(named.agreement_id == agreement.id, named.unit_id == card.id)
    for_all = sa.and_(own.is_(None), sa.not_(sa.exists().where(named.agreement_id == agreement.id)))
    nearness = sa.case(
        (own == card.id, 0),
        (sa.and_(own.is_(None), this), 1),
        (sa.and_(for_all, place == card.site_id), 2),
        (sa.and_(for_all, place.is_(None), house == card.customer_id), 3),
        (sa.and_(for_all, place.is_(None), house.is_(None)), 4),
    )
    query = (
        sa.select(*(agreement[name] for name in Cover._fields))
        .where(nearness.is_not(None), sa.or_(house.is_(None), house == card.customer_id))
        .order_by(nearness, agreement.id)
    )
    return [Cover._make(row) for row in connection.execute(query)]


def _name(column: Any) -> sa.ColumnElement[str]:
    return sa.func.coalesce(column, "")


_PLACES = (
    t.unit.outerjoin(t.model, t.model.c.id == _unit.model_id)
    .outerjoin(t.customer, t.customer.c.id == _unit.customer_id)
    .outerjoin(t.site, t.site.c.id == _unit.site_id)
)
CARDS = sa.select(
    _unit.id,
    _unit.serial,
    _unit.name,
    _unit.note,
    _unit.model_id,
    _name(t.model.c.name),
    _name(t.model.c.maker),
    _name(t.model.c.family),
    _name(t.customer.c.name),
    _unit.customer_id,
    _name(t.site.c.name),
    _unit.site_id,
    sa.func.coalesce(t.site.c.tz, "UTC"),
    _unit.installed_at,
    _unit.records_from,
    _unit.records_until,
    _unit.warranty_until,
    _unit.retired_at,
    _unit.price_minor,
    sa.func.coalesce(sa.func.nullif(_unit.currency, ""), t.customer.c.currency, ""),
    _unit.meter_unit,
    _unit.usage_per_year,
    t.model.c.rated_life_years,
    t.model.c.rated_mtbf_hours,
    t.model.c.support_until,
    t.model.c.energy_minor_per_year,
    t.model.c.consumables_minor_per_year,
    t.model.c.contract_minor_per_year,
    _name(t.model.c.specs),
).select_from(_PLACES)


def _unit_rows(connection: Connection, where: sa.ColumnElement[bool], limit: int) -> list[UnitRow]:
    query = (
        sa.select(
            _unit.id,
            _unit.serial,
            _unit.name,
            _name(t.model.c.name),
            _name(t.customer.c.name),
            _name(t.site.c.name),
            _unit.retired_at,
        )
        .select_from(_PLACES)
        .where(where)
        .order_by(_unit.serial, _unit.id)
        .limit(limit)
    )
    return [UnitRow._make(row) for row in connection.execute(query)]


def _serial_starts(text: str) -> sa.ColumnElement[bool]:
    """A range of the serial index: from the text to the last string that begins with it."""
    tries = dict.fromkeys((text, text.upper()))
    return sa.or_(*(sa.and_(_unit.serial >= one, _unit.serial < one + "\U0010ffff") for one in tries))


def _mentions(word: str) -> sa.ColumnElement[bool]:
    def named(table: sa.Table) -> sa.ScalarSelect[int]:
        return sa.select(table.c.id).where(contains(table.c.name, word)).scalar_subquery()

    return sa.or_(
        contains(_unit.serial, word),
        contains(_unit.name, word),
        _unit.model_id.in_(named(t.model)),
        _unit.customer_id.in_(named(t.customer)),
        _unit.site_id.in_(named(t.site)),
    )
