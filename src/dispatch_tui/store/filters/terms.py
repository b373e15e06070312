"""What a filter is: a conjunction of terms, as frozen values that print back to the text they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

LIVE_STATUSES = ("new", "acknowledged", "assigned", "in_progress", "on_hold", "resolved")
ALL_STATUSES = (*LIVE_STATUSES, "closed", "cancelled")

TEXT = "text"
"""The field of bare words."""

_BARE = re.compile(r"[^\W_][\w./@#+'&-]*")  # needs no quotes, and reads as neither a field nor a list
_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}


class Special(Enum):
    """Words that stand for something other than themselves."""

    NONE = "none"
    """Nothing is set: ``tech:none`` is every call without a technician."""
    ME = "me"
    """The operator who looks."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in seconds from now; ``Span(0)`` is ``now``."""

    seconds: int

    def __str__(self) -> str:
        if self.seconds == 0:
            return "now"
        letter, size = next((letter, size) for letter, size in _UNITS if self.seconds % size == 0)
        return f"{self.seconds // size}{letter}"


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day in the reader's zone: an offset from today, or a date."""

    value: int | date

    def __str__(self) -> str:
        return _DAYS[self.value] if isinstance(self.value, int) else self.value.isoformat()


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute of the reader's wall clock (naive on purpose: the zone comes with the reader)."""

    local: datetime

    def __str__(self) -> str:
        return self.local.strftime("%Y-%m-%dT%H:%M")


Value = str | int | Special | Span | Day | Moment


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. ``values`` are alternatives; ``negated`` turns the whole of it round.

    ``field`` is a name of :data:`~dispatch_tui.store.filters.fields.FIELDS`; ``op`` one of ``:``
    (contains, or is one of), ``=`` (is the whole of), ``<``, ``<=``, ``>``, ``>=``. The values are
    ``int`` for ``pri``; codes for ``status`` and ``clock``; ``str`` or :class:`Special` for names and
    words; :class:`Span`, :class:`Day`, :class:`Moment` or ``Special.NONE`` for instants.
    """

    field: str
    op: str
    values: tuple[Value, ...]
    negated: bool = False

    def __str__(self) -> str:
        minus = "-" if self.negated else ""
        if self.field == TEXT and self.op == ":" and len(self.values) == 1:
            return minus + _written(self.values[0])
        return f"{minus}{self.field}{self.op}{','.join(self._words())}"

    def _words(self) -> list[str]:
        if self.field != "status":
            return [_written(value) for value in self.values]
        words = [STATUS_WORDS[str(code)] for code in self.values if code in ALL_STATUSES]
        if set(self.values) >= set(LIVE_STATUSES):
            return ["open", *words[len(LIVE_STATUSES) :]]
        return words


@dataclass(frozen=True, slots=True)
class Filter:
    """All ``terms`` must hold. ``str(filter)`` is its text in normal form, which reads back as equal."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(str(term) for term in self.terms)

    @property
    def live_only(self) -> bool:
        """Whether closed and cancelled calls stay out: they do unless a status term asks for one."""
        return not any(_asks_for_ended(term) for term in self.terms if term.field == "status")

    def also(self, other: Filter) -> Filter:
        """Both at once; a term that stands in both stands once."""
        return Filter(tuple(dict.fromkeys(self.terms + other.terms)))


STATUS_WORDS = {
    "new": "new",
    "acknowledged": "ack",
    "assigned": "assigned",
    "in_progress": "progress",
    "on_hold": "hold",
    "resolved": "resolved",
    "closed": "closed",
    "cancelled": "cancelled",
}
"""Status code to the short word that is typed."""


def quoted(text: str) -> str:
    """``text`` as a filter holds it: in quotes where it would otherwise read as something else."""
    if _BARE.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_RESERVED = {"none", "any", "me", "yes"}


def _written(value: Value) -> str:
    if isinstance(value, Special):
        return str(value.value)
    return quoted(value) if isinstance(value, str) else str(value)


def _asks_for_ended(term: Term) -> bool:
    named = set(term.values)
    if not term.negated:
        return not named <= set(LIVE_STATUSES)
    return named >= set(LIVE_STATUSES)
