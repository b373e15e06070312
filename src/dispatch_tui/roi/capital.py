"""What owning costs: price or payments, changeover, tax depreciation, and what it fetches when it goes.

Every function gives one value for each life: element ``n - 1`` is for a unit that is kept n years. Rates are per
year and nominal; present values are minor units at the start. Tax depreciation rests on the price as paid: prices
rise, it does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.costs import Array, prices
from dispatch_tui.roi.depreciation_macrs import Placed, deductions


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Tax depreciation: ``shares`` of the cost by year, the first first.

    In the year of a sale only ``in_year_of_sale`` of that year's share counts (a half under the half-year
    convention, 1 where the law knows no such rule).
    """

    shares: tuple[float, ...]
    in_year_of_sale: float = 1.0
    name: str = ""
    """As people call it, for explanations."""

    def __post_init__(self) -> None:
        if min(self.shares, default=0.0) < 0 or math.fsum(self.shares) > 1 + 1e-9:
            raise InvalidInput("write_off", "shares must be 0 or above and no more than the cost in all")

    def taken(self, years: int) -> Array:
        """What is written off by year (columns) for a sale at the end of year n (row n - 1): (years, years)."""
        shares = np.zeros(years)
        shares[: len(self.shares)] = self.shares[:years]
        # A share that ends the recovery period is not cut: nothing was left to be recovered after it.
        sale = np.where(np.arange(1, years + 1) < len(self.shares), self.in_year_of_sale, 1.0)
        if self.in_year_of_sale < 1:
            sale[0] = 0.0  # such laws allow nothing for what is bought and sold within one year
        return np.asarray(np.tril(np.tile(shares, (years, 1)), -1) + np.diag(shares * sale))

    def book(self, years: int) -> Array:
        """The share of the cost still on the books at a sale after each number of years."""
        return np.asarray(1 - self.taken(years).sum(axis=1))

    def worth(self, rate: float, years: int) -> Array:
        """Deductions up to the sale brought to the start, as a share of the cost; without the book value left."""
        return np.asarray(self.taken(years) @ discount(rate, years))


NO_WRITE_OFF = WriteOff(())


def macrs(
    recovery_years: int, quarter: int | None = None, *, expensed: float = 0.0, bonus: float = 0.0
) -> WriteOff:
    """The tax depreciation of the United States; ``expensed`` (section 179) and ``bonus`` as shares of the cost.

    Sales fall into the last quarter under the mid-quarter convention (``quarter`` of the purchase, 1 to 4).
    """
    placed = Placed(basis=1.0, recovery_years=recovery_years, quarter=quarter, expensed=expensed, bonus=bonus)
    return WriteOff(deductions(placed), 0.5 if quarter is None else 7 / 8)


def straight_line(years: int) -> WriteOff:
    """An even share in each of ``years`` years."""
    if years < 1:
        raise InvalidInput("write_off", "must take 1 year or more")
    return WriteOff((1 / years,) * years)


@dataclass(frozen=True, slots=True)
class Resale:
    """What a unit fetches: ``today`` now, less by the share ``fall`` each year, never under ``scrap``."""

    today: float = 0.0
    fall: float = 0.0
    scrap: float = 0.0

    def after(self, years: int, rise: float = 0.0) -> Array:
        """The price at the end of each year, in the money of that year."""
        left = (1 - self.fall) ** np.arange(1, years + 1)
        return np.asarray(np.maximum(self.today * left, self.scrap) * prices(rise, years))


WORTHLESS = Resale()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """Another way to pay than at once: ``now``, then ``by_year`` at the end of each year, as contracted.

    ``deductible`` is the part of each payment that lowers the taxed income; ``owed`` what must be paid to end it
    after each year. ``owned``: the unit is the payer's, to write off and to sell.
    """

    now: float
    by_year: tuple[float, ...]
    deductible: tuple[float, ...]
    owed: tuple[float, ...]
    owned: bool


