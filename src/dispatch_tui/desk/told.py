"""What a call's clocks are told from: its changes, its contacts and its promises, read as events.

An act that was taken back did not happen: neither it nor its undoing is an event. Of what happened at one instant the
order in which it was recorded holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import from_us
from dispatch_tui.sla.history import NOTHING_PROMISED, Event, contact_events
from dispatch_tui.sla.terms import Terms
from dispatch_tui.store.conditions import us
from dispatch_tui.store.tables import change, interaction, promise

Places = dict[tuple[str, int], tuple[int, int]]
"""By kind and id: the places in the log of a record's first change and of its last."""

TermsOf = Callable[[int, int], Terms]
"""The terms of an agreement (its id) in a version."""


NOT_YET: Final = 1 << 60
"""The place in the log of what is not written yet, and what comes after it by what is added to it."""


class Happened(NamedTuple):
    """A change of a call: when (microseconds since 1970 UTC), its new values as stored, its place in the log and
    the place of the change that it takes back."""

    us: int
    now: Mapping[str, Any]
    seq: int = NOT_YET
    undoes: int | None = None


class Contact(NamedTuple):
    """A contact with the customer, as stored, and its place in the log. ``next_us``: when they hear from us again,
    where they were told."""

    id: int
    us: int
    direction: str
    channel: str
    two_way: bool
    next_us: int | None
    seq: int


class Promise(NamedTuple):
    """A promise of the next update, as stored; ``settled_us`` is None while it is open. Its places in the log: where
    it was made, and where last something became of it."""

    id: int
    made_us: int
    due_us: int
    settled_us: int | None
    seq: int
    settled_seq: int


class Agreed(NamedTuple):
    """From when on (microseconds) a call had which agreement in which version; None: no longer any."""

    us: int
    agreement_id: int | None
    version: int | None

    def terms(self, terms_of: TermsOf) -> Terms:
        if self.agreement_id is None or self.version is None:
            return NOTHING_PROMISED
        return terms_of(self.agreement_id, self.version)


class Told(NamedTuple):
    """All that is known of one call's past, in the order in which it was recorded."""

    changes: tuple[Happened, ...] = ()
    contacts: tuple[Contact, ...] = ()
    promises: tuple[Promise, ...] = ()

    def also(self, later: Told) -> Told:
        """The same with what came later; a contact or promise that is known counts as it is in ``later``."""
        contacts = {one.id: one for one in self.contacts}
        promises = {one.id: one for one in self.promises}
        contacts |= {one.id: one._replace(seq=contacts.get(one.id, one).seq) for one in later.contacts}
        promises |= {one.id: one._replace(seq=promises.get(one.id, one).seq) for one in later.promises}
        return Told((*self.changes, *later.changes), tuple(contacts.values()), tuple(promises.values()))


def told_by_log(connection: Connection, call_ids: Collection[int]) -> dict[int, Told]:
    """What is stored of these calls, in four queries at most."""
    ids = list(call_ids)
    changes: dict[int, list[Happened]] = {one: [] for one in ids}
    contacts: dict[int, list[Contact]] = {one: [] for one in ids}
    promises: dict[int, list[Promise]] = {one: [] for one in ids}
    if ids:
        for call_id, at, now, seq, undoes in connection.execute(_CHANGES, {"ids": ids}):
            changes[call_id].append(Happened(at, json.loads(now) if now else {}, seq, undoes))
        said = connection.execute(_CONTACTS, {"ids": ids}).all()
        promised = connection.execute(_PROMISES, {"ids": ids}).all()
        places = places_in_log(connection, ids) if said or promised else {}
        for call_id, *one in said:
            contacts[call_id].append(contact_told(*one, places=places))
        for call_id, *one in promised:
            promises[call_id].append(promise_told(*one, places=places))
    return {one: Told(tuple(changes[one]), tuple(contacts[one]), tuple(promises[one])) for one in ids}


def places_in_log(connection: Connection, call_ids: Collection[int]) -> Places:
    """Where the contacts and promises of these calls stand in the log."""
    places: Places = {}
    for kind, record_id, first, last in connection.execute(_PLACES, {"ids": list(call_ids)}):
        places[kind, record_id] = first, last
    return places


def contact_told(
    record_id: int,
    at: int,
    direction: str,
    channel: str,
    two_way: int,
    next_us: int | None,
    *,
    places: Places,
) -> Contact:
    """A contact from its stored columns."""
    first, _ = places.get(("interaction", record_id), (0, 0))
    return Contact(record_id, at, direction, channel, bool(two_way), next_us, first)


