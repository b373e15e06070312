"""Changes to a calendar as people type them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla import calendar_edits as edits
from dispatch_tui.sla.calendar import BusinessCalendar

DAY = date(2026, 12, 24)
BAVARIA: dict[str, Any] = {
    "tz": "Europe/Berlin",
    "hours": {"mon": [["08:00", "17:00"]], "tue": [["08:00", "17:00"]]},
    "holidays": [
        "01-01",
        {"date": "2026-12-25", "name": "Christmas"},
        {"date": "2026-10-31", "name": "Halloween", "observed": False, "source": "feed.ics"},
        "2026-08-01/2026-08-15",
    ],
}


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("08:00-12:00, 13:00-17:00", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("8-12 13-17", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("0830 – 1230 and 13 to 17:15", [["08:30", "12:30"], ["13:00", "17:15"]]),
        ("22:00–06:00", [["22:00", "06:00"]]),
        ("9-24", [["09:00", "24:00"]]),
        ("24h", [["00:00", "24:00"]]),
        (" Shut ", []),
    ],
)
def test_hours_as_they_are_typed(text: str, windows: list[list[str]]) -> None:
    assert edits.read_windows("hours.mon", text) == windows


@pytest.mark.parametrize("text", ["", "morning", "8", "8-12 x", "8-12-14", "08:00", "\x1b[31m", "-5"])
def test_what_is_no_hours_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        edits.with_weekday(BAVARIA, "wed", text)
    assert refused.value.field == "hours.wed"
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("8-12 11-14", "overlap"),
        ("25-26", "time of day"),
        ("17-9", "overlaps tue"),
        ("8:75-9", "time of day"),
    ],
)
def test_hours_that_cannot_be_are_refused_and_nothing_changes(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        edits.with_weekday(BAVARIA, "mon", text)
    assert BAVARIA["hours"]["mon"] == [["08:00", "17:00"]]


def test_a_night_that_runs_into_the_next_morning_is_refused() -> None:
    with pytest.raises(InvalidInput, match="overlaps tue"):
        edits.with_weekday(BAVARIA, "mon", "22-9")


def test_a_weekday_that_is_shut_is_left_out() -> None:
    assert list(edits.with_weekday(BAVARIA, "mon", "shut")["hours"]) == ["tue"]


def test_what_is_written_is_read_again() -> None:
    for text in ("08:00–12:00, 13:00–17:00", "22:00–06:00", "00:00–24:00", "shut"):
        hours = BusinessCalendar.from_mapping({"tz": "UTC", "hours": {"mon": edits.read_windows("x", text)}})
        assert edits.written_windows(hours.hours.weekly[0]) == text


def test_own_hours_of_a_date_come_and_go() -> None:
    shorter = edits.with_override(BAVARIA, DAY, "9-12")
    assert shorter["overrides"] == {"2026-12-24": [["09:00", "12:00"]]}
    assert edits.with_override(shorter, DAY, "shut")["overrides"] == {"2026-12-24": []}
    assert edits.with_override(shorter, DAY, "  ")["overrides"] == {}


def test_a_break_comes_and_goes() -> None:
    paused = edits.with_break(BAVARIA, DAY, "12:00-12:30")
    assert paused["breaks"] == {"2026-12-24": [["12:00", "12:30"]]}
    assert edits.with_break(paused, DAY, "none")["breaks"] == {}


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Mars/Olympus") as refused:
        edits.with_zone(BAVARIA, "Mars/Olympus")
    assert refused.value.field == "tz"
    assert edits.with_zone(BAVARIA, " UTC ")["tz"] == "UTC"


def holiday(mapping: edits.CalendarMapping, day: date) -> str | None:
    return BusinessCalendar.from_mapping(mapping).hours.holiday_on(day)


def test_a_date_is_switched_off_and_on_again() -> None:
    christmas = date(2026, 12, 25)
    off = edits.switched_on(BAVARIA, christmas)
    assert holiday(off, christmas) is None
    assert edits.holiday_entries(off)[1]["name"] == "Christmas", "it stays in the list"
    assert holiday(edits.switched_on(off, christmas), christmas) == "Christmas"


def test_an_observance_is_switched_on_and_keeps_its_source() -> None:
    eve = date(2026, 10, 31)
    on = edits.switched_on(BAVARIA, eve)
    assert holiday(on, eve) == "Halloween"
    assert edits.holiday_entries(on)[2]["source"] == "feed.ics"


def test_a_date_that_nobody_named_comes_into_the_list_by_date() -> None:
    more = edits.switched_on(BAVARIA, DAY)
    assert holiday(more, DAY) == ""
    dates = [entry["date"] for entry in edits.holiday_entries(more)]
    assert dates == ["01-01", "2026-08-01/2026-08-15", "2026-10-31", "2026-12-24", "2026-12-25"]


def test_a_day_of_every_year_is_switched_for_every_year() -> None:
    off = edits.switched_on(BAVARIA, date(2027, 1, 1))
    assert holiday(off, date(2030, 1, 1)) is None


def test_a_date_inside_a_range_is_not_switched_alone() -> None:
    with pytest.raises(InvalidInput, match="2026-08-01/2026-08-15") as refused:
        edits.switched_on(BAVARIA, date(2026, 8, 5))
    assert refused.value.field == "holidays[3]"


def test_holidays_are_added_and_taken_off_the_list() -> None:
    more = edits.with_holiday(BAVARIA, "12-24/01-02", "[/x]\x1b[31mBreak")
    number = edits.entry_on(more, date(2026, 12, 28))
    assert number is not None
    assert edits.holiday_entries(more)[number]["name"] == "[/x]Break"
    assert edits.entry_on(edits.without_holiday(more, number), date(2026, 12, 28)) is None


@pytest.mark.parametrize("when", ["tomorrow", "2026-13-01", "12-32", "2026-02-01/2026-01-01", ""])
def test_a_holiday_without_a_date_is_refused(when: str) -> None:
    with pytest.raises(InvalidInput, match="holidays"):
        edits.with_holiday(BAVARIA, when, "Fair")
