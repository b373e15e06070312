"""Time value of money: hand-computed tables and laws."""

from __future__ import annotations

import math
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput, NoAnswer
from dispatch_tui.roi import finance
from dispatch_tui.roi import finance_arrays as arrays

RATES = st.floats(0.0, 1.0)


def flows_with_roots(growths: list[float]) -> list[float]:
    """Flows that are worth nothing at each of these growths: the product of ``x - growth``, highest power first."""
    flows = [1.0]
    for growth in growths:
        flows = [a - growth * b for a, b in zip([*flows, 0.0], [0.0, *flows], strict=True)]
    return flows


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


def test_gradients_of_the_tables() -> None:
    # 10 % over 5 and over 10 years, as printed in the tables of the textbooks
    assert finance.arithmetic_gradient(0.10, 5) == pytest.approx(6.862, abs=5e-4)
    assert finance.arithmetic_gradient_annual(0.10, 10) == pytest.approx(3.7255, abs=5e-5)
    assert finance.sinking_fund(0.10, 5) == pytest.approx(0.1638, abs=5e-5)
    assert finance.arithmetic_gradient(0.0, 4) == 0 + 1 + 2 + 3
    assert finance.arithmetic_gradient(0.10, 1) == 0


@given(rate=RATES, growth=st.floats(-0.5, 1.0), years=st.integers(1, 40))
def test_geometric_gradients_are_sums(rate: float, growth: float, years: int) -> None:
    first_is_one = [0.0, *((1 + growth) ** k for k in range(years))]
    assert finance.geometric_gradient(rate, growth, years) == pytest.approx(finance.npv(rate, first_is_one))
    today_is_one = [0.0, *((1 + growth) ** k for k in range(1, years + 1))]
    assert finance.escalated_annuity_factor(rate, growth, years) == pytest.approx(
        finance.npv(rate, today_is_one)
    )


def test_escalation_at_the_rate_itself_costs_one_a_year() -> None:
    assert finance.escalated_annuity_factor(0.05, 0.05, 12) == pytest.approx(12)


def test_payments_without_an_end() -> None:
    assert finance.for_ever(0.08, 100) == 1250
    for rate in (0.0, -0.01):
        with pytest.raises(NoAnswer) as refused:
            finance.for_ever(rate, 100)
        assert refused.value.field == "rate"


@given(real=st.floats(-0.1, 0.5), inflation=st.floats(-0.1, 0.5))
def test_real_nominal_and_inflation_belong_together(real: float, inflation: float) -> None:
    nominal = finance.nominal_rate(real, inflation)
    assert finance.real_rate(nominal, inflation) == pytest.approx(real, abs=1e-12)
    assert finance.inflation_between(real, nominal) == pytest.approx(inflation, abs=1e-12)


def test_savings_to_investment_by_hand() -> None:
    ratio = finance.savings_to_investment(0.10, 100, [110, 121])
    assert ratio == pytest.approx(2.0)
    assert finance.adjusted_rate_of_return(ratio, 0.10, 2) == pytest.approx(1.1 * 2**0.5 - 1)
    with pytest.raises(NoAnswer):
        finance.adjusted_rate_of_return(-0.5, 0.10, 2)


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


@pytest.mark.parametrize(
    ("rate", "flows", "years"),
    [
        (0.1, [-100, 110], 1.0),
        (0.1, [-100, 0, 121], 2.0),
        (0.1, [-1000, 0, 1210], 2.0),
        (0.1, [-100, 0, 121, -1], None),  # back, and out again
        (0.1, [-100, 110 * (1 - 1e-9)], None),
        (0.0, [-0.7, *[0.1] * 7], 7.0),
        (0.0, [-0.7, *[0.1] * 6, 0.0999], None),
        (0.0, [-1e11, 1e11 - 1], None),  # minor units are whole: one is missing
        (0.0, [-1e11 - 3, 1e11, 3], 2.0),
    ],
)
def test_money_that_is_back_exactly_is_back(rate: float, flows: list[float], years: float | None) -> None:
    assert finance.payback_discounted(rate, flows) == years
    many = arrays.payback_discounted(rate, [flows, flows]).tolist()
    assert many == [math.inf if years is None else years] * 2


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


@pytest.mark.parametrize(
    ("growths", "roots"),
    [
        ([1.25, 1.25, 1.25], [(0.25, 3)]),
        ([1.1, 1.1, 1.1, 1.1], [(0.1, 4)]),
        ([1.05, 1.3, 1.3, 1.3], [(0.05, 1), (0.3, 3)]),
        ([0.5, 0.5, 1.2], [(-0.5, 2), (0.2, 1)]),
    ],
)
def test_every_root_has_its_multiplicity(growths: list[float], roots: list[tuple[float, int]]) -> None:
    found = finance.rates_of_return(flows_with_roots(growths))
    assert [one.multiplicity for one in found] == [times for _, times in roots]
    assert [one.rate for one in found] == pytest.approx([rate for rate, _ in roots], abs=1e-6)


def test_the_root_nearest_to_a_guess() -> None:
    flows = [-50, -100, 600, 300, -100]
    assert finance.irr(flows) == pytest.approx(1.8544178284461061)
    assert finance.irr(flows, near=-0.7) == pytest.approx(-0.7688954706807808)
    assert finance.irr(flows, near=0.1) == pytest.approx(1.8544178284461061)


def test_flows_that_change_sign_without_end_are_refused() -> None:
    with pytest.raises(NoAnswer) as refused:
        finance.rates_of_return([(-1.0) ** k for k in range(300)])
    assert refused.value.field == "flows"


def test_flows_without_a_rate_of_return() -> None:
    assert finance.rates_of_return([-1, 2, -3]) == ()
    with pytest.raises(InvalidInput, match="no internal rate"):
        finance.irr([-1, 2, -3])


@pytest.mark.parametrize("flows", [[], [0, 0], [5, 5], [-5, -1]])
def test_flows_of_one_sign_are_refused(flows: list[float]) -> None:
    with pytest.raises(NoAnswer) as refused:
        finance.rates_of_return(flows)
    assert refused.value.field == "flows"


@given(st.lists(st.integers(2, 400), min_size=1, max_size=4, unique=True))
def test_roots_of_a_polynomial_built_from_them(per_mille: list[int]) -> None:
    flows = flows_with_roots([1 + one / 100 for one in per_mille])
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


def test_excel_begins_with_the_earliest_date() -> None:
    first, second, third = date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)
    assert finance.npv_dated(0.1, [-100, 121, 110], [first, third, second]) == pytest.approx(100.0)
    assert finance.npv_dated(0.1, [-100, 110], [first, first]) == pytest.approx(10.0)
    assert finance.irr_dated([-100, 60.5, 55], [first, third, second]) == pytest.approx(0.1)
    for ask in (partial(finance.npv_dated, 0.1), finance.irr_dated):
        with pytest.raises(InvalidInput) as refused:
            ask([55, -100, 60.5], [second, first, third])
        assert refused.value.field == "dates"
    # the rate itself does not ask on which day the flows are valued
    (only,) = finance.rates_of_return_dated([55, -100, 60.5], [second, first, third])
    assert only.rate == pytest.approx(0.1)


def test_mirr_needs_money_both_ways() -> None:
    with pytest.raises(NoAnswer):
        finance.mirr([-1, -2], 0.1, 0.1)
