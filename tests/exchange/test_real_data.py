"""Real files through their presets, against sums that are made here from the files alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.exchange.run import ImportResult, import_file
from dispatch_tui.store.tables import call, change, contact, site, team, technician, unit, visit
from tests.conftest import Shared
from tests.exchange import board

pytestmark = pytest.mark.xdist_group("real-data")  # what its fixtures read is read once

Row = dict[str, str]
Change = sa.Row[tuple[str, datetime, str, str | None, str]]
"""A change of a call: the call's number, its instant, the act, what is now (JSON), the flag."""
REFERRED = (
    (team, "assignment_group"),
    (technician, "assigned_to"),
    (site, "location"),
    (contact, "caller_id"),
    (unit, "cmdb_ci"),
)
PEOPLE = (("team_id", team, "assignment_group"), ("technician_id", technician, "assigned_to"))
CLOCK = FixedClock(datetime(2026, 3, 4, 9, 0, tzinfo=UTC))


@dataclass
class Imported:
    """A file once imported: its rows as the csv module reads them, what came of it, and the desk."""

    path: Path
    rows: list[Row]
    result: ImportResult
    desk: Desk
    rejects: Path
    preset: str

    def again(self) -> ImportResult:
        return import_file(self.desk, self.preset, self.path, rejects=self.rejects)


def imported(folder: Path, preset: str, path: Path, text: str) -> Iterator[Imported]:
    desk = open_desk(f"sqlite:///{folder / 'calls.sqlite'}", clock=CLOCK)
    rejects = folder / "rejects.csv"
    result = import_file(desk, preset, path, rejects=rejects)
    yield Imported(path, list(csv.DictReader(io.StringIO(text, newline=""))), result, desk, rejects, preset)
    desk.store.close()


# -- ServiceNow --------------------------------------------------------------------------------

STATUS = {
    "New": "new",
    "Active": "in_progress",
    "Awaiting User Info": "on_hold",
    "Awaiting Vendor": "on_hold",
    "Awaiting Problem": "on_hold",
    "Awaiting Evidence": "on_hold",
    "Resolved": "resolved",
    "Closed": "closed",
}


