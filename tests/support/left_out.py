"""What a run left out and why, counted: the last lines of a run say it, so that nobody takes "green" for "all"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why one test was skipped, without pytest's prefix."""
    where = report.longrepr
    words = where[2] if isinstance(where, tuple) else str(where)
    return words.removeprefix("Skipped: ").strip() or "no reason given"


def summary(skipped: Iterable[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """Lines for the end of a run: a total, then one line per reason, the most frequent first."""
    reasons = Counter(reason_of(report) for report in skipped)
    total = sum(reasons.values())
    if not total:
        return ["left out: nothing"]
    lines = [f"left out: {total} test{'s' if total > 1 else ''}"]
    lines += [f"  {count:5}  {reason}" for reason, count in reasons.most_common()]
    return lines
