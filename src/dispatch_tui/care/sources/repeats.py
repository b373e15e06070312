"""The same problem on the same unit again: a recommendation on replacing it is owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch_tui.care.reasons import Reason, key_of
from dispatch_tui.care.rules import RepeatRules
from dispatch_tui.text import plain


@dataclass(frozen=True, slots=True)
class UnitCall:
    """A call on a unit with its problem; two problems are the same when their words are, case and blanks apart."""

    customer_id: int | None
    call_id: int
    unit_id: int
    problem: str
    opened_at: datetime


def same_problem(problem: str) -> str:
    """What two descriptions of one problem have in common; empty where nothing is said."""
    return plain(problem).casefold()


def reasons(
    calls: Iterable[UnitCall], recommended: Iterable[tuple[int, datetime]], rules: RepeatRules
) -> Iterable[Reason]:
    """One reason for each unit and problem that came back often enough within the time of the rule, counted back
    from its latest call; none where a recommendation (unit, when made) was made since that call."""
    advised: dict[int, datetime] = {}
    for unit_id, made_at in recommended:
        advised[unit_id] = max(made_at, advised.get(unit_id, made_at))
    alike: dict[tuple[int, str], list[UnitCall]] = {}
    for call in calls:
        if problem := same_problem(call.problem):
            alike.setdefault((call.unit_id, problem), []).append(call)
    for (unit_id, _), found in alike.items():
        last = max(found, key=lambda call: (call.opened_at, call.call_id))
        since = last.opened_at - timedelta(days=rules.within_days)
        count = sum(1 for call in found if call.opened_at >= since)
        if count < rules.calls or (unit_id in advised and advised[unit_id] >= last.opened_at):
            continue
        yield Reason(
            kind="repeat",
            key=key_of("repeat", last.call_id),
            words=f"{count} calls about the same problem on one unit: a recommendation is owed",
            prompt_at=last.opened_at,
            useful_until=last.opened_at + rules.answer_within,
            customer_id=last.customer_id,
            call_id=last.call_id,
            bad_news=True,
            what=plain(last.problem),
            opens="roi",
        )
