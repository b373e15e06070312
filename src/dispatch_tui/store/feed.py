"""News from other sessions: what changed since this one last looked, and a handle that wakes it.

SQLite: a bell file beside the database is written after each commit and watched with inotify;
the cursor is the last ``seq`` seen (there is one writer at a time, so numbers commit in order).
PostgreSQL: NOTIFY wakes; numbers may commit out of order, so the cursor is a whole snapshot and
the news are the changes of every transaction that this snapshot did not see. More of them than one answer
holds are those between two snapshots, handed out by transaction and number until there are no more.
A slow poll (the session's own timer calling :meth:`Feed.changes`) stands behind both.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import dialect
from dispatch_tui.store.database import Store
from dispatch_tui.store.tables import change, operator

if TYPE_CHECKING:
    import psycopg


class FeedChange(NamedTuple):
    """One committed change, as the screens need it. ``happened_us``: microseconds since 1970."""

    seq: int
    operator: str
    act: str
    kind: str
    record_id: int
    call_id: int | None
    version: int
    happened_us: int


def announced(connection: Connection, seqs: Collection[int]) -> list[str]:
    """What these changes of the log announce to everybody, in the order in which they were written: how escalated
    matters stand."""
    query = (
        sa.select(change.c.note)
        .where(change.c.seq.in_(list(seqs)), change.c.kind == "escalation", change.c.note != "")
        .order_by(change.c.seq)
    )
    return [str(note) for note in connection.scalars(query)]


_COLUMNS = (
    change.c.seq,
    sa.func.coalesce(operator.c.account, "").label("operator"),
    change.c.act,
    change.c.kind,
    change.c.record_id,
    change.c.call_id,
    change.c.record_version,
    sa.type_coerce(change.c.happened_at, sa.BigInteger).label("happened_us"),
)
_NEWS = (
    sa.select(*_COLUMNS)
    .select_from(change.outerjoin(operator, operator.c.id == change.c.operator_id))
    .order_by(change.c.seq)
)
_SINCE_SEQ = _NEWS.where(change.c.seq > sa.bindparam("cursor", type_=sa.BigInteger))
# In the order of the transactions, which is that of an index: a long backlog is not sorted anew for each answer.
_BETWEEN_SNAPSHOTS = (
    _NEWS.add_columns(change.c.txid)
    .where(
        sa.text(
            "change.txid >= greatest(pg_snapshot_xmin(cast(:since as pg_snapshot))::text::bigint, :txid)"
            " and (change.txid, change.seq) > (:txid, :seq)"
            " and not pg_visible_in_snapshot(change.txid::text::xid8, cast(:since as pg_snapshot))"
            " and pg_visible_in_snapshot(change.txid::text::xid8, cast(:until as pg_snapshot))"
        )
    )
    .order_by(None)
    .order_by(change.c.txid, change.c.seq)
)
_SNAPSHOT = sa.text("select pg_current_snapshot()::text")


class _Between(NamedTuple):
    """Where a listener of PostgreSQL is: after this change of a transaction, among those that one snapshot did not see
    and the other did. ``until`` is empty where all that ``since`` saw was told."""

    since: str
    until: str = ""
    txid: int = 0
    seq: int = 0


class Feed:
    """A session's view of the change log, from the moment that it was made.

    ``fileno()`` becomes readable when there may be news; then call :meth:`changes`. Without inotify
    (another system, no watch left) it is ``None`` and the slow poll carries the news. A lost server
    makes :meth:`changes` raise a ``DatabaseProblem``; called again once it is back, it tells what was
    missed, and ``fileno()`` is another.
    """

    more: bool
    """Whether the last answer was cut off at its limit: nothing rings for the rest, so call again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.more = False
        self._waker = _BellWaker(store) if store.location.kind == "sqlite" else _NotifyWaker(store)
        self._cursor: Any = self._position()

    def fileno(self) -> int | None:
        return self._waker.fileno

    def _position(self) -> Any:
        with self._store.read() as connection:
            if self._store.location.kind == "sqlite":
                return connection.scalar(sa.select(sa.func.max(change.c.seq))) or 0
            return _Between(connection.scalar(_SNAPSHOT))

    def changes(self, limit: int = 5000) -> list[FeedChange]:
        """The changes committed since the last call, by number, each exactly once.

        ``limit`` bounds one answer (1 or more); call again while :attr:`more` says so.
        """
        self._waker.drain()
        with self._store.read() as connection:
            if self._store.location.kind == "sqlite":
                rows = connection.execute(_SINCE_SEQ.limit(limit), {"cursor": self._cursor}).all()
                if rows:
                    self._cursor = rows[-1].seq
                found = [FeedChange(*row) for row in rows]
            else:
                found, self._cursor = _after(connection, self._cursor, limit)
        self.more = len(found) == limit
        return found

    def close(self) -> None:
        self._waker.close()


def _after(connection: Connection, at: _Between, limit: int) -> tuple[list[FeedChange], _Between]:
    """Up to ``limit`` changes after a place, and the place behind them. ``connection`` sees one snapshot."""
    now = connection.scalar(_SNAPSHOT)
    found: list[FeedChange] = []
    for until in (at.until, now) if at.until else (now,):
        at = at._replace(until=until)
        rows = connection.execute(_BETWEEN_SNAPSHOTS.limit(limit - len(found)), at._asdict()).all()
        found += [FeedChange(*row[:-1]) for row in rows]
        if len(found) == limit:
            at = at._replace(txid=rows[-1].txid, seq=rows[-1].seq)
            break
        at = _Between(until)
    return sorted(found), at


class _BellWaker:
    """inotify on the bell file; IN_MODIFY after each commit."""

    def __init__(self, store: Store) -> None:
        self.fileno: int | None = None
        self._inotify: Any = None
        handle = dialect.shared_file(store.location, "bell")
        if handle is None:
            return
        os.close(handle)
        try:
            from inotify_simple import INotify, flags

            self._inotify = INotify(nonblocking=True)
            self._inotify.add_watch(f"{store.location.path}-bell", flags.MODIFY)
        except (ImportError, OSError, AttributeError):  # no inotify here: the slow poll serves
            self.close()
            return
        self.fileno = self._inotify.fileno()

    def drain(self) -> None:
        if self._inotify is not None:
            self._inotify.read(timeout=0)

    def close(self) -> None:
        if self._inotify is not None:
            self._inotify.close()
            self._inotify = None
        self.fileno = None


class _NotifyWaker:
    """A connection of its own that listens; its socket is readable when a NOTIFY came."""

    def __init__(self, store: Store) -> None:
        self._location = store.location
        self._connection = self._listen()
        self.fileno: int | None = self._connection.fileno()

    def _listen(self) -> psycopg.Connection[Any]:
        import psycopg

        try:
            connection = psycopg.connect(self._location.libpq, autocommit=True)
            connection.execute(f"listen {dialect.CHANNEL}")
        except psycopg.Error as error:
            problem = dialect.explain(error, self._location)
            raise problem or error from error
        return connection

    def drain(self) -> None:
        """Forget what has rung. A connection that was lost is made anew (``fileno`` is another then)."""
        import psycopg

        pgconn = self._connection.pgconn
        try:
            pgconn.consume_input()
            while pgconn.notifies() is not None:
                pass
        except psycopg.Error:  # the server went away; the news themselves are read from the log
            self._connection.close()
        if self._connection.closed:
            self.fileno = None
            self._connection = self._listen()
            self.fileno = self._connection.fileno()

    def close(self) -> None:
        self._connection.close()
        self.fileno = None
