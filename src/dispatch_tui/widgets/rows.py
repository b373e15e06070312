"""A list of ready lines with a cursor: for pages that are read whole, unlike the live queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, strip_of


class Row(NamedTuple):
    """A line and what it stands for: ``key`` is empty for headings and blanks, which the cursor passes over."""

    line: Line
    key: str = ""


class Rows(Lines, can_focus=True):
    """Lines with a cursor that stays on its key when the rows change."""

    DEFAULT_CSS = "Rows { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, rows: Rows, key: str) -> None:
            super().__init__()
            self.rows, self.key = rows, key

        @property
        def control(self) -> Rows:
            return self.rows

    class Chosen(Moved):
        """A row was clicked."""

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(look, id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self.cursor = -1

    @property
    def key(self) -> str:
        """What the cursor is on; empty where nothing can be chosen."""
        return self.rows[self.cursor].key if 0 <= self.cursor < len(self.rows) else ""

    @property
    def last(self) -> bool:
        """Whether the cursor is on the last row that can be chosen."""
        return not any(row.key for row in self.rows[self.cursor + 1 :])

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows; the cursor stays on its key, else near its place."""
        before, place = self.key, self.cursor
        self.rows = tuple(rows)
        known = [index for index, row in enumerate(self.rows) if row.key]
        same = next((index for index in known if self.rows[index].key == before), None) if before else None
        near = min(known, key=lambda index: abs(index - max(place, 0)), default=-1)
        self.cursor = near if same is None else same
        self.show([row.line for row in self.rows])
        self._paint_row(place)
        self._into_view()

    def move(self, delta: int) -> None:
        """Go ``delta`` rows down (negative: up), over headings, at most to the ends."""
        known = [index for index, row in enumerate(self.rows) if row.key]
        if not known:
            self.scroll_lines(delta)
            return
        at = known.index(self.cursor) if self.cursor in known else 0
        there = known[max(0, min(at + delta, len(known) - 1))]
        if there == self.cursor:
            self.scroll_lines(delta)  # what stands beyond the last row is read, not chosen
        else:
            self._go(there)

    def put(self, key: str) -> bool:
        """Go to the row of a key; False where there is none."""
        for index, row in enumerate(self.rows):
            if row.key == key:
                self._go(index)
                return True
        return False

    def _go(self, index: int) -> None:
        old, self.cursor = self.cursor, index
        if index != old:
            self._paint_row(old)
            self.post_message(self.Moved(self, self.key))
        self._into_view()
        self._paint_row(index)

    def _into_view(self) -> None:
        height = self.size.height
        if self.cursor < 0 or height <= 0:
            return
        top = self.cursor
        while top > 0 and not self.rows[top - 1].key and self.cursor - top < height - 1:
            top -= 1  # the headings above a row come into view with it
        if top < self.offset_y:
            self.scroll_lines(top - self.offset_y)
        elif self.cursor >= self.offset_y + height:
            self.scroll_lines(self.cursor - self.offset_y - height + 1)

    def _paint_row(self, index: int) -> None:
        y = index - self.offset_y
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        index = y + self.offset_y
        pieces = self.lines[index] if index < len(self.lines) else ()
        overlay = None
        if index == self.cursor:
            overlay = self.look.cursor if self.has_focus else self.look.cursor_idle
        return strip_of(pieces, self.size.width, self.look, overlay=overlay, fill=self.fill)

    def on_resize(self) -> None:
        self._into_view()

    def on_focus(self) -> None:
        self._paint_row(self.cursor)

    def on_blur(self) -> None:
        self._paint_row(self.cursor)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.offset_y
        if index < len(self.rows) and self.rows[index].key:
            event.stop()
            self._go(index)
            self.post_message(self.Chosen(self, self.key))
