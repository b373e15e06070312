"""Everything that happened with a customer as one timeline, newest first, a page at a time, of some kinds or all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import tables as t
from dispatch_tui.store.types import Instant

Place = tuple[datetime, int]
"""Instant and id of the last entry of a kind that was seen."""


class Entry(NamedTuple):
    """One thing that happened. ``state`` is the status, outcome or direction; ``how`` the channel or sort; ``who`` on
    our side; ``number`` of the call that it is about. Texts are as they are stored."""

    kind: str
    record_id: int
    at: datetime
    state: str
    how: str
    words: str
    more: str
    who: str
    number: str


class Page(NamedTuple):
    """Entries newest first, and where each kind goes on; ``more`` is false at the end."""

    entries: tuple[Entry, ...]
    seen: Mapping[str, Place]
    more: bool


_call, _visit, _word, _promise = t.call.c, t.visit.c, t.interaction.c, t.promise.c
_number = sa.func.coalesce(_call.number, "")
_account = sa.func.coalesce(t.operator.c.account, "")
_none = sa.literal("")
_done_at = sa.func.coalesce(_visit.done_at, _visit.happened_at, type_=Instant)


def _with_call(table: sa.Table) -> Any:
    return table.outerjoin(t.call, _call.id == table.c.call_id)


def _with_both(table: sa.Table) -> Any:
    return _with_call(table).outerjoin(t.operator, t.operator.c.id == table.c.operator_id)


class _Kind(NamedTuple):
    """How one kind is read: ``at`` orders it, ``owner`` is its customer, ``columns`` are those of :class:`Entry` from
    ``state`` on."""

    record_id: Any
    at: Any
    owner: Any
    columns: tuple[Any, ...]
    source: Any


_note, _wrong, _matter = t.customer_note.c, t.gone_wrong.c, t.escalation.c
_advice, _loaner, _rating = t.recommendation.c, t.loaner.c, t.rating.c

KINDS: Mapping[str, _Kind] = {
    "call": _Kind(
        _call.id,
        _call.opened_at,
        _call.customer_id,
        (_call.status, sa.cast(_call.priority, sa.Text), _call.title, _call.resolution, _none, _call.number),
        t.call,
    ),
    "visit": _Kind(
        _visit.id,
        _done_at,
        _call.customer_id,
        (
            sa.case((_visit.status == "done", _visit.outcome), else_=_visit.status),
            _visit.status,
            sa.func.coalesce(sa.func.nullif(_visit.problem, ""), _call.title),
            _visit.work,
            sa.func.coalesce(t.technician.c.name, ""),
            _number,
        ),
        t.call.join(t.visit, _visit.call_id == _call.id).outerjoin(
            t.technician, t.technician.c.id == _visit.technician_id
        ),
    ),
    "interaction": _Kind(
        _word.id,
        _word.happened_at,
        _word.customer_id,
        (_word.direction, _word.channel, _word.said, _word.plan, _account, _number),
        _with_both(t.interaction),
    ),
    "promise": _Kind(
        _promise.id,
        _promise.made_at,
        _promise.customer_id,
        (_promise.outcome, _promise.about, _promise.what, _promise.explained, _none, _number),
        _with_call(t.promise),
    ),
    "recommendation": _Kind(
        _advice.id,
        _advice.made_at,
        t.unit.c.customer_id,
        (_advice.decided, t.unit.c.serial, _advice.presented, _advice.reason, _account, _number),
        t.unit.join(t.recommendation, _advice.unit_id == t.unit.c.id)
        .outerjoin(t.call, _call.id == _advice.call_id)
        .outerjoin(t.operator, t.operator.c.id == _advice.operator_id),
    ),
    "customer_note": _Kind(
        _note.id,
        _note.happened_at,
        _note.customer_id,
        (_none, _note.kind, _note.what, _none, _account, _number),
        _with_both(t.customer_note),
    ),
    "gone_wrong": _Kind(
        _wrong.id,
        _wrong.happened_at,
        _wrong.customer_id,
        (_none, _none, _wrong.what, _none, _account, _number),
        _with_both(t.gone_wrong),
    ),
    "escalation": _Kind(
        _matter.id,
        _matter.opened_at,
        _matter.customer_id,
        (_matter.status, _none, _matter.title, _none, _account, _number),
        _with_both(t.escalation),
    ),
    "loaner": _Kind(
        _loaner.id,
        _loaner.out_at,
        _loaner.customer_id,
        (
            sa.case((_loaner.back_at.is_(None), "out"), else_="back"),
            _none,
            sa.func.coalesce(sa.func.nullif(t.unit.c.name, ""), t.unit.c.serial),
            _loaner.note,
            _none,
            _number,
        ),
        t.loaner.join(t.unit, t.unit.c.id == _loaner.unit_id).outerjoin(t.call, _call.id == _loaner.call_id),
    ),
    "rating": _Kind(
        _rating.id,
        _rating.happened_at,
        _rating.customer_id,
        (_rating.rater, sa.cast(_rating.points, sa.Text), _rating.words, _none, _none, _number),
        _with_call(t.rating),
    ),
}
"""What a timeline consists of."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "everything": tuple(KINDS),
    "calls and visits": ("call", "visit"),
    "conversations": ("interaction",),
    "promises": ("promise",),
    "recommendations": ("recommendation",),
    "notes": ("customer_note", "gone_wrong", "loaner"),
    "escalations and ratings": ("escalation", "rating"),
}
"""What it can be narrowed to."""


