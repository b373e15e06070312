"""Acts on a call. Each takes the version that the operator saw; ``None`` means "as it is now".

All raise ``NotFound``, ``NotAllowed``, ``IllegalTransition``, ``Conflict`` or ``InvalidInput``, and
return :class:`Done`. ``happened_at`` reports an act late (an earlier instant, never a future one).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from dispatch_tui.care.lists import Answer
from dispatch_tui.desk import clocks
from dispatch_tui.desk.checklists import write_answer
from dispatch_tui.desk.closings import end_closings
from dispatch_tui.desk.covering import choose_agreement
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.numbers import own_number
from dispatch_tui.desk.ranking import hold_weights
from dispatch_tui.desk.transitions import check
from dispatch_tui.errors import InvalidInput
from dispatch_tui.records import Call
from dispatch_tui.store import dialect
from dispatch_tui.store.tables import call, change
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain, plain_block


class Done(NamedTuple):
    """The call after the act, and the ``seq`` of its change (``None``: nothing differed)."""

    call: Call
    change: int | None


def open_call(
    desk: Desk,
    *,
    title: str,
    priority: int = 3,
    description: str = "",
    customer_id: int | None = None,
    site_id: int | None = None,
    contact_id: int | None = None,
    unit_id: int | None = None,
    team_id: int | None = None,
    skill: str = "",
    channel: str = "phone",
    intake: Mapping[str, str] | None = None,
    happened_at: datetime | None = None,
) -> Done:
    """Open a call. A unit tells its site and customer, a site its customer, where they are not given.

    ``intake``: answers to the rules' questions, by item; what is not answered does not keep a call from being opened.
    """
    title = plain(title)
    if not title:
        raise InvalidInput("title", "it is empty", "Say in a few words what is wrong.")
    _check_priority(priority)
    opened_at = desk.when(happened_at)
    references = {"customer": customer_id, "contact": contact_id, "team": team_id}
    with desk.act("open") as writer:
        for kind, record_id in references.items():
            if record_id is not None:
                writer.get(kind, record_id)
        if unit_id is not None:
            owner = writer.get("unit", unit_id)
            site_id, customer_id = site_id or owner["site_id"], customer_id or owner["customer_id"]
        if site_id is not None:
            customer_id = customer_id or writer.get("site", site_id)["customer_id"]
        values: dict[str, Any] = {
            "title": title,
            "description": plain_block(description),
            "status": "new",
            "priority": priority,
            "customer_id": customer_id,
            "site_id": site_id,
            "contact_id": contact_id,
            "unit_id": unit_id,
            "team_id": team_id,
            "skill": plain(skill),
            "channel": plain(channel),
            "opened_at": opened_at,
            "happened_at": opened_at,
            "live": 1,
        }
        values["id"] = dialect.take_ids(writer.connection, call, 1)[0]
        values["number"] = own_number(writer.connection, values["id"])
        hold_weights(writer.connection)
        values |= choose_agreement(writer.connection, values)
        reckoning = clocks.opening(writer, values)
        call_id = writer.insert("call", values | reckoning.values, act="open", happened_at=opened_at)
        clocks.keep(writer, call_id, reckoning.clocks)
        for item, told in (intake or {}).items():
            if plain(told):
                write_answer(writer, "intake", item, Answer(True, told), opened_at, call=values)
        return Done(_read(writer, call_id), None)


def acknowledge(
    desk: Desk, call_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> Done:
    """Say that the call was seen."""
    with desk.act("acknowledge") as writer:
        row = _fetch(writer, call_id, version)
        check("acknowledge", row["status"])
        when = desk.when(happened_at)
        return settle(writer, row, "acknowledge", {"status": "acknowledged", "acknowledged_at": when}, when)


def take(
    desk: Desk, call_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> Done:
    """Make the call mine. Somebody else's call is taken over only by who has seen that it is theirs
    (gives its present ``version``); otherwise ``Conflict`` says who has it."""
    with desk.act("take") as writer:
        row = _fetch(writer, call_id, version)
        if row["operator_id"] is not None and (version is None or row["operator_id"] == desk.operator.id):
            raise writer.conflict("call", row, version)
        check("take", row["status"])
        when = desk.when(happened_at)
        values: dict[str, Any] = {"operator_id": desk.operator.id}
        if row["status"] == "new":
            values |= {"status": "acknowledged", "acknowledged_at": when}
        return settle(writer, row, "take", values, when)


def assign(
    desk: Desk,
    call_id: int,
    technician_id: int,
    *,
    version: int | None = None,
    note: str = "",
    happened_at: datetime | None = None,
) -> Done:
    """Give the call to a technician (and so to their team)."""
    with desk.act("assign") as writer:
        row = _fetch(writer, call_id, version)
        check("assign", row["status"])
        return give(writer, row, active_technician(writer, technician_id), desk.when(happened_at), note=note)


def start(
    desk: Desk, call_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> Done:
    """Work on it has begun."""
    with desk.act("start") as writer:
        row = _fetch(writer, call_id, version)
        check("start", row["status"])
        return begin(writer, row, desk.when(happened_at))


def hold(
    desk: Desk,
    call_id: int,
    reason: str,
    *,
    until: datetime | None = None,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Done:
    """Put the call on hold; the reason is what the customer will be told."""
    reason = _required("reason", reason, "Say what it waits for.")
    with desk.act("hold") as writer:
        row = _fetch(writer, call_id, version)
        check("hold", row["status"])
        values = {"status": "on_hold", "held_reason": reason, "held_until": until}
        return settle(writer, row, "hold", values, desk.when(happened_at), note=reason)


def resume(
    desk: Desk, call_id: int, *, version: int | None = None, happened_at: datetime | None = None
) -> Done:
    """Take the call off hold, to where it stood before."""
    with desk.act("resume") as writer:
        row = _fetch(writer, call_id, version)
        check("resume", row["status"])
        status = "in_progress" if row["started_at"] else _idle_status(row)
        values = {"status": status, "held_reason": "", "held_until": None}
        return settle(writer, row, "resume", values, desk.when(happened_at))


def resolve(
    desk: Desk,
    call_id: int,
    resolution: str,
    *,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Done:
    """The fault is mended; the customer has yet to agree. The bare step: :func:`.ending.end_call` asks how it ended."""
    resolution = required_resolution(resolution)
    with desk.act("resolve") as writer:
        row = _fetch(writer, call_id, version)
        check("resolve", row["status"])
        when = desk.when(happened_at)
        return settle(writer, row, "resolve", as_resolved(resolution, when), when, note=resolution)


def close(
    desk: Desk,
    call_id: int,
    *,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Done:
    """The customer agrees that it is done. The bare step: :func:`.ending.end_call` asks how it ended."""
    with desk.act("close") as writer:
        row = _fetch(writer, call_id, version)
        check("close", row["status"])
        when = desk.when(happened_at)
        return settle(writer, row, "close", as_closed(when), when, note=plain(note))


def reopen(
    desk: Desk, call_id: int, reason: str, *, version: int | None = None, happened_at: datetime | None = None
) -> Done:
    """It was not done after all."""
    reason = _required("reason", reason, "Say what the customer reports.")
    with desk.act("reopen") as writer:
        row = _fetch(writer, call_id, version)
        check("reopen", row["status"])
        values = {
            "status": _idle_status(row),
            "live": 1,
            "resolved_at": None,
            "closed_at": None,
            "started_at": None,
            "reopened": row["reopened"] + 1,
        }
        when = desk.when(happened_at)
        end_closings(writer, call_id, when)
        return settle(writer, row, "reopen", values, when, note=reason)


def cancel(
    desk: Desk, call_id: int, reason: str, *, version: int | None = None, happened_at: datetime | None = None
) -> Done:
    """Nobody will work on it."""
    reason = _required("reason", reason, "Say why nobody needs to come.")
    with desk.act("cancel") as writer:
        row = _fetch(writer, call_id, version)
        check("cancel", row["status"])
        when = desk.when(happened_at)
        values = {"status": "cancelled", "closed_at": when, "live": 0, "held_reason": "", "held_until": None}
        return settle(writer, row, "cancel", values, when, note=reason)


def set_priority(
    desk: Desk,
    call_id: int,
    priority: int,
    *,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Done:
    """Change the priority (1 highest to 5); its clocks follow."""
    _check_priority(priority)
    with desk.act("set_priority") as writer:
        row = _fetch(writer, call_id, version)
        check("set_priority", row["status"])
        return settle(
            writer, row, "set_priority", {"priority": priority}, desk.when(happened_at), note=plain(note)
        )


def note(
    desk: Desk, call_id: int, text: str, *, version: int | None = None, happened_at: datetime | None = None
) -> Done:
    """Write something into the call's story. Notes never conflict: the version is not compared."""
    text = plain_block(text)
    if not text:
        raise InvalidInput("note", "it is empty")
    with desk.act("note") as writer:
        row = _fetch(writer, call_id, None)
        check("note", row["status"])
        return settle(writer, row, "note", {}, desk.when(happened_at), note=text)


