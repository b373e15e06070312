"""What can be done about a conversation that is owed: have it, try it, put it off, hand it over, or say why not."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from dispatch_tui.care.coming import FORMS, coming
from dispatch_tui.desk import deciding
from dispatch_tui.desk.deciding import Offer
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching, typed
from dispatch_tui.screens.log_view import Matter
from dispatch_tui.screens.promising import settle_one
from dispatch_tui.screens.talking import log_about
from dispatch_tui.store.conversations import call_numbers, callers, partner
from dispatch_tui.store.prompts import PromptRow
from dispatch_tui.store.queue import row_by_number
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.screens.call_first import CallFirstScreen
    from dispatch_tui.screens.session import Session

Answered = Literal["accepted", "declined"]


async def log_it(page: CallFirstScreen, row: PromptRow) -> None:
    """Log the conversation."""
    await log_about(page.app, row.customer_id, _call(row), matter=Matter(row, page.talk_of(row)))


async def voicemail(page: CallFirstScreen, row: PromptRow) -> None:
    """Log a try that reached nobody: the next one is booked, the e-mail drafted."""
    await log_about(
        page.app, row.customer_id, _call(row), matter=Matter(row, page.talk_of(row)), way="voicemail"
    )


async def retime(page: CallFirstScreen, row: PromptRow) -> None:
    """Call later; after the last useful minute only with a reason."""
    session, now = page.session, page.app.clock.now()

    def zone_of() -> datetime:
        with session.desk.store.read() as connection:
            return now.astimezone(partner(connection, row.customer_id, _call(row)).zone)

    there = await asyncio.to_thread(zone_of)
    assert there.tzinfo is not None
    zone = there.tzinfo

    def fault(text: str) -> str:
        try:
            coming(text, now, zone)
        except InvalidInput as error:
            return f"{error.reason}. {error.remedy}"
        return ""

    title = f"Call {_who(row)} when? It is {there:%a %H:%M} there"
    typed = await page.app.push_screen_wait(TextDialog(title, FORMS, check=fault, verb="put it off"))
    if typed is None:
        return
    until, why = coming(typed, now, zone), ""
    if until > row.useful_until:
        hint = "That is after the last minute at which a call helps."
        answer = await page.app.push_screen_wait(TextDialog("Why so late?", hint, verb="put it off"))
        if answer is None:
            return
        why = answer
    await asyncio.to_thread(deciding.retime, session.desk, row, until, why)
    page.last_decided = row
    page.say(f"{_who(row)} comes back {until.astimezone(zone):%a %H:%M}; u takes it back", "news")


async def override(page: CallFirstScreen, row: PromptRow) -> None:
    """Not to call, and why."""
    title = f"Why does {_who(row)} need no call?"
    dialog = TextDialog(
        title,
        "It is kept with your name.",
        verb="take it off",
        about=f"no call {row.party.kind} {row.party.id}",
    )
    async with typed(page.app, dialog) as why:
        if why is None:
            return
        await asyncio.to_thread(deciding.override, page.session.desk, row, why)
    page.last_decided = row
    page.say(f"{_who(row)} is off the list; u takes it back", "news")


async def take_back(page: CallFirstScreen) -> None:
    """Put back what was put off or taken off last."""
    row = page.last_decided
    if row is None:
        page.say("Nothing to take back: a logged conversation stays.")
        return
    await asyncio.to_thread(deciding.take_back, page.session.desk, row)
    page.last_decided = None
    page.say(f"{_who(row)} is back on the list", "news")


async def hand_over(page: CallFirstScreen, row: PromptRow) -> None:
    """Offer it to somebody else; it stays here until they accept."""
    desk = page.session.desk

    def read() -> list[Choice]:
        with desk.store.read() as connection:
            return [
                Choice(str(one.id), one.account, one.role, one.name)
                for one in callers(connection)
                if one.id != desk.operator.id
            ]

    choices = await asyncio.to_thread(read)
    dialog = PickDialog(
        f"Who calls {_who(row)}?", matching(choices), page.look, empty="Nobody else may call."
    )
    taker = await page.app.push_screen_wait(dialog)
    if taker is None:
        return
    note = await page.app.push_screen_wait(
        TextDialog("A word for them?", "May be empty.", check=lambda _text: "", verb="offer it")
    )
    if note is None:
        return
    await asyncio.to_thread(deciding.offer, desk, row, int(taker), note)
    name = next(one.title for one in choices if one.id == taker)
    page.say(f"Offered to {plain(name)}; it is yours until they accept", "news")


async def answer(page: CallFirstScreen, offer: Offer, status: Answered) -> None:
    """Accept what was offered, or decline it."""
    await asyncio.to_thread(deciding.answer, page.session.desk, offer.id, status, version=offer.version)
    page.say(f"{plain(offer.customer) or 'the call'} {status}", "news")


async def promise(page: CallFirstScreen, row: PromptRow) -> None:
    """Say what became of a promise to them."""
    words = await settle_one(page.app, row.customer_id, row.call_id)
    if words:
        page.say(words, "news")


async def replacement(page: CallFirstScreen, row: PromptRow) -> None:
    """Repair or replace, for the unit of the call that owes a recommendation, else of the first call."""
    from dispatch_tui.screens.unit_ways import show_replacement

    owed = next((one.call_id for one in row.reasons if one.opens == "roi" and one.call_id), _call(row))
    await show_replacement(page.app, await _queue_row(page.session, owed))


async def open_in_queue(app: WorkbenchApp, session: Session, row: PromptRow) -> None:
    """The call in the queue, or its story below it."""
    from dispatch_tui.screens.unit import show_in_queue

    await show_in_queue(app, (await _queue_row(session, _call(row))).number)


async def _queue_row(session: Session, call_id: int | None) -> QueueRow:
    def read() -> QueueRow | None:
        with session.desk.store.read() as connection:
            number = call_numbers(connection, [call_id]).get(call_id) if call_id is not None else None
            return row_by_number(connection, number[0]) if number is not None else None

    found = await asyncio.to_thread(read)
    if found is None:
        raise NotFound("call", "behind this prompt", "It is about the customer, not about a call.")
    return found


def _call(row: PromptRow) -> int | None:
    """The call that the conversation is logged on: the most pressing reason's."""
    return row.call_ids[0] if row.call_ids else None


def _who(row: PromptRow) -> str:
    return plain(row.customer) or "this customer"
