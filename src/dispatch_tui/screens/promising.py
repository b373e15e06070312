"""What became of a promise: kept, kept in part, broken, or waived by the customer; explained where it was not kept."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from dispatch_tui.desk.promises import settle_promise
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching, typed
from dispatch_tui.store.conversations import OwedPromise, partner
from dispatch_tui.text import age, plain

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

_OUTCOMES: Final = (
    Choice("kept", "Kept", "done by then"),
    Choice("partly", "Partly", "some of it, or all of it late"),
    Choice("broken", "Broken", "not done"),
    Choice("waived", "Waived", "the customer let us off"),
)
_HINTS: Final = {
    "partly": "What were they told about it?",
    "broken": "What were they told about it?",
    "waived": "How did they say so?",
}


async def settle_one(app: WorkbenchApp, customer_id: int | None, call_id: int | None) -> str:
    """Ask which open promise it is and what became of it; what was done in words, empty where it was left.

    Raises what :func:`dispatch_tui.desk.promises.settle_promise` does.
    """
    session = await app.session_ready()

    def read() -> tuple[OwedPromise, ...]:
        with session.desk.store.read() as connection:
            return partner(connection, customer_id, call_id).promises

    owed = await asyncio.to_thread(read)
    if not owed:
        return "No promise is open."
    now = app.clock.now()
    choices = [
        Choice(
            str(one.id),
            plain(one.what),
            f"{age(abs(one.due_at - now))} {'late' if one.due_at < now else 'left'}",
        )
        for one in owed
    ]
    which = await app.push_screen_wait(PickDialog("Which promise?", matching(choices), app.look))
    if which is None:
        return ""
    outcome = await app.push_screen_wait(PickDialog("What became of it?", matching(_OUTCOMES), app.look))
    if outcome is None:
        return ""
    settle = partial(settle_promise, session.desk, int(which), outcome)
    if outcome in _HINTS:
        dialog = TextDialog(
            _HINTS[outcome], "It is kept with the promise.", about=f"promise {which} {outcome}"
        )
        async with typed(app, dialog) as told:
            if told is None:
                return ""
            await asyncio.to_thread(settle, explained=told)
    else:
        await asyncio.to_thread(settle)
    app.queue_screen.after_act(bulk=False)
    return f"Promise {outcome}"
