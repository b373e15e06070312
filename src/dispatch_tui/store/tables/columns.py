"""What tables are made of.

Records (:func:`record`) carry an ``id``, a ``version`` that each write raises by one, and an
``external_id`` (``source:identity``) where they came from elsewhere. Money is integer minor units
beside a ``currency``; instants are UTC microseconds (:mod:`.types`). Columns named ``*_json`` hold
JSON text, validated by the model that reads them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from dispatch_tui.store.types import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def some(name: str, *columns: Any, where: str) -> Index:
    """An index of some of a table's rows. The condition is noted, not given as a dialect's option: that would load
    PostgreSQL's dialect, 2 MB, into every session on SQLite. Migrations spell it out; a test compares."""
    return Index(name, *columns, info={"where": where})


def text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False, server_default="")


def count(name: str, default: int = 0) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default=str(default))


def minor(name: str) -> Column[Any]:
    """Money in minor units; NULL where it is not known (which is not the same as nothing)."""
    return Column(name, Id)


def to(table: str, *, name: str = "", required: bool = False, index: bool = False) -> Column[Any]:
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=not required, index=index)


def record(name: str, *columns: Any) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("external_id", Text, unique=True),
        *columns,
    )


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(value) for value in values)})", name=column)
