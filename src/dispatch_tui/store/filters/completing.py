"""What could stand at the cursor of the filter bar."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dispatch_tui.errors import FilterError
from dispatch_tui.store.filters.fields import BY_WORD, FIELDS, Field
from dispatch_tui.store.filters.reading import HEAD, parse
from dispatch_tui.store.filters.terms import quoted
from dispatch_tui.text import plain

Names = Callable[[str, str], Iterable[str]]
"""Names of a field's records (``cust``, ``tech``, ...) that begin with, or contain, what was typed."""

_TOKEN = re.compile(r'(?:"(?:[^"\\]|\\.)*(?:"|$)|[^\s"])+')
_VALUE = re.compile(r'(?:"(?:[^"\\]|\\.)*(?:"|$)|[^,"])*')
_HINTS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "=": "exactly"}


class Completion(NamedTuple):
    """Replace ``line[start:end]`` by ``text``; ``hint`` says in a few words what that is."""

    start: int
    end: int
    text: str
    hint: str

    def applied(self, line: str) -> tuple[str, int]:
        """The line with it put in, and where the cursor then stands."""
        return line[: self.start] + self.text + line[self.end :], self.start + len(self.text)


def _no_names(field: str, typed: str) -> Iterable[str]:
    return ()


def complete(text: str, cursor: int, names: Names = _no_names) -> list[Completion]:
    """Everything that could continue the term under ``cursor`` (0 to ``len(text)``), best first.

    ``names(field, typed)`` gives the names that the database knows; it is asked only for fields that hold
    names, and its answer is shown in its order.
    """
    cursor = min(max(cursor, 0), len(text))
    start, end = _token(text, cursor)
    typed = text[start:cursor]
    head = HEAD.match(typed)
    if head is None:
        return _fields(typed, start, end)
    field = BY_WORD.get(head.group(2).lower())
    if field is None or (head.group(3).rstrip("=") or "=") not in field.ops:
        return []
    return _values(field, head.group(3), text, start + head.end(), cursor, end, names)


def _token(text: str, cursor: int) -> tuple[int, int]:
    for match in _TOKEN.finditer(text):
        if match.start() <= cursor <= match.end():
            return match.span()
    return cursor, cursor


def _fields(typed: str, start: int, end: int) -> list[Completion]:
    minus = "-" if typed.startswith("-") else ""
    prefix = typed.removeprefix("-").lower()
    found = [
        Completion(start, end, f"{minus}{field.name}:", field.help)
        for word, field in BY_WORD.items()
        if word.startswith(prefix) and (word == field.name or prefix)
    ]
    if prefix:  # a value typed without its field: `hold` for `status:hold`
        found += [
            Completion(start, end, f"{minus}{field.name}:{word}", f"{field.title} {word}")
            for field in FIELDS.values()
            for word in field.words
            if field.kind == "choice" and word.startswith(prefix)
        ]
    return list({completion.text: completion for completion in found}.values())


def _values(
    field: Field, op: str, text: str, first: int, cursor: int, end: int, names: Names
) -> list[Completion]:
    start, stop, others = _value_at(text, first, cursor, end)
    typed = _unquoted(text[start:cursor])
    known = (*field.words, *field.hints, *field.specials)
    offers = [word for word in known if word.startswith(typed.lower()) and _reads(f"{field.name}{op}{word}")]
    if field.kind == "name":
        offers += [quoted(name) for name in map(plain, names(field.name, typed)) if name]
    hint = f"{field.title} {_HINTS[op]}" if op in _HINTS else field.title
    unused = (word for word in dict.fromkeys(offers) if word.lower() not in others)
    return [Completion(start, stop, word, f"{hint} {word}") for word in unused]


def _reads(text: str) -> bool:
    """Whether it is a filter: not every value goes with every operator."""
    try:
        parse(text)
    except FilterError:
        return False
    return True


def _value_at(text: str, first: int, cursor: int, end: int) -> tuple[int, int, set[str]]:
    """Bounds of the listed value under the cursor, and the other values of its list in lower case."""
    bounds = [first, first]
    others: set[str] = set()
    at = first
    while at <= end:
        match = _VALUE.match(text, at, end)
        stop = match.end() if match else end
        if at <= cursor <= stop:
            bounds = [at, stop]
        else:
            others.add(text[at:stop].lower())
        at = stop + 1
    return bounds[0], bounds[1], others


def _unquoted(typed: str) -> str:
    inside = typed.removeprefix('"')
    if inside != typed and inside.endswith('"') and not inside.endswith('\\"'):
        inside = inside[:-1]
    return re.sub(r"\\(.)", r"\1", inside) if inside != typed else typed