@pytest.fixture(scope="module")
def log(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    path = shared / "data/servicenow_incidents/incident_event_log.zip"
    with zipfile.ZipFile(path) as archive:
        text = archive.read("incident_event_log.csv").decode()
    yield from imported(tmp_path_factory.mktemp("servicenow"), "servicenow-incidents", path, text)


def stamp(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def incidents(log: Imported) -> dict[str, list[Row]]:
    """The rows of each incident in the order of their instants and, within a minute, of their counts."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in log.rows:
        found[row["number"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (stamp(row["sys_updated_at"]), int(row["sys_mod_count"])))
    return found


@pytest.fixture(scope="module")
def histories(log: Imported) -> dict[str, list[Change]]:
    """Call number to its changes as they were recorded: instant, act, what is now (JSON), flag."""
    query = (
        sa.select(call.c.number, change.c.happened_at, change.c.act, change.c.now_json, change.c.flag)
        .join_from(change, call, change.c.record_id == call.c.id)
        .where(change.c.kind == "call")
        .order_by(change.c.seq)
    )
    found: dict[str, list[Change]] = defaultdict(list)
    for row in board.rows(log.desk, query):
        found[row.number].append(row)
    return found


def without_repeats(values: list[object]) -> list[object]:
    return [value for value, _ in groupby(values)]


def told(changes: list[Change], column: str) -> list[object]:
    """The values that a column of a call took, one after the other."""
    seen = [json.loads(one.now_json) for one in changes if one.now_json]
    return without_repeats([now[column] for now in seen if column in now])


def test_all_events_and_incidents_of_the_log_are_there(log: Imported) -> None:
    assert len(log.rows) == 141_712
    result = log.result
    assert (result.read, result.imported, result.updated, result.unchanged, result.rejected) == (
        141_712,
        141_712,
        0,
        0,
        0,
    )
    assert not log.rejects.exists()
    statuses = board.rows(
        log.desk, sa.select(call.c.status, call.c.live, sa.func.count()).group_by(call.c.status, call.c.live)
    )
    assert [tuple(one) for one in statuses] == [("closed", 0, 24_918)]


def test_records_the_log_refers_to_are_there_once(log: Imported) -> None:
    for table, column in REFERRED:
        ((count,),) = board.rows(log.desk, sa.select(sa.func.count()).select_from(table))
        assert count == len({row[column] for row in log.rows} - {"?"}), column


def test_states_priorities_and_groups_are_each_calls_history_in_order(
    log: Imported,
    incidents: dict[str, list[Row]],
    histories: dict[str, list[Change]],
) -> None:
    assert histories.keys() == incidents.keys()
    names = {column: dict(board.pairs(log.desk, table)) for column, table, _ in PEOPLE}
    for number, rows in incidents.items():
        changes = histories[number]
        known = [STATUS[row["incident_state"]] for row in rows if row["incident_state"] != "-100"]
        assert told(changes, "status") == without_repeats(["new", *known]), number
        assert told(changes, "priority") == without_repeats([int(row["priority"][0]) for row in rows]), number
        for column, _, source in PEOPLE:
            expected = without_repeats([row[source] if row[source] != "?" else None for row in rows])
            found = [names[column].get(value) for value in told(changes, column)]
            assert found == (expected[1:] if expected[0] is None else expected), (number, column)


def test_each_row_is_an_entry_at_its_own_minute(
    incidents: dict[str, list[Row]], histories: dict[str, list[Change]]
) -> None:
    for number, rows in incidents.items():
        opened, *entries = histories[number]
        assert opened.act == "open"
        assert opened.happened_at == min(stamp(rows[0]["opened_at"]), stamp(rows[0]["sys_updated_at"]))
        expected = [stamp(row["sys_updated_at"]) for row in rows]
        if rows[0]["incident_state"] == "New":
            expected = expected[1:]
        assert [one.happened_at for one in entries] == expected, number


def test_stamps_are_read_with_the_day_first(log: Imported, incidents: dict[str, list[Row]]) -> None:
    query = sa.select(call.c.number, call.c.opened_at, call.c.closed_at, call.c.resolved_at)
    unresolved = 0
    for number, opened, closed, resolved in board.rows(log.desk, query):
        last = incidents[number][-1]
        assert opened == stamp(last["opened_at"]), number
        assert closed == stamp(last["closed_at"]), number
        if last["resolved_at"] != "?":
            assert resolved == stamp(last["resolved_at"]), number
        unresolved += last["resolved_at"] == "?"
    assert unresolved == 1556


def test_odd_rows_are_kept_and_flagged(log: Imported, histories: dict[str, list[Change]]) -> None:
    flags = Counter(
        (number, flag)
        for number, changes in histories.items()
        for one in changes
        for flag in one.flag.split("; ")
        if flag and "not in our table" not in flag
    )
    assert {number: count for (number, flag), count in flags.items() if flag == "state -100"} == Counter(
        row["number"] for row in log.rows if row["incident_state"] == "-100"
    )
    pairs = Counter((row["number"], row["sys_mod_count"]) for row in log.rows)
    twice = {number for (number, _), count in pairs.items() if count > 1}
    assert {number for number, flag in flags if "sys_mod_count" in flag} == twice
    early = {
        row["number"]
        for row in log.rows
        if row["sys_created_at"] != "?" and stamp(row["sys_created_at"]) < stamp(row["opened_at"])
    }
    assert {number for number, flag in flags if flag == "created before it was opened"} == early
    assert len({number for number, flag in flags if flag == "updated before it was opened"}) == 5


def test_a_second_import_of_the_log_changes_nothing(log: Imported) -> None:
    def size() -> list[object]:
        return [
            board.rows(log.desk, sa.select(sa.func.count(), sa.func.max(change.c.seq)))[0],
            board.rows(log.desk, sa.select(sa.func.sum(call.c.version)))[0],
        ]

    before = size()
    result = log.again()
    assert (result.read, result.unchanged) == (141_712, 141_712)
    assert size() == before


# -- excavators --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def orders(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    path = shared / "data/excavators/excavators.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    yield from imported(tmp_path_factory.mktemp("excavators"), "work-orders", path, text)


def cost_by_unit_and_year(desk: Desk) -> dict[tuple[str, int], int]:
    query = sa.select(unit.c.serial, visit.c.done_at, visit.c.cost_minor).join_from(
        visit, unit, visit.c.unit_id == unit.c.id
    )
    total: Counter[tuple[str, int]] = Counter()
    for serial, done, cost in board.rows(desk, query):
        total[serial, done.year] += cost
    return total


def test_costs_by_unit_and_year_are_right_to_the_cent(orders: Imported) -> None:
    expected: Counter[tuple[str, int]] = Counter()
    for row in orders.rows:
        if row["Cost"] != "PM01":
            expected[row["Asset"], int(row["BscStartDate"][:4])] += int(Decimal(row["Cost"]) * 100)
    assert cost_by_unit_and_year(orders.desk) == expected
    assert sum(expected.values()) > 0


def test_every_work_order_is_there_and_the_shifted_one_is_a_reject(orders: Imported) -> None:
    result = orders.result
    assert (result.read, result.imported, result.rejected) == (len(orders.rows), 5484, 1)
    with orders.rejects.open(newline="", encoding="utf-8") as file:
        (reject,) = csv.DictReader(file)
    assert (reject["line"], reject["column"], reject["row"]) == (
        "3454",
        "PMType",
        "2003-12-31,B,won,t swing,PM01",
    )
    assert "Cost: 'PM01' is not a number" in reject["reason"]


def test_duplicates_and_negative_costs_are_kept_and_flagged(orders: Imported) -> None:
    contents = Counter(tuple(row.values()) for row in orders.rows)
    flags = Counter(flag for (flag,) in board.rows(orders.desk, sa.select(visit.c.flag)) if flag)
    assert sum(count for flag, count in flags.items() if "exact duplicate" in flag) == sum(
        contents.values()
    ) - len(contents)
    negative = [row for row in orders.rows if row["Cost"].startswith("-")]
    assert sum(count for flag, count in flags.items() if "negative cost" in flag) == len(negative) == 6


def test_kinds_and_texts_of_work_orders(orders: Imported) -> None:
    kinds = {"PM01": "corrective", "PM02": "preventive"}
    expected = Counter(
        (kinds.get(row["PMType"], row["PMType"]), " ".join(row["OriginalShorttext"].split()))
        for row in orders.rows
        if row["Cost"] != "PM01"
    )
    assert (
        Counter(tuple(one) for one in board.rows(orders.desk, sa.select(visit.c.kind, visit.c.problem)))
        == expected
    )


def test_the_cleaned_export_adds_to_the_same_work_orders(orders: Imported, shared: Shared) -> None:
    before = cost_by_unit_and_year(orders.desk)
    assert orders.again().unchanged == 5484
    path = shared / "data/excavators/excavators-cleaned.csv.gz"
    result = import_file(orders.desk, "work-orders", path, rejects=orders.rejects)
    assert (result.read, result.imported, result.updated, result.rejected) == (5485, 0, 5484, 1)
    assert cost_by_unit_and_year(orders.desk) == before
    cleaned = csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode(), newline=""))
    expected = Counter(row["FM"] for row in cleaned if row["Cost"] != "PM01" and row["FM"] != "NA")
    query = sa.select(visit.c.cause).where(visit.c.cause != "")
    assert Counter(cause for (cause,) in board.rows(orders.desk, query)) == expected


# -- fire calls --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cad(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    path = shared / "data/sf_fire_dispatch/sf_fire_calls_2020-04-07_2020-04-20.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    yield from imported(tmp_path_factory.mktemp("cad"), "cad-calls", path, text)


def local(text: str) -> datetime | None:
    if not text:
        return None
    zone = ZoneInfo("America/Los_Angeles")
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=zone).astimezone(UTC)


def test_every_response_is_a_visit_with_its_stamps(cad: Imported) -> None:
    assert (cad.result.read, cad.result.imported, cad.result.rejected) == (10_410, 10_410, 0)
    query = (
        sa.select(
            call.c.number, technician.c.name, visit.c.dispatched_at, visit.c.en_route_at, visit.c.on_site_at,
            visit.c.done_at, visit.c.status,
        )
        .join_from(visit, call, visit.c.call_id == call.c.id)
        .join(technician, visit.c.technician_id == technician.c.id)
    )  # fmt: skip
    found = {(one.number, one.name): tuple(one)[2:] for one in board.rows(cad.desk, query)}
    assert len(found) == len(cad.rows)
    for row in cad.rows:
        stamps = [local(row[f"{name} DtTm"]) for name in ("Dispatch", "Response", "On Scene", "Available")]
        status = (
            "done"
            if stamps[2] and stamps[3]
            else "called_off"
            if stamps[3]
            else "on_site"
            if stamps[2]
            else "en_route"
        )
        assert found[row["Call Number"], row["Unit ID"]] == (*stamps, status), row


def test_a_call_is_open_from_the_first_ring_until_the_last_crew_is_free(cad: Imported) -> None:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in cad.rows:
        groups[row["Call Number"]].append(row)
    query = sa.select(call.c.number, call.c.status, call.c.opened_at, call.c.closed_at, call.c.started_at)
    found = {one.number: one for one in board.rows(cad.desk, query)}
    assert found.keys() == groups.keys()
    for number, rows in groups.items():
        free = [at for row in rows if (at := local(row["Available DtTm"]))]
        arrived = [at for row in rows if (at := local(row["On Scene DtTm"]))]
        one = found[number]
        assert one.opened_at == min(filter(None, (local(row["Received DtTm"]) for row in rows)))
        assert one.closed_at == (max(free) if free else None), number
        assert one.started_at == (min(arrived) if arrived else None), number
        if free:
            dropped = rows[0]["Call Final Disposition"] == "Cancelled"
            assert one.status == ("cancelled" if dropped else "closed"), number
        else:
            assert one.status == "in_progress"


def test_crews_sites_and_a_second_import(cad: Imported) -> None:
    ((crews,),) = board.rows(cad.desk, sa.select(sa.func.count()).select_from(technician))
    assert crews == len({row["Unit ID"] for row in cad.rows}) == 199
    ((places,),) = board.rows(cad.desk, sa.select(sa.func.count()).select_from(site))
    assert places == len({(row["Address"], row["Zipcode of Incident"]) for row in cad.rows})
    ((unplaced,),) = board.rows(cad.desk, sa.select(sa.func.count()).where(site.c.latitude.is_(None)))
    assert unplaced == 0
    ((last,),) = board.rows(cad.desk, sa.select(sa.func.max(change.c.seq)))
    result = cad.again()
    assert (result.unchanged, result.imported, result.updated) == (10_410, 0, 0)
    assert board.rows(cad.desk, sa.select(sa.func.max(change.c.seq))) == [(last,)]
