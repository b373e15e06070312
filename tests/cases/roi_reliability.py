"""Answers to published cases on failures and on the best age to replace, found by the names in a case.

``ANSWERS`` maps an area to a function from a case's ``Question`` to its answer, which holds just the wanted
names; ``CannotAnswer`` tells what was not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from dispatch_tui.roi.failures import (
    bounds,
    exponential,
    gamma_poisson,
    goodness,
    grouped,
    lognormal,
    mcf,
    optimum,
    power_law,
    trend,
    weibull,
)
from dispatch_tui.roi.failures.lives import Lives, lives
from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.systems import System, from_gaps, system
from tests.cases import repair_logs

if TYPE_CHECKING:
    from tests.cases.published import Question

Inputs = Mapping[str, Any]
Named = dict[str, Callable[[], Any]]


class CannotAnswer(Exception):
    """A case that nothing here understands."""


def reliability(question: Question) -> dict[str, Any]:
    """Area ``repairable_reliability``: repair logs, lives, exposure with counts."""
    inputs, wanted = question.given, question.wanted
    if "file" in inputs:
        inputs = {**inputs, **repair_logs.read(question.find(inputs["file"]), inputs)}
    if "interval_ends" in inputs:
        named = _counted(inputs)
    elif {"x", "t"} <= set(inputs):
        named = _rates(inputs)
    elif {"systems", "times", "interarrival"} & set(inputs):
        named = _log(_systems(inputs), wanted)
    elif isinstance(inputs.get("failures"), list):
        named = _lives(lives(inputs["failures"], inputs.get("censored") or ()), inputs)
    elif "failures" in inputs:
        named = _steady(inputs)
    else:
        raise CannotAnswer(f"inputs {sorted(inputs)}")
    return _picked(named, wanted)


def replacement_age(question: Question) -> dict[str, Any]:
    """Area ``maintenance_opt``: the best age by the policy that is named, or that the inputs imply."""
    inputs = question.given
    planned = _first(inputs, "cost_planned", "c_p", "c_r", "cost_replacement", "cost_PM")
    failure = _first(inputs, "cost_failure", "c_f", "c_m", "cost_repair", "cost_CM")
    policy = str(inputs.get("policy", "")).lower()
    shape = _first(inputs, "weibull_shape", "weibull_beta", "beta", "shape")
    scale = _first(inputs, "weibull_scale", "weibull_alpha", "eta", "scale", "alpha", missing=None)
    lam = _first(inputs, "lam", "lambda_", "lambda", missing=None)
    mended = lam is not None or {"c_m", "cost_repair"} & set(inputs)
    if "minimal" in policy or "old" in policy or inputs.get("q") == 1 or (not policy and mended):
        best = optimum.minimal_repair(
            PowerLaw.from_lam(lam if lam is not None else scale**-shape, shape), planned, failure
        )
    else:
        law = weibull.Weibull(shape, scale if scale is not None else lam ** (-1 / shape))
        rule = optimum.block_replacement if "block" in policy else optimum.age_replacement
        best = rule(law, planned, failure)
    age = "never" if best.age is None else best.age
    named: Named = {
        **dict.fromkeys(("t_opt", "optimum", "t_star", "replacement_age"), lambda: age),
        **dict.fromkeys(("cost_rate", "min_cost_rate", "cost"), lambda: best.cost_rate),
    }
    return _picked(named, question.wanted)


ANSWERS = {"repairable_reliability": reliability, "maintenance_opt": replacement_age}


def _picked(named: Named, wanted: Collection[str]) -> dict[str, Any]:
    answer = {}
    for name in wanted:
        interval = re.fullmatch(r"(\w+)_ci(\d+)", name)
        if name in named:
            answer[name] = named[name]()
        elif interval and f"{interval[1]}_ci" in named:
            answer[name] = list(named[f"{interval[1]}_ci"](int(interval[2]) / 100))
        else:
            raise CannotAnswer(f"{name}; known here: {', '.join(sorted(named))}")
    return answer


def _first(inputs: Inputs, *names: str, **default: Any) -> Any:
    for name in names:
        if name in inputs:
            return inputs[name]
    if "missing" in default:
        return default["missing"]
    raise CannotAnswer(f"none of {', '.join(names)} in {sorted(inputs)}")


def _systems(inputs: Inputs) -> list[System]:
    """The logs of a case: a common or own end and start; ended by the last failure where none is given."""
    ended = inputs.get("termination") == "failure"
    if "interarrival" in inputs:
        return [from_gaps(inputs["interarrival"], None if ended else inputs.get("T"))]
    if "times" in inputs:
        return [system(sorted(inputs["times"]), None if ended else inputs.get("T"), inputs.get("S", 0))]
    logs = inputs["systems"]
    ends, starts = (_each(inputs.get(name), len(logs)) for name in ("T", "S"))
    return [
        system(sorted(log), None if ended else end, start or 0)
        for log, end, start in zip(logs, ends, starts, strict=True)
    ]


def _each(value: Any, count: int) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value] * count


def _log(systems: list[System], wanted: Mapping[str, Any]) -> Named:
    """NIST prints the law without bias (``beta_modified``) and goes on with it; other sources with the plain one."""
    modified = {"beta_modified", "beta_unbiased"} & set(wanted)
    found = power_law.fit(systems)
    law = power_law.unbiased(found) if modified else found.law
    end = max(one.end for one in systems)
    interval = bounds.mtbf_bounds_approximate if modified else bounds.mtbf_bounds
    curve = mcf.mcf(systems)
    return {
        "n_units": lambda: len(systems),
        "n_events": lambda: found.failures,
        **dict.fromkeys(("beta", "beta_mle", "shape", "plp_shape"), lambda: found.law.beta),
        **dict.fromkeys(("beta_modified", "beta_unbiased"), lambda: power_law.unbiased(found).beta),
        "beta_common": lambda: power_law.common_shape(systems),
        **dict.fromkeys(("lambda_", "lambda", "lam"), lambda: law.lam),
        **dict.fromkeys(("scale", "eta", "plp_scale"), lambda: found.law.scale),
        "growth_rate": lambda: 1 - found.law.beta,
        **dict.fromkeys(("mtbf_T", "mtbf_inst", "mtbf_end", "mtbf"), lambda: law.mtbf(end)),
        **dict.fromkeys(("intensity_end", "rate_end", "rocof", "intensity"), lambda: law.rate(end)),
        "mtbf_cum": lambda: sum(one.end - one.start for one in systems) / found.failures,
        "expected": lambda: sum(law.expected(one.end, one.start) for one in systems),
        "mtbf_ci": lambda confidence: interval(found, confidence),
        "beta_ci": lambda confidence: bounds.shape_bounds(found, confidence),
        **dict.fromkeys(("laplace_u", "laplace", "laplace_z"), lambda: trend.laplace(systems).statistic),
        "lewis_robinson": lambda: trend.lewis_robinson(systems[0]).statistic,
        "laplace_p": lambda: trend.laplace(systems).p_value,
        **dict.fromkeys(
            ("mil_hdbk_chi2", "mil_hdbk", "chi2", "mhb"), lambda: trend.military_handbook(systems).statistic
        ),
        "reversals": lambda: trend.reverse_arrangements(systems[0]).statistic,
        **dict.fromkeys(
            ("cvm", "cramer_von_mises", "c2m", "C2_M"), lambda: goodness.cramer_von_mises(systems).statistic
        ),
        **dict.fromkeys(("cvm_critical", "critical_value"), lambda: goodness.cramer_von_mises(systems).limit),
        "mcf": lambda: {age: curve.at(float(age)) for age in wanted["mcf"]},
        "mcf_se": lambda: {age: curve.se_at(float(age)) for age in wanted["mcf_se"]},
    }


def _counted(inputs: Inputs) -> Named:
    found = grouped.fit_counts(inputs["interval_ends"], inputs["counts"], inputs.get("start", 0))
    law, end = found.law, found.edges[-1]
    return {
        **dict.fromkeys(("beta", "shape"), lambda: law.beta),
        **dict.fromkeys(("lambda_", "lambda", "lam"), lambda: law.lam),
        **dict.fromkeys(("scale", "eta"), lambda: law.scale),
        "growth_rate": lambda: 1 - law.beta,
        "expected": lambda: list(found.expected),
        **dict.fromkeys(("intensity_end", "intensity", "rate_end"), lambda: law.rate(end)),
        **dict.fromkeys(("mtbf_end", "mtbf_inst", "mtbf"), lambda: law.mtbf(end)),
        **dict.fromkeys(("chi2", "chi_square"), lambda: grouped.check_counts(found).statistic),
    }


def _lives(known: Lives, inputs: Inputs) -> Named:
    named_law = str(inputs.get("distribution") or inputs.get("model") or "weibull").lower()
    ln = "lognormal" in named_law
    steady = exponential.mean_time(known.total_time, known.failures)
    return {
        **dict.fromkeys(("shape", "weibull_shape", "beta"), lambda: weibull.fit(known).law.shape),
        **dict.fromkeys(("scale", "weibull_scale", "eta"), lambda: weibull.fit(known).law.scale),
        "mu": lambda: lognormal.fit(known).mu if ln else weibull.fit(known).law.mu,
        "sigma": lambda: lognormal.fit(known).sigma if ln else weibull.fit(known).law.sigma,
        "lognormal_mu": lambda: lognormal.fit(known).mu,
        "lognormal_sigma": lambda: lognormal.fit(known).sigma,
        **dict.fromkeys(("median", "t50"), lambda: _quantile(known, 0.5, ln=ln)),
        "b10": lambda: _quantile(known, 0.1, ln=ln),
        **dict.fromkeys(("ttt", "total_time"), lambda: known.total_time),
        **dict.fromkeys(("exp_mean", "mean", "mtbf", "mttf"), lambda: steady.mean),
        **dict.fromkeys(("exp_rate", "rate"), lambda: known.failures / known.total_time),
        "n_failures": lambda: known.failures,
        "n_censored": lambda: len(known.age) - known.failures,
        "n": lambda: len(known.age),
        "loglik": lambda: weibull.fit(known).log_likelihood,
        "shape_ci": lambda confidence: weibull.fit(known).shape_bounds(confidence),
        "scale_ci": lambda confidence: weibull.fit(known).scale_bounds(confidence),
        "exp_mean_ci": lambda confidence: _interval(
            exponential.mean_time(
                known.total_time, known.failures, confidence, ended_by_failure=bool(known.ended.all())
            )
        ),
    }


def _quantile(known: Lives, p: float, *, ln: bool) -> float:
    return lognormal.fit(known).quantile(p) if ln else weibull.fit(known).law.quantile(p)


def _steady(inputs: Inputs) -> Named:
    watched = inputs["T"] * inputs.get("units", 1)
    found = exponential.mean_time(
        watched,
        inputs["failures"],
        inputs.get("confidence", 0.9),
        ended_by_failure=inputs.get("termination") == "failure",
    )
    return {
        **dict.fromkeys(("mtbf", "mean", "estimate"), lambda: found.mean),
        "rate": lambda: inputs["failures"] / watched,
        "lower": lambda: found.lower,
        "upper": lambda: found.upper,
        "mtbf_ci": lambda confidence: _interval(
            exponential.mean_time(
                watched,
                inputs["failures"],
                confidence,
                ended_by_failure=inputs.get("termination") == "failure",
            )
        ),
    }


def _interval(found: exponential.MeanTime) -> tuple[float, float | None]:
    return found.lower, found.upper


def _rates(inputs: Inputs) -> Named:
    found = gamma_poisson.fit(inputs["x"], inputs["t"])
    return {
        **dict.fromkeys(("a", "alpha", "shape"), lambda: found.a),
        **dict.fromkeys(("b", "beta", "rate"), lambda: found.b),
        **dict.fromkeys(("eb_theta", "theta", "eb_rate"), lambda: _posterior(found, inputs)),
        "theta_mle": lambda: [x / t for x, t in zip(inputs["x"], inputs["t"], strict=True)],
        "pooled_rate": lambda: found.mean_rate,
    }


def _posterior(found: gamma_poisson.GammaPoisson, inputs: Inputs) -> list[float]:
    return [found.rate(x, t) for x, t in zip(inputs["x"], inputs["t"], strict=True)]