def timeline(
    connection: Connection,
    customer_id: int,
    limit: int,
    *,
    kinds: Collection[str] = tuple(KINDS),
    seen: Mapping[str, Place] | None = None,
) -> Page:
    """The next ``limit`` entries after those ``seen``."""
    start = dict(seen or {})
    found = [
        entry
        for kind in kinds
        for entry in _entries(connection, kind, customer_id, limit + 1, start.get(kind))
    ]
    found.sort(key=lambda one: (one.at, one.kind, one.record_id), reverse=True)
    page = found[:limit]
    for entry in page:
        start[entry.kind] = (entry.at, entry.record_id)
    return Page(tuple(page), start, len(found) > limit)


def _entries(
    connection: Connection, kind: str, customer_id: int, limit: int, after: Place | None
) -> list[Entry]:
    one = KINDS[kind]
    query = sa.select(one.record_id, one.at, *one.columns).select_from(one.source)
    query = query.where(one.owner == customer_id)
    if after is not None:
        at = sa.bindparam(None, after[0], type_=Instant)
        number = sa.bindparam(None, after[1], type_=sa.BigInteger)
        query = query.where(sa.tuple_(one.at, one.record_id) < sa.tuple_(at, number))
    query = query.order_by(one.at.desc(), one.record_id.desc()).limit(limit)
    return [Entry(kind, *row) for row in connection.execute(query)]


_FULL: Mapping[str, tuple[str, ...]] = {
    "interaction": ("said", "mood", "believes", "truth", "listen", "observe", "think", "speak", "plan"),
    "promise": ("what", "outcome", "explained"),
    "customer_note": ("kind", "what"),
    "gone_wrong": ("what",),
    "escalation": ("title", "status"),
    "escalation_entry": ("text",),
    "loaner": ("note",),
    "rating": ("rater", "words"),
    "recommendation": ("presented", "decided", "reason"),
    "visit": ("status", "outcome", "problem", "cause", "work"),
    "site": ("name", "address", "city", "access_notes", "arrival_instruction"),
}
_TIMES: Mapping[str, tuple[str, ...]] = {
    "interaction": ("happened_at", "next_update_at"),
    "promise": ("made_at", "due_at", "settled_at"),
    "customer_note": ("happened_at", "ended_at"),
    "gone_wrong": ("happened_at",),
    "escalation": ("opened_at", "closed_at"),
    "escalation_entry": ("written_at",),
    "loaner": ("out_at", "due_back_at", "back_at"),
    "rating": ("happened_at",),
    "recommendation": ("made_at",),
    "visit": ("on_site_at", "done_at"),
    "site": (),
}


def in_full(connection: Connection, kind: str, record_id: int) -> list[tuple[str, str | datetime]]:
    """Every filled field of one record, instants first, each with its name in words; empty for an unknown record."""
    if kind not in _FULL:
        return []
    table = t.metadata.tables[kind]
    columns = (*_TIMES[kind], *_FULL[kind])
    query = sa.select(*(table.c[name] for name in columns)).where(table.c.id == record_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        return []
    return [(name.removesuffix("_at").replace("_", " "), row[name]) for name in columns if row[name]]
