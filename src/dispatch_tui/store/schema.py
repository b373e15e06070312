"""The schema's revision: compared by one plain query; Alembic is loaded only when it differs."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from dispatch_tui import errors
from dispatch_tui.store import dialect, fulltext
from dispatch_tui.store.location import Location
from dispatch_tui.store.revision import HEAD, REVISION_QUERY, judge
from dispatch_tui.store.tables import metadata


def ensure(engine: Engine, location: Location) -> None:
    """Make sure that the database has this program's schema; migrate an older or empty one.

    Another program's is refused (:class:`.errors.DatabaseCorrupt`) before anything is written in it or beside it.
    """
    with dialect.read_transaction(engine, location) as connection:
        current = _judged(connection, location)
    dialect.keep_log(engine, location)
    if current:
        return
    with dialect.migration_lock(engine, location) as connection:
        if not _judged(connection, location):  # another process may have done it while we waited
            migrate(connection, HEAD, location)


def _judged(connection: Connection, location: Location) -> bool:
    """Whether the schema is this program's present one; ``False`` for an older or empty database."""
    revision = stored_revision(connection)
    current = judge(revision, location.name)
    if revision is None and sa.inspect(connection).get_table_names():
        raise errors.DatabaseCorrupt(
            f"{location.name} belongs to another program.",
            "Give an empty database, or another place with --db.",
        )
    return current


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database says it has; ``None`` for one without our tables."""
    savepoint = connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()
    try:
        with savepoint:
            revision: str | None = connection.scalar(sa.text(REVISION_QUERY))
            return revision
    except exc.DBAPIError as error:
        if dialect.is_missing_table(error):
            return None
        raise


def recreate(connection: Connection, location: Location) -> None:
    """Drop every table with all that is in it and make the schema anew, inside the caller's transaction."""
    metadata.drop_all(connection)
    fulltext.drop(connection)
    connection.execute(sa.text("drop table alembic_version"))
    migrate(connection, HEAD, location)


def migrate(connection: Connection, revision: str, location: Location) -> None:
    """Bring the schema to ``revision`` inside the caller's transaction (all or nothing)."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except (CommandError, exc.SQLAlchemyError) as error:
        problem = dialect.explain(error, location)
        if problem is not None and not isinstance(problem, errors.DatabaseCorrupt):
            raise problem from error
        raise errors.MigrationFailed(
            f"The schema of {location.name} could not be brought to revision {revision}: {error}.",
            "Nothing was changed. Go back to a copy, or ask with the output of 'dispatch-tui doctor'.",
        ) from error
