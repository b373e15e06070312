"""A dialog for a text of several lines, beside what is known about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from dispatch_tui.text import plain, plain_block

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

_KEYS = "Ctrl+s save   Esc leave, what is written is kept"


class WriteDialog(ModalScreen[str | None]):
    """Returns the text, or None when left with Escape; then it is offered again the next time."""

    app: WorkbenchApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+s", "save", show=False, priority=True),
    ]
    CSS = """
    WriteDialog .dialog { width: 92%; max-width: 110; height: 90%; }
    WriteDialog TextArea { height: 1fr; margin: 1 0 0 0; border: none; padding: 0; background: $background; }
    """

    def __init__(
        self,
        title: str,
        hint: str = "",
        *,
        value: str = "",
        about: str = "",
        check: Callable[[str], str] | None = None,
        numbered: bool = False,
    ) -> None:
        """``about`` names the draft; ``check`` returns what is wrong with a text, empty when nothing is;
        a ``numbered`` text is a file."""
        super().__init__()
        self._title, self._hint, self._about = title, hint, about
        self._value = value
        self._text = (self.app.drafts.text(about) if about else "") or value
        self._check = check or (lambda text: "" if plain(text) else "Write something, or press Esc.")
        self._saved, self._numbered = False, numbered

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="title")
            if self._hint:
                yield Static(Content(plain_block(self._hint)), classes="hint")
            area = TextArea(self._text, soft_wrap=True, show_line_numbers=self._numbered)
            area.cursor_blink = False
            yield area
            yield Static(Content(_KEYS), classes="keys")

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.focus()
        if not self._numbered:  # prose goes on at its end, a file is read from its beginning
            area.move_cursor(area.document.end)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self._text = event.text_area.text
        self._say(_KEYS, fault=False)

    def action_save(self) -> None:
        fault = self._check(self._text)
        if fault:
            self._say(fault, fault=True)
            return
        self._saved = True
        self.dismiss(self._text)

    def action_leave(self) -> None:
        self.dismiss(None)

    def on_unmount(self) -> None:
        if self._about:
            done = self._saved or self._text == self._value
            self.app.keep_draft(self._about, "" if done else self._text)

    def _say(self, words: str, *, fault: bool) -> None:
        line = self.query_one(".keys", Static)
        line.set_class(fault, "fault")
        line.update(Content(plain(words) if fault else words), layout=fault)
