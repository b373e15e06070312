"""Calendars that agreements share. Each revision is a version, and agreements follow with one of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.terms import as_stored
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.hours import hours_from_mapping
from dispatch_tui.store.agreements import PRESENT_TERMS
from dispatch_tui.store.folding import same
from dispatch_tui.store.tables import agreement, agreement_terms, calendar, calendar_version
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain


class NewCalendar(NamedTuple):
    """A calendar to be made. ``mapping`` is what ``BusinessCalendar.from_mapping`` reads."""

    name: str
    mapping: Mapping[str, object]
    external_id: str | None = None


class RevisedCalendar(NamedTuple):
    """A calendar after a revision: the record's version, the calendar's own (``number``), and the agreements
    that have new terms with it."""

    calendar_id: int
    version: int
    number: int
    agreement_ids: tuple[int, ...]


def make_calendar(desk: Desk, new: NewCalendar) -> int:
    """Make one calendar; its id. Errors as for :func:`make_calendars`."""
    return make_calendars(desk, [new])[0]


def make_calendars(desk: Desk, many: Iterable[NewCalendar]) -> list[int]:
    """Make calendars in one transaction; their ids, in order. Raises ``InvalidInput`` with the field,
    ``NotAllowed``: then none of them is kept."""
    with desk.act("make_calendar") as writer:
        return [_make(writer, new) for new in many]


def revise_calendar(
    desk: Desk, calendar_id: int, version: int | None, mapping: Mapping[str, object], *, name: str = ""
) -> RevisedCalendar:
    """Give a calendar other hours, as its next version, and every agreement whose present terms use it a
    version with them, in one transaction. Running calls keep what they have.

    ``version`` is the record's that was seen (``None``: as it is now); ``name`` stays where it is left out.
    What does not differ makes no version. Raises ``Conflict``, ``InvalidInput`` with the field, ``NotFound``,
    ``NotAllowed``.
    """
    with desk.act("revise_calendar") as writer:
        text = _checked(mapping)
        row = writer.get("calendar", calendar_id, to_change=True)
        if version is not None and row["version"] != version:
            raise writer.conflict("calendar", row, version)
        values: dict[str, Any] = {"name": _named(writer, name, calendar_id) if name else row["name"]}
        agreement_ids: tuple[int, ...] = ()
        if json.loads(text) != json.loads(mapping_text(writer, calendar_id, row["number"])):
            values["number"] = row["number"] + 1
            _keep(writer, calendar_id, values["number"], text)
            agreement_ids = _followed(writer, calendar_id, values["number"])
        writer.update("calendar", row, values, act="revise_calendar")
        after = writer.get("calendar", calendar_id)
        return RevisedCalendar(calendar_id, after["version"], after["number"], agreement_ids)


def present_number(writer: Writer, calendar_id: int) -> int:
    """The calendar's present version, which nobody changes before this transaction ends."""
    return int(writer.get("calendar", calendar_id, to_change=True)["number"])


def mapping_text(writer: Writer, calendar_id: int, number: int) -> str:
    """A calendar's mapping in a version that it has, as stored."""
    text = writer.connection.scalar(
        sa.select(calendar_version.c.mapping_json).where(
            calendar_version.c.calendar_id == calendar_id, calendar_version.c.number == number
        )
    )
    assert text is not None, f"calendar {calendar_id} has no version {number}"
    return str(text)


def _make(writer: Writer, new: NewCalendar) -> int:
    text = _checked(new.mapping)
    values = {"name": _named(writer, new.name, None), "number": 1, "external_id": new.external_id}
    calendar_id = writer.insert("calendar", values, act="make_calendar")
    _keep(writer, calendar_id, 1, text)
    return calendar_id


def _followed(writer: Writer, calendar_id: int, number: int) -> tuple[int, ...]:
    """Give every agreement that uses the calendar the next version of its terms, with the calendar as it is now."""
    using = writer.connection.execute(
        sa.select(agreement)
        .join(agreement_terms, PRESENT_TERMS)
        .where(agreement_terms.c.calendar_id == calendar_id)
        .order_by(agreement.c.id)
        .with_for_update(of=agreement, key_share=True)
    )
    followed = []
    for row in using.mappings().all():
        stored = writer.connection.execute(
            sa.select(agreement_terms).where(
                agreement_terms.c.agreement_id == row["id"], agreement_terms.c.number == row["terms_version"]
            )
        ).one()
        version = row["terms_version"] + 1
        values = {
            "agreement_id": row["id"],
            "number": version,
            "terms_json": stored.terms_json,
            "calendar_id": calendar_id,
            "calendar_number": number,
            "made_at": writer.recorded_at,
        }
        writer.connection.execute(sa.insert(agreement_terms), [values])
        note = f"calendar in version {number}"
        writer.update("agreement", row, {"terms_version": version}, act="revise_calendar", note=note)
        followed.append(int(row["id"]))
    return tuple(followed)


def _checked(mapping: Mapping[str, object]) -> str:
    """A calendar's mapping as it is stored; raises ``InvalidInput`` with the field."""
    hours_from_mapping(mapping)
    return as_stored(mapping)


def _named(writer: Writer, name: str, own_id: int | None) -> str:
    """The name, which no other calendar has: people choose by it."""
    name = plain(name)
    if not name:
        raise InvalidInput("name", "it is empty", "Give the calendar a name.")
    taken = sa.select(calendar.c.id).where(same(calendar.c.name, name))
    if own_id is not None:
        taken = taken.where(calendar.c.id != own_id)
    if writer.connection.execute(taken.limit(1)).first() is not None:
        raise InvalidInput("name", f"there is a calendar {name!r} already", "Give it another name.")
    return name


def _keep(writer: Writer, calendar_id: int, number: int, text: str) -> None:
    values = {
        "calendar_id": calendar_id,
        "number": number,
        "mapping_json": text,
        "made_at": writer.recorded_at,
    }
    writer.connection.execute(sa.insert(calendar_version), [values])
