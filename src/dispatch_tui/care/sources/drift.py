"""Customers with whom nobody has spoken for longer than we mean to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch_tui.care.cadence import Cadence
from dispatch_tui.care.reasons import Reason, key_of
from dispatch_tui.care.rules import CadenceRules
from dispatch_tui.text import age


@dataclass(frozen=True, slots=True)
class CustomerCadence:
    """A customer's plan against fact; ``begins_at``: nobody owes it before, as their agreement begins only then."""

    customer_id: int
    cadence: Cadence
    begins_at: datetime | None = None


def reasons(customers: Iterable[CustomerCadence], rules: CadenceRules) -> Iterable[Reason]:
    """One reason for each customer; a streak of contacts without a conversation is told."""
    for one in customers:
        plan = one.cadence
        words = f"a conversation is due, as every {age(plan.every)}"
        if plan.last_talk_at is None:
            words = "nobody has spoken with them yet"
        if plan.streak >= rules.electronic_streak:
            words += f"; the last {plan.streak} contacts were no conversation"
        # Not in the first half: a tightened plan may be shorter than the notice.
        ahead = min(timedelta(days=rules.ask_before_days), plan.every / 2)
        asked_at = plan.due_at - ahead
        yield Reason(
            kind="cadence",
            key=key_of("cadence", one.customer_id, plan.last_talk_at),
            words=words,
            prompt_at=asked_at if one.begins_at is None else max(asked_at, one.begins_at),
            useful_until=plan.due_at,
            customer_id=one.customer_id,
            call_id=None,
            promised_at=plan.due_at,
        )
