"""Answers on lives that end once, and on counts of failures over a time that was watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dispatch_tui.roi.failures import exponential, lognormal, weibull
from dispatch_tui.roi.failures.lives import Lives, lives

Inputs = Mapping[str, Any]
Named = dict[str, Callable[..., Any]]


def going_on(inputs: Inputs) -> list[float]:
    """The lives that were still going on: by their ages, or so many of one age, or the rest of all units that began.

    The rest were watched to the end of the test, or where a failure ended it to the last of these.
    """
    failures, censored = inputs["failures"], inputs.get("censored", [])
    end = inputs.get("T", max(failures) if inputs.get("termination") == "failure" else None)
    if not isinstance(censored, list):
        if not {"n_censored", "units"} & inputs.keys():
            raise LookupError(f"how many lives still went on at {censored}?")
        if inputs.get("T", censored) != censored:
            raise LookupError("the end of the test is stated twice")
        end, censored = censored, []
    if not censored and "n_censored" in inputs:
        censored = [end] * inputs["n_censored"]
    elif not censored and "units" in inputs:
        censored = [end] * (inputs["units"] - len(failures))
    elif "T" in inputs and "censored" not in inputs and inputs.get("termination") != "failure":
        raise LookupError(f"how many lives still went on at {end}?")
    if None in censored:
        raise LookupError("until when were the others watched?")
    for name, count in (("n_censored", len(censored)), ("units", len(failures) + len(censored))):
        if inputs.get(name, count) != count:
            raise LookupError(f"{name} {inputs[name]}, but the lives are {count}")
    return list(censored)


def ended_once(inputs: Inputs) -> Named:
    """Laws of lives: Weibull unless lognormal is named, and a steady rate."""
    known = lives(inputs["failures"], going_on(inputs))
    named_law = str(inputs.get("law", "weibull")).lower()
    ln = "lognormal" in named_law
    steadily = exponential.mean_time(known.total_time, known.failures)
    ended = inputs.get("termination") == "failure" or bool(known.ended.all())
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
        **dict.fromkeys(("exp_mean", "mean", "mtbf", "mttf"), lambda: steadily.mean),
        **dict.fromkeys(("exp_rate", "rate"), lambda: known.failures / known.total_time),
        "n_failures": lambda: known.failures,
        "n_censored": lambda: len(known.age) - known.failures,
        "n": lambda: len(known.age),
        "loglik": lambda: weibull.fit(known).log_likelihood,
        "shape_ci": lambda confidence: weibull.fit(known).shape_bounds(confidence),
        "scale_ci": lambda confidence: weibull.fit(known).scale_bounds(confidence),
        "exp_mean_ci": lambda confidence: _interval(
            exponential.mean_time(known.total_time, known.failures, confidence, ended_by_failure=ended)
        ),
    }


def _quantile(known: Lives, p: float, *, ln: bool) -> float:
    return lognormal.fit(known).quantile(p) if ln else weibull.fit(known).law.quantile(p)


def steady(inputs: Inputs) -> Named:
    """A steady rate from so many failures while all units were watched for the time ``T``."""
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
