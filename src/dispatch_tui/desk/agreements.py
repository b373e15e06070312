"""Agreements: what we owe a customer, made and revised. A running call keeps the version it was opened under."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from dispatch_tui.desk.calendars import mapping_text, present_number
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.terms import as_stored, read_terms
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.terms import Terms, terms_from_mapping
from dispatch_tui.store.tables import agreement_terms, agreement_unit
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain

Period = tuple[datetime | None, datetime | None]
"""From when (it counts) to when (it does not any more) an agreement holds; ``None`` is without a limit."""

SharedHours = dict[int, tuple[int, str]]
"""By calendar its present version, and the mapping of that as stored."""


class NewAgreement(NamedTuple):
    """An agreement to be made. ``terms`` is what ``sla.terms.terms_from_mapping`` reads: with hours of its
    own under ``calendar`` or, with ``calendar_id``, without.

    Its scope is the nearest that is given: ``unit_id`` (one unit), ``unit_ids`` (a contract that names
    some), ``site_id``, ``customer_id`` (all that the customer has), none of them (everybody).
    """

    customer_id: int | None
    name: str
    terms: Mapping[str, object]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    site_id: int | None = None
    unit_id: int | None = None
    cover: str = ""
    """What it pays for, in words, where the terms do not say."""
    external_id: str | None = None
    unit_ids: Collection[int] = ()
    calendar_id: int | None = None


class Revised(NamedTuple):
    """An agreement after a revision: the record's version, and the version of its terms."""

    agreement_id: int
    version: int
    terms_version: int


def make_agreement(desk: Desk, new: NewAgreement) -> int:
    """Make one agreement; its id. Errors as for :func:`make_agreements`."""
    return make_agreements(desk, [new])[0]


def make_agreements(desk: Desk, many: Iterable[NewAgreement]) -> list[int]:
    """Make agreements in one transaction, a change each; their ids, in order.

    Raises ``InvalidInput`` with the field for terms that cannot be read, a missing name or an end
    before the start, ``NotFound`` for whom it is made, and ``NotAllowed``: then none of them is kept.
    """
    with desk.act("make_agreement") as writer:
        hours: SharedHours = {}
        return [_make(writer, new, hours) for new in many]


def revise_agreement(
    desk: Desk,
    agreement_id: int,
    version: int | None,
    terms: Mapping[str, object],
    *,
    calendar_id: int | None = None,
    name: str = "",
    period: Period | None = None,
    unit_ids: Collection[int] | None = None,
) -> Revised:
    """Give an agreement other terms, as its next version; new calls are under it, running ones keep theirs
    (``desk.reapplying`` re-applies on purpose).

    ``version`` is the record's that was seen (``None``: as it is now). ``terms`` and ``calendar_id`` are
    whole, as for a new one; ``name``, ``period`` and ``unit_ids`` stay where they are left out. What does
    not differ makes no version. Raises ``Conflict``, ``InvalidInput`` with the field, ``NotFound``, ``NotAllowed``.
    """
    with desk.act("revise_agreement") as writer:
        text, calendar_number, read = checked_terms(writer, terms, calendar_id, {})
        row = writer.get("agreement", agreement_id, to_change=True)
        if version is not None and row["version"] != version:
            raise writer.conflict("agreement", row, version)
        starts_at, ends_at = (row["starts_at"], row["ends_at"]) if period is None else period
        values: dict[str, Any] = {
            "name": plain(name) or row["name"],
            "starts_at": starts_at,
            "ends_at": ends_at,
            "cover": read.cover.words() if read.cover is not None else row["cover"],
        }
        _check_period(starts_at, ends_at)
        note = _name_units(writer, row, unit_ids)
        if _differ(writer, row, text, calendar_id, calendar_number):
            values["terms_version"] = row["terms_version"] + 1
            keep_terms(writer, agreement_id, values["terms_version"], text, calendar_id, calendar_number)
        writer.update("agreement", row, values, act="revise_agreement", note=note, log_anyway=bool(note))
        after = writer.get("agreement", agreement_id)
        return Revised(agreement_id, after["version"], after["terms_version"])


