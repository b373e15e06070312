"""Blame and excuses in text that a customer will read: where, and what to write instead. The list is a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from dispatch_tui.care.rules import Phrase


class Mark(NamedTuple):
    """A place in the text as typed (``start`` to ``end``, 0-based, end exclusive), and what is wrong with it."""

    start: int
    end: int
    kind: Literal["blame", "excuse"]
    phrase: str
    instead: str


def marks(text: str, phrases: Iterable[Phrase]) -> tuple[Mark, ...]:
    """Every place where a phrase stands, from left to right; overlapping places go to the longest.

    Case, the amount of white space and the shape of apostrophes make no difference; a phrase is found only
    as whole words.
    """
    found = [
        Mark(place.start(), place.end(), phrase.kind, phrase.phrase, phrase.instead)
        for phrase in phrases
        for place in _pattern(phrase.phrase).finditer(text)
    ]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda one: (one.start - one.end, one.start, one.phrase)):
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return tuple(sorted(kept))


@lru_cache(maxsize=1000)
def _pattern(phrase: str) -> re.Pattern[str]:
    words = (re.escape(word).replace("’", "'").replace("'", "['’ʼ`]") for word in phrase.split())
    spaced = r"\s+".join(words)
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)
