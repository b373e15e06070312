"""Reads about a unit's like: the same model's failures, the catalogue of challengers, and quotes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.unit_history import visit_cost
from dispatch_tui.store.units import UnitCard

_unit, _visit, _call, _model = t.unit.c, t.visit.c, t.call.c, t.model.c


class SimilarFailure(NamedTuple):
    """One kind of failure of the model: how often on this unit, how often and on how many others."""

    what: str
    here: int
    elsewhere: int
    units_elsewhere: int
    mean_cost_minor: float | None
    last_at: datetime
    helped: str
    """The work of the latest visit with a good outcome, anywhere in the fleet."""


class CatalogueModel(NamedTuple):
    """A model that can be bought. Money is minor units of ``currency``, ``None`` where it is not known."""

    id: int
    name: str
    maker: str
    family: str
    price_minor: int | None
    install_minor: int | None
    energy_minor: int | None
    consumables_minor: int | None
    contract_minor: int | None
    currency: str
    rated_life_years: float | None
    rated_mtbf_hours: float | None
    warranty_months: int | None


class UnitQuote(NamedTuple):
    id: int
    kind: str
    amount_minor: int | None
    currency: str
    quoted_at: datetime
    valid_until: datetime | None
    call_number: str


def similar_failures(
    connection: Connection, card: UnitCard, limit: int, *, failure_kinds: Collection[str]
) -> list[SimilarFailure]:
    """What failed on this unit, most often first, and how the same went on other units of the model.

    Failures are the same where their cause is worded alike, else their problem, else the call's category,
    else its title (upper and lower case do not matter).
    """
    mine = _failures(failure_kinds).where(_visit.unit_id == card.id).subquery()
    own = connection.execute(
        sa.select(mine.c.what, sa.func.count(), sa.func.max(mine.c.at))
        .group_by(mine.c.what)
        .order_by(sa.func.count().desc(), sa.func.max(mine.c.at).desc())
        .limit(limit)
    ).all()
    names = [row[0] for row in own]
    fleet = _fleet_failures(connection, card, names, failure_kinds)
    helped = _what_helped(connection, card, names, failure_kinds)
    found = []
    for what, here, at in own:
        elsewhere, units, cost = fleet.get(what, (0, 0, None))
        found.append(SimilarFailure(what, here, elsewhere, units, cost, at, helped.get(what, "")))
    return found


def catalogue(connection: Connection, family: str, limit: int) -> list[CatalogueModel]:
    """Models with a price, those of ``family`` first, then by name."""
    columns = (
        _model.id,
        _model.name,
        _model.maker,
        _model.family,
        _model.price_minor,
        _model.install_minor,
        _model.energy_minor_per_year,
        _model.consumables_minor_per_year,
        _model.contract_minor_per_year,
        _model.currency,
        _model.rated_life_years,
        _model.rated_mtbf_hours,
        _model.warranty_months,
    )
    query = (
        sa.select(*columns)
        .where(_model.price_minor.is_not(None))
        .order_by(sa.case((sa.and_(_model.family == family, _model.family != ""), 0), else_=1), _model.name)
        .limit(limit)
    )
    return [CatalogueModel._make(row) for row in connection.execute(query)]


def latest_quote(connection: Connection, unit_id: int, kind: str = "repair") -> UnitQuote | None:
    """The newest quote of a kind for the unit, given for it or for a call about it."""
    about = sa.select(_call.id).where(_call.unit_id == unit_id)
    quote = t.quote.c
    query = (
        sa.select(
            quote.id,
            quote.kind,
            quote.amount_minor,
            quote.currency,
            quote.quoted_at,
            quote.valid_until,
            sa.func.coalesce(_call.number, ""),
        )
        .select_from(t.quote.outerjoin(t.call, _call.id == quote.call_id))
        .where(quote.kind == kind, sa.or_(quote.unit_id == unit_id, quote.call_id.in_(about)))
        .order_by(quote.quoted_at.desc(), quote.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return UnitQuote._make(row) if row else None


_WHAT = sa.func.lower(
    sa.func.coalesce(
        sa.func.nullif(_visit.cause, ""),
        sa.func.nullif(_visit.problem, ""),
        sa.func.nullif(_call.category, ""),
        sa.func.nullif(_call.title, ""),
    )
)


def _failures(failure_kinds: Collection[str]) -> sa.Select[Any]:
    """Finished failure visits with their wording, cost, unit and instant."""
    return (
        sa.select(
            _WHAT.label("what"),
            _visit.id.label("id"),
            _visit.unit_id.label("unit_id"),
            visit_cost().label("cost"),
            _visit.currency.label("currency"),
            _visit.done_at.label("at"),
            _visit.outcome.label("outcome"),
            _visit.work.label("work"),
        )
        .select_from(t.visit.join(t.call, _call.id == _visit.call_id))
        .where(_visit.status == "done", _visit.kind.in_(list(failure_kinds)), _WHAT.is_not(None))
    )


def _of_the_model(card: UnitCard) -> sa.ColumnElement[bool]:
    return _visit.unit_id.in_(sa.select(_unit.id).where(_unit.model_id == card.model_id))


def _fleet_failures(
    connection: Connection, card: UnitCard, names: Collection[str], failure_kinds: Collection[str]
) -> dict[str, tuple[int, int, float | None]]:
    """By wording: how many failures on other units, on how many of them, and their mean cost."""
    if card.model_id is None or not names:
        return {}
    others = (
        _failures(failure_kinds)
        .where(_of_the_model(card), _visit.unit_id != card.id, _WHAT.in_(names))
        .subquery()
    )
    cost = sa.case((others.c.currency.in_((card.currency, "")), others.c.cost))
    query = sa.select(
        others.c.what, sa.func.count(), sa.func.count(others.c.unit_id.distinct()), sa.func.avg(cost)
    ).group_by(others.c.what)
    return {
        what: (count, units, None if mean is None else float(mean))
        for what, count, units, mean in connection.execute(query)
    }


def _what_helped(
    connection: Connection, card: UnitCard, names: Collection[str], failure_kinds: Collection[str]
) -> dict[str, str]:
    if not names:
        return {}
    where = _visit.unit_id == card.id if card.model_id is None else _of_the_model(card)
    good = _failures(failure_kinds).where(
        where, _WHAT.in_(names), _visit.outcome == "good", _visit.work != ""
    )
    ranked = good.add_columns(
        sa.func.row_number()
        .over(partition_by=_WHAT, order_by=(_visit.done_at.desc(), _visit.id.desc()))
        .label("place")
    ).subquery()
    query = sa.select(ranked.c.what, ranked.c.work).where(ranked.c.place == 1)
    return {row.what: row.work for row in connection.execute(query)}
