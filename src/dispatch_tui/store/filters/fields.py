"""The one table of what a filter may ask for. Reading, completion and the help text all come from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dispatch_tui.store.filters.terms import ALL_STATUSES, LIVE_STATUSES, STATUS_WORDS, TEXT

Kind = Literal["number", "choice", "name", "due", "age", "day"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to ask for: ``name`` is typed, ``title`` is read."""

    name: str
    kind: Kind
    title: str
    help: str
    example: str
    aliases: tuple[str, ...] = ()
    words: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    """For a number or choice: each word that may be typed, and the values that it stands for."""
    specials: tuple[str, ...] = ()
    """Which of ``none``, ``any``, ``me`` it knows."""
    hints: tuple[str, ...] = ()
    """Values to offer where there is no list of names to offer from."""

    @property
    def ops(self) -> tuple[str, ...]:
        """The operators that make sense for it."""
        if self.kind in ("choice", "name"):
            return (":", "=", "!")
        if self.kind == "age":
            return (":", "<", ">", "<=", ">=")
        return (":", "=", "!", "<", ">", "<=", ">=")


_STATUSES: dict[str, tuple[int | str, ...]] = {
    **{word: (code,) for code, word in STATUS_WORDS.items()},
    "open": LIVE_STATUSES,
    "all": ALL_STATUSES,
}
_CLOCKS = ("running", "warning", "breached", "paused", "none")
_SPANS = ("30m", "1h", "2h", "4h", "1d", "3d", "1w")

_ALL = (
    Field(
        "pri",
        "number",
        "priority",
        "1 is the highest, 5 the lowest",
        "pri:1,2 pri<3",
        aliases=("priority",),
        words={str(number): (number,) for number in range(1, 6)},
    ),
    Field(
        "status",
        "choice",
        "status",
        "closed, cancelled only when asked for",
        "status:hold status:new,ack",
        words=_STATUSES,
    ),
    Field(
        "cust", "name", "customer", "customer's name", "cust:acme", ("customer",), specials=("none", "any")
    ),
    Field("site", "name", "site", "site's name", 'site:"north wing"', specials=("none", "any")),
    Field(
        "unit", "name", "unit", "unit's serial number", "unit:SN-204", ("serial",), specials=("none", "any")
    ),
    Field("model", "name", "model", "model's name", "model:X200", specials=("none", "any")),
    Field(
        "tech",
        "name",
        "technician",
        "technician; none is unassigned",
        "tech:none",
        ("technician",),
        specials=("none", "any"),
    ),
    Field("team", "name", "team", "team's name", "team=North", specials=("none", "any")),
    Field("skill", "name", "skill", "skill that it needs", "skill:refrigeration", specials=("none", "any")),
    Field(
        "owner",
        "name",
        "owner",
        "operator who took it",
        "owner:me",
        ("mine",),
        specials=("none", "any", "me"),
    ),
    Field(
        "clock",
        "choice",
        "clock",
        "running warning breached paused none",
        "clock:warning,breached",
        words={word: (word,) for word in _CLOCKS},
    ),
    Field(
        "due",
        "due",
        "due",
        "within two hours, overdue; <2h is both",
        "due:2h due<now",
        specials=("none", "any"),
        hints=("now", *_SPANS, "today", "tomorrow"),
    ),
    Field("age", "age", "age", "how long ago it was opened", "age>3d", hints=_SPANS),
    Field(
        "opened",
        "day",
        "opened",
        "on a day, or in the last so long",
        "opened:today opened:2h",
        hints=("today", "yesterday", *_SPANS),
    ),
    Field("num", "name", "number", "call's number", "num:C-1042", aliases=("number",)),
    Field("flag", "name", "flag", "why its record is irregular", "flag:any", specials=("none", "any")),
    Field(TEXT, "name", "text", "as a bare word", "text:pump,valve"),
)

FIELDS: Mapping[str, Field] = {one.name: one for one in _ALL}
"""By name, in the order of the help text."""

BY_WORD: Mapping[str, Field] = {word: one for one in _ALL for word in (one.name, *one.aliases)}
"""By everything that may be typed before the operator."""


def _grammar() -> str:
    names = max(len(one.name) for one in _ALL)
    examples = max(len(one.example) for one in _ALL)
    lines = [f"  {one.name:<{names}}  {one.example:<{examples}}  {one.help}" for one in _ALL]
    return "\n".join(
        (
            "Every term must hold. A bare word is looked for in number, title, customer,",
            'unit and site; "two words" in quotes together. A comma means "or"; a leading',
            "minus, or ! for the colon, leaves out what matches. Of a name, : finds a part",
            "and = the whole; none and any ask whether there is one.",
            "",
            *lines,
            "",
            f"Status: {' '.join(_STATUSES)}",
            "Spans:  45s 30m 2h 3d 1w; days: today tomorrow yesterday 2026-03-01",
            "A minute: 2026-03-01T14:30",
        )
    )


GRAMMAR = _grammar()
"""The help text of the filter bar, plain lines of at most 78 characters."""
