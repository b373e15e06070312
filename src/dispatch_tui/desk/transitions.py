"""The one table of what may follow what, and who may do it."""

from __future__ import annotations

from typing import NamedTuple

from dispatch_tui.errors import IllegalTransition

MANAGER = ("manager",)
DISPATCHERS = ("dispatcher", "manager")
WORKERS = ("technician", "dispatcher", "manager")


class Rule(NamedTuple):
    """An act on a call or visit: from which statuses, to which (``""``: stays or depends), by whom."""

    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]


_OPEN = ("new", "acknowledged", "assigned", "in_progress", "on_hold")
_LIVE = (*_OPEN, "resolved")
_ANY = (*_LIVE, "closed", "cancelled")

CALL: dict[str, Rule] = {
    "acknowledge": Rule(("new",), "acknowledged", DISPATCHERS),
    "take": Rule(_OPEN, "", WORKERS),
    "assign": Rule(_OPEN, "assigned", DISPATCHERS),
    "start": Rule(("acknowledged", "assigned"), "in_progress", WORKERS),
    "hold": Rule(("new", "acknowledged", "assigned", "in_progress"), "on_hold", WORKERS),
    "resume": Rule(("on_hold",), "", WORKERS),
    "resolve": Rule(("acknowledged", "assigned", "in_progress", "on_hold"), "resolved", WORKERS),
    "close": Rule(("resolved",), "closed", DISPATCHERS),
    "reopen": Rule(("resolved", "closed", "cancelled"), "", DISPATCHERS),
    "cancel": Rule(_OPEN, "cancelled", DISPATCHERS),
    "set_priority": Rule(_LIVE, "", DISPATCHERS),
    "update": Rule(_LIVE, "", DISPATCHERS),
    "note": Rule(_ANY, "", WORKERS),
}

VISIT: dict[str, Rule] = {
    "confirm_visit": Rule(("planned",), "confirmed", DISPATCHERS),
    "start_travel": Rule(("planned", "confirmed"), "en_route", WORKERS),
    "arrive": Rule(("planned", "confirmed", "en_route"), "on_site", WORKERS),
    "finish_visit": Rule(("on_site",), "done", WORKERS),
    "call_off": Rule(("planned", "confirmed", "en_route"), "called_off", DISPATCHERS),
}

_OTHER_ACTS: dict[str, tuple[str, ...]] = {
    "open": DISPATCHERS,
    "plan_visit": DISPATCHERS,
    "log_contact": WORKERS,
    "promise": WORKERS,
    "settle_promise": WORKERS,
    "undo": WORKERS,
    "import": DISPATCHERS,
    "set_role": MANAGER,
    "make_agreement": MANAGER,
    "revise_agreement": MANAGER,
    "make_calendar": MANAGER,
    "revise_calendar": MANAGER,
    "reapply": MANAGER,
    "set_rank_weights": MANAGER,
    "rank_again": MANAGER,
    "set_skills": MANAGER,
    "mark_demo": MANAGER,
    "recommend": WORKERS,
    "record_decision": WORKERS,
    "acknowledge_brief": WORKERS,
    "answer_checklist": WORKERS,
    "tell_in_advance": WORKERS,
    "rate": WORKERS,
    "plan_deliverable": WORKERS,
    "move_deliverable": WORKERS,
    "escalate": WORKERS,
    "take_escalation": WORKERS,
    "work_on_escalation": WORKERS,
    "write_log": WORKERS,
    "fix_escalation": WORKERS,
    "fail_escalation_check": WORKERS,
    "check_escalation": WORKERS,
    "report_back": WORKERS,
    "reopen_escalation": WORKERS,
    "set_goal": WORKERS,
    "write_review": WORKERS,
    "set_care_rules": MANAGER,
    "note_customer": WORKERS,
    "gone_wrong": WORKERS,
    "make_good": DISPATCHERS,
    "book_trust": DISPATCHERS,
    "edit_contact": WORKERS,
    "lend": WORKERS,
    "add_news": DISPATCHERS,
    "add_delay": DISPATCHERS,
    "end_delay": DISPATCHERS,
    "override_prompt": WORKERS,
    "retime_prompt": WORKERS,
    "take_back_prompt": WORKERS,
    "offer_prompt": WORKERS,
    "answer_prompt": WORKERS,
    "keep_scenario": WORKERS,
    "name_scenario": WORKERS,
    "drop_scenario": WORKERS,
}

ROLES_OF: dict[str, tuple[str, ...]] = (
    _OTHER_ACTS
    | {act: rule.roles for act, rule in CALL.items()}
    | {act: rule.roles for act, rule in VISIT.items()}
)
"""Act to the roles that may do it."""

# Where an act's target depends on the call: what it may become.
_DEPENDS: dict[str, dict[str, tuple[str, ...]]] = {
    "take": {"new": ("acknowledged",)},
    "resume": {"on_hold": ("acknowledged", "assigned", "in_progress")},
    "reopen": dict.fromkeys(CALL["reopen"].sources, ("acknowledged", "assigned")),
}

LEGAL: frozenset[tuple[str, str]] = frozenset(
    {(source, rule.target) for rule in CALL.values() if rule.target for source in rule.sources}
    | {
        (source, target)
        for table in _DEPENDS.values()
        for source, targets in table.items()
        for target in targets
    }
)
"""Every (from, to) of a call's status that some act allows."""


def check(act: str, status: str) -> Rule:
    """The rule of ``act`` where ``status`` permits it; raises :class:`IllegalTransition` otherwise."""
    rule = CALL.get(act) or VISIT[act]
    if status not in rule.sources:
        raise IllegalTransition(act, status, rule.sources)
    return rule
