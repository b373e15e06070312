"""The words of the house as frozen values, and the facts by which a door hands history to the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["viewer", "technician", "dispatcher", "manager"]
CallStatus = Literal[
    "new", "acknowledged", "assigned", "in_progress", "on_hold", "resolved", "closed", "cancelled"
]
VisitStatus = Literal["planned", "confirmed", "en_route", "on_site", "done", "called_off"]
Outcome = Literal["", "good", "bad", "incomplete"]


class Record(BaseModel):
    """What every stored record has. Instants are aware UTC; money is minor units with a currency."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)

    id: int
    version: int
    external_id: str | None = None


class Operator(Record):
    """A person using the workbench."""

    account: str
    name: str = ""
    role: Role
    team_id: int | None = None
    technician_id: int | None = None


class Call(Record):
    """A service call. ``due_at``, ``warn_at`` and ``rank_at`` are ``None`` for never."""

    number: str
    title: str
    description: str = ""
    status: CallStatus
    priority: int = Field(ge=1, le=5)
    live: bool
    customer_id: int | None = None
    site_id: int | None = None
    contact_id: int | None = None
    unit_id: int | None = None
    team_id: int | None = None
    technician_id: int | None = None
    operator_id: int | None = None
    agreement_id: int | None = None
    terms_version: int | None = None
    agreement_reason: str = ""
    skill: str = ""
    channel: str = ""
    category: str = ""
    held_reason: str = ""
    held_until: datetime | None = None
    resolution: str = ""
    flag: str = ""
    opened_at: datetime
    acknowledged_at: datetime | None = None
    started_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    happened_at: datetime
    reopened: int = 0
    clock: str = ""
    paused: bool = False
    due_at: datetime | None = None
    warn_at: datetime | None = None
    rank_at: datetime | None = None
    prompt_at: datetime | None = None


class Visit(Record):
    """One attendance at a site for a call."""

    call_id: int
    unit_id: int | None = None
    technician_id: int | None = None
    status: VisitStatus
    kind: str = ""
    dispatched_at: datetime | None = None
    window_from: datetime | None = None
    window_to: datetime | None = None
    confirmed_at: datetime | None = None
    en_route_at: datetime | None = None
    on_site_at: datetime | None = None
    done_at: datetime | None = None
    happened_at: datetime
    outcome: Outcome = ""
    problem: str = ""
    cause: str = ""
    work: str = ""
    labour_minutes: int | None = None
    downtime_minutes: int | None = None
    labour_minor: int | None = None
    parts_minor: int | None = None
    travel_minor: int | None = None
    cost_minor: int | None = None
    currency: str = ""
    flag: str = ""


class Ref(NamedTuple):
    """A record of another kind, named by its external id; the desk turns it into a row's id."""

    kind: str
    external_id: str


class Fact(NamedTuple):
    """One thing that happened to one record, as history tells it.

    ``values`` holds columns as they are after it (instants in microseconds since 1970, ``*_id``
    columns as :class:`Ref`); ``flag`` says why it is irregular, where it is; ``by`` is the external id
    of the operator who did it, where history names one of ours (else it counts as the recorder's).
    """

    kind: str
    external_id: str
    act: str
    happened_us: int
    values: Mapping[str, Any]
    flag: str = ""
    by: str = ""


class SourceRow(NamedTuple):
    """One row of a source: its line, its identity within the source, the digest of its content."""

    line: int
    key: str
    digest: bytes
    facts: tuple[Fact, ...]


class RowOutcome(NamedTuple):
    """What became of a :class:`SourceRow`; ``reason`` is set for a rejected one."""

    outcome: Literal["imported", "updated", "unchanged", "rejected"]
    reason: str = ""
