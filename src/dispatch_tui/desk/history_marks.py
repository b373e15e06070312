"""Whose prompts a batch of history touches. Closed history touches nobody's: it is passed over without a query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from dispatch_tui.store.care_facts import CONTACT_DAYS, ENDED_DAYS
from dispatch_tui.store.touched import Touched

State = Mapping[str, Any]

_DAY_US: Final = timedelta(days=1) // timedelta(microseconds=1)
_ALWAYS: Final = ("agreement", "follow_up", "delay", "delay_reach", "model_news", "recommendation")


def touched_by(
    states: Mapping[str, Mapping[str, State]],
    known: Mapping[str, Mapping[str, int]],
    were_open: Iterable[int],
    recorded_us: int,
) -> Touched:
    """``states``: records by kind and external id as the batch leaves them (stored values); ``known``: those that were
    stored before; ``were_open``: calls that were open before the batch."""
    touched = Touched()
    touched.calls.update(were_open)
    ended, said = (recorded_us - days * _DAY_US for days in (ENDED_DAYS, CONTACT_DAYS))
    for state in states.get("call", {}).values():
        if state["live"] or (state["closed_at"] or 0) >= ended:
            touched.add("call", state["id"], state)
    for state in states.get("visit", {}).values():
        # What is not over may hold up whoever comes next; what was over long ago holds up nobody.
        if (state["done_at"] or recorded_us) >= ended and state["status"] != "called_off":
            touched.add("visit", state["id"], state)
    for state in states.get("interaction", {}).values():
        if state["happened_at"] >= said:
            touched.add("interaction", state["id"], state)
        elif state["customer_id"] is not None:  # it may be the last conversation
            touched.customers.add(state["customer_id"])
    for state in states.get("promise", {}).values():
        if state["outcome"] == "open" or (state["settled_at"] or 0) >= ended:
            touched.add("promise", state["id"], state)
    for name, state in states.get("customer", {}).items():
        if name in known["customer"]:
            touched.add("customer", state["id"], state)
    for kind in _ALWAYS:
        for state in states.get(kind, {}).values():
            touched.add(kind, state["id"], state)
    return touched
