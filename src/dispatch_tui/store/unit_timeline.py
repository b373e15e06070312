"""A unit's calls, visits and readings as one timeline, newest first, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.feed import FeedChange
from dispatch_tui.store.unit_history import (
    MeterReading,
    PartUse,
    UnitCall,
    UnitVisit,
    calls,
    parts_used,
    readings,
    visits,
)

_MOST_LOOKED_AT = 500
Entry = UnitCall | UnitVisit | MeterReading
Place = tuple[datetime, int]
"""Instant and id of the last entry of a kind that was seen."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far each kind has been read; the next page goes on from here."""

    call: Place | None = None
    visit: Place | None = None
    reading: Place | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries newest first, the parts used on their visits, and where to go on; ``more`` is false at the end."""

    entries: tuple[Entry, ...]
    parts: tuple[PartUse, ...]
    seen: Seen
    more: bool


def may_be_about(connection: Connection, unit_id: int, changes: Collection[FeedChange]) -> bool:
    """Whether one of these changes is of this unit, its calls, visits, readings or recommendations; of more than
    anybody writes by hand (an import) it may be."""
    if len(changes) > _MOST_LOOKED_AT:
        return True
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for one in changes:
        ids[one.kind].add(one.record_id)
        if one.call_id is not None:
            ids["call"].add(one.call_id)
    found: list[sa.ColumnElement[bool]] = [t.unit.c.id.in_(ids.pop("unit", ())) & (t.unit.c.id == unit_id)]
    for kind, wanted in ids.items():
        table = t.metadata.tables.get(kind)
        if table is not None and "unit_id" in table.c:
            found.append(sa.exists().where(table.c.id.in_(wanted), table.c.unit_id == unit_id))
    return connection.scalar(sa.select(t.unit.c.id).where(t.unit.c.id == unit_id, sa.or_(*found))) is not None


def timeline(connection: Connection, unit_id: int, limit: int, after: Seen | None = None) -> Page:
    """The next ``limit`` entries. At one instant a visit comes above its call, and a reading below both."""
    start = after or Seen()
    found: list[Entry] = [
        *visits(connection, unit_id, limit + 1, before=start.visit),
        *calls(connection, unit_id, limit + 1, before=start.call),
        *readings(connection, unit_id, limit + 1, before=start.reading),
    ]
    found.sort(key=_order, reverse=True)
    page = found[:limit]
    return Page(
        entries=tuple(page),
        parts=tuple(parts_used(connection, [one.id for one in page if isinstance(one, UnitVisit)])),
        seen=Seen(
            call=_last(page, UnitCall) or start.call,
            visit=_last(page, UnitVisit) or start.visit,
            reading=_last(page, MeterReading) or start.reading,
        ),
        more=len(found) > limit,
    )


def at(entry: Entry) -> datetime:
    """When it happened."""
    if isinstance(entry, UnitCall):
        return entry.opened_at
    return entry.at if isinstance(entry, UnitVisit) else entry.read_at


def _order(entry: Entry) -> tuple[datetime, int, int]:
    rank = 2 if isinstance(entry, UnitVisit) else 1 if isinstance(entry, UnitCall) else 0
    return at(entry), rank, entry.id


def _last(page: list[Entry], kind: type[Entry]) -> Place | None:
    return next(((at(one), one.id) for one in reversed(page) if isinstance(one, kind)), None)
