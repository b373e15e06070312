"""Ways into the log dialog, and what follows when something was logged: the e-mail after a try, a word for the bar."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dispatch_tui.care.contacts import whom_to_reach
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.voicemail import Draft
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.conversations import Logged
from dispatch_tui.desk.drafts import KeptDraft
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens import log_drafts
from dispatch_tui.screens.dialogs import AskDialog, Choice, PickDialog, TextDialog, matching
from dispatch_tui.screens.log import LogScreen
from dispatch_tui.screens.log_form import LogForm, form_from
from dispatch_tui.screens.log_view import NOTHING, Matter
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.queue_view import QueueView
from dispatch_tui.store.conversations import Partner, partner
from dispatch_tui.text import age, plain

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp


class Opening(NamedTuple):
    """What the dialog begins with."""

    about: Partner
    rules: CareRules
    form: LogForm
    taken_up: bool


def draft_key(customer_id: int | None, call_id: int | None) -> str:
    """Where the draft of a conversation is kept."""
    return f"log:call:{call_id}" if call_id is not None else f"log:customer:{customer_id}"


async def log_about_call(app: WorkbenchApp, call_id: int) -> None:
    """Log a contact about a call."""
    await log_about(app, None, call_id)


async def log_about(
    app: WorkbenchApp,
    customer_id: int | None,
    call_id: int | None,
    *,
    matter: Matter = NOTHING,
    way: str = "",
) -> Logged | None:
    """Open the dialog, with the draft that was left, and say how it went; what was recorded."""
    session = await app.session_ready()
    key = draft_key(customer_id, call_id)

    def read() -> Opening:
        with session.desk.store.read() as connection:
            about, rules = partner(connection, customer_id, call_id), care_rules(connection)
        kept = log_drafts.take_up(session.desk, key)
        if kept is not None:
            return Opening(about, rules, form_from(kept.content), taken_up=True)
        reach = whom_to_reach(about.contacts, about.contact_id)
        contact = str(reach.contact.id) if reach.contact is not None else ""
        tells = matter.bad_news and way != "voicemail"  # who reaches nobody has told nothing yet
        form = LogForm(contact=contact, bad_news="yes" if tells else "")
        return Opening(about, rules, form, taken_up=False)

    await asyncio.to_thread((await app.work_ready()).check, "log_contact", ())
    opening = await asyncio.to_thread(read)
    form = replace(opening.form, way=way) if way else opening.form
    first = "said" if way or opening.taken_up else "way"
    screen = LogScreen(
        session, opening.about, opening.rules, app.look, form=form, key=key, matter=matter, first=first
    )
    if opening.taken_up:
        screen.call_after_refresh(screen.say, "Your draft: go on, or Ctrl+t throws it away.", "news")
    where = app.screen
    await app.push_screen_wait(screen)
    app.queue_screen.after_act(bulk=False)
    logged = screen.logged
    if logged is None:
        return None
    for one in {app.queue_screen, where}:
        if isinstance(one, Page | QueueView):
            one.say(_done_words(opening.about, logged, app), "news")
    if logged.mail is not None:
        await offer_mail(app, logged.mail, _done_words(opening.about, logged, app))
    return logged


def _done_words(about: Partner, logged: Logged, app: WorkbenchApp) -> str:
    who = plain(about.number) or plain(about.customer)
    if logged.mail is None:
        return f"{who} contact logged"
    if logged.retry is None:
        return f"{who} try logged, the last of the ladder: try another contact or another way"
    return f"{who} try logged, the next one in {age(logged.retry.at - app.clock.now())}"


async def offer_mail(app: WorkbenchApp, mail: Draft, words: str) -> None:
    """Show the e-mail that confirms a try, to copy or to write to a file. It is never sent from here."""
    text = f"To: {mail.to or '(no address on record)'}\nSubject: {mail.subject}\n\n{mail.body}\n"
    answers = (("y", "copy"), ("w", "write to a file"))
    answer = await app.push_screen_wait(AskDialog(f"{words}. The e-mail that confirms it:", text, answers))
    if answer == "y":
        app.copy_to_clipboard(text)
        app.queue_screen.say("E-mail copied", "news")
    elif answer == "w":
        dialog = TextDialog("Write the e-mail to which file?", value="voicemail.txt", verb="write")
        name = await app.push_screen_wait(dialog)
        if name is not None:
            await asyncio.to_thread(_write_mail, Path(name).expanduser(), text)
            app.queue_screen.say(f"E-mail written to {name}", "news")


def _write_mail(path: Path, text: str) -> None:
    """Raises ``InvalidInput`` where it cannot be written, also over a file that is there."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InvalidInput("file", f"{path}: {error.strerror}", "Give another name.") from None


async def go_on_with_draft(app: WorkbenchApp) -> None:
    """Take up what was begun: the only draft, or one of several."""
    session = await app.session_ready()
    kept = await asyncio.to_thread(log_drafts.drafts_of, session.desk)
    if not kept:
        app.queue_screen.say("No drafts: nothing that you wrote is unsaved.")
        return
    chosen: str | None = kept[0].key
    if len(kept) > 1:
        now = app.clock.now()

        def named() -> list[Choice]:
            with session.desk.store.read() as connection:
                found = [(one, partner(connection, *_ids(one.key))) for one in kept]
            return [
                Choice(
                    one.key,
                    plain(who.number) or plain(who.customer),
                    f"{age(now - one.written_at)} ago",
                    _text(one),
                )
                for one, who in found
            ]

        choices = await asyncio.to_thread(named)
        chosen = await app.push_screen_wait(PickDialog("Drafts", matching(choices), app.look))
    if chosen is not None:
        try:
            await log_about(app, *_ids(chosen))
        finally:
            app.count_soon()


def _text(kept: KeptDraft) -> str:
    return plain(kept.content.get("said") or kept.content.get("plan") or "")


def _ids(key: str) -> tuple[int | None, int | None]:
    """The customer and the call of a draft's key."""
    _, kind, number = key.split(":")
    return (None, int(number)) if kind == "call" else (int(number), None)
