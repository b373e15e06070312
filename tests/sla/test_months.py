"""A calendar's month, date by date, against a wall calendar and against the slow reference."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.months import Day, day_of, month
from tests.sla.stepping import MINUTE, ONE_DAY, SteppingCalendar
from tests.sla.strategies import calendars

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
NINE_TO_FIVE = {day: [["09:00", "17:00"]] for day in WORKDAYS}
NIGHTS = {day: [["22:00", "06:00"]] for day in WORKDAYS}
ROUND_THE_CLOCK = {day: [["00:00", "24:00"]] for day in (*WORKDAYS, "sat", "sun")}
HOUR = 3600


def calendar(hours: dict[str, Any], tz: str = "Europe/Berlin", **rest: Any) -> BusinessCalendar:
    return BusinessCalendar.from_mapping({"tz": tz, "hours": hours, **rest})


def on(day: str, told: BusinessCalendar) -> Day:
    return day_of(told.hours, date.fromisoformat(day))


def test_a_month_has_its_dates_and_only_these() -> None:
    days = month(calendar(NINE_TO_FIVE), 2024, 2)
    assert [one.date.day for one in days] == list(range(1, 30))
    assert [one.date.day for one in days if one.kind == "shut"] == [3, 4, 10, 11, 17, 18, 24, 25]
    assert sum(one.open_seconds for one in days) == 21 * 8 * HOUR


@pytest.mark.parametrize(("year", "number"), [(1899, 12), (2300, 1), (2026, 0), (2026, 13)])
def test_a_month_that_no_calendar_answers_for_is_refused(year: int, number: int) -> None:
    with pytest.raises(InvalidInput, match="1900 to 2299"):
        month(calendar(NINE_TO_FIVE), year, number)


def test_kinds() -> None:
    told = calendar(
        NINE_TO_FIVE,
        holidays=[
            {"date": "2026-12-25", "name": "Christmas"},
            {"date": "2026-12-24", "name": "Eve"},
            "01-01",
        ],
        overrides={"2026-12-24": [["09:00", "12:00"]], "2026-12-28": []},
    )
    assert on("2026-12-23", told)[:4] == (date(2026, 12, 23), "open", None, ((9 * HOUR, 17 * HOUR),))
    assert on("2026-12-24", told)[1:4] == ("override", "Eve", ((9 * HOUR, 12 * HOUR),))
    assert on("2026-12-25", told)[1:4] == ("holiday", "Christmas", ())
    assert on("2026-12-26", told)[1:4] == ("shut", None, ())
    assert on("2026-12-28", told)[1:4] == ("override", None, ())
    assert on("2027-01-01", told)[1:4] == ("holiday", "", ())


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    told = calendar(NIGHTS, holidays=["2026-10-20"])
    monday, holiday, wednesday = (on(f"2026-10-{day}", told) for day in (19, 20, 21))
    assert monday.windows == ((22 * HOUR, 30 * HOUR),)
    assert (monday.open_wall, monday.open_seconds) == (((22 * HOUR, 24 * HOUR),), 2 * HOUR)
    assert (holiday.kind, holiday.windows, holiday.carried_until) == ("holiday", (), 6 * HOUR)
    assert holiday.open_seconds == 6 * HOUR
    assert wednesday.carried_until == 0


def test_a_break_cuts_the_window_it_lies_in_whichever_day_that_belongs_to() -> None:
    told = calendar(NIGHTS, breaks={"2026-10-22": [["02:00", "02:30"], ["12:00", "13:00"]]})
    wednesday, thursday = on("2026-10-21", told), on("2026-10-22", told)
    assert wednesday.windows == ((22 * HOUR, 26 * HOUR), (26 * HOUR + 1800, 30 * HOUR))
    assert wednesday.breaks == ()
    assert thursday.breaks == ((2 * HOUR, 2 * HOUR + 1800),), "noon is shut anyway"
    assert thursday.open_wall == ((0, 2 * HOUR), (2 * HOUR + 1800, 6 * HOUR), (22 * HOUR, 24 * HOUR))
    assert thursday.carried_until == 2 * HOUR


def test_a_skipped_hour_never_counts_and_a_repeated_one_twice() -> None:
    told = calendar(ROUND_THE_CLOCK)
    spring, autumn = on("2026-03-29", told), on("2026-10-25", told)
    assert (spring.skipped, spring.open_seconds) == (((2 * HOUR, 3 * HOUR),), 23 * HOUR)
    assert spring.open_wall == ((0, 2 * HOUR), (3 * HOUR, 24 * HOUR))
    assert (autumn.repeated, autumn.open_seconds) == (((2 * HOUR, 3 * HOUR),), 25 * HOUR)
    assert spring.repeated == autumn.skipped == ()


def test_half_an_hour_at_lord_howe() -> None:
    told = calendar(ROUND_THE_CLOCK, tz="Australia/Lord_Howe")
    assert on("2024-04-07", told).repeated == ((HOUR + 1800, 2 * HOUR),)
    assert on("2024-10-06", told).skipped == ((2 * HOUR, 2 * HOUR + 1800),)


def test_midnight_can_be_what_is_skipped() -> None:
    told = calendar(ROUND_THE_CLOCK, tz="America/Santiago")
    assert on("2024-09-08", told).skipped == ((0, HOUR),)
    assert on("2024-09-07", told).skipped == ()


def test_a_date_that_did_not_happen() -> None:
    days = month(calendar(ROUND_THE_CLOCK, tz="Pacific/Apia"), 2011, 12)
    thursday, friday, saturday = days[28:]
    assert (friday.kind, friday.open_seconds, friday.open_wall) == ("missing", 0, ())
    assert thursday.open_seconds == saturday.open_seconds == 24 * HOUR


def test_the_share_that_is_open_of_a_part_of_the_day() -> None:
    day = on("2026-10-19", calendar(NINE_TO_FIVE))
    assert [day.share_open(hour * HOUR, (hour + 3) * HOUR) for hour in (0, 6, 9, 15)] == [0, 0, 1, 2 / 3]


def test_no_hours_at_all() -> None:
    days = month(calendar({}), 2026, 3)
    assert {one.kind for one in days} == {"shut"}
    assert sum(one.open_seconds for one in days) == 0


def test_a_year_adds_up_to_what_the_calendar_counts() -> None:
    told = calendar(NIGHTS, holidays=["12-24/01-02"], breaks={"2026-03-29": [["01:00", "04:00"]]})
    start, end = (datetime(year, 1, 1, tzinfo=told.hours.zone).astimezone(UTC) for year in (2026, 2027))
    counted = sum(day.open_seconds for number in range(1, 13) for day in month(told, 2026, number))
    assert timedelta(seconds=counted) == told.elapsed(start, end)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), st.integers(-2, 3))
def test_a_date_agrees_with_walking_its_minutes(drawn: tuple[dict[str, Any], datetime], days: int) -> None:
    mapping, moment = drawn
    reference, told = SteppingCalendar(mapping), BusinessCalendar.from_mapping(mapping)
    wanted = moment.astimezone(told.hours.zone).date() + timedelta(days=days)
    minute = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC) - ONE_DAY
    shown: list[int] = []
    opened: list[int] = []
    for _ in range(3 * 1440):
        wall = minute.astimezone(told.hours.zone)
        if wall.date() == wanted:
            shown.append(wall.hour * 60 + wall.minute)
            opened += [shown[-1]] if reference.is_open(minute) else []
        minute += MINUTE
    day = day_of(told.hours, wanted)
    assert day.open_seconds == len(opened) * 60
    assert minutes_of(day.open_wall) == set(opened)
    assert minutes_of(day.skipped) == set(range(1440)) - set(shown)
    assert minutes_of(day.repeated) == {one for one in shown if shown.count(one) == 2}
    assert (day.kind == "missing") == (not shown)


def minutes_of(windows: tuple[tuple[int, int], ...]) -> set[int]:
    return {minute for start, end in windows for minute in range(start // 60, end // 60)}
