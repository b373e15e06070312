"""The inputs of a comparison one by one: what each is called, what it holds, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch_tui.roi.costs import CONTRACT, DOWNTIME, ENERGY, OTHER_WORK

Value = float | str | None
"""What an input holds: money is minor units, rates are shares; ``None`` is not known."""


class Kind(StrEnum):
    """What an input holds, which decides how it is written and read."""

    MONEY = "money"
    MONEY_A_YEAR = "money a year"
    HOURS = "hours"
    DAYS = "days"
    TIMES_A_YEAR = "times a year"
    AMOUNT_A_YEAR = "amount a year"
    YEARS = "years"
    WHOLE_YEARS = "whole years"
    RATE = "rate"
    PAYING = "cash, loan or lease"
    WRITE_OFF = "tax write-off"
    NAME = "name"


WORDS = frozenset({Kind.PAYING, Kind.WRITE_OFF, Kind.NAME})
"""The kinds that hold a word; all others hold a number."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input: ``name`` is its attribute of :class:`.inputs.Inputs`, ``key`` its name in explanations and origins.

    Fields of one ``fold`` are seldom used and stand folded under that name; the first of them speaks for all.
    """

    name: str
    key: str
    label: str
    kind: Kind
    group: str
    fold: str = ""


UNIT, NEW, BOTH = "Keep the unit", "Replace it", "Both"
ONE_COMPONENT, FOR_TAX = "Component alone", "Repair for tax"
CHANGEOVER_PARTS, PAID_BY, WRITTEN_OFF = "More changeover", "Paid by", "Written off"

FIELDS: tuple[Field, ...] = (
    Field("quote", "quote", "Repair quote", Kind.MONEY, UNIT),
    Field("market_value", "defender.market_value", "Fetches today", Kind.MONEY, UNIT),
    Field("failures", "defender.failures", "Failures a year", Kind.TIMES_A_YEAR, UNIT),
    Field("repair", "defender.repair", "One repair costs", Kind.MONEY, UNIT),
    Field("hours_down", "defender.hours_down", "Down a failure", Kind.HOURS, UNIT),
    Field("covered", "defender.covered", "Cover left", Kind.YEARS, UNIT),
    Field("other_work", f"defender.{OTHER_WORK}", "Other work", Kind.MONEY_A_YEAR, UNIT),
    Field("energy", f"defender.{ENERGY}", "Energy, supplies", Kind.MONEY_A_YEAR, UNIT),
    Field("contract", f"defender.{CONTRACT}", "Contract", Kind.MONEY_A_YEAR, UNIT),
    Field("refund", "defender.refund", "Contract refund", Kind.MONEY, UNIT),
    Field("loaner", "defender.loaner", "Loaner meanwhile", Kind.MONEY, UNIT),
    Field("component", "component.price", "Its price", Kind.MONEY, UNIT, ONE_COMPONENT),
    Field("component_name", "component.name", "Which", Kind.NAME, UNIT, ONE_COMPONENT),
    Field("component_share", "component.share", "Its failures", Kind.RATE, UNIT, ONE_COMPONENT),
    Field("repair_tax", "quote.write_off", "Repair deducted", Kind.WRITE_OFF, UNIT, FOR_TAX),
    Field("book", "defender.book", "Book value", Kind.MONEY, UNIT, FOR_TAX),
    Field("book_years", "defender.book_years", "Years to write off", Kind.YEARS, UNIT, FOR_TAX),
    Field("price", "challenger.price", "Price", Kind.MONEY, NEW),
    Field("changeover", "challenger.changeover", "Changeover", Kind.MONEY, NEW),
    Field("overrun", "challenger.overrun", "Overrun", Kind.RATE, NEW),
    Field("delivery", "challenger.delivery", "Delivery", Kind.MONEY, NEW, CHANGEOVER_PARTS),
    Field("moving_data", "challenger.moving_data", "Moving data", Kind.MONEY, NEW, CHANGEOVER_PARTS),
    Field("training", "challenger.training", "Training", Kind.MONEY, NEW, CHANGEOVER_PARTS),
    Field("lost_days", "challenger.lost_days", "Days lost", Kind.DAYS, NEW, CHANGEOVER_PARTS),
    Field("day_price", "challenger.day_price", "A day lost", Kind.MONEY, NEW, CHANGEOVER_PARTS),
    Field("new_loaner", "challenger.once", "Loaner till then", Kind.MONEY, NEW),
    Field("trade_in", "challenger.trade_in", "Trade-in", Kind.MONEY, NEW),
    Field("life", "challenger.life", "Life", Kind.WHOLE_YEARS, NEW),
    Field("warranty", "challenger.covered", "Warranty", Kind.YEARS, NEW),
    Field("new_failures", "challenger.failures", "Failures a year", Kind.TIMES_A_YEAR, NEW),
    Field("new_repair", "challenger.repair", "One repair costs", Kind.MONEY, NEW),
    Field("new_other_work", f"challenger.{OTHER_WORK}", "Other work", Kind.MONEY_A_YEAR, NEW),
    Field("new_energy", f"challenger.{ENERGY}", "Energy, supplies", Kind.MONEY_A_YEAR, NEW),
    Field("new_contract", f"challenger.{CONTRACT}", "Contract", Kind.MONEY_A_YEAR, NEW),
    Field("paying", "challenger.paying", "Paid by", Kind.PAYING, NEW, PAID_BY),
    Field("down", "challenger.down", "Paid down", Kind.MONEY, NEW, PAID_BY),
    Field("finance_years", "challenger.finance_years", "Term", Kind.WHOLE_YEARS, NEW, PAID_BY),
    Field("finance_rate", "challenger.finance_rate", "Loan's interest", Kind.RATE, NEW, PAID_BY),
    Field("lease", "challenger.lease", "Lease payments", Kind.MONEY_A_YEAR, NEW, PAID_BY),
    Field("write_off", "challenger.write_off", "Written off", Kind.WRITE_OFF, NEW, WRITTEN_OFF),
    Field("bonus", "challenger.bonus", "Bonus, year 1", Kind.RATE, NEW, WRITTEN_OFF),
    Field("expensed", "challenger.expensed", "Section 179", Kind.MONEY, NEW, WRITTEN_OFF),
    Field("horizon", "horizon", "Years compared", Kind.WHOLE_YEARS, BOTH),
    Field("rate", "rate", "Interest a year", Kind.RATE, BOTH),
    Field("escalator", "escalator", "Prices rise by", Kind.RATE, BOTH),
    Field("value_loss", "value_loss", "Value lost a year", Kind.RATE, BOTH),
    Field("tax", "tax", "Tax on income", Kind.RATE, BOTH),
    Field("downtime_price", f"defender.{DOWNTIME}.price", "An hour down", Kind.MONEY, BOTH),
    Field("expected_usage", "usage", "Use expected", Kind.AMOUNT_A_YEAR, BOTH),
)

BY_NAME = {one.name: one for one in FIELDS}
BY_KEY = {one.key: one for one in FIELDS}
