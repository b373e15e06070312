"""What closings say of a call: what is known already, what they made, and what holds no longer.

A closing stands until its act is taken back or the call is opened again. What it made and nobody has done yet is then
owed no more: a call that is open again has its clocks and prompts, and closing it once more asks anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.store.tables import change, closing, follow_up, visit
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain

FIELDS = ("outcome", "problem", "cause", "avoid", "expect", "next_step", "confirmed", "unconfirmed")
"""What a closing holds as text."""
_ENDED = {"closing": "ended_at", "follow_up": "done_at"}


class Known(NamedTuple):
    """What is recorded of how a call ended: texts by field (``next_step_at`` as ISO text), by what each was told
    (``visit`` or ``closing``), and what was done, in the words of the last good visit."""

    texts: Mapping[str, str]
    told_by: Mapping[str, str]
    work: str = ""


def known_of(connection: Connection, call: RowMapping) -> Known:
    """What the last visit and the closings that stand say of a call. A visit that did not end good tells what failed
    and why; how the call ended, and what comes next, is then still to be said."""
    last = _last_visit(connection, call)
    found: dict[str, str] = {}
    told: dict[str, str] = {}

    def say(field: str, text: str, by: str) -> None:
        if plain(text) and field not in found:
            found[field], told[field] = text, by

    good = last is not None and last["outcome"] == "good"
    if last is not None:
        for field in ("outcome", "problem", "cause"):
            if good or field != "outcome":
                say(field, last[field], "visit")
    for row in connection.execute(_STANDING, {"call_id": call["id"]}).mappings():
        of_visit = row["visit_id"] is not None
        if of_visit and not (good and last is not None and row["visit_id"] == last["id"]):
            continue
        for field in FIELDS:
            say(field, row[field], "visit" if of_visit else "closing")
        if row["next_step_at"] is not None:
            say("next_step_at", row["next_step_at"].isoformat(), "visit" if of_visit else "closing")
    return Known(found, told, last["work"] if good and last is not None else "")


def end_closings(writer: Writer, call_id: int, when: datetime) -> None:
    """The call is opened again: none of its closings stands, and what they made is owed no more."""
    for row in writer.connection.execute(_STANDING, {"call_id": call_id}).mappings().all():
        if row["visit_id"] is None:
            _end(writer, "closing", row, when, "reopen")
            for owed in writer.connection.execute(_MADE, {"closing_id": row["id"]}).mappings().all():
                _end(writer, "follow_up", owed, when, "reopen")


def take_back(writer: Writer, undone: RowMapping, when: datetime) -> None:
    """Take back what an act on a call did to closings and follow-ups, beside the call's own change ``undone``.

    A rating that was given with it is removed: who closes the call again is asked for it again."""
    beside = _BESIDE.where(
        change.c.call_id == undone["call_id"],
        change.c.act == undone["act"],
        change.c.seq < undone["seq"],
        change.c.seq > sa.func.coalesce(_before(undone), 0),
    )
    for one in writer.connection.execute(beside).mappings().all():
        row = writer.get(one["kind"], one["record_id"], to_change=True)
        if one["kind"] == "rating":
            writer.remove("rating", row, act="undo", happened_at=when, call_id=undone["call_id"])
            continue
        column = _ENDED[one["kind"]]
        made = one["was_json"] is None
        if made and row[column] is None:
            _end(writer, one["kind"], row, when, "undo")
        elif not made and column in json.loads(one["was_json"]):
            values = {column: None}
            writer.update(one["kind"], row, values, act="undo", happened_at=when, call_id=undone["call_id"])


def _end(writer: Writer, kind: str, row: RowMapping, when: datetime, act: str) -> None:
    writer.update(kind, row, {_ENDED[kind]: when}, act=act, happened_at=when, call_id=row["call_id"])


def _before(undone: RowMapping) -> sa.ScalarSelect[Any]:
    """The change of the call before this one: what the same act did lies between them."""
    return (
        sa.select(sa.func.max(change.c.seq))
        .where(change.c.call_id == undone["call_id"], change.c.kind == "call", change.c.seq < undone["seq"])
        .scalar_subquery()
    )


def _last_visit(connection: Connection, call: RowMapping) -> RowMapping | None:
    """The visit that was done last, since the call was last opened again."""
    query = _DONE.where(visit.c.call_id == call["id"])
    if call["reopened"] and (since := connection.scalar(_reopened_at(call["id"]))) is not None:
        query = query.where(visit.c.done_at > since)
    return connection.execute(query).mappings().first()


def _reopened_at(call_id: int) -> sa.Select[tuple[datetime]]:
    taken_back = sa.select(change.c.undoes).where(change.c.call_id == call_id, change.c.undoes.is_not(None))
    return sa.select(sa.func.max(change.c.happened_at)).where(
        change.c.call_id == call_id,
        change.c.kind == "call",
        change.c.act == "reopen",
        change.c.seq.not_in(taken_back),
    )


_STANDING = (
    sa.select(closing)
    .where(closing.c.call_id == sa.bindparam("call_id"), closing.c.ended_at.is_(None))
    .order_by(closing.c.id.desc())
)
_MADE = sa.select(follow_up).where(
    follow_up.c.closing_id == sa.bindparam("closing_id"), follow_up.c.done_at.is_(None)
)
_DONE = (
    sa.select(visit)
    .where(visit.c.status == "done")
    .order_by(visit.c.done_at.desc(), visit.c.id.desc())
    .limit(1)
)
_BESIDE = (
    sa.select(change)
    .where(change.c.kind.in_(("closing", "follow_up", "rating")), change.c.undoes.is_(None))
    .order_by(change.c.seq)
)
