"""Everything by which the due times of a call are explained: its clocks as its history tells them, beside what is
stored, the agreements that they follow, and what moved them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import from_us
from dispatch_tui.desk.clocks import KnownTerms, known_terms_of
from dispatch_tui.desk.covering import choice_for
from dispatch_tui.desk.told import Told, agreements_told, events_told, standing, told_by_log
from dispatch_tui.records import Call
from dispatch_tui.sla.clocks import ClockState, Event, State, clocks_of
from dispatch_tui.sla.explain import Explanation, Reasons, explain
from dispatch_tui.sla.terms import ClockKind, Terms
from dispatch_tui.sla.warnings import Warned, warned
from dispatch_tui.store.details import CallClock, CallNames, zone_of
from dispatch_tui.store.queries import call_and_names, stored_clocks
from dispatch_tui.store.tables import agreement, agreement_terms, calendar
from dispatch_tui.text import plain

MOST_CHANGES = 40
"""So many changes of priority or agreement are told, the latest: for each the whole past is reckoned twice."""


class Followed(NamedTuple):
    """An agreement that a clock follows, and the shared calendar that this version of it goes by (empty, None:
    it has hours of its own)."""

    id: int
    name: str
    version: int
    calendar: str = ""
    calendar_version: int | None = None


class DueChange(NamedTuple):
    """A change of priority or agreement, and when the clock was due before and after it (None: not known while it
    was paused, not promised, or never)."""

    at: datetime
    kind: str
    """``priority`` or ``agreement``."""
    was: str
    now: str
    due_before: datetime | None
    due_after: datetime | None


class ClockWhy(NamedTuple):
    """One clock of a call, and why it is due when it is."""

    clock: ClockState
    stored: CallClock
    follows: Followed | None
    changes: tuple[DueChange, ...]
    reasons: Reasons

    @property
    def kind(self) -> ClockKind:
        return self.clock.kind

    @property
    def due_at(self) -> datetime | None:
        return self.stored.due_at

    @property
    def frozen(self) -> bool:
        """Whether it would be due at another instant if it were counted today: it had ended when the calendar data
        (a time zone's rules) changed, so that what was stored then stands."""
        return self.stored.due_at != self.clock.due_at

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """When it warns, those after due included; none once it has ended."""
        terms = self.clock.terms
        return () if self.clock.ended_at is not None else warned(terms.warnings, terms.calendar, self.clock)

    def state_at(self, now: datetime) -> State:
        return self.stored.state_at(now)

    def explained(self, now: datetime) -> Explanation:
        """Up to when it is due; where that is not known, to its end or ``now``."""
        return explain(self.clock, self.clock.due_at or self.clock.ended_at or now, self.reasons)


class NotThis(NamedTuple):
    """An agreement that could have covered a call, as it is today, and why it does not."""

    id: int
    name: str
    why: str


class CallWhy(NamedTuple):
    """A call and the clocks that it has, in the order of ``sla.terms.CLOCK_KINDS``; ``others`` nearest first."""

    call: Call
    names: CallNames
    clocks: tuple[ClockWhy, ...]
    others: tuple[NotThis, ...]

    @property
    def zone(self) -> tzinfo:
        """The site's time zone; UTC where none is known."""
        return zone_of(self.names.site_tz)


def call_explained(connection: Connection, call_id: int) -> CallWhy:
    """Why each clock of a call is due when it is. Raises :class:`dispatch_tui.errors.NotFound`."""
    call, names = call_and_names(connection, call_id)
    told = told_by_log(connection, [call_id])[call_id]
    others = _others(connection, call, told)
    if call.agreement_id is None:
        return CallWhy(call, names, (), others)
    known: KnownTerms = {}

    def terms(agreement_id: int, version: int) -> Terms:
        return known_terms_of(connection, known, agreement_id, version)

    first, events = events_told(told, terms)
    stored = {one.kind: one for one in stored_clocks(connection, call_id)}
    followed = _followed(connection, told)
    moves = _moves(first, events, followed)
    reasons = _reasons(told)
    clocks = tuple(
        ClockWhy(
            one,
            stored[one.kind],
            _held_at(followed, one.ended_at),
            tuple(
                _change_of(one, *move) for move in moves if one.ended_at is None or move[0].at <= one.ended_at
            ),
            reasons,
        )
        for one in clocks_of(first, events)
        if one.kind in stored
    )
    return CallWhy(call, names, clocks, others)


def _others(connection: Connection, call: Call, told: Told) -> tuple[NotThis, ...]:
    """What else could have covered the call, by what was known of it when it came in."""
    opened = next((one for one in standing(told.changes) if "opened_at" in one.now), None)
    if opened is None:
        return ()
    came_in = {"priority": call.priority, **opened.now, "opened_at": from_us(opened.now["opened_at"])}
    winner, _, passed_over = choice_for(connection, came_in)
    found = [(one.candidate, one.why) for one in passed_over]
    if winner is not None:
        found.insert(0, (winner, "it would cover the call today, and was made or changed since"))
    return tuple(
        NotThis(one.agreement_id, plain(one.name), plain(why))
        for one, why in found
        if one.agreement_id != call.agreement_id
    )


Held = tuple[datetime, Followed | None]
Move = tuple[Event, str, str, tuple[ClockState, ...], tuple[ClockState, ...]]
"""A change of priority or agreement: what was and is, and the clocks before and after."""


def _followed(connection: Connection, told: Told) -> list[Held]:
    """Which agreement the call had from when on."""
    held = agreements_told(told)
    ids = {agreement_id for _, agreement_id, _ in held if agreement_id is not None}
    known = {
        (found, version): Followed(found, plain(name), version, plain(hours or ""), number)
        for found, version, name, hours, number in connection.execute(_FOLLOWED, {"ids": list(ids)})
    }
    return [
        (from_us(us), None if found is None or version is None else known[found, version])
        for us, found, version in held
    ]


def _held_at(followed: Iterable[Held], at: datetime | None) -> Followed | None:
    held = None
    for since, one in followed:
        if at is None or since <= at:
            held = one
    return held


def _reasons(told: Told) -> Reasons:
    return sorted(
        (from_us(one.us), plain(one.now["held_reason"]))
        for one in standing(told.changes)
        if one.now.get("held_reason")
    )


def _moves(first: Terms, events: list[Event], followed: list[Held]) -> list[Move]:
    """The latest changes of priority or agreement, the earliest of them first."""
    ordered = sorted(events, key=lambda event: event.at)
    opened = next(index for index, event in enumerate(ordered) if event.kind == "opened")
    found: list[tuple[int, str, str]] = []
    priority = ordered[opened].value
    for index, event in enumerate(ordered):
        if index <= opened or event.kind not in ("priority", "agreement"):
            continue
        if event.kind == "priority":
            was, now, priority = f"{priority}", f"{event.value}", event.value
        else:
            before = [one for since, one in followed if since < event.at]
            was, now = _name(before[-1] if before else None), _name(_held_at(followed, event.at))
        if was != now:
            found.append((index, was, now))
    return [
        (ordered[index], was, now, clocks_of(first, ordered[:index]), clocks_of(first, ordered[: index + 1]))
        for index, was, now in found[-MOST_CHANGES:]
    ]


def _name(one: Followed | None) -> str:
    return "no agreement" if one is None else f"{one.name}, version {one.version}"


def _change_of(
    clock: ClockState,
    event: Event,
    was: str,
    now: str,
    before: tuple[ClockState, ...],
    after: tuple[ClockState, ...],
) -> DueChange:
    due = [next((one.due_at for one in some if one.kind == clock.kind), None) for some in (before, after)]
    return DueChange(event.at, event.kind, was, now, *due)


_FOLLOWED = (
    sa.select(
        agreement.c.id,
        agreement_terms.c.number,
        agreement.c.name,
        calendar.c.name,
        agreement_terms.c.calendar_number,
    )
    .select_from(
        agreement.join(agreement_terms, agreement_terms.c.agreement_id == agreement.c.id).outerjoin(
            calendar, calendar.c.id == agreement_terms.c.calendar_id
        )
    )
    .where(agreement.c.id.in_(sa.bindparam("ids", expanding=True)))
)
