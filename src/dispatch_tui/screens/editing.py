"""What the editors of agreements and calendars share: a draft with its history, and the way to save it.

A draft is a value; a change makes another one. Nothing is written before the page of effects has been
answered, and who was overtaken by somebody else keeps the draft.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from dispatch_tui.desk.access import find_operator
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.effects import Effect, Progress
from dispatch_tui.desk.reapplying import reapply
from dispatch_tui.errors import Conflict, InvalidInput
from dispatch_tui.screens.dialogs import AskDialog, TextDialog
from dispatch_tui.screens.page import Page
from dispatch_tui.text import plain
from dispatch_tui.themes import Look

Draft = TypeVar("Draft")


class Saved(NamedTuple):
    """What was stored: the record's version, and the agreements whose running calls may be re-applied."""

    version: int
    agreement_ids: Collection[int]


class EditPage(Page, Generic[Draft]):
    """A page with a draft. ``act`` is what saving does at the desk; who may not do it may look."""

    act: str
    thing: ClassVar[str]
    """The word for what is edited."""

    def __init__(self, desk: Desk, record_id: int | None, look: Look) -> None:
        """``record_id`` None: a new one."""
        super().__init__(look)
        self.desk, self.record_id = desk, record_id
        self.version: int | None = None
        self.draft: Draft | None = None
        self.saved: Draft | None = None
        self.before: list[Draft] = []
        self._role = "viewer"

    # What an editor says of itself

    def read_stored(self) -> tuple[Draft, int | None]:
        """What is stored now, and the record's version; in a thread."""
        raise NotImplementedError

    def effect(self, draft: Draft, progress: Progress) -> Effect:
        """What saving would do to running calls; in a thread."""
        raise NotImplementedError

    def write(self, draft: Draft, version: int | None) -> Saved:
        """Save through the desk; in a thread."""
        raise NotImplementedError

    def name_of(self, draft: Draft) -> str:
        raise NotImplementedError

    def renamed(self, draft: Draft, name: str) -> Draft:
        raise NotImplementedError

    # Reading

    async def read(self) -> None:
        """Show what is stored; a draft that was changed is one step of undo away."""
        before = self.draft
        stored, self.version = await asyncio.to_thread(self.read_stored)
        known = await asyncio.to_thread(find_operator, self.desk.store, self.desk.operator.account)
        self._role = known.role if known is not None else "viewer"
        if before is not None and before != stored:
            self.before.append(before)
        self.draft = self.saved = stored
        self._message = ("", "bar")
        self.paint()

    # Changing

    @property
    def changed(self) -> bool:
        return self.draft is not None and (self.draft != self.saved or self.record_id is None)

    def may_edit(self) -> None:
        """Raises ``NotAllowed`` for who may only look."""
        self.desk.check_role(self.act, self._role)

    def change(self, draft: Draft) -> None:
        """Another draft; the one before can be had again."""
        if self.draft is not None and draft != self.draft:
            self.before.append(self.draft)
            self.draft = draft
        self._message = ("", "bar")
        self.paint()

    async def ask(
        self, title: str, hint: str, value: str, use: Callable[[str], Draft], *, verb: str = "use it"
    ) -> None:
        """Ask for a text and change the draft by ``use(text)``; what it refuses is said where the text stands."""
        self.may_edit()

        def fault(text: str) -> str:
            try:
                use(text)
            except InvalidInput as refused:
                return f"{refused.field}: {refused.reason}. {refused.remedy}".strip()
            return ""

        typed = await self.app.push_screen_wait(TextDialog(title, hint, value=value, check=fault, verb=verb))
        if typed is not None:
            self.change(use(typed))

    def action_do_undo_edit(self) -> None:
        if not self.before:
            self.say("Nothing is changed that could be taken back.")
            return
        self.draft = self.before.pop()
        self._message = ("Taken back.", "bar")
        self.paint()

    def action_do_rename(self) -> None:
        self.start(self._rename, "act")

    async def _rename(self) -> None:
        draft = self.draft
        if draft is not None:
            await self.ask(f"Name of the {self.thing}", "", self.name_of(draft), partial(self._named, draft))

    def _named(self, draft: Draft, text: str) -> Draft:
        if not plain(text):
            raise InvalidInput("name", "it is empty", "Write one.")
        return self.renamed(draft, plain(text))

    # Leaving

    def action_do_leave(self) -> None:
        if self.changed and self.before:
            self.start(self._leave, "act")
        else:
            self.dismiss()

    async def _leave(self) -> None:
        question = AskDialog(
            "Not saved",
            f"The changes to {self._called()} are not saved.",
            (("s", "save"), ("d", "drop them")),
        )
        answer = await self.app.push_screen_wait(question)
        if answer == "d":
            self.dismiss()
        elif answer == "s":
            await self._save()
            if not self.before:
                self.dismiss()

    def _called(self) -> str:
        return (plain(self.name_of(self.draft)) if self.draft is not None else "") or f"the {self.thing}"

    # Saving

    def action_do_save_edit(self) -> None:
        self.start(self._save, "act")

    async def _save(self) -> None:
        draft = self.draft
        if draft is None:
            return
        self.may_edit()
        if not self.changed:
            self.say("Nothing is changed.")
            return
        if not plain(self.name_of(draft)):
            await self._rename()
            return
        how = await self._effect_answered(draft)
        if how is None:
            self.say("Not saved.")
            return
        try:
            saved = await asyncio.to_thread(self.write, draft, self.version)
        except Conflict as conflict:
            await self._overtaken(conflict)
            return
        words = f"{self._called()} is saved"
        if how == "reapply" and saved.agreement_ids:
            words += f", {await self._reapplied(saved.agreement_ids)}"
        self.before.clear()
        self.draft = None
        await self.read()
        self.say(f"{words}.", "news")

    async def _effect_answered(self, draft: Draft) -> str | None:
        """``new``, ``reapply``, or None where it is not to be saved; asked only where calls are running."""
        from dispatch_tui.screens.effect import EffectScreen

        self.say("Looking at the running calls …")
        effect = await asyncio.to_thread(self.effect, draft, self._progress("calls looked at"))
        if not effect.checked:
            return "new"
        self.say("")
        page = EffectScreen(effect, self._called(), self.look)
        await self.app.push_screen_wait(page)
        return page.answer

    async def _reapplied(self, agreement_ids: Collection[int]) -> str:
        """Put the running calls under it, and say how many."""
        done = await asyncio.to_thread(
            partial(
                reapply, self.desk, agreement_ids=agreement_ids, progress=self._progress("calls re-applied")
            )
        )
        return f"{many(done.done, 'running call')} put under it"

    def _progress(self, words: str) -> Progress:
        """Says how far it is, from another thread."""
        loop = asyncio.get_running_loop()

        def hear(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self.say, f"{done:,} of {total:,} {words} …")

        return hear

    async def _overtaken(self, conflict: Conflict) -> None:
        """Somebody saved first: look at theirs, or go on with one's own; nothing typed is lost."""
        question = AskDialog(
            "Somebody was first",
            f"{conflict.message}\nYours is not saved, and stays here.",
            (("r", "show theirs (undo brings yours back)"), ("k", "keep mine, save again")),
        )
        answer = await self.app.push_screen_wait(question)
        if answer == "r":
            await self.read()
        elif answer == "k":
            self.saved, self.version = await asyncio.to_thread(self.read_stored)
            self.say("Yours, over what was saved meanwhile. Save to see what it does.")


def many(count: int, what: str) -> str:
    """``1 running call``, ``7 running calls``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def state_words(page: EditPage[Any]) -> str:
    """Whether there is something to save."""
    return "not saved" if page.changed and (page.before or page.record_id is None) else ""
