"""The call-first list kept right: whoever changes a fact marks whose prompts it touches, and they are made anew.

An act marks in its own transaction and makes them anew right after it. An import only marks, and so does
whoever is interrupted: who reads the list next makes the rest anew, some hundred parties at a time. A mark is
taken away only where nobody has marked again since the facts were read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection

from dispatch_tui.care.decisions import latest
from dispatch_tui.care.prompts import OpenFacts, Prompt, joined, reasons_of
from dispatch_tui.care.ranking import rank
from dispatch_tui.care.reasons import Reason
from dispatch_tui.care.rules import CareRules
from dispatch_tui.desk.care_forecast import OurLengths, keep_lengths, our_lengths, slips
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.handovers import end_those_gone, open_among
from dispatch_tui.desk.open_facts import Known, open_facts
from dispatch_tui.desk.standings import buffers_of, standings_of
from dispatch_tui.errors import DatabaseReadOnly
from dispatch_tui.store import stale
from dispatch_tui.store.care_facts import read_facts
from dispatch_tui.store.care_rows import CareFacts, party_of
from dispatch_tui.store.care_visits import visits_of
from dispatch_tui.store.prompts import StoredPrompt, keep
from dispatch_tui.store.stale import Party

if TYPE_CHECKING:
    from dispatch_tui.desk.desk import Desk

BATCH = 250
"""Parties of one transaction: an act beside it waits for one batch at most."""


def refresh(desk: Desk, *, limit: int | None = None) -> int:
    """Make stale prompts anew, up to ``limit`` parties (``None``: all); how many were. No role is needed: nothing is
    decided by it. A database that can only be read keeps the list that it has."""
    done = 0
    while limit is None or done < limit:
        most = BATCH if limit is None else min(BATCH, limit - done)
        with desk.store.read() as connection:
            marks = stale.marked(connection, most)
        if not marks:
            break
        try:
            made = _anew(desk, marks)
        except DatabaseReadOnly:
            break
        if not made:  # others were faster, or are at it
            break
        done += made
    return done


def refresh_parties(desk: Desk, parties: Collection[Party]) -> int:
    """Make the prompts of these parties anew, where they are stale; how many were."""
    with desk.store.read() as connection:
        marks = stale.marks_of(connection, parties)
    return _anew(desk, marks) if marks else 0


def derive(
    connection: Connection, parties: Collection[Party], now: datetime, rules: CareRules, ours: OurLengths
) -> dict[Party, list[StoredPrompt]]:
    """The prompts of these parties as they follow from the facts, in the order in which they arise; none for a party
    of whom nothing is open."""
    read, known = facts_of(connection, parties, now, rules, ours)
    by_party: dict[Party, list[Reason]] = defaultdict(list)
    wanted = set(parties)
    decided = {key: one for listed in known.decisions.values() for key, one in latest(listed).items()}
    for reason in reasons_of(known.facts, rules, decided.values()):
        party = party_of(reason.customer_id, reason.call_id)
        if party in wanted:
            by_party[party].append(reason)
    standings = standings_of(connection, read, buffers_of(connection, list(read.customers), now, rules))
    found: dict[Party, list[StoredPrompt]] = {party: [] for party in parties}
    for party, reasons in by_party.items():
        prompts = sorted(joined(reasons, now), key=_arises)
        found[party] = [
            StoredPrompt(one, rank(one, standings.get(party), rules.ranking), read.holders.get(party))
            for one in prompts
        ]
    return found


def facts_of(
    connection: Connection, parties: Collection[Party], now: datetime, rules: CareRules, ours: OurLengths
) -> tuple[CareFacts, Known]:
    """What is open about these parties: as it is stored, and as the sources take it."""
    read = read_facts(connection, parties, now, repeat_days=rules.repeat.within_days)
    visits = visits_of(connection, [one.id for one in read.calls], now)
    late = slips(connection, read, visits, now, rules, ours)
    known = open_facts(connection, read, visits, late, now, rules)
    return read, known._replace(facts=_helped_until(known.facts, rules))


def standing_reasons(connection: Connection, party: Party, now: datetime) -> dict[str, Reason]:
    """Every reason to call this party, as it stands in this transaction, by its key."""
    rules = care_rules(connection)
    ours, _ = our_lengths(connection, now, rules.forecast)
    found = derive(connection, [party], now, rules, ours)[party]
    return {reason.key: reason for one in found for reason in one.prompt.reasons}


def _anew(desk: Desk, marks: Sequence[stale.Mark]) -> int:
    now = desk.clock.now()
    with desk.store.read() as connection:
        rules = care_rules(connection)
        ours, text = our_lengths(connection, now, rules.forecast)
        found = derive(connection, [one.party for one in marks], now, rules, ours)
    with desk.store.write() as connection:
        held = open_among(connection, found)
        if text is not None:
            keep_lengths(connection, text)
        taken = stale.unmark(connection, marks)
        wanted = {party: found[party] for party in sorted(taken)}
        end_those_gone(connection, held, wanted, now)
        keep(connection, wanted)
    return len(taken)


def _helped_until(facts: OpenFacts, rules: CareRules) -> OpenFacts:
    """Tries that reached nobody with the last useful minute of what they were about."""
    if not facts.unreached:
        return facts
    others = reasons_of(replace(facts, unreached=()), rules)
    until: dict[tuple[int | None, int | None], datetime] = {}
    for one in others:
        matter = one.customer_id, one.call_id
        until[matter] = min(one.useful_until, until.get(matter, one.useful_until))
    return replace(
        facts,
        unreached=[
            replace(one, helps_until=until.get((one.customer_id, one.call_id))) for one in facts.unreached
        ],
    )


def _arises(one: Prompt) -> tuple[datetime, datetime, str]:
    return one.prompt_at, one.useful_until, one.reasons[0].key
