"""Columns, wrapped text, JSON values and instants: the small parts that every command is written with."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dispatch_tui.cli.instants import read_instant
from dispatch_tui.cli.output import Output, as_json, local
from dispatch_tui.cli.sheet import facts, folded, wrapped
from dispatch_tui.cli.table import Cell, Column, cells, clip, fit, table
from dispatch_tui.errors import InvalidInput

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
COLUMNS = (Column("Id", 0), Column("Name", 1, 4), Column("Amount", 2, right=True), Column("Note", 3, 6))


def written(width: int | None, *, colour: bool = False, utf8: bool = True) -> Output:
    return Output(io.StringIO(), width, colour, utf8)


def lines(out: Output) -> list[str]:
    assert isinstance(out.stream, io.StringIO)
    return out.stream.getvalue().splitlines()


def test_columns_line_up_whatever_the_script() -> None:
    out = written(None)
    rows = (("1", "日本", "9.50", ""), ("22", "e\u0301a", "10.00", ""))
    table(out, COLUMNS, [[Cell(text) for text in row] for row in rows])
    assert lines(out) == ["Id  Name  Amount", "1   日本    9.50", "22  e\u0301a     10.00"]


@pytest.mark.parametrize("width", range(1, 60))
def test_a_table_fits(width: int) -> None:
    widths = fit(COLUMNS, {0: 4, 1: 20, 2: 8, 3: 30}, width)
    assert sum(widths.values()) + 2 * (len(widths) - 1) <= width
    assert sorted(widths) == list(range(len(widths)))  # the last are left out first
    assert widths[0] == min(4, width)


def test_room_that_is_left_goes_to_what_was_cut() -> None:
    assert fit(COLUMNS, {0: 4, 1: 20, 2: 8, 3: 30}, 68) == {0: 4, 1: 20, 2: 8, 3: 30}
    assert sum(fit(COLUMNS, {0: 4, 1: 20, 2: 8, 3: 30}, 50).values()) == 50 - 6


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("ab", 1, "…"),
        ("ab", 0, ""),
    ],
)
def test_what_is_cut_says_so(text: str, width: int, shown: str) -> None:
    assert clip(text, width) == shown
    assert cells(clip(text, width)) <= width


def test_colours_take_no_room() -> None:
    out = written(None, colour=True)
    table(out, (Column("A"), Column("B")), [[Cell("x", "red"), Cell("y")]])
    assert lines(out)[1] == "\x1b[31mx\x1b[0m  y"


def test_facts_and_wrapped_text() -> None:
    out = written(30)
    facts(out, {"Label": "one two three four five six", "Empty": ""})
    wrapped(out, "  seven eight nine ten eleven twelve")
    assert lines(out) == [
        "  Label         one two three",
        "                four five six",
        "  seven eight nine ten eleven",
        "    twelve",
    ]
    assert folded("", 10, 0) == [""]


def test_signs_have_an_ascii_form() -> None:
    out = written(None, utf8=False)
    out.line("3 → 1 … 2 × fan")
    assert lines(out) == ["3 > 1 ~ 2 x fan"]


def test_json_values() -> None:
    value = {"at": NOW.astimezone(ZoneInfo("Europe/Berlin")), "a": ("x\x1b[31my\u202e\r\nz", None, 1.5, True)}
    assert as_json(value) == {"at": "2026-03-04T09:00:00Z", "a": ["xy\nz", None, 1.5, True]}


def test_json_to_a_terminal_that_is_not_utf8_is_ascii() -> None:
    out = written(None, utf8=False)
    out.json({"name": "Zoë"})
    assert lines(out) == ["{", '  "name": "Zo\\u00eb"', "}"]


def test_local_instants_name_their_zone() -> None:
    assert local(NOW, ZoneInfo("America/Sao_Paulo")) == "2026-03-04 06:00 UTC-03"
    assert local(NOW, ZoneInfo("Europe/Berlin")) == "2026-03-04 10:00 CET"
    assert local(None, UTC) == ""


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-03-04T08:00Z", "", "2026-03-04T08:00:00+00:00"),
        ("2026-03-04T08:00+01:00", "Asia/Tokyo", "2026-03-04T07:00:00+00:00"),
        ("2026-03-04 08:00 Europe/Berlin", "Asia/Tokyo", "2026-03-04T07:00:00+00:00"),
        ("2026-03-04 08:00 UTC", "", "2026-03-04T08:00:00+00:00"),
        ("2026-03-04 08:00", "Asia/Tokyo", "2026-03-03T23:00:00+00:00"),
        ("2026-03-03 Europe/Berlin", "", "2026-03-02T23:00:00+00:00"),
        ("2025-10-26T02:30:00+01:00", "", "2025-10-26T01:30:00+00:00"),
    ],
)
def test_instants_are_read(text: str, zone: str, instant: str) -> None:
    assert read_instant(text, NOW, zone_name=zone) == datetime.fromisoformat(instant)


@pytest.fixture
def machine_in() -> Iterator[Callable[[str], None]]:
    """Puts this machine into a time zone."""
    with pytest.MonkeyPatch.context() as patch:

        def put(zone: str) -> None:
            patch.setenv("TZ", zone)
            time.tzset()

        yield put
    time.tzset()


def test_a_time_without_a_zone_is_the_machines(machine_in: Callable[[str], None]) -> None:
    machine_in("America/New_York")
    assert read_instant("2026-03-04 01:00", NOW) == datetime(2026, 3, 4, 6, tzinfo=UTC)


def test_the_machines_clocks_are_changed_too(machine_in: Callable[[str], None]) -> None:
    machine_in("Europe/Berlin")
    with pytest.raises(InvalidInput, match="put forward"):
        read_instant("2026-03-29 02:30", NOW, ahead=True)
    with pytest.raises(InvalidInput, match="came twice") as refused:
        read_instant("2025-10-26 02:30", NOW)
    assert refused.value.remedy == "Give 2025-10-26T02:30:00+02:00 or 2025-10-26T02:30:00+01:00."
    assert read_instant("2026-03-29 03:30", NOW, ahead=True) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert read_instant("2025-10-26 03:00", NOW) == datetime(2025, 10, 26, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("yesterday", "cannot read"),
        ("2026-03-05T00:00Z", "future"),
        ("2025-03-30 02:30 Europe/Berlin", "forward"),
        ("2025-10-26 02:30 Europe/Berlin", "twice"),
        ("2025-10-26T02:30Z Europe/Berlin", "names its zone twice"),
        ("2025-10-26 02:30 Mars/Base", "no time zone"),
        ("0001-01-01 00:00 Asia/Tokyo", "calendar"),
    ],
)
def test_instants_that_are_none(text: str, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        read_instant(text, NOW)
