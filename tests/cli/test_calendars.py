"""``dispatch-tui calendar``: the list, a month, and holidays brought in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dispatch_tui.desk.agreements import revise_agreement
from dispatch_tui.desk.calendars import NewCalendar, make_calendar
from dispatch_tui.desk.calls import open_call
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store.agreements import calendar_sheet
from tests.cli.conftest import Run
from tests.support.desks import TERMS, as_role

MAPPING: dict[str, Any] = {
    **TERMS["calendar"],
    "holidays": [
        "01-01",
        {"date": "2026-10-03", "name": "Unity", "observed": False, "source": "holidays DE-BY"},
    ],
    "overrides": {"2026-03-06": [["09:00", "12:00"]]},
    "breaks": {"2026-03-05": [["12:00", "12:30"]]},
}
FEED = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260320
SUMMARY:[/x]\x1b[31mStocktaking
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def calendar(desk: Desk) -> int:
    return make_calendar(desk, NewCalendar("[/x] Bavaria", MAPPING))


def stored(desk: Desk, calendar_id: int) -> dict[str, Any]:
    with desk.store.read() as connection:
        return calendar_sheet(connection, calendar_id).mapping


def test_no_calendars_yet(run: Run, desk: Desk, db_url: str) -> None:
    assert run("calendar", "list", "--db", db_url).out == "There are no shared calendars yet.\n"
    assert run("calendar", "list", "--db", db_url, "--json").json == {"calendars": []}


def test_the_list(run: Run, desk: Desk, db_url: str, calendar: int) -> None:
    terms = {key: value for key, value in TERMS.items() if key != "calendar"}
    revise_agreement(desk, 1, None, terms, calendar_id=calendar)
    open_call(desk, title="Pump leaks", unit_id=1)
    assert (
        "[/x] Bavaria  Europe/Berlin        1           1              1"
        in run("calendar", "list", "--db", db_url).out
    )
    (one,) = run("calendar", "list", "--db", db_url, "--json").json["calendars"]
    assert one == {
        "id": calendar,
        "version": 1,
        "name": "[/x] Bavaria",
        "number": 1,
        "tz": "Europe/Berlin",
        "agreements": 1,
        "running_calls": 1,
    }


def test_a_month_tells_each_day(run: Run, desk: Desk, db_url: str, calendar: int) -> None:
    ran = run("calendar", "show", "[/X] bavaria", "--db", db_url)
    lines = ran.out.splitlines()
    assert lines[0] == "[/x] Bavaria, March 2026"
    assert lines[1] == "Europe/Berlin, version 1, open 191h 30m in this month"
    assert "2026-03-05 Thu  8h 30m  open       Open 08:00–12:00, 12:30–17:00. Break 12:00–12:30." in lines
    assert "2026-03-06 Fri      3h  own hours  Open 09:00–12:00." in lines
    assert (
        "2026-03-29 Sun       -  shut       Shut. The clocks go over 02:00–03:00, which never counts."
        in lines
    )


def test_a_month_as_json(run: Run, desk: Desk, db_url: str, calendar: int) -> None:
    told = run("calendar", "show", "[/x] Bavaria", "--month", "2026-10", "--db", db_url, "--json").json
    assert (told["month"], told["open_minutes"], len(told["days"])) == ("2026-10", 22 * 9 * 60, 31)
    third = told["days"][2]
    assert third["holiday"] == {
        "date": "2026-10-03",
        "name": "Unity",
        "observed": False,
        "source": "holidays DE-BY",
    }
    assert (third["kind"], third["windows"]) == ("shut", []), "a Saturday"
    assert told["days"][0]["windows"] == [["2026-10-01T08:00", "2026-10-01T17:00"]]
    assert told["days"][24]["repeated"] == [["2026-10-25T02:00", "2026-10-25T03:00"]]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("show", "Saxony"), 3, "There are: [/x] Bavaria."),
        (("show", "[/x] Bavaria", "--month", "soon"), 2, "'soon' is not a month"),
        (("show", "[/x] Bavaria", "--month", "2026-13"), 2, "2026-13"),
        (("holidays", "--years", "2026"), 2, "no source is named"),
        (("holidays", "--years", "next", "--country", "DE"), 2, "'next' are no years"),
        (("holidays", "--years", "2028-2026", "--country", "DE"), 2, "2028-2026"),
        (("holidays", "--years", "2026", "--region", "BY"), 2, "needs its country"),
        (("holidays", "--years", "2026", "--country", "XX"), 2, "country: no holidays are known for 'XX'"),
        (("holidays", "--years", "2026", "--country", "DE", "--into", "Saxony"), 3, "no calendar Saxony"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, desk: Desk, db_url: str, calendar: int, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ran = run("calendar", *arguments, "--db", db_url)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err


def test_holidays_are_listed_without_a_calendar(run: Run) -> None:
    ran = run("calendar", "holidays", "--country", "de", "--region", "by", "--years", "2026")
    assert "2026-06-04 Thu  day off  Corpus Christi" in ran.out
    assert "2026-08-15 Sat  not off  Assumption Day (catholic)" in ran.out
    assert "13 dates would come in, 1 of them switched off; 0 were known." in ran.out


def test_holidays_come_in_and_keep_what_was_switched(
    run: Run, desk: Desk, db_url: str, calendar: int
) -> None:
    wanted = ("calendar", "holidays", "--country", "DE", "--region", "BY", "--years", "2026-2027")
    tried = run(*wanted, "--into", "[/x] bavaria", "--dry-run", "--json", "--db", db_url).json
    assert (len(tried["added"]), tried["number"], stored(desk, calendar)) == (23, None, MAPPING)
    done = run(*wanted, "--into", "[/x] Bavaria", "--db", db_url)
    assert (
        "23 dates came in, 2 of them switched off; 3 were known.\n[/x] Bavaria is now version 2." in done.out
    )
    holidays = {one["date"]: one for one in stored(desk, calendar)["holidays"] if isinstance(one, dict)}
    assert holidays["2026-10-03"]["observed"] is False, "somebody had switched it off"
    assert holidays["2027-12-25"]["observed"] is True
    again = run(*wanted, "--into", "[/x] Bavaria", "--db", db_url, "--json").json
    assert (again["added"], again["number"], len(again["known"])) == ([], None, 26)


def test_the_effect_on_running_calls_is_told_and_they_keep_their_due(
    run: Run, desk: Desk, db_url: str, calendar: int, tmp_path: Path
) -> None:
    terms = {key: value for key, value in TERMS.items() if key != "calendar"}
    revise_agreement(desk, 1, None, {**terms, "budgets": {"3": {"resolution": "15d"}}}, calendar_id=calendar)
    before = open_call(desk, title="Pump leaks", unit_id=1).call
    feed = tmp_path / "feed.ics"
    feed.write_text(FEED)
    ran = run(
        "calendar",
        "holidays",
        "--ics",
        str(feed),
        "--years",
        "2026",
        "--into",
        "[/x] Bavaria",
        "--db",
        db_url,
    )
    assert "2026-03-20 Fri  day off  [/x]Stocktaking  feed.ics" in ran.out
    assert (
        "1 running call keeps its version; re-applied, 0 would be due earlier, 1 later, 0 as now." in ran.out
    )
    told = run("call", before.number, "--db", db_url, "--json").json
    assert told["call"]["clock"]["due_at"] == "2026-03-25T09:00:00Z"


def test_only_a_manager_brings_them_in(
    run: Run, desk: Desk, db_url: str, calendar: int, tmp_path: Path
) -> None:
    from dispatch_tui.desk.operators import set_role

    as_role(desk, "manager", "maria")
    set_role(desk, desk.operator.account, "dispatcher")
    wanted = (
        "calendar",
        "holidays",
        "--country",
        "DE",
        "--years",
        "2026",
        "--into",
        "[/x] Bavaria",
        "--db",
        db_url,
    )
    assert run(*wanted, "--dry-run").code == 0
    refused = run(*wanted)
    assert (refused.code, refused.out) == (4, "")
    assert stored(desk, calendar) == MAPPING


def test_a_file_that_is_none_changes_nothing(
    run: Run, desk: Desk, db_url: str, calendar: int, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.ics"
    feed.write_text("hello")
    ran = run(
        "calendar",
        "holidays",
        "--ics",
        str(feed),
        "--years",
        "2026",
        "--into",
        "[/x] Bavaria",
        "--db",
        db_url,
    )
    assert (ran.code, ran.out) == (2, "")
    assert "line 1: it is not an iCalendar file" in ran.err
    assert stored(desk, calendar) == MAPPING
