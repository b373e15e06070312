"""Book and tax depreciation: hand-computed charges, and that everything is written off once."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import depreciation, tax_law
from dispatch_tui.roi.depreciation_macrs import Disposal, Placed, book_value, deductions, percentages

PERIODS = (3, 5, 7, 10, 15, 20)
QUARTERS = (None, 1, 2, 3, 4)


# -- book methods -----------------------------------------------------------------------------


def test_charges_of_the_excel_manual() -> None:
    # DB: 1,000,000 to 100,000 in 6 years, 7 months in the first
    charges = [depreciation.fixed_declining_balance(1e6, 1e5, 6, k, months=7) for k in range(1, 8)]
    expected = [186083.33, 259639.42, 176814.44, 120410.64, 81999.64, 55841.76, 15845.10]
    assert charges == pytest.approx(expected, abs=0.005)
    # VDB: 2,400 to 300 in 10 years; months 6 to 18, and the first 0.875 of a year at 150 %
    assert depreciation.variable_declining_balance(2400, 300, 120, 6, 18) == pytest.approx(396.31, abs=0.005)
    assert depreciation.variable_declining_balance(2400, 300, 120, 6, 18, 1.5) == pytest.approx(
        311.81, abs=0.005
    )
    assert depreciation.variable_declining_balance(2400, 300, 10, 0, 0.875, 1.5) == pytest.approx(315.0)


@pytest.mark.parametrize(
    ("life", "period", "charge"),
    [
        (1, 0.3, 100),  # below 1: the whole first charge
        (2.5, 0.3, 80),
        (2.5, 1, 80),
        (2.5, 1.3, 84.8),  # below 2: all up to there
        (2.5, 1.7, 91.2),
        (2.5, 2, 16),  # from 2 on: the period that ends there
        (2.5, 2.5, 0.5 * 16 + 0.5 * 3.2),
    ],
)
def test_declining_balance_of_parts_of_a_period(life: float, period: float, charge: float) -> None:
    assert depreciation.declining_balance(100, 0, life, period, 2) == pytest.approx(charge)


@given(cost=st.floats(1, 1e7), share=st.floats(0, 1), life=st.integers(1, 40), factor=st.floats(0.5, 5))
def test_nothing_is_written_off_twice(cost: float, share: float, life: int, factor: float) -> None:
    salvage = cost * share
    spread = cost - salvage
    digits = [depreciation.sum_of_years_digits(cost, salvage, life, k + 1) for k in range(life)]
    assert math.fsum(digits) == pytest.approx(spread, rel=1e-9, abs=1e-6)
    assert math.fsum(depreciation.straight_line_charges(cost, salvage, life, 5)) == pytest.approx(
        spread, rel=1e-9, abs=1e-6
    )
    whole = depreciation.variable_declining_balance(cost, salvage, life, 0, life, factor)
    assert whole == pytest.approx(spread, rel=1e-9, abs=1e-6)
    balance = [depreciation.declining_balance(cost, salvage, life, k + 1, factor) for k in range(life)]
    assert math.fsum(balance) <= spread * (1 + 1e-9) + 1e-6
    assert min(balance) >= 0


@given(life=st.integers(1, 30), cuts=st.lists(st.floats(0, 1), max_size=4), factor=st.floats(0.5, 4))
def test_parts_of_a_life_add_up(life: int, cuts: list[float], factor: float) -> None:
    edges = [0.0, *sorted(cut * life for cut in cuts), float(life)]
    parts = [
        depreciation.variable_declining_balance(1000, 100, life, a, b, factor) for a, b in pairwise(edges)
    ]
    assert math.fsum(parts) == pytest.approx(900, rel=1e-9)


def test_full_months_in_the_first_year() -> None:
    assert depreciation.straight_line_charges(1300, 100, 3, months=3) == pytest.approx((100, 400, 400, 300))


@pytest.mark.parametrize(
    ("asset", "field"),
    [((-1, 0, 5), "cost"), ((10, -1, 5), "salvage"), ((10, 1, 0), "life"), ((math.nan, 1, 5), "cost")],
)
def test_impossible_assets_are_refused(asset: tuple[float, float, float], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        depreciation.straight_line(*asset)
    assert refused.value.field == field


@pytest.mark.parametrize("period", [0, 6, -1])
def test_periods_outside_the_life_are_refused(period: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        depreciation.sum_of_years_digits(100, 10, 5, period)
    assert refused.value.field == "period"


# -- percentage tables ------------------------------------------------------------------------


@pytest.mark.parametrize("quarter", QUARTERS)
@pytest.mark.parametrize("years", PERIODS)
def test_every_column_sums_to_100_and_follows_the_method(years: int, quarter: int | None) -> None:
    printed = percentages(years, quarter)
    assert len(printed) == years + 1
    assert sum(Decimal(str(one)) for one in printed) == 100
    assert printed == pytest.approx(by_the_method(years, quarter), abs=0.015)


def by_the_method(years: int, quarter: int | None) -> list[float]:
    """Section 168(b) to (d): declining balance, even charges once these are higher, from the middle of a period."""
    speed = (2.0 if years <= 10 else 1.5) / years
    first = 0.5 if quarter is None else (9 - 2 * quarter) / 8
    left, gone, percents = 100.0, 0.0, []
    for year in range(years + 1):
        part = first if year == 0 else min(1.0, years - gone)
        charge = part * max(left * speed, left / (years - gone))
        percents.append(charge)
        left, gone = left - charge, gone + part
    return percents


def test_a_recovery_period_without_a_table_is_refused() -> None:
    with pytest.raises(InvalidInput, match="only for 3, 5, 7, 10, 15, 20") as refused:
        percentages(8)
    assert refused.value.field == "recovery_years"
    with pytest.raises(InvalidInput):
        percentages(5, quarter=5)


# -- deductions and disposal ------------------------------------------------------------------


def test_disposal_under_the_half_year_convention() -> None:
    placed = Placed(basis=100_000, recovery_years=5)
    assert deductions(placed, Disposal(3)) == pytest.approx((20_000, 32_000, 9_600))
    assert book_value(placed, Disposal(3)) == pytest.approx(38_400)
    assert deductions(placed, Disposal(1)) == (0.0,)
    # the table's last year is the half that was left: a sale in its middle loses nothing of it
    assert deductions(placed, Disposal(6)) == pytest.approx(deductions(placed))
    assert deductions(placed, Disposal(8)) == pytest.approx((*deductions(placed), 0, 0))


def test_disposal_under_the_mid_quarter_convention() -> None:
    placed = Placed(basis=10_000, recovery_years=5, quarter=4)
    assert deductions(placed, Disposal(2, 1)) == pytest.approx((500, 3_800 * 0.125))
    assert deductions(placed, Disposal(2, 4)) == pytest.approx((500, 3_800 * 0.875))
    # placed in the fourth quarter, the period ends in the middle of the sixth year's fourth quarter
    assert deductions(placed, Disposal(6, 4)) == pytest.approx(deductions(placed))
    assert deductions(placed, Disposal(6, 1))[-1] == pytest.approx(958 / 7)
    with pytest.raises(InvalidInput) as refused:
        deductions(placed, Disposal(2))
    assert refused.value.field == "disposal.quarter"


@given(
    years=st.sampled_from(PERIODS),
    quarter=st.sampled_from(QUARTERS),
    bonus=st.floats(0, 1),
    expensed=st.floats(0, 1000),
    sold=st.integers(1, 25),
)
def test_deductions_and_book_value_are_the_basis(
    years: int, quarter: int | None, bonus: float, expensed: float, sold: int
) -> None:
    placed = Placed(basis=1000, recovery_years=years, quarter=quarter, bonus=bonus, expensed=expensed)
    assert math.fsum(deductions(placed)) == pytest.approx(1000)
    disposal = Disposal(sold, 3)
    charged = deductions(placed, disposal)
    assert math.fsum(charged) + book_value(placed, disposal) == pytest.approx(1000)
    assert min(charged) >= 0
    assert len(charged) == sold


def test_what_is_expensed_comes_first_then_the_bonus() -> None:
    placed = Placed(basis=100_000, recovery_years=5, expensed=20_000, bonus=0.5)
    # 20,000 + half of 80,000, and 20 % of the other 40,000
    assert deductions(placed)[:2] == pytest.approx((68_000, 12_800))


# -- dated law --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("placed", "acquired", "share"),
    [
        ("2022-12-31", None, 1.0),
        ("2023-01-01", None, 0.8),
        ("2024-06-30", None, 0.6),
        ("2025-01-19", None, 0.4),
        ("2025-01-20", None, 1.0),
        ("2025-08-01", "2025-01-19", 0.4),
        ("2026-03-01", "2024-12-01", 0.2),
        ("2026-03-01", None, 1.0),
        ("2027-02-01", "2024-12-01", 0.0),
    ],
)
def test_bonus_share_by_date(placed: str, acquired: str | None, share: float) -> None:
    bought = date.fromisoformat(acquired) if acquired else None
    assert tax_law.bonus_share(date.fromisoformat(placed), bought) == share


def test_days_without_law_on_file_are_refused() -> None:
    with pytest.raises(InvalidInput, match="2017-09-28") as refused:
        tax_law.bonus_share(date(2016, 5, 1))
    assert refused.value.field == "placed"
    with pytest.raises(InvalidInput, match="2018 to 2026"):
        tax_law.section_179_limit(2017)
    with pytest.raises(InvalidInput) as late:
        tax_law.bonus_share(date(2024, 1, 1), acquired=date(2024, 2, 1))
    assert late.value.field == "acquired"


@pytest.mark.parametrize(
    ("wanted", "bought", "income", "allowed"),
    [
        (50_000, 50_000, 1e6, 50_000),
        (2_000_000, 2_000_000, 1e7, 1_220_000),
        (1_220_000, 3_150_000, 1e7, 1_120_000),
        (1_220_000, 5_000_000, 1e7, 0),
        (50_000, 50_000, 20_000, 20_000),
        (50_000, 50_000, -1, 0),
    ],
)
def test_section_179_of_2024(wanted: float, bought: float, income: float, allowed: float) -> None:
    assert tax_law.section_179(2024, wanted, bought, income) == allowed
