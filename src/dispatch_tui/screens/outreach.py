"""What many customers should hear from us at once: a delay that reaches several sites, news or a recall of a model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.care.coming import coming
from dispatch_tui.desk.delays import add_delay
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.model_news import add_news, owners
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.escalations import check_may
from dispatch_tui.screens.form import Field, FormDialog, Typed
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.screens.unit import UnitScreen


async def delay_calls(app: WorkbenchApp, rows: Sequence[QueueRow]) -> None:
    """Ask what holds up these calls and by how much; each of their customers is on the call-first list then."""
    desk = (await app.session_ready()).desk
    await asyncio.to_thread(check_may, desk, "add_delay")
    many = f"{len(rows)} calls come" if len(rows) != 1 else f"{plain(rows[0].number)} comes"
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
