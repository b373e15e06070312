"""``python -m bench.decisions``: decisions on made-up fleets whose truth is known.

Stated truth, drawn anew for each question: a model's units age by a power law (``ln beta ~ N(ln 1.2, 0.5^2)``), differ
by a gamma factor (coefficient of variation half-normal, 0.5), fail 0.1 to 2 times a year at ten years of age, and a
repair is lognormal. Twelve units have been watched, from some years after installation to now; one of them is down,
with a quote. A new model's rate is rated, and truly a gamma factor (shape 3) off its rating. The engine sees the
records, the quote, the prices and the rating. What then happens is drawn from the truth, many times.

Asked for are the reliability of the stated probability (the slope of what happens on what was said: 1 is perfect) and
the regret: what the decision costs more than the better one, on expected costs by the truth, beside the 50 % rule.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_tui.roi.capital import Changeover, Owning
from dispatch_tui.roi.case import KEEP, Case, Challenger, Defender
from dispatch_tui.roi.costs import Array, Running, Stream
from dispatch_tui.roi.decision import decide
from dispatch_tui.roi.failures.event_costs import PricedEvent, fit_costs, unit_mean
from dispatch_tui.roi.failures.fleet import fit_fleet
from dispatch_tui.roi.failures.prior import rated
from dispatch_tui.roi.failures.records import Span, UnitRecord, unit_record
from dispatch_tui.roi.futures import Futures, Outlook, lognormal_sums
from dispatch_tui.roi.outlook import Failing, futures
from dispatch_tui.roi.replacement import Expected, weigh

QUESTIONS, PATHS, OUTCOMES = 400, 1_000, 200
UNITS, SPAN, RULE = 12, 20, 0.5
NEW = "new model"


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: what was said, and what is true of it. Regrets are money."""

    said: float
    happened: float
    """The share of outcomes in which replacing was cheaper."""
    regret: float
    rule_regret: float


@dataclass(frozen=True, slots=True)
class Score:
    """The slope of what happens on what was said, and the mean regret of both ways to decide."""

    slope: float
    regret: float
    rule_regret: float
    judged: tuple[Judged, ...]

    @property
    def share(self) -> float:
        """The regret as a share of the rule's."""
        return self.regret / self.rule_regret


@dataclass(frozen=True, slots=True)
class _Truth:
    """How a fleet truly fails and what a repair truly costs."""

    beta: float
    a: float
    lam: float
    repair: float
    sigma: float

    def expected(self, start: float, end: float) -> float:
        return self.lam * float(end**self.beta - start**self.beta)


def simulate(questions: int, seed: int) -> Score:
    """Ask so many questions. The same seed gives the same score."""
    rng = np.random.default_rng(seed)
    judged = tuple(_question(rng, number) for number in range(questions))
    said, happened = (np.array([getattr(one, name) for one in judged]) for name in ("said", "happened"))
    slope = float(np.cov(said, happened)[0, 1] / said.var(ddof=1))
    regret, rule = (
        float(np.mean([getattr(one, name) for one in judged])) for name in ("regret", "rule_regret")
    )
    return Score(slope, regret, rule, judged)


def _question(rng: np.random.Generator, number: int) -> Judged:
    truth = _truth(rng)
    factors = rng.standard_gamma(truth.a, UNITS) / truth.a
    units, events = zip(*(_watched(rng, truth, k, factor) for k, factor in enumerate(factors)), strict=True)
    unit, age = units[0], units[0].oldest
    life = int(rng.integers(8, 16))
    mtbf = float(1 / rng.uniform(0.1, 1.2))
    price = float(truth.repair * np.exp(rng.normal(1.7, 0.6)))
    costs = fit_costs([one for some in events for one in some], assumed=round(truth.repair))
    old = Failing(fit_fleet(units), costs, unit, age)
    new = Failing(fit_fleet((), prior=rated(mtbf)), costs)
    case = Case(
        currency="EUR",
        rate=0.08,
        horizon=10,
        defender=Defender(
            name="unit",
            running=Running(repair=unit_mean(costs, unit.unit), streams=(Stream("energy", 0.05 * price),)),
            quote=float(price * np.exp(rng.normal(-1.2, 0.7))),
        ),
        challengers=(
            Challenger(
                name=NEW,
                owning=Owning(price=price, changeover=Changeover(installing=0.1 * price)),
                life=life,
                running=Running(
                    repair=costs.mean, covered_years=2, streams=(Stream("energy", 0.04 * price),)
                ),
            ),
        ),
    )
    drawn = futures({KEEP: old, NEW: new}, SPAN, seed=number, paths=PATHS)
    decision = decide(case, drawn)
    real = _real(case, truth)
    means = {KEEP: factors[0] * _by_year(truth, age), NEW: _new_truth(rng, mtbf)}
    least = weigh(real, {name: Expected(mean, mean) for name, mean in means.items()}).plan.least
    regrets = [
        max(0.0, -least) if replaced else max(0.0, least)
        for replaced in (decision.replace, case.defender.quote > RULE * price)
    ]
    happened = decide(real, _outcomes(rng, means, truth.sigma)).probability
    return Judged(decision.probability, happened, *regrets)


