"""The live queue: a line-API list over a window of rows, at home with a million of them.

A cursor move repaints two lines. At an edge the view jumps half a page. When rows change, the cursor stays on its call;
a call that leaves the queue under the cursor stays in place, marked as gone, until the cursor moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from dispatch_tui.clock import Clock, to_us
from dispatch_tui.errors import DatabaseProblem
from dispatch_tui.store.rows import NEVER, QueueRow
from dispatch_tui.themes import Look
from dispatch_tui.widgets.background import Questions
from dispatch_tui.widgets.columns import Placed, View, cells, differences, header, place
from dispatch_tui.widgets.moments import SECOND, next_change
from dispatch_tui.widgets.pieces import Piece, strip_of
from dispatch_tui.widgets.queue_lines import Marks, rail_sign, row_line
from dispatch_tui.widgets.source import RowSource
from dispatch_tui.widgets.window import Window

NEWS_SECONDS = 5
"""How long a row shows who changed it elsewhere."""


class News(NamedTuple):
    """Who did what to a row in another session, shown until an instant (microseconds)."""

    words: str
    until_us: int


class QueueList(Widget, can_focus=True):
    """Rows of a :class:`RowSource`. The screen tells it of changes; it tells the screen where the cursor is."""

    DEFAULT_CSS = "QueueList { height: 1fr; width: 1fr; min-height: 2; }"

    class Chosen(Message):
        """The row was clicked twice."""

        def __init__(self, row: QueueRow) -> None:
            super().__init__()
            self.row = row

    class SelectionChanged(Message):
        """Rows were selected or released."""

    class Failed(Message):
        """The store could not be read; the rows shown are the last ones known."""

        def __init__(self, problem: DatabaseProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(
        self,
        look: Look,
        clock: Clock,
        *,
        moved: Callable[[QueueRow | None], None] = lambda row: None,
        id: str | None = None,
    ) -> None:
        """``moved`` is told when the cursor comes to another row or its row was read again; directly and not by a
        message, so that what it repaints shares a frame with the list."""
        super().__init__(id=id)
        self._moved = moved
        self.look = look
        self.clock = clock
        self.window = Window()
        self.total: int | None = None
        self.sorted_by = ""
        self.empty: tuple[str, ...] = ()
        self.selected: dict[int, QueueRow] = {}
        self.gone: int | None = None
        self._news: dict[int, News] = {}
        self._placed: tuple[Placed, ...] = ()
        self._questions = Questions(self, self._failed, self._answered)
        self._stale = False
        self._unread = False
        self._timer: Timer | None = None
        self._shown_us = 0
        self._rail_shown: list[str] = []

    # What is shown

    @property
    def current(self) -> QueueRow | None:
        return self.window.current

    @property
    def acted_on(self) -> tuple[QueueRow, ...]:
        """The selected rows or, without a selection, the row under the cursor."""
        if self.selected:
            return tuple(self.selected.values())
        return (self.current,) if self.current is not None else ()

    def show_rows(self, rows: list[QueueRow], *, complete: bool) -> None:
        """Show the first rows of a queue before its source is there."""
        self.window.show(rows, at_start=True, at_end=complete)
        self._repaint()

    def open(self, source: RowSource, *, keep: bool = False) -> None:
        """Show a queue from its top; with ``keep`` the rows already shown are read again in place."""
        self._questions.turn_to(source)
        if keep and self.window.rows:
            self.reload()
            return
        self.total = None
        self.gone = None
        self.selected.clear()
        self._unread = True
        self.home()

    def restyle(self, look: Look) -> None:
        self.look = look
        self._repaint()

    def news(self, words: dict[int, str]) -> None:
        """Mark calls that were changed in another session for a moment: call id to who did what."""
        until = to_us(self.clock.now()) + NEWS_SECONDS * SECOND
        self._news |= {call_id: News(text, until) for call_id, text in words.items()}
        self._refresh_rows(words)

    # Reading

    @property
    def source(self) -> RowSource | None:
        """The queue that is shown."""
        return self._questions.source

    def _failed(self, problem: DatabaseProblem) -> None:
        if self._unread:  # the rows are those of the queue before
            self._show([], at_start=True, at_end=True)
        self.post_message(self.Failed(problem))

    def _answered(self) -> None:
        if self._stale:
            self.reload()

    @property
    def _chunk(self) -> int:
        return max(64, 3 * self.window.height)

    def reload(self) -> None:
        """Read again what is shown; the cursor stays on its call and the call on its line."""
        if self._questions.waiting:
            self._stale = True
            return
        self._stale = False
        anchor = self.current
        if anchor is None:
            self.home()
            return
        window = self.window
        line = window.cursor - window.top
        hold_top = window.at_start and window.top == 0
        around = self._chunk

        def read(source: RowSource) -> tuple[QueueRow | None, list[QueueRow], list[QueueRow]]:
            found = source.find(anchor.id)
            middle = found or anchor
            return found, source.before(middle, around), source.after(middle, around)

        def then(answer: tuple[QueueRow | None, list[QueueRow], list[QueueRow]]) -> None:
            if self.current is not None and self.current.id != anchor.id:
                self.reload()  # the cursor has moved on while the answer was awaited
                return
            found, above, below = answer
            self._settle_selection(found, anchor, above, below)
            if found is None and not above and not below:
                self.gone = None
                self._show([], at_start=True, at_end=True)
                return
            self.gone = None if found else anchor.id
            at_start = len(above) < around
            self._show(
                [*above, found or anchor, *below],
                at_start=at_start,
                at_end=len(below) < around,
                cursor=len(above),
                line=len(above) if hold_top and at_start and len(above) < window.height else line,
                base=None if window.position is None else max(0, window.position - len(above)),
            )

        self._questions.ask(read, then)

    def _settle_selection(
        self, found: QueueRow | None, anchor: QueueRow, above: list[QueueRow], below: list[QueueRow]
    ) -> None:
        """Selected rows follow their new versions, so that a bulk act goes by what is on the screen."""
        if not self.selected:
            return
        fresh = {row.id: row for row in (*above, *below, *((found,) if found else ()))}
        self.selected = {call_id: fresh.get(call_id, row) for call_id, row in self.selected.items()}
        if found is None and anchor.id in self.selected:
            del self.selected[anchor.id]
            self.post_message(self.SelectionChanged())

    def _show(
        self,
        rows: list[QueueRow],
        *,
        at_start: bool,
        at_end: bool,
        cursor: int = 0,
        line: int = 0,
        base: int | None = None,
    ) -> None:
        self._unread = False
        window = self.window
        before = (list(window.visible), window.cursor - window.top, len(window.rows) > window.height)
        window.show(rows, at_start=at_start, at_end=at_end, cursor=cursor, line=line, base=base)
        after = list(window.visible)
        if not before[0] or not after or before[2] != (len(window.rows) > window.height):
            self._repaint()
        else:
            for index in range(window.height):
                was = before[0][index] if index < len(before[0]) else None
                now = after[index] if index < len(after) else None
                if was != now or index in (before[1], window.cursor - window.top):
                    self._refresh_line(index)
            self._schedule()
        self._moved(self.current)

    # Moving

    def home(self) -> None:
        limit = self._chunk
        self._questions.ask(
            lambda source: source.head(limit),
            lambda rows: self._show(rows, at_start=True, at_end=len(rows) < limit),
            must=True,
        )

    def end(self) -> None:
        if self.window.at_end:
            self.move(len(self.window.rows))
            return
        limit, total = self._chunk, self.total
        self._questions.ask(
            lambda source: source.tail(limit),
            lambda rows: self._show(
                rows,
                at_start=len(rows) < limit,
                at_end=True,
                cursor=len(rows) - 1,
                line=self.window.height - 1,
                base=None if total is None else max(0, total - len(rows)),
            ),
            must=True,
        )

    def top(self) -> None:
        """To the first row, without reading where it is at hand."""
        if self.window.at_start:
            self.move(-len(self.window.rows))
        else:
            self.home()

    def jump(self, position: int) -> None:
        """Show the rows at a position of the queue (0-based)."""
        limit = self._chunk
        self._questions.ask(
            lambda source: source.at(position, limit),
            lambda rows: self._show(rows, at_start=position == 0, at_end=len(rows) < limit, base=position),
            slow=True,
            must=True,
        )

    def go_to(self, call_id: int) -> bool:
        """Put the cursor on a call of this queue; False if it is not in it (asked inline: a rare act)."""
        index = self.window.index_of(call_id)
        if index is not None:
            self.move(index - self.window.cursor)
            return True
        source = self.source
        found = source.find(call_id) if source is not None else None
        if found is None or source is None:
            return False
        around = self._chunk
        above, below = source.before(found, around), source.after(found, around)
        self.gone = None
        self._show(
            [*above, found, *below],
            at_start=len(above) < around,
            at_end=len(below) < around,
            cursor=len(above),
            line=self.window.height // 2,
        )
        return True

    def move(self, delta: int) -> None:
        """Move the cursor by rows."""
        self._ensure(delta)
        self._moving(lambda: self.window.move(delta))

    def page(self, pages: int) -> None:
        self._ensure(pages * self.window.height)
        self._moving(lambda: self.window.page(pages))

    def scroll_rows(self, lines: int) -> None:
        self._ensure(lines)
        self._moving(lambda: self.window.scroll(lines))

    def _moving(self, act: Callable[[], bool]) -> None:
        window = self.window
        old_line, old_row = window.cursor - window.top, window.current
        moved = act()
        if self.current is old_row and not moved:
            return
        if old_row is not None and self.gone == old_row.id and self.current is not old_row:
            self.gone = None
            index = window.index_of(old_row.id)
            if index is not None:
                del window.rows[index]
                window.move(-1 if index < window.cursor else 0)
            moved = True
        if moved:
            self._repaint()
        else:
            self._refresh_line(old_line)
            self._refresh_line(window.cursor - window.top)
        self._moved(self.current)

    def _ensure(self, delta: int) -> None:
        """Have rows at hand for a move, and some to spare."""
        window, limit = self.window, self._chunk
        if not window.rows:
            return
        target = window.cursor + delta
        if delta > 0 and not window.at_end and target + 2 * window.height >= len(window.rows):
            last = window.rows[-1]
            self._questions.ask(
                lambda source: source.after(last, limit),
                lambda rows: window.append(rows, at_end=len(rows) < limit),
            )
        elif delta < 0 and not window.at_start and target - 2 * window.height < 0:
            first = window.rows[0]
            self._questions.ask(
                lambda source: source.before(first, limit),
                lambda rows: self._prepend(rows, at_start=len(rows) < limit),
            )

    def _prepend(self, rows: list[QueueRow], *, at_start: bool) -> None:
        was_short = len(self.window.rows) < self.window.height
        self.window.prepend(rows, at_start=at_start)
        if was_short:
            self._repaint()

    # Selecting

    def toggle(self) -> None:
        """Select or release the row under the cursor and go on to the next."""
        row = self.current
        if row is None:
            return
        if self.selected.pop(row.id, None) is None:
            self.selected[row.id] = row
        self._refresh_line(self.window.cursor - self.window.top)
        self.move(1)
        self.post_message(self.SelectionChanged())

    def select_loaded(self) -> None:
        """Select every row in view."""
        self.selected |= {row.id: row for row in self.window.visible}
        self._repaint()
        self.post_message(self.SelectionChanged())

    def release(self) -> bool:
        """Release the selection; False if there was none."""
        if not self.selected:
            return False
        self.selected.clear()
        self._repaint()
        self.post_message(self.SelectionChanged())
        return True

    # Painting

    def _repaint(self) -> None:
        self.refresh()
        self._schedule()

    def _refresh_line(self, index: int) -> None:
        if 0 <= index < self.window.height:
            self.refresh(Region(0, index + 1, self.size.width, 1))

    def _refresh_rows(self, call_ids: Iterable[int]) -> None:
        wanted = set(call_ids)
        for index, row in enumerate(self.window.visible):
            if row.id in wanted:
                self._refresh_line(index)
        self._schedule()

    def refresh_rail(self) -> None:
        """Repaint where the mark at the right edge has moved."""
        rail = [self._rail(index) for index in range(self.window.height)]
        for index, sign in enumerate(rail):
            if index >= len(self._rail_shown) or self._rail_shown[index] != sign:
                self._refresh_line(index)
        self._rail_shown = rail

    def on_resize(self, event: events.Resize) -> None:
        self._placed = place(event.size.width)
        self.window.resize(event.size.height - 1)
        if len(self.window.rows) < event.size.height and not self.window.at_end:
            self.reload()
        self._repaint()

    def on_focus(self) -> None:
        self._refresh_line(self.window.cursor - self.window.top)

    def on_blur(self) -> None:
        self._refresh_line(self.window.cursor - self.window.top)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return strip_of(header(self._placed, self.look, self.sorted_by), width, self.look, fill="dim")
        window = self.window
        index = window.top + y - 1
        if index >= len(window.rows):
            return self._blank(y - 1)
        row = window.rows[index]
        marks = self._marks(row, under_cursor=index == window.cursor)
        view = View(to_us(self.clock.now()), self.look)
        pieces = row_line(row, self._placed, view, marks, self._rail(y - 1), width)
        return strip_of(pieces, width, self.look, overlay=self._overlay(index))

    def _overlay(self, index: int) -> Style | None:
        if index != self.window.cursor:
            return None
        return self.look.cursor if self.has_focus else self.look.cursor_idle

    def _marks(self, row: QueueRow, *, under_cursor: bool) -> Marks:
        news = self._news.get(row.id)
        return Marks(under_cursor, row.id in self.selected, row.id == self.gone, news.words if news else "")

    def _rail(self, index: int) -> str:
        return rail_sign(self.window, self.total, index, self.look.glyphs)

    def _blank(self, index: int) -> Strip:
        """Below the rows: nothing or, in an empty queue, what to do."""
        if self.window.rows or not 1 <= index <= len(self.empty):
            return strip_of((), self.size.width, self.look)
        words = self.empty[index - 1]
        style = "bold" if index == 1 else "dim"
        return strip_of((Piece("   "), Piece(words, style)), self.size.width, self.look)

    # Time

    def _schedule(self) -> None:
        """One timer, set for the next instant at which a visible row looks different."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self.is_attached:
            return
        now = to_us(self.clock.now())
        with_age = any(placed.column.id == "age" for placed in self._placed)
        moments = [next_change(row, now, with_age=with_age) for row in self.window.visible]
        moments += [news.until_us for news in self._news.values()]
        at = min(moments, default=NEVER)
        if at < NEVER:
            self._shown_us = now
            self._timer = self.set_timer(min(3_600.0, max(0.02, (at - now) / SECOND)), self.tick)

    def tick(self) -> None:
        """Repaint what time alone has changed since the timer was set, and set it again."""
        now, then = to_us(self.clock.now()), self._shown_us
        old = [call_id for call_id, news in self._news.items() if news.until_us <= now]
        for call_id in old:
            del self._news[call_id]
        before, after = View(then, self.look), View(now, self.look)
        for index, row in enumerate(self.window.visible):
            if row.id in old:
                self._refresh_line(index)
            else:
                for x, width in differences(
                    cells(row, self._placed, before), cells(row, self._placed, after)
                ):
                    self.refresh(Region(x, index + 1, width, 1))
        self._schedule()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        window = self.window
        index = window.top + event.y - 1
        if event.y == 0 or index >= len(window.rows):
            return
        if event.x >= self.size.width - 1 and self.total is not None:
            self.jump(round((event.y - 1) / max(1, window.height - 1) * max(0, self.total - window.height)))
            return
        self.move(index - window.cursor)
        if event.chain == 2 and (row := self.current) is not None:
            self.post_message(self.Chosen(row))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-3)
