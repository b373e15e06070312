"""What is believed of a model's failures before any is on record."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dispatch_tui.errors import InvalidInput

SHAPE_MIDDLE = math.log(1.2)
SHAPE_SPREAD = 0.5
"""``ln beta ~ N(ln 1.2, 0.5^2)``: equipment wears a little, mostly."""

UNIT_SPREAD = 0.5
"""Scale of the half-normal on the coefficient of variation between units of one model."""

LIFE_YEARS = 10.0
"""The span that a rating is read over where nobody says."""


@dataclass(frozen=True, slots=True)
class Prior:
    """A mean time between failures that counts as ``events`` failures seen, and the spread of the rest.

    ``mtbf`` is the mean over the ages 0 to ``span`` (``None``: ten years), both in the fleet's clock.
    Where the record disagrees, the prior pulls as ``events`` failures and never as more. ``nobody_said`` marks the
    last resort, which keeps the answer finite.
    """

    mtbf: float
    events: float
    span: float | None = None
    log_beta: float = SHAPE_MIDDLE
    log_beta_sd: float = SHAPE_SPREAD
    cv: float = UNIT_SPREAD
    nobody_said: bool = False

    def __post_init__(self) -> None:
        for name in ("mtbf", "events", "log_beta_sd", "cv"):
            value = getattr(self, name)
            if not math.isfinite(value) or value <= 0:
                raise InvalidInput(name, "must be a number above 0")
        if self.span is not None and (not math.isfinite(self.span) or self.span <= 0):
            raise InvalidInput("span", "must be a number above 0")

    def span_of(self, use_per_year: float) -> float:
        return LIFE_YEARS * use_per_year if self.span is None else self.span

    def expected(self, age: float, use_per_year: float) -> float:
        """Failures of a common unit up to ``age``, along the middle shape from what the rating says of its span."""
        span = self.span_of(use_per_year)
        return span / self.mtbf * float((age / span) ** math.exp(self.log_beta))


def rated(mtbf: float, *, events: float = 3.0, span: float | None = None) -> Prior:
    """A catalogue's mean time between failures: worth two to four failures seen, for ratings flatter.

    Raises ``InvalidInput`` (``mtbf``, ``events``).
    """
    if not 2.0 <= events <= 4.0:
        raise InvalidInput("events", "a rating counts as 2 to 4 failures")
    return Prior(mtbf, events, span)


def last_resort(use_per_year: float) -> Prior:
    """A failure every two years, worth half of one seen: finite, and soon outweighed."""
    return Prior(2.0 * use_per_year, 0.5, LIFE_YEARS * use_per_year, nobody_said=True)
