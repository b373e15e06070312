"""A call's history, folded into what its clocks need to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Final, Literal, NamedTuple, TypeVar

from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.calendar import BusinessCalendar, instant_us
from dispatch_tui.sla.hours import WEEKDAYS
from dispatch_tui.sla.terms import PRIORITIES, Terms

EventKind = Literal[
    "opened", "priority", "status", "response", "two_way", "inbound", "promise", "settled", "agreement"
]
_Value = TypeVar("_Value")

DONE_STATUSES: Final = frozenset({"resolved", "closed", "cancelled"})
OVER_STATUSES: Final = frozenset({"closed", "cancelled"})
UNHEARD_CHANNELS: Final = frozenset(
    {"note", "internal", "auto", "automatic", "auto_reply", "autoreply", "out_of_office", "system"}
)
"""Channels by which nobody speaks to the customer, nor the customer to us: internal notes, what a machine sends."""

NOTHING_PROMISED: Final = Terms(
    BusinessCalendar.from_mapping({"tz": "UTC", "hours": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}), {}
)
"""What holds while a call has no agreement."""


class Event(NamedTuple):
    """Something that happened to a call and that a clock reacts to.

    ============= ====================================================== =========================
    kind          what happened                                          value
    ============= ====================================================== =========================
    ``opened``    the call began, status new; needed once                its priority
    ``priority``  it was given another priority                          the priority
    ``status``    it changed its status                                  the status code
    ``response``  we reached out in a way the customer can perceive      -
    ``two_way``   we and the customer talked with each other             -
    ``inbound``   the customer wrote or called and waits for an answer   -
    ``promise``   we promised the next update (None: all are settled)    by when, or None
    ``settled``   a promise was kept, waived or broken                   by when it was promised
    ``agreement`` other terms apply from here on                         the :class:`Terms`
    ============= ====================================================== =========================

    One interaction may be several, or none: see :func:`contact_events`.
    """

    at: datetime
    kind: EventKind
    value: object = None


def contact_events(at: datetime, direction: str, channel: str, two_way: bool) -> tuple[Event, ...]:
    """What a contact means to the clocks. ``direction`` is ``out`` (we to the customer) or ``in``.

    A phone call of ours that is answered is a ``response`` and a ``two_way``; an internal note or an
    automatic reply, whichever way it goes, is nothing that anybody could perceive as an answer.
    """
    if channel.strip().lower().replace("-", "_").replace(" ", "_") in UNHEARD_CHANNELS:
        return ()
    events = (
        [Event(at, "response" if direction == "out" else "inbound")] if direction in ("out", "in") else []
    )
    return (*events, Event(at, "two_way")) if two_way else tuple(events)


class Ending(NamedTuple):
    """The moment a clock ended, with what held then: later events do not move an ended clock."""

    at: int
    by: str
    """The status or the kind of event that ended it."""
    terms: Terms
    priority: int
    talked: int | None
    promise: tuple[int, int] | None


class Spell(NamedTuple):
    """A time spent in one status, under one version of the terms."""

    since: int
    status: str
    terms: Terms


@dataclass(slots=True)
class History:
    """Instants are microseconds since 1970 UTC."""

    terms: Terms
    opened: int
    priority: int = 0
    status: str = "new"
    spells: list[Spell] = field(default_factory=list)
    talked: int | None = None
    """The last two-way conversation."""
    promises: list[tuple[int, int]] = field(default_factory=list)
    """Open promises of the next update: when each was made, and by when it is due."""
    waiting: int | None = None
    """The oldest inbound contact that has no answer."""
    response: Ending | None = None
    done: Ending | None = None
    """Since when it is resolved, closed or cancelled; None while work is owed."""
    over: Ending | None = None
    """Since when it is closed or cancelled."""

    @property
    def promise(self) -> tuple[int, int] | None:
        """The open promise that is due first."""
        return min(self.promises, key=itemgetter(1), default=None)

    def ending(self, at: int, by: str) -> Ending:
        return Ending(at, by, self.terms, self.priority, self.talked, self.promise)


def history_of(terms: Terms, events: Iterable[Event]) -> History:
    """Fold events, ordered here by time; several at one instant keep the order they are given in, so
    one reported late but with its earlier time falls into its place.

    No ``opened`` event, an unknown kind or a value of the wrong type is :class:`InvalidInput`.
    """
    ordered = sorted(events, key=itemgetter(0))
    opened = next((event for event in ordered if event.kind == "opened"), None)
    if opened is None:
        raise InvalidInput("events", "a call's history needs the event that opened it")
    start = instant_us("events", opened.at)
    history = History(terms, start, _priority(opened))
    history.spells.append(Spell(start, "new", terms))
    for event in ordered:
        _apply(history, event, instant_us("events", event.at))
    return history


def _apply(history: History, event: Event, at: int) -> None:
    kind = event.kind
    if kind == "status":
        _enter(history, at, _typed(event, str))
    elif kind == "response":
        history.waiting = None
        if history.response is None:
            history.response = history.ending(at, kind)
    elif kind == "two_way":
        history.waiting, history.promises, history.talked = None, [], at
    elif kind == "inbound":
        history.waiting = at if history.waiting is None else history.waiting
    elif kind == "priority":
        history.priority = _priority(event)
    elif kind == "promise":
        if event.value is None:
            history.promises = []
        else:
            history.promises.append((at, instant_us("events", _typed(event, datetime))))
    elif kind == "settled":
        due = instant_us("events", _typed(event, datetime))
        settled = next((one for one in history.promises if one[1] == due), None)
        if settled is not None:  # else a conversation has ended it before
            history.promises.remove(settled)
    elif kind == "agreement":
        history.terms = _typed(event, Terms)
        history.spells.append(Spell(at, history.status, history.terms))
    elif kind != "opened":
        raise InvalidInput("events", f"{kind!r} is not a kind of event")


def _enter(history: History, at: int, status: str) -> None:
    history.status = status
    history.spells.append(Spell(at, status, history.terms))
    if status not in DONE_STATUSES:
        history.done = history.over = None
        return
    if history.done is None:
        history.done = history.ending(at, status)
    if status not in OVER_STATUSES:
        history.over = None
    elif history.over is None:
        history.over = history.ending(at, status)


def _priority(event: Event) -> int:
    priority = _typed(event, int)
    if priority not in PRIORITIES:
        raise InvalidInput("events", f"{priority} is not a priority", "Priorities are 1 (highest) to 5.")
    return priority


def _typed(event: Event, kind: type[_Value]) -> _Value:
    if not isinstance(event.value, kind):
        raise InvalidInput("events", f"{event.value!r} is no value for {event.kind!r}")
    return event.value
