"""The number of a call that is opened here, beside those that files brought."""

from __future__ import annotations

from itertools import count

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.store import dialect
from dispatch_tui.store.tables import call


def own_number(connection: Connection, call_id: int) -> str:
    """``C-<id>``, or ``C-<id>-2`` and so on where a file has brought that number already.

    Ids differ, so two who open at once never come to the same number; files are kept out until this transaction ends.
    """
    dialect.side_by_side(connection, dialect.Turn.HISTORY)
    number = f"C-{call_id}"
    further = (f"C-{call_id}-{one}" for one in count(2))
    while connection.scalar(_TAKEN, {"number": number}):
        number = next(further)
    return number


_TAKEN = sa.select(sa.exists().where(call.c.number == sa.bindparam("number")))
