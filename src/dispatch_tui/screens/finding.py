"""Ways to another place: the palette, a call by its number, another queue, another order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dispatch_tui.actions import APP, QUEUE, Action, actions_for, key_label, keys_of
from dispatch_tui.errors import NotFound
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching
from dispatch_tui.store.filters import TEXT, Filter, Term
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.store.saved import BUILT_IN
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from dispatch_tui.screens.page import Page
    from dispatch_tui.screens.queue_view import QueueView

_MOTIONS = frozenset(("down", "up", "page_down", "page_up", "top", "end"))
FOUND_CALLS = 8
"""Calls that the palette offers beside actions and queues."""


async def find_anything(screen: QueueView, page: Page | None = None) -> None:
    """The palette: every action of the ``page`` that is looked at, of the program and of the queue; every queue; and
    open calls by their words. What belongs to the queue goes back there first."""
    here = [] if page is None else [one for one in actions_for(page.kind) if one.id not in _MOTIONS]
    actions = {f"here:{one.id}": one for one in here}
    actions |= {f"app:{one.id}": one for one in actions_for(APP) if one.id != "palette"}
    actions |= {f"do:{one.id}": one for one in actions_for(QUEUE) if not one.parameter}
    fixed = matching(
        (*(_action_choice(key, one, screen) for key, one in actions.items()), *_queue_choices(screen))
    )

    def calls(query: str) -> Sequence[Choice]:
        session = screen.app.session
        words = plain(query).split()
        if session is None or not words:
            return ()
        wanted = Filter(tuple(Term(TEXT, ":", (word,)) for word in words))
        return [_call_choice(row) for row in session.search(wanted, FOUND_CALLS)]

    dialog = PickDialog(
        "Find", fixed, screen.look, placeholder="an action, a queue, or words of a call", more=calls
    )
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen is None:
        return
    kind, _, key = chosen.partition(":")
    if kind in ("here", "app"):
        await (page or screen).run_action(f"{'app.' if kind == 'app' else ''}{actions[chosen].method}")
        return
    await screen.app.back_to_queue()
    if kind == "do":
        await screen.run_action(actions[chosen].method)
    elif kind == "queue":
        screen.open_queue(next(one for one in screen.queues if one.id == key))
    else:
        await show_call(screen, key)


async def go_to_number(screen: QueueView) -> None:
    """Ask for a call's number and go there."""
    dialog = TextDialog("Go to a call", placeholder="its number, such as C-1042 or 1042", verb="go")
    number = await screen.app.push_screen_wait(dialog)
    if number is not None:
        await show_call(screen, number)


async def show_call(screen: QueueView, number: str) -> None:
    """Put the cursor on a call; in the queue that is shown or, where it is not in it, among all open calls. A call
    that is over is shown by its story. Raises :class:`NotFound`."""
    session = await screen.app.session_ready()
    row = await asyncio.to_thread(session.by_number, plain(number))
    if row is None:
        raise NotFound(
            "call", plain(number), "Look at the number again, or find it by its words with Ctrl+p."
        )
    if screen.calls.go_to(row.id):
        return
    if row.status in ("closed", "cancelled"):
        screen.show_visitor(row)
        return
    screen.set_filter("", Filter(), reopen=False)
    screen.open_queue(BUILT_IN[0])
    screen.calls.go_to(row.id)


async def pick_queue(screen: QueueView) -> None:
    """Choose among all queues: built in, one's own, one per team and skill."""
    dialog = PickDialog("Queues", matching(_queue_choices(screen)), screen.look)
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen is not None:
        queue_id = chosen.partition(":")[2]
        screen.open_queue(next(one for one in screen.queues if one.id == queue_id))


async def pick_sort(screen: QueueView) -> None:
    """Choose what the queue is sorted by."""
    choices = [
        Choice(sort, words, "as now" if sort == screen.sort else "")
        for sort, (words, _column) in screen.SORTS.items()
    ]
    chosen = await screen.app.push_screen_wait(PickDialog("Sort by", matching(choices), screen.look))
    if chosen is not None:
        screen.set_sort(chosen)


def _action_choice(key: str, action: Action, screen: QueueView) -> Choice:
    return Choice(key, action.title, _keys(action, screen), action.help)


def _keys(action: Action, screen: QueueView) -> str:
    keys = keys_of(action, screen.app.user_keys)
    return key_label(keys[0], ascii_only=screen.look.glyphs.ascii_only) if keys else ""


def _queue_choices(screen: QueueView) -> list[Choice]:
    return [
        Choice(f"queue:{one.id}", one.title, _count(screen.counts.get(one.id)) or "queue")
        for one in screen.queues
    ]


def _count(count: int | None) -> str:
    return "" if count is None else f"{count:,} calls"


def _call_choice(row: QueueRow) -> Choice:
    return Choice(f"call:{row.number}", f"{row.number}  {row.title}", f"{row.customer}  {row.unit}".strip())
