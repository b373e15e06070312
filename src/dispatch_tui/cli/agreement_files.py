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

from dispatch_tui.desk.agreements import NewAgreement
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.kinds import is_whole, only_known
from dispatch_tui.store.agreements import AgreementSheet, calendar_id_named
from dispatch_tui.store.naming import Connection, Kind, ids_named, name_of

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
    customer_id = _id(connection, "customer", said)
    units = said.get("units", [])
    if not isinstance(units, list):
        raise InvalidInput("units", "is not a list of serial numbers", 'Write ["SN-1", "SN-2"].')
    new = NewAgreement(
        customer_id,
        str(said.get("name", "")),
        terms,
        _instant(said, "starts_at"),
        _instant(said, "ends_at"),
        _id(connection, "site", said, customer_id),
        _id(connection, "unit", said),
        unit_ids=[_only(connection, "unit", "units", str(one)) for one in units],
        calendar_id=calendar_id,
    )
    return Written(_whole(said, "id"), _whole(said, "version"), new)


def written(connection: Connection, sheet: AgreementSheet) -> str:
    """An agreement as such a file."""
    import tomlkit

    line = sheet.line
    said: dict[str, Any] = {"id": line.id, "version": line.version, "name": line.name}
    holders: tuple[tuple[Kind, int | None], ...] = (
        ("customer", sheet.customer_id),
        ("site", sheet.site_id),
        ("unit", sheet.unit_id),
    )
    said |= {kind: name_of(connection, kind, one) for kind, one in holders if one is not None}
    if sheet.unit_ids:
        said["units"] = [name_of(connection, "unit", one) for one in sheet.unit_ids]
    if line.calendar:
        said["calendar"] = line.calendar
    period = (("starts_at", line.starts_at), ("ends_at", line.ends_at))
    said |= {key: instant for key, instant in period if instant is not None}
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
    connection: Connection, kind: Kind, said: Mapping[str, Any], customer_id: int | None = None
) -> int | None:
    name = said.get(kind)
    return None if name is None else _only(connection, kind, kind, str(name), customer_id)


def _only(connection: Connection, kind: Kind, key: str, name: str, customer_id: int | None = None) -> int:
    """The one record of that name; a site is looked for among the customer's, where one is given."""
    found = ids_named(connection, kind, name, customer_id)
    if len(found) > 1:
        raise InvalidInput(key, f"several have the name {name!r}", "Name the customer as well.")
    return found[0]


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