def _truth(rng: np.random.Generator) -> _Truth:
    beta = float(np.clip(np.exp(rng.normal(math.log(1.2), 0.5)), 0.4, 4.5))
    a = 1 / max(0.05, abs(rng.normal(0, 0.5))) ** 2
    at_ten = float(np.exp(rng.uniform(math.log(0.1), math.log(2.0))))
    return _Truth(
        beta, a, at_ten / (beta * 10 ** (beta - 1)), float(np.exp(rng.normal(11, 0.4))), rng.uniform(0.4, 1.0)
    )


def _watched(
    rng: np.random.Generator, truth: _Truth, number: int, factor: float
) -> tuple[UnitRecord, list[PricedEvent]]:
    """A unit's record and what its repairs cost."""
    age = float(rng.uniform(3, 12))
    since = float(rng.uniform(0, age / 2))
    failures = rng.poisson(factor * truth.expected(since, age))
    low, high = since**truth.beta, age**truth.beta
    ages = (low + (high - low) * rng.random(failures)) ** (1 / truth.beta)
    paid = truth.repair * np.exp(truth.sigma * rng.standard_normal(failures) - truth.sigma**2 / 2)
    name = f"unit {number}"
    record = unit_record(name, [Span(since, age)], np.clip(ages, since, age).tolist())
    return record, [PricedEvent(name, max(1, round(amount))) for amount in paid.tolist()]


def _real(case: Case, truth: _Truth) -> Case:
    """The case with what a repair truly costs."""
    unit, new = case.defender, case.challengers[0]
    old_running, new_running = (
        Running(repair=truth.repair, covered_years=one.covered_years, streams=one.streams)
        for one in (unit.running, new.running)
    )
    return Case(
        currency=case.currency,
        rate=case.rate,
        horizon=case.horizon,
        defender=Defender(name=unit.name, running=old_running, quote=unit.quote),
        challengers=(Challenger(name=NEW, owning=new.owning, life=new.life, running=new_running),),
    )


def _by_year(truth: _Truth, age: float) -> Array:
    return np.array([truth.expected(age + year, age + year + 1) for year in range(SPAN)])


def _new_truth(rng: np.random.Generator, mtbf: float) -> Array:
    """The true failures by year of one new unit: its model off its rating, itself off its model."""
    beta = float(np.clip(np.exp(rng.normal(math.log(1.2), 0.5)), 0.4, 4.5))
    a = 1 / max(0.05, abs(rng.normal(0, 0.5))) ** 2
    factor = rng.standard_gamma(3.0) / 3.0 * rng.standard_gamma(a) / a
    ages = np.arange(SPAN + 1.0)
    return np.asarray(factor * 10 / mtbf * np.diff(ages**beta) / 10**beta)


def _outcomes(rng: np.random.Generator, means: dict[str, Array], sigma: float) -> Futures:
    """What happens, many times over, where the truth is known: only luck differs."""
    ways = {}
    for name, mean in means.items():
        failures = rng.poisson(np.tile(mean, (OUTCOMES, 1)))
        ways[name] = Outlook(failures.astype(float), lognormal_sums(failures, sigma, rng), np.ones(OUTCOMES))
    expected = {name: Expected(mean, mean) for name, mean in means.items()}
    return Futures(0, OUTCOMES, SPAN, ways, expected)


def table(score: Score) -> str:
    """What was said against what happened, in fifths of the probability, and the regrets."""
    lines = ["replacing is cheaper    questions   said   happened"]
    for low in np.arange(0, 1, 0.2):
        some = [one for one in score.judged if low <= one.said < low + 0.2 or (low > 0.7 and one.said == 1)]
        if some:
            said, happened = (float(np.mean([getattr(one, n) for one in some])) for n in ("said", "happened"))
            lines.append(f"{low:8.0%} to {low + 0.2:4.0%} {len(some):15} {said:6.2f} {happened:10.2f}")
    regrets = (
        f"{score.regret / 100:,.0f}, of the 50 % rule {score.rule_regret / 100:,.0f}: {score.share:.0%} of it"
    )
    lines += [
        "",
        f"reliability slope       {score.slope:.2f}    (1 is perfect; .85 to 1.15 is asked for)",
        f"mean regret             {regrets} (60 % at most is asked for)",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.decisions", description=__doc__.partition("\n")[0])
    parser.add_argument("--questions", type=int, default=4 * QUESTIONS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print(table(simulate(options.questions, options.seed)))


if __name__ == "__main__":
    main()
