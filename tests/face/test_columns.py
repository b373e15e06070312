"""Columns fit their width exactly, at every width, and say what they should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dispatch_tui.store.rows import NEVER
from dispatch_tui.themes import look_for
from dispatch_tui.widgets.columns import MARGIN, View, cells, differences, header, place
from dispatch_tui.widgets.pieces import fit, strip_of, width_of
from tests.face.board import paper_row

NOW = 1_772_614_800_000_000
LOOK = look_for("dark")


@pytest.mark.parametrize("width", range(40, 260))
def test_rows_and_header_fill_the_width(width: int) -> None:
    placed = place(width)
    row = paper_row(3)._replace(title="x" * 300, customer="温度" * 40, technician="Ó" * 90)
    body = cells(row, placed, View(NOW, LOOK))
    assert width_of(body) <= width - MARGIN + 1
    assert width_of(header(placed, LOOK)) <= width


@given(text=st.text(max_size=30), width=st.integers(1, 20), right=st.booleans())
def test_fit_is_exact(text: str, width: int, right: bool) -> None:
    printable = "".join(one for one in text if one.isprintable())
    assert cell_len(fit(printable, width, LOOK, right=right)) == width


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, ["Prio", "Number", "Clock", "Due", "Customer", "Unit", "Status/who"]),
        (120, ["Prio", "Number", "Clock", "Due", "What", "Customer", "Unit", "Status/who", "Age"]),
    ],
)
def test_columns_by_width(width: int, shown: list[str]) -> None:
    assert [placed.column.title for placed in place(width)] == shown


def test_wide_screens_show_everything() -> None:
    titles = {placed.column.title for placed in place(200)}
    assert {"What", "Site", "Model", "Status", "Technician", "Team", "Zone", "For", "Age"} <= titles


@pytest.mark.parametrize(
    ("due", "warn", "paused", "words"),
    [
        (NOW - 60_000_000, NOW - 3_600_000_000, 0, "✖ late     1m"),
        (NOW + 60_000_000, NOW - 1, 0, "◆ soon     1m"),
        (NOW + 7_200_000_000, NOW + 1, 0, "○ left 2h 00m"),
        (NEVER, NEVER, 1, "‖ paused"),
        (NEVER, NEVER, 0, "– never"),
    ],
)
def test_clock_is_told_by_sign_and_word(due: int, warn: int, paused: int, words: str) -> None:
    row = paper_row(0)._replace(due_us=due, warn_us=warn, paused=paused)
    clock = next(placed for placed in place(80) if placed.column.id == "clock")
    assert clock.column.cell(row, View(NOW, LOOK), 13).text.rstrip() == words


def test_only_the_cells_that_changed_look_different() -> None:
    row, placed = paper_row(0)._replace(opened_us=NOW - 90_000_000_000), place(120)
    now, later, next_day = (
        cells(row, placed, View(at, LOOK)) for at in (NOW, NOW + 60_000_000, NOW + 86_400_000_000)
    )
    assert differences(now, now) == []
    clock = (2 + 5 + 11, 14)
    assert differences(now, later) == [clock], "the age counts in hours"
    assert differences(now, next_day)[0] == clock
    assert differences(now, next_day)[-1][0] > 100, "and the age at the end of the line"


def test_ages_ago_does_not_push_columns_aside() -> None:
    row = paper_row(0)._replace(due_us=-(10**16), warn_us=-(10**16), opened_us=-(10**16))
    ordinary = width_of(cells(paper_row(0), place(120), View(NOW, LOOK)))
    assert width_of(cells(row, place(120), View(NOW, LOOK))) == ordinary


def test_ascii_terminal_gets_ascii_only() -> None:
    look = look_for("dark", ascii_only=True)
    row = paper_row(0)._replace(customer="Kühlhaus 温", technician="Zoë…")
    placed = place(120)
    strip = strip_of(cells(row, placed, View(NOW, look)), 120, look)
    assert strip.text.isascii()
    assert "K?hlhaus" in strip.text
    assert strip.cell_length == 120


def test_neighbours_of_one_style_are_one_run() -> None:
    strip = strip_of(cells(paper_row(2), place(120), View(NOW, LOOK)), 120, LOOK)
    assert len(list(strip)) <= 2


def test_hostile_text_leaves_no_control_characters() -> None:
    row = paper_row(0)._replace(title="\x1b]52;c;aGk=\x07a\u202eb\nc", customer="[/foo]", number="\x9b31mC-1")
    text = strip_of(cells(row, place(120), View(NOW, LOOK)), 120, LOOK).text
    assert text.isprintable()
    assert "[/foo]" in text


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("", "new", "– none"),
        ("", "resolved", "✓ done"),
        ("customer_waiting", "new", "○ waits"),
        ("resolution", "new", "– never"),
    ],
)
def test_what_is_not_due_says_what_it_is(kind: str, status: str, words: str) -> None:
    row = paper_row(0)._replace(due_us=NEVER, warn_us=NEVER, clock=kind, status=status)
    clock = next(placed for placed in place(80) if placed.column.id == "clock")
    assert clock.column.cell(row, View(NOW, LOOK), 13).text.rstrip() == words
