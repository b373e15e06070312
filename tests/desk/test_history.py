"""History recorded in bulk: what becomes of each row, what the log says, and that nothing is kept by halves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, history
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import Memory, record_history
from dispatch_tui.errors import DispatchError, NotAllowed
from dispatch_tui.records import Fact, Ref, RowOutcome, SourceRow
from dispatch_tui.store import bulk
from dispatch_tui.store.tables import call, change, metadata, source_row, visit
from tests.support.databases import KINDS, fresh_database
from tests.support.desks import as_role, changes_of, company

T0 = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
IMPORTED, UPDATED, UNCHANGED = (RowOutcome(word) for word in ("imported", "updated", "unchanged"))


@pytest.fixture(scope="module", params=KINDS)
def shared_desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with fresh_database(request, tmp_path_factory) as url:
        opened = company(url, FixedClock(datetime(2026, 3, 4, 9, 0, tzinfo=UTC)))
        yield opened
        opened.store.close()


@pytest.fixture
def source(request: pytest.FixtureRequest) -> str:
    """A name for this test's own records in the module's database."""
    return str(request.node.originalname).removeprefix("test_")


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    return shared_desk


def us(hours: float) -> int:
    """Hours after the first instant of these tests, as facts have it."""
    return to_us(T0 + timedelta(hours=hours))


def row(key: str, *facts: Fact, digest: str = "") -> SourceRow:
    return SourceRow(1, key, (digest or key).encode().ljust(16)[:16], facts)


def stored(desk: Desk, external_id: str, kind: str = "call") -> sa.RowMapping:
    table = metadata.tables[kind]
    with desk.store.read() as connection:
        query = sa.select(table).where(table.c.external_id == external_id)
        return connection.execute(query).mappings().one()


def everything(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, to say "nothing was written" and mean it."""
    with desk.store.read() as connection:
        return {
            table.name: [
                tuple(one) for one in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


def opened(source: str, name: str, hours: float = 0, **values: Any) -> Fact:
    return Fact("call", f"{source}:{name}", "open", us(hours), {"title": f"Call {name}", **values})


def moved(source: str, name: str, hours: float, status: str, **values: Any) -> Fact:
    return Fact("call", f"{source}:{name}", "update", us(hours), {"status": status, **values})


def test_a_batch_makes_records_with_their_references_and_a_change_for_each_fact(
    desk: Desk, source: str
) -> None:
    visit_name = f"{source}:v"
    outcomes = record_history(
        desk,
        source,
        [
            row(
                "1",
                opened(source, "A", customer_id=Ref("customer", "t:acme"), priority=2),
                Fact(
                    "visit",
                    visit_name,
                    "finish_visit",
                    us(3),
                    {
                        "call_id": Ref("call", f"{source}:A"),
                        "technician_id": Ref("technician", "t:tess"),
                        "status": "done",
                        "outcome": "good",
                        "done_at": us(3),
                    },
                ),
            ),
            row("2", moved(source, "A", 4, "resolved", resolution="Seal replaced")),
        ],
    )
    assert outcomes == [IMPORTED, IMPORTED]
    one = stored(desk, f"{source}:A")
    assert (one["number"], one["status"], one["priority"], one["version"]) == ("A", "resolved", 2, 2)
    assert one["resolved_at"] == T0 + timedelta(hours=4)
    attended = stored(desk, visit_name, "visit")
    assert (attended["call_id"], attended["technician_id"], attended["happened_at"]) == (
        one["id"],
        1,
        T0 + timedelta(hours=3),
    )
    log = changes_of(desk, "call", one["id"])
    assert [(entry["act"], entry["record_version"], entry["happened_at"]) for entry in log] == [
        ("open", 1, T0),
        ("update", 2, T0 + timedelta(hours=4)),
    ]
    assert json.loads(log[1]["was_json"]) == {"status": "new", "resolution": ""}
    assert json.loads(log[1]["now_json"]) == {"status": "resolved", "resolution": "Seal replaced"}
    assert {entry["recorded_at"] for entry in log} == {desk.clock.now()}
    (of_visit,) = changes_of(desk, "visit", attended["id"])
    assert of_visit["call_id"] == one["id"]


def test_a_second_run_changes_nothing(desk: Desk, source: str) -> None:
    rows = [row(f"{n}", opened(source, f"{n}"), moved(source, f"{n}", 1, "closed")) for n in range(5)]
    assert record_history(desk, source, rows) == [IMPORTED] * 5
    before = everything(desk)
    assert record_history(desk, source, rows) == [UNCHANGED] * 5
    assert everything(desk) == before


def test_a_row_whose_content_changed_updates_its_record(desk: Desk, source: str) -> None:
    record_history(desk, source, [row("1", opened(source, "U", category="leak"))])
    again = row("1", opened(source, "U", category="noise", priority=1), digest="other")
    assert record_history(desk, source, [again]) == [UPDATED]
    one = stored(desk, f"{source}:U")
    assert (one["category"], one["priority"], one["version"]) == ("noise", 1, 2)
    last = changes_of(desk, "call", one["id"])[-1]
    assert json.loads(last["was_json"]) == {"category": "leak", "priority": 3}


def test_a_late_fact_is_logged_and_flagged_but_overwrites_nothing_newer(desk: Desk, source: str) -> None:
    record_history(
        desk,
        source,
        [row("1", opened(source, "L")), row("2", moved(source, "L", 10, "resolved", category="b"))],
    )
    late = moved(source, "L", 5, "resolved", category="a")
    assert record_history(desk, source, [row("3", late)]) == [IMPORTED]
    one = stored(desk, f"{source}:L")
    assert (one["category"], one["resolved_at"]) == ("b", T0 + timedelta(hours=10))
    assert one["happened_at"] == T0 + timedelta(hours=10)
    last = changes_of(desk, "call", one["id"])[-1]
    assert (last["happened_at"], last["flag"]) == (T0 + timedelta(hours=5), "reported late")
    assert one["version"] == last["record_version"] == 3


def test_what_our_table_would_not_allow_is_kept_and_flagged(desk: Desk, source: str) -> None:
    record_history(
        desk,
        source,
        [row("1", opened(source, "T"), moved(source, "T", 1, "closed"), moved(source, "T", 2, "on_hold"))],
    )
    one = stored(desk, f"{source}:T")
    assert (one["status"], one["live"]) == ("on_hold", 1)
    flags = [entry["flag"] for entry in changes_of(desk, "call", one["id"])]
    assert flags == ["", "new -> closed is not in our table", "closed -> on_hold is not in our table"]


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (
            Fact("call", "{s}:R", "open", 0, {"title": "x", "customer_id": Ref("customer", "nobody")}),
            "no customer",
        ),
        (Fact("call", "{s}:R", "open", 0, {"status": "lost"}), "status: 'lost'"),
        (Fact("call", "{s}:R", "open", 0, {"priority": 9}), "priority: 9"),
        (Fact("call", "{s}:R", "open", 0, {"colour": "red"}), "call has no colour"),
        (Fact("site", "{s}:R", "add", 0, {"name": "x", "tz": "Mars/Base"}), "no time zone 'Mars/Base'"),
        (Fact("site", "{s}:R", "add", 0, {"name": "x", "tz": "/etc/passwd"}), "no time zone '/etc/passwd'"),
        (Fact("call", "{s}:R", "open", 0, {"title": None}), "title: a call needs one"),
        (Fact("visit", "{s}:R", "add", 0, {"status": "done"}), "a new visit needs call_id"),
        (Fact("reading", "{s}:R", "read", 0, {"unit_id": Ref("unit", "t:sn1")}), "needs read_at, value"),
        (Fact("call", "{s}\x00:R", "open", 0, {"title": "x"}), "do not print"),
        (Fact("call", "{s}:R", "open", 0, {"site_id": Ref("site", "\x00")}), "there is no site"),
    ],
)
def test_a_refused_row_leaves_nothing_and_its_neighbours_stay(
    desk: Desk, source: str, fact: Fact, reason: str
) -> None:
    at = (fact.kind, reason.replace(" ", "-"))
    name = f"{source}-{'-'.join(at)}"
    bad = row(f"bad {name}", fact._replace(external_id=fact.external_id.replace("{s}", name)))
    good = row(f"good {name}", opened(name, f"good {name}"))
    before = everything(desk)
    refused, kept = record_history(desk, source, [bad, good])
    assert refused.outcome == "rejected"
    assert reason in refused.reason
    assert kept == IMPORTED
    after = everything(desk)
    assert len(after["change"]) == len(before["change"]) + 1
    assert len(after["source_row"]) == len(before["source_row"]) + 1
    assert [len(after[kind]) - len(before[kind]) for kind in ("call", "visit", "reading")] == [1, 0, 0]