def checked_terms(
    writer: Writer, terms: Mapping[str, object], calendar_id: int | None, hours: SharedHours
) -> tuple[str, int | None, Terms]:
    """Terms as they are stored, with the present version of the shared calendar, and read. ``hours`` is filled
    as calendars are read.

    Raises ``InvalidInput`` with the field, ``NotFound`` for the calendar, which nobody revises meanwhile.
    """
    if calendar_id is None:
        return as_stored(terms), None, terms_from_mapping(terms)
    if terms.get("calendar") is not None:
        raise InvalidInput(
            "calendar", "the terms have hours of their own beside a shared calendar", "Give one of them."
        )
    if calendar_id not in hours:
        number = present_number(writer, calendar_id)
        hours[calendar_id] = number, mapping_text(writer, calendar_id, number)
    number, calendar_text = hours[calendar_id]
    text = as_stored({name: value for name, value in terms.items() if name != "calendar"})
    return text, number, read_terms(text, calendar_text)


def keep_terms(
    writer: Writer,
    agreement_id: int,
    number: int,
    text: str,
    calendar_id: int | None,
    calendar_number: int | None,
) -> None:
    """Store a version of an agreement's terms."""
    values = {
        "agreement_id": agreement_id,
        "number": number,
        "terms_json": text,
        "calendar_id": calendar_id,
        "calendar_number": calendar_number,
        "made_at": writer.recorded_at,
    }
    writer.connection.execute(sa.insert(agreement_terms), [values])


def _make(writer: Writer, new: NewAgreement, hours: SharedHours) -> int:
    name = plain(new.name)
    if not name:
        raise InvalidInput("name", "it is empty", "Give the agreement a name that the customer knows.")
    _check_period(new.starts_at, new.ends_at)
    text, calendar_number, read = checked_terms(writer, new.terms, new.calendar_id, hours)
    for kind, record_id in (("customer", new.customer_id), ("site", new.site_id), ("unit", new.unit_id)):
        if record_id is not None:
            writer.get(kind, record_id)
    values: dict[str, Any] = {
        "customer_id": new.customer_id,
        "site_id": new.site_id,
        "unit_id": new.unit_id,
        "name": name,
        "terms_version": 1,
        "starts_at": new.starts_at,
        "ends_at": new.ends_at,
        "cover": plain(new.cover) or (read.cover.words() if read.cover is not None else ""),
        "external_id": new.external_id,
    }
    agreement_id = writer.insert("agreement", values, act="make_agreement", happened_at=new.starts_at)
    keep_terms(writer, agreement_id, 1, text, new.calendar_id, calendar_number)
    if new.unit_ids:
        _keep_units(writer, agreement_id, new.unit_id, new.unit_ids)
    return agreement_id


def _name_units(writer: Writer, row: RowMapping, unit_ids: Collection[int] | None) -> str:
    """Let the agreement name these units in place of those it names; in words what changed."""
    if unit_ids is None:
        return ""
    mine = agreement_unit.c.agreement_id == row["id"]
    old = set(writer.connection.scalars(sa.select(agreement_unit.c.unit_id).where(mine)))
    if old == set(unit_ids):
        return ""
    writer.connection.execute(sa.delete(agreement_unit).where(mine))
    _keep_units(writer, row["id"], row["unit_id"], unit_ids)
    return f"units: {len(old)} → {len(set(unit_ids))}"


def _keep_units(writer: Writer, agreement_id: int, unit_id: int | None, unit_ids: Collection[int]) -> None:
    if unit_id is not None and unit_ids:
        raise InvalidInput("unit_ids", "it is for one unit already", "Give one unit, or name several.")
    rows = []
    for one in sorted(set(unit_ids)):
        writer.get("unit", one)
        rows.append({"agreement_id": agreement_id, "unit_id": one})
    if rows:
        writer.connection.execute(sa.insert(agreement_unit), rows)


def _differ(
    writer: Writer, row: RowMapping, text: str, calendar_id: int | None, calendar_number: int | None
) -> bool:
    """Whether these terms are others than the agreement's present ones."""
    stored = writer.connection.execute(
        sa.select(agreement_terms).where(
            agreement_terms.c.agreement_id == row["id"], agreement_terms.c.number == row["terms_version"]
        )
    ).one()
    same_hours = (stored.calendar_id, stored.calendar_number) == (calendar_id, calendar_number)
    return not same_hours or json.loads(stored.terms_json) != json.loads(text)


def _check_period(starts_at: datetime | None, ends_at: datetime | None) -> None:
    for field, instant in (("starts_at", starts_at), ("ends_at", ends_at)):
        if instant is not None and instant.tzinfo is None:
            raise InvalidInput(field, "an instant needs its zone")
    if starts_at and ends_at and ends_at <= starts_at:
        raise InvalidInput("ends_at", "it is not after the start")
