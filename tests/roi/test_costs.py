"""Yearly costs: prices that rise, cover, downtime inside cover, tax, refunds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.costs import Basis, Running, Stream, by_year, parts, payable, prices, refund

RUNNING = Running(
    repair=1_000,
    hours_down=5,
    hour_price=40,
    planned_hours=3,
    covered_years=1.5,
    escalator=0.10,
    streams=(Stream("energy", 600, escalator=0.05), Stream("contract", 200, free_years=1)),
)


def test_a_year_by_hand() -> None:
    failures, bills = np.array([2.0, 1.0, 0.0]), np.array([1.5, 2.0, 0.0])
    # year 1: repairs covered; down 2 x 5 h and 3 h planned at 44; energy 630; contract free
    # year 2: half the repairs, 2 x 1000 x 1.21 / 2; down 8 h at 48.4; energy 661.5; contract 200
    # year 3: down 3 h at 53.24; energy 694.575; contract 200
    costs = by_year(parts(RUNNING, 3), failures, bills)
    assert costs == pytest.approx([13 * 44 + 630, 1_210 + 8 * 48.4 + 661.5 + 200, 3 * 53.24 + 694.575 + 200])


def test_inside_cover_the_payer_pays_no_repair_but_the_unit_is_down() -> None:
    kinds = {(part.name, part.basis): part.by_year for part in parts(RUNNING, 2)}
    assert kinds["repairs", Basis.BILLS][0] == 0
    assert kinds["downtime", Basis.FAILURES][0] == pytest.approx(5 * 44)


def test_many_futures_at_once() -> None:
    failures = np.array([[0.0, 1.0], [3.0, 0.0]])
    one_by_one = [by_year(parts(RUNNING, 2), row, row) for row in failures]
    assert by_year(parts(RUNNING, 2), failures, failures) == pytest.approx(np.array(one_by_one))


def test_what_is_deducted_costs_less_by_the_tax() -> None:
    before, after = parts(RUNNING, 4), parts(RUNNING, 4, tax=0.3)
    for one, other in zip(before, after, strict=True):
        assert other.by_year == pytest.approx(0.7 * one.by_year)


def test_a_part_of_a_year_in_cover_counts_as_that_part() -> None:
    assert payable(1.25, 3) == pytest.approx([0, 0.75, 1])
    assert prices(0.02, 2) == pytest.approx([1.02, 1.0404])


def test_a_cancelled_contract_refunds_pro_rata() -> None:
    assert refund(1_200, 0.25) == 300
    with pytest.raises(InvalidInput):
        refund(1_200, 1.25)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"repair": math.nan}, "repair"),
        ({"repair": -1.0}, "repair"),
        ({"hours_down": -1.0}, "hours_down"),
        ({"hour_price": math.inf}, "hour_price"),
        ({"escalator": -1.0}, "repairs.escalator"),
        ({"covered_years": -0.5}, "repairs.free_years"),
    ],
)
def test_what_is_no_number_is_named(wrong: dict[str, float], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Running(**wrong)
    assert refused.value.field == field
    with pytest.raises(InvalidInput):
        Stream("energy", math.nan)
