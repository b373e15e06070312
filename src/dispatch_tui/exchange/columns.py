"""The mapping's columns found among a file's headings, and their cells made values."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from decimal import Decimal
from typing import Any

from dispatch_tui.errors import ImportProblem
from dispatch_tui.exchange.mapping import Column, Mapping
from dispatch_tui.exchange.stamps import Stamps
from dispatch_tui.text import digits_of, plain, plain_block

Reader = Callable[[str], Any]
"""A cell's text (not empty) to its value; raises ``ValueError`` with the reason."""

ABSENT = -1
_NAMED = 12
"""Columns of a file that a message names, at most."""
_LONGEST_NAME = 60
"""Characters of a heading in a message."""


class Fault(Exception):
    """This row cannot be taken: the heading at fault (may be empty) and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def find(mapping: Mapping, headings: Sequence[str], file: str) -> dict[str, int]:
    """Position of every column of the mapping; :data:`ABSENT` for an optional one the file lacks.

    Headings are compared without case, blanks and punctuation; columns that the mapping does not
    name are nobody's business. Raises :class:`ImportProblem` naming every needed column that is
    missing or there twice.
    """
    places: dict[str, list[int]] = {}
    for index, heading in enumerate(headings):
        places.setdefault(_bare(heading), []).append(index)
    found: dict[str, int] = {}
    missing: list[Column] = []
    for name, column in mapping.columns.items():
        hits = next((places[_bare(one)] for one in column.headings if _bare(one) in places), [])
        if len(hits) > 1 and not column.optional:
            raise ImportProblem(
                f"{file} has {len(hits)} columns {_named(headings[hits[0]])}.",
                "Leave the one that is meant and try again.",
            )
        if not hits and not column.optional:
            missing.append(column)
        found[name] = hits[0] if len(hits) == 1 else ABSENT
    if missing:
        raise ImportProblem(
            _missing(missing, headings, file), "Is it the right preset, and is the heading there?"
        )
    return found


def _missing(missing: list[Column], headings: Sequence[str], file: str) -> str:
    named = [_named(heading) for heading in headings[:_NAMED]]
    if len(headings) > _NAMED:
        named.append(f"and {len(headings) - _NAMED:,} more")
    words = f"{file} lacks {', '.join(repr(column.headings[0]) for column in missing)}; it has: {', '.join(named)}."
    bare = {_bare(heading): heading for heading in headings}
    for column in missing:
        near = difflib.get_close_matches(_bare(column.headings[0]), bare, n=1, cutoff=0.8)
        if near:
            there = _named(bare[near[0]])
            words += f" Is {column.headings[0]!r} called {there} there? Then add that heading to the mapping."
    return words


def _named(heading: str) -> str:
    heading = plain(heading)
    return repr(heading if len(heading) <= _LONGEST_NAME else f"{heading[: _LONGEST_NAME - 1]}…")


def _bare(heading: str) -> str:
    return "".join(char for char in heading.casefold() if char.isalnum())


def reader_of(column: Column, mapping: Mapping, stamps: Stamps) -> Reader:
    """How the filled cells of a column read."""
    readers: Dict[str, Reader] = {
        "text": plain,
        "block": plain_block,
        "integer": _integer,
        "number": lambda cell: float(_decimal(cell, mapping.decimal)),
        "money": lambda cell: minor_units(cell, mapping.decimal, digits_of(mapping.currency)),
        "instant": stamps.read,
        "yes_no": _yes_no,
        "position": _position,
    }
    read = readers[column.type]
    if not column.pattern:
        return read
    pattern, says = re.compile(column.pattern), column.says or f"what {column.pattern} asks for"

    def checked(cell: str) -> Any:
        if pattern.fullmatch(cell) is None:
            raise ValueError(f"{cell!r} is not {says}")
        return read(cell)

    return checked


def _integer(cell: str) -> int:
    if re.fullmatch(r"[+-]?\d{1,18}", cell) is None:
        raise ValueError(f"{cell!r} is not a whole number")
    return int(cell)


def _amount(mark: str, groups: str) -> re.Pattern[str]:
    """A lone nought is no group of thousands: ``0,123`` is a fraction by another mark."""
    return re.compile(
        r"(?P<open>\()?(?P<sign>[+-])?\s*(?:[A-Z]{3}\s?|[$€£¥]\s?)?(?P<sign2>[+-])?"
        rf"(?P<whole>\d{{1,15}}|(?!0\D)\d{{1,3}}(?P<group>[{groups}])\d{{3}}(?:(?P=group)\d{{3}})*)?"
        rf"(?:[{mark}](?P<rest>\d{{1,12}}))?(?:\s?[A-Z]{{3}}|\s?[$€£¥])?(?P<close>\))?"
    )


_AMOUNTS = {".": _amount(".", ",' \u00a0\u202f"), ",": _amount(",", ".' \u00a0\u202f")}
"""By the decimal mark; the other marks only group thousands."""

_WHERE_STATED = "the mapping's decimal states which it is: see import --template"


def _decimal(cell: str, decimal: str) -> Decimal:
    words = cell.strip()
    match = _AMOUNTS[decimal].fullmatch(words)
    if match is None and any(one.fullmatch(words) for one in _AMOUNTS.values()):
        raise ValueError(f"{cell!r} is not a number with the decimal mark {decimal!r} ({_WHERE_STATED})")
    if match is None or bool(match["open"]) != bool(match["close"]) or not (match["whole"] or match["rest"]):
        raise ValueError(f"{cell!r} is not a number")
    whole = re.sub(r"\D", "", match["whole"] or "0")
    number = Decimal(f"{whole}.{match['rest'] or '0'}")
    return -number if match["open"] or match["sign"] == "-" or match["sign2"] == "-" else number


def minor_units(cell: str, decimal: str = ".", digits: int = 2) -> int:
    """An amount in minor units, exact: ``"407.4"`` is 40740. More decimals than the currency has are refused."""
    minor = _decimal(cell, decimal).scaleb(digits)
    if minor != minor.to_integral_value():
        raise ValueError(f"{cell!r} has more than {digits} decimals")
    return int(minor)


_YES = {"true", "yes", "y", "1", "x"}
_NO = {"false", "no", "n", "0"}


def _yes_no(cell: str) -> bool:
    word = cell.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{cell!r} is neither yes nor no")


_PAIR = re.compile(
    r"(?P<point>POINT\s*)?\(?\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*\)?", re.I
)


def _position(cell: str) -> tuple[float, float]:
    """Latitude and longitude in degrees; WKT points name the longitude first."""
    match = _PAIR.fullmatch(cell.strip())
    if match is None:
        raise ValueError(f"{cell!r} is not (latitude, longitude)")
    latitude, longitude = float(match[2]), float(match[3])
    if match["point"]:
        latitude, longitude = longitude, latitude
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{cell!r} is no place on Earth")
    return latitude, longitude
