"""Single questions to a calendar whose answers can be checked on a wall calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKDAYS, "sat", "sun")


def calendar(hours: dict[str, Any] | None = None, tz: str = "UTC", **rest: Any) -> BusinessCalendar:
    nine_to_five = {day: [["09:00", "17:00"]] for day in WORKDAYS}
    return BusinessCalendar.from_mapping(
        {"tz": tz, "hours": nine_to_five if hours is None else hours, **rest}
    )


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


ROUND_THE_CLOCK = {day: [["00:00", "24:00"]] for day in EVERY_DAY}


class TestDue:
    def test_a_budget_that_runs_out_at_closing_is_due_there(self) -> None:
        assert calendar().due(at("2026-03-06T16:00"), 60) == at("2026-03-06T17:00")
        assert calendar().due(at("2026-03-06T16:00"), 61) == at("2026-03-09T09:01")

    def test_a_budget_that_runs_out_as_a_pause_begins_is_due_there(self) -> None:
        pause = (at("2026-03-06T11:00"), None)
        assert calendar().due(at("2026-03-06T10:00"), 60, [pause]) == at("2026-03-06T11:00")
        assert calendar().due(at("2026-03-06T10:00"), 61, [pause]) is None

    def test_zero_is_due_at_the_next_opening_that_is_not_paused(self) -> None:
        friday = at("2026-03-06T17:00")
        assert calendar().due(friday, 0) == at("2026-03-09T09:00")
        assert calendar().due(at("2026-03-06T12:00"), 0) == at("2026-03-06T12:00")
        assert calendar().due(friday, 0, [(friday, at("2026-03-09T10:30"))]) == at("2026-03-09T10:30")
        assert calendar().due(friday, 0, [(at("2026-03-09T09:00"), None)]) is None

    def test_no_hours_is_never(self) -> None:
        for minutes in (0, 1, 10_000):
            assert calendar({}).due(at("2026-03-06T12:00"), minutes) is None
        assert calendar({}).elapsed(at("2020-01-01T00:00"), at("2026-01-01T00:00")) == timedelta(0)
        assert calendar({}).next_change(at("2026-03-06T12:00")) is None

    def test_hours_only_on_single_dates_end_with_them(self) -> None:
        fair = calendar({}, overrides={"2026-03-07": [["10:00", "12:00"]]})
        assert fair.due(at("2020-01-01T00:00"), 120) == at("2026-03-07T12:00")
        assert fair.due(at("2020-01-01T00:00"), 121) is None
        assert fair.due(at("2026-03-07T12:00"), 0) is None

    def test_days_off_all_year_are_never(self) -> None:
        assert calendar(holidays=["01-01/12-31"]).due(at("2026-03-06T12:00"), 1) is None

    def test_a_budget_across_years_is_the_sum_of_its_parts(self) -> None:
        workweeks = 40 * 60
        assert calendar().due(at("2026-03-02T09:00"), 250 * workweeks) == at("2030-12-13T17:00")

    def test_what_lies_beyond_the_years_is_never(self) -> None:
        assert calendar(ROUND_THE_CLOCK).due(at("2299-12-31T00:00"), 1439) == at("2299-12-31T23:59")
        assert calendar(ROUND_THE_CLOCK).due(at("2299-12-31T00:00"), 1440) is None
        assert calendar(ROUND_THE_CLOCK).due(at("2026-01-01T00:00"), 1e12) is None

    def test_fractions_of_seconds_are_kept(self) -> None:
        start = at("2026-03-06T16:59:59.250000")
        assert calendar().due(start, 0.02) == at("2026-03-09T09:00:00.450000")
        assert calendar().elapsed(start, at("2026-03-09T09:00:00.450000")) == timedelta(seconds=1.2)

    @pytest.mark.parametrize("minutes", [-1, float("nan"), float("inf")])
    def test_a_budget_that_is_none_is_refused(self, minutes: float) -> None:
        with pytest.raises(InvalidInput, match="minutes"):
            calendar().due(at("2026-03-06T12:00"), minutes)

    @pytest.mark.parametrize(
        "instant",
        [datetime(2026, 3, 6), at("1899-12-31T23:59"), at("2300-01-01T00:00")],  # noqa: DTZ001
    )
    def test_an_instant_that_is_none_is_refused(self, instant: datetime) -> None:
        with pytest.raises(InvalidInput, match="start"):
            calendar().due(instant, 1)
        with pytest.raises(InvalidInput, match="end"):
            calendar().elapsed(at("2026-03-06T12:00"), instant)

    def test_a_naive_pause_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="pauses"):
            calendar().due(at("2026-03-06T12:00"), 1, [(datetime(2026, 3, 6), None)])  # noqa: DTZ001


class TestRules:
    def test_a_long_day_and_a_short_day_on_a_24_hour_calendar(self) -> None:
        berlin = calendar(ROUND_THE_CLOCK, "Europe/Berlin")
        assert berlin.elapsed(at("2024-10-26T22:00"), at("2024-10-27T23:00")) == timedelta(minutes=1500)
        assert berlin.elapsed(at("2024-03-30T23:00"), at("2024-03-31T22:00")) == timedelta(minutes=1380)

    def test_a_day_that_was_skipped_has_no_hours(self) -> None:
        apia = calendar(
            {"fri": [["09:00", "17:00"]]}, "Pacific/Apia"
        )  # Friday 30 December 2011 did not happen
        assert apia.elapsed(at("2011-12-24T12:00"), at("2012-01-05T12:00")) == timedelta(0)

    def test_a_night_shift_belongs_to_the_day_it_starts_on(self) -> None:
        night = calendar({"thu": [["22:00", "06:00"]]}, holidays=["2026-03-12"])
        # Friday 6 March may be off, Thursday's shift runs on into it; Thursday 12 March off takes all of its own.
        assert night.elapsed(at("2026-03-05T00:00"), at("2026-03-07T00:00")) == timedelta(hours=8)
        assert night.elapsed(at("2026-03-12T00:00"), at("2026-03-14T00:00")) == timedelta(0)

    def test_an_override_beats_a_holiday(self) -> None:
        inventory = calendar(holidays=["12-24/01-02"], overrides={"2026-12-28": [["10:00", "12:00"]]})
        assert inventory.due(at("2026-12-24T09:00"), 60) == at("2026-12-28T11:00")
        assert inventory.due(at("2026-12-24T09:00"), 121) == at("2027-01-04T09:01")

    def test_a_leap_day_may_be_off(self) -> None:
        assert not calendar(ROUND_THE_CLOCK, holidays=["02-29"]).is_open(at("2028-02-29T12:00"))
        assert calendar(ROUND_THE_CLOCK, holidays=["02-29"]).is_open(at("2028-03-01T12:00"))

    def test_a_break_cuts_the_shift_of_the_evening_before(self) -> None:
        night = calendar({"thu": [["22:00", "06:00"]]}, breaks={"2026-03-06": [["02:00", "03:00"]]})
        assert night.elapsed(at("2026-03-05T22:00"), at("2026-03-06T06:00")) == timedelta(hours=7)

    def test_pauses_are_a_union_and_only_open_time_of_them_counts(self) -> None:
        pauses = [
            (at("2026-03-06T16:00"), at("2026-03-09T10:00")),
            (at("2026-03-06T15:00"), at("2026-03-06T16:30")),
            (at("2026-03-06T14:00"), at("2026-03-06T13:00")),  # reversed: empty
            (at("2026-03-01T00:00"), at("2026-03-06T09:30")),  # began before the start
        ]
        assert calendar().elapsed(at("2026-03-06T09:00"), at("2026-03-09T12:00"), pauses) == timedelta(
            hours=7.5
        )
        assert calendar().due(at("2026-03-06T09:00"), 450, pauses) == at("2026-03-09T12:00")

    def test_pauses_from_or_until_far_away(self) -> None:
        noon = at("2026-03-06T12:00")
        assert calendar().due(noon, 60, [(at("0001-01-02T00:00"), at("2026-03-06T13:00"))]) == at(
            "2026-03-06T14:00"
        )
        assert calendar().due(noon, 60, [(noon, at("9999-12-31T00:00"))]) is None
        beyond = [(at("9999-01-01T00:00"), at("9999-12-31T00:00"))]
        assert calendar().due(noon, 60, beyond) == at("2026-03-06T13:00")

    def test_a_reversed_interval_is_zero(self) -> None:
        assert calendar().elapsed(at("2026-03-06T12:00"), at("2026-03-06T11:00")) == timedelta(0)

    def test_the_viewers_offset_does_not_matter(self) -> None:
        elsewhere = at("2026-03-06T16:00").astimezone(timezone(timedelta(hours=-9)))
        assert calendar().due(elsewhere, 60) == at("2026-03-06T17:00")


class TestOpenings:
    def test_next_change(self) -> None:
        assert calendar().next_change(at("2026-03-06T12:00")) == at("2026-03-06T17:00")
        assert calendar().next_change(at("2026-03-06T17:00")) == at("2026-03-09T09:00")

    def test_always_open_never_changes(self) -> None:
        assert calendar(ROUND_THE_CLOCK).next_change(at("2026-03-06T12:00")) is None
        once = calendar(ROUND_THE_CLOCK, holidays=["2027-05-01"])
        assert once.next_change(at("2026-03-06T12:00")) == at("2027-05-01T00:00")
        assert once.next_change(at("2027-05-02T00:00")) is None


class TestDays:
    @pytest.mark.parametrize(
        ("start", "days", "due"),
        [
            ("2026-03-04T11:30", 0, "2026-03-04T11:30"),
            ("2026-03-04T11:30", 1, "2026-03-05T11:30"),
            ("2026-03-04T11:30", 3, "2026-03-09T11:30"),  # over a weekend
            ("2026-03-07T14:00", 1, "2026-03-10T09:00"),  # a Saturday counts as Monday's opening
        ],
    )
    def test_the_same_wall_time_working_days_on(self, start: str, days: int, due: str) -> None:
        assert calendar().due_days(at(start), days) == at(due)

    def test_the_wall_time_stays_when_the_offset_changes(self) -> None:
        berlin = calendar(tz="Europe/Berlin")
        assert berlin.due_days(at("2024-03-29T10:00"), 1) == at("2024-04-01T09:00")  # 11:00 both times

    def test_a_wall_time_that_is_shut_moves_to_that_days_closing_or_opening(self) -> None:
        short_thursday = calendar(overrides={"2026-03-05": [["11:00", "12:00"], ["14:00", "15:00"]]})
        assert short_thursday.due_days(at("2026-03-04T16:00"), 1) == at("2026-03-05T15:00")
        assert short_thursday.due_days(at("2026-03-04T13:00"), 1) == at("2026-03-05T12:00")
        assert short_thursday.due_days(at("2026-03-04T09:30"), 1) == at("2026-03-05T11:00")

    def test_the_small_hours_belong_to_the_shift_of_the_evening_before(self) -> None:
        night = calendar({day: [["22:00", "06:00"]] for day in ("mon", "tue", "thu")})
        # Wednesday 02:00 is Tuesday's shift; the next working day is Thursday, its 02:00 a Friday.
        assert night.due_days(at("2026-03-04T02:00"), 1) == at("2026-03-06T02:00")

    def test_a_day_that_was_skipped_is_no_working_day(self) -> None:
        apia = calendar(tz="Pacific/Apia")  # Thursday 29 December 2011 is followed by Saturday the 31st
        assert apia.due_days(at("2011-12-29T20:00"), 1) == at("2012-01-01T20:00")  # Monday 2 January, 10:00

    def test_a_wall_time_that_is_skipped_is_read_as_before_the_change(self) -> None:
        nights = calendar({day: [["01:00", "05:00"]] for day in EVERY_DAY}, "Europe/Berlin")
        assert nights.due_days(at("2024-03-30T01:30"), 1) == at("2024-03-31T01:30")  # 02:30, shown as 03:30
        short = calendar({day: [["01:00", "03:00"]] for day in EVERY_DAY}, "Europe/Berlin")
        assert short.due_days(at("2024-03-30T01:30"), 1) == at("2024-03-31T01:00")  # shut by then

    def test_paused_open_time_is_added(self) -> None:
        pause = (at("2026-03-04T16:00"), at("2026-03-05T10:00"))  # two open hours
        assert calendar().due_days(at("2026-03-04T11:30"), 1, [pause]) == at("2026-03-05T13:30")
        assert calendar().due_days(at("2026-03-04T11:30"), 1, [(at("2026-03-05T00:00"), None)]) is None

    def test_never_and_refused(self) -> None:
        assert calendar({}).due_days(at("2026-03-04T11:30"), 1) is None
        assert calendar(holidays=["01-01/12-31"]).due_days(at("2026-03-04T11:30"), 1) is None
        with pytest.raises(InvalidInput, match="days"):
            calendar().due_days(at("2026-03-04T11:30"), -1)


class TestMapping:
    def test_values_of_toml_are_read_as_well(self) -> None:
        written = calendar({"mon": [["09:00:30", "9:30"]]}, holidays=["2026-03-09"])
        native = calendar({"mon": [(time(9, 0, 30), time(9, 30))]}, holidays=[date(2026, 3, 9)])
        assert written == native

    def test_a_holiday_has_a_name(self) -> None:
        named = calendar(holidays=[{"date": "12-24/01-02", "name": "Winter break"}, "2026-05-01"])
        assert named.hours.holiday_on(date(2031, 1, 1)) == "Winter break"
        assert named.hours.holiday_on(date(2026, 5, 1)) == ""
        assert named.hours.holiday_on(date(2026, 5, 2)) is None

    @pytest.mark.parametrize(
        ("part", "field"),
        [
            ({"tz": "Europe/Atlantis"}, "tz"),
            ({"tz": "Europe"}, "tz"),
            ({"tz": "../etc/passwd"}, "tz"),
            ({"tz": None}, "tz"),
            ({"hours": None}, "hours"),
            ({"hours": {"monday": []}}, "hours.monday"),
            ({"hours": {"mon": "09:00-17:00"}}, "hours.mon"),
            ({"hours": {"mon": [["09:00"]]}}, "hours.mon"),
            ({"hours": {"mon": [["09:00", "25:00"]]}}, "hours.mon"),
            ({"hours": {"mon": [["09:00", "12:60"]]}}, "hours.mon"),
            ({"hours": {"mon": [["24:00", "09:00"]]}}, "hours.mon"),
            ({"hours": {"mon": [["09:00", "12:00"], ["11:59", "17:00"]]}}, "hours.mon"),
            ({"hours": {"mon": [["17:00", "09:00"], ["18:00", "19:00"]]}}, "hours.mon"),
            ({"hours": {"mon": [["17:00", "09:00"]], "tue": [["08:00", "12:00"]]}}, "hours.mon"),
            ({"hours": {"sun": [["17:00", "09:00"]], "mon": [["08:00", "12:00"]]}}, "hours.sun"),
            ({"holidays": "2026-12-25"}, "holidays"),
            ({"holidays": ["2026-12-25", "2026-02-30"]}, "holidays[1]"),
            ({"holidays": ["13-01"]}, "holidays[0]"),
            ({"holidays": ["2026-12-26/2026-12-25"]}, "holidays[0]"),
            ({"holidays": ["2026-01-01/2526-01-01"]}, "holidays[0]"),
            ({"holidays": [{"name": "nameless date"}]}, "holidays[0]"),
            ({"overrides": {"12-25": []}}, "overrides.12-25"),
            ({"overrides": {"2026-12-24": [["x", "y"]]}}, "overrides.2026-12-24"),
            ({"breaks": ["12:00"]}, "breaks"),
            ({"holiday": []}, "holiday"),
        ],
    )
    def test_what_cannot_be_read_names_its_field(self, part: dict[str, Any], field: str) -> None:
        mapping = {"tz": "UTC", "hours": {}, **part}
        with pytest.raises(InvalidInput) as refused:
            BusinessCalendar.from_mapping(mapping)
        assert refused.value.field == field
        assert refused.value.reason


def test_a_reviewed_holiday_that_is_no_day_off_does_not_count() -> None:
    reviewed = [
        {"date": "2026-12-24", "name": "Eve", "observed": False, "source": "holidays: DE"},
        {"date": "2026-12-25", "name": "Christmas", "observed": True, "source": "holidays: DE"},
        {"date": "12-31/01-01", "observed": False},
    ]
    hours = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar = BusinessCalendar.from_mapping({"tz": "UTC", "hours": hours, "holidays": reviewed})
    opened = [day for day in (24, 25, 31) if calendar.is_open(datetime(2026, 12, day, 9, tzinfo=UTC))]
    assert opened == [24, 31]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"date": "2026-12-24", "observed": "no"}, "holidays[0].observed"),
        ({"date": "2026-12-24", "observd": False}, "holidays[0].observd"),
        ({"date": "2026-13-24", "observed": False}, "holidays[0]"),
    ],
)
def test_a_switched_off_holiday_is_checked_all_the_same(entry: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        BusinessCalendar.from_mapping({"tz": "UTC", "hours": {}, "holidays": [entry]})
    assert refused.value.field == field
