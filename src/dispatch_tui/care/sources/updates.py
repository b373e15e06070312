"""A running next-update clock: the customer hears from us before it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch_tui.care.reasons import Reason, key_of
from dispatch_tui.care.rules import UpdateRules


@dataclass(frozen=True, slots=True)
class NextUpdate:
    """A running next-update clock of a call; ``warn_at`` where the agreement says when it warns."""

    customer_id: int | None
    call_id: int
    due_at: datetime
    warn_at: datetime | None = None


def reasons(updates: Iterable[NextUpdate], rules: UpdateRules) -> Iterable[Reason]:
    """One reason for each clock."""
    for update in updates:
        warned = update.due_at - rules.lead if update.warn_at is None else update.warn_at
        yield Reason(
            kind="next_update",
            key=key_of("next_update", update.call_id, update.due_at),
            words="the next update is owed",
            prompt_at=min(warned, update.due_at),
            useful_until=update.due_at,
            customer_id=update.customer_id,
            call_id=update.call_id,
            promised_at=update.due_at,
        )
