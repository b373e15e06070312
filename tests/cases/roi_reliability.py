"""Answers to published cases on failures and on the best age to replace, found by the names in a case.

``ANSWERS`` maps an area to a function from a case's ``Question`` to its answer, which holds just the wanted
names; ``LookupError`` tells what was not understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from dispatch_tui.roi.failures import (
    bounds,
    gamma_poisson,
    goodness,
    grouped,
    mcf,
    optimum,
    power_law,
    trend,
    weibull,
)
from dispatch_tui.roi.failures.power_law import PowerLaw
from dispatch_tui.roi.failures.systems import System, from_gaps, system
from tests.cases import repair_logs, roi_lives
from tests.cases.roi_lives import Inputs, Named
from tests.cases.spellings import read

if TYPE_CHECKING:
    from tests.cases.published import Question


_LOG = {
    "systems": r"systems",
    "times": r"times",
    "interarrival": r"interarrival(_times)?",
    "failures": r"failures|n_failures",
    "censored": r"censored",
    "n_censored": r"n_censored|censored_count",
    "interval_ends": r"interval_ends",
    "counts": r"counts",
    "x": r"x",
    "t": r"t",
    "T": r"T|censor(ing)?_time|test_(time|end)|end_time",
    "S": r"S|start",
    "units": r"n|n_units|units|n_items|sample_size",
    "confidence": r"confidence",
    "termination": r"termination",
    "law": r"distribution|model",
    "file": r"file",
    "mode": r"mode",
    "ignore_modes": r"ignore_modes",
}
_AGE = {
    "planned": r"cost_(planned|replacement|PM|preventive)|c_[pr]",
    "failure": r"cost_(failure|CM|corrective)|c_f",
    "mending": r"cost_repair|c_m",
    "policy": r"policy",
    "shape": r"weibull_(shape|beta)|beta|shape",
    "scale": r"weibull_(scale|alpha|eta)|eta|scale|alpha",
    "lam": r"lam|lambda_?",
    "q": r"q",
}


def reliability(question: Question) -> dict[str, Any]:
    """Area ``repairable_reliability``: repair logs, lives, exposure with counts."""
    inputs, wanted = read(question.given, _LOG), question.wanted
    if "file" in inputs:
        held = repair_logs.read(question.find(inputs.pop("file")), inputs)
        inputs = {name: value for name, value in inputs.items() if "mode" not in name} | held
    if "interval_ends" in inputs:
        named = _counted(inputs)
    elif {"x", "t"} <= set(inputs):
        named = _rates(inputs)
    elif {"systems", "times", "interarrival"} & set(inputs):
        logs = _systems(inputs)
        if inputs.get("units", len(logs)) != len(logs):
            raise LookupError(f"{len(logs)} logs of {inputs['units']} units")
        named = _log(logs, wanted)
    elif isinstance(inputs.get("failures"), list):
        named = roi_lives.ended_once(inputs)
    elif "failures" in inputs:
        named = roi_lives.steady(inputs)
    else:
        raise LookupError(f"inputs {sorted(inputs)}")
    return _picked(named, wanted)


def replacement_age(question: Question) -> dict[str, Any]:
    """Area ``maintenance_opt``: the best age by the policy that is named, or that the inputs imply."""
    inputs = read(question.given, _AGE)
    planned, failure = inputs["planned"], _first(inputs, "failure", "mending")
    policy = str(inputs.get("policy", "")).lower()
    shape, scale, lam = inputs["shape"], inputs.get("scale"), inputs.get("lam")
    if (scale is None) == (lam is None):
        raise LookupError("either a scale or a lambda is needed")
    if inputs.get("q", 1) not in (0, 1):
        raise LookupError(f"q {inputs['q']}: a repair between as good as new and as bad as old")
    mended = (lam is not None or "mending" in inputs) and "q" not in inputs
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
            raise LookupError(f"{name}; known here: {', '.join(sorted(named))}")
    return answer


def _first(inputs: Inputs, *names: str) -> Any:
    for name in names:
        if name in inputs:
            return inputs[name]
    raise LookupError(f"none of {', '.join(names)} in {sorted(inputs)}")


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
    found = grouped.fit_counts(inputs["interval_ends"], inputs["counts"], inputs.get("S", 0))
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
