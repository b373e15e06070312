"""iCalendar files as proposed days off: what their events say, and files that are none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dispatch_tui.errors import ImportProblem, InvalidInput, MissingExtra
from dispatch_tui.exchange.holidays import feeds
from dispatch_tui.exchange.holidays.proposals import HolidayProposal

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
END = "END:VCALENDAR\r\n"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT", ""])


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return tmp_path / "feed.ics"


def read(feed: Path, *events: str, years: tuple[int, ...] = (2026,)) -> tuple[HolidayProposal, ...]:
    feed.write_text(HEAD + "".join(events) + END, encoding="utf-8", newline="")
    return feeds.proposals(feed, years)


def told(feed: Path, *events: str, years: tuple[int, ...] = (2026,)) -> dict[str, bool]:
    """Date to whether it is switched on."""
    return {one.date.isoformat(): one.observed for one in read(feed, *events, years=years)}


def test_a_day(feed: Path) -> None:
    (found,) = read(feed, event("DTSTART;VALUE=DATE:20260501", "SUMMARY:Tag der Arbeit\\, Fest"))
    assert (found.date.isoformat(), found.name) == ("2026-05-01", "Tag der Arbeit, Fest")
    assert (found.source, found.observed) == ("feed.ics", True)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"),
        ("DTSTART;VALUE=DATE:20261224", "DURATION:P3D"),
        ("DTSTART:20261224T000000", "DTEND:20261227T000000"),
        ("DTSTART;TZID=Europe/Berlin:20261224T000000", "DTEND;TZID=Europe/Berlin:20261227T000000"),
    ],
)
def test_several_days_end_the_day_before_their_end(feed: Path, lines: tuple[str, ...]) -> None:
    assert told(feed, event(*lines)) == dict.fromkeys(("2026-12-24", "2026-12-25", "2026-12-26"), True)


def test_every_year_with_one_left_out_and_one_added(feed: Path) -> None:
    one = event(
        "DTSTART;VALUE=DATE:20200606",
        "RRULE:FREQ=YEARLY",
        "EXDATE;VALUE=DATE:20270606",
        "RDATE;VALUE=DATE:20270607",
    )
    assert list(told(feed, one, years=(2026, 2028))) == ["2026-06-06", "2027-06-07", "2028-06-06"]


def test_a_rule_by_weekday_and_one_that_has_ended(feed: Path) -> None:
    thanksgiving = event("DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")
    ended = event("DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=YEARLY;UNTIL=20250101")
    assert list(told(feed, thanksgiving, ended)) == ["2026-11-26"]


def test_across_new_year_only_the_years_asked_for(feed: Path) -> None:
    break_ = event("DTSTART;VALUE=DATE:20251230", "DTEND;VALUE=DATE:20260103")
    assert list(told(feed, break_)) == ["2026-01-01", "2026-01-02"]


def test_what_is_cancelled_is_no_day_off(feed: Path) -> None:
    gone = event("DTSTART;VALUE=DATE:20260501", "STATUS:CANCELLED")
    yearly = event("DTSTART;VALUE=DATE:20250606", "RRULE:FREQ=YEARLY")
    moved = event("RECURRENCE-ID;VALUE=DATE:20260606", "DTSTART;VALUE=DATE:20260606", "STATUS:CANCELLED")
    assert told(feed, gone) == {}
    assert list(told(feed, yearly, moved, years=(2025, 2027))) == ["2025-06-06", "2027-06-06"]


@pytest.mark.parametrize(
    ("lines", "observed"),
    [
        (("CATEGORIES:Observance",), False),
        (("CATEGORIES:Holidays,Public Holiday",), True),
        (("DESCRIPTION:Observance\\nTo hide observances\\, go to the settings",), False),
        (("DESCRIPTION:Public holiday", "TRANSP:TRANSPARENT"), True),
        (("DESCRIPTION:Not a public holiday",), False),
        (("CATEGORIES:Half-day",), False),
        (("CLASS:PRIVATE",), False),
        (("CLASS:PUBLIC",), True),
        ((), True),
    ],
)
def test_hints_switch_a_date(feed: Path, lines: tuple[str, ...], observed: bool) -> None:
    opaque = event("DTSTART;VALUE=DATE:20260101", "TRANSP:OPAQUE")
    assert told(feed, event("DTSTART;VALUE=DATE:20260501", *lines), opaque)["2026-05-01"] is observed


def test_free_time_is_a_hint_only_where_a_file_knows_both(feed: Path) -> None:
    free = event("DTSTART;VALUE=DATE:20260501", "TRANSP:TRANSPARENT")
    busy = event("DTSTART;VALUE=DATE:20260502")
    assert told(feed, free) == {"2026-05-01": True}
    assert told(feed, free, busy) == {"2026-05-01": False, "2026-05-02": True}


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260501T090000Z", "DTEND:20260501T120000Z"),
        ("DTSTART:20260501T000000",),
        ("DTSTART:20260501T220000", "DTEND:20260502T000000"),
    ],
)
def test_an_event_with_a_time_of_day_comes_switched_off(feed: Path, lines: tuple[str, ...]) -> None:
    assert told(feed, event(*lines)) == {"2026-05-01": False}


def test_several_calendars_folded_lines_and_a_byte_order_mark(feed: Path) -> None:
    one = event("DTSTART;VALUE=DATE:20260501", "SUMMARY:Labour\r\n  Day")
    other = event("DTSTART;VALUE=DATE:20260601")
    feed.write_text(f"\ufeff{HEAD}{one}{END}{HEAD}{other}{END}", encoding="utf-8", newline="")
    found = feeds.proposals(feed, [2026])
    assert [(one.date.isoformat(), one.name) for one in found] == [
        ("2026-05-01", "Labour Day"),
        ("2026-06-01", ""),
    ]


def test_hostile_names_become_plain(feed: Path) -> None:
    (found,) = read(feed, event("DTSTART;VALUE=DATE:20260501", "SUMMARY:[/x]\x1b[31mred\u202e\\nmore"))
    assert found.name == "[/x]red more"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("hello\n", 1, "not an iCalendar file, it begins with 'hello'"),
        ("\n\n<html>\n", 3, "not an iCalendar file"),
        (HEAD, 1, "VCALENDAR begins here and never ends"),
        (HEAD + "BEGIN:VEVENT\r\n" + END, 5, "VCALENDAR ends here but did not begin"),
        (HEAD + event("rubbish") + END, 6, "'rubbish' is not a line"),
        (HEAD + event("SUMMARY:No date") + END, 4, "No date: it has no DTSTART"),
        (HEAD + event("DTSTART;VALUE=DATE:20261345") + END, 4, "DTSTART"),
        (HEAD + event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20251231") + END, 4, "ends before"),
        (HEAD + event("DTSTART;VALUE=DATE:20260101", "DTEND:20260102T000000") + END, 4, "same type"),
        (
            HEAD + event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20990102") + END,
            4,
            "longer than a year",
        ),
        (HEAD + event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SILLY") + END, 4, "RRULE"),
        (HEAD + event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SECONDLY") + END, 4, "within a day"),
        (
            HEAD + event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;INTERVAL=0") + END,
            4,
            "within a day",
        ),
        (HEAD + event("DTSTART;VALUE=DATE:20260101") + event("SUMMARY:Second") + END, 8, "Second: it has no"),
    ],
)
def test_a_file_that_is_none_is_refused_by_line_and_reason(
    feed: Path, text: str, line: int, says: str
) -> None:
    feed.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(ImportProblem) as refused:
        feeds.proposals(feed, [2026])
    assert f"feed.ics, line {line}: " in refused.value.message
    assert says in refused.value.message
    assert refused.value.remedy


def test_bytes_that_are_no_text(feed: Path) -> None:
    feed.write_bytes(HEAD.encode() + b"SUMMARY:caf\xe9\r\n")
    with pytest.raises(ImportProblem, match="line 4: it is not UTF-8"):
        feeds.proposals(feed, [2026])


def test_no_file_a_folder_and_nothing(feed: Path) -> None:
    with pytest.raises(ImportProblem, match="no file"):
        feeds.proposals(feed, [2026])
    with pytest.raises(ImportProblem, match="folder"):
        feeds.proposals(feed.parent, [2026])
    feed.write_text("\n")
    with pytest.raises(ImportProblem, match="empty"):
        feeds.proposals(feed, [2026])


def test_years_without_end_are_refused(feed: Path) -> None:
    with pytest.raises(InvalidInput, match="30 years"):
        read(feed, years=(1990, 2026))


def test_without_the_library_the_remedy_is_named(feed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(MissingExtra, match=r"dispatch-tui\[holidays\]"):
        read(feed)
