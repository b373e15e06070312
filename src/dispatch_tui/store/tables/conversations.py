"""What was said to customers, promised to them and is owed to them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from dispatch_tui.store.tables.columns import count, metadata, one_of, record, text, to
from dispatch_tui.store.types import Id, Instant

interaction = record(
    "interaction",
    to("customer"),
    to("contact"),
    to("call"),
    to("operator"),
    Column("happened_at", Instant, nullable=False),
    text("direction"),
    text("channel"),
    count("two_way"),
    text("mood"),
    text("believes"),
    # What is so, where it differs from what they believe.
    text("truth"),
    text("said"),
    text("listen"),
    text("observe"),
    text("think"),
    text("speak"),
    count("bad_news"),
    text("plan"),
    Column("next_update_at", Instant),
    Index("ix_interaction_customer", "customer_id", "happened_at"),
    Index("ix_interaction_call", "call_id", "happened_at"),
)

promise = record(
    "promise",
    to("customer"),
    to("contact"),
    to("call"),
    to("interaction"),
    # What of the call it is about: "arrival", "finish", or anything else.
    text("about"),
    text("what"),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False, server_default="open"),
    Column("settled_at", Instant),
    text("explained"),
    one_of("outcome", ("open", "kept", "partly", "broken", "waived")),
    Index("ix_promise_call", "call_id"),
    Index("ix_promise_customer", "customer_id", "due_at"),
)

follow_up = record(
    "follow_up",
    to("customer", index=True),
    to("call"),
    to("visit"),
    to("closing"),
    to("interaction"),
    text("kind"),
    Column("from_at", Instant),
    Column("due_at", Instant, nullable=False),
    text("reason"),
    # When it was had, or was no longer owed because its closing was taken back (no interaction then).
    Column("done_at", Instant),
    Index("ix_follow_up_visit_id", "visit_id"),
    Index("ix_follow_up_call_id", "call_id"),
)

delay = record(
    "delay",
    to("operator"),
    to("call"),
    text("cause"),
    Column("known_at", Instant, nullable=False),
    Column("over_at", Instant),
)

delay_reach = record(
    "delay_reach",
    to("delay", required=True, index=True),
    to("call", required=True, index=True),
    Column("promised_at", Instant, nullable=False),
    Column("expected_at", Instant, nullable=False),
    to("interaction"),
    Column("told_at", Instant),
)

model_news = record(
    "model_news",
    to("model", required=True, index=True),
    to("operator"),
    text("what"),
    Column("known_at", Instant, nullable=False),
    Column("public_at", Instant),
    count("recall"),
)

news_told = Table(
    "news_told",
    metadata,
    Column("model_news_id", Id, ForeignKey("model_news.id"), primary_key=True),
    Column("customer_id", Id, ForeignKey("customer.id"), primary_key=True, index=True),
    to("interaction"),
    Column("told_at", Instant, nullable=False),
)

told_in_advance = record(
    "told_in_advance",
    # What could delay a job, as the customer was told before.
    to("customer", index=True),
    to("call", index=True),
    to("interaction"),
    text("what"),
    Column("told_at", Instant, nullable=False),
)
