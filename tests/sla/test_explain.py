"""Explanations: the stretches of a clock follow each other, add up, and say what they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dispatch_tui.sla.clocks import ClockState, Event, clocks_of
from dispatch_tui.sla.explain import Explanation, by_day, explain
from dispatch_tui.sla.hours import WEEKDAYS
from dispatch_tui.sla.sentence import hours_words, sentence, shift_words, shown_minutes
from dispatch_tui.sla.terms import terms_from_mapping
from tests.sla.strategies import calendars

WORKDAYS = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
HOUR = timedelta(hours=1)
ZERO = timedelta(0)


def at(text: str) -> datetime:
    """An instant; without an offset in UTC."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def clock_of(
    calendar: dict[str, Any],
    budget: int | str,
    opened: str,
    *told: tuple[str, str, object],
    kind: str = "resolution",
) -> ClockState:
    """One clock of a call of priority 3: what happened to it as instant, kind of event and value."""
    terms = terms_from_mapping({"calendar": calendar, "budgets": {"3": {kind: budget}}})
    events = [Event(at(opened), "opened", 3), *(Event(at(when), what, value) for when, what, value in told)]  # type: ignore[arg-type]
    return next(one for one in clocks_of(terms, events) if one.kind == kind)


def cells(explanation: Explanation, zone: str = "UTC") -> list[tuple[str, str, str, str]]:
    """From, to (as ``Mon 08:00``), kind, why."""
    return [
        (
            f"{one.start.astimezone(ZoneInfo(zone)):%a %H:%M}",
            f"{one.end.astimezone(ZoneInfo(zone)):%a %H:%M}",
            one.kind,
            one.why,
        )
        for one in explanation.segments
    ]


def due(clock: ClockState) -> datetime:
    assert clock.due_at is not None
    return clock.due_at


def test_nights_weekends_holidays_and_holds_are_told_apart() -> None:
    calendar = {
        "tz": "Europe/Berlin",
        "hours": WORKDAYS,
        "holidays": [{"date": "2026-03-10", "name": "Founders' day"}],
    }
    clock = clock_of(
        calendar,
        13 * 60,
        "2026-03-06T15:00+01:00",
        ("2026-03-09T09:00+01:00", "status", "on_hold"),
        ("2026-03-09T10:30+01:00", "status", "assigned"),
    )
    assert due(clock) == at("2026-03-11T11:30+01:00")
    told = explain(clock, due(clock), [(at("2026-03-09T09:00+01:00"), "a part is on order")])
    assert cells(told, "Europe/Berlin") == [
        ("Fri 15:00", "Fri 17:00", "counted", ""),
        ("Fri 17:00", "Mon 08:00", "out_of_hours", "weekend"),
        ("Mon 08:00", "Mon 09:00", "counted", ""),
        ("Mon 09:00", "Mon 10:30", "pause", "on hold: a part is on order"),
        ("Mon 10:30", "Mon 17:00", "counted", ""),
        ("Mon 17:00", "Tue 00:00", "out_of_hours", "night"),
        ("Tue 00:00", "Wed 00:00", "holiday", "Founders' day"),
        ("Wed 00:00", "Wed 08:00", "out_of_hours", "night"),
        ("Wed 08:00", "Wed 11:30", "counted", ""),
    ]
    assert told.totals == {
        "counted": 13 * HOUR,
        "out_of_hours": (63 + 7 + 8) * HOUR,
        "pause": 1.5 * HOUR,
        "holiday": 24 * HOUR,
    }
    assert told.span == due(clock) - clock.started_at
    words = sentence(clock, told, at("2026-03-09T08:00"), UTC, due_at=due(clock))
    assert (
        "13 h of Mon-Fri 08:00-17:00 in Europe/Berlin from Fri 6 Mar 14:00, less 1 h 30 min on hold." in words
    )


def test_only_the_open_part_of_a_hold_is_a_pause() -> None:
    clock = clock_of(
        {"tz": "UTC", "hours": WORKDAYS},
        600,
        "2026-03-02T15:00",
        ("2026-03-02T16:00", "status", "on_hold"),
        ("2026-03-03T09:00", "status", "new"),
    )
    assert cells(explain(clock, due(clock)))[:4] == [
        ("Mon 15:00", "Mon 16:00", "counted", ""),
        ("Mon 16:00", "Mon 17:00", "pause", "on hold"),
        ("Mon 17:00", "Tue 08:00", "out_of_hours", "night"),
        ("Tue 08:00", "Tue 09:00", "pause", "on hold"),
    ]


