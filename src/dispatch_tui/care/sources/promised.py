"""A promise near its time: say how it stands before they ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch_tui.care.reasons import Reason, key_of, quoted
from dispatch_tui.care.rules import PromiseRules
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """What we said we would do, and have not yet."""

    promise_id: int
    customer_id: int | None
    call_id: int | None
    what: str
    made_at: datetime
    due_at: datetime


def reasons(promises: Iterable[OpenPromise], rules: PromiseRules) -> Iterable[Reason]:
    """One reason for each. Raises ``InvalidInput`` for a promise due before it was made."""
    for promise in promises:
        if promise.due_at < promise.made_at:
            raise InvalidInput("promise", "is due before it was made", "Correct its due time.")
        lead = min(rules.lead, (promise.due_at - promise.made_at) / 2)
        what = plain(promise.what)
        yield Reason(
            kind="promise",
            key=key_of("promise", promise.promise_id, promise.due_at),
            words=f"we promised {quoted(what)}" if what else "a promise is due",
            prompt_at=promise.due_at - lead,
            useful_until=promise.due_at,
            customer_id=promise.customer_id,
            call_id=promise.call_id,
            promised_at=promise.due_at,
            what=what,
        )
