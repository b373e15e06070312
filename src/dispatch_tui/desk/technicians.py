"""What technicians can do."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.store.tables import technician_skill
from dispatch_tui.text import plain


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
