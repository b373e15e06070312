"""The given amounts behind what is paid in a lump: purchase, payments, changeover, write-off, resale."""

from __future__ import annotations

from dispatch_tui.roi.capital import Owning, WriteOff
from dispatch_tui.roi.case import Case, Challenger
from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.ledger import (
    CHANGEOVER,
    LOANER,
    MARKET,
    ONCE,
    PAYMENTS,
    PURCHASE,
    QUOTE,
    REFUND,
    RELIEF,
    RESALE,
)
from dispatch_tui.roi.reasons import given


def lump_inputs(case: Case, key: str, name: str, way: str) -> tuple[Figure, ...]:
    """What a line of a ledger that is no yearly stream rests on; ``key`` is ``keep`` or ``replace``."""
    return _kept(case, name) if key == "keep" else _new(case, name, case.challenger(way))


def _kept(case: Case, name: str) -> tuple[Figure, ...]:
    unit = case.defender
    found = {
        QUOTE: ("quote", "Repair quote", unit.quote),
        MARKET: ("defender.market_value", "What it fetches today", unit.resale.today),
        LOANER: ("defender.loaner", "Loaner while it is repaired", unit.loaner),
        REFUND: ("defender.refund", "Contract refund on cancelling", unit.refund),
    }
    if name == RESALE:
        return (given(case, "value_loss", "Value lost a year", unit.resale.fall, Unit.RATE),)
    if name == RELIEF:
        book = given(case, "defender.book", "Book value", unit.book, Unit.MONEY)
        return (_tax(case), book, *_shares(case, "defender.book_years", unit.write_off))
    if name == f"{RELIEF} of the repair":
        if unit.capitalised is None:
            return (_tax(case),)
        return (_tax(case), *_shares(case, "quote.write_off", unit.capitalised))
    component = unit.component
    if component is not None and name == component.name:
        return (
            given(case, "component.price", "Price of the component", component.price, Unit.MONEY),
            given(case, "component.share", "Failures that it causes", component.share, Unit.SHARE),
        )
    return (given(case, *found[name], Unit.MONEY),) if name in found else ()


def _new(case: Case, name: str, challenger: Challenger) -> tuple[Figure, ...]:
    owning = challenger.owning
    price = given(case, "challenger.price", "Price", owning.price, Unit.MONEY)
    if name == PURCHASE:
        return (price,)
    if name == PAYMENTS and (payments := owning.payments) is not None:
        down = given(case, "challenger.down", "Paid down", payments.now, Unit.MONEY)
        key = "challenger.finance_rate" if payments.owned else "challenger.lease"
        a_year = given(case, key, "Payment of a year", payments.by_year[0], Unit.MONEY)
        return (*((price,) if payments.owned else ()), down, a_year)
    if name == CHANGEOVER:
        return _changeover(case, owning)
    if name == RESALE:
        return price, given(case, "value_loss", "Value lost a year", owning.resale.fall, Unit.RATE)
    if name == RELIEF:
        return (_tax(case), price, *_shares(case, "challenger.write_off", owning.write_off))
    if name == ONCE:
        once = given(case, "challenger.once", "Loaner until delivery", challenger.once, Unit.MONEY)
        old = given(case, "challenger.trade_in", "Trade-in", challenger.trade_in, Unit.MONEY)
        fetches = given(
            case, "defender.market_value", "What it fetches today", case.defender.resale.today, Unit.MONEY
        )
        return once, old, fetches
    return ()


def _changeover(case: Case, owning: Owning) -> tuple[Figure, ...]:
    """The parts that are not zero, and by how much such jobs exceed them."""
    plan = owning.changeover
    parts = (
        ("delivery", "Delivery", plan.delivery, Unit.MONEY),
        ("changeover", "Installing, as planned", plan.installing, Unit.MONEY),
        ("moving_data", "Moving data", plan.moving_data, Unit.MONEY),
        ("training", "Training", plan.training, Unit.MONEY),
        ("lost_days", "Days lost", plan.lost_days, Unit.COUNT),
        ("day_price", "Price of a day lost", plan.day_price, Unit.MONEY),
        ("overrun", "Such jobs exceed their plan by", plan.overrun, Unit.RATE),
    )
    return tuple(
        given(case, f"challenger.{name}", label, value, unit) for name, label, value, unit in parts if value
    )


def _shares(case: Case, key: str, write_off: WriteOff) -> tuple[Figure, ...]:
    """What is written off by year, as a share of the price."""
    named = f" ({write_off.name})" if write_off.name else ""
    return tuple(
        given(case, key, f"Written off in year {year}{named}", share, Unit.SHARE)
        for year, share in enumerate(write_off.shares, 1)
    )


def _tax(case: Case) -> Figure:
    return given(case, "tax", "Tax on income", case.tax, Unit.RATE)
