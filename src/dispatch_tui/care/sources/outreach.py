"""A delay that reaches other sites: everybody whom it touches hears it from us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch_tui.care.reasons import Reason, key_of, quoted
from dispatch_tui.care.rules import OutreachRules
from dispatch_tui.text import age, plain


@dataclass(frozen=True, slots=True)
class Reached:
    """A call elsewhere that a delay reaches: what it was promised, what is expected now, whether it was told."""

    customer_id: int | None
    call_id: int
    promised_at: datetime
    expected_at: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """Something that holds up more than one site (a part out of stock, a road, a sick technician)."""

    delay_id: int
    cause: str
    known_at: datetime
    reaches: tuple[Reached, ...]


def reasons(delays: Iterable[Delay], rules: OutreachRules) -> Iterable[Reason]:
    """The outreach list: one reason for each call not told, and only where it comes later than promised."""
    for delay in delays:
        for one in delay.reaches:
            slip = one.expected_at - one.promised_at
            if one.told or slip <= timedelta(0):
                continue
            cause = f" ({quoted(delay.cause)})" if plain(delay.cause) else ""
            yield Reason(
                kind="outreach",
                key=key_of("outreach", f"{delay.delay_id}/{one.call_id}", one.promised_at),
                words=f"a delay reaches them too{cause}: {age(slip)} later than promised",
                prompt_at=delay.known_at,
                useful_until=max(delay.known_at, min(one.promised_at, delay.known_at + rules.within)),
                customer_id=one.customer_id,
                call_id=one.call_id,
                slip=slip,
                bad_news=True,
                promised_at=one.promised_at,
                expected_at=one.expected_at,
                what=plain(delay.cause),
            )
