"""A dispatch centre's log of any length, in the columns of the ``cad-calls`` preset."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

HEADINGS = [
    "Call Number",
    "Unit ID",
    "Call Type",
    "Received DtTm",
    "Dispatch DtTm",
    "Response DtTm",
    "On Scene DtTm",
    "Available DtTm",
    "Call Final Disposition",
    "Final Priority",
]
_FIRST = datetime(2025, 6, 2, 8, 0, tzinfo=UTC)  # written as a wall time, without its zone


def write_log(path: Path, rows: int) -> Path:
    """``rows`` calls of one crew each, a minute apart, each over within the hour."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(rows):
            stamps = [
                f"{_FIRST + timedelta(minutes=number + after):%m/%d/%Y %I:%M:%S %p}"
                for after in (0, 1, 2, 9, 40)
            ]
            writer.writerow([f"{250000 + number}", f"E{number % 50:02}", "Alarm", *stamps, "Fire", "3"])
    return path
