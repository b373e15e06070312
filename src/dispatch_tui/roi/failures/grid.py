"""The posterior of a fleet's failure law, on a grid that is the same for the same records.

Unit ``i`` fails at age ``t`` with intensity ``u_i lambda beta t^(beta-1)`` (power law, minimal repair) and
``u_i ~ Gamma(a, a)``. With ``G_i = sum over windows (T^beta - S^beta)`` and ``L_i = lambda G_i`` the ``u_i``
integrate out (Lawless 1987, Technometrics 29, gives the negative binomial form)::

    sum log(lambda beta t^(beta-1)) + lnG(a+n_i) - lnG(a) + a ln a - (a+n_i) ln(a+L_i)

``beta`` and the spread between units ``a^(-1/2)`` run over a grid; at each node ``lambda`` follows from its score
equation, and a gamma with the mode and curvature found there stands for its posterior, which is exact where
units do not differ. The grid is drawn again closer around the mass until it holds all of it and little else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch_tui.roi.failures.prior import LIFE_YEARS, Prior
from dispatch_tui.roi.failures.records import UnitRecord

Floats = NDArray[np.float64]

SHAPES = (0.4, 4.5)
"""``beta`` from and to."""

SPREADS = (0.0, 2.0)
"""The coefficient of variation between units, from (no difference at all) and to."""

_BETAS, _CVS = 31, 15
_ROUNDS = 5
_FAR_OUT = 14.0
"""A node this many logs below the best carries nothing."""

_YOUNGEST = 1e-3
"""A failure at age 0 is taken as one at this share of the oldest age: the law has no age 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """The posterior: arrays of one length. ``a`` is infinite where units do not differ.

    At a node ``lam`` (failures per age**beta) is a gamma with this mean and ``shape``. ``weight`` sums to 1.
    """

    beta: Floats
    a: Floats
    lam: Floats
    shape: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """What the likelihood needs of a fleet, ages divided by ``scale``."""

    starts: Floats
    ends: Floats
    first: NDArray[np.intp]
    """Where each unit's windows begin among ``starts``."""
    count: Floats
    at_least: Floats
    """How many units have more than k failures, k = 0, 1, ..."""
    sum_log: float
    scale: float
    prior_events: float
    prior_span: float
    prior_count: float
    """What the prior expects of a common unit up to the age ``prior_span``, both scaled."""


def posterior(units: Sequence[UnitRecord], prior: Prior, use_per_year: float) -> Nodes:
    """The grid for a fleet's records; units nobody watched say nothing, and all may be such."""
    data = _gather(units, prior, use_per_year)
    betas, cvs = SHAPES, SPREADS
    for _ in range(_ROUNDS):
        beta = np.geomspace(*betas, _BETAS)
        cv = np.linspace(*cvs, _CVS)
        log_weight, x, shape = _evaluate(data, prior, beta, cv)
        held = log_weight > log_weight.max() - _FAR_OUT
        closer = _around(beta, held.any(axis=1)), _around(cv, held.any(axis=0))
        if _as_wide(np.log(closer[0]), np.log(betas)) and _as_wide(closer[1], cvs):
            break
        betas, cvs = closer
    weight = np.exp(log_weight - log_weight.max())
    weight[:, [0, -1]] /= 2
    weight[[0, -1], :] /= 2
    rows, columns = np.nonzero(held)
    kept = weight[rows, columns]
    with np.errstate(divide="ignore"):
        a = 1 / cv[columns] ** 2
    lam = np.exp(x[rows, columns] - beta[rows] * math.log(data.scale))
    return Nodes(beta[rows], a, lam, shape[rows, columns], kept / kept.sum())


def exposure(record: UnitRecord, beta: Floats) -> Floats:
    """``G = sum over windows (T^beta - S^beta)`` at each ``beta``."""
    total = np.zeros_like(beta)
    for one in record.windows:
        total += one.end**beta - one.start**beta
    return total


