"""What many customers should hear from us at once: a delay that reaches several sites, news or a recall of a model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.care.coming import coming
from dispatch_tui.desk.delays import Running, add_delay, end_delay, running
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.model_news import add_news, owners
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.dialogs import AskDialog, Choice, PickDialog, matching
from dispatch_tui.screens.escalations import check_may
from dispatch_tui.screens.form import Field, FormDialog, Typed
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import age, plain

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.screens.unit import UnitScreen


_NEW = "new"


async def delay_calls(app: WorkbenchApp, rows: Sequence[QueueRow]) -> None:
    """Ask what holds up these calls and by how much; each of their customers is on the call-first list then.
    While a delay runs, it is asked first whether that one is over."""
    desk = (await app.session_ready()).desk
    await asyncio.to_thread(check_may, desk, "add_delay")

    def read() -> tuple[Running, ...]:
        with desk.store.read() as connection:
            return running(connection)

    if run := await asyncio.to_thread(read):
        picked = await _new_or_over(app, rows, run, desk.clock.now())
        if picked is None:
            return
        if picked != _NEW:
            await _over(app, desk, next(one for one in run if str(one.id) == picked))
            return
    if rows:
        await _late(app, desk, rows)


async def _new_or_over(
    app: WorkbenchApp, rows: Sequence[QueueRow], run: Sequence[Running], now: datetime
) -> str | None:
    choices = [
        Choice(
            str(one.id),
            f"over: {plain(one.cause)}",
            f"{one.untold} to be told",
            f"{age(now - one.known_at)} ago",
        )
        for one in run
    ]
    if rows:
        choices.insert(0, Choice(_NEW, "something else delays", _named(rows)))
    return await app.push_screen_wait(PickDialog("Delays", matching(choices), app.look))


async def _over(app: WorkbenchApp, desk: Desk, one: Running) -> None:
    """Nobody need be told of it any more; asked for again, as it cannot be taken back."""
    calls = f"{one.untold} calls" if one.untold != 1 else "1 call"
    words = f"The customers of {calls} were not told of it; they need not be called about it then."
    question = AskDialog(f"Is it over? {plain(one.cause)}", words, (("enter", "it is over"),))
    if await app.push_screen_wait(question) is not None:
        await asyncio.to_thread(end_delay, desk, one.id)
        app.look_again()
        app.notify(f"Over: {plain(one.cause)}")


def _named(rows: Sequence[QueueRow]) -> str:
    return f"{len(rows)} calls" if len(rows) != 1 else plain(rows[0].number)


async def _late(app: WorkbenchApp, desk: Desk, rows: Sequence[QueueRow]) -> None:
    many = f"{_named(rows)} {'come' if len(rows) != 1 else 'comes'}"
    fields = (
        Field("cause", "What delays", "", "the road to the north is closed"),
        Field("later", "How much later", "", "45m or 2h, than each was promised"),
    )
    read = partial(_delay, desk)
    typed = await app.push_screen_wait(FormDialog(f"{many} later than promised", fields, read))
    if typed is not None:
        cause, later = read(typed)
        await asyncio.to_thread(add_delay, desk, cause, dict.fromkeys((row.id for row in rows), later))
        app.look_again()
        app.notify(f"{len(rows)} to be told: f lists whom to call first")


def _delay(desk: Desk, typed: Typed) -> tuple[str, timedelta]:
    cause = plain(typed["cause"])
    if not cause:
        raise InvalidInput("cause", "says nothing", "Say what the customers will be told.")
    now = desk.clock.now()
    return cause, coming(typed["later"], now, UTC, field="later") - now


async def tell_of_model(page: UnitScreen, model_id: int, name: str) -> None:
    """Ask what is new about a model; everybody who has one is on the call-first list then."""
    await asyncio.to_thread(check_may, page.desk, "add_news")
    fields = (
        Field("what", "What", "", "the door lock is to be changed, free of charge"),
        Field("recall", "A recall?", "no", "yes or no"),
        Field("public_at", "Public", "", "tomorrow 9:00; empty: nobody else will say so"),
    )
    read = partial(_news, page.desk)
    typed = await page.app.push_screen_wait(FormDialog(f"News of {plain(name)}", fields, read))
    if typed is None:
        return
    what, recall, public_at = read(typed)

    def save() -> int:
        add_news(page.desk, model_id, what, recall=recall, public_at=public_at)
        with page.desk.store.read() as connection:
            return len(owners(connection, model_id))

    told = await asyncio.to_thread(save)
    page.app.look_again()
    page.say(f"{told} to be told: f in the queue lists whom to call first.", "news")


def _news(desk: Desk, typed: Typed) -> tuple[str, bool, datetime | None]:
    what, recall = plain(typed["what"]), typed["recall"].strip().casefold()
    if not what:
        raise InvalidInput("what", "says nothing", "Say what the owners will be told.")
    if recall not in ("yes", "no", "y", "n"):
        raise InvalidInput("recall", "is neither yes nor no")
    public = typed["public_at"].strip()
    when = coming(public, desk.clock.now(), UTC, field="public_at") if public else None
    return what, recall.startswith("y"), when
