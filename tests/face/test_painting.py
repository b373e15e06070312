"""What a repaint of part of a line writes to the terminal."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dispatch_tui.painting import NarrowUpdate

_CONSOLE = Console(force_terminal=True, color_system="truecolor")


def _written(line: dict[int, Strip | None], ends: list[int], *spans: tuple[int, int, int]) -> str:
    return NarrowUpdate([line], list(spans), [ends]).render_segments(_CONSOLE)


@pytest.mark.parametrize(
    ("span", "written"),
    [
        ((0, 4, 7), "\x1b[1;5Hefg"),
        ((0, 0, 10), "\x1b[1;1Habcdefghij"),
        ((0, 8, 30), "\x1b[1;9Hij"),
        ((0, 10, 12), ""),
    ],
)
def test_only_the_cells_asked_for_are_written(span: tuple[int, int, int], written: str) -> None:
    assert _written({0: Strip([Segment("abcdefghij", Style())])}, [10], span) == written


def test_a_stretch_over_two_widgets_is_cut_at_both_ends() -> None:
    line: dict[int, Strip | None] = {
        0: Strip([Segment("abcd", Style())]),
        4: None,
        6: Strip([Segment("wxyz", Style())]),
    }
    assert _written(line, [4, 6, 10], (0, 2, 8)) == "\x1b[1;3Hcd\x1b[1;7Hwx"


def test_two_stretches_of_one_line_leave_out_what_lies_between() -> None:
    line: dict[int, Strip | None] = {0: Strip([Segment("abcdefghij", Style(bold=True))])}
    written = _written(line, [10], (0, 1, 3), (0, 7, 9))
    assert [part.count("e") for part in (written,)] == [0]
    assert "\x1b[1;2H\x1b[1mbc\x1b[0m" in written
    assert "\x1b[1;8H\x1b[1mhi\x1b[0m" in written


def test_half_a_wide_character_is_written_as_a_blank() -> None:
    assert _written({0: Strip([Segment("温度ab", Style())])}, [6], (0, 1, 5)) == "\x1b[1;2H 度a"
