"""An open call under an agreement on which no next-update clock runs: nobody may fall between the clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dispatch_tui.care.reasons import Reason, key_of
from dispatch_tui.care.rules import UpdateRules

Clock = Literal["running", "resting"]


@dataclass(frozen=True, slots=True)
class OpenCall:
    """An open call: whether an agreement covers it, whether its next-update clock is ``running`` (``resting``:
    paused, never due, or not promised at all), and when something last happened on it."""

    customer_id: int | None
    call_id: int
    under_agreement: bool
    update_clock: Clock
    last_event_at: datetime


def reason_for(call: OpenCall, rules: UpdateRules) -> Reason | None:
    """Why to call about it, where no clock will ask for it."""
    if not call.under_agreement or call.update_clock == "running":
        return None
    moment = call.last_event_at + rules.unattended
    return Reason(
        kind="unattended",
        key=key_of("unattended", call.call_id, call.last_event_at),
        words="an open call on which no next update is agreed",
        prompt_at=moment,
        useful_until=moment,
        customer_id=call.customer_id,
        call_id=call.call_id,
    )


def reasons(calls: Iterable[OpenCall], rules: UpdateRules) -> Iterable[Reason]:
    """One reason for each call that no clock watches."""
    return (reason for call in calls if (reason := reason_for(call, rules)) is not None)
