"""A widget that paints given lines and repaints only those that differ."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dispatch_tui.themes import Look
from dispatch_tui.widgets.pieces import Line, action_at, strip_of


class Lines(Widget):
    """A block of lines of fixed size (bars, panes): :meth:`show` never lays the screen out again."""

    DEFAULT_CSS = "Lines { height: 1; width: 1fr; }"

    class Clicked(Message):
        """A piece with an action was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(
        self, look: Look, *, fill: str = "text", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.look = look
        self.fill = fill
        self.lines: tuple[Line, ...] = ()
        self.offset_y = 0

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines; those that stay the same are not painted again."""
        old, self.lines = self.lines, tuple(lines)
        self.offset_y = max(0, min(self.offset_y, len(self.lines) - self.size.height))
        for y in range(self.size.height):
            before = old[y + self.offset_y] if y + self.offset_y < len(old) else ()
            after = self.lines[y + self.offset_y] if y + self.offset_y < len(self.lines) else ()
            if before != after:
                self.refresh(Region(0, y, self.size.width, 1))

    def top(self) -> None:
        """Back to the first line."""
        if self.offset_y:
            self.offset_y = 0
            self.refresh()

    def scroll_lines(self, delta: int) -> bool:
        """Move the view over the lines; False at an end."""
        offset = max(0, min(self.offset_y + delta, len(self.lines) - self.size.height))
        if offset == self.offset_y:
            return False
        self.offset_y = offset
        self.refresh()
        return True

    def restyle(self, look: Look) -> None:
        self.look = look
        self.refresh()

    def render_line(self, y: int) -> Strip:
        index = y + self.offset_y
        pieces = self.lines[index] if index < len(self.lines) else ()
        return strip_of(pieces, self.size.width, self.look, fill=self.fill)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.offset_y
        if index < len(self.lines) and (action := action_at(self.lines[index], event.x)):
            event.stop()
            self.post_message(self.Clicked(action))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        if self.scroll_lines(3):
            event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        if self.scroll_lines(-3):
            event.stop()
