"""What was handed over ends with its conversation: the next one about the same customer is nobody's yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.care.reasons import Reason
from dispatch_tui.store import tables as t
from dispatch_tui.store.prompts import StoredPrompt, stored
from dispatch_tui.store.stale import Party
from dispatch_tui.store.writes import Writer

_handover = t.handover.c
_OPEN = ("offered", "accepted")
_BY_CALENDAR = frozenset({"cadence", "contract"})
"""Kinds of reasons that only time brings: until they come, they are no part of a conversation."""


def party_of_handover(row: Any) -> Party:
    """With whom the conversation is that a stored handover is about."""
    if row["customer_id"] is not None:
        return Party("customer", row["customer_id"])
    return Party("call", row["call_id"] or 0)


def handovers_of(party: Party, *statuses: str) -> sa.Select[Any]:
    """The handovers of a party that stand so."""
    whose = _handover.customer_id if party.kind == "customer" else _handover.call_id
    return sa.select(t.handover).where(whose == party.id, _handover.status.in_(statuses))


def end_handovers(writer: Writer, party: Party, *, act: str) -> None:
    """The conversation was had, or will not be: nobody holds it, and nobody is asked to take it over."""
    for row in writer.connection.execute(handovers_of(party, *_OPEN)).mappings().all():
        _end(writer, row, act)


def open_among(connection: Connection, parties: Iterable[Party]) -> Sequence[RowMapping]:
    """The open handovers of these parties, which nobody else changes before this transaction ends."""
    listed = list(parties)
    customers, calls = ([one.id for one in listed if one.kind == kind] for kind in ("customer", "call"))
    whose = sa.or_(_handover.customer_id.in_(customers), _handover.call_id.in_(calls))
    query = sa.select(t.handover).where(whose, _handover.status.in_(_OPEN)).order_by(_handover.id)
    return connection.execute(query.with_for_update()).mappings().all()


def end_those_gone(
    connection: Connection,
    held: Sequence[RowMapping],
    wanted: Mapping[Party, Sequence[StoredPrompt]],
    now: datetime,
) -> None:
    """End those of these handovers whose conversation is gone; ``wanted``: the prompts that are about to be stored in
    place of those that are. Nobody does it: it follows from what was done."""
    mine = [row for row in held if party_of_handover(row) in wanted]
    if not mine:
        return
    before = stored(connection, {party_of_handover(row) for row in mine})
    writer = Writer(connection, None, now)
    for row in mine:
        party = party_of_handover(row)
        was = [reason for one in before.get(party, ()) for reason in one.reasons]
        will = [reason for one in wanted[party] for reason in one.prompt.reasons]
        if not _goes_on(was, will, now):
            _end(writer, row, "end_handover")


def _goes_on(was: Sequence[Reason], will: Sequence[Reason], now: datetime) -> bool:
    """Whether anything is left to speak about: not what the calendar may bring one day, but what was put off."""
    had = {one.key for one in was if _is_asked(one, now)}
    return bool(will) and (not had or any(one.key in had or _is_asked(one, now) for one in will))


def _is_asked(one: Reason, now: datetime) -> bool:
    return one.prompt_at <= now or one.kind not in _BY_CALENDAR


def _end(writer: Writer, row: RowMapping, act: str) -> None:
    writer.update("handover", row, {"status": "ended"}, act=act, call_id=row["call_id"])
