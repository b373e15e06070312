"""The queue read through a window: by key, never by offset, in the order of an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import LIVE, Onlooker, conditions, us
from dispatch_tui.store.filters import Filter
from dispatch_tui.store.rows import QueueRow

Sort = Literal["rank", "due", "opened", "priority"]
Key = tuple[int, ...]
"""A row's place in an order: the stored values that the order goes by, its id last."""

call = t.call.c

_ORDER: dict[Sort, tuple[sa.ColumnElement[int], ...]] = {
    "rank": (us(call.rank_at), call.id),
    "due": (us(call.due_at), call.id),
    "opened": (us(call.opened_at), call.id),
    "priority": (call.priority, us(call.rank_at), call.id),
}


def _or(column: Any, text: str) -> Any:
    """``column``, or ``text`` where the call has no such record."""
    return sa.func.coalesce(column, sa.literal_column(f"'{text}'"))


_COLUMNS: dict[str, Any] = {
    "id": call.id,
    "version": call.version,
    "number": call.number,
    "title": call.title,
    "status": call.status,
    "priority": call.priority,
    "due_us": us(call.due_at),
    "clock": call.clock,
    "warn_us": us(call.warn_at),
    "paused": call.paused,
    "rank_us": us(call.rank_at),
    "opened_us": us(call.opened_at),
    "held_reason": call.held_reason,
    "customer": _or(t.customer.c.name, ""),
    "site": _or(t.site.c.name, ""),
    "site_tz": _or(t.site.c.tz, "UTC"),
    "unit": _or(t.unit.c.serial, ""),
    "model": _or(t.model.c.name, ""),
    "technician": _or(t.technician.c.name, ""),
    "team": _or(t.team.c.name, ""),
    "operator": _or(t.operator.c.account, ""),
}
_ROWS = sa.select(*(_COLUMNS[name].label(name) for name in QueueRow._fields)).select_from(
    t.call.outerjoin(t.customer, t.customer.c.id == call.customer_id)
    .outerjoin(t.site, t.site.c.id == call.site_id)
    .outerjoin(t.unit, t.unit.c.id == call.unit_id)
    .outerjoin(t.model, t.model.c.id == t.unit.c.model_id)
    .outerjoin(t.technician, t.technician.c.id == call.technician_id)
    .outerjoin(t.team, t.team.c.id == call.team_id)
    .outerjoin(t.operator, t.operator.c.id == call.operator_id)
)


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """Which calls, in which order, for whom."""

    who: Onlooker
    filter: Filter = field(default_factory=Filter)
    sort: Sort = "rank"


def first_statement() -> sa.Select[Any]:
    """The first picture's query: all live calls by rank (``store.first`` holds its text)."""
    return _ROWS.where(LIVE).order_by(*_ORDER["rank"])


def key_of(row: QueueRow, sort: Sort) -> Key:
    """Where ``row`` stands in an order."""
    if sort == "priority":
        return (row.priority, row.rank_us, row.id)
    return ({"rank": row.rank_us, "due": row.due_us, "opened": row.opened_us}[sort], row.id)


def window(
    connection: Connection,
    spec: QueueSpec,
    *,
    after: Key | None = None,
    before: Key | None = None,
    limit: int,
) -> list[QueueRow]:
    """Up to ``limit`` rows after (or before) a place, in display order; from the start without one."""
    order = _ORDER[spec.sort]
    query = _ROWS.where(*conditions(spec.filter, spec.who)).limit(limit)
    if before is not None:
        query = query.where(_place(order) < _values(before)).order_by(*(column.desc() for column in order))
        return _rows(connection, query)[::-1]
    if after is not None:
        query = query.where(_place(order) > _values(after))
    return _rows(connection, query.order_by(*order))


def tail(connection: Connection, spec: QueueSpec, limit: int) -> list[QueueRow]:
    """The last rows, in display order."""
    query = _ROWS.where(*conditions(spec.filter, spec.who)).limit(limit)
    return _rows(connection, query.order_by(*(column.desc() for column in _ORDER[spec.sort])))[::-1]


def rows_by_id(connection: Connection, spec: QueueSpec | None, ids: Iterable[int]) -> list[QueueRow]:
    """These calls as they are now: those that belong to ``spec``, or all of them without one."""
    wanted = conditions(spec.filter, spec.who) if spec is not None else []
    return _rows(connection, _ROWS.where(call.id.in_(list(ids)), *wanted))


def row_by_number(connection: Connection, number: str) -> QueueRow | None:
    """One call, live or not, by its number (as written, or in capitals, or just the digits of ours)."""
    tries = dict.fromkeys((number, number.upper(), f"C-{number}"))
    found = {row.number: row for row in _rows(connection, _ROWS.where(call.number.in_(tries)))}
    return next((found[one] for one in tries if one in found), None)


def count(connection: Connection, spec: QueueSpec) -> int:
    """How many calls there are."""
    query = sa.select(sa.func.count()).select_from(t.call).where(*conditions(spec.filter, spec.who))
    return int(connection.scalar(query) or 0)


def rank_of(connection: Connection, spec: QueueSpec, key: Key) -> int:
    """How many rows stand before a place."""
    query = (
        sa.select(sa.func.count())
        .select_from(t.call)
        .where(*conditions(spec.filter, spec.who), _place(_ORDER[spec.sort]) < _values(key))
    )
    return int(connection.scalar(query) or 0)


class FencePosts:
    """Every ``STEP``-th key of a queue, so that any position is found in a hop and a short walk.

    Grown in slices (:meth:`grow`), each a few milliseconds, so that a session can build them between
    frames. They age as calls come and go: a position is then off by as many, which a scroll bar
    does not show; make new ones now and then.
    """

    STEP = 512
    SLICE = 8192

    def __init__(self, spec: QueueSpec) -> None:
        self._spec = spec
        self._posts: list[Key] = []
        self._last: Key | None = None
        self._walked = 0
        self.complete = False

    def grow(self, connection: Connection) -> bool:
        """Walk one slice further; ``True`` once the end is reached."""
        order = _ORDER[self._spec.sort]
        query = sa.select(*order).where(*conditions(self._spec.filter, self._spec.who)).order_by(*order)
        if self._last is not None:
            query = query.where(_place(order) > _values(self._last))
        keys = [tuple(row) for row in connection.execute(query.limit(self.SLICE))]
        start = -self._walked % self.STEP
        self._posts.extend(keys[start :: self.STEP])
        self._walked += len(keys)
        self._last = keys[-1] if keys else self._last
        self.complete = len(keys) < self.SLICE
        return self.complete

    def at(self, connection: Connection, position: int, limit: int) -> list[QueueRow]:
        """Rows from a position (0-based) on. Raises ``IndexError`` where the posts do not reach yet."""
        post = position // self.STEP
        if post >= len(self._posts):
            if self.complete:
                return []
            raise IndexError(position)
        order = _ORDER[self._spec.sort]
        query = (
            _ROWS.where(*conditions(self._spec.filter, self._spec.who))
            .where(_place(order) >= _values(self._posts[post]))
            .order_by(*order)
            .offset(position % self.STEP)  # at most STEP rows of an index
            .limit(limit)
        )
        return _rows(connection, query)


def _place(order: Sequence[sa.ColumnElement[int]]) -> sa.Tuple:
    return sa.tuple_(*order)


def _values(key: Key) -> sa.Tuple:
    return sa.tuple_(*(sa.bindparam(None, value, type_=sa.BigInteger) for value in key))


def _rows(connection: Connection, query: sa.Select[Any]) -> list[QueueRow]:
    return [QueueRow._make(row) for row in connection.execute(query)]
