"""The rules of the customer side: edited section by section, and saved once their effect was seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import CARE_RULES, RULE_EFFECT, bindings_for
from dispatch_tui.care.rules_sections import (
    changed_in,
    fault_in,
    section_named,
    section_text,
    sections,
    with_section,
    without_section,
)
from dispatch_tui.desk.care_rules import KeptRules, kept_rules, set_care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.rules_effect import RulesEffect, effect_of_rules
from dispatch_tui.errors import Conflict
from dispatch_tui.screens.dialogs import AskDialog
from dispatch_tui.screens.escalations import check_may
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.writing import WriteDialog
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.looking_back import house_zone
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.rows import Rows
from dispatch_tui.widgets.rules_lines import effect_head, effect_rows, section_rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.feed import FeedChange

_ACT = "set_care_rules"


class RulesScreen(Page):
    """Every section with what is the firm's own in it. The draft is the firm's whole file; undo goes back change by
    change; nothing is written before the page of effects was answered."""

    kind = CARE_RULES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(CARE_RULES)]
    DEFAULT_CSS = "RulesScreen #head { height: 1; } RulesScreen #rows { margin: 1 0 0 0; }"

    title_bar = getters.query_one("#title", Lines)
    head = getters.query_one("#head", Lines)

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(look)
        self.desk = desk
        self.saved: KeptRules | None = None
        self.draft = ""
        self.before: list[str] = []

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="head")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.start(self._read, "read")

    # Reading and painting

    async def _read(self) -> None:
        """What is stored; a draft that was changed is one step of undo away."""

        def read() -> KeptRules:
            with self.desk.store.read() as connection:
                return kept_rules(connection)

        found = await asyncio.to_thread(read)
        if self.saved is not None and self.draft != found.text and self.draft != self.saved.text:
            self.before.append(self.draft)
        self.saved, self.draft = found, found.text
        self.paint()

    @property
    def changed(self) -> bool:
        return self.saved is not None and self.draft != self.saved.text

    def records_changed(self, news: Sequence[FeedChange]) -> None:
        if not any(one.act == _ACT for one in news):
            return
        if self.changed:
            self.say(
                "Somebody has saved other rules meanwhile; yours stay here until you save or leave.", "news"
            )
        else:
            self.start(self._read, "read")

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        width = self.size.width
        self.title_bar.show(
            [(Piece(" Rules ", "title"), Piece(" of the customer side, for everybody", "bar"))]
        )
        if self.saved is None:
            return
        words = (
            " Changed, and not saved: s shows what it does." if self.changed else " Enter edits a section."
        )
        self.head.show([(Piece(fit(words, width, self.look), "soon" if self.changed else "dim"),)])
        rows = section_rows(
            sections(), changed_in(self.draft), self._edited(), self.rows.size.width, self.look
        )
        self.rows.show_rows(rows)

    def _edited(self) -> dict[str, int]:
        """Sections in which the draft differs from what is saved."""
        assert self.saved is not None
        return {
            one.key: 1
            for one in sections()
            if section_text(self.draft, one.key) != section_text(self.saved.text, one.key)
        }

    # Editing

    def change(self, draft: str) -> None:
        if draft != self.draft:
            self.before.append(self.draft)
            self.draft = draft
        self._message = ("", "bar")
        self.paint()

    def action_do_edit_section(self) -> None:
        self.start(self._edit, "act")

    async def _edit(self) -> None:
        key = self._key()
        if not key:
            return
        await asyncio.to_thread(check_may, self.desk, _ACT)
        draft = self.draft

        def fault(text: str) -> str:
            found = fault_in(draft, key, text)
            return found.words if found is not None else ""

        about = section_named(key).about
        dialog = WriteDialog(
            f"Rules: {key.replace('_', ' ')}",
            f"{about[:1].upper()}{about[1:]}. The words behind # say what each rule means.",
            value=section_text(draft, key),
            check=fault,
            about=f"rules {key}",
            numbered=True,
        )
        text = await self.app.push_screen_wait(dialog)
        if text is not None:
            self.change(with_section(draft, key, text))

    def action_do_default_section(self) -> None:
        self.start(self._default, "act")

    async def _default(self) -> None:
        if key := self._key():
            await asyncio.to_thread(check_may, self.desk, _ACT)
            self.change(without_section(self.draft, key))

    def _key(self) -> str:
        return self.rows.key.partition(":")[2]

    def action_do_undo_rules(self) -> None:
        if not self.before:
            self.say("Nothing is changed that could be taken back.")
            return
        self.draft = self.before.pop()
        self._message = ("Taken back.", "bar")
        self.paint()

    # Saving and leaving

    def action_do_save_rules(self) -> None:
        self.start(self._save, "act")

    async def _save(self) -> None:
        saved, draft = self.saved, self.draft
        if saved is None or not self.changed:
            self.say("Nothing is changed.")
            return
        await asyncio.to_thread(check_may, self.desk, _ACT)
        self.say("Looking at today's list …")
        loop = asyncio.get_running_loop()

        def hear(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self.say, f"{done:,} of {total:,} customers and calls looked at …")

        effect = await asyncio.to_thread(partial(effect_of_rules, self.desk, draft, progress=hear))
        zone = await asyncio.to_thread(self._zone)
        if effect is None:
            return
        page = RuleEffectScreen(effect, zone, self.look)
        await self.app.push_screen_wait(page)
        if not page.answer:
            self.say("Not saved.")
            return
        try:
            await asyncio.to_thread(partial(set_care_rules, self.desk, draft, version=saved.version))
        except Conflict as conflict:
            await self._overtaken(conflict)
            return
        self.before.clear()
        self.saved = None
        await self._read()
        self.say("The rules are saved; every reason to call is told anew.", "news")

    def _zone(self) -> str:
        with self.desk.store.read() as connection:
            return house_zone(connection)

    async def _overtaken(self, conflict: Conflict) -> None:
        """Somebody saved first: look at theirs, or go on with one's own; nothing typed is lost."""
        question = AskDialog(
            "Somebody was first",
            f"{conflict.message}\nYours are not saved, and stay here.",
            (("r", "show theirs (undo brings yours back)"), ("k", "keep mine, save again")),
        )
        answer = await self.app.push_screen_wait(question)
        if answer == "r":
            await self._read()
        elif answer == "k":
            draft = self.draft
            await self._read()
            self.change(draft)
            self.say("Yours, over what was saved meanwhile. Save to see what it does.")

    def action_do_read_rules(self) -> None:
        self.start(self._read, "read")

    def action_do_leave(self) -> None:
        if self.changed:
            self.start(self._leave, "act")
        else:
            self.dismiss()

    async def _leave(self) -> None:
        question = AskDialog(
            "Not saved", "The changes to the rules are not saved.", (("s", "save"), ("d", "drop them"))
        )
        answer = await self.app.push_screen_wait(question)
        if answer == "d":
            self.dismiss()
        elif answer == "s":
            await self._save()

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_edit_section()


class RuleEffectScreen(Page):
    """What other rules would do to today's list; ``answer`` is then whether they are to be saved."""

    kind = RULE_EFFECT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(RULE_EFFECT)]
    DEFAULT_CSS = "RuleEffectScreen #head { height: 3; margin: 0 0 1 0; }"

    def __init__(self, effect: RulesEffect, zone: str, look: Look) -> None:
        super().__init__(look)
        self.effect, self.zone = effect, zone_of(zone)
        self.answer = False

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="head")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()

    def paint(self) -> None:
        width = self.size.width
        self.query_one("#head", Lines).show(effect_head(self.effect, width, self.look))
        self.rows.show_rows(effect_rows(self.effect, self.zone, width, self.look))
        self.paint_keys()

    def action_do_keep_rules(self) -> None:
        self.answer = True
        self.dismiss()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()


async def show_care_rules(app: WorkbenchApp) -> None:
    """The page over the queue, once the database is open."""
    app.push_screen(RulesScreen((await app.session_ready()).desk, app.look))