def _gather(units: Sequence[UnitRecord], prior: Prior, use_per_year: float) -> _Data:
    watched = sorted((unit for unit in units if unit.windows), key=_order)
    span = LIFE_YEARS * use_per_year if prior.span is None else prior.span
    scale = max((unit.oldest for unit in watched), default=span)
    windows = [one for unit in watched for one in unit.windows]
    failures = np.array([age for unit in watched for age in unit.failures]) / scale
    count = np.array([unit.count for unit in watched], dtype=float)
    # The prior speaks at the ages on record: at others it would bend the shape to excuse a level that is off.
    heard = min(span, scale)
    prior_count = span / prior.mtbf * (heard / span) ** math.exp(prior.log_beta)
    most = int(count.max(initial=0))
    return _Data(
        starts=np.array([one.start for one in windows]) / scale,
        ends=np.array([one.end for one in windows]) / scale,
        first=np.cumsum([0, *(len(unit.windows) for unit in watched)])[:-1],
        count=count,
        at_least=np.array([(count > k).sum() for k in range(most)], dtype=float),
        sum_log=float(np.log(np.maximum(failures, _YOUNGEST)).sum()),
        scale=scale,
        prior_events=0.0 if prior.nobody_said and most else prior.events,
        prior_span=heard / scale,
        prior_count=prior_count,
    )


def _order(unit: UnitRecord) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same sums whatever order the units come in, to the last bit."""
    return tuple(edge for one in unit.windows for edge in (one.start, one.end)), unit.failures


def _evaluate(data: _Data, prior: Prior, beta: Floats, cv: Floats) -> tuple[Floats, Floats, Floats]:
    """Log posterior weight, ``ln lambda`` at its mode and the gamma's shape, each ``(beta, cv)``."""
    log_weight = np.empty((len(beta), len(cv)))
    x, shape = np.empty_like(log_weight), np.empty_like(log_weight)
    for row, b in enumerate(beta.tolist()):
        grown = data.ends**b - data.starts**b
        likely = np.add.reduceat(grown, data.first) if len(grown) else grown
        x_prior = math.log(data.prior_count) - b * math.log(data.prior_span)
        x[row], shape[row], value = _at_mode(data, likely, cv, x_prior, data.prior_events)
        events = float(data.count.sum())
        value += events * math.log(b) + (b - 1) * data.sum_log
        value -= ((math.log(b) - prior.log_beta) / prior.log_beta_sd) ** 2 / 2
        log_weight[row] = value - (cv / prior.cv) ** 2 / 2
    return log_weight, x, shape


def _at_mode(
    data: _Data, likely: Floats, cv: Floats, x_prior: float, m: float
) -> tuple[Floats, Floats, Floats]:
    """``x = ln lambda`` where its score is zero, the curvature there, and the log integral over it.

    ``likely`` is ``G_i``. With ``r = L/(a+L)`` the score is ``N + m - sum (a+n) r - m lambda/lambda_0``, falling
    in ``x``: Newton's steps inside a bracket cannot miss it.
    """
    events = float(data.count.sum())
    inverse = cv**2  # 1/a: finite where units do not differ
    n, g = data.count[:, None], likely[:, None]
    x = np.full(len(cv), math.log((events + m) / (float(likely.sum()) + m * math.exp(-x_prior))))
    low, high = x - 40.0, x + 40.0
    for _ in range(80):
        lam = np.exp(x)
        one = 1 / (1 + g * (lam * inverse))
        taken = (1 + n * inverse) * (g * lam) * one
        from_prior = m * np.exp(x - x_prior)
        score = events + m - taken.sum(axis=0) - from_prior
        shape = (taken * one).sum(axis=0) + from_prior
        low, high = np.where(score > 0, x, low), np.where(score > 0, high, x)
        step = score / shape
        if np.abs(step).max() < 1e-10:
            break
        ahead = x + step
        x = np.where((ahead > low) & (ahead < high), ahead, (low + high) / 2)
    grown = g * lam * inverse
    # a ln a - (a+n) ln(a+L) + sum over k < n of ln(a+k), written so that 1/a = 0 is the Poisson law.
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.where(inverse > 0, np.log1p(grown) / np.where(inverse > 0, inverse, 1.0), g * lam)
    pooled = -(alone + n * np.log1p(grown)).sum(axis=0)
    k = np.arange(len(data.at_least))[:, None]
    pooled += (data.at_least[:, None] * np.log1p(k * inverse)).sum(axis=0)
    value = pooled + events * x + m * (x - x_prior) - from_prior
    gamma = np.array([math.lgamma(one) for one in shape.tolist()])
    return x, shape, value + shape - shape * np.log(shape) + gamma


def _around(points: Floats, held: NDArray[np.bool_]) -> tuple[float, float]:
    """The range of what is held, and one point more on either side."""
    where = np.flatnonzero(held)
    return float(points[max(0, where[0] - 1)]), float(points[min(len(points) - 1, where[-1] + 1)])


def _as_wide(new: Sequence[float] | Floats, old: Sequence[float] | Floats) -> bool:
    return bool(new[1] - new[0] > 0.7 * (old[1] - old[0]))
