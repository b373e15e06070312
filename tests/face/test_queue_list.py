"""The list on a queue of a million rows that exists only on paper: what it reads, what it repaints, where it stays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from textual.app import App, ComposeResult
from textual.geometry import Region

from dispatch_tui.clock import FixedClock
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.themes import look_for
from dispatch_tui.widgets.queue_list import NEWS_SECONDS, QueueList
from tests.face.board import PaperRows

MILLION = 1_000_000


class ListApp(App[None]):
    """Just the list."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self.clock = clock
        self.failures: list[str] = []

    def compose(self) -> ComposeResult:
        yield QueueList(look_for("dark"), self.clock)

    def on_mount(self) -> None:
        self.query_one(QueueList).focus()

    def on_queue_list_failed(self, event: QueueList.Failed) -> None:
        self.failures.append(event.problem.message)


@asynccontextmanager
async def listing(
    clock: FixedClock, source: PaperRows, height: int = 21
) -> AsyncIterator[tuple[QueueList, ListApp]]:
    app = ListApp(clock)
    async with app.run_test(size=(120, height)) as pilot:
        widget = app.query_one(QueueList)
        widget.open(source)
        await pilot.pause()
        yield widget, app


class Repaints:
    """The regions that a widget asks to have painted again."""

    def __init__(self, widget: QueueList) -> None:
        self.lines: list[int] = []
        self.whole = 0
        refresh = widget.refresh

        def noted(*regions: Region, **options: bool) -> QueueList:
            if regions:
                self.lines += [region.y for region in regions]
            else:
                self.whole += 1
            return refresh(*regions, **options)

        widget.refresh = noted  # type: ignore[method-assign]


def on_screen(widget: QueueList) -> list[str]:
    return [widget.render_line(y).text for y in range(widget.size.height)]


async def test_a_move_repaints_two_lines_and_reads_nothing(clock: FixedClock) -> None:
    source = PaperRows(MILLION)
    async with listing(clock, source) as (widget, _app):
        reads, repaints = source.reads, Repaints(widget)
        widget.move(1)
        assert (repaints.lines, repaints.whole) == ([1, 2], 0)
        assert source.reads == reads


async def test_at_the_edge_the_view_jumps_half_a_page(clock: FixedClock) -> None:
    async with listing(clock, PaperRows(MILLION)) as (widget, _app):
        widget.move(19)
        assert widget.window.top == 0
        widget.move(1)
        assert (widget.window.top, widget.window.cursor) == (11, 20)


async def test_walks_through_many_pages_and_back_keeping_little(clock: FixedClock) -> None:
    source = PaperRows(MILLION)
    async with listing(clock, source) as (widget, _app):
        for _ in range(200):
            widget.page(1)
        current = widget.current
        assert current is not None
        assert current.id == 200 * 19 + 1
        assert widget.window.position == current.id - 1
        assert len(widget.window.rows) < 1_500
        for _ in range(200):
            widget.page(-1)
        assert widget.current is not None
        assert widget.current.id == 1


async def test_end_and_home_of_a_million(clock: FixedClock) -> None:
    source = PaperRows(MILLION)
    async with listing(clock, source) as (widget, _app):
        widget.total = MILLION
        widget.end()
        assert widget.current is not None
        assert widget.current.id == MILLION
        assert widget.window.position == MILLION - 1
        widget.top()
        assert widget.current.id == 1


async def test_cursor_stays_on_its_call_when_rows_come_and_go_above(clock: FixedClock) -> None:
    source = PaperRows(MILLION)
    async with listing(clock, source) as (widget, _app):
        widget.move(100)
        widget.move(3)
        current = widget.current
        line = widget.window.cursor - widget.window.top
        source.hidden |= set(range(50))
        widget.reload()
        assert widget.current == current
        assert widget.window.cursor - widget.window.top == line


async def test_new_first_row_is_seen_at_the_top_of_the_queue(clock: FixedClock) -> None:
    source = PaperRows(100)
    source.hidden = {0}
    async with listing(clock, source) as (widget, _app):
        assert widget.current is not None
        assert widget.current.id == 2
        source.hidden = set()
        widget.reload()
        assert widget.current.id == 2
        assert [row.id for row in widget.window.visible[:2]] == [1, 2]


async def test_a_changed_row_repaints_only_its_line(clock: FixedClock) -> None:
    source = PaperRows(MILLION)
    async with listing(clock, source) as (widget, _app):
        source.changed[5] = lambda row: row._replace(technician="Tess", version=2)
        repaints = Repaints(widget)
        widget.reload()
        assert set(repaints.lines) == {1, 5}, "the changed line and the cursor's"
        assert repaints.whole == 0
        assert "Tess" in on_screen(widget)[5]


async def test_a_call_that_leaves_under_the_cursor_stays_marked_until_the_cursor_moves(
    clock: FixedClock,
) -> None:
    source = PaperRows(100)
    async with listing(clock, source) as (widget, _app):
        widget.move(4)
        source.hidden = {4}
        widget.reload()
        assert widget.current is not None
        assert widget.current.id == 5
        assert "no longer in this queue" in on_screen(widget)[5]
        widget.move(1)
        assert widget.current.id == 6
        assert 5 not in {row.id for row in widget.window.rows}


