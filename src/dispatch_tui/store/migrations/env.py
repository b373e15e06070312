"""Alembic's entry: runs on the connection, and inside the transaction, that the store hands over."""

from __future__ import annotations

from alembic import context

from dispatch_tui.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the store's own transaction is around all of it
)
context.run_migrations()
