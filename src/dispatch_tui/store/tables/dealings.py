"""What is kept of a customer beside conversations: notes, amends, trust booked by hand, lists, closings."""

from __future__ import annotations

from sqlalchemy import Column, Index, Text

from dispatch_tui.store.tables.columns import count, minor, record, text, to
from dispatch_tui.store.types import Id, Instant

customer_note = record(
    "customer_note",
    # idea, plan, delight, material, want, need, complaint, commendation
    to("customer", required=True),
    to("contact"),
    to("call"),
    to("operator"),
    Column("kind", Text, nullable=False),
    text("what"),
    Column("happened_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_customer_note_customer", "customer_id", "happened_at"),
)

gone_wrong = record(
    "gone_wrong",
    to("customer", index=True),
    to("call", index=True),
    to("operator"),
    text("what"),
    Column("happened_at", Instant, nullable=False),
)

amend = record(
    "amend",
    to("gone_wrong", required=True, index=True),
    to("operator"),
    Column("kind", Text, nullable=False),
    text("what"),
    minor("cost_minor"),
    text("currency"),
    Column("happened_at", Instant, nullable=False),
)

ledger_entry = record(
    "ledger_entry",
    # Booked by hand; all others follow from what happened.
    to("customer", required=True),
    Column("happened_at", Instant, nullable=False),
    count("points"),
    text("reason"),
    text("event_kind"),
    Column("event_id", Id),
    Index("ix_ledger_entry_customer", "customer_id", "happened_at"),
)

checklist_answer = record(
    "checklist_answer",
    # readiness, data_safety, intake, onboarding; of a call or a customer
    Column("list", Text, nullable=False),
    Column("item", Text, nullable=False),
    to("customer", index=True),
    to("call", index=True),
    to("operator"),
    count("yes"),
    text("note"),
    Column("happened_at", Instant, nullable=False),
)

acknowledgement = record(
    "acknowledgement",
    to("visit", required=True, index=True),
    to("operator"),
    Column("kind", Text, nullable=False),
    # Of the words as they stood (care.brief).
    Column("key", Text, nullable=False),
    text("words"),
    Column("happened_at", Instant, nullable=False),
)

closing = record(
    "closing",
    # What the dialog asked beyond what the visit and the call say already.
    to("call", required=True, index=True),
    # The visit that it ended; NULL: it resolved or closed the call.
    to("visit"),
    to("operator"),
    text("outcome"),
    text("problem"),
    text("cause"),
    text("avoid"),
    text("expect"),
    text("next_step"),
    Column("next_step_at", Instant),
    text("confirmed"),
    text("unconfirmed"),
    Column("happened_at", Instant, nullable=False),
    # When it was taken back, or the call was opened again: then it says nothing any more.
    Column("ended_at", Instant),
)

deliverable = record(
    "deliverable",
    to("call", required=True, index=True),
    text("what"),
    # Days as "2026-11-22".
    text("planned_from"),
    text("planned_until"),
    text("started_on"),
    text("done_on"),
    count("verify"),
    text("verified_by"),
    text("accepted_on"),
    text("accepted_by"),
)
