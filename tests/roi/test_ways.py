"""Several challengers at once, and all ways forward beside each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.capital import annuity
from dispatch_tui.roi.case import COMPONENT, KEEP
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.explain_years import explain_bar
from dispatch_tui.roi.fields import BY_NAME
from dispatch_tui.roi.figures import walk
from dispatch_tui.roi.inputs import Inputs, edit, sharing
from dispatch_tui.roi.kept import input_changes, inputs_kept, restated
from dispatch_tui.roi.marks import Flag, Origin, Source
from dispatch_tui.roi.sensitivity import tornado
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.roi.ways import explain_way, ways
from tests.roi.test_inputs import PATHS, asked, recorded


def rival(name: str, price: int) -> Inputs:
    origins = {**recorded().origins, "challenger.price": Origin(Source.CATALOGUE, name)}
    return replace(recorded(), challenger=name, price=price, origins=origins)


def of_three(*names: str) -> Answer:
    prices = {"Model N": 360_000, "Dear": 500_000, "Cheap": 240_000}
    first, *others = (rival(name, prices[name]) for name in names)
    return answer(first, *others, seed=7, paths=PATHS)


def test_the_best_of_several_decides_in_any_order() -> None:
    one, other = of_three("Model N", "Dear", "Cheap"), of_three("Cheap", "Dear", "Model N")
    assert one.decision.standing.best.name == other.decision.standing.best.name == "Cheap"
    assert one.decision.probability == other.decision.probability
    assert one.decision.saving == other.decision.saving
    alone = answer(rival("Cheap", 240_000), seed=7, paths=PATHS).decision
    assert one.decision.standing.plan.least == pytest.approx(alone.standing.plan.least)


def test_all_ways_stand_in_order_with_what_each_costs_more() -> None:
    inputs = replace(rival("Cheap", 240_000), component=6_000, component_name="Pump", component_share=0.5)
    others = [
        sharing(rival(name, price), inputs) for name, price in (("Dear", 500_000), ("Model N", 360_000))
    ]
    decision = answer(inputs, *others, seed=7, paths=PATHS).decision
    found = ways(decision)
    assert {one.key for one in found} == {KEEP, COMPONENT, "new:Cheap", "new:Dear", "new:Model N"}
    assert [one.more for one in found] == sorted(one.more for one in found)
    assert found[0].more == 0
    by_key = {one.key: one for one in found}
    assert by_key["new:Dear"].more > by_key["new:Model N"].more > by_key["new:Cheap"].more
    compared = float(annuity(0.08, 10)[-1])
    keep, new = by_key[KEEP], by_key["new:Cheap"]
    assert (keep.more - new.more) * compared == pytest.approx(decision.standing.plans[0].least)
    assert (keep.outlay, by_key[COMPONENT].outlay) == (50_000, 6_000)
    assert new.yearly == pytest.approx(decision.standing.best.cost)
    assert by_key[COMPONENT].name == "Only Pump"


def test_a_way_opens_into_its_cost_for_each_number_of_years() -> None:
    decision = of_three("Model N", "Dear").decision
    for one in ways(decision):
        figure = explain_way(decision, one.key)
        assert figure.value == pytest.approx(one.more)
        cost, outlay = figure.inputs
        assert outlay.value == one.outlay
        at_best = cost.inputs[one.years - 1]
        assert at_best.value == pytest.approx(one.yearly)
    with pytest.raises(KeyError):
        explain_way(decision, "new:nobody")


def test_the_reasons_are_those_of_the_challenger_that_won() -> None:
    found = of_three("Model N", "Cheap")
    prices = [one for one in walk(explain(found.decision)["replace.euac"]) if one.key == "challenger.price"]
    assert {one.origin.note for one in prices} == {"Cheap"}
    assert found.best.challenger == "Cheap"
    bars = {one.key: one for one in tornado(found.decision)}
    for name in ("Cheap", "Model N"):
        if f"challenger.{name}.price" in bars:
            origin = explain_bar(bars[f"challenger.{name}.price"], found.decision).inputs[0].origin
            assert origin == Origin(Source.CATALOGUE, name)


def test_the_verdict_names_the_challenger_where_there_are_several() -> None:
    found = of_three("Model N", "Cheap")
    dear = [replace(one, quote=900_000, repair=400_000) for one in (found.inputs, *found.rivals)]
    said = verdict(answer(*dear, seed=7, paths=PATHS).decision)
    assert said.sentence.startswith("Replace by Cheap: over 10 years")
    assert verdict(asked(dear[1]).decision).sentence.startswith("Replace: over 10 years")


def test_what_is_not_the_challengers_own_is_shared() -> None:
    hand = edit(edit(rival("Cheap", 240_000), BY_NAME["quote"], "900"), BY_NAME["price"], "2,300")
    other = replace(rival("Dear", 500_000), flags=(Flag("challenger_currency", "Dear is priced in USD."),))
    shared = sharing(other, hand)
    assert (shared.challenger, shared.price, shared.quote) == ("Dear", 500_000, 90_000)
    assert shared.origins["quote"].source is Source.OPERATOR
    assert shared.origins["challenger.price"].source is Source.CATALOGUE
    assert [flag.code for flag in shared.flags] == ["challenger_currency"]
    assert sharing(hand, shared).flags == ()


def test_several_challengers_are_kept_and_asked_again() -> None:
    hand, other = rival("Cheap", 240_000), edit(rival("Dear", 500_000), BY_NAME["price"], "4,500")
    kept = inputs_kept(hand, other)
    (of_other,) = kept["rivals"]
    again = restated(rival("Dear", 510_000), of_other)
    assert again.price == 450_000
    changes = input_changes(kept, replace(hand, price=250_000), replace(again, life=9))
    assert [(one.challenger, one.field.name, one.now) for one in changes] == [
        ("", "price", 250_000),
        ("Dear", "life", 9),
    ]
