"""The part of a queue that is in memory: a run of rows, a cursor on one of them, and the lines that are in view.

Pure bookkeeping without a screen or a store: the list widget feeds rows in and asks what to paint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dispatch_tui.store.rows import QueueRow

KEPT = 1_024
"""Rows kept in memory at most; the far side is dropped when a window grows beyond."""


@dataclass(slots=True)
class Window:
    """``rows[top : top + height]`` is in view, ``rows[cursor]`` is the row that keys act on.

    ``at_start`` and ``at_end`` say that no row precedes or follows ``rows``; ``base`` is the position of ``rows[0]``
    in the whole queue, where it is known.
    """

    rows: list[QueueRow] = field(default_factory=list)
    cursor: int = 0
    top: int = 0
    height: int = 1
    at_start: bool = True
    at_end: bool = True
    base: int | None = 0

    @property
    def current(self) -> QueueRow | None:
        return self.rows[self.cursor] if self.rows else None

    @property
    def visible(self) -> Sequence[QueueRow]:
        return self.rows[self.top : self.top + self.height]

    @property
    def position(self) -> int | None:
        """0-based position of the cursor in the whole queue, where it is known."""
        return None if self.base is None or not self.rows else self.base + self.cursor

    def index_of(self, call_id: int) -> int | None:
        return next((index for index, row in enumerate(self.rows) if row.id == call_id), None)

    def show(
        self,
        rows: Sequence[QueueRow],
        *,
        at_start: bool,
        at_end: bool,
        cursor: int = 0,
        line: int = 0,
        base: int | None = None,
    ) -> None:
        """Replace the rows; the cursor's row goes to ``line`` of the view as nearly as the ends allow."""
        self.rows = list(rows)
        self.at_start, self.at_end = at_start, at_end
        self.base = 0 if at_start else base
        self.cursor = self._clamped(cursor)
        self.top = self.cursor - line
        self._settle()

    def resize(self, height: int) -> None:
        """A new number of visible lines; the cursor stays in view."""
        self.height = max(1, height)
        if self.cursor >= self.top + self.height:
            self.top = self.cursor - self.height + 1
        self._settle()

    def append(self, rows: Sequence[QueueRow], *, at_end: bool) -> None:
        """Rows that follow the last one; rows far before the view are dropped."""
        self.rows.extend(rows)
        self.at_end = at_end
        surplus = min(len(self.rows) - KEPT, self.top - self.height)
        if surplus > 0:
            del self.rows[:surplus]
            self.cursor -= surplus
            self.top -= surplus
            self.at_start = False
            if self.base is not None:
                self.base += surplus

    def prepend(self, rows: Sequence[QueueRow], *, at_start: bool) -> None:
        """Rows that precede the first one; rows far behind the view are dropped."""
        self.rows[:0] = rows
        self.cursor += len(rows)
        self.top += len(rows)
        self.at_start = at_start
        if at_start:
            self.base = 0
        elif self.base is not None:
            self.base = max(0, self.base - len(rows))
        keep = max(KEPT, self.top + 2 * self.height)
        if len(self.rows) > keep:
            del self.rows[keep:]
            self.at_end = False
        self._settle()

    def move(self, delta: int) -> bool:
        """Move the cursor by rows; beyond an edge of the view the view jumps half a page. True if the view moved."""
        self.cursor = self._clamped(self.cursor + delta)
        old = self.top
        if self.cursor < self.top:
            self.top = self.cursor - self.height // 2
        elif self.cursor >= self.top + self.height:
            self.top = self.cursor - (self.height - 1) // 2
        self._settle()
        return self.top != old

    def page(self, pages: int) -> bool:
        """Move cursor and view by whole pages, one line kept for orientation. True if the view moved."""
        step = pages * max(1, self.height - 1)
        line, old = self.cursor - self.top, self.top
        self.cursor = self._clamped(self.cursor + step)
        self.top = self.cursor - line
        self._settle()
        return self.top != old

    def scroll(self, lines: int) -> bool:
        """Move the view; the cursor is taken along at its edges. True if the view moved."""
        old = self.top
        self.top += lines
        self._settle(follow=False)
        self.cursor = min(max(self.cursor, self.top), max(self.top, self.top + self.height - 1))
        self.cursor = self._clamped(self.cursor)
        return self.top != old

    def _clamped(self, index: int) -> int:
        return max(0, min(index, len(self.rows) - 1))

    def _settle(self, *, follow: bool = True) -> None:
        """Keep the view inside the rows and, with ``follow``, the cursor inside the view."""
        self.top = max(0, min(self.top, len(self.rows) - self.height))
        if follow:
            self.top = min(self.top, self.cursor)
            self.top = max(self.top, self.cursor - self.height + 1, 0)
