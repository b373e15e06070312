"""Published cases of repair against replacement, each answered by its area and fields, never by its id.

The file is named by ``ROI_CASES``, else ``cases/roi.json`` in the folder of real data; Excel's own answers lie in the
folder named by ``EXCEL_CASES``, else beside it. An area, a field or a file that nothing answers is a failure.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.cases import excel_rows
from tests.cases.published import Answer, Question, cases_file, differences, excel_folder
from tests.cases.spellings import Stated

TABLES = ("tests.cases.roi_money", "tests.cases.roi_reliability", "tests.cases.roi_uncertainty")
ANSWERS: dict[str, Answer] = {
    area: answer for name in TABLES if find_spec(name) for area, answer in import_module(name).ANSWERS.items()
}


def load_cases() -> list[Any]:
    path = cases_file()
    if not path.exists() and "ROI_CASES" not in os.environ:
        reason = "real data is absent: cases/roi.json (file named by ROI_CASES, or in DISPATCH_TUI_SHARED)"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(path.read_text(encoding="utf-8"))
    return [pytest.param(case, id=str(case.get("id", index))) for index, case in enumerate(cases)]


def excel_files() -> list[Any]:
    paths = sorted(excel_folder().glob("excel_*.csv"))
    if not paths and "EXCEL_CASES" in os.environ:
        raise FileNotFoundError(f"no excel_*.csv in {excel_folder()}, named by EXCEL_CASES")
    if not paths:
        reason = "real data is absent: excel_*.csv (folder named by EXCEL_CASES, or in DISPATCH_TUI_SHARED)"
        return [pytest.param(Path(), marks=pytest.mark.skip(reason=reason), id="absent")]
    return [pytest.param(path, id=path.name) for path in paths]


@pytest.mark.parametrize("case", load_cases())
def test_case(case: dict[str, Any]) -> None:
    answer = ANSWERS.get(case["area"])
    if answer is None:
        pytest.fail(f"nothing answers the area {case['area']}")
    assert case["expected"], "the case expects nothing"
    stated = Stated(case["inputs"])
    question = Question(stated, case["expected"], case.get("row_tolerance", {}))
    assert differences(case, answer(question)) == [], f"inputs that nobody read: {stated.unread}"


@pytest.mark.parametrize("path", excel_files())
def test_every_row_of_excel(path: Path) -> None:
    rows, wrong = excel_rows.mismatches(path)
    assert rows
    assert wrong == []