def loan(price: float, rate: float, years: int, down: float = 0.0) -> Payments:
    """An annuity loan of ``price`` less ``down``: even payments over ``years``, of which the interest is deducted."""
    if years < 1 or rate < 0 or not 0 <= down <= price:
        raise InvalidInput(
            "loan", "needs 1 year or more, a rate of 0 or above, and a down payment within the price"
        )
    owed, payment = price - down, (price - down) / annuity(rate, years)[-1]
    interest, left = [], []
    for _ in range(years):
        interest.append(owed * rate)
        owed = owed * (1 + rate) - payment
        left.append(max(owed, 0.0))
    return Payments(
        now=down, by_year=(payment,) * years, deductible=tuple(interest), owed=tuple(left), owned=True
    )


def lease(yearly: float, years: int, now: float = 0.0) -> Payments:
    """A lease over ``years``: who gives the unit back early pays what is left of it."""
    if years < 1 or yearly < 0 or now < 0:
        raise InvalidInput("lease", "needs 1 year or more and payments of 0 or above")
    left = tuple(yearly * (years - year) for year in range(1, years + 1))
    return Payments(now=now, by_year=(yearly,) * years, deductible=(yearly,) * years, owed=left, owned=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeover:
    """What it takes to get the new unit into service. ``overrun`` is by how much such jobs exceed their plan."""

    delivery: float = 0.0
    installing: float = 0.0
    moving_data: float = 0.0
    training: float = 0.0
    lost_days: float = 0.0
    day_price: float = 0.0
    overrun: float = 0.0

    @property
    def planned(self) -> float:
        return (
            self.delivery
            + self.installing
            + self.moving_data
            + self.training
            + self.lost_days * self.day_price
        )

    @property
    def total(self) -> float:
        return self.planned * (1 + self.overrun)


NO_CHANGEOVER = Changeover()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owning:
    """How a new unit is acquired and what becomes of it. Without ``payments`` the price is paid at once."""

    price: float
    changeover: Changeover = NO_CHANGEOVER
    resale: Resale = WORTHLESS
    write_off: WriteOff = NO_WRITE_OFF
    payments: Payments | None = None


def capital(owning: Owning, rate: float, years: int, *, rise: float = 0.0, tax: float = 0.0) -> Array:
    """Present cost after tax of owning a new unit for each number of years up to ``years``.

    ``P + changeover (1 - t) - t sum v^k D_k - v^n (S_n - t (S_n - B_n))``; with payments, these in place of P.
    """
    worn = discount(rate, years)
    found = np.full(years, owning.changeover.total * (1 - tax), dtype=np.float64)
    payments = owning.payments
    if payments is None:
        found += owning.price
    else:
        found += paid(payments, rate, years, tax)
    if payments is None or payments.owned:
        found -= tax * owning.price * owning.write_off.worth(rate, years)
        sold = owning.resale.after(years, rise)
        book = owning.price * owning.write_off.book(years)
        found -= worn * after_tax_sale(sold, book, tax)
    return found


def paid(payments: Payments, rate: float, years: int, tax: float) -> Array:
    """Present cost of the payments of a unit that goes after n years, with what it takes to end them then."""
    flows, less, owed = (np.zeros(years) for _ in range(3))
    for into, values in ((flows, payments.by_year), (less, payments.deductible), (owed, payments.owed)):
        into[: len(values)] = values[:years]
    worn = discount(rate, years)
    ending = owed if payments.owned else owed * (1 - tax)
    now = payments.now if payments.owned else payments.now * (1 - tax)
    return np.asarray(now + np.cumsum((flows - tax * less) * worn) + ending * worn)


def after_tax_sale(market: Array, book: Array, tax: float) -> Array:
    """``MV' = MV - t (MV - BV)``: tax on a gain, relief on a loss."""
    return np.asarray(market - tax * (market - book))


def repair_share(write_off: WriteOff | None, rate: float, years: int, tax: float) -> Array:
    """What 1 of repair quote costs after tax, by how long the unit is kept; without a ``write_off`` it is expensed."""
    if write_off is None:
        return np.full(years, 1 - tax)
    left = write_off.book(years) * discount(rate, years)
    return np.asarray(1 - tax * (write_off.worth(rate, years) + left))


def discount(rate: float, years: int) -> Array:
    """What 1 at the end of each year is worth at the start."""
    return np.asarray((1 + rate) ** -np.arange(1, years + 1, dtype=np.float64))


def annuity(rate: float, years: int) -> Array:
    """What 1 at the end of each of n years is worth at the start, for n of 1 to ``years`` (P/A)."""
    return np.asarray(np.cumsum(discount(rate, years)))
