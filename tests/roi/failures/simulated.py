"""Logs and lives drawn from a known law, for tests that ask whether a fit finds it again."""

from __future__ import annotations

import numpy as np

from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.systems import System, system


def log(law: PowerLaw, end: float, rng: np.random.Generator, start: float = 0.0) -> System:
    """A system watched over a window: a Poisson count, the ages by the inverse of the expected failures."""
    low, high = start**law.beta, end**law.beta
    count = int(rng.poisson(law.lam * (high - low)))
    ages = (low + rng.random(count) * (high - low)) ** (1 / law.beta)
    return system(sorted(ages.tolist()), end, start)


def until(law: PowerLaw, failures: int, rng: np.random.Generator) -> System:
    """A system watched from new until so many failures."""
    ages = (np.cumsum(rng.exponential(size=failures)) / law.lam) ** (1 / law.beta)
    return system(ages.tolist())
