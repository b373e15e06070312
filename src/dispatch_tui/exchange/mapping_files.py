"""Mapping files: read, checked as a whole, and errors that name the line and the key at fault."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pydantic import ValidationError

from dispatch_tui.errors import ImportProblem, SettingsError
from dispatch_tui.exchange.mapping import Mapping


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file. Raises :class:`ImportProblem` (no such file) or :class:`SettingsError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ImportProblem(
            f"The mapping {path} cannot be read: {error.strerror}.",
            "`import --template` prints one to start from.",
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(str(path), 0, "", "is not UTF-8 text") from None
    return parse_mapping(text, str(path))


def parse_mapping(text: str, name: str) -> Mapping:
    """Check the text of a mapping; ``name`` is what errors call it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise SettingsError(name, int(line[1]) if line else 0, "", f"not TOML: {error}") from None
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(part for part in first["loc"] if part not in {"function-before", "function-after"})
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(name, line_of(text, where), ".".join(map(str, where)), reason) from None


_TABLE = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=""")


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line (1-based) of the deepest part of a key's path that has a line of its own; 0 where none has."""
    best, depth = 0, 0
    table: tuple[str | int, ...] = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        header = _TABLE.match(line)
        if header:
            table = _numbered(header[2], header[1] == "[[", counts)
            here = table
        else:
            key = _KEY.match(line)
            if not key:
                continue
            here = (*table, *key[1].strip("\"'").split("."))
        if len(here) > depth and here == path[: len(here)]:
            best, depth = number, len(here)
    return best


def _numbered(name: str, is_array: bool, counts: dict[str, int]) -> tuple[str | int, ...]:
    """A table's path with the number of each array element on the way: ``records.0.steps.1``."""
    if is_array:
        counts[name] = counts.get(name, -1) + 1
        for other in [one for one in counts if one.startswith(name + ".")]:
            del counts[other]
    path: list[str | int] = []
    parts = name.split(".")
    for end, part in enumerate(parts, 1):
        path.append(part.strip("\"'"))
        prefix = ".".join(parts[:end])
        if prefix in counts:
            path.append(counts[prefix])
    return tuple(path)
