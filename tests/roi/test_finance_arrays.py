"""The time value of money over many paths: the same as path by path."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput, NoAnswer
from dispatch_tui.roi import finance
from dispatch_tui.roi import finance_arrays as arrays

RATES = st.floats(-0.5, 2.0)
PATHS = st.integers(2, 9).flatmap(
    lambda years: st.lists(
        st.lists(st.integers(-1000, 1000).map(float), min_size=years, max_size=years), min_size=1, max_size=4
    )
)


@given(rate=RATES, paths=PATHS)
def test_present_values_path_by_path(rate: float, paths: list[list[float]]) -> None:
    wanted = [finance.npv(rate, path) for path in paths]
    assert arrays.npv(rate, paths).tolist() == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    yearly = [finance.equivalent_annual(rate, len(paths[0]) - 1, present) for present in wanted]
    assert arrays.equivalent_annual(rate, paths).tolist() == pytest.approx(yearly, rel=1e-8, abs=1e-6)


def test_each_path_has_its_own_rate() -> None:
    flows = np.array([[-100.0, 110.0], [-100.0, 120.0], [-100.0, 130.0]])
    assert arrays.npv([0.1, 0.2, 0.3], flows) == pytest.approx([0, 0, 0], abs=1e-12)
    assert arrays.npv(0.0, flows).tolist() == [10, 20, 30]


def test_leading_axes_are_carried_along() -> None:
    flows = np.arange(24.0).reshape(2, 3, 4)
    found = arrays.npv(0.1, flows)
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(finance.npv(0.1, [20, 21, 22, 23]))


def test_factors_keep_their_digits_at_tiny_rates() -> None:
    assert arrays.capital_recovery([0.0, 1e-12], 10) == pytest.approx([0.1, 0.1 * (1 + 5.5e-12)], rel=1e-15)
    assert arrays.capital_recovery(0.1, [1, 2]) == pytest.approx([1.1, 1.21 / 2.1])


@given(paths=PATHS, rate=st.floats(0.0, 1.0))
def test_payback_path_by_path(paths: list[list[float]], rate: float) -> None:
    found = arrays.payback(paths).tolist()
    for years, path in zip(found, paths, strict=True):
        wanted = finance.payback(path)
        assert years == pytest.approx(math.inf if wanted is None else wanted)
    late = arrays.payback_discounted(rate, paths).tolist()
    for years, path in zip(late, paths, strict=True):
        present = [flow / (1 + rate) ** k for k, flow in enumerate(path)]
        if any(abs(balance) < 1e-6 for balance in accumulate(present)):
            continue  # back to the last digit, which is rounding's
        wanted = finance.payback_discounted(rate, path)
        assert years == pytest.approx(math.inf if wanted is None else wanted)


def test_discounted_payback_by_hand() -> None:
    flows = [[-100, 60, 60], [-100, 100, 0], [5, 5, 5], [-100, 10, 10]]
    assert arrays.payback(flows).tolist() == pytest.approx([1 + 40 / 60, 1.0, 0.0, math.inf])
    found = arrays.payback_discounted(0.1, flows)
    assert found.tolist() == pytest.approx([1 + (100 - 60 / 1.1) / (60 / 1.21), math.inf, 0.0, math.inf])


@given(paths=PATHS, pay=st.floats(0.0, 1.0), earn=st.floats(0.0, 1.0))
def test_modified_rates_path_by_path(paths: list[list[float]], pay: float, earn: float) -> None:
    for rate, path in zip(arrays.mirr(paths, pay, earn).tolist(), paths, strict=True):
        if min(path) < 0 < max(path):
            assert rate == pytest.approx(finance.mirr(path, pay, earn), rel=1e-9, abs=1e-9)
        else:
            assert math.isnan(rate)


@given(
    outlays=st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
    back=st.lists(st.integers(0, 10**6), min_size=1, max_size=25),
)
def test_rates_of_return_of_plain_investments(outlays: list[int], back: list[int]) -> None:
    if not any(back):
        return
    paths = [[-float(outlay), *map(float, back)] for outlay in outlays]
    wanted = [finance.irr(path) for path in paths]
    assert arrays.irr(paths).tolist() == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_rates_of_return_where_one_halving_is_not_enough() -> None:
    found = arrays.irr(
        [[-50, -100, 600, 300, -100], [-1, 2, -3, 0, 0], [5, 5, 5, 5, 5], [100, -110, 0, 0, 0]]
    )
    assert found[[0, 3]] == pytest.approx([1.8544178284461061, 0.1], abs=1e-9)
    assert np.isnan(found[[1, 2]]).all()


@pytest.mark.parametrize("bad", [-1.0, -1.5, math.nan, math.inf])
def test_a_rate_without_meaning_is_refused(bad: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        arrays.npv([0.1, bad], [[1.0, 2.0], [1.0, 2.0]])
    assert refused.value.field == "rate"


def test_flows_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        arrays.payback([[1.0, math.nan]])
    assert refused.value.field == "flows"
    assert not isinstance(refused.value, NoAnswer)
