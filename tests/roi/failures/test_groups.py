"""Rates and replacement hazards of groups that differ: truth found again, leaning on others, no difference at all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures import gamma_poisson, replaced
from dispatch_tui.roi.failures.lives import Lives, lives
from dispatch_tui.roi.failures.weibull import Weibull


def test_gamma_poisson_truth_is_found_again() -> None:
    rng = np.random.default_rng(67)
    exposure = rng.uniform(1, 20, 4000)
    failures = rng.poisson(rng.gamma(1.8, 1 / 2.5, 4000) * exposure)
    found = gamma_poisson.fit(failures.tolist(), exposure.tolist())
    assert found.a == pytest.approx(1.8, rel=0.1)
    assert found.b == pytest.approx(2.5, rel=0.1)
    assert found.mean_rate == pytest.approx(1.8 / 2.5, rel=0.05)
    assert found.rate(0, 0) == pytest.approx(1.8 / 2.5, rel=0.05)


@given(st.lists(st.integers(0, 30), min_size=3, max_size=12), st.sampled_from([1e-3, 1.0, 500.0]), st.data())
def test_another_unit_of_exposure_scales(failures: list[int], unit: float, data: st.DataObject) -> None:
    failures[0] += 1
    exposure = [data.draw(st.floats(0.5, 50)) for _ in failures]
    one = gamma_poisson.fit(failures, exposure)
    other = gamma_poisson.fit(failures, [t * unit for t in exposure])
    for x, t in zip(failures, exposure, strict=True):
        assert other.rate(x, t * unit) * unit == pytest.approx(one.rate(x, t), rel=1e-5)
        # the posterior lies between the unit's own rate and that of the others
        low, high = sorted((x / t, one.rate(0, 0)))
        assert low * (1 - 1e-9) <= one.rate(x, t) <= high * (1 + 1e-9)


def test_units_that_do_not_differ_share_one_rate() -> None:
    found = gamma_poisson.fit([5, 5, 5, 5], [10, 10, 10, 10])
    assert (found.a, found.rate(0, 3)) == (None, 0.5)
    assert [flag.code for flag in found.flags] == ["alike"]
    assert found.rate_bounds(5, 10, 0.9) == (0.5, 0.5)


def test_rate_bounds_hold_the_posterior() -> None:
    found = gamma_poisson.fit(
        [5, 1, 5, 14, 3, 19, 1, 1, 4, 22], [94.3, 15.7, 62.9, 126, 5.24, 31.4, 1.05, 1.05, 2.1, 10.5]
    )
    assert found.a is not None
    assert found.b is not None
    low, high = found.rate_bounds(5, 94.3, 0.9)
    draws = np.random.default_rng(71).gamma(found.a + 5, 1 / (found.b + 94.3), 200_000)
    assert np.mean((draws > low) & (draws < (high or math.inf))) == pytest.approx(0.9, abs=3e-3)


@pytest.mark.parametrize(
    ("failures", "exposure", "word"),
    [
        ([0, 0], [1, 2], "none"),
        ([1, -1], [1, 2], "whole"),
        ([1, 2], [1, 0], "above zero"),
        ([1], [1, 2], "one count"),
    ],
)
def test_gamma_poisson_refuses(failures: list[int], exposure: list[float], word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        gamma_poisson.fit(failures, exposure)


def fleet(
    rng: np.random.Generator, law: Weibull, factors: dict[str, float], each: int
) -> tuple[Lives, list[str]]:
    """Lives of groups whose hazard is the law's times a factor, watched from late to an age of their own."""
    age, until, entered, group = [], [], [], []
    for name, factor in factors.items():
        drawn = law.scale * (rng.exponential(size=each) / factor) ** (1 / law.shape)
        last, first = rng.uniform(0.4, 1.5, each) * law.scale, rng.uniform(0, 0.3, each) * law.scale
        seen = np.minimum(drawn, last) > first
        age += drawn[seen].tolist()
        until += last[seen].tolist()
        entered += first[seen].tolist()
        group += [name] * int(seen.sum())
    ended = np.array(age) <= np.array(until)
    known = Lives(np.minimum(age, until), ended, np.array(entered))
    return known, group


def test_replacement_law_and_factors_are_found_again() -> None:
    """The pooled shape would be flattened by the groups; with factors it is not."""
    law = Weibull(4.0, 250_000)
    factors = {"a": 0.3, "b": 0.7, "c": 1.0, "d": 1.9, "e": 3.2}
    known, groups = fleet(np.random.default_rng(73), law, factors, 400)
    found = replaced.fit(known, groups)
    assert found.law.shape == pytest.approx(4.0, rel=0.1)
    for name, factor in factors.items():
        mean = law.mean * factor ** (-1 / law.shape)
        assert found.expected_age(name) == pytest.approx(mean, rel=0.06)
        # the ratio of two factors is what can be told apart from the law's scale
        assert found.factor(name) / found.factor("c") == pytest.approx(factor, rel=0.35)


def test_chance_is_what_happens() -> None:
    """Expected replacements in the next 40,000 miles against a count over 4,000 units of a known age."""
    rng, law = np.random.default_rng(79), Weibull(3.5, 240_000)
    known, groups = fleet(rng, law, {"a": 0.5, "b": 2.0}, 500)
    found = replaced.fit(known, groups)
    for name, factor in (("a", 0.5), ("b", 2.0)):
        truth = -math.expm1(-factor * (law.hazard_until(190_000) - law.hazard_until(150_000)))
        assert found.chance(name, 150_000, 40_000) == pytest.approx(truth, rel=0.2)
    assert found.chance("a", 150_000, 0) == 0
    assert found.chance("a", 0, 1e9) == pytest.approx(1, abs=1e-6)


def test_a_group_unseen_leans_on_the_others_and_is_flagged() -> None:
    known, groups = fleet(np.random.default_rng(83), Weibull(3.0, 100.0), {"a": 0.4, "b": 1.0, "c": 2.5}, 100)
    more = Lives(np.append(known.age, 5.0), np.append(known.ended, False), np.append(known.entered, 0.0))
    found = replaced.fit(more, [*groups, "new"])
    assert [flag.code for flag in found.flags] == ["prior_only"]
    assert found.factor("a") < found.factor("new") < found.factor("c")
    assert found.chance("never heard of", 50, 20) == pytest.approx(found.chance("new", 50, 20), rel=1e-3)


def test_nothing_replaced_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no life has ended"):
        replaced.fit(lives([], [5, 6]), ["a", "b"])
    with pytest.raises(InvalidInput, match="each life"):
        replaced.fit(lives([5], [6]), ["a"])
    with pytest.raises(InvalidInput, match="zero or more"):
        replaced.fit(lives([5, 7], [6, 9]), ["a", "a", "b", "b"]).chance("a", -1, 5)
