"""The first picture's data, with the bare driver: SQLAlchemy is loaded only after something is on screen."""

from __future__ import annotations

from typing import Any, NamedTuple

from dispatch_tui.errors import MissingExtra
from dispatch_tui.store.location import Location
from dispatch_tui.store.revision import REVISION_QUERY, judge
from dispatch_tui.store.rows import QueueRow

# Rendered from ``queue.first_statement()``; a test holds the two together.
FIRST_ROWS = (
    "SELECT call.id AS id, call.version AS version, call.number AS number, call.title AS title, "
    "call.status AS status, call.priority AS priority, call.due_at AS due_us, call.clock AS clock, "
    "call.warn_at AS warn_us, call.paused AS paused, call.rank_at AS rank_us, call.opened_at AS "
    "opened_us, call.held_reason AS held_reason, coalesce(customer.name, '') AS customer, "
    "coalesce(site.name, '') AS site, coalesce(site.tz, 'UTC') AS site_tz, coalesce(unit.serial, '') AS "
    "unit, coalesce(model.name, '') AS model, coalesce(technician.name, '') AS technician, "
    "coalesce(team.name, '') AS team, coalesce(operator.account, '') AS operator FROM call LEFT OUTER "
    "JOIN customer ON customer.id = call.customer_id LEFT OUTER JOIN site ON site.id = call.site_id LEFT "
    "OUTER JOIN unit ON unit.id = call.unit_id LEFT OUTER JOIN model ON model.id = unit.model_id LEFT "
    "OUTER JOIN technician ON technician.id = call.technician_id LEFT OUTER JOIN team ON team.id = "
    "call.team_id LEFT OUTER JOIN operator ON operator.id = call.operator_id WHERE call.live = 1 ORDER BY "
    "call.rank_at, call.id"
)


class FirstPicture(NamedTuple):
    """What the queue shows before the store is open: the first live calls by rank, and what the account is here."""

    rows: list[QueueRow]
    role: str
    technician_id: int | None


def first_picture(location: Location, account: str, limit: int) -> FirstPicture | None:
    """The first ``limit`` rows of all live calls, and what ``account`` is here.

    ``None`` where the database has to be made, migrated or explained first: then open the store,
    which says what is wrong. Raises ``DatabaseNewer``.
    """
    if location.kind == "sqlite":
        return _from_sqlite(location, account, limit)
    return _from_postgresql(location, account, limit)


def _from_sqlite(location: Location, account: str, limit: int) -> FirstPicture | None:
    import sqlite3

    assert location.path is not None
    try:
        if not location.path.exists():
            return None
        connection = sqlite3.connect(location.path, timeout=1.0, isolation_level=None)
        try:
            return _read(connection, "?", location.name, account, limit)
        finally:
            connection.close()
    except (sqlite3.Error, OSError):
        return None  # opening the store meets the same error, and explains it


def _from_postgresql(location: Location, account: str, limit: int) -> FirstPicture | None:
    try:
        import psycopg
    except ModuleNotFoundError as error:
        raise MissingExtra("PostgreSQL", "postgres") from error
    try:
        with psycopg.connect(location.libpq, autocommit=True) as connection:
            return _read(connection, "%s", location.name, account, limit)
    except psycopg.Error:
        return None


def _read(connection: Any, mark: str, name: str, account: str, limit: int) -> FirstPicture | None:
    revision = connection.execute(REVISION_QUERY).fetchone()
    if not judge(revision[0] if revision else None, name):
        return None
    known = connection.execute(
        f"select role, technician_id from operator where account = {mark}", (account,)
    ).fetchone()
    role, technician_id = known or ("viewer", None)
    found = connection.execute(f"{FIRST_ROWS} limit {mark}", (limit,)).fetchall()
    return FirstPicture([QueueRow._make(row) for row in found], role, technician_id)