# -- shared ------------------------------------------------------------------------------------


def active_technician(writer: Writer, technician_id: int) -> RowMapping:
    """The stored technician. Raises ``InvalidInput`` for one who works no more."""
    who = writer.get("technician", technician_id)
    if not who["active"]:
        raise InvalidInput("technician", f"{who['name']} is not active", "Choose another.")
    return who


def give(writer: Writer, row: RowMapping, who: RowMapping, when: datetime, *, note: str = "") -> Done:
    """Write that a call is a technician's, and so their team's."""
    values: dict[str, Any] = {"technician_id": who["id"], "team_id": who["team_id"] or row["team_id"]}
    # A call on hold keeps waiting: only resuming ends a pause.
    if row["status"] != "on_hold":
        values["status"] = "assigned"
    if row["acknowledged_at"] is None:
        values["acknowledged_at"] = when
    return settle(writer, row, "assign", values, when, note=plain(note))


def begin(writer: Writer, row: RowMapping, when: datetime) -> Done:
    """Write that work on a call has begun."""
    values = {"status": "in_progress", "started_at": row["started_at"] or when}
    return settle(writer, row, "start", values, when)


def as_resolved(resolution: str, when: datetime) -> dict[str, Any]:
    """The columns of a call that is resolved."""
    return {
        "status": "resolved",
        "resolved_at": when,
        "resolution": resolution,
        "held_reason": "",
        "held_until": None,
    }


