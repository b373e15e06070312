"""What the parts of a customer's page show beyond the record: each is read when it is looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from dispatch_tui.desk.dealings import ONBOARDING
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import customers
from dispatch_tui.store.customer_examples import Example, examples
from dispatch_tui.store.customers import AnswerRow, EscalationRow, UnitState, WrongRow

_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Parts:
    """What has been read so far; ``None``: not yet."""

    units: tuple[UnitState, ...] | None = None
    examples: tuple[Example, ...] | None = None
    wrongs: tuple[WrongRow, ...] | None = None
    answers: Mapping[str, AnswerRow] | None = None
    escalations: tuple[EscalationRow, ...] | None = None


def read_parts(desk: Desk, customer_id: int, wanted: Collection[str], known: Parts) -> Parts:
    """``known`` with the fields ``wanted`` read."""
    now = desk.clock.now()
    read: dict[str, Any] = {}
    with desk.store.read() as connection:
        if "units" in wanted:
            read["units"] = tuple(customers.units_of(connection, customer_id))
        if "examples" in wanted:
            read["examples"] = tuple(examples(connection, customer_id, now, now - _A_YEAR))
        if "wrongs" in wanted:
            read["wrongs"] = tuple(customers.gone_wrong(connection, customer_id))
        if "answers" in wanted:
            read["answers"] = customers.answers_of(connection, customer_id, ONBOARDING)
        if "escalations" in wanted:
            read["escalations"] = tuple(customers.escalations_of(connection, customer_id))
    return replace(known, **read)
