"""What the detail of a call consists of, as values; no database in here, so that texts can be built on them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dispatch_tui.care.escalation import Status
from dispatch_tui.records import Call, Visit
from dispatch_tui.sla.clocks import State, state_of
from dispatch_tui.sla.terms import ClockKind
from dispatch_tui.store.story import StoryLine


class CallNames(NamedTuple):
    """What a call's references are called; empty where there is none. ``site_tz`` is an IANA zone name."""

    customer: str
    tier: str
    site: str
    site_tz: str
    address: str
    city: str
    access_notes: str
    unit: str
    model: str
    technician: str
    team: str
    operator: str
    agreement: str


class CallClock(NamedTuple):
    """A clock as it is stored; the next to come due first. ``due_at`` is ``None`` for never."""

    kind: ClockKind
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    paused_since: datetime | None
    ended_at: datetime | None

    def state_at(self, now: datetime) -> State:
        """As :meth:`dispatch_tui.sla.clocks.ClockState.state_at`."""
        return state_of(
            now,
            due_at=self.due_at,
            warn_at=self.warn_at,
            paused_since=self.paused_since,
            ended_at=self.ended_at,
            promised=self.promised,
        )

    @property
    def promised(self) -> bool:
        """Whether it has a due time, or would have one if its calendar were ever open. (The budget is not stored: a
        waiting customer without a due time is one whom the agreement does not speak of.)"""
        return self.kind != "customer_waiting" or self.due_at is not None


class UnitBrief(NamedTuple):
    """The unit that a call is about. Meter values in ``meter_unit``; ``read_at`` says when."""

    id: int
    serial: str
    name: str
    maker: str
    model: str
    installed_at: datetime | None
    warranty_until: datetime | None
    retired_at: datetime | None
    meter: float | None
    meter_unit: str
    read_at: datetime | None


class VisitLine(NamedTuple):
    """A visit with its technician's name and its call's number."""

    visit: Visit
    technician: str
    number: str


class ContactLine(NamedTuple):
    """How to reach somebody; the contact of the call comes first."""

    id: int
    name: str
    goes_by: str
    phone: str
    mobile: str
    email: str
    best_time: str
    detail_level: str
    note: str


class PromiseLine(NamedTuple):
    """An open promise. ``number`` is its call's, empty where it belongs to the customer alone."""

    id: int
    what: str
    made_at: datetime
    due_at: datetime
    number: str


class FollowUpLine(NamedTuple):
    """A conversation that we owe; ``number`` is its call's."""

    id: int
    kind: str
    from_at: datetime | None
    due_at: datetime
    reason: str
    number: str


class InteractionLine(NamedTuple):
    """One contact with the customer. ``direction`` is ``in`` or ``out``; ``who`` the operator's account."""

    id: int
    happened_at: datetime
    direction: str
    channel: str
    two_way: bool
    said: str
    mood: str
    who: str
    contact: str
    number: str


class MatterLine(NamedTuple):
    """An open escalation of the call or its customer; ``owner`` is an account, may be empty."""

    id: int
    title: str
    status: Status
    owner: str


class CallDetail(NamedTuple):
    """Everything that the detail of a call shows. Texts are as stored: pass them through ``text.plain``,
    the story's apart, which is plain already. Lists are the newest first and limited (promises: the
    first due first); ``story_complete`` is false where there is more than the limit."""

    call: Call
    names: CallNames
    clocks: tuple[CallClock, ...]
    story: tuple[StoryLine, ...]
    story_complete: bool
    visits: tuple[VisitLine, ...]
    unit: UnitBrief | None
    unit_visits: tuple[VisitLine, ...]
    """The last visits to the unit, of whatever call."""
    contacts: tuple[ContactLine, ...]
    promises: tuple[PromiseLine, ...]
    interactions: tuple[InteractionLine, ...]
    follow_ups: tuple[FollowUpLine, ...] = ()
    """Those of the customer that are open, the first due first."""
    escalations: tuple[MatterLine, ...] = ()

    @property
    def zone(self) -> tzinfo:
        """The site's time zone; UTC where none is known."""
        return zone_of(self.names.site_tz)


def zone_of(name: str) -> tzinfo:
    """An IANA zone by name; UTC where the name is unknown."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