def test_own_hours_of_a_date_and_breaks() -> None:
    calendar = {
        "tz": "UTC",
        "hours": WORKDAYS,
        "overrides": {"2026-03-03": [["10:00", "12:00"]], "2026-03-04": []},
        "breaks": {"2026-03-05": [["09:00", "09:30"]]},
        "holidays": ["2026-03-03"],
    }
    clock = clock_of(calendar, 4 * 60, "2026-03-02T17:00")
    assert cells(explain(clock, due(clock))) == [
        ("Mon 17:00", "Tue 08:00", "out_of_hours", "night"),
        ("Tue 08:00", "Tue 10:00", "override", "own hours of 3 Mar"),
        ("Tue 10:00", "Tue 12:00", "counted", "own hours of 3 Mar"),
        ("Tue 12:00", "Tue 17:00", "override", "own hours of 3 Mar"),
        ("Tue 17:00", "Wed 00:00", "out_of_hours", "night"),
        ("Wed 00:00", "Thu 00:00", "override", "shut on 4 Mar"),
        ("Thu 00:00", "Thu 08:00", "out_of_hours", "night"),
        ("Thu 08:00", "Thu 09:00", "counted", ""),
        ("Thu 09:00", "Thu 09:30", "break", "break"),
        ("Thu 09:30", "Thu 10:30", "counted", ""),
    ]


def test_a_holiday_that_is_worked_is_said_to_be() -> None:
    calendar = {
        "tz": "UTC",
        "hours": WORKDAYS,
        "holidays": [
            {"date": "2026-03-03", "name": "Carnival", "observed": False},
            {"date": "03-04", "observed": False},
            {"date": "2026-03-05", "name": "Fair", "observed": False},
            {"date": "2026-03-05", "name": "Feast"},
        ],
    }
    minutes = clock_of(calendar, 20 * 60, "2026-03-02T16:00")
    counted = [
        ("Mon 16:00", "Mon 17:00", "counted", ""),
        ("Mon 17:00", "Tue 08:00", "out_of_hours", "night"),
        ("Tue 08:00", "Tue 17:00", "counted", "Carnival is worked"),
        ("Tue 17:00", "Wed 08:00", "out_of_hours", "night"),
        ("Wed 08:00", "Wed 17:00", "counted", "holiday is worked"),
        ("Wed 17:00", "Thu 00:00", "out_of_hours", "night"),
        ("Thu 00:00", "Fri 00:00", "holiday", "Feast"),
        ("Fri 00:00", "Fri 08:00", "out_of_hours", "night"),
        ("Fri 08:00", "Fri 09:00", "counted", ""),
    ]
    assert cells(explain(minutes, due(minutes))) == counted
    days = clock_of(calendar, "1d", "2026-03-02T16:00")
    assert cells(explain(days, due(days)))[2] == (
        "Tue 08:00",
        "Tue 16:00",
        "counted",
        "working day 1 of 1, Carnival is worked",
    )


def test_a_night_shift_that_is_worked_is_that_of_the_date_it_starts_on() -> None:
    nights = {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed")}
    calendar = {
        "tz": "UTC",
        "hours": nights,
        "holidays": [{"date": "2026-03-03", "name": "Fair", "observed": False}],
    }
    clock = clock_of(calendar, 17 * 60, "2026-03-02T22:00")
    assert [one for one in cells(explain(clock, due(clock))) if one[2] == "counted"] == [
        ("Mon 22:00", "Tue 06:00", "counted", ""),
        ("Tue 22:00", "Wed 06:00", "counted", "Fair is worked"),
        ("Wed 22:00", "Wed 23:00", "counted", ""),
    ]


def test_a_night_shift_belongs_to_the_holiday_it_starts_on() -> None:
    nights = {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed")}
    clock = clock_of(
        {"tz": "UTC", "hours": nights, "holidays": [{"date": "2026-03-03", "name": "Feast"}]},
        9 * 60,
        "2026-03-02T22:00",
    )
    assert cells(explain(clock, due(clock))) == [
        ("Mon 22:00", "Tue 06:00", "counted", ""),
        ("Tue 06:00", "Wed 06:00", "holiday", "Feast"),
        ("Wed 06:00", "Wed 22:00", "out_of_hours", "night"),
        ("Wed 22:00", "Wed 23:00", "counted", ""),
    ]


def test_a_shut_weekday_and_the_time_between_two_windows_are_named() -> None:
    split = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "thu", "fri")}
    clock = clock_of({"tz": "UTC", "hours": split}, 9 * 60, "2026-03-03T11:00")
    assert [cell[2:] for cell in cells(explain(clock, due(clock)))] == [
        ("counted", ""),
        ("out_of_hours", "between hours"),
        ("counted", ""),
        ("out_of_hours", "shut on Wednesdays"),
        ("counted", ""),
    ]


