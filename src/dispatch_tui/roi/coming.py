"""What lies ahead year by year, as the panel draws it: failures with their band, and the price of keeping on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch_tui.roi.capital import annuity
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.futures import P10, P90


@dataclass(frozen=True, slots=True)
class Coming:
    """One coming year, counted from now (1 is the next twelve months): failures of the unit on average and in the
    middle 80 % of the futures (P10 to P90), and of the challenger at that age on average."""

    year: int
    mean: float
    low: float
    high: float
    new: float


def coming(decision: Decision) -> tuple[Coming, ...]:
    """The failures of every year compared."""
    standing, years = decision.standing, decision.case.horizon
    old = decision.futures.ways[standing.plan.way].failures[:, :years]
    low, high = np.quantile(old, (P10, P90), axis=0)
    new = decision.futures.means[standing.best.name].failures
    mean = old.mean(axis=0)
    life = standing.best.life
    return tuple(
        Coming(year + 1, float(mean[year]), float(low[year]), float(high[year]), float(new[year % life]))
        for year in range(years)
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """Keeping the unit ``years`` more years. ``more`` is what that and replacing then costs beyond replacing now, as
    of now (negative: it pays); ``yearly`` and ``new_yearly`` are the even yearly costs of the unit, and of a challenger
    that is kept as long (``None`` beyond its life)."""

    years: int
    more: float
    yearly: float
    new_yearly: float | None


def kept(decision: Decision) -> tuple[Kept, ...]:
    """Every number of years for which keeping was tried."""
    plan, new, case = decision.standing.plan, decision.standing.best.yearly, decision.case
    yearly = plan.present / annuity(case.real_rate, case.years)
    return tuple(
        Kept(
            year + 1,
            float(plan.gap[year]),
            float(yearly[year]),
            float(new[year]) if year < len(new) else None,
        )
        for year in range(case.years)
    )
