"""Everything in which SQLite and PostgreSQL differ. The rest of the store is one code path."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from dispatch_tui import errors
from dispatch_tui.store.folding import FUNCTION, fold
from dispatch_tui.store.location import Location

CHANNEL = "dispatch_tui"
BUSY_SECONDS = 10.0
"""How long a writer waits for another one before it says so."""

_MAGIC = b"SQLite format 3\0"

ANSWER_SECONDS = 10
"""How long a server may take to answer the first call, where its address does not say otherwise."""


class Turn(IntEnum):
    """What is done by one session at a time: keys of PostgreSQL's advisory locks. (SQLite has one writer anyway.)"""

    MIGRATION = 0x6469737061746368
    ROLES = MIGRATION + 1
    HISTORY = MIGRATION + 2
    RULES = MIGRATION + 3
    RANKING = MIGRATION + 4
    SEARCH = MIGRATION + 5


def connect(location: Location, *, create: bool = True) -> Engine:
    """An engine for ``location``. A SQLite file is made where ``create`` allows it."""
    if location.kind == "postgresql":
        patience = {} if "connect_timeout" in location.url else {"connect_timeout": ANSWER_SECONDS}
        try:
            engine = sa.create_engine(
                location.url, pool_pre_ping=True, pool_size=3, max_overflow=5, connect_args=patience
            )
        except ModuleNotFoundError as error:
            raise errors.MissingExtra("PostgreSQL", "postgres") from error
        sa.event.listen(engine, "connect", _prepare_postgresql)
        return engine
    path = location.path
    assert path is not None
    with translated(location):
        stands = path.exists()
        if not stands and create:
            path.parent.mkdir(parents=True, exist_ok=True)
    if not stands and not create:
        raise errors.DatabaseUnreachable(
            f"There is no database at {path}.", "Give another with --db, or start without it to make one."
        )
    check_kind(location)
    # Where we may only look, each read asks anew how: somebody else may begin to write meanwhile.
    pool = {} if os.access(path.parent, os.W_OK) else {"poolclass": sa.NullPool}
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),  # not as text: a path may hold a question mark
        creator=lambda: open_file(location),
        **pool,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def open_file(location: Location, *, look: bool = False, patience: float | None = None) -> sqlite3.Connection:
    """SQLite's own connection to a file, for any thread; ``look`` never writes, ``patience`` is in seconds
    (``BUSY_SECONDS``).

    A file with a WAL in a folder where we may not make one is read as one that nobody changes, as long as
    nobody does. Raises :class:`.errors.DatabaseUnreachable` where a WAL holds what was written last.
    """
    options = "?mode=ro" if look else ""
    if _stands_still(location):
        options = "?mode=ro&immutable=1"
    return sqlite3.connect(
        f"file://{quote(os.fsencode(location.path or ''))}{options}",
        uri=True,
        timeout=BUSY_SECONDS if patience is None else patience,
        check_same_thread=False,
    )


def _stands_still(location: Location) -> bool:
    path = location.path
    assert path is not None
    if os.access(path.parent, os.W_OK) or not path.exists() or os.path.exists(f"{path}-shm"):
        return False  # as usual; the last is there as long as somebody has the database open
    with translated(location), path.open("rb") as file:
        keeps_wal = file.read(20)[18:] == b"\2\2"
    wal = f"{path}-wal"
    if keeps_wal and os.path.exists(wal) and os.path.getsize(wal):
        raise errors.DatabaseUnreachable(
            f"{location.name} cannot be read without its log ({wal}), and you may not write in its folder.",
            "Let somebody who may write there open it once, or copy both files to a folder of yours.",
        )
    return keeps_wal


