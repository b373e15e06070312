"""The decision under uncertainty: how probable it is that replacing is cheaper, and what that rests on.

One plan to keep the unit (how it is repaired, and for how many years) is set against replacing it now. The plan is
chosen on expected costs, for nobody knows the future when he chooses; then both are priced in every future. In each
of them the difference is ``gap = D(n) - E* a(n)``, all ways seen under the same circumstances.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dispatch_tui.roi import finance
from dispatch_tui.roi.capital import annuity, repair_share
from dispatch_tui.roi.costs import Array, by_year, parts
from dispatch_tui.roi.futures import P10, P90, Futures
from dispatch_tui.roi.ledger import Ledger, keep_ledger, new_ledger
from dispatch_tui.roi.levers import levers
from dispatch_tui.roi.marks import Flag
from dispatch_tui.roi.replacement import (
    Case,
    Plan,
    Renewal,
    Standing,
    Weights,
    one_off,
    check,
    keep_weights,
    new_weights,
    repair_limit,
    study_gaps,
    turns,
    weigh,
)


@dataclass(frozen=True, slots=True)
class Band:
    """A mean and what holds the middle 80 % (P10 to P90)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The answer to a :class:`~dispatch_tui.roi.replacement.Case`. Money is minor units; savings are those of replacing
    now: negative where keeping is cheaper."""

    case: Case
    futures: Futures
    standing: Standing
    gaps: Array
    """By how much keeping costs more in each future, present value: (paths,)."""
    probability: float
    """That replacing now is cheaper; the same as that the quote lies above the limit."""
    error: float
    """Its standard error."""
    saving: Band
    """A year, over the years compared, in today's money."""
    limit: Band
    """The highest quote at which repairing is no dearer: on expected costs, and over the futures."""
    evpi: float
    """What knowing the future beforehand would be worth: no better information can be worth more."""
    study: Array
    """By how much keeping costs more if a unit is needed for 1, 2, ... years only."""
    turns: tuple[int, ...]
    """The needs in years from which the other verdict holds."""
    downtime: Band
    """Hours of standstill avoided a year, over the years compared."""
    keep: Ledger
    """The unit kept for as long as is best."""
    new: Ledger
    """The best challenger over its best life."""
    kept_on: Ledger
    """The unit kept over all the years compared."""
    replaced: Ledger
    """The challenger over all the years compared."""
    flags: tuple[Flag, ...]

    @property
    def replace(self) -> bool:
        return self.standing.replace

    @property
    def years(self) -> int:
        """How many years more the unit is best kept, if it is kept."""
        return self.standing.plan.years

    @property
    def horizon_decides(self) -> bool:
        """Whether the years compared alone say otherwise than a need without end."""
        return bool((self.study[self.case.horizon - 1] > 0) != self.replace)

    @property
    def extra_flow(self) -> tuple[float, ...]:
        """What replacing brings in against keeping on: first the extra outlay (negative), then savings."""
        return tuple((self.kept_on.by_year - self.replaced.by_year).tolist())

    @property
    def payback(self) -> float | None:
        return finance.payback(self.extra_flow)

    @property
    def payback_discounted(self) -> float | None:
        return finance.payback_discounted(self.case.rate, self.extra_flow)

    @property
    def returns(self) -> tuple[finance.RateOfReturn, ...]:
        """Every rate of return of replacing instead of keeping on; empty where there is none."""
        flow = self.extra_flow
        return finance.rates_of_return(flow) if min(flow) < 0 < max(flow) else ()


def decide(case: Case, futures: Futures) -> Decision:
    """Weigh the case on these futures. Raises ``InvalidInput`` naming the field that is missing or impossible."""
    check(case)
    standing = weigh(case, futures.means)
    plan, best, now = standing.plan, standing.best, standing.now
    uncertain = _uncertain(case, futures)
    real = annuity(case.real_rate, case.span)
    yearly = {
        one.name: _bought(case, futures, uncertain, one, one.life) / real[one.life - 1]
        for one in standing.renewals
    }
    once = {one.name: one_off(case, one) for one in case.challengers}
    excess = _bought(case, futures, uncertain, now, standing.now_life) + once[now.name]
    excess -= yearly[best.name] * real[standing.now_life - 1]

    def gap(of: Plan, kept: Array) -> Array:
        return np.asarray(kept - yearly[best.name] * real[of.years - 1] - excess)

    keep = _kept(case, futures, uncertain, plan)
    gaps = gap(plan, keep)
    quoted = standing.plans[0]
    quoted_gaps = gaps if quoted is plan else gap(quoted, _kept(case, futures, uncertain, quoted))
    probability = float(np.mean(gaps > 0) + np.mean(gaps == 0) / 2)
    options = [keep, *(yearly[name] * real[plan.years - 1] + once[name] for name in sorted(yearly))]
    years, challenger = case.horizon, case.challenger(best.name)
    study = study_gaps(standing)
    return Decision(
        case=case,
        futures=futures,
        standing=standing,
        gaps=gaps,
        probability=probability,
        error=math.sqrt(probability * (1 - probability) / futures.paths),
        saving=_band(gaps / real[years - 1], standing.yearly),
        limit=_limit(case, quoted, quoted_gaps),
        evpi=float(min(map(np.mean, options)) - np.mean(np.min(options, axis=0))),
        study=study,
        turns=turns(study),
        downtime=_downtime(case, futures, plan, best),
        keep=keep_ledger(case, futures.means[plan.way], plan.years, plan.way),
        new=new_ledger(case, challenger, futures.means[best.name], best.life, best.life),
        kept_on=keep_ledger(case, futures.means[plan.way], years, plan.way),
        replaced=new_ledger(case, challenger, futures.means[best.name], best.life, years),
        flags=_flags(case, standing),
    )


