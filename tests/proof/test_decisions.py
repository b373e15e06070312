"""Decisions on made-up fleets whose truth is known: the stated probability holds, and little is regretted."""

from __future__ import annotations

import numpy as np
import pytest

from bench.decisions import Score, simulate

pytestmark = pytest.mark.xdist_group("decisions")  # what its fixtures read is read once


@pytest.fixture(scope="module")
def score() -> Score:
    return simulate(260, seed=3)


def test_what_is_said_happens_as_often_as_it_is_said(score: Score) -> None:
    assert 0.85 <= score.slope <= 1.15
    said, happened = (np.mean([getattr(one, name) for one in score.judged]) for name in ("said", "happened"))
    assert said == pytest.approx(happened, abs=0.04)


def test_little_is_regretted_beside_the_fifty_per_cent_rule(score: Score) -> None:
    assert score.rule_regret > 0
    assert score.regret <= 0.6 * score.rule_regret
