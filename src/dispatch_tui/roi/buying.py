"""How the new unit is bought, as the inputs state it: paid at once or in payments, and written off for tax."""

from __future__ import annotations

from typing import NamedTuple

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import (
    Changeover,
    Owning,
    Payments,
    Resale,
    WriteOff,
    lease,
    loan,
    straight_line,
)
from dispatch_tui.roi.case import LONGEST_HORIZON
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import Flag
from dispatch_tui.roi.tax_law import section_179_limit
from dispatch_tui.roi.typed import CASH, LEASE, LOAN
from dispatch_tui.roi.write_offs import is_macrs, write_off
from dispatch_tui.text import years_long


class Bought(NamedTuple):
    """How the new unit is owned, for how many years at most, and what a reader must know of that."""

    owning: Owning
    life: int
    flags: tuple[Flag, ...]


def bought(inputs: Inputs, name: str) -> Bought:
    """Price, changeover, payments and write-off of a challenger. Raises ``InvalidInput`` naming the field."""
    if inputs.price is None:
        raise InvalidInput("challenger.price", f"{name} has no price", "Enter a price.")
    if inputs.life is None:
        raise InvalidInput("challenger.life", f"{name} has no life", "Enter whole years of life.")
    _years_of("challenger.life", inputs.life)
    payments, life, flags = _payments(inputs, inputs.price, inputs.life, name)
    owning = Owning(
        price=inputs.price,
        changeover=Changeover(
            delivery=inputs.delivery,
            installing=inputs.changeover,
            moving_data=inputs.moving_data,
            training=inputs.training,
            lost_days=inputs.lost_days,
            day_price=inputs.day_price,
            overrun=inputs.overrun,
        ),
        resale=Resale(inputs.price, inputs.value_loss),
        write_off=_write_off(inputs, inputs.price, life),
        payments=payments,
    )
    return Bought(owning, life, flags)


def repair_write_off(inputs: Inputs) -> WriteOff | None:
    """How the repair is deducted; ``None``: at once. ``life`` is that of the unit as it was new."""
    return write_off(inputs.repair_tax, max(1, round(inputs.rated_life or 1)))


def book_write_off(inputs: Inputs) -> WriteOff:
    """How the unit's book value is written off: evenly, in whole years; nothing more where no years are left."""
    years = round(inputs.book_years)
    if years:
        _years_of("defender.book_years", years)
    return straight_line(years) if years else WriteOff(())


def _payments(
    inputs: Inputs, price: int, life: int, name: str
) -> tuple[Payments | None, int, tuple[Flag, ...]]:
    if inputs.paying == CASH:
        return None, life, ()
    term = inputs.finance_years
    if term is None:
        words = f"the {inputs.paying} of {name} has no term"
        raise InvalidInput("challenger.finance_years", words, "Enter whole years.")
    _years_of("challenger.finance_years", term)
    if inputs.paying == LOAN:
        if inputs.finance_rate is None:
            words = f"nobody has said what the loan for {name} costs"
            raise InvalidInput("challenger.finance_rate", words, "Enter its interest a year.")
        if inputs.down > price:
            raise InvalidInput("challenger.down", "is more than the price", "Enter a part of the price.")
        return loan(price, inputs.finance_rate, term, inputs.down), life, ()
    if inputs.paying == LEASE:
        if inputs.lease is None:
            words = f"nobody has said what leasing {name} costs a year"
            raise InvalidInput("challenger.lease", words, "Enter the payments of a year.")
        words = f"{name} goes back after its lease of {years_long(term)}; it is compared over these."
        flags = () if term == life else (Flag("lease_term", words),)
        return lease(inputs.lease, term, inputs.down), term, flags
    raise InvalidInput(
        "challenger.paying", f"{inputs.paying!r} is no way to pay", "Write cash, loan or lease."
    )


def _write_off(inputs: Inputs, price: int, life: int) -> WriteOff:
    """Bonus and section 179 go with MACRS; what is expensed must lie within the year's limit, where it is on file."""
    if not is_macrs(inputs.write_off):
        for name, value in (("bonus", inputs.bonus), ("expensed", inputs.expensed)):
            if value:
                raise InvalidInput(
                    f"challenger.{name}", "goes with MACRS only", "Set it to 0, or write macrs 7."
                )
        found = write_off(inputs.write_off, life)
        return found if found is not None else WriteOff((1.0,))
    if inputs.bonus > 1:
        raise InvalidInput("challenger.bonus", "must lie between 0 and 100 %")
    if inputs.expensed > price:
        raise InvalidInput("challenger.expensed", "is more than the price")
    most = _section_179(inputs, price)
    if most is not None and inputs.expensed > most:
        whole = f"{most / 10**inputs.digits:,.0f}"
        words = f"is beyond the {whole} that the law allows in {inputs.on:%Y}"
        raise InvalidInput("challenger.expensed", words, f"Enter {whole} or less.")
    share = inputs.expensed / price if price else 0.0
    found = write_off(inputs.write_off, life, bonus=inputs.bonus, expensed=share)
    assert found is not None
    return found


def _section_179(inputs: Inputs, price: int) -> float | None:
    """The most that may be expensed this year, minor units; ``None`` where the law of the year is not on file."""
    if inputs.on is None or not inputs.expensed:
        return None
    try:
        law = section_179_limit(inputs.on.year)
    except InvalidInput:
        return None
    minor = float(10**inputs.digits)
    return max(0.0, law.limit * minor - max(0.0, price - law.threshold * minor))


def _years_of(field: str, years: int) -> None:
    """Raises ``InvalidInput`` for more years than are ever compared: nothing is laid out for a million of them."""
    if not 1 <= years <= LONGEST_HORIZON:
        raise InvalidInput(field, f"must be 1 to {LONGEST_HORIZON} whole years")
