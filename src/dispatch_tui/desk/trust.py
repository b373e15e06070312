"""Customers' trust ledgers, made anew from what happened: nothing of them is stored but what was booked by hand.

======================  ==========================================================================================
entry                   from
======================  ==========================================================================================
`called_first`,         contacts, by :mod:`dispatch_tui.care.matters`
`had_to_call`
`promise_*`             promises as they came out; what is open, or was waived, says nothing
`visit_*`               outcomes of finished visits
`repeat_call`           a call on a unit within ``measures.repeat_days`` after another on the same problem
`complaint`, ...        notes on the customer: complaint, commendation, delight
`made_good`             the first thing done about something gone wrong, an apology alone apart
`escalated`,            escalations opened, and reported back to the customer
`reported_back`
`rated_well`, `_badly`  the customer's ratings, from 4 up and from 2 down
`loaner_lent`           loaners, when they went out
`told_in_advance`       what could delay a job, told before
any word                booked by hand, with its points
======================  ==========================================================================================

A kind that the rules give no points does not count. Older than ten half-lives an entry weighs less than a thousandth of
its points, and is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from sqlalchemy.engine import Connection

from dispatch_tui.care.ledger import Ledger, TrustEvent, ledger_of
from dispatch_tui.care.matters import Matter, Owed, Word, matters
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.sources.repeats import same_problem
from dispatch_tui.store.trust_facts import (
    CallRow,
    EventRow,
    PromiseRow,
    TrustFacts,
    WordRow,
    opening_trust,
    trust_facts,
)

WELL, BADLY = 4, 2
"""From how many points up a rating is a deposit, and from how many down a withdrawal."""
BY_HAND = "by_hand"
_HALF_LIVES = 10
_KEPT = {"kept": "promise_kept", "partly": "promise_partly", "broken": "promise_broken"}


def ledgers_for(
    connection: Connection, customer_ids: Collection[int], now: datetime, rules: CareRules
) -> dict[int, Ledger]:
    """The ledger of each customer as it stands at ``now``, by id; unknown ids are left out."""
    opening = opening_trust(connection, customer_ids)
    events = trust_events(trust_facts(connection, opening, since(now, rules), now), now, rules)
    return {one: _ledger(events[one], points, now, rules) for one, points in opening.items()}


def ledger_from(facts: TrustFacts, customer_id: int, opening: int, now: datetime, rules: CareRules) -> Ledger:
    """One customer's, from facts that were read already (``opening`` 0: as the rules say)."""
    return _ledger(trust_events(facts, now, rules)[customer_id], opening, now, rules)


def since(now: datetime, rules: CareRules) -> datetime:
    """From when on what happened still counts."""
    return now - timedelta(days=_HALF_LIVES * rules.ledger.half_life_days)


def _ledger(events: Iterable[TrustEvent], opening: int, now: datetime, rules: CareRules) -> Ledger:
    counted = (one for one in events if one.points is not None or one.kind in rules.ledger.points)
    return ledger_of(counted, rules.ledger, now, opening=opening or None)


def trust_events(facts: TrustFacts, now: datetime, rules: CareRules) -> defaultdict[int, list[TrustEvent]]:
    """What made trust grow or shrink, by customer."""
    found: defaultdict[int, list[TrustEvent]] = defaultdict(list)
    for customer_id, one in (*_of_words(facts, rules), *_of_repeats(facts.calls, rules.measures.repeat_days)):
        found[customer_id].append(one)
    for promise in facts.promises:
        kind = _KEPT.get(promise.outcome)
        if kind is not None and promise.settled_at is not None and promise.settled_at <= now:
            found[promise.customer_id].append(TrustEvent(kind, promise.id, promise.settled_at, promise.what))
    for event in facts.events:
        found[event.customer_id].append(TrustEvent(event.kind, event.id, event.at, event.words))
    for event in _made_good(facts.amends):
        found[event.customer_id].append(TrustEvent("made_good", event.id, event.at, event.words))
    for event in facts.ratings:
        points = event.points or 0
        if points >= WELL or points <= BADLY:
            kind = "rated_well" if points >= WELL else "rated_badly"
            words = f"{points} of 5 {event.words}".rstrip()
            found[event.customer_id].append(TrustEvent(kind, event.id, event.at, words))
    for event in facts.by_hand:
        found[event.customer_id].append(
            TrustEvent(event.kind or BY_HAND, event.id, event.at, event.words, points=event.points or 0)
        )
    return found


def matters_of(facts: TrustFacts, rules: CareRules) -> dict[tuple[int, int | None], tuple[Matter, ...]]:
    """Who was first about what, by (customer, call)."""
    calls = {one.id: one for one in facts.calls}
    promises = _by_matter(facts.promises)
    found = {}
    for (customer_id, call_id), words in _by_matter(facts.words).items():
        call = calls.get(call_id) if call_id is not None else None
        found[customer_id, call_id] = matters(
            map(_word, words),
            (Owed(one.made_at, one.due_at, one.settled_at) for one in promises[customer_id, call_id]),
            rules.update,
            call.opened_at if call else None,
            call.resolved_at if call else None,
        )
    return found


def _of_words(facts: TrustFacts, rules: CareRules) -> Iterator[tuple[int, TrustEvent]]:
    about = {one.id: f"{one.number} {one.title}" for one in facts.calls}
    for (customer_id, call_id), found in matters_of(facts, rules).items():
        for one in found:
            kind = "called_first" if one.first == "us" else "had_to_call"
            words = about.get(call_id, "") if call_id is not None else ""
            yield customer_id, TrustEvent(kind, one.record_id, one.at, words)


def _of_repeats(calls: Iterable[CallRow], days: int) -> Iterator[tuple[int, TrustEvent]]:
    alike: defaultdict[tuple[int, str], list[CallRow]] = defaultdict(list)
    for call in calls:
        if call.unit_id is not None and (problem := same_problem(call.problem)):
            alike[call.unit_id, problem].append(call)
    for found in alike.values():
        found.sort(key=lambda call: (call.opened_at, call.id))
        for before, call in pairwise(found):
            if timedelta(0) < call.opened_at - before.opened_at <= timedelta(days=days):
                words = f"{call.number} {call.title}"
                yield call.customer_id, TrustEvent("repeat_call", call.id, call.opened_at, words)


def _made_good(amends: Iterable[EventRow]) -> Iterator[EventRow]:
    """The first amend of each thing gone wrong that is more than an apology."""
    seen: set[int | None] = set()
    for amend in amends:
        if amend.kind != "apology" and amend.about not in seen:
            seen.add(amend.about)
            yield amend


T = TypeVar("T", WordRow, PromiseRow)


def _by_matter(rows: Iterable[T]) -> defaultdict[tuple[int, int | None], list[T]]:
    found: defaultdict[tuple[int, int | None], list[T]] = defaultdict(list)
    for row in rows:
        found[row.customer_id, row.call_id].append(row)
    return found


def _word(row: WordRow) -> Word:
    return Word(
        row.id,
        row.happened_at,
        row.direction == "in",
        row.channel,
        bool(row.two_way),
        bool(row.bad_news),
        row.next_update_at,
    )
