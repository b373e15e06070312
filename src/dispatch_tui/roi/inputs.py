"""The inputs of a comparison as a person sees and edits them, and the case that they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.costs import CONTRACT, DOWNTIME, ENERGY, OTHER_WORK
from dispatch_tui.roi.marks import ASSUMED, Flag, Origin, Source
from dispatch_tui.roi.outlook import Failing


class Kind(StrEnum):
    """What an input holds, which decides how it is written and read."""

    MONEY = "money"
    MONEY_A_YEAR = "money a year"
    HOURS = "hours"
    TIMES_A_YEAR = "times a year"
    AMOUNT_A_YEAR = "amount a year"
    YEARS = "years"
    WHOLE_YEARS = "whole years"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Field:
    """One input: ``name`` is its attribute of :class:`Inputs`, ``key`` its name in explanations and origins."""

    name: str
    key: str
    label: str
    kind: Kind
    group: str


UNIT, NEW, BOTH = "Keep the unit", "Replace it", "Both"

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
    Field("component", "component.price", "Component alone", Kind.MONEY, UNIT),
    Field("component_share", "component.share", "Its failures", Kind.RATE, UNIT),
    Field("price", "challenger.price", "Price", Kind.MONEY, NEW),
    Field("changeover", "challenger.changeover", "Changeover", Kind.MONEY, NEW),
    Field("overrun", "challenger.overrun", "Overrun", Kind.RATE, NEW),
    Field("trade_in", "challenger.trade_in", "Trade-in", Kind.MONEY, NEW),
    Field("life", "challenger.life", "Life", Kind.WHOLE_YEARS, NEW),
    Field("warranty", "challenger.covered", "Warranty", Kind.YEARS, NEW),
    Field("new_failures", "challenger.failures", "Failures a year", Kind.TIMES_A_YEAR, NEW),
    Field("new_repair", "challenger.repair", "One repair costs", Kind.MONEY, NEW),
    Field("new_other_work", f"challenger.{OTHER_WORK}", "Other work", Kind.MONEY_A_YEAR, NEW),
    Field("new_energy", f"challenger.{ENERGY}", "Energy, supplies", Kind.MONEY_A_YEAR, NEW),
    Field("new_contract", f"challenger.{CONTRACT}", "Contract", Kind.MONEY_A_YEAR, NEW),
    Field("horizon", "horizon", "Years compared", Kind.WHOLE_YEARS, BOTH),
    Field("rate", "rate", "Interest a year", Kind.RATE, BOTH),
    Field("escalator", "escalator", "Prices rise by", Kind.RATE, BOTH),
    Field("value_loss", "value_loss", "Value lost a year", Kind.RATE, BOTH),
    Field("tax", "tax", "Tax on income", Kind.RATE, BOTH),
    Field("downtime_price", f"defender.{DOWNTIME}.price", "An hour down", Kind.MONEY, BOTH),
    Field("expected_usage", "usage", "Use expected", Kind.AMOUNT_A_YEAR, BOTH),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that goes into a comparison. Money is minor units, yearly where the field says so; ``None`` is
    not known. ``origins`` tells by field key who says so.

    ``failures`` and ``new_failures`` are a year, on average over the coming ten; ``failing`` and
    ``new_failing`` are what they were estimated from (always there once a record was looked at), scaled to what
    somebody states instead. ``component`` is the price of replacing one component instead of the quoted repair, and
    ``component_share`` the share of the unit's failures that it causes.
    """

    unit: str
    challenger: str
    currency: str
    digits: int = 2
    quote: int | None = None
    market_value: int = 0
    failures: float | None = None
    repair: float | None = None
    hours_down: float = 0.0
    covered: float = 0.0
    other_work: float = 0.0
    energy: float = 0.0
    contract: float = 0.0
    refund: int = 0
    loaner: int = 0
    component: int | None = None
    component_share: float = 0.5
    price: int | None = None
    changeover: int = 0
    overrun: float = 0.25
    trade_in: int = 0
    life: int | None = None
    warranty: float = 0.0
    new_failures: float | None = None
    new_repair: float | None = None
    new_other_work: float = 0.0
    new_energy: float = 0.0
    new_contract: float = 0.0
    horizon: int = 10
    rate: float = 0.08
    escalator: float = 0.0
    value_loss: float = 0.30
    tax: float = 0.0
    downtime_price: int = 0
    expected_usage: float | None = None
    recorded_usage: float | None = None
    meter_unit: str = ""
    age_years: float | None = None
    rated_life: float | None = None
    failing: Failing | None = None
    new_failing: Failing | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()

    def value(self, of: Field) -> float | None:
        found: float | None = getattr(self, of.name)
        return found

    def origin(self, of: Field) -> Origin:
        return self.origins.get(of.key, ASSUMED)


def edit(inputs: Inputs, of: Field, text: str) -> Inputs:
    """The inputs with one field typed in by the operator. Raises ``InvalidInput`` for what cannot be read."""
    changed: dict[str, Any] = {
        of.name: parse(of, text, inputs.digits),
        "origins": {**inputs.origins, of.key: Origin(Source.OPERATOR)},
    }
    return replace(inputs, **changed)


def as_recorded(inputs: Inputs, recorded: Inputs, of: Field) -> Inputs:
    """The inputs with one field as it stands on record, and its source."""
    origins = {key: origin for key, origin in inputs.origins.items() if key != of.key}
    if of.key in recorded.origins:
        origins[of.key] = recorded.origins[of.key]
    changed: dict[str, Any] = {of.name: getattr(recorded, of.name), "origins": origins}
    return replace(inputs, **changed)


def parse(of: Field, text: str, digits: int = 2) -> float:
    """Read a typed value: ``35,000.50`` (money, minor units out), ``8 %`` or ``8`` (rates), ``10`` (years).

    What can be read in two ways is refused: a comma that may be a decimal point, a rate between 0 and 1
    without its sign.
    """
    number = _number(of, text)
    if of.kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        return round(number.scaleb(digits))
    if of.kind is Kind.WHOLE_YEARS:
        if number != int(number) or number < 1:
            raise InvalidInput(of.label, "must be whole years, 1 or more")
        return int(number)
    if of.kind is Kind.RATE:
        if "%" not in text and 0 < number < 1:
            both = f"{number:f} % or {number * 100:f} %"
            raise InvalidInput(of.label, f"{text.strip()!r} is not clear", f"Write {both}.")
        return float(number / 100)
    return float(number)


def _number(of: Field, text: str) -> Decimal:
    bare = text.strip().removesuffix("%").replace(" ", "").replace("'", "")
    if "," in bare and not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", bare):
        raise InvalidInput(of.label, f"{text.strip()!r} is not clear", "Write the decimals after a point.")
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        raise InvalidInput(of.label, f"{text.strip()!r} is not a number", "Write digits only.") from None
    if not number.is_finite() or not 0 <= number <= 10**12:
        raise InvalidInput(of.label, "must be 0 or above, and not beyond a million million")
    return number
