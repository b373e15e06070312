"""Escalated matters: opened, owned, worked on in one room, checked, reported back.

What may follow what is told by :mod:`dispatch_tui.care.escalation`. Each move takes the version that was seen and is
announced to all sessions by the note of its change; the log only grows, so that lines never conflict. All raise
``NotFound``, ``NotAllowed``, ``Conflict``, ``IllegalTransition`` or ``InvalidInput`` with the field.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from dispatch_tui.care.escalation import Act, Escalation, LogEntry, announcement, move, written
from dispatch_tui.care.interactions import Interaction
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store import tables as t
from dispatch_tui.store.escalations import room
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain


def escalate(
    desk: Desk,
    title: str,
    *,
    call_id: int | None = None,
    customer_id: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Open a matter about a call, or about a customer; its id. The customer of a call is known by it."""
    title = plain(title)
    if not title:
        raise InvalidInput("title", "it is empty", "Say in a few words what the matter is.")
    if call_id is None and customer_id is None:
        raise InvalidInput("customer", "nobody is named", "Say which call or customer it is about.")
    with desk.act("escalate") as writer:
        if call_id is not None:
            customer_id = writer.get("call", call_id)["customer_id"]
        if customer_id is not None:
            writer.get("customer", customer_id)
        when = desk.when(happened_at)
        values = {
            "customer_id": customer_id,
            "call_id": call_id,
            "title": title,
            "status": "open",
            "opened_at": when,
        }
        words = announcement(Escalation(title, when))
        return writer.insert(
            "escalation", values, act="escalate", happened_at=when, call_id=call_id, note=words
        )


# -- moves -------------------------------------------------------------------------------------


