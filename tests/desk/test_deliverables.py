"""Deliverables: each step in its turn, by whom, on which day of the site; what a slip moves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.deliverables import Project, move, plan, project_of, shift
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed, NotFound
from tests.support.desks import as_role, changes_of

TODAY = date(2026, 3, 4)


def project(desk: Desk) -> Project:
    with desk.store.read() as connection:
        return project_of(connection, 1, desk.clock.now())


def planned(desk: Desk, *, verify: bool = False, first: date = TODAY, last: date = TODAY) -> int:
    if not desk_has_call(desk):
        calls.open_call(desk, title="Install", unit_id=1)
    return plan(desk, 1, "data moved", first, last, verify=verify)


def desk_has_call(desk: Desk) -> bool:
    return bool(changes_of(desk, "call", 1))


@pytest.mark.parametrize(
    ("before", "step", "state"),
    [
        ([], "begin", "under way"),
        ([], "finish", None),
        ([], "verify", None),
        ([], "accept", None),
        (["begin"], "begin", None),
        (["begin"], "finish", "to be accepted"),
        (["begin"], "verify", "under way"),
        (["begin"], "accept", None),
        (["begin", "finish"], "verify", "to be accepted"),
        (["begin", "finish"], "accept", "accepted"),
        (["begin", "finish", "accept"], "accept", None),
        (["begin", "finish", "accept"], "verify", None),
    ],
)
def test_each_step_has_its_turn(desk: Desk, before: list[Any], step: Any, state: str | None) -> None:
    one = planned(desk)
    for earlier in before:
        move(desk, one, earlier, by="Ida")
    if state is None:
        with pytest.raises(IllegalTransition):
            move(desk, one, step, by="Ida")
    else:
        assert move(desk, one, step, by="Ida").state == state


def test_what_is_to_be_verified_is_accepted_only_then(desk: Desk) -> None:
    one = planned(desk, verify=True)
    for step in ("begin", "finish"):
        move(desk, one, step)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refused:
        move(desk, one, "accept", by="Ida")
    assert refused.value.field == "verified_by"
    for step, field in (("verify", "verified_by"), ("accept", "accepted_by")):
        with pytest.raises(InvalidInput) as refused:
            move(desk, one, step, by=" ")  # type: ignore[arg-type]
        assert refused.value.field == field
        move(desk, one, step, by="Ida\x07")  # type: ignore[arg-type]
    assert project(desk).progress.accepted == 1


@pytest.mark.parametrize(
    ("day", "field"),
    [(date(2026, 3, 3), ""), (date(2026, 3, 2), "on"), (TODAY, ""), (date(2026, 3, 5), "on")],
)
def test_days_are_those_that_can_be(desk: Desk, day: date, field: str) -> None:
    one = planned(desk)
    move(desk, one, "begin", on=date(2026, 3, 3))
    if field:
        with pytest.raises(InvalidInput) as refused:
            move(desk, one, "finish", on=day)
        assert refused.value.field == field
    else:
        assert move(desk, one, "finish", on=day).done_on == day


def test_today_is_the_sites(desk: Desk, clock: FixedClock) -> None:
    one = planned(desk)
    clock.set(datetime(2026, 3, 4, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    assert project(desk).today == date(2026, 3, 5)
    assert move(desk, one, "begin").started_on == date(2026, 3, 5)


def test_a_slip_moves_what_is_not_begun_and_says_so(desk: Desk) -> None:
    first, second = planned(desk), planned(desk, first=date(2026, 3, 6), last=date(2026, 3, 7))
    move(desk, first, "begin")
    assert shift(desk, 1, 3) == 1
    kept = {one.id: one.of for one in project(desk).kept}
    assert kept[first].planned_until == TODAY
    assert (kept[second].planned_from, kept[second].planned_until) == (date(2026, 3, 9), date(2026, 3, 10))
    assert changes_of(desk, "deliverable", second)[-1]["note"] == "plan moved by +3 days"


def test_bad_plans_and_lost_races(desk: Desk) -> None:
    one = planned(desk)
    for what, last, field in ((" ", TODAY, "what"), ("x", date(2026, 3, 3), "planned_until")):
        with pytest.raises(InvalidInput) as refused:
            plan(desk, 1, what, TODAY, last)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        plan(desk, 4711, "x", TODAY, TODAY)
    with pytest.raises(NotAllowed):
        move(as_role(desk, "viewer"), one, "begin")
    move(as_role(desk, "technician", "tess"), one, "begin", version=1)
    with pytest.raises(Conflict) as lost:
        move(desk, one, "finish", version=1)
    assert lost.value.by == "tess"
