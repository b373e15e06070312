"""Sending somebody: the visit that is planned and moved on."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from dispatch_tui.desk.transitions import VISIT
from dispatch_tui.errors import InvalidInput
from dispatch_tui.records import Visit
from dispatch_tui.screens.brief import show_brief
from dispatch_tui.screens.closing import end_visit
from dispatch_tui.screens.dialogs import Choice, PickDialog, TextDialog, matching, typed
from dispatch_tui.store.details import VisitLine, zone_of
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from dispatch_tui.screens.queue_view import QueueView


_STEP_WORDS = {
    "confirm_visit": "Confirmed by the customer",
    "start_travel": "On the way",
    "arrive": "On site",
    "finish_visit": "Done",
    "call_off": "Called off",
}
_PLAN = "plan"
_FIRST_HOUR, _LAST_HOUR, _WINDOW_HOURS = 7, 19, 2


def windows(now: datetime, zone: tzinfo, days: int = 7) -> list[tuple[datetime, datetime]]:
    """Windows of two hours to offer a customer, by the site's wall clock: those of the next ``days`` days
    (7:00 to 19:00) that have not ended."""
    today = now.astimezone(zone).date()
    found = []
    for day in range(days):
        date = today + timedelta(days=day)
        for hour in range(_FIRST_HOUR, _LAST_HOUR, _WINDOW_HOURS):
            start = datetime(date.year, date.month, date.day, hour, tzinfo=zone)
            end = start.replace(hour=hour + _WINDOW_HOURS)
            if end > now:
                found.append((start, end))
    return found


async def move_visit(screen: QueueView, row: QueueRow) -> None:
    """Plan a visit for a call, or say how the one that is open goes on."""
    session = await screen.app.session_ready()
    detail = await asyncio.to_thread(session.detail, row.id)
    choices = [
        Choice(f"{act} {one.visit.id}", f"{words}: {plain(one.technician) or 'somebody'}", _window(one, row))
        for one in detail.visits
        for act, words in _STEP_WORDS.items()
        if one.visit.status in VISIT[act].sources
    ]
    choices.append(Choice(_PLAN, "Plan a visit", "who, and when"))
    chosen = await screen.app.push_screen_wait(
        PickDialog(f"Visit for {plain(row.number)}", matching(choices), screen.look)
    )
    if chosen == _PLAN:
        await _plan(screen, row)
    elif chosen is not None:
        act, _, visit_id = chosen.partition(" ")
        await _step(screen, row, act, next(o.visit for o in detail.visits if o.visit.id == int(visit_id)))


def _window(line: VisitLine, row: QueueRow) -> str:
    visit = line.visit
    if visit.window_from is None or visit.window_to is None:
        return ""
    zone = zone_of(row.site_tz)
    start, end = visit.window_from.astimezone(zone), visit.window_to.astimezone(zone)
    return f"{start:%a %-d %b %H:%M} to {end:%H:%M}"


async def _plan(screen: QueueView, row: QueueRow) -> None:
    work = await screen.app.work_ready()
    technicians = await asyncio.to_thread(work.technicians, row.id)
    who = await screen.app.push_screen_wait(
        PickDialog("Who goes?", matching(technicians), screen.look, placeholder="name, team or skill")
    )
    if who is None:
        return
    zone = zone_of(row.site_tz)
    offered = windows(screen.app.clock.now(), zone)
    choices = [
        Choice(str(place), f"{start:%a %-d %b}  {start:%H:%M}", f"{_WINDOW_HOURS} hours")
        for place, (start, _) in enumerate(offered)
    ]
    when = await screen.app.push_screen_wait(
        PickDialog(
            f"When? By the site's clock, {zone}",
            matching(choices),
            screen.look,
            placeholder="wed 11:00",
        )
    )
    if when is None:
        return
    assigned = await asyncio.to_thread(work.plan_visit, row.id, int(who), *offered[int(when)])
    screen.after_act(bulk=False)
    screen.say(f"{plain(row.number)} visit planned{', and the call is theirs' if assigned else ''}", "news")


async def _step(screen: QueueView, row: QueueRow, act: str, visit: Visit) -> None:
    work = await screen.app.work_ready()
    move = partial(work.move_visit, act, visit.id, visit.version)
    if act == "finish_visit":
        if await end_visit(screen, row, visit):
            screen.after_act(bulk=False)
            screen.say(f"{plain(row.number)} {_STEP_WORDS[act].lower()}", "news")
        return
    if act == "call_off":
        dialog = TextDialog(
            "Why will nobody come?",
            "Whoever tells the customer needs it.",
            verb="call it off",
            about=f"call off visit {visit.id}",
        )
        async with typed(screen.app, dialog) as reason:
            if reason is None:
                return
            await asyncio.to_thread(move, reason)
        screen.after_act(bulk=False)
        screen.say(f"{plain(row.number)} {_STEP_WORDS[act].lower()}", "news")
        return
    try:
        started = await asyncio.to_thread(move)
    except InvalidInput as refused:
        if refused.field != "acknowledged":
            raise
        await show_brief(screen.app, row.id, visit.id, says=refused.reason)
        return
    screen.after_act(bulk=False)
    words = f"{_STEP_WORDS[act].lower()}{', work has begun' if started else ''}"
    screen.say(f"{plain(row.number)} {words}", "news")
