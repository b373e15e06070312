"""Lists to go through: readiness and data safety before a visit, intake with a call, onboarding of a customer.

An answer is a record; the latest one to an item counts, and who said what before stays in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch_tui.care.lists import Answer, Checklist, gone_through
from dispatch_tui.care.rules import CareRules, ListItem, list_for
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store.tables import checklist_answer
from dispatch_tui.store.writes import Writer
from dispatch_tui.text import plain, plain_block

ListName = Literal["readiness", "data_safety", "intake", "onboarding"]
LISTS: tuple[ListName, ...] = get_args(ListName)

WORK_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("", "corrective", "breakdown", "failure", "emergency"), "repair"),
    "installation": "install",
}
"""Kinds of visits that the lists have under another word."""


def answer(
    desk: Desk,
    listed: ListName,
    item: str,
    yes: bool,
    note: str = "",
    *,
    call_id: int | None = None,
    customer_id: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Record what was found out about an item of a list, of a call or (onboarding) of a customer; its id.

    Raises ``NotFound``, ``NotAllowed``, and ``InvalidInput`` for a list or item that the rules do not know.
    """
    with desk.act("answer_checklist") as writer:
        known = items_of(care_rules(writer.connection), listed)
        if item not in known:
            raise InvalidInput(
                "item", f"the list {listed} has no {plain(item)!r}", f"It has {', '.join(known)}."
            )
        call = writer.get("call", call_id) if call_id is not None else None
        if call is None and customer_id is None:
            raise InvalidInput("call", "neither a call nor a customer is named")
        if call is None:
            writer.get("customer", customer_id or 0)
        return write_answer(
            writer,
            listed,
            item,
            Answer(yes, note),
            desk.when(happened_at),
            call=call,
            customer_id=customer_id,
        )


def write_answer(
    writer: Writer,
    listed: ListName,
    item: str,
    found: Answer,
    when: datetime,
    *,
    call: RowMapping | Mapping[str, Any] | None = None,
    customer_id: int | None = None,
) -> int:
    """Store an answer within an act, in place of an earlier one to the same item; its id."""
    call_id = None if call is None else int(call["id"])
    of = _of(call_id, customer_id)
    query = sa.select(checklist_answer).where(
        of, checklist_answer.c.list == listed, checklist_answer.c.item == item
    )
    values = {
        "operator_id": writer.operator_id,
        "yes": int(found.yes),
        "note": plain_block(found.note),
        "happened_at": when,
    }
    row = writer.connection.execute(query.order_by(checklist_answer.c.id.desc()).limit(1)).mappings().first()
    if row is not None:
        writer.update(
            "checklist_answer", row, values, act="answer_checklist", happened_at=when, call_id=call_id
        )
        return int(row["id"])
    values |= {
        "list": listed,
        "item": item,
        "call_id": call_id,
        "customer_id": customer_id if call is None else call["customer_id"],
    }
    return writer.insert(
        "checklist_answer", values, act="answer_checklist", happened_at=when, call_id=call_id
    )


def answers_of(
    connection: Connection, listed: ListName, *, call_id: int | None = None, customer_id: int | None = None
) -> dict[str, Answer]:
    """The answers to a list by item, of a call, else those of a customer that belong to no call."""
    query = (
        sa.select(checklist_answer.c.item, checklist_answer.c.yes, checklist_answer.c.note)
        .where(_of(call_id, customer_id), checklist_answer.c.list == listed)
        .order_by(checklist_answer.c.id)
    )
    return {item: Answer(bool(yes), note) for item, yes, note in connection.execute(query)}


def checklist(
    connection: Connection,
    rules: CareRules,
    listed: ListName,
    kind: str,
    *,
    call_id: int | None = None,
    customer_id: int | None = None,
) -> Checklist:
    """A list of the rules for a kind of work, with its answers."""
    word = plain(kind).casefold()
    items = list_for(getattr(rules, listed), WORK_KINDS.get(word, word))
    return gone_through(items, answers_of(connection, listed, call_id=call_id, customer_id=customer_id))


def items_of(rules: CareRules, listed: ListName) -> dict[str, ListItem]:
    """Every item of a list by its key, of whatever kind of work."""
    if listed not in LISTS:
        raise InvalidInput("list", f"{plain(listed)!r} is not a list", f"There are {', '.join(LISTS)}.")
    lists: Mapping[str, tuple[ListItem, ...]] = getattr(rules, listed)
    return {one.key: one for items in lists.values() for one in items}


def _of(call_id: int | None, customer_id: int | None) -> sa.ColumnElement[bool]:
    if call_id is not None:
        return checklist_answer.c.call_id == call_id
    return sa.and_(checklist_answer.c.customer_id == customer_id, checklist_answer.c.call_id.is_(None))
