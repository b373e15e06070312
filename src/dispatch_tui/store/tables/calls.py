"""Calls with their clocks, visits, and what comes of them: parts used, quotes, loaners, recommendations."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from dispatch_tui.store.rows import NEVER
from dispatch_tui.store.tables.columns import count, metadata, minor, one_of, record, some, text, to
from dispatch_tui.store.types import Id, Instant, InstantOrNever

CALL_STATUSES = (
    "new",
    "acknowledged",
    "assigned",
    "in_progress",
    "on_hold",
    "resolved",
    "closed",
    "cancelled",
)
VISIT_STATUSES = ("planned", "confirmed", "en_route", "on_site", "done", "called_off")


call = record(
    "call",
    Column("number", Text, nullable=False, unique=True),
    text("title"),
    text("description"),
    Column("status", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    count("live", 1),
    to("customer"),
    to("site"),
    to("contact"),
    to("unit"),
    to("team"),
    to("technician"),
    to("operator"),
    to("agreement"),
    Column("terms_version", Integer),
    text("agreement_reason"),
    text("skill"),
    text("channel"),
    text("category"),
    text("held_reason"),
    Column("held_until", Instant),
    text("resolution"),
    text("flag"),
    text("extra_json"),
    Column("opened_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("started_at", Instant),
    Column("resolved_at", Instant),
    Column("closed_at", Instant),
    Column("happened_at", Instant, nullable=False),
    count("reopened"),
    # What the queue orders and filters by; set by the desk when something happens.
    text("clock"),
    count("paused"),
    Column("due_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    Column("warn_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    Column("rank_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    Column("prompt_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    CheckConstraint("priority between 1 and 5", name="priority"),
    one_of("status", CALL_STATUSES),
    Index("ix_call_customer", "customer_id", "opened_at"),
    Index("ix_call_unit", "unit_id", "opened_at"),
    Index("ix_call_closed", "closed_at"),
)


def _live_index(name: str, *columns: str) -> Index:
    return some(f"ix_call_live_{name}", *(call.c[column] for column in columns), call.c.id, where="live = 1")


_live_index("rank", "rank_at")
_live_index("due", "due_at")
_live_index("opened", "opened_at")
_live_index("priority", "priority", "rank_at")
_live_index("status", "status", "rank_at")
_live_index("team", "team_id", "rank_at")
_live_index("technician", "technician_id", "rank_at")
_live_index("operator", "operator_id", "rank_at")
_live_index("skill", "skill", "rank_at")

clock = Table(
    "clock",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("due_at", InstantOrNever, nullable=False),
    Column("warn_at", InstantOrNever, nullable=False),
    Column("paused_since", Instant),
    Column("ended_at", Instant),
)

visit = record(
    "visit",
    to("call", required=True, index=True),
    to("unit"),
    to("technician", index=True),
    Column("status", Text, nullable=False),
    text("kind"),
    Column("dispatched_at", Instant),
    Column("window_from", Instant),
    Column("window_to", Instant),
    Column("confirmed_at", Instant),
    Column("en_route_at", Instant),
    Column("on_site_at", Instant),
    Column("done_at", Instant),
    Column("happened_at", Instant, nullable=False),
    text("outcome"),
    text("problem"),
    text("cause"),
    text("work"),
    Column("labour_minutes", Integer),
    Column("downtime_minutes", Integer),
    minor("labour_minor"),
    minor("parts_minor"),
    minor("travel_minor"),
    minor("cost_minor"),
    text("currency"),
    text("flag"),
    one_of("status", VISIT_STATUSES),
    CheckConstraint("outcome in ('', 'good', 'bad', 'incomplete')", name="outcome"),
    Index("ix_visit_unit", "unit_id", "done_at"),
    # What a technician still has to do.
    some("ix_visit_open", "technician_id", where="done_at is null"),
)

part_use = record(
    "part_use",
    to("visit", required=True, index=True),
    to("part"),
    text("name"),
    count("quantity", 1),
    minor("cost_minor"),
    text("currency"),
)

quote = record(
    "quote",
    to("call", index=True),
    to("unit", index=True),
    to("model"),
    text("kind"),
    minor("amount_minor"),
    text("currency"),
    Column("quoted_at", Instant, nullable=False),
    Column("valid_until", Instant),
    text("note"),
)

loaner = record(
    "loaner",
    to("unit", required=True),
    to("customer", index=True),
    to("call"),
    Column("out_at", Instant, nullable=False),
    Column("due_back_at", Instant),
    Column("back_at", Instant),
    text("note"),
)

recommendation = record(
    "recommendation",
    to("unit", required=True, index=True),
    to("call"),
    to("operator"),
    Column("made_at", Instant, nullable=False),
    Column("inputs_json", Text, nullable=False),
    Column("result_json", Text, nullable=False),
    text("presented"),
    text("decided"),
    text("reason"),
)
