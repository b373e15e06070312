"""Measures as a CSV file: a line for each measure of each period."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from dispatch_tui.desk.looking_back import Figures
from dispatch_tui.report.cells import harmless

COLUMNS = ("whose", "period", "since", "until", "measure", "title", "value", "unit", "of", "definition")


def measures_file(whose: str, found: Sequence[tuple[str, Figures]]) -> bytes:
    """The file, in UTF-8 with a mark that spreadsheets know it by. ``found``: each period's name and figures.

    Shares are from 0 to 1, times in hours or days; a measure of which nothing was counted has no value.
    """
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for name, figures in found:
        for one in figures.measures:
            value = "" if one.value is None else f"{one.value:.6g}"
            since, until = (instant.isoformat() for instant in figures.stretch)
            writer.writerow(
                [
                    harmless(whose),
                    name,
                    since,
                    until,
                    one.key,
                    one.title,
                    value,
                    one.unit,
                    one.of,
                    one.definition,
                ]
            )
    return out.getvalue().encode("utf-8-sig")
