"""A whole file into the desk: everything accounted for, safe to repeat, to stop, to kill."""

from __future__ import annotations

import csv
import gc
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import Memory, record_history
from dispatch_tui.errors import DatabaseFull, ImportProblem, InvalidInput, SettingsError
from dispatch_tui.exchange import rejects as rejects_file
from dispatch_tui.exchange.run import ImportResult, Progress, import_file
from dispatch_tui.exchange.source import Stated
from dispatch_tui.records import RowOutcome, SourceRow
from dispatch_tui.store.tables import call, site
from tests.exchange import board

HEADING = "BscStartDate,Asset,OriginalShorttext,PMType,Cost"
ORDERS = [
    "2004-07-01,A,BUCKET WON'T OPEN,PM01,183.05",
    "2005-03-20,A,L/H BUCKET CYL LEAKING.,PM01,407.4",
    "2005-03-20,A,L/H BUCKET CYL LEAKING.,PM01,407.4",
    "2003-12-31,B,won,t swing,PM01",
    "2009-11-02,D,RH engine wont start,PM02,-25.76",
    "2009-11-02,D,short",
]


@pytest.fixture
def desk(sqlite_url: str, clock: FixedClock) -> Iterator[Desk]:
    desk = open_desk(sqlite_url, clock=clock)
    yield desk
    desk.store.close()


