"""Many units at once: what replacing each would save, and how sure that is.

Verdict and yearly saving are those of ``replacement.weigh``, on the same weights. The futures behind the probability
are drawn in one piece instead of year by year: given how failure-prone a unit is in a future, what its failures cost
over the years it is kept has a known mean and variance, and is drawn once, by the gamma law that has both. What all
units of a model share (the doubt about their law, their successor, prices) is drawn once for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.capital import annuity, discount, repair_share
from dispatch_tui.roi.case import Case, check
from dispatch_tui.roi.costs import DOWNTIME, Array, prices
from dispatch_tui.roi.failures.forecast import Draws, chunk, expected
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.futures import Outlook, stream
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.levers import levers
from dispatch_tui.roi.outlook import Failing, futures, proneness
from dispatch_tui.roi.replacement import Weights, keep_weights, new_weights, one_off
from dispatch_tui.roi.stating import case_from
from dispatch_tui.roi.usage import usage_ratio

FLEET_PATHS = 1_000
"""Futures of each unit of a fleet: a standard error of a probability of at most 0.016."""

_NEW = "the successor"
_KEYS = tuple(dict.fromkeys(field.key for field in FIELDS))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One unit's answer. Money is minor units of ``currency``; ``saving`` a year, negative where keeping is cheaper.

    Where there is no answer ``problem`` says why and the numbers are 0. ``customer`` is whose it is, for the list only.
    ``next_failure`` is in how many years a
    failure is as likely as not to have come, ``None`` where that is beyond what was looked at.
    """

    unit_id: int
    unit: str
    challenger: str
    currency: str
    saving: float = 0.0
    probability: float = 0.0
    error: float = 0.0
    limit: float = 0.0
    keep_years: int = 0
    outlay: int = 0
    """What replacing costs at once: price and changeover."""
    failures: float = 0.0
    """Expected in the coming year."""
    next_failure: float | None = None
    flags: tuple[str, ...] = ()
    problem: str = ""
    customer: str = ""

    @property
    def replace(self) -> bool:
        return not self.problem and self.saving > 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some units of one model against one challenger: their ids and inputs, which share the fits of both models.

    ``index`` sets its draws apart from other batches of the model.
    """

    ids: tuple[int, ...]
    inputs: tuple[Inputs, ...]
    index: int = 0


def outcomes(batch: Batch, *, seed: int, paths: int = FLEET_PATHS) -> tuple[Outcome, ...]:
    """The answer for every unit of the batch, in its order. A unit that lacks an input has a ``problem``."""
    found: list[Outcome] = []
    rows: list[tuple[int, Inputs, Case, Failing]] = []
    for unit_id, inputs in zip(batch.ids, batch.inputs, strict=True):
        try:
            rows.append((unit_id, inputs, *_asked(inputs)))
        except InvalidInput as error:
            found.append(
                Outcome(unit_id, inputs.unit, inputs.challenger, inputs.currency, problem=error.message)
            )
    if rows:
        found += _answered(rows, seed, batch.index, paths)
    place = {unit_id: number for number, unit_id in enumerate(batch.ids)}
    return tuple(sorted(found, key=lambda one: place[one.unit_id]))


def _asked(inputs: Inputs) -> tuple[Case, Failing]:
    """The case, and how the unit fails; the records say how often, so that nobody need state it."""
    if inputs.failing is None or inputs.new_failing is None:
        raise InvalidInput("failures", "nobody knows how often it fails", "Enter its failures a year.")
    case = case_from(replace(inputs, failures=0.0, new_failures=0.0))
    check(case)
    return case, inputs.failing.used(inputs.recorded_usage, inputs.expected_usage)


def _answered(
    rows: Sequence[tuple[int, Inputs, Case, Failing]], seed: int, index: int, paths: int
) -> list[Outcome]:
    drawn, rng = chunk(rows[0][3].fit, [failing.unit for *_, failing in rows], paths, seed, index)
    shared = _shared(rows[0][1], rows[0][2], seed, paths)
    found = []
    for row, (unit_id, inputs, case, failing) in enumerate(rows):
        one = Draws(drawn.beta, drawn.a, drawn.lam, drawn.u[row], drawn.beyond, drawn.oldest)
        likely = expected(one, *failing.ages(case.years)) * failing.scale
        found.append(_outcome(unit_id, inputs, case, failing, likely, shared, rng))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What the units of a batch have in common. ``weights`` are the successor's without yearly streams, its downtime
    an hour a failure at a price of 1; ``stream[n - 1]`` is what 1 a year costs over n years."""

    weights: Weights
    outlook: Outlook
    real: Array
    stream: Array
    shares: Array
    dearer: dict[str, Array]
    """By how much each part of buying it moves the fixed cost when it doubles, by life."""
    normals: dict[str, Array]
    shocks: dict[tuple[str, float], Array]
    """Those asked for so far: most units share their spreads."""

    def shock(self, case: Case, key: str) -> Array | float:
        """By what share an uncertain input differs in each future; 0 where it is known."""
        sigma = case.spread.get(key, 0.0)
        if not sigma:
            return 0.0
        if (key, sigma) not in self.shocks:
            self.shocks[key, sigma] = np.expm1(sigma * self.normals[key] - sigma**2 / 2)
        return self.shocks[key, sigma]


