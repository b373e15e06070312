"""The inputs of a comparison as a person sees and edits them, and the case that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.fields import BY_NAME, FIELDS, NEW, Field, Value
from dispatch_tui.roi.marks import ASSUMED, Flag, Origin, Source
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.roi.tax_law import bonus_share
from dispatch_tui.roi.typed import CASH, parse
from dispatch_tui.roi.write_offs import AT_ONCE, LIFE, is_macrs
from dispatch_tui.text import digits_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that goes into a comparison. Money is minor units, yearly where the field says so; ``None`` is
    not known. ``origins`` tells by field key who says so.

    ``failures`` and ``new_failures`` are a year, on average over the coming ten; ``failing`` and
    ``new_failing`` are what they were estimated from (always there once a record was looked at), scaled to what
    somebody states instead. ``component`` is the price of replacing one component instead of the quoted repair, and
    ``component_share`` the share of the unit's failures that it causes. ``repair_tax`` and ``write_off`` say how the
    repair and the new unit are deducted (:mod:`.write_offs`); ``down``, ``finance_years`` and the rest count where the
    new unit is not ``paying`` in cash.
    """

    unit: str
    challenger: str
    currency: str
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
    component_name: str = ""
    component_share: float = 0.5
    repair_tax: str = AT_ONCE
    book: int = 0
    book_years: float = 0.0
    price: int | None = None
    changeover: int = 0
    overrun: float = 0.25
    delivery: int = 0
    moving_data: int = 0
    training: int = 0
    lost_days: float = 0.0
    day_price: int = 0
    new_loaner: int = 0
    trade_in: int = 0
    life: int | None = None
    warranty: float = 0.0
    new_failures: float | None = None
    new_repair: float | None = None
    new_other_work: float = 0.0
    new_energy: float = 0.0
    new_contract: float = 0.0
    paying: str = CASH
    down: int = 0
    finance_years: int | None = None
    finance_rate: float | None = None
    lease: int | None = None
    write_off: str = LIFE
    bonus: float = 0.0
    expensed: int = 0
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
    on: date | None = None
    """The day of the comparison, on which tax law depends."""
    failing: Failing | None = None
    new_failing: Failing | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()

    @property
    def digits(self) -> int:
        """Decimals of the currency."""
        return digits_of(self.currency)

    def value(self, of: Field) -> Value:
        found: Value = getattr(self, of.name)
        return found

    def number(self, of: Field) -> float | None:
        """The value of a field that holds a number."""
        found = self.value(of)
        assert not isinstance(found, str), of.name
        return found

    def origin(self, of: Field) -> Origin:
        return self.origins.get(of.key, ASSUMED)


def edit(inputs: Inputs, of: Field, text: str) -> Inputs:
    """The inputs with one field typed in by the operator. Raises ``InvalidInput`` for what cannot be read."""
    changed: dict[str, Any] = {
        of.name: parse(of, text, inputs.digits),
        "origins": {**inputs.origins, of.key: Origin(Source.OPERATOR)},
    }
    return by_law(replace(inputs, **changed)) if of.name == "write_off" else replace(inputs, **changed)


def as_recorded(inputs: Inputs, recorded: Inputs, of: Field) -> Inputs:
    """The inputs with one field as it stands on record, and its source."""
    origins = {key: origin for key, origin in inputs.origins.items() if key != of.key}
    if of.key in recorded.origins:
        origins[of.key] = recorded.origins[of.key]
    changed: dict[str, Any] = {of.name: getattr(recorded, of.name), "origins": origins}
    return by_law(replace(inputs, **changed)) if of.name == "write_off" else replace(inputs, **changed)


def sharing(rival: Inputs, inputs: Inputs) -> Inputs:
    """Another challenger's inputs, with all that is not the challenger's own as in ``inputs``."""
    mine = {name: getattr(rival, name) for name in _CHALLENGERS_OWN}
    theirs = {key: origin for key, origin in rival.origins.items() if key.startswith(_NEW_KEYS)}
    ours = {key: origin for key, origin in inputs.origins.items() if not key.startswith(_NEW_KEYS)}
    flags = (
        *(flag for flag in inputs.flags if flag.code not in OF_A_CHALLENGER),
        *(flag for flag in rival.flags if flag.code in OF_A_CHALLENGER),
    )
    return replace(inputs, **mine, origins={**ours, **theirs}, flags=flags)


OF_A_CHALLENGER = frozenset({"challenger_currency"})
"""Flags that speak of the challenger and not of the unit."""

_NEW_KEYS = "challenger."
_CHALLENGERS_OWN = ("challenger", "new_failing", *(one.name for one in FIELDS if one.group == NEW))


def by_law(inputs: Inputs) -> Inputs:
    """With MACRS comes the bonus of the day by law, unless somebody has stated another; without it there is none."""
    bonus = BY_NAME["bonus"]
    if inputs.origin(bonus).source is Source.OPERATOR and is_macrs(inputs.write_off):
        return inputs
    others = {key: origin for key, origin in inputs.origins.items() if key != bonus.key}
    if not is_macrs(inputs.write_off) or inputs.on is None:
        return replace(inputs, bonus=0.0, origins=others)
    try:
        share = bonus_share(inputs.on)
    except InvalidInput:
        return replace(inputs, bonus=0.0, origins=others)
    said = Origin(Source.LAW, f"in service from {inputs.on:%Y-%m-%d}")
    return replace(inputs, bonus=share, origins={**others, bonus.key: said})
