"""How a call or visit ended: asked on one page, with what follows by rule before it is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Literal

from dispatch_tui.care.closing import OUTCOMES, Closing
from dispatch_tui.care.coming import coming
from dispatch_tui.care.followups import OpenItem
from dispatch_tui.care.ratings import HIGHEST
from dispatch_tui.clock import Clock
from dispatch_tui.desk.ending import Answers, Ending
from dispatch_tui.errors import DispatchError, InvalidInput
from dispatch_tui.records import Visit
from dispatch_tui.screens.act_words import DONE_WORDS
from dispatch_tui.screens.acts import draft_of, tell_refusals
from dispatch_tui.screens.asking import AskingScreen, Matter, Shown, Typed
from dispatch_tui.sla.rank import minutes_of
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.asking_lines import Ask
from dispatch_tui.widgets.closing_lines import following_lines, moment_words

if TYPE_CHECKING:
    from dispatch_tui.screens.queue_view import QueueView

_LABELS = {
    "outcome": "How did it end?",
    "problem": "What failed?",
    "cause": "Why?",
    "avoid": "How to avoid it",
    "expect": "What to expect",
    "next_step": "Next step",
    "next_step_at": "By when",
    "confirmation": "Confirmed by them",
    "done": "What was done",
    "open_items": "Left open",
    "rating": "Their rating, 1 to 5",
    "labour_minutes": "How long was the work?",
    "downtime_minutes": "How long was it down?",
}
_HINTS = {
    "next_step": "what happens next, in words that the customer understands",
    "next_step_at": "45m, 14:30, tomorrow 9:00, fri 14:00",
    "open_items": "send the manual by fri 14:00; spare key by tomorrow",
    "rating": "5 quick and clean; only what the customer said",
    "done": "in words that the customer understands",
    "labour_minutes": "1h 30m, 45m; empty where nobody knows",
    "downtime_minutes": "how long the unit stood still: 2h, 1d 4h, 0; what a replacement would have saved",
}
_NOT = "no: "
_VERBS = {"resolve": "Resolve", "close": "Close", "finish_visit": "Visit done"}


async def end_calls(screen: QueueView, act: Literal["resolve", "close"], rows: Sequence[QueueRow]) -> None:
    """Ask how calls ended and resolve or close them; several get one answer."""
    work = await screen.app.work_ready()
    await asyncio.to_thread(work.check, act, rows)
    ending = await asyncio.to_thread(work.ending, act, rows)
    named = plain(rows[0].number) if len(rows) == 1 else f"{len(rows)} calls"

    async def save(typed: Typed) -> None:
        answers = answers_of(typed, ending, screen.app.clock.now())
        done, refused = await asyncio.to_thread(work.end_calls, act, rows, answers)
        if not done and (len(rows) == 1 or isinstance(refused[0][1], InvalidInput)):
            raise refused[0][1]  # what is typed stays
        told.append((len(done), refused))

    told: list[tuple[int, Sequence[tuple[QueueRow, DispatchError]]]] = []
    about = "One answer for all; what a call has on record stays."
    if len(rows) == 1:
        about = " · done: ".join(filter(None, (plain(rows[0].title), plain(ending.resolution))))
    matter = Matter(
        f"{_VERBS[act]} {named}",
        about,
        _VERBS[act],
        draft_of(act, rows),
        partial(shown, ending, screen.app.clock),
        partial(read, ending, screen.app.clock),
        save,
    )
    await screen.app.push_screen_wait(AskingScreen(matter, screen.look))
    if told:
        await _tell(screen, act, named, *told[0])


async def end_visit(screen: QueueView, row: QueueRow, visit: Visit) -> bool:
    """Ask how a visit ended; True once it is saved."""
    work = await screen.app.work_ready()
    ending = await asyncio.to_thread(work.visit_ending, visit.id)

    async def save(typed: Typed) -> None:
        answers = answers_of(typed, ending, screen.app.clock.now())
        lengths = lengths_of(typed)
        await asyncio.to_thread(work.finish_visit, visit.id, visit.version, answers, **lengths)

    matter = Matter(
        f"The visit for {plain(row.number)} is done",
        plain(row.title),
        _VERBS["finish_visit"],
        f"finish_visit {visit.id}",
        partial(shown, ending, screen.app.clock),
        partial(read, ending, screen.app.clock),
        save,
    )
    asking = AskingScreen(matter, screen.look)
    await screen.app.push_screen_wait(asking)
    return asking.saved


async def _tell(
    screen: QueueView,
    act: str,
    named: str,
    done: int,
    refused: Sequence[tuple[QueueRow, DispatchError]],
) -> None:
    screen.after_act(bulk=done + len(refused) > 1)
    if done:
        screen.say(f"{named if not refused else f'{done} calls'} {DONE_WORDS[act]}", "news")
    if refused:
        await tell_refusals(screen, refused)


# -- from what is typed to answers ---------------------------------------------------------------


def answers_of(typed: Typed, ending: Ending, now: datetime) -> Answers:
    """What is typed, as answers. Raises ``InvalidInput`` with the field."""
    texts = {name: text for name, text in typed.items() if name in _LABELS and name not in _SPECIAL and text}
    texts |= _confirmation(typed.get("confirmation", ""))
    points, words = rating_of(typed.get("rating", ""))
    when = typed.get("next_step_at", "")
    return Answers(
        texts,
        datetime.fromisoformat(when) if when else None,
        _open_items(typed.get("open_items", ""), now, zone_of(ending.zone)),
        typed.get("done", ""),
        points,
        words,
    )


_LENGTHS = ("labour_minutes", "downtime_minutes")
_SPECIAL = frozenset({"next_step_at", "confirmation", "open_items", "rating", "done", *_LENGTHS})


def lengths_of(typed: Typed) -> dict[str, int]:
    """How long a visit's work and the standstill took, in minutes, by field. Raises ``InvalidInput`` with the field."""
    return {name: minutes_of(name, typed[name]) for name in _LENGTHS if typed.get(name)}


