"""Loans and leases: published payments, and that they pay back what was borrowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import finance, loans
from dispatch_tui.roi.loans import Loan


def test_a_payment_of_the_books() -> None:
    # the documentation of PMT: 10,000 at 8 % a year over 10 months, at the end and in advance
    assert loans.payment(Loan(principal=10_000, rate=0.08 / 12, periods=10)) == pytest.approx(
        1037.03, abs=0.005
    )
    early = Loan(principal=10_000, rate=0.08 / 12, periods=10, in_advance=True)
    assert loans.payment(early) == pytest.approx(1030.16, abs=0.005)


@given(
    principal=st.floats(1, 1e7),
    rate=st.floats(1e-4, 0.05),
    periods=st.integers(1, 120),
    share=st.floats(0, 0.5),
    in_advance=st.booleans(),
)
def test_what_is_paid_is_worth_what_was_borrowed(
    principal: float, rate: float, periods: int, share: float, in_advance: bool
) -> None:
    loan = Loan(
        principal=principal, rate=rate, periods=periods, balloon=share * principal, in_advance=in_advance
    )
    listed = loans.instalments(loan)
    flow = [0.0] * (periods + 1)
    for k, one in enumerate(listed):
        flow[k if in_advance else k + 1] += one.paid
    flow[-1] += loan.balloon
    assert finance.npv(rate, flow) == pytest.approx(principal, rel=1e-9)
    assert listed[-1].owed == pytest.approx(loan.balloon, rel=1e-6, abs=1e-6 * principal)
    paid = sum(one.paid for one in listed) + loan.balloon
    assert paid - sum(one.interest for one in listed) == pytest.approx(principal, rel=1e-8)
    worth = loans.present_value(rate, periods, loans.payment(loan), loan.balloon, in_advance=in_advance)
    assert worth == pytest.approx(principal, rel=1e-9)


def test_signs_of_what_a_lease_is_worth() -> None:
    assert loans.present_value(0.10, 2, 100) == pytest.approx(100 / 1.1 + 100 / 1.21)
    assert loans.present_value(0.10, 1, 100, 50) == pytest.approx(150 / 1.1)
    assert loans.future_value(0.10, 2, 100, 50) == pytest.approx(100 * 1.1 + 100 + 50 * 1.21)


def test_by_year_with_the_balloon_in_the_last() -> None:
    loan = Loan(principal=1200, rate=0.0, periods=18, balloon=300)
    assert loans.by_year(loan, 12) == pytest.approx([(600.0, 0.0), (600.0, 0.0)])
    assert loans.by_year(Loan(principal=100, rate=0.1, periods=1), 12) == (pytest.approx((110, 10)),)


@pytest.mark.parametrize(("rate", "periods", "field"), [(-0.01, 12, "rate"), (0.01, 0, "periods")])
def test_impossible_loans_are_refused(rate: float, periods: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Loan(principal=100, rate=rate, periods=periods)
    assert refused.value.field == field
