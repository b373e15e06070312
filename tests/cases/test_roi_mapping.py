"""Inputs in other spellings and mixtures than the published cases have: hand-computed answers, or refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dispatch_tui.errors import DispatchError
from dispatch_tui.roi.moments import Moments
from tests.cases import excel_rows, roi_uncertainty
from tests.cases.published import Question, differences
from tests.cases.spellings import Stated
from tests.cases.test_roi_cases import ANSWERS

REPLACEMENT, TAX, FINANCE = "econ_replacement", "aftertax_macrs", "finance_functions"
RELIABILITY, AGE, UNCERTAINTY = "repairable_reliability", "maintenance_opt", "uncertainty"

ASSET = {"rate": 0.1, "first_cost": 10000}
COSTS_ONLY = {
    "first_cost": 125000,
    "macrs_class": 7,
    "dispose_year": 5,
    "salvage": 0,
    "tax": 0.4,
    "rate": 0.15,
}
OLD_NEW = {"rate": 0.1, "challenger": {"min_euac": 300}}
NIST = [54, 187, 216, 240, 244, 335, 361, 373, 375, 386]


def answered(
    area: str, given: dict[str, Any], expected: dict[str, Any], tolerance: float = 0.01
) -> list[str]:
    case = {"expected": expected, "tolerance": tolerance}
    return differences(case, ANSWERS[area](Question(given, expected)))


# fmt: off
REPLACED = [
    # 1: 10000 * 1.1 + 1000 - 8000; 2: (10000 + 1000/1.1 + (1000 - 6000)/1.21) * 0.576190; 3: likewise
    (ASSET | {"om": 1000, "market_value_by_year": [8000, 6000, 4000]}, {"euac": [4000, 3904.76, 3812.69]}),
    (ASSET | {"annual_cost": 1000, "market_value_by_year": [8000, 6000, 4000]}, {"economic_life": 3}),
    # 10000 * 1.1 + 1000 - 4000, then (10000 + 1000/1.1 - 3000/1.21) / 1.735537
    (ASSET | {"salvage": 4000, "om_by_year": [1000, 1000]}, {"euac": [8000, 4857.14]}),
    # 10000 * 1.1 + 1000 - 500
    (ASSET | {"om_by_year": [1000], "revenue_by_year": [500], "salvage_by_year": [0]}, {"euac": [11500]}),
    # a list with one value more begins with what it fetches now: 9000 * 1.1 + 1000 - 8000
    ({"rate": 0.1, "om_by_year": [1000, 1500], "market_value_by_year": [9000, 8000, 7000]},
     {"marginal_cost": [2900, 3300]}),
    # 3000 (A/P, 10 %, 3) = 1206.34, and 50 (A/G, 10 %, 3) = 46.83
    ({"rate": 0.1, "first_cost": 3000, "life": 3, "om": 100, "om_gradient": 50}, {"euac": 1353.17}),
    ({"rate": 0.1, "first_cost": 3000, "life": 3, "om": 100, "annual_increase": 50}, {"euac": 1353.17}),
    ({"rate": 0.1, "first_cost": 3000, "life": 3, "om": 100, "savings_gradient": 50}, {"euac": 1259.51}),
    # 7500 (A/P, 8 %, 4) = 2264.41, 500, and 1300 (A/G, 8 %, 4) = 1825.15
    ({"rate": 0.08, "first_cost": 7500, "om": 500, "om_gradient": 1300},
     {"economic_life": 4, "min_euac": 4589.55}),
    # 6000 (A/P, 10 %, 3) = 2412.69, 300 and -100 (A/F, 10 %, 3) = -30.21
    (OLD_NEW | {"defender": {"market_value_now": 6000, "years": 3, "annual_cost": 300, "salvage": 100}},
     {"defender_aec": 2682.48, "difference": 2382.48, "replace_now": True, "better": "challenger"}),
    (OLD_NEW | {"defender": {"market_value_now": 600, "original_cost": 20000, "book_value": 900, "age": 4,
                             "sunk_cost": 700, "years": 3, "maintenance_cost": 50, "salvage_at_end": 100}},
     {"defender_eac": 261.06, "replace_now": False, "better": "defender"}),
    # what was paid for it, beside what it fetches now
    ({"rate": 0, "years": 2, "defender": {"market_value": 600, "purchase_price": 20000, "salvage": 100}},
     {"eac": 250}),
    # 2400 (A/P, 10 %, 2) - 500: the defender by year against a challenger over its own life
    ({"rate": 0.1, "challenger": {"first_cost": 2400, "life": 2, "saving": 500},
      "defender": {"market_value_now": 1000, "om_by_year": [300, 900], "market_value_by_year": [800, 500]}},
     {"eac_challenger": 882.86, "defender_marginal_cost": [600, 1280], "keep_years": 1, "replace_now": False}),
    # 600 (A/P, 10 %, 2) + 50 against 900 (A/P, 10 %, 2) - 100 (A/F, 10 %, 2)
    ({"rate": 0.1, "years": 2, "defender_market_value": 600, "defender_om": 50,
      "challenger_first_cost": 900, "challenger_salvage": 100},
     {"defender_aec": 395.71, "challenger_aec": 470.95, "replace_now": False}),
    ({"rate": 0.1, "years": 2, "defender_market_value": 600, "defender_om": 50}, {"eac": 395.71}),
    # -100 + 60/1.1 + 60/1.21
    ({"rate": 0.1, "years": 2, "incremental_first_cost": 100, "annual_saving": [60, 60]},
     {"incremental_npv": 4.13}),
    ({"rate": 0.1, "incremental_first_cost": 100, "annual_saving": [60, 60]},
     {"incremental_flow": [-100, 60, 60]}),
    ({"rate": 0.1, "defender_marginal_cost": [11, 13], "challenger_min_euac": 12, "challenger_economic_life": 5,
      "defender_market_value_now": 9}, {"keep_years": 1}),
    # 100 + 10 + 5 - 60, upkeep of two kinds
    ({"price": 100, "maintenance_by_age": [10], "operating_by_age": [5], "tradein_by_age": [60], "horizon": 1},
     {"min_cost": 55}),
]
TAXED = [
    # 25000, half of 75000, 14.29 % of 37500
    ({"basis": 100000, "sec_179": 25000, "bonus": 0.5, "macrs_class": 7}, {"year1": 67858.75}),
    ({"recovery_years": 5, "convention": "half-year", "method": "200% DB"},
     {"percent": [20, 32, 19.2, 11.52, 11.52, 5.76]}),
    ({"recovery_years": 15, "method": "150DB", "basis": 1000}, {"year1": 50}),
    ({"recovery_years": 5, "convention": "mid-quarter Q2", "method": "MACRS", "basis": 1000}, {"year1": 250}),
    ({"recovery_years": 5, "convention": "half-year", "quarter": 1, "basis": 1000}, {"year1": 200}),
    # after tax -24000 a year, and 40 % of 17862.50, 30612.50, 21862.50, 15612.50, 5581.25; of the loss 33468.75 too
    (COSTS_ONLY | {"expenses": 40000}, {"flow": [-125000, -16855, -11755, -15255, -17755, -8380]}),
    (COSTS_ONLY | {"expenses": 40000}, {"pw": -172893.22}),
    (COSTS_ONLY | {"om": 40000}, {"pw": -172893.22}),
    (COSTS_ONLY | {"annual_cost": 40000}, {"pw": -172893.22}),
    (COSTS_ONLY | {"om_by_year": [40000] * 5}, {"pw": -172893.22}),
    (COSTS_ONLY | {"revenue": 100000, "om": 30000, "expenses": 10000},
     {"flow": [-125000, 43145, 48245, 44745, 42245, 51620]}),
    # 1000 less 20, 32 and half of 19.2 %
    ({"cost": 1000, "depr": {"method": "MACRS", "recovery_years": 5}, "dispose_year": 3, "market_value": 500},
     {"book_value": 384}),
    ({"cost": 1000, "depr": {"method": "MACRS", "recovery_years": 5}, "age": 3}, {"book_value": 384}),
    # what it fetches now is sold, not what it was to fetch in the end: 7500 * 0.34 + 500 * 0.66
    ({"book_value": 7500, "market_value_now": 8000, "salvage": 2500, "tax": 0.34}, {"net_salvage": 7830}),
    # 40 % three times leaves 216; then half of it a year, evenly
    ({"cost": 1000, "depr": {"method": "VDB", "life": 5}, "age": 4}, {"book_value": 108}),
    ({"cost": 1000, "depr": {"method": "DDB with switch to SL", "life": 5}, "age": 4}, {"book_value": 108}),
    ({"cost": 1000, "depr": {"method": "DDB", "life": 5}, "age": 4}, {"book_value": 129.6}),
]
FINANCED = [
    ({"rate": 0.1, "end_of_period_flows": [22000, 24200], "initial_investment": 40000}, {"npv": 0}),
    ({"rate": 0.1, "end_of_period_flows": [22000, 24200], "initial_investment": -40000}, {"npv": 0}),
    ({"rate": 0.1, "end_of_period_flows": [22000, 24200], "initial_cost": 40000}, {"npv": 0}),
    ({"rate": 0.1, "end_of_period_flows": [22000, 24200], "initial_flow": -40000}, {"npv": 0}),
    ({"rate": 0.1, "end_of_period_flows": [22000, 24200], "flow_now": 40000}, {"npv": 80000}),
    ({"flows": [22000, 24200], "initial_investment": 40000}, {"irr": 0.1}),
    ({"cost": 1e6, "salvage": 1e5, "life": 6, "month": 7}, {"year1": 186083.33, "year7": 15845.10}),
    ({"cost": 1e6, "salvage": 1e5, "life": 6, "months": 7}, {"year1": 186083.33, "year7": 15845.10}),
    # -100 + 60 / -0.5; nobody asked for what a rate below -100 % has not
    ({"flows": [-100, 60], "rate": -1.5}, {"npv": -220}),
]
REPAIRED = [
    ({"failures": NIST, "n": 20, "censor_time": 500}, {"shape": 1.7208, "scale": 606.528}),
    ({"failures": NIST, "T": 500, "n_units": 20}, {"shape": 1.7208}),
    ({"failures": NIST, "censored": 500, "n_censored": 10}, {"shape": 1.7208, "n_censored": 10}),
    ({"failures": NIST, "censored": [500] * 10, "n": 20, "termination": "time"}, {"shape": 1.7208}),
    ({"failures": [10, 20, 30], "censored": [], "T": 30}, {"ttt": 60}),
    # a total of 120; chi-square (0.95, 6) = 12.592, and with the two degrees of a test ended by time (0.95, 8) = 15.507
    ({"failures": [10, 20, 30], "censored": [30, 30], "termination": "failure"},
     {"exp_mean_ci90": [19.060, 146.755]}),
    ({"failures": [10, 20, 30], "n": 5, "termination": "failure"},
     {"ttt": 120, "exp_mean_ci90": [19.060, 146.755]}),
    ({"failures": [10, 20, 30], "censored": [30, 30], "termination": "time"},
     {"exp_mean_ci90": [15.477, 146.755]}),
    ({"T": 400, "n_units": 2, "failures": 2, "confidence": 0.9}, {"mtbf": 400, "lower": 127.07}),
]
UNCERTAIN = [
    # 4.2 failures of 350 exp(0.405)
    ({"shape": 3.5, "rate_mean": 1.4, "years": 3, "cost_median": 350, "cost_sigma": 0.9},
     {"mean": 2203.97, "var": 3987673.36}),
    ({"a": 3.5, "b": 2.5, "t": 3}, {"mean_count": 4.2, "var_count": 9.24}),
    ({"shape": 3.5, "mean_count": 4.2}, {"var_count": 9.24, "p_zero": (3.5 / 7.7) ** 3.5}),
    # 1.5 * 350^2 exp(4) (exp(4) - 1) + (1.5 + 1.5^2 / 3.5) * 350^2 exp(4)
    ({"shape": 3.5, "mean_count": 1.5, "cost_median": 350, "cost_sigma": 2.0}, {"var": 552050634.1}),
]
SAVED = [
    # 300 (P/A, 10 %, 4) = 950.96
    ({"rate": 0.1, "investment": 500, "savings": [300] * 4}, {"sir": 1.9019, "net_savings": 450.96}),
    ({"rate": 0.03, "n": 10, "annual_savings": 100, "escalation": 0.03, "investment": 500}, {"sir": 2.0}),
]
# fmt: on
TABLES = {
    REPLACEMENT: REPLACED,
    TAX: TAXED,
    FINANCE: FINANCED,
    RELIABILITY: REPAIRED,
    UNCERTAINTY: UNCERTAIN,
    "lcc": SAVED,
}
LISTED = [(area, *row) for area, rows in TABLES.items() for row in rows]


@pytest.mark.parametrize(("area", "given", "expected"), LISTED)
def test_other_spellings_and_mixtures(area: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert answered(area, given, expected) == []


# fmt: off
REFUSED = [
    (REPLACEMENT, ASSET | {"life": 3, "om": 100, "annual_increase": 0.05}, "eac", "must be an amount"),
    (REPLACEMENT, ASSET | {"life": 3, "om": 100, "market_value": 500}, "eac", "now or at the end"),
    (REPLACEMENT, ASSET | {"life": 3, "om_by_year": [100, 100], "salvage": 0}, "eac", "not enough for 3 years"),
    (FINANCE, {"flows": [-100, 60, 60], "rate": 0.1, "years": 3}, "eac", "3 years"),
    (RELIABILITY, {"systems": [[1, 2], [3]], "T": 9, "n": 3}, "beta", "3 units"),
    (REPLACEMENT, ASSET | {"om": 100}, "eac", "how many years"),
    (TAX, {"recovery_years": 5, "convention": "half-year", "method": "150DB"}, "percent", "150DB"),
    (TAX, {"recovery_years": 15, "method": "200DB"}, "percent", "200DB"),
    (TAX, {"recovery_years": 5, "method": "straight line"}, "percent", "straight line"),
    (TAX, {"recovery_years": 5, "convention": "mid-month"}, "percent", "mid-month"),
    (TAX, {"basis": 1000, "cost": 900, "recovery_years": 5}, "year1", "a second time"),
    (RELIABILITY, {"failures": NIST, "T": 500}, "shape", "how many lives"),
    (RELIABILITY, {"failures": NIST, "censored": 500}, "shape", "how many lives"),
    (RELIABILITY, {"failures": NIST, "censored": 500, "T": 600, "n": 20}, "shape", "stated twice"),
    (RELIABILITY, {"failures": NIST, "n": 20}, "shape", "until when"),
    (RELIABILITY, {"failures": NIST, "censored": [500] * 9, "n": 20}, "shape", "units 20"),
    (AGE, {"c_p": 1, "c_f": 5, "scale": 10, "shape": 2, "q": 0.4}, "t_opt", "q 0.4"),
    (UNCERTAINTY, {"mean_count": 2, "years": 3, "cost_mean": 5, "cost_sd": 1}, "mean", "either a mean count"),
]
NOTED = [
    (TAX, {"basis": 1000, "recovery_years": 5, "investment_credit": 100}, "year1", "investment_credit"),
    (RELIABILITY, {"failures": NIST, "entered": [1] * 10}, "shape", "entered"),
    (AGE, {"c_p": 1, "c_f": 5, "scale": 10, "shape": 2, "location": 4}, "t_opt", "location"),
    (UNCERTAINTY, {"K": 10, "saving_mean": 5, "saving_sd": 1, "years": 3, "rate": 0, "salvage": 9}, "mean", "salvage"),
]
# fmt: on


@pytest.mark.parametrize(("area", "given", "wanted", "words"), REFUSED)
def test_what_cannot_be_taken_as_it_is_stated_is_refused(
    area: str, given: dict[str, Any], wanted: str, words: str
) -> None:
    with pytest.raises(Exception, match=words):
        ANSWERS[area](Question(given, {wanted: 1.0}))


@pytest.mark.parametrize(("area", "given", "wanted", "name"), NOTED)
def test_what_nobody_reads_is_noted_for_a_case_that_fails(
    area: str, given: dict[str, Any], wanted: str, name: str
) -> None:
    stated = Stated(given)
    ANSWERS[area](Question(stated, {wanted: 1.0}))
    assert stated.unread == [name]


def test_words_that_nobody_reads_are_remarks() -> None:
    given = ASSET | {"life": 1, "om": 100, "note": "bought used", "names": ["A", "B"]}
    assert answered(REPLACEMENT, given, {"eac": 11100}) == []


def test_a_rate_that_has_no_annuity_fails_only_where_one_is_wanted() -> None:
    with pytest.raises(DispatchError):
        ANSWERS[FINANCE](Question({"flows": [-100, 60], "rate": -1.5}, {"eac": 1.0}))


def test_no_answer_of_a_wrong_law_passes_its_draws() -> None:

    drawn = np.random.default_rng(3).standard_normal(roi_uncertainty.PATHS)
    roi_uncertainty._agree(drawn, Moments(0.0, 1.0), 3.0)
    for law in (Moments(0.03, 1.0), Moments(0.0, 1.1)):
        with pytest.raises(AssertionError):
            roi_uncertainty._agree(drawn, law, 3.0 * law.variance**2)


@pytest.mark.parametrize(
    ("function", "columns", "row", "answer"),
    [
        ("xnpv", "rate,flows,dates,EXPECTED", "0.1,-100;110,{},", "0"),
        ("xirr", "flows,dates,guess,EXPECTED", "-100;110,{},0.1,", "0.1"),
    ],
)
def test_a_date_before_the_first_is_no_number_as_in_excel(
    tmp_path: Path, function: str, columns: str, row: str, answer: str
) -> None:
    file = tmp_path / f"excel_{function}.csv"
    in_order, before = "2021-01-01;2022-01-01", "2022-01-01;2021-01-01"
    lines = [columns, row.format(in_order) + answer, row.format(before) + "#NUM!"]
    file.write_text("\n".join(lines) + "\n")
    assert excel_rows.mismatches(file, 1e-6) == (2, [])
