"""Visits: every act in every status, what each stamps, and how it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.transitions import VISIT
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed, NotFound
from dispatch_tui.records import Visit
from dispatch_tui.store import tables as t
from dispatch_tui.store.writes import Writer
from tests.support.desks import as_role, changes_of

ACTS: dict[str, Callable[[Desk, int], Visit]] = {
    "confirm_visit": lambda desk, one: visits.confirm_visit(desk, one),
    "start_travel": lambda desk, one: visits.start_travel(desk, one),
    "arrive": lambda desk, one: visits.arrive(desk, one),
    "finish_visit": lambda desk, one: visits.finish_visit(desk, one, "good", work="seal replaced"),
    "call_off": lambda desk, one: visits.call_off(desk, one, "customer away"),
}
PATH_TO = {
    "planned": (),
    "confirmed": ("confirm_visit",),
    "en_route": ("start_travel",),
    "on_site": ("confirm_visit", "start_travel", "arrive"),
    "done": ("arrive", "finish_visit"),
    "called_off": ("call_off",),
}
STAMPS = {
    "confirm_visit": "confirmed_at",
    "start_travel": "en_route_at",
    "arrive": "on_site_at",
    "finish_visit": "done_at",
}


def planned(desk: Desk) -> Visit:
    one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    start = desk.clock.now() + timedelta(hours=2)
    return visits.plan_visit(desk, one.id, 1, start, start + timedelta(hours=2))


def visit_in(desk: Desk, status: str) -> Visit:
    one = planned(desk)
    for act in PATH_TO[status]:
        one = ACTS[act](desk, one.id)
    assert one.status == status
    return one


@pytest.mark.parametrize("status", PATH_TO)
def test_every_act_in_every_status_does_what_the_table_says(
    desk: Desk, clock: FixedClock, status: str
) -> None:
    for act, do in ACTS.items():
        one = visit_in(desk, status)
        clock.advance(timedelta(minutes=3))
        rule = VISIT[act]
        if status not in rule.sources:
            with pytest.raises(IllegalTransition) as refusal:
                do(desk, one.id)
            assert refusal.value.status == status
            assert changes_of(desk, "visit", one.id)[-1]["record_version"] == one.version
            continue
        after = do(desk, one.id)
        assert (after.status, after.version) == (rule.target, one.version + 1)
        if act in STAMPS:
            assert getattr(after, STAMPS[act]) == clock.now()
        last = changes_of(desk, "visit", one.id)[-1]
        assert (last["act"], last["record_version"], last["call_id"]) == (act, after.version, one.call_id)
        was, now = json.loads(last["was_json"]), json.loads(last["now_json"])
        assert (was["status"], now["status"]) == (status, rule.target)


def test_a_plan_says_who_where_and_when(desk: Desk) -> None:
    one = planned(desk)
    assert (one.status, one.technician_id, one.unit_id) == ("planned", 1, 1)
    assert one.window_from == desk.clock.now() + timedelta(hours=2)
    (entry,) = changes_of(desk, "visit", one.id)
    assert (entry["act"], entry["record_version"], entry["call_id"]) == ("plan_visit", 1, one.call_id)


def test_a_call_that_nobody_had_is_theirs_who_go(desk: Desk) -> None:
    one = planned(desk)
    assert [entry["act"] for entry in changes_of(desk, "call", one.call_id)] == ["open", "assign"]
    now = desk.clock.now()
    visits.plan_visit(desk, one.call_id, 2, now, now + timedelta(hours=1))
    with desk.store.read() as connection:
        row = connection.execute(sa.select(t.call).where(t.call.c.id == one.call_id)).mappings().one()
    assert (row["technician_id"], row["status"]) == (1, "assigned"), "somebody has it already"


def test_nobody_who_works_no_more_is_sent(desk: Desk) -> None:
    one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    with desk.store.write() as connection:
        connection.execute(sa.update(t.technician).where(t.technician.c.id == 2).values(active=0))
    now = desk.clock.now()
    with pytest.raises(InvalidInput, match="not active"):
        visits.plan_visit(desk, one.id, 2, now, now + timedelta(hours=1))
    with desk.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.visit)) == 0
    assert len(changes_of(desk, "call", one.id)) == 1


def test_who_arrives_has_begun(desk: Desk, clock: FixedClock) -> None:
    one = planned(desk)
    clock.advance(timedelta(hours=3))
    visits.arrive(desk, one.id, happened_at=clock.now() - timedelta(minutes=10))
    with desk.store.read() as connection:
        row = connection.execute(sa.select(t.call).where(t.call.c.id == one.call_id)).mappings().one()
    assert (row["status"], row["started_at"]) == ("in_progress", clock.now() - timedelta(minutes=10))
    held = planned(desk)
    calls.hold(desk, held.call_id, "the gate is locked")
    visits.arrive(desk, held.id)
    assert [entry["act"] for entry in changes_of(desk, "call", held.call_id)][-1] == "hold"


def test_a_finished_visit_keeps_what_was_done(desk: Desk) -> None:
    one = visit_in(desk, "on_site")
    done = visits.finish_visit(
        desk,
        one.id,
        "incomplete",
        work="compressor out\nwaits for a part",
        cause="worn\x1b[31m seal",
        labour_minutes=75,
        downtime_minutes=240,
    )
    assert (done.outcome, done.work, done.cause) == (
        "incomplete",
        "compressor out\nwaits for a part",
        "worn seal",
    )
    assert (done.labour_minutes, done.downtime_minutes) == (75, 240)


def test_a_reason_for_calling_off_is_kept_with_the_change(desk: Desk) -> None:
    one = visits.call_off(desk, planned(desk).id, "  gate closed ")
    assert changes_of(desk, "visit", one.id)[-1]["note"] == "gate closed"


@pytest.mark.parametrize(
    ("field", "do"),
    [
        ("outcome", lambda desk, one: visits.finish_visit(desk, one, "splendid")),
        ("outcome", lambda desk, one: visits.finish_visit(desk, one, "")),
        ("labour_minutes", lambda desk, one: visits.finish_visit(desk, one, "good", labour_minutes=-1)),
        ("downtime_minutes", lambda desk, one: visits.finish_visit(desk, one, "good", downtime_minutes=-5)),
        ("reason", lambda desk, one: visits.call_off(desk, one, " \x07 ")),
        (
            "happened_at",
            lambda desk, one: visits.arrive(desk, one, happened_at=desk.clock.now() + timedelta(days=1)),
        ),
    ],
)
def test_bad_input_names_its_field_and_leaves_nothing(
    desk: Desk, field: str, do: Callable[[Desk, int], object]
) -> None:
    one = planned(desk)
    with pytest.raises(InvalidInput) as refusal:
        do(desk, one.id)
    assert refusal.value.field == field
    assert len(changes_of(desk, "visit", one.id)) == 1


def test_a_window_ends_after_it_starts(desk: Desk) -> None:
    one = calls.open_call(desk, title="Fan").call
    now = desk.clock.now()
    with pytest.raises(InvalidInput, match="window_to"):
        visits.plan_visit(desk, one.id, 1, now, now)


def test_nobody_goes_to_a_closed_call_or_is_sent_who_is_not_there(desk: Desk) -> None:
    now = desk.clock.now()
    one = calls.open_call(desk, title="Fan").call
    with pytest.raises(NotFound, match="technician 99"):
        visits.plan_visit(desk, one.id, 99, now, now + timedelta(hours=1))
    calls.cancel(desk, one.id, "twice reported")
    with pytest.raises(IllegalTransition, match="cancelled"):
        visits.plan_visit(desk, one.id, 1, now, now + timedelta(hours=1))
    with pytest.raises(NotFound, match="visit 999"):
        visits.arrive(desk, 999)


def test_a_stale_version_is_a_conflict_with_who_was_first(desk: Desk) -> None:
    one = planned(desk)
    dana = as_role(desk, "dispatcher", "dana")
    visits.confirm_visit(dana, one.id, version=one.version)
    with pytest.raises(Conflict) as lost:
        visits.start_travel(desk, one.id, version=one.version)
    conflict = lost.value
    assert (conflict.kind, conflict.expected, conflict.found) == ("visit", 1, 2)
    assert (conflict.by, conflict.act) == ("dana", "confirm_visit")


def test_who_was_first_is_read_from_an_index_also_where_no_call_was_named(desk: Desk) -> None:
    one = planned(desk)
    dana = as_role(desk, "dispatcher", "dana")
    visits.confirm_visit(dana, one.id)
    calls.note(desk, one.call_id, "another act on the call")
    start = desk.clock.now() + timedelta(days=1)
    visits.plan_visit(desk, one.call_id, 2, start, start + timedelta(hours=2))
    with desk.store.write() as connection:
        writer = Writer(connection, dana.operator.id, desk.clock.now())

        def first() -> tuple[str, str]:
            conflict = writer.conflict("visit", writer.get("visit", one.id), 1)
            return conflict.by, conflict.act

        asked: list[tuple[str, Any]] = []
        sa.event.listen(connection, "before_cursor_execute", lambda *sent: asked.append(sent[2:4]))
        assert first() == ("dana", "confirm_visit")
        statement, values = asked[-1]
        explain = "explain query plan "
        if connection.dialect.name == "postgresql":  # which takes no index for a handful of rows
            explain = "explain "
            for way in ("seqscan", "indexscan"):
                connection.execute(sa.text(f"set local enable_{way} = off"))
        plan = str(connection.exec_driver_sql(explain + statement, values).all())
        assert {name for name in ("ix_change_call", "ix_change_record") if name in plan} == {
            "ix_change_call",
            "ix_change_record",
        }
        writer.update("visit", writer.get("visit", one.id), {"work": "x"}, act="told_without_its_call")
        assert first() == ("dana", "told_without_its_call")


@pytest.mark.parametrize(
    ("role", "act", "allowed"),
    [
        ("viewer", "arrive", False),
        ("technician", "arrive", True),
        ("technician", "start_travel", True),
        ("technician", "confirm_visit", False),
        ("technician", "call_off", False),
        ("dispatcher", "call_off", True),
    ],
)
def test_roles(desk: Desk, role: str, act: str, allowed: bool) -> None:
    one = planned(desk)
    other = as_role(desk, role)
    if allowed:
        assert ACTS[act](other, one.id).version == 2
    else:
        with pytest.raises(NotAllowed, match=role):
            ACTS[act](other, one.id)
        assert len(changes_of(desk, "visit", one.id)) == 1


def test_an_act_that_is_reported_late_is_stamped_with_when_it_happened(desk: Desk, clock: FixedClock) -> None:
    one = planned(desk)
    clock.advance(timedelta(hours=3))
    arrived: datetime = clock.now() - timedelta(minutes=40)
    after = visits.arrive(desk, one.id, happened_at=arrived)
    assert after.on_site_at == arrived
    last = changes_of(desk, "visit", one.id)[-1]
    assert (last["happened_at"], last["recorded_at"]) == (arrived, clock.now())


def test_what_is_reported_for_before_the_step_it_follows_is_refused(desk: Desk, clock: FixedClock) -> None:
    one = planned(desk)
    clock.advance(timedelta(hours=3))
    visits.arrive(desk, one.id)
    with pytest.raises(InvalidInput, match="happened_at"):
        visits.finish_visit(desk, one.id, "good", happened_at=clock.now() - timedelta(hours=1))
    assert len(changes_of(desk, "visit", one.id)) == 2