async def test_news_say_who_did_what_for_a_moment(clock: FixedClock) -> None:
    async with listing(clock, PaperRows(100)) as (widget, _app):
        widget.news({3: "maria took it"})
        assert on_screen(widget)[3].rstrip(" │┃").endswith("maria took it")
        assert on_screen(widget)[3].startswith(" •")
        clock.advance(timedelta(seconds=NEWS_SECONDS))
        widget.tick()
        assert "maria" not in on_screen(widget)[3]


async def test_selection_survives_moving_and_follows_new_versions(clock: FixedClock) -> None:
    source = PaperRows(100)
    async with listing(clock, source) as (widget, _app):
        widget.toggle()
        widget.toggle()
        assert list(widget.selected) == [1, 2]
        source.changed[2] = lambda row: row._replace(version=7)
        widget.reload()
        assert [row.version for row in widget.acted_on] == [1, 7]
        assert widget.release()
        assert widget.acted_on == (widget.current,)


async def test_time_alone_changes_what_is_shown(clock: FixedClock) -> None:
    async with listing(clock, PaperRows(100)) as (widget, _app):
        assert "○ left     30m" in on_screen(widget)[1]
        clock.advance(timedelta(minutes=21))
        widget.tick()
        assert "◆ soon      9m" in on_screen(widget)[1]
        clock.advance(timedelta(minutes=9))
        widget.tick()
        assert "◆ soon      0s" in on_screen(widget)[1], "done now it is in time"
        clock.advance(timedelta(seconds=1))
        widget.tick()
        assert "✖ late      1s" in on_screen(widget)[1]
        assert "late" not in on_screen(widget)[2]


async def test_a_tick_repaints_only_rows_that_look_different(clock: FixedClock) -> None:
    source = PaperRows(100)
    for call_id in range(2, 101):
        source.changed[call_id] = lambda row: row._replace(
            paused=1, due_us=9_000_000_000_000_000_000, opened_us=0
        )
    async with listing(clock, source) as (widget, _app):
        repaints = Repaints(widget)
        clock.advance(timedelta(minutes=1))
        widget.tick()
        assert (set(repaints.lines), repaints.whole) == ({1}, 0)


async def test_lost_database_is_told_and_the_rows_stay(clock: FixedClock) -> None:
    source = PaperRows(MILLION)
    async with listing(clock, source) as (widget, app):
        source.broken = True
        widget.reload()
        await asyncio.sleep(0.05)
        assert app.failures == ["The file is gone."]
        widget.move(1)
        assert widget.current is not None
        assert widget.current.id == 2
        source.broken = False
        widget.reload()
        assert widget.current.id == 2


class SlowRows(PaperRows):
    """Answers after a while, in a thread."""

    quick = False

    def _some(self, indexes: range, limit: int) -> list[QueueRow]:
        time.sleep(0.02)
        return super()._some(indexes, limit)


async def test_a_slow_source_never_blocks_and_a_later_queue_wins(clock: FixedClock) -> None:
    app = ListApp(clock)
    async with app.run_test(size=(120, 21)) as pilot:
        widget = app.query_one(QueueList)
        slow, quick = SlowRows(50), PaperRows(7)
        widget.open(slow)
        assert not widget.window.rows, "the answer is still on its way"
        widget.open(quick)
        await asyncio.sleep(0.1)
        await pilot.pause()
        assert len(widget.window.rows) == 7, "the answer of the queue that was left is void"


async def test_moving_while_a_slow_answer_is_awaited_keeps_the_cursor_where_it_went(
    clock: FixedClock,
) -> None:
    app = ListApp(clock)
    async with app.run_test(size=(120, 21)) as pilot:
        widget = app.query_one(QueueList)
        source = SlowRows(500)
        widget.open(source)
        await asyncio.sleep(0.1)
        await pilot.pause()
        source.changed[4] = lambda row: row._replace(technician="Tess")
        widget.reload()
        widget.move(3)
        await asyncio.sleep(0.3)
        await pilot.pause()
        assert widget.current is not None
        assert (widget.current.id, widget.current.technician) == (4, "Tess")
        widget.reload()
        widget.end()
        await asyncio.sleep(0.3)
        await pilot.pause()
        assert widget.current.id == 500, "the end is asked for once the answer is there"


async def test_slow_source_fills_and_pages(clock: FixedClock) -> None:
    app = ListApp(clock)
    async with app.run_test(size=(120, 21)) as pilot:
        widget = app.query_one(QueueList)
        widget.open(SlowRows(5_000))
        await asyncio.sleep(0.1)
        await pilot.pause()
        assert widget.current is not None
        for _ in range(6):
            widget.page(1)
            await asyncio.sleep(0.06)
            await pilot.pause()
        assert widget.current.id == 6 * 19 + 1


async def test_empty_queue_says_what_to_do(clock: FixedClock) -> None:
    async with listing(clock, PaperRows(0)) as (widget, _app):
        widget.empty = ("Nothing here.", "N opens a call.")
        shown = on_screen(widget)
        assert "Nothing here." in shown[2]
        assert "N opens a call." in shown[3]
        widget.move(1)
        widget.page(1)
        widget.end()
        widget.toggle()
        assert widget.current is None


async def test_jump_by_the_rail(clock: FixedClock) -> None:
    source = PaperRows(MILLION)
    async with listing(clock, source) as (widget, _app):
        widget.total = MILLION
        widget.jump(500_000)
        await asyncio.sleep(0.05)
        assert widget.current is not None
        assert widget.current.id == 500_001
        assert widget.window.position == 500_000
        widget.move(-1)
        assert widget.current.id == 500_000
