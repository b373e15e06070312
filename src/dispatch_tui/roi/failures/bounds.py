"""How sure a power law is: bounds on its shape and on the mean time between failures at the end of the record."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.chance import NORMAL, chi_square, log_root, tails
from dispatch_tui.roi.failures.power_law import Fit, unbiased
from dispatch_tui.roi.failures.systems import System


class Bounds(NamedTuple):
    """An interval; ``upper`` is ``None`` where nothing bounds it."""

    lower: float
    upper: float | None


def shape_bounds(found: Fit, confidence: float) -> Bounds:
    """Two-sided bounds on beta.

    Exact where all systems were watched from new to one age: ``2 n beta / estimate`` is chi-square with
    2 degrees of freedom for each free failure (Crow 1974). Else normal on ln beta by the information.
    """
    low, high = tails(confidence)
    beta, count = found.law.beta, found.failures
    if found.common_end is None:
        return wald(beta, found.log_beta_se, confidence)
    freedom = 2 * found.free
    return Bounds(
        beta * chi_square(low, freedom) / (2 * count), beta * chi_square(high, freedom) / (2 * count)
    )


def wald(value: float, log_se: float, confidence: float) -> Bounds:
    """Bounds on a positive value from the standard error of its logarithm."""
    spread = math.exp(NORMAL.inv_cdf(tails(confidence)[1]) * log_se)
    return Bounds(value / spread, value * spread)


def mtbf_bounds(found: Fit, confidence: float) -> Bounds:
    """Exact two-sided bounds on the mean time between failures of one system at the end of its record.

    With ``w = sum ln(T / t)`` and the true value M, the chance of n failures in a window set beforehand is,
    given w, proportional to ``y**n / (n! (n-1)!)`` with ``y = w T / M``; where the last failure ended the
    record, ``n**2`` times estimate over M is a product of two gammas (Crow, Technometrics 24, 1982). One
    failure in a set window leaves the upper bound open.
    """
    one, count = _single(found), found.failures
    low, high = tails(confidence)
    scale = found.law.mtbf(one.end) * count**2
    most = 1e4 * (count + 100.0) ** 2
    if one.ended_by_failure:
        small = log_root(lambda x: low - _product_share(count, x), 1e-9, most)
        large = log_root(lambda x: high - _product_share(count, x), 1e-9, most)
        return Bounds(scale / large, scale / small)
    large = log_root(lambda y: _at_most(count, y) - low, 1e-9, most)
    if count == 1:
        return Bounds(scale / large, None)
    small = log_root(lambda y: _at_most(count - 1, y) - high, 1e-9, most)
    return Bounds(scale / large, scale / small)


def mtbf_bounds_approximate(found: Fit, confidence: float) -> Bounds:
    """The normal approximation to ``mtbf_bounds`` for a window set beforehand (NIST/SEMATECH e-Handbook 8.4.5.2).

    Centred on the law without bias; for comparison with published figures. ``upper`` is ``None`` where too
    few failures leave the approximation nothing to bound.
    """
    one, count = _single(found), found.failures
    if one.ended_by_failure:
        raise InvalidInput("end", "the approximation is for a window that was set beforehand")
    z = NORMAL.inv_cdf(tails(confidence)[1])
    scale = unbiased(found).mtbf(one.end) * count * (count - 1)
    more = count + z**2 / 4 + math.sqrt(count * z**2 / 2 + z**4 / 16)
    fewer = count - z * math.sqrt(count / 2)
    return Bounds(scale / more**2, scale / fewer**2 if fewer > 0 else None)


def _single(found: Fit) -> System:
    if len(found.systems) != 1 or found.common_end is None:
        raise InvalidInput("systems", "bounds on the mean time are for one system watched from new")
    return found.systems[0]


def _at_most(count: int, y: float) -> float:
    """``P(N <= count)`` where ``P(N = n)`` is proportional to ``y**n / (n! (n-1)!)``, n from 1."""
    peak = math.isqrt(int(y)) + 1
    n = np.arange(1, max(count, peak) + 12 * math.isqrt(peak) + 60)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(n))])
    terms = n * math.log(y) - log_factorial[1:] - log_factorial[:-1]
    sizes = np.exp(terms - terms.max())
    return float(sizes[:count].sum() / sizes.sum())


def _product_share(count: int, x: float) -> float:
    """``P(G * H <= x)`` for independent gammas of shape ``count - 1`` and ``count``.

    The trapezoid rule over ln G: smooth and dying off on both sides, so that it is exact to the last digits.
    """
    a = count - 1
    middle = math.log(a)
    log_g = np.linspace(middle - 40 / a - 8 / math.sqrt(a), middle + 5 / math.sqrt(a) + 1.5, 1001)
    log_density = a * (log_g - middle) - a * np.expm1(log_g - middle)
    weights = np.exp(log_density)
    beyond = x / np.exp(log_g)
    n = np.arange(count)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(n[1:]))]) if count > 1 else np.zeros(1)
    with np.errstate(under="ignore"):
        above = np.exp(np.outer(n, np.log(beyond)) - beyond - log_factorial[:, None]).sum(axis=0)
    return float((weights * (1 - above)).sum() / weights.sum())
