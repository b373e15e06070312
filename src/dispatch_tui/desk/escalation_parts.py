"""What stands in the room of an escalated matter: people, options, corrective actions, checks.

Each is a record of its own with a version, so that two people who work on different ones never meet. Nothing is
changed in a closed matter. All raise ``NotFound``, ``NotAllowed``, ``Conflict`` or ``InvalidInput`` with the field.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from dispatch_tui.care.escalation import Risk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import IllegalTransition, InvalidInput, NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain

PartKind = Literal["escalation_person", "escalation_option", "escalation_action", "escalation_check"]
RISKS: tuple[Risk, ...] = get_args(Risk)
_ACT = "work_on_escalation"


def add_person(
    desk: Desk,
    escalation_id: int,
    *,
    operator_id: int | None = None,
    contact_id: int | None = None,
    part: str = "",
) -> int:
    """Somebody of ours (``operator_id``) or of the customer's (``contact_id``) belongs to it, with which part."""
    if (operator_id is None) == (contact_id is None):
        raise InvalidInput("who", "name one person", "Give one of ours, or a contact of theirs.")
    values = {"operator_id": operator_id, "contact_id": contact_id, "part": plain(part)}
    with desk.act(_ACT) as writer:
        row = _open_matter(writer, escalation_id)
        if operator_id is not None:
            writer.get("operator", operator_id)
        else:
            _check_contact(writer, row, contact_id)
        person = t.escalation_person.c
        known = writer.connection.scalar(
            sa.select(person.id).where(
                person.escalation_id == escalation_id,
                person.out_at.is_(None),
                person.operator_id == operator_id
                if operator_id is not None
                else person.contact_id == contact_id,
            )
        )
        if known is not None:
            raise InvalidInput("who", "they are in it already", "Change their part instead.")
        return _insert(writer, row, "escalation_person", values)


def add_option(
    desk: Desk,
    escalation_id: int,
    what: str,
    *,
    cost_minor: int,
    currency: str,
    ready_at: datetime,
    risk: str,
) -> int:
    """A way out, with what it costs (minor units), when it would be ready and how risky it is."""
    if cost_minor < 0:
        raise InvalidInput("cost", "it is negative", "Give what it costs, 0 for nothing.")
    if risk not in RISKS:
        raise InvalidInput(
            "risk", f"{plain(risk)!r} is no risk", f"Say {', '.join(RISKS[:-1])} or {RISKS[-1]}."
        )
    values = {
        "what": _said(what),
        "cost_minor": cost_minor,
        "currency": plain(currency),
        "ready_at": _zoned("ready_at", ready_at),
        "risk": risk,
    }
    return _add(desk, escalation_id, "escalation_option", values)


def choose_option(desk: Desk, option_id: int, *, version: int | None = None) -> None:
    """This way and no other."""
    with desk.act(_ACT) as writer:
        option, row = _part(writer, "escalation_option", option_id, version)
        column = t.escalation_option.c
        mine = sa.and_(column.escalation_id == row["id"], column.out_at.is_(None))
        for other in writer.connection.execute(sa.select(t.escalation_option).where(mine)).mappings().all():
            _update(writer, row, "escalation_option", other, {"chosen": int(other["id"] == option["id"])})


def add_action(desk: Desk, escalation_id: int, what: str, *, owner_id: int, due_at: datetime) -> int:
    """Something to be done about it, by whom and by when."""
    values = {"what": _said(what), "operator_id": owner_id, "due_at": _zoned("due_at", due_at)}
    with desk.act(_ACT) as writer:
        row = _open_matter(writer, escalation_id)
        writer.get("operator", owner_id)
        if due_at < row["opened_at"]:
            raise InvalidInput("due_at", "is before the matter was opened", "Give a later time.")
        return _insert(writer, row, "escalation_action", values)


def settle_action(desk: Desk, action_id: int, *, done: bool, version: int | None = None) -> None:
    """It is done, or not after all."""
    with desk.act(_ACT) as writer:
        action, row = _part(writer, "escalation_action", action_id, version)
        _update(writer, row, "escalation_action", action, {"done_at": desk.clock.now() if done else None})


def add_check(desk: Desk, escalation_id: int, what: str) -> int:
    """Something to be looked at after the fix."""
    return _add(desk, escalation_id, "escalation_check", {"what": _said(what)})


def look_at(desk: Desk, check_id: int, *, passed: bool | None, version: int | None = None) -> None:
    """How a check came out; ``None``: nobody has looked after all. Before the fix there is nothing to look at."""
    with desk.act(_ACT) as writer:
        check, row = _part(writer, "escalation_check", check_id, version)
        if row["status"] not in ("fixed", "checked"):
            raise IllegalTransition("look at a check", row["status"], ("fixed",))
        looked = passed is not None
        values = {
            "passed": int(passed) if passed is not None else None,
            "looked_at": desk.clock.now() if looked else None,
            "operator_id": desk.operator.id if looked else None,
        }
        _update(writer, row, "escalation_check", check, values)


def take_out(desk: Desk, kind: PartKind, part_id: int, *, version: int | None = None) -> None:
    """Take somebody or something out of the room; the record stays. A chosen option is not taken out."""
    with desk.act(_ACT) as writer:
        part, row = _part(writer, kind, part_id, version)
        if kind == "escalation_option" and part["chosen"]:
            raise InvalidInput("option", "it is the one chosen", "Choose another one first.")
        _update(writer, row, kind, part, {"out_at": desk.clock.now()})


# -- shared ------------------------------------------------------------------------------------


def _add(desk: Desk, escalation_id: int, kind: PartKind, values: dict[str, Any]) -> int:
    with desk.act(_ACT) as writer:
        return _insert(writer, _open_matter(writer, escalation_id), kind, values)


def _insert(writer: Writer, row: RowMapping, kind: PartKind, values: dict[str, Any]) -> int:
    return writer.insert(kind, {"escalation_id": row["id"], **values}, act=_ACT, call_id=row["call_id"])


def _update(
    writer: Writer, row: RowMapping, kind: PartKind, part: RowMapping, values: dict[str, Any]
) -> None:
    writer.update(kind, part, values, act=_ACT, call_id=row["call_id"])


def _part(writer: Writer, kind: PartKind, part_id: int, version: int | None) -> tuple[RowMapping, RowMapping]:
    """A part, and the open matter that it belongs to."""
    part = writer.get(kind, part_id)
    row = _open_matter(writer, part["escalation_id"])
    part = writer.get(kind, part_id)  # as it is now that nobody else changes the matter
    if part["out_at"] is not None:
        raise NotFound(kind.replace("_", " "), part_id, "Somebody has taken it out.")
    if version is not None and part["version"] != version:
        raise writer.conflict(kind, part, version)
    return part, row


def _open_matter(writer: Writer, escalation_id: int) -> RowMapping:
    row = writer.get("escalation", escalation_id, to_change=True)
    if row["status"] == "closed":
        raise IllegalTransition("work on it", "closed", ("open", "working", "fixed", "checked"))
    return row


def _check_contact(writer: Writer, row: RowMapping, contact_id: int | None) -> None:
    assert contact_id is not None
    contact = writer.get("contact", contact_id)
    if row["customer_id"] is not None and contact["customer_id"] != row["customer_id"]:
        raise InvalidInput("who", "is a contact of another customer", "Choose one of this customer's.")


def _said(what: str) -> str:
    text = plain(what)
    if not text:
        raise InvalidInput("what", "it is empty", "Say it in a few words.")
    return text


def _zoned(field: str, instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise InvalidInput(field, "an instant needs its zone")
    return instant
