"""Times to come as they are typed, on a customer's wall clock, at Wednesday 2026-03-04 09:00 UTC, 10:00 in Berlin."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dispatch_tui.care.coming import bygone, coming, promise_from
from dispatch_tui.errors import InvalidInput

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("45m", "2026-03-04 09:45"),
        ("2h", "2026-03-04 11:00"),
        ("in 1h 30m", "2026-03-04 10:30"),
        ("1d", "2026-03-05 09:00"),
        ("14:30", "2026-03-04 13:30"),
        ("14", "2026-03-04 13:00"),
        ("10:00", "2026-03-05 09:00"),
        ("10:01", "2026-03-04 09:01"),
        ("today 16", "2026-03-04 15:00"),
        ("Tomorrow 9:00", "2026-03-05 08:00"),
        ("tomorrow", "2026-03-05 08:00"),
        ("fri 12:00", "2026-03-06 11:00"),
        ("wed 8", "2026-03-11 07:00"),
        ("monday", "2026-03-09 08:00"),
        ("24.12. 8:00", "2026-12-24 07:00"),
        ("4.3. 10:01", "2026-03-04 09:01"),
        ("4.3. 10:00", "2027-03-04 09:00"),
        ("1.2.", "2027-02-01 08:00"),
        ("12.10", "2026-03-04 11:10"),
        ("12.10.", "2026-10-12 07:00"),
        ("2026-03-30 08:00", "2026-03-30 06:00"),
        ("2026-12-24", "2026-12-24 08:00"),
        ("20261224", "2026-12-24 08:00"),
        ("2026-12-24 14", "2026-12-24 13:00"),
        ("20261224 1430", "2026-12-24 13:30"),
        ("2026-03-04T12:00+00:00", "2026-03-04 12:00"),
        ("2026-03-04T12:00Z", "2026-03-04 12:00"),
        ("thurs 8", "2026-03-05 07:00"),
        ("29.3. 1:59", "2026-03-29 00:59"),
        ("29.3. 3:00", "2026-03-29 01:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25 01:30"),
    ],
)
def test_what_is_meant(typed: str, utc: str) -> None:
    assert f"{coming(typed, NOW, BERLIN):%Y-%m-%d %H:%M}" == utc


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "0m",
        "25:00",
        "12:60",
        "today 9:59",
        "2026-03-04 09:59",
        "fri noon",
        "-2h",
        "31.2. 8:00",
        "24.12. 25",
        "29.2.",
        "friend",
        "satellite 9",
        "sundry",
        "2025-10-26 02:30",
        "fr",
        "9999-12-31 23:59-12:00",
        "9999-12-31 23:59Z",
    ],
)
def test_what_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        coming(typed, NOW, BERLIN, field="next_update")
    assert refused.value.field == "next_update"


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("45m", "2026-03-04 08:15"),
        ("2h ago", "2026-03-04 07:00"),
        ("1d", "2026-03-03 09:00"),
        ("10:00", "2026-03-04 09:00"),
        ("10:01", "2026-03-03 09:01"),
        ("today 8", "2026-03-04 07:00"),
        ("Yesterday 16:30", "2026-03-03 15:30"),
        ("yesterday", "2026-03-03 08:00"),
        ("mon", "2026-03-02 08:00"),
        ("tue 18:00", "2026-03-03 17:00"),
        ("wed 11:00", "2026-02-25 10:00"),
        ("thu", "2026-02-26 08:00"),
    ],
)
def test_what_has_passed(typed: str, utc: str) -> None:
    assert f"{bygone(typed, NOW, BERLIN):%Y-%m-%d %H:%M}" == utc


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "5",
        "0m",
        "in 2h",
        "tomorrow",
        "today 10:01",
        "24.12. 8:00",
        "2026-12-24",
        "mon noon",
        "monkey",
        "25:00",
    ],
)
def test_what_is_to_come_or_cannot_be_read_has_not_passed(typed: str) -> None:
    with pytest.raises(InvalidInput, match="time that has passed") as refused:
        bygone(typed, NOW, BERLIN, field="ago")
    assert refused.value.field == "ago"


def test_what_follows_by_is_no_promise_unless_it_is_a_time() -> None:
    with pytest.raises(InvalidInput, match="cannot read 'satellite'"):
        promise_from("the part is sent by satellite", NOW, NOW, BERLIN)
    assert promise_from("a loaner by fri 12:00", NOW, NOW, BERLIN).due_at == datetime(
        2026, 3, 6, 11, tzinfo=UTC
    )


@pytest.mark.parametrize("typed", ["29.3. 2:30", "2026-03-29 02:30", "sun 2:30"])
def test_a_time_that_the_clocks_leave_out_is_refused(typed: str) -> None:
    before, after = datetime(2026, 3, 27, 9, tzinfo=UTC), datetime(2026, 3, 30, 9, tzinfo=UTC)
    with pytest.raises(InvalidInput, match="put forward") as refused:
        coming(typed, before, BERLIN, field="next_update")
    assert refused.value.field == "next_update"
    with pytest.raises(InvalidInput, match="put forward"):
        bygone("sun 2:30", after, BERLIN)


def test_only_the_day_that_is_meant_needs_the_time() -> None:
    changed = datetime(2026, 3, 29, 9, tzinfo=UTC)
    assert coming("2:30", changed, BERLIN) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)
    assert bygone("2:30", datetime(2026, 3, 29, 0, tzinfo=UTC), BERLIN) == datetime(
        2026, 3, 28, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("typed", ["25.10. 2:30", "2026-10-25 02:30"])
def test_a_time_that_comes_twice_is_refused_with_both(typed: str) -> None:
    with pytest.raises(InvalidInput, match="twice") as refused:
        coming(typed, NOW, BERLIN)
    assert refused.value.remedy == "Give 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00."


def test_of_a_time_that_comes_twice_the_one_on_this_side_of_now_is_meant() -> None:
    between, after = datetime(2026, 10, 25, 0, 40, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)
    assert bygone("2:30", between, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert coming("2026-10-25 02:30", between, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    with pytest.raises(InvalidInput, match="twice") as refused:
        bygone("2:30", after, BERLIN)
    assert refused.value.remedy == "Give how long ago, as 2h."
