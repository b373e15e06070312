"""Where in an iCalendar file a fault lies: its lines unfolded, read one by one, with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dispatch_tui.errors import ImportProblem
from dispatch_tui.text import plain

_MOST_BYTES = 8_000_000
_EDGE = re.compile(r"(BEGIN|END):([A-Za-z0-9-]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"[A-Za-z0-9-]+(?:;[^:]*)?:")
_REMEDY = "Export it again as iCalendar (.ics)."


def fault(path: Path, line: int, reason: str, remedy: str = _REMEDY) -> ImportProblem:
    """The error for a fault in a line."""
    return ImportProblem(f"{path}, line {line}: {reason}.", remedy)


def text_of(path: Path) -> str:
    """The file's text. Raises :class:`ImportProblem` where it cannot be read, is empty, too long or not UTF-8."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise ImportProblem(f"There is no file {path}.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise ImportProblem(f"{path} is a folder.", "Name one file in it.") from None
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    if not raw.strip():
        raise ImportProblem(f"{path} is empty.", _REMEDY)
    if len(raw) > _MOST_BYTES:
        raise ImportProblem(f"{path} is longer than 8 MB.", "Export the holidays alone.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise fault(path, line, "it is not UTF-8 text") from None


def event_lines(path: Path, text: str) -> list[int]:
    """The line on which each event begins, in order.

    Raises :class:`ImportProblem` with the line where the file is no iCalendar file, a line is not one of its, or a
    part is not closed.
    """
    lines = list(_unfolded(text))
    first, opening = lines[0]
    if opening.strip().upper() != "BEGIN:VCALENDAR":
        raise fault(path, first, f"it is not an iCalendar file, it begins with {plain(opening)[:40]!r}")
    within: list[tuple[str, int]] = []
    events: list[int] = []
    for number, line in lines:
        edge = _EDGE.fullmatch(line.strip())
        if edge is None:
            if not _PROPERTY.match(line):
                raise fault(path, number, f"{plain(line)[:40]!r} is not a line of such a file")
        elif edge[1].upper() == "BEGIN":
            within.append((edge[2].upper(), number))
            events += [number] if within[-1][0] == "VEVENT" else []
        elif not within or within[-1][0] != edge[2].upper():
            raise fault(path, number, f"{edge[2].upper()} ends here but did not begin")
        else:
            within.pop()
    if within:
        raise fault(path, within[-1][1], f"{within[-1][0]} begins here and never ends")
    return events


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Each line with the number of its first row; a row that begins with white space goes on with the one before."""
    line, begun = "", 0
    for number, row in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if row[:1] in (" ", "\t") and begun:
            line += row[1:]
            continue
        if line.strip():
            yield begun, line
        line, begun = row, number
    if line.strip():
        yield begun, line
