"""Nobody sets out before the arrival instruction and the warranty guard were acknowledged as they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.acknowledging import acknowledge, to_acknowledge
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import IllegalTransition, InvalidInput, NotAllowed
from dispatch_tui.store import tables as t
from tests.support.desks import as_role


def planned(desk: Desk) -> int:
    one = calls.open_call(desk, title="Compressor leaks", unit_id=1).call
    now = desk.clock.now()
    return visits.plan_visit(desk, one.id, 1, now, now + timedelta(hours=2)).id


def instruct(desk: Desk, words: str = "", warranty_days: int | None = None) -> None:
    until = None if warranty_days is None else desk.clock.now() + timedelta(days=warranty_days)
    with desk.store.write() as connection:
        connection.execute(sa.update(t.site).values(arrival_instruction=words))
        connection.execute(sa.update(t.unit).values(warranty_until=until))


@pytest.mark.parametrize(
    ("words", "warranty_days", "kinds"),
    [
        ("", None, []),
        ("", -1, []),
        ("", 0, []),
        ("ring twice", None, ["arrival"]),
        ("", 1, ["warranty"]),
        ("ring twice", 1, ["arrival", "warranty"]),
    ],
)
def test_what_is_asked_for_must_be_acknowledged_before_the_journey(
    desk: Desk, words: str, warranty_days: int | None, kinds: list[str]
) -> None:
    instruct(desk, words, warranty_days)
    visit_id = planned(desk)
    if kinds:
        with pytest.raises(InvalidInput, match="must be acknowledged first") as refused:
            visits.start_travel(desk, visit_id)
        assert (refused.value.field, refused.value.remedy) == ("acknowledged", "Open the visit brief.")
    assert [one.kind for one in acknowledge(desk, visit_id)] == kinds
    assert visits.start_travel(desk, visit_id).status == "en_route"


def test_each_is_acknowledged_for_itself_and_recorded_once(desk: Desk) -> None:
    instruct(desk, "ring twice", 1)
    visit_id = planned(desk)
    with desk.store.read() as connection:
        visit = connection.execute(sa.select(t.visit)).mappings().one()
        arrival, warranty = to_acknowledge(connection, visit, desk.clock.now())
    assert acknowledge(desk, visit_id, [arrival.key]) == (arrival,)
    with pytest.raises(InvalidInput, match="the warranty guard must"):
        visits.start_travel(desk, visit_id)
    assert acknowledge(desk, visit_id) == (warranty,)
    assert acknowledge(desk, visit_id) == ()
    with desk.store.read() as connection:
        rows = connection.execute(sa.select(t.acknowledgement)).mappings().all()
    assert [(row["kind"], row["words"], row["operator_id"]) for row in rows] == [
        ("arrival", "ring twice", desk.operator.id),
        ("warranty", warranty.words, desk.operator.id),
    ]


def test_a_changed_instruction_is_asked_for_anew(desk: Desk) -> None:
    instruct(desk, "ring twice")
    visit_id = planned(desk)
    (before,) = acknowledge(desk, visit_id)
    instruct(desk, "do not ring")
    with pytest.raises(InvalidInput, match="acknowledged"):
        visits.start_travel(desk, visit_id)
    with pytest.raises(InvalidInput, match="words have changed"):
        acknowledge(desk, visit_id, [before.key])
    acknowledge(desk, visit_id)
    assert visits.start_travel(desk, visit_id).status == "en_route"


def test_each_visit_has_its_own(desk: Desk) -> None:
    instruct(desk, "ring twice")
    first, second = planned(desk), planned(desk)
    acknowledge(desk, first)
    with pytest.raises(InvalidInput):
        visits.start_travel(desk, second)


def test_a_warranty_that_has_run_out_by_the_journey_is_not_asked_for(desk: Desk, clock: FixedClock) -> None:
    instruct(desk, "", 1)
    visit_id = planned(desk)
    clock.advance(timedelta(hours=23, minutes=59))
    with pytest.raises(InvalidInput):
        visits.start_travel(desk, visit_id)
    clock.advance(timedelta(minutes=1))
    assert visits.start_travel(desk, visit_id).status == "en_route"


def test_who_and_when(desk: Desk) -> None:
    instruct(desk, "ring twice")
    visit_id = planned(desk)
    with pytest.raises(NotAllowed):
        acknowledge(as_role(desk, "viewer"), visit_id)
    assert len(acknowledge(as_role(desk, "technician"), visit_id)) == 1
    visits.call_off(desk, visit_id, "away")
    with pytest.raises(IllegalTransition):
        acknowledge(desk, visit_id)


def test_a_call_without_unit_takes_the_instruction_of_its_site(desk: Desk) -> None:
    instruct(desk, "ring twice", 1)
    one = calls.open_call(desk, title="Gate", site_id=1).call
    now = desk.clock.now()
    visit = visits.plan_visit(desk, one.id, 1, now, now + timedelta(hours=1))
    assert [found.kind for found in acknowledge(desk, visit.id)] == ["arrival"]
