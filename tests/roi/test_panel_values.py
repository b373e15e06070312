"""What the panel draws, opens, keeps and sets side by side, as values: against the decision that it comes from."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.coming import coming, kept
from dispatch_tui.roi.explain_years import explain_bar, explain_coming, explain_kept, explain_year
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.figures import walk
from dispatch_tui.roi.inputs import edit
from dispatch_tui.roi.kept import input_changes, inputs_kept, restated, result_changes, result_kept
from dispatch_tui.roi.marks import Origin, Source
from dispatch_tui.roi.scenarios import Scenario, scenario_name, set_apart
from dispatch_tui.roi.sensitivity import tornado
from tests.roi.test_inputs import PATHS, record, recorded

FIELD = {field.name: field for field in FIELDS}


@pytest.fixture(scope="module")
def found() -> Answer:
    return answer(recorded(), seed=1, paths=PATHS)


def test_the_coming_failures_are_those_of_the_futures(found: Answer) -> None:
    decision = found.decision
    years = coming(decision)
    assert [one.year for one in years] == list(range(1, decision.case.horizon + 1))
    drawn = decision.futures.ways[decision.standing.plan.way].failures
    assert [one.mean for one in years] == pytest.approx(drawn[:, : len(years)].mean(axis=0).tolist())
    assert all(one.low <= one.mean <= one.high for one in years)
    inside = [
        np.mean((drawn[:, one.year - 1] >= one.low) & (drawn[:, one.year - 1] <= one.high)) for one in years
    ]
    assert min(inside) >= 0.8


def test_the_challenger_begins_anew_after_its_life(found: Answer) -> None:
    short = answer(replace(recorded(), life=3, horizon=7), seed=1, paths=PATHS).decision
    life = short.standing.best.life
    years = coming(short)
    assert [years[k].new for k in range(7)] == [years[k % life].new for k in range(7)]
    assert found.decision.standing.best.life != life


def test_the_lowest_of_the_lengths_is_the_best_one(found: Answer) -> None:
    decision = found.decision
    lengths = kept(decision)
    best = min(lengths, key=lambda one: one.more)
    assert best.years == decision.years
    assert best.more == pytest.approx(decision.standing.plan.least)
    assert (best.more > 0) == decision.replace
    at_best = next(one for one in lengths if one.years == decision.standing.best.life)
    assert at_best.new_yearly == pytest.approx(decision.standing.best.cost)


@pytest.mark.parametrize("year", [0, 1, 4])
def test_a_year_opens_into_what_falls_due(found: Answer, year: int) -> None:
    decision = found.decision
    figure = explain_year(decision, year, ways=found.ways, record=record())
    keep, new = figure.inputs
    assert figure.value == pytest.approx((keep.value or 0) - (new.value or 0))
    for side, ledger in ((keep, decision.kept_on), (new, decision.replaced)):
        assert math.fsum(one.value or 0 for one in side.inputs) == pytest.approx(ledger.by_year[year])
        assert all(one.value for one in side.inputs), "a kind that costs nothing in that year is left out"
    if year:
        assert {"V-1", "V-2"} <= {one.ref for one in walk(keep)}


def test_a_length_and_a_forecast_open_down_to_the_visits(found: Answer) -> None:
    decision = found.decision
    length = explain_kept(decision, 3, ways=found.ways, record=record())
    keep, now = length.inputs
    assert length.value == pytest.approx(decision.standing.plan.gap[2])
    assert (keep.value or 0) - (now.value or 0) == pytest.approx(length.value)
    ahead = explain_coming(decision, 1, ways=found.ways, record=record())
    assert ahead.value == pytest.approx(coming(decision)[0].mean)
    for figure in (length, ahead):
        assert "V-1" in {one.ref for one in walk(figure)}


def test_a_bar_opens_into_its_ends_in_the_units_of_its_input(found: Answer) -> None:
    bars = {bar.key: bar for bar in tornado(found.decision)}
    quote = explain_bar(bars["quote"], found.decision)
    assert quote.value == pytest.approx(bars["quote"].swing)
    units = {one.key: one.unit.value for one in quote.inputs}
    assert units["bar.low"] == units["bar.turns_at"] == "money"
    rate = explain_bar(bars["rate"], found.decision)
    assert {one.key: one.unit.value for one in rate.inputs}["bar.low"] == "rate"
    assert quote.inputs[0].origin == Origin(Source.QUOTE, "Q-12")


def test_what_is_kept_survives_json_and_is_no_change(found: Answer) -> None:
    inputs = json.loads(json.dumps(inputs_kept(found.inputs), allow_nan=False))
    result = json.loads(json.dumps(result_kept(found.decision), allow_nan=False))
    assert input_changes(inputs, found.inputs) == ()
    assert all(one.was == one.now for one in result_changes(result, result_kept(found.decision)))
    assert {one.now for one in result_changes(result, None)} == {None}


def test_restated_keeps_what_was_typed_and_takes_the_rest_of_today(found: Answer) -> None:
    then = inputs_kept(edit(recorded(), FIELD["quote"], "777"))
    today = replace(recorded(), quote=90_000, price=400_000)
    inputs = restated(today, then)
    assert (inputs.quote, inputs.price) == (77_700, 400_000)
    assert inputs.origins["quote"].source is Source.OPERATOR
    changes = {one.field.name: (one.was, one.now) for one in input_changes(then, inputs)}
    assert changes == {"price": (360_000, 400_000)}


def test_what_nobody_can_see_is_no_change(found: Answer) -> None:
    then = inputs_kept(found.inputs)
    drifted = replace(
        found.inputs, other_work=found.inputs.other_work + 0.2, failures=(found.inputs.failures or 0) + 1e-5
    )
    assert input_changes(then, drifted) == ()
    assert len(input_changes(then, replace(found.inputs, quote=50_001))) == 1


def test_scenarios_have_names_of_their_own_and_say_what_sets_them_apart(found: Answer) -> None:
    first = Scenario(scenario_name(found.inputs, ()), found)
    assert first.name == "Model N"
    assert set_apart([first]) == ()
    other = replace(found, inputs=edit(found.inputs, FIELD["rate"], "5 %"))
    second = Scenario(scenario_name(other.inputs, [first]), other)
    assert second.name == "Model N 2"
    assert [field.name for field in set_apart([first, second])] == ["rate"]
    assert [field.name for field in set_apart([second])] == ["rate"]
    assert scenario_name(replace(found.inputs, challenger=""), [first, second]) == "a new unit"


def test_only_the_way_that_was_edited_is_drawn_anew(found: Answer) -> None:
    edited = edit(found.inputs, FIELD["failures"], "1.9")
    again, afresh = (answer(edited, seed=1, paths=PATHS, last=last) for last in (found, None))
    name = found.decision.standing.best.name
    assert again.decision.futures.ways[name] is found.decision.futures.ways[name]
    assert again.decision.futures.ways["keep"] is not found.decision.futures.ways["keep"]
    assert again.decision.gaps.tolist() == afresh.decision.gaps.tolist()
    more = edit(edited, FIELD["component"], "100")
    with_one = answer(more, seed=1, paths=PATHS, last=again)
    without = answer(edited, seed=1, paths=PATHS, last=with_one)
    assert without.decision.gaps.tolist() == afresh.decision.gaps.tolist()