def yearly_band(decision: Decision, way: str) -> tuple[Array, Array]:
    """P10 and P90 of the running cost of each year compared, of a way by its name: (years,) each."""
    case, outlook = decision.case, decision.futures.ways[way]
    challenger = next((one for one in case.challengers if one.name == way), None)
    running = challenger.running if challenger else case.defender.running
    years = case.horizon
    cost = by_year(parts(running, years, case.tax), outlook.failures[:, :years], outlook.bills[:, :years])
    low, high = np.quantile(cost, (P10, P90), axis=0)
    return low, high


_Pulled = tuple[tuple[Case, Array], ...]
"""For each uncertain input the case with twice its value, and by what share it differs in each future."""


def _uncertain(case: Case, futures: Futures) -> _Pulled:
    return tuple(
        (lever.pull(case, 2.0), futures.shock(lever.key, sigma) - 1)
        for lever in levers(case)
        if lever.straight and (sigma := case.spread.get(lever.key, 0.0)) > 0
    )


def _kept(case: Case, futures: Futures, uncertain: _Pulled, plan: Plan) -> Array:
    """What the plan costs in every future: (paths,)."""
    others = [
        (keep_weights(pulled, plan.way), shock)
        for pulled, shock in uncertain
        if pulled.defender is not case.defender
    ]
    return _priced(futures, plan.way, plan.weights, plan.years, others)


def _bought(case: Case, futures: Futures, uncertain: _Pulled, renewal: Renewal, life: int) -> Array:
    """What one challenger costs over ``life`` years in every future: (paths,)."""
    mine = case.challenger(renewal.name)
    others = [
        (new_weights(pulled, other), shock)
        for pulled, shock in uncertain
        if (other := pulled.challenger(renewal.name)) is not mine
    ]
    return _priced(futures, renewal.name, renewal.weights, life, others)


def _priced(
    futures: Futures, way: str, weights: Weights, years: int, others: list[tuple[Weights, Array]]
) -> Array:
    """The cost is linear in each uncertain input: its slope is the cost at twice its value less the cost."""
    outlook = futures.ways[way]
    failures, bills = outlook.failures[:, :years], outlook.bills[:, :years]

    def cost(of: Weights) -> Array:
        return np.asarray(of.fixed[years - 1] + bills @ of.bills[:years] + failures @ of.failures[:years])

    base = cost(weights)
    total = base.copy()
    for other, shock in others:
        total += (cost(other) - base) * shock
    return total


def _limit(case: Case, quoted: Plan, gaps: Array) -> Band:
    share = repair_share(case.defender.capitalised, case.rate, case.years, case.tax)
    limits = case.defender.quote - gaps / share[quoted.years - 1]
    return _band(limits, repair_limit(case, quoted))


def _band(values: Array, mean: float) -> Band:
    low, high = np.quantile(values, (P10, P90))
    return Band(mean, float(low), float(high))


def _downtime(case: Case, futures: Futures, plan: Plan, best: Renewal) -> Band:
    """Hours down a year: the unit kept on, less the challenger, which begins anew after each life."""
    years, old, new = case.horizon, case.defender.running, case.challenger(best.name).running
    age = np.arange(years) % best.life
    before = futures.ways[plan.way].failures[:, :years].sum(axis=1) * old.hours_down
    after = futures.ways[best.name].failures[:, age].sum(axis=1) * new.hours_down
    avoided = (before - after) / years + old.planned_hours - new.planned_hours
    return _band(avoided, float(avoided.mean()))


def _flags(case: Case, standing: Standing) -> tuple[Flag, ...]:
    unit, flags = case.defender, list(case.flags)
    if unit.age_years is None:
        flags.append(Flag("age_unknown", "No install date: the unit's age plays no part."))
    elif unit.rated_life is None:
        flags.append(Flag("life_unknown", "The model has no rated life."))
    elif not standing.replace and unit.age_years + standing.plan.years > unit.rated_life:
        end = unit.age_years + standing.plan.years
        flags.append(
            Flag("beyond_life", f"By then it would be {end:.0f} years old, rated for {unit.rated_life:.0f}.")
        )
    if case.real_rate <= 0:
        flags.append(
            Flag("no_interest", "Prices rise as fast as interest: average yearly costs are compared, not for ever.")
        )
    return tuple(flags)
