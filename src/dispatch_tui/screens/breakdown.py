"""What a number is made of: one level at a time, down to the visits."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import BREAKDOWN, bindings_for
from dispatch_tui.roi.figures import Figure
from dispatch_tui.screens.page import Page
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece, fit
from dispatch_tui.widgets.roi_lines import figure_head, figure_rows
from dispatch_tui.widgets.rows import Rows


class BreakdownScreen(Page):
    """A figure and its inputs. Enter goes into an input, Escape back out."""

    kind = BREAKDOWN
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(BREAKDOWN)]
    DEFAULT_CSS = """
    BreakdownScreen #trail { height: 1; }
    BreakdownScreen #head { height: 5; }
    """

    trail = getters.query_one("#trail", Lines)
    head = getters.query_one("#head", Lines)

    def __init__(self, figure: Figure, currency: str, digits: int, look: Look) -> None:
        super().__init__(look)
        self.path: list[tuple[Figure, str]] = [(figure, "")]
        """The figures gone into, each with the row that the cursor was on."""
        self._currency, self._digits = currency, digits

    @property
    def figure(self) -> Figure:
        return self.path[-1][0]

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="trail")
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
        trail = " > ".join(figure.label for figure, _ in self.path)
        self.trail.show([(Piece(fit(f" {trail}", width, self.look), "bar"),)])
        self.head.show(figure_head(self.figure, self._currency, self._digits, width, self.look))
        self.rows.show_rows(
            figure_rows(self.figure, self._currency, self._digits, self.rows.size.width, self.look)
        )
        self.paint_keys()

    def action_do_look_into(self) -> None:
        kind, _, index = self.rows.key.partition(":")
        if kind != "part":
            return
        part = self.figure.inputs[int(index)]
        if not part.inputs and not part.formula:
            self.say(
                "That is an input: nothing stands behind it." if not part.ref else f"On record as {part.ref}."
            )
            return
        self.path[-1] = (self.figure, self.rows.key)
        self.path.append((part, ""))
        self._message = ("", "bar")
        self.paint()
        self.action_do_top()

    def action_do_leave(self) -> None:
        self._message = ("", "bar")
        self.path.pop()
        if not self.path:
            self.dismiss()
            return
        self.paint()
        self.rows.put(self.path[-1][1])

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()
