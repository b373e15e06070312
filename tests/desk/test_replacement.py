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
from dispatch_tui.desk.failing import OWN, model_record
from dispatch_tui.desk.replacement import challenger_named, suggest
from dispatch_tui.desk.unit_record import unit_record
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.roi.answer import answer
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.inputs import edit
from dispatch_tui.roi.marks import Source
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import tables, unit_history, units
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
        others = model_record(connection, card.model_id, "EUR", desk.clock.now(), without=1)
        foreign = model_record(connection, card.model_id, "USD", desk.clock.now(), without=1)
    assert [(one.unit, one.count) for one in others.units] == [("2", 2), ("3", 0)]
    assert sum(one.oldest for one in others.units) == pytest.approx(15, abs=0.01)
    years = [(day(when) - day("2016-03-04")).days / 365.25 for when in ("2023-01-09", "2024-03-09")]
    assert others.units[0].failures == pytest.approx(years)
    assert sorted(one.amount for one in others.events) == [70_000, 90_000]
    assert foreign.events == ()


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
    failing = inputs.failing
    assert failing is not None
    # installed two years before the records begin, and as old as today
    own = failing.unit
    assert (own.unit, own.count) == (OWN, 10)
    assert own.windows[0].start == pytest.approx((day("2018-03-04") - day("2016-03-01")).days / 365.25)
    assert failing.age == pytest.approx(inputs.age_years)
    assert (failing.fit.units, failing.fit.failures) == (3, 12)
    assert failing.fit.prior.events == pytest.approx(0.5)
    # ten failures in eight years, more often of late, where its sisters had two in fifteen
    assert inputs.failures is not None
    assert 10 / 8 < inputs.failures < 4
    corrective = [row for row in HISTORY if row[1] == "corrective"]
    assert inputs.hours_down == pytest.approx(sum(row[4] for row in corrective) / 60 / len(corrective))
    assert inputs.repair == pytest.approx(total(HISTORY, "corrective") / len(corrective), rel=0.25)
    found = answer(inputs, seed=1).decision
    assert found.keep.present > 0
    assert {flag.code for flag in found.flags} == {"beyond_oldest_age"}


def test_a_rating_is_read_by_the_hours_that_the_unit_runs(desk: Desk) -> None:
    """9000 h between failures at 3998 h a year: a failure in 2.25 years, more as it ages."""
    inputs = suggest(desk, 1, RoiSettings()).inputs
    assert inputs.origins["challenger.failures"].note == "rated"
    assert inputs.new_failing is not None
    assert inputs.new_failing.fit.prior.mtbf == pytest.approx(9_000 / 3_997.67, rel=1e-4)
    assert inputs.new_failures == pytest.approx(3_997.67 / 9_000, rel=0.1)
    unmetered = suggest(desk, 3, RoiSettings()).inputs
    assert unmetered.origins["challenger.failures"].note == "as today's model when new"


def test_a_warranty_or_an_agreement_pays_the_repairs_as_long_as_it_runs(desk: Desk) -> None:
    def covered() -> tuple[float, Source]:
        inputs = suggest(desk, 1, RoiSettings()).inputs
        return inputs.covered, inputs.origins["defender.covered"].source

    assert covered() == (0.0, Source.CATALOGUE)
    soon = desk.clock.now() + timedelta(days=365.25)
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.agreement).values(ends_at=soon))
    assert covered() == (pytest.approx(1), Source.AGREEMENT)
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.unit).values(warranty_until=soon + timedelta(days=365.25)))
    assert covered() == (pytest.approx(2), Source.CATALOGUE)


def test_another_challenger_brings_its_own_facts(desk: Desk) -> None:
    suggestion = suggest(desk, 1, RoiSettings())
    changed = suggestion.against(suggestion.inputs, challenger_named(suggestion, "polar 9"))
    assert (changed.challenger, changed.price, changed.life) == ("Polar 9", None, None)
    assert "challenger_currency" in {flag.code for flag in changed.flags}
    with pytest.raises(InvalidInput) as refused:
        answer(changed, seed=1)
    assert refused.value.field == "challenger.price"
    back = suggestion.against(changed, challenger_named(suggestion, "Arctic 45e"))
    unlike = {"flags": (), "new_failing": None}
    assert replace(back, **unlike) == replace(suggestion.inputs, **unlike)
    with pytest.raises(NotFound):
        challenger_named(suggestion, "Arctic 40")


def test_a_challenger_that_is_in_service_elsewhere_fails_as_those_do(desk: Desk) -> None:
    with desk.store.write() as connection:
        model = connection.scalar(sa.select(tables.model.c.id).where(tables.model.c.name == "Arctic 45e"))
        connection.execute(sa.update(tables.unit).where(tables.unit.c.id == 2).values(model_id=model))
    inputs = suggest(desk, 1, RoiSettings()).inputs
    assert inputs.origins["challenger.failures"].source is Source.FLEET
    assert inputs.new_failing is not None
    assert (inputs.new_failing.fit.units, inputs.new_failing.fit.failures) == (1, 2)
    assert inputs.new_repair == pytest.approx(80_000, rel=0.5)


def test_nothing_on_record_is_said_and_can_be_filled_in(desk: Desk) -> None:
    inputs = suggest(desk, 4, RoiSettings()).inputs
    assert {flag.code for flag in inputs.flags} >= {"no_history", "prior_only"}
    asked = []
    for name, text in (
        ("repair", "900"),
        ("price", "2000"),
        ("life", "9"),
        ("new_repair", "500"),
        ("quote", "500"),
        ("failures", "2"),
        ("new_failures", "0.1"),
    ):
        try:
            answer(inputs, seed=1)
        except InvalidInput as refused:
            asked.append(refused.field)
        inputs = edit(inputs, FIELD[name], text)
    assert asked == [
        "repair",
        "challenger.price",
        "challenger.life",
        "challenger.repair",
    ]
    found = answer(inputs, seed=1).decision
    assert found.saving.mean > 0
    assert "prior_only" not in {flag.code for flag in found.flags}


def test_a_sister_without_failures_leans_on_the_fleet(desk: Desk) -> None:
    inputs = suggest(desk, 3, RoiSettings()).inputs
    assert inputs.failing is not None
    assert inputs.failing.unit.count == 0
    assert inputs.origins["defender.failures"].source is Source.FLEET
    assert inputs.failures is not None
    assert 0 < inputs.failures < 1.5


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
