"""Inputs of cases under one name each: every area has one table of the spellings that it understands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

Given = Mapping[str, Any]


def read(given: Given, spellings: Mapping[str, str], several: Collection[str] = ()) -> dict[str, Any]:
    """The inputs under the names of ``spellings``, a pattern for each; the first that fits counts.

    Words that are in no table are remarks. Anything else that nobody reads is refused, for it would change the answer
    unseen; so is one thing stated twice, unless its name is one of ``several``, which are gathered in lists.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        ours = next((one for one, pattern in spellings.items() if re.fullmatch(pattern, name)), None)
        if value is None or (ours is None and _words(value)):
            continue
        if ours is None:
            raise LookupError(f"{name} is not understood; known here: {', '.join(spellings)}")
        if ours in several:
            found.setdefault(ours, []).append(value)
        elif found.setdefault(ours, value) != value:
            raise LookupError(f"{name} states {ours} a second time, otherwise")
    return found


def _words(value: Any) -> bool:
    return all(isinstance(each, str) for each in value) if isinstance(value, list) else isinstance(value, str)


def only(given: Given, *read_here: str) -> None:
    """Refuses what is understood in the area but has no part in the kind of question that this is."""
    if unread := given.keys() - set(read_here):
        raise LookupError(f"{', '.join(sorted(unread))}: of no effect on {', '.join(read_here)}")


def resolved(found: Given, wanted: Collection[str]) -> dict[str, Any]:
    """What is wanted of ``found``; an answer that may not exist is a function, which only its own name calls."""
    return {name: found[name]() if callable(found[name]) else found[name] for name in wanted if name in found}
