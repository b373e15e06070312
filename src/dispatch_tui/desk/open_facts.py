"""What is stored of customers, put as the open facts that give reasons to call (``care.sources``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.engine import Connection

from dispatch_tui.care import voicemail
from dispatch_tui.care.cadence import Touch, cadence_in_watch, watched_until
from dispatch_tui.care.decisions import Act, Decision
from dispatch_tui.care.followups import FollowUp, FollowUpKind
from dispatch_tui.care.interactions import SPOKEN, reached_nobody
from dispatch_tui.care.prompts import OpenFacts
from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.sources.contracts import ContractEnd
from dispatch_tui.care.sources.drift import CustomerCadence
from dispatch_tui.care.sources.messages import Inbound
from dispatch_tui.care.sources.news import ModelNews
from dispatch_tui.care.sources.outreach import Delay, Reached
from dispatch_tui.care.sources.promised import OpenPromise
from dispatch_tui.care.sources.repeats import UnitCall
from dispatch_tui.care.sources.slips import ForecastSlip
from dispatch_tui.care.sources.unattended import OpenCall
from dispatch_tui.care.sources.updates import NextUpdate
from dispatch_tui.care.sources.visits import OwedFollowUp, VisitEnded
from dispatch_tui.care.sources.voicemails import Unreached
from dispatch_tui.desk.terms import terms_of
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.history import UNHEARD_CHANNELS
from dispatch_tui.store.care_rows import CallFact, CareFacts, ContactFact, party_of
from dispatch_tui.store.care_visits import VisitFact, bad_visits, followed
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.stale import Party

_FOLLOW_UPS: Mapping[str, FollowUpKind] = {
    "bad_visit": "bad_visit",
    "incomplete_visit": "incomplete_visit",
    "aftercare": "aftercare",
}
_ACTS: Mapping[str, Act] = {"done": "done", "overridden": "overridden", "retimed": "retimed"}


class Known(NamedTuple):
    """The open facts of some parties, and what was decided about each party's reasons."""

    facts: OpenFacts
    decisions: Mapping[Party, Sequence[Decision]]


def open_facts(
    connection: Connection,
    read: CareFacts,
    visits: Sequence[VisitFact],
    slips: Sequence[ForecastSlip],
    now: datetime,
    rules: CareRules,
) -> Known:
    """Everything that may give a reason to call. A stored fact that cannot be (a promise due before it was made)
    is taken as due at once: it must not hide the others."""
    calls = {one.id: one for one in read.calls}
    matters = _matters(read, calls)
    last_talks = _last_talks(read, calls)
    own = {one.customer_id for one in read.agreements}
    updating = {one.call_id: one for one in read.clocks if one.kind == "next_update" and one.running}
    live = [one for one in read.calls if one.live]
    moved = _moved(visits)
    bad = bad_visits(connection, list(read.customers), now, rules.watch.days)
    facts = OpenFacts(
        slips=slips,
        updates=[
            NextUpdate(calls[call_id].customer_id, call_id, one.due_at, one.warn_at)
            for call_id, one in updating.items()
            if one.due_at is not None
        ],
        calls=[_open_call(one, one.customer_id in own, one.id in updating, moved) for one in live],
        inbound=list(_inbound(matters, calls)),
        promises=[
            OpenPromise(
                one.id,
                _customer(one.customer_id, one.call_id, calls),
                one.call_id,
                one.what,
                one.made_at,
                max(one.due_at, one.made_at),
            )
            for one in read.promises
        ],
        ended=list(_ended(connection, visits, calls, last_talks)),
        follow_ups=[
            OwedFollowUp(
                one.id,
                _customer(one.customer_id, one.call_id, calls),
                one.call_id,
                one.visit_id,
                FollowUp(
                    _FOLLOW_UPS.get(one.kind, "follow_up"), one.from_at or one.due_at, one.due_at, one.reason
                ),
            )
            for one in read.follow_ups
        ],
        unreached=list(_unreached(matters, calls, now)),
        cadences=list(_cadences(read, bad, calls, now, rules)),
        delays=list(_delays(read, calls)),
        contracts=[
            ContractEnd(
                one.customer_id,
                one.id,
                one.ends_at,
                one.stage or read.customers[one.customer_id].contract_stage,
            )
            for one in read.agreements
            if one.ends_at is not None
        ],
        unit_calls=[
            UnitCall(one.customer_id, one.id, one.unit_id, one.problem, one.opened_at)
            for one in read.unit_calls
        ],
        recommended=read.recommended,
        news=list(_news(read)),
    )
    decisions: dict[Party, list[Decision]] = defaultdict(list)
    for one in read.decisions:
        slip = timedelta(seconds=one.slip_seconds)
        decisions[party_of(one.customer_id, one.call_id)].append(
            Decision(one.key, _ACTS[one.act], one.happened_at, one.until, slip, one.why)
        )
    return Known(facts, decisions)


