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

from dispatch_tui.roi.failures.prior import Prior
from dispatch_tui.roi.failures.records import UnitRecord

Floats = NDArray[np.float64]

SHAPES = (0.4, 4.5)
"""``beta`` from and to."""

SPREADS = (0.0, 2.0)
"""The coefficient of variation between units, from (no difference at all) and to."""

_COARSE, _FINE = (15, 7), (31, 15)
"""How many ``beta`` and how many spreads: to find the mass, and to hold it."""

_ROUNDS = 4
_FAR_OUT = 14.0
"""A node this many logs below the best carries nothing."""

_AT_ONCE = 60_000
"""Units times nodes that are worked on together."""

_YOUNGEST = 1e-4
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
    for points in (_COARSE, *[_FINE] * _ROUNDS):
        beta = np.geomspace(*betas, points[0])
        cv = np.linspace(*cvs, points[1])
        log_weight, x, shape = _evaluate(data, prior, beta, cv)
        held = log_weight > log_weight.max() - _FAR_OUT
        closer = _around(beta, held.any(axis=1)), _around(cv, held.any(axis=0))
        if points is _FINE and _as_wide(np.log(closer[0]), np.log(betas)) and _as_wide(closer[1], cvs):
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
    span = prior.span_of(use_per_year)
    scale = max((unit.oldest for unit in watched), default=span)
    windows = [one for unit in watched for one in unit.windows]
    failures = np.array([age for unit in watched for age in unit.failures]) / scale
    count = np.array([unit.count for unit in watched], dtype=float)
    # The prior speaks at the ages on record: at others it would bend the shape to excuse a level that is off.
    heard = min(span, scale)
    most = int(count.max(initial=0))
    return _Data(
        starts=np.array([one.start for one in windows]) / scale,
        ends=np.array([one.end for one in windows]) / scale,
        first=np.cumsum([0, *(len(unit.windows) for unit in watched)])[:-1],
        count=count,
        at_least=np.array([(count > k).sum() for k in range(most)], dtype=float),
        sum_log=float(np.log(np.maximum(failures, _YOUNGEST)).sum()),
        scale=scale,
        prior_events=prior.events,
        prior_span=heard / scale,
        prior_count=prior.expected(heard, use_per_year),
    )


def _order(unit: UnitRecord) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same sums whatever order the units come in, to the last bit."""
    return tuple(edge for one in unit.windows for edge in (one.start, one.end)), unit.failures


def _evaluate(data: _Data, prior: Prior, beta: Floats, cv: Floats) -> tuple[Floats, Floats, Floats]:
    """Log posterior weight, ``ln lambda`` at its mode and the gamma's shape, each ``(beta, cv)``."""
    rows = max(1, _AT_ONCE // (len(cv) * max(1, len(data.count))))
    parts = [_at_mode(data, beta[row : row + rows], cv) for row in range(0, len(beta), rows)]
    x, shape, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    log_beta = np.log(beta)
    by_shape = data.count.sum() * log_beta + (beta - 1) * data.sum_log
    by_shape -= ((log_beta - prior.log_beta) / prior.log_beta_sd) ** 2 / 2
    return value + by_shape[:, None] - (cv / prior.cv) ** 2 / 2, x, shape


def _at_mode(data: _Data, beta: Floats, cv: Floats) -> tuple[Floats, Floats, Floats]:
    """``x = ln lambda`` where its score is zero, the curvature there, and the log integral over it.

    With ``r = L/(a+L)`` the score is ``N - sum (a+n) r - m tanh(x - x_0)``, falling in ``x``: Newton's steps inside
    a bracket cannot miss it. The last term is the prior's pull, ``m`` failures at ``x_0``: as a gamma's close by, but
    never more than ``m`` failures' pull, however far the record lies from it (density ``sech^m``).
    Arrays are ``(unit, node)`` and, summed over units, ``(node,)``; a node is one ``beta`` with one ``cv``.
    """
    m, events = data.prior_events, float(data.count.sum())
    grown = data.ends[:, None] ** beta - data.starts[:, None] ** beta
    likely = np.add.reduceat(grown, data.first, axis=0) if len(data.first) else grown
    inverse = np.tile(cv**2, len(beta))  # 1/a: finite where units do not differ
    n, g = data.count[:, None], np.repeat(likely, len(cv), axis=1)
    x_prior = math.log(data.prior_count) - np.repeat(beta, len(cv)) * math.log(data.prior_span)
    apart, more = g * inverse, g * (1 + n * inverse)
    x = np.log((events + m) / (g.sum(axis=0) + m * np.exp(-x_prior)))  # near enough to begin
    low, high = x - 40.0, x + 40.0
    for _ in range(80):
        lam = np.exp(x)
        one = 1 / (1 + apart * lam)
        taken = more * one
        pull = np.tanh(x - x_prior)
        score = events - lam * taken.sum(axis=0) - m * pull
        shape = lam * np.einsum("ij,ij->j", taken, one) + m * (1 - pull**2)
        low, high = np.where(score > 0, x, low), np.where(score > 0, high, x)
        step = score / shape
        if np.abs(step).max() < 1e-9:
            break
        ahead = x + step
        x = np.where((ahead > low) & (ahead < high), ahead, (low + high) / 2)
    # a ln a - (a+n) ln(a+L) + sum over k < n of ln(a+k), written so that 1/a = 0 is the Poisson law.
    logs = np.log1p(apart * lam)
    differ = inverse > 0
    alone = np.where(differ, logs.sum(axis=0) / np.where(differ, inverse, 1.0), lam * g.sum(axis=0))
    k = np.arange(len(data.at_least))[:, None]
    pooled = (data.at_least[:, None] * np.log1p(k * inverse)).sum(axis=0) - alone - data.count @ logs
    value = pooled + events * x - m * (np.logaddexp(x - x_prior, x_prior - x) - math.log(2))
    log_gamma = np.array([math.lgamma(one) for one in shape.tolist()])
    value += shape - shape * np.log(shape) + log_gamma
    by_beta = len(beta), len(cv)
    return x.reshape(by_beta), shape.reshape(by_beta), value.reshape(by_beta)


def _around(points: Floats, held: NDArray[np.bool_]) -> tuple[float, float]:
    """The range of what is held, and one point more on either side."""
    where = np.flatnonzero(held)
    return float(points[max(0, where[0] - 1)]), float(points[min(len(points) - 1, where[-1] + 1)])


def _as_wide(new: Sequence[float] | Floats, old: Sequence[float] | Floats) -> bool:
    return bool(new[1] - new[0] > 0.7 * (old[1] - old[0]))
