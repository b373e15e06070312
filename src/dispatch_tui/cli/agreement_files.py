"""An agreement as a TOML file: what ``agreement show --toml`` writes and ``agreement set`` reads.

Beside the terms (``budgets``, ``pauses``, ``warnings``, ``cover``, ``conditions``) stand ``name``; for whom:
``customer``, ``site`` by name, ``unit`` or ``units`` by serial number, none of them for everybody; ``calendar``:
the name of a shared one, or a table of hours; ``starts_at`` and ``ends_at``. With ``id`` the file revises an
agreement, and with ``version`` only if nobody has changed it since.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.desk.agreements import NewAgreement
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.sla.kinds import is_whole, only_known
from dispatch_tui.store import tables as t
from dispatch_tui.store.agreements import AgreementSheet, calendar_id_named

_TERMS = ("budgets", "pauses", "warnings", "warn_share", "cover", "conditions")
_ABOUT = ("id", "version", "name", "customer", "site", "unit", "units", "calendar", "starts_at", "ends_at")


class Written(NamedTuple):
    """What a file says; ``agreement_id`` ``None`` makes a new one."""

    agreement_id: int | None
    version: int | None
    new: NewAgreement


def read_agreement(connection: Connection, path: Path) -> Written:
    """Read a file; names become records. Raises ``InvalidInput`` with the field, ``NotFound``."""
    said = _parsed(path)
    only_known("", "an agreement", said, (*_ABOUT, *_TERMS))
    terms = {key: said[key] for key in _TERMS if key in said}
    calendar, calendar_id = said.get("calendar"), None
    if isinstance(calendar, str):
        calendar_id = calendar_id_named(connection, calendar)
    elif calendar is not None:
        terms["calendar"] = calendar
    customer_id = _id(connection, t.customer, "name", "customer", said)
    units = said.get("units", [])
    if not isinstance(units, list):
        raise InvalidInput("units", "is not a list of serial numbers", 'Write ["SN-1", "SN-2"].')
    new = NewAgreement(
        customer_id,
        str(said.get("name", "")),
        terms,
        _instant(said, "starts_at"),
        _instant(said, "ends_at"),
        _id(connection, t.site, "name", "site", said, customer_id),
        _id(connection, t.unit, "serial", "unit", said),
        unit_ids=[_record(connection, t.unit, "serial", "units", str(one)) for one in units],
        calendar_id=calendar_id,
    )
    return Written(_whole(said, "id"), _whole(said, "version"), new)


def written(connection: Connection, sheet: AgreementSheet) -> str:
    """An agreement as such a file."""
    import tomlkit

    line = sheet.line
    said: dict[str, Any] = {"id": line.id, "version": line.version, "name": line.name}
    for key, table, column, record_id in (
        ("customer", t.customer, "name", sheet.customer_id),
        ("site", t.site, "name", sheet.site_id),
        ("unit", t.unit, "serial", sheet.unit_id),
    ):
        if record_id is not None:
            said[key] = _name(connection, table, column, record_id)
    if sheet.unit_ids:
        said["units"] = [_name(connection, t.unit, "serial", one) for one in sheet.unit_ids]
    if line.calendar:
        said["calendar"] = line.calendar
    for key, instant in (("starts_at", line.starts_at), ("ends_at", line.ends_at)):
        if instant is not None:
            said[key] = instant
    terms = {key: value for key, value in sheet.terms.items() if value is not None}
    said |= {key: terms[key] for key in (*_TERMS, "calendar") if key in terms}
    return tomlkit.dumps(said)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput("FILE", f"{path} is not TOML ({error})") from None
    except OSError as error:
        raise InvalidInput("FILE", f"{path} cannot be read ({error.strerror})") from None


def _id(
    connection: Connection,
    table: sa.Table,
    column: str,
    key: str,
    said: Mapping[str, Any],
    customer_id: int | None = None,
) -> int | None:
    name = said.get(key)
    return None if name is None else _record(connection, table, column, key, str(name), customer_id)


def _record(
    connection: Connection, table: sa.Table, column: str, key: str, name: str, customer_id: int | None = None
) -> int:
    """The one record of that name; a site is looked for among the customer's, where one is given."""
    query = sa.select(table.c.id).where(table.c[column] == name).limit(2)
    if customer_id is not None:
        query = query.where(table.c.customer_id == customer_id)
    found = list(connection.scalars(query))
    if not found:
        raise NotFound(table.name, name)
    if len(found) > 1:
        raise InvalidInput(key, f"several have the name {name!r}", "Name the customer, or the unit, as well.")
    return int(found[0])


def _name(connection: Connection, table: sa.Table, column: str, record_id: int) -> str:
    return str(connection.scalar(sa.select(table.c[column]).where(table.c.id == record_id)) or "")


def _instant(said: Mapping[str, Any], key: str) -> datetime | None:
    value = said.get(key)
    if value is None or (isinstance(value, datetime) and value.tzinfo is not None):
        return value
    raise InvalidInput(key, f"{value} is not an instant", "Write it as 2026-01-01T00:00:00Z.")


def _whole(said: Mapping[str, Any], key: str) -> int | None:
    value = said.get(key)
    if value is None or is_whole(value):
        return value
    raise InvalidInput(key, f"{value!r} is not a whole number")