@pytest.mark.parametrize(
    ("opened", "words", "length"),
    [
        ("2026-03-29T00:00+01:00", "hour skipped", 23),
        ("2026-10-25T00:00+02:00", "hour repeated", 25),
    ],
)
def test_a_change_of_the_clocks_is_named(opened: str, words: str, length: int) -> None:
    always = {"tz": "Europe/Berlin", "hours": {day: [["00:00", "24:00"]] for day in ("sat", "sun", "mon")}}
    clock = clock_of(always, length * 60, opened)
    (one,) = explain(clock, due(clock)).segments
    assert (shift_words(one.shift), one.length) == (words, length * HOUR)
    assert due(clock).astimezone(ZoneInfo("Europe/Berlin")).hour == 0, "a whole local day"


def test_half_an_hour_on_lord_howe() -> None:
    assert shift_words(timedelta(minutes=-30)) == "30 min repeated"
    assert shift_words(ZERO) == ""


def test_the_time_that_a_reopened_call_was_done_is_apart_from_holds() -> None:
    clock = clock_of(
        {"tz": "UTC", "hours": WORKDAYS},
        480,
        "2026-03-02T08:00",
        ("2026-03-02T10:00", "status", "resolved"),
        ("2026-03-02T12:00", "status", "assigned"),
    )
    told = explain(clock, due(clock))
    assert told.totals["reopened"] == 2 * HOUR
    assert "pause" not in told.totals
    words = sentence(clock, told, at("2026-03-02T13:00"), UTC, due_at=due(clock))
    assert words == (
        "Resolution is due Tue 3 Mar 09:00 at the site (UTC): 8 h of Mon-Fri 08:00-17:00 from Mon 2 Mar 08:00, "
        "less 2 h done before it was reopened."
    )


def test_days_are_explained_as_days() -> None:
    clock = clock_of(
        {"tz": "UTC", "hours": WORKDAYS},
        "2d",
        "2026-03-05T10:00",
        ("2026-03-05T12:00", "status", "on_hold"),
        ("2026-03-05T13:00", "status", "new"),
    )
    assert due(clock) == at("2026-03-09T11:00"), "Thursday 10:00, two working days on, and the hour on hold"
    assert [cell[3] for cell in cells(explain(clock, due(clock))) if cell[2] == "counted"] == [
        "working day 1 of 2",
        "working day 1 of 2",
        "working day 1 of 2",
        "working day 2 of 2",
        "working day 2 of 2",
        "makes up for pauses",
    ]


def test_never_paused_promised_and_waiting_say_so() -> None:
    shut = clock_of({"tz": "UTC", "hours": {}}, 60, "2026-03-02T08:00")
    now = at("2026-03-02T11:00")
    told = explain(shut, now)
    assert cells(told) == [("Mon 08:00", "Mon 11:00", "out_of_hours", "no weekly hours")]
    assert "is never due" in sentence(shut, told, now, UTC, due_at=None)

    held = clock_of(
        {"tz": "UTC", "hours": WORKDAYS}, 480, "2026-03-02T08:00", ("2026-03-02T10:00", "status", "on_hold")
    )
    assert sentence(held, explain(held, now), now, UTC, due_at=None) == (
        "Resolution is paused since Mon 2 Mar 10:00: 6 h of 8 h are left. It is due once it runs again."
    )

    promised = clock_of(
        {"tz": "UTC", "hours": WORKDAYS},
        480,
        "2026-03-02T08:00",
        ("2026-03-02T09:00", "promise", now),
        kind="next_update",
    )
    (one,) = explain(promised, now).segments
    assert (one.kind, one.length) == ("wall_clock", 2 * HOUR)
    assert "promised on Mon 2 Mar 09:00" in sentence(promised, explain(promised, now), now, UTC, due_at=now)

    terms = terms_from_mapping({"calendar": {"tz": "UTC", "hours": WORKDAYS}, "budgets": {}})
    (waits,) = clocks_of(
        terms, [Event(at("2026-03-02T08:00"), "opened", 3), Event(at("2026-03-02T09:00"), "inbound")]
    )
    assert "promises no time" in sentence(waits, explain(waits, now), now, UTC, due_at=None)