def take(
    desk: Desk,
    escalation_id: int,
    *,
    owner_id: int | None = None,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Somebody owns it from now on (default: who asks), and works on it; the record's version after it."""
    return _move(desk, escalation_id, "take", version, happened_at, owner_id=owner_id or desk.operator.id)


def fix(
    desk: Desk, escalation_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> int:
    """It is mended and every corrective action done; what was checked before is checked anew."""
    return _move(desk, escalation_id, "fix", version, happened_at)


def fail_check(
    desk: Desk, escalation_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> int:
    """A check after the fix did not pass: it is worked on again."""
    return _move(desk, escalation_id, "fail_check", version, happened_at)


def check(
    desk: Desk, escalation_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> int:
    """Every check after the fix has passed."""
    return _move(desk, escalation_id, "check", version, happened_at)


def report_back(
    desk: Desk,
    escalation_id: int,
    interaction_id: int,
    *,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """The customer was told in a conversation since the checks, which closes it; nothing else does."""
    return _move(desk, escalation_id, "report_back", version, happened_at, interaction_id=interaction_id)


def reopen(
    desk: Desk, escalation_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> int:
    """It came back: it is worked on again by its owner, and its checks are looked at anew."""
    return _move(desk, escalation_id, "reopen", version, happened_at)


def hand_to(desk: Desk, escalation_id: int, owner_id: int, *, version: int | None = None) -> int:
    """Give a matter that is worked on to another owner."""
    with desk.act("take_escalation") as writer:
        row = _fetch(writer, escalation_id, version)
        if row["status"] in ("open", "closed"):
            raise InvalidInput("owner", f"it is {row['status']}", "Take it, or reopen it, first.")
        who = writer.get("operator", owner_id)
        words = f"escalation “{plain(row['title'])}”: {plain(who['account'])} owns it now"
        writer.update(
            "escalation",
            row,
            {"operator_id": owner_id},
            act="take_escalation",
            call_id=row["call_id"],
            note=words,
        )
        return _version(writer, escalation_id)


_ACT_NAMES: dict[Act, str] = {
    "take": "take_escalation",
    "fix": "fix_escalation",
    "fail_check": "fail_escalation_check",
    "check": "check_escalation",
    "report_back": "report_back",
    "reopen": "reopen_escalation",
}
"""Moves by their names among all acts of the desk."""


def _move(
    desk: Desk,
    escalation_id: int,
    act: Act,
    version: int | None,
    happened_at: datetime | None,
    *,
    owner_id: int | None = None,
    interaction_id: int | None = None,
) -> int:
    name = _ACT_NAMES[act]
    with desk.act(name) as writer:
        row = _fetch(writer, escalation_id, version)
        when = desk.when(happened_at)
        if happened_at is None and row["moved_at"] is not None:
            when = max(when, row["moved_at"])  # another machine's clock is ahead of ours
        matter = room(writer.connection, escalation_id, when).matter
        if owner_id is not None:
            writer.get("operator", owner_id)
            matter = replace(matter, owner_id=owner_id)
        report = None if interaction_id is None else _report(writer, row, interaction_id)
        after = move(matter, act, when, report)
        closed = after.status == "closed"
        values: dict[str, Any] = {
            "status": after.status,
            "operator_id": after.owner_id,
            "moved_at": when,
            "closed_at": when if closed else None,
            "interaction_id": interaction_id if closed else None,
        }
        words = announcement(after)
        writer.update(
            "escalation", row, values, act=name, happened_at=when, call_id=row["call_id"], note=words
        )
        if after.checks != matter.checks:
            _forget_checks(writer, row, name)
        return _version(writer, escalation_id)


def _report(writer: Writer, row: RowMapping, interaction_id: int) -> Interaction:
    """The conversation in which it was reported back. Raises ``InvalidInput`` for one with somebody else."""
    said = writer.get("interaction", interaction_id)
    same = (
        said["customer_id"] == row["customer_id"]
        if row["customer_id"] is not None
        else said["call_id"] == row["call_id"]
    )
    if not same:
        raise InvalidInput("report", "is a conversation with somebody else", "Report back to this customer.")
    return Interaction(said["direction"], said["channel"], said["happened_at"], two_way=bool(said["two_way"]))


def _forget_checks(writer: Writer, row: RowMapping, act: str) -> None:
    check = t.escalation_check.c
    mine = sa.and_(check.escalation_id == row["id"], check.out_at.is_(None))
    for one in writer.connection.execute(sa.select(t.escalation_check).where(mine)).mappings().all():
        values = {"passed": None, "looked_at": None, "operator_id": None}
        writer.update("escalation_check", one, values, act=act, call_id=row["call_id"])


# -- the log -----------------------------------------------------------------------------------


def write_log(desk: Desk, escalation_id: int, text: str) -> int:
    """Add a line to the log, as of now; its id. A line is never changed; two written at once are both kept."""
    with desk.act("write_log") as writer:
        row = _fetch(writer, escalation_id, None)
        last = writer.connection.scalar(
            sa.select(sa.func.max(t.escalation_entry.c.written_at)).where(
                t.escalation_entry.c.escalation_id == escalation_id
            )
        )
        now = desk.clock.now()
        when = max(now, last or now, row["opened_at"])  # another machine's clock may be ahead of ours
        entry = written(
            Escalation(row["title"], row["opened_at"]), LogEntry(when, desk.operator.id, text)
        ).log[-1]
        values = {
            "escalation_id": escalation_id,
            "operator_id": entry.by_id,
            "written_at": entry.at,
            "text": entry.text,
        }
        return writer.insert(
            "escalation_entry", values, act="write_log", happened_at=when, call_id=row["call_id"]
        )


# -- shared ------------------------------------------------------------------------------------


def _fetch(writer: Writer, escalation_id: int, version: int | None) -> RowMapping:
    row = writer.get("escalation", escalation_id, to_change=True)
    if version is not None and row["version"] != version:
        raise writer.conflict("escalation", row, version)
    return row


def _version(writer: Writer, escalation_id: int) -> int:
    return int(writer.get("escalation", escalation_id)["version"])
