"""The inputs of a comparison as a person sees and edits them, and the case that they make."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.costs import Quantity, Stream
from dispatch_tui.roi.forecast import DOWNTIME, OTHER_WORK, REPAIRS, RepairForecast
from dispatch_tui.roi.marks import ASSUMED, Flag, Origin, Source
from dispatch_tui.roi.replacement import Case, Challenger, Defender
from dispatch_tui.roi.usage import usage_ratio

ENERGY, CONTRACT = "energy and supplies", "contract"


class Kind(StrEnum):
    """What an input holds, which decides how it is written and read."""

    MONEY = "money"
    MONEY_A_YEAR = "money a year"
    HOURS_A_YEAR = "hours a year"
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


KEEP, REPLACE, BOTH = "Keep the unit", "Replace it", "Both"

FIELDS: tuple[Field, ...] = (
    Field("quote", "quote", "Repair quote", Kind.MONEY, KEEP),
    Field("market_value", "defender.market_value", "Fetches today", Kind.MONEY, KEEP),
    Field("repairs", f"defender.{REPAIRS}", "Repairs a year", Kind.MONEY_A_YEAR, KEEP),
    Field("other_work", f"defender.{OTHER_WORK}", "Other work", Kind.MONEY_A_YEAR, KEEP),
    Field("energy", f"defender.{ENERGY}", "Energy, supplies", Kind.MONEY_A_YEAR, KEEP),
    Field("contract", f"defender.{CONTRACT}", "Contract", Kind.MONEY_A_YEAR, KEEP),
    Field("downtime", f"defender.{DOWNTIME}", "Downtime a year", Kind.HOURS_A_YEAR, KEEP),
    Field("price", "challenger.price", "Price", Kind.MONEY, REPLACE),
    Field("changeover", "challenger.changeover", "Changeover", Kind.MONEY, REPLACE),
    Field("life", "challenger.life", "Life", Kind.WHOLE_YEARS, REPLACE),
    Field("warranty", f"challenger.{REPAIRS}.free_years", "Warranty", Kind.YEARS, REPLACE),
    Field("new_repairs", f"challenger.{REPAIRS}", "Repairs a year", Kind.MONEY_A_YEAR, REPLACE),
    Field("new_other_work", f"challenger.{OTHER_WORK}", "Other work", Kind.MONEY_A_YEAR, REPLACE),
    Field("new_energy", f"challenger.{ENERGY}", "Energy, supplies", Kind.MONEY_A_YEAR, REPLACE),
    Field("new_contract", f"challenger.{CONTRACT}", "Contract", Kind.MONEY_A_YEAR, REPLACE),
    Field("horizon", "horizon", "Years compared", Kind.WHOLE_YEARS, BOTH),
    Field("rate", "rate", "Interest a year", Kind.RATE, BOTH),
    Field("escalator", "escalator", "Prices rise by", Kind.RATE, BOTH),
    Field("downtime_price", f"defender.{DOWNTIME}.price", "An hour down", Kind.MONEY, BOTH),
    Field("expected_usage", "usage", "Use expected", Kind.AMOUNT_A_YEAR, BOTH),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that goes into a comparison. Money is minor units, yearly where the field says so; ``None`` is
    not known. ``origins`` tells by field key who says so; ``forecast`` is what ``repairs`` was estimated from."""

    unit: str
    challenger: str
    currency: str
    digits: int = 2
    quote: int | None = None
    market_value: int = 0
    repairs: float | None = None
    other_work: float = 0.0
    energy: float = 0.0
    contract: float = 0.0
    downtime: float = 0.0
    price: int | None = None
    changeover: int = 0
    life: int | None = None
    warranty: float = 0.0
    new_repairs: float | None = None
    new_other_work: float = 0.0
    new_energy: float = 0.0
    new_contract: float = 0.0
    horizon: int = 10
    rate: float = 0.08
    escalator: float = 0.0
    downtime_price: int = 0
    expected_usage: float | None = None
    recorded_usage: float | None = None
    meter_unit: str = ""
    age_years: float | None = None
    rated_life: float | None = None
    forecast: RepairForecast | None = None
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


def case_from(inputs: Inputs) -> Case:
    """The case that :func:`.replacement.compare` answers.

    Expected over recorded use scales repairs, downtime, energy and supplies on both sides. The challenger
    stands still in the proportion in which its repairs cost less. Raises ``InvalidInput`` naming the field.
    """
    if inputs.repairs is None:
        raise InvalidInput("repairs", "there is no repair history to go by", "Enter a yearly repair cost.")
    if inputs.new_repairs is None:
        raise InvalidInput(
            "challenger.repairs", "nothing is known of its repairs", "Enter a yearly repair cost."
        )
    use, flags = usage_ratio(inputs.recorded_usage, inputs.expected_usage)
    typed = inputs.origins.get(f"defender.{REPAIRS}", ASSUMED).source is Source.OPERATOR
    return Case(
        currency=inputs.currency,
        digits=inputs.digits,
        rate=inputs.rate,
        horizon=inputs.horizon,
        quote=inputs.quote or 0,
        quoted=inputs.quote is not None,
        defender=Defender(
            name=inputs.unit,
            streams=_old_streams(inputs, inputs.repairs, use, estimated=not typed),
            market_value=inputs.market_value,
            age_years=inputs.age_years,
            rated_life=inputs.rated_life,
            usage=use,
            forecast=inputs.forecast,
        ),
        challenger=Challenger(
            name=inputs.challenger,
            price=inputs.price,
            life=inputs.life,
            changeover=inputs.changeover,
            streams=_new_streams(inputs, inputs.repairs, inputs.new_repairs, use),
        ),
        origins=inputs.origins,
        flags=(*inputs.flags, *flags),
    )


def _old_streams(inputs: Inputs, repairs: float, use: float, *, estimated: bool) -> tuple[Stream, ...]:
    rise, guess = inputs.escalator, inputs.forecast if estimated else None
    return (
        Stream(
            REPAIRS,
            repairs * use,
            rise,
            low=guess.low * use if guess else None,
            high=guess.high * use if guess else None,
        ),
        Stream(OTHER_WORK, inputs.other_work, rise),
        _downtime(inputs, inputs.downtime * use),
        Stream(ENERGY, inputs.energy * use, rise),
        Stream(CONTRACT, inputs.contract, rise),
    )


def _new_streams(inputs: Inputs, repairs: float, new_repairs: float, use: float) -> tuple[Stream, ...]:
    rise = inputs.escalator
    share = new_repairs / repairs if repairs > 0 and math.isfinite(new_repairs / repairs) else 1.0
    return (
        Stream(REPAIRS, new_repairs * use, rise, free_years=inputs.warranty),
        Stream(OTHER_WORK, inputs.new_other_work, rise),
        _downtime(inputs, inputs.downtime * use * share),
        Stream(ENERGY, inputs.new_energy * use, rise),
        Stream(CONTRACT, inputs.new_contract, rise),
    )


def _downtime(inputs: Inputs, hours: float) -> Stream:
    price = inputs.downtime_price
    return Stream(
        DOWNTIME, hours * price, inputs.escalator, quantity=Quantity(hours, "hour of downtime", price)
    )
