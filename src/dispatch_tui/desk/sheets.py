"""The sheet for one call of the list: whom to reach and how, what was last said, what to say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care.call_first import CallSheet, call_sheet
from dispatch_tui.care.contacts import Contact, Way
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.standing import LastWord
from dispatch_tui.desk.standings import standings_of
from dispatch_tui.sla.history import UNHEARD_CHANNELS
from dispatch_tui.store import tables as t
from dispatch_tui.store.care_facts import read_calls
from dispatch_tui.store.conditions import us
from dispatch_tui.store.conversations import zone_of_party
from dispatch_tui.store.prompts import PromptRow
from dispatch_tui.store.stale import Party

_WAYS: dict[str, Way] = {one: one for one in get_args(Way)}


def sheet_for(connection: Connection, row: PromptRow, now: datetime, rules: CareRules) -> CallSheet:
    """What one needs to make the call of a row."""
    party = row.party
    standing = standings_of(connection, read_calls(connection, [party], now), {}).get(party)
    if standing is not None:
        wanted = [one.contact_id for one in standing.calls.values() if one.contact_id is not None]
        standing = replace(
            standing,
            zone=zone_of_party(connection, party),
            contacts=_contacts(connection, party, wanted),
            last_word=_last_word(connection, party),
        )
    return call_sheet(row.prompt, standing, rules)


def _contacts(connection: Connection, party: Party, wanted: Collection[int]) -> tuple[Contact, ...]:
    """The people at a customer; of a call without a customer, the contact that it names."""
    contact = t.contact.c
    who = contact.customer_id == party.id if party.kind == "customer" else contact.id.in_(wanted)
    return tuple(
        Contact(
            row.id,
            row.name,
            goes_by=row.goes_by,
            mobile=row.mobile,
            phone=row.phone,
            email=row.email,
            order=tuple(_WAYS[one] for one in row.way_order.split() if one in _WAYS),
            best_time=row.best_time,
            detail_level=row.detail_level,
            note=row.note,
        )
        for row in connection.execute(sa.select(t.contact).where(who).order_by(contact.id))
    )


def _last_word(connection: Connection, party: Party) -> LastWord | None:
    said = t.interaction.c
    whose: Any = said.customer_id if party.kind == "customer" else said.call_id
    row = connection.execute(
        sa.select(said.happened_at, said.direction, said.channel, said.said, said.two_way)
        .where(whose == party.id, said.channel.not_in(sorted(UNHEARD_CHANNELS)))
        .order_by(us(said.happened_at).desc(), said.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return LastWord(row.happened_at, row.direction == "out", row.channel, row.said, bool(row.two_way))
