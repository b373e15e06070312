"""The question: a unit that stands there, the challengers that could replace it, and what is asked of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import NO_WRITE_OFF, WORTHLESS, Owning, Resale, WriteOff
from dispatch_tui.roi.costs import Running
from dispatch_tui.roi.marks import Flag, Origin
from dispatch_tui.text import digits_of

LONGEST_HORIZON = 60
LOOK_AHEAD = 20
"""Years for which keeping the unit is evaluated, or more where the customer needs it longer."""

KEEP, COMPONENT = "keep", "component"
"""Ways to keep the unit: as the quote says, or with one component replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Replacing one component instead: its ``price`` now; the ``share`` of the failures that it causes starts anew."""

    name: str
    price: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Defender:
    """The unit that stands there. ``loaner`` is what standing in costs while it is repaired, ``refund`` what
    cancelling its contract gives back today; ``book`` is its value for tax, written off by ``write_off``."""

    name: str
    running: Running
    quote: float = 0.0
    loaner: float = 0.0
    refund: float = 0.0
    resale: Resale = WORTHLESS
    book: float = 0.0
    write_off: WriteOff = NO_WRITE_OFF
    capitalised: WriteOff | None = None
    """How the repair is written off where tax law has it capitalised; ``None``: it is deducted at once."""
    component: Component | None = None
    age_years: float | None = None
    rated_life: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenger:
    """What would replace it. ``once`` is paid on replacing now only (a loaner until delivery), ``trade_in`` what the
    seller gives for the old unit; only what exceeds its market price counts."""

    name: str
    owning: Owning
    life: int
    running: Running
    once: float = 0.0
    trade_in: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question. Rates are per year and nominal (0.08 is 8 %), ``horizon`` whole years that a unit is needed.

    ``spread`` says by input how uncertain it is (standard deviation of its logarithm); an input that is not named
    is taken as known. ``origins`` says who gave each input.
    """

    currency: str
    rate: float
    horizon: int
    defender: Defender
    challengers: tuple[Challenger, ...]
    inflation: float = 0.0
    tax: float = 0.0
    quoted: bool = True
    """False while nobody has named a price of the repair: its quote is 0, and only the limit is an answer."""
    spread: Mapping[str, float] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    said_of: Mapping[str, Mapping[str, Origin]] = field(default_factory=dict)
    """Who gave the inputs of a challenger, by its name, where that is not in ``origins``."""
    flags: tuple[Flag, ...] = ()

    @property
    def digits(self) -> int:
        """Decimals of the currency."""
        return digits_of(self.currency)

    @property
    def years(self) -> int:
        """For how many years keeping is evaluated."""
        return max(self.horizon, LOOK_AHEAD)

    @property
    def span(self) -> int:
        """How far ahead failures must be known."""
        return max(self.years, *(one.life for one in self.challengers))

    @property
    def real_rate(self) -> float:
        return (1 + self.rate) / (1 + self.inflation) - 1

    @property
    def keeping(self) -> tuple[str, ...]:
        """The ways to keep the unit."""
        return (KEEP, COMPONENT) if self.defender.component else (KEEP,)

    def challenger(self, name: str) -> Challenger:
        return next(one for one in self.challengers if one.name == name)

    def told_of(self, challenger: str) -> Case:
        """The same case, its ``origins`` those of this challenger."""
        if challenger not in self.said_of:
            return self
        return replace(self, origins=self.said_of[challenger])


def check(case: Case) -> None:
    """Raises ``InvalidInput`` naming the field that is missing or impossible."""
    if not math.isfinite(case.rate) or case.rate < 0:
        raise InvalidInput("rate", "must be 0 or above", "Give a yearly rate such as 0.08 for 8 %.")
    if case.rate > 1:
        raise InvalidInput("rate", f"{case.rate:g} would be {case.rate:.0%} a year", "Write 8 % as 0.08.")
    if not -0.5 < case.inflation <= 1:
        raise InvalidInput("escalator", "must lie between -50 % and 100 % a year")
    if not 0 <= case.tax < 1:
        raise InvalidInput("tax", "must be 0 or above and below 100 %")
    if not 1 <= case.horizon <= LONGEST_HORIZON:
        raise InvalidInput("horizon", f"must be 1 to {LONGEST_HORIZON} whole years")
    if not case.challengers:
        raise InvalidInput(
            "challenger", "there is none to compare with", "Choose a model that could replace it."
        )
    if len({one.name for one in case.challengers} - {KEEP, COMPONENT}) < len(case.challengers):
        raise InvalidInput("challenger", "two of them bear the same name")
    for resale in (case.defender.resale, *(one.owning.resale for one in case.challengers)):
        if not 0 <= resale.fall <= 1:
            raise InvalidInput("value_loss", "must lie between 0 and 100 % a year")
    for name, amount in _amounts(case):
        if not math.isfinite(amount) or amount < 0:
            raise InvalidInput(name, "must be 0 or above")
    for one in case.challengers:
        if not 1 <= one.life <= LONGEST_HORIZON:
            raise InvalidInput("challenger.life", f"must be 1 to {LONGEST_HORIZON} whole years")
    if case.defender.component is not None and not 0 <= case.defender.component.share <= 1:
        raise InvalidInput("component.share", "must lie between 0 and 100 %")


def _amounts(case: Case) -> list[tuple[str, float]]:
    unit = case.defender
    named = [
        ("quote", unit.quote),
        ("defender.market_value", unit.resale.today),
        ("defender.loaner", unit.loaner),
        ("defender.refund", unit.refund),
    ]
    if unit.component is not None:
        named.append(("component.price", unit.component.price))
    for one in case.challengers:
        named += [
            ("challenger.price", one.owning.price),
            ("challenger.changeover", one.owning.changeover.total),
            ("challenger.trade_in", one.trade_in),
            ("challenger.once", one.once),
        ]
    return named
