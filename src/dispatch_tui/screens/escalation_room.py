"""The room of an escalated matter: what is chosen and done, checked and reported back, and the log beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input

from dispatch_tui.actions import ESCALATION, bindings_for
from dispatch_tui.care.escalation import Act, allowed
from dispatch_tui.desk import escalation_parts as parts
from dispatch_tui.desk import escalations as desk_moves
from dispatch_tui.desk.desk import Desk
from dispatch_tui.screens.dialogs import AskDialog, Choice, PickDialog, matching
from dispatch_tui.screens.escalation_forms import (
    Ask,
    ask_action,
    ask_check,
    ask_option,
    ask_person,
    pick_operator,
)
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.talking import log_about
from dispatch_tui.store.escalations import Part, Person, Room, room
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.escalation_lines import (
    ACT_WORDS,
    log_lines,
    log_title,
    moment_there,
    room_head,
    room_rows,
    room_title,
)
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.store.feed import FeedChange

WIDE_FROM: Final = 110
"""From this width the log stands beside the rest."""
_REFRESH_SECONDS: Final = 15.0
_KINDS: Final[dict[str, parts.PartKind]] = {
    "option": "escalation_option",
    "action": "escalation_action",
    "check": "escalation_check",
    "person": "escalation_person",
}


class EscalationScreen(Page):
    """Everybody in it sees the same: what somebody else writes or moves appears at once. ``n`` goes to the line
    below the log: Enter writes it and stays, Esc goes back."""

    kind = ESCALATION
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(ESCALATION)]
    DEFAULT_CSS = """
    EscalationScreen #title { height: 1; }
    EscalationScreen #head { height: 2; }
    EscalationScreen #body { height: 1fr; width: 1fr; layout: vertical; }
    EscalationScreen #rows { margin: 1 0 0 0; height: 3fr; }
    EscalationScreen #side { height: 2fr; width: 1fr; }
    EscalationScreen #log-title { height: 1; }
    EscalationScreen #log { height: 1fr; }
    EscalationScreen #entry { height: 1; border: none; padding: 0 1; background: $panel; }
    EscalationScreen.-wide #body { layout: horizontal; }
    EscalationScreen.-wide #rows { width: 5fr; height: 1fr; }
    EscalationScreen.-wide #side { width: 4fr; height: 1fr; margin: 1 0 0 1; }
    """

    title_bar = getters.query_one("#title", Lines)
    head = getters.query_one("#head", Lines)
    log_pane = getters.query_one("#log", Lines)
    entry = getters.query_one("#entry", Input)

    def __init__(self, desk: Desk, escalation_id: int, look: Look) -> None:
        super().__init__(look)
        self.desk, self.escalation_id = desk, escalation_id
        self.found: Room | None = None
        self._typed = self.app.drafts.text(self._about)

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="head")
        with Container(id="body"):
            yield Rows(self.look, id="rows")
            with Container(id="side"):
                yield Lines(self.look, id="log-title")
                yield Lines(self.look, id="log")
                entry = Input(
                    self._typed,
                    placeholder="n: write a line of the log",
                    id="entry",
                    compact=True,
                    select_on_focus=False,
                )
                entry.cursor_blink = False
                yield entry
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    @property
    def _about(self) -> str:
        return f"log of escalation {self.escalation_id}"

    def on_mount(self) -> None:
        self.rows.focus()
        self.read()
        self.set_interval(_REFRESH_SECONDS, self.paint)

    def on_unmount(self) -> None:
        self.app.keep_draft(self._about, self._typed)

    # Reading

    def read(self) -> None:
        self.start(self._read, "read")

    async def _read(self) -> None:
        def read() -> Room:
            with self.desk.store.read() as connection:
                return room(connection, self.escalation_id, self.desk.clock.now())

        before = self.found
        self.found = await asyncio.to_thread(read)
        grown = before is None or before.matter.log != self.found.matter.log
        self.paint()
        if grown:
            self.call_after_refresh(self._log_end)

    def records_changed(self, news: Sequence[FeedChange]) -> None:
        if any(one.kind.startswith("escalation") or one.kind == "interaction" for one in news):
            self.read()

    # Painting

    def paint(self) -> None:
        self.set_class(self.size.width >= WIDE_FROM, "-wide")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        found, now, width = self.found, self.desk.clock.now(), self.size.width
        if found is None:
            return
        self.title_bar.show([room_title(found, width, self.look)])
        self.head.show(room_head(found, now, width, self.look))
        self.rows.show_rows(room_rows(found, now, self.rows.size.width, self.look))
        self.query_one("#log-title", Lines).show([log_title(found, self.log_pane.size.width, self.look)])
        at_end = self.log_pane.offset_y + self.log_pane.size.height >= len(self.log_pane.lines)
        self.log_pane.show(log_lines(found, self.log_pane.size.width, self.look))
        if at_end:
            self._log_end()

    def _log_end(self) -> None:
        self.log_pane.scroll_lines(1_000_000)

    # The log

    def action_do_write_line(self) -> None:
        self.entry.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._typed = event.value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value
        if plain(text):
            self.start(partial(self._write, text), "write")

    async def _write(self, text: str) -> None:
        await asyncio.to_thread(desk_moves.write_log, self.desk, self.escalation_id, text)
        if self.entry.value == text:
            self.entry.value = ""
        await self._read()

    def action_do_log_up(self) -> None:
        self.log_pane.scroll_lines(-max(1, self.log_pane.size.height // 2))

    def action_do_log_down(self) -> None:
        self.log_pane.scroll_lines(max(1, self.log_pane.size.height // 2))

    # Acts

    def _do(self, work: Callable[[], object], words: str = "") -> None:
        """Do one act at the desk and show what came of it."""
        self.start(partial(self._done, work, words), "act")

    async def _done(self, work: Callable[[], object], words: str = "") -> None:
        try:
            await asyncio.to_thread(work)
        finally:  # who was overtaken sees what is there now
            await self._read()
        self.say(words, "news")

    def action_do_own(self) -> None:
        self.start(self._own, "act")

    async def _own(self) -> None:
        """Take it; where somebody owns it, say who does from now on."""
        found = self.found
        if found is None:
            return
        version = found.line.version
        if found.line.status == "open":
            take = partial(desk_moves.take, self.desk, self.escalation_id, version=version)
            await self._done(take, "It is yours.")
            return
        chosen = await pick_operator(self.app, self.desk, "Who owns it from now on?", self.look)
        if chosen is not None:
            give = partial(desk_moves.hand_to, self.desk, self.escalation_id, chosen, version=version)
            await self._done(give, "Handed over.")

    def action_do_move_on(self) -> None:
        self.start(self._move_on, "act")

    async def _move_on(self) -> None:
        found = self.found
        if found is None:
            return
        choices = [Choice(act, *_titled(act)) for act in allowed(found.matter)]
        picked = await self.app.push_screen_wait(PickDialog("What comes next?", matching(choices), self.look))
        moves: dict[str, Callable[..., int]] = {
            "take": desk_moves.take,
            "fix": desk_moves.fix,
            "fail_check": desk_moves.fail_check,
            "check": desk_moves.check,
            "reopen": desk_moves.reopen,
        }
        if picked == "report_back":
            await self._report_back(found)
        elif picked is not None:
            work = partial(moves[picked], self.desk, self.escalation_id, version=found.line.version)
            await self._done(work, "Done, and everybody is told.")

    async def _report_back(self, found: Room) -> None:
        """Choose the conversation in which the customer was told, or log it now."""
        if not found.talks:
            await self._report_by_talking(found)
            return
        zone = found.line.zone
        choices = [
            Choice(
                str(one.id),
                f"{moment_there(one.happened_at, zone)} {plain(one.channel)}",
                plain(one.who),
                plain(one.said) or plain(one.contact),
            )
            for one in found.talks
        ]
        picked = await self.app.push_screen_wait(
            PickDialog("In which conversation were they told?", matching(choices), self.look)
        )
        if picked is not None:
            version = found.line.version
            work = partial(
                desk_moves.report_back, self.desk, self.escalation_id, int(picked), version=version
            )
            await self._done(work, "Reported back and closed.")

    async def _report_by_talking(self, found: Room) -> None:
        """Log the conversation in which they are told; it closes the matter."""
        question = AskDialog(
            "Report back",
            "Nobody has spoken with the customer since the checks. A message does not close it.",
            (("l", "log the conversation"),),
        )
        if await self.app.push_screen_wait(question) is None:
            return
        logged = await log_about(self.app, found.line.customer_id, found.line.call_id)
        if logged is not None:
            version = found.line.version
            work = partial(
                desk_moves.report_back, self.desk, self.escalation_id, logged.interaction_id, version=version
            )
            await self._done(work, "Reported back and closed.")

    def action_do_add_option(self) -> None:
        self.start(partial(self._add, ask_option), "act")

    def action_do_add_action(self) -> None:
        self.start(partial(self._add, ask_action), "act")

    def action_do_add_check(self) -> None:
        self.start(partial(self._add, ask_check), "act")

    def action_do_add_person(self) -> None:
        self.start(partial(self._add, ask_person), "act")

    async def _add(self, ask: Ask) -> None:
        if self.found is not None:
            work = await ask(self.app, self.desk, self.found, self.look)
            if work is not None:
                await self._done(work)

    def action_do_settle_part(self) -> None:
        """Choose the option, settle the action, or say how the check came out."""
        kind, part = self._part()
        if self.found is None or part is None:
            return
        if kind == "option":
            self._do(partial(parts.choose_option, self.desk, part.id, version=part.version), "Chosen.")
        elif kind == "action":
            place = [one.id for one in self.found.actions].index(part.id)
            done = self.found.matter.actions[place].done_at is None
            work = partial(parts.settle_action, self.desk, part.id, done=done, version=part.version)
            self._do(work, "Done." if done else "Not done after all.")
        elif kind == "check":
            self.start(partial(self._look_at, part), "act")

    async def _look_at(self, part: Part | Person) -> None:
        choices = (
            Choice("passed", "Passed"),
            Choice("failed", "Failed"),
            Choice("", "Not looked at", "take it back"),
        )
        picked = await self.app.push_screen_wait(
            PickDialog("How did it come out?", matching(choices), self.look)
        )
        if picked is not None:
            passed = None if not picked else picked == "passed"
            await self._done(partial(parts.look_at, self.desk, part.id, passed=passed, version=part.version))

    def action_do_remove_part(self) -> None:
        kind, part = self._part()
        if part is not None:
            work = partial(parts.take_out, self.desk, _KINDS[kind], part.id, version=part.version)
            self._do(work, "Taken out.")

    def _part(self) -> tuple[str, Part | Person | None]:
        """What the cursor is on."""
        kind, _, key = self.rows.key.partition(":")
        if self.found is None or not key:
            return "", None
        known: dict[str, Sequence[Part | Person]] = {
            "option": self.found.options,
            "action": self.found.actions,
            "check": self.found.checks,
            "person": self.found.people,
        }
        return kind, next((one for one in known[kind] if one.id == int(key)), None)

    def action_do_show_escalated(self) -> None:
        """The call that it is about, in the queue."""
        from dispatch_tui.screens.unit import show_in_queue
        from dispatch_tui.widgets.background import in_background

        if self.found is None or not self.found.line.call:
            self.say("It is about the customer, not about one call.")
            return
        show = partial(show_in_queue, self.app, self.found.line.call)
        in_background(self.app, partial(self.app.guarded, show), "act")

    def action_do_read_room(self) -> None:
        self.read()

    def action_do_leave(self) -> None:
        if self.entry.has_focus:
            self.rows.focus()
        else:
            self.dismiss()

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_settle_part()


def _titled(act: Act) -> tuple[str, str]:
    return ACT_WORDS[act]
