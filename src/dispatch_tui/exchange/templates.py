"""Templates of a mapping: ``"{street}, {town}"`` filled with a row's cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

NAMES = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_DOUBLED = re.compile(r"([,;/-])(?:\s*[,;/-])+")
_EDGES = " ,;/-"

Fill = Callable[[Mapping[str, str]], str]
"""Cells by name (every name of the template is there) to the filled text."""


def names_in(template: str) -> list[str]:
    """The names that a template asks for, in order."""
    return NAMES.findall(template)


@lru_cache(maxsize=512)
def template(text: str) -> Fill:
    """How to fill ``text``. The result is empty where the template has names and all their cells are
    empty; where only some are, the commas and dashes that stood about them go with them."""
    pieces = NAMES.split(text)  # literal, name, literal, name, ..., literal
    literals, names = pieces[::2], pieces[1::2]
    if not names:
        return lambda cells: text
    if literals == ["", ""]:
        name = names[0]
        return lambda cells: cells[name]

    def fill(cells: Mapping[str, str]) -> str:
        found = [cells[name] for name in names]
        if not any(found):
            return ""
        parts = [literals[0]]
        for cell, literal in zip(found, literals[1:], strict=True):
            parts.append(cell)
            parts.append(literal)
        filled = "".join(parts)
        return filled if all(found) else _DOUBLED.sub(r"\1", filled).strip(_EDGES)

    return fill
