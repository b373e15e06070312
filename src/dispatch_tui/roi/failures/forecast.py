"""How often a unit will fail: draws for a Monte Carlo run, and the law of a count without any.

Given its record a unit's factor is ``Gamma(a + n, a + L)``, so that the failures in the next ``h`` are negative
binomial with shape ``a + n`` and mean ``E[u] lambda ((T+h)^beta - T^beta)``. The uncertainty of ``beta``, ``a``
and ``lambda`` comes on top: one node of the grid per path.

Beyond the oldest age that the fleet was seen at, nobody knows whether ageing goes on as it did. There each path
bends by a lognormal factor of mean 1 whose spread grows with ``ln(age / oldest)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.fleet import FleetFit
from dispatch_tui.roi.failures.grid import Floats, exposure
from dispatch_tui.roi.failures.records import UnitRecord
from dispatch_tui.roi.marks import Flag

Counts = NDArray[np.int64]

BEYOND_SPREAD = 0.3
"""Standard deviation of the log factor per unit of ``ln(age / oldest)``: 0.2 at twice the oldest age."""

_LAMBDA_POINTS, _BEYOND_POINTS = 4, 3
_LIGHTEST = 1e-7
_MANY = 1e9
"""Stands for an infinite ``a`` where a formula needs a number."""
_BLOCK, _TAIL, _MOST = 64, 1e-6, 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """One draw of the failure law per path.

    ``beta``, ``a`` (infinite where units do not differ), ``lam`` (failures per age**beta) and ``beyond`` (standard
    normal) have the shape ``(paths,)``; ``u``, the unit's factor, ``(paths,)`` from :func:`draw` and
    ``(units, paths)`` from :func:`draw_many`. ``oldest`` is the fleet's oldest observed age.
    """

    beta: Floats
    a: Floats
    lam: Floats
    u: Floats
    beyond: Floats
    oldest: float


@dataclass(frozen=True, slots=True, eq=False)
class CountLaw:
    """The law of a number of failures: ``pmf[k]`` is the probability of ``k``; mean and variance are exact."""

    mean: float
    variance: float
    pmf: Floats

    def quantile(self, level: float) -> int:
        """The smallest count that is not exceeded with probability ``level``."""
        return min(int(np.searchsorted(np.cumsum(self.pmf), level)), len(self.pmf) - 1)

    def interval(self, share: float = 0.8) -> tuple[int, int]:
        """The counts between which the middle ``share`` lies, both included."""
        return self.quantile((1 - share) / 2), self.quantile((1 + share) / 2)


def draw(fit: FleetFit, unit: UnitRecord, paths: int, rng: np.random.Generator) -> Draws:
    """``paths`` draws for one unit; one that nobody watched gets a factor from its fleet."""
    many = draw_many(fit, (unit,), paths, rng)
    return Draws(many.beta, many.a, many.lam, many.u[0], many.beyond, many.oldest)


def draw_many(fit: FleetFit, units: Sequence[UnitRecord], paths: int, rng: np.random.Generator) -> Draws:
    """Draws for units of one fleet: what the fleet is unsure of is shared by all, as it is in the world.

    Raises ``InvalidInput`` (``paths``) below one path.
    """
    return _with_units(fit, units, _of_the_fleet(fit, paths, rng), rng)


def chunk(
    fit: FleetFit, units: Sequence[UnitRecord], paths: int, seed: int, index: int
) -> tuple[Draws, np.random.Generator]:
    """Draws for the ``index``-th part of a large fleet, and the generator to go on with.

    What the fleet is unsure of comes from ``seed`` and is the same in every part; the rest from ``seed`` and
    ``index``. So parts may be worked on anywhere and in any order, and the answer stays the same.
    """
    shared, own = np.random.default_rng(seed), np.random.default_rng((seed, index))
    return _with_units(fit, units, _of_the_fleet(fit, paths, shared), own), own


def expected(draws: Draws, ages_from: ArrayLike, ages_to: ArrayLike) -> Floats:
    """Expected failures per path and span of age: ``(paths, years)``, or ``(units, paths, years)``.

    ``ages_from`` and ``ages_to`` are ``(years,)``, or ``(units, years)`` with draws of many; a span may be empty.
    Raises ``InvalidInput`` (``ages``) for a span that ends before it begins or lies below 0, and for spans that do not
    go with the units drawn.
    """
    start, end = _spans(ages_from, ages_to)
    if start.ndim != draws.u.ndim:
        raise InvalidInput("ages", "one row of spans for each unit drawn is needed")
    beta, which = np.unique(
        draws.beta, return_inverse=True
    )  # a few dozen on the grid, for any number of paths
    if draws.u.ndim == 1:
        return _expected_of_one(draws, draws.u, beta, which, start, end)
    found = np.empty((*draws.u.shape, start.shape[-1]))
    for row, u in enumerate(draws.u):  # one by one, what is worked on stays in the processor's cache
        found[row] = _expected_of_one(draws, u, beta, which, start[row], end[row])
    return found


def counts(draws: Draws, ages_from: ArrayLike, ages_to: ArrayLike, rng: np.random.Generator) -> Counts:
    """Failures per path and span of age, of the shape of :func:`expected`."""
    return rng.poisson(expected(draws, ages_from, ages_to))


def predict(fit: FleetFit, unit: UnitRecord, start: float, end: float) -> CountLaw:
    """The law of the unit's failures between two ages, without chance: the same for the same records.

    Negative binomials at every node of the grid, the gamma of ``lambda`` and the bend beyond the oldest age by
    Gauss's rules (Golub and Welsch 1969).
    """
    weights, means, shape = _at_nodes(fit, unit, start, end)
    return _mixture(weights, means, shape)


def predict_mean(fit: FleetFit, unit: UnitRecord, start: float, end: float) -> float:
    """The mean of :func:`predict` alone, which takes no longer where failures are many."""
    weights, means, _ = _at_nodes(fit, unit, start, end)
    return float(weights @ means / weights.sum())


def _at_nodes(fit: FleetFit, unit: UnitRecord, start: float, end: float) -> tuple[Floats, Floats, Floats]:
    """The weight of every node, and the mean and the shape of its negative binomial."""
    _spans((start,), (end,))
    nodes = fit.nodes
    points, share = _gamma_rule(nodes.shape)
    lam = nodes.lam[:, None] * points
    likely = lam * exposure(unit, nodes.beta)[:, None]
    a = np.minimum(nodes.a, _MANY)[:, None]
    factor = (a + unit.count) / (a + likely)
    edge = min(max(fit.oldest, start), end)
    seen = (edge**nodes.beta - start**nodes.beta)[:, None] * lam
    unseen = (end**nodes.beta - edge**nodes.beta)[:, None] * lam
    means, weights = [], []
    for bend, part in _bends(edge, end, fit.oldest):
        means.append((factor * (seen + unseen * bend)).ravel())
        weights.append((nodes.weight[:, None] * share * part).ravel())
    shape = np.tile((np.broadcast_to(a, lam.shape) + unit.count).ravel(), len(means))
    return np.concatenate(weights), np.concatenate(means), shape


def flags(fit: FleetFit, unit: UnitRecord, until: float) -> tuple[Flag, ...]:
    """Every caution on a forecast up to the age ``until``: the fleet's, the unit's, and how far it reaches."""
    found = [*fit.flags, *unit.flags]
    if not unit.windows and not fit.prior_only:
        found.append(Flag("fleet_only", "Nothing of this unit is on record: the forecast is its fleet's."))
    if until > fit.oldest and fit.units:
        oldest = f"{fit.oldest:,.4g}" if fit.oldest < 1_000 else f"{fit.oldest:,.0f}"
        found.append(
            Flag(
                "beyond_oldest_age",
                f"No unit of this model was watched beyond {oldest} {fit.clock.value}: "
                "what lies beyond is less certain than it looks, and drawn wider.",
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _OfTheFleet:
    node: NDArray[np.intp]
    lam: Floats
    beyond: Floats


def _of_the_fleet(fit: FleetFit, paths: int, rng: np.random.Generator) -> _OfTheFleet:
    if paths < 1:
        raise InvalidInput("paths", "must be 1 or above")
    nodes = fit.nodes
    node = np.searchsorted(np.cumsum(nodes.weight)[:-1], rng.random(paths), side="right")
    shape = nodes.shape[node]
    return _OfTheFleet(node, nodes.lam[node] * rng.standard_gamma(shape) / shape, rng.standard_normal(paths))


def _with_units(
    fit: FleetFit, units: Sequence[UnitRecord], drawn: _OfTheFleet, rng: np.random.Generator
) -> Draws:
    beta, a = fit.nodes.beta[drawn.node], fit.nodes.a[drawn.node]
    differ = np.isfinite(a)
    finite = np.where(differ, a, 1.0)
    betas, which = np.unique(beta, return_inverse=True)
    u = np.empty((len(units), len(beta)))
    for row, unit in enumerate(units):
        likely = exposure(unit, betas)[which] * drawn.lam
        own = rng.standard_gamma(finite + unit.count) / (finite + likely)
        u[row] = np.where(differ, own, 1.0)
    return Draws(beta, a, drawn.lam, u, drawn.beyond, fit.oldest)


def _expected_of_one(
    draws: Draws, u: Floats, beta: Floats, which: NDArray[np.intp], start: Floats, end: Floats
) -> Floats:
    """``(paths, years)``; ``beta[which]`` is ``draws.beta``."""
    edge = np.clip(draws.oldest, start, end)
    powers = beta[:, None]
    grown: Floats = (edge**powers - start**powers)[which]
    if float(end.max(initial=0.0)) > draws.oldest:
        unseen = (end**powers - edge**powers)[which]
        bend = _bend(edge, end, draws.oldest) * BEYOND_SPREAD
        grown += unseen * np.exp(bend * draws.beyond[:, None] - bend**2 / 2)
    grown *= (u * draws.lam)[:, None]
    return grown


def _spans(ages_from: ArrayLike, ages_to: ArrayLike) -> tuple[Floats, Floats]:
    start, end = np.asarray(ages_from, dtype=float), np.asarray(ages_to, dtype=float)
    if start.shape != end.shape:
        raise InvalidInput("ages", "as many beginnings as ends are needed")
    if not (
        np.isfinite(start).all() and np.isfinite(end).all() and (start >= 0).all() and (end >= start).all()
    ):
        raise InvalidInput("ages", "a span must begin at 0 or above and end no earlier")
    return start, end


def _bend(start: Floats, end: Floats, oldest: float) -> Floats:
    """``ln(age / oldest)`` at the middle of what lies beyond the oldest age, 0 for what does not."""
    return np.log(np.maximum((start + end) / 2, oldest) / oldest)


def _bends(start: float, end: float, oldest: float) -> list[tuple[float, float]]:
    if end <= oldest:
        return [(1.0, 1.0)]
    spread = BEYOND_SPREAD * float(_bend(np.array(start), np.array(end), oldest))
    z, weight = np.polynomial.hermite_e.hermegauss(_BEYOND_POINTS)
    factors = np.exp(spread * z - spread**2 / 2)
    weight = weight / weight.sum()
    return list(zip((factors / (factors @ weight)).tolist(), weight.tolist(), strict=True))


def _gamma_rule(shape: Floats) -> tuple[Floats, Floats]:
    """Points and weights, each ``(nodes, 4)``, for a gamma of mean 1 and this shape."""
    i = np.arange(_LAMBDA_POINTS)
    jacobi = np.zeros((len(shape), _LAMBDA_POINTS, _LAMBDA_POINTS))
    jacobi[:, i, i] = 2 * i + shape[:, None]
    beside = np.sqrt(i[1:] * (i[1:] + shape[:, None] - 1))
    jacobi[:, i[1:], i[:-1]] = beside
    points, vectors = np.linalg.eigh(jacobi)
    return points / shape[:, None], vectors[:, 0, :] ** 2


def _mixture(weight: Floats, mean: Floats, shape: Floats) -> CountLaw:
    kept = weight > _LIGHTEST * weight.max()
    weight, mean, shape = weight[kept] / weight[kept].sum(), mean[kept], shape[kept]
    total = float(weight @ mean)
    variance = float(weight @ (mean + mean**2 / shape + (mean - total) ** 2))
    with np.errstate(divide="ignore"):
        log_q = np.log(mean) - np.log(shape + mean)
    log_p = -shape * np.log1p(mean / shape)
    parts = [weight @ np.exp(log_p)]
    reached, k = float(parts[0]), 0
    while reached < 1 - _TAIL and k < _MOST:
        step = np.arange(k, k + _BLOCK)
        log_ratio = np.log((shape[:, None] + step) / (step + 1)) + log_q[:, None]
        block = log_p[:, None] + np.cumsum(log_ratio, axis=1)
        part = weight @ np.exp(block)
        log_p = block[:, -1]
        parts.append(part)
        reached += float(part.sum())
        k += _BLOCK
    pmf = np.concatenate([np.atleast_1d(part) for part in parts])
    return CountLaw(total, variance, pmf / pmf.sum())
