"""The first screen: saved queues with live counts, the list, the story of a call beside or below it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.screen import Screen
from textual.timer import Timer

from dispatch_tui.actions import ACTIONS, QUEUE, action_named, bindings_for
from dispatch_tui.errors import DatabaseProblem, FilterError, NotFound
from dispatch_tui.screens import acts, finding
from dispatch_tui.store.filters import Filter, describe
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.store.saved import SavedQueue
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.bars import QueueTab, footer, place_words, queue_bar
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.filter_bar import FilterBar
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.moments import wall
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.queue_list import QueueList

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.details import CallDetail

BESIDE_FROM = 160
"""Width from which the story stands beside the list, and is open from the start."""
SHORT_BELOW = 34
"""Height below which the story takes most of the screen and the list keeps a few lines."""
SMALLEST = (36, 7)
"""Columns and lines below which there is no room for a queue."""
MESSAGE_SECONDS = 6.0
HELD_SECONDS = 0.15
"""Moves that follow each other this fast come from a key held down."""
REST_SECONDS = 0.06
"""How long the cursor rests before the story of its call is read."""


class QueueScreen(Screen[None], inherit_bindings=False):
    """The live queue."""

    app: WorkbenchApp
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(QUEUE)]
    DEFAULT_CSS = """
    QueueScreen #body { height: 1fr; width: 1fr; layout: vertical; }
    QueueScreen #story { display: none; height: 15; }
    QueueScreen.-story #story { display: block; }
    QueueScreen.-story.-short #story { height: 1fr; }
    QueueScreen.-story.-short QueueList { height: 5; }
    QueueScreen.-story.-beside #body { layout: horizontal; }
    QueueScreen.-story.-beside #story { width: 64; height: 1fr; }
    QueueScreen #banner { display: none; }
    QueueScreen.-trouble #banner { display: block; }
    QueueScreen #foot { height: 1; width: 1fr; }
    QueueScreen #place { width: 18; }
    QueueScreen #tiny { display: none; height: 1fr; }
    QueueScreen.-tiny #tiny { display: block; }
    QueueScreen.-tiny #bar, QueueScreen.-tiny #body, QueueScreen.-tiny #foot { display: none; }
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
    story = getters.query_one("#story", Lines)
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
        self._first_rows = (rows or [], complete or rows is None)
        self.look = look
        self.queues = tuple(queues)
        self.queue = first
        self.sort = first.sort
        self.filter_text = ""
        self.filter = Filter()
        self.counts: dict[str, int] = {}
        self._visitor: int | None = None
        self._detail: CallDetail | None = None
        self._story_timer: Timer | None = None
        self._last_move = 0.0
        self._message: tuple[str, str] = ("", "bar")
        self._message_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="bar")
        with Container(id="body"):
            calls = QueueList(self.look, self.app.clock, moved=self.cursor_moved)
            calls.show_rows(self._first_rows[0], complete=self._first_rows[1])
            yield calls
            yield Lines(self.look, id="story")
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

    def _say_tiny(self) -> None:
        words = ("Too small.", f"{SMALLEST[0]}x{SMALLEST[1]} at least.", "q quits.")
        self.query_one("#tiny", Lines).show([(Piece(one),) for one in words])

    def _resized(self) -> None:
        self.paint_bars()
        if self.story_open:
            self._read_story()

    # Bars

    def paint_bars(self) -> None:
        """Top and bottom lines, as far as they changed."""
        tabs = [QueueTab(one.id, one.title, one.key, self.counts.get(one.id)) for one in self.tabs]
        right = f"/ {plain(describe(self.filter))}"[: self.size.width // 2] if self.filter_text else ""
        self.bar.show([queue_bar(tabs, self.queue.id, self.size.width, self.look, right=right)])
        words, style = self._message
        actions = [action for action in ACTIONS if QUEUE in action.screens or "app" in action.screens]
        self.foot.show([footer(actions, self.app.user_keys, self.foot.size.width, self.look, message=words, style=style)])
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
            self.calls.empty = (f"The filter of this queue cannot be read: {error.message}", "Correct it in the settings.")
            self.say(error.message, "error")
            return
        self.calls.empty = self._empty_words()
        self.calls.open(session.rows(wanted, self.sort), keep=keep)
        self.app.count_soon()

    def _empty_words(self) -> tuple[str, ...]:
        if self.filter_text:
            return ("No call fits the filter.", "Esc shows the whole queue again; / changes the filter.")
        if self.queue.id == "all":
            return ("No open calls.", "N opens one; dispatch-tui import brings in a log; dispatch-tui demo shows how it looks.")
        return (f"Nothing in “{plain(self.queue.title)}”.", "1 shows all open calls; w chooses another queue.")

    def counted(self, counts: Mapping[str, int], total: int | None, rank: int | None) -> None:
        """New counts of the saved queues; the size of the queue shown, and the place of its cursor."""
        self.counts = dict(counts)
        listing = self.calls
        listing.total = total
        if rank is not None and listing.window.rows:
            listing.window.base = max(0, rank - listing.window.cursor)
        listing.refresh_rail()
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
        self.app.count_soon()

    # Messages of the widgets

    def cursor_moved(self, row: QueueRow | None) -> None:
        """The cursor is on another row, or its row was read again (None in an empty queue)."""
        if self.is_mounted:
            self.paint_place()
            self.show_story(row)

    def on_queue_list_selection_changed(self, event: QueueList.SelectionChanged) -> None:
        event.stop()
        self.paint_place()

    def on_queue_list_chosen(self, event: QueueList.Chosen) -> None:
        event.stop()
        self.action_do_open()

    def on_queue_list_failed(self, event: QueueList.Failed) -> None:
        event.stop()
        self.app.database_lost(event.problem)

    async def on_lines_clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        name, _, argument = event.action.partition(":")
        if name == "queue.open":
            self.open_queue(next(one for one in self.queues if one.id == argument))
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
        self.query(FilterBar).remove()
        self.calls.focus()

    # The story

    @property
    def story_open(self) -> bool:
        return self.has_class("-story")

    def show_story(self, row: QueueRow | None) -> None:
        """Show what is known of a call, where the story is open: at once after a single key, when the cursor rests
        while a key is held."""
        self._visitor = None
        if not self.story_open:
            return
        if row is None:
            self.story.show([])
            return
        now = perf_counter()
        alone, self._last_move = now - self._last_move > HELD_SECONDS, now
        session = self.app.session
        if alone and session is not None and session.quick:
            try:
                self._paint_story(session.detail(row.id))
            except DatabaseProblem as problem:
                self.app.database_lost(problem)
            except NotFound:
                self.story.show([])
            return
        if self._story_timer is not None:
            self._story_timer.stop()
        self._story_timer = self.set_timer(REST_SECONDS, self._read_story)

    def show_visitor(self, row: QueueRow) -> None:
        """The story of a call that is not in the queue; the next move of the cursor ends the visit."""
        self.add_class("-story")
        self._visitor = row.id
        self._read_story()
        self.say(f"{row.number} is {STATUS_WORDS.get(row.status, row.status)}: its story is shown below")

    def story_changed(self, call_ids: set[int]) -> None:
        """Calls were changed here or elsewhere: read the story again if it is one of theirs."""
        if self.story_open and self._story_of() in call_ids:
            self._read_story()

    def _story_of(self) -> int | None:
        if self._visitor is not None:
            return self._visitor
        return self.calls.current.id if self.calls.current is not None else None

    def _read_story(self) -> None:
        call_id = self._story_of()
        if call_id is not None:
            self.run_worker(self._fetch_story(call_id), group="story", exclusive=True, exit_on_error=False)

    async def _fetch_story(self, call_id: int) -> None:
        session = await self.app.session_ready()
        try:
            detail = await asyncio.to_thread(session.detail, call_id)
        except DatabaseProblem as problem:
            self.app.database_lost(problem)
            return
        except NotFound:
            return
        if self._story_of() == call_id:
            self._paint_story(detail)

    def _paint_story(self, detail: CallDetail) -> None:
        from dispatch_tui.widgets.story import story_lines

        self._detail = detail
        self.story.top()
        self.story.show(story_lines(detail, self.story.size.width, self.app.now_us, self.look))

    # Actions: moving

    def action_do_down(self) -> None:
        self.calls.move(1)

    def action_do_up(self) -> None:
        self.calls.move(-1)

    def action_do_page_down(self) -> None:
        self.calls.page(1)

    def action_do_page_up(self) -> None:
        self.calls.page(-1)

    def action_do_top(self) -> None:
        self.calls.top()

    def action_do_end(self) -> None:
        self.calls.end()

    def action_do_select(self) -> None:
        self.calls.toggle()

    def action_do_select_page(self) -> None:
        self.calls.select_loaded()

    def action_do_go_to(self) -> None:
        self._worker(finding.go_to_number(self))

    # Actions: queues

    async def action_do_filter(self) -> None:
        if not self.query(FilterBar):
            await self.mount(FilterBar(self.look, self.filter_text, self.app.names), after=self.bar)

    def action_do_next_queue(self) -> None:
        self._step_queue(1)

    def action_do_previous_queue(self) -> None:
        self._step_queue(-1)

    def _step_queue(self, delta: int) -> None:
        tabs = self.tabs
        at = next(index for index, one in enumerate(tabs) if one.id == self.queue.id)
        self.open_queue(tabs[(at + delta) % len(tabs)])

    def action_do_queue(self, key: str) -> None:
        found = next((one for one in self.queues if one.key == key), None)
        if found is None:
            self.say(f"There is no queue {key}. Write your own into the settings, under [queues].")
        else:
            self.open_queue(found)

    def action_do_all_queues(self) -> None:
        self._worker(finding.pick_queue(self))

    def action_do_sort(self) -> None:
        self._worker(finding.pick_sort(self))

    def action_do_read_again(self) -> None:
        self.app.read_again()

    # Actions: the story

    def action_do_open(self) -> None:
        if self.calls.current is not None:
            self.add_class("-story")
            self.call_after_refresh(self._read_story)

    def action_do_back(self) -> None:
        """Close what was opened last: the selection, the story, then the filter."""
        if self.calls.release():
            return
        if self.has_class("-story") and not self.has_class("-beside"):
            self.remove_class("-story")
        elif self.filter_text:
            self.set_filter("", Filter())

    def action_do_story_down(self) -> None:
        self.story.scroll_lines(max(1, self.story.size.height // 2))

    def action_do_story_up(self) -> None:
        self.story.scroll_lines(-max(1, self.story.size.height // 2))

    def action_do_copy(self) -> None:
        row = self.calls.current
        if row is None:
            return
        now = self.app.now_us
        words = (row.number, row.title, row.customer, row.site, row.unit, wall(row.due_us, row.site_tz, now))
        who = (STATUS_WORDS.get(row.status, row.status), row.technician)
        self.app.copy_to_clipboard("\t".join(plain(one) for one in (*words, *who)))
        self.say(f"{row.number} copied")

    # Actions: work

    def action_do_take(self) -> None:
        self._act(self._take)

    async def _take(self, rows: Sequence[QueueRow]) -> None:
        if await acts.confirm_take_over(self, rows, self.app.account):
            await acts.perform(self, "take", rows)

    def action_do_acknowledge(self) -> None:
        self._act(lambda rows: acts.perform(self, "acknowledge", rows))

    def action_do_start(self) -> None:
        self._act(lambda rows: acts.perform(self, "start", rows))

    def action_do_resume(self) -> None:
        self._act(lambda rows: acts.perform(self, "resume", rows))

    def action_do_close(self) -> None:
        self._act(lambda rows: acts.perform(self, "close", rows))

    def action_do_hold(self) -> None:
        self._act(lambda rows: self._with_text("hold", rows))

    def action_do_resolve(self) -> None:
        self._act(lambda rows: self._with_text("resolve", rows))

    def action_do_reopen(self) -> None:
        self._act(lambda rows: self._with_text("reopen", rows))

    def action_do_cancel(self) -> None:
        self._act(lambda rows: self._with_text("cancel", rows))

    def action_do_note(self) -> None:
        self._act(lambda rows: self._with_text("note", rows))

    def action_do_priority(self) -> None:
        self._act(self._priority)

    def action_do_assign(self) -> None:
        self._act(self._assign)

    def action_do_undo(self) -> None:
        self._worker(acts.undo(self))

    def action_do_new_call(self) -> None:
        self._worker(acts.open_new(self))

    async def _with_text(self, act: str, rows: Sequence[QueueRow]) -> None:
        text = await acts.ask_text(self, act, rows)
        if text is not None:
            await acts.perform(self, act, rows, text)

    async def _priority(self, rows: Sequence[QueueRow]) -> None:
        priority = await acts.ask_priority(self, rows)
        if priority is not None:
            await acts.perform(self, "set_priority", rows, priority)

    async def _assign(self, rows: Sequence[QueueRow]) -> None:
        technician = await acts.ask_technician(self, rows)
        if technician is not None:
            await acts.perform(self, "assign", rows, technician)

    def _act(self, act: Callable[[Sequence[QueueRow]], Coroutine[Any, Any, None]]) -> None:
        rows = self.calls.acted_on
        if rows:
            self._worker(act(rows))

    def _worker(self, work: Coroutine[Any, Any, None]) -> None:
        self.run_worker(self.app.guarded(work), group="act", exit_on_error=False)
