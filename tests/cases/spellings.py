"""Inputs of cases under one name each: every area has one table of the spellings that it understands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

Given = Mapping[str, Any]


class Stated(dict[str, Any]):
    """The inputs of a case, and in the end those of them that nobody read: what a wrong answer may be due to."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.unread: list[str] = []


def read(given: Given, spellings: Mapping[str, str], several: Collection[str] = ()) -> dict[str, Any]:
    """The inputs under the names of ``spellings``, a pattern for each; the first that fits counts.

    What is in no table is left out, and noted where ``given`` is :class:`Stated`. One thing stated twice, otherwise, is
    refused, unless its name is one of ``several``, which are gathered in lists.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        ours = next((one for one, pattern in spellings.items() if re.fullmatch(pattern, name)), None)
        if ours is None and isinstance(given, Stated):
            given.unread.append(name)
        if value is None or ours is None:
            continue
        if ours in several:
            found.setdefault(ours, []).append(value)
        elif found.setdefault(ours, value) != value:
            raise LookupError(f"{name} states {ours} a second time, otherwise")
    return found


def resolved(found: Given, wanted: Collection[str]) -> dict[str, Any]:
    """What is wanted of ``found``; an answer that may not exist is a function, which only its own name calls."""
    return {name: found[name]() if callable(found[name]) else found[name] for name in wanted if name in found}
