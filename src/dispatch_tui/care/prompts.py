"""The call-first list: open facts in, one prompt for each conversation out.

=================  ===========================================  ======================
reason             arises                                       last useful minute
=================  ===========================================  ======================
``promise``        ``promise_lead`` before it is due, but not   its due instant
                   in the first half of its time
``next_update``    when its clock warns, else ``update_lead``   its due instant
                   before it is due
``unanswered``     when the message came                        ``answer_within`` later
=================  ===========================================  ======================

Past its last useful minute a reason is late, not gone: the conversation is owed all the more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal

from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import plain

Kind = Literal["promise", "next_update", "unanswered"]
State = Literal["ahead", "now", "late"]

_SHOWN = 80
"""Characters of a promise or message that a reason repeats."""


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """What we said we would do, and have not yet. Instants are aware UTC."""

    customer_id: int | None
    call_id: int | None
    what: str
    made_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NextUpdate:
    """A running next-update clock of a call."""

    customer_id: int | None
    call_id: int
    due_at: datetime
    warn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from the customer that nobody has answered."""

    customer_id: int | None
    call_id: int | None
    came_at: datetime
    said: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """How early a conversation is asked for; settings may say otherwise."""

    promise_lead: timedelta = timedelta(hours=2)
    update_lead: timedelta = timedelta(minutes=30)
    answer_within: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why to call, in words; from ``prompt_at`` on, with most use up to ``useful_until``."""

    kind: Kind
    words: str
    prompt_at: datetime
    useful_until: datetime
    customer_id: int | None
    call_id: int | None


@dataclass(frozen=True, slots=True)
class Prompt:
    """One conversation that is owed: its reasons, the most pressing first."""

    customer_id: int | None
    reasons: tuple[Reason, ...]

    @property
    def prompt_at(self) -> datetime:
        """When it enters the list: the desk stores it, and a session wakes at it."""
        return min(reason.prompt_at for reason in self.reasons)

    @property
    def useful_until(self) -> datetime:
        """The last minute at which the call is still in front of every reason."""
        return self.reasons[0].useful_until

    @property
    def call_ids(self) -> tuple[int, ...]:
        """The service calls that it is about, each once."""
        return tuple(dict.fromkeys(one.call_id for one in self.reasons if one.call_id is not None))

    @property
    def words(self) -> str:
        """All reasons as one line."""
        return "; ".join(reason.words for reason in self.reasons)

    def state_at(self, now: datetime) -> State:
        """``ahead`` before its moment, ``now`` while calling is in front, ``late`` after that."""
        if now < self.prompt_at:
            return "ahead"
        return "now" if now <= self.useful_until else "late"


def prompts(
    now: datetime,
    *,
    promises: Iterable[OpenPromise] = (),
    updates: Iterable[NextUpdate] = (),
    inbound: Iterable[Inbound] = (),
    timing: Timing = Timing(),
) -> tuple[Prompt, ...]:
    """Every conversation owed, now or later, in the order of their last useful minutes.

    Reasons of one customer that arise before the conversation must have taken place (its last useful
    minute, or ``now`` where that is past) are joined. Facts without a customer are joined by call.

    Raises:
        InvalidInput: for a promise due before it was made.
    """
    reasons = [
        *(_of_promise(one, timing) for one in promises),
        *(_of_update(one, timing) for one in updates),
        *_of_inbound(inbound, timing),
    ]
    reasons.sort(key=lambda reason: (_conversation(reason), reason.prompt_at))
    found = [prompt for _, alike in groupby(reasons, _conversation) for prompt in _joined(tuple(alike), now)]
    return tuple(sorted(found, key=_urgency))


def call_first(found: Iterable[Prompt], now: datetime) -> tuple[Prompt, ...]:
    """Whom to call now: the prompts whose moment has come, the longest late first, then the soonest to be."""
    return tuple(sorted((one for one in found if one.state_at(now) != "ahead"), key=_urgency))


def _urgency(prompt: Prompt) -> tuple[datetime, datetime, int, tuple[int, ...]]:
    return prompt.useful_until, prompt.prompt_at, prompt.customer_id or 0, prompt.call_ids


def _conversation(reason: Reason) -> tuple[int, int]:
    """With whom: a customer, or whoever stands behind a call of none."""
    return (reason.customer_id, 0) if reason.customer_id is not None else (0, reason.call_id or 0)


def _joined(reasons: Sequence[Reason], now: datetime) -> Iterable[Prompt]:
    """Cut one customer's reasons, ordered by when they arise, into conversations."""
    together: list[Reason] = []
    for reason in reasons:
        if together and reason.prompt_at > max(now, min(one.useful_until for one in together)):
            yield _prompt(together)
            together = []
        together.append(reason)
    yield _prompt(together)


def _prompt(reasons: Sequence[Reason]) -> Prompt:
    ordered = sorted(reasons, key=lambda reason: (reason.useful_until, reason.prompt_at, reason.kind))
    return Prompt(reasons[0].customer_id, tuple(ordered))


def _of_promise(promise: OpenPromise, timing: Timing) -> Reason:
    if promise.due_at < promise.made_at:
        raise InvalidInput("promise", "is due before it was made", "Correct its due time.")
    lead = min(timing.promise_lead, (promise.due_at - promise.made_at) / 2)
    words = f"we promised {_quoted(promise.what)}" if plain(promise.what) else "a promise is due"
    return Reason(
        "promise", words, promise.due_at - lead, promise.due_at, promise.customer_id, promise.call_id
    )


def _of_update(update: NextUpdate, timing: Timing) -> Reason:
    warned = update.due_at - timing.update_lead if update.warn_at is None else update.warn_at
    moment = min(warned, update.due_at)
    words = "the next update is owed"
    return Reason("next_update", words, moment, update.due_at, update.customer_id, update.call_id)


def _of_inbound(inbound: Iterable[Inbound], timing: Timing) -> Iterable[Reason]:
    """One reason for all messages about one call: the oldest has waited longest."""
    by_matter: dict[tuple[int | None, int | None], list[Inbound]] = {}
    for message in inbound:
        by_matter.setdefault((message.customer_id, message.call_id), []).append(message)
    for (customer_id, call_id), messages in by_matter.items():
        first = min(messages, key=lambda message: message.came_at)
        many = (
            f"{len(messages)} messages are not answered, the first"
            if len(messages) > 1
            else "a message is not answered"
        )
        words = f"{many}: {_quoted(first.said)}" if plain(first.said) else many.removesuffix(", the first")
        until = first.came_at + timing.answer_within
        yield Reason("unanswered", words, first.came_at, until, customer_id, call_id)


def _quoted(text: str) -> str:
    line = plain(text)
    return f"“{line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + '…'}”"
