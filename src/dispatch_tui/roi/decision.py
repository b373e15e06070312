"""The decision under uncertainty: how probable it is that replacing is cheaper, and what that rests on.

The verdict stands on expected costs. Its probability is counted over futures: in each of them the unit is kept for as
long as then pays, given how failure-prone it turns out to be (nobody foresees the single failure), and what that
really costs is set against replacing now, all ways under the same circumstances. That is the reading of the tornado
too, where a unit that fails less is kept longer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch_tui.roi import finance
from dispatch_tui.roi.capital import annuity, repair_share
from dispatch_tui.roi.case import Case, check
from dispatch_tui.roi.costs import Array, by_year, parts
from dispatch_tui.roi.futures import P10, P90, Futures
from dispatch_tui.roi.horizon import study_gaps, turns
from dispatch_tui.roi.ledger import Ledger, keep_ledger, new_ledger
from dispatch_tui.roi.levers import levers
from dispatch_tui.roi.marks import Flag
from dispatch_tui.roi.replacement import (
    Plan,
    Renewal,
    Standing,
    Weights,
    keep_weights,
    new_weights,
    one_off,
    repair_limit,
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
    """What knowing beforehand which of the two is cheaper would be worth: no inspection, no waiting, can be
    worth more."""
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

    def gap(of: Plan) -> tuple[NDArray[np.intp], Array]:
        """For how long the unit is kept in each future, and by how much that costs more than replacing now."""
        kept = _worth_keeping(case, futures, of, best)
        cost = _kept(case, futures, uncertain, of, kept)
        return kept, np.asarray(cost - yearly[best.name] * real[kept - 1] - excess)

    kept, gaps = gap(plan)
    quoted = standing.plans[0]
    quoted_kept, quoted_gaps = (kept, gaps) if quoted is plan else gap(quoted)
    probability = float(np.mean(gaps > 0) + np.mean(gaps == 0) / 2)
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
        limit=_limit(case, quoted, quoted_gaps, quoted_kept),
        evpi=max(0.0, float(min(0.0, plan.least) - np.mean(np.minimum(gaps, 0.0)))),
        study=study,
        turns=turns(study),
        downtime=_downtime(case, futures, plan, best),
        keep=keep_ledger(case, futures.means[plan.way], plan.years, plan.way),
        new=new_ledger(case, challenger, futures.means[best.name], best.life, best.life),
        kept_on=keep_ledger(case, futures.means[plan.way], years, plan.way),
        replaced=new_ledger(
            case, challenger, futures.means[best.name], best.life, years, once=once[best.name]
        ),
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


def _worth_keeping(case: Case, futures: Futures, plan: Plan, best: Renewal) -> NDArray[np.intp]:
    """For how many years the unit is best kept in each future, by how often it and its successor fail there."""
    old, new = futures.ways[plan.way].rates[:, None], futures.ways[best.name].rates[:, None]
    fixed, life = plan.weights.fixed, best.life - 1
    base = best.weights.fixed[life]
    real = annuity(case.real_rate, case.span)
    successor = (base + new * (best.cycle[life] - base)) / real[life]
    gaps = fixed + old * (plan.present - fixed) - successor * real[: case.years]
    return np.asarray(np.argmin(gaps, axis=1) + 1)


def _kept(case: Case, futures: Futures, uncertain: _Pulled, plan: Plan, years: NDArray[np.intp]) -> Array:
    """What the plan costs in every future, kept so many years in each: (paths,)."""
    others = [
        (keep_weights(pulled, plan.way), shock)
        for pulled, shock in uncertain
        if pulled.defender is not case.defender
    ]
    outlook, rows = futures.ways[plan.way], np.arange(futures.paths)

    def cost(of: Weights) -> Array:
        found = of.fixed[years - 1]
        if of.bills.any() or of.failures.any():
            yearly = (
                outlook.bills[:, : case.years] * of.bills + outlook.failures[:, : case.years] * of.failures
            )
            found = found + np.cumsum(yearly, axis=1)[rows, years - 1]
        return np.asarray(found)

    return _shaken(cost, plan.weights, others)


def _bought(case: Case, futures: Futures, uncertain: _Pulled, renewal: Renewal, life: int) -> Array:
    """What one challenger costs over ``life`` years in every future: (paths,)."""
    mine = case.challenger(renewal.name)
    others = [
        (new_weights(pulled, other), shock)
        for pulled, shock in uncertain
        if (other := pulled.challenger(renewal.name)) is not mine
    ]
    outlook = futures.ways[renewal.name]
    failures, bills = outlook.failures[:, :life], outlook.bills[:, :life]

    def cost(of: Weights) -> Array:
        return np.asarray(of.fixed[life - 1] + bills @ of.bills[:life] + failures @ of.failures[:life])

    return _shaken(cost, renewal.weights, others)


def _shaken(cost: Callable[[Weights], Array], weights: Weights, others: list[tuple[Weights, Array]]) -> Array:
    """The cost with every uncertain input off its mean. It is linear in each of them: the slope is the cost at
    twice the value less the cost."""
    total = cost(weights)
    for other, shock in others:
        total = total + cost(_less(other, weights)) * shock
    return total


def _less(one: Weights, other: Weights) -> Weights:
    return Weights(
        one.fixed - other.fixed,
        one.capital - other.capital,
        one.bills - other.bills,
        one.failures - other.failures,
    )


def _limit(case: Case, quoted: Plan, gaps: Array, kept: NDArray[np.intp]) -> Band:
    share = repair_share(case.defender.capitalised, case.rate, case.years, case.tax)
    limits = case.defender.quote - gaps / share[kept - 1]
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
            Flag(
                "no_interest",
                "Prices rise as fast as interest: average yearly costs are compared, not for ever.",
            )
        )
    return tuple(flags)
