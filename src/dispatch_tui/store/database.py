"""The open database: reading, writing, and telling other sessions that something was written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.engine import Connection

from dispatch_tui.store import dialect, schema
from dispatch_tui.store.location import Location, locate


class Store:
    """One database, opened. Safe to share between threads; close it when done."""

    def __init__(self, location: Location, *, create: bool = True) -> None:
        self.location = location
        self.engine = dialect.connect(location, create=create)
        self._bell: int | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on which all reads see one state of the database."""
        with dialect.read_transaction(self.engine, self.location) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction. Other sessions are woken once it is committed."""
        with dialect.write_transaction(self.engine, self.location) as connection:
            yield connection
        self.ring()

    def ring(self) -> None:
        """Wake the sessions that watch the bell file (PostgreSQL rings by NOTIFY with the commit)."""
        if self.location.kind != "sqlite":
            return
        if self._bell is None:
            self._bell = dialect.shared_file(self.location, "bell")
        if self._bell is not None:
            # On a full disk the others find out by their slow poll: the act itself is committed.
            with suppress(OSError):
                os.pwrite(self._bell, b"\a", 0)

    def close(self) -> None:
        if self._bell is not None:
            os.close(self._bell)
            self._bell = None
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(where: str | Location = "", *, create: bool = True) -> Store:
    """Open a database and bring its schema up to date.

    ``where`` is read by :func:`.location.locate`. Raises a :class:`.errors.DatabaseProblem`: no
    such place, no permission, not ours, damaged, or made by a newer program.
    """
    store = Store(locate(where) if isinstance(where, str) else where, create=create)
    try:
        schema.ensure(store.engine, store.location)
    except BaseException:
        store.close()
        raise
    return store