# -- what was said -----------------------------------------------------------------------------


def heard(one: ContactFact) -> bool:
    """Whether anybody at the customer's end can know of it, or has said it."""
    return _channel(one) not in UNHEARD_CHANNELS


def conversation(one: ContactFact) -> bool:
    """Whether both sides spoke with each other."""
    return bool(one.two_way) and _channel(one) in SPOKEN


def attempt(one: ContactFact) -> bool:
    """Whether we tried to speak with them and did not."""
    return reached_nobody(one.direction, _channel(one), bool(one.two_way))


def _channel(one: ContactFact) -> str:
    return one.channel.strip().lower().replace("-", "_").replace(" ", "_")


Matter = tuple[Party, int | None]
"""With whom, and about which call."""


def _matters(read: CareFacts, calls: Mapping[int, CallFact]) -> dict[Matter, list[ContactFact]]:
    """What was said about each matter, the earliest first."""
    found: dict[Matter, list[ContactFact]] = defaultdict(list)
    for one in sorted(read.contacts, key=lambda one: (one.happened_at, one.id)):
        if heard(one):
            whose = party_of(_customer(one.customer_id, one.call_id, calls), one.call_id)
            found[whose, one.call_id].append(one)
    return found


def _inbound(
    matters: Mapping[Matter, Sequence[ContactFact]], calls: Mapping[int, CallFact]
) -> Iterator[Inbound]:
    """Messages after which we neither wrote nor spoke; on a call that is over, those that came after its end."""
    talks = {
        party: one.happened_at  # the last: they are in order
        for (party, call_id), contacts in matters.items()
        if call_id is None
        for one in contacts
        if conversation(one)
    }
    for (party, call_id), contacts in matters.items():
        talk = talks.get(party)
        waiting: list[ContactFact] = []
        for one in contacts:
            if one.direction == "in" and not one.two_way:
                waiting.append(one)
            elif one.two_way or not attempt(one):
                waiting.clear()
        call = calls.get(call_id or 0)
        for one in waiting:
            over = call_id is not None and (call is None or _over_by(call, one.happened_at))
            if not over and (talk is None or talk < one.happened_at):
                yield Inbound(_whose(party), call_id, one.happened_at, one.said)


def _over_by(call: CallFact, at: datetime) -> bool:
    return not call.live and call.closed_at is not None and call.closed_at >= at


def _unreached(
    matters: Mapping[Matter, Sequence[ContactFact]], calls: Mapping[int, CallFact], now: datetime
) -> Iterator[Unreached]:
    """Tries in a row about each call."""
    by_party: dict[Party, list[ContactFact]] = defaultdict(list)
    for (party, _), contacts in matters.items():
        by_party[party] += contacts
    for party, said in by_party.items():
        theirs = (
            voicemail.Contact(one.call_id, one.happened_at, one.direction, one.channel, bool(one.two_way))
            for one in sorted(said, key=lambda one: (one.happened_at, one.id))
        )
        for call_id, tries in voicemail.tries_in_a_row(theirs, now).items():
            call = calls.get(call_id or 0)
            yield Unreached(_whose(party), call_id, tries, call.title if call else "")


def _last_talks(read: CareFacts, calls: Mapping[int, CallFact]) -> dict[Party, datetime]:
    found = {
        Party("customer", one.id): one.last_talk_at
        for one in read.customers.values()
        if one.last_talk_at is not None
    }
    for one in read.contacts:
        if conversation(one):
            party = party_of(_customer(one.customer_id, one.call_id, calls), one.call_id)
            found[party] = max(one.happened_at, found.get(party, one.happened_at))
    return found


# -- calls and visits --------------------------------------------------------------------------


def _moved(visits: Iterable[VisitFact]) -> dict[int, datetime]:
    """When a visit of each call was last told of, by the call's id."""
    found: dict[int, datetime] = {}
    for one in visits:
        found[one.call_id] = max(one.happened_at, found.get(one.call_id, one.happened_at))
    return found


