"""What an edit of an agreement or a calendar would do to running calls, before anything is saved: pure reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.desk import clocks
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.terms import read_calendar
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.clocks import ClockState
from dispatch_tui.sla.terms import CLOCK_KINDS, ClockKind, Terms, terms_from_mapping
from dispatch_tui.store import tables as t
from dispatch_tui.store.agreements import PRESENT_TERMS

Progress = Callable[[int, int], None]
"""Called with the calls looked at so far and all that are to come."""

CHUNK = 200
_call, _terms = t.call.c, t.agreement_terms.c


class ClockEffect(NamedTuple):
    """One clock that goes on: when it is due, and when it would be. ``None`` is never, or not known while
    it is paused, or (``new_due``) no longer promised, or (``was_due``) not promised so far. While it is paused,
    ``was_left`` and ``new_left`` of open time are left."""

    kind: ClockKind
    was_due: datetime | None
    new_due: datetime | None
    was_left: timedelta | None = None
    new_left: timedelta | None = None

    @property
    def changes(self) -> bool:
        """Whether it would be due at another time, or have more or less time left once it runs again."""
        return (self.was_due, self.was_left) != (self.new_due, self.new_left)


class CallEffect(NamedTuple):
    """A running call with clocks that would change, with all its clocks that go on."""

    call_id: int
    number: str
    title: str
    customer: str
    site_tz: str
    agreement_id: int
    clocks: tuple[ClockEffect, ...]


class Effect(NamedTuple):
    """What re-applying would do to the running calls of some agreements; ``calls`` are those that would change,
    by id. A call counts as earlier or later by its first clock that changes."""

    checked: int
    earlier: int
    later: int
    unchanged: int
    calls: tuple[CallEffect, ...]


def effect_of_agreement(
    desk: Desk,
    agreement_id: int,
    terms: Mapping[str, object],
    *,
    calendar_id: int | None = None,
    progress: Progress | None = None,
) -> Effect:
    """What these terms (as for ``revise_agreement``) would do to the running calls under an agreement, were
    they re-applied now. Raises ``InvalidInput`` with the field, ``NotFound``."""
    with desk.store.read() as connection:
        if calendar_id is None:
            read = terms_from_mapping(terms)
        elif terms.get("calendar") is not None:
            raise InvalidInput(
                "calendar", "the terms have hours of their own beside a shared calendar", "Give one of them."
            )
        else:
            read = terms_from_mapping(terms, _calendar(connection, calendar_id))
        return _effect(connection, {agreement_id: read}, desk.clock.now(), progress)


def effect_of_calendar(
    desk: Desk, calendar_id: int, mapping: Mapping[str, object], *, progress: Progress | None = None
) -> Effect:
    """What these hours (as for ``revise_calendar``) would do to the running calls under every agreement that
    uses the calendar. Raises ``InvalidInput`` with the field."""
    calendar = BusinessCalendar.from_mapping(mapping)
    with desk.store.read() as connection:
        using = connection.execute(
            sa.select(_terms.agreement_id, _terms.terms_json)
            .join(t.agreement, PRESENT_TERMS)
            .where(_terms.calendar_id == calendar_id)
        )
        new = {row.agreement_id: terms_from_mapping(json.loads(row.terms_json), calendar) for row in using}
        return _effect(connection, new, desk.clock.now(), progress)


def _effect(
    connection: Connection, new: Mapping[int, Terms], now: datetime, progress: Progress | None
) -> Effect:
    calls = connection.execute(_RUNNING, {"agreements": list(new)}).mappings().all()
    changed: list[CallEffect] = []
    earlier = later = 0
    for start in range(0, len(calls), CHUNK):
        chunk = calls[start : start + CHUNK]
        for row, effects in zip(chunk, _of_calls(connection, chunk, new, now), strict=True):
            first = next((one for one in effects if one.changes), None)
            if first is None:
                continue
            if _is_earlier(first):
                earlier += 1
            else:
                later += 1
            changed.append(
                CallEffect(
                    row["id"],
                    row["number"],
                    row["title"],
                    row["customer"] or "",
                    row["site_tz"] or "UTC",
                    row["agreement_id"],
                    effects,
                )
            )
        if progress is not None:
            progress(start + len(chunk), len(calls))
    return Effect(len(calls), earlier, later, len(calls) - len(changed), tuple(changed))


def _of_calls(
    connection: Connection, calls: Sequence[RowMapping], new: Mapping[int, Terms], now: datetime
) -> Iterable[tuple[ClockEffect, ...]]:
    stored: dict[int, dict[str, datetime | None]] = {row["id"]: {} for row in calls}
    for clock in connection.execute(_CLOCKS, {"calls": list(stored)}):
        stored[clock.call_id][clock.kind] = clock.due_at
    for row in calls:
        now_states, states = clocks.under(connection, dict(row), new[row["agreement_id"]], now)
        was = stored[row["id"]]
        would = {one.kind: one.due_at for one in states if one.ended_at is None}
        was_left, new_left = _left(now_states), _left(states)
        kinds: list[ClockKind] = [one for one in CLOCK_KINDS if one in was or one in would]
        yield tuple(
            ClockEffect(kind, was.get(kind), would.get(kind), was_left.get(kind), new_left.get(kind))
            for kind in kinds
        )


def _left(states: Iterable[ClockState]) -> dict[str, timedelta | None]:
    """What is left of the clocks whose due time is not known while they are paused."""
    return {one.kind: one.left for one in states if one.paused_since is not None and one.due_at is None}


def _is_earlier(one: ClockEffect) -> bool:
    if one.was_left is not None and one.new_left is not None:
        return one.new_left < one.was_left
    return one.new_due is not None and (one.was_due is None or one.new_due < one.was_due)


def _calendar(connection: Connection, calendar_id: int) -> BusinessCalendar:
    text = connection.scalar(
        sa.select(t.calendar_version.c.mapping_json)
        .join(t.calendar, _CALENDAR)
        .where(t.calendar.c.id == calendar_id)
    )
    if text is None:
        raise NotFound("calendar", calendar_id)
    return read_calendar(text)


_CALENDAR = sa.and_(
    t.calendar_version.c.calendar_id == t.calendar.c.id, t.calendar_version.c.number == t.calendar.c.number
)
_RUNNING = (
    sa.select(t.call, t.customer.c.name.label("customer"), t.site.c.tz.label("site_tz"))
    .select_from(
        t.call.outerjoin(t.customer, t.customer.c.id == _call.customer_id).outerjoin(
            t.site, t.site.c.id == _call.site_id
        )
    )
    .where(
        _call.agreement_id.in_(sa.bindparam("agreements", expanding=True)),
        _call.live == 1,
        _call.status != "resolved",
    )
    .order_by(_call.id)
)
_CLOCKS = sa.select(t.clock.c.call_id, t.clock.c.kind, t.clock.c.due_at).where(
    t.clock.c.call_id.in_(sa.bindparam("calls", expanding=True)), t.clock.c.ended_at.is_(None)
)
