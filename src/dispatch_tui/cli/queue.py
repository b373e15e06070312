"""``dispatch-tui queue``: the calls of a queue, now or as they were."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from dispatch_tui.cli.checks import check_default_queue
from dispatch_tui.cli.instants import read_instant
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, Style
from dispatch_tui.cli.shapes import call_shape
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock, to_us
from dispatch_tui.desk.board import put_up_board
from dispatch_tui.errors import FilterError
from dispatch_tui.settings import Settings, load
from dispatch_tui.store import queue
from dispatch_tui.store.conditions import Onlooker
from dispatch_tui.store.filters import Filter, parse
from dispatch_tui.store.lookups import team_and_skill_names
from dispatch_tui.store.past import BusyTechnician, Connection, busy_at
from dispatch_tui.store.queue import QueueSpec, Sort
from dispatch_tui.store.rows import QueueRow
from dispatch_tui.store.saved import SavedQueue, find_queue, saved_queues
from dispatch_tui.text import plain
from dispatch_tui.widgets.moments import age_span, clock_span, clock_state, wall

PAGE = 500


class Found(NamedTuple):
    """The calls asked for, how many there are altogether, and who was out on visits (asked of the past only)."""

    rows: list[QueueRow]
    total: int
    busy: list[BusyTechnician] | None


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """List the calls; 0."""
    settings = load()
    if not args.queue:
        check_default_queue(settings)
    wanted = pointed(args.filter)
    with desk_for(args, clock) as desk:
        now = read_instant(args.at, clock.now()) if args.at else clock.now()
        with desk.store.read() as connection:
            busy = None
            if args.at:
                busy = busy_at(connection, now)
                put_up_board(connection, now)
            saved = chosen_queue(connection, args.queue or settings.default_queue, settings)
            who = Onlooker(now, desk.operator.id, desk.operator.technician_id)
            sort = cast("Sort", args.sort or saved.sort)  # argparse and the queues know no others
            spec = QueueSpec(who, saved.filter.also(wanted), sort)
            rows = list(_rows(connection, spec, args.limit))
            found = Found(rows, queue.count(connection, spec), busy)
    if args.json:
        out.json(
            {
                "at": now,
                "queue": saved.id,
                "filter": str(spec.filter),
                "sort": spec.sort,
                "total": found.total,
                "calls": [call_shape(row, to_us(now)) for row in found.rows],
                "busy": None if found.busy is None else [_busy_shape(one) for one in found.busy],
            }
        )
    else:
        _show(out, found, saved, to_us(now))
    return 0


def pointed(text: str) -> Filter:
    """Read a filter; its :class:`FilterError` shows the text with a mark under the fault."""
    try:
        return parse(text)
    except FilterError as error:
        shown = "".join(char if char.isprintable() else "?" for char in text)
        mark = " " * error.start + "^" * max(1, error.end - error.start)
        raise FilterError(
            error.message, error.start, error.end, f"{shown}\n{mark}\n{error.remedy}"
        ) from error


def chosen_queue(connection: Connection, id: str, settings: Settings) -> SavedQueue:
    """The saved queue of that id. Raises :class:`NotFound`, naming those that there are."""
    teams, skills = team_and_skill_names(connection)
    return find_queue(id, saved_queues(settings.queues, teams, skills))


def _rows(connection: Connection, spec: QueueSpec, limit: int) -> Iterator[QueueRow]:
    last = None
    while limit > 0:
        page = queue.window(connection, spec, after=last, limit=min(limit, PAGE))
        yield from page
        if len(page) < min(limit, PAGE):
            return
        limit -= len(page)
        last = queue.key_of(page[-1], spec.sort)


def _busy_shape(one: BusyTechnician) -> dict[str, Any]:
    return {"technician": one.name, "call": one.number, "since": one.since, "until": one.until}


_COLUMNS = (
    Column("Prio", 1),
    Column("Number", 0),
    Column("Clock", 2),
    Column("", 3, right=True),
    Column("Due", 4, right=True),
    Column("Status", 5),
    Column("What", 6, 16),
    Column("Customer", 7, 10),
    Column("Unit", 8, 10),
    Column("Technician", 9, 10),
    Column("Team", 11, 8),
    Column("Age", 10, right=True),
)
_STYLES: Mapping[str, Style] = {"late": "red", "soon": "yellow"}


def _show(out: Output, found: Found, saved: SavedQueue, now_us: int) -> None:
    if not found.rows:
        out.line(f"{plain(saved.title)}: no calls.")
    else:
        table(out, _COLUMNS, [_cells(row, now_us) for row in found.rows])
        more = f"{len(found.rows):,} of " if found.total > len(found.rows) else ""
        out.line(f"{more}{_calls(found.total)}{'; --limit shows more' if more else ''}.")
    if found.busy is not None:
        out.line(_busy_words(found.busy))


def _busy_words(busy: list[BusyTechnician]) -> str:
    """How many were out; where no end is recorded it may be that they still are, or that nobody told."""
    ended = {one.technician_id for one in busy if one.until is not None}
    others = {one.technician_id for one in busy} - ended
    also = f"{_technicians(len(others))} out on visits whose end is not recorded" if others else ""
    if also and not ended:
        return f"{also}."
    return f"{_technicians(len(ended))} out on visits{f'; {also}' if also else ''}."


def _technicians(count: int) -> str:
    return "1 technician was" if count == 1 else f"{count:,} technicians were"


def _calls(count: int) -> str:
    return f"{count:,} call{'' if count == 1 else 's'}"


def _cells(row: QueueRow, now_us: int) -> list[Cell]:
    state = clock_state(row, now_us)
    style = _STYLES.get(state, "")
    return [
        Cell(f"P{row.priority}", "bold" if row.priority == 1 else ""),
        Cell(plain(row.number), "bold"),
        Cell("" if state == "none" else state, style),
        Cell(clock_span(row, now_us), style),
        Cell(wall(row.due_us, row.site_tz, now_us)),
        Cell(plain(row.status).replace("_", " ")),
        Cell(plain(row.title)),
        Cell(plain(row.customer)),
        Cell(plain(row.unit)),
        Cell(plain(row.technician)),
        Cell(plain(row.team)),
        Cell(age_span(row, now_us), "dim"),
    ]
