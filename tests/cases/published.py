"""What a published case asks, where its files lie, and how an answer is held against it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def shared_folder() -> Path:
    """The folder of real data, named by ``DISPATCH_TUI_SHARED``, else ``../shared`` beside the repository."""
    return Path(os.environ.get("DISPATCH_TUI_SHARED") or REPOSITORY.parent / "shared")


def cases_file() -> Path:
    """The file of cases, named by ``ROI_CASES``, else ``cases/roi.json`` of the real data."""
    return Path(os.environ.get("ROI_CASES") or shared_folder() / "cases" / "roi.json")


def excel_folder() -> Path:
    """The folder of Excel's own answers, named by ``EXCEL_CASES``, else that of the real data."""
    return Path(os.environ.get("EXCEL_CASES") or shared_folder() / "cases")


def find_file(name: str) -> Path:
    """A file that a case names, relative to the folder above the one that the cases lie in."""
    named = [excel_folder() / Path(name).name] if "EXCEL_CASES" in os.environ else []
    places = [
        *named,
        cases_file().resolve().parent.parent / name,
        cases_file().resolve().parent / Path(name).name,
        shared_folder() / name,
    ]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(f"{name}: in none of {', '.join(map(str, places))}")


@dataclass(frozen=True, slots=True)
class Question:
    """The inputs of a case, and what it asks for: of ``wanted`` only names and shapes are anybody's business."""

    given: Mapping[str, Any]
    wanted: Mapping[str, Any]
    tolerance: Mapping[str, Any] = field(default_factory=dict)
    """The case's ``row_tolerance``, where it is about the rows of a file."""
    find: Callable[[str], Path] = find_file


Answer = Callable[[Question], Mapping[str, Any]]


class Begins(tuple[Any, ...]):
    """A list of which only the beginning may have been published."""


def differences(case: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Where ``found`` misses what the case expects, in words; empty where nothing does."""
    missing = [f"{name}: nothing answers this" for name in case["expected"] if name not in found]
    return missing + [
        f"{name}: {words}"
        for name, expected in case["expected"].items()
        if name in found
        for words in _differences(expected, found[name], _tolerance(case, name), _relative(case))
    ]


def _tolerance(case: Mapping[str, Any], name: str) -> float:
    given = case["tolerance"]
    if isinstance(given, Mapping):
        given = given.get(name, given.get("*", 0))
    return float(given)


def _relative(case: Mapping[str, Any]) -> bool:
    return case.get("tolerance_kind") == "relative"


def _differences(expected: Any, found: Any, tolerance: float, relative: bool) -> list[str]:
    if isinstance(expected, list):
        if isinstance(found, Begins):
            found = found[: len(expected)]
        if len(found) != len(expected):
            return [f"{len(found)} values instead of {len(expected)}: {list(found)}"]
        pairs = zip(expected, found, strict=True)
        return [words for want, got in pairs for words in _differences(want, got, tolerance, relative)]
    if isinstance(expected, dict):
        return [
            f"{key}: {words}"
            for key, want in expected.items()
            for words in _differences(want, found[key], tolerance, relative)
        ]
    if expected is None or isinstance(expected, bool | str):
        return (
            [] if type(found) is type(expected) and found == expected else [f"{found!r} is not {expected!r}"]
        )
    room = tolerance * abs(expected) if relative else tolerance
    near = found is not None and math.isclose(found, expected, rel_tol=1e-9, abs_tol=room)
    return [] if near else [f"{found!r} is not {expected!r} within {room:g}"]