def check_kind(location: Location) -> None:
    """Raise :class:`.errors.DatabaseCorrupt` for a file that begins as no SQLite database does: SQLite takes
    a short one for empty, and would write over it."""
    path = location.path
    assert path is not None
    with translated(location):
        begins = b""
        if path.is_file():
            with path.open("rb") as file:
                begins = file.read(len(_MAGIC))
    if begins and begins != _MAGIC:
        raise _no_database(location.name)


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.execute(f"set lock_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.create_function(FUNCTION, 1, fold, deterministic=True)
    cursor = connection.cursor()
    cursor.execute("pragma foreign_keys = on")
    cursor.execute("pragma synchronous = full")
    cursor.close()


def keep_log(engine: Engine, location: Location) -> None:
    """See that a SQLite file of ours keeps a write-ahead log, so that readers need not wait for a writer.

    The file remembers it: ask only once it is known whose file it is. One that may only be read keeps what it has.
    """
    if location.kind != "sqlite":
        return
    deadline = time.monotonic() + BUSY_SECONDS
    with translated(location), engine.connect() as connection:
        while connection.exec_driver_sql("pragma journal_mode").scalar() != "wal":
            try:
                connection.exec_driver_sql("pragma journal_mode = wal")
                return  # SQLite may have kept another, where it cannot
            except exc.OperationalError as error:
                if "readonly" in str(error.orig):
                    return
                if "locked" not in str(error.orig) or time.monotonic() > deadline:
                    raise
                time.sleep(0.002)  # SQLite itself does not wait here for others that start beside us


@contextmanager
def read_transaction(engine: Engine, location: Location) -> Iterator[Connection]:
    """A connection on which all reads see one state of the database."""
    with translated(location), engine.connect() as connection:
        if location.kind == "postgresql":
            yield connection.execution_options(isolation_level="REPEATABLE READ")
            return
        connection.exec_driver_sql("begin")
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def write_transaction(engine: Engine, location: Location) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any error.

    SQLite: writers queue on a lock file (SQLite's own waiting is unfair), then ``BEGIN IMMEDIATE``.
    PostgreSQL: an ordinary transaction that ends with a NOTIFY.
    """
    if location.kind == "postgresql":
        with translated(location), engine.begin() as connection:
            yield connection
            connection.execute(sa.text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
        return
    with translated(location), _turn(location), engine.connect() as connection:
        connection.exec_driver_sql("begin immediate")
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()  # nothing to do where SQLite has rolled back by itself, as on a full disk
            raise


@contextmanager
def _turn(location: Location) -> Iterator[None]:
    """Wait for this writer's turn.

    Who waits next holds the gate until it has the lock: a writer that goes on and on (an import) has to
    pass the gate again each time, behind the one who waits there. Where the files cannot be made we
    go on without, and SQLite's own lock decides.
    """
    gate, lock = shared_file(location, "gate"), shared_file(location, "lock")
    try:
        if gate is not None and lock is not None:
            deadline = time.monotonic() + BUSY_SECONDS
            _hold(gate, deadline, location)
            _hold(lock, deadline, location)
            fcntl.flock(gate, fcntl.LOCK_UN)
        yield
    finally:
        for handle in (gate, lock):
            if handle is not None:
                os.close(handle)  # which also lets go of it


def _hold(handle: int, deadline: float, location: Location) -> None:
    """Lock a file, waiting until ``deadline`` (monotonic seconds) at most."""
    pause = 0.0002
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise errors.DatabaseBusy(
                    f"Another program has been writing to {location.name} for {BUSY_SECONDS:.0f} seconds.",
                    "Wait and try again; 'dispatch-tui doctor' shows who holds it.",
                ) from None
            time.sleep(pause)
            pause = min(pause * 1.3, 0.002)


def shared_file(location: Location, name: str) -> int | None:
    """Open a helper file beside a SQLite database with the database's own owner group and mode, so
    that everyone who may write the database may write this too. ``None`` where we may not."""
    assert location.path is not None
    path = f"{location.path}-{name}"
    try:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        pass
    except OSError:
        return None
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        like = os.stat(location.path)
        os.fchmod(handle, like.st_mode & 0o777)
        os.fchown(handle, -1, like.st_gid)
    except OSError:  # not ours to change: the file still serves whoever can open it
        return handle
    return handle


def make_room(connection: Connection) -> None:
    """Let SQLite keep more pages at hand for a bulk write: with its usual 2 MB, each row of a large
    database reads a dozen index pages anew. Holds as long as the connection, and is used only as needed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("pragma cache_size = -65536")


def transaction_number(connection: Connection) -> int | None:
    """PostgreSQL's number of the running transaction; SQLite has one writer and needs none."""
    if connection.dialect.name != "postgresql":
        return None
    number = connection.scalar(sa.text("select pg_current_xact_id()::text::bigint"))
    return int(number)


def take_ids(connection: Connection, table: sa.Table, count: int) -> range | list[int]:
    """``count`` fresh ids of ``table`` for a bulk write in this transaction."""
    column = table.primary_key.columns.keys()[0]
    if connection.dialect.name == "sqlite":  # one writer at a time: the next numbers are ours
        high = connection.scalar(sa.text(f'select max("{column}") from "{table.name}"')) or 0
        return range(high + 1, high + 1 + count)
    rows = connection.execute(
        sa.text("select nextval(pg_get_serial_sequence(:table, :column)) from generate_series(1, :count)"),
        {"table": f'"{table.name}"', "column": column, "count": count},
    )
    return [row[0] for row in rows]


def one_at_a_time(connection: Connection, turn: Turn) -> None:
    """Wait until no other transaction has this turn; it is ours until this one ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": int(turn)})


def side_by_side(connection: Connection, turn: Turn) -> None:
    """Keep whoever wants this turn alone out until this transaction ends; others like us are let in."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("select pg_advisory_xact_lock_shared(:key)"), {"key": int(turn)})


@contextmanager
def migration_lock(engine: Engine, location: Location) -> Iterator[Connection]:
    """A connection on which the schema may be changed, with everyone else kept out meanwhile."""
    if location.kind == "sqlite":
        with write_transaction(engine, location) as connection:
            yield connection
        return
    with translated(location), engine.begin() as connection:
        one_at_a_time(connection, Turn.MIGRATION)
        yield connection


@contextmanager
def translated(location: Location) -> Iterator[None]:
    """Turn a driver's errors into ours, with what to do about each."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error, OSError) as error:
        problem = explain(error, location)
        if problem is None:
            raise
        raise problem from error


def explain(error: BaseException, location: Location) -> errors.DatabaseProblem | None:
    """What a driver's error means to a person; ``None`` where it is a fault of the program."""
    original: Any = error.orig if isinstance(error, exc.DBAPIError) else error
    text = str(original).lower()
    name = location.name
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return _lost(name)
    state = getattr(original, "sqlstate", None)
    if location.kind == "postgresql":
        if state == "23505":
            return _already_stored(name, original.diag.constraint_name)
        return _explain_postgresql(state, text, type(original).__name__, name)
    if isinstance(original, PermissionError):
        return _no_permission(name)
    if isinstance(original, OSError) and original.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(name)
    if isinstance(original, OSError):
        return errors.DatabaseUnreachable(
            f"{name}: {original.strerror or original}.", "Give another place with --db."
        )
    if "unique constraint failed" in text:
        return _already_stored(name, text.partition(": ")[2])
    if "locked" in text or "busy" in text:
        return errors.DatabaseBusy(f"{name} is locked by another program.", "Wait a moment and try again.")
    if "readonly" in text or "read-only" in text:
        return errors.DatabaseReadOnly(
            f"{name} can only be read.", "Ask for write access to the file and its folder."
        )
    if "full" in text:
        return _full(name)
    if "not a database" in text or "malformed" in text:
        return _no_database(name)
    if "no such table" in text or "no such column" in text:
        return errors.DatabaseCorrupt(
            f"{name} lacks a part of its schema ({original}).",
            "Run 'dispatch-tui doctor', then go back to a copy.",
        )
    if "unable to open" in text:
        return _no_permission(name)
    if "disk i/o" in text:
        return errors.DatabaseUnreachable(
            f"{name} cannot be read or written (disk error).",
            "Look at the disk, and at limits on the size of files; nothing of this act was kept.",
        )
    return None


def is_missing_table(error: exc.DBAPIError) -> bool:
    """Whether the driver says that a table is not there (how a fresh database answers)."""
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


def _no_database(name: str) -> errors.DatabaseProblem:
    return errors.DatabaseCorrupt(
        f"{name} is not a database of this program, or it is damaged.",
        "Run 'dispatch-tui doctor', then go back to a copy.",
    )


def _no_permission(name: str) -> errors.DatabaseProblem:
    return errors.DatabaseUnreachable(
        f"{name} cannot be opened.", "See that the folder exists and that you may write there, or give --db."
    )


def _full(name: str) -> errors.DatabaseProblem:
    return errors.DatabaseFull(
        f"There is no room left for {name}.", "Free some space; nothing of this act was kept."
    )


def _already_stored(name: str, what: str) -> errors.DatabaseProblem:
    return errors.AlreadyStored(
        f"{name} holds such a record already ({what}).",
        "Look whether somebody else was first, then try again; nothing of this act was kept.",
    )


def _lost(name: str) -> errors.DatabaseProblem:
    return errors.DatabaseUnreachable(
        f"The connection to {name} was lost.", "Look whether the last act was kept before you repeat it."
    )


def _explain_postgresql(state: str | None, text: str, kind: str, name: str) -> errors.DatabaseProblem | None:
    if state == "53100":
        return errors.DatabaseFull(
            f"The server of {name} has no room left.", "Tell whoever keeps the server."
        )
    if state in ("25006", "42501"):
        return errors.DatabaseReadOnly(f"{name} can only be read by you.", "Ask for the right to write.")
    if state in ("55P03", "57014", "40P01", "40001"):
        return errors.DatabaseBusy(f"{name} is busy.", "Try again.")
    if state in ("42P01", "42703"):
        return errors.DatabaseCorrupt(f"{name} lacks a part of its schema.", "Run 'dispatch-tui doctor'.")
    if state and (state[:2] == "22" or state == "54000"):
        return errors.DatabaseProblem(
            f"{name} cannot hold a value: {text.partition(chr(10))[0]}.",
            "Shorten or correct it; nothing of this act was kept.",
        )
    if state in ("28P01", "28000"):
        return errors.DatabaseUnreachable(
            f"{name} refused the login.", "Check user and password (~/.pgpass)."
        )
    if state == "3D000":
        return errors.DatabaseUnreachable(f"There is no database {name}.", "Create it: createdb NAME.")
    if state and state[:2] in ("08", "57"):
        return _lost(name)
    if kind in ("OperationalError", "ConnectionTimeout", "AdminShutdown"):
        if "does not exist" in text:
            return errors.DatabaseUnreachable(f"There is no database {name}.", "Create it: createdb NAME.")
        if "closed" in text or "terminat" in text or "lost" in text:
            return _lost(name)
        return errors.DatabaseUnreachable(
            f"{name} does not answer.", "See that the server runs and the address is right."
        )
    return None
