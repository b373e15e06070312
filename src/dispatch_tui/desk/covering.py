"""The agreement that covers a call: who could, read from the store, and who does (``sla.precedence``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.desk.terms import read_terms
from dispatch_tui.sla.conditions import CallFacts
from dispatch_tui.sla.precedence import Candidate, Choice, Scope, choose
from dispatch_tui.store import tables as t
from dispatch_tui.store.agreements import PRESENT_TERMS, SHARED_HOURS
from dispatch_tui.store.rows import NEVER

Values = dict[str, Any]
Known = dict[tuple[int | None, int | None, int | None], list[Candidate]]
"""Candidates by customer, site and unit, for a run in which none is made."""
_agreement, _named = t.agreement.c, t.agreement_unit.c


def choose_agreement(connection: Connection, values: Mapping[str, Any], known: Known | None = None) -> Values:
    """What a new call stores of its agreement: which one, its version and why; nothing where none covers it.

    ``values``: the call's columns, instants as instants. ``known`` is filled as candidates are read.
    """
    found = _found(connection, values, known)
    if not any(one.holds_at(values["opened_at"]) for one in found):  # as for most of an old log
        return {}
    winner, reason, _ = choose(found, facts_of(connection, values, found))
    if winner is None:
        return {}
    return {
        "agreement_id": winner.agreement_id,
        "terms_version": winner.terms_version,
        "agreement_reason": reason,
    }


def choice_for(connection: Connection, values: Mapping[str, Any], known: Known | None = None) -> Choice:
    """The same with every agreement that could have covered the call, and why it does not."""
    found = _found(connection, values, known)
    if not found:
        return Choice(None, "", ())
    return choose(found, facts_of(connection, values, found))


def _found(connection: Connection, values: Mapping[str, Any], known: Known | None) -> list[Candidate]:
    place = values.get("customer_id"), values.get("site_id"), values.get("unit_id")
    found = None if known is None else known.get(place)
    if found is None:
        found = candidates(connection, *place)
        if known is not None:
            known[place] = found
    return found


def agreed(connection: Connection) -> range:
    """The instants, in microseconds, from the first agreement's start to the last one's end; empty without any.
    Most of an old log lies before the first."""
    return range(*connection.execute(_AGREED).one())


def candidates(
    connection: Connection, customer_id: int | None, site_id: int | None, unit_id: int | None
) -> list[Candidate]:
    """The agreements for this unit, site or customer, and those for everybody; ended ones too, by id."""
    where = {"customer": customer_id, "site": site_id, "unit": unit_id}
    found = []
    for row in connection.execute(_CANDIDATES, where).mappings():
        scope = _scope(row, unit_id)
        if scope is not None:
            terms = read_terms(row["terms_json"], row["mapping_json"])
            found.append(
                Candidate(
                    row["id"],
                    row["name"],
                    scope,
                    row["terms_version"],
                    terms,
                    row["starts_at"],
                    row["ends_at"],
                )
            )
    return found


def facts_of(connection: Connection, values: Mapping[str, Any], found: list[Candidate]) -> CallFacts:
    """What the conditions of these agreements may ask of a call."""
    model = family = ""
    if values.get("unit_id") is not None and any(one.terms.conditions for one in found):
        row = connection.execute(_MODEL, {"unit": values["unit_id"]}).first()
        model, family = row or ("", "")
    return CallFacts(
        values["opened_at"],
        values["priority"],
        skill=values.get("skill") or "",
        channel=values.get("channel") or "",
        category=values.get("category") or "",
        model=model,
        family=family,
    )


def _scope(row: RowMapping, unit_id: int | None) -> Scope | None:
    """How near an agreement is to a call; ``None`` where it names other units."""
    if row["unit_id"] is not None:
        return "unit" if row["unit_id"] == unit_id else None
    if row["names_units"]:
        return "contract" if row["names_this"] else None
    if row["site_id"] is not None:
        return "site"
    return "default" if row["customer_id"] is None else "customer"


def _stored(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, sa.BigInteger)


def _in(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=sa.BigInteger)


_AGREED = sa.select(
    # Outside: nothing without agreements. Inside: an agreement without a start, or an end, holds for ever.
    sa.func.coalesce(sa.func.min(sa.func.coalesce(_stored(_agreement.starts_at), -NEVER)), 0),
    sa.func.coalesce(sa.func.max(sa.func.coalesce(_stored(_agreement.ends_at), NEVER)), 0),
)
_NEAR = sa.union_all(
    sa.select(_agreement.id).where(_agreement.unit_id == _in("unit")),
    sa.select(_named.agreement_id).where(_named.unit_id == _in("unit")),
    sa.select(_agreement.id).where(_agreement.site_id == _in("site"), _agreement.unit_id.is_(None)),
    sa.select(_agreement.id).where(
        _agreement.customer_id == _in("customer"), _agreement.site_id.is_(None), _agreement.unit_id.is_(None)
    ),
    sa.select(_agreement.id).where(
        _agreement.customer_id.is_(None), _agreement.site_id.is_(None), _agreement.unit_id.is_(None)
    ),
)
"""One search by index for each kind of nearness."""
_CANDIDATES = (
    sa.select(
        _agreement.id,
        _agreement.name,
        _agreement.customer_id,
        _agreement.site_id,
        _agreement.unit_id,
        _agreement.terms_version,
        _agreement.starts_at,
        _agreement.ends_at,
        t.agreement_terms.c.terms_json,
        t.calendar_version.c.mapping_json,
        sa.exists().where(_named.agreement_id == _agreement.id).label("names_units"),
        sa.exists()
        .where(_named.agreement_id == _agreement.id, _named.unit_id == _in("unit"))
        .label("names_this"),
    )
    .select_from(
        t.agreement.join(t.agreement_terms, PRESENT_TERMS).outerjoin(t.calendar_version, SHARED_HOURS)
    )
    .where(_agreement.id.in_(_NEAR))
    # A unit that has changed hands leaves the agreement of who had it.
    .where(
        sa.or_(
            _agreement.customer_id.is_(None),
            _in("customer").is_(None),
            _agreement.customer_id == _in("customer"),
        )
    )
    .order_by(_agreement.id)
)
_MODEL = (
    sa.select(sa.func.coalesce(t.model.c.name, ""), sa.func.coalesce(t.model.c.family, ""))
    .select_from(t.unit.outerjoin(t.model, t.model.c.id == t.unit.c.model_id))
    .where(t.unit.c.id == _in("unit"))
)
