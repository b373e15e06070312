"""The record of a unit and the comparison it starts from, against sums made by hand; on both databases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import against, challenger_named, suggest
from dispatch_tui.desk.unit_record import unit_record
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.roi.costs import FAILURE_KINDS
from dispatch_tui.roi.inputs import FIELDS, case_from, edit
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.replacement import compare
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import fleet, tables, unit_history, units
from dispatch_tui.store.unit_history import UnitCall
from dispatch_tui.store.unit_timeline import Seen, at, timeline
from tests.support.fleet import HISTORY, add_fleet, day, total

FIELD = {field.name: field for field in FIELDS}


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    add_fleet(opened)
    yield opened
    opened.store.close()


@pytest.mark.parametrize(
    ("words", "serials"),
    [
        ("CX-10", ["CX-1044", "CX-1045"]),
        ("cx-1044", ["CX-1044"]),
        ("arctic harbour", ["CX-1044", "CX-1045", "CX-2000"]),
        ("acme 2000", ["CX-2000"]),
        ("Door", ["ZZ-1"]),
        ("", ["CX-1044", "CX-1045", "CX-2000", "ZZ-1"]),
        ("100%", []),
        ("no_such", []),
    ],
)
def test_units_are_found_by_what_people_know(desk: Desk, words: str, serials: list[str]) -> None:
    with desk.store.read() as connection:
        assert [row.serial for row in units.find_units(connection, words, 10)] == serials
        assert [row.serial for row in units.find_units(connection, words, 1)] == serials[:1]


def test_a_serial_leads_to_its_unit(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert units.unit_by_serial(connection, "cx-1044") == 1
        with pytest.raises(NotFound):
            units.unit_by_serial(connection, "CX-10")
        with pytest.raises(NotFound):
            units.unit_card(connection, 99)


def test_the_timeline_comes_in_pages_without_gap_or_repeat(desk: Desk) -> None:
    with desk.store.read() as connection:
        whole = timeline(connection, 1, 1000)
        assert not whole.more
        assert len(whole.entries) == len(HISTORY) * 2 + 1 + 3
        assert [at(one) for one in whole.entries] == sorted((at(one) for one in whole.entries), reverse=True)
        paged, seen, more = [], Seen(), True
        while more:
            page = timeline(connection, 1, 4, seen)
            paged += page.entries
            seen, more = page.seen, page.more
    assert tuple(paged) == whole.entries
    first, second = whole.entries[:2]
    assert isinstance(first, UnitCall)
    assert first.number == "C-0900"
    assert not isinstance(second, UnitCall)
    seals = [part for part in whole.parts if part.name == "Shaft seal kit"]
    assert len(seals) == sum("seal" in row[5] for row in HISTORY)


def test_yearly_costs_equal_an_independent_sum(desk: Desk) -> None:
    record = unit_record(desk, 1, "USD")
    assert record.history is not None
    by_year: dict[int, int] = defaultdict(int)
    for when, _kind, _what, cost, _down, _work in HISTORY:
        by_year[int(when[:4])] += cost
    assert {one.year: one.total for one in record.history.years if one.total} == by_year
    assert sum(one.repairs for one in record.history.years) == total(HISTORY, "corrective")
    assert record.currency == "EUR"
    assert record.history.window.start == day("2018-03-04")
    assert record.history.window.end == desk.clock.now() + timedelta(microseconds=1)
    assert record.usage == pytest.approx(27_680 / ((day("2026-02-04") - day("2019-03-04")).days / 365.25))
    assert [cover.name for cover in record.covers] == ["Silver"]


def test_a_visit_that_names_no_unit_counts_by_its_call(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.visit).where(tables.visit.c.id == 2).values(unit_id=None))
    record = unit_record(desk, 1, "EUR")
    assert record.history is not None
    assert sum(one.total for one in record.history.years) == sum(row[3] for row in HISTORY)


def test_a_cost_is_the_total_or_else_the_sum_of_what_is_known(desk: Desk) -> None:
    with desk.store.write() as connection:
        set_costs = sa.update(tables.visit).values
        connection.execute(
            set_costs(cost_minor=None, labour_minor=5, parts_minor=7).where(tables.visit.c.id == 1)
        )
        connection.execute(set_costs(cost_minor=None).where(tables.visit.c.id == 2))
        found = unit_history.all_done_visits(connection, 1)
    assert [visit.cost_minor for visit in found[:3]] == [12, None, HISTORY[2][3]]


def test_similar_failures_are_counted_here_and_elsewhere(desk: Desk) -> None:
    leak, heat, motor = unit_record(desk, 1, "EUR").similar
    assert (leak.what, leak.here, leak.elsewhere, leak.units_elsewhere) == ("oil leak", 5, 2, 1)
    assert leak.mean_cost_minor == pytest.approx(80_000)
    assert leak.helped == "Shaft seal replaced"
    assert (heat.what, heat.here, heat.elsewhere, heat.mean_cost_minor) == ("overheats", 3, 0, None)
    assert (motor.what, motor.here) == ("motor trips", 2)


def test_the_fleet_is_the_others_of_the_model(desk: Desk) -> None:
    with desk.store.read() as connection:
        card = units.unit_card(connection, 1)
        sums = fleet.fleet_sums(connection, card, "EUR", desk.clock.now(), failure_kinds=FAILURE_KINDS)
    assert (sums.units, sums.failures, sums.repair_minor) == (2, 2, 160_000)
    assert sums.unit_years == pytest.approx(15, abs=0.01)


def test_the_comparison_starts_from_the_record(desk: Desk) -> None:
    suggestion = suggest(desk, 1, RoiSettings())
    inputs = suggestion.inputs
    assert inputs.challenger == "Arctic 45e"
    assert [one.name for one in suggestion.challengers] == ["Arctic 45e", "Polar 9"]
    assert (inputs.quote, inputs.price, inputs.changeover, inputs.life, inputs.warranty) == (
        720_000,
        2_900_000,
        350_000,
        15,
        2.0,
    )
    assert inputs.origins["quote"].source is Source.QUOTE
    assert inputs.origins["challenger.price"].source is Source.CATALOGUE
    # 10 failures in 8 years and 2 in the fleet's 15: the model's rate is 12 / 23, a = 1 / (1/4 + 1/2.5)
    assert inputs.forecast is not None
    rate, a = 12 / 23, 1 / 0.65
    assert inputs.forecast.failures_per_year == pytest.approx(rate * (a + 10) / (a + 8 * rate), rel=1e-3)
    answer = compare(case_from(inputs))
    assert answer.keep.npv > 0
    assert {flag.code for flag in answer.flags} == {"beyond_life"}


def test_another_challenger_brings_its_own_facts(desk: Desk) -> None:
    suggestion = suggest(desk, 1, RoiSettings())
    changed = against(suggestion.inputs, challenger_named(suggestion, "polar 9"))
    assert (changed.challenger, changed.price, changed.life) == ("Polar 9", None, None)
    assert "challenger_currency" in {flag.code for flag in changed.flags}
    with pytest.raises(InvalidInput) as refused:
        compare(case_from(changed))
    assert refused.value.field == "challenger.price"
    back = against(changed, challenger_named(suggestion, "Arctic 45e"))
    assert replace(back, flags=()) == replace(suggestion.inputs, flags=())
    with pytest.raises(NotFound):
        challenger_named(suggestion, "Arctic 40")


def test_nothing_on_record_is_said_and_can_be_filled_in(desk: Desk) -> None:
    inputs = suggest(desk, 4, RoiSettings()).inputs
    assert {flag.code for flag in inputs.flags} == {"no_history"}
    with pytest.raises(InvalidInput) as refused:
        case_from(inputs)
    assert refused.value.field == "repairs"
    for name, text in (
        ("quote", "500"),
        ("repairs", "900"),
        ("new_repairs", "100"),
        ("price", "2000"),
        ("life", "9"),
    ):
        inputs = edit(inputs, FIELD[name], text)
    assert compare(case_from(inputs)).saving_per_year > 0


def test_a_sister_without_failures_leans_on_the_fleet(desk: Desk) -> None:
    answer = suggest(desk, 3, RoiSettings())
    assert answer.inputs.forecast is not None
    assert answer.inputs.forecast.prior_only
    assert answer.inputs.origins["defender.repairs"].source is Source.FLEET


def test_a_visit_finished_this_moment_counts(desk: Desk, clock: FixedClock) -> None:
    clock.set(day(HISTORY[-1][0]))
    record = unit_record(desk, 1, "EUR").history
    assert record is not None
    assert (len(record.events), record.left_out) == (len(HISTORY), ())


def test_bare_records_count_from_their_first_to_their_last_day(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.unit).values(installed_at=None, records_from=None))
    record = unit_record(desk, 1, "EUR").history
    assert record is not None
    assert record.window.years == pytest.approx(((day("2026-01-15") - day("2018-06-04")).days + 1) / 365.25)
    assert [flag.code for flag in record.flags] == ["records_assumed"]
