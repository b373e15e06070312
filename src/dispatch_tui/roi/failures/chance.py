"""The few numbers of probability that the fits need: gamma and chi-square, and a root between two bounds.

Written out because they are short: a statistics library would weigh more than the whole program.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from dispatch_tui.errors import InvalidInput

NORMAL = NormalDist()


def root(f: Callable[[float], float], low: float, high: float) -> float:
    """Where ``f`` changes sign between ``low`` and ``high``, by halving down to the last bit.

    ``f`` is monotone there. The caller has seen to it that the signs differ; where they do not, the bound
    towards which the sign stays is the answer.
    """
    falling = f(low) > 0
    while low < (middle := (low + high) / 2) < high:
        if (f(middle) > 0) == falling:
            low = middle
        else:
            high = middle
    return middle


def log_root(f: Callable[[float], float], low: float, high: float) -> float:
    """``root`` for a positive unknown of unknown size: halving goes by its logarithm."""
    return math.exp(root(lambda x: f(math.exp(x)), math.log(low), math.log(high)))


def gamma_share(shape: float, x: float) -> float:
    """``P(G <= x)`` for ``G ~ Gamma(shape, rate 1)``, by its series of positive terms (Abramowitz & Stegun 6.5.29)."""
    if x <= 0:
        return 0.0
    if x > shape + 40 * math.sqrt(shape) + 80:
        return 1.0
    term = total = 1 / shape
    k = shape
    while term > total * 1e-17:
        k += 1
        term *= x / k
        total += term
    return min(1.0, total * math.exp(shape * math.log(x) - x - math.lgamma(shape)))


def gamma_quantile(p: float, shape: float) -> float:
    """The value below which ``Gamma(shape, rate 1)`` falls with probability ``p``."""
    _check(p)
    high = shape + 40 * math.sqrt(shape) + 80
    return log_root(lambda x: p - gamma_share(shape, x), 1e-300, high)


def chi_square_share(x: float, freedom: float) -> float:
    """``P(chi-square with so many degrees of freedom <= x)``."""
    return gamma_share(freedom / 2, x / 2)


def chi_square(p: float, freedom: float) -> float:
    """The value below which chi-square with so many degrees of freedom falls with probability ``p``."""
    return 2 * gamma_quantile(p, freedom / 2)


def tails(confidence: float) -> tuple[float, float]:
    """The two probabilities outside a two-sided interval: ``0.9`` gives ``0.05`` and ``0.95``."""
    if not 0 < confidence < 1:
        raise InvalidInput("confidence", "must lie between 0 and 1, such as 0.9")
    return (1 - confidence) / 2, (1 + confidence) / 2


def _check(p: float) -> None:
    if not 0 < p < 1:
        raise InvalidInput("p", "a probability between 0 and 1")
