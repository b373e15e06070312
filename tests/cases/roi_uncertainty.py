"""Answers to the area of uncertainty: closed forms, each confirmed by drawn futures within three standard errors.

A Monte Carlo run can meet a printed digit only by luck; what it must meet is the closed form, within its own error.
"""

from __future__ import annotations

import math
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
from tests.cases.spellings import Given, read, resolved
from tests.roi.cases import case, challenger

PATHS = 40_000


_REPAIRS = {
    "shape": r"shape|a|frailty_shape",
    "mean_count": r"mean_count",
    "rate_mean": r"rate_mean|mean_rate",
    "b": r"b",  # the gamma law of the rate, with its shape
    "years": r"years|n|t|exposure|horizon",
    "median": r"cost_median",
    "mu": r"cost_mu",
    "mean": r"cost_mean",
    "sigma": r"cost_sigma",
    "sd": r"cost_sd",
    "cv": r"cost_cv",
    "run": r"seed|paths|n_paths|draws|n_draws|simulations",
}
_INVESTMENT = {
    "outlay": r"K|outlay|investment|first_cost",
    "mean": r"savings?_mean",
    "sd": r"savings?_sd",
    "years": r"years|n|life",
    "rate": r"rate|(discount|interest)_rate",
    "same": r"(perfectly_)?correlated(_years)?",
    "run": _REPAIRS["run"],
}


def uncertainty(question: Question) -> dict[str, Any]:
    given = question.given
    if {"mean_count", "rate_mean", "mean_rate", "b"} & given.keys():
        return resolved(_repairs(read(given, _REPAIRS)), question.wanted)
    if {"saving_mean", "savings_mean"} & given.keys():
        return resolved(_investment(read(given, _INVESTMENT)), question.wanted)
    raise LookupError(f"nothing answers these inputs: {', '.join(sorted(given))}")


def _repairs(about: Given) -> dict[str, Any]:
    """What so many failures cost: a compound negative binomial (Poisson without a shape) of lognormal repairs."""
    shape = float(about.get("shape", math.inf))
    if len({"mean_count", "rate_mean", "b"} & about.keys()) != 1 or {"mean_count", "years"} <= about.keys():
        raise LookupError("either a mean count, or a mean rate and years")
    rate = shape / about["b"] if "b" in about else about.get("rate_mean", 0.0)
    mean_count = float(about.get("mean_count", rate * about.get("years", 1)))
    number = failures(mean_count, shape)
    none = math.exp(-mean_count) if math.isinf(shape) else (shape / (shape + mean_count)) ** shape
    found: dict[str, Any] = {
        "mean_count": number.mean,
        "var_count": number.variance,
        "count_var": number.variance,
        "p_zero": none,
        "p0": none,
    }
    if not {"median", "mu", "mean"} & about.keys():
        return found
    each, sigma = _cost(about)
    total = compound_moments(number, each)
    drawn = compound(shape, [mean_count], sigma, PATHS, np.random.default_rng(1)).bills[:, 0] * each.mean
    _agree(drawn, total, _fourth_moment(mean_count, shape, sigma) * each.mean**4)
    return found | _named(total)


def _fourth_moment(mean_count: float, shape: float, sigma: float) -> float:
    """The fourth central moment of the cost of all failures, where a repair costs 1 on average.

    With ``y(s) = m sum mu_j s^j / j!`` and ``mu_j`` the repair's raw moments, the law's cumulants are those of
    ``-a log(1 - y / a) = y + y^2 / 2 a + y^3 / 3 a^2 + y^4 / 4 a^3 + ...``, the gamma factor of shape a being mixed in.
    """
    raw = [math.exp(j * (j - 1) * sigma**2 / 2) for j in range(1, 5)]
    y1, y2, y3, y4 = (mean_count * moment / math.factorial(j) for j, moment in enumerate(raw, start=1))
    b = 1 / shape
    variance = 2 * (y2 + b * y1**2 / 2)
    cumulant = 24 * (y4 + b * (y1 * y3 + y2**2 / 2) + b**2 * y1**2 * y2 + b**3 * y1**4 / 4)
    return cumulant + 3 * variance**2


def _cost(about: Given) -> tuple[Moments, float]:
    """The law of one repair, stated by median and sigma, or by mean and standard deviation (or CV)."""
    if "median" in about or "mu" in about:
        median = float(about["median"]) if "median" in about else math.exp(float(about["mu"]))
        return lognormal(median, float(about["sigma"])), float(about["sigma"])
    mean = float(about["mean"])
    if len({"sigma", "sd", "cv"} & about.keys()) != 1:
        raise LookupError("one of sigma, sd and cv is needed")
    if "sigma" in about:
        sigma = float(about["sigma"])
    else:
        cv = float(about["cv"]) if "cv" in about else float(about["sd"]) / mean
        sigma = math.sqrt(math.log1p(cv**2))
    return lognormal(mean * math.exp(-(sigma**2) / 2), sigma), sigma


def _investment(about: Given) -> dict[str, Any]:
    """An outlay for normal yearly savings, the same every year or each year for itself."""
    outlay, rate, years = float(about["outlay"]), float(about["rate"]), int(about["years"])
    saving = Moments(float(about["mean"]), float(about["sd"]) ** 2)
    same = bool(about.get("same", True))
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


def _agree(drawn: np.ndarray, law: Moments, fourth: float) -> None:
    """Mean and variance of the draws, within their theoretical errors; ``fourth`` is the law's central moment.

    The sample's own error of the variance would do for light tails only: of the few draws that make up most of the
    variance of a heavy one it may have none. The theoretical one is then so wide that the mean alone is a check.
    """
    error = math.sqrt(law.variance / len(drawn))
    assert abs(float(drawn.mean()) - law.mean) < 3 * error, f"{drawn.mean()} +- {error} is not {law.mean}"
    found = float(((drawn - law.mean) ** 2).mean())
    error = math.sqrt((fourth - law.variance**2) / len(drawn))
    assert abs(found - law.variance) < 4 * error, f"{found} +- {error} is not {law.variance}"


def _named(law: Moments) -> dict[str, Any]:
    cv = law.sd / law.mean if law.mean else math.inf
    return {"mean": law.mean, "var": law.variance, "variance": law.variance, "sd": law.sd, "cv": cv}


ANSWERS: dict[str, Answer] = {"uncertainty": uncertainty}
