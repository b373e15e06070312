"""The acts of the queue screen: what each asks for, how it is done in a worker, and how a refusal is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dispatch_tui.errors import Conflict, DatabaseProblem, DispatchError, NotWritten
from dispatch_tui.screens.act_words import DONE_WORDS
from dispatch_tui.screens.asking import AskingScreen, Typed
from dispatch_tui.screens.dialogs import AskDialog, Choice, PickDialog, TextDialog, matching, typed
from dispatch_tui.screens.intake import intake_matter
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import plain
from dispatch_tui.widgets.moments import zone

if TYPE_CHECKING:
    from dispatch_tui.desk.calls import Done
    from dispatch_tui.records import Call
    from dispatch_tui.screens.queue_view import QueueView
    from dispatch_tui.screens.work import Work

PRIORITIES = (
    Choice("1", "P1", "people or production stand still"),
    Choice("2", "P2", "works badly, soon stands still"),
    Choice("3", "P3", "ordinary"),
    Choice("4", "P4", "can wait some days"),
    Choice("5", "P5", "with the next visit"),
)


class Question(NamedTuple):
    """What a text act asks for: the title (with ``{calls}``), and a hint below it."""

    title: str
    hint: str
    verb: str


QUESTIONS = {
    "hold": Question(
        "Hold {calls}: what does it wait for?",
        "The customer will be told this. “until fri 14:00” at the end says when it goes on.",
        "hold",
    ),
    "reopen": Question("Reopen {calls}: what does the customer report?", "", "reopen"),
    "cancel": Question("Cancel {calls}: why does nobody need to come?", "", "cancel the call"),
    "note": Question("Note on {calls}", "", "save"),
}


def names(rows: Sequence[QueueRow]) -> str:
    """The calls by number, or how many they are."""
    return plain(rows[0].number) if len(rows) == 1 else f"{len(rows)} calls"


async def do(screen: QueueView, act: str, rows: Sequence[QueueRow]) -> None:
    """Do one act of the desk to rows, after asking for what it needs.

    What cannot be done anyway is refused before anybody has written a text for it.
    """
    if act in QUESTIONS or act in ("assign", "set_priority"):
        work = await screen.app.work_ready()
        await asyncio.to_thread(work.check, act, rows)
    if act == "take" and all(row.operator == screen.app.account for row in rows):
        screen.say(f"{names(rows)}: yours already")
        return
    arguments = await _ask(screen, act, rows)
    if arguments is None:
        return
    done = await perform(screen, act, rows, *arguments)
    if not done and act in QUESTIONS:
        screen.app.keep_draft(draft_of(act, rows), arguments[0])


async def _ask(screen: QueueView, act: str, rows: Sequence[QueueRow]) -> tuple[Any, ...] | None:
    """What the act needs besides the calls; None where the user has left the question."""
    answer: str | None
    if act in QUESTIONS:
        answer = await _ask_text(screen, act, rows)
        return None if answer is None else (answer,)
    if act == "set_priority":
        return await _ask_priority(screen, rows)
    if act == "assign":
        answer = await _ask_technician(screen, rows)
        return None if answer is None else (int(answer),)
    if act == "take" and not await _take_over(screen, rows):
        return None
    return ()


async def _ask_priority(screen: QueueView, rows: Sequence[QueueRow]) -> tuple[Any, ...] | None:
    """Which one; of one call the present one is where the cursor begins, and choosing it changes nothing."""
    now = {str(row.priority) for row in rows}
    choices = [one._replace(hint=f"{one.hint}, as now") if {one.id} == now else one for one in PRIORITIES]
    dialog = PickDialog(f"Priority of {names(rows)}", matching(choices), screen.look, at=min(now))
    answer = await screen.app.push_screen_wait(dialog)
    if answer is None or {answer} == now:
        return None
    return (int(answer),)


async def _ask_text(screen: QueueView, act: str, rows: Sequence[QueueRow]) -> str | None:
    """Ask for the text of an act; what was typed for it before and not done is offered again."""
    question = QUESTIONS[act]
    dialog = TextDialog(
        question.title.format(calls=names(rows)),
        question.hint,
        verb=question.verb,
        about=draft_of(act, rows),
    )
    return await screen.app.push_screen_wait(dialog)


def draft_of(act: str, rows: Sequence[QueueRow]) -> str:
    """Where a draft belongs: to these calls, and no others."""
    return f"{act} {' '.join(sorted(plain(row.number) for row in rows))}"


async def _ask_technician(screen: QueueView, rows: Sequence[QueueRow]) -> str | None:
    """Choose a technician by typing; what speaks for and against each stands beside the name."""
    work = await screen.app.work_ready()
    choices = await asyncio.to_thread(work.technicians, rows[0].id)
    dialog = PickDialog(
        f"Assign {names(rows)} to",
        matching(choices),
        screen.look,
        placeholder="name, team or skill",
        empty="Nobody fits.",
    )
    return await screen.app.push_screen_wait(dialog)


async def _take_over(screen: QueueView, rows: Sequence[QueueRow]) -> bool:
    """Somebody else's call is taken over only on purpose."""
    others = [row for row in rows if row.operator and row.operator != screen.app.account]
    if not others:
        return True
    who = ", ".join(sorted({plain(row.operator) for row in others}))
    dialog = AskDialog(f"{names(others)}: already taken by {who}", "Take it over?", (("t", "take it over"),))
    return await screen.app.push_screen_wait(dialog) == "t"


