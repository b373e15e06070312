"""The fleet as CSV and XLSX: figures as numbers, hostile names as text."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dispatch_tui.errors import InvalidInput
from dispatch_tui.report.fleet_file import HEADINGS, fleet_file, rows
from dispatch_tui.roi.budget import plan
from dispatch_tui.roi.many import Outcome

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
UNITS = (
    Outcome(
        1,
        "=1+1",
        "X9",
        "EUR",
        saving=123_456,
        probability=0.875,
        outlay=500_000,
        next_failure=1.0,
        customer="@Acme",
    ),
    Outcome(2, "U-2", "", "EUR", problem="challenger.price: it has no price"),
)


def table() -> list[tuple[str | float | int, ...]]:
    return rows(UNITS, plan(UNITS, "EUR", 600_000, 1), NOW)


def test_csv_has_numbers_and_no_formula() -> None:
    text = fleet_file(Path("f.csv"), table()).decode("utf-8-sig")
    head, first, second = csv.reader(io.StringIO(text))
    assert tuple(head) == HEADINGS
    assert first == [
        "'=1+1",
        "X9",
        "EUR",
        "1234.56",
        "0.875",
        "5000.0",
        "0.0",
        "2027-03-04",
        "0",
        "1",
        "",
        "'@Acme",
    ]
    assert second[-2] == "challenger.price: it has no price"


def test_xlsx_has_numbers_and_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(fleet_file(Path("f.xlsx"), table()))).active
    assert sheet is not None
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert sheet["D2"].value == 1234.56


def test_another_ending_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot write"):
        fleet_file(Path("f.doc"), ())
