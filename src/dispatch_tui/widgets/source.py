"""What the queue list needs to know of a store: one ordered queue, read through a window."""

from __future__ import annotations

from typing import Protocol

from dispatch_tui.store.rows import QueueRow


class RowSource(Protocol):
    """One queue in its order. Rows already seen serve as places: "after this row" means after its key, whether or not
    the row still stands there. Methods raise :class:`dispatch_tui.errors.DatabaseProblem` when the store is lost."""

    @property
    def quick(self) -> bool:
        """True when a window is read in well under a frame, so that it may be asked for on the event loop."""

    def head(self, limit: int) -> list[QueueRow]:
        """The first rows."""

    def tail(self, limit: int) -> list[QueueRow]:
        """The last rows, in display order."""

    def after(self, row: QueueRow, limit: int) -> list[QueueRow]:
        """Rows that follow ``row``."""

    def before(self, row: QueueRow, limit: int) -> list[QueueRow]:
        """Rows that precede ``row``, in display order (the nearest last)."""

    def find(self, call_id: int) -> QueueRow | None:
        """The row of a call as it is now, if it belongs to this queue."""

    def at(self, position: int, limit: int) -> list[QueueRow]:
        """Rows from a position (0-based) on; may be slow the first time."""

    def rank(self, row: QueueRow) -> int:
        """How many rows precede ``row``; may take some milliseconds."""

    def count(self) -> int:
        """How many rows there are; may take some milliseconds."""
