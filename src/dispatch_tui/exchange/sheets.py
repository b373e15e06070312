"""XLSX workbooks as a heading and numbered rows of text."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from dispatch_tui.errors import ImportProblem, MissingExtra

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGE = (BadZipFile, ParseError, KeyError, ValueError, OSError, EOFError, zlib.error)
"""What a workbook that is none, or half of one, brings up from below."""


def rows(
    path: Path, stream: IO[bytes], sheet: str
) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    """Heading and rows of one sheet (the first that is visible, unless named).

    Cells come as text: dates in ISO notation (a cell's type leaves no doubt about day and month),
    whole numbers without a fraction, empty cells as the empty text. Rows without any content are
    not rows; cells beyond the heading are kept where they hold something.
    """
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        raise MissingExtra("Reading XLSX workbooks", "xlsx") from None
    try:
        with warnings.catch_warnings():  # about styles and the like, which nobody here looks at
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except (InvalidFileException, *_DAMAGE) as error:
        raise ImportProblem(
            f"{path} cannot be read as a workbook: {error}.", "Save it again as XLSX."
        ) from None
    page = _page(book, path, sheet)
    page.reset_dimensions()  # some programs write a wrong extent; the rows themselves do not lie
    lines = _lines(page, path)
    _, heading = next(lines, (0, []))
    while heading and not heading[-1]:
        heading.pop()
    if not heading:
        raise ImportProblem(f"Sheet {page.title!r} of {path} is empty.", "Name another with --sheet.")
    width = len(heading)
    return tuple(heading), ((number, row + [""] * (width - len(row))) for number, row in lines)


def _page(book: Any, path: Path, sheet: str) -> Any:
    pages = {page.title: page for page in book.worksheets}
    if sheet:
        if sheet not in pages:
            raise ImportProblem(f"{path} has no sheet {sheet!r}.", f"It has: {', '.join(pages)}.")
        return pages[sheet]
    visible = [page for page in pages.values() if page.sheet_state == "visible"]
    if not visible:
        raise ImportProblem(f"{path} has no visible sheet.", "Name one with --sheet.")
    return visible[0]


def _lines(page: Any, path: Path) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(page.iter_rows(values_only=True), 1):
            row = [_text(cell) for cell in cells]
            if any(row):
                yield number, row
    except _DAMAGE as error:
        raise ImportProblem(
            f"{path} is damaged after row {number}: {error}.", "Save it again as XLSX."
        ) from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # The workbook stores binary fractions; repr is the shortest decimal that stands for the same.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
