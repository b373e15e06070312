"""Acts on a visit: planned, confirmed, en route, on site, done or called off.

Nobody sets out before what the visit brief asks to be acknowledged is: see :mod:`.acknowledging`. What a visit means to
its call is written with it: one that nobody had is theirs who go, and who arrives has begun.

All raise ``NotFound``, ``NotAllowed``, ``IllegalTransition``, ``Conflict`` or ``InvalidInput``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from sqlalchemy.engine import RowMapping

from dispatch_tui.desk.acknowledging import check_acknowledged
from dispatch_tui.desk.calls import active_technician, begin, give
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.transitions import CALL, VISIT, check
from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.records import Outcome, Visit
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain_block

_NOT_BEGUN = frozenset({"new", "acknowledged", "assigned"})


def plan_visit(
    desk: Desk,
    call_id: int,
    technician_id: int,
    window_from: datetime,
    window_to: datetime,
    *,
    happened_at: datetime | None = None,
) -> Visit:
    """Plan an attendance of a technician within a window of time. A call that nobody had is theirs with it."""
    if window_to <= window_from:
        raise InvalidInput(
            "window_to", "it is not after its start", "Give a window that ends later than it starts."
        )
    with desk.act("plan_visit") as writer:
        call = writer.get("call", call_id, to_change=True)  # so that it is not closed meanwhile
        if not call["live"]:
            raise IllegalTransition("plan_visit", call["status"], ("live",))
        who = active_technician(writer, technician_id)
        when = desk.when(happened_at)
        values = {
            "call_id": call_id,
            "unit_id": call["unit_id"],
            "technician_id": technician_id,
            "status": "planned",
            "window_from": window_from,
            "window_to": window_to,
            "happened_at": when,
        }
        visit_id = writer.insert("visit", values, act="plan_visit", happened_at=when, call_id=call_id)
        if call["technician_id"] is None and call["status"] in _NOT_BEGUN:
            give(writer, call, who, when)
        return Visit.model_validate(dict(writer.get("visit", visit_id)))


def confirm_visit(desk: Desk, visit_id: int, **reported: Any) -> Visit:
    """The customer agreed to the window. (``version``, ``happened_at`` as for every act.)"""
    return _move(desk, "confirm_visit", visit_id, "confirmed_at", {}, **reported)


def start_travel(
    desk: Desk, visit_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> Visit:
    """The technician is on the way. ``InvalidInput`` with the field ``acknowledged`` where the arrival instruction or
    the warranty guard has not been acknowledged as it stands."""
    with desk.act("start_travel") as writer:
        row, when = reached(desk, writer, "start_travel", visit_id, version=version, happened_at=happened_at)
        check_acknowledged(writer.connection, row, when)
        return moved(writer, "start_travel", row, when, stamp="en_route_at")


def arrive(
    desk: Desk, visit_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> Visit:
    """The technician is on site; where the call was waiting for that, work on it has begun."""
    with desk.act("arrive") as writer:
        row, when = reached(desk, writer, "arrive", visit_id, version=version, happened_at=happened_at)
        visit = moved(writer, "arrive", row, when, stamp="on_site_at")
        call = writer.get("call", row["call_id"], to_change=True)
        if call["status"] in CALL["start"].sources:
            begin(writer, call, when)
        return visit


def finish_visit(
    desk: Desk,
    visit_id: int,
    outcome: str,
    *,
    work: str = "",
    cause: str = "",
    labour_minutes: int | None = None,
    downtime_minutes: int | None = None,
    **reported: Any,
) -> Visit:
    """The attendance is over: ``outcome`` is good, bad or incomplete; times in minutes, none negative.

    The bare step: :func:`.ending.finish_visit` asks for the next step too, and stores what follows.
    """
    if outcome not in get_args(Outcome) or not outcome:
        raise InvalidInput("outcome", f"{outcome!r} is not an outcome", "Say good, bad or incomplete.")
    check_minutes(labour_minutes=labour_minutes, downtime_minutes=downtime_minutes)
    values = {
        "outcome": outcome,
        "work": plain_block(work),
        "cause": plain_block(cause),
        "labour_minutes": labour_minutes,
        "downtime_minutes": downtime_minutes,
    }
    return _move(desk, "finish_visit", visit_id, "done_at", values, **reported)


def call_off(desk: Desk, visit_id: int, reason: str, **reported: Any) -> Visit:
    """The visit will not take place."""
    if not (reason := plain_block(reason)):
        raise InvalidInput("reason", "it is empty", "Say why, for whoever tells the customer.")
    return _move(desk, "call_off", visit_id, "", {}, note=reason, **reported)


def check_minutes(**minutes: int | None) -> None:
    """Raises ``InvalidInput`` for a negative time, by its name."""
    for name, one in minutes.items():
        if one is not None and one < 0:
            raise InvalidInput(name, "it is negative")


def _move(
    desk: Desk,
    act: str,
    visit_id: int,
    stamp: str,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    happened_at: datetime | None = None,
    note: str = "",
) -> Visit:
    with desk.act(act) as writer:
        row, when = reached(desk, writer, act, visit_id, version=version, happened_at=happened_at)
        return moved(writer, act, row, when, stamp=stamp, values=values, note=note)


def reached(
    desk: Desk,
    writer: Writer,
    act: str,
    visit_id: int,
    *,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> tuple[RowMapping, datetime]:
    """A visit to which ``act`` may be done, and the instant of it, which cannot lie before the step that it follows."""
    row = writer.get("visit", visit_id, to_change=True)
    if version is not None and row["version"] != version:
        raise writer.conflict("visit", row, version)
    check(act, row["status"])
    when = desk.when(happened_at)
    if when < row["happened_at"]:
        if happened_at is not None:
            raise InvalidInput(
                "happened_at",
                f"it lies before the visit was {row['status'].replace('_', ' ')}",
                "Give a later time.",
            )
        when = row["happened_at"]  # another machine's clock is ahead of ours
    return row, when


def moved(
    writer: Writer,
    act: str,
    row: RowMapping,
    when: datetime,
    *,
    stamp: str = "",
    values: Mapping[str, Any] | None = None,
    note: str = "",
) -> Visit:
    """Write a step of a visit, with what is known of it; for acts of this room."""
    now = {**(values or {}), "status": VISIT[act].target, "happened_at": when}
    if stamp:
        now[stamp] = when
    writer.update("visit", row, now, act=act, happened_at=when, call_id=row["call_id"], note=note)
    return Visit.model_validate(dict(writer.get("visit", row["id"])))
