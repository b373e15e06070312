"""Escalated matters: people on both sides, the log, options, corrective actions, checks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer

from dispatch_tui.store.tables.columns import count, minor, record, text, to
from dispatch_tui.store.types import Instant


def _out() -> Column[Any]:
    """When it was taken out of the room; it stays on record."""
    return Column("out_at", Instant)


escalation = record(
    "escalation",
    to("customer", index=True),
    to("call", index=True),
    # Its one owner.
    to("operator"),
    to("interaction"),
    text("title"),
    text("status"),
    Column("opened_at", Instant, nullable=False),
    Column("moved_at", Instant),
    Column("closed_at", Instant),
)

escalation_entry = record(
    "escalation_entry",
    to("escalation", required=True, index=True),
    to("operator"),
    Column("written_at", Instant, nullable=False),
    text("text"),
)

escalation_person = record(
    "escalation_person",
    to("escalation", required=True, index=True),
    to("operator"),
    to("contact"),
    text("part"),
    _out(),
)

escalation_option = record(
    "escalation_option",
    to("escalation", required=True, index=True),
    text("what"),
    minor("cost_minor"),
    text("currency"),
    Column("ready_at", Instant),
    text("risk"),
    count("chosen"),
    _out(),
)

escalation_action = record(
    "escalation_action",
    to("escalation", required=True, index=True),
    to("operator"),
    text("what"),
    Column("due_at", Instant),
    Column("done_at", Instant),
    _out(),
)

escalation_check = record(
    "escalation_check",
    to("escalation", required=True, index=True),
    to("operator"),
    text("what"),
    # NULL: not looked at yet.
    Column("passed", Integer),
    Column("looked_at", Instant),
    _out(),
)
