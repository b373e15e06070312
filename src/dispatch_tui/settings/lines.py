"""Where a key stands in a TOML text: the standard reader does not say."""

from __future__ import annotations

import re

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?")
_ENTRY = re.compile(rf"\s*({_DOTTED})\s*=")
_EACH = re.compile(_PART)
_LONG_QUOTES = re.compile(r'"""|' + "'''")


def line_of(text: str, path: tuple[str, ...]) -> int:
    """The 1-based line of the key ``path``, else of the nearest table around it; 0 where neither stands."""
    known: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    quotes = ""  # the kind of multi-line string that is open
    for number, line in enumerate(text.splitlines(), 1):
        if not quotes:
            if header := _HEADER.fullmatch(line):
                table = _parts(header.group(1))
                _note(known, table, number)
            elif entry := _ENTRY.match(line):
                _note(known, table + _parts(entry.group(1)), number)
        for found in _LONG_QUOTES.findall(line):
            quotes = "" if quotes == found else quotes or found
    return next((known[path[:size]] for size in range(len(path), 0, -1) if path[:size] in known), 0)


def _note(known: dict[tuple[str, ...], int], path: tuple[str, ...], number: int) -> None:
    for size in range(1, len(path) + 1):
        known.setdefault(path[:size], number)


def _parts(dotted: str) -> tuple[str, ...]:
    parts = []
    for part in _EACH.findall(dotted):
        bare = part[1:-1] if part[0] in "\"'" else part
        parts.append(re.sub(r'\\(["\\])', r"\1", bare) if part[0] == '"' else bare)
    return tuple(parts)
