"""Published cases of other systems, each mapped by its fields.

The file is named by ``SLA_CASES``, else ``cases/sla.json`` in the folder of real data.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dispatch_tui.errors import InvalidInput
from tests.cases.sla_case import NotUnderstood, check

REPOSITORY = Path(__file__).resolve().parents[2]


def cases_file() -> Path:
    shared = Path(os.environ.get("DISPATCH_TUI_SHARED") or REPOSITORY.parent / "shared")
    return Path(os.environ.get("SLA_CASES") or shared / "cases" / "sla.json")


def load_cases() -> list[Any]:
    path = cases_file()
    if not path.exists():
        if os.environ.get("SLA_CASES"):
            raise FileNotFoundError(f"SLA_CASES names {path}, which is not there")
        reason = "real data is absent: cases/sla.json (file named by SLA_CASES, or in DISPATCH_TUI_SHARED)"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(cases, dict):
        cases = cases["cases"]
    assert cases, f"{path} has no cases"
    return [pytest.param(case, id=str(case.get("id", index))) for index, case in enumerate(cases)]


@pytest.mark.parametrize("case", load_cases())
def test_case(case: dict[str, Any]) -> None:
    check(case)


# -- the mapping itself ------------------------------------------------------------------------

OFFICE = {
    "tz": "Europe/Berlin",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["12-24/01-01", {"date": "2026-01-06", "name": "Epiphany"}],
    "overrides": {"2026-12-28": [["10:00", "12:00"]]},
    "breaks": {"2026-03-04": [["12:00", "13:00"]]},
}
DUE = {"kind": "due", "calendar": OFFICE, "start": "2026-03-04T10:00:00+00:00"}
ELAPSED = {"kind": "elapsed", "calendar": OFFICE, "start": "2026-03-04T08:00:00Z"}
NIGHT = {"tz": "UTC", "hours": {}, "holidays": []}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({**DUE, "minutes": 61, "expected_due": "2026-03-04T12:01:00Z"}, id="break"),
        pytest.param({**DUE, "hours": 0.5, "expected_due": "2026-03-04T11:30:00+01:00"}, id="hours"),
        pytest.param({**DUE, "seconds": 90, "expected_due": "2026-03-04T10:01:30Z"}, id="seconds"),
        pytest.param({**DUE, "days": 3, "minutes": None, "expected_due": "2026-03-09T11:00"}, id="days"),
        pytest.param(
            {**DUE, "start": "2026-12-23T16:00", "minutes": 120, "expected_due": "2026-12-28T11:00"},
            id="local times, a yearly range, an override",
        ),
        pytest.param(
            {**DUE, "start": "2026-03-04T20:00", "minutes": 0, "expected_due": "2026-03-05T09:00"}, id="zero"
        ),
        pytest.param({**DUE, "calendar": NIGHT, "minutes": 1, "expected_due": None}, id="never"),
        pytest.param(
            {**DUE, "minutes": 60, "pauses": [["2026-03-04T10:30:00Z", None]], "expected_due": None},
            id="pause without an end",
        ),
        pytest.param(
            {
                **DUE,
                "minutes": 60,
                "pauses": [{"start": "2026-03-04T10:30:00Z", "end": "2026-03-04T14:30"}],
                "expected_due": "2026-03-04T14:00:00Z",
            },
            id="pause as a table",
        ),
        pytest.param(
            {**ELAPSED, "end": "2026-03-04T09:20:20Z", "expected_elapsed_minutes": 80.33}, id="fraction"
        ),
        pytest.param(
            {**ELAPSED, "end": "2026-03-04T16:00Z", "expected_elapsed_hours": 7}, id="elapsed hours"
        ),
        pytest.param(
            {
                "calendar": OFFICE,
                "start": "2026-03-04T10:00Z",
                "end": "2026-03-04T09:00Z",
                "expected_elapsed_minutes": 0,
            },
            id="no kind, reversed",
        ),
    ],
)
def test_forms_that_a_like_file_may_have(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ({**DUE, "minutes": 60, "expected_due": None, "roll_forward": True}, "roll_forward"),
        ({**DUE, "minutes": 60, "expected_due": None, "end": "2026-03-04T16:00Z"}, "end"),
        ({**DUE, "minutes": 60}, "expected_due"),
        ({**DUE, "expected_due": None}, "minutes"),
        ({**DUE, "minutes": 60, "days": 1, "expected_due": None}, "minutes"),
        ({**DUE, "minutes": 60, "expected_due": None, "start": "4 March"}, "start"),
        ({**DUE, "minutes": 60, "expected_due": None, "pauses": ["2026-03-04"]}, "pauses[0]"),
        (
            {
                **DUE,
                "minutes": 60,
                "expected_due": None,
                "pauses": [{"start": "2026-03-04T10:00Z", "why": 1}],
            },
            "pauses[0].why",
        ),
        ({**ELAPSED, "end": "2026-03-04T16:00Z"}, "expected_elapsed_minutes"),
        ({**ELAPSED, "end": None, "expected_elapsed_minutes": 1}, "end"),
        ({"kind": "rank", "calendar": OFFICE}, "kind"),
    ],
)
def test_what_nothing_understands_is_named(case: dict[str, Any], field: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        check(case)
    assert refused.value.field == field


def test_a_part_of_a_calendar_that_nothing_understands_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        check({**DUE, "calendar": {**OFFICE, "half_days": []}, "minutes": 1, "expected_due": None})
    assert refused.value.field == "half_days"


@pytest.mark.parametrize(
    "case",
    [
        {**DUE, "minutes": 60, "expected_due": "2026-03-04T11:00:01Z"},
        {**DUE, "minutes": 60, "expected_due": None},
        {**ELAPSED, "end": "2026-03-04T09:20:20Z", "expected_elapsed_minutes": 80},
        {**ELAPSED, "end": "2026-03-04T09:20:20Z", "expected_elapsed_minutes": 80.31},
    ],
)
def test_a_wrong_answer_is_a_failure(case: dict[str, Any]) -> None:
    with pytest.raises(AssertionError) as wrong:
        check(case)
    assert not isinstance(wrong.value, NotUnderstood)
