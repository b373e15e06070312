"""Questions on one page, answered on one line: Enter goes on to what is missing, and saves once nothing is.

A page knows nothing of what it asks: a :class:`Matter` tells which questions there are after each answer, reads what is
typed, and saves it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from dispatch_tui.actions import ASKING, actions_for, bindings_for
from dispatch_tui.errors import InvalidInput
from dispatch_tui.screens.leavings import Drafts
from dispatch_tui.screens.page import Page
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.asking_lines import SAVE, Ask, asking_rows, choice_lines
from dispatch_tui.widgets.bars import footer
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Rows
from dispatch_tui.widgets.typed_line import TypedLine

Typed = Mapping[str, str]
_HINT_ROWS = 2


class Shown(NamedTuple):
    """The questions as they stand after some answers, and what stands below them."""

    asks: tuple[Ask, ...]
    below: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked. ``read`` gives an answer its form (field, typed text) and ``save`` keeps them all; both raise
    ``InvalidInput`` with the field at fault. ``about`` names the draft that is kept where it is left."""

    title: str
    subtitle: str
    verb: str
    about: str
    shown: Callable[[Typed, int, Look], Shown]
    read: Callable[[str, str], str]
    save: Callable[[Typed], Awaitable[None]]


class AskingScreen(Page):
    """The questions with their answers, and a line to type on."""

    kind = ASKING
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(ASKING)]
    DEFAULT_CSS = f"""
    AskingScreen #title {{ height: 3; }}
    AskingScreen #hint {{ height: {_HINT_ROWS}; }}
    AskingScreen Horizontal {{ height: 1; }}
    AskingScreen #label {{ width: auto; min-width: 3; }}
    AskingScreen Input {{ height: 1; width: 1fr; border: none; padding: 0 1; }}
    """

    title_bar = getters.query_one("#title", Lines)
    hint = getters.query_one("#hint", Lines)
    label = getters.query_one("#label", Lines)
    line = getters.query_one(TypedLine)

    def __init__(self, matter: Matter, look: Look) -> None:
        super().__init__(look)
        self.matter = matter
        self.about = matter.about
        self.saved = False
        self._fault = ""
        self._saving = self._unkept = False
        self._answers: dict[str, str] = _kept(self.app.drafts, self.about)
        self._field = ""
        self._offered = ""

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    @property
    def draft(self) -> str:
        """What is answered and typed so far, as it is kept when this is left unsaved."""
        typed = {**self._answers, **({self._field: self.line.value} if self._field not in ("", SAVE) else {})}
        given = {name: text for name, text in typed.items() if text.strip()}
        return json.dumps(given, ensure_ascii=False) if given and not self.saved else ""

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, id="hint")
        with Horizontal():
            yield Lines(self.look, id="label")
            yield TypedLine(self._keys_at_once())
        yield Lines(self.look, fill="bar", id="keys")

    def _keys_at_once(self) -> dict[str, Callable[[], None]]:
        acts = {
            "give_answer": self.action_do_give_answer,
            "answer_down": self.action_do_answer_down,
            "answer_up": self.action_do_answer_up,
            "save_answers": self.action_do_save_answers,
        }
        return self.at_once(acts)

    def on_mount(self) -> None:
        self.line.focus()
        self.rows.can_focus = False
        self.call_after_refresh(self._go_to_missing)

    # Painting

    def paint(self) -> None:
        width = self.rows.size.width
        shown = self.matter.shown(self._answers, width, self.look)
        title = fit(f" {plain(self.matter.title)}", max(1, width), self.look)
        about = fit(f" {plain(self.matter.subtitle)}", max(1, width), self.look)
        self.title_bar.show([(Piece(title, "bold"),), (Piece(about, "dim"),)])
        self.rows.show_rows(asking_rows(shown.asks, self.matter.verb, shown.below, width, self.look))
        self.rows.put(self._field)
        one = self._ask()
        words = f" {one.label} " if one is not None else f" {self.matter.verb} "
        self.label.styles.width = len(words) + 1
        self.label.show([(Piece(words, "accent"),)])
        if self._fault:
            self.hint.show([(Piece(fit(f" {self._fault}", width, self.look), "late"),)])
        else:
            self.hint.show(choice_lines(one, width, self.look)[:_HINT_ROWS])
        self.paint_keys()

    def paint_keys(self) -> None:
        """The keys of this page alone: letters are typed here."""
        foot = self.query_one("#keys", Lines)
        words, style = self._message
        keys = self.app.user_keys
        foot.show([footer(actions_for(ASKING), keys, foot.size.width, self.look, message=words, style=style)])

    def _shown(self) -> Shown:
        return self.matter.shown(self._answers, self.rows.size.width, self.look)

    def _ask(self) -> Ask | None:
        return next((one for one in self._shown().asks if one.field == self._field and not one.known), None)

    # Going from question to question

    def _go(self, field: str) -> None:
        self._field = field
        one = self._ask()
        self._offered = self.line.value = "" if one is None else one.typed or one.value
        self.line.cursor_position = len(self.line.value)
        self.line.placeholder = "Enter saves" if one is None else ""
        self.paint()

    def _go_to_missing(self) -> None:
        """To the first thing that is needed and missing; to the end where nothing is."""
        missing = (one.field for one in self._shown().asks if one.needed and not one.value and not one.known)
        self._go(next(missing, SAVE))

    def _take(self) -> bool:
        """Keep what is typed as the answer; False where it cannot be one, and says why."""
        one = self._ask()
        if one is None:
            return True
        typed = self.line.value.strip()
        if typed == (one.typed or one.value):
            return True
        try:
            self._answers[one.field] = self._read(one, typed) if typed else ""
        except InvalidInput as refused:
            self._refuse(refused)
            return False
        self._fault = ""
        return True

    def _read(self, one: Ask, typed: str) -> str:
        return self.matter.read(one.field, one.chosen(typed) if one.choices else typed)

    def _refuse(self, refused: InvalidInput) -> None:
        self._fault = plain(f"{refused.reason}. {refused.remedy}")
        fields = [one.field for one in self._shown().asks if not one.known]
        if refused.field in fields and refused.field != self._field:
            self._go(refused.field)
        else:
            self.paint()

    def _step(self, delta: int) -> None:
        if not self._take():
            return
        fields = [*(one.field for one in self._shown().asks if not one.known), SAVE]
        at = fields.index(self._field) if self._field in fields else 0
        self._go(fields[max(0, min(at + delta, len(fields) - 1))])

    # Keys

    def action_do_answer_down(self) -> None:
        self._step(1)

    def action_do_answer_up(self) -> None:
        self._step(-1)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value == "?":
            self.line.value = ""
            self.app.action_do_help()
        elif self._fault and event.value != self._offered:
            self._fault = ""
            self.paint()

    def action_do_give_answer(self) -> None:
        if self._field == SAVE:
            self.action_do_save_answers()
        elif self._take():
            shown = self._shown()
            fields = [one.field for one in shown.asks]
            after = fields.index(self._field) + 1 if self._field in fields else 0
            rest = shown.asks[after:]
            missing = (one.field for one in rest if one.needed and not one.value and not one.known)
            self._go(next(missing, SAVE))

    def action_do_save_answers(self) -> None:
        if self._take() and not self._saving:
            self.start(self._save, "act")

    async def _save(self) -> None:
        self._saving = True
        try:
            await self.matter.save(dict(self._answers))
        except InvalidInput as refused:
            self._refuse(refused)
        else:
            self.saved = True
            self.keep()
            self.dismiss()
        finally:
            self._saving = False

    def action_do_leave_asking(self) -> None:
        if not self._unkept and not self.keep():
            self._unkept = True
            self.say("These answers cannot be kept on this machine; Esc once more drops them.", "error")
            return
        self.dismiss()

    def keep_now(self) -> None:
        self.keep()

    def keep(self) -> bool:
        """Keep what is not saved; False where that is not possible."""
        return self.app.keep_draft(self.about, self.draft)

    # Mouse

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        if event.key == SAVE:
            self._go(SAVE) if self._field != SAVE else self.action_do_save_answers()
        elif self._take():
            self._go(event.key)

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """A choice below the questions, or a key at the bottom."""
        event.stop()
        name, _, choice = event.action.partition(":")
        if name == "choice":
            self.line.value = choice
            self.action_do_give_answer()
        else:
            self.call_later(partial(self.run_action, f"do_{name}"))


def _kept(drafts: Drafts, about: str) -> dict[str, str]:
    """The answers that were left behind the last time."""
    text = drafts.text(about)
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}  # a draft of another form: nothing of it fits a question
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
