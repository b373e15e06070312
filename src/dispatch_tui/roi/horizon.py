"""How long a unit is needed: the comparison over a limited time, and where the verdict turns with it."""

from __future__ import annotations

import numpy as np

from dispatch_tui.roi.capital import annuity, discount
from dispatch_tui.roi.case import Case
from dispatch_tui.roi.costs import Array
from dispatch_tui.roi.replacement import Renewal, Standing, one_off


def study_gaps(standing: Standing) -> Array:
    """By how much keeping costs more than replacing now if a unit is needed for 1, 2, ... years only: (years,).

    Both ways end together: a challenger whose life is not over then is credited with what is unused of its even
    yearly capital cost (imputed salvage; Sullivan, Engineering Economy). Above 0: replace.
    """
    case = standing.case
    years = case.years
    chains = np.array([_chain(case, one) for one in standing.renewals])
    best = np.concatenate(([0.0], chains.min(axis=0)))
    once = np.array([one_off(case, case.challenger(one.name)) for one in standing.renewals])
    now = (chains + once[:, None]).min(axis=0)
    later = discount(case.real_rate, years)
    keep = np.array(
        [
            min(
                float(np.min(plan.present[:needed] + later[:needed] * best[needed - 1 :: -1][:needed]))
                for plan in standing.plans
            )
            for needed in range(1, years + 1)
        ]
    )
    return np.asarray(keep - now)


def turns(gaps: Array) -> tuple[int, ...]:
    """The needs in years from which the other verdict holds, for :func:`study_gaps`."""
    replace = gaps > 0
    return tuple(int(k) + 1 for k in np.flatnonzero(replace[1:] != replace[:-1]) + 1)


def _chain(case: Case, renewal: Renewal) -> Array:
    """Present cost of serving 1, 2, ... years with this challenger, the last one imputed: (years,)."""
    life, years = renewal.life, case.years
    step = 1 / (1 + case.real_rate)
    real = annuity(case.real_rate, life)
    weights = renewal.weights
    running = renewal.cycle[:life] - weights.capital[:life]
    partial = np.concatenate(([0.0], weights.capital[life - 1] / real[-1] * real + running))
    needed = np.arange(1, years + 1)
    whole, rest = needed // life, needed % life
    starts = np.concatenate(([0.0], np.cumsum(step ** (life * np.arange(whole[-1])))))
    return np.asarray(renewal.cycle[life - 1] * starts[whole] + step ** (whole * life) * partial[rest])
