"""Small dialogs: a line of text, a choice with type-ahead, a question, a message. Each returns plain values."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static

from dispatch_tui.errors import DatabaseProblem
from dispatch_tui.text import plain, plain_block
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import in_background
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece, fit

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

TITLE_WIDTH = 18
"""Cells that a title takes before its words."""
REST_SECONDS = 0.12
"""How long the typing rests before a slow search is asked."""


class TextDialog(ModalScreen[str | None]):
    """Ask for one line of text. Returns it, or None when left with Escape."""

    app: WorkbenchApp
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(
        self,
        title: str,
        hint: str = "",
        *,
        value: str = "",
        placeholder: str = "",
        check: Callable[[str], str] | None = None,
        verb: str = "save",
        about: str = "",
        typing: Callable[[str], None] | None = None,
    ) -> None:
        """``check`` returns what is wrong with a text, empty when nothing is; ``about`` names the draft that is kept
        when this is left or the terminal hangs up, and stands here the next time (:func:`typed`, where an act may be
        refused); ``typing`` is told the text after each letter."""
        super().__init__()
        self.about = about
        self._typing = typing
        self._given = value
        kept = self.app.drafts.text(about) if about else ""
        self._keys = f"Enter {verb}   Esc leave{'   kept from before' if kept else ''}"
        self._title, self._hint, self._value, self._placeholder = title, hint, kept or value, placeholder
        self._unkept = False
        self._check = check or (lambda text: "" if text.strip() else "Write something, or press Esc.")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="title")
            if self._hint:
                yield Static(Content(plain_block(self._hint)), classes="hint")
            text = Input(self._value, placeholder=self._placeholder, compact=True, select_on_focus=False)
            text.cursor_blink = False
            yield text
            yield Static(Content(self._keys), classes="keys")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._say(self._keys, fault=False)
        self._unkept = False
        if self._typing is not None and event.value != self._value:
            self._value = event.value
            self._typing(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        fault = self._check(event.value)
        if fault:
            self._say(fault, fault=True)
        else:
            if self.about:
                self.app.keep_draft(self.about, "")
            self.dismiss(event.value.strip())

    def _say(self, words: str, *, fault: bool) -> None:
        line = self.query_one(".keys", Static)
        line.set_class(fault, "fault")
        line.update(Content(plain(words) if fault else words), layout=fault)  # a long one takes a second line

    def action_leave(self) -> None:
        if not self._unkept and not self.keep():
            self._unkept = True
            self._say("This text cannot be kept on this machine; Esc once more drops it.", fault=True)
            return
        self.dismiss(None)

    @property
    def draft(self) -> str:
        """What is typed so far."""
        return self.query_one(Input).value

    def keep(self) -> bool:
        """Keep what is typed and was not given; False where that is not possible."""
        text = "" if self.draft == self._given else self.draft
        return not self.about or self.app.keep_draft(self.about, text)


@asynccontextmanager
async def typed(app: WorkbenchApp, dialog: TextDialog) -> AsyncIterator[str | None]:
    """What is typed in a dialog, for the act that needs it. Where that fails, the text stands there the next time."""
    text = await app.push_screen_wait(dialog)
    try:
        yield text
    except BaseException:
        app.keep_draft(dialog.about, text or "")
        raise


class Choice(NamedTuple):
    """Something to choose. ``words`` follow the title, ``hint`` stands at the right edge; both are searched."""

    id: str
    title: str
    hint: str = ""
    words: str = ""


Search = Callable[[str], Sequence[Choice]]


def matching(choices: Sequence[Choice]) -> Search:
    """A search through fixed choices: every word of the query somewhere in the title or hint, in order of fit."""

    def search(query: str) -> list[Choice]:
        words = query.casefold().split()
        found = [
            one
            for one in choices
            if all(word in f"{one.title} {one.hint} {one.words}".casefold() for word in words)
        ]
        if not words:
            return found
        return sorted(found, key=lambda one: _unfit(one.title.casefold(), words[0]))

    return search


def _unfit(title: str, word: str) -> int:
    """0 where the title begins with the word, 1 where it holds it, 2 where only what stands beside it does."""
    return 0 if title.startswith(word) else 1 if word in title else 2


class PickDialog(ModalScreen[str | None]):
    """Choose one of many by typing. Returns the id of the choice, or None."""

    app: WorkbenchApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down,ctrl+n", "step(1)", show=False, priority=True),
        Binding("up,ctrl+p", "step(-1)", show=False, priority=True),
        Binding("pagedown", "step(8)", show=False, priority=True),
        Binding("pageup", "step(-8)", show=False, priority=True),
    ]
    FILTER: ClassVar[type[Input]] = Input
    KEYS: ClassVar[str] = "Enter choose   Esc leave"

    def __init__(
        self,
        title: str,
        search: Search,
        look: Look,
        *,
        placeholder: str = "",
        empty: str = "",
        more: Search | None = None,
        at: str = "",
    ) -> None:
        """``search`` is asked at each letter; ``more``, which may be slow, in a thread once the typing rests, and its
        choices follow. ``at``: the id of the choice to begin at."""
        super().__init__()
        self._begin = at
        self._more = more
        self._more_timer: Timer | None = None
        self._title, self._search, self._look = title, search, look
        self._placeholder = placeholder or "type to narrow"
        self._empty = empty or "Nothing fits. Take back a letter, or press Esc."
        self._found: Sequence[Choice] = ()
        self._at = 0
        self._top = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="title")
            text = self.FILTER(placeholder=self._placeholder, compact=True)
            text.cursor_blink = False
            yield text
            yield Lines(self._look, fill="bar", classes="choices")
            yield Static(Content(self.KEYS), classes="keys")

    def on_mount(self) -> None:
        rows = max(1, min(12, self.app.size.height - 8))
        self.query_one(Lines).styles.height = rows
        self._found = self._search("")
        self._at = next((n for n, one in enumerate(self._found) if self._begin and one.id == self._begin), 0)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._found = self._search(event.value)
        self._at = self._top = 0
        self._show()
        if self._more_timer is not None:
            self._more_timer.stop()
        if self._more is not None and event.value.strip():
            self._more_timer = self.set_timer(REST_SECONDS, lambda: self._ask_more(event.value))

    def _ask_more(self, query: str) -> None:
        in_background(self, partial(self._add_more, query), "more", exclusive=True)

    async def _add_more(self, query: str) -> None:
        assert self._more is not None
        try:
            found = await asyncio.to_thread(self._more, query)
        except DatabaseProblem as problem:
            self.query_one(".keys", Static).update(Content(plain(str(problem))))
            self.app.database_lost(problem)
            return
        self.query_one(".keys", Static).update(Content(self.KEYS))
        if self.query_one(Input).value == query:
            self._found = [*self._search(query), *found]
            self._show()

    def on_input_submitted(self) -> None:
        self._choose()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        self._at = int(event.action)
        self._choose()

    def _choose(self) -> None:
        if self._at < len(self._found):
            self.dismiss(self._found[self._at].id)

    def refresh_choices(self) -> None:
        """Ask for the choices anew, the cursor where it is."""
        self._found = self._search(self.query_one(Input).value)
        self._show()

    def action_step(self, delta: int) -> None:
        if self._found:
            self._at = max(0, min(self._at + delta, len(self._found) - 1))
            self._show()

    def action_leave(self) -> None:
        self.dismiss(None)

    def _show(self) -> None:
        pane = self.query_one(Lines)
        height, width = pane.size.height, pane.size.width
        self._top = max(min(self._top, self._at), self._at - height + 1, 0)
        if not self._found:
            pane.show([(Piece(self._empty, "bar"),)])
            return
        pane.show(
            [
                self._line(index, width)
                for index in range(self._top, min(len(self._found), self._top + height))
            ]
        )

    def _line(self, index: int, width: int) -> Line:
        choice, here = self._found[index], index == self._at
        beside = plain(choice.hint)
        room = min(len(beside), max(0, width // 2))
        glyph = self._look.glyphs.cursor if here else " "
        words = (
            f"{plain(choice.title):<{TITLE_WIDTH}} {plain(choice.words)}"
            if choice.words
            else plain(choice.title)
        )
        title = fit(words, max(1, width - room - 3), self._look)
        hint = fit(beside, room, self._look, right=True)
        style = "current" if here else "bar"
        return (Piece(f"{glyph}{title} {hint} ", style, str(index)),)


class AskDialog(ModalScreen[str | None]):
    """A message with answers, each on a key: returns the key pressed, or None with Escape."""

    def __init__(
        self, title: str, words: str, answers: Sequence[tuple[str, str]] = (("enter", "close"),)
    ) -> None:
        """``answers`` are pairs of a key and what it does."""
        super().__init__()
        self._title, self.words, self._answers = title, words, tuple(answers)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="title")
            yield Static(Content(plain_block(self.words)))
            keys = "   ".join(
                f"{key.capitalize() if len(key) > 1 else key} {what}" for key, what in self._answers
            )
            yield Static(Content(f"{keys}   Esc leave"), classes="keys")

    def on_mount(self) -> None:
        for key, _what in self._answers:
            self._bindings.bind(key, f"answer('{key}')", show=False)
        self._bindings.bind("escape", "leave", show=False)

    def action_answer(self, key: str) -> None:
        self.dismiss(key)

    def action_leave(self) -> None:
        self.dismiss(None)
