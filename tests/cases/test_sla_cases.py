"""Published cases of other systems, each mapped by its fields.

The file is named by ``SLA_CASES``, else ``cases/sla.json`` in the folder of real data.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch_tui.sla.calendar import BusinessCalendar, Pause

REPOSITORY = Path(__file__).resolve().parents[2]


def cases_file() -> Path:
    shared = Path(os.environ.get("DISPATCH_TUI_SHARED") or REPOSITORY.parent / "shared")
    return Path(os.environ.get("SLA_CASES") or shared / "cases" / "sla.json")


def load_cases() -> list[Any]:
    path = cases_file()
    if not path.exists():
        reason = "real data is absent: cases/sla.json (file named by SLA_CASES, or in DISPATCH_TUI_SHARED)"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(path.read_text(encoding="utf-8"))
    return [pytest.param(case, id=str(case.get("id", index))) for index, case in enumerate(cases)]


def pauses_of(case: dict[str, Any]) -> list[Pause]:
    return [
        (datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)
        for start, end in case.get("pauses") or ()
    ]


@pytest.mark.parametrize("case", load_cases())
def test_case(case: dict[str, Any]) -> None:
    calendar = BusinessCalendar.from_mapping(case["calendar"])
    start = datetime.fromisoformat(case["start"])
    if case["kind"] == "due":
        expected = case["expected_due"]
        due = calendar.due(start, case["minutes"], pauses_of(case))
        assert due == (datetime.fromisoformat(expected) if expected else None)
    elif case["kind"] == "elapsed":
        end = datetime.fromisoformat(case["end"])
        expected_open = timedelta(minutes=case["expected_elapsed_minutes"])
        assert calendar.elapsed(start, end, pauses_of(case)) == expected_open
    else:
        pytest.fail(f"unknown kind of case: {case['kind']}")