@pytest.mark.parametrize(
    ("ended", "how"),
    [("2026-03-02T16:00", "It was met: resolved"), ("2026-03-02T16:00:01", "It was missed: resolved")],
)
def test_an_ended_clock_tells_how(ended: str, how: str) -> None:
    clock = clock_of({"tz": "UTC", "hours": WORKDAYS}, 480, "2026-03-02T08:00", (ended, "status", "resolved"))
    words = sentence(clock, explain(clock, due(clock)), at("2026-03-03"), UTC, due_at=due(clock))
    assert how in words


def test_what_ended_before_it_began_is_flagged() -> None:
    clock = clock_of(
        {"tz": "UTC", "hours": WORKDAYS},
        60,
        "2026-03-02T08:00",
        ("2026-03-02T07:00", "response", None),
        kind="first_response",
    )
    words = sentence(clock, explain(clock, due(clock)), at("2026-03-03"), UTC, due_at=due(clock))
    assert "It was met before it began: Mon 2 Mar 07:00 is an odd time, and nothing was counted." in words


def test_hours_in_words() -> None:
    def words(hours: dict[str, Any]) -> str:
        return hours_words(
            terms_from_mapping({"calendar": {"tz": "UTC", "hours": hours}, "budgets": {}}).calendar.hours
        )

    assert words(WORKDAYS | {"sat": [["09:00", "12:00"]]}) == "Mon-Fri 08:00-17:00, Sat 09:00-12:00"
    assert words({"mon": [["22:00", "06:00"]]}) == "Mon 22:00-06:00"
    assert (
        words({day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})
        == "all hours"
    )
    assert words({}) == "no weekly hours"


def test_shown_minutes_add_up() -> None:
    parts = [timedelta(minutes=1, seconds=40)] * 3
    assert shown_minutes(parts) == [1, 2, 2], "5 minutes in all, not three times one"


BACK_OVER_MIDNIGHT = (
    {"tz": "America/St_Johns", "hours": {day: [["00:00", "24:00"]] for day in WEEKDAYS if day != "sun"}},
    datetime(2006, 10, 29, 2, 31, tzinfo=UTC),
)
"""A minute into Sunday it is Saturday again, for an hour."""


@settings(max_examples=300, deadline=None)
@example(given_calendar=BACK_OVER_MIDNIGHT, minutes_before=2, budget=2, holds=[])
@example(given_calendar=BACK_OVER_MIDNIGHT, minutes_before=1, budget=0, holds=[])
@given(
    given_calendar=calendars(),
    minutes_before=st.integers(0, 4 * 1440),
    budget=st.one_of(st.integers(0, 6000), st.integers(0, 9).map("{}d".format)),
    holds=st.lists(st.tuples(st.integers(1, 4000), st.integers(1, 4000)), max_size=3),
)
def test_stretches_add_up_to_the_span_and_the_budget(
    given_calendar: tuple[dict[str, Any], datetime],
    minutes_before: int,
    budget: int | str,
    holds: list[tuple[int, int]],
) -> None:
    calendar, odd_moment = given_calendar
    start = odd_moment - timedelta(minutes=minutes_before)
    events = [Event(start, "opened", 3)]
    moment = start
    for before, length in holds:
        moment += timedelta(minutes=before)
        events.append(Event(moment, "status", "on_hold"))
        moment += timedelta(minutes=length)
        events.append(Event(moment, "status", "assigned"))
    terms = terms_from_mapping({"calendar": calendar, "budgets": {"3": {"resolution": budget}}})
    (clock,) = clocks_of(terms, events)
    until = clock.due_at or start + timedelta(days=40)
    told = explain(clock, until)
    assert told.span == max(until - start, ZERO)
    assert sum(told.totals.values(), ZERO) == told.span
    if told.segments:
        assert (told.segments[0].start, told.segments[-1].end) == (start, until)
    for one, following in pairwise(told.segments):
        assert one.start < one.end == following.start
        assert one[2:5] != following[2:5], "neighbours of one kind are one stretch"
    pauses = [(stop.start, stop.end) for stop in clock.stopped]
    assert told.counted == terms.calendar.elapsed(start, until, pauses)
    if clock.due_at is not None and isinstance(budget, int):
        assert told.counted == timedelta(minutes=budget)
    for one in told.segments:
        assert terms.calendar.is_open(one.start) == (one.kind in ("counted", "pause"))
    days = by_day(told, terms.calendar)
    assert sum((one.length for day in days for one in day.segments), ZERO) == told.span