@pytest.fixture
def either(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    """A desk on each kind of database in turn."""
    desk = open_desk(db_url, clock=clock)
    yield desk
    desk.store.close()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return written(tmp_path, [HEADING, *ORDERS])


def written(folder: Path, lines: Sequence[str]) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    assert result.read == result.imported + result.updated + result.unchanged + result.rejected
    return result.read, result.imported, result.updated, result.unchanged, result.rejected


def test_every_row_is_accounted_for(either: Desk, orders: Path) -> None:
    result = import_file(either, "work-orders", orders)
    assert counts(result) == (6, 4, 0, 0, 2)
    assert result.flagged == 2
    assert board.costs_by_unit(either) == {"A": 18305 + 40740 + 40740, "D": -2576}
    with Path(str(result.rejects_file)).open(newline="", encoding="utf-8") as file:
        refused = list(csv.DictReader(file))
    assert [(one["line"], one["column"], one["row"]) for one in refused] == [
        ("5", "PMType", "2003-12-31,B,won,t swing,PM01"),
        ("7", "PMType", "2009-11-02,D,short"),
    ]
    assert "'t swing' is not a PM type" in refused[0]["reason"]
    assert "cut short" in refused[1]["reason"]
    assert json.loads(json.dumps(result.as_json())).keys() >= {
        "read", "imported", "updated", "unchanged", "rejected", "rejects_file", "flagged", "seconds", "rows_per_second",
    }  # fmt: skip


def test_a_second_import_changes_nothing(either: Desk, orders: Path) -> None:
    import_file(either, "work-orders", orders)
    before = board.everything(either)
    assert counts(import_file(either, "work-orders", orders)) == (6, 0, 0, 4, 2)
    assert board.everything(either) == before


def test_the_same_rows_in_another_wrapping_and_order_change_nothing(
    desk: Desk, orders: Path, tmp_path: Path
) -> None:
    import_file(desk, "work-orders", orders)
    before = board.everything(desk)
    packed = tmp_path / "again.csv.gz"
    lines = "\n".join([HEADING.upper(), *reversed(ORDERS)])
    packed.write_bytes(gzip.compress(lines.replace(",", ";").encode("utf-16")))
    result = import_file(desk, "work-orders", packed, stated=Stated(delimiter=";"))
    assert (result.imported, result.updated) == (0, 0)
    assert board.everything(desk) == before


def test_more_columns_later_are_added_to_the_same_orders(either: Desk, orders: Path, tmp_path: Path) -> None:
    import_file(either, "work-orders", orders)
    lines = [HEADING + ",FM,Part"] + [line + ",Leak,Pump" for line in (ORDERS[0], ORDERS[1])]
    assert counts(import_file(either, "work-orders", written(tmp_path, lines))) == (2, 0, 2, 0, 0)
    assert board.causes(either) == {
        "BUCKET WON'T OPEN": "Leak",
        "L/H BUCKET CYL LEAKING.": "Leak",
        "RH engine wont start": "",
    }


def test_a_dry_run_says_the_same_and_writes_nothing(either: Desk, orders: Path, tmp_path: Path) -> None:
    before = board.everything(either)
    dry = import_file(either, "work-orders", orders, dry_run=True, rejects=tmp_path / "dry.csv")
    assert board.everything(either) == before
    wet = import_file(either, "work-orders", orders)
    assert counts(dry) == counts(wet)
    assert (dry.dry_run, wet.dry_run) == (True, False)


def many(folder: Path, count: int) -> Path:
    return written(folder, [HEADING, *(f"2004-07-01,U{n % 50},job {n},PM01,{n}.25" for n in range(count))])


def test_a_run_that_is_stopped_goes_on_where_it_was(either: Desk, tmp_path: Path) -> None:
    path = many(tmp_path, 3500)
    heard: list[Progress] = []
    result = import_file(either, "work-orders", path, progress=heard.append, stop=lambda: len(heard) >= 2)
    assert result.stopped
    assert 0 < result.imported < 3500
    assert [one.rows for one in heard] == sorted(one.rows for one in heard)
    rest = import_file(either, "work-orders", path)
    assert not rest.stopped
    assert counts(rest) == (3500, 3500 - result.imported, 0, result.imported, 0)
    assert sum(board.costs_by_unit(either).values()) == sum(n * 100 + 25 for n in range(3500))


def test_a_batch_that_fails_keeps_the_batches_before_it(desk: Desk, tmp_path: Path) -> None:
    path = many(tmp_path, 2500)
    calls: list[int] = []

    def full(
        desk: Desk, source: str, rows: Sequence[SourceRow], *, dry_run: bool, memory: Memory
    ) -> list[RowOutcome]:
        calls.append(len(rows))
        if len(calls) == 2:
            raise DatabaseFull("No room is left.")
        return record_history(desk, source, rows, dry_run=dry_run, memory=memory)

    with pytest.raises(DatabaseFull):
        import_file(desk, "work-orders", path, record=full)
    assert counts(import_file(desk, "work-orders", path)) == (2500, 2500 - calls[0], 0, calls[0], 0)


def test_a_row_that_the_desk_refuses_is_a_reject_and_its_records_are_told_again(
    desk: Desk, orders: Path
) -> None:
    def picky(
        desk: Desk, source: str, rows: Sequence[SourceRow], *, dry_run: bool, memory: Memory
    ) -> list[RowOutcome]:
        kept = [row for row in rows if row.line != 2]
        outcomes = iter(record_history(desk, source, kept, dry_run=dry_run, memory=memory))
        return [RowOutcome("rejected", "not today") if row.line == 2 else next(outcomes) for row in rows]

    refused = import_file(desk, "work-orders", orders, record=picky)
    assert refused.rejected >= 3
    again = import_file(desk, "work-orders", orders)
    assert again.rejected == 2
    assert board.costs_by_unit(desk) == {"A": 18305 + 40740 + 40740, "D": -2576}


INCIDENTS = "number,incident_state,opened_at,sys_updated_at,sys_mod_count,location"


def incidents(folder: Path, places: Sequence[str], first: int = 0) -> Path:
    """INC0, INC1, ... each at one place."""
    path = folder / "incidents.csv"
    lines = [f"INC{n},New,1/2/2024 10:00,1/2/2024 10:00,0,{place}" for n, place in enumerate(places, first)]
    path.write_text("\n".join((INCIDENTS, *lines)) + "\n", encoding="utf-8")
    return path


def take_the_number(desk: Desk, folder: Path, number: int) -> None:
    """Another source has a call of this number."""
    import_file(desk, "servicenow-incidents", incidents(folder, [""], number), stated=Stated(source="other"))


def test_a_refused_row_takes_no_other_with_it(either: Desk, tmp_path: Path) -> None:
    """Many batches; only the number of INC5 is taken. All tell of its place, which only it would have told of."""
    take_the_number(either, tmp_path, 5)
    path = incidents(tmp_path, [f"L{n}" if n < 5 else "L5" for n in range(2500)])
    result = import_file(either, "servicenow-incidents", path)
    assert counts(result) == (2500, 2499, 0, 0, 1)
    with Path(str(result.rejects_file)).open(newline="", encoding="utf-8") as file:
        (refused,) = csv.DictReader(file)
    assert (refused["line"], refused["reason"]) == ("7", "number: INC5 is that of another call")
    before = board.everything(either)
    assert counts(import_file(either, "servicenow-incidents", path)) == (2500, 0, 0, 2499, 1)
    assert board.everything(either) == before
    places = board.rows(either, sa.select(call.c.site_id).where(call.c.site_id.is_not(None)).distinct())
    assert len(places) == 6


def test_what_a_refused_row_told_of_is_there_though_the_next_batch_is_known(
    either: Desk, tmp_path: Path
) -> None:
    """The rows in between are known from before, so they carry nothing; the last, new ones need the place."""
    import_file(either, "servicenow-incidents", incidents(tmp_path, ["L"] * 2000))
    take_the_number(either, tmp_path, 2000)
    path = incidents(tmp_path, ["L"] * 2000 + ["M"] * 1500)
    assert counts(import_file(either, "servicenow-incidents", path)) == (3500, 1499, 0, 2000, 1)


def test_a_dry_run_of_a_file_with_refused_rows_says_the_same(either: Desk, tmp_path: Path) -> None:
    take_the_number(either, tmp_path, 0)
    path = incidents(tmp_path, ["L"] * 1200)
    dry = import_file(either, "servicenow-incidents", path, dry_run=True)
    assert counts(dry) == counts(import_file(either, "servicenow-incidents", path)) == (1200, 1199, 0, 0, 1)


def test_what_the_user_states_goes_before_the_preset(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, [HEADING, "3/4/2004,A,x,PM01,1"])
    with pytest.raises(ImportProblem, match=r"3 April 2004 or 4 March 2004"):
        import_file(desk, "work-orders", path)
    stated = Stated(dates="m/d/yyyy", zone="Australia/Perth", currency="USD", source="mine")
    import_file(desk, "work-orders", path, stated=stated)
    assert board.visits(desk) == [("mine:", "2004-03-03T16:00:00+00:00", 100, "USD")]


@pytest.mark.parametrize(
    ("stated", "error", "says"),
    [
        (Stated(dates="dmy"), InvalidInput, "^dates: 'dmy' is not an order of dates; one of: d/m/yyyy"),
        (Stated(zone="Nowhere"), InvalidInput, "no time zone 'Nowhere'"),
        (Stated(currency="EURO"), InvalidInput, "'EURO' is no currency code: three capitals such as EUR"),
        (Stated(source="A B"), InvalidInput, "'A B' is no prefix: small letters, digits"),
        (Stated(encoding="utf-99"), ImportProblem, "no encoding 'utf-99'"),
    ],
)
def test_what_the_user_states_is_checked(
    desk: Desk, orders: Path, stated: Stated, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        import_file(desk, "work-orders", orders, stated=stated)


def test_a_file_of_another_kind_is_refused_as_a_whole(desk: Desk, orders: Path, tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match=r"orders\.csv lacks 'number'.*it has: 'BscStartDate'"):
        import_file(desk, "servicenow-incidents", orders)
    (tmp_path / "mine.toml").write_text("title = 1", encoding="utf-8")
    with pytest.raises(SettingsError):
        import_file(desk, tmp_path / "mine.toml", orders)
    assert board.everything(desk)["call"] == []


def test_a_damaged_archive_keeps_what_came_before_the_damage(desk: Desk, tmp_path: Path) -> None:
    packed = tmp_path / "orders.csv.gz"
    whole = gzip.compress(many(tmp_path, 15_000).read_bytes())
    packed.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImportProblem, match=r"damaged after line \d+.*nothing is recorded twice"):
        import_file(desk, "work-orders", packed)
    kept = sum(board.costs_by_unit(desk).values())
    assert kept > 0
    whole_again = import_file(desk, "work-orders", tmp_path / "orders.csv")
    assert whole_again.unchanged > 0
    assert whole_again.imported + whole_again.unchanged == 15_000


def test_a_file_damaged_near_its_beginning_is_told_apart(desk: Desk, tmp_path: Path) -> None:
    packed = tmp_path / "orders.csv.gz"
    lines = [HEADING, *(f"2004-07-01,U,{hex(pow(3, n, 2**999))},PM01,{n}.25" for n in range(1500))]
    packed.write_bytes(gzip.compress(written(tmp_path, lines).read_bytes())[:-10])
    with pytest.raises(ImportProblem, match=r"damaged after line \d+.*Nothing is recorded\."):
        import_file(desk, "work-orders", packed)
    assert board.costs_by_unit(desk) == {}


STAMPED = "number,incident_state,opened_at,sys_updated_at"


def in_february(folder: Path, form: str) -> Path:
    """Calls of two days, of which only the second tells day and month apart."""
    days = [form.format(day=day) for day in (5, 5, 5, 13)]
    return written(folder, [STAMPED, *(f"INC{n},New,{day},{day}" for n, day in enumerate(days))])


def test_a_file_that_proves_months_first_late_is_refused_before_anything_is_recorded(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch_tui.exchange.source._LOOKED_AT", 2)
    path = in_february(tmp_path, "2/{day}/2024 10:00")
    with pytest.raises(ImportProblem, match=r"line 5, .*'2/13/2024 10:00'.*--dates m/d/yyyy"):
        import_file(desk, "servicenow-incidents", path)
    assert board.everything(desk)["call"] == []
    right = import_file(desk, "servicenow-incidents", path, stated=Stated(dates="m/d/yyyy"))
    assert (right.imported, right.rejected) == (4, 0)
    assert {row.opened_at.month for row in board.rows(desk, sa.select(call.c.opened_at))} == {2}


def test_a_file_that_proves_days_first_late_is_taken(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch_tui.exchange.source._LOOKED_AT", 2)
    path = in_february(tmp_path, "{day}/2/2024 10:00")
    assert import_file(desk, "servicenow-incidents", path).imported == 4


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("looked_at", [2, 2000])
def test_a_file_that_proves_both_orders_is_refused_unless_one_is_stated(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked_at: int, swapped: bool
) -> None:
    monkeypatch.setattr("dispatch_tui.exchange.source._LOOKED_AT", looked_at)
    contrary = ["13/04/2004", "04/25/2004"]
    days = ["03/04/2004"] * 3 + (contrary[::-1] if swapped else contrary)
    path = written(tmp_path, [HEADING, *(f"{day},A,job {n},PM01,5" for n, day in enumerate(days))])
    with pytest.raises(
        ImportProblem,
        match=r"\(line [56], .* can only be 13 April 2004.*\(line [56], .* only 25 April 2004.*--dates",
    ):
        import_file(desk, "work-orders", path)
    assert board.everything(desk)["call"] == []
    stated = Stated(dates="m/d/yyyy" if swapped else "d/m/yyyy")
    assert counts(import_file(desk, "work-orders", path, stated=stated)) == (5, 4, 0, 0, 1)


def test_the_file_itself_is_not_written_over_by_its_rejects(desk: Desk, orders: Path) -> None:
    before = orders.read_bytes()
    with pytest.raises(ImportProblem, match="written over"):
        import_file(desk, "work-orders", orders, rejects=orders.parent / "." / orders.name)
    assert orders.read_bytes() == before


def test_dates_and_counts_beyond_what_can_be_held_are_rejects(either: Desk, tmp_path: Path) -> None:
    stamp = "13/01/2024 10:00"
    lines = [
        STAMPED + ",reopen_count",
        f"INC1,New,31/12/9999 23:59,{stamp},0",
        f"INC2,New,{stamp},{stamp},{2**31}",
        f"INC3,New,{stamp},{stamp},{10**17}",
        f"INC4,New,{stamp},{stamp},{2**31 - 1}",
    ]
    result = import_file(either, "servicenow-incidents", written(tmp_path, lines))
    assert counts(result) == (4, 1, 0, 0, 3)
    assert [tuple(row) for row in board.rows(either, sa.select(call.c.number, call.c.reopened))] == [
        ("INC4", 2**31 - 1)
    ]
    with Path(str(result.rejects_file)).open(newline="", encoding="utf-8") as file:
        reasons = [one["reason"] for one in csv.DictReader(file)]
    assert "1900 to 2199" in reasons[0]
    assert reasons[1] == f"reopened: {2**31} is more than can be held"


def test_a_cost_beyond_what_can_be_held_is_a_reject(either: Desk, tmp_path: Path) -> None:
    lines = [HEADING, "2004-07-01,A,x,PM01," + ",".join(["999"] * 7), "2004-07-01,B,y,PM01,1"]
    path = written(tmp_path, [line.replace(",", ";", 4) for line in lines])
    assert counts(import_file(either, "work-orders", path)) == (2, 1, 0, 0, 1)
    assert board.costs_by_unit(either) == {"B": 100}


def test_names_with_joiners_and_blanks_that_do_not_break_are_taken(either: Desk, tmp_path: Path) -> None:
    stamp = "13/01/2024 10:00"
    joined = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    names = ["Hall\u00a03", "Hall 3", joined, "Left\u202eRight"]
    lines = [STAMPED + ",location", *(f"INC{n},New,{stamp},{stamp},{name}" for n, name in enumerate(names))]
    path = written(tmp_path, lines)
    assert import_file(either, "servicenow-incidents", path).rejected == 0
    assert sorted(name for _, name in board.pairs(either, site)) == sorted(["Hall 3", joined, "LeftRight"])
    before = board.everything(either)
    assert counts(import_file(either, "servicenow-incidents", path)) == (4, 0, 0, 4, 0)
    assert board.everything(either) == before


def test_rejects_stay_out_of_folders_that_are_not_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    assert rejects_file.place_for(folder / "a.csv") == folder / "a.csv.rejects.csv"
    folder.chmod(0o555)
    try:
        assert rejects_file.place_for(folder / "a.csv") == Path("a.csv.rejects.csv")
    finally:
        folder.chmod(0o755)


def test_a_rejects_file_that_cannot_be_written_is_said(desk: Desk, orders: Path, tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match=r"cannot be written.*--rejects"):
        import_file(desk, "work-orders", orders, rejects=tmp_path / "none" / "x.csv")


@pytest.mark.parametrize("count", [1, 1000])
def test_a_rejects_file_on_a_full_disk_is_said_and_what_was_recorded_stays(
    desk: Desk, tmp_path: Path, count: int
) -> None:
    path = written(tmp_path, [HEADING, *ORDERS, *["2009-11-02,D,short"] * count])
    with pytest.raises(
        ImportProblem, match=r"/dev/full cannot be written: No space.*what was recorded stays"
    ):
        import_file(desk, "work-orders", path, rejects=Path("/dev/full"))
    again = import_file(desk, "work-orders", path, rejects=tmp_path / "rejects.csv")
    assert counts(again) == (6 + count, 0, 0, 4, 2 + count)


def test_collections_are_as_before_after_a_run(desk: Desk, orders: Path) -> None:
    before = gc.get_threshold()
    import_file(desk, "work-orders", orders)
    assert gc.get_threshold() == before
