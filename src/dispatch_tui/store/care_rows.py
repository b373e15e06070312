"""Open facts about customers as they are stored, one value for each record: what :mod:`.care_facts` reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from dispatch_tui.store.stale import Party


class CustomerFact(NamedTuple):
    """A customer; ``last_talk_at``: the last conversation; ``broken``: promises broken in the last ``ENDED_DAYS``."""

    id: int
    name: str
    tier: str
    contract_stage: str
    first_call_at: datetime | None
    last_talk_at: datetime | None
    broken: int


class CallFact(NamedTuple):
    """A call that is open, or was lately."""

    id: int
    customer_id: int | None
    site_id: int | None
    contact_id: int | None
    unit_id: int | None
    agreement_id: int | None
    terms_version: int | None
    status: str
    priority: int
    live: int
    title: str
    category: str
    skill: str
    opened_at: datetime
    started_at: datetime | None
    closed_at: datetime | None
    happened_at: datetime
    zone: str

    @property
    def party(self) -> Party:
        return party_of(self.customer_id, self.id)


class ClockFact(NamedTuple):
    """A clock that has not ended."""

    call_id: int
    kind: str
    due_at: datetime | None
    warn_at: datetime | None
    paused_since: datetime | None

    @property
    def running(self) -> bool:
        return self.paused_since is None and self.due_at is not None


class ContactFact(NamedTuple):
    """What was said, either way."""

    id: int
    customer_id: int | None
    call_id: int | None
    happened_at: datetime
    direction: str
    channel: str
    two_way: int
    said: str


class PromiseFact(NamedTuple):
    """A promise that is open."""

    id: int
    customer_id: int | None
    call_id: int | None
    about: str
    what: str
    made_at: datetime
    due_at: datetime


class FollowUpFact(NamedTuple):
    """A follow-up that is not done."""

    id: int
    customer_id: int | None
    call_id: int | None
    visit_id: int | None
    kind: str
    from_at: datetime | None
    due_at: datetime
    reason: str


class AgreementFact(NamedTuple):
    """An agreement of a customer's own that has not ended; ``since``: when it began, as far as anybody knows."""

    id: int
    customer_id: int
    starts_at: datetime | None
    ends_at: datetime | None
    stage: str
    made_at: datetime | None


class ReachFact(NamedTuple):
    """A call that a delay reaches and that has not been told."""

    delay_id: int
    cause: str
    known_at: datetime
    call_id: int
    promised_at: datetime
    expected_at: datetime


class NewsFact(NamedTuple):
    """News about a model that a customer has and has not been told."""

    id: int
    what: str
    known_at: datetime
    public_at: datetime | None
    recall: int
    customer_id: int


class UnitCallFact(NamedTuple):
    """A call on a unit, with its problem as it was told (``PROBLEM``)."""

    customer_id: int | None
    id: int
    unit_id: int
    problem: str
    opened_at: datetime


class DecisionFact(NamedTuple):
    """What somebody decided about a reason."""

    customer_id: int | None
    call_id: int | None
    key: str
    act: str
    happened_at: datetime
    until: datetime | None
    slip_seconds: int
    why: str


@dataclass(frozen=True, slots=True)
class CareFacts:
    """Everything open about some parties. ``holders``: who has taken a party's conversation over."""

    customers: dict[int, CustomerFact] = field(default_factory=dict)
    calls: tuple[CallFact, ...] = ()
    clocks: tuple[ClockFact, ...] = ()
    contacts: tuple[ContactFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    follow_ups: tuple[FollowUpFact, ...] = ()
    agreements: tuple[AgreementFact, ...] = ()
    reaches: tuple[ReachFact, ...] = ()
    news: tuple[NewsFact, ...] = ()
    unit_calls: tuple[UnitCallFact, ...] = ()
    recommended: tuple[tuple[int, datetime], ...] = ()
    decisions: tuple[DecisionFact, ...] = ()
    holders: dict[Party, int] = field(default_factory=dict)


def party_of(customer_id: int | None, call_id: int | None) -> Party:
    """Whose conversation something belongs to."""
    return Party("customer", customer_id) if customer_id is not None else Party("call", call_id or 0)
