"""What each way forward has cost by the end of each year, with the band of the futures: the picture of a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dispatch_tui.roi.case import Case
from dispatch_tui.roi.costs import Array, Part, Running, by_year, parts
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.futures import P10, P90


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Money spent since today, minor units of each year's money: element k is at the end of year k, (years + 1,)
    each; ``low`` and ``high`` are P10 and P90."""

    mean: Array
    low: Array
    high: Array


def courses(decision: Decision) -> tuple[Course, Course]:
    """Keeping the unit and having the best challenger, over the years compared.

    The mean is that of the ledgers; the band is how far failures and their repairs move it.
    """
    kept, had = running_costs(decision)
    return _course(decision.kept_on.by_year, kept), _course(decision.replaced.by_year, had)


def running_costs(decision: Decision) -> tuple[Array, Array]:
    """What each year compared costs to run in every future, kept and replaced: (paths, years) each."""
    case, standing = decision.case, decision.standing
    best = case.challenger(standing.best.name)
    years, life = case.horizon, standing.best.life
    keep, new = decision.futures.ways[standing.plan.way], decision.futures.ways[best.name]
    age = np.arange(years) % life
    kept = by_year(
        parts(case.defender.running, years, case.tax), keep.failures[:, :years], keep.bills[:, :years]
    )
    return kept, by_year(_aged(best.running, life, years, case), new.failures[:, age], new.bills[:, age])


def _aged(running: Running, life: int, years: int, case: Case) -> tuple[Part, ...]:
    """The costs of units that follow one another, each ``life`` years old when the next one comes."""
    age = np.arange(years) % life
    dearer = (1 + case.inflation) ** (np.arange(years) - age)
    return tuple(replace(one, by_year=one.by_year[age] * dearer) for one in parts(running, life, case.tax))


def _course(flows: Array, yearly: Array) -> Course:
    spent = np.cumsum(flows)
    moved = np.cumsum(yearly - yearly.mean(axis=0), axis=1)
    low, high = np.quantile(moved, (P10, P90), axis=0)
    return Course(spent, spent + np.append(0.0, low), spent + np.append(0.0, high))
