"""What owning costs, by hand: write-off and sale, loans and leases, changeover."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import (
    Changeover,
    Owning,
    Resale,
    WriteOff,
    annuity,
    capital,
    discount,
    lease,
    loan,
    macrs,
    repair_share,
    straight_line,
)
from dispatch_tui.roi.depreciation_macrs import Disposal, Placed, deductions

MACRS_5 = macrs(5)


def test_before_tax_owning_is_price_less_what_it_fetches() -> None:
    owning = Owning(price=1_000, resale=Resale(1_000, 0.4, scrap=100))
    # fetches 600, 360, 216, 129.6, then never less than 100
    assert capital(owning, 0.10, 6) == pytest.approx(
        1_000 - np.array([600, 360, 216, 129.6, 100, 100]) * discount(0.10, 6)
    )


def test_the_year_of_a_sale_counts_half_under_the_half_year_convention() -> None:
    # sold in year 3: 20 % + 32 % + half of 19.2 %
    assert MACRS_5.taken(7)[2, :3] == pytest.approx([0.20, 0.32, 0.096])
    assert MACRS_5.book(7)[2] == pytest.approx(1 - 0.616)
    # the last share of the recovery period is not cut again, and after it nothing is left
    assert MACRS_5.book(7)[5:] == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.parametrize(("recovery", "quarter"), [(3, None), (5, None), (7, 1), (7, 4), (15, None)])
def test_the_write_off_of_the_law_year_by_year(recovery: int, quarter: int | None) -> None:
    placed = Placed(basis=1.0, recovery_years=recovery, quarter=quarter, bonus=0.4)
    ours = macrs(recovery, quarter, bonus=0.4).taken(12)
    for year in range(1, 13):
        law = deductions(placed, Disposal(year, 4 if quarter else None))
        assert ours[year - 1, : len(law)].sum() == pytest.approx(sum(law)), year


def test_tax_on_a_sale_and_the_shield_by_hand() -> None:
    owning = Owning(price=1_000, resale=Resale(1_000, 0.5), write_off=straight_line(4))
    # kept two years: writes off 250 and 250, book 500, sold at 250: a loss of 250 that saves 75
    shield = 0.3 * (250 / 1.1 + 250 / 1.21)
    assert capital(owning, 0.10, 2, tax=0.3)[1] == pytest.approx(1_000 - shield - (250 + 75) / 1.21)


def test_a_loan_at_the_own_rate_changes_nothing_before_tax() -> None:
    resale = Resale(1_000, 0.3)
    cash = Owning(price=1_000, resale=resale)
    financed = Owning(price=1_000, resale=resale, payments=loan(1_000, 0.08, 5, down=200))
    assert capital(financed, 0.08, 8) == pytest.approx(capital(cash, 0.08, 8))
    dear = Owning(price=1_000, resale=resale, payments=loan(1_000, 0.12, 5))
    assert (capital(dear, 0.08, 5) > capital(cash, 0.08, 5)).all()


def test_a_lease_costs_its_payments_and_who_leaves_early_pays_the_rest() -> None:
    leased = Owning(price=1_000, payments=lease(250, 4, now=50))
    costs = capital(leased, 0.10, 6)
    assert costs[3] == pytest.approx(50 + 250 * annuity(0.10, 4)[-1])
    assert costs[1] == pytest.approx(50 + 250 / 1.1 + (250 + 500) / 1.21)
    assert capital(leased, 0.10, 4, tax=0.25) == pytest.approx(0.75 * costs[:4])


def test_changeover_with_its_overrun() -> None:
    job = Changeover(
        delivery=100, installing=200, moving_data=50, training=80, lost_days=2, day_price=300, overrun=0.25
    )
    assert job.planned == 1_030
    assert job.total == pytest.approx(1_287.5)
    assert capital(Owning(price=0, changeover=job), 0.1, 1, tax=0.2)[0] == pytest.approx(1_030)


def test_a_capitalised_repair_costs_more_than_one_deducted_at_once() -> None:
    assert repair_share(None, 0.10, 3, 0.3) == pytest.approx([0.7, 0.7, 0.7])
    spread = repair_share(straight_line(4), 0.10, 3, 0.3)
    # kept two years: a quarter is deducted in each, the half that is left at the end of the second
    assert spread[1] == pytest.approx(1 - 0.3 * (0.25 / 1.1 + 0.75 / 1.21))
    assert (spread > 0.7).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: WriteOff((0.7, 0.7)),
        lambda: WriteOff((-0.1, 0.5)),
        lambda: straight_line(0),
        lambda: loan(100, -0.1, 3),
        lambda: loan(100, 0.1, 3, down=200),
        lambda: lease(100, 0),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(InvalidInput):
        wrong()
