"""Stored terms and calendars as values. What is read is kept by its text, so that thousands of agreements with
one calendar share its tables, and a version that never changes is read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.errors import NotFound
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.terms import Terms, terms_from_mapping
from dispatch_tui.store.agreements import SHARED_HOURS
from dispatch_tui.store.tables import agreement_terms, calendar_version

_TERMS = sa.select(agreement_terms.c.terms_json, calendar_version.c.mapping_json).select_from(
    agreement_terms.outerjoin(calendar_version, SHARED_HOURS)
)


def terms_of(connection: Connection, agreement_id: int, number: int) -> Terms:
    """The terms of an agreement in one version; raises ``NotFound``."""
    row = connection.execute(
        _TERMS.where(agreement_terms.c.agreement_id == agreement_id, agreement_terms.c.number == number)
    ).first()
    if row is None:
        raise NotFound("agreement", f"{agreement_id} in version {number}")
    return read_terms(row.terms_json, row.mapping_json)


@lru_cache(maxsize=4096)
def read_terms(text: str, calendar_text: str | None = None) -> Terms:
    """Terms as stored; ``calendar_text`` is the shared calendar's mapping, where they use one."""
    mapping = json.loads(text)
    if calendar_text is None and isinstance(mapping.get("calendar"), dict):
        calendar_text = json.dumps(mapping["calendar"], sort_keys=True)
    return terms_from_mapping(mapping, None if calendar_text is None else read_calendar(calendar_text))


@lru_cache(maxsize=1024)
def read_calendar(text: str) -> BusinessCalendar:
    """A calendar as stored."""
    return BusinessCalendar.from_mapping(json.loads(text))


def as_stored(mapping: Mapping[str, object]) -> str:
    """Terms or a calendar as JSON text; dates and times of day, as TOML has them, become text."""
    return json.dumps(mapping, ensure_ascii=False, separators=(",", ":"), default=_written)


def _written(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{value!r} has no form in JSON")


def calendar_of(
    connection: Connection, agreement_id: int | None, number: int | None, zone: str
) -> BusinessCalendar:
    """The calendar by which business days of a call are counted: its agreement's, else one of its site's zone that
    never opens, by which they are days of 24 hours."""
    if agreement_id is not None and number is not None:
        return terms_of(connection, agreement_id, number).calendar
    return read_calendar(json.dumps({"tz": zone, "hours": {}}))
