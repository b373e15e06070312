"""A customer as the workbench shows it: trust, health and cadence from what happened, and what they have with us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from dispatch_tui.care.cadence import Cadence, Touch, cadence_in_watch, watched_until
from dispatch_tui.care.contacts import Reach, whom_to_reach
from dispatch_tui.care.health import Health, HealthFacts, health_of
from dispatch_tui.care.interactions import SPOKEN, UNSEEN
from dispatch_tui.care.ledger import Ledger
from dispatch_tui.care.promises import OUTCOMES, Outcome, Promise, PromiseRecord, record_of
from dispatch_tui.care.rules import CareRules
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.contacts import contact_of
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.trust import ledger_from, since
from dispatch_tui.store import customers
from dispatch_tui.store.customers import (
    AgreementRow,
    ContactRow,
    CustomerCard,
    LoanerRow,
    NoteRow,
    OpenCall,
)
from dispatch_tui.store.trust_facts import TrustFacts, opening_trust, trust_facts

_OUTCOMES: dict[str, Outcome] = {one: one for one in ("open", *OUTCOMES)}
LOOKS_BACK = timedelta(days=180)
"""Promises, repeat calls, complaints and commendations of this time count for the health."""


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What the head and the overview of a customer show."""

    card: CustomerCard
    ledger: Ledger
    health: Health
    cadence: Cadence
    promises: PromiseRecord
    reach: Reach
    contacts: tuple[ContactRow, ...]
    agreements: tuple[AgreementRow, ...]
    calls: tuple[OpenCall, ...]
    loaners: tuple[LoanerRow, ...]
    notes: tuple[NoteRow, ...]
    rules: CareRules
    at: datetime


def customer_record(desk: Desk, customer_id: int) -> CustomerRecord:
    """Read the record of a customer as it stands now. Raises ``NotFound``."""
    with desk.store.read() as connection:
        return read_record(connection, customer_id, desk.clock.now())


def read_record(connection: Connection, customer_id: int, now: datetime) -> CustomerRecord:
    """The same on an open connection."""
    rules = care_rules(connection)
    card = customers.customer_card(connection, customer_id)
    facts = trust_facts(connection, [customer_id], since(now, rules), now)
    opening = opening_trust(connection, [customer_id])[customer_id]
    ledger = ledger_from(facts, customer_id, opening, now, rules)
    calls = customers.open_calls(connection, customer_id)
    notes = customers.notes_on(connection, customer_id)
    contacts = customers.contacts(connection, customer_id)
    promises = _promises(facts, now)
    until = watched_until((one.at for one in facts.events if one.kind == "visit_bad"), rules)
    cadence = cadence_in_watch(
        (
            Touch(one.happened_at, bool(one.two_way) and one.channel in SPOKEN)
            for one in facts.words
            if one.direction == "in" or one.channel not in UNSEEN
        ),
        card.known_since or now,
        card.tier,
        rules,
        now=now,
        until=until,
    )
    health = health_of(
        HealthFacts(
            last_outcome=_last_outcome(facts),
            repeat_calls=_recent(ledger, "repeat_call", now),
            open_issues=tuple(one.opened_at for one in calls),
            promises=promises,
            cadence=cadence,
            contract_stage=card.stage,
            complaints=_recent(ledger, "complaint", now),
            commendations=_recent(ledger, "commendation", now),
            watched_until=until,
            buffer=ledger.buffer,
        ),
        rules,
        now,
    )
    return CustomerRecord(
        card=card,
        ledger=ledger,
        health=health,
        cadence=cadence,
        promises=promises,
        reach=whom_to_reach(map(contact_of, contacts)),
        contacts=tuple(contacts),
        agreements=tuple(customers.agreements_of(connection, customer_id)),
        calls=tuple(calls),
        loaners=tuple(customers.loaners_of(connection, customer_id)),
        notes=tuple(notes),
        rules=rules,
        at=now,
    )


def _promises(facts: TrustFacts, now: datetime) -> PromiseRecord:
    """How promises of late came out; an outcome that was not known yet counts as open."""
    return record_of(
        (
            Promise(one.what, one.made_at, one.due_at)
            if one.settled_at is None or one.settled_at > now
            else Promise(one.what, one.made_at, one.due_at, outcome=_OUTCOMES[one.outcome])
            for one in facts.promises
            if one.outcome == "open" or (one.settled_at or one.due_at) >= now - LOOKS_BACK
        ),
        now,
    )


def _recent(ledger: Ledger, kind: str, now: datetime) -> int:
    return sum(
        one.event is not None and one.event.kind == kind and one.event.at >= now - LOOKS_BACK
        for one in ledger.entries
    )


def _last_outcome(facts: TrustFacts) -> str:
    ended = [one for one in facts.events if one.kind.startswith("visit_")]
    last = max(ended, key=lambda one: (one.at, one.id), default=None)
    return "" if last is None else last.kind.removeprefix("visit_")
