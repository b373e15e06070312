"""The fleet's comparison: as each unit's own panel has it, from worker processes, and it can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import workers
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.fleetwide import whole_fleet
from dispatch_tui.desk.replacement import suggest
from dispatch_tui.desk.unit_record import unit_record
from dispatch_tui.desk.workers import compared
from dispatch_tui.errors import DispatchError, HelperFault, NotFound
from dispatch_tui.roi.answer import answer
from dispatch_tui.roi.budget import plan
from dispatch_tui.roi.many import Batch, Outcome
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import tables as t
from dispatch_tui.store.customers import customer_named
from tests.roi.test_many import fleet
from tests.support.fleet import add_fleet, day, pay_in


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    add_fleet(opened)
    yield opened
    opened.store.close()


def test_each_unit_is_compared_as_on_its_own_panel(desk: Desk) -> None:
    found = whole_fleet(desk, RoiSettings(), paths=4_000)
    assert found is not None
    assert [one.unit for one in found.outcomes][-1] == "ZZ-1"  # no model, no answer: last
    assert found.outcomes[-1].problem
    assert len(found.outcomes) == 4
    savings = [one.saving for one in found.outcomes[:-1]]
    assert savings == sorted(savings, reverse=True)
    first = next(one for one in found.outcomes if one.unit == "CX-1044")
    alone = answer(suggest(desk, 1, RoiSettings()).inputs, seed=1, paths=4_000).decision
    assert first.probability == pytest.approx(alone.probability, abs=0.05)
    assert first.saving == pytest.approx(alone.saving.mean, abs=0.1 * (alone.saving.high - alone.saving.low))
    assert first.outlay == 2_900_000 + 437_500  # the price, and installing with a quarter of overrun
    assert first.next_failure is not None
    assert first.next_failure < 2  # it has failed more than once a year


def test_yen_are_whole_from_the_records_to_the_answer(desk: Desk) -> None:
    pay_in(desk, "JPY")
    inputs = suggest(desk, 1, RoiSettings(downtime_cost_per_hour=Decimal(9_000))).inputs
    assert (inputs.currency, inputs.digits, inputs.downtime_price, inputs.quote) == ("JPY", 0, 9_000, 720_000)
    decision = answer(inputs, seed=1, paths=1_000).decision
    assert f"{round(abs(decision.saving.mean)):,} JPY a year cheaper" in verdict(decision).sentence


def test_only_one_customers_units_and_none_that_are_retired(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.unit).where(t.unit.c.serial == "CX-2000").values(retired_at=day("2025-01-01"))
        )
        acme = customer_named(connection, "acme cold STORE ")
        with pytest.raises(NotFound):
            customer_named(connection, "nobody")
    found = whole_fleet(desk, RoiSettings(), acme, paths=200)
    assert found is not None
    assert sorted(one.unit for one in found.outcomes) == ["CX-1044", "CX-1045"]


def test_progress_is_told_and_it_stops_when_asked(desk: Desk) -> None:
    heard: list[tuple[int, int]] = []
    whole_fleet(desk, RoiSettings(), paths=200, progress=lambda done, total: heard.append((done, total)))
    assert heard[0] == (0, 4)
    assert heard[-1] == (4, 4)
    assert whole_fleet(desk, RoiSettings(), paths=200, stop=lambda: True) is None


def test_a_process_that_died_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch_tui.desk.workers._WORKER", ["false"])
    batch = Batch((1,), fleet()[:1])
    with pytest.raises(DispatchError, match="has ended"):
        list(compared([batch], seed=1, workers=1))


def test_a_fault_of_the_program_in_a_process_is_one_here_with_its_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = """
from dispatch_tui.desk import workers
def odd_unit(*_, **__):
    raise KeyError("odd")
workers.outcomes = odd_unit
workers.serve()
"""
    monkeypatch.setattr(workers, "_WORKER", [*workers._WORKER[:2], code])
    with pytest.raises(HelperFault, match="KeyError: 'odd'") as fault:
        list(compared([Batch((1,), fleet()[:1])], seed=1, workers=1))
    assert not isinstance(fault.value, DispatchError)
    assert "in odd_unit" in "".join(fault.value.__notes__)


def test_the_parts_of_past_repairs_are_counted_by_visit(desk: Desk) -> None:
    with (
        desk.store.write() as connection
    ):  # two more of it on one visit, by another spelling: still one visit
        visit = connection.scalar(sa.select(sa.func.min(t.part_use.c.visit_id)))
        connection.execute(sa.insert(t.part_use).values(visit_id=visit, name="SHAFT seal kit", quantity=2))
    (seal,) = unit_record(desk, 1, "EUR").parts
    assert seal.name.casefold() == "shaft seal kit"
    assert (seal.here, seal.visits_here, seal.elsewhere, seal.visits_elsewhere) == (5, 10, 0, 2)
    (sisters,) = unit_record(desk, 2, "EUR").parts
    assert (sisters.here, sisters.visits_here, sisters.elsewhere, sisters.visits_elsewhere) == (0, 2, 5, 10)
    assert sisters.chance == pytest.approx(4 * 0.5 / 6)


def outcome(unit_id: int, saving: float, outlay: int, **more: str) -> Outcome:
    return Outcome(
        unit_id,
        f"U{unit_id}",
        "X",
        more.get("currency", "EUR"),
        saving=saving,
        outlay=outlay,
        probability=0.9,
    )


def test_a_budget_goes_to_what_saves_most_for_the_money() -> None:
    units = [
        outcome(1, 500, 30_000),  # 1.7 %
        outcome(2, 900, 40_000),  # 2.3 %: first
        outcome(3, 100, 10_000),  # 1 %: fits beside it
        outcome(4, 9_000, 60_000),  # beyond any year's budget
        outcome(5, -1, 10_000),  # not worth it
        outcome(6, 700, 10_000, currency="USD"),
    ]
    bought = plan(units, "EUR", 50_000, 2)
    assert [(one.year, one.outcome.unit_id, one.left) for one in bought] == [
        (1, 2, 10_000),
        (1, 3, 0),
        (2, 1, 20_000),
    ]
    assert plan(units, "EUR", 5_000, 3) == ()
    for_nothing = plan([*units, outcome(7, 1, 0)], "EUR", 50_000, 1)
    assert [(one.outcome.unit_id, one.left) for one in for_nothing] == [(7, 50_000), (2, 10_000), (3, 0)]
