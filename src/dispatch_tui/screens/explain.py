"""Why a call is due when it is: one clock at a time, stretch by stretch."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from dispatch_tui.actions import EXPLAIN, action_named, bindings_for
from dispatch_tui.clock import to_us
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.explained import CallWhy, ClockWhy, call_explained
from dispatch_tui.screens.page import Page
from dispatch_tui.sla.explain import Explanation
from dispatch_tui.themes import Look
from dispatch_tui.widgets import explain_lines as lines
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.moments import SECOND, next_minute, next_of_clock
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

TALL_FROM = 36
"""From this height there is room for more changes below the table."""
FEW, MANY = 5, 8
BESIDE = 10
"""Lines beside the table and what is below it."""


class ExplainScreen(Page):
    """One call's clocks, explained."""

    kind = EXPLAIN
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(EXPLAIN)]
    DEFAULT_CSS = """
    ExplainScreen #title, ExplainScreen #clocks, ExplainScreen #columns { height: 1; }
    ExplainScreen #why { height: 5; }
    ExplainScreen #terms { height: 5; }
    ExplainScreen.-tall #terms { height: 8; }
    """

    title_bar = getters.query_one("#title", Lines)
    tabs = getters.query_one("#clocks", Lines)
    why_pane = getters.query_one("#why", Lines)
    columns = getters.query_one("#columns", Lines)
    terms = getters.query_one("#terms", Lines)

    def __init__(self, desk: Desk, call_id: int, look: Look, clock: str = "") -> None:
        """``clock``: the kind of the clock to begin with; empty or unknown: the first that goes on."""
        super().__init__(look)
        self.desk, self.call_id = desk, call_id
        self.why: CallWhy | None = None
        self.at = 0
        self.explanations: tuple[Explanation, ...] = ()
        """Of each clock, cut up beside the event loop: a budget of years has thousands of stretches."""
        self.folded: bool | None = None
        """None: long ones only."""
        self._first = clock
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, fill="bar", id="clocks")
        yield Lines(self.look, id="why")
        yield Lines(self.look, id="columns")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, id="terms")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    @property
    def one(self) -> ClockWhy | None:
        """The clock that is shown."""
        return self.why.clocks[self.at] if self.why is not None and self.why.clocks else None

    def on_mount(self) -> None:
        self.rows.focus()
        self.start(self._read, "read")

    async def _read(self) -> None:
        def read() -> tuple[CallWhy, tuple[Explanation, ...]]:
            with self.desk.store.read() as connection:
                why = call_explained(connection, self.call_id)
            now = self.desk.clock.now()
            return why, tuple(one.explained(now) for one in why.clocks)

        shown = self._first if self.one is None else self.one.kind
        why, self.explanations = await asyncio.to_thread(read)
        self.why = why
        kinds = [one.kind for one in why.clocks]
        running = (index for index, one in enumerate(why.clocks) if one.clock.ended_at is None)
        self.at = kinds.index(shown) if shown in kinds else next(running, 0)
        self.paint()

    def calls_changed(self, call_ids: set[int]) -> None:
        if self.call_id in call_ids:
            self.start(self._read, "read")

    # Painting

    def paint(self) -> None:
        self.set_class(self.size.height >= TALL_FROM, "-tall")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.paint_keys()
        why, now = self.why, self.desk.clock.now()
        if why is None:
            self.why_pane.show([(Piece(" Reading the call's past …", "dim"),)])
            return
        frame = lines.Frame(self.size.width, now, self.look, why.zone)
        self.title_bar.show([lines.title_line(why, frame)])
        self.tabs.show([lines.tab_line(why, self.at, frame)])
        one = self.one
        if one is None:
            self.why_pane.show(lines.empty_lines(why, frame))
            self._paint_terms(why, 0, frame)
            return
        explanation = self.explanations[self.at]
        self.why_pane.show(lines.head_lines(one, explanation, frame))
        folded = self._is_folded(explanation)
        rows = lines.segment_rows(one, explanation, frame, folded=folded)
        self.columns.show([lines.column_heads(frame, folded=folded)] if rows else [])
        self.rows.show_rows(rows)
        self._paint_terms(why, len(rows), frame)
        self._wake_up(one)

    def _paint_terms(self, why: CallWhy, rows: int, frame: lines.Frame) -> None:
        """What a short table leaves free is room for the agreement, its changes and the others."""
        least = MANY if self.has_class("-tall") else FEW
        shown = lines.terms_lines(why, self.one, frame, max(least, self.size.height - BESIDE - rows))
        self.terms.styles.height = max(least, len(shown))
        self.terms.show(shown)

    def _is_folded(self, explanation: Explanation) -> bool:
        long = len(explanation.segments) >= lines.FOLD_FROM
        return long if self.folded is None else self.folded

    def _wake_up(self, one: ClockWhy) -> None:
        """One timer, set for the next instant at which something here looks different."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if one.clock.ended_at is not None:
            return
        now = to_us(self.desk.clock.now())
        due, warn = (None if at is None else to_us(at) for at in (one.due_at, one.stored.warn_at))
        at = min(next_minute(now), next_of_clock(due, warn, one.clock.paused_since is not None, now))
        self._timer = self.set_timer(max(0.02, (at - now) / SECOND), self.tick)

    def tick(self) -> None:
        """Show what time alone has changed; what goes on without a due time is cut up anew up to now."""
        if self.one is not None and self.one.due_at is None:
            self.start(self._read, "read")
        else:
            self._paint()

    # Keys

    def action_do_next_clock(self) -> None:
        self._turn(1)

    def action_do_previous_clock(self) -> None:
        self._turn(-1)

    def _turn(self, delta: int) -> None:
        if self.why is not None and self.why.clocks:
            self._show((self.at + delta) % len(self.why.clocks))

    def _show(self, index: int) -> None:
        self.at = index
        self._paint()
        self.action_do_top()

    def action_do_fold(self) -> None:
        """One row for each day, or every stretch."""
        if self.one is not None:
            self.folded = not self._is_folded(self.explanations[self.at])
            self._paint()

    def action_do_read_explained(self) -> None:
        self.start(self._read, "read")

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()

    async def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        kind, _, index = event.action.partition(":")
        if kind == "clock":
            self._show(int(index))
        else:
            await self.run_action(action_named(kind).method)


async def show_explained(app: WorkbenchApp, call_id: int, clock: str = "") -> None:
    """Why the call is due when it is, beginning with one of its clocks."""
    session = await app.session_ready()
    app.push_screen(ExplainScreen(session.desk, call_id, app.look, clock))
