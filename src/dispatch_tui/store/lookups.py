"""Short lists for typing ahead: names for the filter bar, technicians for an assignment, places for a new call."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import LIVE
from dispatch_tui.store.folding import begins, contains

_NAMES: dict[str, Any] = {
    "cust": t.customer.c.name,
    "site": t.site.c.name,
    "unit": t.unit.c.serial,
    "model": t.model.c.name,
    "tech": t.technician.c.name,
    "team": t.team.c.name,
    "owner": t.operator.c.account,
    "skill": t.technician_skill.c.skill,
}


def names(connection: Connection, field: str, typed: str, limit: int = 8) -> list[str]:
    """Names of a filter field's records that begin with ``typed``, any case; none for an unknown field."""
    column = _NAMES.get(field)
    if column is None:
        return []
    query = (
        sa.select(column).where(column != "", begins(column, typed)).distinct().order_by(column).limit(limit)
    )
    return [str(name) for name in connection.scalars(query)]


class TechnicianChoice(NamedTuple):
    """A technician to give a call to: ``open_calls`` are live calls in their hands, ``skilled`` says whether they
    have the skill that the call needs (true where it needs none)."""

    id: int
    name: str
    team: str
    skills: tuple[str, ...]
    open_calls: int
    skilled: bool
    same_team: bool


def technicians(connection: Connection, call_id: int) -> list[TechnicianChoice]:
    """Active technicians for a call: those with its skill first, then its team, then who has least to do."""
    call = connection.execute(
        sa.select(t.call.c.skill, t.call.c.team_id).where(t.call.c.id == call_id)
    ).first()
    skill, team_id = call or ("", None)
    loads = {
        row.technician_id: row.calls
        for row in connection.execute(
            sa.select(t.call.c.technician_id, sa.func.count().label("calls"))
            .where(LIVE, t.call.c.technician_id.is_not(None), t.call.c.status != "resolved")
            .group_by(t.call.c.technician_id)
        )
    }
    skills: dict[int, list[str]] = {}
    for technician_id, one in connection.execute(
        sa.select(t.technician_skill.c.technician_id, t.technician_skill.c.skill).order_by(
            t.technician_skill.c.skill
        )
    ):
        skills.setdefault(technician_id, []).append(one)
    rows = connection.execute(
        sa.select(t.technician.c.id, t.technician.c.name, t.technician.c.team_id, t.team.c.name.label("team"))
        .select_from(t.technician.outerjoin(t.team, t.team.c.id == t.technician.c.team_id))
        .where(t.technician.c.active == 1)
    )
    found = [
        TechnicianChoice(
            row.id,
            row.name,
            row.team or "",
            tuple(skills.get(row.id, ())),
            loads.get(row.id, 0),
            not skill or skill in skills.get(row.id, ()),
            team_id is not None and row.team_id == team_id,
        )
        for row in rows
    ]
    return sorted(
        found, key=lambda one: (not one.skilled, not one.same_team, one.open_calls, one.name.casefold())
    )


class PlaceChoice(NamedTuple):
    """Where a new call may be (a unit, or a site without naming one), or whom an agreement is for."""

    kind: str
    id: int
    name: str
    hint: str


def places(connection: Connection, typed: str, limit: int = 12) -> list[PlaceChoice]:
    """Units by serial, then sites by their own or their customer's name, that contain ``typed``."""
    unit, site, customer, model = t.unit.c, t.site.c, t.customer.c, t.model.c
    units = connection.execute(
        sa.select(unit.id, unit.serial, model.name.label("model"), customer.name.label("customer"))
        .select_from(
            t.unit.outerjoin(t.model, model.id == unit.model_id).outerjoin(
                t.customer, customer.id == unit.customer_id
            )
        )
        .where(unit.retired_at.is_(None), contains(unit.serial, typed))
        .order_by(unit.serial)
        .limit(limit)
    )
    found = [
        PlaceChoice("unit", row.id, row.serial, f"{row.model or ''}  {row.customer or ''}") for row in units
    ]
    sites = connection.execute(
        sa.select(site.id, site.name, customer.name.label("customer"), site.city)
        .select_from(t.site.outerjoin(t.customer, customer.id == site.customer_id))
        .where(sa.or_(contains(site.name, typed), contains(customer.name, typed)))
        .order_by(site.name)
        .limit(max(0, limit - len(found)))
    )
    return found + [
        PlaceChoice("site", row.id, row.name, f"{row.customer or ''}  {row.city}") for row in sites
    ]


def customers(connection: Connection, typed: str, limit: int = 12) -> list[PlaceChoice]:
    """Customers whose name contains ``typed``, in the order of their names."""
    customer = t.customer.c
    query = (
        sa.select(customer.id, customer.name, customer.tier)
        .where(contains(customer.name, typed))
        .order_by(customer.name)
        .limit(limit)
    )
    return [PlaceChoice("customer", row.id, row.name, row.tier) for row in connection.execute(query)]


def team_and_skill_names(connection: Connection) -> tuple[list[str], list[str]]:
    """Every team, and every skill that a technician has: each has its saved queue."""
    teams = connection.scalars(
        sa.select(t.team.c.name).where(t.team.c.name != "").distinct().order_by(t.team.c.name)
    )
    skills = connection.scalars(
        sa.select(t.technician_skill.c.skill).distinct().order_by(t.technician_skill.c.skill)
    )
    return [str(one) for one in teams], [str(one) for one in skills]
