"""Thousands of futures, drawn once: how often each way forward fails and how its repairs turn out.

Money has no part in it, so that prices, rates and years may be edited while the draws stay. All ways share the
futures (common random numbers): a difference between two ways is then a difference between them, not of luck. Each
way has its own stream of random numbers, named by the way, so that the order of the options changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.costs import Array
from dispatch_tui.roi.replacement import Expected

PATHS = 10_000
"""Futures of a full answer: the standard error of a probability is then at most 0.005."""
PREVIEW_PATHS = 2_600
"""Futures of a preview: a standard error of at most 0.0098."""

P10, P90 = 0.1, 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """One way's futures: ``failures`` of each year, and ``bills``, its repairs with an average one as 1; each
    (paths, years). ``rates`` (paths,) is how failure-prone the unit is in each, with a mean of 1."""

    failures: Array
    bills: Array
    rates: Array

    @property
    def mean(self) -> Expected:
        return Expected(self.failures.mean(axis=0), self.bills.mean(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Futures:
    """The draws of every way, by its name; ``seed`` makes them again."""

    seed: int
    paths: int
    years: int
    ways: Mapping[str, Outlook]
    means: Mapping[str, Expected]

    def like(self, seed: int, paths: int, years: int) -> bool:
        """Whether they were drawn from this seed, so many and so far ahead."""
        return (self.seed, self.paths, self.years) == (seed, paths, years)

    def shock(self, name: str, sigma: float) -> Array:
        """A lognormal factor of mean 1 for an uncertain input, the same for every way: (paths,)."""
        return np.asarray(np.exp(sigma * stream(self.seed, name).standard_normal(self.paths) - sigma**2 / 2))


def gathered(ways: Mapping[str, Outlook], *, seed: int) -> Futures:
    """Outlooks that were drawn elsewhere, as futures of one length."""
    shapes = {one.failures.shape for one in ways.values()} | {one.bills.shape for one in ways.values()}
    if len(shapes) != 1:
        raise InvalidInput("futures", "every way needs the same number of futures and years")
    paths, years = shapes.pop()
    if not paths or not years:
        raise InvalidInput("futures", "at least one future of one year is needed")
    return Futures(seed, paths, years, dict(ways), {name: one.mean for name, one in ways.items()})


def compound(
    shape: float, means: Iterable[float], sigma: float, paths: int, rng: np.random.Generator
) -> Outlook:
    """Futures by the closed law: a gamma factor of this shape, Poisson failures of these means by year, and
    lognormal repairs of mean 1 with ``sigma`` on the log scale."""
    rates = rng.standard_gamma(shape, paths) / shape if np.isfinite(shape) else np.ones(paths)
    failures = rng.poisson(rates[:, None] * np.asarray(list(means)))
    return Outlook(failures.astype(np.float64), lognormal_sums(failures, sigma, rng), rates)


def lognormal_sums(numbers: np.ndarray, sigma: float, rng: np.random.Generator) -> Array:
    """The sum of so many lognormal amounts of mean 1 for each entry of ``numbers``."""
    flat = numbers.ravel()
    each = np.exp(sigma * rng.standard_normal(int(flat.sum())) - sigma**2 / 2)
    cells = np.repeat(np.arange(flat.size), flat)
    return np.asarray(np.bincount(cells, weights=each, minlength=flat.size).reshape(numbers.shape))


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one way, or of one uncertain input."""
    return np.random.default_rng([seed, crc32(name.encode())])
