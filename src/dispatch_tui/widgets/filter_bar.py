"""The filter bar: one line of grammar, with what could come next and a finger on what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from dispatch_tui.errors import FilterError
from dispatch_tui.store.filters import Completion, Filter, complete, parse
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece

Names = Callable[[str, str], Sequence[str]]


class FilterInput(Input):
    """The line itself; Tab and the arrows belong to the completions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("escape", "leave", show=False),
    ]

    def action_complete(self) -> None:
        self.bar.accept()

    def action_step(self, delta: int) -> None:
        self.bar.step(delta)

    def action_leave(self) -> None:
        self.bar.post_message(FilterBar.Left())

    @property
    def bar(self) -> FilterBar:
        return next(node for node in self.ancestors if isinstance(node, FilterBar))


class FilterBar(Vertical):
    """Reads a filter while it is typed. Posts :class:`Applied` on Enter and :class:`Left` on Escape."""

    DEFAULT_CSS = """
    FilterBar { height: 2; width: 1fr; background: $panel; }
    FilterBar FilterInput { width: 1fr; margin: 0 0 0 1; background: $panel; }
    """

    class Applied(Message):
        """A filter that reads well was entered; an empty one means none."""

        def __init__(self, text: str, filter: Filter) -> None:
            super().__init__()
            self.text, self.filter = text, filter

    class Left(Message):
        """The bar was left without a new filter."""

    def __init__(self, look: Look, text: str, names: Names) -> None:
        super().__init__(id="filter")
        self._look = look
        self._text = text
        self._names = names
        self._offers: Sequence[Completion] = ()
        self._at = 0
        self._fault: FilterError | None = None

    def compose(self) -> ComposeResult:
        line = FilterInput(self._text, placeholder="pri:1 status:hold cust:acme due<2h words", compact=True)
        line.cursor_blink = False
        line.select_on_focus = False
        yield line
        yield Lines(self._look, fill="bar", id="filter-hint")

    def on_mount(self) -> None:
        self.query_one(FilterInput).focus()
        self.call_after_refresh(self._hint)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._at = 0
        self._fault = None
        self._hint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            wanted = parse(event.value)
        except FilterError as fault:
            self._fault = fault
            self._hint()
            return
        self.post_message(self.Applied(event.value.strip(), wanted))

    def step(self, delta: int) -> None:
        """Go through the completions."""
        if self._offers:
            self._at = (self._at + delta) % len(self._offers)
            self._show()

    def accept(self) -> None:
        """Put the chosen completion in."""
        line = self.query_one(FilterInput)
        if self._offers:
            text, cursor = self._offers[self._at].applied(line.value)
            line.value = text
            line.cursor_position = cursor

    def _hint(self) -> None:
        line = self.query_one(FilterInput)
        self._offers = complete(line.value, line.cursor_position, self._names)
        if self._fault is None and line.value.strip():
            try:
                parse(line.value)
            except FilterError as fault:
                # While a word is still being typed its completions say more than "cannot be read".
                at_end = fault.end >= len(line.value.rstrip()) and line.cursor_position >= len(line.value)
                self._fault = None if self._offers and at_end else fault
        self._show()

    def _show(self) -> None:
        pane = self.query_one("#filter-hint", Lines)
        pane.show(
            [self._fault_line(self._fault) if self._fault is not None else self._offer_line(pane.size.width)]
        )

    def _fault_line(self, fault: FilterError) -> Line:
        """Carets under the fault, the reason behind (or before) them."""
        text = self.query_one(FilterInput).value
        start = cell_len(text[: fault.start]) + 1
        carets = "^" * max(1, cell_len(text[fault.start : fault.end]))
        width = self.size.width
        words = f"{fault.message} {fault.remedy}".strip()
        if start + len(carets) + 1 + len(words) > width:
            words = fault.message
        if start + len(carets) + 1 + len(words) > width and len(words) + 2 <= start:
            return (Piece(words.rjust(start - 1) + " ", "error"), Piece(carets, "error"))
        return (Piece(" " * start, "bar"), Piece(carets, "error"), Piece(f" {words}", "error"))

    def _offer_line(self, width: int) -> Line:
        if not self._offers:
            return (Piece(" Enter apply   Esc leave   an empty line shows all", "bar"),)
        pieces: list[Piece] = [Piece(" Tab ", "key")]
        for index in range(self._at, len(self._offers)):
            offer = self._offers[index]
            words = f" {offer.text} " if index != self._at else f" {offer.text} ({offer.hint}) "
            if sum(cell_len(piece.text) for piece in pieces) + cell_len(words) > width:
                break
            pieces.append(Piece(words, "bold" if index == self._at else "bar"))
        return tuple(pieces)
