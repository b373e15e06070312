"""Re-applying: running calls taken from the version of the terms that they have to the present one, on purpose.

Each call is an act of its own: its change holds the old and the new version and due time, and it can be
undone like any other. What a clock had ended with stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

import sqlalchemy as sa

from dispatch_tui.desk.calls import settle
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store import tables as t
from dispatch_tui.store.writes import Writer

Progress = Callable[[int, int], None]
"""Called with the calls looked at so far and all that are to come."""

BATCH = 200
"""Calls of one transaction: others get their turn between two."""
_call = t.call.c


class Reapplied(NamedTuple):
    """What became of the calls: under the present terms now, under them before or no longer running, and not
    reached because it was stopped."""

    done: int
    unchanged: int
    left: int


def reapply(
    desk: Desk,
    *,
    agreement_ids: Collection[int] = (),
    call_ids: Collection[int] = (),
    note: str = "",
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Reapplied:
    """Put running calls under the present version of their agreements: those of ``agreement_ids``, or these.

    Works in batches; ``stop`` is asked between them, and the same call goes on where it was. Only the terms
    change: which agreement covers a call was settled when it came in. Raises ``NotAllowed`` or a
    ``DatabaseProblem``; batches that were done stay done.
    """
    if bool(agreement_ids) == bool(call_ids):
        raise InvalidInput("calls", "name agreements or calls, one of them")
    ids = sorted(call_ids) if call_ids else _behind(desk, agreement_ids)
    done = unchanged = 0
    for start in range(0, len(ids), BATCH):
        if stop is not None and stop():
            return Reapplied(done, unchanged, len(ids) - start)
        batch = ids[start : start + BATCH]
        with desk.act("reapply") as writer:
            changed = sum(_reapply(desk, writer, call_id, note) for call_id in batch)
        done += changed
        unchanged += len(batch) - changed
        if progress is not None:
            progress(start + len(batch), len(ids))
    return Reapplied(done, unchanged, 0)


def _behind(desk: Desk, agreement_ids: Iterable[int]) -> list[int]:
    """The running calls of these agreements under another version than the present one."""
    query = (
        sa.select(_call.id)
        .join(t.agreement, t.agreement.c.id == _call.agreement_id)
        .where(
            _call.agreement_id.in_(list(agreement_ids)),
            _call.live == 1,
            _call.status != "resolved",
            _call.terms_version != t.agreement.c.terms_version,
        )
        .order_by(_call.id)
    )
    with desk.store.read() as connection:
        return list(connection.scalars(query))


def _reapply(desk: Desk, writer: Writer, call_id: int, note: str) -> bool:
    row = writer.get("call", call_id, to_change=True)
    if row["agreement_id"] is None or not row["live"] or row["status"] == "resolved":
        return False
    agreement = writer.get("agreement", row["agreement_id"])
    if row["terms_version"] == agreement["terms_version"]:
        return False
    values = {"agreement_id": agreement["id"], "terms_version": agreement["terms_version"]}
    words = f"{agreement['name']}: version {row['terms_version']} → {agreement['terms_version']}"
    settle(writer, row, "reapply", values, desk.clock.now(), note="; ".join(filter(None, (words, note))))
    return True