async def perform(screen: QueueView, act: str, rows: Sequence[QueueRow], *arguments: Any) -> bool:
    """Do an act to rows in a worker, then read the list again and say how it went; True if it was done to any."""
    work = await screen.app.work_ready()
    screen.say(f"{names(rows)} …")
    try:
        done, refused = await asyncio.to_thread(work.act, act, rows, *arguments)
    except NotWritten as problem:
        screen.say("")
        await screen.app.push_screen_wait(AskDialog("Not done", f"{problem.message}\n{problem.remedy}"))
        return False
    except DatabaseProblem as problem:
        screen.app.database_lost(problem)
        screen.say(f"Not done. {problem.message}", "error")
        return False
    screen.after_act(bulk=len(rows) > 1)
    if done:
        which = done[0].call.number if len(done) == 1 else f"{len(done)} calls"
        screen.say(f"{which} {DONE_WORDS[act]}{_until(done[0].call, rows[0])}", "news")
    if refused:
        if not done:
            screen.say("")
        await tell_refusals(screen, refused)
    return bool(done)


def _until(call: Call, row: QueueRow) -> str:
    if call.held_until is None:
        return ""
    return f" until {call.held_until.astimezone(zone(row.site_tz)):%a %-d %b %H:%M}"


async def tell_refusals(screen: QueueView, refused: Sequence[tuple[QueueRow, DispatchError]]) -> None:
    """Who was first, or why the act was not possible."""
    row, error = refused[0]
    if len(refused) == 1:
        somebody = isinstance(error, Conflict) and error.by != screen.app.account
        title = "Somebody was first" if somebody else "Not done"
        words = f"{plain(row.number)}  {plain(row.title)}\n\n{error.message}\n{error.remedy}"
    else:
        title = f"{len(refused)} calls were not changed"
        shown = [f"{plain(one.number)}  {problem.message}" for one, problem in refused[:10]]
        words = "\n".join([*shown, *(["…"] if len(refused) > 10 else [])])
    await screen.app.push_screen_wait(AskDialog(title, words, (("r", "read again"),)))
    screen.after_act(bulk=False)


async def undo(screen: QueueView) -> None:
    """Take back one's last act; raises :class:`NothingToUndo` with the reason."""
    work = await screen.app.work_ready()
    done, act = await asyncio.to_thread(work.undo)
    screen.after_act(bulk=False)
    screen.say(f"{done.call.number} taken back: {DONE_WORDS.get(act, act)}", "news")


async def open_new(screen: QueueView) -> None:
    """Open a call: for which unit or site, what is wrong, how urgent."""
    work = await screen.app.work_ready()
    app = screen.app
    where = await app.push_screen_wait(
        PickDialog(
            "New call: where?",
            lambda query: (Choice("", "No unit yet", "can be added later"),) if not query else (),
            screen.look,
            placeholder="serial, customer or site",
            more=work.places,
            empty="Nothing fits so far.",
        )
    )
    if where is None:
        return
    dialog = TextDialog(
        "New call: what is wrong?", "In a few words.", verb="go on", about=f"new call {where}"
    )
    async with typed(app, dialog) as title:
        if title is None:
            return
        call = await _open(screen, work, where, title)
        if call is None:
            app.keep_draft(dialog.about, title)
            return
    screen.after_act(bulk=False)
    screen.calls.go_to(call.id)
    screen.say(f"{call.number} opened", "news")


async def _open(screen: QueueView, work: Work, where: str, title: str) -> Call | None:
    """How urgent, and what the rules ask; the call, or None where the way was left."""
    app = screen.app
    priority = await app.push_screen_wait(
        PickDialog("New call: how urgent?", matching(PRIORITIES), screen.look)
    )
    if priority is None:
        return None
    opened: list[Done] = []

    async def save(typed: Typed) -> None:
        opened.append(await asyncio.to_thread(work.open_call, where, title, int(priority), typed))

    await app.push_screen_wait(
        AskingScreen(intake_matter(title, await asyncio.to_thread(work.intake), save), screen.look)
    )
    return opened[0].call if opened else None