def as_closed(when: datetime) -> dict[str, Any]:
    """The columns of a call that is closed."""
    return {"status": "closed", "closed_at": when, "live": 0}


def required_resolution(text: str) -> str:
    """What was done, as it is stored. Raises ``InvalidInput`` where nothing is said."""
    return _required("resolution", text, "Say what was done.")


def _fetch(writer: Writer, call_id: int, version: int | None) -> RowMapping:
    row = writer.get("call", call_id, to_change=True)
    if version is not None and row["version"] != version:
        raise writer.conflict("call", row, version)
    return row


def settle(
    writer: Writer, row: RowMapping, act: str, values: Mapping[str, Any], when: datetime, *, note: str = ""
) -> Done:
    """Write ``values`` into a call with what follows for its clocks; for acts of this room."""
    when = _in_its_place(writer, row, values, when)
    values = {**values, "happened_at": max(when, row["happened_at"])}
    reckoning = clocks.after(writer, row, values, when)
    seq = writer.update(
        "call", row, values | reckoning.values, act=act, happened_at=when, note=note, log_anyway=True
    )
    clocks.keep(writer, row["id"], reckoning.clocks)
    return Done(_read(writer, row["id"]), seq)


def _in_its_place(writer: Writer, row: RowMapping, values: Mapping[str, Any], when: datetime) -> datetime:
    """The instant of an act, which cannot lie before the change of status or priority that it follows.

    Raises :class:`InvalidInput` where such an instant was reported. Where it is only that the clock of
    the other machine is ahead of ours, the act happened just after.
    """
    followed = values.keys() & {"status", "priority"}
    if not followed or when >= row["happened_at"]:
        return when
    logged = writer.connection.execute(
        sa.select(change.c.happened_at, change.c.now_json).where(
            change.c.kind == "call", change.c.call_id == row["id"], change.c.now_json.is_not(None)
        )
    )
    last: datetime = max(
        (happened_at for happened_at, now in logged if followed & json.loads(now).keys()),
        default=row["opened_at"],
    )
    if when >= last:
        return when
    if when >= writer.recorded_at:
        return last
    raise InvalidInput(
        "happened_at",
        f"it lies before what it follows, of {last:%Y-%m-%d %H:%M:%S} UTC",
        "Give a later time.",
    )


def _read(writer: Writer, call_id: int) -> Call:
    return Call.model_validate(dict(writer.get("call", call_id)))


def _idle_status(row: RowMapping) -> str:
    return "assigned" if row["technician_id"] else "acknowledged"


def _check_priority(priority: int) -> None:
    if priority not in (1, 2, 3, 4, 5):
        raise InvalidInput("priority", f"{priority} is not a priority", "Give 1 (highest) to 5.")


def _required(field: str, text: str, remedy: str) -> str:
    text = plain(text)
    if not text:
        raise InvalidInput(field, "it is empty", remedy)
    return text
