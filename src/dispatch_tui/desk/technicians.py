"""What technicians can do, and where they have proven it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.care.cadence import watched_until
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store.care_visits import bad_visits, good_visits
from dispatch_tui.store.tables import call, technician_skill
from dispatch_tui.text import plain


def proven_at(connection: Connection, call_id: int, now: datetime) -> dict[int, int]:
    """How many good visits each technician (by id) did at the customer of a call, while that customer is watched after
    a bad one and the rules ask for somebody experienced; nobody otherwise."""
    rules = care_rules(connection)
    customer_id = connection.scalar(sa.select(call.c.customer_id).where(call.c.id == call_id))
    if customer_id is None or not rules.watch.strong_technician:
        return {}
    bad = bad_visits(connection, [customer_id], now, rules.watch.days)
    until = watched_until(bad.values(), rules)
    return good_visits(connection, customer_id) if until is not None and now < until else {}


def set_skills(desk: Desk, skills: Mapping[int, Collection[str]]) -> None:
    """Give technicians (by id) these skills, without an end, in place of those they had.

    One transaction; a change of each technician keeps what the skills were and are. Raises
    ``NotFound`` or ``NotAllowed``.
    """
    with desk.act("set_skills") as writer:
        table = technician_skill.c
        for technician_id, named in skills.items():
            row = writer.get("technician", technician_id, to_change=True)
            mine = table.technician_id == technician_id
            old = writer.connection.scalars(sa.select(table.skill).where(mine).order_by(table.skill)).all()
            new = sorted({plain(skill) for skill in named} - {""})
            if new == list(old):
                continue
            writer.connection.execute(sa.delete(technician_skill).where(mine))
            if new:
                writer.connection.execute(
                    sa.insert(technician_skill),
                    [{"technician_id": technician_id, "skill": skill} for skill in new],
                )
            was, now = (", ".join(those) or "none" for those in (old, new))
            writer.update(
                "technician", row, {}, act="set_skills", note=f"skills: {was} → {now}", log_anyway=True
            )