def test_a_refused_row_gives_back_the_ids_it_had_reserved(desk: Desk, source: str) -> None:
    """Both rows bring the same new call; the first also names a technician whom nobody knows."""
    attended = {"call_id": Ref("call", f"{source}:G"), "status": "done"}
    first = Fact(
        "visit", f"{source}:1", "add", us(1), attended | {"technician_id": Ref("technician", "nobody")}
    )
    second = Fact("visit", f"{source}:2", "add", us(1), attended)
    outcomes = record_history(
        desk, source, [row("1", opened(source, "G"), first), row("2", opened(source, "G"), second)]
    )
    assert [one.outcome for one in outcomes] == ["rejected", "imported"]
    assert stored(desk, f"{source}:2", "visit")["call_id"] == stored(desk, f"{source}:G")["id"]


def test_a_number_that_another_call_has_is_refused(desk: Desk, source: str) -> None:
    ours = calls.open_call(desk, title="Opened here").call
    rows = [
        row("1", opened(source, ours.number)),
        row("2", opened(source, "N-1")),
        row("3", opened(f"{source}2", "N-1")),
    ]
    first, second, third = record_history(desk, source, rows)
    assert f"number: {ours.number} is that of another call" in first.reason
    assert second == IMPORTED
    assert "number: N-1" in third.reason


