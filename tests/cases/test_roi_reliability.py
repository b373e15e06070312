"""Published cases on failures and replacement ages (file named by ``ROI_CASES``, else in the folder of real data)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cases.roi_reliability import ANSWERS
from tests.conftest import REPOSITORY


def _root() -> Path:
    return Path(os.environ.get("DISPATCH_TUI_SHARED") or REPOSITORY.parent / "shared")


def _cases() -> list[Any]:
    path = Path(os.environ.get("ROI_CASES") or _root() / "cases" / "roi.json")
    if not path.exists():
        reason = "real data is absent: cases/roi.json (file named by ROI_CASES, or in DISPATCH_TUI_SHARED)"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(path.read_text(encoding="utf-8"))
    return [pytest.param(case, id=str(case["id"])) for case in cases if case["area"] in ANSWERS]


def _assert_close(found: Any, wanted: Any, tolerance: float) -> None:
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        for key in wanted:
            _assert_close(found[key], wanted[key], tolerance)
    elif isinstance(wanted, list):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            _assert_close(one, other, tolerance)
    elif isinstance(wanted, str) or wanted is None:
        assert found == wanted
    else:
        assert found == pytest.approx(wanted, rel=0, abs=tolerance)


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any]) -> None:
    expected, tolerance = case["expected"], case["tolerance"]
    question = SimpleNamespace(given=case["inputs"], wanted=expected, find=lambda name: _root() / name)
    found = ANSWERS[case["area"]](question)
    assert found.keys() == expected.keys()
    for name, wanted in expected.items():
        limit = tolerance if not isinstance(tolerance, dict) else tolerance.get(name, tolerance.get("*", 0))
        _assert_close(found[name], wanted, limit)
