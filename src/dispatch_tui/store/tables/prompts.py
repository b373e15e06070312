"""Whom to call first: what follows from the open facts, and what people decided about it; and unsaved drafts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dispatch_tui.store.rows import NEVER
from dispatch_tui.store.tables.columns import count, metadata, one_of, record, some, text, to
from dispatch_tui.store.types import Id, Instant, InstantOrNever

prompt = Table(
    "prompt",
    metadata,
    # Derived from the open facts, and made anew when one of them changes: no version, no change row.
    Column("id", Id, primary_key=True),
    to("customer"),
    # Where nobody knows the customer.
    to("call"),
    # One customer's conversations in the order in which they arise.
    Column("place", Integer, nullable=False),
    Column("prompt_at", Instant, nullable=False),
    Column("useful_until", Instant, nullable=False),
    Column("rank_at", InstantOrNever, nullable=False, server_default=str(NEVER)),
    text("kinds"),
    text("words"),
    count("bad_news"),
    # The service calls that it is about, and every reason with the parts of its rank.
    text("call_ids_json"),
    text("reasons_json"),
    text("rank_json"),
    # Who has taken it over; NULL: whoever is free.
    to("operator"),
    Index("ix_prompt_customer", "customer_id", "place"),
    Index("ix_prompt_call", "call_id", "place"),
    Index("ix_prompt_rank", "rank_at", "id"),
    # What has come is counted, and when the next grows late found, without a look at the rows.
    Index("ix_prompt_moment", "prompt_at", "useful_until", "customer_id", "call_id"),
    Index("ix_prompt_until", "useful_until", "prompt_at"),
)

prompt_stale = Table(
    "prompt_stale",
    metadata,
    # Whose prompts have to be made anew: ("customer", id), or ("call", id) where a call has no customer.
    Column("kind", Text, primary_key=True),
    Column("record_id", Id, primary_key=True),
    # The number of the mark: who makes them anew takes it away only where it is still the one that was read.
    count("marked", 1),
    sqlite_with_rowid=False,
)

decision = record(
    "decision",
    to("customer"),
    to("call"),
    to("operator"),
    to("interaction"),
    Column("key", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("until", Instant),
    count("slip_seconds"),
    text("why"),
    one_of("act", ("done", "overridden", "retimed")),
    Index("ix_decision_customer", "customer_id", "happened_at"),
    Index("ix_decision_call", "call_id", "happened_at"),
)

handover = record(
    "handover",
    to("customer"),
    to("call"),
    to("operator", name="giver_id", required=True),
    to("operator", name="taker_id", required=True),
    Column("offered_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("status", Text, nullable=False, server_default="offered"),
    text("note"),
    one_of("status", ("offered", "accepted", "declined", "withdrawn", "ended")),
    Index("ix_handover_customer_id", "customer_id"),
    Index("ix_handover_call_id", "call_id"),
    some("ix_handover_taker", "taker_id", where="status = 'offered'"),
)

draft = Table(
    "draft",
    metadata,
    # What somebody has typed and not saved yet: theirs alone, and gone once it is saved.
    Column("operator_id", Id, ForeignKey("operator.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("content_json", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
