"""The laws that the fleet fit is set against: each gives the probabilities of a count of failures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dispatch_tui.roi.failures.fleet import FleetFit
from dispatch_tui.roi.failures.forecast import predict
from dispatch_tui.roi.failures.grid import SHAPES, Floats
from dispatch_tui.roi.failures.records import UnitRecord

HALF = 0.5
"""What stands for no failure where a law would else be sure of none."""


def pooled(fit: FleetFit, unit: UnitRecord, start: float, end: float) -> Floats:
    """Ours: power law, units that differ, every parameter with its uncertainty."""
    return predict(fit, unit, start, end).pmf


def fleet_power_law(units: Sequence[UnitRecord]) -> tuple[float, float]:
    """``lambda, beta`` of the likeliest power law that all units share (Crow 1975, several systems)."""
    ages = np.array([age for unit in units for age in unit.failures])
    ends = np.array([unit.oldest for unit in units])
    count = max(float(len(ages)), HALF)
    if not len(ages):
        return count / float(ends.sum()), 1.0
    scale = float(ends.max())
    betas = np.geomspace(SHAPES[0] / 2, SHAPES[1] * 2, 2001)
    grown = ((ends / scale)[:, None] ** betas).sum(axis=0)
    logs = float(np.log(np.maximum(ages, 1e-3 * scale) / scale).sum())
    best = int(np.argmax(count * (np.log(betas) - np.log(grown)) + (betas - 1) * logs))
    beta = float(betas[best])
    return count / float(grown[best]) / scale**beta, beta


def fleet_constant(units: Sequence[UnitRecord]) -> tuple[float, float]:
    """All failures over all time watched."""
    count = sum(unit.count for unit in units)
    return max(count, HALF) / math.fsum(unit.oldest for unit in units), 1.0


def unit_constant(unit: UnitRecord) -> tuple[float, float]:
    """The unit's own failures over its own time; none counts as half of one."""
    return max(unit.count, HALF) / unit.oldest, 1.0


def unit_power_law(unit: UnitRecord) -> tuple[float, float]:
    """Crow's maximum likelihood for one system watched until an age: ``beta = n / sum ln(T/t)``.

    Kept inside the shapes that ours allows, else one late failure would forecast thousands.
    """
    logs = math.fsum(math.log(unit.oldest / max(age, 1e-3 * unit.oldest)) for age in unit.failures)
    if not logs:
        return unit_constant(unit)
    beta = min(max(unit.count / logs, SHAPES[0]), SHAPES[1])
    return unit.count / unit.oldest**beta, beta


def poisson(law: tuple[float, float], start: float, end: float) -> Floats:
    """Probabilities of 0, 1, ... failures between two ages."""
    lam, beta = law
    mean = lam * (end**beta - start**beta)
    k = np.arange(1, int(mean + 12 * math.sqrt(mean) + 30))
    log_p = -mean + np.concatenate([[0.0], np.cumsum(np.log(mean / k))])
    return np.asarray(np.exp(log_p))