def _shared(inputs: Inputs, case: Case, seed: int, paths: int) -> _Shared:
    assert inputs.new_failing is not None
    one = case.challengers[0]
    running = replace(one.running, hours_down=1.0, hour_price=1.0, streams=())
    bare = replace(case, challengers=(replace(one, running=running),))
    weights = new_weights(bare, bare.challengers[0])
    dearer = {}
    for lever in levers(bare):
        if lever.key in ("challenger.price", "challenger.changeover"):
            pulled = lever.pull(bare, 2.0)
            dearer[lever.key] = new_weights(pulled, pulled.challengers[0]).fixed - weights.fixed
    return _Shared(
        weights=weights,
        outlook=futures({_NEW: inputs.new_failing}, one.life, seed=seed, paths=paths).ways[_NEW],
        real=annuity(case.real_rate, case.span),
        stream=np.cumsum(prices(case.inflation, case.span) * discount(case.rate, case.span)) * (1 - case.tax),
        shares=repair_share(case.defender.capitalised, case.rate, case.years, case.tax),
        dearer=dearer,
        normals={key: stream(seed, key).standard_normal(paths) for key in _KEYS},
        shocks={},
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Successor:
    """The best life of the successor of one unit: its even yearly cost, on average and in each future."""

    life: int
    cost: float
    by_path: Array


def _successor(case: Case, shared: _Shared, use: float) -> _Successor:
    running, mean = case.challengers[0].running, shared.outlook.mean
    hour = running.hours_down * running.hour_price
    yearly = sum(one.per_year for one in running.streams)
    bills, downs = shared.weights.bills * use, shared.weights.failures * hour * use
    lives = len(shared.weights.fixed)
    cycle = shared.weights.fixed + yearly * shared.stream[:lives]
    cycle = cycle + np.cumsum(mean.bills * bills + mean.failures * downs)
    even = cycle / shared.real[:lives]
    life = int(np.argmin(even)) + 1
    moved = (shared.outlook.bills[:, :life] - mean.bills[:life]) @ bills[:life]
    if hour:
        waits = shared.outlook.failures[:, :life] @ downs[:life]
        moved = moved + waits - waits.mean() + waits * shared.shock(case, f"defender.{DOWNTIME}.price")
    for key, more in shared.dearer.items():
        moved = moved + more[life - 1] * shared.shock(case, key)
    for one in running.streams:
        moved = moved + one.per_year * shared.stream[life - 1] * shared.shock(case, f"challenger.{one.name}")
    cost = float(even[life - 1])
    return _Successor(life, cost, cost + moved / shared.real[life - 1])


def _outcome(
    unit_id: int,
    inputs: Inputs,
    case: Case,
    failing: Failing,
    likely: Array,
    shared: _Shared,
    rng: np.random.Generator,
) -> Outcome:
    challenger = case.challengers[0]
    use, _ = usage_ratio(inputs.recorded_usage, inputs.expected_usage)
    new = _successor(case, shared, use)
    weights, mean = keep_weights(case), likely.mean(axis=0)
    present = weights.present(mean, mean)
    once = one_off(case, challenger)
    gap = present - new.cost * shared.real[: case.years] - once
    least = float(gap.min())
    gaps = _gaps(case, failing, weights, present, likely, new, shared, rng) - once
    probability = float(np.mean(gaps > 0) + np.mean(gaps == 0) / 2)
    return Outcome(
        unit_id=unit_id,
        unit=inputs.unit,
        challenger=inputs.challenger,
        currency=inputs.currency,
        saving=least / float(shared.real[case.horizon - 1]),
        probability=probability,
        error=math.sqrt(probability * (1 - probability) / len(gaps)),
        limit=float(np.max((case.defender.quote * shared.shares - gap) / shared.shares)),
        keep_years=int(np.argmin(gap)) + 1,
        outlay=round(challenger.owning.price + challenger.owning.changeover.total),
        failures=float(mean[0]),
        next_failure=_next_failure(likely),
        flags=tuple(flag.code for flag in case.flags),
    )


def _gaps(
    case: Case,
    failing: Failing,
    weights: Weights,
    present: Array,
    likely: Array,
    new: _Successor,
    shared: _Shared,
    rng: np.random.Generator,
) -> Array:
    """By how much keeping costs more in each future, where the unit is kept for as long as then pays: (paths,)."""
    real = shared.real[: case.years]
    foreseen = weights.fixed + proneness(likely)[:, None] * (present - weights.fixed)
    kept = np.argmin(foreseen - new.cost * real, axis=1)
    within = likely * (np.arange(case.years) <= kept[:, None])
    cost = weights.fixed[kept] + _failures_cost(failing, weights, within, rng)
    unit = case.defender
    cost = cost + unit.quote * shared.shares[kept] * shared.shock(case, "quote")
    for one in unit.running.streams:
        cost = cost + one.per_year * shared.stream[kept] * shared.shock(case, f"defender.{one.name}")
    if weights.failures.any():
        waits = within @ weights.failures
        cost = cost + waits * shared.shock(case, f"defender.{DOWNTIME}.price")
        cost = cost + waits * shared.shock(case, "defender.hours_down")
    return np.asarray(cost - new.by_path * real[kept])


def _failures_cost(failing: Failing, weights: Weights, likely: Array, rng: np.random.Generator) -> Array:
    """What the failures cost in each future: ``likely`` of them each year, (paths, years)."""
    costs = failing.costs
    doubt = math.hypot(costs.leaning.get(failing.unit.unit, (0.0, costs.between))[1], costs.mu_sd)
    level = np.exp(doubt * rng.standard_normal(len(likely)) - doubt**2 / 2)
    square = math.exp(costs.sigma**2) / (1 - costs.free) if costs.free < 1 else 1.0
    bills, downs = weights.bills, weights.failures
    mean = level * (likely @ bills)
    variance = square * level**2 * (likely @ bills**2)
    if downs.any():
        mean = mean + likely @ downs
        variance = variance + 2 * level * (likely @ (bills * downs)) + likely @ downs**2
    some = variance > 0
    shape = np.divide(mean**2, variance, out=np.ones_like(mean), where=some)
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=some)
    return np.asarray(rng.standard_gamma(shape) * scale)


def _next_failure(likely: Array) -> float | None:
    """When a failure is as likely as not to have come, in years from now."""
    before, grown = 1.0, np.zeros(len(likely))
    for year in range(likely.shape[1]):
        grown = grown + likely[:, year]
        without = float(np.exp(-grown).mean())
        if without <= 0.5:
            return year + math.log(before / 0.5) / math.log(before / without)
        before = without
    return None
