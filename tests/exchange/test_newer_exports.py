"""The same calls in a newer file: what changed holds from then on, the past stays, and nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.exchange import presets
from dispatch_tui.exchange.mapping_files import parse_mapping
from dispatch_tui.exchange.run import ImportResult, import_file
from dispatch_tui.store.past import call_at
from dispatch_tui.store.tables import call, change, team, visit
from tests.exchange import board

EXPORT = "number,state,opened_at,sys_updated_on,priority,assignment_group,short_description,resolved_at"
LOG = "number,incident_state,opened_at,sys_updated_at,sys_mod_count,priority,assignment_group"
TICKETS = "Ticket,Created,Closed,Priority,Problem,Customer,Street,Town,Serial,Engineer,On site,Left,Invoice"


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    desk = open_desk(db_url, clock=clock)
    yield desk
    desk.store.close()


def incidents(desk: Desk, folder: Path, *lines: str, heading: str = EXPORT) -> ImportResult:
    path = folder / "export.csv"
    path.write_text("\n".join((heading, *lines)) + "\n", encoding="utf-8")
    return import_file(desk, "servicenow-incidents", path)


def tickets(desk: Desk, folder: Path, *lines: str) -> ImportResult:
    path = folder / "tickets.csv"
    path.write_text("\n".join((TICKETS, *lines)) + "\n", encoding="utf-8")
    return import_file(desk, parse_mapping(presets.text_of(presets.TEMPLATE), "template"), path)


def the_call(desk: Desk) -> sa.Row[Any]:
    columns = [call.c.id, call.c.status, call.c.priority, call.c.title, call.c.resolved_at, call.c.flag]
    found = sa.select(*columns, team.c.name.label("team")).join(
        team, call.c.team_id == team.c.id, isouter=True
    )
    (one,) = board.rows(desk, found)
    return one


def then(desk: Desk, day: int, hour: int, minute: int = 0) -> dict[str, Any]:
    """The call as it was."""
    with desk.store.read() as connection:
        was = call_at(connection, the_call(desk).id, datetime(2024, 2, day, hour, minute, tzinfo=UTC))
    assert was is not None
    return was.state


def entries(desk: Desk) -> list[tuple[str, str, str, str]]:
    """Kind, act, time of day and flag of what the log says of calls and visits."""
    found = sa.select(change).where(change.c.kind.in_(("call", "visit"))).order_by(change.c.seq)
    return [(one.kind, one.act, f"{one.happened_at:%H:%M}", one.flag) for one in board.rows(desk, found)]


def test_a_newer_export_updates_the_call_and_leaves_the_past(desk: Desk, tmp_path: Path) -> None:
    incidents(desk, tmp_path, "INC1,In Progress,2024-02-01 10:00,2024-02-01 10:30,3,G1,printer,")
    newer = "INC1,In Progress,2024-02-01 10:00,2024-02-01 12:30,1,G2,printer on fire,"
    incidents(desk, tmp_path, newer)
    one = the_call(desk)
    assert (one.status, one.priority, one.team, one.title) == ("in_progress", 1, "G2", "printer on fire")
    before, after = then(desk, 1, 12, 29), then(desk, 1, 12, 30)
    assert (before["priority"], before["title"]) == (3, "printer")
    assert (after["priority"], after["title"]) == (1, "printer on fire")
    assert before["team_id"] != after["team_id"]
    incidents(
        desk,
        tmp_path,
        "INC1,Resolved,2024-02-01 10:00,2024-02-01 13:30,2,G2,printer on fire,2024-02-01 13:00",
    )
    one = the_call(desk)
    assert (one.status, one.priority) == ("resolved", 2)
    assert one.resolved_at == datetime(2024, 2, 1, 13, tzinfo=UTC)
    assert [entry[1:3] for entry in entries(desk)] == [
        ("open", "10:00"),
        ("start", "10:30"),
        ("update", "12:30"),
        ("resolve", "13:00"),
        ("update", "13:30"),
    ]
    stored = board.everything(desk)
    incidents(desk, tmp_path, newer)
    assert board.everything(desk) == stored


def test_an_older_export_changes_nothing_of_a_call_and_is_late(desk: Desk, tmp_path: Path) -> None:
    incidents(desk, tmp_path, "INC1,In Progress,2024-02-01 10:00,2024-02-01 12:30,1,G2,printer on fire,")
    incidents(desk, tmp_path, "INC1,In Progress,2024-02-01 10:00,2024-02-01 10:30,3,G1,printer,")
    one = the_call(desk)
    assert (one.priority, one.team, one.title) == (1, "G2", "printer on fire")
    assert entries(desk)[-1][1:] == ("update", "10:30", "reported late")


def test_a_call_that_is_still_new_is_updated_when_it_was_and_not_at_its_opening(
    desk: Desk, tmp_path: Path
) -> None:
    incidents(desk, tmp_path, "INC1,New,2024-02-01 10:00,2024-02-01 10:10,3,G1,printer,")
    incidents(desk, tmp_path, "INC1,New,2024-02-01 10:00,2024-02-01 12:30,1,G1,printer,")
    assert the_call(desk).priority == 1
    assert [then(desk, 1, 12, minute)["priority"] for minute in (29, 30)] == [3, 1]


def test_an_unknown_state_in_a_newer_export_leaves_the_status(desk: Desk, tmp_path: Path) -> None:
    incidents(desk, tmp_path, "INC1,In Progress,2024-02-01 10:00,2024-02-01 10:30,3,G1,printer,")
    incidents(desk, tmp_path, "INC1,-100,2024-02-01 10:00,2024-02-01 12:30,1,G1,printer,")
    one = the_call(desk)
    assert (one.status, one.priority, one.flag) == ("in_progress", 1, "state -100")
    assert entries(desk)[-1][1:] == ("update", "12:30", "state -100")


def test_a_call_reopened_in_a_newer_export_is_no_longer_resolved(desk: Desk, tmp_path: Path) -> None:
    incidents(desk, tmp_path, "INC1,Resolved,2024-02-01 10:00,2024-02-01 12:00,3,G1,printer,2024-02-01 12:00")
    incidents(desk, tmp_path, "INC1,In Progress,2024-02-01 10:00,2024-02-01 13:00,3,G1,printer,")
    assert (the_call(desk).status, the_call(desk).resolved_at) == ("in_progress", None)


def test_a_call_set_back_to_new_in_a_newer_export_is_new_again(desk: Desk, tmp_path: Path) -> None:
    incidents(desk, tmp_path, "INC1,In Progress,2024-02-01 10:00,2024-02-01 12:00,3,G1,printer,")
    incidents(desk, tmp_path, "INC1,New,2024-02-01 10:00,2024-02-01 13:00,3,G1,printer,")
    assert the_call(desk).status == "new"
    assert entries(desk)[-1] == ("call", "update", "13:00", "in_progress -> new is not in our table")


def test_the_next_part_of_a_log_goes_on_where_the_call_was(desk: Desk, tmp_path: Path) -> None:
    first = [
        "INC1,New,1/2/2024 10:00,1/2/2024 10:00,0,3,G1",
        "INC1,Active,1/2/2024 10:00,1/2/2024 10:05,1,3,G1",
    ]
    incidents(desk, tmp_path, *first, heading=LOG)
    incidents(desk, tmp_path, "INC1,Active,1/2/2024 10:00,1/2/2024 11:00,2,1,G2", heading=LOG)
    assert (the_call(desk).priority, the_call(desk).team) == (1, "G2")
    assert [then(desk, 1, hour, minute)["priority"] for hour, minute in ((10, 0), (10, 59), (11, 0))] == [
        3,
        3,
        1,
    ]
    assert [entry[1:3] for entry in entries(desk)] == [
        ("open", "10:00"),
        ("start", "10:05"),
        ("update", "11:00"),
    ]


def test_a_corrected_ticket_is_corrected_with_its_visit(desk: Desk, tmp_path: Path) -> None:
    ticket = "9,1/2/2024 10:00,1/2/2024 15:00,normal,leak,Acme,S,T,U1,Al,1/2/2024 12:00,1/2/2024 13:00,"
    tickets(desk, tmp_path, ticket + '"100,00"')
    before = entries(desk)
    result = tickets(desk, tmp_path, ticket + '"250,00"')
    assert (result.imported, result.updated) == (0, 1)
    assert [row.cost_minor for row in board.rows(desk, sa.select(visit.c.cost_minor))] == [25000]
    assert entries(desk) == [*before, ("visit", "update", "12:00", "")]  # when it ended, in UTC
    stored = board.everything(desk)
    assert tickets(desk, tmp_path, ticket + '"250,00"').unchanged == 1
    assert board.everything(desk) == stored


def test_a_ticket_that_goes_on_has_its_new_values_from_the_last_that_is_told(
    desk: Desk, tmp_path: Path
) -> None:
    tickets(desk, tmp_path, "9,1/2/2024 10:00,,normal,leak,Acme,S,T,,,1/2/2024 12:00,,")
    tickets(desk, tmp_path, "9,1/2/2024 10:00,,urgent,leak big,Acme,S,T,,Bob,1/2/2024 12:00,,")
    assert (the_call(desk).priority, the_call(desk).title) == (1, "leak big")
    assert entries(desk)[-2:] == [("call", "update", "11:00", ""), ("visit", "import", "11:00", "")]
    assert then(desk, 1, 10, 59)["priority"] == 3
    tickets(desk, tmp_path, "9,1/2/2024 10:00,1/2/2024 15:00,normal,leak,Acme,S,T,,Bob,1/2/2024 12:00,,")
    assert (the_call(desk).status, the_call(desk).priority) == ("closed", 3)
    acts = [entry[1] for entry in entries(desk) if entry[0] == "call"]
    assert acts == ["open", "start", "update", "resolve", "close"]


def test_what_was_done_here_since_is_not_overwritten_by_a_correction(desk: Desk, tmp_path: Path) -> None:
    tickets(desk, tmp_path, "9,1/2/2024 10:00,,normal,leak,Acme,S,T,,,1/2/2024 12:00,,")
    calls.set_priority(desk, the_call(desk).id, 2)
    tickets(desk, tmp_path, "9,1/2/2024 10:00,,normal,leak big,Acme,S,T,,,1/2/2024 12:00,,")
    assert (the_call(desk).priority, the_call(desk).title) == (2, "leak")
    assert entries(desk)[-2][1:] == ("update", "11:00", "reported late")


def test_two_tickets_with_one_number_are_both_kept_and_known_again(desk: Desk, tmp_path: Path) -> None:
    twice = [
        "7,1/2/2024 10:00,,urgent,leak A,Acme,S,T,,,,,",
        "7,1/2/2024 10:00,,normal,leak B,Acme,S,T,,,,,",
        "7,1/2/2024 10:00,,normal,leak B,Acme,S,T,,,,,",
    ]
    first = tickets(desk, tmp_path, *twice)
    assert (first.imported, first.updated, first.unchanged) == (2, 0, 1)
    assert the_call(desk).title == "leak B"
    assert the_call(desk).flag == "another row with the key 7, occurrence 2"
    stored = board.everything(desk)
    again = tickets(desk, tmp_path, *twice)
    assert (again.imported, again.updated, again.unchanged) == (0, 0, 3)
    assert board.everything(desk) == stored


def test_rows_of_mixed_calls_with_one_count_are_known_again(desk: Desk, tmp_path: Path) -> None:
    lines = [
        "INC1,New,1/2/2024 10:00,1/2/2024 10:00,0,3,G1",
        "INC2,New,1/2/2024 10:00,1/2/2024 10:00,0,3,G1",
        "INC1,Active,1/2/2024 10:00,1/2/2024 11:00,0,3,G1",
        "INC2,Active,1/2/2024 10:00,1/2/2024 11:00,1,3,G1",
    ]
    incidents(desk, tmp_path, *lines, heading=LOG)
    stored = board.everything(desk)
    assert incidents(desk, tmp_path, *lines, heading=LOG).unchanged == 4
    assert board.everything(desk) == stored
