"""A filter's terms as conditions on the ``call`` table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from dispatch_tui.clock import to_us
from dispatch_tui.store import folding
from dispatch_tui.store import tables as t
from dispatch_tui.store.filters import TEXT, Filter, Special, Term, Value, ranges
from dispatch_tui.store.rows import NEVER

Condition = sa.ColumnElement[bool]
call = t.call.c
LIVE = call.live == sa.literal_column("1")
"""Written out, so that the partial indexes serve."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looks, when and from where: what ``me``, ``now`` and ``today`` mean in a filter."""

    now: datetime
    operator_id: int = 0
    technician_id: int | None = None
    zone: tzinfo = UTC


def conditions(wanted: Filter, who: Onlooker) -> list[Condition]:
    """All of them must hold. Values of ended calls are left out unless the filter asks for them."""
    found = [LIVE] if wanted.live_only else []
    return found + [_condition(term, who) for term in wanted.terms]


def us(column: Any) -> sa.ColumnElement[int]:
    """An instant's column as the number that is stored."""
    return sa.type_coerce(column, sa.BigInteger)


def _condition(term: Term, who: Onlooker) -> Condition:
    either = sa.or_(*_alternatives(term, who))
    # What is not set must count as "does not match", so that its negation holds.
    return sa.not_(sa.func.coalesce(either, sa.false())) if term.negated else either


def _alternatives(term: Term, who: Onlooker) -> list[Condition]:
    if term.field in ("due", "age", "opened"):
        column = us(call.due_at if term.field == "due" else call.opened_at)
        return [sa.and_(column >= one.low, column < one.high) for one in ranges(term, who.now, who.zone)]
    if term.field == "pri":
        return [_compared(call.priority, term.op, int(str(value))) for value in term.values]
    if term.field == "status":
        return [call.status.in_([str(value) for value in term.values])]
    if term.field == "clock":
        return [_clock(str(value), to_us(who.now)) for value in term.values]
    return [_named(term, value, who) for value in term.values]


def _compared(column: sa.ColumnElement[int], op: str, value: int) -> Condition:
    operations: dict[str, Callable[[Any, Any], Any]] = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    result: Condition = operations.get(op, lambda a, b: a == b)(column, value)
    return result


def _clock(state: str, now: int) -> Condition:
    due, warn = us(call.due_at), us(call.warn_at)
    if state == "breached":
        return due < now
    if state == "warning":
        return sa.and_(warn <= now, due >= now)
    if state == "running":
        # One that is never due runs too: a waiting customer of whom the agreement does not speak.
        return sa.and_(call.clock != "", call.paused == 0, due >= now, warn > now)
    if state == "paused":
        return sa.and_(call.paused == 1, due == NEVER)
    return call.clock == ""


# Field of a name: the column on the call, and the table and column in which the name stands.
_NAMES: dict[str, tuple[sa.ColumnElement[int], sa.Table, Any]] = {
    "cust": (call.customer_id, t.customer, t.customer.c.name),
    "site": (call.site_id, t.site, t.site.c.name),
    "unit": (call.unit_id, t.unit, t.unit.c.serial),
    "tech": (call.technician_id, t.technician, t.technician.c.name),
    "team": (call.team_id, t.team, t.team.c.name),
    "owner": (call.operator_id, t.operator, t.operator.c.account),
}
_OWN = {"skill": call.skill, "num": call.number, "flag": call.flag}


def _named(term: Term, value: Value, who: Onlooker) -> Condition:
    if term.field == TEXT:
        return _anywhere(str(value))
    if term.field in _OWN:
        column = _OWN[term.field]
        return column == "" if value is Special.NONE else _matches(column, term.op, str(value))
    if term.field == "model":
        if value is Special.NONE:
            modelled = sa.select(t.unit.c.id).where(t.unit.c.model_id.is_not(None))
            return sa.or_(call.unit_id.is_(None), call.unit_id.not_in(modelled))
        models = sa.select(t.model.c.id).where(_matches(t.model.c.name, term.op, str(value)))
        return call.unit_id.in_(sa.select(t.unit.c.id).where(t.unit.c.model_id.in_(models)))
    link, table, name = _NAMES[term.field]
    if value is Special.NONE:
        return link.is_(None)
    if value is Special.ME:
        mine = link == who.operator_id
        return mine if who.technician_id is None else sa.or_(mine, call.technician_id == who.technician_id)
    return link.in_(sa.select(table.c.id).where(_matches(name, term.op, str(value))))


def _matches(column: Any, op: str, text: str) -> Condition:
    return folding.same(column, text) if op == "=" else folding.contains(column, text)


def _anywhere(text: str) -> Condition:
    return sa.or_(
        _matches(call.number, ":", text),
        _matches(call.title, ":", text),
        *(
            link.in_(sa.select(table.c.id).where(_matches(name, ":", text)))
            for link, table, name in (_NAMES["cust"], _NAMES["unit"], _NAMES["site"])
        ),
    )
