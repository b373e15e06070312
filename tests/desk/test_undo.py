"""Undo takes back the operator's own last act, unless something was built on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.undo import undo
from dispatch_tui.errors import NothingToUndo
from dispatch_tui.records import Fact, SourceRow
from tests.support.desks import as_role, changes_of


def test_undo_restores_what_was_and_says_so_in_the_log(desk: Desk) -> None:
    call = calls.open_call(desk, title="Door seal", unit_id=1).call
    calls.assign(desk, call.id, 1)
    before = calls.start(desk, call.id).call
    calls.resolve(desk, call.id, "done")
    done, act = undo(desk)
    assert act == "resolve"
    assert (done.call.status, done.call.resolution, done.call.resolved_at) == ("in_progress", "", None)
    assert (done.call.due_at, done.call.clock) == (before.due_at, before.clock)
    last, previous = changes_of(desk, "call", call.id)[-1], changes_of(desk, "call", call.id)[-2]
    assert (last["act"], last["undoes"], last["record_version"]) == (
        "undo",
        previous["seq"],
        before.version + 2,
    )


def test_a_closed_call_comes_back_live(desk: Desk) -> None:
    call = calls.open_call(desk, title="Door seal", unit_id=1).call
    calls.cancel(desk, call.id, "twice reported")
    assert undo(desk)[0].call.live


def test_nothing_is_undone_that_somebody_built_on(desk: Desk) -> None:
    call = calls.open_call(desk, title="Door seal", unit_id=1).call
    calls.acknowledge(desk, call.id)
    calls.note(as_role(desk, "dispatcher", "dana"), call.id, "called back")
    with pytest.raises(NothingToUndo, match="has been changed since"):
        undo(desk)


def test_opening_and_notes_stay(desk: Desk) -> None:
    call = calls.open_call(desk, title="Door seal", unit_id=1).call
    with pytest.raises(NothingToUndo, match="stays"):
        undo(desk)
    calls.note(desk, call.id, "x")
    with pytest.raises(NothingToUndo, match="stays"):
        undo(desk)


def test_a_step_of_a_visit_stays_and_is_not_passed_over(desk: Desk) -> None:
    """What was done before it is not what one means to take back."""
    call = calls.open_call(desk, title="Door seal", unit_id=1).call
    calls.assign(desk, call.id, 1)
    now = desk.clock.now()
    visit = visits.plan_visit(desk, call.id, 1, now, now + timedelta(hours=1))
    with pytest.raises(NothingToUndo, match="plan visit C-1"):
        undo(desk)
    visits.arrive(desk, visit.id)
    done, act = undo(desk)
    assert (act, done.call.status) == ("start", "assigned")


def test_undo_twice_goes_to_the_act_before_on_another_call(desk: Desk) -> None:
    first = calls.open_call(desk, title="A", unit_id=1).call
    second = calls.open_call(desk, title="B", unit_id=1).call
    calls.acknowledge(desk, first.id)
    calls.acknowledge(desk, second.id)
    assert undo(desk)[0].call.id == second.id
    assert undo(desk)[0].call.id == first.id


def test_somebody_elses_act_is_not_mine_to_undo(desk: Desk) -> None:
    call = calls.open_call(desk, title="A", unit_id=1).call
    calls.acknowledge(desk, call.id)
    dana = as_role(desk, "dispatcher", "dana")
    with pytest.raises(NothingToUndo, match="not done anything"):
        undo(dana)


def test_what_a_file_told_is_nobodys_act_here(desk: Desk, clock: FixedClock) -> None:
    call = calls.open_call(desk, title="A", unit_id=1).call
    calls.acknowledge(desk, call.id)
    at = to_us(clock.now())
    told = (
        Fact("call", "log:1", "open", at, {"title": "From a log"}),
        Fact("call", "log:1", "assign", at, {"status": "assigned"}),
    )
    assert record_history(desk, "log", [SourceRow(1, "1", b"1" * 16, told)])[0].outcome == "imported"
    done, act = undo(desk)
    assert (done.call.id, act, done.call.status) == (call.id, "acknowledge", "new")
