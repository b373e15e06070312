"""The judge of the published cases: what it must not let pass, and that mapping is by fields alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.cases import excel_rows
from tests.cases.published import Begins, Question, differences
from tests.cases.test_roi_cases import ANSWERS


def case(expected: dict[str, Any], tolerance: Any = 0.01) -> dict[str, Any]:
    return {"expected": expected, "tolerance": tolerance, "tolerance_kind": "absolute"}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"npv": 1.0}, {}),
        ({"npv": 1.0}, {"npv": 1.02}),
        ({"npv": 1.0}, {"npv": math.nan}),
        ({"npv": 1.0}, {"npv": None}),
        ({"replace_now": False}, {"replace_now": 0}),
        ({"roots": [1, 2]}, {"roots": [1, 2, 3]}),
        ({"roots": [1, 2]}, {"roots": Begins([1])}),
        ({"mcf": {"61": 0.02}}, {"mcf": {"61": 0.05}}),
        ({"t_opt": "never"}, {"t_opt": math.inf}),
    ],
)
def test_what_is_wrong_is_said(expected: dict[str, Any], found: dict[str, Any]) -> None:
    assert differences(case(expected), found)


def test_what_is_right_passes() -> None:
    expected = {"npv": 1.0, "flow": [1, 2], "best": "A", "none": None, "mcf": {"5": 2}}
    found = {"npv": 1.009, "flow": Begins([1, 2, 3]), "best": "A", "none": None, "mcf": {"5": 2, "6": 3}}
    assert differences(case(expected), found) == []
    assert differences(case({"a": 1, "b": 1}, {"*": 0.5, "b": 0}), {"a": 1.4, "b": 1.0}) == []
    assert len(differences(case({"a": 1, "b": 1}, {"*": 0.5, "b": 0}), {"a": 1.6, "b": 1.1})) == 2


@pytest.mark.parametrize(
    ("area", "given", "expected"),
    [
        (
            "finance_functions",
            {"flows": [-70000, 12000, 15000, 18000, 21000, 26000]},
            {"irr4": -0.0212, "irr5": 0.0866},
        ),
        (
            "finance_functions",
            {"flows": [-100, 230, -132.25]},
            {"roots": [0.15], "multiplicity": [2], "irr": 0.15},
        ),
        (
            "finance_functions",
            {"cost": 1e6, "salvage": 1e5, "life": 6, "month": 7},
            {"year1": 186083.33, "year7": 15845.10},
        ),
        ("finance_functions", {"rate": 0.075 / 12, "nper": 180, "pv": 200000}, {"pmt": -1854.0247}),
        (
            "aftertax_macrs",
            {"recovery_years": 20, "convention": "mid-quarter", "quarter": 1, "basis": 1000},
            {"year21": 5.65},
        ),
        (
            "aftertax_macrs",
            {
                "original_cost": 12500,
                "depr": {"method": "sum_of_years_digits", "life_years": 4, "salvage": 2500},
                "age": 2,
                "market_value_now": 5000,
                "tax": 0.4,
            },
            {"book_value": 5500, "aftertax_defender_first_cost": -5200},
        ),
        (
            "econ_replacement",
            {"defender_marginal_cost": [10, 11, 13], "challenger_min_euac": 12, "rate": 0.1},
            {"replace_now": False, "keep_years": 2},
        ),
        (
            "econ_replacement",
            {"rate": 0.1, "X": {"price": 1000, "life": 2, "om": [100, 200], "salvage": 110}},
            {"eac_X": (1000 + 100 / 1.1 + 90 / 1.21) * 1.21 / 2.1},
        ),
        (
            "econ_replacement",
            {"rate": 0.1, "first_cost": 1000, "life": 2, "maintenance": 50, "salvage": 121},
            {"eac": 1000 * 1.21 / 2.1 + 50 - 100 / 2.1 * 1.21},
        ),
        (
            "econ_replacement",
            {
                "rate": 0.1,
                "defender": {
                    "market_value_now": 100,
                    "om_by_year": [10, 60],
                    "market_value_by_year": [82, 0],
                },
                "challenger": {"first_cost": 100, "om_by_year": [0, 0], "market_value_by_year": [50, 39]},
            },
            {
                "challenger_min_euac": (100 - 39 / 1.21) * 1.21 / 2.1,
                "defender_economic_life": 1,
                "keep_years": 1,
            },
        ),
        ("lcc", {"rate": 0.03, "n": 10, "escalation": 0.03}, {"upv_star": 10.0}),
        ("lcc", {"real": 0.03, "inflation": 0.02}, {"nominal": 0.0506}),
    ],
)
def test_cases_like_the_published_ones(area: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert differences(case(expected, 0.006), ANSWERS[area](Question(given, expected))) == []


@pytest.mark.parametrize("area", ANSWERS)
def test_fields_that_nobody_knows_fail(area: str) -> None:
    question = Question({"lunar_phase": 3}, {"price_of_tea": 1.0})
    try:
        found = ANSWERS[area](question)
    except (LookupError, KeyError, ValueError):
        return
    assert differences(case({"price_of_tea": 1.0}), found)


def test_a_convention_without_its_quarter_fails() -> None:
    given = {"recovery_years": 7, "convention": "mid-quarter"}
    with pytest.raises(LookupError, match="needs the quarter"):
        ANSWERS["aftertax_macrs"](Question(given, {"percent": []}))


def test_a_row_that_differs_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "excel_sln.other.csv"
    file.write_text("# cost,salvage,life,EXPECTED\n100,10,9,10\n100,10,9,10.1\n100,10,0,#NUM!\n")
    rows, wrong = excel_rows.mismatches(file)
    assert rows == 3
    assert len(wrong) == 1
    assert "10.1" in wrong[0]


def test_a_file_of_an_unknown_function_fails(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="excel_tea"):
        excel_rows.mismatches(tmp_path / "excel_tea.csv")
