"""What a way forward costs by the year: streams in the money of each year, after tax, as far as the payer pays them.

Amounts are minor units as floats; nothing is rounded before it is shown. Year ``k`` (1 is the first) falls due at
its end, in the money of that year: today's price times ``(1 + escalator)^k``, so that nominal amounts at a nominal
rate are worth what real ones are at the real rate. How often the unit fails is not known here: what repairs and
downtime cost is stated for one failure, and ``futures`` says how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dispatch_tui.errors import InvalidInput

Array = NDArray[np.float64]

REPAIRS, DOWNTIME = "repairs", "downtime"
OTHER_WORK, ENERGY, CONSUMABLES = "other work", "energy", "consumables"
CONTRACT, OPERATION = "contract", "operation"
"""Names of the streams. Only the first two follow the failures."""


class Basis(StrEnum):
    """What the yearly amount of a part is multiplied with."""

    FIXED = "fixed"
    BILLS = "bills"
    """Repairs of the year, each counted as its share of an average one."""
    FAILURES = "failures"


@dataclass(frozen=True, slots=True)
class Stream:
    """A yearly cost that failures do not change.

    ``per_year`` is in today's money, ``escalator`` the yearly rise in its price (0.03 is 3 %); the payer pays
    nothing in the first ``free_years``, a part of a year counting as that part.
    """

    name: str
    per_year: float
    escalator: float = 0.0
    free_years: float = 0.0

    def __post_init__(self) -> None:
        _finite(self.name, self.per_year)
        _escalator(self.name, self.escalator)
        _covered(self.name, self.free_years)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Everything that running a unit costs by the year.

    A failure costs ``repair`` on average and keeps the unit down for ``hours_down``, priced ``hour_price`` an
    hour; ``planned_hours`` a year are down without a failure. Inside cover (the first ``covered_years``) the
    payer pays no repair, but the unit is down all the same.
    """

    repair: float = 0.0
    hours_down: float = 0.0
    hour_price: float = 0.0
    planned_hours: float = 0.0
    covered_years: float = 0.0
    escalator: float = 0.0
    """Of repairs and of the price of an hour."""
    streams: tuple[Stream, ...] = ()

    def __post_init__(self) -> None:
        for name, value in (
            ("repair", self.repair),
            ("hours_down", self.hours_down),
            ("hour_price", self.hour_price),
            ("planned_hours", self.planned_hours),
        ):
            _finite(name, value)
            if value < 0:
                raise InvalidInput(name, "must be 0 or above")
        _escalator(REPAIRS, self.escalator)
        _covered(REPAIRS, self.covered_years)

    def stream(self, name: str) -> Stream | None:
        return next((one for one in self.streams if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of cost: ``by_year`` (years,) is nominal, after tax, for each unit of its ``basis``."""

    name: str
    basis: Basis
    by_year: Array


def parts(running: Running, years: int, tax: float = 0.0) -> tuple[Part, ...]:
    """The costs of ``years`` years, kind by kind; the payer deducts them from income taxed at ``tax``."""
    kept = 1 - tax
    dearer = prices(running.escalator, years)
    planned = running.planned_hours * running.hour_price * dearer * kept
    found = [
        Part(REPAIRS, Basis.BILLS, running.repair * dearer * payable(running.covered_years, years) * kept),
        Part(DOWNTIME, Basis.FAILURES, running.hours_down * running.hour_price * dearer * kept),
        Part(DOWNTIME, Basis.FIXED, planned),
    ]
    found += [
        Part(
            one.name,
            Basis.FIXED,
            one.per_year * prices(one.escalator, years) * payable(one.free_years, years) * kept,
        )
        for one in running.streams
    ]
    return tuple(found)


def by_year(found: Iterable[Part], failures: Array, bills: Array) -> Array:
    """What each year costs: ``failures`` and ``bills`` are (..., years), and so is the answer."""
    total = np.zeros(np.broadcast_shapes(failures.shape, bills.shape))
    for part in found:
        total += part.by_year * basis(part, failures, bills)
    return total


def basis(part: Part, failures: Array, bills: Array) -> Array | float:
    """What the part's yearly amount is multiplied with: (..., years), or 1 for a fixed cost."""
    if part.basis is Basis.FIXED:
        return 1.0
    return bills if part.basis is Basis.BILLS else failures


def prices(escalator: float, years: int) -> Array:
    """What costs 1 today costs at the end of each year."""
    return np.asarray((1 + escalator) ** np.arange(1, years + 1), dtype=np.float64)


def payable(covered_years: float, years: int) -> Array:
    """The share of each year that lies outside cover."""
    return np.clip(np.arange(1, years + 1) - covered_years, 0.0, 1.0)


def refund(paid: float, left: float) -> float:
    """What a contract ``paid`` for a year gives back when it is cancelled with the share ``left`` of it to run."""
    if not 0 <= left <= 1:
        raise InvalidInput("contract", "the part of the year that is left must lie between 0 and 1")
    return paid * left


def _finite(name: str, value: float) -> None:
    if not math.isfinite(value):
        raise InvalidInput(name, "must be a number")


def _escalator(name: str, value: float) -> None:
    if not math.isfinite(value) or not -1 < value <= 1:
        raise InvalidInput(f"{name}.escalator", "must lie between -100 % and 100 % a year")


def _covered(name: str, value: float) -> None:
    if not math.isfinite(value) or value < 0:
        raise InvalidInput(f"{name}.free_years", "must be 0 or above")
