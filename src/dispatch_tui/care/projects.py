"""Installations and projects: deliverables with acceptance, planned against actual days, slips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.text import plain

DeliverableState = Literal["planned", "under way", "to be accepted", "accepted"]


@dataclass(frozen=True, slots=True)
class Deliverable:
    """Something to be delivered and accepted (unit placed, users trained, data moved). Days are the site's, both
    ends included. ``verify``: it is accepted only after somebody has verified it (data that was moved)."""

    what: str
    planned_from: date
    planned_until: date
    started_on: date | None = None
    done_on: date | None = None
    verify: bool = False
    verified_by: str = ""
    accepted_on: date | None = None
    accepted_by: str = ""

    @property
    def state(self) -> DeliverableState:
        """How far it is."""
        if self.accepted_on is not None:
            return "accepted"
        if self.done_on is not None:
            return "to be accepted"
        return "planned" if self.started_on is None else "under way"

    @property
    def planned_days(self) -> int:
        """Days planned for it."""
        return (self.planned_until - self.planned_from).days + 1

    def actual_days(self, today: date) -> int:
        """Days that it took, or has taken so far; 0 before it was begun."""
        return 0 if self.started_on is None else max(0, ((self.done_on or today) - self.started_on).days + 1)

    def slip_days(self, today: date) -> int:
        """Days by which it was or is later than planned; below 0 where it was done early."""
        if self.done_on is not None:
            return (self.done_on - self.planned_until).days
        return max(0, (today - self.planned_until).days)


class Progress(NamedTuple):
    """A project at a day: how many deliverables are accepted of how many, days planned and taken in sum, the
    longest slip, and what waits for acceptance."""

    accepted: int
    of: int
    planned_days: int
    actual_days: int
    slip_days: int
    to_accept: tuple[str, ...]


def progress(deliverables: Iterable[Deliverable], today: date) -> Progress:
    """Planned against actual, as it stands on ``today``."""
    listed = list(deliverables)
    return Progress(
        accepted=sum(one.state == "accepted" for one in listed),
        of=len(listed),
        planned_days=sum(one.planned_days for one in listed),
        actual_days=sum(one.actual_days(today) for one in listed),
        slip_days=max((one.slip_days(today) for one in listed), default=0),
        to_accept=tuple(sorted(plain(one.what) for one in listed if one.state == "to be accepted")),
    )


def accepted(deliverable: Deliverable, on: date, by: str) -> Deliverable:
    """The deliverable as accepted by the customer's person ``by``.

    Raises ``IllegalTransition`` before it is done, ``InvalidInput`` where nobody is named, where it was to be
    verified and was not, or for a day before it was done.
    """
    if deliverable.state != "to be accepted" or deliverable.done_on is None:
        raise IllegalTransition("accept", deliverable.state, ("to be accepted",))
    if not plain(by):
        raise InvalidInput("accepted_by", "nobody is named", "Say who accepted it.")
    if deliverable.verify and not plain(deliverable.verified_by):
        raise InvalidInput("verified_by", "it has not been verified", "Verify it first, and say who did.")
    if on < deliverable.done_on:
        raise InvalidInput("accepted_on", "is before it was done", "Correct the day.")
    return replace(deliverable, accepted_on=on, accepted_by=plain(by))


def shifted(deliverables: Iterable[Deliverable], days: int) -> tuple[Deliverable, ...]:
    """The plan with all that is not begun moved by ``days``: what a slip does to the rest."""
    by = timedelta(days=days)
    return tuple(
        replace(one, planned_from=one.planned_from + by, planned_until=one.planned_until + by)
        if one.state == "planned"
        else one
        for one in deliverables
    )
