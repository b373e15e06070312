"""Looking back: ratings by customers and by us, one's own goals and reviews."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, Text

from dispatch_tui.store.tables.columns import count, one_of, record, text, to
from dispatch_tui.store.types import Instant

rating = record(
    "rating",
    to("customer", index=True),
    to("call", index=True),
    to("visit"),
    to("technician"),
    to("operator"),
    to("interaction"),
    Column("rater", Text, nullable=False),
    Column("points", Integer, nullable=False),
    text("words"),
    Column("happened_at", Instant, nullable=False),
    one_of("rater", ("customer", "us")),
    Index("ix_rating_happened", "happened_at"),
)

goal = record(
    "goal",
    to("operator", required=True, index=True),
    Column("measure", Text, nullable=False),
    Column("target", Float, nullable=False),
    count("higher", 1),
    Column("ended_at", Instant),
)

review = record(
    "review",
    to("operator", required=True, index=True),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    text("text"),
    Column("written_at", Instant, nullable=False),
)

review_action = record(
    "review_action",
    to("operator", required=True, index=True),
    to("review"),
    text("what"),
    # Days as "2026-11-22".
    text("due_on"),
    text("done_on"),
)
