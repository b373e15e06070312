"""A fleet's comparison as a file: CSV or XLSX, one row for each unit, the one that saves most first."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from dispatch_tui.errors import InvalidInput, MissingExtra
from dispatch_tui.report.cells import Cell, harmless
from dispatch_tui.roi.budget import Purchase
from dispatch_tui.roi.history import YEAR
from dispatch_tui.roi.many import Outcome
from dispatch_tui.text import digits_of, plain

HEADINGS = (
    "Unit",
    "Replace by",
    "Currency",
    "Saving a year",
    "Probability",
    "Outlay",
    "Failures a year",
    "Next failure likely by",
    "Keep for years",
    "Buy in year",
    "Why no answer",
    "Customer",
)


def next_failure_at(one: Outcome, now: datetime) -> datetime | None:
    """By when a failure is as likely as not, ``None`` beyond what was looked at."""
    return (
        None if one.next_failure is None else now + timedelta(seconds=one.next_failure * YEAR.total_seconds())
    )


def rows(outcomes: Sequence[Outcome], bought: Sequence[Purchase], now: datetime) -> list[tuple[Cell, ...]]:
    """The rows below the headings; money in whole units of currency with its decimals."""
    years: Mapping[int, int] = {one.outcome.unit_id: one.year for one in bought}
    return [_row(one, years.get(one.unit_id), now) for one in outcomes]


def _row(one: Outcome, year: int | None, now: datetime) -> tuple[Cell, ...]:
    named = (plain(one.unit), plain(one.challenger), plain(one.currency))
    if one.problem:
        return (*named, *[""] * 7, plain(one.problem), plain(one.customer))
    at = next_failure_at(one, now)
    digits = digits_of(one.currency)
    major = 10**digits
    return (
        *named,
        round(one.saving / major, digits),
        round(one.probability, 3),
        one.outlay / major,
        round(one.failures, 2),
        f"{at:%Y-%m-%d}" if at else "",
        one.keep_years,
        year or "",
        "",
        plain(one.customer),
    )


def fleet_file(file: Path, table: Sequence[tuple[Cell, ...]]) -> bytes:
    """The file's content, by its name. Raises ``InvalidInput`` for another format, ``MissingExtra`` for XLSX.

    A spreadsheet takes a text that begins with ``=`` for a formula: in CSV such a text gets an apostrophe before it,
    in XLSX it is marked as text.
    """
    ending = file.suffix.lower()
    if ending == ".csv":
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        writer.writerows([harmless(cell) for cell in row] for row in table)
        return out.getvalue().encode("utf-8-sig")
    if ending == ".xlsx":
        return _xlsx(table)
    raise InvalidInput("-o", f"cannot write a table as {file.name!r}", "Name it fleet.csv or fleet.xlsx.")


def _xlsx(table: Sequence[tuple[Cell, ...]]) -> bytes:
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
    except ImportError:
        raise MissingExtra("Writing XLSX", "xlsx") from None
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Fleet")
    sheet.freeze_panes = "A2"
    for row in (HEADINGS, *table):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
