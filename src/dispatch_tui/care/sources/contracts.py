"""Agreements that end: a word in time, while it can change something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch_tui.care.reasons import Reason, key_of
from dispatch_tui.care.rules import ContractRules
from dispatch_tui.text import plain


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """An agreement with an end; ``stage`` of its renewal as the firm calls it."""

    customer_id: int
    agreement_id: int
    ends_at: datetime
    stage: str = ""


def reasons(ends: Iterable[ContractEnd], rules: ContractRules) -> Iterable[Reason]:
    """One reason for each agreement whose renewal is not settled."""
    for one in ends:
        stage = plain(one.stage)
        if stage in rules.safe_stages:
            continue
        yield Reason(
            kind="contract",
            key=key_of("contract", one.agreement_id, one.ends_at),
            words=f"the agreement ends and is {stage}" if stage else "the agreement ends, renewal not begun",
            prompt_at=one.ends_at - timedelta(days=rules.ahead_days),
            useful_until=one.ends_at - timedelta(days=rules.latest_days),
            customer_id=one.customer_id,
            call_id=None,
            promised_at=one.ends_at,
        )
