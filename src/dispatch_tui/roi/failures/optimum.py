"""At which age replacing is cheapest, on failures alone (no discounting, no tax): three classical policies.

Age: replace at the age T or at failure, whichever comes first. Minimal repair: mend failures, replace at T.
Block: replace at failure, and all at fixed intervals T. Source: Barlow & Hunter, Operations Research 8 (1960).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import log_root
from dispatch_tui.roi.failures.lives import Floats
from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.weibull import Weibull

_STEPS = 2000


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best age, ``None`` for never, the cost per unit of age there, and the reason in words."""

    age: float | None
    cost_rate: float | None
    """``None`` where no rate is approached: a repair rate that keeps falling."""
    reason: str


def age_replacement(law: Weibull, planned: float, failure: float) -> Optimum:
    """The age T least in ``(planned S(T) + failure F(T)) / integral of S``; costs in one unit of money.

    ``failure`` is all that a replacement at failure costs. Never where lives do not wear out (shape <= 1) or a
    failure costs no more than a planned replacement. At the optimum the hazard times ``failure - planned``
    equals the cost rate.
    """
    _costs(planned, failure)
    run_to_failure = failure / law.mean
    if law.shape <= 1:
        return Optimum(None, run_to_failure, "The hazard does not rise with age: a new one fails no less.")
    if failure <= planned:
        return Optimum(None, run_to_failure, "A failure costs no more than replacing before it.")

    def marginal(age: float) -> float:
        gain = law.hazard(age) * law.lived_until(age) + law.survival(age) - 1
        return gain - planned / (failure - planned)

    longest = law.scale * math.exp(math.log(700.0) / law.shape)
    if marginal(longest) <= 0:
        return Optimum(None, run_to_failure, "Hardly any unit lives to the age at which replacing would pay.")
    age = log_root(marginal, law.scale * 1e-12, longest)
    return Optimum(
        age, (failure - planned) * law.hazard(age), "Waiting longer costs more in failures than it saves."
    )


def minimal_repair(law: PowerLaw, replacement: float, repair: float) -> Optimum:
    """The age T least in ``(replacement + repair lam T**beta) / T``:
    ``T = (replacement / (lam repair (beta - 1)))**(1 / beta)``.

    Never where beta <= 1: age alone then never justifies replacing. There the rate of repairs equals the cost rate.
    """
    _costs(replacement, repair)
    if law.beta < 1:
        return Optimum(None, None, "Failures thin out with age: never on failures alone.")
    if law.beta == 1:
        return Optimum(None, repair * law.lam, "Failures come at a steady rate: never on failures alone.")
    if not repair:
        return Optimum(None, 0.0, "Repairs cost nothing: never on failures alone.")
    age = law.scale * math.exp(math.log(replacement / (repair * (law.beta - 1))) / law.beta)
    return Optimum(
        age, repair * law.rate(age), "From here a year of repairs costs more than the average year."
    )


def block_replacement(law: Weibull, planned: float, failure: float) -> Optimum:
    """The interval T least in ``(planned + failure M(T)) / T``, M the expected failures in T.

    M by the renewal equation on an even grid up to three mean lives (Xie, Comm. Stat. Simulation 18,
    1989), closer where T is a small part of it; T is the lowest point of the parabola through the best of the grid and
    its neighbours, good to 1e-4 of itself. Never where no interval beats letting all run to failure.
    """
    _costs(planned, failure)
    run_to_failure = failure / law.mean
    if law.shape <= 1:
        return Optimum(None, run_to_failure, "The hazard does not rise with age: a new one fails no less.")
    best, reach = 0, 3 * law.mean
    while best < _STEPS // 10:  # so near to 0 the grid is too coarse
        ages = np.linspace(0.0, reach, _STEPS + 1)
        rates = (planned + failure * renewals(law, ages)[1:]) / ages[1:]
        best = int(np.argmin(rates))
        reach = 2 * float(ages[best + 1])
    age, rate = float(ages[best + 1]), float(rates[best])
    if best < _STEPS - 1:
        before, after = float(rates[best - 1]), float(rates[best + 1])
        bend = before - 2 * rate + after
        off = (before - after) / (2 * bend) if bend > 0 else 0.0
        age, rate = age + off * float(ages[1]), rate - off * (before - after) / 4
    if rate >= run_to_failure:
        return Optimum(None, run_to_failure, "No interval costs less than letting all run to failure.")
    return Optimum(age, rate, "The least cost of the intervals up to three lives.")


def renewals(law: Weibull, ages: Floats) -> Floats:
    """Expected failures up to each age where each is made good by a new one; ``ages`` evenly spaced from 0."""
    share = -np.expm1(-((ages / law.scale) ** law.shape))
    middle = -np.expm1(-((((ages[1:] + ages[:-1]) / 2) / law.scale) ** law.shape))
    count = np.zeros(len(ages))
    for n in range(1, len(ages)):
        steps = np.diff(count[:n])
        known = float(steps @ middle[1:n][::-1]) if n > 1 else 0.0
        count[n] = (share[n] + known - middle[0] * count[n - 1]) / (1 - middle[0])
    return count


def _costs(planned: float, failure: float) -> None:
    for name, value in (("planned", planned), ("failure", failure)):
        if not math.isfinite(value) or value < 0:
            raise InvalidInput(name, "a cost of zero or more")
    if not planned:
        raise InvalidInput("planned", "replacing costs nothing: there is no age to find")
