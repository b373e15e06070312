"""The help of a screen: its keys from the registry, and what the signs mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from dispatch_tui.actions import APP, QUEUE, Action, actions_for, key_label, keys_of
from dispatch_tui.store.filters import GRAMMAR
from dispatch_tui.themes import Look
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece, fit

KEYS_WIDTH = 15


def help_lines(
    screen: str, keymap: Mapping[str, Sequence[str]], look: Look, width: int, extra: Sequence[Line] = ()
) -> list[Line]:
    """Every key of a screen by group, then the legend, then ``extra`` lines (the grammar of the filter)."""
    actions = [*actions_for(screen), *(one for one in actions_for(APP) if screen != APP)]
    lines: list[Line] = [(Piece(" Keys of this screen", "accent"), Piece("     j k scroll, Esc back", "dim"))]
    group = ""
    for action in _merged(actions):
        if action.group != group:
            group = action.group
            lines += [(), (Piece(f" {group}", "bold"),)]
        lines.append(_key_line(action, keymap, look, width))
    if screen == QUEUE:
        lines += legend(look)
    return [*lines, *extra]


def _merged(actions: Sequence[Action]) -> list[Action]:
    """The nine keys of the saved queues as one line."""
    return [action for action in actions if not action.parameter or action.parameter == "1"]


def _key_line(action: Action, keymap: Mapping[str, Sequence[str]], look: Look, width: int) -> Line:
    if action.parameter == "1":
        keys, words = "1 … 9", "Show a saved queue by its number."
    else:
        keys = " ".join(key_label(key, ascii_only=look.glyphs.ascii_only) for key in keys_of(action, keymap))
        words = action.help
    return (
        Piece(f"   {fit(keys, KEYS_WIDTH, look)} ", "accent"),
        Piece(fit(words, max(1, width - KEYS_WIDTH - 4), look)),
    )


def legend(look: Look) -> list[Line]:
    """What the signs of the queue mean."""
    glyphs = look.glyphs

    def row(sign: str, word: str, meaning: str, style: str) -> Line:
        return (Piece(f"   {sign} {word:<12} ", style), Piece(meaning))

    return [
        (),
        (Piece(" Signs", "bold"),),
        row(glyphs.late, "late", "past due: breached by the time shown", "late"),
        row(glyphs.soon, "soon", "warning: due before long, the time left", "soon"),
        row(glyphs.left, "left", "running, the time left", "text"),
        row(glyphs.paused, "paused", "on hold: the clock does not count", "dim"),
        row(glyphs.none, "none", "no clock is running", "dim"),
        row(glyphs.news, "", "changed in another session a moment ago", "news"),
        row(glyphs.gone, "", "no longer in this queue", "news"),
        row(glyphs.selected, "", "selected: acts apply to all that are", "accent"),
        *(row(glyphs.statuses[code], word, "", "text") for code, word in STATUS_WORDS.items()),
        (Piece("   Due is the wall clock of the site, not yours.", "dim"),),
    ]


def grammar_lines() -> list[Line]:
    """The grammar of the filter bar."""
    return [(), (Piece(" Filter", "bold"),), *((Piece(f"   {words}"),) for words in GRAMMAR.splitlines())]


class HelpScreen(ModalScreen[None]):
    """Shows the help over the screen that it explains."""

    DEFAULT_CSS = "HelpScreen { align: left top; } HelpScreen Lines { height: 1fr; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,h,left", "leave", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space,ctrl+f", "scroll(20)", show=False),
        Binding("pageup,ctrl+b", "scroll(-20)", show=False),
        Binding("home,g", "scroll(-100000)", show=False),
        Binding("end,G", "scroll(100000)", show=False),
    ]

    def __init__(
        self, screen: str, keymap: Mapping[str, Sequence[str]], look: Look, extra: Sequence[Line] = ()
    ) -> None:
        super().__init__()
        self._of, self._keymap, self._look, self._extra = screen, keymap, look, extra

    def compose(self) -> ComposeResult:
        yield Lines(self._look)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        pane = self.query_one(Lines)
        pane.show(help_lines(self._of, self._keymap, self._look, pane.size.width, self._extra))

    def action_scroll(self, delta: int) -> None:
        self.query_one(Lines).scroll_lines(delta)

    def action_leave(self) -> None:
        self.dismiss(None)
