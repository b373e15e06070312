"""The picture's courses say the same as the ledgers, and their bands hold the futures."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_tui.roi.costs import REPAIRS
from dispatch_tui.roi.decision import decide
from dispatch_tui.roi.picture import courses, running_costs
from tests.roi.cases import case, challenger, drawn


def test_courses_end_at_what_the_ledgers_add_up_to() -> None:
    one = case()
    decision = decide(one, drawn(one))
    keep, new = courses(decision)
    assert keep.mean[0] == decision.kept_on.by_year[0]
    assert new.mean[-1] == pytest.approx(decision.replaced.by_year.sum())
    assert (keep.low[1:] < keep.mean[1:]).all()
    assert (keep.mean[1:] < keep.high[1:]).all()
    assert keep.low[0] == keep.mean[0] == keep.high[0]


def test_units_that_follow_one_another_cost_what_the_ledger_has() -> None:
    one = case(horizon=9, inflation=0.05, challengers=(challenger(life=4),))
    decision = decide(one, drawn(one, paths=500))
    assert decision.standing.best.life < 9
    _, had = running_costs(decision)
    line = decision.replaced.line(REPAIRS)
    assert line is not None
    assert had.mean(axis=0) == pytest.approx(line.by_year[1:])


def test_the_band_holds_eight_of_ten_futures() -> None:
    one = case()
    decision = decide(one, drawn(one))
    keep, _ = courses(decision)
    kept, _ = running_costs(decision)
    spent = np.cumsum(decision.kept_on.by_year)[-1] + (kept.sum(axis=1) - kept.sum(axis=1).mean())
    inside = np.mean((spent >= keep.low[-1]) & (spent <= keep.high[-1]))
    assert inside == pytest.approx(0.8, abs=0.01)
