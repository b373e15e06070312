"""Migrations: from nothing and from every past revision with data in it; one at a time; never half."""

from __future__ import annotations

import json
import multiprocessing
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from dispatch_tui import errors
from dispatch_tui.desk.terms import terms_of
from dispatch_tui.sla.warnings import WarnRule
from dispatch_tui.store import agreements, dialect, schema, tables
from dispatch_tui.store.database import Store, open_store
from dispatch_tui.store.location import locate
from dispatch_tui.store.revision import HEAD
from tests.support.desks import TERMS

MIGRATIONS = Path(schema.__file__).parent / "migrations"
FULL_TEXT = {
    "sqlite": {"search_words", *(f"search_words_{part}" for part in ("config", "data", "idx"))},
    "postgresql": {"search_words", "ix_search_words_words"},
}
"""What stands beside the tables of the code: the words of the full text, as each database keeps them."""
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


def test_the_newest_migration_is_the_one_the_program_asks_for() -> None:
    assert REVISIONS[-1] == HEAD
    assert sorted(REVISIONS) == REVISIONS


def test_migrations_make_just_the_tables_that_the_code_declares(new_db_url: str) -> None:
    with open_store(new_db_url) as store, store.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
        only_on_postgresql = {"ix_change_txid"} if store.location.kind == "sqlite" else set()
        assert {one[1].name for one in found} - only_on_postgresql == FULL_TEXT[store.location.kind]
        assert {one[0] for one in found} <= {"add_index", "remove_table", "remove_index"}


def test_indexes_of_some_rows_hold_just_those_that_the_code_declares(new_db_url: str) -> None:
    wanted = {
        str(index.name): index.info["where"]
        for table in tables.metadata.tables.values()
        for index in table.indexes
        if "where" in index.info
    }
    with open_store(new_db_url) as store, store.read() as connection:
        if store.location.kind == "sqlite":
            query = "select name, sql from sqlite_master where type = 'index' and sql like '% where %'"
        else:
            query = "select indexname, indexdef from pg_indexes where indexdef like '% WHERE %'"
        found = dict(connection.execute(sa.text(query)).all())
    assert len(wanted) >= 12
    assert {name: _condition(sql) for name, sql in found.items()} == wanted


def _condition(sql: str) -> str:
    """The condition of an index, as it was written."""
    condition = re.split(" where ", sql, flags=re.IGNORECASE)[1]
    return (
        condition.strip("()")
        .replace("::text", "")
        .replace("IS NOT NULL", "is not null")
        .replace("IS NULL", "is null")
    )


@pytest.mark.parametrize("revision", REVISIONS)
def test_data_of_every_past_revision_survives(new_db_url: str, revision: str) -> None:
    store = Store(locate(new_db_url))
    with dialect.migration_lock(store.engine, store.location) as connection:
        schema.migrate(connection, revision, store.location)
        connection.execute(sa.text("insert into customer (name) values ('Kühlhaus [/x]')"))
        connection.execute(
            sa.text(
                "insert into call (number, title, status, priority, customer_id, opened_at, happened_at)"
                " values ('C-1', 'Leak', 'on_hold', 2, 1, 1700000000000000, 1700000000000001)"
            )
        )
        connection.execute(sa.text("insert into agreement (name, customer_id) values ('Silver', 1)"))
        connection.execute(
            sa.text("insert into agreement_terms (agreement_id, number, terms_json) values (1, 1, :terms)"),
            {"terms": json.dumps(TERMS | {"warn_share": 0.5})},
        )
    store.close()
    with open_store(new_db_url) as store, store.read() as connection:
        assert schema.stored_revision(connection) == HEAD
        row = connection.execute(sa.select(tables.call)).mappings().one()
        assert (row["number"], row["status"], row["priority"], row["version"]) == ("C-1", "on_hold", 2, 1)
        assert row["happened_at"].microsecond == 1
        assert connection.scalar(sa.select(tables.customer.c.name)) == "Kühlhaus [/x]"
        terms = terms_of(connection, 1, 1)
        assert terms.budget("first_response", 1) == (30, "minutes")
        assert terms.warnings == (WarnRule("share", 0.5),)
        (line,) = agreements.agreements(connection)
        assert (line.name, line.scope, line.calendar) == ("Silver", "customer", "")


def _open(url: str) -> str:
    with open_store(url) as store, store.read() as connection:
        return schema.stored_revision(connection) or ""


def test_many_who_open_a_new_database_at_once_make_it_once(new_db_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(_open, [new_db_url] * 8) == [HEAD] * 8


def test_a_failing_step_leaves_nothing_behind(new_db_url: str) -> None:
    store = Store(locate(new_db_url))
    with pytest.raises(errors.MigrationFailed):
        migrate_over_an_obstacle(store)
    assert sa.inspect(store.engine).get_table_names() == []
    store.close()


def migrate_over_an_obstacle(store: Store) -> None:
    with dialect.migration_lock(store.engine, store.location) as connection:
        connection.execute(sa.text("create table recommendation (x integer)"))
        schema.migrate(connection, HEAD, store.location)


def test_a_newer_database_is_refused_with_the_remedy(new_db_url: str) -> None:
    with open_store(new_db_url) as store, store.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(errors.DatabaseNewer, match="Upgrade"):
        open_store(new_db_url)


def test_somebody_elses_database_is_left_alone(new_db_url: str) -> None:
    store = Store(locate(new_db_url))
    with dialect.migration_lock(store.engine, store.location) as connection:
        connection.execute(sa.text("create table invoices (x integer)"))
    with pytest.raises(errors.DatabaseCorrupt, match="another program"):
        open_store(new_db_url)
    assert sa.inspect(store.engine).get_table_names() == ["invoices"]
    store.close()


def test_alembic_is_loaded_only_for_a_migration(new_sqlite_url: str) -> None:
    open_store(new_sqlite_url).close()
    script = (
        "import sys; from dispatch_tui.store.database import open_store;"
        f" open_store({new_sqlite_url!r}).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
