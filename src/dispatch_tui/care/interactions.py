"""One contact with the customer: what is recorded of it, and what may not be missing.

Notes follow listen, observe, think, speak. Bad news is not saved without a plan and the time of the
next update: a customer who hears only that it is late has been told half.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple

from dispatch_tui.care.promises import Promise, promised
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain, plain_block

Direction = Literal["in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
CHANNELS = ("phone", "visit", "video", "voicemail", "email", "sms", "chat", "portal", "letter", "note")
SPOKEN = frozenset({"phone", "visit", "video"})
"""Channels on which both sides can speak; all others are one way, however often they go back and forth."""
UNSEEN = frozenset({"note"})
"""Channels that the customer cannot perceive."""
MOODS = ("", "pleased", "calm", "worried", "upset", "angry")


def reached_nobody(direction: str, channel: str, two_way: bool) -> bool:
    """Whether we tried to speak with them and did not: a call or a video call that nobody took, a visit that met
    nobody, a message on their voicemail."""
    return direction == "out" and not two_way and channel in SPOKEN | {"voicemail"}


@dataclass(frozen=True, slots=True)
class Notes:
    """What they said, what we noticed, what we make of it, what we said."""

    listen: str = ""
    observe: str = ""
    think: str = ""
    speak: str = ""


@dataclass(frozen=True, slots=True)
class Interaction:
    """A contact either way. ``two_way``: both sides spoke. ``believes`` is what the customer takes to be so,
    ``true`` what is, where it differs. ``next_update_at``: when they hear from us again, as told."""

    direction: Direction
    channel: str
    happened_at: datetime
    two_way: bool = False
    contact_id: int | None = None
    mood: str = ""
    believes: str = ""
    true: str = ""
    said: str = ""
    notes: Notes = field(default_factory=Notes)
    bad_news: bool = False
    plan: str = ""
    next_update_at: datetime | None = None
    promises: tuple[Promise, ...] = ()

    @property
    def conversation(self) -> bool:
        """Whether both sides spoke with each other: what resets a cadence and closes an escalation."""
        return self.two_way and self.channel in SPOKEN

    @property
    def perceived(self) -> bool:
        """Whether the customer can know of it."""
        return self.direction == "in" or self.channel not in UNSEEN


class Fault(NamedTuple):
    """What keeps an interaction from being saved: the field, and why."""

    field: str
    reason: str


def faults(draft: Interaction, now: datetime) -> tuple[Fault, ...]:
    """Everything that is wrong with a draft, in the order of its fields; empty where it can be saved."""
    return tuple(_faults(draft, now))


def checked(draft: Interaction, now: datetime) -> Interaction:
    """The interaction as it is saved: foreign text plain, promises made at its instant.

    Raises ``InvalidInput`` with the first of :func:`faults`.
    """
    for fault in _faults(draft, now):
        raise InvalidInput(fault.field, fault.reason, "Complete the entry, then save again.")
    notes = draft.notes
    return replace(
        draft,
        believes=plain(draft.believes),
        true=plain(draft.true),
        said=plain_block(draft.said),
        plan=plain_block(draft.plan),
        notes=Notes(*(plain_block(one) for one in (notes.listen, notes.observe, notes.think, notes.speak))),
        promises=tuple(
            promised(one.what, draft.happened_at, one.due_at, one.to or draft.contact_id, one.about)
            for one in draft.promises
        ),
    )


def who_was_first(since: datetime, interactions: Iterable[Interaction]) -> Literal["us", "them", ""]:
    """Who reached whom first about something known ``since``: an internal note reaches nobody. Empty where
    nobody did yet; of two at one instant the customer counts as first."""
    about = [one for one in interactions if one.happened_at >= since and one.perceived]
    first = min(about, key=lambda one: (one.happened_at, one.direction), default=None)
    return "" if first is None else "us" if first.direction == "out" else "them"


def _faults(draft: Interaction, now: datetime) -> Iterator[Fault]:
    if draft.direction not in DIRECTIONS:
        yield Fault("direction", "is neither in nor out")
    if draft.channel not in CHANNELS:
        yield Fault("channel", f"is none of {', '.join(CHANNELS)}")
    if draft.happened_at > now:
        yield Fault("happened_at", "lies in the future")
    if draft.two_way and draft.channel not in SPOKEN:
        yield Fault("two_way", f"by {plain(draft.channel)} nobody speaks with each other")
    if draft.mood not in MOODS:
        yield Fault("mood", f"is none of {', '.join(MOODS[1:])}")
    if plain(draft.true) and not plain(draft.believes):
        yield Fault("believes", "say what they believe, beside what is true")
    if draft.bad_news and not plain(draft.plan):
        yield Fault("plan", "bad news needs a plan")
    if draft.bad_news and draft.next_update_at is None:
        yield Fault("next_update_at", "bad news needs the time of the next update")
    if draft.next_update_at is not None and draft.next_update_at <= draft.happened_at:
        yield Fault("next_update_at", "is not after the contact")
    for place, promise in enumerate(draft.promises):
        if not plain(promise.what):
            yield Fault(f"promises.{place}.what", "says nothing")
        if promise.due_at < draft.happened_at:
            yield Fault(f"promises.{place}.due_at", "is before it was made")
