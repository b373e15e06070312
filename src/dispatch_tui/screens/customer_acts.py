"""What one does on a customer's page: open a row, add, change, end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, time
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.desk import checklists, contacts, dealings, escalations, loaners, ratings
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NotFound
from dispatch_tui.screens.closing import rating_of
from dispatch_tui.screens.customer_forms import day_fault, fault_of, split_cost, split_points
from dispatch_tui.screens.dialogs import AskDialog, Choice, PickDialog, TextDialog, matching, typed
from dispatch_tui.store.customer_timeline import in_full
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.queue import row_by_number
from dispatch_tui.store.units import unit_by_serial
from dispatch_tui.text import plain, plain_block

if TYPE_CHECKING:
    from dispatch_tui.desk.customer_record import CustomerRecord
    from dispatch_tui.screens.customer import CustomerScreen
    from dispatch_tui.screens.page import Page
    from dispatch_tui.store.customers import ContactRow

_NOTE_HINTS = {
    "idea": "something they could do",
    "plan": "they grow, move, shrink",
    "delight": "what pleased them",
    "material": "what we sent them",
    "want": "what they would like",
    "need": "what they cannot do without",
    "complaint": "what they hold against us",
    "commendation": "whom or what they praised",
}
_OTHERS = (
    Choice("contact", "Contact", "a person at the customer"),
    Choice("wrong", "Gone wrong", "what went wrong for them"),
    Choice("amend", "Made good", "for the line that the cursor is on"),
    Choice("rating", "Rating", "theirs, of the call that the cursor is on"),
    Choice("loaner", "Loaner", "a unit lent to them"),
    Choice("trust", "Trust entry", "what no record tells of"),
)


async def open_row(screen: CustomerScreen, key: str) -> None:
    """Open what the cursor is on: a call, a unit, a contact to edit, an item to answer, or all that a record says."""
    from dispatch_tui.screens.customer import go_to_call
    from dispatch_tui.screens.unit import UnitScreen

    kind, _, number = key.partition(":")
    record = screen.record
    if not number or record is None:
        return
    if kind == "call":
        go_to_call(screen.app, _call_number(screen, key))
    elif kind == "unit":
        screen.app.push_screen(UnitScreen(screen.desk, int(number), screen.look))
    elif kind == "contact":
        found = next(one for one in record.contacts if one.id == int(number))
        await _edit_contact(screen, found)
    elif kind == "item":
        await _answer(screen, number)
    elif kind == "escalation":
        from dispatch_tui.screens.escalation_room import EscalationScreen

        screen.app.push_screen(EscalationScreen(screen.desk, int(number), screen.look))
    elif kind == "entry":
        event, _, record_id = number.partition(":")
        await show_in_full(screen, screen.desk, _RECORD_OF.get(event, ""), int(record_id))
    elif kind in _KINDS:
        await show_in_full(screen, screen.desk, _KINDS[kind], int(number))


def _call_number(screen: CustomerScreen, key: str) -> str:
    """The number of the call that a line is about; empty where it is about none."""
    kind, _, number = key.partition(":")
    entry = next((one for one in screen.entries if f"{one.kind}:{one.record_id}" == key), None)
    return entry.number if entry is not None else number if kind == "call" else ""


_KINDS = {
    "note": "customer_note",
    "wrong": "gone_wrong",
    **{
        kind: kind
        for kind in (
            *("visit", "interaction", "promise", "customer_note", "gone_wrong"),
            *("loaner", "rating", "recommendation"),
        )
    },
}
_RECORD_OF = {
    **dict.fromkeys(("called_first", "had_to_call"), "interaction"),
    **dict.fromkeys(("promise_kept", "promise_partly", "promise_broken"), "promise"),
    **dict.fromkeys(("visit_good", "visit_bad", "visit_incomplete"), "visit"),
    **dict.fromkeys(("complaint", "commendation", "delight"), "customer_note"),
    **dict.fromkeys(("escalated", "reported_back"), "escalation"),
    **dict.fromkeys(("rated_well", "rated_badly"), "rating"),
    "loaner_lent": "loaner",
}
"""What an entry of the ledger comes from."""


async def show_in_full(page: Page, desk: Desk, kind: str, record_id: int) -> None:
    """Every field of a record, in a box."""

    def read() -> list[tuple[str, str | datetime]]:
        with desk.store.read() as connection:
            return in_full(connection, kind, record_id)

    fields = await asyncio.to_thread(read)
    if not fields:
        page.say("There is no more to it than this line.")
        return
    words = "\n".join(
        f"{name.capitalize()}: {value:%Y-%m-%d %H:%M} UTC"
        if isinstance(value, datetime)
        else f"{name.capitalize()}: {plain_block(value)}"
        for name, value in fields
    )
    page.app.push_screen(AskDialog(kind.replace("_", " ").capitalize(), words))


async def escalate_customer(screen: CustomerScreen) -> None:
    """Escalate something about the customer, and go to its room."""
    from dispatch_tui.screens.escalation_room import EscalationScreen
    from dispatch_tui.screens.escalations import matter_of

    record = screen.record
    if record is None:
        return
    async with typed(screen.app, matter_of(plain(record.card.name))) as title:
        if title is None:
            return
        escalate = partial(escalations.escalate, screen.desk, title, customer_id=record.card.id)
        made = await asyncio.to_thread(escalate)
    screen.app.push_screen(EscalationScreen(screen.desk, made, screen.look))


async def log_contact(screen: CustomerScreen, key: str) -> None:
    """Log a contact: about the call that the cursor is on, else with the customer about no call."""
    from dispatch_tui.screens.talking import log_about

    record = screen.record
    if record is None:
        return
    call = next((one for one in record.calls if key in (f"call:{one.number}", f"call:{one.id}")), None)
    if await log_about(screen.app, record.card.id, None if call is None else call.id) is not None:
        await screen.read_again("The contact is logged.")


async def add(screen: CustomerScreen) -> None:
    """Choose what to add, and write it."""
    record = screen.record
    if record is None:
        return
    choices = [Choice(kind, kind.capitalize(), _NOTE_HINTS[kind]) for kind in dealings.NOTE_KINDS]
    chosen = await screen.app.push_screen_wait(
        PickDialog(f"Add to {plain(record.card.name)}", matching([*choices, *_OTHERS]), screen.look)
    )
    if chosen is None:
        return
    if chosen == "contact":
        await _add_contact(screen)
    elif chosen == "wrong":
        await _write(
            screen, "What went wrong?", partial(dealings.record_gone_wrong, screen.desk, record.card.id)
        )
    elif chosen == "amend":
        await _make_good(screen, record.card.currency)
    elif chosen == "rating":
        await _rate(screen)
    elif chosen == "loaner":
        await _lend(screen, record)
    elif chosen == "trust":
        await _book(screen, record.card.id)
    else:
        await _write(
            screen,
            f"{chosen.capitalize()}: {_NOTE_HINTS[chosen]}",
            partial(dealings.add_note, screen.desk, record.card.id, chosen),
        )


async def end(screen: CustomerScreen, key: str) -> None:
    """A note no longer holds; a loaner is back."""
    kind, _, number = key.partition(":")
    record = screen.record
    if record is None or kind not in ("note", "loaner"):
        screen.say("A note can be ended here, and a loaner given back.")
        return
    if kind == "note":
        note = next(one for one in record.notes if one.id == int(number))
        await _done(
            screen, partial(dealings.end_note, screen.desk, note.id, note.version), "The note has ended."
        )
    else:
        loan = next(one for one in record.loaners if one.id == int(number))
        await _done(
            screen, partial(loaners.give_back, screen.desk, loan.id, loan.version), f"{loan.serial} is back."
        )


async def _write(screen: CustomerScreen, title: str, save: Callable[[str], int]) -> None:
    async with _typed(screen, title, "In a few words.") as words:
        if words is not None:
            await _done(screen, partial(save, words), "Saved.")


async def _make_good(screen: CustomerScreen, currency: str) -> None:
    key = screen.rows.key
    kind, _, number = key.partition(":")
    if kind not in ("wrong", "gone_wrong"):
        screen.say("Put the cursor on what went wrong first, in Notes.")
        return
    how = await screen.app.push_screen_wait(
        PickDialog(
            "How was it made good?",
            matching([Choice(one, one.capitalize()) for one in dealings.AMEND_KINDS]),
            screen.look,
        )
    )
    if how is None:
        return
    hint = "What was done; its cost behind '=', such as: a free filter set = 120.00"
    read = partial(split_cost, currency)
    async with _typed(screen, f"Made good: {how}", hint, read, of=key) as words:
        if words is None:
            return
        what, cost = read(words)
        save = partial(dealings.make_good, screen.desk, int(number), how, what, cost_minor=cost)
        await _done(screen, save, "Saved.")


async def _rate(screen: CustomerScreen) -> None:
    number = _call_number(screen, screen.rows.key)
    if not number:
        screen.say("Put the cursor on the call, or on what happened with it in the timeline, first.")
        return
    hint = "Points from 1 (worst) to 5, then their words: '5 quick and clean'. Only what the customer said."
    async with _typed(screen, f"Their rating of {plain(number)}", hint, rating_of) as said:
        if said is None:
            return
        points, words = rating_of(said)
        assert points is not None

        def save() -> int:
            with screen.desk.store.read() as connection:
                row = row_by_number(connection, number)
            if row is None:
                raise NotFound("call", plain(number))
            return ratings.rate(screen.desk, row.id, points, words=words)

        await _done(screen, save, f"{plain(number)} rated {points} of 5.")


async def _lend(screen: CustomerScreen, record: CustomerRecord) -> None:
    serial = await screen.app.push_screen_wait(TextDialog("Which unit is lent?", "Its serial number."))
    if serial is None:
        return
    day = await screen.app.push_screen_wait(
        TextDialog("Back by when?", "A day such as 2026-12-01; empty where none was agreed.", check=day_fault)
    )
    if day is None:
        return
    zone = zone_of(record.card.tz)
    due = datetime.combine(date.fromisoformat(day), time(23, 59), zone) if day else None

    def save() -> int:
        with screen.desk.store.read() as connection:
            unit_id = unit_by_serial(connection, serial)
        return loaners.lend(screen.desk, unit_id, record.card.id, due_back_at=due)

    await _done(screen, save, f"{serial} is lent.")


async def _book(screen: CustomerScreen, customer_id: int) -> None:
    hint = "Points, then why: '+5 helped us out with a part' or '-8 an old quarrel'."
    async with _typed(screen, "Trust entry", hint, split_points) as words:
        if words is not None:
            points, reason = split_points(words)
            book = partial(dealings.book_trust, screen.desk, customer_id, points, reason)
            await _done(screen, book, "Booked.")


async def _add_contact(screen: CustomerScreen) -> None:
    name = await screen.app.push_screen_wait(TextDialog("New contact", "Their name."))
    if name is None:
        return
    number = await screen.app.push_screen_wait(
        TextDialog(
            "How are they reached?", "A number, or an e-mail address; empty for neither.", check=lambda _: ""
        )
    )
    if number is None:
        return
    field = "email" if "@" in number else "phone"
    save = partial(contacts.add_contact, screen.desk, screen.customer_id, {"name": name, field: number})
    await _done(screen, save, f"{plain(name)} is on record. Enter on the line adds what they asked for.")


async def _edit_contact(screen: CustomerScreen, row: ContactRow) -> None:
    fields = [Choice(field, title, plain(getattr(row, field))) for field, title in contacts.FIELDS.items()]
    chosen = await screen.app.push_screen_wait(PickDialog(plain(row.name), matching(fields), screen.look))
    if chosen is None:
        return
    hint = "mobile, phone, email in the order they asked for" if chosen == "way_order" else ""
    value = await screen.app.push_screen_wait(
        TextDialog(contacts.FIELDS[chosen], hint, value=getattr(row, chosen), check=lambda _: "")
    )
    if value is not None:
        save = partial(contacts.change_contact, screen.desk, row.id, row.version, {chosen: value})
        await _done(screen, save, "Saved.")


async def _answer(screen: CustomerScreen, item: str) -> None:
    answer = await screen.app.push_screen_wait(
        AskDialog("Onboarding", "Does it hold?", (("y", "yes"), ("n", "no")))
    )
    if answer is not None:
        save = partial(
            checklists.answer, screen.desk, "onboarding", item, answer == "y", customer_id=screen.customer_id
        )
        await _done(screen, save, "Answered.")


def _typed(
    screen: CustomerScreen,
    title: str,
    hint: str,
    read: Callable[[str], object] | None = None,
    *,
    of: str = "",
) -> AbstractAsyncContextManager[str | None]:
    """What somebody writes of this customer (``of``: of one of their records). ``read`` raises ``InvalidInput`` for
    what it cannot read. Left, or refused by the desk, the text stands there the next time."""
    check = fault_of(read) if read is not None else None
    about = f"{title} {of or f'customer {screen.customer_id}'}"
    return typed(screen.app, TextDialog(title, hint, check=check, about=about))


async def _done(screen: CustomerScreen, save: Callable[[], object], words: str) -> None:
    """Save in a thread, read again, and say so."""
    await asyncio.to_thread(save)
    await screen.read_again(words)
