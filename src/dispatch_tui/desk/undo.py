"""Taking back the last act, where nothing has built on it yet."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from dispatch_tui.clock import from_us
from dispatch_tui.desk import clocks
from dispatch_tui.desk.calls import Done
from dispatch_tui.desk.closings import take_back
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NothingToUndo
from dispatch_tui.records import Call
from dispatch_tui.store.tables import call as call_table
from dispatch_tui.store.tables import change
from dispatch_tui.store.types import Instant, InstantOrNever

# What these did is told to others or recorded elsewhere; they are answered by another act.
_LASTING = frozenset({"open", "note", "log_contact", "promise", "settle_promise", "undo"})
_ACTS_OF = ("call", "visit")
# Written out, so that the partial index serves: imported history is nobody's act here.
_DONE_HERE = change.c.source == sa.literal_column("''")


def undo(desk: Desk) -> tuple[Done, str]:
    """Take back this operator's last act on a call; what the call is now, and which act it was.

    Possible while nobody has changed the call since; a step of a visit stays. Raises :class:`NothingToUndo` with the
    reason.
    """
    with desk.act("undo") as writer:
        connection = writer.connection
        undone = sa.select(change.c.undoes).where(
            change.c.undoes.is_not(None), change.c.operator_id == desk.operator.id, _DONE_HERE
        )
        last = (
            connection.execute(
                sa.select(change)
                .where(change.c.operator_id == desk.operator.id, change.c.kind.in_(_ACTS_OF), _DONE_HERE)
                .where(change.c.act != "undo", change.c.seq.not_in(undone))
                .order_by(change.c.seq.desc())
                .limit(1)
            )
            .mappings()
            .first()
        )
        if last is None:
            raise NothingToUndo("You have not done anything that can be taken back.")
        row = writer.get("call", last["call_id"], to_change=True)
        act = str(last["act"]).replace("_", " ")
        if last["act"] in _LASTING or last["kind"] == "visit":
            raise NothingToUndo(
                f"Your last act ({act} {row['number']}) stays.", "Correct it by a further act."
            )
        if row["version"] != last["record_version"]:
            raise NothingToUndo(
                f"{row['number']} has been changed since your last act ({act}).",
                "Look at it again, then decide.",
            )
        when = max(desk.clock.now(), row["happened_at"])  # never before what it takes back
        take_back(writer, last, when)
        was = _values(json.loads(last["was_json"] or "{}")) | {"happened_at": when}
        reckoning = clocks.after(writer, row, was, when, undoes=last["seq"])
        seq = writer.update(
            "call", row, was | reckoning.values, act="undo", happened_at=when, note=act, undoes=last["seq"]
        )
        clocks.keep(writer, row["id"], reckoning.clocks)
        return Done(Call.model_validate(dict(writer.get("call", row["id"]))), seq), str(last["act"])


def _values(stored: dict[str, Any]) -> dict[str, Any]:
    """Stored column values as the tables take them."""
    values = {}
    for name, value in stored.items():
        instant = isinstance(call_table.c[name].type, Instant | InstantOrNever)
        values[name] = from_us(value) if instant and value is not None else value
    return values