def promise_told(
    record_id: int, made: int, due: int, outcome: str, settled: int | None, *, places: Places
) -> Promise:
    """A promise from its stored columns; one that was settled nobody knows when is not counted on from the start."""
    end = settled if outcome == "open" or settled is not None else made
    return Promise(record_id, made, due, end, *places.get(("promise", record_id), (0, 0)))


def events_told(told: Told, terms_of: TermsOf) -> tuple[Terms, list[Event]]:
    """The terms under which the call was opened, and its events for :func:`dispatch_tui.sla.clocks.clocks_of`."""
    first = NOTHING_PROMISED
    events: list[tuple[int, Event]] = []
    for one, agreed in _with_agreements(told):
        if agreed is not None:
            terms = agreed.terms(terms_of)
            if "opened_at" in one.now:
                first = terms
            else:
                events.append((one.seq, Event(from_us(one.us), "agreement", terms)))
        events.extend((one.seq, event) for event in _call_events(one))
    for contact in told.contacts:
        said = contact_events(from_us(contact.us), contact.direction, contact.channel, contact.two_way)
        events.extend((contact.seq, event) for event in said)
        if said and contact.next_us is not None:  # they were told when they hear from us: a promise of it
            events.append((contact.seq, Event(from_us(contact.us), "promise", from_us(contact.next_us))))
    for promised in told.promises:
        events.extend(_promise_events(promised))
    events.sort(key=itemgetter(0))
    return first, [event for _, event in events]


def agreements_told(told: Told) -> list[Agreed]:
    """Which agreement the call had, from when on; the first one first."""
    return [agreed for _, agreed in _with_agreements(told) if agreed is not None]


def _with_agreements(told: Told) -> Iterator[tuple[Happened, Agreed | None]]:
    """The changes that stand, the opening first, then in the order in which they happened, each with the agreement
    that it brought."""
    agreement_id = version = None
    for one in sorted(standing(told.changes), key=_after_the_opening):
        if one.now.keys().isdisjoint(("agreement_id", "terms_version")):
            yield one, None
            continue
        agreement_id = one.now.get("agreement_id", agreement_id)
        version = one.now.get("terms_version", version)
        yield one, Agreed(one.us, agreement_id, version)


def _after_the_opening(one: Happened) -> tuple[bool, int, int]:
    return "opened_at" not in one.now, one.us, one.seq


def standing(changes: Iterable[Happened]) -> Iterator[Happened]:
    """The changes that were not taken back."""
    changes = tuple(changes)
    taken_back = {one.undoes for one in changes if one.undoes is not None}
    return (one for one in changes if one.undoes is None and one.seq not in taken_back)


def _call_events(one: Happened) -> Iterator[Event]:
    """What a change of a call means to its clocks; its first change opened it."""
    at, now = from_us(one.us), one.now
    if "opened_at" in now:
        yield Event(at, "opened", now.get("priority", 3))
    elif "priority" in now:
        yield Event(at, "priority", now["priority"])
    # What is opened is new already.
    if "status" in now and not ("opened_at" in now and now["status"] == "new"):
        yield Event(at, "status", now["status"])


def _promise_events(one: Promise) -> Iterator[tuple[int, Event]]:
    if one.settled_us is not None and one.settled_us <= one.made_us:
        return
    due = from_us(one.due_us)
    yield one.seq, Event(from_us(one.made_us), "promise", due)
    if one.settled_us is not None:
        yield one.settled_seq, Event(from_us(one.settled_us), "settled", due)


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_CHANGES = (
    sa.select(change.c.call_id, us(change.c.happened_at), change.c.now_json, change.c.seq, change.c.undoes)
    .where(change.c.call_id.in_(_IDS), change.c.kind == "call")
    .order_by(change.c.seq)
)
_PLACES = (
    sa.select(change.c.kind, change.c.record_id, sa.func.min(change.c.seq), sa.func.max(change.c.seq))
    .where(change.c.call_id.in_(_IDS), change.c.kind.in_(("interaction", "promise")))
    .group_by(change.c.kind, change.c.record_id)
)
_CONTACTS = (
    sa.select(
        interaction.c.call_id,
        interaction.c.id,
        us(interaction.c.happened_at),
        interaction.c.direction,
        interaction.c.channel,
        interaction.c.two_way,
        us(interaction.c.next_update_at),
    )
    .where(interaction.c.call_id.in_(_IDS))
    .order_by(interaction.c.happened_at, interaction.c.id)
)
_PROMISES = (
    sa.select(
        promise.c.call_id,
        promise.c.id,
        us(promise.c.made_at),
        us(promise.c.due_at),
        promise.c.outcome,
        us(promise.c.settled_at),
    )
    .where(promise.c.call_id.in_(_IDS))
    .order_by(promise.c.made_at, promise.c.id)
)
