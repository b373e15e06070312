"""Answers to the area of uncertainty: closed forms, each confirmed by drawn futures within three standard errors.

A Monte Carlo run can meet a printed digit only by luck; what it must meet is the closed form, within its own error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from dispatch_tui.roi.capital import annuity
from dispatch_tui.roi.case import KEEP, Defender
from dispatch_tui.roi.costs import Running
from dispatch_tui.roi.decision import decide
from dispatch_tui.roi.futures import Outlook, compound, gathered
from dispatch_tui.roi.moments import Moments, chance_above, failures, lognormal, present, worth_of_knowing
from dispatch_tui.roi.moments import compound as compound_moments
from tests.cases.published import Answer, Question
from tests.roi.cases import case, challenger

PATHS = 40_000
Given = Mapping[str, Any]


def uncertainty(question: Question) -> dict[str, Any]:
    given = question.given
    if "mean_count" in given or {"shape", "rate_mean"} <= given.keys():
        return _repairs(given)
    if "saving_mean" in given or "savings_mean" in given:
        return _investment(given)
    raise LookupError(f"nothing answers these inputs: {', '.join(sorted(given))}")


def _repairs(given: Given) -> dict[str, Any]:
    """What so many failures cost: a compound negative binomial (Poisson without a shape) of lognormal repairs."""
    shape = float(_first(given, "shape", "a", "frailty_shape", default=math.inf))
    mean_count = float(_first(given, "mean_count", "rate_mean"))
    each, sigma = _cost(given)
    number = failures(mean_count, shape)
    total = compound_moments(number, each)
    drawn = compound(shape, [mean_count], sigma, PATHS, np.random.default_rng(1)).bills[:, 0] * each.mean
    _agree(drawn, total)
    none = math.exp(-mean_count) if math.isinf(shape) else (shape / (shape + mean_count)) ** shape
    return _named(total) | {
        "mean_count": number.mean,
        "var_count": number.variance,
        "count_var": number.variance,
        "p_zero": none,
        "p0": none,
    }


def _cost(given: Given) -> tuple[Moments, float]:
    """The law of one repair, stated by median and sigma, or by mean and standard deviation (or CV)."""
    if "cost_median" in given:
        sigma = float(given["cost_sigma"])
        return lognormal(float(given["cost_median"]), sigma), sigma
    if "cost_mu" in given:
        sigma = float(given["cost_sigma"])
        return lognormal(math.exp(float(given["cost_mu"])), sigma), sigma
    mean = float(given["cost_mean"])
    if "cost_sigma" in given:
        sigma = float(given["cost_sigma"])
    else:
        cv = float(given["cost_cv"]) if "cost_cv" in given else float(given["cost_sd"]) / mean
        sigma = math.sqrt(math.log1p(cv**2))
    return lognormal(mean * math.exp(-(sigma**2) / 2), sigma), sigma


def _investment(given: Given) -> dict[str, Any]:
    """An outlay for normal yearly savings, the same every year or each year for itself."""
    outlay = float(_first(given, "K", "outlay", "investment", "first_cost"))
    saving = Moments(
        float(_first(given, "saving_mean", "savings_mean")),
        float(_first(given, "saving_sd", "savings_sd")) ** 2,
    )
    rate, years = float(given["rate"]), int(_first(given, "years", "n", "life"))
    same = bool(_first(given, "perfectly_correlated_years", "correlated", default=True))
    worth = present(saving, rate, years, correlated=same)
    gain = Moments(worth.mean - outlay, worth.variance)
    better = chance_above(gain, 0)
    _invested(outlay, saving, rate, years, same=same, expected=better)
    return _named(gain) | {
        "p_replace_better": better,
        "p_positive": better,
        "p_loss": 1 - better,
        "evpi": worth_of_knowing(gain),
    }


def _invested(
    outlay: float, saving: Moments, rate: float, years: int, *, same: bool, expected: float
) -> None:
    """The engine on the same question: repairs that cost as much as is saved, or a successor that needs none.

    Years drawn each for itself are priced over the same years only: the engine is asked for the weights.
    """
    rng = np.random.default_rng(2)
    drawn = saving.mean + saving.sd * rng.standard_normal((PATHS, 1 if same else years))
    span = max(years, 20)
    bills = np.zeros((PATHS, span))
    bills[:, :] = drawn if same else drawn.mean(axis=1, keepdims=True)
    bills[:, :years] = drawn
    one = case(
        rate=rate,
        horizon=years,
        defender=Defender(name="U", running=Running(repair=1.0)),
        challengers=(challenger(price=outlay, life=years, running=Running()),),
    )
    ways = {
        KEEP: Outlook(np.zeros_like(bills), bills, np.ones(PATHS)),
        "Model N": Outlook(np.zeros_like(bills), np.zeros_like(bills), np.ones(PATHS)),
    }
    decision = decide(one, gathered(ways, seed=1))
    kept = decision.standing.plan.weights.present(np.zeros_like(bills), bills)[:, years - 1]
    successor = decision.standing.best.cost * annuity(rate, years)[-1]
    gaps = kept - successor
    chance = float(np.mean(gaps > 0))
    error = math.sqrt(max(chance * (1 - chance), 1 / PATHS) / PATHS)
    assert abs(chance - expected) < 3 * error, f"{chance} +- {error} is not {expected}"
    if same:
        assert abs(decision.probability - expected) < 3 * error


def _agree(drawn: np.ndarray, law: Moments) -> None:
    error = math.sqrt(law.variance / len(drawn))
    assert abs(float(drawn.mean()) - law.mean) < 3 * error, f"{drawn.mean()} +- {error} is not {law.mean}"
    apart = (drawn - law.mean) ** 2
    error = float(apart.std()) / math.sqrt(len(drawn))
    assert abs(float(apart.mean()) - law.variance) < 4 * error, (
        f"{apart.mean()} +- {error} is not {law.variance}"
    )


def _named(law: Moments) -> dict[str, Any]:
    cv = law.sd / law.mean if law.mean else math.inf
    return {"mean": law.mean, "var": law.variance, "variance": law.variance, "sd": law.sd, "cv": cv}


_MISSING = object()


def _first(given: Given, *names: str, default: Any = _MISSING) -> Any:
    for name in names:
        if name in given:
            return given[name]
    if default is _MISSING:
        raise LookupError(f"none of {', '.join(names)} is given")
    return default


ANSWERS: dict[str, Answer] = {"uncertainty": uncertainty}
