"""Fleets that fail by a stated law, for tests that ask whether a fit finds it."""

from __future__ import annotations

import numpy as np

from dispatch_tui.roi.failures.records import Span, UnitRecord, unit_record


def simulated(
    units: int,
    *,
    beta: float,
    lam: float,
    cv: float,
    seed: int,
    until: tuple[float, float] = (3.0, 9.0),
    late: float = 0.0,
) -> list[UnitRecord]:
    """Units with factor Gamma(1/cv^2), power-law failures, watched to an age of ``until`` and, ``late`` of them, only
    from a third of it on."""
    rng = np.random.default_rng(seed)
    fleet = []
    for k in range(units):
        u = rng.gamma(1 / cv**2, cv**2) if cv else 1.0
        end = rng.uniform(*until)
        start = end / 3 if rng.random() < late else 0.0
        count = rng.poisson(u * lam * (end**beta - start**beta))
        # Given their number, failures are independent draws of the law's own distribution.
        ages = (start**beta + rng.random(count) * (end**beta - start**beta)) ** (1 / beta)
        fleet.append(unit_record(f"u{k}", [Span(start, end)], ages.tolist()))
    return fleet


def rescaled(fleet: list[UnitRecord], by: float) -> list[UnitRecord]:
    """The same fleet with its ages in another unit."""
    return [
        unit_record(
            unit.unit,
            [Span(one.start * by, one.end * by) for one in unit.windows],
            [age * by for age in unit.failures],
        )
        for unit in fleet
    ]