def _open_call(call: CallFact, own: bool, updating: bool, moved: Mapping[int, datetime]) -> OpenCall:
    return OpenCall(
        call.customer_id,
        call.id,
        under_agreement=call.agreement_id is not None or own,
        update_clock="running" if updating else "resting",
        last_event_at=max(call.happened_at, moved.get(call.id, call.happened_at)),
    )


def _ended(
    connection: Connection,
    visits: Iterable[VisitFact],
    calls: Mapping[int, CallFact],
    last_talks: Mapping[Party, datetime],
) -> Iterator[VisitEnded]:
    """The latest visit of each call that is over, where nobody saved what follows from it."""
    last: dict[int, VisitFact] = {}
    for one in visits:
        call = calls.get(one.call_id)
        if one.done_at is None or not one.outcome or call is None or call.status == "cancelled":
            continue
        known = last.get(one.call_id)
        if known is None or known.done_at is None or (known.done_at, known.id) < (one.done_at, one.id):
            last[one.call_id] = one
    saved = followed(connection, [one.id for one in last.values()])
    for one in last.values():
        if one.id in saved or one.done_at is None:
            continue
        call = calls[one.call_id]
        yield VisitEnded(
            one.id,
            call.customer_id,
            call.id,
            one.outcome,
            one.done_at,
            _calendar(connection, call),
            one.problem or call.title,
            last_talks.get(call.party),
        )


def _calendar(connection: Connection, call: CallFact) -> BusinessCalendar:
    """The agreement's business hours; without one, days of the site's wall clock."""
    if call.agreement_id is not None and call.terms_version is not None:
        return terms_of(connection, call.agreement_id, call.terms_version).calendar
    return _days_of(call.zone)


@lru_cache(maxsize=256)
def _days_of(zone: str) -> BusinessCalendar:
    return BusinessCalendar.from_mapping({"tz": str(zone_of(zone)), "hours": {}})


# -- customers ---------------------------------------------------------------------------------


def _cadences(
    read: CareFacts,
    bad: Mapping[int, datetime],
    calls: Mapping[int, CallFact],
    now: datetime,
    rules: CareRules,
) -> Iterator[CustomerCadence]:
    """Customers with an agreement of their own, once it is in force: nobody plans to speak regularly with the others.
    ``bad``: when the latest bad visit of each ended."""
    touches: dict[int, list[Touch]] = defaultdict(list)
    for said in read.contacts:
        customer_id = _customer(said.customer_id, said.call_id, calls)
        if heard(said) and customer_id is not None:
            touches[customer_id].append(Touch(said.happened_at, conversation(said)))
    since: dict[int, list[datetime | None]] = defaultdict(list)
    for agreement in read.agreements:
        since[agreement.customer_id].append(agreement.starts_at or agreement.made_at)
    for customer_id, began_at in since.items():
        customer = read.customers[customer_id]
        begun = (*began_at, customer.first_call_at, customer.last_talk_at)
        known = [one for one in begun if one is not None]
        if not known:  # nothing tells since when they are a customer
            continue
        ahead = [one for one in began_at if one is not None and one > now]
        until = watched_until([bad[customer_id]] if customer_id in bad else (), rules)
        talked = [] if customer.last_talk_at is None else [Touch(customer.last_talk_at, True)]
        said_or_written = {*touches[customer_id], *talked}
        plan = cadence_in_watch(said_or_written, min(known), customer.tier, rules, now=now, until=until)
        yield CustomerCadence(customer_id, plan, min(ahead) if len(ahead) == len(began_at) else None)


def _delays(read: CareFacts, calls: Mapping[int, CallFact]) -> Iterator[Delay]:
    for one in read.reaches:
        reached = Reached(calls[one.call_id].customer_id, one.call_id, one.promised_at, one.expected_at)
        yield Delay(one.delay_id, one.cause, one.known_at, (reached,))


def _news(read: CareFacts) -> Iterator[ModelNews]:
    owners: dict[int, set[int]] = defaultdict(set)
    for one in read.news:
        owners[one.id].add(one.customer_id)
    told = {one.id: one for one in read.news}
    for news_id, one in told.items():
        yield ModelNews(
            news_id, one.what, one.known_at, frozenset(owners[news_id]), one.public_at, bool(one.recall)
        )


def _customer(customer_id: int | None, call_id: int | None, calls: Mapping[int, CallFact]) -> int | None:
    """The customer of a record that may name only its call."""
    if customer_id is not None or call_id is None or call_id not in calls:
        return customer_id
    return calls[call_id].customer_id


def _whose(party: Party) -> int | None:
    return party.id if party.kind == "customer" else None
