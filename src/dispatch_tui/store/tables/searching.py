"""What the full text holds of which record; the words themselves are in ``search_words`` (:mod:`..fulltext`)."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from dispatch_tui.store.tables.columns import metadata
from dispatch_tui.store.types import Id

search_doc = Table(
    "search_doc",
    metadata,
    # Numbers rise: what was written or changed later has a higher one.
    Column("number", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("record_id", Id, nullable=False),
    Index("ix_search_doc_record", "kind", "record_id", unique=True),
)
