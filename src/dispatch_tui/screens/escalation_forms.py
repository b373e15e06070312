"""What the room of an escalated matter asks for before something is added to it: each returns the act to be done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.care.coming import FORMS, coming
from dispatch_tui.desk import escalation_parts as parts
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching
from dispatch_tui.screens.form import Field, FormDialog, Typed
from dispatch_tui.store.escalations import Room, contacts_of
from dispatch_tui.store.queries import operators
from dispatch_tui.text import digits_of, plain
from dispatch_tui.themes import Look

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

Work = Callable[[], object]
Ask = Callable[["WorkbenchApp", Desk, Room, Look], Awaitable[Work | None]]
"""Asks for one thing; ``None`` where that was left."""


async def ask_option(app: WorkbenchApp, desk: Desk, found: Room, look: Look) -> Work | None:
    """What it is, what it costs, when it would be ready, how risky."""
    read = partial(_option, desk, found)
    fields = (
        Field("what", "What", "", "a loaner until the part is here"),
        Field("cost", f"Cost {found.currency}", "", "1250.00, or 0"),
        Field("ready_at", "Ready", "", "2d, fri 14:00 or 2026-03-05 14:00"),
        Field("risk", "Risk", "", "low, medium or high"),
    )
    typed = await app.push_screen_wait(FormDialog("Another option", fields, read, verb="add it"))
    return None if typed is None else read(typed)


def _option(desk: Desk, found: Room, typed: Typed) -> Work:
    risks = [
        one
        for one in parts.RISKS
        if typed["risk"].strip() and one.startswith(typed["risk"].strip().casefold())
    ]
    what = _said(typed["what"])
    cost = _minor(typed["cost"], found.currency)
    ready = coming(typed["ready_at"], desk.clock.now(), found.line.zone, field="ready_at")
    if len(risks) != 1:
        raise InvalidInput("risk", "is not told", "Write low, medium or high.")
    return partial(
        parts.add_option,
        desk,
        found.line.id,
        what,
        cost_minor=cost,
        currency=found.currency,
        ready_at=ready,
        risk=risks[0],
    )


async def ask_action(app: WorkbenchApp, desk: Desk, found: Room, look: Look) -> Work | None:
    """What is to be done, by when, by whom."""
    read = partial(_action, desk, found)
    fields = (
        Field("what", "What", "", "order the compressor"),
        Field("due_at", "Due", "", "2d, fri 14:00 or 2026-03-05 14:00"),
    )
    typed = await app.push_screen_wait(
        FormDialog("Corrective action", fields, read, hint=FORMS, verb="go on")
    )
    if typed is None:
        return None
    owner = await pick_operator(app, desk, "Who does it?", look)
    return None if owner is None else partial(read(typed), owner_id=owner)


def _action(desk: Desk, found: Room, typed: Typed) -> Callable[..., object]:
    due = coming(typed["due_at"], desk.clock.now(), found.line.zone, field="due_at")
    return partial(parts.add_action, desk, found.line.id, _said(typed["what"]), due_at=due)


async def ask_check(app: WorkbenchApp, desk: Desk, found: Room, look: Look) -> Work | None:
    """What is looked at after the fix."""
    dialog = TextDialog(
        "What is looked at after the fix?", "Such as: runs an hour at full load.", verb="add it"
    )
    what = await app.push_screen_wait(dialog)
    return None if what is None else partial(parts.add_check, desk, found.line.id, what)


async def ask_person(app: WorkbenchApp, desk: Desk, found: Room, look: Look) -> Work | None:
    """One of ours or of theirs, and which part they have in it."""
    choices = await asyncio.to_thread(_people, desk, found)
    who = await app.push_screen_wait(PickDialog("Who belongs to it?", matching(choices), look))
    if who is None:
        return None
    side, _, key = who.partition(":")
    dialog = TextDialog(
        "Their part in it",
        "Such as: orders parts, decides, plant manager.",
        check=lambda _: "",
        verb="add them",
    )
    part = await app.push_screen_wait(dialog)
    if part is None:
        return None
    return partial(parts.add_person, desk, found.line.id, **{f"{side}_id": int(key)}, part=part)


def _people(desk: Desk, found: Room) -> list[Choice]:
    """Who is not in it yet: the customer's contacts, then ours."""
    with desk.store.read() as connection:
        theirs = contacts_of(connection, found.line.customer_id)
        ours = operators(connection)
    return [
        *(
            Choice(f"contact:{one.id}", one.name, "theirs", one.note)
            for one in theirs
            if one.id not in found.matter.theirs
        ),
        *(
            Choice(f"operator:{one.id}", one.name or one.account, "ours", one.role)
            for one in ours
            if one.id not in found.matter.ours
        ),
    ]


async def pick_operator(app: WorkbenchApp, desk: Desk, title: str, look: Look) -> int | None:
    """One of us who may act, oneself first."""

    def read() -> list[Choice]:
        with desk.store.read() as connection:
            known = [one for one in operators(connection) if one.role != "viewer"]
        known.sort(key=lambda one: one.id != desk.operator.id)
        return [
            Choice(
                str(one.id),
                one.name or one.account,
                "you" if one.id == desk.operator.id else one.account,
                one.role,
            )
            for one in known
        ]

    chosen = await app.push_screen_wait(PickDialog(title, matching(await asyncio.to_thread(read)), look))
    return None if chosen is None else int(chosen)


def _said(text: str) -> str:
    if not plain(text):
        raise InvalidInput("what", "It is empty", "Say it in a few words.")
    return plain(text)


def _minor(text: str, currency: str) -> int:
    """Minor units of an amount. Raises ``InvalidInput``."""
    try:
        amount = Decimal(text.strip().replace(",", "") or "0")
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise InvalidInput("cost", f"{plain(text)} is no amount", "Write it as 1250.00.")
    return round(amount.scaleb(digits_of(currency)))
