"""The log dialog: a contact with a customer, entered while one still holds the telephone.

What is typed is kept as a draft while it is typed, and comes back when the dialog is opened again.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import Input

from dispatch_tui.actions import LOG, bindings_for
from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.rules import CareRules
from dispatch_tui.desk.conversations import Logged
from dispatch_tui.errors import Conflict, DispatchError, InvalidInput
from dispatch_tui.screens import log_drafts
from dispatch_tui.screens.log_form import TEXTS, LogForm, field_at_fault, interaction_of
from dispatch_tui.screens.log_view import NOTHING, LogView, Matter
from dispatch_tui.store.conversations import Partner
from dispatch_tui.store.prompts import PromptRow
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.choices import Choices
from dispatch_tui.widgets.lines import Lines

if TYPE_CHECKING:
    from dispatch_tui.screens.session import Session

DRAFT_SECONDS: Final = 0.3
"""How long the typing rests before it is kept."""


class LogScreen(LogView):
    """``logged`` is what was recorded, None where the dialog was left."""

    # Whoever types fast is on the next field before this one has read its keys: going on and choosing come
    # first, in the order of the keys.
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(LOG),
    ]

    def __init__(
        self,
        session: Session,
        about: Partner,
        rules: CareRules,
        look: Look,
        *,
        form: LogForm,
        key: str,
        matter: Matter = NOTHING,
        first: str = "way",
    ) -> None:
        """``form``: what stands in it; ``key``: where its draft is kept; ``first``: the field to begin with."""
        super().__init__(about, rules, look, form=form, matter=matter)
        self.session, self.key = session, key
        self.logged: Logged | None = None
        self._first = first
        # A draft that was left on this machine goes into the database with the next keeping, changed or not.
        self._kept = LogForm() if form.written else form
        self._keep_timer: Timer | None = None
        self._over = self._saving = False
        self._writing = asyncio.Lock()
        self._overtaken = False

    def on_mount(self) -> None:
        self.set_focus(self.field(self._first))

    # Going through the fields

    def action_do_field_after(self) -> None:
        self.go(1)

    def action_do_field_before(self) -> None:
        self.go(-1)

    def action_do_unfold(self) -> None:
        """Show the folded fields, or fold those in which nothing stands."""
        self.toggle_class("-unfolded")
        if self.here not in self.names:
            self.set_focus(self.field("said"))
        self.call_after_refresh(self.paint)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        self.call_after_refresh(self.paint)

    # Filling them in

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._set((event.input.id or "").removeprefix("field-"), event.value)

    def on_choices_changed(self, event: Choices.Changed) -> None:
        event.stop()
        name = (event.choices.id or "").removeprefix("field-")
        self._set(name, event.choices.value)

    def _set(self, name: str, value: str) -> None:
        if getattr(self.form, name) == value:
            return
        self.form = replace(self.form, **{name: value})
        if self._fault[0] == name:
            self._fault = ("", "")
        self.paint()
        if self._keep_timer is not None:
            self._keep_timer.stop()
        self._keep_timer = self.set_timer(DRAFT_SECONDS, self._keep_soon)

    # Drafts

    def _keep_soon(self) -> None:
        in_background(self, self._keep, "draft")

    async def _keep(self) -> None:
        """Keep what was typed last; one writer at a time, so that an earlier text never follows a later one."""
        async with self._writing:
            form = self.form
            if self._kept != form and not self._over:
                await asyncio.to_thread(log_drafts.keep, self.session.desk, self.key, form)
                self._kept = form

    def _gather(self) -> None:
        """Take the fields as they stand: a key may be ahead of the message that tells of the letter before it."""
        typed = {name: self.query_one(f"#field-{name}", Input).value for name in TEXTS}
        self.form = replace(self.form, **typed)

    def keep_now(self) -> None:
        """Keep what is typed before the program leaves."""
        self._gather()
        if not self._over and self._kept != self.form:
            log_drafts.keep(self.session.desk, self.key, self.form)
            self._kept = self.form

    # Leaving and saving

    def action_do_leave(self) -> None:
        """Back; what was typed stays as a draft."""
        self._gather()
        self.start(self._leave, "leave")

    async def _leave(self) -> None:
        await self._keep()
        self._over = True
        self.dismiss()

    def action_do_throw_away(self) -> None:
        """Back, and the draft is gone."""
        self.start(self._throw_away, "leave")

    async def _throw_away(self) -> None:
        async with self._writing:
            self._over = True
            try:
                await asyncio.to_thread(log_drafts.drop, self.session.desk, self.key)
            finally:
                self.dismiss()

    def action_do_save_log(self) -> None:
        if not self._saving:
            self._saving = True
            self._gather()
            self.start(self._save, "save")

    async def _save(self) -> None:
        try:
            draft = interaction_of(self.form, self.app.clock.now(), self.about.zone)
            self.say("Saving …")
            seen = None if self._overtaken else self.matter.seen
            async with self._writing:  # no draft is kept while it is saved, nor after
                self.logged = await asyncio.to_thread(self._write, draft, seen)
                self._over = True
        except InvalidInput as error:
            self._refused(error)
        except Conflict as error:
            self._overtaken = True
            who = error.by or "somebody"
            self.say(
                f"{who} has closed this prompt already. Ctrl+s once more logs your contact beside it.",
                "error",
            )
        except DispatchError as error:
            self.say(f"Not saved, your text is kept. {error}", "error")
        else:
            self.dismiss()
        finally:
            self._saving = False

    def _write(self, draft: Interaction, seen: PromptRow | None) -> Logged:
        matter = self.matter.seen
        logged = self.session.work.log(
            draft,
            customer_id=self.about.customer_id,
            call_id=self.about.call_id,
            seen=seen,
            prompt_keys=() if matter is None else matter.keys,
            useful_until=None if matter is None else matter.useful_until,
            told_in_advance=[self.form.told_before],
            number=self.form.number,
            draft_key=self.key,
        )
        log_drafts.saved(self.session.desk, self.key)
        return logged

    def _refused(self, error: InvalidInput) -> None:
        """Say what is wrong at its field, and go there."""
        name = field_at_fault(error.field)
        self._fault = (name, plain(f"{error.reason}. {error.remedy}"))
        self._message = ("", "bar")
        row = self.query_one(f"#row-{name}")
        row.remove_class("-folded")
        self.set_focus(self.field(name))
        self.call_after_refresh(self.paint)

    async def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        await self.run_clicked(event.action)
