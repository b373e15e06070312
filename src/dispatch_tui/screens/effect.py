"""What an edit would do to running calls, before it is saved: each call with its old and new due times."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import EFFECT, bindings_for
from dispatch_tui.desk.effects import Effect
from dispatch_tui.screens.page import Page
from dispatch_tui.themes import Look
from dispatch_tui.widgets.effect_lines import effect_rows, effect_summary
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.rows import Rows


class EffectScreen(Page):
    """Shows an effect; ``answer`` is then ``new`` (calls only), ``reapply``, or None where it is not to be saved."""

    kind = EFFECT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(EFFECT)]
    DEFAULT_CSS = """
    EffectScreen #head { height: 5; }
    """

    head = getters.query_one("#head", Lines)

    def __init__(self, effect: Effect, name: str, look: Look) -> None:
        """``name``: what is to be saved."""
        super().__init__(look)
        self.effect, self.name_shown = effect, name
        self.answer: str | None = None

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
        self.head.show(effect_summary(self.effect, self.name_shown, width, self.look))
        self.rows.show_rows(effect_rows(self.effect, width, self.look))
        self.paint_keys()

    def action_do_only_new(self) -> None:
        self.answer = "new"
        self.dismiss()

    def action_do_reapply(self) -> None:
        self.answer = "reapply"
        self.dismiss()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
