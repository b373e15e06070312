"""Promises: what, by when, to whom; and what became of them.

=========  ===================================  ==========================================
outcome    when                                 needs
=========  ===================================  ==========================================
`kept`     done at or before it was due
`partly`   some of it, or all of it but late    an explanation to the customer
`broken`   not done, known at any time          an explanation to the customer
`waived`   the customer let us off              how they said so
=========  ===================================  ==========================================

An outcome is settled once. A new time is a new promise: the old one is settled as it went.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

from dispatch_tui.errors import IllegalTransition, InvalidInput
from dispatch_tui.text import age, plain

Outcome = Literal["open", "kept", "partly", "broken", "waived"]
OUTCOMES: tuple[Outcome, ...] = ("kept", "partly", "broken", "waived")


@dataclass(frozen=True, slots=True)
class Promise:
    """What we said we would do. ``settled_at``: when it was done, or known not to be; ``explained``: what the
    customer was told about it. ``to``: the contact's id. ``about``: what of a call it is about, ``arrival``,
    ``finish`` or anything else (empty)."""

    what: str
    made_at: datetime
    due_at: datetime
    to: int | None = None
    outcome: Outcome = "open"
    settled_at: datetime | None = None
    explained: str = ""
    about: str = ""


class PromiseRecord(NamedTuple):
    """How many promises came to what; ``overdue`` of the open ones are past due."""

    kept: int
    partly: int
    broken: int
    waived: int
    open: int
    overdue: int

    @property
    def settled(self) -> int:
        """Those that say something about us: what was waived does not."""
        return self.kept + self.partly + self.broken

    @property
    def share_kept(self) -> float | None:
        """The share that was kept, a partly kept one counting half; ``None`` where none is settled."""
        return (self.kept + 0.5 * self.partly) / self.settled if self.settled else None


def promised(
    what: str, made_at: datetime, due_at: datetime, to: int | None = None, about: str = ""
) -> Promise:
    """A new promise. Raises ``InvalidInput`` where it says nothing or is due before it was made."""
    text = plain(what)
    if not text:
        raise InvalidInput("what", "a promise says what will be done", "Say it in a few words.")
    if due_at < made_at:
        raise InvalidInput("due_at", "is before it was made", "Correct its due time.")
    return Promise(text, made_at, due_at, to, about=about)


def settled(promise: Promise, outcome: Outcome, at: datetime, explained: str = "") -> Promise:
    """The promise with its outcome, by the table above.

    Raises ``IllegalTransition`` for one that is settled, ``InvalidInput`` for an outcome that does not fit.
    """
    if promise.outcome != "open":
        raise IllegalTransition("settle", promise.outcome, ("open",))
    if outcome not in OUTCOMES:
        raise InvalidInput("outcome", f"{outcome!r} is none of {', '.join(OUTCOMES)}")
    if at < promise.made_at:
        raise InvalidInput("settled_at", "is before it was made", "Correct the time.")
    if outcome == "kept" and at > promise.due_at:
        raise InvalidInput(
            "outcome", f"it was done {age(at - promise.due_at)} after it was due", "Choose partly or broken."
        )
    words = plain(explained)
    if outcome in ("partly", "broken") and not words:
        raise InvalidInput("explained", "the customer is owed an explanation", "Write what they were told.")
    if outcome == "waived" and not words:
        raise InvalidInput("explained", "only the customer can waive a promise", "Write how they said so.")
    return replace(promise, outcome=outcome, settled_at=at, explained=words)


def record_of(promises: Iterable[Promise], now: datetime) -> PromiseRecord:
    """How promises came out, as known at ``now``."""
    listed = list(promises)
    count = Counter(promise.outcome for promise in listed)
    overdue = sum(promise.outcome == "open" and promise.due_at < now for promise in listed)
    return PromiseRecord(
        count["kept"], count["partly"], count["broken"], count["waived"], count["open"], overdue
    )
