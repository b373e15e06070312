"""On how many failure visits each part was used: on one unit, and on others of its model."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.dispatch.parts import PartCount
from dispatch_tui.store import tables as t
from dispatch_tui.store.unit_history import visit_cost
from dispatch_tui.store.units import UnitCard

_unit, _visit, _call = t.unit.c, t.visit.c, t.call.c


class PartCounts(NamedTuple):
    """The parts, and how many failure visits there were in all."""

    parts: list[PartCount]
    visits_here: int
    visits_elsewhere: int


def part_counts(
    connection: Connection, card: UnitCard, currency: str, *, failure_kinds: Collection[str]
) -> PartCounts:
    """Count finished failure visits. A part is known by its number, else by its name, upper and lower case alike.

    A visit counts once for a part, however many of it were used; its cost where that is in ``currency``.
    """
    about = sa.func.coalesce(_visit.unit_id, _call.unit_id)
    alike = (
        about == card.id
        if card.model_id is None
        else about.in_(sa.select(_unit.id).where(_unit.model_id == card.model_id))
    )
    visits = (
        sa.select(
            _visit.id.label("id"),
            sa.case((about == card.id, 1), else_=0).label("here"),
            sa.case((_visit.currency.in_((currency, "")), visit_cost())).label("cost"),
        )
        .select_from(t.visit.outerjoin(t.call, _call.id == _visit.call_id))
        .where(alike, _visit.status == "done", _visit.kind.in_(list(failure_kinds)))
        .subquery()
    )
    visits_here, total = connection.execute(sa.select(sa.func.sum(visits.c.here), sa.func.count())).one()
    use, part = t.part_use.c, t.part.c
    name = sa.func.coalesce(sa.func.nullif(use.name, ""), part.name, "")
    number = sa.func.coalesce(part.number, "")
    key = sa.func.lower(sa.func.coalesce(sa.func.nullif(number, ""), name))
    used = (
        sa.select(
            visits.c.id,
            visits.c.here,
            visits.c.cost,
            key.label("key"),
            sa.func.min(name).label("name"),
            sa.func.min(number).label("number"),
        )
        .select_from(
            t.part_use.join(visits, visits.c.id == use.visit_id).outerjoin(t.part, part.id == use.part_id)
        )
        .where(key != "")
        .group_by(visits.c.id, visits.c.here, visits.c.cost, key)
        .subquery()
    )
    one = sa.case((used.c.here == 1, used.c.id))
    other = sa.case((used.c.here == 0, used.c.id))
    query = sa.select(
        sa.func.min(used.c.name),
        sa.func.min(used.c.number),
        sa.func.count(one.distinct()),
        sa.func.count(other.distinct()),
        sa.func.avg(used.c.cost),
    ).group_by(used.c.key)
    return PartCounts(
        [
            PartCount(name, number, here, elsewhere, None if cost is None else float(cost))
            for name, number, here, elsewhere, cost in connection.execute(query)
        ],
        int(visits_here or 0),
        int(total) - int(visits_here or 0),
    )
