"""Time value of money: hand-computed tables and laws."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import finance

RATES = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("rate", "flows", "value"),
    [
        (0.10, [-1000, 1100], 0.0),
        (0.10, [0, 110, 121], 200.0),
        (0.0, [-100, 40, 70], 10.0),
        (-0.5, [0, 1], 2.0),
    ],
)
def test_npv_by_hand(rate: float, flows: list[float], value: float) -> None:
    assert finance.npv(rate, flows) == pytest.approx(value, abs=1e-12)


def test_excel_counts_its_first_flow_as_one_period_away() -> None:
    assert finance.npv_excel(0.10, [110, 121]) == pytest.approx(200)
    assert finance.npv_excel(0.10, [110]) == pytest.approx(finance.npv(0.10, [110]) / 1.10)


@pytest.mark.parametrize("rate", [-1.0, math.nan, math.inf])
def test_npv_refuses_a_rate_without_meaning(rate: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        finance.npv(rate, [1, 2])
    assert refused.value.field == "rate"


def test_capital_recovery_by_hand() -> None:
    # 1 at 10 % over 2 years: 1.21 / 2.1
    assert finance.capital_recovery(0.10, 2) == pytest.approx(1.21 / 2.1, rel=1e-14)
    assert finance.capital_recovery(0.0, 4) == 0.25


def test_capital_recovery_keeps_its_digits_at_tiny_rates() -> None:
    assert finance.capital_recovery(1e-12, 10) == pytest.approx(0.1 * (1 + 5.5e-12), rel=1e-15)


@given(rate=RATES, years=st.integers(1, 60), present=st.integers(-(10**12), 10**12))
def test_equivalent_annual_is_worth_what_it_stands_for(rate: float, years: int, present: int) -> None:
    yearly = finance.equivalent_annual(rate, years, present)
    assert finance.npv(rate, [0, *[yearly] * years]) == pytest.approx(present, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("flows", "years"),
    [
        ([-100, 60, 60], 1 + 40 / 60),
        ([-100, 100], 1.0),
        ([-100, 10, 10], None),
        ([0, 5], 0.0),
        ([20, 5], 0.0),
        ([-100, 120, -50, 40], 2 + 30 / 40),  # back after a year, out again, back for good in the third
        ([-100, 120, -50], None),
    ],
)
def test_payback_by_hand(flows: list[float], years: float | None) -> None:
    found = finance.payback(flows)
    assert found is None if years is None else found == pytest.approx(years)


def test_discounted_payback_is_later() -> None:
    # 60/1.1 = 54.545, 60/1.21 = 49.587: 45.455 of the second year's 49.587 are needed
    found = finance.payback_discounted(0.10, [-100, 60, 60])
    assert found == pytest.approx(1 + (100 - 60 / 1.1) / (60 / 1.21))


def test_all_rates_of_return_are_found() -> None:
    # (1+r) = 1.1 and 1.2: -(x-1.1)(x-1.2) = -x^2 + 2.3 x - 1.32
    rates = finance.rates_of_return([-1, 2.3, -1.32])
    assert [one.rate for one in rates] == pytest.approx([0.1, 0.2], abs=1e-9)
    assert not any(one.double for one in rates)


def test_a_double_root_is_one_rate_and_says_so() -> None:
    # -(x - 1.25)^2, where a sign scan sees nothing
    (only,) = finance.rates_of_return([-1, 2.5, -1.5625])
    assert only.rate == pytest.approx(0.25, abs=1e-6)
    assert only.double


def test_flows_without_a_rate_of_return() -> None:
    assert finance.rates_of_return([-1, 2, -3]) == ()
    with pytest.raises(InvalidInput, match="no internal rate"):
        finance.irr([-1, 2, -3])


@pytest.mark.parametrize("flows", [[], [0, 0], [5, 5], [-5, -1]])
def test_flows_of_one_sign_are_refused(flows: list[float]) -> None:
    with pytest.raises(InvalidInput) as refused:
        finance.rates_of_return(flows)
    assert refused.value.field == "flows"


@given(st.lists(st.integers(2, 400), min_size=1, max_size=4, unique=True))
def test_roots_of_a_polynomial_built_from_them(per_mille: list[int]) -> None:
    flows = [1.0]
    for one in per_mille:  # times (x - (1 + r)), highest power first
        growth = 1 + one / 100
        flows = [a - growth * b for a, b in zip([*flows, 0.0], [0.0, *flows], strict=True)]
    found = [one.rate for one in finance.rates_of_return(flows)]
    assert found == pytest.approx(sorted(one / 100 for one in per_mille), rel=1e-3)


@given(st.integers(1, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=40), st.floats(1e-3, 1e3))
def test_one_outlay_has_one_rate_whatever_the_currency(outlay: int, back: list[int], scale: float) -> None:
    flows = [-outlay, *back]
    if not any(back):
        return
    (only,) = finance.rates_of_return(flows)
    terms = [abs(flow) / (1 + only.rate) ** k for k, flow in enumerate(flows)]
    assert finance.npv(only.rate, flows) == pytest.approx(0, abs=1e-9 * sum(terms))
    (scaled,) = finance.rates_of_return([flow * scale for flow in flows])
    assert scaled.rate == pytest.approx(only.rate, rel=1e-9, abs=1e-12)


def test_dated_flows_need_a_date_each() -> None:
    with pytest.raises(InvalidInput) as refused:
        finance.npv_dated(0.1, [1, 2], [date(2026, 1, 1)])
    assert refused.value.field == "dates"


def test_mirr_needs_money_both_ways() -> None:
    with pytest.raises(InvalidInput):
        finance.mirr([-1, -2], 0.1, 0.1)
