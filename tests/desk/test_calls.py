"""Acts on calls: what they change, what they refuse, and what the change log says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.transitions import CALL
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed, NotFound
from dispatch_tui.records import Call
from tests.support.desks import as_role, changes_of

ACTS: dict[str, Callable[[Desk, int], calls.Done]] = {
    "acknowledge": lambda desk, one: calls.acknowledge(desk, one),
    "take": lambda desk, one: calls.take(desk, one),
    "assign": lambda desk, one: calls.assign(desk, one, 1),
    "start": lambda desk, one: calls.start(desk, one),
    "hold": lambda desk, one: calls.hold(desk, one, "waits for a seal"),
    "resume": lambda desk, one: calls.resume(desk, one),
    "resolve": lambda desk, one: calls.resolve(desk, one, "seal replaced"),
    "close": lambda desk, one: calls.close(desk, one),
    "reopen": lambda desk, one: calls.reopen(desk, one, "leaks again"),
    "cancel": lambda desk, one: calls.cancel(desk, one, "customer mended it"),
    "set_priority": lambda desk, one: calls.set_priority(desk, one, 1),
    "note": lambda desk, one: calls.note(desk, one, "gate code 4711"),
}
PATH_TO = {
    "new": (),
    "acknowledged": ("acknowledge",),
    "assigned": ("assign",),
    "in_progress": ("assign", "start"),
    "on_hold": ("acknowledge", "hold"),
    "resolved": ("assign", "start", "resolve"),
    "closed": ("assign", "start", "resolve", "close"),
    "cancelled": ("cancel",),
}


def call_in(desk: Desk, status: str) -> Call:
    call = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    for act in PATH_TO[status]:
        call = ACTS[act](desk, call.id).call
    assert call.status == status
    return call


@pytest.mark.parametrize("status", PATH_TO)
def test_every_act_in_every_status_does_what_the_table_says(desk: Desk, status: str) -> None:
    for act, do in ACTS.items():
        call = call_in(desk, status)
        rule = CALL[act]
        if status not in rule.sources:
            with pytest.raises(IllegalTransition) as refusal:
                do(desk, call.id)
            assert refusal.value.status == status
            assert changes_of(desk, "call", call.id)[-1]["record_version"] == call.version
            continue
        after = do(desk, call.id).call
        assert after.version == call.version + 1
        if rule.target and not (act == "assign" and status == "on_hold"):
            assert after.status == rule.target
        assert after.live == (after.status not in ("closed", "cancelled"))
        last = changes_of(desk, "call", call.id)[-1]
        assert (last["act"], last["record_version"]) == (act, after.version)


def test_a_change_row_says_what_was_and_is_when_and_by_whom(desk: Desk, clock: FixedClock) -> None:
    call = call_in(desk, "new")
    clock.advance(timedelta(minutes=10))
    reported = clock.now() - timedelta(minutes=4)
    calls.hold(desk, call.id, "waits for a part", happened_at=reported)
    row = changes_of(desk, "call", call.id)[-1]
    was, now = json.loads(row["was_json"]), json.loads(row["now_json"])
    assert (was["status"], now["status"]) == ("new", "on_hold")
    assert (was["held_reason"], now["held_reason"]) == ("", "waits for a part")
    assert was.keys() == now.keys()
    assert (row["happened_at"], row["recorded_at"]) == (reported, clock.now())
    assert row["operator_id"] == desk.operator.id
    assert row["note"] == "waits for a part"


def test_a_stale_version_is_a_conflict_with_both_versions_and_who_was_first(desk: Desk) -> None:
    call = call_in(desk, "new")
    dana = as_role(desk, "dispatcher", "dana")
    calls.take(dana, call.id, version=call.version)
    with pytest.raises(Conflict) as lost:
        calls.acknowledge(desk, call.id, version=call.version)
    assert (lost.value.expected, lost.value.found) == (call.version, call.version + 1)
    assert (lost.value.by, lost.value.act) == ("dana", "take")


def test_taking_a_taken_call_needs_to_have_seen_whose_it_is(desk: Desk) -> None:
    call = call_in(desk, "new")
    dana = as_role(desk, "dispatcher", "dana")
    taken = calls.take(dana, call.id).call
    with pytest.raises(Conflict) as lost:
        calls.take(desk, call.id)
    assert lost.value.by == "dana"
    assert calls.take(desk, call.id, version=taken.version).call.operator_id == desk.operator.id
    with pytest.raises(Conflict):
        calls.take(desk, call.id)


@pytest.mark.parametrize(
    ("role", "act", "allowed"),
    [
        ("viewer", "note", False),
        ("viewer", "take", False),
        ("technician", "take", True),
        ("technician", "assign", False),
        ("technician", "resolve", True),
        ("technician", "set_priority", False),
        ("dispatcher", "assign", True),
        ("dispatcher", "set_priority", True),
        ("manager", "cancel", True),
    ],
)
def test_roles(desk: Desk, role: str, act: str, allowed: bool) -> None:
    call = call_in(desk, "assigned")
    other = as_role(desk, role)
    if allowed:
        assert ACTS[act](other, call.id).call.version == call.version + 1
    else:
        with pytest.raises(NotAllowed, match=role):
            ACTS[act](other, call.id)
        assert changes_of(desk, "call", call.id)[-1]["act"] == "assign"


def test_a_role_that_was_taken_away_counts_at_once(desk: Desk) -> None:
    dana = as_role(desk, "dispatcher", "dana")
    call = calls.open_call(dana, title="Fan", unit_id=1).call
    as_role(desk, "viewer", "dana")
    with pytest.raises(NotAllowed):
        calls.acknowledge(dana, call.id)


def test_opening_fills_in_site_customer_agreement_and_clocks(desk: Desk) -> None:
    call = call_in(desk, "new")
    assert (call.site_id, call.customer_id, call.agreement_id) == (1, 1, 1)
    assert "Silver" in call.agreement_reason
    assert call.clock == "first_response"
    # 09:00 UTC is 10:00 in Berlin: 120 open minutes later.
    assert call.due_at == datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
    assert call.rank_at is not None
    assert call.rank_at < call.due_at


def test_a_held_call_is_paused_and_sinks_and_a_resumed_one_gets_its_time_back(
    desk: Desk, clock: FixedClock
) -> None:
    from tests.support.contacts import log_contact

    call = call_in(desk, "in_progress")
    running = log_contact(desk, call.id, direction="out").call
    assert running.clock == "next_update"
    assert running.due_at is not None
    held = calls.hold(desk, call.id, "part ordered").call
    assert held.paused
    assert held.due_at is None
    assert held.rank_at is not None
    assert running.rank_at is not None
    assert held.rank_at > running.rank_at + timedelta(days=365)
    clock.advance(timedelta(hours=1))
    resumed = calls.resume(desk, call.id).call
    assert resumed.status == "in_progress"
    assert resumed.due_at == running.due_at + timedelta(hours=1)


def test_a_change_of_priority_brings_new_clocks_from_the_same_start(desk: Desk, clock: FixedClock) -> None:
    call = call_in(desk, "new")
    clock.advance(timedelta(minutes=10))
    urgent = calls.set_priority(desk, call.id, 1).call
    assert urgent.due_at == call.opened_at + timedelta(minutes=30)
    row = changes_of(desk, "call", call.id)[-1]
    assert json.loads(row["was_json"])["due_at"] != json.loads(row["now_json"])["due_at"]


@pytest.mark.parametrize(
    ("field", "do"),
    [
        ("title", lambda desk, one: calls.open_call(desk, title="  \x1b[0m ")),
        ("priority", lambda desk, one: calls.set_priority(desk, one, 9)),
        ("priority", lambda desk, one: calls.open_call(desk, title="x", priority=0)),
        ("reason", lambda desk, one: calls.hold(desk, one, " ")),
        ("resolution", lambda desk, one: calls.resolve(desk, one, "")),
        ("note", lambda desk, one: calls.note(desk, one, "\x07")),
        (
            "happened_at",
            lambda desk, one: calls.take(desk, one, happened_at=desk.clock.now() + timedelta(hours=1)),
        ),
        ("happened_at", lambda desk, one: calls.take(desk, one, happened_at=datetime(2026, 1, 1))),  # noqa: DTZ001
    ],
)
def test_bad_input_names_its_field_and_leaves_nothing(
    desk: Desk, field: str, do: Callable[[Desk, int], object]
) -> None:
    call = call_in(desk, "new")
    with pytest.raises(InvalidInput) as refusal:
        do(desk, call.id)
    assert refusal.value.field == field
    assert len(changes_of(desk, "call", call.id)) == 1


def test_records_that_are_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound, match="call 999"):
        calls.take(desk, 999)
    with pytest.raises(NotFound, match="technician 99"):
        calls.assign(desk, call_in(desk, "new").id, 99)


def test_hostile_text_is_kept_without_its_controls(desk: Desk) -> None:
    call = calls.open_call(desk, title="[/x]\x1b]52;c;aGk=\x07 leaks \u202eupside", unit_id=1).call
    assert call.title == "[/x] leaks upside"
