"""Excel's own answers, row by row: the file's name says which function, its first line what the columns are."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi import depreciation, finance, loans

Row = Mapping[str, str]

_SETTLED = 1e-8
"""Excel stops iterating at 0.000001 %: where a rate is exactly 0 it prints 3.7e-09."""


def mismatches(path: Path, tolerance: float | None = None) -> tuple[int, list[str]]:
    """How many rows the file has, and those that are answered differently, in words.

    ``tolerance`` is relative; by default 1e-5 for XIRR, which Excel iterates, and 1e-6 otherwise.
    """
    function = _function(path)
    answer = FUNCTIONS[function]
    allowed = tolerance if tolerance is not None else 1e-5 if function == "xirr" else 1e-6
    rows = _rows(path)
    wrong = []
    for row in rows:
        wanted = row["expected"]
        found: float | str
        try:
            found = answer(row)
        except InvalidInput as refused:
            found = str(refused)
        if not _same(found, wanted, allowed):
            wrong.append(f"{dict(row)}: {found}")
    return len(rows), wrong


def _same(found: float | str, wanted: str, allowed: float) -> bool:
    try:
        number = float(wanted)
    except ValueError:  # Excel's #NUM! and its like: we must have refused, too
        return isinstance(found, str)
    return not isinstance(found, str) and abs(found - number) <= max(allowed * abs(number), _SETTLED)


def _function(path: Path) -> str:
    match = re.match(r"excel_([a-z]+)", path.name.lower())
    if match is None or match[1] not in FUNCTIONS:
        raise LookupError(f"{path.name}: no function of ours answers this file")
    return match[1]


def _rows(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = [row for row in csv.reader(file) if row]
    names = [_name(column) for column in head]
    return [dict(zip(names, row, strict=True)) for row in rows if not row[0].startswith("#")]


def _name(column: str) -> str:
    """``# cost`` is ``cost``; ``end-of-period flows (; separated)`` is ``flows``."""
    bare = column.strip(" #").lower()
    return "flows" if "flows" in bare else bare


def _numbers(text: str) -> list[float]:
    return [float(one) for one in text.split(";")]


def _days(text: str) -> list[date]:
    """Dates of XNPV and XIRR: Excel answers #NUM! where one precedes the first; our functions take any order."""
    days = [_day(one.strip()) for one in text.split(";")]
    if any(day < days[0] for day in days):
        raise InvalidInput("dates", "one lies before the first")
    return days


def _day(text: str) -> date:
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return date.fromisoformat(text)


def _number(row: Row, name: str, default: float | None = None) -> float:
    if default is not None and not row.get(name, "").strip():
        return default
    return float(row[name])


def _asset(row: Row) -> tuple[float, float, float]:
    return _number(row, "cost"), _number(row, "salvage"), _number(row, "life")


def _switches(row: Row) -> bool:
    """The last column names what happens, or is Excel's own ``no_switch``."""
    if "switch" in row:
        return row["switch"].strip().lower() not in {"dontswitchtostraightline", "false", "0"}
    return row.get("no_switch", "").strip().lower() not in {"true", "1"}


def _guess(row: Row) -> float | None:
    return float(row["guess"]) if row.get("guess", "").strip() else None


def _vdb(row: Row) -> float:
    start, end, factor = _number(row, "start"), _number(row, "end"), _number(row, "factor", 2.0)
    return depreciation.variable_declining_balance(*_asset(row), start, end, factor, switch=_switches(row))


def _loan(row: Row) -> tuple[float, int, bool]:
    in_advance = row.get("type", row.get("when", "0")).strip().lower() in {"1", "begin", "beginofperiod"}
    return _number(row, "rate"), int(float(row["nper"])), in_advance


def _pv(row: Row) -> float:
    rate, periods, in_advance = _loan(row)
    paid, balloon = _number(row, "pmt"), _number(row, "fv", 0.0)
    return -loans.present_value(rate, periods, paid, balloon, in_advance=in_advance)


def _fv(row: Row) -> float:
    rate, periods, in_advance = _loan(row)
    paid, start = _number(row, "pmt"), _number(row, "pv", 0.0)
    return -loans.future_value(rate, periods, paid, start, in_advance=in_advance)


def _pmt(row: Row) -> float:
    rate, periods, in_advance = _loan(row)
    price, balloon = _number(row, "pv"), _number(row, "fv", 0.0)
    # Excel counts what comes in as positive: a balloon that is owed is a negative future value
    return -loans.payment(
        loans.Loan(principal=price, rate=rate, periods=periods, balloon=-balloon, in_advance=in_advance)
    )


FUNCTIONS: Mapping[str, Callable[[Row], float]] = {
    "npv": lambda row: finance.npv_excel(_number(row, "rate"), _numbers(row["flows"])),
    "xnpv": lambda row: finance.npv_dated(_number(row, "rate"), _numbers(row["flows"]), _days(row["dates"])),
    "irr": lambda row: finance.irr(_numbers(row["flows"]), _guess(row)),
    "xirr": lambda row: finance.irr_dated(_numbers(row["flows"]), _days(row["dates"]), _guess(row)),
    "mirr": lambda row: finance.mirr(
        _numbers(row["flows"]), _number(row, "finance_rate"), _number(row, "reinvest_rate")
    ),
    "sln": lambda row: depreciation.straight_line(*_asset(row)),
    "syd": lambda row: depreciation.sum_of_years_digits(*_asset(row), _number(row, "period")),
    "db": lambda row: depreciation.fixed_declining_balance(
        *_asset(row), int(float(row["period"])), int(_number(row, "month", 12))
    ),
    "ddb": lambda row: depreciation.declining_balance(
        *_asset(row), _number(row, "period"), _number(row, "factor", 2.0)
    ),
    "vdb": _vdb,
    "pmt": _pmt,
    "pv": _pv,
    "fv": _fv,
}
