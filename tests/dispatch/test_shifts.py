"""Working hours: what is read, what is refused, and which shift an instant belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from dispatch_tui.dispatch import Shift, read_shift, shift_at
from dispatch_tui.errors import InvalidInput

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = frozenset(range(7))


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("", None),
        ("7:30-16:00", Shift(WEEK, time(7, 30), time(16))),
        ("Mon-Fri  07:30-16:00", Shift(frozenset(range(5)), time(7, 30), time(16))),
        ("sat,Sun 22:00-06:00", Shift(frozenset({5, 6}), time(22), time(6))),
        ("Fri-Mon 08:00-12:00", Shift(frozenset({4, 5, 6, 0}), time(8), time(12))),
    ],
)
def test_reads(text: str, shift: Shift | None) -> None:
    assert read_shift(text) == shift


@pytest.mark.parametrize(
    "text", ["early", "07:30", "25:00-26:00", "Mo-Fr 08:00-16:00", "Mon- 8:00-9:00x", "08:70-09:00"]
)
def test_refuses(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_shift(text)
    assert caught.value.field == "shift"


@pytest.mark.parametrize(
    ("text", "now", "start", "end"),
    [
        # Wednesday 2026-03-04, Berlin is an hour ahead
        ("Mon-Fri 07:30-16:00", "2026-03-04T10:00", "2026-03-04T07:30", "2026-03-04T16:00"),
        ("Mon-Fri 07:30-16:00", "2026-03-04T05:00", "2026-03-04T07:30", "2026-03-04T16:00"),
        ("Mon-Fri 07:30-16:00", "2026-03-06T16:00", "2026-03-09T07:30", "2026-03-09T16:00"),
        ("22:00-06:00", "2026-03-04T03:00", "2026-03-03T22:00", "2026-03-04T06:00"),
        ("22:00-06:00", "2026-03-04T06:00", "2026-03-04T22:00", "2026-03-05T06:00"),
        ("Wed 08:00-12:00", "2026-03-04T12:00", "2026-03-11T08:00", "2026-03-11T12:00"),
        ("00:00-00:00", "2026-03-04T12:00", "2026-03-04T00:00", "2026-03-05T00:00"),
    ],
)
def test_finds_the_shift_of_an_instant(text: str, now: str, start: str, end: str) -> None:
    shift = read_shift(text)
    assert shift is not None
    instant = datetime.fromisoformat(now).replace(tzinfo=BERLIN).astimezone(UTC)
    found = shift_at(shift, instant, BERLIN)
    assert all(one.tzinfo is UTC for one in found)  # so that hours added to them are hours
    assert found == tuple(datetime.fromisoformat(one).replace(tzinfo=BERLIN) for one in (start, end))
