"""Deliverables of an installation or project call: planned, begun, done, verified, accepted; and what a slip does.

The rules are :mod:`dispatch_tui.care.projects`. Days are those of the call's site.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.care.projects import Deliverable, Progress, accepted, progress, shifted
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.queries import call_and_names
from dispatch_tui.store.tables import call, deliverable, site
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain

Step = Literal["begin", "finish", "verify", "accept"]
STEPS: tuple[Step, ...] = get_args(Step)


@dataclass(frozen=True, slots=True)
class Kept:
    """A deliverable as it is stored."""

    id: int
    version: int
    of: Deliverable


@dataclass(frozen=True, slots=True)
class Project:
    """A call's deliverables in the order of their plan, as they stand ``today`` at its site."""

    call_id: int
    number: str
    title: str
    customer: str
    today: date
    kept: tuple[Kept, ...]

    @property
    def progress(self) -> Progress:
        """Planned against actual."""
        return progress((one.of for one in self.kept), self.today)


def project_of(connection: Connection, call_id: int, now: datetime) -> Project:
    """The deliverables of a call. Raises ``NotFound``."""
    one, names = call_and_names(connection, call_id)
    today = now.astimezone(zone_of(names.site_tz)).date()
    return Project(call_id, one.number, one.title, names.customer, today, _kept(connection, call_id))


def plan(
    desk: Desk, call_id: int, what: str, planned_from: date, planned_until: date, *, verify: bool = False
) -> int:
    """Plan a deliverable, both days included; its id. ``verify``: it is accepted only once somebody verified it.

    Raises ``NotFound``, ``NotAllowed``, and ``InvalidInput`` for no words or a plan that ends before it begins.
    """
    if not (what := plain(what)):
        raise InvalidInput("what", "it is empty", "Say what will be delivered.")
    if planned_until < planned_from:
        raise InvalidInput("planned_until", "is before its first day", "Correct the day.")
    with desk.act("plan_deliverable") as writer:
        writer.get("call", call_id)
        values = {
            "call_id": call_id,
            "what": what,
            "planned_from": planned_from.isoformat(),
            "planned_until": planned_until.isoformat(),
            "verify": int(verify),
        }
        return writer.insert("deliverable", values, act="plan_deliverable", call_id=call_id)


def move(
    desk: Desk,
    deliverable_id: int,
    step: Step,
    *,
    by: str = "",
    on: date | None = None,
    version: int | None = None,
) -> Deliverable:
    """Take a deliverable a step on: begun, done, verified ``by`` somebody, accepted ``by`` the customer's person.

    Raises ``IllegalTransition`` out of turn, ``InvalidInput`` where nobody is named or for a day that cannot be,
    ``Conflict``, ``NotFound``, ``NotAllowed``.
    """
    with desk.act("move_deliverable") as writer:
        row = writer.get("deliverable", deliverable_id, to_change=True)
        if version is not None and row["version"] != version:
            raise writer.conflict("deliverable", row, version)
        today = _today(writer.connection, row["call_id"], desk.clock.now())
        day = on or today
        if day > today:
            raise InvalidInput("on", "lies in the future", "Give the day on which it happened.")
        values = _stepped(_read(row).of, step, day, plain(by))
        writer.update("deliverable", row, values, act="move_deliverable", call_id=row["call_id"], note=step)
        return _read(writer.get("deliverable", deliverable_id)).of


def shift(desk: Desk, call_id: int, days: int) -> int:
    """Move the plan of all that is not begun by ``days`` (below 0: earlier); how many moved."""
    with desk.act("plan_deliverable") as writer:
        rows = [
            writer.get("deliverable", one.id, to_change=True) for one in _kept(writer.connection, call_id)
        ]
        kept = [_read(row).of for row in rows]
        moved = 0
        for row, was, now in zip(rows, kept, shifted(kept, days), strict=True):
            if now != was:
                _write_plan(writer, row, now, days)
                moved += 1
        return moved


def _write_plan(writer: Writer, row: RowMapping, now: Deliverable, days: int) -> None:
    values = {"planned_from": now.planned_from.isoformat(), "planned_until": now.planned_until.isoformat()}
    note = f"plan moved by {days:+d} days"
    writer.update("deliverable", row, values, act="plan_deliverable", call_id=row["call_id"], note=note)


def _stepped(one: Deliverable, step: Step, day: date, by: str) -> dict[str, Any]:
    if step == "accept":
        done = accepted(one, day, by)
        return {"accepted_on": day.isoformat(), "accepted_by": done.accepted_by}
    if step == "verify":
        if one.state not in ("under way", "to be accepted"):
            raise IllegalTransition("verify", one.state, ("under way", "to be accepted"))
        if not by:
            raise InvalidInput("verified_by", "nobody is named", "Say who verified it.")
        return {"verified_by": by}
    if step == "finish":
        if one.state != "under way" or one.started_on is None:
            raise IllegalTransition("finish", one.state, ("under way",))
        if day < one.started_on:
            raise InvalidInput("on", "is before it was begun", "Correct the day.")
        return {"done_on": day.isoformat()}
    if one.state != "planned":
        raise IllegalTransition("begin", one.state, ("planned",))
    return {"started_on": day.isoformat()}


def _today(connection: Connection, call_id: int, now: datetime) -> date:
    zone = connection.scalar(
        sa.select(site.c.tz)
        .select_from(call.join(site, site.c.id == call.c.site_id))
        .where(call.c.id == call_id)
    )
    return now.astimezone(zone_of(zone or "")).date()


def _kept(connection: Connection, call_id: int) -> tuple[Kept, ...]:
    query = sa.select(deliverable).where(deliverable.c.call_id == call_id)
    rows = connection.execute(query.order_by(deliverable.c.planned_from, deliverable.c.id)).mappings()
    return tuple(_read(row) for row in rows)


def _read(row: RowMapping) -> Kept:
    of = Deliverable(
        row["what"],
        date.fromisoformat(row["planned_from"]),
        date.fromisoformat(row["planned_until"]),
        _day(row["started_on"]),
        _day(row["done_on"]),
        bool(row["verify"]),
        row["verified_by"],
        _day(row["accepted_on"]),
        row["accepted_by"],
    )
    return Kept(row["id"], row["version"], of)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
