"""What customers wrote or said, and nobody has answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch_tui.care.reasons import Reason, key_of, quoted
from dispatch_tui.care.rules import InboundRules
from dispatch_tui.text import plain


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from the customer that nobody has answered."""

    customer_id: int | None
    call_id: int | None
    came_at: datetime
    said: str = ""


def reasons(inbound: Iterable[Inbound], rules: InboundRules) -> Iterable[Reason]:
    """One reason for all messages about one call: the oldest has waited longest. Another message makes it another
    reason: what was decided about those before it does not cover it."""
    by_matter: dict[tuple[int | None, int | None], list[Inbound]] = {}
    for message in inbound:
        by_matter.setdefault((message.customer_id, message.call_id), []).append(message)
    for (customer_id, call_id), messages in by_matter.items():
        first = min(messages, key=lambda message: (message.came_at, message.said))
        last = max(message.came_at for message in messages)
        count = len(messages)
        words = "a message is not answered" if count == 1 else f"{count} messages are not answered"
        if said := plain(first.said):
            words += f": {quoted(said)}" if count == 1 else f", the first: {quoted(said)}"
        yield Reason(
            kind="unanswered",
            key=key_of("unanswered", f"{customer_id or 0}/{call_id or 0}", last),
            words=words,
            prompt_at=first.came_at,
            useful_until=first.came_at + rules.answer_within,
            customer_id=customer_id,
            call_id=call_id,
            promised_at=first.came_at,
            what=said,
        )
