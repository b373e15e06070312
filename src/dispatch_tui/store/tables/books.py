"""The change log and the house's own books."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from dispatch_tui.store.tables.columns import metadata, record, some, text, to
from dispatch_tui.store.types import Id, Instant

change = Table(
    "change",
    metadata,
    Column("seq", Id, primary_key=True),
    # PostgreSQL: the writing transaction, so that a reader of the feed can tell what it has seen.
    Column("txid", Id),
    Column("happened_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    to("operator"),
    Column("act", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("record_version", Integer, nullable=False),
    # The call whose timeline it belongs to.
    Column("call_id", Id),
    Column("was_json", Text),
    Column("now_json", Text),
    text("note"),
    text("flag"),
    # Which file or log told it; empty for what somebody did here.
    text("source"),
    Column("undoes", Id),
    some("ix_change_operator", "operator_id", "seq", where="source = ''"),
    some("ix_change_call", "call_id", "happened_at", where="call_id is not null"),
    some("ix_change_record", "kind", "record_id", where="call_id is null"),
    Index("ix_change_txid", "txid").ddl_if(dialect="postgresql"),
)

house_rule = record(
    "house_rule",
    Column("name", Text, nullable=False, unique=True),
    Column("value_json", Text, nullable=False),
)
"""What holds for everybody who works on this database, such as how the queue is ranked."""

source_row = Table(
    "source_row",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
