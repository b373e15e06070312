"""Random calendars, instants and pauses, close to where time does something odd."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from dispatch_tui.clock import from_us
from dispatch_tui.sla.calendar import Pause
from dispatch_tui.sla.windows import BLOCK_US
from tests.sla.stepping import WEEKDAYS

DAY_MINUTES = 1440

ODD_MOMENTS = {
    "Europe/Berlin": ("2024-03-31T01:00", "2024-10-27T01:00"),
    "America/New_York": ("2024-03-10T07:00", "2024-11-03T06:00"),
    "America/St_Johns": ("2006-04-02T03:31", "2006-10-29T02:31"),  # changed at one minute past midnight
    "America/Santiago": ("2024-04-07T03:00", "2024-09-08T04:00"),  # midnight is skipped
    "Australia/Lord_Howe": ("2024-04-06T15:00", "2024-10-05T15:30"),  # half an hour
    "Asia/Kathmandu": ("1985-12-31T18:30", "2024-02-29T00:00"),  # 5:30 until 1986, 5:45 since
    "Pacific/Chatham": ("2024-04-06T14:00", "2024-09-28T14:00"),  # 12:45 and 13:45
    "Pacific/Apia": ("2011-12-30T10:00", "2011-09-24T14:00"),  # 30 December 2011 did not happen
    "Pacific/Kwajalein": ("1993-08-21T12:00",),  # nor did 21 August 1993
    "Pacific/Kiritimati": ("1994-12-31T10:00",),  # nor did 31 December 1994
    "Antarctica/Troll": ("2024-03-31T01:00", "2024-10-27T01:00"),  # two hours
    "Antarctica/Casey": ("2020-10-03T16:01", "2021-03-13T13:00"),  # three hours
    "Africa/Casablanca": ("2024-03-10T02:00", "2024-04-14T02:00"),  # back for Ramadan
    "Africa/Cairo": ("2023-04-27T22:00", "2023-10-26T21:00"),  # midnight is skipped, and comes twice
    "Europe/Dublin": ("2024-03-31T01:00", "2024-10-27T01:00"),  # standard time is that of summer
    "UTC": ("2024-12-31T23:00", "2024-02-29T12:00"),
}
"""Changes of offset by zone, as instants of UTC."""

BLOCK_EDGE = from_us(BLOCK_US * 54)
"""Where two of the calendar's tables meet."""


def written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def day_windows(draw: st.DrawFn) -> list[list[str]]:
    """None to three windows that do not overlap; the last may cross midnight, and all may touch."""
    shape = draw(st.integers(0, 9))
    if shape == 0:
        return [["00:00", "24:00"]]
    every = draw(st.sampled_from([1, 15]))
    points = sorted(draw(st.sets(st.integers(0, DAY_MINUTES // every - 1), max_size=6)))
    points = [every * point for point in points]
    if shape == 1:
        return [[written(a), written(b)] for a, b in pairwise(points)]
    points = points[: len(points) // 2 * 2]
    if points and draw(st.booleans(), "overnight"):
        points = [*points[1:], points[0]]
    return [[written(a), written(b)] for a, b in zip(points[::2], points[1::2], strict=True)]


@st.composite
def weekly_hours(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """Hours by weekday; a window that would run into the next day's first is cut there."""
    week = [draw(day_windows()) for _ in WEEKDAYS]
    for index, windows in enumerate(week):
        following = week[(index + 1) % 7]
        if windows and following and windows[-1][1] <= windows[-1][0]:
            windows[-1][1] = min(windows[-1][1], following[0][0])
    return {name: windows for name, windows in zip(WEEKDAYS, week, strict=True) if windows}


@st.composite
def calendars(draw: st.DrawFn) -> tuple[dict[str, Any], datetime]:
    """A calendar's mapping and an instant near which its zone or its dates are odd."""
    zone = draw(st.sampled_from(sorted(ODD_MOMENTS)))
    moments = [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in ODD_MOMENTS[zone]]
    moment = draw(st.sampled_from([*moments, BLOCK_EDGE]))
    near = st.integers(-3, 4).map(lambda days: moment.date() + timedelta(days=days))
    iso_dates = near.map(date.isoformat)
    yearly = near.map(lambda day: day.strftime("%m-%d"))
    ranges = st.tuples(yearly, yearly).map(lambda pair: f"{pair[0]}/{pair[1]}").filter(is_short)
    dated_ranges = st.tuples(near, near).map(lambda pair: f"{min(pair)}/{max(pair)}")
    written_down = st.one_of(iso_dates, yearly, ranges, dated_ranges)
    named = written_down.map(lambda when: {"date": when, "name": "Closed"})
    mapping = {
        "tz": zone,
        "hours": draw(weekly_hours()),
        "holidays": draw(st.lists(st.one_of(written_down, named), max_size=3)),
        "overrides": draw(st.dictionaries(iso_dates, day_windows(), max_size=2)),
        "breaks": draw(st.dictionaries(iso_dates, day_windows(), max_size=2)),
    }
    return mapping, moment


def is_short(yearly_range: str) -> bool:
    """Whether a yearly range covers some days and not nearly the whole year."""
    first, last = yearly_range.split("/")
    return first <= last or (first >= "12" and last < "02")


def seconds_around(moment: datetime, before: int, after: int) -> st.SearchStrategy[datetime]:
    """Microseconds, whole seconds or fives of minutes from so many days before an instant to so many after."""
    day = 86_400
    return st.one_of(
        st.integers(-before * day * 10**6, after * day * 10**6).map(
            lambda us: moment + timedelta(microseconds=us)
        ),
        st.integers(-before * day, after * day).map(lambda seconds: moment + timedelta(seconds=seconds)),
        st.integers(-before * 288, after * 288).map(lambda fives: moment + timedelta(minutes=5 * fives)),
    )


@st.composite
def pause_lists(draw: st.DrawFn, moment: datetime) -> list[Pause]:
    """Up to three pauses; they may overlap, be reversed, or not have ended."""
    edges = seconds_around(moment, 2, 3)
    ends = st.one_of(edges, edges, edges, st.none())
    return draw(st.lists(st.tuples(edges, ends), max_size=3))