def test_a_dry_run_writes_nothing_and_says_just_what_will_happen(desk: Desk, source: str) -> None:
    batches = [
        [row("1", opened(source, "D1")), row("2", opened(source, "D2", priority=7))],
        [row("3", moved(source, "D1", 2, "closed")), row("1", opened(source, "D1"))],
        [
            row("1", opened(source, "D1", category="x"), digest="new"),
            row("4", moved(source, "D2", 1, "closed")),
        ],
        [row("5", opened(f"{source}2", "D1")), row("6", opened(source, "D6", team_id=Ref("team", "t:none")))],
    ]
    before = everything(desk)
    pretended = Memory()
    predicted = [record_history(desk, source, batch, dry_run=True, memory=pretended) for batch in batches]
    assert everything(desk) == before
    memory = Memory()
    assert [record_history(desk, source, batch, memory=memory) for batch in batches] == predicted
    words = [one.outcome for batch in predicted for one in batch]
    assert words == [
        *("imported", "rejected"),
        *("imported", "unchanged"),
        *("updated", "imported"),
        *("rejected", "rejected"),
    ]


def test_a_failure_in_the_middle_of_a_batch_keeps_nothing_and_a_retry_works(
    desk: Desk, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(f"{n}", opened(source, f"F{n}"), moved(source, f"F{n}", 1, "assigned")) for n in range(3)]
    memory = Memory()
    before = everything(desk)

    def fails(*_: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "remember", fails)  # the last thing that a batch writes
        with pytest.raises(ZeroDivisionError):
            record_history(desk, source, rows, memory=memory)
    assert everything(desk) == before
    assert record_history(desk, source, rows, memory=memory) == [IMPORTED] * 3
    assert stored(desk, f"{source}:F2")["version"] == 2


def test_who_may_not_import_leaves_nothing(desk: Desk, source: str) -> None:
    viewer = as_role(desk, "viewer", f"viewer of {source}")
    before = everything(desk)
    with pytest.raises(NotAllowed):
        record_history(viewer, source, [row("1", opened(source, "V"))])
    assert everything(desk) == before


def test_versions_count_without_gaps_and_digests_are_kept(desk: Desk) -> None:
    """Over all that this module recorded."""
    with desk.store.read() as connection:
        versions: dict[tuple[str, int], list[int]] = {}
        for kind, record_id, version in connection.execute(
            sa.select(change.c.kind, change.c.record_id, change.c.record_version).order_by(change.c.seq)
        ):
            versions.setdefault((kind, record_id), []).append(version)
        for (kind, record_id), found in versions.items():
            assert found == list(range(1, len(found) + 1)), (kind, record_id)
        for table in (call, visit):
            for record_id, version in connection.execute(sa.select(table.c.id, table.c.version)):
                assert versions[table.name, record_id][-1] == version
        assert connection.scalar(sa.select(sa.func.count()).select_from(source_row))


def test_an_act_at_the_desk_during_an_import_is_not_lost(desk: Desk, source: str) -> None:
    """Either waits for the other: the import writes on what the act left, with the next version."""
    import threading

    record_history(desk, source, [row("1", opened(source, "P"))])
    one = stored(desk, f"{source}:P")
    problems: list[DispatchError] = []

    def keep_noting() -> None:
        try:
            for n in range(20):
                calls.note(desk, one["id"], f"note {n}")
        except DispatchError as error:
            problems.append(error)

    thread = threading.Thread(target=keep_noting)
    thread.start()
    for n in range(20):
        record_history(desk, source, [row(f"p{n}", moved(source, "P", 1 + n, "on_hold", category=f"{n}"))])
    thread.join()
    assert problems == []
    log = changes_of(desk, "call", one["id"])
    assert [entry["record_version"] for entry in log] == list(range(1, 42))
    assert sum(entry["act"] == "note" for entry in log) == 20


def test_batches_are_told_apart_by_kind_in_the_order_of_their_references() -> None:
    kinds = history._in_order(["visit", "call", "customer", "site", "unit"])
    assert kinds.index("customer") < kinds.index("site") < kinds.index("unit") < kinds.index("call")
    assert kinds[-1] == "visit"
