"""The tornado and the values at which the verdict turns."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from dispatch_tui.roi.case import Case, Component
from dispatch_tui.roi.decision import Decision, decide
from dispatch_tui.roi.levers import levers
from dispatch_tui.roi.replacement import weigh
from dispatch_tui.roi.sensitivity import Z80, Bar, tornado
from tests.roi.cases import case, challenger, drawn


def decided(one: Case) -> Decision:
    return decide(one, drawn(one, paths=3_000))


def bar(decision: Decision, key: str) -> Bar:
    return next(one for one in tornado(decision) if one.key == key)


def test_the_longest_bar_is_on_top_and_every_input_has_one() -> None:
    found = tornado(decided(case()))
    assert [one.swing for one in found] == sorted((one.swing for one in found), reverse=True)
    assert {one.key for one in found} >= {
        "quote",
        "rate",
        "defender.failures",
        "defender.repair",
        "defender.energy",
        "defender.downtime.price",
        "challenger.price",
        "challenger.failures",
        "challenger.life",
    }


def test_a_bar_is_the_answer_with_that_input_at_its_p10_and_p90() -> None:
    decision = decided(replace(case(), spread={"quote": 0.2}))
    found = bar(decision, "quote")
    unit = decision.case.defender
    for value, saving in ((found.low, found.saving_low), (found.high, found.saving_high)):
        moved = replace(decision.case, defender=replace(unit, quote=value))
        assert weigh(moved, decision.futures.means).yearly == pytest.approx(saving)
    assert found.high / found.low == pytest.approx(math.exp(2 * Z80 * 0.2))


def test_at_the_turning_value_both_ways_cost_the_same() -> None:
    decision = decided(case())
    turning = {one.key: one.turns_at for one in tornado(decision) if one.turns_at is not None}
    assert turning["quote"] == pytest.approx(decision.limit.mean, rel=1e-6)
    for lever in levers(decision.case):
        if lever.key in turning and not lever.whole:
            moved = lever.pull(decision.case, turning[lever.key] / lever.value)
            assert weigh(moved, decision.futures.means).yearly == pytest.approx(0, abs=1.0)


def test_a_bar_is_marked_where_it_flips_the_verdict() -> None:
    for one in tornado(decided(case())):
        if one.key != "challenger.life":
            assert one.flips == ((one.saving_low > 0) != (one.saving_high > 0))


def test_several_challengers_are_told_apart_and_a_component_has_its_price() -> None:
    one = case(challengers=(challenger("A"), challenger("B", 110_000)))
    unit = replace(one.defender, component=Component(name="Motor", price=3_000, share=0.4))
    keys = {lever.key for lever in levers(replace(one, defender=unit))}
    assert {"challenger.A.price", "challenger.B.price", "component.price"} <= keys


def test_pulling_a_lever_moves_its_input_and_nothing_else() -> None:
    one = case(inflation=0.02)
    for lever in levers(one):
        moved = {each.key: each.value for each in levers(lever.pull(one, 2.0))}
        before = {each.key: each.value for each in levers(one)}
        assert moved.pop(lever.key) == pytest.approx(2 * before.pop(lever.key)), lever.key
        assert moved == pytest.approx(before), lever.key
