"""The first screen as it is seen: saved queues with live counts, the list, the story of a call beside or below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.screen import Screen
from textual.timer import Timer

from dispatch_tui.actions import ACTIONS, QUEUE, action_named
from dispatch_tui.errors import DatabaseProblem, FilterError
from dispatch_tui.painting import NarrowCompositor
from dispatch_tui.screens.story_pane import StoryPane
from dispatch_tui.store.filters import Filter, describe
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.store.saved import SavedQueue
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.bars import Owed, QueueTab, footer, owed_line, place_words, queue_bar
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.queue_list import QueueList

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.feed import FeedChange
    from dispatch_tui.widgets.filter_bar import FilterBar

BESIDE_FROM = 160
"""Width from which the story stands beside the list, and is open from the start."""
SHORT_BELOW = 34
"""Height below which the story takes most of the screen and the list keeps a few lines."""
SMALLEST = (36, 7)
"""Columns and lines below which there is no room for a queue."""
MESSAGE_SECONDS = 6.0


class QueueView(Screen[None], inherit_bindings=False):
    """What the queue screen shows and knows; its keys are in :class:`dispatch_tui.screens.queue.QueueScreen`."""

    app: WorkbenchApp
    DEFAULT_CSS = """
    QueueView #body { height: 1fr; width: 1fr; layout: vertical; }
    QueueView #story { display: none; height: 15; }
    QueueView.-story #story { display: block; }
    QueueView.-story.-short #story { height: 1fr; }
    QueueView.-story.-short QueueList { height: 5; }
    QueueView.-story.-beside #body { layout: horizontal; }
    QueueView.-story.-beside #story { width: 64; height: 1fr; }
    QueueView #banner { display: none; }
    QueueView.-trouble #banner { display: block; }
    QueueView #foot { height: 1; width: 1fr; }
    QueueView #place { width: 18; }
    QueueView #tiny { display: none; height: 1fr; }
    QueueView.-tiny #tiny { display: block; }
    QueueView.-tiny #bar, QueueView.-tiny #body, QueueView.-tiny #foot { display: none; }
    """
    SORTS: ClassVar[Mapping[str, tuple[str, str]]] = {
        "rank": ("What to deal with first", "clock"),
        "due": ("Due", "due"),
        "opened": ("Oldest first", "age"),
        "priority": ("Priority", "priority"),
    }
    """Order to its words and the column that carries the sign."""

    calls = getters.query_one(QueueList)
    bar = getters.query_one("#bar", Lines)
    story = getters.query_one(StoryPane)
    foot = getters.query_one("#keys", Lines)
    place = getters.query_one("#place", Lines)
    banner = getters.query_one("#banner", Lines)

    def __init__(
        self,
        look: Look,
        queues: Sequence[SavedQueue],
        first: SavedQueue,
        rows: list[QueueRow] | None = None,
        *,
        complete: bool = False,
    ) -> None:
        """``rows`` are the first ones of the queue ``first``, at hand before the database is open; ``complete`` says
        that there are no others."""
        super().__init__()
        self._compositor = NarrowCompositor()
        self._first_rows = (rows or [], complete or rows is None)
        self.look = look
        self.queues = tuple(queues)
        self.queue = first
        self.sort = first.sort
        self.filter_text = ""
        self.filter = Filter()
        self.counts: dict[str, int] = {}
        self.owed = Owed()
        self._message: tuple[str, str] = ("", "bar")
        self._message_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="bar")
        with Container(id="body"):
            calls = QueueList(self.look, self.app.clock, moved=self.cursor_moved)
            calls.show_rows(self._first_rows[0], complete=self._first_rows[1])
            yield calls
            yield StoryPane(self.look)
        yield Lines(self.look, fill="error", id="banner")
        with Horizontal(id="foot"):
            yield Lines(self.look, fill="bar", id="keys")
            yield Lines(self.look, fill="bar", id="place")
        yield Lines(self.look, id="tiny")

    def on_mount(self) -> None:
        self.calls.empty = ("Opening the database …",)
        self.calls.sorted_by = self.SORTS[self.sort][1]
        self.calls.focus()
        self.call_after_refresh(self.app.painted)

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        tiny = width < SMALLEST[0] or height < SMALLEST[1]
        self.set_class(tiny, "-tiny")
        if tiny:
            self.call_after_refresh(self._say_tiny)
            return
        beside = width >= BESIDE_FROM
        if beside and not self.has_class("-beside"):
            self.add_class("-story")
        self.set_class(beside, "-beside")
        self.set_class(not beside and height < SHORT_BELOW, "-short")
        self.call_after_refresh(self._resized)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is done to calls that nobody can see."""
        return not self.has_class("-tiny") and super().check_action(action, parameters)

    def _say_tiny(self) -> None:
        words = ("Too small.", f"{SMALLEST[0]}x{SMALLEST[1]} at least.", "q quits.")
        self.query_one("#tiny", Lines).show([(Piece(one),) for one in words])

    def _resized(self) -> None:
        self.paint_bars()
        if self.story_open:
            self.story.read()

    # Bars

    def paint_bars(self) -> None:
        """Top and bottom lines, as far as they changed."""
        tabs = [QueueTab(one.id, one.title, one.key, self.counts.get(one.id)) for one in self.tabs]
        words = f"/ {plain(describe(self.filter))}" if self.filter_text else ""
        owed = owed_line(self.owed, self.look)
        bar = queue_bar(tabs, self.queue.id, self.size.width, self.look, filter_words=words, right=owed)
        self.bar.show([bar])
        words, style = self._message
        actions = [action for action in ACTIONS if QUEUE in action.screens or "app" in action.screens]
        self.foot.show(
            [footer(actions, self.app.user_keys, self.foot.size.width, self.look, message=words, style=style)]
        )
        self.paint_place()

    @property
    def tabs(self) -> list[SavedQueue]:
        """The queues of the bar: those with a key, and the one that is shown."""
        return [one for one in self.queues if one.key or one.id == self.queue.id]

    def paint_place(self) -> None:
        window = self.calls.window
        words = place_words(window.position, self.calls.total, len(self.calls.selected))
        self.place.show([(Piece(words.rjust(max(0, self.place.size.width - 1)) + " ", "bar"),)])

    def say(self, words: str, style: str = "bar") -> None:
        """A message in place of the key hints, for some seconds."""
        self._message = (plain(words), style)
        if self._message_timer is not None:
            self._message_timer.stop()
            self._message_timer = None
        if words:
            self._message_timer = self.set_timer(MESSAGE_SECONDS, lambda: self.say(""))
        self.paint_bars()

    def trouble(self, problem: DatabaseProblem | None) -> None:
        """A banner while the database cannot be used; the rows on the screen are the last ones known."""
        if problem is not None:
            self.banner.show([(Piece(f" {problem.message} {problem.remedy}", "error"),)])
            if not self.calls.window.rows:
                self.calls.empty = (problem.message, problem.remedy, "r tries again, q leaves.")
                self.calls.refresh()
        self.set_class(problem is not None, "-trouble")

    def read_again(self) -> None:
        """Read what is shown: the database is back, and some of it may have been asked for in vain."""
        self.reopen(keep=True)
        if self.story_open:
            self.story.read()

    # Queues

    def open_queue(self, queue: SavedQueue, *, keep: bool = False) -> None:
        """Show a saved queue; the filter of the bar stays on top of it."""
        if queue.id != self.queue.id:
            self.sort = queue.sort
        self.queue = queue
        self.reopen(keep=keep)

    def reopen(self, *, keep: bool = False) -> None:
        """Read the queue anew: another queue, filter or order, or a session that has just opened."""
        self.calls.sorted_by = self.SORTS[self.sort][1]
        self.paint_bars()
        session = self.app.session
        if session is None:
            return
        try:
            wanted = self.queue.filter.also(self.filter)
        except FilterError as error:
            self.calls.empty = (
                f"The filter of this queue cannot be read: {error.message}",
                "Correct it in the settings.",
            )
            self.say(error.message, "error")
            return
        self.calls.empty = self._empty_words()
        self.calls.open(session.rows(wanted, self.sort), keep=keep)
        self.app.count_soon()

    def _empty_words(self) -> tuple[str, ...]:
        if self.filter_text:
            return ("No call fits the filter.", "Esc shows the whole queue again; / changes the filter.")
        if self.queue.id == "all":
            return (
                "No open calls.",
                "N opens one. 'dispatch-tui import' brings in a log;",
                "'dispatch-tui demo' shows an invented company.",
            )
        return (
            f"Nothing in “{plain(self.queue.title)}”.",
            "1 shows all open calls; w chooses another queue.",
        )

    def counted(self, counts: Mapping[str, int], total: int | None, rank: int | None) -> None:
        """New counts of the saved queues; the size of the queue shown, and the place of its cursor."""
        self.counts = dict(counts)
        listing = self.calls
        listing.total = total
        if rank is not None and listing.window.rows:
            listing.window.base = max(0, rank - listing.window.cursor)
        listing.refresh_rail()
        self.paint_bars()

    def now_owed(self, owed: Owed) -> None:
        """Whom to call first, and drafts: as counted now."""
        if owed != self.owed:
            self.owed = owed
            self.paint_bars()

    def restyle(self, look: Look) -> None:
        """Another theme."""
        self.look = look
        self.calls.restyle(look)
        for pane in self.query(Lines):
            pane.restyle(look)
        self.paint_bars()

    def after_act(self, *, bulk: bool) -> None:
        """Something was done here: show it."""
        if bulk:
            self.calls.release()
        self.calls.reload()
        self.app.look_again()

    # Messages of the widgets

    def cursor_moved(self, row: QueueRow | None) -> None:
        """The cursor is on another row, or its row was read again (None in an empty queue)."""
        if self.is_mounted:
            self.paint_place()
            if self.story_open:
                self.story.follow(row.id if row is not None else None)

    def on_queue_list_selection_changed(self, event: QueueList.SelectionChanged) -> None:
        event.stop()
        self.paint_place()

    def on_queue_list_failed(self, event: QueueList.Failed) -> None:
        event.stop()
        self.app.database_lost(event.problem)

    async def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        name, _, argument = event.action.partition(":")
        if name == "queue.open":
            self.open_queue(next(one for one in self.queues if one.id == argument))
        elif name == "explain":
            self.explain(argument)
        else:
            await self.run_action(action_named(name).method)

    def on_filter_bar_applied(self, event: FilterBar.Applied) -> None:
        event.stop()
        self.set_filter(event.text, event.filter)
        self._close_filter()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        event.stop()
        self._close_filter()

    def set_filter(self, text: str, wanted: Filter, *, reopen: bool = True) -> None:
        """Narrow the queue by a filter; an empty one shows all of it."""
        self.filter_text, self.filter = text, wanted
        if reopen:
            self.reopen()

    def set_sort(self, sort: str) -> None:
        self.sort = sort
        self.reopen()

    def _close_filter(self) -> None:
        self.query("FilterBar").remove()
        self.calls.focus()

    def explain(self, clock: str = "") -> None:
        """Explain a clock of the call whose story is open, else of the call under the cursor."""
        raise NotImplementedError

    # The story

    @property
    def story_open(self) -> bool:
        return self.has_class("-story")

    def show_visitor(self, row: QueueRow) -> None:
        """The story of a call that is not in the queue; the next move of the cursor ends the visit."""
        self.add_class("-story")
        self.story.call_id = row.id
        self.call_after_refresh(self.story.read)
        self.say(f"{row.number} is {STATUS_WORDS.get(row.status, row.status)}: its story is shown below")

    def story_changed(self, call_ids: set[int]) -> None:
        """Calls were changed elsewhere: read the story again if it is one of theirs, and tell the pages."""
        if self.story_open and self.story.call_id in call_ids:
            self.story.read()
        from dispatch_tui.screens.page import Page

        for page in self.app.screen_stack:
            if isinstance(page, Page):
                page.calls_changed(call_ids)

    def records_changed(self, news: Sequence[FeedChange]) -> None:
        """Records were changed elsewhere: tell the pages."""
        from dispatch_tui.screens.page import Page

        for page in self.app.screen_stack:
            if isinstance(page, Page):
                page.records_changed(news)
