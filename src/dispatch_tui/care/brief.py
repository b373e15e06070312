"""The visit brief: all that a technician needs before the visit on one page, and what must be acknowledged.

The arrival instruction and the warranty guard are acknowledged before the visit can be set to "en
route". An acknowledgement is of the words as they stand: when they change, it is asked for anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.lists import Checklist
from dispatch_tui.care.promises import Promise
from dispatch_tui.care.standing import LastWord
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import age, plain

AckKind = Literal["arrival", "warranty"]
_EMPTY = Checklist(())
_FEW = 5
"""History, promises and parts that fit beside the rest on one screen."""


@dataclass(frozen=True, slots=True)
class BriefFacts:
    """What is known before a visit. ``history`` and ``parts`` are lines, the most telling first; ``moods``
    conversations with their moods; ``told``: what could delay the job, as told to the customer in advance."""

    why: str
    impact: str = ""
    history: tuple[str, ...] = ()
    moods: tuple[Interaction, ...] = ()
    promises: tuple[Promise, ...] = ()
    access: str = ""
    arrival_instruction: str = ""
    cover: str = ""
    warranty_until: datetime | None = None
    parts: tuple[str, ...] = ()
    readiness: Checklist = _EMPTY
    data_safety: Checklist = _EMPTY
    told: tuple[str, ...] = ()
    last_word: LastWord | None = None


class Section(NamedTuple):
    """One part of the page; lines are plain."""

    title: str
    lines: tuple[str, ...]


class Acknowledgement(NamedTuple):
    """Something to be read and confirmed: ``key`` changes with the words."""

    kind: AckKind
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Brief:
    """The page, part by part in the order of reading; and what must be acknowledged."""

    sections: tuple[Section, ...]
    to_acknowledge: tuple[Acknowledgement, ...]


def brief_of(facts: BriefFacts, now: datetime) -> Brief:
    """The brief as it stands at ``now``. A part of which nothing is known says so."""
    asked = tuple(_asked(facts, now))
    by_kind = {one.kind: one.words for one in asked}
    warranty = by_kind.get("warranty", "")
    parts = (
        ("Why", (facts.why, facts.impact)),
        ("History", facts.history[:_FEW]),
        ("Mood", tuple(_moods(facts.moods))),
        ("Promises", tuple(_promises(facts.promises, now))),
        ("Access", (by_kind.get("arrival", ""), facts.access)),
        ("Cover", (warranty, facts.cover)),
        ("Likely parts", facts.parts[:_FEW]),
        ("Readiness", tuple(_open_lines(facts.readiness))),
        ("Data safety", tuple(_open_lines(facts.data_safety))),
        ("Told in advance", facts.told),
        ("Last words", tuple(_last(facts.last_word, now))),
    )
    return Brief(tuple(_section(title, lines) for title, lines in parts), asked)


def missing_acknowledgements(brief: Brief, acknowledged: Collection[str]) -> tuple[Acknowledgement, ...]:
    """What has not been acknowledged in its present words."""
    return tuple(one for one in brief.to_acknowledge if one.key not in acknowledged)


def check_may_travel(brief: Brief, acknowledged: Collection[str]) -> None:
    """Raises ``InvalidInput`` where a visit may not be set to en route, naming what has not been acknowledged."""
    missing = missing_acknowledgements(brief, acknowledged)
    if missing:
        words = " and ".join(f"the {_NAMES[one.kind]}" for one in missing)
        raise InvalidInput("acknowledged", f"{words} must be acknowledged first", "Open the visit brief.")


_NAMES: dict[AckKind, str] = {"arrival": "arrival instruction", "warranty": "warranty guard"}


def _asked(facts: BriefFacts, now: datetime) -> Iterator[Acknowledgement]:
    if words := plain(facts.arrival_instruction):
        yield _acknowledgement("arrival", words)
    if facts.warranty_until is not None and now < facts.warranty_until:
        until = f"{facts.warranty_until:%Y-%m-%d}"
        yield _acknowledgement(
            "warranty", f"under warranty until {until}: nothing that voids it, and claim parts and labour"
        )


def _acknowledgement(kind: AckKind, words: str) -> Acknowledgement:
    return Acknowledgement(kind, f"{kind}:{sha256(words.encode()).hexdigest()[:16]}", words)


def _section(title: str, lines: tuple[str, ...]) -> Section:
    kept = tuple(line for line in (plain(one) for one in lines) if line)
    return Section(title, kept or ("nothing on record",))


def _moods(talks: tuple[Interaction, ...]) -> Iterator[str]:
    told = sorted((one for one in talks if one.mood), key=lambda one: one.happened_at, reverse=True)
    for one in told[:_FEW]:
        cause = plain(one.believes) or plain(one.notes.listen) or plain(one.said)
        yield f"{one.mood}: {cause}" if cause else one.mood


def _promises(promises: tuple[Promise, ...], now: datetime) -> Iterator[str]:
    owed = sorted((one for one in promises if one.outcome == "open"), key=lambda one: (one.due_at, one.what))
    for one in owed[:_FEW]:
        late = one.due_at < now
        yield f"{plain(one.what)} · {'overdue by' if late else 'due in'} {age(abs(one.due_at - now))}"
    missed = [one for one in promises if one.outcome in ("partly", "broken")]
    for one in sorted(missed, key=lambda one: (one.due_at, one.what), reverse=True)[:_FEW]:
        yield f"{one.outcome}: {plain(one.what)} · told: {plain(one.explained)}"


def _open_lines(listed: Checklist) -> Iterator[str]:
    if listed.lines and listed.ready and not listed.open:
        yield "all ready"
    for line in listed.lines:
        if line.state != "yes":
            state = "no" if line.state == "no" else "not known"
            yield f"{state}: {line.item.text}" + (f" ({line.note})" if line.note else "")


def _last(word: LastWord | None, now: datetime) -> Iterator[str]:
    if word is not None:
        who = "we" if word.by_us else "they"
        yield f"{who}, {age(now - word.at)} ago by {plain(word.channel)}: {plain(word.said) or 'nothing noted'}"
