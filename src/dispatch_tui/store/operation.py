"""How long units were in operation and how often they failed, by stretch: the time between failures comes of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import to_us
from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import us
from dispatch_tui.store.looking_back import Stretch, Whom, asks, portioned

_HOUR_US = 3_600_000_000
_HOURS_A_YEAR = 365.25 * 24
_call, _visit, _unit = t.call.c, t.visit.c, t.unit.c


class Operation(NamedTuple):
    """How long units were in operation in a stretch, in hours, and how often they failed in it."""

    hours: float
    failures: int


def operation(
    connection: Connection,
    whom: Whom,
    stretch: Stretch,
    failed: Mapping[int, Sequence[datetime]],
    unit_ids: Iterable[int],
) -> Operation:
    """How long the units in service were in operation in a stretch, and how often they failed in it: by the hour meter
    between its first and last reading in it, else by the stated use, else the time in service.

    ``failed``: when each unit failed; ``unit_ids``: those of the calls of the stretch, which count for a team or a
    person (for everybody, or a customer, all of theirs do).
    """
    start, end = to_us(stretch.since), to_us(stretch.until)
    began = us(sa.func.coalesce(_unit.records_from, _unit.installed_at, type_=_unit.installed_at.type))
    ended = us(sa.func.coalesce(_unit.retired_at, _unit.records_until, type_=_unit.installed_at.type))
    since = sa.case((began > start, began), else_=start)
    until = sa.case((ended < end, ended), else_=end)
    share = sa.case(
        (
            sa.and_(_unit.meter_unit.istartswith("h"), _unit.usage_per_year > 0),
            _unit.usage_per_year / _HOURS_A_YEAR,
        ),
        else_=1.0,
    )
    of = [began < end, sa.or_(ended.is_(None), ended > start)]
    if whom.customer_id is not None:
        of.append(_unit.customer_id == whom.customer_id)
    metered = _metered(connection, stretch)
    hours, singled = 0.0, {*failed, *metered}
    if asks(whom):
        singled = set(unit_ids)
    else:
        in_service = sa.select(sa.func.sum((until - since) * share)).where(*of)
        hours = float(connection.scalar(in_service) or 0) / _HOUR_US
    named = sa.select(_unit.id, since, until, share).where(
        *of, _unit.id.in_(sa.bindparam("ids", expanding=True))
    )
    failures = 0
    for unit_id, first, last, of_time in portioned(connection, named, sorted(singled)):
        served = (last - first) * of_time / _HOUR_US
        if asks(whom):
            hours += served
        if unit_id in metered:
            read_first, read_last, read = metered[unit_id]
            hours += read - served
            first, last = read_first, read_last
        failures += sum(first <= to_us(at) < last for at in failed.get(unit_id, ()))
    return Operation(hours, failures)


def _metered(connection: Connection, stretch: Stretch) -> dict[int, tuple[int, int, float]]:
    """By unit with an hour meter that was read twice in a stretch: from when to when (microseconds), and the hours
    between."""
    reading = t.reading.c
    query = (
        sa.select(
            reading.unit_id,
            sa.func.min(us(reading.read_at)),
            sa.func.max(us(reading.read_at)),
            sa.func.max(reading.value) - sa.func.min(reading.value),
        )
        .where(
            reading.read_at >= stretch.since,
            reading.read_at < stretch.until,
            reading.meter_unit.istartswith("h"),
            reading.flag == "",
        )
        .group_by(reading.unit_id)
        .having(sa.func.max(reading.value) > sa.func.min(reading.value))
    )
    return {row[0]: (row[1], row[2], float(row[3])) for row in connection.execute(query)}


def failures(
    connection: Connection, stretches: Sequence[Stretch], kinds: Collection[str]
) -> tuple[dict[int, list[datetime]], ...]:
    """When each unit failed, by stretch (they follow each other): the first finished visit that a call about a failure
    took, however many it took."""
    about = sa.func.coalesce(_visit.unit_id, _call.unit_id)
    other = t.visit.alias()
    earlier = sa.exists().where(
        other.c.call_id == _visit.call_id,
        sa.func.coalesce(other.c.unit_id, _call.unit_id) == about,
        other.c.status == "done",
        other.c.kind.in_(sorted(kinds)),
        sa.or_(
            other.c.done_at < _visit.done_at,
            sa.and_(other.c.done_at == _visit.done_at, other.c.id < _visit.id),
        ),
    )
    query = (
        sa.select(about, _visit.done_at)
        .select_from(t.visit.join(t.call, _call.id == _visit.call_id))
        .where(
            _visit.status == "done",
            _visit.done_at >= stretches[0].since,
            _visit.done_at < stretches[-1].until,
            _visit.kind.in_(sorted(kinds)),
            about.is_not(None),
            ~earlier,
        )
    )
    starts = [one.since for one in stretches]
    found: tuple[dict[int, list[datetime]], ...] = tuple({} for _ in stretches)
    for unit_id, at in connection.execute(query):
        found[bisect_right(starts, at) - 1].setdefault(unit_id, []).append(at)
    return found
