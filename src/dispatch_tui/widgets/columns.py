"""The columns of the queue list: which ones a width has room for, and what each says of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len

from dispatch_tui.store.rows import QueueRow
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.moments import age_span, clock_span, clock_state, local_time, wall, zone_word
from dispatch_tui.widgets.pieces import Line, Piece, fit

CLOCK_WORDS: Mapping[str, str] = {
    "first_response": "reply",
    "resolution": "fix",
    "next_update": "update",
    "customer_waiting": "waits",
    "": "",
}
STATUS_WORDS: Mapping[str, str] = {
    "new": "new",
    "acknowledged": "ack",
    "assigned": "assigned",
    "in_progress": "at work",
    "on_hold": "on hold",
    "resolved": "resolved",
    "closed": "closed",
    "cancelled": "cancelled",
}
MARGIN = 3
"""Cells beside the columns: cursor and selection on the left, the rail that shows the place on the right."""


class View(NamedTuple):
    """What the cells of a row depend on besides the row: the instant (microseconds since 1970 UTC) and the look."""

    now_us: int
    look: Look


@dataclass(frozen=True, slots=True)
class Column:
    """One column: shown from a list width on, at least ``width`` cells, growing by ``weight`` up to ``most``."""

    id: str
    title: str
    from_width: int
    width: int
    cell: Callable[[QueueRow, View, int], Piece]
    weight: int = 0
    most: int = 0
    until_width: int = 1_000_000
    right: bool = False


class Placed(NamedTuple):
    """A column with the width it got."""

    column: Column
    width: int


def _text(read: Callable[[QueueRow], str], style: str = "text") -> Callable[[QueueRow, View, int], Piece]:
    return lambda row, view, width: Piece(fit(plain(read(row)), width, view.look), style)


def _priority(row: QueueRow, view: View, width: int) -> Piece:
    glyph = view.look.glyphs.priority[min(max(row.priority, 1), 5) - 1]
    style = "late" if row.priority <= 1 else "bold" if row.priority == 2 else "text"
    return Piece(f"{glyph} P{row.priority}".ljust(width), style)


def _clock(row: QueueRow, view: View, width: int) -> Piece:
    state, glyphs = clock_state(row, view.now_us), view.look.glyphs
    if state == "paused":
        return Piece(f"{glyphs.paused} paused".ljust(width), "dim")
    if state in ("none", "never"):
        done = state == "none" and row.status == "resolved"
        words = f"{glyphs.kept} done" if done else f"{glyphs.none} {state}"
        return Piece(words.ljust(width), "dim")
    if state == "waits":
        return Piece(f"{glyphs.left} waits".ljust(width))
    glyph = {"late": glyphs.late, "soon": glyphs.soon, "left": glyphs.left}[state]
    style = {"late": "late", "soon": "soon", "left": "text"}[state]
    return Piece(
        f"{glyph} {state}{fit(clock_span(row, view.now_us), width - 6, view.look, right=True)}", style
    )


def _due(row: QueueRow, view: View, width: int) -> Piece:
    return Piece(fit(wall(row.due_us, row.site_tz, view.now_us), width, view.look, right=True))


def _zone(row: QueueRow, view: View, width: int) -> Piece:
    local = local_time(min(row.due_us, view.now_us), row.site_tz)
    return Piece(fit(zone_word(local), width, view.look), "dim")


def _status(row: QueueRow, view: View, width: int) -> Piece:
    return Piece(fit(status_word(row.status, view.look), width, view.look))


def _who(row: QueueRow, view: View, width: int) -> Piece:
    """Status sign and technician, or the status in words while nobody has it."""
    glyph = view.look.glyphs.statuses.get(row.status, " ")
    name = plain(row.technician) or STATUS_WORDS.get(row.status, plain(row.status))
    return Piece(fit(f"{glyph} {name}", width, view.look))


def _age(row: QueueRow, view: View, width: int) -> Piece:
    return Piece(fit(age_span(row, view.now_us), width, view.look, right=True))


def status_word(status: str, look: Look) -> str:
    """Sign and word of a call's status."""
    return f"{look.glyphs.statuses.get(status, ' ')} {STATUS_WORDS.get(status, plain(status))}"


COLUMNS: tuple[Column, ...] = (
    Column("priority", "Prio", 1, 4, _priority),
    Column("number", "Number", 1, 10, _text(lambda row: row.number)),
    Column("clock", "Clock", 1, 14, _clock),
    Column("clock_kind", "For", 150, 6, _text(lambda row: CLOCK_WORDS.get(row.clock, row.clock), "dim")),
    Column("due", "Due", 56, 9, _due, right=True),
    Column("zone", "Zone", 150, 5, _zone),
    Column("title", "What", 96, 18, _text(lambda row: row.title), weight=3, most=60),
    Column("customer", "Customer", 66, 10, _text(lambda row: row.customer), weight=2, most=28),
    Column("site", "Site", 170, 12, _text(lambda row: row.site), weight=1, most=24),
    Column("unit", "Unit", 76, 9, _text(lambda row: row.unit), weight=1, most=14),
    Column("model", "Model", 170, 10, _text(lambda row: row.model), weight=1, most=18),
    Column("who", "Status/who", 46, 11, _who, weight=1, most=16, until_width=150),
    Column("status", "Status", 150, 10, _status),
    Column("technician", "Technician", 150, 12, _text(lambda row: row.technician), weight=1, most=20),
    Column("team", "Team", 180, 8, _text(lambda row: row.team, "dim"), weight=1, most=14),
    Column("age", "Age", 110, 7, _age, right=True),
)


def place(width: int) -> tuple[Placed, ...]:
    """The columns for a list ``width`` cells wide, with what is left over given to those that can grow."""
    chosen = [column for column in COLUMNS if column.from_width <= width < column.until_width]
    widths = [column.width for column in chosen]
    spare = width - MARGIN - sum(widths) - max(0, len(chosen) - 1)
    while spare > 0:
        growing = [i for i, column in enumerate(chosen) if column.weight and widths[i] < column.most]
        if not growing:
            break
        turns = [i for i in growing for _ in range(chosen[i].weight)]
        for i in turns:
            if spare > 0 and widths[i] < chosen[i].most:
                widths[i] += 1
                spare -= 1
    return tuple(Placed(column, size) for column, size in zip(chosen, widths, strict=True))


def header(placed: tuple[Placed, ...], look: Look, sorted_by: str = "") -> Line:
    """The column titles; the sorted one carries a sign."""
    pieces = [Piece("  ", "dim")]
    for column, width in placed:
        title = f"{column.title}{look.glyphs.down}" if column.id == sorted_by else column.title
        pieces.append(Piece(fit(title, width, look, right=column.right) + " ", "dim"))
    return tuple(pieces)


def cells(row: QueueRow, placed: tuple[Placed, ...], view: View) -> Line:
    """The cells of a row, separated by blanks, without the marks on its left."""
    pieces: list[Piece] = []
    for column, width in placed:
        piece = column.cell(row, view, width)
        pieces.append(piece)
        pieces.append(Piece(" ", piece.style))
    return tuple(pieces)


def differences(before: Line, after: Line) -> list[tuple[int, int]]:
    """Where a row looks different now: (first cell of its line, number of cells) of each stretch, left to right.

    Both have their pieces in the same places, as :func:`cells` gives them for one list."""
    stretches: list[tuple[int, int]] = []
    x = 2
    for one, other in zip(before, after, strict=True):
        width = cell_len(other.text)
        if one != other:
            stretches.append((x, width))
        x += width
    return stretches
