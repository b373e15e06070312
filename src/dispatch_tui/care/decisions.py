"""What people decided about a reason to call, and what it does to the list.

=============  ============================================================================================
decided        the reason
=============  ============================================================================================
`done`         is gone: the conversation was had (an ``unattended`` call stays until a clock runs again)
`overridden`   is gone, with the operator's reason kept
`retimed`      comes back at ``until``; also after a try that reached nobody
`handed_over`  stays with the giver until the other accepts
=============  ============================================================================================

A decision holds while the reason's key does, that is until the fact behind it changes, and while what
slips has not grown by more than the rule ``slip.again`` since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dispatch_tui.care.reasons import Reason
from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.text import plain

Act = Literal["done", "overridden", "retimed"]
HandoverStatus = Literal["offered", "accepted", "declined", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about the reason with ``key``, ``at`` an instant; ``slip``: how large it was then."""

    key: str
    act: Act
    at: datetime
    until: datetime | None = None
    slip: timedelta = timedelta(0)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """A prompt offered by one operator to another; it is the giver's until it is accepted."""

    giver_id: int
    taker_id: int
    offered_at: datetime
    status: HandoverStatus = "offered"

    @property
    def holder_id(self) -> int:
        """Who has to call now."""
        return self.taker_id if self.status == "accepted" else self.giver_id


def done(reason: Reason, at: datetime) -> Decision:
    """The conversation about it was had."""
    return Decision(reason.key, "done", at, slip=reason.slip)


def override(reason: Reason, at: datetime, why: str) -> Decision:
    """Not to call about it. Raises ``InvalidInput`` without a reason in words."""
    if not plain(why):
        raise InvalidInput("why", "an override needs a reason", "Say why no call is needed.")
    return Decision(reason.key, "overridden", at, slip=reason.slip, why=plain(why))


def retime(reason: Reason, at: datetime, until: datetime, why: str = "") -> Decision:
    """To call about it at ``until`` instead. Raises ``InvalidInput`` for a past time, and for one after the last
    useful minute without a reason in words."""
    if until <= at:
        raise InvalidInput("until", "is not in the future", "Give a later time, or call now.")
    if until > reason.useful_until and not plain(why):
        raise InvalidInput(
            "why", "that is after the last minute at which a call helps", "Give an earlier time, or say why."
        )
    return Decision(reason.key, "retimed", at, until=until, slip=reason.slip, why=plain(why))


def latest(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that holds for each key: the last; of two at one instant, who retimed it over who ended it."""
    found: dict[str, Decision] = {}
    for one in sorted(decisions, key=lambda decision: (decision.at, decision.act, decision.why)):
        found[one.key] = one
    return found


def after_decision(reason: Reason, decided: Mapping[str, Decision], again: timedelta) -> Reason | None:
    """The reason as it stands after what was decided about it; ``None`` where it is gone."""
    decision = decided.get(reason.key)
    if decision is None or reason.slip > decision.slip + again:
        return reason
    if decision.act == "retimed" and decision.until is not None:
        return reason._replace(prompt_at=decision.until)
    if decision.act == "done" and reason.kind == "unattended":
        return reason
    return None


def answer(handover: Handover, status: HandoverStatus, by_id: int) -> Handover:
    """The taker accepts or declines, the giver withdraws. Raises ``IllegalTransition`` for an answered one,
    ``InvalidInput`` where somebody else answers or nothing would be answered."""
    if handover.status != "offered":
        raise IllegalTransition(status, handover.status, ("offered",))
    whose = {"accepted": handover.taker_id, "declined": handover.taker_id, "withdrawn": handover.giver_id}
    if status not in whose:
        raise InvalidInput("status", "an offer is accepted, declined or withdrawn")
    if by_id != whose[status]:
        raise InvalidInput("by", f"only {'the giver' if status == 'withdrawn' else 'the other'} can do that")
    return replace(handover, status=status)


def offer(giver_id: int, taker_id: int, at: datetime) -> Handover:
    """Offer a prompt to another operator. Raises ``InvalidInput`` for oneself."""
    if giver_id == taker_id:
        raise InvalidInput("to", "that is you", "Choose somebody else.")
    return Handover(giver_id, taker_id, at)
