"""The board with conversations to have: one late, one soon, and somebody to hand them to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.promises import Promise
from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.conversations import log_conversation
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables
from dispatch_tui.store.prompts import PromptRow, window
from tests.support.desks import as_role

IDA = 1
"""The contact of Acme, with a mobile number."""


def owe_talks(desk: Desk, clock: FixedClock) -> Desk:
    """Northwind asked on C-1 and waits too long; Acme is promised a seal on C-2, due in a quarter of an hour. Bo may
    call too."""
    now = clock.now()

    def at(minutes: float) -> datetime:
        return now + timedelta(minutes=minutes)

    clock.set(at(-5))
    asked = Interaction("in", "phone", at(-100), said="Cell 3 is warm [/x] \x1b[31mred")
    log_conversation(desk, asked, call_id=1)
    promise = Promise("the seal on site", now, at(15))
    spoke = Interaction("out", "phone", at(-180), two_way=True, contact_id=IDA, said="We wait for the seal")
    log_conversation(desk, replace(spoke, promises=(promise,)), call_id=2)
    clock.set(now)
    as_role(desk, "dispatcher", "bo")
    return desk


def rows(desk: Desk, name: str) -> list[dict[str, Any]]:
    """All rows of a table, by id where it has one."""
    table = tables.metadata.tables[name]
    with desk.store.read() as connection:
        query = sa.select(table).order_by(*([table.c.id] if "id" in table.c else []))
        return [dict(one) for one in connection.execute(query).mappings()]


def listed(desk: Desk) -> list[PromptRow]:
    """The call-first list as it stands now."""
    with desk.store.read() as connection:
        return list(window(connection, desk.clock.now(), limit=50))
