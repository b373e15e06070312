"""A few words on one line of which one is chosen: by arrows, mouse, or number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece, fit, width_of
from dispatch_tui.widgets.typed_line import done_at_once

LONGEST = 44
"""Cells that one option may take."""


class Option(NamedTuple):
    """Something to choose, and the words for it."""

    value: str
    words: str


class Choices(Lines, can_focus=True):
    """One line of options. With ``optional`` a chosen one is given up by choosing it again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "choose", show=False),
    ]

    class Changed(Message):
        """Another option is chosen."""

        def __init__(self, choices: Choices) -> None:
            super().__init__()
            self.choices = choices

        @property
        def control(self) -> Choices:
            return self.choices

    def __init__(
        self,
        look: Look,
        options: Sequence[Option],
        value: str,
        *,
        at_once: Mapping[str, Callable[[], None]],
        typed: Callable[[str], None],
        optional: bool = False,
        id: str | None = None,
    ) -> None:
        """``at_once``: what keys do here (numbers are among them).

        ``typed``: takes the letter, or the paste, of who writes where something is chosen, and moves the focus.
        """
        super().__init__(look, id=id)
        self._at_once, self._typed = at_once, typed
        self.options = tuple(options)
        self.value = value
        self._optional = optional
        self._lit = False

    @property
    def _at(self) -> int:
        return next((n for n, one in enumerate(self.options) if one.value == self.value), -1)

    def paint(self) -> None:
        """Show the options, the chosen one always in view."""
        pieces = [self._piece(n) for n in range(len(self.options))]
        room, first, at = self.size.width, 0, max(self._at, 0)
        while first < at and width_of(pieces[first : at + 1]) > room - 2 * (first > 0) - 2:
            first += 1
        shown: list[Piece] = [Piece(f"{self.look.glyphs.more} ", "dim")] if first else []
        for n in range(first, len(pieces)):
            left_over = 2 if n + 1 < len(pieces) else 0
            if shown and width_of(shown) + width_of((pieces[n],)) + left_over > room and n > at:
                shown.append(Piece(self.look.glyphs.more, "dim"))
                break
            shown.append(pieces[n])
        self.show([tuple(shown)])

    def _piece(self, n: int) -> Piece:
        option, chosen = self.options[n], n == self._at
        number = f"{n + 1} " if n < 9 else ""
        words = plain(option.words)
        text = words if len(words) <= LONGEST else fit(words, LONGEST, self.look)
        if not chosen:
            return Piece(f" {number}{text} ", "dim", str(n))
        # Told without colour too: the chosen one stands in brackets.
        return Piece(f"[{number}{text}]", "accent" if self._lit else "bold", str(n))

    def choose(self, n: int) -> None:
        """Choose an option by its place; the chosen one, where that is possible, is given up by it."""
        value = self.options[n].value
        self.value = "" if self._optional and value == self.value else value
        self.paint()
        self.post_message(self.Changed(self))

    def action_step(self, delta: int) -> None:
        there = self._at + delta
        if 0 <= there < len(self.options):
            self.choose(there)

    def action_choose(self) -> None:
        if self.options:
            self.choose(max(self._at, 0) if self._optional else (self._at + 1) % len(self.options))

    def on_key(self, event: events.Key) -> None:
        if done_at_once(self, event, self._at_once):
            return
        if event.character is not None and event.character.isalpha():
            event.stop()
            event.prevent_default()
            self._typed(event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._typed(" ".join(event.text.splitlines()))

    def on_click(self, _event: events.Click) -> None:
        self.focus()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        self.choose(int(event.action))

    def on_focus(self) -> None:
        self._lit = True
        self.paint()

    def on_blur(self) -> None:
        self._lit = False
        self.paint()

    def on_resize(self) -> None:
        self.paint()

    def restyle(self, look: Look) -> None:
        super().restyle(look)
        self.paint()
