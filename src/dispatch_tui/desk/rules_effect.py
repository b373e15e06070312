"""What other rules of the customer side would do, before they are saved: to the rules, and to today's list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from dispatch_tui.care.decisions import latest
from dispatch_tui.care.prompts import reasons_of
from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.rule_effects import RuleEffect, effect_between
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.rules_file import RuleChange, changes_between, rules_from_text
from dispatch_tui.desk.care_forecast import our_lengths
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.prompting import facts_of
from dispatch_tui.store import stale
from dispatch_tui.store.naming import names_of
from dispatch_tui.store.stale import Party

_BATCH = 250
"""Parties that are looked at together."""


class RulesEffect(NamedTuple):
    """Rules that would change, and what that does to the list: ``names`` of the customers whose reasons it touches;
    ``parties``: how many were looked at."""

    changes: tuple[RuleChange, ...]
    effect: RuleEffect
    names: dict[int, str]
    parties: int


def effect_of_rules(
    desk: Desk,
    text: str,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
) -> RulesEffect | None:
    """What a firm's own file would do in place of the present one; ``None`` where ``stop`` said so meanwhile.

    Raises ``InvalidInput`` with the field.
    """
    now = desk.clock.now()
    becoming = rules_from_text(text)
    before: list[Reason] = []
    after: list[Reason] = []
    with desk.store.read() as connection:
        present = care_rules(connection)
        changes = changes_between(present, becoming)
        parties = stale.everybody(connection) if changes else []
        for start in range(0, len(parties), _BATCH):
            if stop():
                return None
            some = parties[start : start + _BATCH]
            before += _reasons(connection, some, present, desk)
            after += _reasons(connection, some, becoming, desk)
            progress(min(start + _BATCH, len(parties)), len(parties))
        effect = effect_between(before, after, now)
        touched = (*effect.new, *effect.gone, *effect.earlier, *effect.later)
        customers = {one.customer_id for one in touched if one.customer_id is not None}
        return RulesEffect(changes, effect, names_of(connection, "customer", customers), len(parties))


def _reasons(
    connection: Connection, parties: Sequence[Party], rules: CareRules, desk: Desk
) -> Iterable[Reason]:
    """Every reason to call these parties by these rules."""
    now = desk.clock.now()
    ours, _ = our_lengths(connection, now, rules.forecast)
    _, known = facts_of(connection, parties, now, rules, ours)
    decided = [one for listed in known.decisions.values() for one in latest(listed).values()]
    return reasons_of(known.facts, rules, decided)
