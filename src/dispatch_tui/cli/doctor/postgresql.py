"""A PostgreSQL database: whether it answers, what we may do there, who is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dispatch_tui.cli.doctor.findings import Finding, about_revision, about_skew, of_error
from dispatch_tui.errors import DatabaseUnreachable, MissingExtra
from dispatch_tui.store import dialect
from dispatch_tui.store.location import Location
from dispatch_tui.store.revision import REVISION_QUERY
from dispatch_tui.store.tables import metadata

OLDEST = 130000
"""The functions by which the feed tells transactions apart are PostgreSQL 13's."""
CONNECT_SECONDS = 5


def look_at_postgresql(location: Location, now: datetime) -> list[Finding]:
    """Everything about the server and the database on it."""
    try:
        import psycopg
    except ImportError:
        return [of_error("database", MissingExtra("PostgreSQL", "postgres"))]
    try:
        with psycopg.connect(location.libpq, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
            return list(_inside(connection, location, now))
    except psycopg.Error as error:
        problem = dialect.explain(error, location)
        return [of_error("database", problem or DatabaseUnreachable(f"{location.name}: {error}."))]


def _inside(connection: Any, location: Location, now: datetime) -> Iterator[Finding]:
    def ask(query: str, *values: Any) -> Any:
        row = connection.execute(query, values).fetchone()
        return row[0] if row else None

    yield about_skew(ask("select clock_timestamp()"), now, "the server's clock")
    yield Finding("ok", "database", f"{location.name} answers")
    number, words = connection.info.server_version, ask("show server_version")
    if number < OLDEST:
        yield Finding("bad", "server", f"PostgreSQL {words}", "13 or newer is needed.")
    else:
        yield Finding("ok", "server", f"PostgreSQL {words}")
    tables = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = current_schema()"
        )
    }
    revision = ask(REVISION_QUERY) if "alembic_version" in tables else None
    yield about_revision(revision, tables, set(metadata.tables), location.name)
    yield _rights(ask, tables)
    used, most = ask("select count(*) from pg_stat_activity"), int(ask("show max_connections"))
    if used > most * 0.9:
        yield Finding(
            "warn", "sessions", f"{used} of {most} connections are in use", "Raise max_connections."
        )
    else:
        yield Finding("ok", "sessions", f"{used} of {most} connections are in use")
    yield from _in_the_way(connection)


def _rights(ask: Any, tables: set[str]) -> Finding:
    if ask("select pg_is_in_recovery()") or ask("show transaction_read_only") == "on":
        return Finding("warn", "access", "this server can only be read", "Act on the primary server.")
    right = ask("select has_schema_privilege(current_schema(), 'create')")
    if "call" in tables:
        right = ask("select has_table_privilege('call', 'insert, update')")
    if not right:
        return Finding(
            "warn", "access", "you may read it, not write it", "Ask for write access, or only look."
        )
    return Finding("ok", "access", "you may read and write it")


def _in_the_way(connection: Any) -> Iterator[Finding]:
    """Sessions that hold a transaction open without doing anything: others wait for their rows."""
    rows = connection.execute(
        "select pid, coalesce(usename, ''), extract(epoch from now() - state_change)::int from pg_stat_activity"
        " where datname = current_database() and state = 'idle in transaction'"
        " and state_change < now() - interval '1 minute'"
    ).fetchall()
    for pid, user, seconds in rows:
        yield Finding(
            "warn",
            "sessions",
            f"{user} (process {pid} of the server) has held a transaction open for {seconds} s",
            f"End it there, or: select pg_terminate_backend({pid}).",
        )
