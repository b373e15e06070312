"""Who called whom first, read off what was said: one answer for each matter that a customer had to be told.

=====================================================  ============  ===================================
what happened                                          who was first  at
=====================================================  ============  ===================================
we tell bad news that they had not asked about         us            the first try that they could notice
we tell bad news after they asked and had no answer    them          their contact
they reach us and hear bad news only then              them          their contact
they reach us when an update or a promise is past due  them          their contact
they reach us about an open call on which no update    them          their contact
was agreed and nobody reached them for longer than
``update.unattended``
=====================================================  ============  ===================================

Tries and the conversation that they lead to are one matter, and so is our news and their calling back about it.
The contact with which a customer brings a call is none: there was nothing to tell yet. Internal notes reach nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from dispatch_tui.care.interactions import SPOKEN, UNSEEN
from dispatch_tui.care.rules import UpdateRules


class Word(NamedTuple):
    """One contact about a call, or about none; ``next_update_at``: when they were told that they hear from us."""

    record_id: int
    at: datetime
    inbound: bool
    channel: str
    two_way: bool = False
    bad_news: bool = False
    next_update_at: datetime | None = None

    @property
    def perceived(self) -> bool:
        """Whether the customer can know of it."""
        return self.inbound or self.channel not in UNSEEN

    @property
    def talk(self) -> bool:
        """Whether both sides spoke with each other."""
        return self.two_way and self.channel in SPOKEN


class Owed(NamedTuple):
    """A promise about the same call: open from ``made_at`` until it was settled, if it was."""

    made_at: datetime
    due_at: datetime
    settled_at: datetime | None = None


class Matter(NamedTuple):
    """One matter: who was first, when, and the contact that tells of it."""

    at: datetime
    first: Literal["us", "them"]
    record_id: int


def matters(
    words: Iterable[Word],
    owed: Iterable[Owed],
    rules: UpdateRules,
    opened_at: datetime | None = None,
    resolved_at: datetime | None = None,
) -> tuple[Matter, ...]:
    """The matters among the contacts about one call (open from ``opened_at`` to ``resolved_at``), or about none; the
    oldest first."""
    promises = tuple(owed)
    found: list[Matter] = []
    update_at: datetime | None = None  # the next update, as they were told
    reached_at: datetime | None = None  # when we last reached them, or spoke
    asked: Word | None = None  # what they asked without an answer
    telling = False  # our bad news has reached them, and we have not spoken about it yet
    said = sorted(
        (word for word in words if word.perceived),
        key=lambda word: (word.at, not word.inbound, word.record_id),
    )
    for word in said:
        if not word.inbound:
            if word.bad_news and not telling:
                to_us = Matter(word.at, "us", word.record_id)
                found.append(to_us if asked is None else Matter(asked.at, "them", asked.record_id))
            telling = (telling or word.bad_news) and not word.talk
            asked, reached_at, update_at = None, word.at, word.next_update_at
            continue
        silent = (
            opened_at is not None
            and update_at is None
            and (resolved_at is None or word.at < resolved_at)
            and word.at - (reached_at or opened_at) > rules.unattended
        )
        late = update_at is not None and update_at < word.at
        past_due = any(_past_due(one, word.at, reached_at) for one in promises)
        brings = opened_at is not None and word is said[0]
        if not telling and (silent or late or past_due or (word.bad_news and not brings)):
            found.append(Matter(word.at, "them", word.record_id))
        elif not telling and not brings:
            asked = asked or word
        if word.talk:
            asked, telling, reached_at, update_at = None, False, word.at, word.next_update_at
    return tuple(sorted(found))


def _past_due(promise: Owed, at: datetime, reached_at: datetime | None) -> bool:
    """Whether a promise is open and past due, and we have not reached them since it was due."""
    is_open = promise.made_at <= at and (promise.settled_at is None or promise.settled_at > at)
    return is_open and promise.due_at < at and (reached_at is None or reached_at <= promise.due_at)
