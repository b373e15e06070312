"""The visit brief of a call, put together from the store: one page before the visit, with what must be acknowledged.

What stands on it and when is decided by :mod:`dispatch_tui.care.brief`; here its facts are gathered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.engine import Connection

from dispatch_tui.care.brief import Acknowledgement, Brief, BriefFacts, brief_of, missing_acknowledgements
from dispatch_tui.care.contacts import Reach, whom_to_reach
from dispatch_tui.care.interactions import Interaction
from dispatch_tui.care.lists import Checklist
from dispatch_tui.care.standing import LastWord
from dispatch_tui.desk.acknowledging import arrival_and_warranty
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.checklists import answers_of, checklist
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.terms import terms_of
from dispatch_tui.dispatch.parts import PartClue, likely_parts
from dispatch_tui.errors import InvalidInput
from dispatch_tui.records import Call
from dispatch_tui.roi.history import FAILURE_KINDS
from dispatch_tui.store import briefing, unit_history, units
from dispatch_tui.store.details import CallNames, VisitLine, zone_of
from dispatch_tui.store.part_counts import part_counts
from dispatch_tui.store.queries import call_and_names
from dispatch_tui.text import plain, plain_block

_FEW = 3
"""Visits to the unit, and visits to the customer's others, that are told of."""
_MISSED_WITHIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Briefing:
    """The brief of one call for its next visit (``None``: none is planned), as it stands at ``at``.

    ``given``: who acknowledged which of the words that are asked for, where somebody has. ``others``: how many more
    visits of the call are not over.
    """

    at: datetime
    call: Call
    names: CallNames
    visit: VisitLine | None
    others: int
    reach: Reach
    brief: Brief
    given: tuple[briefing.Given, ...]
    readiness: Checklist
    data_safety: Checklist

    @property
    def zone(self) -> tzinfo:
        """The site's time zone."""
        return zone_of(self.names.site_tz)

    @property
    def missing(self) -> tuple[Acknowledgement, ...]:
        """What nobody has acknowledged yet, in its present words."""
        return missing_acknowledgements(self.brief, {one.key for one in self.given})


def briefing_of(connection: Connection, call_id: int, now: datetime, visit_id: int | None = None) -> Briefing:
    """The brief of a call, for one of its visits or the next one. Raises ``NotFound``."""
    call, names = call_and_names(connection, call_id)
    rules = care_rules(connection)
    lines = briefing.live_visits(connection, call_id)
    visit = next((one for one in lines if one.visit.id == visit_id), lines[0] if lines else None)
    about = {"call_id": call_id, "unit_id": visit.visit.unit_id if visit else call.unit_id}
    instruction, warranty_until = arrival_and_warranty(connection, about)
    kind = visit.visit.kind if visit else ""
    readiness = checklist(connection, rules, "readiness", kind, call_id=call_id)
    data_safety = checklist(connection, rules, "data_safety", kind, call_id=call_id)
    spoken = briefing.talks(connection, call)
    people = briefing.contacts(connection, call)
    zone = zone_of(names.site_tz)
    intake = answers_of(connection, "intake", call_id=call_id)
    facts = BriefFacts(
        why=": ".join(filter(None, (plain(call.title), plain(call.description)))),
        impact=intake["impact"].note if "impact" in intake else "",
        history=tuple(_history(connection, call, zone)),
        moods=tuple(spoken),
        promises=tuple(briefing.promises(connection, call, now - _MISSED_WITHIN)),
        access=" · ".join(
            filter(None, (plain(names.access_notes), *(plain(one.note) for one in people[:2])))
        ),
        arrival_instruction=instruction,
        cover=_cover(connection, call, names),
        warranty_until=warranty_until,
        parts=tuple(_parts(connection, call)),
        readiness=readiness,
        data_safety=data_safety,
        told=tuple(what for what, _ in briefing.told(connection, call_id)),
        last_word=_last(spoken),
    )
    return Briefing(
        at=now,
        call=call,
        names=names,
        visit=visit,
        others=max(0, len(lines) - 1),
        reach=whom_to_reach(people, call.contact_id),
        brief=brief_of(facts, now),
        given=tuple(briefing.given(connection, visit.visit.id)) if visit else (),
        readiness=readiness,
        data_safety=data_safety,
    )


def tell_in_advance(
    desk: Desk,
    call_id: int,
    what: str,
    *,
    interaction_id: int | None = None,
    happened_at: datetime | None = None,
) -> int:
    """Record that the customer of a call was told what could delay the job, before it does; its id.

    Raises ``NotFound``, ``NotAllowed``, and ``InvalidInput`` where nothing is said.
    """
    if not (what := plain_block(what)):
        raise InvalidInput("what", "it is empty", "Say what could delay the job, as the customer was told.")
    with desk.act("tell_in_advance") as writer:
        call = writer.get("call", call_id)
        when = desk.when(happened_at)
        values = {
            "customer_id": call["customer_id"],
            "call_id": call_id,
            "interaction_id": interaction_id,
            "what": what,
            "told_at": when,
        }
        return writer.insert(
            "told_in_advance", values, act="tell_in_advance", happened_at=when, call_id=call_id
        )


def _history(connection: Connection, call: Call, zone: tzinfo) -> Iterator[str]:
    """The unit's last visits, then the customer's others."""
    if call.unit_id is not None:
        done = [
            one for one in unit_history.visits(connection, call.unit_id, _FEW * 3) if one.status == "done"
        ]
        for one in done[:_FEW]:
            yield _visit(one.at, zone, one.outcome, (one.problem, one.cause, one.work), one.title)
    for other in briefing.customer_visits(connection, call, _FEW):
        words = _visit(
            other.done_at, zone, other.outcome, (other.problem, other.cause, other.work), other.title
        )
        yield f"{words} (their {plain(other.unit) or plain(other.number)})"


def _visit(at: datetime, zone: tzinfo, outcome: str, said: tuple[str, ...], title: str) -> str:
    there = at.astimezone(zone)
    what = "; ".join(filter(None, map(plain, said))) or plain(title)
    return f"{there.day} {there:%b %Y} {outcome or 'done'}: {what}"


def _cover(connection: Connection, call: Call, names: CallNames) -> str:
    if call.agreement_id is None or call.terms_version is None:
        return "no agreement covers it"
    cover = terms_of(connection, call.agreement_id, call.terms_version).cover
    said = cover.words() if cover is not None else "what it pays for is not on record"
    return f"{plain(names.agreement) or 'agreement'}: {said}"


def _parts(connection: Connection, call: Call) -> Iterator[str]:
    if call.unit_id is None:
        return
    card = units.unit_card(connection, call.unit_id)
    counts = part_counts(connection, card, card.currency, failure_kinds=FAILURE_KINDS)
    for one in likely_parts(*counts):
        yield _part(one)


def _part(one: PartClue) -> str:
    used, of = one.here + one.elsewhere, one.visits_here + one.visits_elsewhere
    name = " ".join(filter(None, (plain(one.name), plain(one.number))))
    return f"{name}, {one.chance:.0%} (used on {used} of {of} visits)".replace("%", " %")


def _last(spoken: list[Interaction]) -> LastWord | None:
    if not spoken:
        return None
    one = spoken[0]
    return LastWord(
        one.happened_at, one.direction == "out", one.channel, one.said or one.notes.speak, one.two_way
    )
