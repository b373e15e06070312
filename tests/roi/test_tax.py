"""Tax on sales, repairs and results, by hand and by its laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import finance, tax

MONEY = st.floats(0, 1e7)


def test_a_sale_above_and_below_book_value() -> None:
    assert tax.after_tax_sale(8_000, 7_500, 0.34) == pytest.approx(7_830)
    assert tax.tax_on_sale(6_000, 7_500, 0.34) == pytest.approx(-510)
    assert tax.after_tax_sale(6_000, 7_500, 0.34) == pytest.approx(6_510)


def test_a_repair_expensed_and_capitalised() -> None:
    assert tax.repair_after_tax(1_000, 0.25, 0.10) == 750
    # two deductions of 500 save 125 each
    assert tax.repair_after_tax(1_000, 0.25, 0.10, [500, 500]) == pytest.approx(
        1_000 - 125 / 1.1 - 125 / 1.21
    )
    with pytest.raises(InvalidInput) as refused:
        tax.repair_after_tax(1_000, 0.25, 0.10, [500])
    assert refused.value.field == "capitalised"


@given(quote=st.floats(1, 1e6), share=st.floats(0, 0.6), rate=st.floats(0, 1), years=st.integers(1, 10))
def test_a_deduction_later_is_never_worth_more(quote: float, share: float, rate: float, years: int) -> None:
    later = tax.repair_after_tax(quote, share, rate, [quote / years] * years)
    assert later >= tax.repair_after_tax(quote, share, rate) - 1e-9 * quote
    assert later <= quote * (1 + 1e-12)


def test_flows_after_tax_by_hand() -> None:
    # 100 a year, written off at 60 and 40 of 120: 20 left in the books, sold for 30
    found = tax.after_tax_flows(120, [100, 100], [60, 40], 0.5, sale=30)
    assert found == pytest.approx((-120, 100 - 20, 100 - 30 + 30 - 5))
    with pytest.raises(InvalidInput) as refused:
        tax.after_tax_flows(120, [100], [60, 40], 0.5)
    assert refused.value.field == "deductions"


@given(market=MONEY, book=MONEY, quote=MONEY, earned=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12))
def test_who_pays_no_tax_computes_before_tax(
    market: float, book: float, quote: float, earned: list[float]
) -> None:
    assert tax.after_tax_sale(market, book, 0) == market
    assert tax.repair_after_tax(quote, 0, 0.1) == quote
    before = [-quote, *earned]
    before[-1] += market
    assert tax.after_tax_flows(quote, earned, [book / len(earned)] * len(earned), 0, market) == tuple(before)


@given(
    outlay=st.floats(1, 1e6),
    earned=st.lists(st.floats(0, 1e6), min_size=1, max_size=8),
    share=st.floats(0, 0.9),
)
def test_tax_in_sum_is_on_the_gain_in_sum(outlay: float, earned: list[float], share: float) -> None:
    charged = [outlay / len(earned)] * len(earned)
    flows = tax.after_tax_flows(outlay, earned, charged, share)
    profit = math.fsum(earned) - outlay
    assert math.fsum(flows) == pytest.approx(profit * (1 - share), rel=1e-9, abs=1e-6)
    assert tax.shield(share, 0.0, charged) == pytest.approx(share * outlay)


@given(
    outlay=st.integers(100, 10_000),
    yearly=st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=15),
    real=st.floats(0.0, 0.3),
    inflation=st.floats(0.0, 0.3),
)
def test_nominal_equals_real_before_tax(
    outlay: int, yearly: list[int], real: float, inflation: float
) -> None:
    nominal = [-outlay, *(flow * (1 + inflation) ** k for k, flow in enumerate(yearly, start=1))]
    found = finance.npv(finance.nominal_rate(real, inflation), nominal)
    assert found == pytest.approx(finance.npv(real, [-outlay, *yearly]), rel=1e-9, abs=1e-6)


def test_tax_depreciation_is_not_indexed() -> None:
    """After tax the two differ: inflation eats what a deduction fixed in money is worth."""
    real, inflation, share = 0.05, 0.04, 0.3
    steady = finance.npv(real, tax.after_tax_flows(300, [150] * 3, [100] * 3, share))
    prices = [150 * (1 + inflation) ** k for k in (1, 2, 3)]
    inflated = tax.after_tax_flows(300, prices, [100] * 3, share)
    assert finance.npv(finance.nominal_rate(real, inflation), inflated) < steady - 1


@pytest.mark.parametrize("share", [-0.1, 1.0, math.nan])
def test_a_tax_that_cannot_be_is_refused(share: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        tax.after_tax_sale(1, 1, share)
    assert refused.value.field == "tax"
