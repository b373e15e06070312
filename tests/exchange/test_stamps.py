"""Dates: read in a stated order and zone, and never guessed silently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.clock import from_us
from dispatch_tui.errors import ImportProblem, InvalidInput
from dispatch_tui.exchange.stamps import Seen, Stamps, settle


def at(stamp: str, order: str = "d/m/yyyy", zone: str = "UTC") -> datetime:
    return from_us(Stamps(order, zone).read(stamp).us)


@pytest.mark.parametrize(
    ("stamp", "order", "expected"),
    [
        ("5/3/2016 01:16", "d/m/yyyy", datetime(2016, 3, 5, 1, 16, tzinfo=UTC)),
        ("5/3/2016 01:16", "m/d/yyyy", datetime(2016, 5, 3, 1, 16, tzinfo=UTC)),
        ("05.03.2016", "d/m/yyyy", datetime(2016, 3, 5, tzinfo=UTC)),
        ("04/07/2020 12:00:08 AM", "m/d/yyyy", datetime(2020, 4, 7, 0, 0, 8, tzinfo=UTC)),
        ("04/07/2020 12:00:08 PM", "m/d/yyyy", datetime(2020, 4, 7, 12, 0, 8, tzinfo=UTC)),
        ("04/07/2020 11:53:08 p.m.", "m/d/yyyy", datetime(2020, 4, 7, 23, 53, 8, tzinfo=UTC)),
        ("1-2-99", "d/m/yy", datetime(1999, 2, 1, tzinfo=UTC)),
        ("1-2-69", "d/m/yy", datetime(2069, 2, 1, tzinfo=UTC)),
        ("2016/3/5 7:00", "yyyy/m/d", datetime(2016, 3, 5, 7, tzinfo=UTC)),
        ("2016-03-05", "", datetime(2016, 3, 5, tzinfo=UTC)),
        ("2016-03-05T13:05:59.25Z", "", datetime(2016, 3, 5, 13, 5, 59, 250_000, tzinfo=UTC)),
        ("2016-03-05 13:05:59+0530", "d/m/yyyy", datetime(2016, 3, 5, 7, 35, 59, tzinfo=UTC)),
        ("5 March 2016 13:05", "", datetime(2016, 3, 5, 13, 5, tzinfo=UTC)),
        ("Mar 5, 2016", "", datetime(2016, 3, 5, tzinfo=UTC)),
        ("2020 Apr 07 11:53:08 PM", "", datetime(2020, 4, 7, 23, 53, 8, tzinfo=UTC)),
    ],
)
def test_readings(stamp: str, order: str, expected: datetime) -> None:
    assert at(stamp, order) == expected


@pytest.mark.parametrize(
    "stamp",
    [
        "30/2/2016",
        "1/1/2016 25:00",
        "1/1/2016 13:00 PM",
        "13/13/2016",
        "1/1/2016 10:61",
        "soon",
        "7",
        "5/3/16",
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(stamp: str) -> None:
    with pytest.raises(ValueError, match=stamp):
        Stamps("d/m/yyyy", "UTC").read(stamp)


def test_without_an_order_figures_alone_are_no_date() -> None:
    with pytest.raises(ValueError, match="not a date"):
        Stamps("", "UTC").read("5/3/2016")


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 (wall times)
    st.sampled_from(["UTC", "America/Los_Angeles", "Australia/Lord_Howe"]),
)
def test_every_minute_is_read_as_the_zone_says(local: datetime, zone: str) -> None:
    local = local.replace(second=0, microsecond=0, fold=0)
    stamps = Stamps("d/m/yyyy", zone)
    expected = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for _ in range(2):  # the second time from what is remembered
        assert from_us(stamps.read(f"{local:%-d/%-m/%Y %H:%M}").us) == expected
        assert from_us(stamps.read(f"{local:%-d/%-m/%Y %I:%M %p}").us) == expected


def test_parts_that_are_remembered_do_not_mix() -> None:
    stamps = Stamps("d/m/yyyy", "UTC")
    for stamp in ("5/3/2016 01:16", "6/3/2016 01:17"):
        stamps.read(stamp)
    assert from_us(stamps.read("5/3/2016 01:17").us) == datetime(2016, 3, 5, 1, 17, tzinfo=UTC)
    assert from_us(stamps.read("6/3/2016").us) == datetime(2016, 3, 6, tzinfo=UTC)


def test_a_wall_time_that_came_twice_tells_both() -> None:
    moment = Stamps("m/d/yyyy", "America/Los_Angeles").read("11/01/2020 01:30:00 AM")
    assert from_us(moment.us) == datetime(2020, 11, 1, 8, 30, tzinfo=UTC)
    assert moment.again_us - moment.us == timedelta(hours=1) // timedelta(microseconds=1)
    assert "twice" in moment.note


def test_a_wall_time_that_never_was_is_read_with_the_offset_before() -> None:
    moment = Stamps("m/d/yyyy", "America/Los_Angeles").read("03/08/2020 02:30:00 AM")
    assert from_us(moment.us) == datetime(2020, 3, 8, 10, 30, tzinfo=UTC)
    assert "never was" in moment.note


def seen(*stamps: str) -> list[Seen]:
    return [Seen(number, "Opened", stamp) for number, stamp in enumerate(stamps, 2)]


@pytest.mark.parametrize(
    ("stated", "stamps", "expected"),
    [
        ("", ("5/3/2016", "13/3/2016"), "d/m/yyyy"),
        ("", ("5/3/2016", "3/13/2016"), "m/d/yyyy"),
        ("", ("5/3/16", "3/13/16"), "m/d/yy"),
        ("", ("2016/03/05",), "yyyy/m/d"),
        ("", ("20-03-32",), "d/m/yy"),
        ("", ("20-03-13", "31-12-99"), "d/m/yy"),
        ("", ("20-03-13", "12-31-99"), "m/d/yy"),
        ("d/m/yy", ("20-03-13",), "d/m/yy"),
        ("", ("2016-03-05 12:00", "?"), "yyyy/m/d"),
        ("", ("?", ""), ""),
        ("d/m/yyyy", ("5/3/2016",), "d/m/yyyy"),
        ("d/m/yyyy", ("2016-03-05",), "d/m/yyyy"),
        ("d/m/yyyy", ("3/25/2016", "25/3/2016"), "d/m/yyyy"),
    ],
)
def test_the_order_is_stated_or_proven(stated: str, stamps: tuple[str, ...], expected: str) -> None:
    assert settle(stated, seen(*stamps)) == expected


def test_a_doubtful_order_is_refused_with_both_readings() -> None:
    with pytest.raises(ImportProblem) as caught:
        settle("", seen("4/4/2016", "5/3/2016 01:16"))
    said = str(caught.value)
    assert "'5/3/2016 01:16' (line 3, Opened)" in said
    assert "5 March 2016 or 3 May 2016" in said
    assert "--dates d/m/yyyy or --dates m/d/yyyy" in said


BY_DAY, BY_MONTH = "13/04/2004", "04/25/2004"


@pytest.mark.parametrize("contrary", [(BY_DAY, BY_MONTH), (BY_MONTH, BY_DAY)])
@pytest.mark.parametrize("looked_at", [1, 2, 3])
def test_a_file_that_proves_both_orders_is_refused_with_both_lines(
    contrary: tuple[str, str], looked_at: int
) -> None:
    stamps = seen("03/04/2004", *contrary)
    with pytest.raises(ImportProblem) as caught:
        settle("", stamps[:looked_at], stamps[looked_at:])
    said = str(caught.value)
    assert f"{BY_DAY!r} (line {2 + contrary.index(BY_DAY) + 1}, Opened) can only be 13 April 2004" in said
    assert f"{BY_MONTH!r} (line {2 + contrary.index(BY_MONTH) + 1}, Opened) only 25 April 2004" in said
    assert "--dates d/m/yyyy or --dates m/d/yyyy" in said
    for order in ("d/m/yyyy", "m/d/yyyy"):
        assert settle(order, stamps) == order


def test_a_stated_order_that_the_file_disproves_is_refused() -> None:
    with pytest.raises(
        ImportProblem, match=r"line 3, Opened, says '3/25/2016'.*25 March 2016.*--dates m/d/yyyy"
    ):
        settle("d/m/yyyy", seen("5/3/2016", "3/25/2016"))


def test_a_year_of_two_figures_that_may_stand_first_is_refused_with_both_readings() -> None:
    with pytest.raises(ImportProblem) as caught:
        settle("", seen("20-03-05", "20-03-13"))
    assert "'20-03-05' (line 2, Opened) may be 20 March 2005 or 5 March 2020" in str(caught.value)


def test_a_proof_that_is_no_date_either_way_is_told() -> None:
    with pytest.raises(ImportProblem, match="may be day 31 of month 2 or 13 February 2031"):
        settle("", seen("31-02-13"))
    with pytest.raises(ImportProblem, match="If it means day 30 of month 2, state --dates d/m/yyyy"):
        settle("m/d/yyyy", seen("30/2/2016"))


def test_the_rest_of_a_file_is_asked_where_its_beginning_proves_nothing() -> None:
    doubtful = seen("5/3/2016")
    assert settle("", doubtful, seen("6/3/2016", "13/3/2016")) == "d/m/yyyy"
    assert settle("d/m/yyyy", doubtful, seen("13/3/2016", "3/25/2016")) == "d/m/yyyy"
    assert settle("d/m/yyyy", doubtful, seen("6/3/2016")) == "d/m/yyyy"
    with pytest.raises(ImportProblem, match=r"line 3, Opened, says '3/25/2016'.*--dates m/d/yyyy"):
        settle("d/m/yyyy", doubtful, seen("6/3/2016", "3/25/2016", "13/3/2016"))
    with pytest.raises(ImportProblem, match="may be 5 March 2016 or 3 May 2016"):
        settle("", doubtful, seen("6/3/2016"))


@pytest.mark.parametrize("beginning", [("25/3/2016",), ("2016-03-05",)])
def test_the_rest_of_a_file_is_left_alone_where_its_beginning_has_no_doubt(
    beginning: tuple[str, ...],
) -> None:
    later = iter(seen("13/3/2016"))
    settle("d/m/yyyy", seen(*beginning), later)
    assert next(later).stamp == "13/3/2016"


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Tokyo"])
@pytest.mark.parametrize("stamp", ["31/12/9999 23:59", "01/01/0001 00:00", "1/1/2200 12:00", "30/12/1899"])
def test_a_date_far_from_any_service_is_refused_with_a_reason(stamp: str, zone: str) -> None:
    with pytest.raises(ValueError, match=f"{stamp}.*1900 to 2199"):
        Stamps("d/m/yyyy", zone).read(stamp)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("1/1/1900 00:00", datetime(1900, 1, 1, tzinfo=UTC)),
        ("31/12/2199 23:59", datetime(2199, 12, 31, 23, 59, tzinfo=UTC)),
        ("2200-01-01T00:30:00+01:00", datetime(2199, 12, 31, 23, 30, tzinfo=UTC)),
    ],
)
def test_the_first_and_the_last_date_are_read(stamp: str, expected: datetime) -> None:
    assert at(stamp) == expected


def test_the_span_of_dates_is_that_of_utc() -> None:
    with pytest.raises(ValueError, match="1900 to 2199"):
        at("1900-01-01T00:30:00+01:00")


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not an order"):
        settle("dd-mm", [])
    with pytest.raises(InvalidInput, match="no time zone"):
        Stamps("d/m/yyyy", "Mars/Olympus")
