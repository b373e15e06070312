"""Where a number came from, and what a reader must know before trusting a result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Who says so."""

    HISTORY = "history"
    """The unit's own visits and readings."""
    FLEET = "fleet"
    """Other units of the same model."""
    CATALOGUE = "catalogue"
    AGREEMENT = "agreement"
    QUOTE = "quote"
    LAW = "law"
    """Tax law of the day, as data with its source."""
    OPERATOR = "operator"
    """Typed in at the desk."""
    ASSUMED = "assumed"
    """A stated default that nobody has confirmed."""
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of one input, with a few words more where they help."""

    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """A caution that belongs on the screen beside the result; ``code`` is stable, ``text`` is for people."""

    code: str
    text: str


ASSUMED = Origin(Source.ASSUMED)
COMPUTED = Origin(Source.COMPUTED)