def read(ending: Ending, clock: Clock, field: str, text: str) -> str:
    """An answer in the form in which it is kept. Raises ``InvalidInput``."""
    now = clock.now()
    if field == "next_step_at":
        return coming(text, now, zone_of(ending.zone), field=field).isoformat()
    if field == "open_items":
        _open_items(text, now, zone_of(ending.zone))
    if field == "rating":
        rating_of(text)
    if field in _LENGTHS and text:
        minutes_of(field, text)
    return text


def _confirmation(text: str) -> dict[str, str]:
    if not text:
        return {}
    return {"unconfirmed": text.removeprefix(_NOT)} if text.startswith(_NOT) else {"confirmed": text}


def rating_of(text: str) -> tuple[int | None, str]:
    """Points and their words; no points where nothing is written. Raises ``InvalidInput``."""
    first, _, words = text.strip().partition(" ")
    if not first:
        return None, ""
    if not (first.isdecimal() and 1 <= int(first) <= HIGHEST):
        raise InvalidInput(
            "rating", f"{plain(first)!r} is not 1 to {HIGHEST}", "Give the points, then their words."
        )
    return int(first), words.strip()


def _open_items(text: str, now: datetime, zone: tzinfo) -> tuple[OpenItem, ...]:
    """``what by when``, several parted by semicolons."""
    found = []
    for one in filter(None, (part.strip() for part in text.split(";"))):
        what, by, when = one.rpartition(" by ")
        if not by:
            raise InvalidInput(
                "open_items", f"{plain(one)!r} has no time", "Write: send the manual by fri 14:00."
            )
        found.append(OpenItem(what.strip(), coming(when, now, zone, field="open_items")))
    return tuple(found)


# -- what is shown -------------------------------------------------------------------------------


def shown(ending: Ending, clock: Clock, typed: Typed, width: int, look: Look) -> Shown:
    """The questions after these answers, and what follows by rule."""
    now = clock.now()
    zone = zone_of(ending.zone)
    try:
        answers = answers_of(typed, ending, now)
        made: Closing | InvalidInput = ending.outcome(answers, now)
    except InvalidInput as missing:
        made = missing
    return Shown(_asks(ending, typed, zone), tuple(following_lines(made, ending, zone, width, look)))


def _asks(ending: Ending, typed: Typed, zone: tzinfo) -> tuple[Ask, ...]:
    asked = ending.asks({"outcome": typed.get("outcome", "")})
    needed = {"outcome", *(one.field for one in asked if one.needed)}
    asks: list[Ask] = []
    if ending.act != "close":
        work = plain(ending.known.work)
        resolving = ending.act == "resolve" and not work
        asks.append(_ask("done", typed, needed=resolving, known="visit" if work else "", value=work))
    first = ("outcome", "problem", "cause", "next_step", "next_step_at")
    asks += [_asked(field, ending, typed, needed, zone) for field in first]
    asks.append(_confirming(ending, typed))
    asks += [_asked(field, ending, typed, needed, zone) for field in ("avoid", "expect")]
    lengths = _LENGTHS if ending.act == "finish_visit" else ()
    asks += [_ask(field, typed) for field in (*lengths, "open_items", "rating")]
    return tuple(asks)


def _asked(field: str, ending: Ending, typed: Typed, needed: Collection[str], zone: tzinfo) -> Ask:
    known = plain(ending.known.texts.get(field, ""))
    if not known:
        return _ask(field, typed, needed=field in needed, zone=zone)
    words = moment_words(known, zone) if field == "next_step_at" else ""
    return _ask(field, typed, known=ending.known.told_by[field], value=known)._replace(words=words)


def _confirming(ending: Ending, typed: Typed) -> Ask:
    known = ending.known.texts
    for field, before in (("confirmed", ""), ("unconfirmed", _NOT)):
        if plain(known.get(field, "")):
            value = f"{before}{plain(known[field])}"
            return _ask("confirmation", typed, known=ending.known.told_by[field], value=value)
    choices = ending.rules.closing.confirmation
    if ending.confirming:
        choices = (*choices, *(f"{_NOT}{one}" for one in ending.rules.closing.no_confirmation))
    return _ask("confirmation", typed, needed=ending.confirming)._replace(choices=choices)


def _ask(
    field: str,
    typed: Typed,
    *,
    needed: bool = False,
    known: str = "",
    value: str = "",
    zone: tzinfo | None = None,
) -> Ask:
    given = "" if known else typed.get(field, "")
    words = typed_again = ""
    if field == "next_step_at" and given and zone is not None:
        words = moment_words(given, zone)
        typed_again = f"{datetime.fromisoformat(given).astimezone(zone):%Y-%m-%d %H:%M}"
    return Ask(
        field,
        _LABELS[field],
        value if known else given,
        needed,
        _HINTS.get(field, ""),
        OUTCOMES if field == "outcome" else (),
        known,
        words,
        typed_again,
    )
